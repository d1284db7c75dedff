//! Receipts as banks told them: what is asked about them, and whose they are; the files they came from.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;
use sqlx::FromRow;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// A receipt as a bank told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptView {
    /// Its entry, by which `match` takes it.
    #[serde(serialize_with = "json::entry")]
    pub receipt: EntryId,
    /// What people call it.
    pub document: String,
    /// The amount that came in.
    pub amount: Money,
    /// What of it is set against nothing.
    pub unapplied: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// The day it counts for.
    pub value_on: Date,
    /// What the bank calls it.
    pub code: String,
    /// The customer number of the payer; null while nobody knows whose it is.
    pub account: Option<String>,
    /// The name of the account.
    pub name: Option<String>,
    /// Who paid and what they wrote, as the bank told it; null where it is erased.
    pub words: Option<serde_json::Value>,
    /// What the remittance advice that belongs to it says, as the payer sent it; null where there is none, or it is erased.
    pub remittance: Option<serde_json::Value>,
    /// What a person is asked, as codes.
    pub asked: Vec<String>,
    /// The day since which it is asked.
    pub asked_on: Option<Date>,
    /// Why it is set aside as no customer's payment, as a code; null where it is not.
    pub set_aside: Option<String>,
    /// The item as which it stands.
    #[serde(serialize_with = "json::entry")]
    pub item: EntryId,
    /// The account's id, for whoever acts on it.
    #[serde(skip)]
    pub account_id: EntryId,
}

/// A bank's file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankFileView {
    /// The entry that says so.
    #[serde(serialize_with = "json::entry")]
    pub bank_file: EntryId,
    /// The import, by which what it brought can be undone; null where it brought nothing that can.
    #[serde(serialize_with = "json::entry_or_null")]
    pub import: Option<EntryId>,
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The business day on which it was read.
    pub day: Date,
    /// When it was handed in.
    #[serde(serialize_with = "json::instant")]
    pub recorded_at: i64,
    /// By whom.
    pub by: String,
    /// `read`, `refused`, `undone`, `broken_off` where it was not read to its end, or `read_again` where it was not and then, handed
    /// in again, was.
    pub state: &'static str,
    /// The line under which it was read whole, where it was broken off before.
    #[serde(serialize_with = "json::entry_or_null")]
    pub read_again_by: Option<EntryId>,
    /// Counts and control totals as the import answered them, and why totals were accepted.
    pub detail: serde_json::Value,
    /// What came of it; null until it was read to its end. Empty where that was not kept.
    pub outcome: Option<serde_json::Value>,
    /// Whether the import is undone.
    pub undone: bool,
}

/// The order of the receipts that a person is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueOrder {
    /// The longest asked first.
    #[default]
    Age,
    /// The largest amount first, the book's own currency before others.
    Amount,
}

impl QueueOrder {
    /// Both, in documented order.
    pub const ALL: [Self; 2] = [Self::Age, Self::Amount];

    /// The word used in addresses and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Amount => "amount",
        }
    }

    /// Reads the word; `None` when it is neither.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.code() == code)
    }
}

/// The receipt after which a page begins, by what its order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterReceipt {
    /// The day since which it is asked, and its entry.
    Asked(Date, EntryId),
    /// Its amount, and its entry.
    Amount(Money, EntryId),
}

/// Receipts that are asked the same, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSum {
    /// What is asked, as codes.
    pub asked: Vec<String>,
    /// How many receipts.
    pub receipts: i64,
    /// What came in by them.
    pub amount: Money,
    /// The first day since which one of them is asked.
    pub since: Date,
}

#[derive(Debug, FromRow)]
struct Columns {
    entry: i64,
    document: String,
    currency: String,
    amount: i64,
    unapplied: i64,
    booking_day: i64,
    value_day: i64,
    code: String,
    account_code: Option<String>,
    name: Option<String>,
    words: Option<String>,
    asked: String,
    asked_on: Option<i64>,
    item: i64,
    account: i64,
    remittance: Option<String>,
    set_aside: Option<String>,
}

