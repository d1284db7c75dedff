//! A receipt that pays in another currency, in words.

use dunwell_desk::cash::exceptions::ReceiptShown;
use dunwell_desk::cash::exchange::Exchanged;
use dunwell_desk::rules::money::Money;

/// What was turned into what, at which rate, and what was left between.
pub(crate) fn words(exchanged: &Exchanged) -> String {
    let Exchanged { gives, gets, difference, rate } = exchanged;
    format!(" {gives} came to {gets} ({rate}){}.", difference_words(*difference))
}

fn difference_words(difference: Money) -> String {
    let amount = Money::new(difference.minor.abs(), difference.currency);
    match difference.minor {
        1.. => format!(", currency loss {amount}"),
        0 => String::new(),
        ..0 => format!(", currency gain {amount}"),
    }
}

/// What a receipt was turned into, what it may pay in another currency, and where its payer owes anything.
pub(crate) fn shown_words(shown: &ReceiptShown) -> String {
    let mut text = String::new();
    for exchange in &shown.exchanges {
        let between = difference_words(exchange.difference);
        text.push_str(&format!("  turned: {} into {} ({}){between}\n", exchange.gives, exchange.gets, exchange.rate));
        for applied in &exchange.pays {
            text.push_str(&format!("  applied: {} on {}\n", applied.amount, applied.document));
        }
    }
    for proposal in &shown.exchange_proposals {
        let lines: Vec<String> = proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays)).collect();
        let (rule, sure, name) = (proposal.rule, proposal.confidence, &proposal.proposal);
        text.push_str(&format!("  {rule} {sure} %  {}  {name}\n  {}\n", lines.join(", "), words(&proposal.exchanged)));
    }
    let own = shown.exception.receipt.amount.currency.to_string();
    if shown.open_in.iter().any(|code| *code != own) {
        text.push_str(&format!("  Owed in {}: --currency shows the lines.\n", shown.open_in.join(", ")));
    }
    text
}
