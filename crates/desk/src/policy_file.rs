//! Policy files: reading TOML with line and column, the presets that ship, and the check before one is put in force.

use dunwell_rules::money::Currency;
use dunwell_rules::policy::Policy;
use serde::Serialize;
use std::fmt;

use crate::refusal::{Refusal, Result};

/// The presets a book can start from: name and text.
pub const PRESETS: [(&str, &str); 3] = [
    ("standard", include_str!("../../../policies/standard.toml")),
    ("strict", include_str!("../../../policies/strict.toml")),
    ("gentle", include_str!("../../../policies/gentle.toml")),
];

/// One thing that is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyProblem {
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The column, from 1; 0 where the whole line is meant.
    pub column: usize,
    /// The key, as `notices.step[2].days_past_due`; empty for a text that is no TOML.
    pub key: String,
    /// What is wrong, and what would do.
    pub message: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

/// Reads a policy for a book of this currency; refused with the line and column of every problem.
pub fn read(text: &str, book: Currency) -> Result<Policy> {
    let policy: Policy = toml::from_str(text).map_err(|error| {
        let (line, column) = error.span().map_or((0, 0), |span| position(text, span.start));
        let message = error.message().replace('\n', " ");
        Refusal::PolicyInvalid(vec![PolicyProblem { line, column, key: String::new(), message }])
    })?;
    let problems: Vec<_> = policy
        .check(book)
        .into_iter()
        .map(|problem| {
            let (line, column) = find_key(text, &problem.key);
            PolicyProblem { line, column, key: problem.key, message: problem.message }
        })
        .collect();
    if problems.is_empty() { Ok(policy) } else { Err(Refusal::PolicyInvalid(problems).into()) }
}

/// The text of a preset.
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(preset, _)| *preset == name).map(|(_, text)| *text)
}

/// Line and column, both from 1, of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

/// Where the last part of a key path stands: in the n-th table of its array, or anywhere.
fn find_key(text: &str, path: &str) -> (usize, usize) {
    let leaf = path.rsplit('.').next().unwrap_or(path);
    let table = path.rsplit_once('.').map_or("", |(table, _)| table);
    let (header, nth) = match table.rsplit_once('[') {
        Some((name, index)) => (format!("[[{name}]]"), index.trim_end_matches(']').parse::<usize>().unwrap_or(0)),
        None => (format!("[{table}]"), 0),
    };
    let starts: Vec<usize> = text.match_indices(&header).map(|(at, _)| at).collect();
    let from = starts.get(nth).copied().unwrap_or(0);
    let mut offset = from;
    for line in text[from..].split_inclusive('\n') {
        let trimmed = line.trim_start();
        if trimmed.strip_prefix(leaf).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return position(text, offset + line.len() - trimmed.len());
        }
        offset += line.len();
    }
    if starts.is_empty() { (0, 0) } else { position(text, from) }
}
