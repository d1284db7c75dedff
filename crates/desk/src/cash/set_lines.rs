//! Setting a credit against lines that a person names, with an amount each; and the rest of a line disputed where it was held
//! back for a reason.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::record::{NewApplication, NewDispute, PostingRefusal, Recording};

use super::exceptions::Look;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result, not_posted};
use crate::who::{amount_of, entry_of};

/// An amount of a credit that a person sets against an open line.
#[derive(Debug, Clone, Default)]
pub struct LinePaid {
    /// The item.
    pub item: String,
    /// The instalment, from 1.
    pub line: i64,
    /// The amount as typed; `None` is as much as both allow.
    pub amount: Option<String>,
    /// Why the rest of the line was held back, as the code of a dispute's reason: the rest is disputed. `None` leaves it open.
    pub held_back: Option<String>,
}

/// A credit that is being set against lines.
pub(super) struct Setting {
    /// What people call it, in refusals.
    pub(super) named: String,
    /// The item as which it stands.
    pub(super) credit: EntryId,
    pub(super) currency: Currency,
    /// What of it is set against nothing yet.
    pub(super) left: i64,
    pub(super) on: Date,
}

impl Setting {
    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The amount as typed, else as much as both allow.
    pub(super) fn amount(&self, typed: Option<&str>, open: i64) -> Result<i64> {
        match typed {
            Some(text) => Ok(amount_of(text, self.currency)?.minor),
            None => Ok(self.left.min(open)),
        }
    }

    /// Sets an amount against an item, or one line of it; `document` and `open` are for the refusal.
    pub(super) async fn set(
        &mut self,
        recording: &mut Recording,
        (debit, line): (EntryId, Option<i64>),
        pays: i64,
        (document, open): (&str, i64),
    ) -> Result<()> {
        let refused = |code: PostingRefusal| {
            let (pays, left, open) = (self.money(pays), self.money(self.left), self.money(open));
            let named = &self.named;
            not_posted(code, &format!("{pays} of {named} ({left} left) against {document}, which has {open} open"))
        };
        if pays <= 0 || pays > self.left {
            return Err(refused(PostingRefusal::OverApplied).into());
        }
        let row = NewApplication { credit: self.credit, debit, line, amount: pays, effective: self.on };
        recording.apply(&[row]).await?.remove(0).map_err(refused)?;
        self.left -= pays;
        Ok(())
    }

    /// Sets amounts against lines of an account and of those it pays for, and disputes what was held back of them.
    pub(super) async fn lines(
        &mut self,
        desk: &Desk,
        recording: &mut Recording,
        (account, code): (EntryId, &str),
        lines: &[LinePaid],
    ) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let look = Look::of(&mut desk.book.read().await?, &[account], self.currency).await?;
        let owed = look.owed(account);
        for said in lines {
            let item = entry_of("item", &said.item)?;
            let open = owed.iter().find(|open| (open.item, open.line) == (item, said.line));
            let open = open.ok_or_else(|| not_open(said, code))?;
            let pays = self.amount(said.amount.as_deref(), open.open)?;
            self.set(recording, (item, Some(said.line)), pays, (&open.document, open.open)).await?;
            let Some(reason) = &said.held_back else { continue };
            let reason = DisputeReason::parse(reason).ok_or_else(|| no_reason(reason))?;
            if pays == open.open {
                return Err(nothing_short(&open.document, reason).into());
            }
            let row = NewDispute {
                account: open.account,
                item,
                line: Some(said.line),
                amount: Some(open.open - pays),
                since: self.on,
                reason: reason.code().into(),
            };
            recording.disputes(&[row]).await?;
        }
        Ok(())
    }
}

pub(super) fn not_open(said: &LinePaid, account: &str) -> Refusal {
    let why = format!("nothing of it is open at {account} or those it pays for; look at it again");
    Refusal::BadValue { what: "line", value: format!("{}/{}", said.item, said.line), why }
}

pub(super) fn no_reason(text: &str) -> Refusal {
    let reasons = DisputeReason::ALL.map(DisputeReason::code).join(", ");
    Refusal::BadValue { what: "held_back", value: text.into(), why: format!("give one of {reasons}") }
}

fn nothing_short(document: &str, reason: DisputeReason) -> Refusal {
    let why = format!("nothing was held back of {document}: it is paid whole");
    Refusal::BadValue { what: "held_back", value: reason.code().into(), why }
}
