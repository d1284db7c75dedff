//! Entries that a bank tells again otherwise (OFX `CORRECTACTION` `REPLACE`): the receipt of the first telling is taken back and
//! the other is recorded, so that one payment is never two receipts. A receipt that is in use is asked about instead, and
//! what replaces it is not recorded until a person has let it go. A debit that replaces a credit which was not read yet is
//! kept as a mark, so that the credit is no receipt whenever it comes.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::calendar::{Date, add_days};
use dunwell_rules::cash::returns::{RETURNED_WITHIN_DAYS, Undone};
use dunwell_rules::money::{Currency, Money};
use dunwell_store::record::{NewReturn, ReceiptAt, Recording};

use super::import_bank_file::Taking;
use super::told::{Told, Words, replacing_debits};
use crate::import::FileProblem;
use crate::refusal::Result;

/// What is asked about a receipt that the bank replaces while it is in use.
const QUESTION: &str = "replaced_by_bank";
/// Why a booking takes a receipt back that its bank told again otherwise.
const REASON: &str = "REPLACE";

/// What came of looking for entries that are told again otherwise.
pub(super) struct Replaced {
    /// The credits that are to be recorded, and those that were before.
    pub(super) credits: Vec<Told>,
    /// Receipts that were taken back for another telling of them.
    pub(super) taken_back: u64,
    /// What was left out, and why.
    pub(super) left_out: Vec<FileProblem>,
}

/// An account of ours, by which a bank's references are told apart.
type Place = (String, Currency);

impl Taking<'_> {
    /// Takes back the receipts that the file's entries replace, and leaves out what another telling has replaced. A debit that
    /// replaces a credit leaves nothing in its place: no money came in.
    pub(super) async fn replace(&mut self, credits: Vec<Told>) -> Result<Replaced> {
        let mut done = Replaced { credits: Vec::with_capacity(credits.len()), taken_back: 0, left_out: Vec::new() };
        let debits = replacing_debits(self.read);
        if !credits.iter().chain(&debits).any(|told| told.code.starts_with("ofx ")) {
            done.credits = credits;
            return Ok(done);
        }
        let superseded = self.superseded(&credits, &debits).await?;
        for told in &debits {
            let Some(entry) = &told.words.replaces else { continue };
            match self.take_back_replaced(told, entry).await? {
                Ok(true) => done.taken_back += 1,
                Ok(false) => self.mark(told, entry).await?,
                Err(in_use) => done.left_out.push(in_use),
            }
        }
        for told in credits {
            let place = (told.bank_account.clone(), told.amount.currency);
            let of_place = superseded.get(&place);
            let is_superseded = told.words.entry.as_ref().is_some_and(|entry| {
                told.words.replaces.as_ref() != Some(entry) && of_place.is_some_and(|gone| gone.contains(entry))
            });
            if told.known {
                done.credits.push(told);
            } else if is_superseded {
                done.left_out.push(left_out(&told, "replaced", "another entry of the bank replaces it".to_owned()));
            } else if let Some(entry) = told.words.replaces.clone() {
                match self.take_back_replaced(&told, &entry).await? {
                    Ok(taken) => {
                        done.taken_back += u64::from(taken);
                        done.credits.push(told);
                    }
                    Err(in_use) => done.left_out.push(in_use),
                }
            } else {
                done.credits.push(told);
            }
        }
        Ok(done)
    }

    /// The bank's references of entries that others replace: of this file, and of receipts that were recorded before.
    async fn superseded(&self, credits: &[Told], debits: &[Told]) -> Result<BTreeMap<Place, BTreeSet<String>>> {
        let mut superseded: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
        let mut days: BTreeMap<Place, (Date, Date)> = BTreeMap::new();
        for told in credits.iter().chain(debits) {
            let place = (told.bank_account.clone(), told.amount.currency);
            superseded.entry(place.clone()).or_default().extend(told.words.replaces.clone());
            let known = days.entry(place).or_insert((told.booked_on, told.booked_on));
            *known = (known.0.min(told.booked_on), known.1.max(told.booked_on));
        }
        let mut recording = self.desk.record("import bank", self.request.on).await?;
        for (place, days) in days {
            for row in recording.receipts_at(&place.0, place.1, around(days)).await? {
                superseded.entry(place.clone()).or_default().extend(words(&row).replaces);
            }
            for mark in recording.bookings_without_receipt((&place.0, REASON), place.1, around(days)).await? {
                let said: Words = serde_json::from_str(&mark).unwrap_or_default();
                superseded.entry(place.clone()).or_default().extend(said.replaces);
            }
        }
        Ok(superseded)
    }

    /// Keeps that a debit replaces an entry of which there is no receipt; it asks nobody. Once, however often it is told.
    async fn mark(&mut self, told: &Told, entry: &str) -> Result<()> {
        let (desk, on) = (self.desk, self.request.on);
        let this = &*self;
        let import = desk
            .retrying(|| async {
                let mut recording = desk.record("import bank", on).await?;
                let said = booking(told, told.amount, entry);
                if recording.return_keys(&[said.key.as_str()]).await?.contains_key(&said.key) {
                    return Ok(this.import);
                }
                let import = this.enter(&mut recording).await?;
                recording.tell_return(&said)?;
                recording.commit().await?;
                Ok(Some(import))
            })
            .await?;
        self.import = import;
        Ok(())
    }

    /// Takes back the receipt that an entry replaces; `false` where none stands. `Err` says that it is in use: a person is asked.
    async fn take_back_replaced(&self, told: &Told, entry: &str) -> Result<std::result::Result<bool, FileProblem>> {
        let (desk, on) = (self.desk, self.request.on);
        desk.retrying(|| async {
            let mut recording = desk.record("import bank", on).await?;
            let days = around((told.booked_on, told.booked_on));
            let rows = recording.receipts_at(&told.bank_account, told.amount.currency, days).await?;
            let old = rows.into_iter().rev().find(|row| words(row).entry.as_deref() == Some(entry));
            let Some(old) = old else { return Ok(Ok(false)) };
            if !recording.is_untouched(old.receipt).await? {
                recording.ask_about(old.receipt, &[QUESTION], on).await?;
                recording.commit().await?;
                return Ok(Err(in_use(told, &old)));
            }
            let taken = take_back(&mut recording, told, &old, entry).await?;
            recording.commit().await?;
            Ok(Ok(taken))
        })
        .await
    }
}

