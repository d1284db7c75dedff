//! Acting: what people record, as programs record it. Each operation calls the desk's task that screens and command line call.

use dunwell_desk::Refusal;
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash};
use dunwell_desk::approve;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::{ImportFile, ImportKind, ImportRequest, Listener, Profile, SHIPPED, import};
use dunwell_desk::keep_contacts::{Person, add_contact};
use dunwell_desk::log_activity::{Happening, close_task, log_activity, snooze_task};
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute, put_on_hold};
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::who::entry_of;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::operation::{Asked, Body, Done, Field, Operation, Shape, may, must, one};
use super::trouble::Trouble;
use crate::uploads::TURNS;

const ON: Field = may("on", "day", "the business day it is recorded for; today when left out");
const COMMENT: &[Field] = &[may("comment", "text", "kept with the decision")];

fn post(
    path: &'static str,
    action: Action,
    summary: &'static str,
    body: &'static [Field],
    answer: &'static str,
    does: fn(Asked) -> BoxFuture<'static, Done>,
) -> Operation {
    let (body, answer) = (Body::Fields(body), Shape::One(answer));
    Operation { method: "POST", path, action, summary, query: &[ON], body, answer, status: 201, does }
}

/// Every operation that records.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_accounts();
    all.extend(of_people());
    all.extend(of_work());
    all.extend(of_the_day());
    all
}

fn of_accounts() -> Vec<Operation> {
    vec![
        post(
            "/api/v1/accounts/{code}/activities",
            Action::Log,
            "Log a contact or a note.",
            const {
                &[
                    must("kind", "text", "call, mail, letter, meeting, note …"),
                    may("outcome", "text", "reached, voicemail, message_left, no_answer …"),
                    may("text", "text", "the words; they can be erased"),
                ]
            },
            "Logged",
            |asked| activity(asked).boxed(),
        ),
        post(
            "/api/v1/accounts/{code}/promises",
            Action::Promise,
            "Record a promise to pay.",
            const {
                &[
                    must("amount", "text", "a decimal string, as \"250.00\""),
                    must("by", "day", "when the money is to be in our bank"),
                    may("currency", "text", "needed where the account has several"),
                    may("items", "[text]", "documents covered; the oldest past due first when left out"),
                    may("text", "text", "who said it, and how it will be paid"),
                ]
            },
            "PromiseTaken",
            |asked| promise(asked).boxed(),
        ),
        post(
            "/api/v1/accounts/{code}/disputes",
            Action::Dispute,
            "Open a dispute about a document.",
            const {
                &[
                    must("document", "text", "the document number"),
                    may("line", "int", "the instalment; the whole document when left out"),
                    may("amount", "text", "the disputed amount; all that is open when left out"),
                    may("reason", "text", "the reason code; unstated when left out"),
                ]
            },
            "DisputeOpened",
            |asked| dispute(asked).boxed(),
        ),
    ]
}

fn of_people() -> Vec<Operation> {
    vec![
        post(
            "/api/v1/accounts/{code}/holds",
            Action::Hold,
            "Stop contact with a customer.",
            const {
                &[
                    must("kind", "text", "stay, do_not_contact or sanctions"),
                    may("basis", "text", "the law, court and case number, or the person's words"),
                    may("until", "day", "through this day; until it is released when left out"),
                ]
            },
            "HoldPlaced",
            |asked| hold(asked).boxed(),
        ),
        post(
            "/api/v1/accounts/{code}/contacts",
            Action::EditContact,
            "Add a person to an account, or change the one of that name.",
            const {
                &[
                    may("name", "text", "the name; one of name, mail and phone is needed"),
                    may("role", "text", "accounts_payable, purchaser, owner …"),
                    may("mail", "text", "the mail address"),
                    may("phone", "text", "the telephone number"),
                    may("time_zone", "text", "the IANA time zone"),
                    may("language", "text", "the language"),
                    may("channel", "text", "the preferred channel"),
                ]
            },
            "ContactKept",
            |asked| contact(asked).boxed(),
        ),
    ]
}