/// One receipt a row; the order is the caller's.
macro_rules! receipts {
    ($which:literal) => {
        concat!(
            "select e.entry, i.document, e.currency, e.amount, \
             cast(coalesce((select -sum(l.open) from line l where l.book = e.book and l.account = e.account \
             and l.item = e.item), 0) as bigint) as unapplied, \
             e.booking_day, e.value_day, e.code, a.code as account_code, p.name, t.text as words, e.asked, e.asked_on, e.item, e.account, \
             (select x.text from remittance r join note_text x on x.book = r.book and x.account = 0 and x.entry = r.entry \
             where r.book = e.book and r.receipt = e.entry) as remittance, \
             (select s.external_id from item s where s.book = e.book and s.source = '@bank' and s.reversed_by is null \
             and s.external_id >= 'set_aside#' || cast(e.item as text) || '#' \
             and s.external_id < 'set_aside#' || cast(e.item as text) || '$') as set_aside \
             from bank_entry e \
             join item i on i.book = e.book and i.account = e.account and i.item = e.item \
             left join account a on a.book = e.book and a.account = e.account \
             left join party p on p.book = e.book and p.account = e.account \
             left join note_text t on t.book = e.book and t.account = 0 and t.entry = coalesce((select max(w.entry) from receipt_words w \
             where w.book = e.book and w.receipt = e.entry), e.entry) \
             where e.book = $1 ",
            $which
        )
    };
}

const RECEIPT: &str = receipts!("and e.entry = $2");
const ASKED_BY_AGE: &str = receipts!(
    "and e.asked_on is not null and ($5 = '' or ' ' || e.asked || ' ' like $5) \
     and (e.asked_on > $2 or e.asked_on = $2 and e.entry > $3) order by e.asked_on, e.entry limit $4"
);
/// The book's own currency first, then by currency: amounts of two currencies are not comparable.
const ASKED_BY_AMOUNT: &str = receipts!(
    "and e.asked_on is not null and ($7 = '' or ' ' || e.asked || ' ' like $7) \
     and (case when e.currency = $2 then '' else e.currency end > $3 or case when e.currency = $2 then '' else e.currency end = $3 \
     and (e.amount < $4 or e.amount = $4 and e.entry > $5)) \
     order by case when e.currency = $2 then '' else e.currency end, e.amount desc, e.entry limit $6"
);
const OF_ITEM: &str = receipts!("and e.account = $2 and e.item = $3");
const BY_DOCUMENT: &str = receipts!("and i.document = $2 order by e.entry");
const FILES: &str = "
select f.entry, f.import, f.detail, f.outcome, m.undone_by, b.day, b.recorded_at, b.actor
from bank_file f
join batch b on b.batch = f.entry / 1048576
left join import m on m.book = f.book and m.import = f.import
where f.book = $1 and f.entry < $2
order by f.entry desc limit $3";
/// The first line after one under which the same bytes were read to their end, and not undone.
const READ_WHOLE: &str = "
select f.entry
from bank_file f
left join import m on m.book = f.book and m.import = f.import
where f.book = $1 and f.entry > $2 and f.outcome is not null and f.detail like $3 and m.undone_by is null
order by f.entry limit 1";
const ASKED_COUNT: &str = "select cast(count(*) as bigint) from bank_entry where book = $1 and asked_on is not null";
const ASKED_SUMS: &str = "
select asked, currency, cast(count(*) as bigint), cast(sum(amount) as bigint), min(asked_on)
from bank_entry where book = $1 and asked_on is not null group by asked, currency order by asked, currency";
const NOBODYS: &str = "
select currency, cast(sum(-open) as bigint) from line where book = $1 and account = 0 and open <> 0
group by currency order by currency";
/// By the sums that are kept of each account: its lines are not walked.
const UNAPPLIED: &str = "
select currency, cast(sum(-unapplied) as bigint), cast(count(*) as bigint) from account_summary
where book = $1 and account > 0 and unapplied <> 0 group by currency order by currency";
const NEWEST_FILE: &str = "
select f.import, m.file, m.day
from bank_file f
join import m on m.book = f.book and m.import = f.import
where f.book = $1 and m.undone_by is null
order by f.entry desc limit 1";
const OF_ACCOUNT: &str = receipts!(
    "and e.account = $2 and exists (select 1 from line l where l.book = e.book and l.account = e.account \
     and l.item = e.item and l.open <> 0) order by e.entry"
);

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    RECEIPT,
    ASKED_BY_AGE,
    ASKED_BY_AMOUNT,
    OF_ITEM,
    BY_DOCUMENT,
    FILES,
    READ_WHOLE,
    ASKED_COUNT,
    ASKED_SUMS,
    NOBODYS,
    UNAPPLIED,
    NEWEST_FILE,
    OF_ACCOUNT,
];

