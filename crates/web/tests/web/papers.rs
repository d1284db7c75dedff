//! Policies as a form, papers by file name and by address, workbooks told by hand, and a day's letters together.

use crate::common::{Answered, Client, TODAY, day, served};
use dunwell_desk::keep_book::{self, SettingsFile};
use dunwell_desk::look::journal::{JournalAsked, journal};
use dunwell_desk::paper_links::PaperLinks;
use dunwell_desk::policy_file::preset;
use dunwell_desk::rules::approval::Role;
use dunwell_store::book::Mode;
use dunwell_store::views::journal::JournalChoice;

/// The value of an input of a page, as it is written in its attribute.
fn value_of(page: &str, name: &str) -> String {
    let at = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}")).1;
    let text = at.split('"').next().expect("a value");
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Sends a form with files.
async fn send(client: &Client, path: &str, texts: &[(&str, &str)], files: &[(&str, &str)]) -> Answered {
    let csrf = value_of(&client.get("/settings/me").await.body, "csrf");
    let mut body = String::new();
    let mut part = |head: &str, value: &str| {
        body.push_str(&format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"));
    };
    part("name=\"csrf\"", &csrf);
    texts.iter().for_each(|(name, value)| part(&format!("name=\"{name}\""), value));
    files.iter().for_each(|(name, text)| part(&format!("name=\"file\"; filename=\"{name}\""), text));
    body.push_str("--XX--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=XX"), ("sec-fetch-site", "same-origin")];
    client.send("POST", path, &headers, &body).await
}

#[test]
fn the_form_of_a_policy_changes_the_text_and_shows_what_is_wrong_at_its_field() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let page = manager.get("/policy/form").await.body;
        let text = value_of(&page, "text");
        assert_eq!(text.trim(), preset("standard").expect("it ships").trim(), "it begins with what is in force");
        // A step is added, named, and stands below the others; what was typed elsewhere in the form stays.
        let more = [("text", text.as_str()), ("notices.quiet_days", "9"), ("do", "add notices.step")];
        let added = manager.post_form("/policy/form", &more).await.body;
        assert!(added.contains("Step 8") && value_of(&added, "notices.quiet_days") == "9", "{added}");
        let text = value_of(&added, "text");
        let wrong = [
            ("text", text.as_str()),
            ("notices.step[7].id", "agency"),
            ("notices.step[7].days_past_due", "80"),
            ("notices.step[7].channels", "task"),
        ];
        let refused = manager.post_form("/policy/form", &wrong).await;
        let words = "comes after `referral`, so it is more than 90 days";
        let at =
            refused.body.split_once("id=\"notices-step-7-days_past_due-wrong\"").expect("it is said at the field").1;
        assert!(refused.status == 422 && at.split('<').next().is_some_and(|said| said.contains(words)), "{at}");
        let no_number = manager.post_form("/policy/form", &[("text", &text), ("notices.quiet_days", "soon")]).await;
        assert!(no_number.status == 422 && no_number.body.contains("`soon` is no whole number"));
        assert!(value_of(&no_number.body, "notices.quiet_days") == "soon", "what was typed stays");
        // Without it the rest is tried, and can be put before a second person, comments and all.
        let without = [("text", text.as_str()), ("do", "remove notices.step[7]")];
        let text = value_of(&manager.post_form("/policy/form", &without).await.body, "text");
        assert!(text.contains("quiet_days = 9") && text.contains("# Never taken by the desk alone"), "{text}");
        let tried = manager.post_form("/policy/try", &[("text", &text)]).await.body;
        assert!(tried.contains("notices.quiet_days") && tried.contains("Put it before a second person"), "{tried}");
        let collector = served.signed_in(Role::Collector).await;
        assert_eq!(collector.get("/policy/form").await.status, 403);
    });
}

#[test]
fn papers_are_attached_by_the_names_of_their_files_once() {
    served(async |served| {
        let client = served.signed_in(Role::Collector).await;
        let asked = [("pattern", "{document}_pod.pdf"), ("kind", "pod")];
        let files = [
            ("INV-1_pod.pdf", "%PDF-1.7 one"),
            ("INV-77_pod.pdf", "%PDF-1.7 x"),
            ("INV-3_pod.pdf", "<html>"),
            ("cat.pdf", ""),
        ];
        let taken = send(&client, "/papers", &asked, &files).await.body;
        assert!(taken.contains("1 paper attached, 0 there already, 3 left alone"), "{taken}");
        assert!(
            taken.contains("the book has no document INV-77") && taken.contains("does not fit the pattern"),
            "{taken}"
        );
        let again = send(&client, "/papers", &asked, &files[..1]).await.body;
        assert!(again.contains("0 papers attached, 1 there already"), "{again}");
        let bad = send(&client, "/papers", &[("pattern", "all.pdf"), ("kind", "pod")], &files).await;
        assert!(bad.status == 422 && bad.body.contains("{document}"), "{}", bad.body);
        let auditor = served.signed_in(Role::Auditor).await;
        assert_eq!(send(&auditor, "/papers", &asked, &files).await.status, 403);
        assert!(served.desk.book.verify().await.expect("no fault").ok);
    });
}

