//! Putting the rows of the facts statement together, one account and currency at a time, in the documented order.

use std::collections::{BTreeMap, HashMap};

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::facts::{
    AccountFacts, ContactFacts, CreditFacts, DisputeFacts, HoldFacts, HoldKind, LineFacts, MonthFacts, PaymentFacts,
    PromiseFacts, StepFacts, StepState,
};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};

use crate::fault::Result;
use crate::read::{currency, damaged, date, entries};

/// A row of the statement: which branch, account, currency, eight numbers and five texts.
pub(super) type Tagged = (
    i64,
    i64,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Which accounts answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// Those with anything open on the day.
    Open,
    /// These, in rising order, with anything open or not.
    Named(&'a [i64]),
}

/// The rows gathered so far.
#[derive(Debug)]
pub(super) struct Gathering<'a> {
    day: Date,
    asked: Asked<'a>,
    bank_statement: Option<i64>,
    accounts: BTreeMap<i64, Account>,
}

#[derive(Debug, Default)]
struct Account {
    head: Option<Head>,
    holds: Vec<HoldFacts>,
    contacts: Vec<ContactFacts>,
    parts: BTreeMap<String, Part>,
}

#[derive(Debug)]
struct Head {
    currency: String,
    version: i64,
    code: String,
    segment: Option<String>,
    risk_class: Option<String>,
    debtor_kind: DebtorKind,
    collector: Option<String>,
}

/// What belongs to one currency of an account.
#[derive(Debug, Default)]
struct Part {
    lines: HashMap<(i64, i64), Line>,
    disputes: Vec<DisputeFacts>,
    promises: Vec<PromiseFacts>,
    payments: Vec<(i64, Payment)>,
    steps: Vec<Step>,
    step_lines: Vec<(i64, i64, i64)>,
    months: Vec<MonthFacts>,
    first_document: Option<i64>,
    last_payment: Option<(i64, i64, i64, String)>,
    paid_later: bool,
}

#[derive(Debug)]
struct Line {
    open: i64,
    amount: i64,
    document_day: i64,
    due_day: i64,
    posting_day: i64,
    value_day: i64,
    document: String,
    kind: ItemKind,
    po_number: Option<String>,
}

/// A movement of a debit line by a payment, which keeps a promise or, unapplied again, no longer does.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) entry: i64,
    pub(crate) item: i64,
    pub(crate) line: i64,
    pub(crate) paid: i64,
    pub(crate) value_day: i64,
    pub(crate) credit: i64,
    pub(crate) document: String,
}

#[derive(Debug)]
struct Step {
    step: i64,
    cycle: i64,
    day: i64,
    state_day: i64,
    rung: String,
    how: String,
    state: String,
}

/// A column that the statement always fills.
fn whole<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(|| damaged("value", "null"))
}

impl<'a> Gathering<'a> {
    pub(super) fn new(day: Date, asked: Asked<'a>) -> Self {
        Self { day, asked, bank_statement: None, accounts: BTreeMap::new() }
    }

    /// Takes one row in. The letters are the statement's columns.
    pub(super) fn add(&mut self, row: Tagged) -> Result<()> {
        let (tag, id, code, a, b, c, d, e, f, g, h, s, t, u, v, w) = row;
        let account = self.accounts.entry(id).or_default();
        match tag {
            1 => {
                self.bank_statement = b;
                let kind = whole(v)?;
                let debtor_kind = DebtorKind::parse(&kind).ok_or_else(|| damaged("kind of debtor", &kind))?;
                let (currency, version, code) = (whole(code)?, whole(a)?, whole(s)?);
                account.head =
                    Some(Head { currency, version, code, segment: t, risk_class: u, debtor_kind, collector: w });
                return Ok(());
            }
            7 => {
                let kind = whole(s)?;
                let kind = HoldKind::parse(&kind).ok_or_else(|| damaged("stop on contact", &kind))?;
                let (since, until) = (date(whole(b)?), c.map(date));
                account.holds.push(HoldFacts { entry: EntryId(whole(a)?), kind, since, until, basis: whole(t)? });
                return Ok(());
            }
            8 => {
                let (entry, day) = (EntryId(whole(a)?), date(whole(b)?));
                account.contacts.push(ContactFacts { entry, day, channel: whole(s)?, notice: c.map(EntryId) });
                return Ok(());
            }
            _ => {}
        }
        let code = whole(code)?;
        if !account.parts.contains_key(&code) {
            account.parts.insert(code.clone(), Part::default());
        }
        let part = account.parts.get_mut(&code).expect("inserted above");
        let row = (tag, id, None, a, b, c, d, e, f, g, h, s, t, u, v, w);
        match tag {
            2 | 3 => part.add_line(row),
            4..=6 => part.add_agreement(row, self.day),
            _ => part.add_history(row),
        }
    }

