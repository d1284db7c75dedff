//! What stands on a bank statement: entries, the payments within them, and what the bank and the payer say of each.

use super::Place;
use crate::currency::CurrencyCode;
use crate::day::Day;
use crate::remittance::{RemittanceAdvice, RemittanceLine};

/// One movement on an account, as the bank booked (or announces) it.
///
/// A batch booking is one entry whose [`Entry::batch`] lists the payments in it; otherwise `batch` is empty and
/// [`Entry::payment`] says everything. A reader folds the only detail of an entry into `payment`, so that `batch` never
/// holds exactly one, unless that one is less than the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where its record begins.
    pub place: Place,
    /// Its number among all entries of the file whose statement has the same key, from 1. Together with the statement's
    /// key it is unique within the file, and the same in a second delivery of the file.
    pub sequence: u32,
    /// The bank's reference of the entry within the statement, where the format has one (camt `NtryRef`, NACHA trace).
    pub reference: Option<String>,
    /// Whether it is booked.
    pub status: EntryStatus,
    /// The amount in minor units of `currency`, never below nought.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: CurrencyCode,
    /// Whether it raises or lowers the balance of the account, the reversal already considered: the reversal of a credit
    /// is a debit.
    pub side: Side,
    /// Whether it undoes an earlier entry (camt `RvslInd`, MT940 `RC`/`RD`, a return).
    pub reversal: bool,
    /// The day it was booked.
    pub booking_day: Option<Day>,
    /// The day from which it bears interest.
    pub value_day: Option<Day>,
    /// What the bank calls it, most telling code first.
    pub codes: Vec<BankCode>,
    /// When its funds may be used.
    pub funds: Funds,
    /// The payment: who, for what, by which references.
    pub payment: Payment,
    /// The payments of a batch booking.
    pub batch: Vec<BatchPayment>,
}

impl Entry {
    /// The amount with the sign of its effect on the account's balance: credits positive.
    pub fn signed(&self) -> i64 {
        match self.side {
            Side::Credit => self.amount,
            Side::Debit => -self.amount,
        }
    }
}

/// Whether an amount raises or lowers the balance of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Money in.
    Credit,
    /// Money out.
    Debit,
}

/// How far an entry has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// On the account.
    Booked,
    /// Announced, and may still change.
    Pending,
    /// For information only: it never moves the balance (a notification of change, a prenote, a BAI2 890).
    Information,
}

/// One payment of a batch booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchPayment {
    /// Where it stands.
    pub place: Place,
    /// Its number within the entry, from 1.
    pub sequence: u32,
    /// The amount in minor units of `currency`, never below nought.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: CurrencyCode,
    /// Its effect on the account's balance.
    pub side: Side,
    /// Whether it undoes an earlier payment.
    pub reversal: bool,
    /// What the bank calls it, where it differs from the entry.
    pub codes: Vec<BankCode>,
    /// Who, for what, by which references.
    pub payment: Payment,
}

/// Who paid whom for what, as far as the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payment {
    /// The bank's reference (BAI2 bank reference number, camt `AcctSvcrRef`, MT940 `//` reference).
    pub bank_reference: Option<String>,
    /// The customer's reference (BAI2 customer reference number, check number, MT940 `:61:` reference).
    pub customer_reference: Option<String>,
    /// The end-to-end reference the payer gave; `NOTPROVIDED` is none.
    pub end_to_end: Option<String>,
    /// All other references, each by its name in the format (`mandate`, `transaction`, `instruction`, `check` …).
    pub references: Vec<(&'static str, String)>,
    /// The other party of the movement: who paid where it is a credit, who was paid where it is a debit; and those behind
    /// it. `None` where nothing is said.
    pub counterparty: Option<Box<Party>>,
    /// The party on whose behalf the counterparty acts (camt ultimate debtor or creditor).
    pub behind: Option<Box<Party>>,
    /// Free remittance text, line by line as sent.
    pub text: Vec<String>,
    /// Structured remittance.
    pub remittance: Vec<RemittanceLine>,
    /// Why the payment came back, or what the bank wants changed.
    pub returned: Option<Box<Return>>,
    /// What banks took for it.
    pub charges: Vec<Charge>,
    /// The amount before exchange and charges.
    pub original: Option<Box<Original>>,
    /// The purpose, as its code (camt `Purp`, NACHA SEC code and company entry description).
    pub purpose: Option<String>,
}

