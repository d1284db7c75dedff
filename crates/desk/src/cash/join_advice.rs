//! Which receipt an advice belongs to, whichever of the two comes first; and the receipt decided again by what the advice says.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Candidate, Payer, payer};
use dunwell_rules::cash::{self as rules, CashPolicy, near_enough, same_payment};
use dunwell_rules::money::{Currency, Money};
use dunwell_store::read::Reading;
use dunwell_store::record::{BOOK_ACCOUNT, Received, Recording, WaitingRemittance};
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::remittances::RemittanceView;

use super::apply_receipt::{self, Decided};
use super::open_book::OpenBook;
use super::open_books::OpenBooks;
use super::told::{Told, Words};
use super::tries::Tries;
use super::who_paid::Payers;
use crate::desk::Desk;
use crate::refusal::Result;
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// The most receipts of one amount that are looked at for an advice.
const MOST_RECEIPTS: usize = 200;

/// What became of an advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Joined {
    /// Its receipt is not there yet, or several fit.
    Waits,
    /// It belongs to a receipt.
    Belongs {
        /// What of the receipt was set against lines by it.
        applied: Money,
        /// Whether a person is asked about the receipt.
        asked: bool,
    },
}

/// The advice among those that wait which belongs to a receipt that comes now, with what it says; none where several fit.
pub(super) fn advice_for(
    told: &Told,
    payers: &Payers,
    book: &OpenBook,
    waiting: &[WaitingRemittance],
) -> Option<(EntryId, Words)> {
    let of_amount: Vec<&WaitingRemittance> = waiting.iter().filter(|advice| advice.amount == told.amount).collect();
    if of_amount.is_empty() {
        return None;
    }
    let written = told.words.all_numbers();
    let words = |advice: &WaitingRemittance| -> Words {
        advice.words.as_deref().and_then(|words| serde_json::from_str(words).ok()).unwrap_or_default()
    };
    let named: Vec<&&WaitingRemittance> =
        of_amount.iter().filter(|advice| same_payment(&advice.reference, &written)).collect();
    match named.as_slice() {
        [one] => return Some((one.advice, words(one))),
        [_, _, ..] => return None,
        [] => {}
    }
    let Payer::Known(who) = payer(&payers.clues(told, book)) else { return None };
    let near = of_amount.iter().filter(|advice| near_enough(advice.paid_on, told.value_on));
    let mut near = near.map(|advice| (advice.advice, words(advice))).filter(|(_, words)| {
        let heads = book.heads_of(words.documents(), payers);
        !heads.is_empty() && heads.iter().all(|head| *head == who.head)
    });
    near.next().filter(|_| near.next().is_none())
}

/// Advices that look for their receipts, with what is open as far as it was looked at.
pub(super) struct Joining<'a> {
    pub(super) desk: &'a Desk,
    pub(super) policy: &'a CashPolicy,
    pub(super) on: Date,
    pub(super) look: Option<OpenBooks>,
}

impl<'a> Joining<'a> {
    pub(super) fn new(desk: &'a Desk, policy: &'a CashPolicy, on: Date) -> Self {
        Self { desk, policy, on, look: None }
    }

    /// Looks for the receipt of a waiting advice, says that the two belong together, and decides on the receipt again where a
    /// person is asked about it or nothing of it is set against anything. A person may name the receipt.
    pub(super) async fn join(&mut self, advice: EntryId, named: Option<EntryId>) -> Result<Joined> {
        let mut tries = Tries::default();
        loop {
            let answer = self.attempt(advice, named).await;
            if let Some(joined) = tries.settled(answer).await? {
                return Ok(joined);
            }
            self.look = None;
        }
    }

    /// The same once; `None` when what the receipt pays was paid meanwhile.
    async fn attempt(&mut self, advice: EntryId, named: Option<EntryId>) -> Result<Option<Joined>> {
        let mut reading = self.desk.book.read().await?;
        let view =
            reading.remittance(advice).await?.filter(|view| view.receipt.is_none() && view.dismissed_on.is_none());
        let Some(view) = view else { return Ok(Some(Joined::Waits)) };
        let said = Words::of(view.words.as_ref());
        let receipt = match named {
            Some(named) => reading.receipt(named).await?,
            None => self.receipt_of(&mut reading, &view, &said).await?,
        };
        let Some(receipt) = receipt.filter(|receipt| receipt.set_aside.is_none()) else {
            return Ok(Some(Joined::Waits));
        };
        let told = Told::of(&receipt).with_advice(&said);
        let decided = self.decide(&mut reading, &receipt, &told).await?;
        drop(reading);
        let task = if named.is_some() { "join remittance" } else { "import remittance" };
        let mut recording = self.desk.record(task, self.on).await?;
        if let Some(import) = view.import {
            recording.within_import(import);
        }
        if !recording.join_remittance(view.advice, receipt.receipt, self.on).await? {
            return Ok(Some(Joined::Waits));
        }
        let Some(applied) = self.carry_out(&mut recording, &receipt, &told, decided.as_ref()).await? else {
            return Ok(None);
        };
        withdraw_what_it_made_moot(&mut recording, self.on).await?;
        recording.commit().await?;
        let asked = decided.map_or(!receipt.asked.is_empty(), |decided| !decided.asked.is_empty());
        Ok(Some(Joined::Belongs { applied: Money::new(applied, receipt.amount.currency), asked }))
    }

