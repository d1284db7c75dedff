//! What a bank file tells of our own refunds: that they were paid, and that one came back. A refund is known by the end-to-end
//! id that its payment file gave it. What the bank paid under such an id and does not fit the refund, or pays it a second time, is
//! asked about.

use std::collections::HashMap;

use dunwell_formats::bank::{BankFile, Payment, Side};
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::refund::RefundEnd;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewRefundPayment;
use dunwell_store::views::refund_payments::RefundPaymentView;
use serde::Serialize;

use super::import_bank_file::Taking;
use super::told::{Booking, Told, Words, bookings, currency_of, date_of, debit_content, our_account, undone};
use crate::desk::Desk;
use crate::look::page;
use crate::refunds::end::{Seen, SeenAtBank, end_seen};
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// What a file told of refunds.
pub(super) struct RefundsTold {
    /// The file's credits without those that brought a refund back.
    pub(super) left: Vec<Told>,
    /// Refunds that were paid, by this file.
    pub(super) confirmed: u64,
    /// Refunds that came back by it.
    pub(super) returned: u64,
    /// Bookings that do not fit the refund they name, and are asked about from now on.
    pub(super) asked: u64,
}

/// A debit that carries an end-to-end id of ours.
struct Paid {
    key: String,
    seen: SeenAtBank,
    booked_on: Date,
    bank_account: String,
}

impl Taking<'_> {
    /// Ends the refunds that the file tells of, asks about what does not fit, and answers the credits without those that
    /// brought a refund back: they are the customer's credit again, and no receipt beside it. A second reading of the file
    /// changes nothing.
    pub(super) async fn settle_refunds(&mut self, credits: Vec<Told>) -> Result<RefundsTold> {
        let (desk, on) = (self.desk, self.request.on);
        let mut refunds = RefundsTold { left: Vec::with_capacity(credits.len()), confirmed: 0, returned: 0, asked: 0 };
        for paid in paid(self.read) {
            let seen = end_seen(desk, &paid.seen, RefundEnd::Confirmed, on).await?;
            refunds.confirmed += u64::from(matches!(seen, Seen::Ended { .. }));
            let (account, refund, question) = match seen {
                Seen::Other => continue,
                Seen::Misfit { account, refund, question } => (account, refund, question),
                Seen::Ended { account, refund } | Seen::EndedBefore { account, refund } => {
                    (account, refund, "paid_twice")
                }
            };
            let row = NewRefundPayment {
                key: paid.key,
                account,
                refund,
                amount: paid.seen.amount,
                booked_on: paid.booked_on,
                bank_account: paid.bank_account,
                question,
            };
            refunds.asked += u64::from(self.note_payment(row).await?);
        }
        for told in credits {
            let mut back = false;
            for id in told.words.references.iter().filter(|id| SeenAtBank::is_ours(id)) {
                let paid = SeenAtBank { end_to_end_id: id.clone(), amount: told.amount };
                let seen = end_seen(desk, &paid, RefundEnd::Returned, on).await?;
                refunds.returned += u64::from(matches!(seen, Seen::Ended { .. }));
                back |= matches!(seen, Seen::Ended { .. } | Seen::EndedBefore { .. });
            }
            if !back {
                refunds.left.push(told);
            }
        }
        Ok(refunds)
    }

    /// Records a payment of a refund that was not told before, and answers whether it is asked about. The first booking that
    /// fits is the one that paid the refund: it is kept beside all imports, as the end of the refund is.
    async fn note_payment(&mut self, row: NewRefundPayment) -> Result<bool> {
        let (desk, this) = (self.desk, &*self);
        let import = desk
            .retrying(|| async {
                let mut recording = desk.record("import bank", this.request.on).await?;
                if !recording.refund_payment_keys(&[&row.key]).await?.is_empty() {
                    return Ok(None);
                }
                let pays = row.question == "paid_twice"
                    && !recording.refund_paid_by_a_booking(row.account, row.refund).await?;
                if pays {
                    recording.tell_refund_payment(&row.clone().paying(), this.request.on)?;
                    recording.commit().await?;
                    return Ok(None);
                }
                let import = this.enter(&mut recording).await?;
                recording.tell_refund_payment(&row, this.request.on)?;
                recording.commit().await?;
                Ok(Some(import))
            })
            .await?;
        self.import = import.or(self.import);
        Ok(import.is_some())
    }
}

