//! What a bank file tells of our own refunds: that they were paid, and that one came back. A refund is known by the end-to-end
//! id that its payment file gave it.

use dunwell_formats::bank::{BankFile, Side};
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::refund::RefundEnd;

use super::told::{Told, bookings, undone};
use crate::desk::Desk;
use crate::refunds::end::{SeenAtBank, end_seen};
use crate::refusal::Result;

/// Ends the refunds that the file tells of, and answers the credits without those that brought a refund back: they are the
/// customer's credit again, and no receipt beside it. A second reading of the file changes nothing.
pub(super) async fn settle_refunds(desk: &Desk, file: &BankFile, credits: Vec<Told>, on: Date) -> Result<Vec<Told>> {
    for paid in paid(file) {
        end_seen(desk, &paid, RefundEnd::Confirmed, on).await?;
    }
    let mut left = Vec::with_capacity(credits.len());
    for told in credits {
        let mut back = false;
        for id in told.words.references.iter().filter(|id| SeenAtBank::is_ours(id)) {
            let seen = SeenAtBank { end_to_end_id: id.clone(), amount: told.amount };
            back |= end_seen(desk, &seen, RefundEnd::Returned, on).await?;
        }
        if !back {
            left.push(told);
        }
    }
    Ok(left)
}

/// The debits of the file that carry an end-to-end id of ours.
fn paid(file: &BankFile) -> Vec<SeenAtBank> {
    let debits = bookings(file).filter(|booking| booking.side == Side::Debit && undone(booking).is_none());
    let seen = debits.filter_map(|booking| {
        let ids = [&booking.payment.end_to_end, &booking.payment.customer_reference];
        let id = ids.into_iter().flatten().find(|id| SeenAtBank::is_ours(id))?;
        let currency = Currency::parse(booking.entry.currency.as_str())?;
        Some(SeenAtBank { end_to_end_id: id.clone(), amount: Money::new(booking.amount, currency) })
    });
    seen.collect()
}
