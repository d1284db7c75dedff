//! What becomes of one invoice: what is paid when, what is credited, what is said about it. Never more than was billed.

use crate::chance::Chance;
use crate::days::Days;
use crate::payers::Payer;

/// Percent of invoices of which goods come back.
const RETURNS_PERCENT: f64 = 2.0;
/// Percent of invoices that anybody contests, and that a disputer contests.
const DISPUTES_PERCENT: f64 = 1.0;
const DISPUTER_PERCENT: f64 = 20.0;
/// Percent of invoices that a short-payer pays in part.
const SHORT_PERCENT: f64 = 35.0;
/// Percent of discounts that a discount taker takes.
const DISCOUNT_PERCENT: f64 = 88.0;
/// Days late at which somebody calls.
const CALL_AT_DAYS_LATE: i64 = 20;

/// An invoice as it was sent.
pub(crate) struct Sale<'a> {
    pub(crate) billed: i64,
    /// Due day and amount of each instalment; most have one.
    pub(crate) lines: &'a [(i64, i64)],
    /// Last day and amount of the discount.
    pub(crate) discount: Option<(i64, i64)>,
}

/// Why something is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credited {
    /// Goods came back, a price was wrong, a small rest was let go.
    Memo,
    /// The discount was earned.
    Discount,
}

/// Something said about an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Call { outcome: &'static str },
    Promise { amount: i64, by: i64 },
    Dispute { reason: &'static str, amount: Option<i64> },
    DisputeClosed { outcome: &'static str },
}

/// What becomes of an invoice. Days may lie after the end of the book: then it has not happened yet.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// Day and amount.
    pub(crate) paid: Vec<(i64, i64)>,
    /// Day, amount and why.
    pub(crate) credited: Vec<(i64, i64, Credited)>,
    /// Day and words.
    pub(crate) said: Vec<(i64, Said)>,
}

/// What becomes of `sale` in the hands of `payer`.
pub(crate) fn fate(payer: Payer, sale: &Sale<'_>, days: &Days, chance: &mut Chance) -> Fate {
    let mut fate = Fate::default();
    let [(due, amount)] = *sale.lines else {
        for (due, amount) in sale.lines {
            if let Some(day) = payer.pay_day(sale.billed, *due, days, chance) {
                fate.pay(day, *amount);
            }
        }
        return fate;
    };
    let contests = if payer == Payer::Disputer { DISPUTER_PERCENT } else { DISPUTES_PERCENT };
    if chance.percent(contests) {
        dispute(&mut fate, payer, (sale.billed, due, amount), days, chance);
        return fate;
    }
    let mut owed = amount;
    if chance.percent(RETURNS_PERCENT) {
        let back = part(amount, chance.between(5, 35));
        fate.credit(days.on_or_after(sale.billed + chance.between(4, 25)), back, Credited::Memo);
        owed -= back;
    }
    match (payer, sale.discount) {
        (Payer::DiscountTaker, Some((last_day, discount))) if discount < owed && chance.percent(DISCOUNT_PERCENT) => {
            let day = days.on_or_before(last_day - chance.between(0, 3)).max(sale.billed);
            fate.pay(day, owed - discount);
            fate.credit(day, discount, Credited::Discount);
        }
        (Payer::ShortPayer, _) if chance.percent(SHORT_PERCENT) => {
            short(&mut fate, payer, (sale.billed, due, owed), days, chance);
        }
        _ => {
            let day = payer.pay_day(sale.billed, due, days, chance);
            if let Some(day) = day {
                fate.pay(day, owed);
            }
            chase(&mut fate, due, day, owed, days, chance);
        }
    }
    fate
}

/// So many percent of an amount, at least one minor unit where it is more than one.
fn part(amount: i64, percent: i64) -> i64 {
    (amount * percent / 100).max(1).min(amount - 1)
}

/// A short payment: a rest of one to eight percent, which is credited, paid later, or stays.
fn short(fate: &mut Fate, payer: Payer, (billed, due, owed): (i64, i64, i64), days: &Days, chance: &mut Chance) {
    let Some(day) = payer.pay_day(billed, due, days, chance) else { return };
    let rest = part(owed, chance.between(1, 8));
    fate.pay(day, owed - rest);
    let later = days.on_or_after(day + chance.between(30, 75));
    match chance.between(0, 99) {
        0..45 => fate.credit(later, rest, Credited::Memo),
        45..80 => fate.pay(later, rest),
        _ => {}
    }
}

/// A contested invoice: the rest is paid as usual, the contested part is credited or paid when it is settled.
fn dispute(fate: &mut Fate, payer: Payer, (billed, due, amount): (i64, i64, i64), days: &Days, chance: &mut Chance) {
    const REASONS: [&str; 8] =
        ["price", "short_shipment", "damaged", "returned", "not_received", "purchase_order", "freight", "tax"];
    let raised = days.on_or_after((due - chance.between(-4, 18)).max(billed + 1));
    let reason = *chance.one(&REASONS);
    let contested = if chance.percent(60.0) { part(amount, chance.between(10, 50)) } else { amount };
    let partly = (contested < amount).then_some(contested);
    fate.said.push((raised, Said::Dispute { reason, amount: partly }));
    if partly.is_some()
        && let Some(day) = payer.pay_day(billed, due, days, chance)
    {
        fate.pay(day, amount - contested);
    }
    let settled = days.on_or_after(raised.max(due) + chance.between(15, 70));
    if chance.percent(45.0) {
        fate.said.push((settled, Said::DisputeClosed { outcome: "credited" }));
        fate.credit(settled, contested, Credited::Memo);
    } else if let Some(day) = payer.pay_day(billed, settled + 7, days, chance) {
        fate.said.push((settled, Said::DisputeClosed { outcome: "upheld" }));
        fate.pay(day.max(settled), contested);
    }
}

/// What is said when an invoice is paid late or never: a call, and often a promise that is kept or not.
fn chase(fate: &mut Fate, due: i64, paid: Option<i64>, owed: i64, days: &Days, chance: &mut Chance) {
    let called = days.on_or_after(due + CALL_AT_DAYS_LATE + chance.between(0, 3));
    if paid.is_some_and(|day| day <= called) {
        return;
    }
    let outcome =
        *chance.one(&["reached", "reached", "voicemail", "no_answer", "message_left", "promised", "promised"]);
    fate.said.push((called, Said::Call { outcome }));
    if outcome != "promised" {
        return;
    }
    let kept = chance.percent(70.0);
    let by = match paid {
        Some(day) if kept => day,
        Some(_) | None => days.on_or_after(called + chance.between(3, 10)),
    };
    fate.said.push((called, Said::Promise { amount: owed, by }));
}

impl Fate {
    fn pay(&mut self, day: i64, amount: i64) {
        self.paid.push((day, amount));
    }

    fn credit(&mut self, day: i64, amount: i64, why: Credited) {
        self.credited.push((day, amount, why));
    }
}
