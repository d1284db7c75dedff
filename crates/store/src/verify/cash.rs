//! What banks told, played again: receipts and whose they are, what is asked, by what payers are known.

use std::collections::BTreeMap;

use super::deeds::{Detail, key};
use super::stored::{Expected, Value};
use crate::journal::ActivityRow;

/// Place of the columns of `bank_entry` after its key.
pub(super) const IMPORT: usize = 1;
pub(super) const ACCOUNT: usize = 7;
const ASKED: usize = 9;

/// The tables of cash as the journals make them.
#[derive(Debug, Default)]
pub(super) struct Cash {
    pub(super) bank_entry: Expected,
    pub(super) receipt_words: Expected,
    pub(super) bank_return: Expected,
    pub(super) bank_statement: Expected,
    /// Receipts and returns by the key under which they were told.
    pub(super) by_key: BTreeMap<(bool, String), Vec<Value>>,
    pub(super) payer_mark: Expected,
    pub(super) bank_file: Expected,
    pub(super) refund_payment: Expected,
}

impl Cash {
    /// Whether an activity of this kind is about cash.
    pub(super) fn tells(kind: &str) -> bool {
        matches!(
            kind,
            "bank_entry"
                | "receipt_given"
                | "receipt_asked"
                | "receipt_words"
                | "receipt_set_aside"
                | "receipt_kept"
                | "settlement_replaced"
                | "return_kept"
                | "cash_applied"
                | "exchanged"
                | "bank_return"
                | "return_asked"
                | "return_seen"
                | "statement_told"
                | "statement_lists"
                | "statement_footed"
                | "statement_seen"
                | "receipt_returned"
                | "receipt_part_returned"
                | "receipt_given_back"
                | "payer_learned"
                | "payer_forgotten"
                | "bank_file"
                | "refund_payment"
                | "refund_payment_seen"
                | "bank_file_brings"
                | "bank_file_read"
        )
    }

    pub(super) fn play(&mut self, row: &ActivityRow, detail: &Detail) {
        match row.kind.as_str() {
            "bank_entry" => {
                let columns = vec![
                    detail.value("key"),
                    row.import.into(),
                    row.currency.clone().into(),
                    row.amount.into(),
                    detail.value("booking_day"),
                    row.day.into(),
                    detail.value("code"),
                    detail.value("account"),
                    detail.value("item"),
                    "".into(),
                    Value::Null,
                    detail.text("bank_account"),
                    Value::Null,
                ];
                self.note_key(false, row, detail);
                self.bank_entry.insert(vec![row.entry.into()], columns);
            }
            "receipt_given" => {
                if let Some(columns) = self.bank_entry.get_mut(&vec![Value::from(row.subject)]) {
                    (columns[ACCOUNT], columns[ACCOUNT + 1]) = (detail.value("account"), detail.value("item"));
                }
            }
            "receipt_asked" => {
                if let Some(columns) = self.bank_entry.get_mut(&vec![Value::from(row.subject)]) {
                    let asked = detail.value("asked");
                    columns[ASKED + 1] = if asked == Value::from("") { Value::Null } else { row.day.into() };
                    columns[ASKED] = asked;
                }
            }
            "receipt_words" => {
                self.receipt_words.insert(vec![row.entry.into()], vec![row.subject.into(), row.import.into()]);
            }
            "receipt_kept" | "return_kept" => {
                let of_return = row.kind == "return_kept";
                let table = if of_return { &mut self.bank_return } else { &mut self.bank_entry };
                if let Some(columns) = table.get_mut(&vec![Value::from(row.subject)]) {
                    columns[IMPORT] = detail.value("import");
                }
            }
            "bank_return" | "return_asked" | "receipt_returned" | "receipt_given_back" => self.play_return(row, detail),
            "statement_told" | "statement_lists" | "statement_footed" | "statement_seen" => {
                self.play_statement(row, detail);
            }
            "payer_learned" => {
                let columns = vec![detail.value("kind"), row.day.into(), Value::Null];
                self.payer_mark.insert(key(row.account, row.entry), columns);
            }
            "payer_forgotten" => {
                if let Some(columns) = self.payer_mark.get_mut(&key(row.account, row.subject.unwrap_or_default())) {
                    columns[2] = row.day.into();
                }
            }
            "bank_file" => {
                // Once its import was known from the first, and all was said at once.
                let outcome = row.subject.map(|_| "{}".to_owned());
                let columns = vec![row.subject.into(), row.detail.clone().into(), outcome.into()];
                self.bank_file.insert(vec![row.entry.into()], columns);
            }
            "refund_payment" => {
                // One that pays its refund is kept, and nothing is asked.
                let question = detail.value("question");
                let asked_on = if question == Value::from("") { Value::Null } else { row.day.into() };
                let columns = vec![
                    detail.value("key"),
                    row.import.into(),
                    detail.value("account"),
                    detail.value("refund"),
                    row.currency.clone().into(),
                    row.amount.into(),
                    detail.value("booking_day"),
                    detail.value("bank_account"),
                    question,
                    asked_on,
                ];
                self.refund_payment.insert(vec![row.entry.into()], columns);
            }
            "refund_payment_seen" => {
                if let Some(columns) = self.refund_payment.get_mut(&vec![Value::from(row.subject)]) {
                    columns[9] = Value::Null;
                }
            }
            "bank_file_brings" | "bank_file_read" => {
                if let Some(columns) = self.bank_file.get_mut(&vec![Value::from(row.subject)]) {
                    match row.kind.as_str() {
                        "bank_file_brings" => columns[0] = detail.value("import"),
                        _ => columns[2] = row.detail.clone().into(),
                    }
                }
            }
            // Why a receipt was set against what it was, or aside, is in the journal alone.
            _ => {}
        }
    }
}
