//! C-1 and C-2: what the payer wrote.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::match_below::below;
use super::match_due::due_by;
use super::match_short::explained;
use super::match_sums::{ambiguous, earned_discount, exact_item, exact_subset, short_of, spread, sum, sure};
use super::payer::one_of;
use super::reference::{NamedAs, reference_key, same_document, same_key};
use super::{
    Answer, CashPolicy, CashRule, Deduction, Match, OpenCredit, Owed, PayableLine, Question, Receipt, RemittanceLine,
    Short, Shortfall, Source,
};

/// C-1. The lines of the remittance advice, where there is one.
///
/// Each line pays the document it names, by as much as it says and no more than is open. What it names that is not open
/// stays on account and is asked. Lines that do not add up to the receipt apply nothing, and are proposed no surer than one of
/// two: either they are wrong, or the amount is.
pub(super) fn remittance(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let mut advice = read(receipt, owed, policy)?;
    let (stated, mut questions) = (advice.stated, core::mem::take(&mut advice.questions));
    let mut found = advice.matched(receipt);
    if stated != receipt.amount {
        questions.insert(0, Question::DoesNotFoot { difference: stated - receipt.amount });
        // The lines say one thing and the money another: one of the two is wrong, and nobody knows which.
        found.confidence = one_of(found.confidence, 2);
        return Some(Answer { apply: None, questions, candidates: vec![found] });
    }
    let unexplained = asked_short(&found.short);
    if unexplained > 0 {
        questions.push(Question::Short { amount: unexplained });
    }
    let says = !found.allocations.is_empty() || receipt.amount == 0 && !found.short.is_empty();
    Some(Answer { apply: says.then_some(found), questions, candidates: Vec::new() })
}

/// The advice, read whole; `None` where there are no lines.
fn read<'a>(receipt: &'a Receipt, owed: &'a Owed, policy: &CashPolicy) -> Option<Advice<'a>> {
    let open = Named::of(&owed.lines);
    let lines = lines(receipt, &open);
    let mut advice = Advice::default();
    lines.iter().for_each(|line| advice.read(line, &open, owed));
    advice.settle(receipt, policy);
    (!lines.is_empty()).then_some(advice)
}

/// What the lines of the advice say is paid, credits taken off; nothing where there are none.
pub(super) fn stated(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> i64 {
    read(receipt, owed, policy).map_or(0, |advice| advice.stated)
}

/// The lines of the advice. A text that gives each document its amount is one too, where all of them are open and the amounts
/// come to the receipt.
fn lines<'a>(receipt: &'a Receipt, open: &Named<'_>) -> &'a [RemittanceLine] {
    if !receipt.remittance.is_empty() {
        return &receipt.remittance;
    }
    let stated: i128 = receipt.stated.iter().filter_map(|line| line.paid).map(i128::from).sum();
    let is_open = |line: &RemittanceLine| !open.lines(&line.document).is_empty();
    if stated == i128::from(receipt.amount) && receipt.stated.iter().all(is_open) { &receipt.stated } else { &[] }
}

/// What is missing without a reason that settles it.
fn asked_short(short: &[Short]) -> i64 {
    let asked = |short: &&Short| matches!(short.why, Shortfall::Unexplained | Shortfall::UnearnedDiscount);
    short.iter().filter(asked).map(|short| short.amount).sum()
}

/// A document of a remittance advice, with all that the advice's lines say of it.
struct OfAdvice<'a> {
    /// Its open lines, oldest due date first.
    lines: Vec<&'a PayableLine>,
    /// What is paid of it; `None` where no line names an amount.
    paid: Option<i64>,
    discount: i64,
    deductions: Vec<&'a Deduction>,
}

/// A remittance advice as it is read.
#[derive(Default)]
struct Advice<'a> {
    documents: Vec<OfAdvice<'a>>,
    /// What the lines say is paid, credits taken off.
    stated: i64,
    /// Lines to pay, each with its amount.
    paid: Vec<(&'a PayableLine, i64)>,
    /// Credits taken, each with its amount.
    credits: Vec<(Source, i64)>,
    short: Vec<Short>,
    questions: Vec<Question>,
}

