//! More settings of the book: which days are worked, and where copies of documents lie.

use dunwell_desk::Desk;
use dunwell_desk::holidays_file::read_holidays;
use dunwell_desk::keep_book::SettingsFile;
use dunwell_desk::paper_links::PaperLinks;
use dunwell_desk::rules::calendar::Calendar;
use dunwell_store::book::Settings;
use maud::{Markup, html};

use crate::answer::Problem;
use crate::posted::Fields;

/// The days of the week as they are sent and as they are read.
const WEEK: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

/// The book's calendar; every day where it cannot be read.
pub(crate) fn calendar_of(settings: &Settings) -> Calendar {
    Calendar::read(&settings.calendar).unwrap_or_else(Calendar::every_day)
}

/// The calendar in words.
pub(crate) fn calendar_words(settings: &Settings) -> String {
    let calendar = calendar_of(settings);
    let weekend = calendar.weekend();
    let weekend: Vec<&str> = WEEK.iter().filter(|(code, _)| weekend.contains(code)).map(|(_, name)| *name).collect();
    let off = if weekend.is_empty() { "no weekend".to_owned() } else { format!("off on {}", weekend.join(" and ")) };
    match calendar.added_holidays().len() {
        0 => format!("{}, {off}", calendar.name()),
        1 => format!("{}, {off}, 1 holiday added", calendar.name()),
        count => format!("{}, {off}, {count} holidays added", calendar.name()),
    }
}

/// The fields of weekend, holidays and addresses.
pub(crate) fn fields(desk: &Desk) -> Markup {
    let calendar = calendar_of(desk.settings());
    let weekend = calendar.weekend();
    let named = Calendar::named(calendar.name()).map(|named| named.weekend());
    let own = named.is_some_and(|named| named != weekend);
    let holidays: Vec<String> = calendar.added_holidays().iter().map(ToString::to_string).collect();
    let links = PaperLinks::of(desk);
    html! {
        input type="hidden" name="more" value="1";
        h3 { "Days off" }
        div.g2 {
            fieldset.fld {
                legend { "Weekend" }
                label.ck { input type="checkbox" name="own_weekend" value="1" checked[own]; "Another weekend than the calendar's:" }
                div.chips { @for (code, name) in WEEK { label.ck { input type="checkbox" name="weekend" value=(code) checked[weekend.contains(&code)]; (name) } } }
            }
            div.fld {
                label for="holidays" { "Holidays beside the calendar's" }
                textarea id="holidays" name="holidays" aria-describedby="holidays-hint" { (holidays.join("\n")) }
                span.hint id="holidays-hint" { "A day on each line, as 2026-12-24; or the text of a calendar file (.ics)" }
            }
        }
        h3 { "Copies of documents that lie elsewhere" }
        div.g2 {
            div.fld {
                label for="invoice-url" { "Address of an invoice copy" }
                input id="invoice-url" name="invoice_url" value=[&links.invoice_url] aria-describedby="links-hint" placeholder="https://erp.example/{document}.pdf";
            }
            div.fld {
                label for="pod-url" { "Address of a proof of delivery" }
                input id="pod-url" name="pod_url" value=[&links.pod_url] aria-describedby="links-hint";
            }
        }
        p.hint id="links-hint" { "With {document}, and {account} where it helps. It becomes a link at each document, opened by your browser; Dunwell never fetches it." }
    }
}

/// Puts what [`fields`] asked for into the new settings; nothing where the form had none of it.
pub(crate) fn read(sent: &Fields, file: &mut SettingsFile) -> Result<(), Problem> {
    if sent.text("more").is_none() {
        return Ok(());
    }
    file.weekend = sent.text("own_weekend").map(|_| sent.every("weekend"));
    file.holidays = Some(read_holidays(sent.text("holidays").unwrap_or_default())?);
    file.papers = Some(PaperLinks {
        invoice_url: sent.text("invoice_url").map(str::to_owned),
        pod_url: sent.text("pod_url").map(str::to_owned),
    });
    Ok(())
}
