//! What a bank told of a credit, as the desk keeps it: by what it is known whatever file tells of it, and the words of the
//! payer.

use dunwell_formats::bank::{BankFile, Entry, EntryStatus, Format, Payment, ReturnKind, Side, Standing, Statement};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::day::Day;
use dunwell_formats::remittance::references::{How, read_references};
use dunwell_formats::remittance::{Adjustment, RemittanceLine};
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::returns::{self, Effect, Undone};
use dunwell_rules::cash::stated_reason::{bare, reason_of};
use dunwell_rules::cash::told_again::{Telling, reference_lasts};
use dunwell_rules::cash::{self as rules, CashPolicy};
use dunwell_rules::money::{Currency, Money};
use dunwell_store::record::MAX_AMOUNT;
use dunwell_store::views::cash::ReceiptView;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

use super::foot_statements::final_statement;

/// A credit that a bank booked: one payment of one payer.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Account, days, amount and code, hashed, and its number among the bookings alike in them.
    pub(super) key: String,
    /// Whether another file told it before.
    pub(super) known: bool,
    /// Whether the file says more of it than the other did.
    pub(super) says_more: bool,
    /// The amount, above zero.
    pub(super) amount: Money,
    /// What people call it.
    pub(super) document: String,
    pub(super) booked_on: Date,
    pub(super) value_on: Date,
    /// Our account, as the bank names it.
    pub(super) bank_account: String,
    /// The final statement that lists it.
    pub(super) statement: Option<String>,
    /// What the bank calls it.
    pub(super) code: String,
    /// Where it stands in the file; nought of a receipt that was recorded before.
    pub(super) line: u64,
    pub(super) words: Words,
}

impl Told {
    /// Money with what the payer said it pays, as the rules look at it.
    pub(super) fn receipt(&self, policy: &CashPolicy) -> rules::Receipt {
        let said = read_references(&self.words.text);
        let exponent = CurrencyCode::parse(self.amount.currency.code()).map_or(2, CurrencyCode::exponent);
        let stated = said.references.iter().filter(|written| written.how == How::Written).filter_map(|written| {
            let paid = written.amount?.minor_units(exponent)?;
            let document = written.number.clone();
            Some(rules::RemittanceLine { document, paid: Some(paid), discount: 0, deductions: Vec::new() })
        });
        let held_back = said.deductions.iter().filter_map(|(amount, words)| {
            let amount = amount.minor_units(exponent)?;
            Some(rules::Deduction { amount, stated: words.clone(), reason: reason_of("", words, &policy.reasons) })
        });
        rules::Receipt {
            amount: self.amount.minor,
            currency: self.amount.currency,
            value_date: self.value_on,
            remittance: self.words.remittance.iter().map(|line| line.line(policy)).collect(),
            references: self.words.references().into_iter().map(|written| written.number).collect(),
            stated: stated.collect(),
            discount_bp: said.discount_percent.and_then(|percent| percent.minor_units(2)),
            held_back: held_back.collect(),
            charges: self.words.charges,
            text: self.words.text.iter().chain(&self.words.advised).cloned().collect::<Vec<_>>().join(" "),
        }
        .within(MAX_AMOUNT)
    }

    /// The same with what a remittance advice of the payer says besides. Lines that came with the money itself stay.
    pub(super) fn with_advice(mut self, advice: &Words) -> Self {
        let words = &mut self.words;
        for name in &advice.payer {
            if !words.payer.contains(name) {
                words.payer.push(name.clone());
            }
        }
        words.payer_account = words.payer_account.take().or_else(|| advice.payer_account.clone());
        words.references.extend(advice.documents().map(str::to_owned));
        words.advised.clone_from(&advice.text);
        if words.remittance.is_empty() {
            words.remittance.clone_from(&advice.remittance);
        }
        self
    }

    /// The same of a receipt that was recorded before; without words where they are erased.
    pub(super) fn of(receipt: &ReceiptView) -> Self {
        let told = Self {
            key: String::new(),
            known: true,
            says_more: false,
            amount: receipt.amount,
            document: receipt.document.clone(),
            booked_on: receipt.booked_on,
            value_on: receipt.value_on,
            bank_account: String::new(),
            statement: None,
            code: receipt.code.clone(),
            line: 0,
            words: Words::of(receipt.words.as_ref()),
        };
        told.with_advice(&Words::of(receipt.remittance.as_ref()))
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
    /// References of the payer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<String>,
    /// The end-to-end reference among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end_to_end: Option<String>,
    /// The customer's reference among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer_reference: Option<String>,
    /// The bank's references of the payment: they name no customer and no document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bank: Vec<String>,
    /// What banks took off on the way, in minor units of the amount's currency.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub(super) charges: i64,
    /// The bank's reference of the entry: no payer wrote it, and only a return names it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<String>,
    /// The bank's reference of an entry that it told before and that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<String>,
    /// What the payer wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) text: Vec<String>,
    /// What the payer wrote in its remittance advice: it names nothing here, but may call the payment full payment.
    #[serde(skip)]
    pub(super) advised: Vec<String>,
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
        (!line.documents.is_empty()).then(|| Self::of_advice(line))
    }

