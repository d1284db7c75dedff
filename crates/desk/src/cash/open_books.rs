//! Who may have paid, and what everybody owes in the currencies that come up: read once, and kept up while many receipts are
//! decided on. It may be old: whoever paid the same line meanwhile makes an application fail, and then it is read again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::day_number;
use dunwell_rules::cash::CashPolicy;
use dunwell_rules::cash::told_again::{TOLD_ELSEWHERE_DAYS, may_be_told_elsewhere};
use dunwell_rules::money::Currency;
use dunwell_store::read::{Nearby, Reading};
use dunwell_store::record::{BOOK_ACCOUNT, WaitingRemittance};

use super::apply_receipt::{self, Decided};
use super::exchange::named_abroad;
use super::join_advice::advice_for;
use super::kept_books::KeptBooks;
use super::open_book::OpenBook;
use super::told::Told;
use super::who_paid::Payers;
use crate::desk::Desk;
use crate::refusal::Result;

/// Who may have paid, and what is open in the currencies that came up so far.
pub(super) struct OpenBooks {
    payers: Arc<Payers>,
    books: BTreeMap<Currency, OpenBook>,
    kept: Arc<KeptBooks>,
}

impl OpenBooks {
    pub(super) async fn at(desk: &Desk, reading: &mut Reading) -> Result<Self> {
        let kept = Arc::clone(&desk.books);
        Ok(Self { payers: kept.payers(reading).await?, books: BTreeMap::new(), kept })
    }

    /// The payers, and what is open in a currency.
    pub(super) async fn of(&mut self, reading: &mut Reading, currency: Currency) -> Result<(&Payers, &mut OpenBook)> {
        let book = match self.books.entry(currency) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(OpenBook::of(self.kept.owed(reading, currency).await?)),
        };
        Ok((&self.payers, book))
    }

    /// Looks for what receipts name and is not open among the closed documents, of all of them at once.
    pub(super) async fn look_for_closed(&mut self, reading: &mut Reading, told: &[&Told]) -> Result<()> {
        let currencies: BTreeSet<Currency> = told.iter().map(|told| told.amount.currency).collect();
        for currency in currencies {
            let (_, book) = self.of(reading, currency).await?;
            book.look_for_closed(reading, told, currency).await?;
        }
        Ok(())
    }

    /// Decides on a receipt, by what the advice says that waited for it too, and takes what it pays off what is open.
    pub(super) async fn decide(
        &mut self,
        desk: &Desk,
        (told, nearby): (&Told, &[Nearby]),
        waiting: &mut Vec<WaitingRemittance>,
        policy: &CashPolicy,
    ) -> Result<(Decided, Option<EntryId>)> {
        if !self.books.contains_key(&told.amount.currency) {
            self.of(&mut desk.book.read().await?, told.amount.currency).await?;
        }
        let book = self.books.get_mut(&told.amount.currency).expect("it was read");
        let advice = advice_for(told, &self.payers, book, waiting);
        let said = match &advice {
            Some((_, words)) => &told.clone().with_advice(words),
            None => told,
        };
        let mut decided = apply_receipt::decide(said, &self.payers, book, policy);
        if told_elsewhere(told, decided.account, nearby, &self.payers) {
            decided = decided.held();
        }
        book.take_off(&decided, told.value_on);
        if policy.apply_named_currency && decided.finds_nothing() {
            self.decide_abroad(&mut desk.book.read().await?, said, &mut decided, policy).await?;
        }
        let advice = advice.map(|(advice, _)| advice);
        waiting.retain(|waits| Some(waits.advice) != advice);
        Ok((decided, advice))
    }

    /// Decides on a receipt of which nothing fits in its own currency by what it names in another.
    pub(super) async fn decide_abroad(
        &mut self,
        reading: &mut Reading,
        said: &Told,
        decided: &mut Decided,
        policy: &CashPolicy,
    ) -> Result<()> {
        if let Some(abroad) = named_abroad(reading, self, (said, decided.account), policy).await? {
            let (_, book) = self.of(reading, abroad.found.exchange.gets.currency).await?;
            book.take_off_whole(&abroad.found.lines, said.value_on);
            decided.pays_abroad(abroad);
        }
        Ok(())
    }
}

/// Whether another file, that names our account otherwise, told of as much of the same payer.
fn told_elsewhere(told: &Told, account: EntryId, nearby: &[Nearby], payers: &Payers) -> bool {
    let days = |row: &Nearby| day_number(row.booked.booked_on).abs_diff(day_number(told.booked_on));
    account != BOOK_ACCOUNT
        && nearby.iter().any(|row| {
            (row.booked.currency, row.booked.minor) == (told.amount.currency, told.amount.minor)
                && days(row) <= TOLD_ELSEWHERE_DAYS.unsigned_abs()
                && may_be_told_elsewhere(&told.code, &row.code)
                && payers.head(row.account) == payers.head(account)
        })
}
