//! `GET /events`: tells an open worklist that the book has changed, so that it is looked at again.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use dunwell_store::views::changes::BookVersion;
use futures_util::stream::unfold;

use crate::answer::Problem;
use crate::caller::Caller;

/// How often the book is looked at while somebody listens.
const EVERY: Duration = Duration::from_secs(1);
/// How many looks a listener gets: as long as a session lives that nobody uses. Then the page is told to stop listening, so
/// that a tab left open does not keep a session alive.
const LOOKS: u32 = 30 * 60;

/// Says `worklist` whenever something was recorded or an account was taken, and `end` after half an hour.
pub(crate) async fn events(caller: Caller) -> Result<Response, Problem> {
    let newest = version(&caller).await?;
    let state = (caller, newest, LOOKS, Box::pin(crate::told_to_end()));
    let stream = unfold(state, |(caller, last, mut looks, mut ends)| async move {
        while looks > 0 {
            looks -= 1;
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = &mut ends => return None,
            }
            let newest = version(&caller).await.ok()?;
            if newest != last {
                let news = Event::default().event("worklist").data(format!("{}.{}", newest.batches, newest.others));
                return Some((Ok::<_, Infallible>(news), (caller, newest, looks, ends)));
            }
            if looks == 0 {
                let end = Event::default().event("end").data("listen again when somebody is there");
                return Some((Ok(end), (caller, newest, 0, ends)));
            }
        }
        None
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

async fn version(caller: &Caller) -> Result<BookVersion, Problem> {
    Ok(caller.desk.book.read().await?.version().await?)
}
