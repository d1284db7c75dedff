//! A case: one account's facts, built a line at a time as a collector would tell them.
#![allow(dead_code, reason = "each test file tells its own part of a case")]

use std::sync::LazyLock;

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::assessment::{Assessment, assess};
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::decision::Decision;
use dunwell_rules::facts::{
    AccountFacts, ContactFacts, CreditFacts, DisputeFacts, HoldFacts, HoldKind, LineFacts, PaymentFacts, PromiseFacts,
    StepFacts, StepState,
};
use dunwell_rules::item::ItemKind;
use dunwell_rules::live_start::LiveStart;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::notice::{NoticeDay, OwnNotice, Revision, next_action, revise};
use dunwell_rules::policy::{BookAmounts, Policy};

/// A day written as people write it.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day of a test")
}

/// The presets of the project's `policies` folder.
static PRESETS: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let read = |name| {
        let path = format!("{}/../../policies/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        policy_of(&std::fs::read_to_string(path).expect("the preset is in the project"))
    };
    ["standard", "strict", "gentle"].map(read).to_vec()
});

/// The preset of that name.
pub(crate) fn policy(name: &str) -> Policy {
    PRESETS.iter().find(|policy| policy.name == name).expect("a preset").clone()
}

/// A policy read from TOML text.
pub(crate) fn policy_of(text: &str) -> Policy {
    toml::from_str(text).expect("the text is a policy")
}

/// An entry named by its number.
pub(crate) fn entry(number: i64) -> EntryId {
    EntryId::new(number, 0)
}

/// One account with what the test says about it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) facts: AccountFacts,
    pub(crate) policy: Policy,
    pub(crate) calendar: Calendar,
    pub(crate) amounts: BookAmounts,
    pub(crate) catch_up: bool,
    pub(crate) live_start: LiveStart,
    next_entry: i64,
}

impl Case {
    /// An account of a dollar book under the policy `standard`, with a Monday to Friday calendar.
    pub(crate) fn on(today: &str) -> Self {
        let facts = AccountFacts {
            account: entry(1),
            code: "ACME".to_string(),
            as_of: day(today),
            currency: Currency::USD,
            version: 1,
            segment: None,
            risk_class: None,
            debtor_kind: DebtorKind::Company,
            collector: None,
            lines: Vec::new(),
            credits: Vec::new(),
            disputes: Vec::new(),
            promises: Vec::new(),
            holds: Vec::new(),
            contacts: Vec::new(),
            steps: Vec::new(),
            months: Vec::new(),
            first_document: None,
            last_payment: None,
            last_bank_statement: None,
        };
        let calendar = Calendar::named("mon-fri").expect("a known calendar");
        let amounts = BookAmounts::same(Currency::USD);
        let live_start = LiveStart::Over;
        Self { facts, policy: policy("standard"), calendar, amounts, catch_up: false, live_start, next_entry: 1000 }
    }

    fn new_entry(&mut self) -> EntryId {
        self.next_entry += 1;
        entry(self.next_entry)
    }

    /// An invoice, all open; its entry is `entry(number)` and its document `INV-number`.
    pub(crate) fn invoice(mut self, number: i64, cents: i64, due: &str) -> Self {
        let due_date = day(due);
        self.facts.lines.push(LineFacts {
            item: entry(number),
            line: 1,
            document: format!("INV-{number}"),
            kind: ItemKind::Invoice,
            document_date: due_date.checked_sub(jiff::Span::new().days(30)).expect("in the calendar"),
            due_date,
            po_number: None,
            amount: cents,
            open: cents,
        });
        self.facts.lines.sort_by_key(|line| (line.due_date, line.document_date, line.item, line.line));
        self
    }

    /// A credit with something unapplied.
    pub(crate) fn credit(mut self, kind: ItemKind, cents: i64) -> Self {
        let item = self.new_entry();
        let document = format!("CR-{}", item.batch());
        let posting_date = self.facts.as_of;
        self.facts.credits.push(CreditFacts { item, document, kind, posting_date, amount: cents, unapplied: cents });
        self
    }

    /// A dispute about an invoice; all of it when no amount is said.
    pub(crate) fn dispute(mut self, number: i64, cents: Option<i64>) -> Self {
        let (entry_of, since) = (self.new_entry(), self.facts.as_of);
        self.facts.disputes.push(DisputeFacts {
            entry: entry_of,
            item: entry(number),
            line: None,
            amount: cents,
            since,
            reason: "unstated".to_string(),
        });
        self
    }

    /// A promise over the oldest items, with the payments that came for it.
    pub(crate) fn promise(mut self, cents: i64, made_on: &str, by: &str, payments: &[(&str, i64)]) -> Self {
        let entry_of = self.new_entry();
        let payments = payments
            .iter()
            .map(|(on, cents)| PaymentFacts {
                entry: self.new_entry(),
                day: day(on),
                amount: Money::new(*cents, self.facts.currency),
                item: None,
                document: "PAY".to_string(),
            })
            .collect();
        self.facts.promises.push(PromiseFacts {
            entry: entry_of,
            amount: cents,
            made_on: day(made_on),
            promised_for: day(by),
            items: Vec::new(),
            ended_on: None,
            payments,
        });
        self
    }

    /// A contact.
    pub(crate) fn contact(mut self, on: &str, channel: &str) -> Self {
        let entry = self.new_entry();
        self.facts.contacts.push(ContactFacts { entry, day: day(on), channel: channel.to_string(), notice: None });
        self
    }

    /// A step of the ladder that carried these invoices, of which those named are still open.
    pub(crate) fn step(mut self, id: &str, cycle: i64, on: &str, state: StepState, open: &[i64]) -> Self {
        let entry_of = self.new_entry();
        let open_items = open.iter().map(|number| entry(*number)).collect();
        self.facts.steps.push(StepFacts {
            entry: entry_of,
            step: id.to_string(),
            cycle,
            day: day(on),
            state,
            open_items,
        });
        self
    }

    /// A step made on its day.
    pub(crate) fn made(self, id: &str, cycle: i64, on: &str, open: &[i64]) -> Self {
        let on_day = day(on);
        self.step(id, cycle, on, StepState::Made { on: on_day }, open)
    }

    /// A stop of contact.
    pub(crate) fn hold(mut self, kind: HoldKind, basis: &str) -> Self {
        let (entry, since) = (self.new_entry(), self.facts.as_of);
        self.facts.holds.push(HoldFacts { entry, kind, since, until: None, basis: basis.to_string() });
        self
    }

    /// Another change, by hand.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn day(&self) -> NoticeDay<'_> {
        NoticeDay {
            today: self.facts.as_of,
            calendar: &self.calendar,
            amounts: &self.amounts,
            catch_up: self.catch_up,
            live_start: self.live_start,
        }
    }

    /// The assessment of the day.
    pub(crate) fn assess(&self) -> Assessment {
        assess(&self.facts, &self.policy, &self.calendar, &self.amounts)
    }

    /// The decision of the day.
    pub(crate) fn decide(&self) -> Decision {
        next_action(&self.assess(), &self.facts, &self.policy, &self.day())
    }

    /// The decision of the day in one line.
    pub(crate) fn line(&self) -> String {
        self.decide().line()
    }

    /// The decision made anew, `previous` being the step the day made.
    pub(crate) fn revise(&self, previous: Option<&StepFacts>) -> (String, OwnNotice) {
        let Revision { decision, own } = revise(&self.assess(), &self.facts, &self.policy, &self.day(), previous);
        (decision.line(), own)
    }
}
