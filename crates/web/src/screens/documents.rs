//! What goes out on paper: the letters of a day or an account before they leave and after, each as it will look; and
//! statements of account.

use std::sync::LazyLock;

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dunwell_desk::Refusal;
use dunwell_desk::documents::model::NoticeDocument;
use dunwell_desk::documents::{RenderError, Renderer};
use dunwell_desk::hold_back_notice::{hold_back_notice, release_notice};
use dunwell_desk::look::account::account;
use dunwell_desk::look::documents::{Documents, DocumentsOf, NoticeRow, NoticeShown, documents, notice};
use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_out::{FileTaken, note_taken};
use dunwell_desk::write_statement::{StatementAsked, StatementTotals, render_statement, write_statement};
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::amount_of;
use crate::frame;
use crate::gate::percent;
use crate::posted::{Posted, back_field, form_fields};
use crate::screens::letters_of_run;
use crate::words::{account_path, count, first_by, long_day, money, short_day, spoken};

/// The one press of the server: fonts and layout are set up when the first document is printed.
pub(crate) static PRESS: LazyLock<Renderer> = LazyLock::new(Renderer::new);

/// Prints on a thread of its own: laying out a document keeps a processor busy.
async fn printed(
    print: impl FnOnce(&Renderer) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    match tokio::task::spawn_blocking(move || print(&PRESS)).await {
        Ok(bytes) => bytes,
        Err(error) => Err(Problem::Fault(error.to_string())),
    }
}

pub(crate) fn refused(error: &RenderError) -> Problem {
    match error {
        RenderError::Refused(refused) => Problem::Refused(Refusal::Document(refused.to_string())),
        RenderError::Layout(words) => Problem::Fault(words.clone()),
    }
}

/// A document as the browser gets it. A page carries its own style and nothing else: only that style is let in, and it runs
/// in a sandbox of its own.
fn file(bytes: Vec<u8>, name: &str, ending: &str) -> Result<Response, Problem> {
    let kind = match ending {
        "pdf" => "application/pdf",
        "html" => "text/html; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => return Err(Problem::NotFound),
    };
    let plain: String = name
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || "-_.".contains(sign) { sign } else { '_' })
        .collect();
    let shown = if matches!(ending, "pdf" | "html") { "inline" } else { "attachment" };
    let policy = (ending == "html").then(|| own_style_only(&String::from_utf8_lossy(&bytes)));
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{shown}; filename=\"{plain}.{ending}\"")),
    ];
    let mut response = (headers, bytes).into_response();
    if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The policy of a page that carries one style: that style, by its hash.
fn own_style_only(page: &str) -> String {
    let style =
        page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
    let hash = STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{hash}'; sandbox; base-uri 'none'; frame-ancestors 'self'")
}

/// Which letters are wanted: of an account, or of a day; without either of the last run's day.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    on: Option<String>,
    cursor: Option<String>,
}

/// How letters stand, in the order in which they want to be looked at.
const STANDINGS: [(&str, &str, &str); 5] = [
    ("waiting", "Waiting: something is missing", "warn"),
    ("held", "Held back", "info"),
    ("planned", "Planned: they leave next", ""),
    ("sent", "Sent", "ok"),
    ("withdrawn", "Withdrawn", ""),
];

