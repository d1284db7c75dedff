//! What came of a line, in the words of a story.

use dunwell_desk::Stop;
use dunwell_desk::assign_accounts::AssignReport;
use dunwell_desk::cash::exceptions::{CashException, Proposal, ReceiptShown};
use dunwell_desk::daily_run::RunReport;
use dunwell_desk::look::worklist::Worklist;
use dunwell_desk::rules::decision::Decision;
use dunwell_desk::rules::money::Money;
use dunwell_store::views::aging::AgingCurrency;
use dunwell_store::views::approvals::RequestView;
use dunwell_store::views::exchanges::RateView;
use dunwell_store::views::notices::NoticeView;

/// A refusal by its code; a fault is the story's own trouble.
pub(crate) fn refused(stop: Stop) -> Result<String, String> {
    match stop {
        Stop::Refused(refusal) => Ok(format!("refused: {}", refusal.code())),
        Stop::Fault(fault) => Err(fault.to_string()),
    }
}

/// The forms of a decision that a story may expect, the one to record last: the line alone, with what holds a step back,
/// with the documents a step carries.
pub(crate) fn decision(decision: &Decision, documents: &[String]) -> Vec<String> {
    let line = decision.line();
    let mut forms = vec![line.clone()];
    if !decision.notes.is_empty() {
        forms.push(format!("{line}; {}", decision.notes.join("; ")));
    }
    if let (Some((head, rest)), false) =
        (line.split_once(", ").filter(|_| decision.action.step().is_some()), documents.is_empty())
    {
        // The ways stand in brackets and may hold a comma of their own: `formal_notice (mail, letter)`.
        let (head, rest) = match line.find("), ") {
            Some(at) if head.contains('(') => (&line[..=at], &line[at + 3..]),
            _ => (head, rest),
        };
        forms.push(format!("{head} {}, {rest}", documents.join(" ")));
    }
    forms
}

/// The form that is expected; where none is, the one that says most.
pub(crate) fn as_expected(mut forms: Vec<String>, expected: &str) -> String {
    match forms.iter().position(|form| form == expected) {
        Some(place) => forms.swap_remove(place),
        None => forms.pop().unwrap_or_default(),
    }
}

/// The counts of a run: what it decided, and what it made.
pub(crate) fn counts(report: &RunReport) -> String {
    if report.days.is_empty() {
        return "no business day".into();
    }
    let mut parts = Vec::new();
    if report.days.len() > 1 {
        parts.push(format!("{} days", report.days.len()));
    }
    let decided =
        [("take", &report.decisions.take), ("propose", &report.decisions.propose), ("wait", &report.decisions.wait)];
    let decided: Vec<String> = decided
        .iter()
        .flat_map(|(kind, counts)| counts.iter().map(move |(name, count)| format!("{kind} {name} {count}")))
        .collect();
    if !decided.is_empty() {
        let accounts = plural(report.accounts, "account");
        parts.push(format!("{accounts}, {} past due: {}", report.past_due_accounts, decided.join(", ")));
    }
    for (count, word) in [(report.notices, "notice"), (report.tasks, "task"), (report.approvals, "approval")] {
        if count > 0 {
            parts.push(plural(count, word));
        }
    }
    if report.withdrawn > 0 {
        parts.push(format!("{} withdrawn", report.withdrawn));
    }
    if parts.is_empty() { "nothing new".into() } else { parts.join("; ") }
}

fn plural(count: i64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Whether a run decided, made, proposed or withdrew nothing.
pub(crate) fn changed_nothing(report: &RunReport) -> bool {
    let decisions = [&report.decisions.take, &report.decisions.propose, &report.decisions.wait];
    decisions.iter().all(|counts| counts.is_empty())
        && report.notices + report.tasks + report.approvals + report.withdrawn == 0
}

/// The notices of an account: each step with its state and that state's day.
pub(crate) fn notices(notices: &[NoticeView]) -> String {
    let said: Vec<String> = notices
        .iter()
        .map(|notice| {
            format!("{} of {} {} {} {}", notice.step, notice.day, notice.amount.amount, notice.state, notice.state_day)
        })
        .collect();
    if said.is_empty() { "none".into() } else { said.join("; ") }
}

/// One currency of an aging: the buckets that are not empty, what lies unapplied, and the balance.
pub(crate) fn aging(currency: &AgingCurrency) -> String {
    let mut parts: Vec<String> = currency
        .buckets
        .iter()
        .filter(|bucket| bucket.items > 0)
        .map(|bucket| format!("{} {}", bucket.bucket, bucket.amount.amount))
        .collect();
    for (word, money) in [("unapplied", &currency.unapplied), ("disputed", &currency.disputed)] {
        if !money.amount.trim_start_matches(['-', '0', '.']).is_empty() {
            parts.push(format!("{word} {}", money.amount));
        }
    }
    parts.push(format!("balance {} {}", currency.balance.amount, currency.currency));
    parts.join(", ")
}

/// What an assignment came to: who got which account, and how many each collector holds.
pub(crate) fn assigned(report: &AssignReport) -> String {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "nobody".into());
    let changed: Vec<String> = report
        .assigned
        .iter()
        .map(|row| format!("{} from {} to {}: {}", row.account, name(&row.from), name(&row.to), row.because))
        .collect();
    let load: Vec<String> = report.load.iter().map(|load| format!("{} {}", load.collector, load.accounts)).collect();
    let changed = if changed.is_empty() { "nothing new".into() } else { changed.join("; ") };
    let nobody = if report.unassigned.is_empty() {
        String::new()
    } else {
        format!("; nobody's: {}", report.unassigned.join(" "))
    };
    if load.is_empty() { format!("{changed}{nobody}") } else { format!("{changed} ({}){nobody}", load.join(", ")) }
}