    /// Whether the newest bank statement was read after the day.
    pub(super) fn bank_statement_is_later(&self) -> bool {
        self.bank_statement.is_some_and(|day| day > day_number(self.day))
    }

    /// The newest bank statement read by the day.
    pub(super) fn set_bank_statement(&mut self, day: Option<i64>) {
        self.bank_statement = day;
    }

    /// The accounts whose newest payment came in after the day, in rising order. What is kept of it is forgotten.
    pub(super) fn accounts_paid_later(&mut self) -> Vec<i64> {
        let today = day_number(self.day);
        let mut later = Vec::new();
        for (id, account) in &mut self.accounts {
            for part in account.parts.values_mut() {
                if part.last_payment.as_ref().is_some_and(|payment| payment.1 > today) {
                    part.last_payment = None;
                    part.paid_later = true;
                    later.push(*id);
                }
            }
        }
        later
    }

    /// A payment by the day, for an account that was paid later; the newest comes last.
    pub(super) fn set_last_payment(
        &mut self,
        account: i64,
        currency: &str,
        item: i64,
        day: i64,
        amount: i64,
        document: String,
    ) {
        let part = self.accounts.get_mut(&account).and_then(|account| account.parts.get_mut(currency));
        if let Some(part) = part.filter(|part| part.paid_later) {
            let of_that_day = part.last_payment.as_ref().filter(|newest| newest.1 == day).map_or(0, |newest| newest.2);
            part.last_payment = Some((item, day, of_that_day + amount, document));
        }
    }

    /// The facts, by account, then currency.
    pub(super) fn finish(self) -> Result<Vec<AccountFacts>> {
        let mut facts = Vec::with_capacity(self.accounts.len());
        for (id, mut account) in self.accounts {
            let Some(head) = account.head.take() else { continue };
            let named = match self.asked {
                Asked::Open => false,
                Asked::Named(ids) if ids.binary_search(&id).is_ok() => true,
                Asked::Named(_) => continue,
            };
            account.holds.sort_by_key(|hold| hold.entry);
            account.contacts.sort_by_key(|contact| (contact.day, contact.entry));
            let parts = std::mem::take(&mut account.parts);
            let open = |part: &Part| part.lines.values().any(|line| line.open != 0);
            let any_open = parts.values().any(open);
            let mut answered = false;
            let mut shell =
                Shell { id: EntryId(id), head: &head, account: &account, day: self.day, bank: self.bank_statement };
            for (code, part) in parts {
                if open(&part) || (named && !any_open && code == head.currency) {
                    facts.push(shell.facts(currency(&code)?, part)?);
                    answered = true;
                }
            }
            if named && !answered {
                facts.push(shell.facts(currency(&head.currency)?, Part::default())?);
            }
        }
        Ok(facts)
    }
}

impl Part {
    /// A line as it is kept, or what moved it since.
    fn add_line(&mut self, row: Tagged) -> Result<()> {
        let (_, _, _, a, b, c, d, e, f, g, h, s, t, u, _, _) = row;
        let (key, open) = ((whole(a)?, whole(b)?), whole(c)?);
        if let Some(line) = self.lines.get_mut(&key) {
            line.open += open;
            return Ok(());
        }
        let kind = whole(t)?;
        let kind = ItemKind::parse(&kind).ok_or_else(|| damaged("kind of item", &kind))?;
        let line = Line {
            open,
            amount: whole(d)?,
            document_day: whole(e)?,
            due_day: whole(f)?,
            posting_day: whole(g)?,
            value_day: whole(h)?,
            document: whole(s)?,
            kind,
            po_number: u,
        };
        self.lines.insert(key, line);
        Ok(())
    }

    /// A dispute, a promise, or what was paid since it was given.
    fn add_agreement(&mut self, row: Tagged, day: Date) -> Result<()> {
        let (tag, _, _, a, b, c, d, e, f, g, _, s, _, _, _, _) = row;
        match tag {
            4 => self.disputes.push(DisputeFacts {
                entry: EntryId(whole(a)?),
                item: EntryId(whole(b)?),
                line: c,
                amount: d,
                since: date(whole(e)?),
                reason: whole(s)?,
            }),
            5 => self.promises.push(PromiseFacts {
                entry: EntryId(whole(a)?),
                amount: whole(b)?,
                made_on: date(whole(c)?),
                promised_for: date(whole(d)?),
                items: entries(&whole(s)?)?,
                ended_on: e.map(date).filter(|ended| *ended <= day),
                payments: Vec::new(),
            }),
            _ => {
                let payment = Payment {
                    entry: whole(b)?,
                    item: whole(c)?,
                    line: whole(d)?,
                    paid: -whole(e)?,
                    value_day: whole(f)?,
                    credit: whole(g)?,
                    document: whole(s)?,
                };
                self.payments.push((whole(a)?, payment));
            }
        }
        Ok(())
    }