/// `GET /documents`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let code = asked.account.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let day = match asked.on.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| Problem::NotFound)?,
        None => {
            let last = caller.desk.book.read().await?.last_run_day().await?;
            last.map_or(caller.today, |run| run.day)
        }
    };
    let of = code.map_or(DocumentsOf::Day(day), DocumentsOf::Account);
    let letters = documents(&caller.desk, of, asked.cursor.as_deref(), Some(MOST)).await?;
    let next = letters.next_cursor.as_deref().map(|cursor| match code {
        Some(code) => format!("/documents?account={}&cursor={}", percent(code), percent(cursor)),
        None => format!("/documents?on={day}&cursor={}", percent(cursor)),
    });
    let what = code.map_or_else(|| format!("Letters of {}", long_day(day)), |code| format!("Letters to {code}"));
    let shown = day.to_string();
    let chosen = code.map_or(("on", shown.as_str()), |code| ("account", code));
    let query = [chosen, ("cursor", asked.cursor.as_deref().unwrap_or_default())];
    let main = html! {
        div.head { h1 { "Documents" } span.mut { (what) } @if caller.may(Action::AttachDocument) { a.l href="/papers" { "Papers by file name" } } }
        form.filters method="get" action="/documents" {
            div.fld { label for="on" { "Day" } input id="on" name="on" type="date" value=(day) max=(caller.today); }
            div.fld { label for="account" { "or customer number" } input id="account" name="account" value=[code]; }
            button type="submit" { "Show" }
        }
        div.acc { (letters_of_run::acts(&letters, &caller, of, &query)) (by_standing(&letters, &caller, code.is_some())) @if let Some(next) = next { p { a.l href=(next) { "More" } } } }
    };
    Ok(frame::page(&caller, "/documents", "Documents", &main))
}

fn by_standing(letters: &Documents, caller: &Caller, with_day: bool) -> Markup {
    html! {
        @if letters.notices.is_empty() { p.empty { "No letters here. The day's run makes them." } }
        @for (standing, name, class) in STANDINGS {
            @let rows: Vec<&NoticeRow> = letters.notices.iter().filter(|row| row.standing == standing).collect();
            @if !rows.is_empty() {
                section.card aria-label=(name) {
                    header { h2 { (name) } span class={ "tag " (class) } { (count(rows.len(), "letter", "letters")) } }
                    div.scroll tabindex="0" role="region" aria-label={ (name) ", scrolls sideways" } { (table(&rows, caller, with_day)) }
                }
            }
        }
    }
}

fn table(rows: &[&NoticeRow], caller: &Caller, with_day: bool) -> Markup {
    let chooses = rows.iter().any(|row| letters_of_run::may_change(row, caller));
    html! {
        table.t {
            thead { tr {
                @if chooses { th scope="col" { span.sr { "Choose" } } }
                th scope="col" { "Customer" } @if with_day { th scope="col" { "Day" } }
                th scope="col" { "Step" } th.xs scope="col" { "By" } th.num scope="col" { "Asked for" } th scope="col" { "Why not yet" }
                th scope="col" { span.sr { "Files" } }
            } }
            tbody {
                @for row in rows {
                    @let letter = &row.notice;
                    @let address = format!("/documents/notices/{}", letter.notice);
                    tr {
                        @if chooses { td { @if letters_of_run::may_change(row, caller) { label.pick {
                            input type="checkbox" name="notice" value=(letter.notice) form="chosen-letters" aria-label={ "Choose the letter to " (letter.account) };
                        } } } }
                        th scope="row" { a.nm href=(address) { (letter.name.as_deref().unwrap_or(&letter.account)) } small { (letter.account) } }
                        @if with_day { td.nw { (short_day(letter.day, caller.today)) } }
                        td { (spoken(&letter.step)) }
                        td.xs { (letter.channels.join(", ")) }
                        td.num { (amount_of(&letter.amount).map(money).unwrap_or_default()) }
                        td { (because(row)) }
                        td { a.l href={ (address) ".pdf" } { "PDF" span.sr { " to " (letter.account) } } }
                    }
                }
            }
        }
    }
}

/// What keeps a letter from leaving.
fn because(row: &NoticeRow) -> String {
    let letter = &row.notice;
    match row.standing {
        "waiting" => format!("no {}", letter.missing.join(", no ")),
        "held" => letter.held_because.clone().unwrap_or_else(|| "held back".into()),
        _ => String::new(),
    }
}

/// `GET /documents/notices/ID`, and the letter itself at `ID.html` and `ID.pdf`.
pub(crate) async fn letter(caller: Caller, Path(name): Path<String>) -> Answer {
    let ending = ["pdf", "html"].into_iter().find(|ending| name.ends_with(&format!(".{ending}")));
    let id = ending.map_or(name.as_str(), |ending| &name[..name.len() - ending.len() - 1]);
    let shown = notice(&caller.desk, id).await?;
    match ending {
        Some(ending) => print_letter(shown, ending).await,
        None => Ok(letter_page(&caller, &shown)),
    }
}

