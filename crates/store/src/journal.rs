//! The four journals and their envelope: the rows as they are written, read back and hashed. The writer and `verify` share
//! this one encoding, so that an edited, deleted, inserted or reordered row shows.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::bulk::Kind::{Blob, Int, Text};
use crate::bulk::{Cell, Table, hash_row};
use crate::db::{Tx, on_tx};
use crate::fault::Result;

/// The envelope of one committed transaction.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct BatchRow {
    /// The number, unique over all books of the database.
    pub(crate) batch: i64,
    /// The book.
    pub(crate) book: i64,
    /// The task as a collector says it.
    pub(crate) command: String,
    /// The user.
    pub(crate) actor: String,
    /// The business day.
    pub(crate) day: i64,
    /// The instant, UTC microseconds.
    pub(crate) recorded_at: i64,
    /// How many journal rows.
    pub(crate) rows: i64,
    /// The hash of the envelope and its rows, in place order.
    pub(crate) sha256: Vec<u8>,
}

/// The batch table.
pub(crate) const BATCH: Table = Table {
    name: "batch",
    columns: &[
        ("batch", Int),
        ("book", Int),
        ("command", Text),
        ("actor", Text),
        ("day", Int),
        ("recorded_at", Int),
        ("rows", Int),
        ("sha256", Blob),
    ],
    tail: "",
};

impl BatchRow {
    /// A hash that has taken in the envelope; the rows follow in place order.
    pub(crate) fn start_hash(&self) -> Sha256 {
        let mut hash = Sha256::new();
        let cells: [Cell<'_>; 6] = [
            self.batch.into(),
            self.book.into(),
            (&self.command).into(),
            (&self.actor).into(),
            self.day.into(),
            self.recorded_at.into(),
        ];
        hash_row(&mut hash, &BATCH, &cells);
        hash
    }

    /// The whole row.
    pub(crate) fn cells(&self) -> [Cell<'_>; 8] {
        [
            self.batch.into(),
            self.book.into(),
            (&self.command).into(),
            (&self.actor).into(),
            self.day.into(),
            self.recorded_at.into(),
            self.rows.into(),
            (&self.sha256).into(),
        ]
    }
}

/// A posting: one debit account, one credit account, one amount.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct LedgerRow {
    pub(crate) book: i64,
    pub(crate) account: i64,
    pub(crate) entry: i64,
    pub(crate) batch: i64,
    pub(crate) kind: String,
    pub(crate) item: i64,
    pub(crate) line: i64,
    pub(crate) credit_account: i64,
    pub(crate) credit_item: i64,
    pub(crate) currency: String,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) amount: i64,
    pub(crate) posting_day: i64,
    pub(crate) value_day: i64,
    pub(crate) reverses: Option<i64>,
    pub(crate) source: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) import: Option<i64>,
    pub(crate) detail: String,
}

/// The ledger table.
pub(crate) const LEDGER: Table = Table {
    name: "ledger",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("entry", Int),
        ("batch", Int),
        ("kind", Text),
        ("item", Int),
        ("line", Int),
        ("credit_account", Int),
        ("credit_item", Int),
        ("currency", Text),
        ("debit", Text),
        ("credit", Text),
        ("amount", Int),
        ("posting_day", Int),
        ("value_day", Int),
        ("reverses", Int),
        ("source", Text),
        ("external_id", Text),
        ("import", Int),
        ("detail", Text),
    ],
    tail: "",
};

impl LedgerRow {
    /// The columns in the table's order.
    pub(crate) fn cells(&self) -> [Cell<'_>; 20] {
        [
            self.book.into(),
            self.account.into(),
            self.entry.into(),
            self.batch.into(),
            (&self.kind).into(),
            self.item.into(),
            self.line.into(),
            self.credit_account.into(),
            self.credit_item.into(),
            (&self.currency).into(),
            (&self.debit).into(),
            (&self.credit).into(),
            self.amount.into(),
            self.posting_day.into(),
            self.value_day.into(),
            self.reverses.into(),
            (&self.source).into(),
            (&self.external_id).into(),
            self.import.into(),
            (&self.detail).into(),
        ]
    }
}

