//! The lines that a receipt pays short: what is missing of each, and the reason that a person gives for it.

use dunwell_desk::cash::exceptions::ReceiptShown;
use dunwell_desk::cash::queue::paid_in_full_means;
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::cash::short_lines::ShortLine;
use dunwell_desk::rules::dispute::DisputeReason;
use maud::{Markup, html};

use crate::answer::Problem;
use crate::posted::Fields;
use crate::screens::receipt_form::refused;
use crate::words::{money, spoken};

/// What becomes of the rest of a line.
pub(crate) fn held(place: &str, document: &str) -> Markup {
    html! {
        select name={ "held " (place) } aria-label={ "What becomes of the rest of " (document) } {
            option value="" { "rest stays open" }
            @for reason in DisputeReason::ALL {
                option value=(reason.code()) { "disputed: " (spoken(reason.code()).to_lowercase()) }
            }
        }
    }
}

/// The reasons that the form gives, each for a line that is paid already.
pub(crate) fn reasons_of(sent: &Fields) -> Result<Vec<LinePaid>, Problem> {
    let of = |place: &String| {
        let held_back = sent.text(&format!("held {place}")).filter(|reason| !reason.is_empty())?.to_owned();
        let (item, line) = place.split_once('/')?;
        Some(LinePaid { item: item.to_owned(), line: line.parse().ok()?, amount: None, held_back: Some(held_back) })
    };
    let reasons: Vec<LinePaid> = sent.every("shown").iter().filter_map(of).collect();
    match reasons.is_empty() {
        true => Err(refused("held_back", "Choose the reason for a line that is short, or leave it as it is.")),
        false => Ok(reasons),
    }
}

/// What taking a payment may mean that calls itself full payment of what is disputed; nothing where it is not asked.
pub(crate) fn paid_in_full(asked: &[String]) -> Markup {
    html! { @if let Some(means) = paid_in_full_means(asked) { p.callout.flat { (means) } } }
}

/// What is missing on the lines that it pays, and where `asks` a reason to choose for each; nothing where all are paid whole.
pub(crate) fn card(shown: &ReceiptShown, asks: bool) -> Markup {
    let theirs = shown.looked_at == shown.exception.receipt.account;
    if shown.short.is_empty() || !theirs {
        return html! {};
    }
    let asked = asks && shown.short.iter().any(|short| !short.unexplained().is_zero());
    html! {
        section.card aria-labelledby="short" {
            header { h2 id="short" { "What is short" } span.sub { "What it pays, and what is missing there" } }
            div.scroll tabindex="0" role="region" aria-label="Short lines, scrolls sideways" {
                table.t.lines {
                    caption.sr { "Lines that it does not pay whole" }
                    thead { tr {
                        th scope="col" { "Document" } th.num scope="col" { "It pays" } th.num scope="col" { "Missing" }
                        @if asked { th scope="col" { "Why" } }
                    } }
                    tbody { @for short in &shown.short { (row(short, asked)) } }
                }
            }
            @if asked {
                div.in {
                    button.pri type="submit" name="act" value="reason" data-key="m" { "Give the reason " kbd { "M" } }
                    p.hint { "What is missing is disputed then for that reason. What is left as it is stays open, and nobody is asked again." }
                }
            }
        }
    }
}

fn row(short: &ShortLine, asked: bool) -> Markup {
    let place = format!("{}/{}", short.item, short.line);
    html! {
        tr {
            th scope="row" {
                (short.document) @if short.line > 1 { span.sub { " instalment " (short.line) } }
                @if !short.disputed.is_zero() { small { span.tag.warn { (money(short.disputed)) " disputed" } } }
            }
            td.num { (money(short.pays)) }
            td.num.b { (money(short.missing)) }
            @if asked {
                td.held {
                    @if !short.unexplained().is_zero() {
                        input type="hidden" name="shown" value=(place);
                        (held(&place, &short.document))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paid_in_full;

    #[test]
    fn what_taking_a_payment_in_full_may_mean_is_said_where_it_is_asked_and_nowhere_else() {
        let said = |code: &str| paid_in_full(&[code.to_owned()]).into_string();
        assert!(said("paid_in_full_of_disputed").contains("may settle the disputed rest"));
        assert!(said("short").is_empty());
    }
}
