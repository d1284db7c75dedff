//! Which credits of a file were told before, whatever file told them, and the key under which each is known.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::cash::told_again::{Telling, says_more, told_again};
use dunwell_rules::money::Money;
use dunwell_store::read::{BookedAmount, ReceiptTold};
use dunwell_store::record::Recording;

use super::told::{Told, Words, content};
use crate::refusal::Result;

/// The amounts and days of credits, by which other tellings of them are looked for.
pub(super) fn amounts(credits: &[Told]) -> Vec<BookedAmount> {
    credits.iter().map(booked).collect()
}

pub(super) fn booked(told: &Told) -> BookedAmount {
    BookedAmount { currency: told.amount.currency, minor: told.amount.minor, booked_on: told.booked_on }
}

/// Says of each credit whether it was told before, and gives it its key: that of the receipt it is, else the next free one. The
/// receipts whose keys are `claimed` are other credits of the same file.
pub(super) fn know(credits: &mut [Told], known: &[ReceiptTold], claimed: &BTreeSet<String>) {
    let mut receipts: BTreeMap<String, Vec<&ReceiptTold>> = BTreeMap::new();
    for row in known {
        let booked = &row.booked;
        let amount = Money::new(booked.minor, booked.currency);
        let content = content(&row.bank_account, (booked.booked_on, row.value_on), amount, &row.code);
        receipts.entry(content).or_default().push(row);
    }
    let mut alike: BTreeMap<String, Vec<&mut Told>> = BTreeMap::new();
    for told in credits {
        let content = content(&told.bank_account, (told.booked_on, told.value_on), told.amount, &told.code);
        alike.entry(content).or_default().push(told);
    }
    for (content, credits) in alike {
        let (others, receipts): (Vec<_>, Vec<_>) =
            receipts.remove(&content).unwrap_or_default().into_iter().partition(|row| claimed.contains(&row.key));
        let tellings: Vec<Telling> = credits.iter().map(|told| told.words.telling(&told.code)).collect();
        let known: Vec<Telling> = receipts.iter().map(|row| telling_of(row)).collect();
        let taken: BTreeSet<&str> = receipts.iter().chain(&others).map(|row| row.key.as_str()).collect();
        let keys = (1_u64..).map(|number| format!("{content}/{number}"));
        let mut free = keys.filter(|key| !taken.contains(key.as_str()) && !claimed.contains(key));
        for (told, found) in credits.into_iter().zip(told_again(&tellings, &known)) {
            told.known = found.is_some();
            told.says_more = found.is_some_and(|place| {
                receipts[place].words.is_some() && says_more(&told.words.telling(&told.code), &known[place])
            });
            told.key = match found {
                Some(place) => receipts[place].key.clone(),
                None => free.next().unwrap_or_default(),
            };
        }
    }
}

/// The same once more as they are recorded, where another file has told of some of them meanwhile, or was undone;
/// `claimed` are the keys of all credits of the file.
pub(super) async fn know_anew(
    recording: &mut Recording,
    credits: &mut [Told],
    claimed: &mut BTreeSet<String>,
) -> Result<()> {
    let keys: Vec<&str> = credits.iter().map(|told| told.key.as_str()).collect();
    let taken = recording.bank_keys(&keys).await?;
    // What was told before may have been undone since.
    credits.iter_mut().filter(|told| told.known && !taken.contains_key(&told.key)).for_each(|told| {
        (told.known, told.says_more) = (false, false);
    });
    for told in credits.iter_mut().filter(|told| !told.known && taken.contains_key(&told.key)) {
        let told = std::slice::from_mut(told);
        claimed.remove(&told[0].key);
        let rows = recording.receipts_told(&amounts(told)).await?;
        know(told, &rows, claimed);
        claimed.insert(told[0].key.clone());
    }
    Ok(())
}

pub(super) fn telling_of(row: &ReceiptTold) -> Telling {
    let words: Words = row.words.as_deref().and_then(|words| serde_json::from_str(words).ok()).unwrap_or_default();
    words.telling(&row.code)
}
