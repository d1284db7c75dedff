//! Final bank statements: their balances beside what was told for their days, and what is asked where they do not foot.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::cash::statements::Footing;
use dunwell_rules::money::Currency;
use sqlx::FromRow;

use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Cell;
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Keyed, change};
use crate::db::on_tx;
use crate::fault::Result;

const SAME: &str = "select entry, from_day, to_day, opening, closing, moved from bank_statement \
     where book = $1 and bank_account = $2 and currency = $3 and statement = $4";
const RETELL: &str = "update bank_statement set from_day = $3, to_day = $4, opening = $5, closing = $6, moved = $7 \
     where book = $1 and entry = $2";
/// The statements whose days lie within reach, each with what no final statement lists of its days. A booking that only marks
/// what was never recorded moved nothing that we know.
const WITHIN: &str = "select s.entry, s.currency, s.opening, s.closing, s.moved, s.unlisted as known, s.difference, s.seen, \
     s.asked_on, cast(coalesce((select sum(e.amount) from bank_entry e where e.book = s.book \
     and e.bank_account = s.bank_account and e.currency = s.currency and e.statement is null \
     and e.booking_day between s.from_day and s.to_day), 0) as bigint) \
     - cast(coalesce((select sum(r.amount) from bank_return r where r.book = s.book \
     and r.bank_account = s.bank_account and r.currency = s.currency and r.statement is null \
     and (r.receipt is not null or r.reason <> 'REPLACE') \
     and r.booking_day between s.from_day and s.to_day), 0) as bigint) as unlisted \
     from bank_statement s where s.book = $1 and s.bank_account = $2 and s.currency = $3 and s.to_day >= $4 and s.from_day <= $5 \
     order by s.entry";
const FOOT: &str =
    "update bank_statement set unlisted = $3, difference = $4, asked_on = $5 where book = $1 and entry = $2";
const ASKED: &str =
    "select currency, difference from bank_statement where book = $1 and entry = $2 and asked_on is not null";
const SEEN: &str = "update bank_statement set seen = difference, asked_on = null where book = $1 and entry = $2";
const REACH: &str = "select bank_account, currency, cast(min(booking_day) as bigint), cast(max(booking_day) as bigint) from (\
     select bank_account, currency, booking_day from bank_entry where book = $1 and import = $2 \
     union all select bank_account, currency, booking_day from bank_return where book = $1 and import = $2) t \
     where bank_account <> '' group by bank_account, currency order by bank_account, currency";
const UNLIST: [&str; 2] = [
    "update bank_entry set statement = null where book = $1 and statement in \
     (select entry from bank_statement where book = $1 and import = $2)",
    "update bank_return set statement = null where book = $1 and statement in \
     (select entry from bank_statement where book = $1 and import = $2)",
];
const FORGET: &str = "delete from bank_statement where book = $1 and import = $2";
const FORGET_REASONS: &str = "delete from note_text where book = $1 and account = 0 and entry in (select a.entry from activity a \
     where a.book = $1 and a.account = 0 and a.kind = 'statement_seen' \
     and a.subject in (select entry from bank_statement where book = $1 and import = $2))";

const LIST: Keyed = Keyed {
    key: &[("book", Int), ("bank_key", Text), ("statement", Int)],
    statement: "update bank_entry set statement = key.statement from key \
        where bank_entry.book = key.book and bank_entry.bank_key = key.bank_key and bank_entry.statement is null",
    lock: None,
};
const LIST_RETURNS: Keyed = Keyed {
    key: &[("book", Int), ("bank_key", Text), ("statement", Int)],
    statement: "update bank_return set statement = key.statement from key \
        where bank_return.book = key.book and bank_return.bank_key = key.bank_key and bank_return.statement is null",
    lock: None,
};

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[SAME, RETELL, WITHIN, FOOT, ASKED, SEEN, REACH, UNLIST[0], UNLIST[1], FORGET, FORGET_REASONS];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&LIST, &LIST_RETURNS];

