//! The history of one account: its invoices, and its money gathered into receipts and set against what it pays.

use std::collections::BTreeMap;

use dunwell_desk::rules::calendar::day_number;
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::terms::Terms;

use crate::book::{Account, Application, Contact, Document, DocumentKind, Happening, Payment, Segment, What};
use crate::chance::Chance;
use crate::customers::Profile;
use crate::days::{Days, date};
use crate::fates::{Credited, Fate, Said, Sale, fate};
use crate::names;
use crate::plan::Plan;
use crate::seller::minor_units_for_a_cent;

/// First stream of the histories.
const HISTORY_STREAM: u64 = 1 << 42;
/// The terms of the few invoices in instalments.
const INSTALMENTS: &str = "net 30/60/90";
/// Days after a call on which nobody calls the account again.
const QUIET_DAYS: i64 = 7;
/// Days before the end in which cash may still lie unapplied.
const FRESH_DAYS: i64 = 10;

/// The history of the account at `place` in the plan.
pub(crate) fn history(plan: &Plan, days: &Days, place: usize, profile: Profile) -> Account {
    let mut chance = Chance::new(plan.seed, HISTORY_STREAM + place as u64);
    let contacts = contacts(&profile, &mut chance);
    let mut making = Making {
        days,
        number: &profile.customer.code[1..],
        currency: profile.customer.currency,
        documents: Vec::with_capacity(profile.invoices),
        memos: Vec::new(),
        payments: Vec::new(),
        applications: Vec::new(),
        happenings: Vec::new(),
    };
    let terms = [profile.customer.terms, INSTALMENTS].map(|text| (text, Terms::parse(text).expect("our own terms")));
    let mut fates = Vec::with_capacity(profile.invoices);
    for day in billing_days(&profile, days, &mut chance) {
        let in_parts = profile.customer.segment != Segment::Small && chance.percent(0.8);
        let fate = making.bill(&profile, &terms[usize::from(in_parts)], day, &mut chance);
        fates.push(fate);
    }
    making.receive(&fates, &mut chance);
    making.credit(&fates, &mut chance);
    making.remember(&fates);
    let Making { mut documents, memos, payments, applications, happenings, .. } = making;
    documents.extend(memos);
    Account { customer: profile.customer, contacts, documents, payments, applications, happenings }
}

/// The days of the invoices: more and more of them, for the seller grows; sorted.
fn billing_days(profile: &Profile, days: &Days, chance: &mut Chance) -> Vec<i64> {
    const START: f64 = 0.62;
    const RISE: f64 = 2.0 * (1.0 - START);
    let width = (profile.to - profile.from + 1) as f64;
    let mut billed: Vec<i64> = (0..profile.invoices)
        .map(|_| {
            let share = ((START * START + 2.0 * RISE * chance.unit()).sqrt() - START) / RISE;
            let day = days.on_or_before(profile.from + (share * width) as i64);
            if day < days.first { days.on_or_after(days.first) } else { day.min(days.last) }
        })
        .collect();
    billed.sort_unstable();
    billed
}

/// The people of an account: most have somebody in accounts payable, some a buyer or an owner, a few nobody.
fn contacts(profile: &Profile, chance: &mut Chance) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let domain = names::slug(&profile.customer.name);
    let roles = [("accounts payable", 90.0), ("buyer", 35.0), ("owner", 20.0)];
    for (place, (role, percent)) in roles.into_iter().enumerate() {
        if !chance.percent(percent) {
            continue;
        }
        let name = names::person(chance);
        let mail = chance.percent(92.0).then(|| format!("{}@{domain}.example", names::slug(&name).replace('-', ".")));
        let phone = if chance.percent(75.0) { names::phone(chance, profile.place) } else { None };
        contacts.push(Contact {
            id: format!("{}-{}", profile.customer.code, place + 1),
            name,
            role,
            channel: if mail.is_some() || phone.is_none() { "mail" } else { "call" },
            mail,
            phone,
            time_zone: profile.place.time_zone,
            do_not_contact: role == "buyer" && chance.percent(4.0),
        });
    }
    contacts
}

/// An account's history in the making.
struct Making<'a> {
    days: &'a Days,
    /// The digits of the customer number, part of every document number.
    number: &'a str,
    currency: dunwell_desk::rules::money::Currency,
    documents: Vec<Document>,
    memos: Vec<Document>,
    payments: Vec<Payment>,
    applications: Vec<Application>,
    happenings: Vec<Happening>,
}