async fn print_letter(shown: NoticeShown, ending: &'static str) -> Answer {
    let content = shown.content.ok_or(Problem::NotFound)?;
    let document: NoticeDocument =
        serde_json::from_value(content).map_err(|error| Problem::Fault(error.to_string()))?;
    let name = document.number.clone();
    let bytes = printed(move |press| {
        let page = if ending == "pdf" {
            press.notice_pdf(&document)
        } else {
            press.notice_html(&document).map(String::into_bytes)
        };
        page.map_err(|error| refused(&error))
    });
    file(bytes.await?, &name, ending)
}

fn letter_page(caller: &Caller, shown: &NoticeShown) -> Response {
    let letter = &shown.row.notice;
    let address = format!("/documents/notices/{}", letter.notice);
    let name = letter.name.as_deref().unwrap_or(&letter.account);
    let title = format!("{} to {name}", spoken(&letter.step));
    let standing = STANDINGS.iter().find(|(code, ..)| *code == shown.row.standing);
    let main = html! {
        div.acc {
            div.ttl {
                h1 { (title) }
                @if let Some((_, words, class)) = standing { span class={ "tag " (class) } { (words) } }
                div.r.noprint { @if shown.content.is_some() { a.btn href={ (address) ".pdf" } { "PDF" } } }
            }
            p.mut {
                a.l href={ (account_path(&letter.account)) } { (letter.account) } " · " (long_day(letter.day))
                " · by " (letter.channels.join(" and ")) " · asks for " (amount_of(&letter.amount).map(money).unwrap_or_default())
            }
            @if shown.row.standing == "waiting" || shown.row.standing == "held" { p.callout { (because(&shown.row)) } }
            (hold_or_release(caller, shown, &address))
            @if shown.content.is_some() { iframe.paper src={ (address) ".html" } title=(title) {} }
            @else { p.empty { "What this letter said is erased." } }
        }
    };
    frame::page(caller, "/documents", &title, &main)
}

fn hold_or_release(caller: &Caller, shown: &NoticeShown, address: &str) -> Markup {
    html! {
        @if shown.row.can_hold && caller.may(Action::HoldBackNotice) {
            form.filters.card.noprint method="post" action={ (address) "/hold" } {
                (form_fields(caller)) (back_field(address))
                div.fld.wide { label for="reason" { "Hold it back, because" } input id="reason" name="reason" maxlength="400" required; }
                button type="submit" { "Hold back" }
            }
        }
        @if shown.row.can_release && caller.may(Action::ReleaseNotice) {
            form.noprint method="post" action={ (address) "/release" } {
                (form_fields(caller)) (back_field(address))
                button.pri type="submit" { "Release: it may leave" }
            }
        }
    }
}

/// `POST /documents/notices/ID/hold`.
pub(crate) async fn hold(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            hold_back_notice(&desk, &id, fields.needed("reason")?, today).await?;
            Ok(fields.back(&format!("/documents/notices/{id}")))
        })
        .await
}

/// `POST /documents/notices/ID/release`.
pub(crate) async fn release(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            release_notice(&desk, &id, today).await?;
            Ok(fields.back(&format!("/documents/notices/{id}")))
        })
        .await
}

/// The statement that is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    kind: String,
    currency: String,
    from: String,
    children: String,
}

impl Wanted {
    fn asked(&self, code: &str, currency: Option<String>, today: Date) -> Result<StatementAsked, Problem> {
        let from = match (self.kind.as_str(), self.from.as_str()) {
            ("" | "open", _) => None,
            ("activity", "") => Some(today.first_of_month()),
            ("activity", day) => Some(day.parse().map_err(|_| Problem::NotFound)?),
            _ => return Err(Problem::NotFound),
        };
        if let Some(from) = from.filter(|from| *from > today) {
            let why = format!("it lies after {today}");
            return Err(Refusal::BadValue { what: "date", value: from.to_string(), why }.into());
        }
        let own = Some(self.currency.clone()).filter(|currency| !currency.is_empty());
        Ok(StatementAsked {
            account: code.into(),
            currency: own.or(currency),
            on: today,
            activity_from: from,
            paper: None,
            with_children: !self.children.is_empty(),
        })
    }

