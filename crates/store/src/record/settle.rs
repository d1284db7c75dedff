//! The book's own affairs: settings, policies, rates, control totals, closed months, bank statements, imports.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;
use jiff::civil::date;
use sha2::{Digest, Sha256};

use super::{Deed, Recording, json, tables};
use crate::book::{Mode, Settings, SettingsRow, buckets_text, refuse_nul};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::{Fault, Result};

const SETTINGS: &str = "select name, currency, time_zone, calendar, buckets, mode, sender, first_open_day, \
     last_bank_statement, paper_links, pays_from from book where book = $1";
const SET_BOOK: &str = "update book set name = $2, currency = $3, time_zone = $4, calendar = $5, buckets = $6, mode = $7, \
     sender = $8, paper_links = $9, pays_from = $10 where book = $1";
const POLICY_IN_FORCE: &str = "select policy, name, text from policy where book = $1 order by policy desc limit 1";
const CLOSED: &str = "select count(*) from closed_month where book = $1 and month = $2";
const OPEN_FROM: &str =
    "update book set first_open_day = $2 where book = $1 and (first_open_day is null or first_open_day < $2)";
const BANK_STATEMENT: &str = "update book set last_bank_statement = $2 where book = $1 and (last_bank_statement is null or last_bank_statement < $2)";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SETTINGS, SET_BOOK, POLICY_IN_FORCE, CLOSED, OPEN_FROM, BANK_STATEMENT];

impl Recording {
    /// Replaces the book's settings; books opened before keep the ones they read. Going from rehearsal to live closes what
    /// was rehearsed: its steps are withdrawn as of the command's day. The settings that stand already are recorded once.
    /// The first open day and the day of the newest bank statement stay as the book has them, whatever `settings` says:
    /// closing a month and reading a statement alone move them.
    pub async fn put_settings(&mut self, settings: &Settings) -> Result<()> {
        refuse_nul(&[&settings.name, &settings.time_zone, &settings.calendar])?;
        let (sender, links) = (settings.sender.as_deref(), settings.paper_links.as_deref());
        let pays = settings.pays_from.as_deref();
        refuse_nul(&[sender.unwrap_or_default(), links.unwrap_or_default(), pays.unwrap_or_default()])?;
        let (book, buckets) = (self.envelope.book, buckets_text(&settings.buckets));
        let before: SettingsRow =
            on_tx!(self.tx().await?, c => sqlx::query_as(SETTINGS).bind(book).fetch_one(c).await?);
        let (open, bank) = (before.7, before.8);
        let detail = serde_json::json!({ "name": settings.name, "currency": settings.currency.code(),
            "time_zone": settings.time_zone, "calendar": settings.calendar, "buckets": settings.buckets,
            "mode": settings.mode.code(), "sender": settings.sender, "first_open_day": open, "last_bank_statement": bank,
            "paper_links": links, "pays_from": pays });
        let day = self.envelope.day;
        let mode = Mode::parse(&before.5);
        let row: SettingsRow = (
            settings.name.clone(),
            settings.currency.code().to_owned(),
            settings.time_zone.clone(),
            settings.calendar.clone(),
            buckets.clone(),
            settings.mode.code().to_owned(),
            settings.sender.clone(),
            open,
            bank,
            settings.paper_links.clone(),
            settings.pays_from.clone(),
        );
        if row == before {
            return Ok(());
        }
        self.journal_deed(Deed { kind: "settings", day, detail: json(&detail)?, ..Deed::default() })?;
        on_tx!(self.tx().await?, c => sqlx::query(SET_BOOK).bind(book).bind(&settings.name).bind(settings.currency.code())
            .bind(&settings.time_zone).bind(&settings.calendar).bind(&buckets).bind(settings.mode.code())
            .bind(&settings.sender).bind(links).bind(pays).execute(c).await.map(|_| ())?);
        if (mode, settings.mode) == (Some(Mode::Rehearsal), Mode::Live) {
            self.close_rehearsal().await?;
        }
        Ok(())
    }

    /// Puts a policy in force from the command's day; the one in force already stays as it is.
    pub async fn activate_policy(&mut self, name: &str, text: &str) -> Result<EntryId> {
        refuse_nul(&[name, text])?;
        let (book, day) = (self.envelope.book, self.envelope.day);
        let known: Option<(i64, String, String)> = on_tx!(self.tx().await?, c => sqlx::query_as(POLICY_IN_FORCE)
            .bind(book).fetch_optional(c).await?);
        if let Some((policy, ..)) = known.filter(|(_, known, body)| known == name && body == text) {
            return Ok(EntryId(policy));
        }
        let sha256 = Sha256::digest(text.as_bytes());
        let detail = serde_json::json!({ "name": name, "sha256": hex(&sha256) });
        let entry =
            self.journal_deed(Deed { kind: "policy_activated", day, detail: json(&detail)?, ..Deed::default() })?;
        let cells: [Cell<'_>; 6] =
            [book.into(), entry.into(), name.into(), text.into(), Cell::Blob(&sha256), day.into()];
        self.put(&tables::POLICY, &cells);
        Ok(EntryId(entry))
    }

    /// Puts dated currency rates: units of the second currency for one of the first, in millionths. A rate of the same
    /// currencies and day is replaced. Answers how many are new or changed.
    pub async fn put_rates(&mut self, rows: &[(Currency, Currency, Date, i64, String)]) -> Result<u64> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let newest = newest(rows, |row| (row.0.code(), row.1.code(), row.2));
        let cells: Vec<Cell<'_>> = newest
            .iter()
            .flat_map(|(from, to, day, micros, source)| -> [Cell<'_>; 6] {
                let day = day_number(*day);
                [book.into(), from.code().into(), to.code().into(), day.into(), (*micros).into(), source.into()]
            })
            .collect();
        refuse_nul(&newest.iter().map(|row| row.4.as_str()).collect::<Vec<_>>())?;
        let put = self.put_now(&tables::RATE, &cells).await?;
        if put > 0 {
            let list: Vec<_> =
                newest.iter().map(|row| (row.0.code(), row.1.code(), day_number(row.2), row.3, &row.4)).collect();
            let detail = json(&serde_json::json!({ "rates": list }))?;
            self.journal_deed(Deed { kind: "rates", day, detail, ..Deed::default() })?;
        }
        Ok(put)
    }

