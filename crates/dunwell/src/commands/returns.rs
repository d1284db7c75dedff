//! Money that went back, and bank statements that do not foot: what a person is asked about them, and says.

use dunwell_desk::Desk;
use dunwell_desk::cash::clear_return::{ReturnShown, cash_return, match_return_of, see_return, unmatch_return};
use dunwell_desk::cash::foot_statements::{bank_statement, see_statement};
use dunwell_desk::cash::paid_refunds::{refund_payment, see_refund_payment};
use dunwell_store::views::bank_statements::BankStatementView;
use dunwell_store::views::refund_payments::RefundPaymentView;

use crate::cli::cash::Match;
use crate::output::{Failure, Output};

/// A return as `exceptions` shows it, each receipt that it may take back in a line of its own.
pub(crate) fn return_words(shown: &ReturnShown) -> String {
    let told = &shown.told;
    let why: Vec<&str> = [&*told.reason, &*told.meaning].into_iter().filter(|word| !word.is_empty()).collect();
    let state = match (&told.receipt, told.asked.is_empty()) {
        (Some(receipt), _) => {
            let whose = told.account.as_deref().unwrap_or("nobody");
            let part = if told.part { "a part of " } else { "" };
            format!("took back {part}receipt {receipt} of {whose}")
        }
        (None, true) => "seen; nothing is to be done".into(),
        (None, false) => told.asked.join(", "),
    };
    let since = told.asked_on.map(|day| format!(" since {day}")).unwrap_or_default();
    let mut text = format!(
        "{}  {} of {} went back, {} ({}): {state}{since}\n",
        told.entry,
        told.amount,
        told.booked_on,
        told.document,
        why.join(", ")
    );
    for receipt in &shown.likely {
        let whose = receipt.account.as_deref().unwrap_or("nobody's");
        text.push_str(&format!(
            "  {}  {} of {}, {whose}: {}{}\n",
            receipt.receipt,
            receipt.amount,
            receipt.booked_on,
            receipt.document,
            if receipt.amount.minor > told.amount.minor { " (a part of it)" } else { "" }
        ));
    }
    text
}

/// A statement that does not foot, as `exceptions` shows it.
pub(crate) fn statement_words(shown: &BankStatementView) -> String {
    let state = match (shown.asked_on, shown.difference.minor) {
        (Some(day), _) => format!(", since {day}"),
        (None, 0) => String::new(),
        (None, _) => ", seen".into(),
    };
    format!(
        "{}  bank statement {} of account {}, {} to {}: opens with {}, entries {}, told elsewhere {}, closes with {}; \
         {} is not accounted for{state}\n",
        shown.entry,
        shown.statement,
        shown.bank_account,
        shown.from,
        shown.to,
        shown.opening,
        shown.moved,
        shown.unlisted,
        shown.closing,
        shown.difference,
    )
}

/// A payment that does not fit the refund it names, as `exceptions` shows it.
pub(crate) fn payment_words(shown: &RefundPaymentView) -> String {
    let question = match (shown.asked_on, shown.question.as_str()) {
        (None, "") => "it paid the refund".to_owned(),
        (None, _) => "seen".to_owned(),
        (Some(day), "other_amount") => format!("the refund is {}: other_amount since {day}", shown.refund_amount),
        (Some(day), "paid_twice") => format!("another booking paid it before: paid_twice since {day}"),
        (Some(day), code) => format!("nobody had it paid: {code} since {day}"),
    };
    format!(
        "{}  the bank paid {} of {} for refund {} of {}: {question}\n",
        shown.entry, shown.amount, shown.booked_on, shown.refund, shown.account
    )
}

/// `exceptions` of one entry, where it is a return, a bank statement or a payment of a refund; `false` where it is none.
pub(crate) async fn exception(desk: &Desk, out: Output, entry: &str) -> Result<bool, Failure> {
    if let Some(shown) = cash_return(desk, entry).await? {
        out.answer(&shown, return_words);
        return Ok(true);
    }
    if let Some(shown) = refund_payment(desk, entry).await? {
        out.answer(&shown, payment_words);
        return Ok(true);
    }
    let Some(shown) = bank_statement(desk, entry).await? else { return Ok(false) };
    out.answer(&shown, statement_words);
    Ok(true)
}

/// `match` of a return: which receipt it takes back, or why nothing is to be done.
pub(crate) async fn match_(desk: &Desk, out: Output, asked: &Match) -> Result<(), Failure> {
    let (entry, on) = (&asked.receipt, asked.on.by_today(desk)?);
    if let Some(because) = &asked.seen
        && bank_statement(desk, entry).await?.is_some()
    {
        out.answer(&see_statement(desk, entry, because, on).await?, statement_words);
        return Ok(());
    }
    if let Some(because) = &asked.seen
        && refund_payment(desk, entry).await?.is_some()
    {
        out.answer(&see_refund_payment(desk, entry, because, on).await?, payment_words);
        return Ok(());
    }
    let shown = match (&asked.takes_back, &asked.seen) {
        (Some(receipt), _) => match_return_of(desk, entry, receipt, &asked.documents, on).await?,
        (None, Some(because)) => see_return(desk, entry, because, on).await?,
        (None, None) => {
            let words = "this entry took money back: say which receipt with --receipt, or why nothing is to be done with --seen";
            return Err(Failure::usage(words.to_owned()));
        }
    };
    out.answer(&shown, return_words);
    Ok(())
}

/// `unmatch` of a return, where the entry is one; `false` where it is none.
pub(crate) async fn unmatch(desk: &Desk, out: Output, entry: &str, on: crate::cli::On) -> Result<bool, Failure> {
    if cash_return(desk, entry).await?.is_none() {
        return Ok(false);
    }
    let shown = unmatch_return(desk, entry, on.by_today(desk)?).await?;
    out.answer(&shown, return_words);
    Ok(true)
}