/// The requests that wait for a signature: account, step and since when.
pub(crate) fn approvals(requests: &[RequestView]) -> String {
    let said: Vec<String> = requests
        .iter()
        .map(|request| {
            let account = request.account.clone().unwrap_or_default();
            format!("{account} {} since {}", request.subject, request.requested_on)
        })
        .collect();
    if said.is_empty() { "none".into() } else { said.join("; ") }
}

/// The worklist in rank order.
pub(crate) fn worklist(list: &Worklist) -> String {
    let said: Vec<String> = list
        .tasks
        .iter()
        .map(|task| {
            let points: Vec<String> =
                task.points.iter().map(|found| format!("{} {:+}", found.rule, found.points)).collect();
            let points = if points.is_empty() { String::new() } else { format!(" [{}]", points.join(", ")) };
            format!("{}. {} {}: {}{points}", task.rank, task.account, task.kind, task.reason)
        })
        .collect();
    if said.is_empty() { "nothing to do".into() } else { said.join(" · ") }
}

/// A receipt as it stands: whose it is, what it pays by which rule, what lies on account, and what is asked.
pub(crate) fn receipt(shown: &ReceiptShown) -> String {
    let found = &shown.exception.receipt;
    let Some(account) = &found.account else { return format!("nobody's, asked {}", found.asked.join(", ")) };
    let mut parts: Vec<String> =
        shown.applied.iter().map(|line| format!("{} {}", line.document, line.amount)).collect();
    for exchange in &shown.exchanges {
        let pays: Vec<String> = exchange.pays.iter().map(|line| format!("{} {}", line.document, line.amount)).collect();
        let came = came_to(exchange.gives, exchange.gets, &exchange.rate, exchange.difference);
        parts.push(format!("{came}: {}", pays.join(", ")));
    }
    if let Some(rule) =
        shown.because.as_ref().and_then(|because| because["rule"].as_str()).filter(|_| !parts.is_empty())
    {
        parts.push(format!("by {rule}"));
    }
    if found.unapplied.minor != 0 {
        parts.push(format!("{} on account", found.unapplied));
    }
    if !found.asked.is_empty() {
        parts.push(format!("asked {}", found.asked.join(", ")));
    }
    format!("{account}: {}", parts.join(", "))
}

/// The receipts about which a person is asked: each with what is asked, and what it may pay.
pub(crate) fn exceptions(asked: &[CashException]) -> String {
    let proposal = |proposal: &Proposal| {
        let lines: Vec<String> = proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays)).collect();
        format!("{} {} % {}", proposal.rule, proposal.confidence, lines.join(" "))
    };
    let said: Vec<String> = asked
        .iter()
        .map(|exception| {
            let receipt = &exception.receipt;
            let may = exception.payers.iter().map(|payer| {
                let proposals: Vec<String> = payer.proposals.iter().map(proposal).collect();
                format!("{} ({})", payer.account, proposals.join(" or "))
            });
            let may: Vec<String> = may.collect();
            format!("{} {} {}: {}", receipt.document, receipt.amount, receipt.asked.join(", "), may.join(", "))
        })
        .collect();
    if said.is_empty() { "none".into() } else { said.join("; ") }
}

/// What a receipt would pay in another currency.
pub(crate) fn exchange_proposals(shown: &ReceiptShown) -> String {
    let proposals = shown.exchange_proposals.iter().map(|proposal| {
        let lines: Vec<String> = proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays)).collect();
        let of = &proposal.exchanged;
        format!("{}: {}", lines.join(", "), came_to(of.gives, of.gets, &of.rate, of.difference))
    });
    let said: Vec<String> = proposals.collect();
    if said.is_empty() { "nothing".into() } else { said.join("; ") }
}

/// What an amount came to in another currency, and what of it was lost or gained.
fn came_to(gives: Money, gets: Money, rate: &RateView, difference: Money) -> String {
    let between = match difference.minor {
        1.. => format!(", loss {difference}"),
        0 => String::new(),
        ..0 => format!(", gain {}", Money::new(-difference.minor, difference.currency)),
    };
    format!("{gives} come to {gets} ({rate}){between}")
}
