//! Whole pages kept in memory: looking again costs one look into the book and a copy.
//!
//! A page is kept for one address, one person, one version of the book and one minute. Whatever was recorded since, by this
//! process or another, has raised the version, which is read together with the session of whoever asks; what fades with
//! time alone, such as the time of day at a customer's, is at most a minute old. What belongs to one session or to one
//! showing of a page, the secret and the number of its forms, is no part of what is kept: it is filled in each time.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dunwell_desk::look::status::DataAsOf;
use dunwell_desk::sign_in::Session;
use dunwell_store::book::Book;
use dunwell_store::views::changes::BookVersion;

use crate::kept::random;
use crate::kept_page::{Hole, KeptPage};

/// The most bytes of pages that are kept. Beyond it everything is let go.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// The largest page that is kept.
const LARGEST: usize = 2 * 1024 * 1024;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// What stands in a page under way where the session's secret belongs. Nobody outside this process ever sees it.
pub(crate) static CSRF_MARK: LazyLock<String> = LazyLock::new(|| format!("csrf-{}", random()));
/// The same for the number of a form.
pub(crate) static ONCE_MARK: LazyLock<String> = LazyLock::new(|| format!("once-{}", random()));

/// What a page depends on beside its version and minute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) address: String,
    /// Who asks.
    pub(crate) user: String,
    /// Their role.
    pub(crate) role: &'static str,
    /// Whether the script asks, for a part of a page.
    pub(crate) by_script: bool,
}

impl Asked {
    /// What a request asks for, and who.
    pub(crate) fn of(request: &Request, session: &Session) -> Self {
        Self {
            address: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            user: session.user.clone(),
            role: session.role.code(),
            by_script: request.headers().contains_key("hx-request"),
        }
    }
}

/// When a page was made: what it showed then it shows as long as this is the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    minute: i64,
    version: BookVersion,
}

impl Moment {
    /// The moment of an instant, UTC microseconds.
    pub(crate) fn new(now: i64, version: BookVersion) -> Self {
        Self { minute: now.div_euclid(MINUTE), version }
    }
}

/// What every page's frame shows of the book, as of one version.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The book with its settings.
    pub(crate) book: Book,
    /// Up to when its figures know what happened.
    pub(crate) data_as_of: DataAsOf,
    /// How many requests wait for a signature.
    pub(crate) waiting: i64,
}

/// The pages of one moment, and the frame of one version. What is older is gone.
#[derive(Debug, Default)]
pub struct KeptPages {
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    moment: Moment,
    pages: HashMap<Asked, Arc<KeptPage>>,
    bytes: usize,
    frame: Option<(BookVersion, Arc<Frame>)>,
}

impl KeptPages {
    /// The page, where it is kept and nothing has changed since.
    pub(crate) fn find(&self, asked: &Asked, moment: Moment) -> Option<Arc<KeptPage>> {
        let shelf = self.shelf();
        let is_of_now = shelf.moment == moment;
        is_of_now.then(|| shelf.pages.get(asked).cloned()).flatten()
    }

    /// Keeps a page. One that was made of an earlier moment than those that are kept is not: it may have changed since.
    fn keep(&self, asked: Asked, moment: Moment, page: &Arc<KeptPage>) {
        let mut shelf = self.shelf();
        if shelf.moment < moment || shelf.bytes + page.size() > MOST_BYTES {
            shelf.pages.clear();
            (shelf.moment, shelf.bytes) = (moment.max(shelf.moment), 0);
        }
        if shelf.moment == moment && page.size() <= LARGEST {
            shelf.bytes += page.size();
            if let Some(before) = shelf.pages.insert(asked, Arc::clone(page)) {
                shelf.bytes -= before.size();
            }
        }
    }

    /// The newest frame, and the version of the book it shows.
    pub(crate) fn frame(&self) -> Option<(BookVersion, Arc<Frame>)> {
        self.shelf().frame.clone()
    }

