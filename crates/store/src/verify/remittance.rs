//! Remittance advices, played again: what was told, and to which receipt each belongs.

use super::cash::Cash;
use super::deeds::Detail;
use super::stored::{Expected, Value};
use crate::journal::ActivityRow;

/// Places of columns of `remittance` after its key.
const IMPORT: usize = 1;
const RECEIPT: usize = 7;
const DISMISSED_ON: usize = 8;

/// The advices as the journals make them.
#[derive(Debug, Default)]
pub(super) struct Remittances {
    pub(super) remittance: Expected,
}

impl Remittances {
    /// Whether an activity of this kind is about a remittance advice.
    pub(super) fn tells(kind: &str) -> bool {
        matches!(kind, "remittance" | "remittance_joined" | "remittance_dismissed" | "remittance_released")
    }

    pub(super) fn play(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind == "remittance" {
            let columns = vec![
                detail.value("key"),
                row.import.into(),
                row.currency.clone().into(),
                row.amount.into(),
                detail.value("reference"),
                detail.value("paid_day"),
                detail.value("content"),
                Value::Null,
                Value::Null,
            ];
            self.remittance.insert(vec![row.entry.into()], columns);
        } else if let Some(columns) = self.remittance.get_mut(&vec![Value::from(row.subject)]) {
            match row.kind.as_str() {
                "remittance_dismissed" => columns[DISMISSED_ON] = row.day.into(),
                "remittance_released" => (columns[RECEIPT], columns[DISMISSED_ON]) = (Value::Null, Value::Null),
                _ => columns[RECEIPT] = detail.value("receipt"),
            }
        }
    }

    /// What was told by an import that is undone was never told; whose receipt goes with it waits again. Called before the
    /// receipts of the import are forgotten.
    pub(super) fn forget_import(&mut self, import: Option<i64>, cash: &Cash) {
        let import = Value::from(import);
        self.remittance.retain(|_, columns| columns[IMPORT] != import);
        for columns in self.remittance.values_mut() {
            let receipt = cash.bank_entry.get(&vec![columns[RECEIPT].clone()]);
            if receipt.is_some_and(|receipt| receipt[IMPORT] == import) {
                columns[RECEIPT] = Value::Null;
            }
        }
    }
}
