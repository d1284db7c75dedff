//! The only writer of a book. A [`Recording`] is one transaction: journal rows, and the current state they change, together.
//!
//! What the tables of current state mean, so that `verify` can recompute them from the journals:
//! - `line.open` starts at `line.amount` and changes only by `movement.delta`; a movement's day is the posting day of its entry.
//! - `account_summary`: `open_debit` and `open_lines` over debit lines with something open, `unapplied` over credits (below or
//!   equal to zero), `first_document` over all items, `last_payment_day` the newest value day among payments that are not
//!   reversed and `last_payment` the sum of their amounts on that day.
//! - `account_month`: a debit line counts while its open is 0, its amount above 0 and its item not reversed; in the month of the
//!   newest value day among its applications that are not reversed.
//! - `control_day`: per posting day, amounts debited and credited to receivable, unapplied and unidentified by entries of which
//!   exactly one side is such an account (an application moves nothing); `amount` is debits less credits.
//! - `account_state.version` starts at 1 and grows by 1 with each recording that changes the account's facts, whoever makes it;
//!   what the run itself records does not count.

mod accounts;
mod agree;
mod apply;
mod approve;
mod assign;
mod attach;
mod bank;
mod bank_statements;
mod came_with;
mod correct;
mod decide;
mod drafts;
mod exchange;
mod exports;
mod go_live;
mod identities;
mod kept;
mod ledger;
mod months;
mod people;
mod pin;
mod post;
mod receipt_words;
mod refund;
mod refund_payment;
mod remittance;
mod returned_part;
mod returns;
mod rows;
mod set_aside;
mod settle;
mod settlement;
mod steps;
mod summary;
pub(crate) mod tables;
mod tasks;
mod undo;
mod words;
mod write_off;

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::access::request::{CLAIM, RequestClaim};
use crate::book::{Book, Mode, refuse_nul};
use crate::bulk::{self, Cell, Kept};
use crate::db::{Tx, on_tx};
use crate::fault::{Fault, Result};
use crate::journal::{ACTIVITY, APPROVAL, ActivityRow, BATCH, BatchRow, DECISION, JournalRow, LEDGER};

pub use apply::{AtHand, ItemAtHand};
pub use attach::NewAttachment;
pub use bank::{BANK, MarkKind, NewReceipt, Received};
pub use bank_statements::NewBankStatement;
pub use exchange::NewExchange;
pub use exports::TakenOut;
pub use kept::ReceiptKept;
pub use people::{NewKey, NewLink};
pub use pin::{MOST_PINS, Pinned};
pub use post::MAX_AMOUNT;
pub use refund::{NewRefund, NewRefundFile, RefundRow};
pub use refund_payment::NewRefundPayment;
pub use remittance::{KnownRemittance, NewRemittance, WaitingRemittance};
pub use returned_part::PaidOf;
pub(crate) use returned_part::places;
pub use returns::{NewReturn, ReceiptAt};
pub use rows::{
    AccountRow, Command, DecideOutcome, ItemRow, NewAccount, NewActivity, NewApplication, NewAssignment, NewContact,
    NewDecision, NewDispute, NewHold, NewItem, NewLine, NewNotice, NewPromise, NewRequest, NewStep, NewStepHow,
    NewTask, PostingRefusal, PutOutcome, RequestRow, Revised,
};
pub use write_off::{NewWriteOff, WriteOffRow};

/// The journal account of rows that belong to the book itself.
pub const BOOK_ACCOUNT: EntryId = EntryId(0);

const NEXT_BATCH_SQLITE: &str = "select coalesce(max(batch), 0) + 1 from batch";
const NEXT_BATCH_POSTGRES: &str = "select nextval('batch_number')";
/// Closing a month updates this row, so it waits for every recording that reads it and the other way round.
const OPEN_DAY_SQLITE: &str = "select first_open_day from book where book = $1";
const OPEN_DAY_POSTGRES: &str = "select first_open_day from book where book = $1 for share";
const ACCOUNT_OF_ACTIVITY: &str = "select account from activity where batch = $1 and entry = $2 and book = $3";
const ACCOUNT_OF_APPROVAL: &str = "select account from approval where batch = $1 and entry = $2 and book = $3";

/// Every statement of this module that both databases take.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ACCOUNT_OF_ACTIVITY, ACCOUNT_OF_APPROVAL];

