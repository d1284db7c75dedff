//! The policy in force, in words and as text; and policies on their way: written, checked, tried, put in force by a second
//! person.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use dunwell_desk::draft_policy::{self, drafts};
use dunwell_desk::policy_file::{self, PRESETS, PolicyProblem};
use dunwell_desk::put_policy_in_force::{PolicyChange, PolicyInForce, difference, policy_in_force};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::cash::CashPolicy;
use dunwell_desk::rules::policy::{Policy, StepRule};
use dunwell_desk::rules::rights::Action;
use dunwell_desk::simulate_policy::{ChangedDecision, simulate_policy};
use dunwell_desk::{Desk, Refusal, Stop};
use dunwell_store::views::drafts::DraftView;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Fields, Posted, form_fields};
use crate::screens::me::proven;
use crate::words::{account_path, count, short_day, spoken};

/// Changed decisions shown of a trial.
const SHOWN: usize = 100;

/// What the page is asked to say.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// What the form begins with.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    pub(crate) from: Option<String>,
}

/// `GET /policy`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let in_force = policy_in_force(&caller.desk).await?;
    let text = text_in_force(&caller.desk).await?;
    let waiting = drafts(&caller.desk).await?;
    let done = match asked.done.as_deref() {
        Some("drafted") => Some("It waits for a second person to put it in force."),
        Some("activated") => Some("It is in force from the next run on."),
        Some("declined") => Some("It will not come into force."),
        Some(_) | None => None,
    };
    let main = html! {
        div.acc.narrow {
            div.ttl {
                h1 { "Policy" }
                @if caller.may(Action::DraftPolicy) { div.r { a.btn.pri href="/policy/form" { "Change it" } a.btn href="/policy/edit" { "As text" } } }
            }
            @if let Some(done) = done { p.done role="status" { (done) } }
            @for draft in &waiting { (draft_card(&caller, draft, &in_force)) }
            section.card aria-labelledby="in-force" {
                header { h2 id="in-force" { (spoken(&in_force.policy.name)) } span.tag.ok { "In force" } }
                div.in.stack {
                    @if !in_force.policy.about.is_empty() { p { (in_force.policy.about) } }
                    (words(&in_force.policy))
                }
            }
            section.card aria-labelledby="text" {
                header { h2 id="text" { "As text" } }
                details.in { summary { "The whole file" } pre.toml tabindex="0" aria-label="The policy as TOML" { (text) } }
            }
        }
    };
    Ok(frame::page(&caller, "/policy", "Policy", &main))
}

async fn text_in_force(desk: &Desk) -> Result<String, Problem> {
    let row = desk.book.read().await?.policy_in_force().await?;
    Ok(row.map(|row| row.text).unwrap_or_default())
}

/// The policy in sentences: the ladder, what holds it back, who signs.
pub(crate) fn words(policy: &Policy) -> Markup {
    let notices = &policy.notices;
    html! {
        div.scroll tabindex="0" role="region" aria-label="Ladder, scrolls sideways" {
            table.t {
                caption.sr { "The ladder of notices" }
                thead { tr { th scope="col" { "Step" } th scope="col" { "When" } th scope="col" { "How" } th scope="col" { "Who signs" } } }
                tbody { @for step in &notices.step { (rung(step)) } }
            }
        }
        ul.rules {
            li { "After a contact the customer is left in peace for " (days(notices.quiet_days)) "." }
            @if notices.grace_days > 0 { li { "An invoice counts as late when it is more than " (days(notices.grace_days)) " past due." } }
            li { "Nobody is chased for less than " (notices.minimum_amount) @if notices.minimum_percent > 0 { ", or less than " (notices.minimum_percent) " % of what is open" } "." }
            li { "A promise is broken " (business(notices.promise_grace_business_days)) " after its day." }
            li { "A call that nobody made in " (business(notices.call_expires_business_days)) " no longer holds the ladder back." }
            li { "With a bank statement older than " (business(notices.bank_feed_max_age_business_days)) " nobody is chased." }
            li { "Whoever is more than " (days(notices.first_reminder_max_days_past_due)) " late and was never reminded is called by a person first." }
            li { "The first live run sends at most " (notices.first_live_run_max_notices) " notices." }
            @for scope in &notices.scope {
                li {
                    "Other rules hold for "
                    @match (&scope.account, &scope.segment) {
                        (Some(account), _) => { "account " (account) }
                        (None, Some(segment)) => { "the segment " (segment) }
                        (None, None) => "nobody"
                    }
                    "; see the text."
                }
            }
            li { "A receipt is matched by " (cash_rules(&policy.cash)) "; what has two answers is asked." }
            li { "A cash discount is still granted " (days(policy.cash.discount_grace_days)) " after its last day; a difference of up to " (policy.cash.tolerance) " is written off." }
            li { "A request can be signed for " (days(policy.approval.expires_after_days)) "; then it is withdrawn, and what still stands is proposed anew." }
            li { "What one person asks for of an account within " (days(policy.approval.adds_up_days)) " is added up before a limit is asked." }
            @for limit in &policy.approval.limit { li { (spoken(limit.role.code())) ": signs up to " (limit.up_to) "." } }
            @for limit in &policy.approval.refund_limit { li { (spoken(limit.role.code())) ": signs refunds up to " (limit.up_to) "." } }
            @for limit in &policy.approval.write_off_limit { li { (spoken(limit.role.code())) ": signs write-offs up to " (limit.up_to) "." } }
        }
    }
}