/// What the journal keeps of a document besides the columns of its entry, as it is read back.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ItemDetail {
    pub(crate) document: String,
    pub(crate) document_day: i64,
    pub(crate) row_hash: i64,
    pub(crate) terms: Option<String>,
    pub(crate) discount: Option<(i64, i64)>,
    pub(crate) po_number: Option<String>,
    pub(crate) business_unit: Option<String>,
    #[serde(default)]
    pub(crate) lines: Vec<(i64, i64)>,
    pub(crate) settles: Option<i64>,
    pub(crate) value_day: Option<i64>,
}

/// What people and the desk did.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct ActivityRow {
    pub(crate) book: i64,
    pub(crate) account: i64,
    pub(crate) entry: i64,
    pub(crate) batch: i64,
    pub(crate) kind: String,
    pub(crate) subject: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) day: i64,
    pub(crate) import: Option<i64>,
    pub(crate) detail: String,
    pub(crate) text_hash: Option<Vec<u8>>,
}

/// The activity table.
pub(crate) const ACTIVITY: Table = Table {
    name: "activity",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("entry", Int),
        ("batch", Int),
        ("kind", Text),
        ("subject", Int),
        ("currency", Text),
        ("amount", Int),
        ("day", Int),
        ("import", Int),
        ("detail", Text),
        ("text_hash", Blob),
    ],
    tail: "",
};

impl ActivityRow {
    /// The columns in the table's order.
    pub(crate) fn cells(&self) -> [Cell<'_>; 12] {
        [
            self.book.into(),
            self.account.into(),
            self.entry.into(),
            self.batch.into(),
            (&self.kind).into(),
            self.subject.into(),
            (&self.currency).into(),
            self.amount.into(),
            self.day.into(),
            self.import.into(),
            (&self.detail).into(),
            (&self.text_hash).into(),
        ]
    }
}

/// One recorded answer of the rules.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct DecisionRow {
    pub(crate) book: i64,
    pub(crate) account: i64,
    pub(crate) entry: i64,
    pub(crate) batch: i64,
    pub(crate) currency: String,
    pub(crate) day: i64,
    pub(crate) revision: i64,
    pub(crate) account_version: i64,
    pub(crate) policy: i64,
    pub(crate) action: String,
    pub(crate) rule: String,
    pub(crate) detail: String,
}

/// The decision table.
pub(crate) const DECISION: Table = Table {
    name: "decision",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("entry", Int),
        ("batch", Int),
        ("currency", Text),
        ("day", Int),
        ("revision", Int),
        ("account_version", Int),
        ("policy", Int),
        ("action", Text),
        ("rule", Text),
        ("detail", Text),
    ],
    tail: "",
};

impl DecisionRow {
    /// The columns in the table's order.
    pub(crate) fn cells(&self) -> [Cell<'_>; 12] {
        [
            self.book.into(),
            self.account.into(),
            self.entry.into(),
            self.batch.into(),
            (&self.currency).into(),
            self.day.into(),
            self.revision.into(),
            self.account_version.into(),
            self.policy.into(),
            (&self.action).into(),
            (&self.rule).into(),
            (&self.detail).into(),
        ]
    }
}

/// A request for a signature, or a signature.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct ApprovalRow {
    pub(crate) book: i64,
    pub(crate) account: i64,
    pub(crate) entry: i64,
    pub(crate) batch: i64,
    pub(crate) request: i64,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) actor: String,
    pub(crate) day: i64,
    pub(crate) request_sha256: Vec<u8>,
    pub(crate) detail: String,
}

/// The approval table.
pub(crate) const APPROVAL: Table = Table {
    name: "approval",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("entry", Int),
        ("batch", Int),
        ("request", Int),
        ("kind", Text),
        ("subject", Text),
        ("actor", Text),
        ("day", Int),
        ("request_sha256", Blob),
        ("detail", Text),
    ],
    tail: "",
};

