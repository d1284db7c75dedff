//! What the customers have already been sent, so that a ladder goes on where the old system stood.
//!
//! A row names account, step and day, and the document it was about; rows of one step are one opening step with several
//! items. Without a document the step is about everything that was past due on its day.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::money::Currency;
use dunwell_store::book::Book;
use dunwell_store::facts::AccountChoice;
use dunwell_store::fault::Result;

use super::accounts::Accounts;
use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session};
use super::payments::unknown_account;
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// A notice as a row says it.
#[derive(Debug)]
pub(super) struct NoticeRow {
    account: String,
    currency: Currency,
    step: String,
    day: Date,
    document: Option<String>,
    account_header: String,
    document_header: String,
    id: String,
    hash: i64,
}

/// Imports notices.
pub(super) struct Notices {
    book: Book,
    on: Date,
    accounts: Accounts,
}

impl Notices {
    pub(super) fn new(book: Book, on: Date) -> Self {
        Self { book, on, accounts: Accounts::default() }
    }

    /// The items a row names; none where it names no document, which means all that was past due on its day.
    async fn items(
        session: &mut Session,
        account: EntryId,
        row: &NoticeRow,
    ) -> Result<std::result::Result<Vec<EntryId>, Refused>> {
        let Some(document) = &row.document else { return Ok(Ok(Vec::new())) };
        let found = session.recording.items_by_document(account, document).await?;
        let mut items = found
            .into_iter()
            .filter(|item| !item.reversed && item.kind.is_debit() && item.amount.currency == row.currency);
        Ok(match items.next_back() {
            Some(item) => Ok(vec![item.item]),
            None => Err(Refused {
                column: row.document_header.clone(),
                value: document.clone(),
                code: Code::UnknownDocument,
                message: format!(
                    "account {} has no item {document} in {}; import the invoices first",
                    row.account, row.currency
                ),
            }),
        })
    }
}

impl Rows for Notices {
    type Row = NoticeRow;

    /// Large, so that the rows of one step stand together.
    const BATCH_ROWS: usize = 50_000;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<NoticeRow, Refused> {
        let account = cells.account(Column::Account)?.to_owned();
        let step = cells.required(Column::Step)?.to_owned();
        let day = cells.required_date(Column::Date)?;
        let document = cells.owned(Column::Document)?;
        let currency = cells.currency_or_default()?;
        let id = format!("{account}\n{step}\n{day}\n{}\n{currency}", document.as_deref().unwrap_or(""));
        let hash = RowHash::new().text(&id).number(day_number(day)).finish();
        let (account_header, document_header) = (cells.header(Column::Account), cells.header(Column::Document));
        Ok(NoticeRow { account, currency, step, day, document, account_header, document_header, id, hash })
    }

    fn identity<'a>(&self, row: &'a NoticeRow) -> (&'a str, i64) {
        (&row.id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, NoticeRow)], outcome: &mut Outcome) -> Result<()> {
        self.accounts.look_up(&mut session.recording, rows.iter().map(|(_, row)| row.account.as_str())).await?;
        let mut ids: Vec<EntryId> =
            rows.iter().filter_map(|(_, row)| self.accounts.get(&row.account)).map(|known| known.account).collect();
        ids.sort_unstable();
        ids.dedup();
        let facts = self.book.read().await?.facts(AccountChoice::Ids(&ids), self.on).await?;
        let mut steps: BTreeMap<Step<'_>, (Vec<EntryId>, u64)> = BTreeMap::new();
        for (line, row) in rows {
            let Some(account) = self.accounts.get(&row.account).map(|known| known.account) else {
                outcome.reject(*line, unknown_account(&row.account_header, &row.account));
                continue;
            };
            match Self::items(session, account, row).await? {
                Err(refused) => outcome.reject(*line, refused),
                Ok(items) if is_recorded(&facts, account, row, &items) => outcome.duplicate += 1,
                Ok(items) => {
                    let step = steps.entry((account, row.day, row.currency, &row.step)).or_default();
                    step.0.extend(items);
                    step.1 += 1;
                }
            }
        }
        for ((account, day, currency, step), (mut items, count)) in steps {
            items.sort_unstable();
            items.dedup();
            session.begin_import().await?;
            let entry = session.recording.opening_step(account, currency, step, day, &items).await?;
            // The store answers the step that is there already when it knows it.
            if entry.batch() == session.recording.batch() {
                outcome.accepted += count;
            } else {
                outcome.duplicate += count;
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

/// Account, day, currency and name of a step.
type Step<'a> = (EntryId, Date, Currency, &'a str);

/// Whether the step is known for all of the items, as far as they are still open.
fn is_recorded(facts: &[AccountFacts], account: EntryId, row: &NoticeRow, items: &[EntryId]) -> bool {
    let mine = facts.iter().filter(|facts| facts.account == account && facts.currency == row.currency);
    mine.flat_map(|facts| &facts.steps)
        .filter(|step| step.step == row.step && step.day == row.day)
        .any(|step| items.iter().all(|item| step.open_items.contains(item)))
}