    /// Does what was decided of a receipt anew; answers what of it is set against lines by that, `None` when what it pays was
    /// paid meanwhile.
    pub(super) async fn carry_out(
        &self,
        recording: &mut Recording,
        receipt: &ReceiptView,
        told: &Told,
        decided: Option<&Decided>,
    ) -> Result<Option<i64>> {
        let Some(decided) = decided else { return Ok(Some(0)) };
        let mut received = Received { entry: receipt.receipt, item: receipt.item };
        if decided.account != receipt.account_id {
            let Some(item) = recording.give_receipt(received, decided.account, self.on).await? else { return Ok(None) };
            received.item = item;
        }
        Ok(apply_receipt::carry_out(recording, received, told, decided, self.on).await?.ok())
    }

    /// The one receipt that an advice belongs to: by the payment's reference, else by the documents of a payer who is known.
    async fn receipt_of(
        &mut self,
        reading: &mut Reading,
        view: &RemittanceView,
        said: &Words,
    ) -> Result<Option<ReceiptView>> {
        let mut receipts: Vec<ReceiptView> = Vec::new();
        for receipt in reading.receipts_without_remittance(view.amount).await?.into_iter().take(MOST_RECEIPTS) {
            receipts.extend(reading.receipt(receipt).await?);
        }
        let (mut named, others): (Vec<ReceiptView>, Vec<ReceiptView>) = receipts
            .into_iter()
            .partition(|receipt| same_payment(&view.reference, &Told::of(receipt).words.all_numbers()));
        if !named.is_empty() {
            return Ok(named.pop().filter(|_| named.is_empty()));
        }
        let mut near = Vec::new();
        for receipt in others {
            if receipt.account_id == BOOK_ACCOUNT || !near_enough(view.paid_on, receipt.value_on) {
                continue;
            }
            let paid = reading.applied_of(receipt.account_id, receipt.item).await?;
            let currency = receipt.amount.currency;
            let (payers, book) = open_in(self.desk, &mut self.look, reading, currency).await?;
            let open: Vec<&str> = said
                .documents()
                .filter(|document| !paid.iter().any(|line| rules::same_document(document, &line.document).is_some()))
                .collect();
            let heads = book.heads_of(open.iter().copied(), payers);
            let any = !heads.is_empty() || open.len() < said.documents().count();
            if any && heads.iter().all(|head| *head == payers.head(receipt.account_id)) {
                near.push(receipt);
            }
        }
        Ok(near.pop().filter(|_| near.is_empty()))
    }

    /// What is decided of a receipt that was recorded before, by all that is said of it now; `None` leaves it as it is.
    pub(super) async fn decide(
        &mut self,
        reading: &mut Reading,
        receipt: &ReceiptView,
        told: &Told,
    ) -> Result<Option<Decided>> {
        let untouched = receipt.unapplied == receipt.amount;
        let held = receipt.asked.iter().any(|asked| asked == apply_receipt::TOLD_ELSEWHERE);
        if held || (!untouched && receipt.asked.is_empty()) {
            return Ok(None);
        }
        let applied: Vec<(String, i64)> = match untouched {
            true => Vec::new(),
            false => {
                let lines = reading.applied_of(receipt.account_id, receipt.item).await?;
                lines.into_iter().map(|line| (line.document, line.amount.minor)).collect()
            }
        };
        let policy = self.policy;
        let (payers, book) = open_in(self.desk, &mut self.look, reading, receipt.amount.currency).await?;
        book.look_for_closed(reading, &[told], receipt.amount.currency).await?;
        let mut decided = if receipt.account_id == BOOK_ACCOUNT {
            apply_receipt::decide(told, payers, book, policy)
        } else {
            let account = receipt.account_id;
            let who = Candidate::given(account, payers.head(account));
            let mut owed = apply_receipt::owed_by(&who, payers, book);
            // What of the receipt itself lies unapplied is no credit of the payer's.
            owed.credits.retain(|credit| credit.item != receipt.item);
            let left = rules::Receipt { amount: receipt.unapplied.minor, ..told.receipt(self.policy) };
            let answer = match untouched {
                true => rules::apply(&left, &owed, policy),
                false => rules::explain(&left, &applied, &owed, policy),
            };
            apply_receipt::decided(&who, answer)
        };
        book.take_off(&decided, told.value_on);
        if policy.apply_named_currency && untouched && decided.finds_nothing() {
            let look = self.look.as_mut().expect("it was read");
            look.decide_abroad(reading, told, &mut decided, policy).await?;
        }
        Ok(Some(decided))
    }
}

/// Who may have paid, and what is open in a currency.
async fn open_in<'a>(
    desk: &Desk,
    look: &'a mut Option<OpenBooks>,
    reading: &mut Reading,
    currency: Currency,
) -> Result<(&'a Payers, &'a mut OpenBook)> {
    if look.is_none() {
        *look = Some(OpenBooks::at(desk, reading).await?);
    }
    look.as_mut().expect("it was read").of(reading, currency).await
}
