//! The ledger played again in memory: items, lines and movements as the journals make them.
//!
//! Nothing here depends on the order in which two writers' batches were numbered: documents come first, then what moved
//! them. Also the source of an aging as it was known at a seal.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::item::{ItemKind, is_control};

use crate::journal::{ActivityRow, ItemDetail, JournalRow, LedgerRow};

/// A document as the journals make it.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) account: i64,
    pub(crate) kind: ItemKind,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) posting_day: i64,
    pub(crate) value_day: i64,
    pub(crate) source: String,
    pub(crate) external_id: String,
    pub(crate) import: Option<i64>,
    pub(crate) detail: ItemDetail,
    pub(crate) settlement: Option<i64>,
    pub(crate) reversed_by: Option<i64>,
    pub(crate) lines: Vec<Line>,
}

/// A due line, or a credit's only line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) due_day: i64,
    pub(crate) amount: i64,
    pub(crate) open: i64,
}

/// One change of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Movement {
    pub(crate) entry: i64,
    pub(crate) item: i64,
    pub(crate) line: i64,
    pub(crate) day: i64,
    pub(crate) delta: i64,
    pub(crate) other_item: i64,
}

/// An application: the value day it counts for, and the due line it reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Application {
    pub(crate) item: i64,
    pub(crate) line: i64,
    pub(crate) credit_item: i64,
    pub(crate) amount: i64,
    pub(crate) value_day: i64,
}

/// A dispute as the journals make it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dispute {
    pub(crate) item: i64,
    pub(crate) line: Option<i64>,
    pub(crate) amount: Option<i64>,
    pub(crate) since: i64,
    pub(crate) closed_on: Option<i64>,
}

/// The ledger, played again.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    pub(crate) items: BTreeMap<i64, Item>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) applications: BTreeMap<i64, Application>,
    pub(crate) taken_back: BTreeSet<i64>,
    pub(crate) disputes: BTreeMap<i64, Dispute>,
    /// Debits and credits of control accounts, by currency and posting day.
    pub(crate) control: BTreeMap<(String, i64), (i64, i64)>,
    /// Rows that make no sense, in words.
    pub(crate) problems: Vec<String>,
}

