//! The payment file: every signed refund of a kind, written once, and given out again byte for byte.

use std::collections::BTreeMap;

use dunwell_formats::day::Day;
use dunwell_formats::payment::{
    MOST_PAYMENTS, PayAccount, PaymentError, PaymentLine, PaymentOrder, WrittenAt, nacha, pain001,
};
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::refund::PaymentKind;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewRefundFile;
use dunwell_store::views::refunds::{RefundFileView, RefundView};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ask::Payee;
use crate::desk::Desk;
use crate::pays_from::PaysFrom;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;
use dunwell_rules::account::EntryId;

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct RefundsPaid {
    /// The files, one a kind; empty when nothing is signed that is not in a file yet.
    pub files: Vec<RefundFileView>,
    /// Signed refunds that are in no file, each with why.
    pub left_out: Vec<LeftOut>,
}

/// A signed refund that is not paid.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// The refund.
    pub refund: String,
    /// The customer number.
    pub account: String,
    /// The amount.
    pub amount: Money,
    /// `not_covered`, `payee_erased` or `sanctioned`.
    pub code: &'static str,
}

/// Writes the payment files of all signed refunds that are in none yet, for the next business day from `on`: one file a
/// kind. What is in a file is in no other. A refund whose credit was taken back since, whose payee was erased or whose
/// account is held because of sanctions is left out, and named.
pub async fn pay_refunds(desk: &Desk, on: Date) -> Result<RefundsPaid> {
    desk.may(Action::PayRefunds)?;
    let mut paid = RefundsPaid { files: Vec::new(), left_out: Vec::new() };
    for kind in PaymentKind::ALL {
        let mut left_out = Vec::new();
        let written = desk
            .retrying(|| async {
                let most = i64::try_from(MOST_PAYMENTS).unwrap_or(i64::MAX);
                let waiting = desk.book.read().await?.unfiled_refunds(kind, most).await?;
                write_one(desk, kind, &waiting, on).await
            })
            .await?;
        if let Some((file, left)) = written {
            left_out.extend(left);
            if let Some(file) = file {
                paid.files.extend(desk.book.read().await?.refund_files(EntryId(file.0 + 1), 1).await?);
            }
        }
        paid.left_out.extend(left_out);
    }
    Ok(paid)
}

/// The file of one kind; `None` when nothing of it waits.
async fn write_one(
    desk: &Desk,
    kind: PaymentKind,
    waiting: &[RefundView],
    on: Date,
) -> Result<Option<(Option<EntryId>, Vec<LeftOut>)>> {
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut recording = desk.record("refund file", on).await?;
    let mut left_out = Vec::new();
    let (mut payments, mut refunds) = (Vec::new(), Vec::new());
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for row in waiting {
        let payee = row.words.as_deref().and_then(|words| serde_json::from_str::<Payee>(words).ok());
        let sanctioned = recording.is_sanctioned(row.account_id, on).await?;
        let why = match &payee {
            _ if !row.covered => Some("not_covered"),
            None => Some("payee_erased"),
            Some(_) if sanctioned => Some("sanctioned"),
            Some(_) => None,
        };
        let (Some(payee), None) = (payee, why) else {
            let (refund, account) = (row.refund.to_string(), row.account.clone());
            left_out.push(LeftOut { refund, account, amount: row.amount, code: why.unwrap_or("payee_erased") });
            continue;
        };
        payments.push(line(row, payee));
        refunds.push((row.account_id, row.refund));
        let code = row.amount.currency.code().to_owned();
        sums.entry(code).or_insert(Money::zero(row.amount.currency)).minor += row.amount.minor;
    }
    if payments.is_empty() {
        return Ok(Some((None, left_out)));
    }
    let entry = recording.next_refund_file();
    let message_id = format!("DW{}-{entry}", on.to_string().replace('-', ""));
    let pays_on = desk.calendar()?.on_or_after(on);
    let order = PaymentOrder {
        message_id: message_id.clone(),
        written_at: written_at((desk.clock)()),
        pays_on: day_of(pays_on),
        payer: PaysFrom::payer(desk, kind)?,
        payments,
    };
    let text = match kind {
        PaymentKind::Pain001 => pain001::write(&order),
        PaymentKind::NachaCcd => nacha::write(&order),
    };
    let text = text.map_err(unwritable)?;
    let new = NewRefundFile {
        kind,
        message_id,
        pays_on,
        sums: serde_json::to_value(sums.into_values().collect::<Vec<_>>()).unwrap_or_default(),
        sha256: Sha256::digest(text.as_bytes()).into(),
        text,
        refunds,
    };
    let kept = recording.keep_refund_file(&new, on).await?;
    recording.commit().await?;
    Ok(Some((Some(kept), left_out)))
}

fn unwritable(error: PaymentError) -> Refusal {
    Refusal::Ruled { code: "file_refused", message: format!("the payment file is not written: {error}") }
}

fn line(row: &RefundView, payee: Payee) -> PaymentLine {
    let account = match (payee.iban, payee.routing, payee.number) {
        (Some(iban), ..) => PayAccount::Iban { iban, bic: payee.bic },
        (None, routing, number) => PayAccount::Us {
            routing: routing.unwrap_or_default(),
            number: number.unwrap_or_default(),
            savings: payee.savings,
        },
    };
    PaymentLine {
        end_to_end_id: row.end_to_end_id.clone(),
        amount: row.amount.minor,
        currency: row.amount.currency.code().into(),
        exponent: row.amount.currency.exponent(),
        payee: payee.name,
        account,
        text: payee.text.unwrap_or_default(),
    }
}

fn day_of(date: Date) -> Day {
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    Day { year: date.year(), month: part(date.month()), day: part(date.day()) }
}

/// An instant in UTC microseconds as files state it.
fn written_at(micros: i64) -> WrittenAt {
    let seconds = micros.div_euclid(1_000_000);
    let part = |value: i64| u8::try_from(value).unwrap_or(0);
    let of_day = seconds.rem_euclid(86_400);
    WrittenAt {
        day: day_of(dunwell_rules::calendar::from_day_number(seconds.div_euclid(86_400))),
        hour: part(of_day / 3_600),
        minute: part(of_day / 60 % 60),
        second: part(of_day % 60),
    }
}

/// What is known of a payment file; refused when the book has none of that id.
pub async fn refund_file(desk: &Desk, file: &str) -> Result<RefundFileView> {
    desk.may(Action::PayRefunds)?;
    let id = entry_of("payment file", file)?;
    let found = desk.book.read().await?.refund_files(EntryId(id.0 + 1), 1).await?.pop();
    let found = found.filter(|found| found.file == id);
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "payment file", id: file.into() })?)
}

/// A payment file as it was written. Refused (`erased`) once people whom it pays were erased.
pub async fn refund_file_text(desk: &Desk, file: &str) -> Result<String> {
    desk.may(Action::PayRefunds)?;
    let found = desk.book.read().await?.refund_file_text(entry_of("payment file", file)?).await?;
    let text = found.ok_or_else(|| Refusal::NotFound { what: "payment file", id: file.into() })?;
    Ok(text.ok_or_else(|| Refusal::Ruled {
        code: "erased",
        message: format!("payment file {file} names people who were erased since: it cannot be written again"),
    })?)
}
