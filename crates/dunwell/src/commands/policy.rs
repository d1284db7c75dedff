//! Policies: check, compare, try on today's book, put in force.

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

/// `policy check|diff|simulate|activate`: exit 3 for a policy that is refused.
pub(crate) async fn policy(cli: &Cli, out: Output, action: &Policy) -> Result<(), Failure> {
    let (Policy::Check { file }
    | Policy::Diff { file }
    | Policy::Simulate { file, .. }
    | Policy::Activate { file, .. }) = action;
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
