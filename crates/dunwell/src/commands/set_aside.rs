//! Receipts that no customer paid: setting one aside, and the list of them.

use dunwell_desk::Desk;
use dunwell_desk::cash::set_aside::{SetAsideList, ToSetAside, receipts_set_aside, set_aside};

use crate::cli::cash::Match;
use crate::output::{Failure, Output};

/// `match RECEIPT --set-aside REASON`.
pub(crate) async fn set(desk: &Desk, out: Output, asked: &Match, reason: &str) -> Result<(), Failure> {
    let to = ToSetAside { reason: reason.to_owned(), because: asked.because.clone(), version: None };
    let aside = set_aside(desk, &asked.receipt, &to, asked.on.by_today(desk)?).await?;
    out.answer(&aside, |aside| format!("Receipt {} is set aside: {}, {}.", aside.receipt, aside.amount, aside.reason));
    Ok(())
}

/// `exceptions --set-aside`.
pub(crate) async fn list(desk: &Desk, out: Output, cursor: Option<&str>, most: usize) -> Result<(), Failure> {
    out.answer(&receipts_set_aside(desk, cursor, Some(most)).await?, words);
    Ok(())
}

fn words(list: &SetAsideList) -> String {
    if list.receipts.is_empty() {
        return "No receipt is set aside.".into();
    }
    let mut text = String::new();
    for aside in &list.receipts {
        let because = aside.because.as_deref().map(|words| format!(", {words}")).unwrap_or_default();
        text.push_str(&format!(
            "{}  {} of {} ({}): {}{because}, by {} on {}\n",
            aside.receipt, aside.amount, aside.value_on, aside.document, aside.reason, aside.by, aside.set_aside_on
        ));
    }
    if let Some(cursor) = &list.next_cursor {
        text.push_str(&format!("More: --cursor {cursor}\n"));
    }
    text
}
