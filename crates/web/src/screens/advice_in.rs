//! Taking in a remittance advice on the screen: a file as it was sent, or text as it was copied out of a mail; and what came of
//! it. A file of which a part cannot be kept is refused whole, and says why.

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::Desk;
use dunwell_desk::cash::import_remittance::{RemittanceReport, RemittanceRequest, import_remittances};
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::Currency;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::remittances::RemittanceView;
use maud::{Markup, html};
use serde_json::Value;
use tokio::time::timeout;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::address;
use crate::posted::form_fields;
use crate::screens::cash_words::{receipt_path, said_lines, tags};
use crate::shown_again::Typed;
use crate::uploads::TURNS;
use crate::words::{account_path, count, money, short_day};

/// The most bytes of a file.
const FILE_BYTES: usize = 64 * 1024 * 1024;
/// The most letters of a text that is pasted.
const TEXT_LETTERS: usize = 200_000;
/// Advices that are shown of one import.
const SHOWN: usize = 50;
/// How long it is waited until a file may be read.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a text is called that was pasted.
const PASTED: &str = "pasted text";

/// The form: a file, or text. `receipt` is the one about which a person is asked and from which the page was opened.
pub(crate) fn form(caller: &Caller, receipt: &str) -> Markup {
    html! {
        section.card aria-labelledby="take-in" {
            header {
                h2 id="take-in" { "Take in an advice" }
                span.sub { "What a payer says a payment is for. It is kept once, and explains its receipt" }
            }
            form.in.stack method="post" action=(address("/cash/remittances", &[("receipt", receipt)])) enctype="multipart/form-data" {
                (form_fields(caller))
                @if !receipt.is_empty() { input type="hidden" name="receipt" value=(receipt); }
                div.fld.drop {
                    label for="file" { "File" }
                    input id="file" name="file" type="file" aria-describedby="file-hint";
                    span.hint id="file-hint" { "A mail (.eml), a PDF with text, XLSX, CSV, HTML or text, X12 820 or EDIFACT REMADV, at most 64 MB" }
                }
                div.fld {
                    label for="text" { "Or its text, as you copied it" }
                    textarea id="text" name="text" rows="6" spellcheck="false" maxlength=(TEXT_LETTERS) aria-describedby="text-hint" {}
                    span.hint id="text-hint" { "A table with its headers, or sentences: We paid EUR 970.00 on 4 March 2026, ref PAY88, for INV 48129" }
                }
                div.fld {
                    label for="accept" { "If it states a wrong count: why it is taken all the same" }
                    input id="accept" name="accept_totals" maxlength="500" aria-describedby="accept-hint";
                    span.hint id="accept-hint" { "Leave it empty: a file whose own count is wrong is refused, and says so" }
                }
                div { button.pri type="submit" { "Take it in" } }
            }
        }
    }
}

/// A form with an advice in it.
pub(crate) struct HandedIn {
    caller: Caller,
    file: ImportFile,
    /// Why it is taken though a count in it is wrong.
    accepts: Option<String>,
    receipt: Option<EntryId>,
}

fn unread(error: impl std::fmt::Display) -> Problem {
    Problem::Malformed(format!("The form cannot be read, or its file is larger than 64 MB ({error})."))
}

impl<S: Sync + Send> FromRequest<S> for HandedIn {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let typed = Typed::of(&parts);
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, state).await.map_err(|error| unread(error.body_text()))?;
        let (mut proven, mut file, mut text, mut accepts, mut receipt) = (false, None, String::new(), None, None);
        while let Some(field) = form.next_field().await.map_err(|error| unread(error.body_text()))? {
            let name = field.name().unwrap_or_default().to_owned();
            // The session's secret comes first: before it nothing else is read.
            if name != "csrf" && !proven {
                return Err(Problem::Forged);
            }
            if name == "file" {
                file = file_of(field).await?;
                typed.with_file(file.is_some());
                continue;
            }
            let value = field.text().await.map_err(|error| unread(error.body_text()))?;
            if name == "csrf" {
                proven = value == caller.session.csrf;
                continue;
            }
            if name == "text" && value.chars().count() > TEXT_LETTERS {
                let most = "The text is longer than 200,000 letters; save it as a file and choose that.";
                return Err(Problem::Malformed(most.into()));
            }
            typed.note(&name, &value);
            match name.as_str() {
                "text" => text = value,
                "accept_totals" => accepts = Some(value).filter(|reason| !reason.trim().is_empty()),
                "receipt" => receipt = EntryId::parse(value.trim()),
                // The number of the form: an advice is kept once, however often it is sent.
                _ => {}
            }
        }
        if !proven {
            return Err(Problem::Forged);
        }
        let file = chosen(file, &text)?;
        Ok(Self { caller, file, accepts, receipt })
    }
}