impl Reading {
    /// A receipt by its entry.
    pub async fn receipt(&mut self, receipt: EntryId) -> Result<Option<ReceiptView>> {
        self.row(RECEIPT, &[entry(receipt)]).await?.map(view).transpose()
    }

    /// The receipt that stands as an item of an account.
    pub async fn receipt_of_item(&mut self, account: EntryId, item: EntryId) -> Result<Option<ReceiptView>> {
        self.row(OF_ITEM, &[entry(account), entry(item)]).await?.map(view).transpose()
    }

    /// The receipts that people call by this number, oldest first.
    pub async fn receipts_called(&mut self, document: &str) -> Result<Vec<ReceiptView>> {
        let rows: Vec<Columns> = self.rows(BY_DOCUMENT, &[Bind::Text(document)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// Receipts about which a person is asked, the longest asked first: at most `most` after the one given (day, receipt).
    pub async fn cash_exceptions(&mut self, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<ReceiptView>> {
        let after = after.map(|(day, id)| AfterReceipt::Asked(day, id));
        self.cash_queue(QueueOrder::Age, "", None, after, most).await
    }

    /// Receipts about which a person is asked, in an order, those asked `question` alone where it is not empty: at most `most`
    /// after the one given. By amount the currency `own` comes first.
    pub async fn cash_queue(
        &mut self,
        order: QueueOrder,
        question: &str,
        own: Option<Currency>,
        after: Option<AfterReceipt>,
        most: i64,
    ) -> Result<Vec<ReceiptView>> {
        let like = if question.is_empty() { String::new() } else { format!("% {question} %") };
        let like = Bind::Text(&like);
        let rows: Vec<Columns> = match order {
            QueueOrder::Age => {
                let (day, id) = match after {
                    Some(AfterReceipt::Asked(day, id)) => (dunwell_rules::calendar::day_number(day), id.0),
                    Some(AfterReceipt::Amount(..)) | None => (i64::MIN, 0),
                };
                self.rows(ASKED_BY_AGE, &[Bind::Int(day), Bind::Int(id), Bind::Int(most), like]).await?
            }
            QueueOrder::Amount => {
                let own = own.as_ref().map_or("", Currency::code);
                let (code, minor, id) = match after {
                    Some(AfterReceipt::Amount(amount, id)) => (amount.currency, amount.minor, id.0),
                    Some(AfterReceipt::Asked(..)) | None => (Currency::USD, i64::MAX, 0),
                };
                let begin = if after.is_none() || code.code() == own { "" } else { code.code() };
                let place =
                    [Bind::Text(own), Bind::Text(begin), Bind::Int(minor), Bind::Int(id), Bind::Int(most), like];
                self.rows(ASKED_BY_AMOUNT, &place).await?
            }
        };
        rows.into_iter().map(view).collect()
    }

    /// How many receipts are asked about what, in each currency: sets of questions, not single ones.
    pub async fn asked_sums(&mut self) -> Result<Vec<AskedSum>> {
        let rows: Vec<(String, String, i64, i64, i64)> = self.rows(ASKED_SUMS, &[]).await?;
        let sum = |(asked, code, receipts, amount, since): (String, String, i64, i64, i64)| {
            Ok(AskedSum {
                asked: asked.split_whitespace().map(str::to_owned).collect(),
                receipts,
                amount: Money::new(amount, currency(&code)?),
                since: date(since),
            })
        };
        rows.into_iter().map(sum).collect()
    }

    /// Cash of nobody, by currency.
    pub async fn unidentified_cash(&mut self) -> Result<Vec<Money>> {
        let rows: Vec<(String, i64)> = self.rows(NOBODYS, &[]).await?;
        rows.into_iter().map(|(code, minor)| Ok(Money::new(minor, currency(&code)?))).collect()
    }

    /// Credits on accounts that are set against nothing, by currency, each with the number of accounts.
    pub async fn unapplied_cash(&mut self) -> Result<Vec<(Money, i64)>> {
        let rows: Vec<(String, i64, i64)> = self.rows(UNAPPLIED, &[]).await?;
        rows.into_iter().map(|(code, minor, accounts)| Ok((Money::new(minor, currency(&code)?), accounts))).collect()
    }

    /// Receipts on an account of which something is set against nothing, oldest entry first.
    pub async fn unapplied_receipts(&mut self, account: EntryId) -> Result<Vec<ReceiptView>> {
        let rows: Vec<Columns> = self.rows(OF_ACCOUNT, &[entry(account)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// The newest bank file that brought something and is not undone: its import, name and business day.
    pub async fn newest_bank_file(&mut self) -> Result<Option<(EntryId, String, Date)>> {
        let row: Option<(i64, String, i64)> = self.row(NEWEST_FILE, &[]).await?;
        Ok(row.map(|(import, file, day)| (EntryId(import), file, date(day))))
    }

    /// How many receipts a person is asked about.
    pub async fn cash_exception_count(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(ASKED_COUNT, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// Bank files that were handed in, newest first: at most `most`, and where `before` is given those older than it.
    pub async fn bank_files(&mut self, before: Option<EntryId>, most: i64) -> Result<Vec<BankFileView>> {
        let before = before.map_or(i64::MAX, |file| file.0);
        let rows: Vec<FileRow> = self.rows(FILES, &[Bind::Int(before), Bind::Int(most)]).await?;
        let mut files: Vec<BankFileView> = rows.into_iter().map(file_view).collect();
        for file in files.iter_mut().filter(|file| file.state == BROKEN_OFF && !file.sha256.is_empty()) {
            let same = format!("%{}%", file.sha256);
            let whole: Option<(i64,)> = self.row(READ_WHOLE, &[Bind::Int(file.bank_file.0), Bind::Text(&same)]).await?;
            if let Some((whole,)) = whole {
                (file.state, file.read_again_by) = ("read_again", Some(EntryId(whole)));
            }
        }
        Ok(files)
    }
}

/// The state of a file that was not read to its end.
const BROKEN_OFF: &str = "broken_off";

type FileRow = (i64, Option<i64>, String, Option<String>, Option<i64>, i64, i64, String);

fn file_view((entry, import, detail, outcome, undone_by, day, recorded_at, by): FileRow) -> BankFileView {
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let told = |name: &str| detail["file"][name].as_str().unwrap_or_default().to_owned();
    let refused = detail["file"]["problems"].as_array().is_some_and(|problems| !problems.is_empty());
    let state = match (undone_by, refused, &outcome) {
        (Some(_), ..) => "undone",
        (None, true, _) => "refused",
        (None, false, Some(_)) => "read",
        (None, false, None) => BROKEN_OFF,
    };
    BankFileView {
        bank_file: EntryId(entry),
        import: import.map(EntryId),
        file: told("file"),
        sha256: told("sha256"),
        day: date(day),
        recorded_at,
        by,
        state,
        read_again_by: None,
        outcome: outcome.and_then(|outcome| serde_json::from_str(&outcome).ok()),
        undone: undone_by.is_some(),
        detail,
    }
}

fn view(row: Columns) -> Result<ReceiptView> {
    let currency = currency(&row.currency)?;
    let read = |words: Option<String>| words.and_then(|words| serde_json::from_str(&words).ok());
    Ok(ReceiptView {
        receipt: EntryId(row.entry),
        document: row.document,
        amount: Money::new(row.amount, currency),
        unapplied: Money::new(row.unapplied, currency),
        booked_on: date(row.booking_day),
        value_on: date(row.value_day),
        code: row.code,
        account: row.account_code,
        name: row.name,
        words: read(row.words),
        remittance: read(row.remittance),
        asked: row.asked.split_whitespace().map(str::to_owned).collect(),
        asked_on: row.asked_on.map(date),
        set_aside: row.set_aside.as_deref().map(super::set_aside::reason_of),
        item: EntryId(row.item),
        account_id: EntryId(row.account),
    })
}