/// A final statement with its balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBankStatement {
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// By what the bank knows it.
    pub statement: String,
    /// The currency of the account.
    pub currency: Currency,
    /// The first day it covers.
    pub from: Date,
    /// The last day it covers.
    pub to: Date,
    /// The booked balance at the beginning, minor units.
    pub opening: i64,
    /// The booked balance at the end.
    pub closing: i64,
    /// What its booked entries come to, credits positive.
    pub moved: i64,
}

/// Entry, first and last day, balances at the beginning and the end, what its entries come to.
type Same = (i64, i64, i64, i64, i64, i64);

#[derive(Debug, FromRow)]
struct Within {
    entry: i64,
    currency: String,
    opening: i64,
    closing: i64,
    moved: i64,
    known: i64,
    difference: i64,
    seen: Option<i64>,
    asked_on: Option<i64>,
    unlisted: i64,
}

impl Recording {
    /// The entry of a statement that was told before with these very figures.
    pub async fn bank_statement_known(&mut self, row: &NewBankStatement) -> Result<Option<EntryId>> {
        let figures = (day_number(row.from), day_number(row.to), row.opening, row.closing, row.moved);
        let same = self.same_statement(row).await?;
        let same =
            same.filter(|(_, from, to, opening, closing, moved)| (*from, *to, *opening, *closing, *moved) == figures);
        Ok(same.map(|(entry, ..)| EntryId(entry)))
    }

