//! Refunds, the payment files they are in, and write-offs.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::ApprovalState;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::refund::{PaymentKind, RefundEnd, refund_state};
use serde::Serialize;
use sqlx::FromRow;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, damaged, date, entry};

/// A refund and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundView {
    /// The refund.
    #[serde(serialize_with = "json::entry")]
    pub refund: EntryId,
    /// The account's entry.
    #[serde(skip)]
    pub account_id: EntryId,
    /// The customer number.
    pub account: String,
    /// The customer's name.
    pub name: Option<String>,
    /// The credit's document number.
    pub credit: String,
    /// What is paid back.
    pub amount: Money,
    /// `pain.001` or `nacha`.
    pub kind: &'static str,
    /// Who is paid; null once it was erased.
    pub payee: Option<String>,
    /// The last four signs of the payee's bank account.
    pub payee_account_ends: Option<String>,
    /// Whom it is paid to and where, as JSON, for the payment file.
    #[serde(skip)]
    pub words: Option<String>,
    /// What comes back with the entry in the bank's statement.
    pub end_to_end_id: String,
    /// `requested`, `not_signed`, `approved`, `filed`, `confirmed`, `cancelled` or `returned`.
    pub state: &'static str,
    /// Whether the credit is taken off in full; not where it was taken back after the signature (a receipt that bounced).
    pub covered: bool,
    /// The day it was asked.
    pub asked_on: Date,
    /// Who asked.
    pub maker: String,
    /// The request for a signature.
    #[serde(serialize_with = "json::entry")]
    pub request: EntryId,
    /// The day it was signed or refused.
    pub decided_on: Option<Date>,
    /// Who signed or refused.
    pub decided_by: Option<String>,
    /// The payment file.
    #[serde(serialize_with = "json::entry_or_null")]
    pub file: Option<EntryId>,
    /// The day on which the bank is to pay.
    pub pays_on: Option<Date>,
    /// The day it ended.
    pub ended_on: Option<Date>,
}

/// A payment file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundFileView {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub file: EntryId,
    /// `pain.001` or `nacha`.
    pub kind: String,
    /// By what the bank knows it again.
    pub message_id: String,
    /// The day on which the bank is to pay.
    pub pays_on: Date,
    /// The day it was written.
    pub written_on: Date,
    /// How many payments.
    pub payments: i64,
    /// What they come to, by currency.
    pub sums: serde_json::Value,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Whether it can be written again; not once people it pays were erased.
    pub kept: bool,
}

/// A write-off and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriteOffView {
    /// The write-off.
    #[serde(serialize_with = "json::entry")]
    pub write_off: EntryId,
    /// The customer number.
    pub account: String,
    /// The customer's name.
    pub name: Option<String>,
    /// The document it was written off of.
    pub document: String,
    /// What was written off.
    pub amount: Money,
    /// What came in for it later.
    pub recovered: Money,
    /// What of it still stands.
    pub stands: Money,
    /// Why, as a code.
    pub reason: String,
    /// Whether tax is claimed back with it.
    pub tax_relief: bool,
    /// Who wrote it off, or asked for it.
    pub maker: String,
    /// The day.
    pub made_on: Date,
    /// The request that was signed; null where the role may alone.
    #[serde(serialize_with = "json::entry_or_null")]
    pub request: Option<EntryId>,
    /// The day from which nothing of it stands.
    pub taken_back_on: Option<Date>,
}

#[derive(FromRow)]
struct Columns {
    refund: i64,
    account: i64,
    code: String,
    name: Option<String>,
    document: String,
    currency: String,
    amount: i64,
    kind: String,
    text: Option<String>,
    open: i64,
    asked_on: i64,
    maker: String,
    request: i64,
    state: String,
    decided_on: Option<i64>,
    decided_by: Option<String>,
    file: Option<i64>,
    pays_on: Option<i64>,
    ended: Option<String>,
    ended_on: Option<i64>,
}

#[derive(FromRow)]
struct WriteOffColumns {
    write_off: i64,
    code: String,
    name: Option<String>,
    document: String,
    currency: String,
    amount: i64,
    recovered: i64,
    stands: Option<i64>,
    reversed_by: Option<i64>,
    reason: String,
    tax_relief: i64,
    maker: String,
    made_on: i64,
    request: Option<i64>,
    taken_back_on: Option<i64>,
}

type FileColumns = (i64, String, String, i64, i64, i64, String, Vec<u8>, i64);

/// One refund a row; which and in what order is the caller's.
macro_rules! refunds {
    ($which:literal) => {
        concat!(
            "select r.refund, r.account, a.code, p.name, i.document, r.currency, r.amount, r.kind, t.text, \
             cast(coalesce((select sum(l.open) from line l where l.book = r.book and l.account = r.account \
             and l.item = r.item), 0) as bigint) as open, \
             r.asked_on, q.maker, r.request, q.state, q.decided_on, q.decided_by, r.file, f.pays_on, r.ended, r.ended_on \
             from refund r \
             join approval_request q on q.book = r.book and q.account = r.account and q.request = r.request \
             join account a on a.book = r.book and a.account = r.account \
             join item i on i.book = r.book and i.account = r.account and i.item = r.credit_item \
             left join party p on p.book = r.book and p.account = r.account \
             left join note_text t on t.book = r.book and t.account = r.account and t.entry = r.refund \
             left join refund_file f on f.book = r.book and f.entry = r.file \
             where r.book = $1 ",
            $which
        )
    };
}

