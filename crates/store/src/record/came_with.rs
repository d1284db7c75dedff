//! What came with a receipt: discounts, small rests and charges that were written off for it, deductions that were disputed. They stand
//! only while it pays the lines they are of: whatever takes it off a line undoes them there.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;

use super::Recording;
use super::bank::BANK;
use crate::db::on_tx;
use crate::fault::Result;

/// What was written off for a receipt: its external ids begin with the receipt's item.
const WRITTEN_OFF: &str = "select account, item from item where book = $1 and source = $2 and external_id >= $3 and external_id < $4 \
     and reversed_by is null order by item";
/// Whether a credit is set against a line now.
const CLOSES: &str = "select cast(count(*) as bigint) from movement m \
     join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry \
     where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' and g.credit_item = $3 \
     and g.item = $4 and g.line = $5 \
     and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)";
/// What was disputed of a line that the receipt pays, in the recording that set it against something, or in one that said later
/// why it was set against it so: by an advice that came after the money. Of an item that was entered again the dispute names no
/// line.
const DISPUTED: &str = "select distinct x.dispute, g.item, g.line from movement m \
     join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry \
     join dispute x on x.book = g.book and x.account = g.account and x.item = g.item and (x.line = g.line or x.line is null) \
     where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' and g.credit_item = $3 \
     and x.closed_on is null and x.amount is not null and (exists (select 1 from movement n \
     where n.book = m.book and n.account = m.account and n.item = m.item and n.entry / 1048576 = x.dispute / 1048576) \
     or exists (select 1 from activity a where a.book = m.book and a.account = m.account and a.kind = 'cash_applied' \
     and a.subject = m.item and a.batch = x.dispute / 1048576)) \
     and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry) order by x.dispute";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[WRITTEN_OFF, CLOSES, DISPUTED];

impl Recording {
    /// Undoes what was recorded for a receipt beside its applications, of one due line alone where `line` names it: item and
    /// number. `receipt` is its account and item; call it before the applications are taken back. Answers how many
    /// entries were made.
    pub(super) async fn undo_what_came_with(
        &mut self,
        (account, item): (EntryId, EntryId),
        line: Option<(EntryId, i64)>,
        on: Date,
        outcome: &str,
    ) -> Result<u64> {
        let book = self.envelope.book;
        let mut undone = 0;
        let disputes: Vec<(i64, i64, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(DISPUTED).bind(book)
            .bind(account.0).bind(item.0).fetch_all(c).await?);
        for (account, credit) in self.written_off_for(item).await? {
            if let Some(line) = line
                && !self.closes((account, credit), line).await?
            {
                continue;
            }
            // One that somebody reversed by hand meanwhile is reversed all the same.
            undone += self.reverse_own(EntryId(credit), on).await?.map_or(0, |made| made.len() as u64);
        }
        for (dispute, of, number) in disputes {
            if line.is_none_or(|line| line == (EntryId(of), number)) {
                undone += u64::from(self.close_dispute(EntryId(dispute), on, outcome).await?);
            }
        }
        Ok(undone)
    }

    /// The credits that were written off for a receipt and stand, each with its account.
    async fn written_off_for(&mut self, item: EntryId) -> Result<Vec<(i64, i64)>> {
        let book = self.envelope.book;
        let mut credits = Vec::new();
        for what in ["discount", "tolerance", "bank_charge"] {
            // '$' follows '#'.
            let (from, to) = (format!("{what}#{item}#"), format!("{what}#{item}$"));
            let found: Vec<(i64, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(WRITTEN_OFF).bind(book).bind(BANK)
                .bind(&from).bind(&to).fetch_all(c).await?);
            credits.extend(found);
        }
        Ok(credits)
    }

    async fn closes(&mut self, (account, credit): (i64, i64), (item, line): (EntryId, i64)) -> Result<bool> {
        let book = self.envelope.book;
        let count: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(CLOSES).bind(book).bind(account)
            .bind(credit).bind(item.0).bind(line).fetch_one(c).await?);
        Ok(count > 0)
    }
}
