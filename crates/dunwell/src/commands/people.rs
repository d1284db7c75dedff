//! What people record: contacts, promises, disputes, stops, applications, reversals, tasks, signatures.

use dunwell_desk::apply_cash::{self, ApplicationAsked};
use dunwell_desk::approve::{self, Answered};
use dunwell_desk::import::reverse_import;
use dunwell_desk::log_activity::{self, Happening};
use dunwell_desk::look::approvals::{Waiting, waiting};
use dunwell_desk::open_dispute::{self, DisputeRaised};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::who::entry_of;
use serde::Serialize;
use serde_json::json;

use crate::cli::{Answer, Apply, Cli, Dispute, Hold, Log, On, Promise};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `log`.
pub(crate) async fn log(cli: &Cli, out: Output, log: &Log) -> Result<(), Failure> {
    let happening = Happening { kind: log.kind.clone(), outcome: log.outcome.clone(), text: log.text.clone() };
    log_happening(cli, out, &log.account, &happening, log.on).await
}

/// `note`.
pub(crate) async fn note(cli: &Cli, out: Output, account: &str, text: &str, on: On) -> Result<(), Failure> {
    let happening = Happening { kind: "note".into(), outcome: None, text: Some(text.into()) };
    log_happening(cli, out, account, &happening, on).await
}

async fn log_happening(cli: &Cli, out: Output, code: &str, what: &Happening, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let logged = log_activity::log_activity(&desk, code, what, on.in_book(&desk)).await?;
    out.answer(&logged, |logged| format!("Logged {} with {} as {}.", logged.kind, logged.account, logged.entry));
    Ok(())
}

/// `promise`.
pub(crate) async fn promise(cli: &Cli, out: Output, promise: &Promise) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let given = PromiseGiven {
        amount: promise.amount.clone(),
        currency: promise.currency.clone(),
        by: promise.by,
        documents: promise.items.clone(),
        text: promise.text.clone(),
    };
    let taken = take_promise(&desk, &promise.account, &given, promise.on.in_book(&desk)).await?;
    out.answer(&taken, |taken| {
        format!("{} promises {} by {} ({}).", taken.account, taken.amount, taken.by, taken.promise)
    });
    Ok(())
}

/// `dispute`, `dispute --close`.
pub(crate) async fn dispute(cli: &Cli, out: Output, dispute: &Dispute) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = dispute.on.in_book(&desk);
    if let Some(id) = &dispute.close {
        let closed = open_dispute::close_dispute(&desk, id, &dispute.outcome, on).await?;
        return said_once(out, "dispute", id, "closed", closed);
    }
    let (Some(account), Some(document)) = (&dispute.account, &dispute.document) else {
        return Err(Failure::usage("name the account and the document"));
    };
    let raised = DisputeRaised {
        document: document.clone(),
        line: dispute.line,
        amount: dispute.amount.clone(),
        reason: dispute.reason.clone(),
    };
    let opened = open_dispute::open_dispute(&desk, account, &raised, on).await?;
    out.answer(&opened, |opened| {
        format!("{} disputes {} ({}); dispute {}.", opened.account, opened.document, opened.reason, opened.dispute)
    });
    Ok(())
}

/// `hold`, `hold --release`.
pub(crate) async fn hold(cli: &Cli, out: Output, hold: &Hold) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = hold.on.in_book(&desk);
    if let Some(id) = &hold.release {
        let released = open_dispute::release_hold(&desk, id, on).await?;
        return said_once(out, "hold", id, "released", released);
    }
    let (Some(account), Some(kind)) = (&hold.account, &hold.kind) else {
        return Err(Failure::usage("name the account and the stop"));
    };
    let id = open_dispute::put_on_hold(&desk, account, kind, &hold.basis, hold.until, on).await?;
    let view = json!({ "hold": id, "account": account, "kind": kind, "since": on.to_string(), "until": hold.until });
    out.answer(&view, |_| format!("{account} is not to be contacted: {kind} ({id})."));
    Ok(())
}

/// Says what was done, or that it was done already: different words.
fn said_once(out: Output, what: &str, id: &str, verb: &str, now: bool) -> Result<(), Failure> {
    let state = if now { verb.to_string() } else { format!("already_{verb}") };
    let view = json!({ what: id, "state": state });
    out.answer(
        &view,
        |_| if now { format!("{what} {id} {verb}.") } else { format!("{what} {id} was {verb} already.") },
    );
    Ok(())
}

