//! What is right: the rules of a credit & collections desk.
//!
//! Pure functions over plain facts. The crate is `no_std`, reads no clock, does no I/O and uses no floats: the day is an
//! argument, money is integer minor units, and every rule is total: it answers with a reason, never with silence.
//! Absent on purpose: storage, file formats, documents, people's screens.

#![no_std]
#![forbid(clippy::float_arithmetic)]

extern crate alloc;

pub mod account;
pub mod activity;
pub mod aging;
pub mod approval;
pub mod article;
pub mod assessment;
mod assessment_flags;
pub mod assignment;
pub mod calendar;
pub mod cash;
pub mod climb;
pub mod condition;
pub mod decision;
pub mod dispute;
pub mod facts;
pub mod interest;
pub mod item;
pub mod live_start;
pub mod metrics;
pub mod money;
pub mod notice;
pub mod policy;
pub mod policy_check;
pub mod promise;
pub mod refund;
pub mod rights;
pub mod terms;
pub mod trend;
mod wire;
pub mod worklist;
pub mod write_off;
