//! What postings add to an account's summary and to the daily control totals, written once, when the recording commits.

use dunwell_rules::item::is_control;

use super::{Recording, tables};
use crate::bulk::{self, Cell};
use crate::db::on_tx;
use crate::fault::Result;

/// What a recording changes of one account in one currency.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Signed change of what is open on debits.
    pub(super) open_debit: i64,
    /// Signed change of unapplied credits, which are below or equal to zero.
    pub(super) unapplied: i64,
    /// Signed change of debit lines with something open.
    pub(super) open_lines: i64,
    /// The earliest document day of a new item.
    pub(super) first_document: Option<i64>,
    /// The newest value day of new payments, and their sum on it.
    pub(super) payment: Option<(i64, i64)>,
    /// A payment was reversed: the last one is looked up again.
    pub(super) payments_reversed: bool,
    /// A document day was revised: the first one is looked up again.
    pub(super) documents_moved: bool,
}

impl Change {
    /// Takes in that a line's open went from `before` to `after`; `debit` says on which side the line is.
    pub(super) fn line(&mut self, debit: bool, before: i64, after: i64) {
        if debit {
            self.open_debit += after - before;
            self.open_lines += i64::from(after != 0) - i64::from(before != 0);
        } else {
            self.unapplied += after - before;
        }
    }

    /// Takes in a new item's document day.
    pub(super) fn document(&mut self, day: i64) {
        self.first_document = Some(self.first_document.map_or(day, |first| first.min(day)));
    }

    /// Takes in a new payment.
    pub(super) fn paid(&mut self, day: i64, amount: i64) {
        self.payment = match self.payment {
            Some((last, sum)) if last == day => Some((last, sum + amount)),
            Some((last, sum)) if last > day => Some((last, sum)),
            _ => Some((day, amount)),
        };
    }
}

const LAST_PAYMENT: &str = "update account_summary set \
     last_payment_day = (select max(i.value_day) from item i where i.book = account_summary.book \
       and i.account = account_summary.account and i.currency = account_summary.currency \
       and i.kind in ('receipt', 'settlement', 'converted') and i.reversed_by is null), \
     last_payment = (select cast(sum(i.amount) as bigint) from item i where i.book = account_summary.book \
       and i.account = account_summary.account and i.currency = account_summary.currency \
       and i.kind in ('receipt', 'settlement', 'converted') and i.reversed_by is null \
       and i.value_day = (select max(p.value_day) from item p where p.book = account_summary.book \
         and p.account = account_summary.account and p.currency = account_summary.currency \
         and p.kind in ('receipt', 'settlement', 'converted') and p.reversed_by is null)) \
     where book = $1 and account = $2 and currency = $3";

const SET_FIRST_DOCUMENT: &str = "update account_summary set first_document = (select min(i.document_day) from item i \
     where i.book = account_summary.book and i.account = account_summary.account and i.currency = account_summary.currency) \
     where book = $1 and account = $2 and currency = $3";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[LAST_PAYMENT, SET_FIRST_DOCUMENT];

impl Recording {
    /// The change of an account's summary that this recording gathers.
    pub(super) fn summary(&mut self, account: i64, currency: &str) -> &mut Change {
        self.summaries.entry((account, currency.to_owned())).or_default()
    }

    /// Takes a posting into the daily control totals: an entry with exactly one control account moves the balance.
    pub(super) fn control(&mut self, currency: &str, day: i64, debit: &str, credit: &str, amount: i64) {
        let (debits, credits) = match (is_control(debit), is_control(credit)) {
            (true, false) => (amount, 0),
            (false, true) => (0, amount),
            (true, true) | (false, false) => return,
        };
        let sums = self.control.entry((currency.to_owned(), day)).or_default();
        sums.0 += debits;
        sums.1 += credits;
    }

    /// Writes the gathered summaries.
    pub(super) async fn write_summaries(&mut self) -> Result<()> {
        let changes = std::mem::take(&mut self.summaries);
        let book = self.envelope.book;
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(changes.len() * 9);
        for ((account, currency), change) in &changes {
            let row: [Cell<'_>; 9] = [
                book.into(),
                (*account).into(),
                currency.into(),
                change.open_debit.into(),
                change.unapplied.into(),
                change.open_lines.into(),
                change.first_document.into(),
                change.payment.map(|(day, _)| day).into(),
                change.payment.map(|(_, amount)| amount).into(),
            ];
            cells.extend_from_slice(&row);
        }
        bulk::insert(&mut self.tx, &tables::ACCOUNT_SUMMARY, &cells).await?;
        for ((account, currency), change) in &changes {
            for (asked, statement) in
                [(change.payments_reversed, LAST_PAYMENT), (change.documents_moved, SET_FIRST_DOCUMENT)]
            {
                if asked {
                    on_tx!(&mut self.tx, c => sqlx::query(statement).bind(book).bind(*account).bind(currency)
                        .execute(c).await.map(|_| ())?);
                }
            }
        }
        Ok(())
    }

    /// Writes the gathered control totals, in order and last of all, so that two writers never wait for each other in a ring.
    pub(super) async fn write_control(&mut self) -> Result<()> {
        let control = std::mem::take(&mut self.control);
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = control
            .iter()
            .flat_map(|((currency, day), (debits, credits))| -> [Cell<'_>; 6] {
                let amount = debits - credits;
                [book.into(), currency.into(), (*day).into(), amount.into(), (*debits).into(), (*credits).into()]
            })
            .collect();
        bulk::insert(&mut self.tx, &tables::CONTROL_DAY, &cells).await?;
        Ok(())
    }
}
