//! The queue of receipts about which a person is asked, by age or amount, and how cash stands as a whole.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_store::views::cash::{AfterReceipt, AskedSum, BankFileView, QueueOrder, ReceiptView};
use serde::Serialize;

use crate::desk::Desk;
use crate::look::page;
use crate::refusal::{Refusal, Result};

/// What a person may be asked about a receipt, as codes: who paid, and what the rules ask (`rules::cash::Question`).
pub const QUESTIONS: [&str; 15] = [
    "unknown_payer",
    "several_payers",
    "ambiguous",
    "nothing_fits",
    "short",
    "overpaid",
    "unknown_reference",
    "paid_before",
    "told_elsewhere",
    "does_not_foot",
    "advice_differs",
    "remittance_undone",
    "words_undone",
    "replaced_by_bank",
    "paid_in_full_of_disputed",
];

/// What taking a payment may mean that calls itself full payment of what is disputed, for whoever is asked that (UCC 3-311);
/// `None` where it is not asked.
pub fn paid_in_full_means(asked: &[String]) -> Option<&'static str> {
    asked.iter().any(|code| code == "paid_in_full_of_disputed").then_some(
        "It calls itself payment in full and names what is disputed: applying it may settle the disputed rest (accord and \
         satisfaction). Hold it and ask your manager, or pay it back.",
    )
}

/// Which receipts a queue holds, and in which order.
#[derive(Debug, Clone, Copy, Default)]
pub struct QueueChoice<'a> {
    /// The order.
    pub order: QueueOrder,
    /// Only those asked this, one of [`QUESTIONS`]; empty is any.
    pub question: &'a str,
}