    /// The same statement in an address.
    fn query(&self, asked: &StatementAsked) -> String {
        let currency = asked.currency.as_deref().unwrap_or_default();
        let from = asked.activity_from.map_or_else(String::new, |day| format!("&kind=activity&from={day}"));
        let children = if asked.with_children { "&children=1" } else { "" };
        format!("?currency={}{from}{children}", percent(currency))
    }
}

/// `GET /accounts/CODE/statement`.
pub(crate) async fn statement(caller: Caller, Path(code): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    let view = account(&caller.desk, &code, caller.today).await?;
    let own = caller.desk.settings().currency;
    let most = view.currencies.iter().max_by_key(|of| first_by(of.balance, own)).map(|of| of.currency.clone());
    let asked = wanted.asked(&code, most, caller.today)?;
    let document = write_statement(&caller.desk, &asked).await?;
    let totals = StatementTotals::of(&document);
    let home = format!("{}/statement", account_path(&code));
    let query = wanted.query(&asked);
    let activity = asked.activity_from.is_some();
    let name = view.name.as_deref().unwrap_or(&code);
    let title = format!("Statement of {name}");
    let main = html! {
        div.acc {
            div.ttl {
                h1 { (title) }
                div.r.noprint {
                    @for ending in ["pdf", "csv", "txt"] { a.btn href={ (home) "." (ending) (query) } { (ending.to_uppercase()) } }
                }
            }
            p.mut {
                a.l href={ (account_path(&code)) } { (code) } " · " (long_day(caller.today)) " · " (count(totals.lines, "line", "lines"))
                " · balance " (money(totals.balance)) " · please pay now " (money(totals.pay_now))
            }
            form.filters.card.noprint method="get" action=(home) {
                div.fld { label for="kind" { "Kind" } select id="kind" name="kind" {
                    option value="open" selected[!activity] { "Open items" }
                    option value="activity" selected[activity] { "Activity" }
                } }
                div.fld { label for="from" { "Activity from" } input id="from" name="from" type="date" max=(caller.today) value=[asked.activity_from]; }
                div.fld { label for="currency" { "Currency" } select id="currency" name="currency" {
                    @for of in &view.currencies { option selected[Some(&of.currency) == asked.currency.as_ref()] { (of.currency) } }
                } }
                label.ck { input type="checkbox" name="children" value="1" checked[asked.with_children]; span { "With the accounts below it" } }
                button type="submit" { "Show" }
            }
            iframe.paper src={ (home) ".html" (query) } title=(title) {}
        }
    };
    Ok(frame::page(&caller, "/accounts", &title, &main))
}

async fn print_statement(caller: Caller, code: String, wanted: Wanted, ending: &'static str) -> Answer {
    let asked = wanted.asked(&code, None, caller.today)?;
    let document = write_statement(&caller.desk, &asked).await?;
    let name = document.number.clone();
    let bytes = printed(move |press| render_statement(press, &document, ending)?.ok_or(Problem::NotFound)).await?;
    // The page is how it is looked at here; the others are files.
    if ending != "html" {
        let taken = FileTaken { list: "statement", file: ending, account: Some(&code), rows: None };
        note_taken(&caller.desk, taken, caller.today).await?;
    }
    file(bytes, &name, ending)
}

/// `GET /accounts/CODE/statement.pdf`.
pub(crate) async fn statement_pdf(caller: Caller, Path(code): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    print_statement(caller, code, wanted, "pdf").await
}

/// `GET /accounts/CODE/statement.html`.
pub(crate) async fn statement_html(caller: Caller, Path(code): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    print_statement(caller, code, wanted, "html").await
}

/// `GET /accounts/CODE/statement.csv`.
pub(crate) async fn statement_csv(caller: Caller, Path(code): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    print_statement(caller, code, wanted, "csv").await
}

/// `GET /accounts/CODE/statement.txt`.
pub(crate) async fn statement_txt(caller: Caller, Path(code): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    print_statement(caller, code, wanted, "txt").await
}
