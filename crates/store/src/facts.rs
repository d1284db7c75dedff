//! The facts rules decide on: many accounts in one statement, as they stood on a day. The only reader for rules.
//!
//! What was open on day D is what is open now less the movements after D. So the work grows with what is open and with what
//! moved after the day, not with what was settled before it.

pub(crate) mod cash;
mod gather;
pub(crate) mod returns;
mod sql;
#[cfg(test)]
mod tests;
pub(crate) mod told;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::facts::AccountFacts;

use crate::fault::Result;
use crate::read::{Bind, Reading};

pub use cash::PayerFacts;
use gather::{Asked, Gathering, Tagged};
pub(crate) use gather::{Payment, Receipt, payments_of};
pub use returns::ReturnableRow;
#[cfg(test)]
pub(crate) use sql::STATEMENTS;
pub use told::{BookedAmount, Nearby, ReceiptTold};

/// Accounts asked for by one statement: on a large book one statement over all of it takes far longer than its pages do.
const PAGE: i64 = 500;
/// More named accounts than this are read as one range of accounts instead of one by one.
const ONE_BY_ONE: usize = 8;

/// Which accounts facts are wanted of.
#[derive(Debug, Clone, Copy)]
pub enum AccountChoice<'a> {
    /// Every account with anything open on the day.
    All,
    /// The next `limit` accounts, at most, with anything open on the day, after this one; start with `EntryId(0)`.
    /// An empty answer means there are no more.
    After {
        /// The last account of the page before.
        account: EntryId,
        /// The most accounts to look at; fewer may have anything open.
        limit: i64,
    },
    /// Accounts by customer number; each answers, with anything open or not. An unknown number is left out.
    Codes(&'a [&'a str]),
    /// Accounts by id; each answers, with anything open or not. An unknown id is left out.
    Ids(&'a [EntryId]),
}

impl Reading {
    /// The facts of the accounts chosen as they stood on `day`, by account, then currency.
    ///
    /// An account chosen by name that has nothing open answers once, in its own currency or else the book's.
    pub async fn facts(&mut self, accounts: AccountChoice<'_>, day: Date) -> Result<Vec<AccountFacts>> {
        match accounts {
            AccountChoice::All => self.facts_of_all(day).await,
            AccountChoice::After { account, limit } => self.facts_after(account, limit, day).await,
            AccountChoice::Codes(codes) => {
                let mut ids = Vec::with_capacity(codes.len());
                for code in codes {
                    let found: Option<(i64,)> = self.row(sql::ACCOUNT_OF_CODE, &[Bind::Text(code)]).await?;
                    ids.extend(found.map(|(id,)| EntryId(id)));
                }
                self.facts_of_ids(&ids, day).await
            }
            AccountChoice::Ids(ids) => self.facts_of_ids(ids, day).await,
        }
    }

    async fn facts_of_all(&mut self, day: Date) -> Result<Vec<AccountFacts>> {
        let mut facts: Vec<AccountFacts> = Vec::new();
        loop {
            let after = facts.last().map_or(0, |last| last.account.0);
            let page = self.facts_after(EntryId(after), PAGE, day).await?;
            if page.is_empty() {
                return Ok(facts);
            }
            facts.extend(page);
        }
    }

    async fn facts_after(&mut self, account: EntryId, limit: i64, day: Date) -> Result<Vec<AccountFacts>> {
        let mut after = account.0;
        loop {
            let page: Option<(Option<i64>,)> =
                self.row(sql::LAST_OF_PAGE, &[Bind::Int(after), Bind::Int(limit.max(1))]).await?;
            let Some(last) = page.and_then(|(last,)| last) else { return Ok(Vec::new()) };
            let facts = self.facts_of_range(after + 1, last, day, Asked::Open).await?;
            if !facts.is_empty() {
                return Ok(facts);
            }
            after = last;
        }
    }

    async fn facts_of_ids(&mut self, ids: &[EntryId], day: Date) -> Result<Vec<AccountFacts>> {
        let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut facts = Vec::new();
        for page in ids.chunks(PAGE as usize) {
            if page.len() > ONE_BY_ONE {
                let (low, high) = (page[0], page[page.len() - 1]);
                facts.extend(self.facts_of_range(low, high, day, Asked::Named(page)).await?);
                continue;
            }
            for id in page {
                facts.extend(self.facts_of_range(*id, *id, day, Asked::Named(&[*id])).await?);
            }
        }
        Ok(facts)
    }

    async fn facts_of_range(&mut self, low: i64, high: i64, day: Date, asked: Asked<'_>) -> Result<Vec<AccountFacts>> {
        let months = sql::months_before(day);
        let binds = [
            Bind::Int(low),
            Bind::Int(high),
            Bind::Int(day_number(day)),
            Bind::Int(months.start),
            Bind::Int(months.end),
        ];
        let rows: Vec<Tagged> = self.rows(sql::FACTS, &binds).await?;
        let mut gathering = Gathering::new(day, asked);
        for row in rows {
            gathering.add(row)?;
        }
        self.correct_the_past(&mut gathering, day).await?;
        gathering.finish()
    }

    /// Kept are the newest bank statement and the newest payment; where they lie after the day, the ones before are looked up.
    async fn correct_the_past(&mut self, gathering: &mut Gathering<'_>, on: Date) -> Result<()> {
        let day = Bind::Int(day_number(on));
        if gathering.bank_statement_is_later() {
            let newest: Option<(Option<i64>,)> = self.row(sql::BANK_STATEMENT_BY, &[day]).await?;
            gathering.set_bank_statement(newest.and_then(|(day,)| day));
        }
        let later = gathering.accounts_paid_later();
        if let (Some(low), Some(high)) = (later.first(), later.last()) {
            let binds = [Bind::Int(*low), Bind::Int(*high), day];
            let payments: Vec<(i64, String, i64, i64, i64, String)> = self.rows(sql::PAYMENTS_BY, &binds).await?;
            for (account, currency, item, day, amount, document) in payments {
                gathering.set_last_payment(account, &currency, item, day, amount, document);
            }
        }
        Ok(())
    }
}
