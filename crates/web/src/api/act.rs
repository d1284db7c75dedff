//! Acting: what people record, as programs record it. Each operation calls the desk's task that screens and command line call.

use dunwell_desk::Refusal;
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash};
use dunwell_desk::approve;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::{ImportFile, ImportKind, ImportRequest, Listener, Profile, SHIPPED, import};
use dunwell_desk::keep_contacts::{Person, add_contact, change_contact};
use dunwell_desk::log_activity::{Happening, close_task, log_activity, snooze_task};
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute, put_on_hold};
use dunwell_desk::rules::activity::{ActivityKind, Outcome};
use dunwell_desk::rules::dispute::DisputeReason;
use dunwell_desk::rules::facts::HoldKind;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::who::entry_of;
use serde_json::{Value, json};

use super::operation::{Asked, Done, Field, Operation, may, must, one, one_of, post};
use super::trouble::Trouble;
use crate::uploads::TURNS;

/// Every operation that records.
pub(super) fn operations() -> Vec<Operation> {
    [of_accounts(), of_work(), of_the_day()].into_iter().flatten().collect()
}

fn of_accounts() -> Vec<Operation> {
    use Action::{Dispute, EditContact, Hold, Log, Promise};
    let person = "Add a person to an account, or change the one of that name.";
    let change = "Change what is given of a person: null and what is left out stay, an empty text takes a value away.";
    vec![
        post("/api/v1/accounts/{code}/activities", Log, "Log a contact or a note.", "Logged", activity).takes([
            must("kind", &one_of(ActivityKind::ALL.map(ActivityKind::code)), "what happened"),
            may("outcome", &one_of(Outcome::ALL.map(Outcome::code)), "what came of it"),
            may("text", "text", "the words; they can be erased"),
        ]),
        post("/api/v1/accounts/{code}/promises", Promise, "Record a promise to pay.", "PromiseTaken", promise).takes([
            must("amount", "amount", "a decimal string, as \"250.00\""),
            must("by", "day", "when the money is to be in our bank"),
            may("currency", "text", "needed where the account has several"),
            may("items", "[text]", "documents covered; the oldest past due first when left out"),
            may("text", "text", "who said it, and how it will be paid"),
        ]),
        post("/api/v1/accounts/{code}/disputes", Dispute, "Open a dispute about a document.", "DisputeOpened", dispute)
            .takes([
                must("document", "name", "the document number"),
                may("line", "count", "the instalment; the whole document when left out"),
                may("amount", "amount", "the disputed amount; all that is open when left out"),
                may("reason", &one_of(DisputeReason::ALL.map(DisputeReason::code)), "unstated when left out"),
            ]),
        post("/api/v1/accounts/{code}/holds", Hold, "Stop contact with a customer.", "HoldPlaced", hold).takes([
            must("kind", &one_of(HoldKind::ALL.map(HoldKind::code)), "the kind of stop"),
            may("basis", "text", "the law, court and case number, or the person's words"),
            may("until", "day", "through this day; until it is released when left out"),
        ]),
        post("/api/v1/accounts/{code}/contacts", EditContact, person, "ContactKept", contact).takes(person_fields()),
        post("/api/v1/accounts/{code}/contacts/{id}", EditContact, change, "ContactKept", change_person)
            .ok()
            .takes(person_fields())
            .takes_too([
                may("do_not_contact", "bool", "whether they asked not to be contacted"),
                must("version", "name", "the version of the person that was seen"),
            ]),
    ]
}

/// The fields of a person; one of name, mail and phone is needed.
fn person_fields() -> [Field; 7] {
    [
        may("name", "text", "the name; one of name, mail and phone is needed"),
        may("role", "text", "accounts_payable, purchaser, owner …"),
        may("mail", "text", "the mail address"),
        may("phone", "text", "the telephone number"),
        may("time_zone", "text", "the IANA time zone"),
        may("language", "text", "the language"),
        may("channel", "text", "the preferred channel"),
    ]
}

fn of_work() -> Vec<Operation> {
    use Action::{Apply, Approve, CloseTask, Decline, Snooze};
    let comment = || [may("comment", "text", "kept with the decision")];
    let sign = "Sign a request: a person who has proven who they are within five minutes, never a key.";
    let refuse = "Refuse to sign a request; as with signing, a person and never a key.";
    let apply = "Set a credit of an account against one of its items.";
    vec![
        post("/api/v1/tasks/{id}/done", CloseTask, "Close a task.", "TaskState", done).ok().takes([may(
            "outcome",
            "text",
            "done when left out",
        )]),
        post("/api/v1/tasks/{id}/snooze", Snooze, "Put a task off to a later day.", "TaskState", snooze)
            .ok()
            .takes([must("until", "day", "the day it comes back"), may("reason", "text", "why")]),
        post("/api/v1/approvals/{id}/approve", Approve, sign, "Answered", approve).today().ok().takes(comment()),
        post("/api/v1/approvals/{id}/decline", Decline, refuse, "Answered", decline).today().ok().takes(comment()),
        post("/api/v1/applications", Apply, apply, "Applied", application).takes([
            must("account", "name", "the customer number"),
            must("credit", "name", "the credit's document number"),
            must("item", "name", "the item's document number"),
            may("amount", "amount", "as much as both allow when left out"),
            may("line", "count", "the instalment; the oldest due first when left out"),
        ]),
    ]
}

