//! How answers and failures leave the program: words or JSON on standard output, one line of error on standard error.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use dunwell_desk::{Refusal, Stop};
use dunwell_store::fault::Fault;
use serde::Serialize;
use serde_json::json;

use crate::cli::Cli;

/// Why the program ends without having done what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit 1: I/O, the database, a missing file.
    Fault(String),
    /// Exit 2: what was typed makes no sense.
    Usage(String),
    /// Exit 3: a business refusal.
    Refused(Refusal),
    /// Exit with a code after the answer was printed: a report of rejects, or of a failed check.
    Said(u8),
}

impl Failure {
    /// An I/O failure on a named file.
    pub(crate) fn io(path: impl Display, error: &std::io::Error) -> Self {
        Self::Fault(format!("{path}: {error}"))
    }

    /// Wrong usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// The exit code of `interfaces`: 1 fault, 2 usage, 3 refused.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Fault(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::Said(code) => *code,
        }
    }

    /// Prints the failure: one line on standard error, and with `--json` the error on standard output.
    pub(crate) fn report(&self, json_wanted: bool) {
        let (code, message, details) = match self {
            Self::Said(_) => return,
            Self::Fault(message) => ("fault", message.clone(), json!({})),
            Self::Usage(message) => ("usage", message.clone(), json!({})),
            Self::Refused(refusal) => (refusal.code(), refusal.to_string(), refusal.details()),
        };
        if json_wanted {
            print_line(&json!({ "error": { "code": code, "message": message, "details": details } }).to_string());
        }
        let one_line = message.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
        let _ = writeln!(std::io::stderr(), "dunwell: {one_line}");
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Refused(refusal),
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// How this call answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    colour: bool,
}

impl Output {
    /// As the global flags and the terminal say.
    pub(crate) fn of(cli: &Cli) -> Self {
        let colour = !cli.no_color && std::env::var_os("NO_COLOR").is_none() && std::io::stdout().is_terminal();
        Self { json: cli.json, quiet: cli.quiet, colour }
    }

    /// Whether a progress bar may show: a person watches standard error and did not ask for quiet.
    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Prints a view as JSON, or the words `human` makes of it.
    pub(crate) fn answer<T: Serialize>(self, view: &T, human: impl FnOnce(&T) -> String) {
        if self.json {
            print_line(&serde_json::to_string_pretty(view).expect("views are plain data"));
        } else if !self.quiet {
            print_line(human(view).trim_end());
        }
    }

    /// A heading, bold on a terminal.
    pub(crate) fn heading(self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

/// Prints to standard output; a reader that has gone away (`| head`) is no failure.
pub(crate) fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Lays rows out in columns: the first row is the heading, columns named in `right` are aligned right.
pub(crate) fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.chars().count());
            let (before, after) = if right.contains(&column) { (pad.as_str(), "") } else { ("", pad.as_str()) };
            line.push_str(&format!("{before}{cell}{after}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