    /// Puts the ERP's control figures, minor units by currency and day; one of the same currency and day is replaced.
    /// Answers how many are new or changed.
    pub async fn put_control_totals(&mut self, rows: &[(Currency, Date, i64, String)]) -> Result<u64> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let newest = newest(rows, |row| (row.0.code(), row.1));
        let cells: Vec<Cell<'_>> = newest
            .iter()
            .flat_map(|(currency, day, amount, source)| -> [Cell<'_>; 5] {
                [book.into(), currency.code().into(), day_number(*day).into(), (*amount).into(), source.into()]
            })
            .collect();
        refuse_nul(&newest.iter().map(|row| row.3.as_str()).collect::<Vec<_>>())?;
        let put = self.put_now(&tables::CONTROL_TOTAL, &cells).await?;
        if put > 0 {
            let list: Vec<_> = newest.iter().map(|row| (row.0.code(), day_number(row.1), row.2, &row.3)).collect();
            let detail = json(&serde_json::json!({ "totals": list }))?;
            self.journal_deed(Deed { kind: "control_totals", day, detail, ..Deed::default() })?;
        }
        Ok(put)
    }

    /// Closes a month and keeps its pack; later facts of it and of earlier months post on the first day after it.
    /// `false` when it is closed already. It waits for recordings under way, and they for it.
    pub async fn close_month(&mut self, year: i16, month: i8, pack: &str) -> Result<bool> {
        let (book, recorded_at) = (self.envelope.book, self.envelope.recorded_at);
        if !(1..=12).contains(&month) || !(1900..=9000).contains(&year) {
            return Err(Fault::new(format!("{year}-{month} is no month")));
        }
        let number = i64::from(year) * 12 + i64::from(month) - 1;
        let known: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(CLOSED)
            .bind(book).bind(number).fetch_one(c).await?);
        if known > 0 {
            return Ok(false);
        }
        let open_from = day_number(date(year, month, 1).last_of_month()) + 1;
        let detail = serde_json::json!({ "month": number, "first_open_day": open_from,
            "pack_sha256": hex(&Sha256::digest(pack.as_bytes())) });
        let day = self.envelope.day;
        self.journal_deed(Deed { kind: "month_closed", day, detail: json(&detail)?, ..Deed::default() })?;
        self.put(&tables::CLOSED_MONTH, &[book.into(), number.into(), pack.into(), recorded_at.into()]);
        on_tx!(self.tx().await?, c => sqlx::query(OPEN_FROM).bind(book).bind(open_from).execute(c).await.map(|_| ())?);
        self.first_open_day = Some(self.open_day(open_from));
        Ok(true)
    }

    /// Says that a bank statement of a day was read. `false` when it is no newer than the newest: nothing is recorded.
    pub async fn bank_statement(&mut self, day: Date) -> Result<bool> {
        let (book, day) = (self.envelope.book, day_number(day));
        let moved = on_tx!(self.tx().await?, c => sqlx::query(BANK_STATEMENT).bind(book).bind(day)
            .execute(c).await?.rows_affected());
        if moved > 0 {
            self.journal_deed(Deed { kind: "bank_statement", day, ..Deed::default() })?;
        }
        Ok(moved > 0)
    }

    /// Starts an import; rows of this recording carry it from here on, those of others after [`Recording::within_import`].
    pub async fn start_import(&mut self, kind: &str, source: &str, file: &str, sha256: [u8; 32]) -> Result<EntryId> {
        refuse_nul(&[kind, source, file])?;
        let (book, day, started_at) = (self.envelope.book, self.envelope.day, self.envelope.recorded_at);
        let detail = serde_json::json!({ "kind": kind, "source": source, "file": file, "sha256": hex(&sha256) });
        let entry = self.journal_deed(Deed { kind: "import", day, detail: json(&detail)?, ..Deed::default() })?;
        let cells: [Cell<'_>; 9] = [
            book.into(),
            entry.into(),
            kind.into(),
            source.into(),
            file.into(),
            Cell::Blob(&sha256),
            started_at.into(),
            day.into(),
            Cell::Null,
        ];
        self.put(&tables::IMPORT, &cells);
        self.import = Some(entry);
        Ok(EntryId(entry))
    }
}

/// The last row of each key, in the order of the keys: one statement never writes a key twice.
fn newest<'a, R, K: Ord>(rows: &'a [R], key: impl Fn(&'a R) -> K) -> Vec<&'a R> {
    let by_key: std::collections::BTreeMap<K, &R> = rows.iter().map(|row| (key(row), row)).collect();
    by_key.into_values().collect()
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
