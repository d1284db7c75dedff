//! What a bank told of a credit, as the desk keeps it: by what it is known whatever file tells of it, and the words of the
//! payer.

use dunwell_formats::bank::{BankFile, Entry, EntryStatus, Payment, Side, Standing, Statement};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::day::Day;
use dunwell_formats::remittance::RemittanceLine;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash as rules;
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::views::cash::ReceiptView;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A credit that a bank booked: one payment of one payer.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Account, days, amount, code and references, hashed, and its number among equals in the file.
    pub(super) key: String,
    /// The amount, above zero.
    pub(super) amount: Money,
    /// What people call it.
    pub(super) document: String,
    pub(super) booked_on: Date,
    pub(super) value_on: Date,
    /// What the bank calls it.
    pub(super) code: String,
    pub(super) words: Words,
}

impl Told {
    /// Money with what the payer said it pays, as the rules look at it.
    pub(super) fn receipt(&self) -> rules::Receipt {
        rules::Receipt {
            amount: self.amount.minor,
            currency: self.amount.currency,
            value_date: self.value_on,
            remittance: self.words.remittance.iter().map(SaidLine::line).collect(),
            references: self.words.references(),
            text: self.words.text.join(" "),
        }
    }

    /// The same of a receipt that was recorded before; without words where they are erased.
    pub(super) fn of(receipt: &ReceiptView) -> Self {
        let words = receipt.words.clone().and_then(|words| serde_json::from_value(words).ok());
        Self {
            key: String::new(),
            amount: receipt.amount,
            document: receipt.document.clone(),
            booked_on: receipt.booked_on,
            value_on: receipt.value_on,
            code: receipt.code.clone(),
            words: words.unwrap_or_default(),
        }
    }
}

/// What is said of the payer; erasable. It is kept as JSON with the receipt.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Words {
    /// Who paid, and on whose behalf.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) payer: Vec<String>,
    /// The payer's bank account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payer_account: Option<String>,
    /// References of the payer and the bank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<String>,
    /// What the payer wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) text: Vec<String>,
    /// The structured remittance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) remittance: Vec<SaidLine>,
}

/// A line of remittance as it is kept with the receipt; amounts in minor units of the receipt's currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SaidLine {
    document: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paid: Option<i64>,
    #[serde(default, skip_serializing_if = "is_nought")]
    discount: i64,
    /// What was held back: amount, the payer's code, the payer's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    held_back: Vec<(i64, String, String)>,
}

fn is_nought(amount: &i64) -> bool {
    *amount == 0
}

impl SaidLine {
    /// `None` where the line names no document.
    fn of(line: &RemittanceLine) -> Option<Self> {
        let held = line.adjustments.iter().filter(|adjustment| adjustment.amount < 0);
        let words = |text: &str, meaning: &str| [text, meaning].join(" ").trim().to_owned();
        Some(Self {
            document: line.documents.first()?.number.clone(),
            paid: line.paid,
            discount: line.discount.unwrap_or(0).max(0),
            held_back: held
                .map(|held| (held.amount.saturating_neg(), held.code.clone(), words(&held.text, held.meaning)))
                .collect(),
        })
    }

    /// As the rules look at it.
    fn line(&self) -> rules::RemittanceLine {
        let deductions = self.held_back.iter().map(|(amount, code, words)| rules::Deduction {
            amount: *amount,
            stated: format!("{code} {words}").trim().to_owned(),
            reason: DisputeReason::of_adjustment(code),
        });
        rules::RemittanceLine {
            document: self.document.clone(),
            paid: self.paid,
            discount: self.discount,
            deductions: deductions.collect(),
        }
    }
}

impl Words {
    /// Document numbers and the like, as written.
    pub(super) fn references(&self) -> Vec<String> {
        let mut tokens: Vec<String> = Vec::new();
        for text in self.references.iter().chain(&self.text) {
            let parts = text.split(|c: char| c.is_whitespace() || ",;/+:()|*#&=\"'".contains(c));
            for part in parts.map(|part| part.trim_matches(['.', '-', '_'])).filter(|part| !part.is_empty()) {
                if part.bytes().any(|b| b.is_ascii_digit()) && !tokens.iter().any(|known| known == part) {
                    tokens.push(part.to_owned());
                }
            }
            if !text.is_empty() && text.len() <= 40 && !tokens.contains(text) {
                tokens.push(text.clone());
            }
        }
        tokens
    }
}

