//! Style, script and typeface, carried in the binary. Their addresses hold a hash of their content, so that a browser keeps
//! them for good and never sees an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Problem};

/// A file of the binary.
pub(crate) struct Asset {
    bytes: &'static [u8],
    kind: &'static str,
    /// Where it is served.
    pub(crate) address: String,
}

impl Asset {
    fn new(name: &str, kind: &'static str, bytes: &'static [u8]) -> Self {
        let hash: String = Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { bytes, kind, address: format!("/assets/{hash}/{name}") }
    }
}

/// The style of every page, with the typeface's address filled in.
pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../assets/workbench.css").replace("INTER", &FONT.address);
    Asset::new("workbench.css", "text/css; charset=utf-8", Box::leak(text.into_bytes().into_boxed_slice()))
});
/// Keyboard, preview, dialogs.
pub(crate) static KEYS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("workbench.js", "text/javascript; charset=utf-8", include_bytes!("../assets/workbench.js"))
});
/// What counts along while lines of a receipt are ticked.
pub(crate) static CASH: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("cash.js", "text/javascript; charset=utf-8", include_bytes!("../assets/cash.js")));
/// The library that swaps fragments.
pub(crate) static HTMX: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("htmx.js", "text/javascript; charset=utf-8", include_bytes!(concat!(env!("OUT_DIR"), "/htmx.js")))
});
/// The typeface.
pub(crate) static FONT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("inter.woff2", "font/woff2", include_bytes!(concat!(env!("OUT_DIR"), "/inter.woff2"))));

/// `GET /assets/HASH/NAME`.
pub(crate) async fn asset(Path((hash, name)): Path<(String, String)>) -> Answer {
    let address = format!("/assets/{hash}/{name}");
    let all = [&STYLE, &KEYS, &CASH, &HTMX, &FONT];
    let found = all.into_iter().find(|asset| asset.address == address).ok_or(Problem::NotFound)?;
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, found.kind), (header::CACHE_CONTROL, kept)], found.bytes).into_response())
}

/// `GET /favicon.ico`: none, and no page of ours asks for one.
pub(crate) async fn no_icon() -> Response {
    axum::http::StatusCode::NO_CONTENT.into_response()
}
