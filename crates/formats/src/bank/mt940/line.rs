//! `:61:`, the statement line: days, mark, amount, kind of transaction and references.

use super::amounts::{day, decimal, entry_day};
use super::fields::Field;
use crate::amount::Decimal;
use crate::bank::Side;
use crate::day::Day;

/// A statement line as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatementLine<'s> {
    pub(super) value_day: Option<Day>,
    /// Whether the value day is one that no calendar has, and was moved to the last of February.
    pub(super) moved: bool,
    pub(super) booking_day: Option<Day>,
    /// The effect on the account: the reversal of a credit is a debit.
    pub(super) side: Side,
    pub(super) reversal: bool,
    /// Whether it is only expected (`EC`, `ED`).
    pub(super) expected: bool,
    /// Never below nought.
    pub(super) amount: Decimal,
    /// Letter and three characters (`NTRF`, `N426`); shorter where the line ends.
    pub(super) code: &'s str,
    /// The customer's reference, 16 characters.
    pub(super) reference: &'s str,
    /// What stands behind the 16 characters of a reference that fills them with blanks (Rabobank: the name).
    pub(super) behind: &'s str,
    /// The bank's reference.
    pub(super) bank_reference: &'s str,
    /// The lines behind the first: supplementary details.
    pub(super) more: Vec<&'s str>,
}

/// Reads a statement line; says in words what is wrong with one that has no mark or no amount.
pub(super) fn statement_line<'s>(field: &Field<'s>) -> Result<StatementLine<'s>, &'static str> {
    let text = field.first();
    let (value_text, rest) = text.split_at_checked(6).ok_or("the line is shorter than its date")?;
    if !value_text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("the line does not begin with a date of six digits");
    }
    let value = day(value_text);
    let four = rest.get(..4).filter(|four| four.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = if four.is_some() { &rest[4..] } else { rest };
    let booking_day = four.zip(value).and_then(|(four, (value, _))| entry_day(four, value));
    let mark = mark(rest).ok_or("the line has no mark C, D, RC or RD behind its dates")?;
    // A letter between mark and amount is the third one of the currency.
    let rest = mark.rest.strip_prefix(|letter: char| letter.is_ascii_uppercase()).unwrap_or(mark.rest);
    let (amount, rest) = decimal(rest).ok_or("the line has no amount behind its mark")?;
    // Deutsche Bank puts a blank before the kind.
    let rest = rest.trim_start();
    let (code, rest) = rest.split_at(end_of_code(rest));
    let (reference, bank_reference) = rest.split_once("//").unwrap_or((rest, ""));
    let cut = reference.char_indices().nth(16).map_or(reference.len(), |(at, _)| at);
    let padded = reference[..cut].ends_with("  ");
    let (reference, behind) = if padded { reference.split_at(cut) } else { (reference, "") };
    let mut more: Vec<&str> =
        field.lines.iter().skip(1).map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let mut bank_reference = bank_reference.trim();
    if let Some(wrapped) = more.first().and_then(|line| line.strip_prefix("//")).filter(|_| bank_reference.is_empty()) {
        bank_reference = wrapped.trim();
        more.remove(0);
    }
    Ok(StatementLine {
        value_day: value.map(|(day, _)| day),
        moved: value.is_some_and(|(_, moved)| moved),
        booking_day,
        side: mark.side,
        reversal: mark.reversal,
        expected: mark.expected,
        amount,
        code: code.trim(),
        reference: reference.trim(),
        behind: behind.trim(),
        bank_reference,
        more,
    })
}

/// Where the kind of transaction ends: a letter and three characters. Some banks have none, and a reference stands there.
fn end_of_code(text: &str) -> usize {
    let end = text.char_indices().nth(4).map_or(text.len(), |(at, _)| at);
    let is_code = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text[..end].chars().all(|letter| letter.is_alphanumeric() || letter.is_whitespace())
        && !text.starts_with("NONREF");
    if is_code { end } else { 0 }
}

struct Mark<'s> {
    side: Side,
    reversal: bool,
    expected: bool,
    rest: &'s str,
}

/// The mark: `C`, `D`; `RC` undoes a credit, `RD` a debit; `EC` and `ED` are expected.
fn mark(text: &str) -> Option<Mark<'_>> {
    const MARKS: [(&str, Side, bool, bool); 6] = [
        ("RC", Side::Debit, true, false),
        ("RD", Side::Credit, true, false),
        ("EC", Side::Credit, false, true),
        ("ED", Side::Debit, false, true),
        ("C", Side::Credit, false, false),
        ("D", Side::Debit, false, false),
    ];
    MARKS.into_iter().find_map(|(mark, side, reversal, expected)| {
        text.strip_prefix(mark).map(|rest| Mark { side, reversal, expected, rest })
    })
}
