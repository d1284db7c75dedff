//! What the book knew of an account at a place in its journals: enough of its facts to ask the rules again what of each due
//! line was free to be asked for. Rows are taken in as they were recorded, and nothing recorded later is seen.

use std::collections::BTreeMap;

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::calendar::Calendar;
use dunwell_rules::dispute::disputed_by_line;
use dunwell_rules::facts::{AccountFacts, DisputeFacts, LineFacts, PromiseFacts};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use dunwell_rules::promise::{promised_by_line, standings};
use serde_json::Value as Json;

use crate::facts::{Payment, Receipt, payments_of};
use crate::journal::{ActivityRow, ItemDetail, LedgerRow};
use crate::read::date;

/// Days: a promise that was due longer ago than this is no fact any more.
const PROMISES_OF_DAYS: i64 = 366;

/// An account as it was known so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) code: String,
    pub(super) segment: Option<String>,
    documents: BTreeMap<i64, Document>,
    moves: Vec<Moved>,
    disputes: BTreeMap<i64, Dispute>,
    promises: BTreeMap<i64, Promise>,
    holds: BTreeMap<i64, Hold>,
}

#[derive(Debug)]
struct Document {
    kind: ItemKind,
    currency: String,
    posting_day: i64,
    value_day: i64,
    document_day: i64,
    /// Due day and amount, a credit's amount below zero.
    lines: Vec<(i64, i64)>,
}

/// A change of one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) entry: i64,
    pub(super) item: i64,
    pub(super) line: i64,
    pub(super) day: i64,
    pub(super) value_day: i64,
    pub(super) delta: i64,
    /// The payment that moved it, where it was one.
    pub(super) payment: Option<i64>,
}

#[derive(Debug)]
struct Dispute {
    currency: String,
    item: i64,
    line: Option<i64>,
    amount: Option<i64>,
    since: i64,
    closed_on: Option<i64>,
}

#[derive(Debug)]
struct Promise {
    currency: String,
    amount: i64,
    made_on: i64,
    promised_for: i64,
    items: Vec<i64>,
    ended_on: Option<i64>,
}

#[derive(Debug)]
struct Hold {
    kind: String,
    since: i64,
    until: Option<i64>,
    released_on: Option<i64>,
}

fn text(detail: &Json, name: &str) -> Option<String> {
    detail.get(name).and_then(Json::as_str).map(str::to_owned)
}

fn number(detail: &Json, name: &str) -> Option<i64> {
    detail.get(name).and_then(Json::as_i64)
}

fn numbers(detail: &Json, name: &str) -> Vec<i64> {
    detail.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_i64).collect()
}

impl Known {
    /// Takes in a document; other postings do nothing here.
    pub(super) fn post(&mut self, row: &LedgerRow) {
        let (Some(kind), Ok(detail)) = (ItemKind::parse(&row.kind), serde_json::from_str::<ItemDetail>(&row.detail))
        else {
            return;
        };
        let lines = if kind.is_debit() { detail.lines } else { vec![(row.posting_day, -row.amount)] };
        let document = Document {
            kind,
            currency: row.currency.clone(),
            posting_day: row.posting_day,
            value_day: row.value_day,
            document_day: detail.document_day,
            lines,
        };
        self.documents.insert(row.entry, document);
    }

    /// Takes in what moved one of its lines.
    pub(super) fn shift(&mut self, moved: Moved) {
        self.moves.push(moved);
    }

    /// Takes in what was said, agreed or corrected.
    pub(super) fn take(&mut self, row: &ActivityRow, detail: &Json) {
        let subject = row.subject.unwrap_or_default();
        match row.kind.as_str() {
            "account_opened" => {
                (self.code, self.segment) = (text(detail, "code").unwrap_or_default(), text(detail, "segment"));
            }
            "account_revised" => self.revise_account(detail),
            "item_revised" => self.revise_item(subject, row),
            "item_reentered" => self.reenter(subject, number(detail, "became")),
            "disputed" => {
                let dispute = Dispute {
                    currency: row.currency.clone().unwrap_or_default(),
                    item: subject,
                    line: number(detail, "line"),
                    amount: row.amount,
                    since: row.day,
                    closed_on: None,
                };
                self.disputes.insert(row.entry, dispute);
            }
            "dispute_closed" => {
                if let Some(dispute) = self.disputes.get_mut(&subject) {
                    dispute.closed_on = Some(row.day);
                }
            }
            "promised" => self.promise(row, detail),
            "promise_ended" => self.end_promise(subject, row.day),
            "held" => {
                let (kind, until) = (text(detail, "kind").unwrap_or_default(), number(detail, "until"));
                self.holds.insert(row.entry, Hold { kind, since: row.day, until, released_on: None });
            }
            "hold_released" => {
                if let Some(hold) = self.holds.get_mut(&subject) {
                    hold.released_on = Some(row.day);
                }
            }
            _ => {}
        }
    }