/// The rules of cash in words, in the order in which they are tried.
fn cash_rules(policy: &CashPolicy) -> String {
    let rules: Vec<String> =
        policy.order.iter().map(|rule| format!("{} ({})", spoken(rule.code()), rule.id())).collect();
    if rules.is_empty() { "no rule".into() } else { rules.join(", then ") }
}

fn rung(step: &StepRule) -> Markup {
    let channels: Vec<&str> = step.channels.iter().map(|channel| channel.code()).collect();
    html! {
        tr {
            th scope="row" { (spoken(&step.id)) }
            td {
                @if step.days_past_due < 0 { (days(-step.days_past_due)) " before the due date" }
                @else { (days(step.days_past_due)) " past due" }
                @if !step.when.is_empty() { div.sub { "only where " (conditions(step)) } }
            }
            td { (channels.join(" and ")) @if let Some(level) = step.letter { " · letter " (level) } }
            td { @match step.signed_by() { Some(role) => (spoken(Role::code(role))), None => "nobody" } }
        }
    }
}

/// The conditions of a step in the policy's own words.
fn conditions(step: &StepRule) -> String {
    let Ok(Value::Object(keys)) = serde_json::to_value(&step.when) else { return String::new() };
    let said = keys.iter().map(|(key, value)| format!("{} {}", key.replace('_', " "), plain(value)));
    said.collect::<Vec<_>>().join(" and ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn days(number: i64) -> String {
    count(usize::try_from(number).unwrap_or(0), "day", "days")
}

fn business(number: i64) -> String {
    count(usize::try_from(number).unwrap_or(0), "business day", "business days")
}

fn draft_card(caller: &Caller, draft: &DraftView, in_force: &PolicyInForce) -> Markup {
    let own = draft.drafted_by == caller.session.user;
    let read = policy_file::read(&draft.text, caller.desk.settings().currency);
    let changes = read.map(|policy| difference(&in_force.policy, &policy)).unwrap_or_default();
    html! {
        section.card aria-labelledby={ "draft-" (draft.draft) } {
            header {
                h2 id={ "draft-" (draft.draft) } { (spoken(&draft.name)) " by " (draft.drafted_by) ", " (short_day(draft.drafted_on, caller.today)) }
                span.tag.warn { "Waits for a second person" }
            }
            (changes_table(&changes))
            div.in.acts {
                @if caller.may(Action::DraftPolicy) { a.btn href={ "/policy/form?from=" (draft.draft) } { "Look at it and try it" } }
                @if caller.may(Action::ActivatePolicy) && !own { (decide(caller, draft, in_force, "activate", "Put in force")) }
                @if own { (decide(caller, draft, in_force, "decline", "Take back")) }
                @else if caller.may(Action::ActivatePolicy) { (decide(caller, draft, in_force, "decline", "Decline")) }
                @if own { span.sub { "Whoever wrote it does not put it in force." } }
            }
        }
    }
}

fn decide(caller: &Caller, draft: &DraftView, in_force: &PolicyInForce, what: &str, name: &str) -> Markup {
    html! {
        form method="post" action={ "/policy/drafts/" (draft.draft) "/" (what) } {
            (form_fields(caller))
            input type="hidden" name="version" value=(in_force.version);
            button type="submit" class=[(what == "activate").then_some("pri")] { (name) }
        }
    }
}

fn changes_table(changes: &[PolicyChange]) -> Markup {
    html! {
        @if changes.is_empty() { p.in.mut { "It says what is in force." } }
        @else {
            div.scroll {
                table.t {
                    caption.sr { "What would change" }
                    thead { tr { th scope="col" { "Key" } th scope="col" { "In force" } th scope="col" { "New" } } }
                    tbody {
                        @for change in changes { tr { th scope="row" { code { (change.key) } } td { (plain(&change.from)) } td { (plain(&change.to)) } } }
                    }
                }
            }
        }
    }
}

/// `GET /policy/edit`, beginning with what is in force, a preset or a draft.
pub(crate) async fn edit(caller: Caller, Query(from): Query<From>) -> Answer {
    let text = text_to_begin_with(&caller.desk, from.from.as_deref()).await?;
    let main = html! {
        div.acc.narrow {
            h1 { "Change the policy" }
            p.sub {
                "Begin with "
                @for (name, _) in PRESETS { a.l href={ "/policy/edit?from=" (name) } { (name) } " · " }
                a.l href="/policy/edit" { "what is in force" }
            }
            (editor(&caller, &text, &[]))
        }
    };
    Ok(frame::page(&caller, "/policy", "Change the policy", &main))
}

/// The text that a change begins with: what is in force, a preset by its name or a draft by its id.
pub(crate) async fn text_to_begin_with(desk: &Desk, from: Option<&str>) -> Result<String, Problem> {
    let Some(name) = from else { return text_in_force(desk).await };
    if let Some(text) = policy_file::preset(name) {
        return Ok(text.to_owned());
    }
    let id = dunwell_desk::rules::account::EntryId::parse(name).ok_or(Problem::NotFound)?;
    Ok(desk.book.read().await?.policy_draft(id).await?.ok_or(Problem::NotFound)?.text)
}

/// The text in a field of its own, with what is wrong with it.
pub(crate) fn editor(caller: &Caller, text: &str, problems: &[PolicyProblem]) -> Markup {
    html! {
        section.card aria-labelledby="edit" {
            header { h2 id="edit" { "The text" } }
            form.in.stack method="post" action="/policy/try" {
                (form_fields(caller))
                @if !problems.is_empty() {
                    div.problem id="problems" role="alert" {
                        p.b { (count(problems.len(), "problem", "problems")) }
                        ul { @for problem in problems { li {
                            @if problem.line > 0 { "Line " (problem.line) @if problem.column > 0 { ", column " (problem.column) } ": " }
                            (problem.message)
                        } } }
                    }
                }
                label.sr for="policy-text" { "The policy as TOML" }
                textarea.toml id="policy-text" name="text" spellcheck="false" required aria-describedby=[(!problems.is_empty()).then_some("problems")] { (text) }
                div.acts {
                    button.pri type="submit" { "Check and try on today's book" }
                    button type="submit" name="do" value="open" formaction="/policy/form" { "Edit as form" }
                    a.btn href="/policy" { "Cancel" }
                }
            }
        }
    }
}

/// `POST /policy/try`: what is wrong with the text, or what it would change today. Nothing is recorded.
pub(crate) async fn attempt(posted: Posted) -> Answer {
    let (caller, fields) = posted.unkept();
    shown(&caller, &text_of(&fields)?, None).await
}

/// The text with what is wrong with it, or with what it would change; `refused` says why it is not put before a second person.
async fn shown(caller: &Caller, text: &str, refused: Option<(StatusCode, &str)>) -> Answer {
    let (problems, outcome) = match policy_file::read(text, caller.desk.settings().currency) {
        Ok(policy) => (Vec::new(), Some(tried(caller, policy).await?)),
        Err(Stop::Refused(Refusal::PolicyInvalid(problems))) => (problems, None),
        Err(stop) => return Err(stop.into()),
    };
    let main = html! {
        div.acc.narrow {
            h1 { "Change the policy" }
            @if let Some((_, why)) = refused { div.problem role="alert" { p { (why) } } }
            @if let Some(trial) = &outcome { (outcome_card(caller, text, trial)) }
            (editor(caller, text, &problems))
        }
    };
    let page = frame::page(caller, "/policy", "Change the policy", &main);
    let status = match (refused, problems.is_empty()) {
        (Some((status, _)), _) => status,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, page).into_response())
}