    async fn same_statement(&mut self, row: &NewBankStatement) -> Result<Option<Same>> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_as(SAME).bind(book)
            .bind(&row.bank_account).bind(row.currency.code()).bind(&row.statement).fetch_optional(c).await?))
    }

    /// Records a final statement, or what another delivery of it says otherwise; answers its entry. Whether it foots is said
    /// by [`Self::foot_statements`].
    pub async fn tell_bank_statement(&mut self, row: &NewBankStatement) -> Result<EntryId> {
        let book = self.envelope.book;
        let same = self.same_statement(row).await?;
        let (from, to) = (day_number(row.from), day_number(row.to));
        let detail = serde_json::json!({ "bank_account": row.bank_account, "statement": row.statement, "from_day": from,
            "opening": row.opening, "closing": row.closing, "moved": row.moved });
        let told = self.journal_deed(Deed {
            kind: "statement_told",
            subject: same.map(|same| same.0),
            currency: Some(row.currency.code()),
            day: to,
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        if let Some((entry, ..)) = same {
            on_tx!(self.tx().await?, c => sqlx::query(RETELL).bind(book).bind(entry).bind(from).bind(to).bind(row.opening)
                .bind(row.closing).bind(row.moved).execute(c).await.map(|_| ())?);
            return Ok(EntryId(entry));
        }
        let cells: [Cell<'_>; 15] = [
            book.into(),
            told.into(),
            self.import.into(),
            (&row.bank_account).into(),
            (&row.statement).into(),
            row.currency.code().into(),
            from.into(),
            to.into(),
            row.opening.into(),
            row.closing.into(),
            row.moved.into(),
            0.into(),
            0.into(),
            Cell::Null,
            Cell::Null,
        ];
        self.put(&tables::BANK_STATEMENT, &cells);
        Ok(EntryId(told))
    }

    /// Notes which receipts and returns a final statement lists, by their keys; those that one lists already stay with it.
    pub async fn list_entries(&mut self, statement: EntryId, receipts: &[&str], returns: &[&str]) -> Result<u64> {
        let book = self.envelope.book;
        let mut listed = 0;
        for (keyed, keys) in [(&LIST, receipts), (&LIST_RETURNS, returns)] {
            if keys.is_empty() {
                continue;
            }
            let cells: Vec<Cell<'_>> =
                keys.iter().flat_map(|key| [book.into(), (*key).into(), statement.0.into()]).collect();
            listed += change(self.tx().await?, keyed, &cells).await?;
        }
        if listed > 0 {
            let detail = json(&serde_json::json!({ "receipts": receipts, "returns": returns }))?;
            let (subject, day) = (Some(statement.0), self.envelope.day);
            self.journal_deed(Deed { kind: "statement_lists", subject, day, detail, ..Deed::default() })?;
        }
        Ok(listed)
    }

    /// Says of every statement of an account that reaches into these days whether it foots, and asks where it does not; what
    /// a person has seen is asked again only when it is another difference. Answers how many are asked that were not.
    pub async fn foot_statements(
        &mut self,
        bank_account: &str,
        currency: Currency,
        (from, to): (Date, Date),
        on: Date,
    ) -> Result<u64> {
        let (book, today) = (self.envelope.book, day_number(on));
        let within: Vec<Within> = on_tx!(self.tx().await?, c => sqlx::query_as(WITHIN).bind(book).bind(bank_account)
            .bind(currency.code()).bind(day_number(from)).bind(day_number(to)).fetch_all(c).await?);
        let mut asked = 0;
        for found in within {
            let Within { opening, closing, moved, unlisted, .. } = found;
            let difference = Footing { opening, closing, moved, unlisted }.difference();
            let asks = difference != 0 && found.seen != Some(difference);
            asked += u64::from(asks && found.asked_on.is_none());
            let asked_on = asks.then(|| found.asked_on.unwrap_or(today));
            if (found.known, found.difference, found.asked_on) == (unlisted, difference, asked_on) {
                continue;
            }
            on_tx!(self.tx().await?, c => sqlx::query(FOOT).bind(book).bind(found.entry).bind(unlisted).bind(difference)
                .bind(asked_on).execute(c).await.map(|_| ())?);
            let detail = serde_json::json!({ "unlisted": unlisted, "asked_on": asked_on });
            self.journal_deed(Deed {
                kind: "statement_footed",
                subject: Some(found.entry),
                currency: Some(&found.currency),
                amount: Some(difference),
                day: today,
                detail: json(&detail)?,
                ..Deed::default()
            })?;
        }
        Ok(asked)
    }

    /// A person has seen why a statement does not foot. `false` when it is not asked about.
    pub async fn see_bank_statement(&mut self, statement: EntryId, because: &str, on: Date) -> Result<bool> {
        let book = self.envelope.book;
        let asked: Option<(String, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(ASKED).bind(book)
            .bind(statement.0).fetch_optional(c).await?);
        let Some((currency, difference)) = asked else { return Ok(false) };
        on_tx!(self.tx().await?, c => sqlx::query(SEEN).bind(book).bind(statement.0).execute(c).await.map(|_| ())?);
        let seen = self.journal_deed(Deed {
            kind: "statement_seen",
            subject: Some(statement.0),
            currency: Some(&currency),
            amount: Some(difference),
            day: day_number(on),
            words: Some(because),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, seen, Some(because));
        Ok(true)
    }

    /// What accounts and days an import told of, as [`Self::foot_statements`] takes them.
    pub(super) async fn reach_of_import(&mut self, import: EntryId) -> Result<Vec<(String, String, i64, i64)>> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_as(REACH).bind(book).bind(import.0).fetch_all(c).await?))
    }

    /// Looks again at the statements that reach into these days.
    pub(super) async fn foot_again(&mut self, reach: &[(String, String, i64, i64)], on: Date) -> Result<()> {
        for (bank_account, currency, from, to) in reach {
            let Some(currency) = Currency::parse(currency) else { continue };
            self.foot_statements(bank_account, currency, (from_day_number(*from), from_day_number(*to)), on).await?;
        }
        Ok(())
    }

    /// Statements that an import told were never told; what they list is listed by none. Answers how many there were.
    pub(super) async fn forget_bank_statements(&mut self, import: EntryId) -> Result<u64> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => {
            for statement in UNLIST {
                sqlx::query(statement).bind(book).bind(import.0).execute(&mut *c).await?;
            }
            sqlx::query(FORGET_REASONS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(FORGET).bind(book).bind(import.0).execute(&mut *c).await?.rows_affected()
        }))
    }
}