    fn revise_account(&mut self, detail: &Json) {
        let after = |name: &str| detail.get(name).and_then(|pair| pair.get(1));
        if let Some(code) = after("code").and_then(Json::as_str) {
            self.code = code.to_owned();
        }
        if let Some(segment) = after("segment") {
            self.segment = segment.as_str().map(str::to_owned);
        }
    }

    fn revise_item(&mut self, item: i64, row: &ActivityRow) {
        let document = self.documents.get_mut(&item);
        let (Some(document), Ok(detail)) = (document, serde_json::from_str::<ItemDetail>(&row.detail)) else { return };
        for (line, (due_day, _)) in document.lines.iter_mut().zip(&detail.lines) {
            line.0 = *due_day;
        }
        document.document_day = detail.document_day;
        document.value_day = detail.value_day.unwrap_or(document.value_day);
    }

    /// Open disputes and promises that named the old item name the new one, where both are this account's.
    fn reenter(&mut self, old: i64, new: Option<i64>) {
        let Some(new) = new.filter(|_| self.documents.contains_key(&old)) else { return };
        for dispute in self.disputes.values_mut().filter(|dispute| dispute.item == old && dispute.closed_on.is_none()) {
            (dispute.item, dispute.line) = (new, None);
        }
        for promise in self.promises.values_mut() {
            promise.items.iter_mut().filter(|item| **item == old).for_each(|item| *item = new);
        }
    }

    fn promise(&mut self, row: &ActivityRow, detail: &Json) {
        for replaced in numbers(detail, "replaces") {
            self.end_promise(replaced, row.day);
        }
        let promise = Promise {
            currency: row.currency.clone().unwrap_or_default(),
            amount: row.amount.unwrap_or_default(),
            made_on: row.day,
            promised_for: number(detail, "promised_for").unwrap_or(row.day),
            items: numbers(detail, "items"),
            ended_on: None,
        };
        self.promises.insert(row.entry, promise);
    }

    fn end_promise(&mut self, promise: i64, day: i64) {
        if let Some(promise) = self.promises.get_mut(&promise) {
            promise.ended_on = Some(day);
        }
    }

    /// The stop on contact that was in force on a day, in the word of the journals.
    pub(super) fn forbidden_on(&self, day: i64) -> Option<&str> {
        let in_force = |hold: &&Hold| {
            hold.since <= day
                && hold.until.is_none_or(|until| until >= day)
                && hold.released_on.is_none_or(|on| on > day)
        };
        self.holds.values().find(in_force).map(|hold| hold.kind.as_str())
    }

    /// What of each open due line was neither disputed nor promised on a day, by item and line, minor units.
    ///
    /// A promise counts through its own day only. What grace a policy gave it after that day is left out, so that no step
    /// is found wrong for it.
    pub(super) fn free_on(&self, account: i64, currency: Currency, day: i64) -> BTreeMap<(i64, i64), i64> {
        let facts = self.facts(account, currency, day);
        let disputed = disputed_by_line(&facts.lines, &facts.disputes);
        let standings = standings(&facts, 0, &Calendar::every_day());
        let promised = promised_by_line(&facts, &standings, &disputed);
        let amounts = facts.lines.iter().zip(disputed.iter().zip(promised));
        amounts
            .map(|(line, (disputed, promised))| {
                ((line.item.0, line.line), (line.open - disputed - promised.amount).max(0))
            })
            .collect()
    }