/// The policy as it was typed: browsers end lines in their own way.
pub(crate) fn text_of(fields: &Fields) -> Result<String, Problem> {
    Ok(fields.needed("text")?.replace("\r\n", "\n") + "\n")
}

/// What a policy would change.
pub(crate) struct Trial {
    /// The keys that differ from what is in force.
    changes: Vec<PolicyChange>,
    /// The decisions of today that would be others.
    decisions: Vec<ChangedDecision>,
    /// The version of what was in force.
    seen: String,
}

/// The keys that differ from what is in force, and the decisions of today that would. On a thread of its own: a large book
/// takes a while, and holds nobody up.
pub(crate) async fn tried(caller: &Caller, policy: Policy) -> Result<Trial, Problem> {
    let in_force = policy_in_force(&caller.desk).await?;
    let (changes, seen) = (difference(&in_force.policy, &policy), in_force.version.to_string());
    let (desk, today, runtime) = (caller.desk.clone(), caller.today, Handle::current());
    let trial = spawn_blocking(move || runtime.block_on(simulate_policy(&desk, policy, today))).await;
    let decisions = trial.map_err(|error| Problem::Fault(format!("a trial broke off: {error}")))??;
    Ok(Trial { changes, decisions, seen })
}

/// What a policy would change, and the form that puts it before a second person.
pub(crate) fn outcome_card(caller: &Caller, text: &str, trial: &Trial) -> Markup {
    let Trial { changes, decisions, seen } = trial;
    html! {
        section.card aria-labelledby="outcome" {
            header { h2 id="outcome" { "What it would change" } span.tag.ok { "No problems" } }
            (changes_table(changes))
            div.in {
                h3 { "Today's decisions" }
                p { @if decisions.is_empty() { "It would change none of them." } @else { "It would change " (count(decisions.len(), "decision", "decisions")) "." } }
            }
            @if !decisions.is_empty() {
                div.scroll {
                    table.t {
                        caption.sr { "Decisions of today that would be others" }
                        thead { tr { th scope="col" { "Account" } th scope="col" { "As it is" } th scope="col" { "As it would be" } } }
                        tbody {
                            @for decision in decisions.iter().take(SHOWN) {
                                tr { th scope="row" { a.l href={ (account_path(&decision.account)) } { (decision.account) } " " span.sub { (decision.currency) } }
                                    td { (decision.now) } td { (decision.then) } }
                            }
                        }
                    }
                }
                @if decisions.len() > SHOWN { p.in.sub { "The first " (SHOWN) " are shown." } }
            }
            @if !changes.is_empty() {
                form.in method="post" action="/policy/drafts" {
                    (form_fields(caller))
                    input type="hidden" name="text" value=(text);
                    input type="hidden" name="version" value=(seen);
                    button.pri type="submit" { "Put it before a second person" }
                }
            }
        }
    }
}