/// `apply`.
pub(crate) async fn apply(cli: &Cli, out: Output, apply: &Apply) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let asked = ApplicationAsked {
        credit: apply.credit.clone(),
        item: apply.item.clone(),
        amount: apply.amount.clone(),
        line: apply.line,
    };
    let on = apply.on.by_today(&desk)?;
    let applied = apply_cash::apply_to(&desk, &apply.account, apply.of.as_deref(), &asked, on).await?;
    out.answer(&applied, |applied| {
        let entries = applied.entries.join(", ");
        format!("Applied {} of {} to {} ({entries}).", applied.amount, applied.credit, applied.item)
    });
    Ok(())
}

/// `unapply`.
pub(crate) async fn unapply(cli: &Cli, out: Output, entry: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let undone = apply_cash::unapply(&desk, entry, on.by_today(&desk)?).await?;
    out.answer(&json!({ "entry": undone, "reverses": entry }), |_| format!("Took {entry} back ({undone})."));
    Ok(())
}

/// `reverse ENTRY`, `reverse --import ID`.
pub(crate) async fn reverse(
    cli: &Cli,
    out: Output,
    entry: Option<&str>,
    import: Option<&str>,
    on: On,
) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = on.by_today(&desk)?;
    let view = match (entry, import) {
        (Some(entry), _) => json!({ "reverses": entry, "entries": apply_cash::reverse(&desk, entry, on).await? }),
        (None, Some(import)) => {
            let undone = reverse_import(&desk, import, on).await?;
            serde_json::to_value(undone).expect("a report is plain data")
        }
        (None, None) => return Err(Failure::usage("name an entry, or --import ID")),
    };
    out.answer(&view, |view| {
        let mut text = format!("Reversed {}.", entry.or(import).unwrap_or_default());
        for stays in view["stays"].as_array().into_iter().flatten() {
            let text_of = |name: &str| stays[name].as_str().unwrap_or_default();
            let (receipt, import) = (text_of("receipt"), text_of("import"));
            text.push_str(&format!("\nReceipt {receipt} stays: a bank statement of import {import} lists it too."));
        }
        text
    });
    Ok(())
}

/// `done`.
pub(crate) async fn done(cli: &Cli, out: Output, task: &str, outcome: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let closed = log_activity::close_task(&desk, entry_of("task", task)?, outcome, on.in_book(&desk)).await?;
    said_once(out, "task", task, "closed", closed)
}

/// `snooze`.
pub(crate) async fn snooze(
    cli: &Cli,
    out: Output,
    task: &str,
    until: Date,
    reason: &str,
    on: On,
) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let snoozed = log_activity::snooze_task(&desk, entry_of("task", task)?, until, reason, on.in_book(&desk)).await?;
    said_once(out, "task", task, if snoozed { "snoozed" } else { "closed" }, snoozed)
}

#[derive(Serialize)]
struct Requests {
    approvals: Vec<Waiting>,
}

/// `approvals`.
pub(crate) async fn approvals(cli: &Cli, out: Output, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let approvals = waiting(&desk, on.in_book(&desk)).await?;
    out.answer(&Requests { approvals }, |view| {
        let rows: Vec<Vec<String>> = view
            .approvals
            .iter()
            .map(|waiting| {
                let row = &waiting.request;
                let amount = row.amount.as_ref().map_or_else(String::new, |m| format!("{} {}", m.amount, m.currency));
                let account = row.account.clone().unwrap_or_default();
                let since = format!("since {}", row.requested_on);
                let through = if waiting.expired { "expired" } else { "good through" };
                let through = format!("{through} {}", waiting.good_through);
                vec![
                    row.request.to_string(),
                    account,
                    row.subject.clone(),
                    amount,
                    since,
                    through,
                    format!("needs {}", row.role),
                ]
            })
            .collect();
        if rows.is_empty() { "Nothing waits for a signature.".into() } else { table(&rows, &[3]) }
    });
    Ok(())
}

/// `approve`.
pub(crate) async fn approve(cli: &Cli, out: Output, answer: &Answer) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = answer.on.by_today(&desk)?;
    say_answered(out, &approve::approve(&desk, &answer.request, answer.comment.as_deref(), on).await?);
    Ok(())
}

/// `decline`.
pub(crate) async fn decline(cli: &Cli, out: Output, answer: &Answer) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = answer.on.by_today(&desk)?;
    say_answered(out, &approve::decline(&desk, &answer.request, answer.comment.as_deref(), on).await?);
    Ok(())
}

fn say_answered(out: Output, answered: &Answered) {
    out.answer(answered, |a| format!("{} of {} {} by {}.", a.subject, a.account, a.state, a.by));
}