impl Payment {
    /// Takes in what advices within the entry say; answers whether they name what is paid.
    pub(super) fn take_advices(&mut self, advices: Vec<RemittanceAdvice>) -> bool {
        let mut named = false;
        for advice in advices {
            named |= !advice.lines.is_empty();
            self.remittance.extend(advice.lines);
            self.text.extend(advice.text);
            self.references.extend(advice.reference.map(|reference| ("trace", reference)));
            self.references.extend(advice.references.into_iter().map(|document| ("document", document.number)));
            // Differences that belong to no line are a line of their own, that nothing of them is lost.
            self.remittance.extend(advice.adjustments.into_iter().map(|adjustment| RemittanceLine {
                place: advice.place,
                paid: Some(adjustment.amount),
                documents: adjustment.document.iter().cloned().collect(),
                adjustments: vec![adjustment],
                ..RemittanceLine::default()
            }));
        }
        named
    }
}

/// A party to a payment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// The name as sent, perhaps cut by the format.
    pub name: Option<String>,
    /// The account: an IBAN without blanks, or the bank's number.
    pub account: Option<String>,
    /// The bank: a BIC, a routing number, a sort code.
    pub bank: Option<String>,
    /// An identification of the party (a company number, a tax number, an LEI).
    pub id: Option<String>,
    /// Address lines.
    pub address: Vec<String>,
}

/// A code by which a bank says what an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankCode {
    /// The list: `bai2`, `nacha_transaction`, `nacha_sec`, `iso20022`, `swift`, `gvc`, `ofx`, `proprietary` …
    pub list: &'static str,
    /// The code as written (`165`, `PMNT/RCDT/ESCT`).
    pub code: String,
    /// What it means in words; empty where the list does not have it.
    pub meaning: &'static str,
}

/// Why a payment came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// What kind of answer it is.
    pub kind: ReturnKind,
    /// The code as written (`R01`, `AC04`, `C01`).
    pub code: String,
    /// What the code means; empty where the list does not have it.
    pub meaning: &'static str,
    /// What is said in words, and corrected data of a notification of change.
    pub text: Vec<String>,
    /// The reference of the payment that came back (NACHA original trace, camt original end-to-end).
    pub original_reference: Option<String>,
    /// The bank the original went to, where it is said.
    pub original_bank: Option<String>,
    /// Other details, each by its name.
    pub details: Vec<(&'static str, String)>,
}

/// What kind of answer to a payment this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReturnKind {
    /// The payment came back.
    Return,
    /// The first bank rejects the return.
    Dishonoured,
    /// The other bank insists on its return.
    Contested,
    /// The payment stands; its data must be changed for the next.
    NotificationOfChange,
    /// The notification of change is refused.
    RefusedChange,
}

/// What a bank took for a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The amount in minor units of `currency`; negative where the bank gives money back.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: CurrencyCode,
    /// Who bears it, or what it is, as the format codes it (`DEBT`, `SHAR`, `CRED`).
    pub code: String,
    /// Whether the entry's amount is after this charge; `None` where it is not said.
    pub included: Option<bool>,
}

/// The amount as first sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The amount in minor units of `currency`, never below nought.
    pub amount: i64,
    /// Its currency.
    pub currency: CurrencyCode,
    /// The rate as written, and from which currency to which.
    pub rate: Option<String>,
}

/// When the funds of an amount may be used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Funds {
    /// Nothing is said.
    #[default]
    Unstated,
    /// At once.
    Immediate,
    /// After one business day.
    NextDay,
    /// After two or more business days.
    TwoDaysOrMore,
    /// From a day (and a time of day as written, `2400` is its end).
    From {
        /// The day.
        day: Option<Day>,
        /// The time as `hhmm`; empty where none is said.
        time: String,
    },
    /// In parts: so much in minor units after so many business days.
    Parts(Vec<FundsPart>),
}

/// A part of an amount and when it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundsPart {
    /// After so many business days.
    pub days: u32,
    /// So much, in minor units.
    pub amount: i64,
}
