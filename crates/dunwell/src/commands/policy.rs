//! Policies: check, compare, try on today's book, put in force.

use dunwell_desk::draft_policy;
use dunwell_desk::policy_file;
use dunwell_desk::put_policy_in_force::{PolicyChange, activate_policy, difference, policy_in_force};
use dunwell_desk::simulate_policy::{ChangedDecision, simulate_policy};
use serde::Serialize;
use serde_json::json;

use crate::cli::{Cli, Policy};
use crate::output::{Failure, Output, table};
use crate::place::desk;

#[derive(Serialize)]
struct Changes {
    changes: Vec<PolicyChange>,
}

#[derive(Serialize)]
struct Changed {
    on: String,
    changed: Vec<ChangedDecision>,
}

/// `policy drafts|sign|decline`, and those that take a file: `check|diff|simulate|activate|draft`, with exit 3 for a policy
/// that is refused.
pub(crate) async fn policy(cli: &Cli, out: Output, action: &Policy) -> Result<(), Failure> {
    match action {
        Policy::Check { file }
        | Policy::Diff { file }
        | Policy::Simulate { file, .. }
        | Policy::Activate { file, .. }
        | Policy::Draft { file, .. } => of_text(cli, out, action, file).await,
        Policy::Drafts => drafts(cli, out).await,
        Policy::Sign { draft, on } => {
            let desk = desk(cli).await?;
            let in_force = draft_policy::activate_draft(&desk, draft, None, on.in_book(&desk)).await?;
            let view = json!({ "policy": in_force.policy.name, "version": in_force.version.to_string() });
            out.answer(&view, |_| format!("{} is in force (version {}).", in_force.policy.name, in_force.version));
            Ok(())
        }
        Policy::Decline { draft, on } => {
            let desk = desk(cli).await?;
            draft_policy::decline_draft(&desk, draft, on.in_book(&desk)).await?;
            out.answer(&json!({ "draft": draft, "state": "declined" }), |_| format!("Draft {draft} is declined."));
            Ok(())
        }
    }
}

async fn drafts(cli: &Cli, out: Output) -> Result<(), Failure> {
    let drafts = draft_policy::drafts(&desk(cli).await?).await?;
    out.answer(&json!({ "drafts": drafts }), |_| {
        let rows = drafts.iter().map(|draft| {
            vec![draft.draft.to_string(), draft.name.clone(), draft.drafted_by.clone(), draft.drafted_on.to_string()]
        });
        let text = table(&rows.collect::<Vec<_>>(), &[]);
        if text.is_empty() { "No policy waits for a second person.".into() } else { text }
    });
    Ok(())
}

async fn of_text(cli: &Cli, out: Output, action: &Policy, file: &str) -> Result<(), Failure> {
    let text = text_of(file)?;
    let desk = desk(cli).await?;
    let policy = policy_file::read(&text, desk.settings().currency)?;
    match action {
        Policy::Check { .. } => {
            out.answer(&json!({ "policy": policy.name, "problems": [] }), |_| format!("{file}: no problems."));
        }
        Policy::Diff { .. } => {
            let changes = difference(&policy_in_force(&desk).await?.policy, &policy);
            out.answer(&Changes { changes }, |view| {
                let rows = view.changes.iter().map(|c| vec![c.key.clone(), c.from.to_string(), format!("-> {}", c.to)]);
                let text = table(&rows.collect::<Vec<_>>(), &[]);
                if text.is_empty() { "It is the policy in force.".into() } else { text }
            });
        }
        Policy::Simulate { on, .. } => {
            let on = on.in_book(&desk);
            let changed = simulate_policy(&desk, policy, on).await?;
            out.answer(&Changed { on: on.to_string(), changed }, |view| {
                let rows =
                    view.changed.iter().map(|c| vec![c.account.clone(), c.now.clone(), format!("-> {}", c.then)]);
                let text = table(&rows.collect::<Vec<_>>(), &[]);
                if text.is_empty() { "It would change no decision of that day.".into() } else { text }
            });
        }
        Policy::Activate { on, .. } => {
            let in_force = activate_policy(&desk, &text, on.in_book(&desk)).await?;
            let view = json!({ "policy": in_force.policy.name, "version": in_force.version.to_string() });
            out.answer(&view, |_| format!("{} is in force (version {}).", in_force.policy.name, in_force.version));
        }
        Policy::Draft { on, .. } => {
            let draft = draft_policy::draft_policy(&desk, &text, None, on.in_book(&desk)).await?;
            let view = json!({ "draft": draft.to_string(), "policy": policy.name });
            out.answer(&view, |_| format!("{} waits for a second person (draft {draft}).", policy.name));
        }
        Policy::Drafts | Policy::Sign { .. } | Policy::Decline { .. } => {
            unreachable!("`policy` hands only what takes a file")
        }
    }
    Ok(())
}

/// The text of a preset, or of a file.
fn text_of(file: &str) -> Result<String, Failure> {
    match policy_file::preset(file) {
        Some(text) => Ok(text.into()),
        None => std::fs::read_to_string(file).map_err(|error| Failure::io(file, &error)),
    }
}
