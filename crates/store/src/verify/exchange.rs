//! I17: what receipts were turned into another currency is their amount at the rate that was kept, and what is left is named.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::from_day_number;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money, RateFacts, convert};

use super::journals::Journals;
use super::replay::{Item, Replay};
use super::stored::Differences;
use crate::journal::{ActivityRow, JournalRow};

/// Checks every conversion, and that every item of the kinds of one belongs to one.
pub(super) fn conversions(journals: &Journals, replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let mut told: BTreeSet<i64> = BTreeSet::new();
    for row in &journals.rows {
        let JournalRow::Activity(row) = row else { continue };
        if row.kind != "exchanged" {
            continue;
        }
        differences.checked += 1;
        if conversion(row, replay, &mut told).is_none() {
            differences.note(|| format!("activity {}: it is not its amount at its rate", EntryId(row.entry)));
        }
    }
    for (entry, item) in &replay.items {
        let of_one = match item.kind {
            ItemKind::Exchanged | ItemKind::Converted | ItemKind::CurrencyGain | ItemKind::CurrencyLoss => true,
            ItemKind::Invoice
            | ItemKind::DebitMemo
            | ItemKind::FinanceCharge
            | ItemKind::Refund
            | ItemKind::SetAside
            | ItemKind::ReturnedPart
            | ItemKind::CreditMemo
            | ItemKind::Receipt
            | ItemKind::Settlement
            | ItemKind::Adjustment
            | ItemKind::WriteOff => false,
        };
        if of_one && !told.contains(entry) {
            differences.note(|| format!("item {}: it is of no conversion", EntryId(*entry)));
        }
    }
    differences
}

/// `None` when a conversion is not what it says.
fn conversion(row: &ActivityRow, replay: &Replay, told: &mut BTreeSet<i64>) -> Option<()> {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
    let number = |name: &str| detail[name].as_i64();
    let code = |name: &str| detail[name].as_str().and_then(Currency::parse);
    let gives = Money::new(number("gives")?, code("gives_currency")?);
    let gets = Money::new(number("gets")?, code("gets_currency")?);
    let rate = RateFacts {
        from: code("rate_from")?,
        to: code("rate_to")?,
        day: from_day_number(number("rate_day")?),
        rate_nano: number("rate_nano")?,
        source: String::new(),
    };
    let mut of = |name: &str, kind: ItemKind, amount: Money| -> Option<&Item> {
        let entry = number(name)?;
        let item = replay.items.get(&entry)?;
        let same = item.kind == kind && item.amount == amount.minor && item.currency == amount.currency.code();
        (same && item.account == row.account && told.insert(entry)).then_some(item)
    };
    let given = of("given_item", ItemKind::Exchanged, gives)?;
    let got = of("got_item", ItemKind::Converted, gets)?;
    let difference = number("difference")?;
    if difference != 0 {
        let kind = if difference > 0 { ItemKind::CurrencyLoss } else { ItemKind::CurrencyGain };
        of("difference_item", kind, Money::new(difference.checked_abs()?, gets.currency))?;
    }
    let receipt = replay.items.get(&row.subject?)?;
    // What stands of it takes all it was given off a receipt that stands; what does not is gone on both sides.
    let taken = given.lines.iter().all(|line| line.open == 0);
    let stands = [given, got, receipt].map(|item| item.reversed_by.is_none());
    (convert(gives, &rate) == Ok(gets) && taken && stands.iter().all(|one| *one == stands[0])).then_some(())
}