fn of_work() -> Vec<Operation> {
    let ok = |operation: Operation| Operation { status: 200, ..operation };
    vec![
        ok(post(
            "/api/v1/tasks/{id}/done",
            Action::CloseTask,
            "Close a task.",
            const { &[may("outcome", "text", "done when left out")] },
            "TaskState",
            |asked| done(asked).boxed(),
        )),
        ok(post(
            "/api/v1/tasks/{id}/snooze",
            Action::Snooze,
            "Put a task off to a later day.",
            const { &[must("until", "day", "the day it comes back"), may("reason", "text", "why")] },
            "TaskState",
            |asked| snooze(asked).boxed(),
        )),
        ok(post(
            "/api/v1/approvals/{id}/approve",
            Action::Approve,
            "Sign a request: a person who has proven who they are within five minutes, never a key.",
            COMMENT,
            "Answered",
            |asked| {
                async move {
                    proven(&asked)?;
                    let comment = asked.text("comment");
                    one(&approve::approve(&asked.desk, asked.id("id"), comment.as_deref(), asked.on).await?)
                }
                .boxed()
            },
        )),
        ok(post(
            "/api/v1/approvals/{id}/decline",
            Action::Decline,
            "Refuse to sign a request; as with signing, a person and never a key.",
            COMMENT,
            "Answered",
            |asked| {
                async move {
                    proven(&asked)?;
                    let comment = asked.text("comment");
                    one(&approve::decline(&asked.desk, asked.id("id"), comment.as_deref(), asked.on).await?)
                }
                .boxed()
            },
        )),
        post(
            "/api/v1/applications",
            Action::Apply,
            "Set a credit of an account against one of its items.",
            const {
                &[
                    must("account", "text", "the customer number"),
                    must("credit", "text", "the credit's document number"),
                    must("item", "text", "the item's document number"),
                    may("amount", "text", "as much as both allow when left out"),
                    may("line", "int", "the instalment; the oldest due first when left out"),
                ]
            },
            "Applied",
            |asked| application(asked).boxed(),
        ),
    ]
}

fn of_the_day() -> Vec<Operation> {
    vec![
        Operation {
            method: "POST",
            path: "/api/v1/imports",
            action: Action::Import,
            summary: "Read a file in: the body is the file, at most 64 MiB. The report says what became of its rows; a repeat \
                      changes nothing.",
            query: const {
                &[
                    must("kind", "text", "customers, contacts, invoices, payments, applications, notices, rates …"),
                    may("profile", "text", "the column profile; canonical when left out"),
                    may("source", "text", "the source; the profile's name when left out"),
                    may("name", "text", "the file's name in reports; rows.csv when left out"),
                    may("dry_run", "bool", "say what would happen and record nothing"),
                    may("strict", "bool", "keep nothing when anything is rejected"),
                    ON,
                ]
            },
            body: Body::File,
            answer: Shape::One("ImportReport"),
            status: 200,
            does: |asked| import_file(asked).boxed(),
        },
        Operation {
            method: "POST",
            path: "/api/v1/runs",
            action: Action::Run,
            summary: "Run the day: decide for every account. A repeat changes nothing.",
            query: const { &[may("dry_run", "bool", "say what would be decided and record nothing"), ON] },
            body: Body::None,
            answer: Shape::One("RunReport"),
            status: 200,
            does: |asked| async move { one(&daily_run(&asked.desk, asked.on, asked.flag("dry_run")).await?) }.boxed(),
        },
    ]
}

async fn activity(asked: Asked) -> Done {
    let happening = Happening { kind: asked.needed("kind")?, outcome: asked.text("outcome"), text: asked.text("text") };
    one(&log_activity(&asked.desk, asked.id("code"), &happening, asked.on).await?)
}

async fn promise(asked: Asked) -> Done {
    let by = asked.day("by")?.ok_or_else(|| Refusal::BadValue {
        what: "by",
        value: String::new(),
        why: "it must be given".into(),
    })?;
    let documents = asked.fields.get("items").and_then(Value::as_array).into_iter().flatten();
    let given = PromiseGiven {
        amount: asked.needed("amount")?,
        currency: asked.text("currency"),
        by,
        documents: documents.filter_map(Value::as_str).map(str::to_owned).collect(),
        text: asked.text("text"),
    };
    one(&take_promise(&asked.desk, asked.id("code"), &given, asked.on).await?)
}