/// The credits that a file tells as booked, in the file's order. What is announced only, a test or withdrawn is none.
pub(super) fn credits(file: &BankFile) -> Vec<Told> {
    let mut equals: HashMap<String, u32> = HashMap::new();
    let mut told = Vec::new();
    for statement in file.statements.iter().filter(|statement| is_booked(statement.standing)) {
        for entry in statement.entries.iter().filter(|entry| entry.status == EntryStatus::Booked) {
            let batch: i128 = entry.batch.iter().map(|payment| i128::from(payment.amount)).sum();
            let whole = entry.batch.is_empty()
                || batch != i128::from(entry.amount)
                || entry.batch.iter().any(|payment| payment.side != entry.side || payment.currency != entry.currency);
            if whole && entry.side == Side::Credit && !entry.reversal {
                told.extend(credit(statement, entry, entry.amount, &entry.payment, &mut equals));
            } else if !whole {
                for payment in entry.batch.iter().filter(|payment| payment.side == Side::Credit && !payment.reversal) {
                    told.extend(credit(statement, entry, payment.amount, &payment.payment, &mut equals));
                }
            }
        }
    }
    told
}

fn is_booked(standing: Standing) -> bool {
    match standing {
        Standing::Final | Standing::Interim | Standing::Intraday | Standing::Advice | Standing::Correction => true,
        Standing::Test | Standing::Deleted => false,
    }
}

fn credit(
    statement: &Statement,
    entry: &Entry,
    amount: i64,
    payment: &Payment,
    equals: &mut HashMap<String, u32>,
) -> Option<Told> {
    let currency = currency_of(entry.currency)?;
    let booked = entry.booking_day.or(statement.as_of).or(entry.value_day).or(statement.to)?;
    let value = entry.value_day.unwrap_or(booked);
    if amount <= 0 {
        return None;
    }
    let code = entry.codes.first().map_or_else(String::new, |code| format!("{} {}", code.list, code.code));
    let words = words_of(payment);
    let content = content(statement, &[booked, value], (amount, currency), &code, payment, &words);
    let number = equals.entry(content.clone()).or_default();
    *number += 1;
    let reference = [&payment.end_to_end, &payment.customer_reference, &payment.bank_reference, &entry.reference];
    let document = reference.into_iter().flatten().find(|reference| !reference.trim().is_empty());
    Some(Told {
        key: format!("{content}/{number}"),
        amount: Money::new(amount, currency),
        document: document.map_or_else(|| format!("RCPT {value} {}", &content[..8]), |text| short(text)),
        booked_on: date_of(booked)?,
        value_on: date_of(value)?,
        code,
        words,
    })
}

/// What is the same of an entry in every file that tells of it: the account, the days, the amount, what it is, what the payer
/// referred to. The bank's own reference and the statement's number are left out: they differ between a report of the day
/// and the final statement.
fn content(
    statement: &Statement,
    days: &[Day],
    (amount, currency): (i64, Currency),
    code: &str,
    payment: &Payment,
    words: &Words,
) -> String {
    let account = &statement.account;
    let account = account.iban.as_ref().or(account.number.as_ref()).unwrap_or(&statement.key.account);
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    };
    add(account);
    days.iter().for_each(|day| add(&day.to_string()));
    add(&amount.to_string());
    add(currency.code());
    add(code);
    add(payment.end_to_end.as_deref().unwrap_or_default());
    add(payment.customer_reference.as_deref().unwrap_or_default());
    words.payer.iter().chain(&words.payer_account).for_each(|part| add(part));
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn words_of(payment: &Payment) -> Words {
    let parties = [&payment.counterparty, &payment.behind];
    let parties = || parties.into_iter().flatten();
    let own = [&payment.end_to_end, &payment.customer_reference, &payment.bank_reference];
    let references = own.into_iter().flatten().cloned();
    let documents = payment.remittance.iter().flat_map(|line| &line.documents).map(|document| document.number.clone());
    Words {
        payer: parties().filter_map(|party| party.name.clone()).collect(),
        payer_account: parties().find_map(|party| party.account.clone()),
        references: references
            .chain(payment.references.iter().map(|(_, text)| text.clone()))
            .chain(documents)
            .collect(),
        text: payment.text.clone(),
        remittance: payment.remittance.iter().filter_map(SaidLine::of).collect(),
    }
}

fn currency_of(code: CurrencyCode) -> Option<Currency> {
    Currency::parse(code.as_str())
}

/// A day of a file as the rules count it.
pub(super) fn date_of(day: Day) -> Option<Date> {
    Date::new(day.year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}

/// A document number at most 60 letters long.
fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}
