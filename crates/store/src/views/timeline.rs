//! The history of one account, newest first: what was said, sent, posted, decided and signed, page by page.
//!
//! Each journal is read backwards by an index of account and day, no further than a page needs; the pages of the four are
//! merged. Words for a person are the desk's business: here are rows.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// Which rows of an account's history are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineOf {
    /// Everything but the days on which the rules decided to wait.
    All,
    /// Calls and meetings, and what was agreed or contested.
    Calls,
    /// Mails, letters and messages: logged ones and notices.
    Mail,
    /// Invoices, credits, payments, what they were applied to, and corrections.
    Money,
    /// Every decision of the rules, signatures, stops, and who holds the account.
    Decisions,
    /// Notes for ourselves.
    Notes,
}

impl TimelineOf {
    /// Every choice, in documented order.
    pub const ALL: [Self; 6] = [Self::All, Self::Calls, Self::Mail, Self::Money, Self::Decisions, Self::Notes];

    /// The word used in addresses, JSON and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Calls => "calls",
            Self::Mail => "mail",
            Self::Money => "money",
            Self::Decisions => "decisions",
            Self::Notes => "notes",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }

    /// Kinds of activity, as a list between commas; the kinds of what is logged are written `logged:call`.
    fn activities(self) -> &'static str {
        match self {
            Self::All => {
                ",logged:call,logged:meeting,logged:mail,logged:letter,logged:text,logged:note,promised,promise_ended,\
                 disputed,dispute_closed,notice,notice_held,notice_released,step_imported,step_withdrawn,item_revised,\
                 item_reentered,receipt_returned,receipt_part_returned,refund_asked,refund_posted,refund_ended,written_off,\
                 write_off_recovered,write_off_taken_back,write_off_asked,credit_transferred,held,hold_released,account_opened,account_revised,account_assigned,contact_added,\
                 contact_changed,alias,erased,task_opened,task_closed,task_snoozed,task_assigned,"
            }
            Self::Calls => ",logged:call,logged:meeting,promised,promise_ended,disputed,dispute_closed,",
            Self::Mail => {
                ",logged:mail,logged:letter,logged:text,notice,notice_held,notice_released,step_imported,step_withdrawn,"
            }
            Self::Money => {
                ",item_revised,item_reentered,receipt_returned,receipt_part_returned,refund_asked,refund_posted,refund_ended,written_off,\
                 write_off_recovered,write_off_taken_back,write_off_asked,credit_transferred,"
            }
            Self::Decisions => {
                ",request_withdrawn,held,hold_released,account_assigned,task_assigned,step_withdrawn,notice_held,notice_released,"
            }
            Self::Notes => ",logged:note,",
        }
    }
}

/// Which journal a row of the history lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// Postings.
    Ledger,
    /// What people and the desk did.
    Activity,
    /// Answers of the rules.
    Decision,
    /// Requests and signatures.
    Approval,
}

impl Journal {
    /// Every journal, in documented order.
    pub const ALL: [Self; 4] = [Self::Ledger, Self::Activity, Self::Decision, Self::Approval];

    /// The word used in JSON and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Activity => "activity",
            Self::Decision => "decision",
            Self::Approval => "approval",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|journal| journal.code() == code)
    }
}

/// One row of an account's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The journal it lies in.
    pub journal: Journal,
    /// The entry.
    pub entry: EntryId,
    /// The business day it counts for.
    pub day: Date,
    /// The instant it was recorded, UTC microseconds.
    pub recorded_at: i64,
    /// Who recorded it.
    pub actor: String,
    /// The journal's own kind: `logged`, `invoice`, `take`, `requested` …
    pub kind: String,
    /// What it is about: an item, a promise, a task, a step, a request, by its kind.
    pub subject: Option<EntryId>,
    /// The amount, where the row has one.
    pub amount: Option<Money>,
    /// The document it is about.
    pub document: Option<String>,
    /// The other document: the credit of an application.
    pub other: Option<String>,
    /// What the row says besides, JSON.
    pub detail: String,
    /// The erasable words, where there were any and they are still there.
    pub text: Option<String>,
    /// The documents a credit was applied to on the day it was posted, in the order of the applications.
    pub applied_to: Vec<AppliedTo>,
    /// The id of the rule that made an application by itself; `None` where a person made it, a source told it, or it is none.
    pub rule: Option<String>,
}