async fn dispute(asked: Asked) -> Done {
    let raised = DisputeRaised {
        document: asked.needed("document")?,
        line: asked.fields.get("line").and_then(Value::as_i64),
        amount: asked.text("amount"),
        reason: asked.text("reason").unwrap_or_else(|| "unstated".into()),
    };
    one(&open_dispute(&asked.desk, asked.id("code"), &raised, asked.on).await?)
}

async fn hold(asked: Asked) -> Done {
    let (kind, until) = (asked.needed("kind")?, asked.day("until")?);
    let basis = asked.text("basis").unwrap_or_default();
    let hold = put_on_hold(&asked.desk, asked.id("code"), &kind, &basis, until, asked.on).await?;
    Ok(json!({ "hold": hold, "account": asked.id("code"), "kind": kind, "since": asked.on, "until": until }))
}

async fn contact(asked: Asked) -> Done {
    let person = Person {
        name: asked.as_given("name"),
        role: asked.as_given("role"),
        mail: asked.as_given("mail"),
        phone: asked.as_given("phone"),
        time_zone: asked.as_given("time_zone"),
        language: asked.as_given("language"),
        channel: asked.as_given("channel"),
    };
    one(&add_contact(&asked.desk, asked.id("code"), &person, asked.on).await?)
}

async fn done(asked: Asked) -> Done {
    let outcome = asked.text("outcome").unwrap_or_else(|| "done".into());
    let closed = close_task(&asked.desk, entry_of("task", asked.id("id"))?, &outcome, asked.on).await?;
    Ok(json!({ "task": asked.id("id"), "state": if closed { "closed" } else { "already_closed" } }))
}

async fn snooze(asked: Asked) -> Done {
    let until = super::operation::day_of("until", &asked.needed("until")?)?;
    let reason = asked.text("reason").unwrap_or_default();
    let snoozed = snooze_task(&asked.desk, entry_of("task", asked.id("id"))?, until, &reason, asked.on).await?;
    Ok(json!({ "task": asked.id("id"), "state": if snoozed { "snoozed" } else { "already_closed" } }))
}

/// A signature takes a fresh proof of who signs.
fn proven(asked: &Asked) -> Result<(), Trouble> {
    if asked.elevated {
        return Ok(());
    }
    Err(Trouble::own("proof_needed", "Prove who you are first: sign on the approvals screen."))
}

async fn application(asked: Asked) -> Done {
    let application = ApplicationAsked {
        credit: asked.needed("credit")?,
        item: asked.needed("item")?,
        amount: asked.text("amount"),
        line: asked.fields.get("line").and_then(Value::as_i64),
    };
    one(&apply_cash(&asked.desk, &asked.needed("account")?, &application, asked.on).await?)
}

async fn import_file(asked: Asked) -> Done {
    let refused = |what, value: &str, why: String| Refusal::BadValue { what, value: value.into(), why };
    let kind = asked.param("kind").unwrap_or_default();
    let known = ImportKind::ALL.map(ImportKind::code).join(", ");
    let kind = ImportKind::parse(kind).ok_or_else(|| refused("kind", kind, format!("use one of {known}")))?;
    let name = asked.param("profile").unwrap_or("canonical");
    let shipped: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let profile =
        Profile::shipped(name).ok_or_else(|| refused("profile", name, format!("use one of {}", shipped.join(", "))))?;
    let file = ImportFile::bytes(asked.param("name").unwrap_or("rows.csv"), asked.file.to_vec());
    let request = ImportRequest {
        source: asked.param("source").map(str::to_owned),
        dry_run: asked.flag("dry_run"),
        strict: asked.flag("strict"),
        ..ImportRequest::new(kind, vec![file], profile, asked.on)
    };
    let _turn = TURNS.acquire().await;
    one(&import(&asked.desk, &request, Listener::default()).await?)
}
