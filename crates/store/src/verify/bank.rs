//! Returns and bank statements, played again: what took which receipt back, which statement lists what, which foot.

use std::collections::BTreeSet;

use super::cash::{ACCOUNT, Cash, IMPORT};
use super::deeds::Detail;
use super::stored::Value;
use crate::journal::ActivityRow;

/// Place of the columns of `bank_entry` and `bank_return` after their keys.
const ENTRY_LISTED: usize = 12;
const RETURN_RECEIPT: usize = 12;
const RETURN_ASKED: usize = 13;
const RETURN_LISTED: usize = 15;
/// Place of the columns of `bank_statement` after its key.
const STATEMENT_IMPORT: usize = 0;
const FROM_DAY: usize = 4;
const UNLISTED: usize = 9;
const DIFFERENCE: usize = 10;
const SEEN: usize = 11;
const ASKED_ON: usize = 12;

impl Cash {
    /// Notes under which key an entry was told; a key that is told again after its import was undone is the new entry's.
    pub(super) fn note_key(&mut self, is_return: bool, row: &ActivityRow, detail: &Detail) {
        if let Value::Text(key) = detail.value("key") {
            self.by_key.insert((is_return, key), vec![row.entry.into()]);
        }
    }

    pub(super) fn play_return(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind == "bank_return" {
            let columns = vec![
                detail.value("key"),
                row.import.into(),
                row.currency.clone().into(),
                row.amount.into(),
                detail.value("booking_day"),
                row.day.into(),
                detail.value("bank_account"),
                detail.value("document"),
                detail.value("code"),
                detail.value("undone"),
                detail.value("reason"),
                detail.value("meaning"),
                Value::Null,
                "".into(),
                Value::Null,
                Value::Null,
            ];
            self.note_key(true, row, detail);
            self.bank_return.insert(vec![row.entry.into()], columns);
            return;
        }
        let (id, receipt) = match row.kind.as_str() {
            "receipt_returned" => (detail.value("return"), detail.value("receipt")),
            _ => (Value::from(row.subject), Value::Null),
        };
        let Some(columns) = self.bank_return.get_mut(&vec![id]) else { return };
        if row.kind == "return_asked" {
            let asked = detail.value("asked");
            columns[RETURN_ASKED + 1] = if asked == Value::from("") { Value::Null } else { row.day.into() };
            columns[RETURN_ASKED] = asked;
            return;
        }
        columns[RETURN_RECEIPT] = receipt;
        if row.kind == "receipt_given_back"
            && let Some(columns) = self.bank_entry.get_mut(&vec![detail.value("receipt")])
        {
            (columns[ACCOUNT], columns[ACCOUNT + 1]) = (detail.value("account"), detail.value("item"));
        }
    }

    pub(super) fn play_statement(&mut self, row: &ActivityRow, detail: &Detail) {
        let figures = || {
            let named = |name| detail.value(name);
            [named("from_day"), row.day.into(), named("opening"), named("closing"), named("moved")]
        };
        match (row.kind.as_str(), row.subject) {
            ("statement_told", None) => {
                let mut columns = vec![row.import.into(), detail.value("bank_account"), detail.value("statement")];
                columns.push(row.currency.clone().into());
                columns.extend(figures());
                columns.extend([0.into(), 0.into(), Value::Null, Value::Null]);
                self.bank_statement.insert(vec![row.entry.into()], columns);
            }
            ("statement_lists", subject) => self.list(subject, detail),
            (kind, subject) => {
                let Some(columns) = self.bank_statement.get_mut(&vec![Value::from(subject)]) else { return };
                match kind {
                    "statement_told" => columns[FROM_DAY..UNLISTED].clone_from_slice(&figures()),
                    "statement_footed" => {
                        columns[UNLISTED] = detail.value("unlisted");
                        columns[DIFFERENCE] = row.amount.into();
                        columns[ASKED_ON] = detail.value("asked_on");
                    }
                    _ => {
                        columns[SEEN] = columns[DIFFERENCE].clone();
                        columns[ASKED_ON] = Value::Null;
                    }
                }
            }
        }
    }

    fn list(&mut self, statement: Option<i64>, detail: &Detail) {
        for (is_return, name) in [(false, "receipts"), (true, "returns")] {
            for key in detail.texts(name) {
                let Some(entry) = self.by_key.get(&(is_return, key.to_owned())) else { continue };
                let (table, place) = if is_return {
                    (&mut self.bank_return, RETURN_LISTED)
                } else {
                    (&mut self.bank_entry, ENTRY_LISTED)
                };
                if let Some(columns) = table.get_mut(entry).filter(|columns| columns[place] == Value::Null) {
                    columns[place] = statement.into();
                }
            }
        }
    }

    /// What was told by an import that is undone was never told; returns of other imports look for their receipts again.
    pub(super) fn forget_import(&mut self, import: Option<i64>, day: i64) {
        let import = Value::from(import);
        let told = self.bank_statement.iter().filter(|(_, columns)| columns[STATEMENT_IMPORT] == import);
        let gone: BTreeSet<Value> = told.map(|(key, _)| key[0].clone()).collect();
        self.bank_statement.retain(|_, columns| columns[STATEMENT_IMPORT] != import);
        for (table, place) in [(&mut self.bank_entry, ENTRY_LISTED), (&mut self.bank_return, RETURN_LISTED)] {
            let listed = table.values_mut().filter(|columns| gone.contains(&columns[place]));
            listed.for_each(|columns| columns[place] = Value::Null);
        }
        self.receipt_words.retain(|_, columns| {
            let receipt = self.bank_entry.get(&vec![columns[0].clone()]);
            columns[1] != import && receipt.is_none_or(|receipt| receipt[IMPORT] != import)
        });
        self.bank_return.retain(|_, columns| columns[IMPORT] != import);
        self.refund_payment.retain(|_, columns| columns[IMPORT] != import);
        for columns in self.bank_return.values_mut() {
            let receipt = self.bank_entry.get(&vec![columns[RETURN_RECEIPT].clone()]);
            if receipt.is_some_and(|receipt| receipt[IMPORT] == import) {
                columns[RETURN_RECEIPT] = Value::Null;
                columns[RETURN_ASKED] = "no_receipt".into();
                columns[RETURN_ASKED + 1] = day.into();
            }
        }
        self.bank_entry.retain(|_, columns| columns[IMPORT] != import);
    }
}