impl<'a> Advice<'a> {
    fn read(&mut self, line: &'a RemittanceLine, open: &Named<'a>, owed: &'a Owed) {
        if line.paid.is_some_and(|paid| paid < 0) {
            return self.read_credit(line, owed);
        }
        let lines = open.lines(&line.document);
        let Some(first) = lines.first() else {
            self.stated += line.paid.unwrap_or(0);
            return self.questions.push(unknown(&line.document, owed));
        };
        match self.documents.iter_mut().find(|known| known.lines[0].item == first.item) {
            Some(known) => {
                known.paid = line.paid.map_or(known.paid, |paid| Some(known.paid.unwrap_or(0) + paid));
                known.discount += line.discount;
                known.deductions.extend(&line.deductions);
            }
            None => self.documents.push(OfAdvice {
                lines,
                paid: line.paid,
                discount: line.discount,
                deductions: line.deductions.iter().collect(),
            }),
        }
    }

    fn read_credit(&mut self, line: &RemittanceLine, owed: &Owed) {
        let amount = -line.paid.unwrap_or(0);
        self.stated -= amount;
        let taken = |credit: &OpenCredit| -> i64 {
            self.credits.iter().filter(|(source, _)| *source == Source::Credit(credit.item)).map(|(_, a)| a).sum()
        };
        match named_credit(&line.document, &owed.credits).filter(|credit| credit.unapplied - taken(credit) >= amount) {
            Some(credit) => self.credits.push((Source::Credit(credit.item), amount)),
            None => self.questions.push(unknown(&line.document, owed)),
        }
    }

    /// Says for each document what is paid of its lines, and why it is short.
    fn settle(&mut self, receipt: &Receipt, policy: &CashPolicy) {
        for document in core::mem::take(&mut self.documents) {
            let open: i64 = document.lines.iter().map(|line| line.open).sum();
            let held_back = document.deductions.iter().map(|d| d.amount).sum::<i64>() + document.discount;
            let paid = document.paid.unwrap_or_else(|| (open - held_back).max(0));
            self.stated += paid;
            if paid > open {
                self.questions.push(Question::Overpaid { amount: paid - open });
            }
            let mut left = paid.min(open);
            for line in &document.lines {
                let amount = left.min(line.open);
                if amount > 0 {
                    self.paid.push((line, amount));
                    left -= amount;
                }
            }
            self.explain(&document, open - paid.min(open), receipt, policy);
        }
    }

    /// Says why a document is paid `missing` short: the last lines first, since the oldest are paid first.
    fn explain(&mut self, document: &OfAdvice<'_>, missing: i64, receipt: &Receipt, policy: &CashPolicy) {
        let mut missing_of: Vec<(&PayableLine, i64)> = Vec::new();
        let mut left = missing;
        let nothing_stated = document.discount == 0 && document.deductions.is_empty();
        for (place, line) in document.lines.iter().enumerate().rev() {
            let amount = left.min(line.open);
            left -= amount;
            // A later instalment of which nothing is paid is not short: it is not paid yet.
            let later = nothing_stated && place > 0 && amount == line.open;
            if amount > 0 && !later {
                missing_of.push((line, amount));
            }
        }
        let allowed: i64 = document.lines.iter().map(|line| earned_discount(line, receipt, policy)).sum();
        let earned = allowed > 0 && document.discount <= allowed + policy.tolerance_in(receipt.currency);
        let discount = if earned { Shortfall::Discount } else { Shortfall::UnearnedDiscount };
        let deduction =
            |d: &&Deduction| (d.amount, Shortfall::Deduction { stated: d.stated.clone(), reason: d.reason });
        let stated = core::iter::once((document.discount, discount)).chain(document.deductions.iter().map(deduction));
        for (amount, why) in stated {
            self.take_off(&mut missing_of, amount, &why);
        }
        for (line, amount) in missing_of {
            if amount > 0 {
                let why = why_short(amount, line, receipt, policy);
                self.short.push(short_of(line, amount, why));
            }
        }
    }