/// A document that a credit was applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedTo {
    /// The document number.
    pub document: String,
    /// The id of the rule that did it by itself; `None` where a person did, or a source told it.
    pub rule: Option<String>,
}

#[derive(FromRow)]
struct Columns {
    entry: i64,
    day: i64,
    recorded_at: i64,
    actor: String,
    kind: String,
    subject: Option<i64>,
    currency: Option<String>,
    amount: Option<i64>,
    document: Option<String>,
    other: Option<String>,
    detail: String,
    text: Option<String>,
    /// Why an application was made, as it was kept.
    #[sqlx(default)]
    because: Option<String>,
}

/// Applications of a credit on the day it was posted are told with the credit.
const LEDGER: &str = "
select g.entry, g.posting_day as day, b.recorded_at, b.actor, g.kind, g.item as subject, g.currency, g.amount,
    d.document, c.document as other, g.detail, cast(null as text) as text,
    case when g.kind = 'application' then (
        select w.detail from activity w
        where w.book = g.book and w.account = g.credit_account and w.entry >= g.batch * 1048576
            and w.entry < (g.batch + 1) * 1048576 and w.kind = 'cash_applied' and w.subject = g.credit_item
        order by w.entry desc limit 1
    ) end as because
from ledger g
cross join batch b
left join item d on d.book = g.book and d.account = g.account and d.item = g.item
left join item c on c.book = g.book and c.account = g.credit_account and c.item = g.credit_item
where g.book = $1 and g.account = $2 and g.posting_day <= $3 and (g.posting_day < $3 or g.entry < $4)
    and b.batch = g.batch
    and not (g.kind = 'application' and c.account = g.account and c.posting_day = g.posting_day)
order by g.posting_day desc, g.entry desc
limit $5";
const ACTIVITY: &str = "
select a.entry, a.day, b.recorded_at, b.actor, a.kind, a.subject, coalesce(a.currency, p.currency) as currency,
    coalesce(a.amount, p.amount) as amount, i.document, k.kind as other, a.detail, t.text
from activity a
cross join batch b
left join note_text t on t.book = a.book and t.account = a.account and t.entry = a.entry
left join promise p on p.book = a.book and p.account = a.account and p.promise = a.subject
left join dispute x on x.book = a.book and x.account = a.account and x.dispute = a.subject
left join task k on k.book = a.book and k.account = a.account and k.task = a.subject
left join item i on i.book = a.book and i.account = a.account and i.item = coalesce(x.item, a.subject)
where a.book = $1 and a.account = $2 and a.day <= $3 and (a.day < $3 or a.entry < $4)
    and b.batch = a.batch
    and ($6 like '%,' || a.kind || ',%' or a.kind = 'logged' and (
        $6 like '%,logged:call,%' and a.detail like '%\"kind\":\"call\"%'
        or $6 like '%,logged:meeting,%' and a.detail like '%\"kind\":\"meeting\"%'
        or $6 like '%,logged:mail,%' and a.detail like '%\"kind\":\"mail\"%'
        or $6 like '%,logged:letter,%' and a.detail like '%\"kind\":\"letter\"%'
        or $6 like '%,logged:text,%' and a.detail like '%\"kind\":\"text\"%'
        or $6 like '%,logged:note,%' and a.detail like '%\"kind\":\"note\"%'))
order by a.day desc, a.entry desc
limit $5";
const DECISIONS: &str = "
select d.entry, d.day, b.recorded_at, b.actor, d.action as kind, cast(null as bigint) as subject, d.currency,
    cast(null as bigint) as amount, d.rule as document, cast(null as text) as other, d.detail, cast(null as text) as text
