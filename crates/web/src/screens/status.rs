//! How the house stands, for people and for whoever watches over machines.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use dunwell_desk::look::status::{Status, status};
use maud::{Markup, html};

use crate::answer::Answer;
use crate::caller::Caller;
use crate::frame;
use crate::house::House;
use crate::metrics;
use crate::uploads::being_read;
use crate::words::{count, day_in_zone, long_day};

/// `GET /status`.
pub(crate) async fn page(caller: Caller) -> Answer {
    let now = status(&caller.desk).await?;
    let main = html! {
        div.acc.narrow {
            h1 { "Status" }
            section.card aria-labelledby="status" {
                header { h2 id="status" { "Book of " (now.book) } (verdict(&now)) }
                (facts(&now, &caller.desk.settings().time_zone))
            }
        }
    };
    Ok(frame::page(&caller, "/settings", "Status", &main))
}

fn verdict(now: &Status) -> Markup {
    html! {
        @if now.seal.unsealed_batches > 0 { span.tag.warn { "Not all sealed" } }
        @else if now.last_run_complete == Some(false) { span.tag.warn { "The last run is not finished" } }
        @else { span.tag.ok { "In order" } }
    }
}

fn facts(now: &Status, zone: &str) -> Markup {
    html! {
        dl.kv.in {
            dt { "Data as of" } dd { @if let Some(day) = now.data_as_of { (long_day(day)) } @else { "nothing read yet" } }
            dt { "Last import" }
            dd {
                @if let Some(last) = &now.last_import { (last.kind) ", " (long_day(day_in_zone(last.recorded_at, zone))) }
                @else { "none" }
            }
            dt { "Last bank statement" } dd { @if let Some(day) = now.last_bank_statement { (long_day(day)) } @else { "none" } }
            dt { "Last day run" }
            dd {
                @if let Some(day) = now.last_run_day { (long_day(day)) @if now.last_run_complete == Some(false) { ", not finished" } }
                @else { "none" }
            }
            dt { "Waits for a signature" } dd { (count(usize::try_from(now.pending_approvals).unwrap_or(0), "request", "requests")) }
            dt { "Files being read now" } dd { (being_read()) }
            dt { "Policy in force" } dd { (now.policy) }
            dt { "Mode" } dd { @if now.mode == "rehearsal" { "Rehearsal: nothing leaves the house" } @else { "Live" } }
            dt { "Sealed" }
            dd {
                @match now.seal.seal {
                    Some(seal) => { "seal " (seal) ", " (count(usize::try_from(now.seal.unsealed_batches).unwrap_or(0), "batch", "batches")) " after it" }
                    None => { "nothing yet" }
                }
            }
            dt { "Database" } dd { (now.database) ", form " (now.schema_version) }
            dt { "Version" } dd { "Dunwell " (now.version) }
        }
    }
}

/// `GET /healthz`: the process is up.
pub(crate) async fn alive() -> Response {
    plain(StatusCode::OK, "alive\n".into())
}

/// `GET /readyz`: the book answers.
pub(crate) async fn ready(State(house): State<House>) -> Response {
    let answers = async { house.open_book().await?.read().await.map_err(dunwell_desk::Stop::from) };
    match answers.await {
        Ok(_) => plain(StatusCode::OK, "ready\n".into()),
        Err(stop) => {
            eprintln!("dunwell: not ready: {stop}");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the book does not answer\n".into())
        }
    }
}

/// `GET /metrics`, as Prometheus reads them.
pub(crate) async fn figures() -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics::text()).into_response()
}

fn plain(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}