/// A page of the receipts about which a person is asked.
#[derive(Debug, Clone, Serialize)]
pub struct CashQueue {
    /// The order: `age` or `amount`.
    pub order: &'static str,
    /// The receipts.
    pub receipts: Vec<ReceiptView>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// A page of the bank files that were handed in.
#[derive(Debug, Clone, Serialize)]
pub struct BankFiles {
    /// The files.
    pub files: Vec<BankFileView>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// How cash stands.
#[derive(Debug, Clone, Serialize)]
pub struct CashFigures {
    /// Receipts about which a person is asked.
    pub asked: i64,
    /// What came in by them, by currency.
    pub asked_amount: Vec<Money>,
    /// The first day since which one of them is asked.
    pub asked_since: Option<Date>,
    /// What is asked, in documented order; a receipt may be asked about more than once.
    pub questions: Vec<QuestionCount>,
    /// Cash of nobody, by currency.
    pub unidentified: Vec<Money>,
    /// Credits on accounts that are set against nothing, by currency.
    pub unapplied: Vec<UnappliedSum>,
    /// The newest bank file.
    pub bank_file: Option<FileNamed>,
}

/// How often a question is asked.
#[derive(Debug, Clone, Serialize)]
pub struct QuestionCount {
    /// The question, as a code.
    pub question: String,
    /// Receipts it is asked about.
    pub receipts: i64,
    /// What came in by them, by currency.
    pub amount: Vec<Money>,
}

/// Credits of several accounts.
#[derive(Debug, Clone, Serialize)]
pub struct UnappliedSum {
    /// What is set against nothing.
    pub amount: Money,
    /// On how many accounts.
    pub accounts: i64,
}

/// A bank file by its name and day.
#[derive(Debug, Clone, Serialize)]
pub struct FileNamed {
    /// The import.
    pub import: String,
    /// The file's name.
    pub file: String,
    /// The business day on which it was read.
    pub day: Date,
}

/// A page of the receipts about which a person is asked; an unknown question or cursor is refused.
pub async fn cash_queue(
    desk: &Desk,
    choice: QueueChoice<'_>,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<CashQueue> {
    desk.may(Action::ReadAccounts)?;
    if !choice.question.is_empty() && !QUESTIONS.contains(&choice.question) {
        let why = format!("ask for one of {}", QUESTIONS.join(", "));
        return Err(Refusal::BadValue { what: "question", value: choice.question.into(), why }.into());
    }
    let (size, after) = (page::size(limit)?, cursor.map(|text| after(choice.order, text)).transpose()?);
    let (own, most) = (desk.settings().currency, i64::try_from(size + 1).unwrap_or(i64::MAX));
    let mut reading = desk.book.read().await?;
    let rows = reading.cash_queue(choice.order, choice.question, Some(own), after, most).await?;
    let (receipts, next_cursor) = page::cut(rows, size, |receipt| cursor_of(choice.order, receipt));
    Ok(CashQueue { order: choice.order.code(), receipts, next_cursor })
}

/// A page of the bank files that were handed in, the newest first; an unknown cursor is refused.
pub async fn bank_files(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<BankFiles> {
    desk.may(Action::ReadJournal)?;
    let (size, before) = (page::size(limit)?, page::entry(cursor)?);
    let rows = desk.book.read().await?.bank_files(before, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let (files, next_cursor) = page::cut(rows, size, |file| file.bank_file.to_string());
    Ok(BankFiles { files, next_cursor })
}

/// The receipt that comes after one in a queue, or the queue's first where that is the last.
pub async fn next_exception(desk: &Desk, choice: QueueChoice<'_>, receipt: &ReceiptView) -> Result<Option<EntryId>> {
    let here = receipt.asked_on.map(|_| cursor_of(choice.order, receipt));
    for cursor in [here.as_deref(), None] {
        let found = cash_queue(desk, choice, cursor, Some(2)).await?.receipts;
        if let Some(next) = found.iter().find(|next| next.receipt != receipt.receipt) {
            return Ok(Some(next.receipt));
        }
    }
    Ok(None)
}

/// The cursor after a receipt: `2026-11-18_412.3` by age, `12500_USD_412.3` by amount.
fn cursor_of(order: QueueOrder, receipt: &ReceiptView) -> String {
    match order {
        QueueOrder::Age => page::after_day(receipt.asked_on.unwrap_or(receipt.booked_on), receipt.receipt),
        QueueOrder::Amount => {
            format!("{}_{}_{}", receipt.amount.minor, receipt.amount.currency, receipt.receipt)
        }
    }
}

fn after(order: QueueOrder, text: &str) -> Result<AfterReceipt> {
    let by_amount = || {
        let mut parts = text.split('_');
        let (minor, code, entry) = (parts.next()?, parts.next()?, parts.next()?);
        let amount = Money::new(minor.parse().ok()?, Currency::parse(code)?);
        parts.next().is_none().then_some(AfterReceipt::Amount(amount, EntryId::parse(entry)?))
    };
    let found = match order {
        QueueOrder::Age => page::day_and_entry(Some(text))?.map(|(day, entry)| AfterReceipt::Asked(day, entry)),
        QueueOrder::Amount => by_amount(),
    };
    Ok(found.ok_or_else(|| page::unknown(text))?)
}

/// How cash stands: what is asked, what is nobody's, what is set against nothing, and the newest bank file.
pub async fn cash_figures(desk: &Desk) -> Result<CashFigures> {
    desk.may(Action::ReadAccounts)?;
    let mut reading = desk.book.read().await?;
    let sums = reading.asked_sums().await?;
    let unapplied = reading.unapplied_cash().await?;
    let newest = reading.newest_bank_file().await?;
    Ok(CashFigures {
        asked: sums.iter().map(|sum| sum.receipts).sum(),
        asked_amount: amounts(sums.iter()),
        asked_since: sums.iter().map(|sum| sum.since).min(),
        questions: QUESTIONS.iter().filter_map(|question| counted(question, &sums)).collect(),
        unidentified: reading.unidentified_cash().await?,
        unapplied: unapplied.into_iter().map(|(amount, accounts)| UnappliedSum { amount, accounts }).collect(),
        bank_file: newest.map(|(import, file, day)| FileNamed { import: import.to_string(), file, day }),
    })
}

fn counted(question: &str, sums: &[AskedSum]) -> Option<QuestionCount> {
    let of = || sums.iter().filter(|sum| sum.asked.iter().any(|asked| asked == question));
    let receipts = of().map(|sum| sum.receipts).sum();
    (receipts > 0).then(|| QuestionCount { question: question.to_owned(), receipts, amount: amounts(of()) })
}

/// What came in, by currency.
fn amounts<'a>(sums: impl Iterator<Item = &'a AskedSum>) -> Vec<Money> {
    let mut by_currency: BTreeMap<Currency, i64> = BTreeMap::new();
    for sum in sums {
        *by_currency.entry(sum.amount.currency).or_default() += sum.amount.minor;
    }
    by_currency.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
}