    /// Lays `amount` on the lines that miss something.
    fn take_off(&mut self, missing_of: &mut [(&PayableLine, i64)], amount: i64, why: &Shortfall) {
        let mut left = amount;
        for (line, missing) in missing_of {
            let taken = left.min(*missing);
            if taken > 0 {
                self.short.push(short_of(line, taken, why.clone()));
                *missing -= taken;
                left -= taken;
            }
        }
    }

    /// What is applied: the receipt pays first, then the credits taken.
    fn matched(self, receipt: &Receipt) -> Match {
        let rule = CashRule::RemittanceLines;
        let allocations = spread(receipt.amount, &self.credits, self.paid.iter().copied());
        let applied: i64 = allocations.iter().filter(|a| a.from == Source::Receipt).map(|a| a.amount).sum();
        let on_account = receipt.amount - applied;
        Match { rule, confidence: rule.confidence(), allocations, short: self.short, on_account }
    }
}

/// What a difference without a stated reason is.
pub(super) fn why_short(missing: i64, payable: &PayableLine, receipt: &Receipt, policy: &CashPolicy) -> Shortfall {
    let earned = earned_discount(payable, receipt, policy);
    let agreed = payable.discount.map_or(0, |(_, amount)| amount);
    if earned > 0 && missing == earned {
        Shortfall::Discount
    } else if missing <= policy.tolerance_in(receipt.currency) {
        Shortfall::Tolerance
    } else if agreed > 0 && missing == agreed {
        Shortfall::UnearnedDiscount
    } else {
        Shortfall::Unexplained
    }
}

/// The question about a document that is not open.
fn unknown(written: &str, owed: &Owed) -> Question {
    match owed.closed.iter().find(|closed| same_document(written, &closed.document).is_some()) {
        Some(closed) => Question::PaidBefore { document: closed.document.clone(), closed_on: closed.closed_on },
        None => Question::UnknownReference { written: written.into() },
    }
}

/// Open lines with the numbers by which they are named, folded once for all that a payer wrote.
pub(super) struct Named<'a>(Vec<(&'a PayableLine, String, Option<String>)>);

impl<'a> Named<'a> {
    pub(super) fn of(lines: &'a [PayableLine]) -> Self {
        let folded =
            |line: &'a PayableLine| (line, reference_key(&line.document), line.po_number.as_deref().map(reference_key));
        Self(lines.iter().map(folded).collect())
    }

    /// The open lines of the one document that a reference names, oldest due date first: by its number, else by the customer's
    /// purchase order. None where it names two.
    pub(super) fn lines(&self, written: &str) -> Vec<&'a PayableLine> {
        let written = reference_key(written);
        let by_number = self.by(|(_, document, _)| same_key(&written, document));
        by_number.or_else(|| self.by(|(_, _, order)| same_key(&written, order.as_deref()?))).unwrap_or_default()
    }

    /// Whether a reference names any of them, be it two.
    pub(super) fn is_named(&self, written: &str) -> bool {
        let written = reference_key(written);
        let order = |order: &Option<String>| order.as_deref().and_then(|order| same_key(&written, order)).is_some();
        self.0.iter().any(|(_, document, po)| same_key(&written, document).is_some() || order(po))
    }

    /// The lines that are named best of the lines that are named; none of them where they are of two documents, `None` where no
    /// line is named.
    fn by(
        &self,
        named: impl Fn(&(&'a PayableLine, String, Option<String>)) -> Option<NamedAs>,
    ) -> Option<Vec<&'a PayableLine>> {
        let named: Vec<(NamedAs, &PayableLine)> =
            self.0.iter().filter_map(|line| Some((named(line)?, line.0))).collect();
        let best = named.iter().map(|(how, _)| *how).max()?;
        let found: Vec<&PayableLine> = named.iter().filter(|(how, _)| *how == best).map(|(_, line)| *line).collect();
        let one_document = found.iter().all(|line| line.item == found[0].item);
        Some(if one_document { found } else { Vec::new() })
    }
}