    /// A step, what it carried, a month, or the summary.
    fn add_history(&mut self, row: Tagged) -> Result<()> {
        let (tag, _, _, a, b, c, d, e, f, g, h, s, t, u, _, _) = row;
        match tag {
            9 => self.steps.push(Step {
                step: whole(a)?,
                cycle: whole(b)?,
                day: whole(c)?,
                state_day: whole(d)?,
                rung: whole(s)?,
                how: whole(t)?,
                state: whole(u)?,
            }),
            10 => self.step_lines.push((whole(a)?, whole(b)?, whole(c)?)),
            11 => {
                let month = whole(a)?;
                self.months.push(MonthFacts {
                    year: i16::try_from(month.div_euclid(12)).map_err(|_| damaged("month", &month.to_string()))?,
                    month: i8::try_from(month.rem_euclid(12)).map_err(|_| damaged("month", &month.to_string()))? + 1,
                    lines: whole(b)?,
                    amount: whole(c)?,
                    late_lines: whole(d)?,
                    late_amount: whole(e)?,
                    days_late: whole(f)?,
                    amount_days_late: whole(g)?,
                    longest_days_late: whole(h)?,
                });
            }
            _ => {
                self.first_document = a;
                if let (Some(day), Some(item), Some(amount), Some(document)) = (b, c, d, s) {
                    self.last_payment = Some((item, day, amount, document));
                }
            }
        }
        Ok(())
    }
}

/// What every currency of an account shares.
struct Shell<'a> {
    id: EntryId,
    head: &'a Head,
    account: &'a Account,
    day: Date,
    bank: Option<i64>,
}

impl Shell<'_> {
    fn facts(&mut self, currency: Currency, part: Part) -> Result<AccountFacts> {
        let today = day_number(self.day);
        let (lines, credits, receipts) = lines_and_credits(&part);
        let mut disputes = part.disputes;
        disputes.retain(|dispute| lines.iter().any(|line| line.item == dispute.item));
        disputes.sort_by_key(|dispute| (dispute.since, dispute.entry));
        let mut promises = part.promises;
        promises.sort_by_key(|promise| (promise.made_on, promise.entry));
        for promise in &mut promises {
            let paid =
                part.payments.iter().filter(|(of, _)| *of == promise.entry.0).map(|(_, payment)| payment.clone());
            promise.payments = payments_of(promise, paid.collect(), &receipts, currency);
        }
        let mut months = part.months;
        months.sort_by_key(|month| (month.year, month.month));
        let last_payment = part.last_payment.map(|(item, day, amount, document)| PaymentFacts {
            entry: EntryId(item),
            day: date(day),
            amount: Money::new(amount, currency),
            item: None,
            document,
        });
        Ok(AccountFacts {
            account: self.id,
            code: self.head.code.clone(),
            as_of: self.day,
            currency,
            version: self.head.version,
            segment: self.head.segment.clone(),
            risk_class: self.head.risk_class.clone(),
            debtor_kind: self.head.debtor_kind,
            collector: self.head.collector.clone(),
            steps: steps(part.steps, &part.step_lines, &part.lines, today)?,
            lines,
            credits,
            disputes,
            promises,
            holds: self.account.holds.clone(),
            contacts: self.account.contacts.clone(),
            months,
            first_document: part.first_document.filter(|day| *day <= today).map(date),
            last_payment,
            last_bank_statement: self.bank.map(date),
        })
    }
}

/// A receipt or settlement with something unapplied: its entry, value day, unapplied amount and document.
pub(crate) type Receipt = (EntryId, i64, i64, String);