#[test]
fn an_address_of_papers_and_a_calendar_are_kept_with_the_settings() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let of = |url: &'static str, holidays: &'static str| {
            [
                ("time_zone", "UTC"),
                ("calendar", "mon-fri"),
                ("more", "1"),
                ("own_weekend", "1"),
                ("weekend", "fri"),
                ("holidays", holidays),
                ("invoice_url", url),
            ]
        };
        let url = "https://erp.example/{account}/{document}.pdf";
        for (bad, holidays) in [("javascript:{document}", ""), (url, "24.12.2025")] {
            assert_eq!(manager.post_form("/settings/book", &of(bad, holidays)).await.status, 422, "{bad} {holidays}");
        }
        let kept = manager.post_form("/settings/book", &of(url, "2025-12-24 Christmas Eve")).await;
        assert_eq!(kept.header("location"), Some("/settings?done=settings"), "{}", kept.body);
        let page = manager.get("/accounts/ACME").await.body;
        assert!(page.contains("href=\"https://erp.example/ACME/INV-1.pdf\"") && page.contains("noreferrer"), "{page}");
        let book = keep_book::open_book(&served.house.db, Some("main")).await.expect("the book opens");
        assert_eq!(book.settings.calendar, "mon-fri weekend=fri holidays=2025-12-24");
        let desk = dunwell_desk::Desk::house(book, crate::common::noon);
        let calendar = desk.calendar().expect("a calendar");
        let works = ["2025-12-24", "2025-12-26", "2025-12-27"].map(|on| calendar.is_business_day(day(on)));
        assert_eq!(works, [false, false, true]);
        // Another setting alone leaves both as they are.
        let other = SettingsFile { buckets: Some(vec![15]), ..SettingsFile::default() };
        let settings = keep_book::keep_settings(&desk, other, day(TODAY)).await.expect("settings");
        assert_eq!(settings.calendar, "mon-fri weekend=fri holidays=2025-12-24");
        assert_eq!(PaperLinks::of(&desk).invoice_url.as_deref(), Some(url));
        assert!(desk.book.verify().await.expect("no fault").ok);
    });
}

/// A workbook of two sheets; what is to be imported stands on the second, below two titles.
const WORKBOOK: &str = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
    xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Cover\"><Table><Row><Cell>\
    <Data ss:Type=\"String\">Read me</Data></Cell></Row></Table></Worksheet><Worksheet ss:Name=\"Open items\"><Table>\
    <Row><Cell><Data ss:Type=\"String\">Our list</Data></Cell></Row><Row><Cell><Data ss:Type=\"String\">Cust</Data></Cell>\
    <Cell><Data ss:Type=\"String\">Doc</Data></Cell><Cell><Data ss:Type=\"String\">Booked</Data></Cell><Cell>\
    <Data ss:Type=\"String\">Sum</Data></Cell></Row><Row><Cell><Data ss:Type=\"String\">ACME</Data></Cell><Cell>\
    <Data ss:Type=\"String\">INV-95</Data></Cell><Cell><Data ss:Type=\"String\">2025-02-01</Data></Cell><Cell>\
    <Data ss:Type=\"Number\">70.5</Data></Cell></Row></Table></Worksheet></Workbook>";

#[test]
fn a_sheet_and_its_header_row_are_picked_and_its_columns_told() {
    served(async |served| {
        let client = served.signed_in(Role::Collector).await;
        let sent = send(&client, "/import", &[("kind", "invoices")], &[("list.xls", WORKBOOK)]).await;
        let place = sent.header("location").unwrap_or_else(|| panic!("{}", sent.body)).to_owned();
        let refused = client.get(&place).await.body;
        assert!(refused.contains("refused whole") && refused.contains(">Open items</option>"), "{refused}");
        let picked = client.get(&format!("{place}?sheet=Open+items&row=2")).await.body;
        assert!(picked.contains("value=\"Booked\"") && picked.contains("2: Cust · Doc · Booked · Sum"), "{picked}");
        let told = |row: &'static str| {
            [
                ("source", "own"),
                ("sheet", "Open items"),
                ("row", row),
                ("header_0", "Cust"),
                ("column_0", "account"),
                ("header_1", "Doc"),
                ("column_1", "document"),
                ("header_2", "Booked"),
                ("column_2", "document_date"),
                ("header_3", "Sum"),
                ("column_3", "amount"),
            ]
        };
        client.post_form(&format!("{place}/columns"), &told("9")).await;
        let wrong = client.get(&place).await.body;
        assert!(
            wrong.contains("there is no header in row 9 on a sheet &#39;Open items&#39;")
                || wrong.contains("there is no header in row 9 on a sheet 'Open items'"),
            "{wrong}"
        );
        client.post_form(&format!("{place}/columns"), &told("2")).await;
        let checked = client.get(&place).await.body;
        assert!(checked.contains("Import 1 row") && checked.contains("70.50"), "{checked}");
        let pdf = send(&client, "/import", &[("kind", "customers")], &[("a.csv", "%PDF-1.7 x")]).await;
        let page = client.get(pdf.header("location").expect("a place")).await.body;
        assert!(page.contains("a PDF") && page.contains("CSV or XLSX"), "{page}");
        let gone = client.get("/import/0000").await;
        assert!(gone.status == 404 && gone.body.contains("not kept any more"), "{}", gone.body);
    });
}