    /// The same of a line that stays where it names no document: it is a part of what is paid.
    pub(super) fn of_advice(line: &RemittanceLine) -> Self {
        let held = line.adjustments.iter().filter(|adjustment| adjustment.amount < 0);
        let words = |text: &str, meaning: &str| [text, meaning].join(" ").trim().to_owned();
        Self {
            document: line.documents.first().map(|document| document.number.clone()).unwrap_or_default(),
            paid: line.paid,
            discount: line.discount.unwrap_or(0).max(0),
            held_back: held
                .map(|held| {
                    let code = [held.list, held.code.as_str()].join(" ").trim().to_owned();
                    (held.amount.saturating_neg(), code, words(&held.text, held.meaning))
                })
                .collect(),
        }
    }

    /// A difference that belongs to no line, as a line of its own.
    pub(super) fn of_adjustment(adjustment: &Adjustment) -> Self {
        let number = adjustment.document.as_ref().map(|document| document.number.clone());
        let words = [adjustment.code.as_str(), adjustment.meaning, adjustment.text.as_str()].join(" ");
        let document = number.unwrap_or_else(|| words.split_whitespace().collect::<Vec<_>>().join(" "));
        Self { document, paid: Some(adjustment.amount), discount: 0, held_back: Vec::new() }
    }

    /// As the rules look at it.
    fn line(&self, policy: &CashPolicy) -> rules::RemittanceLine {
        let deductions = self.held_back.iter().map(|(amount, code, words)| rules::Deduction {
            amount: *amount,
            stated: format!("{} {words}", bare(code)).trim().to_owned(),
            reason: reason_of(code, words, &policy.reasons),
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
    /// What is kept as JSON; nothing where it is erased.
    pub(super) fn of(kept: Option<&serde_json::Value>) -> Self {
        kept.and_then(|words| serde_json::from_value(words.clone()).ok()).unwrap_or_default()
    }

    /// What tells the booking from others that are alike in account, days, amount and code (this one).
    pub(super) fn telling(&self, code: &str) -> Telling {
        let text = self.text.iter().map(String::as_str).chain(self.documents());
        Telling {
            bank: self.entry.iter().chain(&self.bank).cloned().collect(),
            bank_is_key: reference_lasts(code),
            end_to_end: self.end_to_end.clone(),
            customer_reference: self.customer_reference.clone(),
            payer: self.payer.clone(),
            payer_account: self.payer_account.clone(),
            text: text.collect::<Vec<_>>().join(" "),
        }
    }

    /// The documents that the lines of the remittance name.
    pub(super) fn documents(&self) -> impl Iterator<Item = &str> {
        self.remittance.iter().map(|line| line.document.as_str()).filter(|document| !document.is_empty())
    }
}

/// A number that may name a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenNumber {
    pub(super) number: String,
    /// Whether it stands there, and is not made of a range.
    pub(super) stands: bool,
}

/// The most numbers of a receipt that are looked for.
const MOST_NUMBERS: usize = 1_000;

impl Words {
    /// Document numbers and the like, as written: what payers' ways of writing say, short references whole, and words of
    /// letters and digits.
    pub(super) fn references(&self) -> Vec<WrittenNumber> {
        let mut known: HashSet<String> = HashSet::new();
        let mut numbers: Vec<WrittenNumber> = Vec::new();
        let mut add = |number: &str, stands: bool| {
            if numbers.len() < MOST_NUMBERS && known.insert(number.to_owned()) {
                numbers.push(WrittenNumber { number: number.to_owned(), stands });
            }
        };
        let all = || self.references.iter().chain(&self.text);
        for text in all() {
            for written in read_references(std::slice::from_ref(text)).references {
                add(&written.number, written.how == How::Written);
            }
            let parts = text.split(|c: char| c.is_whitespace() || ",;/+:()|*#&=\"'".contains(c));
            for part in parts.map(|part| part.trim_matches(['.', '-', '_'])) {
                if part.bytes().any(|b| b.is_ascii_digit()) && part.bytes().any(|b| b.is_ascii_alphabetic()) {
                    add(part, true);
                }
            }
            if !text.is_empty() && text.len() <= 40 {
                add(text, true);
            }
        }
        numbers
    }

    /// The same with the bank's references, as a trace number may be one: by these an advice names its payment.
    pub(super) fn all_numbers(&self) -> Vec<String> {
        self.references().into_iter().map(|written| written.number).chain(self.bank.iter().cloned()).collect()
    }
}

/// One payment that a bank booked: an entry, or one of a batch where the batch accounts for the entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Booking<'f> {
    pub(super) statement: &'f Statement,
    pub(super) entry: &'f Entry,
    pub(super) amount: i64,
    pub(super) side: Side,
    /// Whether it undoes an earlier one.
    pub(super) reversal: bool,
    pub(super) payment: &'f Payment,
    /// The day the file was made.
    pub(super) created: Option<Day>,
}

impl Booking<'_> {
    /// The day it was booked; where nothing else says it, the day the file was made.
    pub(super) fn booked(&self) -> Option<Day> {
        let (entry, statement) = (self.entry, self.statement);
        entry.booking_day.or(statement.as_of).or(entry.value_day).or(statement.to).or(self.created)
    }
}