fn lines_and_credits(part: &Part) -> (Vec<LineFacts>, Vec<CreditFacts>, Vec<Receipt>) {
    let (mut lines, mut credits, mut receipts) = (Vec::new(), Vec::new(), Vec::new());
    for ((item, number), line) in &part.lines {
        let item = EntryId(*item);
        if line.open > 0 {
            lines.push(LineFacts {
                item,
                line: *number,
                document: line.document.clone(),
                kind: line.kind,
                document_date: date(line.document_day),
                due_date: date(line.due_day),
                po_number: line.po_number.clone(),
                amount: line.amount,
                open: line.open,
            });
        } else if line.open < 0 {
            if line.kind.is_payment() {
                receipts.push((item, line.value_day, -line.open, line.document.clone()));
            }
            credits.push(CreditFacts {
                item,
                document: line.document.clone(),
                kind: line.kind,
                posting_date: date(line.posting_day),
                amount: -line.amount,
                unapplied: -line.open,
            });
        }
    }
    lines.sort_by_key(|line| (line.due_date, line.document_date, line.item, line.line));
    credits.sort_by_key(|credit| (credit.posting_date, credit.item));
    (lines, credits, receipts)
}

/// The payments that count for a promise: applied and not unapplied again, then what is left unapplied, oldest first.
pub(crate) fn payments_of(
    promise: &PromiseFacts,
    mut paid: Vec<Payment>,
    receipts: &[Receipt],
    currency: Currency,
) -> Vec<PaymentFacts> {
    paid.retain(|payment| promise.items.is_empty() || promise.items.contains(&EntryId(payment.item)));
    paid.sort_by_key(|payment| (payment.value_day, payment.entry));
    let mut standing: Vec<Payment> = Vec::with_capacity(paid.len());
    for payment in paid {
        if payment.paid >= 0 {
            standing.push(payment);
            continue;
        }
        let mut back = -payment.paid;
        let same = |other: &&mut Payment| {
            (other.item, other.line, other.credit) == (payment.item, payment.line, payment.credit)
        };
        for other in standing.iter_mut().rev().filter(same) {
            let taken = back.min(other.paid);
            other.paid -= taken;
            back -= taken;
        }
    }
    let applied = standing.into_iter().filter(|payment| payment.paid > 0).map(|payment| PaymentFacts {
        entry: EntryId(payment.entry),
        day: date(payment.value_day),
        amount: Money::new(payment.paid, currency),
        item: Some(EntryId(payment.item)),
        document: payment.document,
    });
    let made_on = day_number(promise.made_on);
    let unapplied =
        receipts.iter().filter(|receipt| receipt.1 >= made_on).map(|(entry, day, amount, document)| PaymentFacts {
            entry: *entry,
            day: date(*day),
            amount: Money::new(*amount, currency),
            item: None,
            document: document.clone(),
        });
    let mut payments: Vec<PaymentFacts> = applied.chain(unapplied).collect();
    payments.sort_by_key(|payment| (payment.day, payment.entry, payment.item));
    payments
}

/// The steps that carried something still open, and those of the newest cycle, oldest first.
fn steps(
    steps: Vec<Step>,
    carried: &[(i64, i64, i64)],
    lines: &HashMap<(i64, i64), Line>,
    today: i64,
) -> Result<Vec<StepFacts>> {
    let newest = steps.iter().map(|step| step.cycle).max();
    let mut answer = Vec::new();
    for step in steps {
        let open = |item: i64, line: i64| lines.get(&(item, line)).is_some_and(|line| line.open > 0);
        let mut open_items: Vec<EntryId> = carried
            .iter()
            .filter(|(of, item, line)| *of == step.step && open(*item, *line))
            .map(|(_, item, _)| EntryId(*item))
            .collect();
        open_items.sort_unstable();
        open_items.dedup();
        if open_items.is_empty() && Some(step.cycle) != newest {
            continue;
        }
        let state = state_on(&step, today)?;
        let (entry, day) = (EntryId(step.step), date(step.day));
        answer.push(StepFacts { entry, step: step.rung, cycle: step.cycle, day, state, open_items });
    }
    answer.sort_by_key(|step| (step.day, step.entry));
    Ok(answer)
}

/// What had become of a step by the day: what is kept, unless it came later; then what it was made as.
fn state_on(step: &Step, today: i64) -> Result<StepState> {
    let on = date(step.state_day);
    if step.state_day > today {
        return Ok(match step.how.as_str() {
            "notice" => StepState::Planned,
            "task" => StepState::TaskOpen,
            "proposal" => StepState::Pending,
            _ => StepState::Made { on: date(step.day) },
        });
    }
    Ok(match step.state.as_str() {
        "made" => StepState::Made { on },
        "task_open" => StepState::TaskOpen,
        "planned" => StepState::Planned,
        "pending" => StepState::Pending,
        "declined" => StepState::Declined { on },
        "withdrawn" => StepState::Withdrawn { on },
        other => return Err(damaged("state of a step", other)),
    })
}
