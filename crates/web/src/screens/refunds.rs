//! Refunds and write-offs of the whole book: how each stands, the payment files, and what the bank did.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use dunwell_desk::Refusal;
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::{pay_refunds, refund_file_text};
use dunwell_desk::refunds::{RefundFileList, refund_files, refunds};
use dunwell_desk::rules::refund::{RefundEnd, RefundState};
use dunwell_desk::rules::rights::Action;
use dunwell_desk::write_offs::{recover, take_back_write_off, write_offs};
use dunwell_store::views::refunds::{RefundView, WriteOffView};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::cash::tabs;
use crate::screens::cash_lists::file_links;
use crate::words::{account_path, money, short_day, spoken};

/// What is asked of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Only these.
    state: Option<String>,
    /// Only of this account.
    account: Option<String>,
    /// The page.
    cursor: Option<String>,
    /// What was just done.
    done: Option<String>,
}

impl Asked {
    fn account(&self) -> Option<&str> {
        self.account.as_deref().filter(|text| !text.is_empty())
    }

    /// Where a form of this page goes: it is shown again on the same page when it is refused.
    fn sends(&self, path: &str) -> String {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        address(path, &[("state", &of(&self.state)), ("account", &of(&self.account)), ("cursor", &of(&self.cursor))])
    }
}

/// What was done, in words.
fn told(done: Option<&str>) -> Markup {
    let words = match done {
        Some("asked") => "It waits for a second person's signature.",
        Some("written") => "The payment file is written. Hand it to your bank.",
        Some("nothing") => "No signed refund waits for a payment file.",
        Some("left") => {
            "Some signed refunds were left out: the credit was taken back, the payee erased, or the account is held."
        }
        Some("ended") => "It is recorded.",
        Some(_) | None => return html! {},
    };
    html! { p.done.told role="status" { (words) } }
}

/// `GET /refunds`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let state = asked.state.as_deref().filter(|text| !text.is_empty());
    let list = refunds(&caller.desk, asked.account(), state, asked.cursor.as_deref(), None).await?;
    let files = refund_files(&caller.desk, None, Some(10)).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Credits that are paid back" } (file_links(&caller, "refunds", &[("state", state.unwrap_or_default()), ("account", asked.account().unwrap_or_default())])) }
        (tabs("/refunds"))
        div.acc {
            (told(asked.done.as_deref()))
            (pay_form(&asked, &caller))
            section.card.page aria-label="Refunds" {
                header { h2 { "Refunds" } (states(state, asked.account())) }
                @if list.refunds.is_empty() { p.empty { "No refund." } }
                @else { (table(&list.refunds, &asked, &caller)) }
                @if let Some(next) = &list.next_cursor {
                    p.pad { a.l href=(address("/refunds", &[("state", state.unwrap_or("")), ("account", asked.account().unwrap_or("")), ("cursor", next)])) { "Older" } }
                }
            }
            (file_table(&files, &caller))
        }
    };
    Ok(frame::page(&caller, "/cash", "Refunds", &main))
}

/// Links to the refunds of each state.
fn states(state: Option<&str>, account: Option<&str>) -> Markup {
    html! {
        nav.chips aria-label="State" {
            a.l href=(address("/refunds", &[("account", account.unwrap_or(""))])) aria-current=[state.is_none().then_some("true")] { "All" }
            @for code in RefundState::CODES {
                a.l href=(address("/refunds", &[("state", code), ("account", account.unwrap_or(""))])) aria-current=[(state == Some(code)).then_some("true")] { (spoken(code)) }
            }
        }
    }
}

fn pay_form(asked: &Asked, caller: &Caller) -> Markup {
    html! {
        @if caller.may(Action::PayRefunds) {
            form.acts method="post" action=(asked.sends("/refunds/file")) {
                (form_fields(caller))
                button.pri type="submit" { "Write the payment file" }
                span.sub { "Every signed refund that is in no file yet, one file a way of paying." }
            }
        }
    }
}

