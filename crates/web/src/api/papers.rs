//! Papers of documents, several letters at once, and the settings of the book.

use dunwell_desk::Refusal;
use dunwell_desk::attach_document::{KINDS, Paper, attach_document, attachments, detach_document};
use dunwell_desk::attach_folder::{NamePattern, attach_by_name};
use dunwell_desk::hold_back_notice::change_notices;
use dunwell_desk::keep_book::{SettingsFile, keep_settings_seen};
use dunwell_desk::look::settings::SettingsView;
use dunwell_desk::paper_links::PaperLinks;
use dunwell_desk::pays_from::PaysFrom;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::operation::{Asked, Done, Field, Operation, Shape, day_of, get, may, must, one, one_of, post};
use super::trouble::Trouble;

/// Every operation about papers, letters together and settings.
pub(super) fn operations() -> Vec<Operation> {
    use Action::{AttachDocument, ChangeSettings, HoldBackNotice, ReadDocuments, ReadSettings, ReleaseNotice};
    let attach =
        "Attach a paper to a document: the body is the file (PDF, PNG or JPEG). The same bytes again are no change.";
    let by_name = "Attach a paper to the document that its file's name tells by a pattern. Safe to repeat.";
    let hold = "Hold several planned letters back with one reason: all of them or none.";
    let release = "Let several held letters go: all of them or none.";
    let change = "Change settings of the book; what is left out stays.";
    let several = || must("notices", "[id]", "letters, as 412.3, at most 1,000");
    vec![
        get(
            "/api/v1/accounts/{code}/attachments",
            ReadDocuments,
            "The papers of an account.",
            Shape::One("Attachments"),
            papers,
        ),
        post("/api/v1/accounts/{code}/attachments", AttachDocument, attach, "PaperKept", attached)
            .ok()
            .repeatable()
            .takes_file()
            .asks([must("document", "name", "the document number"), kind(), may("name", "name", "the file's name")]),
        post(
            "/api/v1/accounts/{code}/attachments/{id}/remove",
            AttachDocument,
            "Take a paper off; its bytes are gone.",
            "PaperState",
            removed,
        )
        .ok(),
        post("/api/v1/attachments", AttachDocument, by_name, "FileTaken", named).ok().repeatable().takes_file().asks([
            must("name", "name", "the file's name"),
            must("pattern", "name", "how it tells the document, as {account}_{document}_pod.pdf"),
            kind(),
        ]),
        post("/api/v1/notices/hold", HoldBackNotice, hold, "NoticesHeld", held)
            .ok()
            .takes([several(), must("reason", "name", "why; whoever releases them reads it")]),
        post("/api/v1/notices/release", ReleaseNotice, release, "NoticesHeld", released).ok().takes([several()]),
        get("/api/v1/settings", ReadSettings, "What the book is set to.", Shape::One("Settings"), settings),
        post("/api/v1/settings", ChangeSettings, change, "Settings", changed).ok().takes([
            may("time_zone", "name", "the IANA time zone"),
            may("calendar", "name", "the business calendar by name; its weekend is its own unless weekend is given"),
            may("weekend", "[mon|tue|wed|thu|fri|sat|sun]", "the days of the weekend"),
            may("holidays", "[day]", "the holidays that the book adds, all of them"),
            may("mode", "rehearsal|live", "whether anything leaves the house"),
            may("buckets", "[count]", "upper ends of the aging buckets, in days, rising"),
            must("version", "name", "the version of the settings that was seen"),
            may("papers", "PaperLinks", "where copies of documents lie; a pattern left out is taken away"),
            may("pays_from", "PaysFrom", "the bank accounts that refunds are paid from; one left out is taken away"),
        ]),
    ]
}

fn kind() -> Field {
    may("kind", &one_of(KINDS), "invoice when left out")
}

/// The file of the body.
fn paper(asked: &Asked) -> Paper {
    Paper {
        kind: asked.param("kind").unwrap_or(KINDS[0]).to_owned(),
        file_name: asked.param("name").unwrap_or_default().to_owned(),
        bytes: asked.file.to_vec(),
    }
}

async fn papers(asked: Asked) -> Done {
    one(&attachments(&asked.desk, asked.id("code")).await?)
}

async fn attached(asked: Asked) -> Done {
    let document = asked.param("document").unwrap_or_default();
    one(&attach_document(&asked.desk, asked.id("code"), document, &paper(&asked), asked.on).await?)
}

async fn removed(asked: Asked) -> Done {
    let (code, id) = (asked.id("code"), asked.id("id"));
    let removed = detach_document(&asked.desk, code, id, asked.on).await?;
    Ok(json!({ "account": code, "attachment": id, "state": if removed { "removed" } else { "already_removed" } }))
}

async fn named(asked: Asked) -> Done {
    let pattern = NamePattern::parse(asked.param("pattern").unwrap_or_default())?;
    one(&attach_by_name(&asked.desk, &pattern, &paper(&asked), false, asked.on).await?)
}

/// The texts of a list of the body.
fn list(asked: &Asked, name: &str) -> Option<Vec<String>> {
    let texts = asked.fields.get(name)?.as_array()?;
    Some(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

async fn held(asked: Asked) -> Done {
    let notices = list(&asked, "notices").unwrap_or_default();
    one(&change_notices(&asked.desk, &notices, Some(&asked.needed("reason")?), asked.on).await?)
}

async fn released(asked: Asked) -> Done {
    one(&change_notices(&asked.desk, &list(&asked, "notices").unwrap_or_default(), None, asked.on).await?)
}

async fn settings(asked: Asked) -> Done {
    asked.desk.may(Action::ReadSettings)?;
    one(&SettingsView::of(asked.desk.settings()))
}

/// The bank accounts that the book pays from; refused when a field is none of theirs.
fn own_accounts(value: &Value) -> Result<PaysFrom, Trouble> {
    serde_json::from_value(value.clone())
        .map_err(|error| Refusal::BadValue { what: "pays_from", value: String::new(), why: error.to_string() }.into())
}

async fn changed(asked: Asked) -> Done {
    let days =
        |texts: Vec<String>| texts.iter().map(|text| day_of("holidays", text)).collect::<Result<Vec<Date>, Trouble>>();
    let numbers = |value: &Value| value.as_array().map(|list| list.iter().filter_map(Value::as_i64).collect());
    let links = |value: &Value| PaperLinks {
        invoice_url: value["invoice_url"].as_str().map(str::to_owned),
        pod_url: value["pod_url"].as_str().map(str::to_owned),
    };
    if let Some(zone) = asked.text("time_zone").filter(|zone| TimeZone::get(zone).is_err()) {
        let why = "use a name of the IANA list, as Europe/Berlin or America/New_York".to_owned();
        return Err(Refusal::BadValue { what: "time_zone", value: zone, why }.into());
    }
    let file = SettingsFile {
        calendar: asked.text("calendar"),
        weekend: list(&asked, "weekend"),
        holidays: list(&asked, "holidays").map(days).transpose()?,
        time_zone: asked.text("time_zone"),
        mode: asked.text("mode"),
        buckets: asked.fields.get("buckets").and_then(numbers),
        papers: asked.fields.get("papers").map(links),
        pays_from: asked.fields.get("pays_from").map(own_accounts).transpose()?,
        ..SettingsFile::default()
    };
    let seen = asked.needed("version")?;
    one(&SettingsView::of(&keep_settings_seen(&asked.desk, file, Some(&seen), asked.on).await?))
}
