//! Which collector looks after which account: what the rules assigned, recorded with its reason.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use serde_json::json;

use super::rows::NewAssignment;
use super::{Deed, Recording, json as text};
use crate::book::refuse_nul;
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, change, fetch};
use crate::fault::Result;

/// What the rules looked at: account, number, segment, risk class, collector.
type Looked = (i64, String, Option<String>, Option<String>, Option<String>);

const LOOKED_AT: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select a.account, a.code, a.segment, a.risk_class, a.collector from key cross join account a \
        where a.book = key.book and a.account = key.account",
    lock: None,
};
const SET_COLLECTOR: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("collector", Text)],
    statement: "update account set collector = key.collector from key \
        where account.book = key.book and account.account = key.account",
    lock: None,
};

/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&LOOKED_AT, &SET_COLLECTOR];

impl Recording {
    /// Records who holds accounts from now on, each with its reason in the activity journal. An account that holds that
    /// collector already is left. One that is no longer as the rules saw it is left too, and its id answered: decide again.
    pub async fn assign_collectors(&mut self, rows: &[NewAssignment]) -> Result<Vec<EntryId>> {
        let book = self.envelope.book;
        let accounts: BTreeSet<i64> = rows.iter().map(|row| row.seen.account.0).collect();
        self.lock(&accounts).await?;
        let keys: Vec<Cell<'_>> = accounts.iter().flat_map(|account| [book.into(), (*account).into()]).collect();
        let found: Vec<Looked> = fetch(self.tx().await?, &LOOKED_AT, &keys).await?;
        let found: BTreeMap<i64, Looked> = found.into_iter().map(|row| (row.0, row)).collect();
        let (mut changed, mut moved) = (Vec::new(), Vec::new());
        for row in rows {
            let seen = &row.seen;
            let now = (
                seen.account.0,
                seen.code.clone(),
                seen.segment.clone(),
                seen.risk_class.clone(),
                seen.collector.clone(),
            );
            if found.get(&seen.account.0) != Some(&now) {
                moved.push(seen.account);
            } else if seen.collector != row.collector {
                changed.push(row);
            }
        }
        self.bump(changed.iter().map(|row| row.seen.account.0)).await?;
        let day = self.envelope.day;
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(3 * changed.len());
        for row in &changed {
            refuse_nul(&[row.collector.as_deref().unwrap_or_default()])?;
            let detail = json!({ "collector": [row.seen.collector, row.collector], "because": row.because });
            let account = row.seen.account.0;
            let words = row.words.as_deref();
            refuse_nul(&[words.unwrap_or_default()])?;
            let entry = self.journal_deed(Deed {
                account,
                kind: "account_assigned",
                day,
                detail: text(&detail)?,
                words,
                ..Deed::default()
            })?;
            self.write_note(account, entry, words);
            cells.extend([book.into(), account.into(), Cell::from(&row.collector)]);
        }
        change(self.tx().await?, &SET_COLLECTOR, &cells).await?;
        Ok(moved)
    }
}
