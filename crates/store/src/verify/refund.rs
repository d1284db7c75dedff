//! Refunds, payment files and write-offs, played again.

use super::deeds::{Detail, key};
use super::stored::{Expected, Value};
use crate::journal::ActivityRow;

/// Places of the columns of `refund` after its key.
const ITEM: usize = 6;
const FILE: usize = 7;
const ENDED: usize = 8;
/// Places of the columns of `write_off` after its key.
const CREDIT: usize = 2;
const RECOVERED: usize = 5;
const TAKEN_BACK: usize = 10;

/// The tables of refunds and write-offs as the journals make them.
#[derive(Debug, Default)]
pub(super) struct Refunds {
    pub(super) refund: Expected,
    pub(super) refund_file: Expected,
    pub(super) write_off: Expected,
}

impl Refunds {
    /// Whether an activity of this kind is about a refund or a write-off.
    pub(super) fn tells(kind: &str) -> bool {
        matches!(
            kind,
            "refund_asked"
                | "refund_posted"
                | "refund_file"
                | "refund_ended"
                | "written_off"
                | "write_off_recovered"
                | "write_off_taken_back"
                | "write_off_asked"
                | "small_balances"
                | "credit_transferred"
        )
    }

    pub(super) fn play(&mut self, row: &ActivityRow, detail: &Detail) {
        let subject = key(row.account, row.subject.unwrap_or_default());
        match row.kind.as_str() {
            "refund_asked" => {
                let columns = vec![
                    detail.value("request"),
                    detail.value("credit_item"),
                    detail.value("kind"),
                    row.currency.clone().into(),
                    row.amount.into(),
                    row.day.into(),
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    Value::Null,
                ];
                self.refund.insert(key(row.account, row.entry), columns);
            }
            "refund_posted" => {
                if let Some(columns) = self.refund.get_mut(&subject) {
                    columns[ITEM] = detail.value("item");
                }
            }
            "refund_file" => self.file(row, detail),
            "refund_ended" => {
                if let Some(columns) = self.refund.get_mut(&subject) {
                    (columns[ENDED], columns[ENDED + 1]) = (detail.value("ended"), row.day.into());
                }
            }
            "written_off" => {
                let columns = vec![
                    detail.value("request"),
                    detail.value("item"),
                    detail.value("credit_item"),
                    row.currency.clone().into(),
                    row.amount.into(),
                    0.into(),
                    detail.value("reason"),
                    detail.value("tax_relief"),
                    detail.value("maker"),
                    row.day.into(),
                    Value::Null,
                    detail.value("batch"),
                ];
                self.write_off.insert(key(row.account, row.entry), columns);
            }
            "write_off_recovered" | "write_off_taken_back" => {
                if let Some(columns) = self.write_off.get_mut(&subject) {
                    columns[CREDIT] = detail.value("credit_item");
                    columns[RECOVERED] = detail.value("recovered");
                    columns[TAKEN_BACK] = if detail.flag("over") { row.day.into() } else { Value::Null };
                }
            }
            // Why somebody asks, what a batch was chosen by, and where a credit went, are in the journals alone.
            _ => {}
        }
    }

    fn file(&mut self, row: &ActivityRow, detail: &Detail) {
        let refunds = detail.list("refunds");
        let count = i64::try_from(refunds.len()).unwrap_or(i64::MAX);
        let columns = vec![
            detail.value("kind"),
            detail.value("message_id"),
            detail.value("pays_on"),
            row.day.into(),
            count.into(),
            detail.value("sums"),
            detail.bytes("sha256"),
        ];
        self.refund_file.insert(vec![row.entry.into()], columns);
        for pair in refunds {
            let part = |place: usize| pair.get(place).and_then(serde_json::Value::as_i64).unwrap_or_default();
            if let Some(columns) = self.refund.get_mut(&key(part(0), part(1))) {
                columns[FILE] = row.entry.into();
            }
        }
    }
}