/// One transaction that records. Dropped without [`Recording::commit`] it leaves no trace.
#[derive(Debug)]
pub struct Recording {
    tx: Tx,
    secret: Vec<u8>,
    envelope: BatchRow,
    hash: Sha256,
    first_open_day: Option<i64>,
    /// The mode of the book when it was opened.
    mode: Mode,
    import: Option<i64>,
    claim: Option<RequestClaim>,
    journal: Vec<JournalRow>,
    staged: Vec<post::Staged>,
    rows: Vec<(&'static bulk::Table, Vec<Kept>)>,
    bumped: BTreeSet<i64>,
    summaries: BTreeMap<(i64, String), summary::Change>,
    control: BTreeMap<(String, i64), (i64, i64)>,
    months: months::Months,
}

impl Book {
    /// Opens a recording. On SQLite it waits for the file's only writer.
    pub async fn record(&self, command: &Command) -> Result<Recording> {
        refuse_nul(&[&command.name, &command.actor])?;
        let mut tx = self.db.begin_write().await?;
        let (batch, first_open_day): (i64, Option<i64>) = match &mut tx {
            Tx::Sqlite(c) => (
                sqlx::query_scalar(NEXT_BATCH_SQLITE).fetch_one(&mut **c).await?,
                sqlx::query_scalar(OPEN_DAY_SQLITE).bind(self.id).fetch_one(&mut **c).await?,
            ),
            Tx::Pg(c) => (
                sqlx::query_scalar(NEXT_BATCH_POSTGRES).fetch_one(&mut **c).await?,
                sqlx::query_scalar(OPEN_DAY_POSTGRES).bind(self.id).fetch_one(&mut **c).await?,
            ),
        };
        let envelope = BatchRow {
            batch,
            book: self.id,
            command: command.name.clone(),
            actor: command.actor.clone(),
            day: day_number(command.day),
            recorded_at: command.recorded_at,
            rows: 0,
            sha256: Vec::new(),
        };
        let hash = envelope.start_hash();
        Ok(Recording {
            tx,
            secret: self.secret.clone(),
            envelope,
            hash,
            first_open_day,
            mode: self.settings.mode,
            import: None,
            claim: None,
            journal: Vec::new(),
            staged: Vec::new(),
            rows: Vec::new(),
            bumped: BTreeSet::new(),
            summaries: BTreeMap::new(),
            control: BTreeMap::new(),
            months: months::Months::default(),
        })
    }
}

/// What an activity row says besides its place.
#[derive(Debug, Default)]
struct Deed<'a> {
    account: i64,
    kind: &'a str,
    subject: Option<i64>,
    currency: Option<&'a str>,
    amount: Option<i64>,
    day: i64,
    detail: String,
    words: Option<&'a str>,
}

impl Recording {
    /// Writes the batch with its row count and hash, and makes everything durable. Answers the batch number; a recording
    /// without journal rows leaves no trace and answers 0.
    pub async fn commit(mut self) -> Result<i64> {
        self.flush().await?;
        if self.envelope.rows == 0 {
            return Ok(0);
        }
        self.write_months().await?;
        self.write_summaries().await?;
        self.write_control().await?;
        self.envelope.sha256 = self.hash.clone().finalize().to_vec();
        bulk::insert(&mut self.tx, &BATCH, &self.envelope.cells()).await?;
        self.write_claim().await?;
        // Last, so that its row is held for no longer than the commit takes.
        grow_version(&mut self.tx, self.envelope.book, self.envelope.batch, (1, 0)).await?;
        self.tx.commit().await?;
        Ok(self.envelope.batch)
    }

    /// The recording answers a request with an idempotency key: committing claims the key in the same transaction, and is
    /// refused ([`Fault::is_claimed`]) where another attempt of the request has it. What records nothing claims nothing.
    pub fn claim(&mut self, request: RequestClaim) {
        self.claim = Some(request);
    }

    async fn write_claim(&mut self) -> Result<()> {
        let Some(claim) = &self.claim else { return Ok(()) };
        let (book, batch, recorded_at) = (self.envelope.book, self.envelope.batch, self.envelope.recorded_at);
        let written = on_tx!(&mut self.tx, c => sqlx::query(CLAIM).bind(book).bind(&claim.principal).bind(&claim.route)
            .bind(&claim.key).bind(claim.body_sha256.as_slice()).bind(claim.attempt.as_slice()).bind(batch)
            .bind(recorded_at).execute(c).await?.rows_affected());
        if written == 0 { Err(Fault::claimed()) } else { Ok(()) }
    }

