//! What looking for a payer needs of the whole book, kept at hand by a process that looks again and again: a page, the API and
//! the next file of a bank read anew only the accounts that were touched since.
//!
//! It is a copy that can be thrown away at any time. What it answers is what the book would.

use std::collections::BTreeMap;
use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::money::Currency;
use dunwell_store::book::Book;
use dunwell_store::read::Reading;
use tokio::sync::Mutex;

use super::open_book::OpenIndex;
use super::who_paid::Payers;
use crate::refusal::Result;
use crate::touched::Moment;

/// Touched accounts beyond which everything is read anew.
const MANY: usize = 5000;

/// Who may have paid, and what is open in the currencies that came up, as they stood when somebody last asked.
///
/// Whoever asks brings a reading of their own and waits for nobody's: what is kept may be newer than that reading, never older.
#[derive(Debug, Default)]
pub struct KeptBooks {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    payers: Option<As<Payers>>,
    books: BTreeMap<Currency, As<OpenIndex>>,
}

/// Something as it stood at a moment of the book.
#[derive(Debug)]
struct As<T> {
    of: Moment,
    is: Arc<T>,
}

/// What became of something kept.
enum Since {
    /// Nothing that is not in it.
    Nothing,
    /// These accounts were touched.
    Touched(Vec<EntryId>),
    /// Nobody knows.
    Unknown,
}

impl KeptBooks {
    /// Reads what is needed of the book before anybody asks for it: on a large book the first look takes seconds.
    pub async fn warm(&self, book: &Book) -> Result<()> {
        let mut reading = book.read().await?;
        self.payers(&mut reading).await?;
        self.owed(&mut reading, book.settings.currency).await?;
        Ok(())
    }

    /// Everybody who may have paid.
    pub(super) async fn payers(&self, reading: &mut Reading) -> Result<Arc<Payers>> {
        let mut kept = self.kept.lock().await;
        let now = Moment::of(reading).await?;
        match since(kept.payers.as_ref().map(|known| &known.of), &now, reading).await? {
            Since::Nothing => {}
            Since::Touched(accounts) => {
                let facts = reading.payers_of(&accounts).await?;
                if let Some(known) = &mut kept.payers {
                    Arc::make_mut(&mut known.is).revise(&accounts.into_iter().collect(), facts);
                    known.of = now;
                }
            }
            Since::Unknown => {
                let is = Arc::new(Payers::of(reading.payers().await?));
                kept.payers = Some(As { of: now, is });
            }
        }
        Ok(Arc::clone(&kept.payers.as_ref().expect("it was read").is))
    }

    /// What everybody owes in a currency.
    pub(super) async fn owed(&self, reading: &mut Reading, currency: Currency) -> Result<Arc<OpenIndex>> {
        let mut kept = self.kept.lock().await;
        let now = Moment::of(reading).await?;
        match since(kept.books.get(&currency).map(|known| &known.of), &now, reading).await? {
            Since::Nothing => {}
            Since::Touched(accounts) => {
                let owed = reading.owed_of(&accounts, currency).await?;
                if let Some(known) = kept.books.get_mut(&currency) {
                    Arc::make_mut(&mut known.is).revise(&accounts.into_iter().collect(), owed);
                    known.of = now;
                }
            }
            Since::Unknown => {
                let is = Arc::new(OpenIndex::of(reading.owed_in(currency).await?));
                kept.books.insert(currency, As { of: now, is });
            }
        }
        Ok(Arc::clone(&kept.books.get(&currency).expect("it was read").is))
    }
}

/// What was touched between what is kept and a reading. What belongs to no account (the book itself, receipts of nobody) pays
/// nothing and owes nothing.
async fn since(kept: Option<&Moment>, now: &Moment, reading: &mut Reading) -> Result<Since> {
    let Some(kept) = kept else { return Ok(Since::Unknown) };
    if now.version.batches <= kept.version.batches {
        return Ok(Since::Nothing);
    }
    let touched = kept.touched_until(now, reading, MANY).await?;
    Ok(touched.map_or(Since::Unknown, |touched| {
        Since::Touched(touched.into_iter().filter(|account| account.0 > 0).collect())
    }))
}