/// A file that was chosen; none where the field was left empty.
async fn file_of(field: Field<'_>) -> Result<Option<ImportFile>, Problem> {
    let called = field.file_name().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let bytes = field.bytes().await.map_err(|error| unread(error.body_text()))?;
    if called.is_empty() && bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() > FILE_BYTES {
        return Err(Problem::Malformed("The file is larger than 64 MB. Import it on the command line.".into()));
    }
    let called: String = called.chars().filter(|letter| !letter.is_control()).take(200).collect();
    Ok(Some(ImportFile::bytes(called, bytes.to_vec())))
}

fn chosen(file: Option<ImportFile>, text: &str) -> Result<ImportFile, Problem> {
    match (file, text.trim()) {
        (Some(_), typed) if !typed.is_empty() => {
            Err(Problem::Malformed("Choose a file or paste a text, not both: each is an advice of its own.".into()))
        }
        (Some(file), _) => Ok(file),
        (None, "") => Err(Problem::Malformed("Choose a file, or paste the text of the advice.".into())),
        (None, text) => Ok(ImportFile::bytes(PASTED, text.as_bytes().to_vec())),
    }
}

/// `POST /cash/remittances`. What has begun is done to its end, whether or not somebody waits for the answer.
pub(crate) async fn hand_in(form: HandedIn) -> Answer {
    let HandedIn { caller, file, accepts, receipt } = form;
    let Ok(Ok(turn)) = timeout(PATIENCE, TURNS.acquire()).await else {
        return Err(Problem::Malformed("Other files are being read just now; send it again in a moment.".into()));
    };
    let (desk, today) = (caller.desk.clone(), caller.today);
    let reading = tokio::spawn(async move {
        let _turn = turn;
        take_in(&desk, file, accepts, today).await
    });
    let (kept, before, other) = reading.await.map_err(|error| Problem::Fault(format!("an advice: {error}")))??;
    let receipt = receipt.map(|receipt| receipt.to_string()).unwrap_or_default();
    let asked = [
        ("read", kept.as_str()),
        ("before", before.as_str()),
        ("other", other.as_str()),
        ("receipt", receipt.as_str()),
    ];
    Ok(Redirect::to(&address("/cash/remittances", &asked)).into_response())
}

/// Keeps what a file tells, all of it or nothing; answers its import, and how many advices were told before, and before with
/// other lines.
async fn take_in(
    desk: &Desk,
    file: ImportFile,
    accept_totals: Option<String>,
    on: Date,
) -> Result<(String, String, String), Problem> {
    let request = RemittanceRequest { accept_totals, strict: true, ..RemittanceRequest::new(vec![file], on) };
    let done = import_remittances(desk, &request).await?;
    let told = &done.files[0];
    let kept = told.import.clone().unwrap_or_default();
    // Where something is kept, somebody else kept another version of the rest meanwhile.
    if kept.is_empty() {
        refuse(&done)?;
    }
    Ok((kept, told.duplicate_advices.to_string(), told.rejected.len().to_string()))
}

/// Says why a file is not kept, where it is not.
fn refuse(report: &RemittanceReport) -> Result<(), Problem> {
    let file = &report.files[0];
    let why: Vec<&str> =
        file.problems.iter().chain(&file.rejected).map(|problem| problem.message.as_str()).take(3).collect();
    if why.is_empty() {
        return Ok(());
    }
    // The field for it is on the page.
    let why = why.join("; ").replace(" (--accept-totals REASON)", "");
    Err(Problem::Malformed(format!("Nothing was kept of the advice: {}.", why.trim_end_matches('.'))))
}