impl Making<'_> {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Writes an invoice and decides what becomes of it.
    fn bill(&mut self, profile: &Profile, terms: &(&'static str, Terms), billed: i64, chance: &mut Chance) -> Fate {
        let (text, terms) = terms;
        let amount = amount(profile, chance);
        let lines = terms.schedule(date(billed), amount, &self.days.calendar);
        let discount = terms.discount(date(billed), amount).filter(|(_, discount)| *discount > 0);
        let number = format!("INV-{}-{:04}", self.number, self.documents.len() + 1);
        let orders = !matches!(profile.customer.segment, Segment::Small);
        self.documents.push(Document {
            kind: DocumentKind::Invoice,
            number,
            date: date(billed),
            due: (lines.len() == 1).then(|| lines[0].due_date),
            amount: self.money(amount),
            terms: Some(text),
            discount,
            po_number: chance
                .percent(if orders { 88.0 } else { 35.0 })
                .then(|| format!("PO-{}", chance.between(100_000, 999_999))),
        });
        let lines: Vec<(i64, i64)> = lines.iter().map(|line| (day_number(line.due_date), line.amount)).collect();
        let discount = discount.map(|(day, discount)| (day_number(day), discount));
        fate(profile.customer.payer, &Sale { billed, lines: &lines, discount }, self.days, chance)
    }

    /// Gathers what is paid on one day into one receipt, and sets it against the invoices; some of it late or not at all.
    fn receive(&mut self, fates: &[Fate], chance: &mut Chance) {
        let mut by_day: BTreeMap<i64, BTreeMap<usize, i64>> = BTreeMap::new();
        for (place, fate) in fates.iter().enumerate() {
            for (day, amount) in fate.paid.iter().filter(|(day, _)| *day <= self.days.last) {
                *by_day.entry(*day).or_default().entry(place).or_default() += amount;
            }
        }
        for (day, paid) in by_day {
            let mut total: i64 = paid.values().sum();
            if chance.percent(0.7) {
                total += part_of(total, chance);
            }
            let number = format!("PMT-{}-{:04}", self.number, self.payments.len() + 1);
            self.payments.push(Payment { number: number.clone(), date: date(day), amount: self.money(total) });
            let fresh = self.days.last - day < FRESH_DAYS;
            if fresh && chance.percent(7.0) {
                continue;
            }
            let lag = if chance.percent(4.0) { chance.between(1, 5) } else { 0 };
            for (place, amount) in paid {
                self.apply(&number, place, amount, self.days.on_or_after(day + lag));
            }
        }
    }

    /// Writes the credit memos; discounts are applied at once, others sometimes later, and a few not yet.
    fn credit(&mut self, fates: &[Fate], chance: &mut Chance) {
        let mut credits: Vec<(i64, usize, i64, Credited)> = Vec::new();
        for (place, fate) in fates.iter().enumerate() {
            let happened = fate.credited.iter().filter(|(day, ..)| *day <= self.days.last);
            credits.extend(happened.map(|(day, amount, why)| (*day, place, *amount, *why)));
        }
        credits.sort_by_key(|(day, place, ..)| (*day, *place));
        for (day, place, amount, why) in credits {
            let prefix = match why {
                Credited::Memo => "CM",
                Credited::Discount => "DSC",
            };
            let number = format!("{prefix}-{}-{:04}", self.number, self.memos.len() + 1);
            self.memos.push(Document {
                kind: DocumentKind::CreditMemo,
                number: number.clone(),
                date: date(day),
                due: None,
                amount: self.money(amount),
                terms: None,
                discount: None,
                po_number: None,
            });
            let late = why == Credited::Memo && chance.percent(30.0);
            let lag = if late { chance.between(3, 30) } else { 0 };
            self.apply(&number, place, amount, self.days.on_or_after(day + lag));
        }
    }

    fn apply(&mut self, credit: &str, place: usize, amount: i64, day: i64) {
        if day > self.days.last {
            return;
        }
        let debit = self.documents[place].number.clone();
        let application = Application { credit: credit.into(), debit, amount: self.money(amount), date: date(day) };
        self.applications.push(application);
    }

    /// Writes down what was said: never two calls within the quiet days, and one promise at a time.
    fn remember(&mut self, fates: &[Fate]) {
        let mut said: Vec<(i64, usize, Said)> = Vec::new();
        for (place, fate) in fates.iter().enumerate() {
            let happened = fate.said.iter().filter(|(day, _)| *day <= self.days.last);
            said.extend(happened.map(|(day, said)| (*day, place, *said)));
        }
        said.sort_by_key(|(day, place, _)| (*day, *place));
        let (mut quiet_until, mut promised_until) = (i64::MIN, i64::MIN);
        for (day, place, said) in said {
            let document = self.documents[place].number.clone();
            let what = match said {
                Said::Call { .. } if day < quiet_until => continue,
                Said::Promise { .. } if day < promised_until => continue,
                Said::Call { outcome } => {
                    quiet_until = day + QUIET_DAYS;
                    What::Call { outcome }
                }
                Said::Promise { amount, by } => {
                    promised_until = by + 1;
                    What::Promise { amount: self.money(amount), by: date(by), documents: vec![document] }
                }
                Said::Dispute { reason, amount } => {
                    What::Dispute { document, reason, amount: amount.map(|amount| self.money(amount)) }
                }
                Said::DisputeClosed { outcome } => What::DisputeClosed { document, outcome },
            };
            self.happenings.push(Happening { day: date(day), what });
        }
    }
}

/// What an invoice is over, in minor units; at least what one would send an invoice for.
fn amount(profile: &Profile, chance: &mut Chance) -> i64 {
    const LEAST: f64 = 2_500.0;
    let (median, spread) = match profile.customer.segment {
        Segment::Key => (600_000.0, 0.8),
        Segment::Mid => (280_000.0, 0.85),
        Segment::Small => (45_000.0, 0.9),
        Segment::Public => (350_000.0, 0.85),
        Segment::Export => (420_000.0, 0.85),
    };
    let cents = chance.lognormal(median, spread).max(LEAST);
    (cents * minor_units_for_a_cent(profile.customer.currency.code())) as i64
}

/// A small part of an amount, paid by mistake: one to six percent, at least one minor unit.
fn part_of(amount: i64, chance: &mut Chance) -> i64 {
    (amount * chance.between(1, 6) / 100).max(1)
}