    /// The batch every row of this recording carries.
    pub fn batch(&self) -> i64 {
        self.envelope.batch
    }

    /// The business day of the command.
    pub fn day(&self) -> Date {
        from_day_number(self.envelope.day)
    }

    /// Rows from here on carry this import, so that it can be undone as a whole.
    pub fn within_import(&mut self, import: EntryId) {
        self.import = Some(import.0);
    }

    /// The transaction, with everything staged written: whoever reads sees it.
    async fn tx(&mut self) -> Result<&mut Tx> {
        self.flush().await?;
        Ok(&mut self.tx)
    }

    /// Writes staged items, kept rows and journal rows.
    async fn flush(&mut self) -> Result<()> {
        self.write_staged().await?;
        for (table, rows) in std::mem::take(&mut self.rows) {
            let cells: Vec<Cell<'_>> = rows.iter().map(Cell::from).collect();
            bulk::insert(&mut self.tx, table, &cells).await?;
        }
        if self.journal.is_empty() {
            return Ok(());
        }
        let journal = std::mem::take(&mut self.journal);
        let (mut ledger, mut activity) = (Vec::new(), Vec::new());
        let (mut decision, mut approval) = (Vec::new(), Vec::new());
        for row in &journal {
            match row {
                JournalRow::Ledger(row) => ledger.extend_from_slice(&row.cells()),
                JournalRow::Activity(row) => activity.extend_from_slice(&row.cells()),
                JournalRow::Decision(row) => decision.extend_from_slice(&row.cells()),
                JournalRow::Approval(row) => approval.extend_from_slice(&row.cells()),
            }
        }
        bulk::insert(&mut self.tx, &LEDGER, &ledger).await?;
        bulk::insert(&mut self.tx, &ACTIVITY, &activity).await?;
        bulk::insert(&mut self.tx, &DECISION, &decision).await?;
        bulk::insert(&mut self.tx, &APPROVAL, &approval).await?;
        Ok(())
    }

    /// Keeps rows of a table of current state; they are written with many of their like, before anybody reads.
    fn put(&mut self, table: &'static bulk::Table, cells: &[Cell<'_>]) {
        let kept = cells.iter().map(Kept::from);
        match self.rows.iter_mut().find(|(known, _)| known.name == table.name) {
            Some((_, rows)) => rows.extend(kept),
            None => self.rows.push((table, kept.collect())),
        }
    }

    /// Inserts rows of a table of current state at once; answers how many were written.
    async fn put_now(&mut self, table: &bulk::Table, cells: &[Cell<'_>]) -> Result<u64> {
        self.flush().await?;
        bulk::insert(&mut self.tx, table, cells).await
    }

    /// The id of the next journal row.
    fn next_entry(&mut self) -> Result<i64> {
        let place = self.envelope.rows;
        if place > EntryId::MAX_PLACE {
            return Err(Fault::new("one recording holds at most 2^20 journal rows"));
        }
        self.envelope.rows += 1;
        Ok(EntryId::new(self.envelope.batch, place).0)
    }

    fn push(&mut self, row: JournalRow) {
        row.hash_into(&mut self.hash);
        self.journal.push(row);
    }

    /// Journals something done; its entry is the id of what it made.
    fn journal_deed(&mut self, deed: Deed<'_>) -> Result<i64> {
        self.journal_deed_of(deed, false)
    }

    /// The same; `opens` makes the row's own entry its account.
    fn journal_deed_of(&mut self, deed: Deed<'_>, opens: bool) -> Result<i64> {
        refuse_nul(&[deed.kind, &deed.detail, deed.words.unwrap_or_default()])?;
        let entry = self.next_entry()?;
        let row = ActivityRow {
            book: self.envelope.book,
            account: if opens { entry } else { deed.account },
            entry,
            batch: self.envelope.batch,
            kind: deed.kind.to_owned(),
            subject: deed.subject,
            currency: deed.currency.map(str::to_owned),
            amount: deed.amount,
            day: deed.day,
            import: self.import,
            detail: if deed.detail.is_empty() { "{}".to_owned() } else { deed.detail },
            text_hash: deed.words.map(|words| self.keyed_hash(words)),
        };
        self.push(JournalRow::Activity(row));
        Ok(entry)
    }

    /// The only trace the journals keep of erasable words.
    fn keyed_hash(&self, words: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("an HMAC key has any length");
        mac.update(words.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// A day moved to the first open day when its month is closed.
    fn open_day(&self, day: i64) -> i64 {
        self.first_open_day.map_or(day, |open| day.max(open))
    }

    /// Locks accounts in ascending order and counts the change of each once in this recording.
    async fn bump(&mut self, accounts: impl IntoIterator<Item = i64>) -> Result<()> {
        // The book itself is no account: nobody decides on its facts.
        let counts = |account: &i64| *account != BOOK_ACCOUNT.0 && !self.bumped.contains(account);
        let new: BTreeSet<i64> = accounts.into_iter().filter(counts).collect();
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = new.iter().flat_map(|account| [book.into(), (*account).into(), 1.into()]).collect();
        bulk::insert(&mut self.tx, &tables::ACCOUNT_STATE, &cells).await?;
        self.bumped.extend(new);
        Ok(())
    }

    /// The account of something an activity row made, `None` when there is no such row in the book.
    pub async fn account_of_activity(&mut self, entry: EntryId) -> Result<Option<i64>> {
        self.account_of(ACCOUNT_OF_ACTIVITY, entry).await
    }

    /// The account of a request.
    async fn account_of_approval(&mut self, entry: EntryId) -> Result<Option<i64>> {
        self.account_of(ACCOUNT_OF_APPROVAL, entry).await
    }

    async fn account_of(&mut self, statement: &'static str, entry: EntryId) -> Result<Option<i64>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_scalar(statement)
            .bind(entry.batch()).bind(entry.0).bind(book).fetch_optional(c).await?))
    }
}

