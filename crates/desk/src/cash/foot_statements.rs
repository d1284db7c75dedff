//! Final statements with their balances: whether each accounts for what was told of its days, and whether one is missing
//! before it. What a report of the day tells is not held to its balances; what it tells that no final statement lists is.

use std::collections::BTreeMap;

use dunwell_formats::bank::{BalanceKind, BankFile, EntryStatus, Standing, Statement};
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::statements::is_missing_before;
use dunwell_rules::money::Currency;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewBankStatement;
use dunwell_store::views::bank_statements::BankStatementView;
use serde::Serialize;

use super::import_bank_file::Taking;
use super::told::{currency_of, date_of, our_account};
use crate::desk::Desk;
use crate::import::FileProblem;
use crate::look::page;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// Entries noted as listed in one transaction.
const CHUNK: usize = 1000;

/// What a file's final statements list, by the statement: the keys of its receipts and of its returns.
pub(super) type Listed = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// What came of looking at balances.
pub(super) struct Footed {
    /// Statements that are asked about from now on.
    pub(super) asked: u64,
    /// Statements that are missing.
    pub(super) warnings: Vec<FileProblem>,
}

/// The days of an account that a file tells of.
type Reach = BTreeMap<(String, Currency), (Date, Date)>;

/// By what a final statement is known within its file; `None` for a report that is not final.
pub(super) fn final_statement(statement: &Statement) -> Option<String> {
    match statement.standing {
        Standing::Final | Standing::Correction => {}
        Standing::Interim | Standing::Intraday | Standing::Advice | Standing::Test | Standing::Deleted => return None,
    }
    let currency = statement.currency.as_ref().map_or("", |currency| currency.as_str());
    let key = &statement.key;
    Some(format!("{}/{}/{currency}", key.account, key.statement))
}

/// The final statements of a file that give both balances, by what each is known; one account may be told in several parts.
fn finals(file: &BankFile) -> BTreeMap<String, (u64, NewBankStatement)> {
    let mut parts: BTreeMap<String, Vec<&Statement>> = BTreeMap::new();
    for statement in &file.statements {
        if let Some(name) = final_statement(statement) {
            parts.entry(name).or_default().push(statement);
        }
    }
    parts.into_iter().filter_map(|(name, parts)| Some((name, (parts[0].place.line, whole(&parts)?)))).collect()
}

/// A statement of all its parts. `None` where a balance is missing, entries are in several currencies, or only sums are told.
fn whole(parts: &[&Statement]) -> Option<NewBankStatement> {
    let balances = || parts.iter().flat_map(|part| &part.balances);
    let first =
        |kinds: [BalanceKind; 2]| kinds.into_iter().find_map(|kind| balances().find(|known| known.kind == kind));
    let opening = first([BalanceKind::Opening, BalanceKind::InterimOpening])?;
    let closing = first([BalanceKind::Closing, BalanceKind::InterimClosing])?;
    let entries = || parts.iter().flat_map(|part| &part.entries);
    let booked = || entries().filter(|entry| entry.status == EntryStatus::Booked);
    let one_currency = opening.currency == closing.currency && booked().all(|entry| entry.currency == closing.currency);
    let sums_only = entries().next().is_none() && parts.iter().any(|part| !part.summaries.is_empty());
    if !one_currency || sums_only {
        return None;
    }
    let moved = booked().fold(0_i128, |sum, entry| sum + i128::from(entry.signed()));
    let of_parts = parts.iter().flat_map(|part| [part.from, part.as_of, part.to]).flatten();
    let days = of_parts.filter_map(date_of);
    let (from, to) = (days.clone().min()?, days.max()?);
    Some(NewBankStatement {
        bank_account: our_account(parts[0]).to_owned(),
        statement: parts[0].key.statement.clone(),
        currency: currency_of(closing.currency)?,
        from,
        to,
        opening: opening.amount,
        closing: closing.amount,
        moved: i64::try_from(moved).ok()?,
    })
}

/// The accounts and days that a file tells of as booked, whatever its standing.
fn reach(file: &BankFile) -> Reach {
    let mut reach = Reach::new();
    for statement in &file.statements {
        for entry in &statement.entries {
            let booked = entry.booking_day.or(statement.as_of).or(entry.value_day).or(statement.to);
            let (Some(day), Some(currency)) = (booked.and_then(date_of), currency_of(entry.currency)) else { continue };
            let known = reach.entry((our_account(statement).to_owned(), currency)).or_insert((day, day));
            *known = (known.0.min(day), known.1.max(day));
        }
    }
    reach
}

