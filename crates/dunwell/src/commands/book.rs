//! Making a book and its settings; closing months; erasing people; verifying.

use std::path::Path;

use dunwell_desk::close_month::close_month;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::holidays_file::read_holidays;
use dunwell_desk::keep_book::{self, NewBook, SettingsFile};
use dunwell_desk::look::settings::SettingsView;
use dunwell_store::book::Book;
use dunwell_store::db::Db;
use serde_json::json;

use crate::cli::{Cli, Init, On};
use crate::clock;
use crate::output::{Failure, Output, table};
use crate::place::{Place, desk};

/// `init`.
pub(crate) async fn init(cli: &Cli, out: Output, new: &Init) -> Result<(), Failure> {
    let place = Place::of(cli)?;
    let db = Db::connect(&place.url, true).await?;
    let new = NewBook {
        name: place.name.clone().unwrap_or_else(|| new.name.clone()),
        currency: new.currency.clone(),
        time_zone: new.time_zone.clone(),
        calendar: new.calendar.clone(),
        on: clock::today(&new.time_zone),
    };
    let book = keep_book::make_book(&db, &new, clock::now).await?;
    let label = place.label(&book.settings.name);
    let view = json!({ "book": label, "schema_version": Book::schema_version() });
    out.answer(&view, |_| format!("Made the book '{}' at {}.", book.settings.name, place.url));
    db.close().await;
    Ok(())
}

/// `settings`.
pub(crate) async fn settings(
    cli: &Cli,
    out: Output,
    file: Option<&Path>,
    holidays: Option<&Path>,
    on: On,
) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let text_of = |path: &Path| std::fs::read_to_string(path).map_err(|error| Failure::io(path.display(), &error));
    let settings = match (file, holidays) {
        (Some(path), _) => keep_book::change_settings(&desk, &text_of(path)?, on.in_book(&desk)).await?,
        (None, Some(path)) => {
            let holidays = Some(read_holidays(&text_of(path)?)?);
            let changed = SettingsFile { holidays, ..SettingsFile::default() };
            keep_book::keep_settings(&desk, changed, on.in_book(&desk)).await?
        }
        (None, None) => desk.settings().clone(),
    };
    out.answer(&SettingsView::of(&settings), settings_words);
    Ok(())
}

fn settings_words(view: &SettingsView) -> String {
    let list = |texts: Vec<String>| if texts.is_empty() { "none".to_owned() } else { texts.join(", ") };
    let texts = |values: &[i64]| values.iter().map(i64::to_string).collect();
    let link = |url: &Option<String>| url.clone().unwrap_or_else(|| "none".into());
    let sender = view.sender["legal_name"].as_str().unwrap_or("not set: letters will say so");
    let transfer = view.pays_from.transfer.as_ref().map(|from| {
        let bic = from.bic.as_ref().map(|bic| format!(", BIC {bic}")).unwrap_or_default();
        format!("{}, IBAN {}{bic}", from.name, from.iban)
    });
    let ach = view.pays_from.ach.as_ref().map(|from| {
        format!("{}, routing {}, account {}, company {}", from.name, from.routing, from.number, from.company_id)
    });
    let rows = [
        ("book", view.name.clone()),
        ("currency", view.currency.clone()),
        ("time zone", view.time_zone.clone()),
        ("calendar", view.calendar.clone()),
        ("weekend", list(view.weekend.iter().map(ToString::to_string).collect())),
        ("holidays", list(view.holidays.iter().map(ToString::to_string).collect())),
        ("buckets", list(texts(&view.buckets))),
        ("mode", view.mode.to_owned()),
        ("sender", sender.to_owned()),
        ("invoices", link(&view.papers.invoice_url)),
        ("deliveries", link(&view.papers.pod_url)),
        ("pays transfers from", transfer.unwrap_or_else(|| "none".into())),
        ("pays ach from", ach.unwrap_or_else(|| "none".into())),
    ];
    table(&rows.map(|(name, value)| vec![name.to_owned(), value]), &[])
}

/// `close MONTH`.
pub(crate) async fn close(cli: &Cli, out: Output, month: &str) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let pack = close_month(&desk, month).await?;
    out.answer(&pack, |pack| {
        format!("Closed {month}.\n{}", serde_json::to_string_pretty(pack).expect("a pack is plain data"))
    });
    Ok(())
}

/// `erase ACCOUNT`.
pub(crate) async fn erase(cli: &Cli, out: Output, account: &str, confirm: &str, on: On) -> Result<(), Failure> {
    if account != confirm {
        return Err(Failure::usage("--confirm must say the same customer number: erasing cannot be undone"));
    }
    let desk = desk(cli).await?;
    let erased = erase_people(&desk, account, on.in_book(&desk)).await?;
    let view = json!({ "account": account, "erased": erased });
    out.answer(&view, |_| format!("Erased {erased} records of people and words of {account}; its figures stay."));
    Ok(())
}

/// `status`.
pub(crate) async fn status(cli: &Cli, out: Output) -> Result<(), Failure> {
    let now = dunwell_desk::look::status::status(&desk(cli).await?).await?;
    out.answer(&now, |now| {
        let day = |day: Option<dunwell_desk::rules::calendar::Date>| day.map_or("none".into(), |day| day.to_string());
        let import = now.last_import.as_ref().map_or("none".into(), |last| format!("{}, {}", last.kind, last.day));
        let seal = now.seal.seal.map_or("nothing yet".into(), |seal| format!("seal {seal}"));
        let rows = [
            ("book", now.book.clone()),
            ("mode", now.mode.into()),
            ("policy", now.policy.clone()),
            ("data as of", day(now.data_as_of)),
            ("last import", import),
            ("last bank statement", day(now.last_bank_statement)),
            ("last day run", day(now.last_run_day)),
            ("waits for a signature", now.pending_approvals.to_string()),
            ("sealed", format!("{seal}, {} batches after it", now.seal.unsealed_batches)),
            ("database", format!("{}, form {}", now.database, now.schema_version)),
            ("version", now.version.into()),
        ];
        table(&rows.map(|(name, value)| vec![name.to_owned(), value]), &[])
    });
    Ok(())
}

/// `verify`: exit 1 when a check fails.
pub(crate) async fn verify(cli: &Cli, out: Output) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let report = desk.book.verify().await?;
    out.answer(&report, |report| {
        let mut rows = Vec::new();
        for check in &report.checks {
            let word = if check.ok { "ok" } else { "FAILED" };
            rows.push(vec![check.id.to_string(), word.into(), check.checked.to_string(), check.detail.clone()]);
        }
        let verdict = if report.ok { "The book is sound." } else { "The book is damaged." };
        format!("{}\n{verdict}", table(&rows, &[2]))
    });
    if report.ok { Ok(()) } else { Err(Failure::Said(1)) }
}