fn table(rows: &[RefundView], asked: &Asked, caller: &Caller) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Refunds, scrolls sideways" {
            table.t {
                thead { tr {
                    th scope="col" { "Customer" } th scope="col" { "Credit" } th.num scope="col" { "Amount" }
                    th scope="col" { "Paid to" } th scope="col" { "State" } th scope="col" { "Asked" } th scope="col" { "What the bank did" }
                } }
                tbody { @for row in rows {
                    tr id={ "refund-" (row.refund) } {
                        th scope="row" { a.nm href=(account_path(&row.account)) { (row.name.as_deref().unwrap_or(&row.account)) } small { (row.account) } }
                        td { (row.credit) small { (row.end_to_end_id) } }
                        td.num.b { (money(row.amount)) }
                        td { (row.payee.as_deref().unwrap_or("erased")) @if let Some(ends) = &row.payee_account_ends { small { "…" (ends) " by " (row.kind) } } }
                        td { (state(row, caller)) }
                        td.nw { (short_day(row.asked_on, caller.today)) small { "by " (row.maker) } }
                        td { (ends(row, asked, caller)) }
                    }
                } }
            }
        }
    }
}

fn state(row: &RefundView, caller: &Caller) -> Markup {
    let class = match row.state {
        "confirmed" => "tag ok",
        "requested" | "approved" | "filed" => "tag info",
        _ => "tag",
    };
    html! {
        span class=(class) { (spoken(row.state)) }
        @if row.state == "requested" { small { a.l href={ "/approvals/" (row.request) } { "Request" } } }
        @if !row.covered && row.ended_on.is_none() { " " span.tag.bad { "Credit taken back" } }
        @if let Some(day) = row.ended_on.or(row.pays_on) { small { (short_day(day, caller.today)) } }
    }
}

/// What can be said of a refund now, for whoever may.
fn ends(row: &RefundView, asked: &Asked, caller: &Caller) -> Markup {
    let filed = row.state == "filed";
    let offers = [
        (RefundEnd::Confirmed, "Paid", filed),
        (RefundEnd::Returned, "Came back", filed || row.state == "confirmed"),
        (
            RefundEnd::Cancelled,
            "Call off",
            matches!(row.state, "requested" | "approved") || filed && caller.may(Action::PayRefunds),
        ),
    ];
    if !caller.may(Action::EndRefund) || offers.iter().all(|(_, _, offered)| !offered) {
        return html! {};
    }
    html! {
        form.acts method="post" action=(asked.sends(&format!("/refunds/{}/end", row.refund))) {
            (form_fields(caller))
            @for (end, words, offered) in offers {
                @if offered { button type="submit" name="how" value=(end.code()) { (words) span.sr { ": refund of " (row.credit) } } }
            }
        }
    }
}

fn file_table(list: &RefundFileList, caller: &Caller) -> Markup {
    if list.files.is_empty() {
        return html! {};
    }
    html! {
        section.card.page aria-label="Payment files" {
            header { h2 { "Payment files" } }
            div.scroll tabindex="0" role="region" aria-label="Payment files, scrolls sideways" { table.t {
                thead { tr {
                    th scope="col" { "Message" } th scope="col" { "Way" } th.num scope="col" { "Payments" } th scope="col" { "To be paid on" } th scope="col" { "File" }
                } }
                tbody { @for file in &list.files {
                    tr {
                        th scope="row" { (file.message_id) }
                        td { (file.kind) }
                        td.num { (file.payments) }
                        td.nw { (short_day(file.pays_on, caller.today)) }
                        td {
                            @if !file.kept { span.mut { "erased with a customer" } }
                            @else if caller.may(Action::PayRefunds) { a.l href={ "/refunds/files/" (file.file) } download { "Download" span.sr { " " (file.message_id) } } }
                            @else { span.mut { "kept" } }
                        }
                    }
                } }
            } }
        }
    }
}

/// `POST /refunds/file`.
pub(crate) async fn pay(posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, _| async move {
            let paid = pay_refunds(&desk, today).await?;
            let done = match (paid.files.is_empty(), paid.left_out.is_empty()) {
                (_, false) => "left",
                (false, true) => "written",
                (true, true) => "nothing",
            };
            Ok(format!("/refunds?done={done}"))
        })
        .await
}

