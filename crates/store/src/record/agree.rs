//! What was said and agreed with a customer: calls and notes, promises, disputes, stops.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};

use super::rows::{NewActivity, NewDispute, NewHold, NewPromise};
use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::{Fault, Result};

const CALL_TASKS: &str = "select task from task where book = $1 and account = $2 and kind in ('call', 'review_old_debt') \
     and closed_on is null order by task";
const OPEN_PROMISES: &str = "select promise, items from promise where book = $1 and account = $2 and currency = $3 \
     and ended_on is null and promised_for >= $4 order by promise";
const END_PROMISE: &str = "update promise set ended_on = $4, ended_by = $5 \
     where book = $1 and account = $2 and promise = $3 and ended_on is null";
const CLOSE_DISPUTE: &str =
    "update dispute set closed_on = $4 where book = $1 and account = $2 and dispute = $3 and closed_on is null";
const RELEASE_HOLD: &str =
    "update hold set released_on = $4 where book = $1 and account = $2 and hold = $3 and released_on is null";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[CALL_TASKS, OPEN_PROMISES, END_PROMISE, CLOSE_DISPUTE, RELEASE_HOLD];

impl Recording {
    /// Records something that happened with the customer. A contact counts for quiet days; a call closes the account's open
    /// call tasks, and a step that such a task stands for is made on that day.
    pub async fn log(&mut self, row: &NewActivity) -> Result<EntryId> {
        let (book, account, day) = (self.envelope.book, row.account.0, day_number(row.day));
        self.bump([account]).await?;
        let mut detail = serde_json::json!({ "kind": row.kind, "outcome": row.outcome, "is_contact": row.is_contact });
        if let Some(person) = row.person {
            detail["person"] = person.0.into();
        }
        let entry = self.journal_deed(Deed {
            account,
            kind: "logged",
            day,
            detail: json(&detail)?,
            words: row.text.as_deref(),
            ..Deed::default()
        })?;
        self.write_note(account, entry, row.text.as_deref());
        if row.is_contact {
            self.write_contact(account, entry, day, &row.kind, None);
        }
        if row.kind == "call" {
            let tasks: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(CALL_TASKS)
                .bind(book).bind(account).fetch_all(c).await?);
            for task in tasks {
                self.close_task_of(account, task, day, row.outcome.as_deref().unwrap_or("called")).await?;
            }
        }
        Ok(EntryId(entry))
    }

    /// Records a promise to pay. It counts as a contact, and replaces the promises still running that name one of its items,
    /// or none as it does.
    pub async fn promise(&mut self, row: &NewPromise) -> Result<EntryId> {
        let (book, account, made_on) = (self.envelope.book, row.account.0, day_number(row.made_on));
        let promised_for = day_number(row.promised_for);
        self.bump([account]).await?;
        let items: Vec<i64> = row.items.iter().map(|item| item.0).collect();
        let currency = row.amount.currency.code();
        let open: Vec<(i64, String)> = on_tx!(self.tx().await?, c => sqlx::query_as(OPEN_PROMISES)
            .bind(book).bind(account).bind(currency).bind(made_on).fetch_all(c).await?);
        let mut replaced = Vec::new();
        for (promise, named) in open {
            let named: Vec<i64> = serde_json::from_str(&named).map_err(|_| Fault::new("a promise is damaged"))?;
            if named.iter().any(|item| items.contains(item)) || named.is_empty() && items.is_empty() {
                replaced.push(promise);
            }
        }
        let detail = serde_json::json!({ "promised_for": promised_for, "items": items, "replaces": replaced });
        let entry = self.journal_deed(Deed {
            account,
            kind: "promised",
            currency: Some(currency),
            amount: Some(row.amount.minor),
            day: made_on,
            detail: json(&detail)?,
            words: row.words.as_deref(),
            ..Deed::default()
        })?;
        for promise in replaced {
            on_tx!(self.tx().await?, c => sqlx::query(END_PROMISE).bind(book).bind(account).bind(promise)
                .bind(made_on).bind(entry).execute(c).await.map(|_| ())?);
        }
        let items = json(&items)?;
        let cells: [Cell<'_>; 10] = [
            book.into(),
            account.into(),
            entry.into(),
            currency.into(),
            row.amount.minor.into(),
            made_on.into(),
            promised_for.into(),
            (&items).into(),
            Cell::Null,
            Cell::Null,
        ];
        self.put(&tables::PROMISE, &cells);
        self.write_note(account, entry, row.words.as_deref());
        self.write_contact(account, entry, made_on, "promise", None);
        Ok(EntryId(entry))
    }

    /// Withdraws a promise on a day; `false` when there is none of that id that still runs.
    pub async fn end_promise(&mut self, promise: EntryId, day: Date) -> Result<bool> {
        self.end(END_PROMISE, promise, day, "promise_ended", "").await
    }

    /// Opens disputes.
    pub async fn disputes(&mut self, rows: &[NewDispute]) -> Result<Vec<EntryId>> {
        let (book, import) = (self.envelope.book, self.import);
        self.bump(rows.iter().map(|row| row.account.0)).await?;
        let currencies = self.currencies_of(rows).await?;
        let mut made = Vec::with_capacity(rows.len());
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(rows.len() * 11);
        for (row, currency) in rows.iter().zip(&currencies) {
            refuse_nul(&[&row.reason])?;
            let detail = serde_json::json!({ "line": row.line, "reason": row.reason });
            let entry = self.journal_deed(Deed {
                account: row.account.0,
                kind: "disputed",
                subject: Some(row.item.0),
                currency: Some(currency),
                amount: row.amount,
                day: day_number(row.since),
                detail: json(&detail)?,
                ..Deed::default()
            })?;
            let row: [Cell<'_>; 11] = [
                book.into(),
                row.account.0.into(),
                entry.into(),
                currency.into(),
                row.item.0.into(),
                row.line.into(),
                row.amount.into(),
                day_number(row.since).into(),
                (&row.reason).into(),
                Cell::Null,
                import.into(),
            ];
            cells.extend_from_slice(&row);
            made.push(EntryId(entry));
        }
        self.put_now(&tables::DISPUTE, &cells).await?;
        Ok(made)
    }

    /// The currency of each disputed item.
    async fn currencies_of(&mut self, rows: &[NewDispute]) -> Result<Vec<String>> {
        let working = self.load(rows.iter().map(|row| row.item.0)).await?;
        let currency = |row: &NewDispute| {
            let item = working.items.get(&row.item.0).filter(|item| item.head.account == row.account.0);
            item.map(|item| item.head.currency.clone())
                .ok_or_else(|| Fault::new(format!("account {} has no item {}", row.account, row.item)))
        };
        rows.iter().map(currency).collect()
    }

    /// Closes a dispute; `false` when there is none of that id open.
    pub async fn close_dispute(&mut self, dispute: EntryId, day: Date, outcome: &str) -> Result<bool> {
        self.end(CLOSE_DISPUTE, dispute, day, "dispute_closed", outcome).await
    }

    /// Puts a stop on contact.
    pub async fn hold(&mut self, row: &NewHold) -> Result<EntryId> {
        let (account, since) = (row.account.0, day_number(row.since));
        self.bump([account]).await?;
        let until = row.until.map(day_number);
        let detail = serde_json::json!({ "kind": row.kind.code(), "until": until });
        let entry = self.journal_deed(Deed {
            account,
            kind: "held",
            day: since,
            detail: json(&detail)?,
            words: Some(&row.basis),
            ..Deed::default()
        })?;
        let cells: [Cell<'_>; 8] = [
            self.envelope.book.into(),
            account.into(),
            entry.into(),
            row.kind.code().into(),
            since.into(),
            until.into(),
            (&row.basis).into(),
            Cell::Null,
        ];
        self.put(&tables::HOLD, &cells);
        Ok(EntryId(entry))
    }

    /// Releases a stop; `false` when there is none of that id in force.
    pub async fn release_hold(&mut self, hold: EntryId, day: Date) -> Result<bool> {
        self.end(RELEASE_HOLD, hold, day, "hold_released", "").await
    }

    /// Ends an agreement once, whoever else tries: the statement decides.
    async fn end(&mut self, sql: &'static str, id: EntryId, day: Date, kind: &str, outcome: &str) -> Result<bool> {
        let (book, day) = (self.envelope.book, day_number(day));
        let Some(account) = self.account_of_activity(id).await? else { return Ok(false) };
        self.lock(&BTreeSet::from([account])).await?;
        let ends_by = sql == END_PROMISE;
        let by = EntryId::new(self.envelope.batch, self.envelope.rows).0;
        let ended = on_tx!(self.tx().await?, c => {
            let query = sqlx::query(sql).bind(book).bind(account).bind(id.0).bind(day);
            let query = if ends_by { query.bind(by) } else { query };
            query.execute(c).await?.rows_affected()
        });
        if ended == 0 {
            return Ok(false);
        }
        self.bump([account]).await?;
        let detail = if outcome.is_empty() { String::new() } else { json(&serde_json::json!({ "outcome": outcome }))? };
        self.journal_deed(Deed { account, kind, subject: Some(id.0), day, detail, ..Deed::default() })?;
        Ok(true)
    }

    /// Keeps the words of an entry where they can be erased.
    pub(super) fn write_note(&mut self, account: i64, entry: i64, words: Option<&str>) {
        if let Some(words) = words {
            let cells: [Cell<'_>; 4] = [self.envelope.book.into(), account.into(), entry.into(), words.into()];
            self.put(&tables::NOTE_TEXT, &cells);
        }
    }

    /// Counts a contact for quiet days.
    pub(super) fn write_contact(&mut self, account: i64, entry: i64, day: i64, channel: &str, notice: Option<i64>) {
        let book = self.envelope.book;
        let cells: [Cell<'_>; 6] =
            [book.into(), account.into(), entry.into(), day.into(), channel.into(), notice.into()];
        self.put(&tables::CONTACT_DAY, &cells);
    }
}