from decision d
cross join batch b
where d.book = $1 and d.account = $2 and d.day <= $3 and (d.day < $3 or d.entry < $4) and b.batch = d.batch
order by d.day desc, d.entry desc
limit $5";
/// The same without the days of waiting, by an index that has none of them.
const DECISIONS_MADE: &str = "
select d.entry, d.day, b.recorded_at, b.actor, d.action as kind, cast(null as bigint) as subject, d.currency,
    cast(null as bigint) as amount, d.rule as document, cast(null as text) as other, d.detail, cast(null as text) as text
from decision d
cross join batch b
where d.book = $1 and d.account = $2 and d.action <> 'wait' and d.day <= $3 and (d.day < $3 or d.entry < $4)
    and b.batch = d.batch
order by d.day desc, d.entry desc
limit $5";
const APPROVALS: &str = "
select a.entry, a.day, b.recorded_at, a.actor, a.kind, a.request as subject, r.currency, r.amount,
    a.subject as document, s.rung as other, a.detail, t.text
from approval a
cross join batch b
left join approval_request r on r.book = a.book and r.account = a.account and r.request = a.request
left join step s on s.book = r.book and s.account = r.account and s.step = r.step
left join note_text t on t.book = a.book and t.account = a.account and t.entry = a.entry
where a.book = $1 and a.account = $2 and a.day <= $3 and (a.day < $3 or a.entry < $4) and b.batch = a.batch
order by a.day desc, a.entry desc
limit $5";
const PINNED: &str = "
select a.entry, a.day, b.recorded_at, b.actor, a.kind, a.subject, coalesce(a.currency, p.currency) as currency,
    coalesce(a.amount, p.amount) as amount, i.document, k.kind as other, a.detail, t.text
from pin n
cross join activity a
cross join batch b
left join note_text t on t.book = a.book and t.account = a.account and t.entry = a.entry
left join promise p on p.book = a.book and p.account = a.account and p.promise = a.subject
left join dispute x on x.book = a.book and x.account = a.account and x.dispute = a.subject
left join task k on k.book = a.book and k.account = a.account and k.task = a.subject
left join item i on i.book = a.book and i.account = a.account and i.item = coalesce(x.item, a.subject)
where n.book = $1 and n.account = $2 and a.book = n.book and a.account = n.account and a.entry = n.entry
    and b.batch = a.batch
order by n.pinned_on desc, n.entry desc";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LEDGER, ACTIVITY, DECISIONS, DECISIONS_MADE, APPROVALS, PINNED];

/// What a credit was applied to on the day it was posted, in the order of the applications.
const APPLIED: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("item", Int), ("day", Int)],
    statement: "select m.item, d.document, (select w.detail from activity w where w.book = m.book and w.account = m.account \
        and w.entry >= m.entry / 1048576 * 1048576 and w.entry < m.entry / 1048576 * 1048576 + 1048576 \
        and w.kind = 'cash_applied' and w.subject = m.item order by w.entry desc limit 1) from key cross join movement m \
        left join item d on d.book = m.book and d.account = m.account and d.item = m.other_item \
        where m.book = key.book and m.account = key.account and m.item = key.item and m.line = 1 and m.day = key.day \
        and m.delta > 0 and m.other_item <> m.item order by m.item, m.entry",
    lock: None,
};

/// Every statement over keys here, for the test that prepares them.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&APPLIED];