fn named_credit<'a>(written: &str, credits: &'a [OpenCredit]) -> Option<&'a OpenCredit> {
    let mut found = credits.iter().filter(|credit| same_document(written, &credit.document).is_some());
    found.next().filter(|_| found.next().is_none())
}

/// C-2. Documents that the payment's text names.
///
/// They are paid when the receipt is what they have open, or that less the discounts earned, or nearly so. A receipt above
/// that pays them and leaves the rest on account; one below pays the one document named, and asks on which the shortfall lies
/// where several are.
pub(super) fn references(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let mut named: Vec<&PayableLine> = Vec::new();
    let open = Named::of(&owed.lines);
    for written in &receipt.references {
        for line in open.lines(written) {
            if !named.iter().any(|other| core::ptr::eq(*other, line)) {
                named.push(line);
            }
        }
    }
    if named.is_empty() {
        return paid_before(receipt, owed, policy);
    }
    let open: i64 = named.iter().map(|line| line.open).sum();
    let discounts: Vec<i64> = named.iter().map(|line| earned_discount(line, receipt, policy)).collect();
    let discounted = open - discounts.iter().sum::<i64>();
    let tolerance = policy.tolerance_in(receipt.currency);
    if receipt.amount != open && receipt.amount == discounted {
        return Some(sure(pay(receipt, &named, &discounts, Shortfall::Discount)));
    }
    if receipt.amount >= open {
        return Some(above(receipt, owed, &named, open, policy));
    }
    if let Some(found) = explained(receipt, owed, &named, &discounts, policy) {
        return Some(found);
    }
    if let Some(other) = other_exact(receipt, owed, &named).filter(|_| open - receipt.amount > tolerance) {
        let short = named[0].open - receipt.amount.min(named[0].open);
        return Some(ambiguous(vec![other, pay(receipt, &named[..1], &[short], Shortfall::Unexplained)]));
    }
    Some(below(receipt, &named, open, policy))
}

/// A match, with the question about what is missing without a reason that settles it.
pub(super) fn asking_short(found: Match) -> Answer {
    let asked = asked_short(&found.short);
    let questions = if asked > 0 { vec![Question::Short { amount: asked }] } else { Vec::new() };
    Answer { apply: Some(found), questions, candidates: Vec::new() }
}

/// A receipt of at least what the documents named have open: they are paid. When the rest is exactly what other lines have open
/// (the payer named one of many), and only in one way, they are paid too; else it stays on account and is asked about, and so it
/// does where the receipt is what the documents came to before a part of them was paid.
fn above(receipt: &Receipt, owed: &Owed, named: &[&PayableLine], open: i64, policy: &CashPolicy) -> Answer {
    let found = pay(receipt, named, &vec![0; named.len()], Shortfall::Discount);
    let over = found.on_account;
    if over <= policy.tolerance_in(receipt.currency) {
        return sure(found);
    }
    if let Some(other) = other_exact(receipt, owed, named) {
        return ambiguous(vec![other, found]);
    }
    let is_named = |line: &PayableLine| named.iter().any(|other| (other.item, other.line) == (line.item, line.line));
    let rest = Owed {
        payer: owed.payer.clone(),
        lines: owed.lines.iter().filter(|line| !is_named(line)).cloned().collect(),
        ..Owed::default()
    };
    // Paid as if nothing had been paid of them before: what is over is theirs once more, whatever else is as large.
    let again = is_whole_again(receipt.amount, named);
    let discounts: Vec<i64> = named.iter().map(|line| earned_discount(line, receipt, policy)).collect();
    for short in [vec![0; named.len()], discounts].into_iter().filter(|_| !again) {
        let mut found = pay(receipt, named, &short, Shortfall::Discount);
        if let Some(more) = the_rest(&Receipt { amount: found.on_account, ..receipt.clone() }, &rest, policy) {
            found.allocations.extend(more.allocations);
            found.short.extend(more.short);
            (found.on_account, found.confidence) = (0, more.confidence);
            return sure(found);
        }
    }
    let questions = vec![Question::Overpaid { amount: over }];
    // Too much of what is not due yet, while others are late: the number may be a slip of the pen.
    let early = |line: &&PayableLine| line.due_date > receipt.value_date;
    if named.iter().all(early) && rest.lines.iter().any(|line| line.due_date < receipt.value_date) {
        return Answer { apply: None, questions, candidates: vec![found] };
    }
    debug_assert!(over == receipt.amount - open);
    Answer { apply: Some(found), questions, candidates: Vec::new() }
}

