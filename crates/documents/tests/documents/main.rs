//! Statements and notices on paper and off it. One program, for a program a file is minutes of linking.

mod common;
mod footing;
mod outputs;
mod paper;