const REFUND: &str = refunds!("and r.refund = $2");
const OF_REQUEST: &str = refunds!("and r.request = $2");
/// The oldest one of a credit that is neither called off nor brought back, nor refused its signature.
const LIVES: &str = refunds!(
    "and r.account = $2 and coalesce(r.ended, 'confirmed') = 'confirmed' and q.state in ('pending', 'approved') \
     and (r.credit_item = $3 or exists (select 1 from movement m where m.book = r.book and m.account = r.account \
     and m.item = r.item and m.other_item = $3)) order by r.refund limit 1"
);
const LIST: &str = refunds!(
    "and r.refund < $2 and ($3 = '' or a.code = $3) \
     and ($4 = '' or case when r.ended is not null then r.ended when q.state = 'pending' then 'requested' \
     when q.state <> 'approved' then 'not_signed' when r.file is not null then 'filed' else 'approved' end = $4) \
     order by r.refund desc limit $5"
);
const UNFILED: &str = refunds!(
    "and r.item is not null and r.file is null and r.ended is null and r.kind = $2 order by r.refund limit $3"
);
const IN_FILE: &str = refunds!("and r.file = $2 order by r.refund");
const FILES: &str = "
select f.entry, f.kind, f.message_id, f.pays_on, f.written_on, f.payments, f.sums, f.sha256,
    cast(case when t.text is null then 0 else 1 end as bigint)
from refund_file f
left join note_text t on t.book = f.book and t.account = 0 and t.entry = f.entry
where f.book = $1 and f.entry < $2
order by f.entry desc limit $3";
const FILE: &str = "
select t.text from refund_file f
left join note_text t on t.book = f.book and t.account = 0 and t.entry = f.entry
where f.book = $1 and f.entry = $2";
const WRITE_OFFS: &str = "
select w.write_off, a.code, p.name, i.document, w.currency, w.amount, w.recovered, c.amount as stands, c.reversed_by,
    w.reason, w.tax_relief, w.maker, w.made_on, w.request, w.taken_back_on
from write_off w
join account a on a.book = w.book and a.account = w.account
join item i on i.book = w.book and i.account = w.account and i.item = w.item
left join party p on p.book = w.book and p.account = w.account
left join item c on c.book = w.book and c.account = w.account and c.item = w.credit_item
where w.book = $1 and w.write_off < $2 and ($3 = '' or a.code = $3)
order by w.write_off desc limit $4";
const DETAIL: &str = "
select a.detail from approval a
join approval_request r on r.book = a.book and r.account = a.account and r.request = a.entry
where r.book = $1 and r.request = $2 and a.kind = 'requested'";
const WORDS_OF_REQUEST: &str = "
select t.text from activity n
join note_text t on t.book = n.book and t.account = n.account and t.entry = n.entry
where n.book = $1 and n.account = $2 and n.kind = 'write_off_asked' and n.subject = $3 and t.text is not null";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[LIVES, REFUND, OF_REQUEST, LIST, UNFILED, IN_FILE, FILES, FILE, WRITE_OFFS, DETAIL, WORDS_OF_REQUEST];

impl Reading {
    /// The oldest refund of an account's credit that waits, is signed or was paid: it is not to be taken away from under it.
    pub async fn refund_that_lives(&mut self, account: EntryId, credit: EntryId) -> Result<Option<RefundView>> {
        self.row(LIVES, &[entry(account), entry(credit)]).await?.map(view).transpose()
    }

    /// One refund.
    pub async fn refund(&mut self, refund: EntryId) -> Result<Option<RefundView>> {
        self.row(REFUND, &[entry(refund)]).await?.map(view).transpose()
    }

    /// The refund that a request asks for.
    pub async fn refund_of_request(&mut self, request: EntryId) -> Result<Option<RefundView>> {
        self.row(OF_REQUEST, &[entry(request)]).await?.map(view).transpose()
    }

    /// Refunds before one, the newest first; of an account and in a state where these are not empty.
    pub async fn refunds(&mut self, before: EntryId, account: &str, state: &str, most: i64) -> Result<Vec<RefundView>> {
        let binds = [entry(before), Bind::Text(account), Bind::Text(state), Bind::Int(most)];
        self.rows(LIST, &binds).await?.into_iter().map(view).collect()
    }

    /// Signed refunds that are in no payment file yet, the oldest first.
    pub async fn unfiled_refunds(&mut self, kind: PaymentKind, most: i64) -> Result<Vec<RefundView>> {
        self.rows(UNFILED, &[Bind::Text(kind.code()), Bind::Int(most)]).await?.into_iter().map(view).collect()
    }