/// The debits of the file that carry an end-to-end id of ours.
fn paid(file: &BankFile) -> Vec<Paid> {
    let mut equals: HashMap<String, u32> = HashMap::new();
    let debits = bookings(file).filter(|booking| booking.side == Side::Debit && undone(booking).is_none());
    debits.filter_map(|booking| paid_by(&booking, &mut equals)).collect()
}

fn paid_by(booking: &Booking<'_>, equals: &mut HashMap<String, u32>) -> Option<Paid> {
    let Booking { statement, entry, amount, payment, .. } = *booking;
    let ids = [&payment.end_to_end, &payment.customer_reference];
    let id = ids.into_iter().flatten().find(|id| SeenAtBank::is_ours(id))?;
    let (currency, booked) = (currency_of(entry.currency)?, booking.booked()?);
    let days = [booked, entry.value_day.unwrap_or(booked)];
    // Files of one account name the payee in different ways; the id is the refund's own.
    let told = Payment { end_to_end: Some(id.clone()), ..Payment::default() };
    let content = debit_content(statement, &days, (amount, currency), "refund", &told, &Words::default());
    let number = equals.entry(content.clone()).or_default();
    *number += 1;
    Some(Paid {
        key: format!("{content}/{number}"),
        seen: SeenAtBank { end_to_end_id: id.clone(), amount: Money::new(amount, currency) },
        booked_on: date_of(booked)?,
        bank_account: our_account(statement).to_owned(),
    })
}

/// A page of the payments of refunds that do not fit.
#[derive(Debug, Clone, Serialize)]
pub struct RefundPayments {
    /// The payments, the longest asked first.
    pub refund_payments: Vec<RefundPaymentView>,
    /// What the next page is asked for with; null on the last.
    pub next_cursor: Option<String>,
}

/// The payments of refunds that do not fit, the longest asked first: at most `most` after the one given (day, payment).
pub async fn refund_payments_asked(
    desk: &Desk,
    after: Option<(Date, EntryId)>,
    most: i64,
) -> Result<Vec<RefundPaymentView>> {
    desk.may(Action::ReadAccounts)?;
    Ok(desk.book.read().await?.refund_payments_asked(after, most).await?)
}

/// A page of the same; an unknown cursor is refused.
pub async fn refund_payments_page(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<RefundPayments> {
    let (size, after) = (page::size(limit)?, page::day_and_entry(cursor)?);
    let rows = refund_payments_asked(desk, after, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let cursor = |shown: &RefundPaymentView| page::after_day(shown.asked_on.unwrap_or(Date::MIN), shown.entry);
    let (refund_payments, next_cursor) = page::cut(rows, size, cursor);
    Ok(RefundPayments { refund_payments, next_cursor })
}

/// One payment; `None` when the entry is none.
pub async fn refund_payment(desk: &Desk, entry: &str) -> Result<Option<RefundPaymentView>> {
    desk.may(Action::ReadAccounts)?;
    Ok(desk.book.read().await?.refund_payment(entry_of("refund payment", entry)?).await?)
}

/// Says what a payment that does not fit its refund is; it is asked no more. The refund stays as it is: it is confirmed, or
/// said to have come back, by name.
pub async fn see_refund_payment(desk: &Desk, entry: &str, because: &str, on: Date) -> Result<RefundPaymentView> {
    desk.may(Action::Unapply)?;
    let id = entry_of("refund payment", entry)?;
    if because.trim().is_empty() {
        let why = "say what the payment is".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("see refund payment", on).await?;
        recording.see_refund_payment(id, because.trim(), on).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    let found = refund_payment(desk, entry).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "refund payment", id: entry.into() })?)
}
