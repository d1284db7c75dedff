//! By what an account is known as a payer: a card of its page, and the button that has a mark forgotten.

use axum::extract::Path;
use dunwell_desk::cash::payer_marks::{PayerMarks, forget_payer};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::Answer;
use crate::caller::Caller;
use crate::posted::{Posted, form_fields};
use crate::words::{account_path, short_day};

/// The card; nothing where nothing was ever learned.
pub(crate) fn card(known: &PayerMarks, caller: &Caller) -> Markup {
    if known.marks.is_empty() {
        return html! {};
    }
    let home = account_path(&known.account);
    html! {
        section.card id="payers" aria-label="Known as payer" {
            header { h2 { "Known as payer" } span.sub { "receipts with these are theirs" } }
            ul.in.work {
                @for mark in &known.marks {
                    @let value = mark.value.as_deref().unwrap_or("erased");
                    li {
                        span {
                            (kind_words(&mark.kind)) " " b.wrap { (value) }
                            span.sub { " by " (mark.learned_by) ", " (short_day(mark.learned_on, caller.today)) }
                            @if let Some(day) = mark.forgotten_on {
                                " " span.tag { "Forgotten" } span.sub { " " (short_day(day, caller.today)) @if let Some(by) = &mark.forgotten_by { " by " (by) } }
                            }
                        }
                        @if mark.forgotten_on.is_none() && caller.may(Action::Apply) {
                            form method="post" action={ (home) "/payers/" (mark.mark) "/forget" } {
                                (form_fields(caller))
                                button type="submit" { "Forget" span.sr { " " (value) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn kind_words(kind: &str) -> &'static str {
    if kind == "bank_account" { "Bank account" } else { "Name" }
}

/// `POST /accounts/CODE/payers/ID/forget`.
pub(crate) async fn forget(Path((code, mark)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, _| {
            forget_payer(&desk, &code, &mark, today).await?;
            Ok(format!("{}#payers", account_path(&code)))
        })
        .await
}
