//! Mending: taking back what was recorded by an entry that names the old one, and ending what was opened.

use dunwell_desk::apply_cash;
use dunwell_desk::hold_back_notice::{hold_back_notice, release_notice};
use dunwell_desk::import::reverse_import;
use dunwell_desk::open_dispute::{close_dispute, release_hold};
use dunwell_desk::pin_note::{pin_note, unpin_note};
use dunwell_desk::rules::rights::Action;
use serde_json::json;

use super::operation::{Asked, Done, Operation, may, must, one, post};

/// Every operation that takes back or ends something.
pub(super) fn operations() -> Vec<Operation> {
    use Action::{Dispute, Hold, HoldBackNotice, Note, ReleaseNotice, Reverse, Unapply, UndoImport};
    let reverse = "Reverse an item or an application by an opposite entry that names it.";
    let undo = "Undo a whole import by reversal; a repeat reverses nothing.";
    let back = "Hold a planned letter back before it leaves.";
    let go = "Let a held letter go: a person, never a key.";
    let pin = "Pin a note, a call or a promise on top of its account's timeline.";
    vec![
        post("/api/v1/applications/{id}/undo", Unapply, "Take an application back.", "Unapplied", unapply),
        post("/api/v1/entries/{id}/reverse", Reverse, reverse, "Reversed", reverse_entry),
        post("/api/v1/imports/{id}/undo", UndoImport, undo, "ImportUndone", undo_import).ok(),
        post("/api/v1/disputes/{id}/close", Dispute, "Close a dispute.", "DisputeState", end_dispute)
            .ok()
            .takes([may("outcome", "text", "what was found; settled when left out")]),
        post("/api/v1/holds/{id}/release", Hold, "Release a stop on contact.", "HoldState", end_hold).ok(),
        post("/api/v1/notices/{id}/hold", HoldBackNotice, back, "NoticeState", hold_notice).ok().takes([must(
            "reason",
            "name",
            "why: whoever releases it reads it",
        )]),
        post("/api/v1/notices/{id}/release", ReleaseNotice, go, "NoticeState", let_notice_go).ok(),
        post("/api/v1/accounts/{code}/pins/{id}", Note, pin, "PinState", pin_entry).ok().takes([may(
            "off",
            "bool",
            "take it off again",
        )]),
    ]
}

async fn unapply(asked: Asked) -> Done {
    let entry = apply_cash::unapply(&asked.desk, asked.id("id"), asked.on).await?;
    Ok(json!({ "entry": entry, "reverses": asked.id("id") }))
}

async fn reverse_entry(asked: Asked) -> Done {
    let entries = apply_cash::reverse(&asked.desk, asked.id("id"), asked.on).await?;
    Ok(json!({ "reverses": asked.id("id"), "entries": entries }))
}

async fn undo_import(asked: Asked) -> Done {
    one(&reverse_import(&asked.desk, asked.id("id"), asked.on).await?)
}

async fn end_dispute(asked: Asked) -> Done {
    let outcome = asked.text("outcome").unwrap_or_else(|| "settled".into());
    let closed = close_dispute(&asked.desk, asked.id("id"), &outcome, asked.on).await?;
    Ok(json!({ "dispute": asked.id("id"), "state": if closed { "closed" } else { "already_closed" } }))
}

async fn end_hold(asked: Asked) -> Done {
    let released = release_hold(&asked.desk, asked.id("id"), asked.on).await?;
    Ok(json!({ "hold": asked.id("id"), "state": if released { "released" } else { "already_released" } }))
}

async fn hold_notice(asked: Asked) -> Done {
    one(&hold_back_notice(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

async fn let_notice_go(asked: Asked) -> Done {
    one(&release_notice(&asked.desk, asked.id("id"), asked.on).await?)
}

async fn pin_entry(asked: Asked) -> Done {
    let (code, id) = (asked.id("code"), asked.id("id"));
    if asked.fields.get("off").and_then(serde_json::Value::as_bool) == Some(true) {
        return one(&unpin_note(&asked.desk, code, id, asked.on).await?);
    }
    one(&pin_note(&asked.desk, code, id, asked.on).await?)
}