/// Takes a receipt back by a booking of its own, which says what the bank did.
async fn take_back(recording: &mut Recording, told: &Told, old: &ReceiptAt, entry: &str) -> Result<bool> {
    let said = booking(told, old.amount, entry);
    let known = recording.return_keys(&[said.key.as_str()]).await?.remove(&said.key);
    let booking = match known {
        Some(mark) => mark,
        None => recording.tell_return(&said)?,
    };
    Ok(recording.take_back(booking, old.receipt).await?.is_some())
}

/// The booking by which an entry that was told otherwise goes.
fn booking(told: &Told, amount: Money, entry: &str) -> NewReturn {
    let words = Words { replaces: Some(entry.to_owned()), ..Words::default() };
    NewReturn {
        key: format!("{}/replaces", told.key),
        amount,
        document: told.document.clone(),
        booked_on: told.booked_on,
        value_on: told.value_on,
        bank_account: told.bank_account.clone(),
        code: told.code.clone(),
        undone: Undone::Returned.code(),
        reason: REASON.to_owned(),
        meaning: "the bank told it again otherwise".to_owned(),
        words: serde_json::to_string(&words).unwrap_or_default(),
    }
}

/// Within how many days of an entry its other telling is looked for.
fn around((from, to): (Date, Date)) -> (Date, Date) {
    (add_days(from, -RETURNED_WITHIN_DAYS), add_days(to, RETURNED_WITHIN_DAYS))
}

fn words(row: &ReceiptAt) -> Words {
    row.words.as_deref().and_then(|words| serde_json::from_str(words).ok()).unwrap_or_default()
}

fn in_use(told: &Told, old: &ReceiptAt) -> FileProblem {
    let why = format!(
        "it replaces receipt {} of {}, which is in use: take that back (`unmatch`), then hand the file in again",
        old.receipt, old.amount
    );
    left_out(told, "replaces_what_is_in_use", why)
}

fn left_out(told: &Told, code: &'static str, why: String) -> FileProblem {
    let message = format!("{} of {} ({}) was not recorded: {why}", told.amount, told.booked_on, told.document);
    FileProblem { code, line: told.line, message }
}