    /// The refunds of a payment file, in its order.
    pub async fn refunds_in(&mut self, file: EntryId) -> Result<Vec<RefundView>> {
        self.rows(IN_FILE, &[entry(file)]).await?.into_iter().map(view).collect()
    }

    /// Payment files before one, the newest first.
    pub async fn refund_files(&mut self, before: EntryId, most: i64) -> Result<Vec<RefundFileView>> {
        self.rows(FILES, &[entry(before), Bind::Int(most)]).await?.into_iter().map(file).collect()
    }

    /// A payment file as it was written; the outer `None` when there is none of that entry, the inner once it was erased.
    pub async fn refund_file_text(&mut self, file: EntryId) -> Result<Option<Option<String>>> {
        let row: Option<(Option<String>,)> = self.row(FILE, &[entry(file)]).await?;
        Ok(row.map(|(text,)| text))
    }

    /// Write-offs before one, the newest first; of an account where it is not empty.
    pub async fn write_offs(&mut self, before: EntryId, account: &str, most: i64) -> Result<Vec<WriteOffView>> {
        let binds = [entry(before), Bind::Text(account), Bind::Int(most)];
        self.rows(WRITE_OFFS, &binds).await?.into_iter().map(written_off).collect()
    }

    /// What exactly a request asks for, JSON; null where there is no such request.
    pub async fn asked_in(&mut self, request: EntryId) -> Result<serde_json::Value> {
        let row: Option<(String,)> = self.row(DETAIL, &[entry(request)]).await?;
        let detail = row.map(|(text,)| serde_json::from_str::<serde_json::Value>(&text)).transpose();
        let detail = detail.map_err(|_| damaged("detail of a request", &request.to_string()))?;
        Ok(detail.map_or(serde_json::Value::Null, |mut detail| detail["asked"].take()))
    }

    /// What its maker said of a request to write off.
    pub async fn words_of_write_off(&mut self, account: EntryId, request: EntryId) -> Result<Option<String>> {
        let row: Option<(String,)> = self.row(WORDS_OF_REQUEST, &[entry(account), entry(request)]).await?;
        Ok(row.map(|(text,)| text))
    }
}

fn view(row: Columns) -> Result<RefundView> {
    let kind = PaymentKind::parse(&row.kind).ok_or_else(|| damaged("kind of payment", &row.kind))?;
    let ended = row.ended.as_deref().map(|end| RefundEnd::parse(end).ok_or_else(|| damaged("end of a refund", end)));
    let request = ApprovalState::parse(&row.state).ok_or_else(|| damaged("state of a request", &row.state))?;
    let words: Option<serde_json::Value> = row.text.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let said = |name: &str| words.as_ref().and_then(|words| words[name].as_str()).map(str::to_owned);
    let number = said("iban").or_else(|| said("number"));
    let ends = number.map(|number| number.chars().skip(number.chars().count().saturating_sub(4)).collect());
    Ok(RefundView {
        refund: EntryId(row.refund),
        account_id: EntryId(row.account),
        account: row.code,
        name: row.name,
        credit: row.document,
        amount: Money::new(row.amount, currency(&row.currency)?),
        kind: kind.code(),
        payee: said("name"),
        payee_account_ends: ends,
        words: row.text,
        end_to_end_id: format!("RF{}", EntryId(row.refund)),
        state: refund_state(request, row.file.is_some(), ended.transpose()?).code(),
        covered: row.open == 0,
        asked_on: date(row.asked_on),
        maker: row.maker,
        request: EntryId(row.request),
        decided_on: row.decided_on.map(date),
        decided_by: row.decided_by,
        file: row.file.map(EntryId),
        pays_on: row.pays_on.map(date),
        ended_on: row.ended_on.map(date),
    })
}

fn file(row: FileColumns) -> Result<RefundFileView> {
    let (entry, kind, message_id, pays_on, written_on, payments, sums, sha256, kept) = row;
    Ok(RefundFileView {
        file: EntryId(entry),
        kind,
        message_id,
        pays_on: date(pays_on),
        written_on: date(written_on),
        payments,
        sums: serde_json::from_str(&sums).map_err(|_| damaged("list of sums", &sums))?,
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        kept: kept == 1,
    })
}

fn written_off(row: WriteOffColumns) -> Result<WriteOffView> {
    let currency = currency(&row.currency)?;
    let stands = row.stands.filter(|_| row.reversed_by.is_none() && row.taken_back_on.is_none()).unwrap_or(0);
    Ok(WriteOffView {
        write_off: EntryId(row.write_off),
        account: row.code,
        name: row.name,
        document: row.document,
        amount: Money::new(row.amount, currency),
        recovered: Money::new(row.recovered, currency),
        stands: Money::new(stands, currency),
        reason: row.reason,
        tax_relief: row.tax_relief == 1,
        maker: row.maker,
        made_on: date(row.made_on),
        request: row.request.map(EntryId),
        taken_back_on: row.taken_back_on.map(date),
    })
}