/// `GET /refunds/files/ID`.
pub(crate) async fn file(caller: Caller, Path(id): Path<String>) -> Answer {
    let text = refund_file_text(&caller.desk, &id).await?;
    let (kind, ending) =
        if text.starts_with("<?xml") { ("application/xml", "xml") } else { ("text/plain; charset=us-ascii", "ach") };
    let plain: String = id.chars().filter(|sign| sign.is_ascii_digit() || *sign == '.').collect();
    let name = format!("attachment; filename=\"refunds-{plain}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// `POST /refunds/ID/end`.
pub(crate) async fn end(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let how = fields.needed("how")?;
            let end = RefundEnd::parse(how).ok_or_else(|| Refusal::BadValue {
                what: "end",
                value: how.into(),
                why: format!("use one of {}", RefundEnd::ALL.map(RefundEnd::code).join(", ")),
            })?;
            end_refund(&desk, &id, end, fields.text("reason"), today).await?;
            Ok(format!("/refunds?done=ended#refund-{id}"))
        })
        .await
}

/// `GET /write-offs`.
pub(crate) async fn written_off(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let list = write_offs(&caller.desk, asked.account(), asked.cursor.as_deref(), None).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "What was given up, and what came in for it" } (file_links(&caller, "write-offs", &[("account", asked.account().unwrap_or_default())])) }
        (tabs("/write-offs"))
        div.acc {
            (told(asked.done.as_deref()))
            section.card.page aria-label="Write-offs" {
                @if list.write_offs.is_empty() { p.empty { "Nothing was written off." } }
                @else { div.scroll tabindex="0" role="region" aria-label="Write-offs, scrolls sideways" { table.t {
                    thead { tr {
                        th scope="col" { "Customer" } th scope="col" { "Document" } th.num scope="col" { "Amount" } th.num scope="col" { "Recovered" }
                        th.num scope="col" { "Stands" } th scope="col" { "Why" } th scope="col" { "Written off" } th scope="col" { "Money came" }
                    } }
                    tbody { @for row in &list.write_offs { (row_of(row, &asked, &caller)) } }
                } } }
                @if let Some(next) = &list.next_cursor {
                    p.pad { a.l href=(address("/write-offs", &[("account", asked.account().unwrap_or("")), ("cursor", next)])) { "Older" } }
                }
            }
        }
    };
    Ok(frame::page(&caller, "/cash", "Write-offs", &main))
}

fn row_of(row: &WriteOffView, asked: &Asked, caller: &Caller) -> Markup {
    let id = format!("credit-{}", row.write_off);
    html! {
        tr id={ "write-off-" (row.write_off) } {
            th scope="row" { a.nm href=(account_path(&row.account)) { (row.name.as_deref().unwrap_or(&row.account)) } small { (row.account) } }
            td { (row.document) }
            td.num { (money(row.amount)) }
            td.num { (money(row.recovered)) }
            td.num.b { (money(row.stands)) }
            td { (spoken(&row.reason)) @if row.tax_relief { small { "tax claimed back" } } }
            td.nw { (short_day(row.made_on, caller.today)) small { "by " (row.maker) } }
            td {
                @if row.stands.minor > 0 && caller.may(Action::Apply) {
                    form.acts method="post" action=(asked.sends(&format!("/write-offs/{}/recover", row.write_off))) {
                        (form_fields(caller))
                        label.sr for=(id) { "Credit that came in for " (row.document) }
                        input id=(id) name="credit" placeholder="Credit's number" required autocomplete="off";
                        button type="submit" { "Recover" span.sr { " " (row.document) } }
                    }
                }
                @if row.stands.minor > 0 && caller.may(Action::WriteOff) {
                    details {
                        summary { "It was a mistake" }
                        form.acts method="post" action=(asked.sends(&format!("/write-offs/{}/take-back", row.write_off))) {
                            (form_fields(caller))
                            label.sr for={ "why-" (row.write_off) } { "Why" }
                            input id={ "why-" (row.write_off) } name="reason" placeholder="Why" required autocomplete="off" maxlength="400";
                            button type="submit" { "Take back" span.sr { " the write-off of " (row.document) } }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /write-offs/ID/recover`.
pub(crate) async fn recover_it(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            recover(&desk, &id, fields.needed("credit")?, fields.text("amount"), today).await?;
            Ok(format!("/write-offs?done=ended#write-off-{id}"))
        })
        .await
}

/// `POST /write-offs/ID/take-back`.
pub(crate) async fn take_back(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            take_back_write_off(&desk, &id, fields.needed("reason")?, today).await?;
            Ok(format!("/write-offs?done=ended#write-off-{id}"))
        })
        .await
}
