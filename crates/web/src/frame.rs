//! The frame around every page: the rail of places, the search box, who is signed in.

use axum::response::Response;
use dunwell_desk::rules::rights::Action;
use maud::{DOCTYPE, Markup, html};

use crate::answer::html_response;
use crate::assets::{FONT, HTMX, KEYS, STYLE};
use crate::caller::Caller;
use crate::posted::form_fields;

/// A place in the rail: its address, its name, what seeing it takes, and the key that leads there after `g`.
const PLACES: &[(&str, &str, Action, &str)] = &[
    ("/", "Worklist", Action::ReadWorklist, "w"),
    ("/accounts", "Accounts", Action::ReadAccounts, "a"),
    ("/cash", "Cash", Action::ReadAccounts, "c"),
    ("/approvals", "Approvals", Action::ReadApprovals, "p"),
    ("/documents", "Documents", Action::ReadDocuments, "d"),
    ("/aging", "Aging", Action::ReadAging, "b"),
    ("/journal", "Journal", Action::ReadJournal, "j"),
    ("/policy", "Policy", Action::ReadPolicy, "y"),
    ("/import", "Import", Action::ReadJournal, "i"),
    ("/settings", "Settings", Action::ReadSettings, "s"),
];

/// The place from which on the rail's places stand at its bottom.
const LAST: &str = "/policy";

/// What stands in the head of every page.
pub(crate) fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width,initial-scale=1";
        meta name="htmx-config" content=r#"{"includeIndicatorCSS":false,"defaultSwap":"innerHTML"}"#;
        title { (title) " · Dunwell" }
        link rel="preload" href=(FONT.address) as="font" type="font/woff2" crossorigin;
        link rel="stylesheet" href=(STYLE.address);
        link rel="icon" href="data:,";
        script src=(HTMX.address) defer {}
        script src=(KEYS.address) defer {}
    }
}

/// A whole page. `place` is the address of the place it belongs to.
pub(crate) fn page(caller: &Caller, place: &str, title: &str, main: &Markup) -> Response {
    searched(caller, place, title, "", main)
}

/// The same with a text in the search box: what was looked for can be read and changed.
pub(crate) fn searched(caller: &Caller, place: &str, title: &str, looked_for: &str, main: &Markup) -> Response {
    html_response(html! {
        (DOCTYPE)
        html lang="en" {
            head { (head(title)) }
            body {
                a.skip href="#main" { "Skip to main content" }
                div.shell {
                    (rail(caller, place))
                    div.room {
                        (top(caller, looked_for))
                        main id="main" { (main) p.sub.asof { (data_as_of(caller)) " · book of " (crate::words::long_day(caller.today)) } }
                    }
                }
                dialog.sheet id="sheet" aria-label="Form" {}
                (shortcuts())
            }
        }
    })
}

fn rail(caller: &Caller, place: &str) -> Markup {
    html! {
        nav.rail aria-label="Main" {
            div.brand {
                svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" {
                    rect.mark width="20" height="20" rx="5" {}
                    path.stroke d="M5 13.5 8.6 9l2.6 2.6L15 6.5" {}
                }
                "Dunwell"
            }
            @for (address, name, action, key) in PLACES {
                @if caller.may(*action) {
                    a href=(address) class=[(*address == LAST).then_some("last")] aria-current=[(*address == place).then_some("page")] data-go=(key) {
                        (name)
                        @if *address == "/approvals" && caller.waiting > 0 { span.n { (caller.waiting) span.sr { " waiting" } } }
                    }
                }
            }
        }
    }
}

fn top(caller: &Caller, looked_for: &str) -> Markup {
    html! {
        header.top {
            form.srch role="search" method="get" action="/search" {
                label.sr for="search" { "Find a customer, document, order, cheque or amount" }
                input id="search" name="q" type="search" value=[Some(looked_for).filter(|text| !text.is_empty())] placeholder="Customer, invoice, order, cheque, amount" autocomplete="off";
                kbd aria-hidden="true" { "/" }
            }
            div.me {
                span.sub.nw { "Book of " (crate::words::long_day(caller.today)) }
                span.sub.nw { (data_as_of(caller)) }
                @if caller.desk.settings().mode.code() == "rehearsal" { span.tag.info { "Rehearsal" span.x { ": nothing leaves" } } }
                button.ghost.x type="button" data-key="?" { "Shortcuts " kbd { "?" } }
                details.who {
                    summary { (caller.session.user) }
                    div.menu {
                        span.sub { (crate::words::spoken(caller.session.role.code())) }
                        a.l href="/settings/me" { "How you sign in" }
                        form method="post" action="/sign-out" {
                            (form_fields(caller))
                            button type="submit" { "Sign out" }
                        }
                        label.ck { input type="checkbox" id="keys-off"; " Single-key shortcuts off" }
                    }
                }
            }
        }
    }
}

/// How old the figures are: the bank file that they know, and the imports where those are older.
fn data_as_of(caller: &Caller) -> String {
    let day = |day| crate::words::short_day(day, caller.today);
    match (caller.data_as_of.bank_file, caller.data_as_of.import) {
        (Some(bank_file), Some(import)) if import < bank_file => {
            format!("Data as of bank file of {}, imports of {}", day(bank_file), day(import))
        }
        (Some(bank_file), _) => format!("Data as of bank file of {}", day(bank_file)),
        (None, Some(import)) => format!("Data as of {}", day(import)),
        (None, None) => "No data yet".to_owned(),
    }
}

/// The list of keys, opened by `?`.
fn shortcuts() -> Markup {
    let keys = [
        ("J K", "next, previous account"),
        ("Enter", "open the account"),
        ("C", "call"),
        ("P D N Z", "promise, dispute, note, snooze"),
        ("T", "take the account, or let it go"),
        ("X A", "tick the row, hand over"),
        ("1–8", "outcome of a call"),
        ("Space M O U", "a receipt: take the proposal, match what is ticked, leave on account, take back"),
        ("Ctrl Enter", "save"),
        ("/", "search"),
        ("G W", "worklist"),
        ("G A", "accounts"),
        ("G T", "team"),
        ("G C", "cash"),
        ("G P", "approvals"),
        ("G B", "aging"),
        ("G J", "journal"),
        ("?", "this list"),
        ("Esc", "close"),
    ];
    html! {
        dialog.keys id="keys" aria-labelledby="keys-title" {
            h2 id="keys-title" { "Shortcuts" }
            dl.kv { @for (key, what) in keys { dt { kbd { (key) } } dd { (what) } } }
            form method="dialog" { button type="submit" { "Close " kbd { "Esc" } } }
        }
    }
}