/// Rows of a book's version: recordings that end at the same time hardly ever wait for each other's.
const SLOTS: i64 = 16;

/// Counts batches, and changes beside the journals, into the version of a book; `number` spreads them over its rows.
pub(crate) async fn grow_version(tx: &mut Tx, book: i64, number: i64, by: (i64, i64)) -> Result<()> {
    let cells: [Cell<'_>; 4] = [book, number.rem_euclid(SLOTS), by.0, by.1].map(Cell::Int);
    bulk::insert(tx, &tables::BOOK_VERSION, &cells).await.map(|_| ())
}

/// Something JSON as the journals keep it.
fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Fault::new(format!("JSON: {error}")))
}

/// Every statement, table and statement over keys of the recording side, for the test that prepares them.
#[cfg(test)]
pub(crate) fn statements() -> (Vec<&'static str>, Vec<&'static bulk::Table>, Vec<&'static bulk::Keyed>) {
    let texts = [
        ALL,
        accounts::ALL,
        accounts::ERASE,
        agree::ALL,
        apply::ALL,
        approve::ALL,
        attach::ALL,
        bank::ALL,
        came_with::ALL,
        bank_statements::ALL,
        returned_part::ALL,
        returns::ALL,
        correct::ALL,
        decide::ALL,
        drafts::ALL,
        exchange::ALL,
        go_live::ALL,
        months::ALL,
        identities::ALL,
        people::ALL,
        pin::ALL,
        post::ALL,
        kept::ALL,
        receipt_words::ALL,
        remittance::ALL,
        refund::ALL,
        refund_payment::ALL,
        set_aside::ALL,
        settle::ALL,
        settlement::ALL,
        steps::ALL,
        summary::ALL,
        tasks::ALL,
        undo::ALL,
        words::ALL,
        write_off::ALL,
    ];
    let keyed = [
        accounts::KEYED,
        apply::KEYED,
        assign::KEYED,
        bank::KEYED,
        bank_statements::KEYED,
        returns::KEYED,
        decide::KEYED,
        go_live::KEYED,
        ledger::KEYED,
        post::KEYED,
        refund_payment::KEYED,
        remittance::KEYED,
        steps::KEYED,
        tasks::KEYED,
    ];
    let journals: [&bulk::Table; 5] = [&BATCH, &LEDGER, &ACTIVITY, &DECISION, &APPROVAL];
    let tables = tables::TABLES.iter().copied().chain(journals);
    (texts.concat(), tables.collect(), keyed.concat())
}
