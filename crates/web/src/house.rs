//! What every request needs: the book, the clock, and how the server may be reached.

use std::net::SocketAddr;
use std::sync::Arc;

use dunwell_desk::cash::kept_books::KeptBooks;
use dunwell_desk::look::kept_worklist::KeptWorklist;
use dunwell_desk::look::strip::Strip;
use dunwell_desk::look::worklist::Worklist;
use dunwell_desk::refusal::Result;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::{Clock, Desk, keep_book};
use dunwell_sso::Provider;
use dunwell_store::book::Book;
use dunwell_store::db::Db;
use tokio::sync::Mutex;

use crate::answer::Problem;
use crate::kept_pages::KeptPages;

/// Where the server listens, and what stands before it.
#[derive(Debug, Clone, Copy)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// A proxy that speaks TLS stands before it: cookies are marked secure, and the address may be beyond loopback.
    pub behind_proxy: bool,
}

impl Listening {
    /// Whether the address may be listened on: loopback always, anything else only behind a proxy that speaks TLS.
    pub fn is_allowed(self) -> bool {
        self.behind_proxy || self.address.ip().is_loopback()
    }
}

/// The server's house. Cheap to clone.
#[derive(Debug, Clone)]
pub struct House {
    /// The database of the book.
    pub db: Db,
    /// The book's name.
    pub book: String,
    /// The clock, UTC microseconds since 1970.
    pub clock: Clock,
    /// The day that is shown, where a book is shown as of a fixed day; otherwise the clock says.
    pub shown_day: Option<Date>,
    /// Where it listens.
    pub listening: Listening,
    /// The worklist as it was last shown.
    pub worklist: Arc<Mutex<KeptWorklist>>,
    /// What looking for payers needs of the whole book.
    pub books: Arc<KeptBooks>,
    /// The organisation's sign-in provider, where there is one.
    pub provider: Option<Arc<Provider>>,
    /// Pages as they were last shown.
    pub pages: Arc<KeptPages>,
}

impl House {
    /// The book as it is set now: another process may have changed its settings.
    pub(crate) async fn open_book(&self) -> Result<Book> {
        keep_book::open_book(&self.db, Some(&self.book)).await
    }

    /// The worklist of everybody on `today`, and the figures over the list of whom `whose` chooses of it. Whoever stops
    /// waiting does not stop the reading: it would begin anew for whoever asks next.
    pub(crate) async fn worklist_at(
        &self,
        desk: &Desk,
        today: Date,
        whose: impl FnOnce(&Worklist) -> Option<String> + Send + 'static,
    ) -> std::result::Result<(Arc<Worklist>, Option<String>, Arc<Strip>), Problem> {
        let (worklist, desk) = (Arc::clone(&self.worklist), desk.clone());
        let found = tokio::spawn(async move { worklist.lock().await.at(&desk, today, whose).await });
        Ok(found.await.map_err(|error| Problem::Fault(error.to_string()))??)
    }

    /// Today in the book's time zone, or the day that is shown.
    pub(crate) fn today(&self, desk: &Desk) -> Date {
        self.shown_day.unwrap_or_else(|| crate::words::day_in_zone((self.clock)(), &desk.settings().time_zone))
    }
}