/// What a file tells as booked, in the file's order. What is announced only, a test or withdrawn is nothing.
pub(super) fn bookings(file: &BankFile) -> impl Iterator<Item = Booking<'_>> {
    let (told, created) = (file.statements.iter().filter(|statement| is_booked(statement.standing)), file.created);
    let entries = told.flat_map(|statement| statement.entries.iter().map(move |entry| (statement, entry)));
    entries.filter(|(_, entry)| entry.status == EntryStatus::Booked).flat_map(move |(statement, entry)| {
        let batch: i128 = entry.batch.iter().map(|payment| i128::from(payment.amount)).sum();
        let whole = entry.batch.is_empty()
            || batch != i128::from(entry.amount)
            || entry.batch.iter().any(|payment| payment.side != entry.side || payment.currency != entry.currency);
        let (amount, side, reversal, payment) = (entry.amount, entry.side, entry.reversal, &entry.payment);
        let all = whole.then_some(Booking { statement, entry, amount, side, reversal, payment, created });
        let parts = entry.batch.iter().filter(move |_| !whole).map(move |part| Booking {
            statement,
            entry,
            amount: part.amount,
            side: part.side,
            reversal: part.reversal,
            payment: &part.payment,
            created,
        });
        all.into_iter().chain(parts)
    })
}

/// The credits that a file tells as booked, in the file's order. What gives back money that had gone back is one of them.
/// None is known yet ([`super::told_again`]).
pub(super) fn credits(file: &BankFile) -> Vec<Told> {
    // What a table has as its reference may be the payer's.
    let table = matches!(file.format, Some(Format::Csv | Format::Xlsx));
    bookings(file).filter(is_receipt).filter_map(|booking| credit(&booking, table)).collect()
}

/// The debits of a file that replace an entry the bank told before (OFX), in the file's order, each known by what it replaces.
pub(super) fn replacing_debits(file: &BankFile) -> Vec<Told> {
    let of_ofx = |booking: &Booking<'_>| booking.entry.codes.iter().any(|code| code.list == "ofx");
    let debits = bookings(file).filter(|booking| booking.side == Side::Debit && undone(booking).is_none());
    let replacing = |booking: Booking<'_>| {
        let told = credit(&booking, false)?;
        let key = format!("{}/{}", told.key, told.words.replaces.as_ref()?);
        Some(Told { key, ..told })
    };
    debits.filter(of_ofx).filter_map(replacing).collect()
}

fn is_receipt(booking: &Booking<'_>) -> bool {
    match undone(booking) {
        Some((money_out, how)) => returns::effect(money_out, how) == Effect::Receipt,
        None => booking.side == Side::Credit,
    }
}

/// How a booking undoes an earlier one, and whether that takes money out; `None` when it undoes none.
pub(super) fn undone(booking: &Booking<'_>) -> Option<(bool, Undone)> {
    let how = match booking.payment.returned.as_ref().map(|returned| returned.kind) {
        Some(ReturnKind::Return) => Undone::Returned,
        Some(ReturnKind::Dishonoured) => Undone::Dishonoured,
        Some(ReturnKind::Contested) => Undone::Contested,
        Some(ReturnKind::NotificationOfChange | ReturnKind::RefusedChange) => return None,
        None if booking.reversal => Undone::Returned,
        None => return None,
    };
    // OFX repeats the entry that is to be deleted, with its sign.
    let repeated = booking.entry.codes.iter().any(|code| code.list == "ofx");
    Some((repeated == (booking.side == Side::Credit), how))
}

fn is_booked(standing: Standing) -> bool {
    match standing {
        Standing::Final | Standing::Interim | Standing::Intraday | Standing::Advice | Standing::Correction => true,
        Standing::Test | Standing::Deleted => false,
    }
}