impl ApprovalRow {
    /// The columns in the table's order.
    pub(crate) fn cells(&self) -> [Cell<'_>; 11] {
        [
            self.book.into(),
            self.account.into(),
            self.entry.into(),
            self.batch.into(),
            self.request.into(),
            (&self.kind).into(),
            (&self.subject).into(),
            (&self.actor).into(),
            self.day.into(),
            (&self.request_sha256).into(),
            (&self.detail).into(),
        ]
    }
}

/// A row of any journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalRow {
    /// A posting.
    Ledger(LedgerRow),
    /// Something done.
    Activity(ActivityRow),
    /// An answer of the rules.
    Decision(DecisionRow),
    /// A request or a signature.
    Approval(ApprovalRow),
}

impl JournalRow {
    /// The batch and the entry.
    pub(crate) fn key(&self) -> (i64, i64) {
        match self {
            Self::Ledger(row) => (row.batch, row.entry),
            Self::Activity(row) => (row.batch, row.entry),
            Self::Decision(row) => (row.batch, row.entry),
            Self::Approval(row) => (row.batch, row.entry),
        }
    }

    /// Feeds the row to its batch's hash.
    pub(crate) fn hash_into(&self, hash: &mut Sha256) {
        match self {
            Self::Ledger(row) => hash_row(hash, &LEDGER, &row.cells()),
            Self::Activity(row) => hash_row(hash, &ACTIVITY, &row.cells()),
            Self::Decision(row) => hash_row(hash, &DECISION, &row.cells()),
            Self::Approval(row) => hash_row(hash, &APPROVAL, &row.cells()),
        }
    }
}

const LEDGER_OF: &str = "select book, account, entry, batch, kind, item, line, credit_account, credit_item, currency, debit, \
     credit, amount, posting_day, value_day, reverses, source, external_id, import, detail \
     from ledger where batch between $1 and $2";
const ACTIVITY_OF: &str = "select book, account, entry, batch, kind, subject, currency, amount, day, import, detail, text_hash \
     from activity where batch between $1 and $2";
const DECISION_OF: &str = "select book, account, entry, batch, currency, day, revision, account_version, policy, action, rule, \
     detail from decision where batch between $1 and $2";
const APPROVAL_OF: &str = "select book, account, entry, batch, request, kind, subject, actor, day, request_sha256, detail \
     from approval where batch between $1 and $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[LEDGER_OF, ACTIVITY_OF, DECISION_OF, APPROVAL_OF];

/// Every journal row of the batches `first` to `last`, whatever its book, in the order of batch and entry.
pub(crate) async fn rows_of_batches(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<JournalRow>> {
    let mut rows: Vec<JournalRow> = Vec::new();
    on_tx!(tx, c => {
        let ledger: Vec<LedgerRow> = sqlx::query_as(LEDGER_OF).bind(first).bind(last).fetch_all(&mut *c).await?;
        rows.extend(ledger.into_iter().map(JournalRow::Ledger));
        let activity: Vec<ActivityRow> = sqlx::query_as(ACTIVITY_OF).bind(first).bind(last).fetch_all(&mut *c).await?;
        rows.extend(activity.into_iter().map(JournalRow::Activity));
        let decision: Vec<DecisionRow> = sqlx::query_as(DECISION_OF).bind(first).bind(last).fetch_all(&mut *c).await?;
        rows.extend(decision.into_iter().map(JournalRow::Decision));
        let approval: Vec<ApprovalRow> = sqlx::query_as(APPROVAL_OF).bind(first).bind(last).fetch_all(&mut *c).await?;
        rows.extend(approval.into_iter().map(JournalRow::Approval));
    });
    rows.sort_by_key(JournalRow::key);
    Ok(rows)
}

/// The hash a batch must have: its envelope, then its rows in the order given.
pub(crate) fn batch_sha256(envelope: &BatchRow, rows: &[JournalRow]) -> Vec<u8> {
    let mut hash = envelope.start_hash();
    for row in rows {
        row.hash_into(&mut hash);
    }
    hash.finalize().to_vec()
}