impl Replay {
    /// Plays the rows of one book again.
    pub(crate) fn of<'a>(rows: impl Iterator<Item = &'a JournalRow> + Clone) -> Self {
        let mut replay = Self::default();
        let ledger = || {
            rows.clone().filter_map(|row| match row {
                JournalRow::Ledger(row) => Some(row),
                JournalRow::Activity(_) | JournalRow::Decision(_) | JournalRow::Approval(_) => None,
            })
        };
        for row in ledger() {
            replay.control(row);
            if let Some(kind) = ItemKind::parse(&row.kind) {
                replay.post(row, kind);
            }
        }
        let settles: Vec<(i64, i64)> = replay
            .items
            .iter()
            .filter_map(|(entry, item)| item.detail.settles.map(|settled| (settled, *entry)))
            .collect();
        for (settled, settlement) in settles {
            if let Some(settled) = replay.items.get_mut(&settled) {
                settled.settlement = Some(settlement);
            }
        }
        for row in ledger() {
            match row.kind.as_str() {
                "application" => replay.apply(row, 1),
                "unapplication" => replay.apply(row, -1),
                "reversal" => {}
                kind if ItemKind::parse(kind).is_some() => {}
                kind => replay.problems.push(format!("ledger {}: '{kind}' is no kind of posting", row.entry)),
            }
        }
        for row in ledger().filter(|row| row.kind == "reversal") {
            replay.reverse(row);
        }
        for row in rows {
            match row {
                JournalRow::Activity(row) if row.kind == "item_revised" => replay.revise(row),
                JournalRow::Activity(row) => replay.dispute(row),
                JournalRow::Ledger(_) | JournalRow::Decision(_) | JournalRow::Approval(_) => {}
            }
        }
        replay
    }

    fn control(&mut self, row: &LedgerRow) {
        let (debits, credits) = match (is_control(&row.debit), is_control(&row.credit)) {
            (true, false) => (row.amount, 0),
            (false, true) => (0, row.amount),
            (true, true) | (false, false) => return,
        };
        let sums = self.control.entry((row.currency.clone(), row.posting_day)).or_default();
        sums.0 += debits;
        sums.1 += credits;
    }

    fn post(&mut self, row: &LedgerRow, kind: ItemKind) {
        let Ok(detail) = serde_json::from_str::<ItemDetail>(&row.detail) else {
            self.problems.push(format!("ledger {}: its detail is damaged", row.entry));
            return;
        };
        let line = |due_day, amount| Line { due_day, amount, open: amount };
        let lines = if kind.is_debit() {
            detail.lines.iter().map(|(due_day, amount)| line(*due_day, *amount)).collect()
        } else {
            vec![line(row.posting_day, -row.amount)]
        };
        let item = Item {
            account: row.account,
            kind,
            currency: row.currency.clone(),
            amount: row.amount,
            posting_day: row.posting_day,
            value_day: row.value_day,
            source: row.source.clone().unwrap_or_default(),
            external_id: row.external_id.clone().unwrap_or_default(),
            import: row.import,
            detail,
            settlement: None,
            reversed_by: None,
            lines,
        };
        self.items.insert(row.entry, item);
    }

    /// Moves both sides of an application; `sign` is -1 when it is taken back.
    fn apply(&mut self, row: &LedgerRow, sign: i64) {
        match (sign, row.reverses) {
            (1, _) => {
                let application = Application {
                    item: row.item,
                    line: row.line,
                    credit_item: row.credit_item,
                    amount: row.amount,
                    value_day: row.value_day,
                };
                self.applications.insert(row.entry, application);
            }
            (_, Some(reversed)) => {
                self.taken_back.insert(reversed);
            }
            (_, None) => self.problems.push(format!("ledger {}: it takes nothing back", row.entry)),
        }
        self.shift(row.entry, row.item, row.line, row.posting_day, -sign * row.amount, row.credit_item);
        self.shift(row.entry, row.credit_item, 1, row.posting_day, sign * row.amount, row.item);
    }

    fn shift(&mut self, entry: i64, item: i64, line: i64, day: i64, delta: i64, other_item: i64) {
        let place = usize::try_from(line - 1).ok();
        let found = self.items.get_mut(&item).and_then(|found| place.and_then(|place| found.lines.get_mut(place)));
        let Some(found) = found else {
            self.problems.push(format!("ledger {entry}: there is no line {line} of item {item}"));
            return;
        };
        found.open += delta;
        if delta != 0 {
            self.movements.push(Movement { entry, item, line, day, delta, other_item });
        }
    }

    fn reverse(&mut self, row: &LedgerRow) {
        let Some(item) = self.items.get_mut(&row.item) else {
            self.problems.push(format!("ledger {}: it reverses item {}, which is not there", row.entry, row.item));
            return;
        };
        item.reversed_by = Some(row.entry);
        let (kind, settles) = (item.kind, item.detail.settles);
        let open: Vec<i64> = item.lines.iter().map(|line| line.open).collect();
        for (line, open) in (1..).zip(open) {
            self.shift(row.entry, row.item, line, row.posting_day, -open, row.item);
        }
        let settled = settles.filter(|_| kind == ItemKind::Settlement).and_then(|settled| self.items.get_mut(&settled));
        if let Some(settled) = settled.filter(|settled| settled.settlement == Some(row.item)) {
            settled.settlement = None;
        }
    }

    fn dispute(&mut self, row: &ActivityRow) {
        let number = |name: &str| {
            let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
            detail.get(name).and_then(serde_json::Value::as_i64)
        };
        match (row.kind.as_str(), row.subject) {
            ("disputed", Some(item)) => {
                let (line, amount, since) = (number("line"), row.amount, row.day);
                self.disputes.insert(row.entry, Dispute { item, line, amount, since, closed_on: None });
            }
            ("dispute_closed", Some(dispute)) => {
                if let Some(dispute) = self.disputes.get_mut(&dispute) {
                    dispute.closed_on = Some(row.day);
                }
            }
            ("item_reentered", Some(old)) => {
                let Some(new) = number("became") else { return };
                for dispute in
                    self.disputes.values_mut().filter(|dispute| dispute.item == old && dispute.closed_on.is_none())
                {
                    (dispute.item, dispute.line) = (new, None);
                }
            }
            _ => {}
        }
    }

    fn revise(&mut self, row: &ActivityRow) {
        let item = row.subject.and_then(|item| self.items.get_mut(&item));
        let (Some(item), Ok(detail)) = (item, serde_json::from_str::<ItemDetail>(&row.detail)) else {
            self.problems.push(format!("activity {}: it revises nothing that is there", row.entry));
            return;
        };
        for (line, (due_day, _)) in item.lines.iter_mut().zip(&detail.lines) {
            line.due_day = *due_day;
        }
        item.value_day = detail.value_day.unwrap_or(item.value_day);
        item.detail = detail;
    }
}