    fn facts(&self, account: i64, currency: Currency, day: i64) -> AccountFacts {
        let (lines, receipts) = self.open_on(currency, day);
        let disputes = self.disputes.iter().filter(|(_, dispute)| {
            let standing = dispute.since <= day && dispute.closed_on.is_none_or(|closed| closed > day);
            dispute.currency == currency.code() && standing
        });
        let mut disputes: Vec<DisputeFacts> = disputes.map(|(entry, dispute)| dispute.facts(*entry)).collect();
        disputes.sort_by_key(|dispute| (dispute.since, dispute.entry));
        let promises = self.promises.iter().filter(|(_, promise)| {
            let running = promise.made_on <= day && promise.promised_for >= day - PROMISES_OF_DAYS;
            promise.currency == currency.code() && running
        });
        let mut promises: Vec<PromiseFacts> =
            promises.map(|(entry, promise)| self.promise_facts(*entry, promise, &receipts, currency, day)).collect();
        promises.sort_by_key(|promise| (promise.made_on, promise.entry));
        AccountFacts {
            account: EntryId(account),
            code: self.code.clone(),
            as_of: date(day),
            currency,
            version: 0,
            segment: self.segment.clone(),
            risk_class: None,
            debtor_kind: DebtorKind::default(),
            collector: None,
            lines,
            credits: Vec::new(),
            disputes,
            promises,
            holds: Vec::new(),
            contacts: Vec::new(),
            steps: Vec::new(),
            months: Vec::new(),
            first_document: None,
            last_payment: None,
            last_bank_statement: None,
        }
    }

    /// Lines open on the day, oldest due first, and payments with something unapplied.
    fn open_on(&self, currency: Currency, day: i64) -> (Vec<LineFacts>, Vec<Receipt>) {
        let mut moved: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for change in self.moves.iter().filter(|change| change.day <= day) {
            *moved.entry((change.item, change.line)).or_default() += change.delta;
        }
        let (mut lines, mut receipts) = (Vec::new(), Vec::new());
        let posted = self
            .documents
            .iter()
            .filter(|(_, document)| document.posting_day <= day && document.currency == currency.code());
        for (item, document) in posted {
            for (number, (due_day, amount)) in (1_i64..).zip(&document.lines) {
                let open = amount + moved.get(&(*item, number)).copied().unwrap_or(0);
                if open > 0 {
                    lines.push(LineFacts {
                        item: EntryId(*item),
                        line: number,
                        document: String::new(),
                        kind: document.kind,
                        document_date: date(document.document_day),
                        due_date: date(*due_day),
                        po_number: None,
                        amount: *amount,
                        open,
                    });
                } else if open < 0 && document.kind.is_payment() {
                    receipts.push((EntryId(*item), document.value_day, -open, String::new()));
                }
            }
        }
        lines.sort_by_key(|line| (line.due_date, line.document_date, line.item, line.line));
        (lines, receipts)
    }

    fn promise_facts(
        &self,
        entry: i64,
        promise: &Promise,
        receipts: &[Receipt],
        currency: Currency,
        day: i64,
    ) -> PromiseFacts {
        let counts = |moved: &&Moved| {
            let document = self.documents.get(&moved.item);
            let same = document.is_some_and(|document| document.currency == promise.currency);
            moved.day <= day && moved.value_day >= promise.made_on && same
        };
        let paid = self.moves.iter().filter(counts).filter_map(|moved| {
            Some(Payment {
                entry: moved.entry,
                item: moved.item,
                line: moved.line,
                paid: -moved.delta,
                value_day: moved.value_day,
                credit: moved.payment?,
                document: String::new(),
            })
        });
        let mut facts = PromiseFacts {
            entry: EntryId(entry),
            amount: promise.amount,
            made_on: date(promise.made_on),
            promised_for: date(promise.promised_for),
            items: promise.items.iter().map(|item| EntryId(*item)).collect(),
            ended_on: promise.ended_on.filter(|ended| *ended <= day).map(date),
            payments: Vec::new(),
        };
        facts.payments = payments_of(&facts, paid.collect(), receipts, currency);
        facts
    }
}

impl Dispute {
    fn facts(&self, entry: i64) -> DisputeFacts {
        DisputeFacts {
            entry: EntryId(entry),
            item: EntryId(self.item),
            line: self.line,
            amount: self.amount,
            since: date(self.since),
            reason: String::new(),
        }
    }
}