fn of_the_day() -> Vec<Operation> {
    let import = "Read a file in: the body is the file, at most 64 MiB. The report says what became of its rows; a repeat \
                  changes nothing.";
    vec![
        post("/api/v1/imports", Action::Import, import, "ImportReport", import_file)
            .ok()
            .repeatable()
            .takes_file()
            .asks([
                must("kind", &one_of(ImportKind::ALL.map(ImportKind::code)), "what the rows are"),
                profile_field(),
                may("source", "text", "the source; the profile's name when left out"),
                may("name", "text", "the file's name in reports; rows.csv when left out"),
                may("dry_run", "bool", "say what would happen and record nothing"),
                may("strict", "bool", "keep nothing when anything is rejected"),
            ]),
        post(
            "/api/v1/runs",
            Action::Run,
            "Run the day: decide for every account. A repeat changes nothing.",
            "RunReport",
            run,
        )
        .ok()
        .repeatable()
        .asks([may("dry_run", "bool", "say what would be decided and record nothing")]),
    ]
}

async fn activity(asked: Asked) -> Done {
    let happening = Happening { kind: asked.needed("kind")?, outcome: asked.text("outcome"), text: asked.text("text") };
    one(&log_activity(&asked.desk, asked.id("code"), &happening, asked.on).await?)
}

async fn promise(asked: Asked) -> Done {
    let by = asked.needed_day("by")?;
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
        line: asked.count("line"),
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

fn person_of(asked: &Asked) -> Person {
    Person {
        name: asked.as_given("name"),
        role: asked.as_given("role"),
        mail: asked.as_given("mail"),
        phone: asked.as_given("phone"),
        time_zone: asked.as_given("time_zone"),
        language: asked.as_given("language"),
        channel: asked.as_given("channel"),
        do_not_contact: asked.fields.get("do_not_contact").and_then(Value::as_bool),
    }
}

async fn contact(asked: Asked) -> Done {
    one(&add_contact(&asked.desk, asked.id("code"), &person_of(&asked), asked.on).await?)
}

async fn change_person(asked: Asked) -> Done {
    let (code, id, person) = (asked.id("code"), asked.id("id"), person_of(&asked));
    let seen = asked.needed("version")?;
    one(&change_contact(&asked.desk, code, id, &person, Some(&seen), asked.on).await?)
}

async fn done(asked: Asked) -> Done {
    let outcome = asked.text("outcome").unwrap_or_else(|| "done".into());
    let closed = close_task(&asked.desk, entry_of("task", asked.id("id"))?, &outcome, asked.on).await?;
    Ok(json!({ "task": asked.id("id"), "state": if closed { "closed" } else { "already_closed" } }))
}

async fn snooze(asked: Asked) -> Done {
    let until = asked.needed_day("until")?;
    let reason = asked.text("reason").unwrap_or_default();
    let snoozed = snooze_task(&asked.desk, entry_of("task", asked.id("id"))?, until, &reason, asked.on).await?;
    Ok(json!({ "task": asked.id("id"), "state": if snoozed { "snoozed" } else { "already_closed" } }))
}

async fn approve(asked: Asked) -> Done {
    proven(&asked)?;
    let comment = asked.text("comment");
    one(&approve::approve(&asked.desk, asked.id("id"), comment.as_deref(), asked.on).await?)
}

async fn decline(asked: Asked) -> Done {
    proven(&asked)?;
    let comment = asked.text("comment");
    one(&approve::decline(&asked.desk, asked.id("id"), comment.as_deref(), asked.on).await?)
}

async fn run(asked: Asked) -> Done {
    one(&daily_run(&asked.desk, asked.on, asked.flag("dry_run")).await?)
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
        line: asked.count("line"),
    };
    one(&apply_cash(&asked.desk, &asked.needed("account")?, &application, asked.on).await?)
}

/// The parameter that names a column profile.
pub(super) fn profile_field() -> Field {
    let shipped: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    may("profile", &shipped.join("|"), "the column profile; canonical when left out")
}

/// The column profile that is named.
pub(super) fn profile_of(asked: &Asked) -> Result<Profile, Trouble> {
    let name = asked.param("profile").unwrap_or("canonical");
    let unknown =
        || Refusal::BadValue { what: "profile", value: name.into(), why: "no such profile is shipped".into() };
    Ok(Profile::shipped(name).ok_or_else(unknown)?)
}

async fn import_file(asked: Asked) -> Done {
    let kind = ImportKind::parse(asked.param("kind").unwrap_or_default());
    let kind = kind.ok_or_else(|| Refusal::BadValue { what: "kind", value: String::new(), why: "name one".into() })?;
    let file = ImportFile::bytes(asked.param("name").unwrap_or("rows.csv"), asked.file.to_vec());
    let request = ImportRequest {
        source: asked.param("source").map(str::to_owned),
        dry_run: asked.flag("dry_run"),
        strict: asked.flag("strict"),
        ..ImportRequest::new(kind, vec![file], profile_of(&asked)?, asked.on)
    };
    let _turn = TURNS.acquire().await;
    one(&import(&asked.desk, &request, Listener::default()).await?)
}
