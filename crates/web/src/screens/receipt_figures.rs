//! What is asked about a receipt, in figures: which document was paid before and by what, how much is over, what its advice
//! comes to, and which numbers nobody knows.

use dunwell_desk::cash::figures::{AdviceSum, AskedFigures, Overpaid, PaidDocument};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::Money;
use dunwell_store::views::applied::PaidByView;
use maud::{Markup, html};

use crate::words::{money, short_day, spoken};

/// The figures, a sentence each; nothing where there are none.
pub(crate) fn card(today: Date, figures: &AskedFigures) -> Markup {
    if *figures == AskedFigures::default() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="asked" {
            header { h2 id="asked" { "What is asked" } }
            div.in {
                @for paid in &figures.paid_before { (paid_before(today, paid)) }
                @if let Some(over) = &figures.overpaid { (overpaid(over)) }
                @if let Some(sum) = &figures.does_not_foot { (does_not_foot(sum)) }
                @for written in &figures.unknown_reference { p { "It names " b { (written) } ", which is none of theirs." } }
            }
        }
    }
}

fn paid_before(today: Date, paid: &PaidDocument) -> Markup {
    html! {
        p {
            b { (paid.document) } " of " (money(paid.amount)) " was paid before: nothing of it is open since "
            (short_day(paid.closed_on, today)) "."
        }
        @if !paid.paid_by.is_empty() { ul { @for by in &paid.paid_by { li { (paid_by(today, by)) } } } }
    }
}

fn paid_by(today: Date, by: &PaidByView) -> Markup {
    html! {
        (money(by.amount)) " by "
        @match by.receipt {
            Some(receipt) => { a.l href={ "/cash/" (receipt) } { "receipt " (by.document) } },
            None => { (spoken(&by.kind).to_lowercase()) " " (by.document) },
        }
        " on " (short_day(by.on, today))
    }
}

fn overpaid(Overpaid { documents, open, over }: &Overpaid) -> Markup {
    html! { p { b { (money(*over)) } " is over the " (money(*open)) " that was open of " (documents.join(", ")) "." } }
}

fn does_not_foot(AdviceSum { stated, came_in, difference }: &AdviceSum) -> Markup {
    let apart = Money::new(difference.minor.abs(), difference.currency);
    html! {
        p {
            "The lines of the advice come to " (money(*stated)) ", " (money(*came_in)) " came in: the lines are "
            b { (money(apart)) } @if difference.minor > 0 { " more." } @else { " less." }
        }
    }
}