impl Taking<'_> {
    /// Records the final statements of the file, and asks about those that do not foot. A
    /// statement that does not open as the one before it closed is a warning of the file.
    pub(super) async fn foot_statements(&mut self, listed: &Listed) -> Result<Footed> {
        let mut warnings = Vec::new();
        let told = finals(self.read);
        let mut reach = reach(self.read);
        for (name, (line, row)) in &told {
            let known = reach.entry((row.bank_account.clone(), row.currency)).or_insert((row.from, row.to));
            *known = (known.0.min(row.from), known.1.max(row.to));
            let entry = self.tell_statement(row).await?;
            if let Some((receipts, returns)) = listed.get(name) {
                self.list(entry, receipts, returns).await?;
            }
            warnings.extend(self.missing_before(entry, *line).await?);
        }
        let (desk, on) = (self.desk, self.request.on);
        let asked = desk.retrying(|| async {
            let mut recording = desk.record("bank statements", on).await?;
            let mut asked = 0;
            for ((account, currency), days) in &reach {
                asked += recording.foot_statements(account, *currency, *days, on).await?;
            }
            recording.commit().await?;
            Ok(asked)
        });
        Ok(Footed { asked: asked.await?, warnings })
    }

    async fn tell_statement(&mut self, row: &NewBankStatement) -> Result<EntryId> {
        let (desk, this) = (self.desk, &*self);
        let (import, entry) = desk
            .retrying(|| async {
                let mut recording = desk.record("import bank", this.request.on).await?;
                if let Some(import) = this.import {
                    recording.within_import(import);
                }
                let known = recording.bank_statement_known(row).await?;
                if let Some(entry) = known {
                    return Ok((this.import, entry));
                }
                let import = this.enter(&mut recording).await?;
                let entry = recording.tell_bank_statement(row).await?;
                recording.commit().await?;
                Ok((Some(import), entry))
            })
            .await?;
        self.import = import;
        Ok(entry)
    }

    async fn list(&self, statement: EntryId, receipts: &[String], returns: &[String]) -> Result<()> {
        let (desk, on) = (self.desk, self.request.on);
        let none: &[String] = &[];
        let chunks = receipts.chunks(CHUNK).map(|keys| (keys, none));
        for (receipts, returns) in chunks.chain(returns.chunks(CHUNK).map(|keys| (none, keys))) {
            let receipts: Vec<&str> = receipts.iter().map(String::as_str).collect();
            let returns: Vec<&str> = returns.iter().map(String::as_str).collect();
            desk.retrying(|| async {
                let mut recording = desk.record("bank statements", on).await?;
                recording.list_entries(statement, &receipts, &returns).await?;
                recording.commit().await?;
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    async fn missing_before(&self, entry: EntryId, line: u64) -> Result<Option<FileProblem>> {
        let mut reading = self.desk.book.read().await?;
        let Some(told) = reading.bank_statement_told(entry).await? else { return Ok(None) };
        let closings = reading.closings_before(&told).await?;
        if !is_missing_before(told.opening.minor, &closings) {
            return Ok(None);
        }
        let message = format!(
            "a statement of account {} is missing before {}: this one opens with {}, and none before it closes so",
            told.bank_account, told.statement, told.opening
        );
        Ok(Some(FileProblem { code: "statement_missing", line, message }))
    }
}

/// The statements that do not foot, the longest asked first: at most `most` after the one given (day, statement).
pub async fn statements_asked(
    desk: &Desk,
    after: Option<(Date, EntryId)>,
    most: i64,
) -> Result<Vec<BankStatementView>> {
    desk.may(Action::ReadAccounts)?;
    Ok(desk.book.read().await?.bank_statements_asked(after, most).await?)
}

/// A page of the statements that do not foot.
#[derive(Debug, Clone, Serialize)]
pub struct StatementsAsked {
    /// The statements, the longest asked first.
    pub bank_statements: Vec<BankStatementView>,
    /// What the next page is asked for with; null on the last.
    pub next_cursor: Option<String>,
}

/// A page of the statements that do not foot, the longest asked first; an unknown cursor is refused.
pub async fn statements_page(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<StatementsAsked> {
    let (size, after) = (page::size(limit)?, page::day_and_entry(cursor)?);
    let rows = statements_asked(desk, after, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let cursor = |shown: &BankStatementView| page::after_day(shown.asked_on.unwrap_or(Date::MIN), shown.entry);
    let (bank_statements, next_cursor) = page::cut(rows, size, cursor);
    Ok(StatementsAsked { bank_statements, next_cursor })
}

/// One statement; `None` when the entry is none.
pub async fn bank_statement(desk: &Desk, entry: &str) -> Result<Option<BankStatementView>> {
    desk.may(Action::ReadAccounts)?;
    Ok(desk.book.read().await?.bank_statement_told(entry_of("bank statement", entry)?).await?)
}

/// Says why a statement does not foot; it is asked again only when the difference is another one.
pub async fn see_statement(desk: &Desk, entry: &str, because: &str, on: Date) -> Result<BankStatementView> {
    desk.may(Action::Unapply)?;
    let id = entry_of("bank statement", entry)?;
    if because.trim().is_empty() {
        let why = "say why it does not foot".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("see bank statement", on).await?;
        recording.see_bank_statement(id, because.trim(), on).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    let found = bank_statement(desk, entry).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "bank statement", id: entry.into() })?)
}
