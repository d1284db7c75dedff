//! What a bank says of one account: its identity, balances and entries.

use super::Place;
use super::entry::{Entry, Funds};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// One account block of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// Where it begins.
    pub place: Place,
    /// What makes it the same statement in another delivery. Several blocks of a file may share a key (BAI2 reports one
    /// account in several blocks); their entries are then numbered through.
    pub key: StatementKey,
    /// How final it is.
    pub standing: Standing,
    /// The account as the bank names it.
    pub account: BankAccount,
    /// The currency of the account; of every entry unless the entry says otherwise.
    pub currency: Option<CurrencyCode>,
    /// The bank's id of the statement (camt `Stmt/Id`, MT940 `:20:`).
    pub id: Option<String>,
    /// The bank's running number (camt `ElctrncSeqNb`, MT940 `:28C:`, NACHA batch number).
    pub number: Option<String>,
    /// The day it is made for (BAI2 as-of date), or its last day.
    pub as_of: Option<Day>,
    /// The time of day as `hhmm` where a report is made during the day; empty where none is said.
    pub as_of_time: String,
    /// The first day covered, where the file says it.
    pub from: Option<Day>,
    /// The last day covered, where the file says it.
    pub to: Option<Day>,
    /// The balances that are given.
    pub balances: Vec<Balance>,
    /// The sums by kind that are given (BAI2 summary type codes, camt `TxsSummry`).
    pub summaries: Vec<Summary>,
    /// The entries in the file's order.
    pub entries: Vec<Entry>,
}

impl Statement {
    /// The balance of a kind, where it is given; of several the first.
    pub fn balance(&self, kind: BalanceKind) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.kind == kind)
    }
}

/// What makes a statement the same in every delivery: with an entry's sequence (or its reference) the business key of
/// the entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StatementKey {
    /// Who made it: BAI2 group originator, NACHA originating bank and company, BIC of the servicer; empty where the
    /// format names none.
    pub originator: String,
    /// The account as the bank writes it, without blanks: an IBAN or a number. NACHA and lockbox name the place the
    /// money is taken in.
    pub account: String,
    /// The statement: a day (`2026-03-04`) where the format knows no id, else the id by which the bank names it.
    pub statement: String,
}

/// How final a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Standing {
    /// The books of the day are closed (camt.053, MT940, BAI2 previous day).
    #[default]
    Final,
    /// Closed for now, to be followed by a final one for the same day.
    Interim,
    /// A report during the day (camt.052, MT942).
    Intraday,
    /// An advice of single entries, without balances (camt.054, NACHA, lockbox).
    Advice,
    /// A correction of a statement sent before.
    Correction,
    /// A test that must not be booked.
    Test,
    /// The bank withdraws what it sent.
    Deleted,
}

/// A bank account as a file names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BankAccount {
    /// The IBAN, without blanks.
    pub iban: Option<String>,
    /// The number where it is no IBAN.
    pub number: Option<String>,
    /// The bank: BIC, routing number, bank code.
    pub bank: Option<String>,
    /// The holder's name.
    pub owner: Option<String>,
    /// The name or type of the account.
    pub name: Option<String>,
}

/// A balance of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Where it stands.
    pub place: Place,
    /// What it is, of those that every format has.
    pub kind: BalanceKind,
    /// The code as written (`010`, `OPBD`, `60F`).
    pub code: String,
    /// What the code means; empty where the list does not have it.
    pub meaning: &'static str,
    /// Minor units of `currency`; an overdrawn account is negative.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: CurrencyCode,
    /// The day it is for, where it is said.
    pub day: Option<Day>,
}

/// The balances that every format has, by one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BalanceKind {
    /// Booked, at the beginning.
    Opening,
    /// Booked, at the end.
    Closing,
    /// Booked, at the beginning of a page or of an interim report.
    InterimOpening,
    /// Booked, at the end of a page or of an interim report.
    InterimClosing,
    /// Available at the beginning.
    OpeningAvailable,
    /// Available at the end.
    ClosingAvailable,
    /// Expected on a later day.
    Forward,
    /// Any other: its code says which.
    Other,
}

/// A sum over entries of a kind, as the bank states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Where it stands.
    pub place: Place,
    /// The code as written.
    pub code: String,
    /// What the code means; empty where the list does not have it.
    pub meaning: &'static str,
    /// The sum in minor units of `currency`, signed as written; `None` where only a count is given.
    pub amount: Option<i64>,
    /// The currency of the sum.
    pub currency: CurrencyCode,
    /// How many entries it covers, where it is said.
    pub count: Option<u64>,
    /// When its funds may be used.
    pub funds: Funds,
}