impl Reading {
    /// At most `limit` rows of an account's history, newest day first, in a day the newest entry first; `before` is the
    /// day and entry of the last row of the page before.
    pub async fn history(
        &mut self,
        account: EntryId,
        of: TimelineOf,
        before: Option<(Date, EntryId)>,
        limit: i64,
    ) -> Result<Vec<HistoryRow>> {
        let (day, last) = before.map_or((i64::from(i32::MAX), i64::MAX), |(day, last)| (day_number(day), last.0));
        let place = [entry(account), Bind::Int(day), Bind::Int(last), Bind::Int(limit)];
        let mut rows = Vec::new();
        if matches!(of, TimelineOf::All | TimelineOf::Money) {
            rows.extend(self.history_of(Journal::Ledger, LEDGER, &place).await?);
        }
        let kinds = Bind::Text(of.activities());
        let [a, b, c, d] = place;
        rows.extend(self.history_of(Journal::Activity, ACTIVITY, &[a, b, c, d, kinds]).await?);
        if matches!(of, TimelineOf::All | TimelineOf::Decisions) {
            let decisions = if of == TimelineOf::All { DECISIONS_MADE } else { DECISIONS };
            rows.extend(self.history_of(Journal::Decision, decisions, &place).await?);
            rows.extend(self.history_of(Journal::Approval, APPROVALS, &place).await?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse((row.day, row.entry)));
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        self.add_applied(account, &mut rows).await?;
        Ok(rows)
    }

    /// The activities pinned on top of an account's history, the last pinned first.
    pub async fn pinned(&mut self, account: EntryId) -> Result<Vec<HistoryRow>> {
        self.history_of(Journal::Activity, PINNED, &[entry(account)]).await
    }

    async fn history_of(&mut self, journal: Journal, sql: &'static str, binds: &[Bind<'_>]) -> Result<Vec<HistoryRow>> {
        let rows: Vec<Columns> = self.rows(sql, binds).await?;
        rows.into_iter().map(|row| history_row(journal, row)).collect()
    }

    async fn add_applied(&mut self, account: EntryId, rows: &mut [HistoryRow]) -> Result<()> {
        let book = self.book;
        let is_document = |row: &HistoryRow| row.journal == Journal::Ledger && row.subject == Some(row.entry);
        let keys: Vec<Cell<'_>> = rows
            .iter()
            .filter(|row| is_document(row))
            .flat_map(|row| [book.into(), account.0.into(), row.entry.0.into(), day_number(row.day).into()])
            .collect();
        let applied: Vec<(i64, Option<String>, Option<String>)> = fetch(&mut self.tx, &APPLIED, &keys).await?;
        let mut documents: BTreeMap<i64, Vec<AppliedTo>> = BTreeMap::new();
        for (credit, document, because) in applied {
            let document = document.unwrap_or_else(|| "an item of another account".into());
            let applied = AppliedTo { document, rule: because.as_deref().and_then(rule_of) };
            let known = documents.entry(credit).or_default();
            if !known.contains(&applied) {
                known.push(applied);
            }
        }
        for row in rows.iter_mut() {
            row.applied_to = documents.remove(&row.entry.0).unwrap_or_default();
        }
        Ok(())
    }
}

/// The rule that made an application by itself, by why it was made; where a person took its proposal it was theirs.
fn rule_of(because: &str) -> Option<String> {
    let because: serde_json::Value = serde_json::from_str(because).ok()?;
    let by_person = because["payer"].as_array().is_some_and(|payer| payer.iter().any(|by| by == "person"));
    because["rule"].as_str().filter(|rule| !by_person && *rule != "person").map(str::to_owned)
}

fn history_row(journal: Journal, row: Columns) -> Result<HistoryRow> {
    let code: Option<Currency> = row.currency.as_deref().map(currency).transpose()?;
    Ok(HistoryRow {
        journal,
        entry: EntryId(row.entry),
        day: date(row.day),
        recorded_at: row.recorded_at,
        actor: row.actor,
        kind: row.kind,
        subject: row.subject.map(EntryId),
        amount: row.amount.zip(code).map(|(amount, code)| Money::new(amount, code)),
        document: row.document,
        other: row.other,
        detail: row.detail,
        text: row.text,
        applied_to: Vec::new(),
        rule: row.because.as_deref().and_then(rule_of),
    })
}