fn credit(booking: &Booking<'_>, table: bool) -> Option<Told> {
    let Booking { statement, entry, amount, payment, .. } = *booking;
    let amount = Money::new(amount, currency_of(entry.currency)?);
    let booked = booking.booked()?;
    let (booked_on, value_on) = (date_of(booked)?, date_of(entry.value_day.unwrap_or(booked))?);
    if amount.minor <= 0 {
        return None;
    }
    let code = entry.codes.first().map_or_else(String::new, |code| format!("{} {}", code.list, code.code));
    let charges = charges(payment, amount.minor, entry.currency);
    let mut words = Words { entry: entry.reference.clone(), charges, ..words_of(payment) };
    if table {
        words.references.append(&mut words.bank);
    }
    let bank_account = our_account(statement).to_owned();
    let key = content(&bank_account, (booked_on, value_on), amount, &code);
    let reference = [&payment.end_to_end, &payment.customer_reference, &payment.bank_reference, &entry.reference];
    let document = reference.into_iter().flatten().find(|reference| !reference.trim().is_empty());
    Some(Told {
        document: document.map_or_else(|| format!("RCPT {value_on} {}", &key[..8]), |text| short(text)),
        key,
        known: false,
        says_more: false,
        amount,
        booked_on,
        value_on,
        bank_account,
        statement: final_statement(statement),
        code,
        line: entry.place.line,
        words,
    })
}

/// What is the same of a credit in every file that tells of it: the account, the days, the amount, what the bank calls it.
pub(super) fn content(bank_account: &str, (booked, value): (Date, Date), amount: Money, code: &str) -> String {
    let days = [booked, value].map(|day| day.to_string());
    let minor = amount.minor.to_string();
    hashed([bank_account, &days[0], &days[1], &minor, amount.currency.code(), code])
}

/// The same of a debit, with what was referred to and who was paid. The bank's own reference and the statement's number are
/// left out: they differ between a report of the day and the final statement.
pub(super) fn debit_content(
    statement: &Statement,
    days: &[Day],
    (amount, currency): (i64, Currency),
    code: &str,
    payment: &Payment,
    words: &Words,
) -> String {
    let days: Vec<String> = days.iter().map(Day::to_string).collect();
    let minor = amount.to_string();
    let references = [&payment.end_to_end, &payment.customer_reference].map(|text| text.as_deref().unwrap_or_default());
    let payer = words.payer.iter().chain(&words.payer_account).map(String::as_str);
    let first = [our_account(statement)].into_iter().chain(days.iter().map(String::as_str));
    hashed(first.chain([minor.as_str(), currency.code(), code]).chain(references).chain(payer))
}

fn hashed<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What banks took off a payment on the way: what they say of it, where what was sent is the amount and that.
fn charges(payment: &Payment, amount: i64, currency: CurrencyCode) -> i64 {
    let taken = payment.charges.iter().filter(|charge| charge.currency == currency && charge.included != Some(false));
    let taken: i128 = taken.map(|charge| i128::from(charge.amount)).sum();
    let sent = payment.original.iter().find(|sent| sent.currency == currency).map(|sent| i128::from(sent.amount));
    let fits = sent.is_none_or(|sent| sent == i128::from(amount) + taken);
    i64::try_from(taken).ok().filter(|taken| fits && *taken > 0).unwrap_or(0)
}

/// Our account, as the bank names it.
pub(super) fn our_account(statement: &Statement) -> &str {
    let account = &statement.account;
    account.iban.as_ref().or(account.number.as_ref()).unwrap_or(&statement.key.account)
}

pub(super) fn words_of(payment: &Payment) -> Words {
    let parties = [&payment.counterparty, &payment.behind];
    let parties = || parties.into_iter().flatten();
    let references = [&payment.end_to_end, &payment.customer_reference].into_iter().flatten().cloned();
    let documents = payment.remittance.iter().flat_map(|line| &line.documents).map(|document| document.number.clone());
    Words {
        payer: parties().filter_map(|party| party.name.clone()).collect(),
        payer_account: parties().find_map(|party| party.account.clone()),
        references: references
            .chain(payment.references.iter().map(|(_, text)| text.clone()))
            .chain(documents)
            .collect(),
        end_to_end: payment.end_to_end.clone(),
        customer_reference: payment.customer_reference.clone(),
        bank: payment.bank_reference.iter().cloned().collect(),
        text: payment.text.clone(),
        advised: Vec::new(),
        remittance: payment.remittance.iter().filter_map(SaidLine::of).collect(),
        charges: 0,
        entry: None,
        replaces: payment.references.iter().find(|(name, _)| *name == "corrects").map(|(_, text)| text.clone()),
    }
}

pub(super) fn currency_of(code: CurrencyCode) -> Option<Currency> {
    Currency::parse(code.as_str())
}

/// A day of a file as the rules count it.
pub(super) fn date_of(day: Day) -> Option<Date> {
    Date::new(day.year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}

/// A document number at most 60 letters long.
pub(super) fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}