#[test]
fn the_letters_of_a_day_are_held_back_together_and_packed_into_one_file() {
    served(async |served| {
        let live = SettingsFile { mode: Some(Mode::Live.code().into()), ..SettingsFile::default() };
        keep_book::keep_settings(&served.desk, live, day(TODAY)).await.expect("it goes live");
        let book = keep_book::open_book(&served.house.db, Some("main")).await.expect("the book opens");
        let house = dunwell_desk::Desk::house(book, crate::common::noon);
        let on = day("2025-03-11");
        dunwell_desk::daily_run::daily_run(&house, on, false).await.expect("the day runs");
        let letters = || async { served.desk.book.read().await.expect("a book").notices(on).await.expect("letters") };
        let made = letters().await;
        assert!(made.len() > 1, "{made:?}");
        let manager = served.signed_in(Role::Manager).await;
        let list = manager.get("/documents?on=2025-03-11").await.body;
        assert!(list.contains("Hold back ticked") && list.contains("/documents/letters.zip?on=2025-03-11"), "{list}");
        let ids: Vec<String> = made.iter().map(|letter| letter.notice.to_string()).collect();
        let ticked: Vec<(&str, &str)> = ids.iter().map(|id| ("notice", id.as_str())).collect();
        assert_eq!(manager.post_form("/documents/hold", &ticked).await.status, 422, "a reason is needed");
        let beside: Vec<_> =
            ticked.iter().copied().chain([("notice", "999.1"), ("reason", "prices are wrong")]).collect();
        let again = manager.post_form("/documents/hold?on=2025-03-11", &beside).await;
        assert!(again.status == 404 && again.body.contains("value=\"prices are wrong\""), "{}", again.body);
        let ticks = again.body.split("name=\"notice\"").skip(1);
        let ticks = ticks.filter(|tick| tick.split_once('>').is_some_and(|(tick, _)| tick.ends_with("checked")));
        assert_eq!(ticks.count(), made.len(), "what was ticked is ticked still: {}", again.body);
        assert!(letters().await.iter().all(|letter| letter.state == "planned"), "all of them or none");
        let because = [("all", "1"), ("on", "2025-03-11"), ("reason", "prices are wrong")];
        assert_eq!(manager.post_form("/documents/hold", &because).await.status, 303);
        let reasons: Vec<_> = letters().await.into_iter().filter_map(|letter| letter.held_because).collect();
        assert_eq!(reasons, vec!["prices are wrong"; made.len()]);
        manager.post_form("/documents/release", &ticked[..1]).await;
        assert_eq!(letters().await.iter().filter(|letter| letter.state == "held").count(), made.len() - 1);
        let file = manager.get("/documents/letters.zip?on=2025-03-11").await;
        assert!(
            file.body.starts_with("PK") && file.header("content-type") == Some("application/zip"),
            "{}",
            file.status
        );
        assert!(file.body.matches(".pdf").count() >= 2 * made.len(), "one file a letter");
        let choice = JournalChoice { command: "take out".into(), ..JournalChoice::default() };
        let asked = JournalAsked { choice, account: None };
        let told = journal(&served.desk, &asked, None, None).await.expect("the journal").entries;
        let left = told.iter().map(|row| (row.detail["list"].as_str(), row.detail["rows"].as_i64()));
        let expected = (Some("letters"), i64::try_from(made.len()).ok());
        assert_eq!(left.collect::<Vec<_>>(), [expected], "that they left is in the journal");
        let auditor = served.signed_in(Role::Auditor).await;
        assert_eq!(auditor.post_form("/documents/hold", &because).await.status, 403);
        assert!(served.desk.book.verify().await.expect("no fault").ok);
    });
}