/// What was just read: each advice with its lines, the receipt it belongs to, and what came of that.
pub(crate) async fn came_of(
    caller: &Caller,
    read: &str,
    before: u64,
    other: u64,
    receipt: &str,
) -> Result<Markup, Problem> {
    let (all, found) = read_of(&caller.desk, read).await?;
    if found.is_empty() && before == 0 {
        return Ok(html! {});
    }
    let back = EntryId::parse(receipt);
    Ok(html! {
        div.done.told role="status" {
            p {
                @if found.is_empty() { "It was told before: nothing is new in it." }
                @else { (count(all, "advice", "advices")) " read." }
                @if all > found.len() { " The first " (found.len()) " are shown." }
                @if before > 0 && !found.is_empty() { " " (count(usize::try_from(before).unwrap_or(0), "advice was", "advices were")) " told before." }
                @if other > 0 { " " (count(usize::try_from(other).unwrap_or(0), "advice was", "advices were")) " told before with other lines, which stay." }
                @if let Some(back) = back { " " a.l href=(receipt_path(&back, "", "")) { "Back to the receipt" } }
            }
        }
        @for (advice, receipt) in &found { (read_card(caller, advice, receipt.as_ref())) }
    })
}

/// How many advices an import brought, and the first of them with their receipts.
async fn read_of(desk: &Desk, read: &str) -> Result<(usize, Vec<(RemittanceView, Option<ReceiptView>)>), Problem> {
    let Some(import) = EntryId::parse(read) else { return Ok((0, Vec::new())) };
    let mut reading = desk.book.read().await?;
    let mut found = Vec::new();
    let advices = reading.remittances_of_import(import).await?;
    let all = advices.len();
    for advice in advices.into_iter().take(SHOWN) {
        let receipt = match advice.receipt {
            Some(receipt) => reading.receipt(receipt).await?,
            None => None,
        };
        found.push((advice, receipt));
    }
    Ok((all, found))
}

fn read_card(caller: &Caller, advice: &RemittanceView, receipt: Option<&ReceiptView>) -> Markup {
    let id = format!("read-{}", advice.advice.0);
    let said = |name: &str| advice.words.as_ref().and_then(|words| words[name].as_array()).cloned().unwrap_or_default();
    let payer = said("payer").first().and_then(Value::as_str).unwrap_or("a payer who is not named").to_owned();
    let currency: Currency = advice.amount.currency;
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { "Read: " (money(advice.amount)) " of " (payer) }
                span.sub {
                    @if !advice.reference.is_empty() { "reference " (advice.reference) ", " }
                    @if let Some(day) = advice.paid_on { "paid " (short_day(day, caller.today)) ", " }
                    (count(said("remittance").len(), "line", "lines"))
                    @if let Some(file) = &advice.file { ", from " (file) }
                }
                @if let Some(import) = advice.import.filter(|_| caller.may(Action::UndoImport)) {
                    a.l href={ "/imports/" (import) "/undo" } { "Undo" span.sr { " this import" } }
                }
            }
            (said_lines(&said("remittance"), currency))
            @match receipt {
                Some(receipt) => (explained(receipt, caller.today)),
                None if advice.dismissed_on.is_some() => p.in { "It is dismissed." },
                None => p.in { "No receipt of this amount is there that it fits for sure. It waits below; the bank file that brings the receipt finds it." },
            }
        }
    }
}

/// The receipt that an advice explains, and what is left to do.
fn explained(receipt: &ReceiptView, today: Date) -> Markup {
    let applied = receipt.amount.minor - receipt.unapplied.minor;
    let applied = dunwell_desk::rules::money::Money::new(applied, receipt.amount.currency);
    html! {
        p.in {
            "It explains " a.l href=(receipt_path(&receipt.receipt, "", "")) { "receipt " (receipt.document) }
            @if let Some(code) = &receipt.account { " of " a.l href=(account_path(code)) { (receipt.name.as_deref().unwrap_or(code)) } }
            ", booked " (short_day(receipt.booked_on, today)) ": "
            (money(applied)) " is set against lines, " (money(receipt.unapplied)) " is not."
            @if receipt.asked.is_empty() { " Nothing is asked about it." } @else { " A person is asked: " (tags(&receipt.asked)) }
        }
    }
}