/// `POST /policy/drafts`.
pub(crate) async fn draft(posted: Posted) -> Answer {
    let today = posted.caller.today;
    let (caller, sent) = (posted.caller.clone(), posted.fields().clone());
    let answer = posted
        .once(async move |desk, fields| {
            draft_policy::draft_policy(&desk, &text_of(&fields)?, fields.text("version"), today).await?;
            Ok("/policy?done=drafted".to_owned())
        })
        .await;
    match answer {
        Err(Problem::Refused(Refusal::VersionConflict { .. })) => {
            let moved = "Another policy was put in force while you wrote. Nothing of yours is recorded yet, and your text is \
                         below: look at what it changes now, and put it before a second person again.";
            shown(&caller, &text_of(&sent)?, Some((StatusCode::CONFLICT, moved))).await
        }
        Err(problem @ (Problem::Refused(_) | Problem::Malformed(_) | Problem::Fault(_))) => {
            shown(&caller, &text_of(&sent)?, Some((problem.status(), &problem.words().1))).await
        }
        answer => answer,
    }
}

/// `POST /policy/drafts/ID/activate`.
pub(crate) async fn activate(Path(id): Path<String>, posted: Posted) -> Answer {
    proven(&posted.caller)?;
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            draft_policy::activate_draft(&desk, &id, fields.text("version"), today).await?;
            Ok("/policy?done=activated".to_owned())
        })
        .await
}

/// `POST /policy/drafts/ID/decline`.
pub(crate) async fn decline(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, _| {
            draft_policy::decline_draft(&desk, &id, today).await?;
            Ok("/policy?done=declined".to_owned())
        })
        .await
}