/// What else a receipt pays of which the payer named a part: one line, one set of lines, or all that is due on some days.
fn the_rest(rest_of: &Receipt, rest: &Owed, policy: &CashPolicy) -> Option<Match> {
    let rules = [exact_item, exact_subset, due_by];
    rules.iter().find_map(|rule| rule(rest_of, rest, policy).and_then(|answer| answer.apply))
}

/// Whether an amount is what documents came to at first, whole or less the discount agreed, though less of them is open: a part
/// was paid before, and now all of it once more.
pub(super) fn is_whole_again(amount: i64, lines: &[&PayableLine]) -> bool {
    let (mut whole, mut discounts) = (0, 0);
    for (place, line) in lines.iter().enumerate() {
        if lines[..place].iter().all(|other| other.item != line.item) {
            whole += line.document_amount;
            discounts += line.discount.map_or(0, |(_, discount)| discount);
        }
    }
    let open: i64 = lines.iter().map(|line| line.open).sum();
    open < whole && amount > open && (amount == whole || amount == whole - discounts)
}

/// The one line that is exactly the receipt though another document is named: the number may be a slip of the pen.
fn other_exact(receipt: &Receipt, owed: &Owed, named: &[&PayableLine]) -> Option<Match> {
    let is_named = |line: &&PayableLine| named.iter().any(|other| (other.item, other.line) == (line.item, line.line));
    let mut exact = owed.lines.iter().filter(|line| line.open == receipt.amount && !is_named(line));
    exact.next().filter(|_| exact.next().is_none()).map(|line| pay(receipt, &[line], &[0], Shortfall::Discount))
}

/// The receipt against lines, each short by as much as `short` says.
pub(super) fn pay(receipt: &Receipt, lines: &[&PayableLine], short: &[i64], why: Shortfall) -> Match {
    let rule = CashRule::References;
    let paid = lines.iter().zip(short).map(|(line, short)| (*line, line.open - short));
    let allocations = spread(receipt.amount, &[], paid);
    let applied: i64 = allocations.iter().map(|allocation| allocation.amount).sum();
    let short = lines
        .iter()
        .zip(short)
        .filter(|(_, amount)| **amount > 0)
        .map(|(line, amount)| short_of(line, *amount, why.clone()))
        .collect();
    Match { rule, confidence: rule.confidence(), allocations, short, on_account: receipt.amount - applied }
}

/// Only documents that are paid are named, by their whole number, or by its digits and the amount: a duplicate, or the payer's
/// mistake. A person is asked, the money is on account. With another amount, which is exactly what one open item has, the
/// number is a slip of the pen, and the amount decides.
fn paid_before(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let closed = owed.closed.iter().find(|closed| {
        let named = receipt.references.iter().filter_map(|written| same_document(written, &closed.document)).max();
        named == Some(NamedAs::Whole) || named.is_some() && closed.amount == receipt.amount
    })?;
    let slip = || exact_item(receipt, owed, policy).is_some_and(|answer| answer.apply.is_some());
    if owed.closed.iter().all(|closed| closed.amount != receipt.amount) && slip() {
        return None;
    }
    let question = Question::PaidBefore { document: closed.document.clone(), closed_on: closed.closed_on };
    let open_total = sum(&owed.lines);
    let candidates = if open_total == receipt.amount {
        super::match_sums::balance(receipt, owed).and_then(|answer| answer.apply).into_iter().collect()
    } else {
        Vec::new()
    };
    Some(Answer { apply: None, questions: vec![question], candidates })
}