    /// Keeps the frame of a version; an earlier one than the one that is kept is not.
    pub(crate) fn keep_frame(&self, version: BookVersion, frame: &Arc<Frame>) {
        let mut shelf = self.shelf();
        if shelf.frame.as_ref().is_none_or(|(known, _)| *known <= version) {
            shelf.frame = Some((version, Arc::clone(frame)));
        }
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills in the marks of an answer that was made with them, and keeps it where it is a page.
    pub(crate) async fn answer(
        &self,
        asked: Asked,
        moment: Moment,
        response: Response,
        csrf: &str,
        gzip: bool,
    ) -> Response {
        let of_html = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
        let is_html = response.headers().get(header::CONTENT_TYPE).is_some_and(of_html);
        if !is_html {
            return response;
        }
        let (parts, body) = response.into_parts();
        let body = match to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        let page = Arc::new(KeptPage::new(&body, &[(&CSRF_MARK, Hole::Csrf), (&ONCE_MARK, Hole::Once)]));
        let plain = parts.headers.keys().all(|name| *name == header::CONTENT_TYPE || *name == header::CONTENT_LENGTH);
        if parts.status == StatusCode::OK && plain {
            self.keep(asked, moment, &page);
            return serve(&page, csrf, gzip);
        }
        let mut parts = parts;
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(page.filled(csrf, random)))
    }
}

/// A kept page as an answer: for this session, and with numbers of its own.
pub(crate) fn serve(page: &KeptPage, csrf: &str, gzip: bool) -> Response {
    let html = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if gzip {
        let body = Bytes::from(page.filled_gzip(csrf, random));
        let how = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
        return ([html, how, vary], body).into_response();
    }
    ([html], Bytes::from(page.filled(csrf, random))).into_response()
}

/// Whether whoever asks takes an answer that is compressed with gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty()));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(user: &str) -> Asked {
        Asked { address: "/".into(), user: user.into(), role: "collector", by_script: false }
    }

    fn moment(minute: i64, batches: i64) -> Moment {
        Moment::new(minute * MINUTE, BookVersion { batches, others: 0 })
    }

    #[test]
    fn a_page_is_found_by_its_reader_in_its_moment_alone() {
        let kept = KeptPages::default();
        let page = Arc::new(KeptPage::new(b"one", &[]));
        kept.keep(asked("anna"), moment(5, 7), &page);
        assert!(kept.find(&asked("anna"), moment(5, 7)).is_some());
        assert!(kept.find(&asked("ben"), moment(5, 7)).is_none(), "another person");
        assert!(kept.find(&asked("anna"), moment(5, 8)).is_none(), "something was recorded");
        assert!(kept.find(&asked("anna"), moment(6, 7)).is_none(), "a minute later");
        kept.keep(asked("anna"), moment(5, 6), &page);
        assert!(kept.find(&asked("anna"), moment(5, 6)).is_none(), "made before what is kept");
        assert!(kept.find(&asked("anna"), moment(5, 7)).is_some());
        kept.keep(asked("ben"), moment(5, 8), &page);
        assert!(kept.find(&asked("anna"), moment(5, 7)).is_none(), "let go");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let kept = KeptPages::default();
        let large = Arc::new(KeptPage::new(&vec![b'x'; LARGEST / 2], &[]));
        for number in 0..200 {
            kept.keep(asked(&number.to_string()), moment(1, 1), &large);
            assert!(kept.shelf().bytes <= MOST_BYTES);
        }
        let too_large = Arc::new(KeptPage::new(&vec![b'x'; LARGEST + 1], &[]));
        kept.keep(asked("anna"), moment(1, 1), &too_large);
        assert!(kept.find(&asked("anna"), moment(1, 1)).is_none());
    }

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        for (offered, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.8", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(offered).expect("a value"));
            assert_eq!(takes_gzip(&headers), takes, "{offered}");
        }
    }
}
