//! Writing off small balances together: looked at first, then all of it alone or by two, and taken back as a whole.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_rules::write_off::{
    AskBecause, OpenBalance, SmallBalances, WriteOffAsked, WriteOffReason, WriteOffWay, is_small_balance, write_off_way,
};
use dunwell_store::record::{AtHand, BOOK_ACCOUNT, NewRequest, NewWriteOff, PostingRefusal, Recording, RequestRow};
use dunwell_store::views::small_balances::SmallBatchView;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::page;
use crate::put_policy_in_force::policy_in_force;
use crate::refunds::before;
use crate::refusal::{Refusal, Result, Stop};
use crate::who::{amount_of, currency_of, entry_of};

/// What a request to write off small balances together is called in the approval journal.
pub const SUBJECT: &str = "small_balances";
/// The most items of one batch; more are refused, so that a signature is under what can be looked at.
pub const MOST: usize = 500;

/// Which small balances are meant.
#[derive(Debug, Clone, Default)]
pub struct SmallAsked {
    /// What is open of an item is less than this, as typed.
    pub below: String,
    /// All of it fell due at least so many days ago; `None` is 0.
    pub older_than_days: Option<i64>,
    /// The currency; `None` is the book's own.
    pub currency: Option<String>,
    /// Write them off; else they are looked at only.
    pub commit: bool,
    /// The version of the look that is confirmed by it; `None` writes off whatever is small now.
    pub version: Option<String>,
    /// In the person's words; erasable.
    pub words: Option<String>,
}

/// A small balance.
#[derive(Debug, Clone, Serialize)]
pub struct SmallItem {
    /// The customer number.
    pub account: String,
    /// The document number.
    pub document: String,
    /// What is open of it.
    pub amount: Money,
}

/// The small balances, and what became of them.
#[derive(Debug, Clone, Serialize)]
pub struct SmallReport {
    /// The items, by account.
    pub items: Vec<SmallItem>,
    /// How many accounts they are of.
    pub accounts: usize,
    /// What they come to.
    pub total: Money,
    /// Why a second person is asked: `no_limit` or `above_limit`; null where the role may alone.
    pub asked_because: Option<&'static str>,
    /// What the role may write off alone; null where that does not come into it, and where it may nothing.
    pub limit: Option<Money>,
    /// What the same person wrote off alone within the days that add up, anywhere; the limit counts both.
    pub beside: Money,
    /// Just these items and amounts: it is given back with what is confirmed.
    pub version: String,
    /// The batch by which all of it is taken back; null while nothing is written off.
    pub batch: Option<String>,
    /// The request that waits for a signature; null where none does.
    pub request: Option<String>,
}

/// A batch that was taken back.
#[derive(Debug, Clone, Serialize)]
pub struct SmallTakenBack {
    /// The batch.
    pub batch: String,
    /// How many documents are open again; none where nothing of it stood any more.
    pub items: usize,
    /// What of each currency is open again.
    pub taken_back: Vec<Money>,
}

/// Account, item, document number and what is open of it.
type Small = (EntryId, EntryId, String, i64);

/// Looks at the small balances of a currency on the day `on`, and writes them off where that is asked: all of them or none. What
/// the same person wrote off alone anywhere within the days that add up counts with them; above the role's limit one request for
/// the whole waits for a second person, and asking again answers the same request. Refused (`version_conflict`) when a look is
/// confirmed and something of it moved since. Written off once they are gone, so that a repeat finds nothing.
pub async fn write_off_small(desk: &Desk, asked: &SmallAsked, on: Date, today: Date) -> Result<SmallReport> {
    desk.may(Action::WriteOff)?;
    if on > today {
        return Err(Refusal::DayInFuture { day: on.to_string(), today: today.to_string() }.into());
    }
    let currency = asked.currency.as_deref().map_or(Ok(desk.settings().currency), currency_of)?;
    let below = amount_of(&asked.below, currency).map_err(|stop| match stop {
        Stop::Refused(Refusal::BadValue { value, why, .. }) => Refusal::BadValue { what: "below", value, why }.into(),
        other => other,
    })?;
    let meant = SmallBalances { below, older_than_days: asked.older_than_days.unwrap_or(0) };
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    desk.retrying(|| async {
        let mut recording = desk.record("write off small balances", on).await?;
        if asked.commit {
            // One batch of a person at a time: what another writes off meanwhile counts with it, or this one with that.
            recording.lock_user(&desk.user).await?;
        }
        let mut small = small_balances(desk, &meant, on).await?;
        if asked.commit {
            if small.len() > MOST {
                return Err(too_many(small.len(), &asked.below).into());
            }
            let at_hand = recording.take_up(small.iter().map(|(account, item, ..)| (*account, *item))).await?;
            small.retain(|row| stands(&at_hand, row, currency));
        }
        let sum = small.iter().map(|(_, _, _, open)| *open).fold(0, i64::saturating_add);
        let batch = Batch { meant, total: Money::new(sum, currency), small, words: asked.words.as_deref() };
        let mut report = report(desk, &batch).await?;
        if asked.commit && asked.version.as_ref().is_some_and(|seen| *seen != report.version) {
            let current = Box::new(serde_json::to_value(&report).unwrap_or_default());
            return Err(Refusal::VersionConflict { what: "list of small balances", current }.into());
        }
        if batch.small.is_empty() {
            return Ok(report);
        }
        let because = because(&mut recording, desk, &judge, &mut report, on).await?;
        if !asked.commit {
            return Ok(report);
        }
        if let Some(because) = because {
            report.request = Some(batch.ask(&mut recording, because, on).await?.to_string());
        } else {
            report.batch = Some(batch.post(&mut recording, (&desk.user, None), on).await?.0.to_string());
        }
        recording.commit().await?;
        Ok(report)
    })
    .await
}

fn too_many(items: usize, below: &str) -> Refusal {
    let why = format!("{items} items are more than {MOST} at once: name a smaller amount, or older ones");
    Refusal::BadValue { what: "below", value: below.into(), why }
}

/// Why a second person is asked, and what that is decided by.
async fn because(
    recording: &mut Recording,
    desk: &Desk,
    judge: &Judge,
    report: &mut SmallReport,
    on: Date,
) -> Result<Option<AskBecause>> {
    let (total, days) = (report.total, judge.policy.approval.adds_up_days);
    let beside = recording.written_off_alone_anywhere(&desk.user, total.currency, on, days).await?;
    let this = WriteOffAsked {
        amount: total,
        open: total,
        disputed: 0,
        beside,
        role: desk.role,
        reason: WriteOffReason::SmallBalance,
    };
    let because = match write_off_way(&this, &judge.policy.write_off, &judge.amounts(total.currency)) {
        Some(WriteOffWay::Ask(because)) => Some(because),
        Some(WriteOffWay::Alone) | None => None,
    };
    report.beside = Money::new(beside, total.currency);
    report.asked_because = because.map(AskBecause::code);
    if let Some(AskBecause::AboveLimit { limit }) = because {
        report.limit = Some(limit);
    }
    Ok(because)
}

/// Whether it is open just like that.
fn stands(at_hand: &AtHand, (_, item, _, open): &Small, currency: Currency) -> bool {
    at_hand.item(*item).is_some_and(|at| at.open == Money::new(*open, currency))
}

async fn report(desk: &Desk, batch: &Batch<'_>) -> Result<SmallReport> {
    let items = items(desk, &batch.small, batch.total.currency).await?;
    let accounts: BTreeSet<&EntryId> = batch.small.iter().map(|(account, ..)| account).collect();
    Ok(SmallReport {
        items,
        accounts: accounts.len(),
        total: batch.total,
        asked_because: None,
        limit: None,
        beside: Money::zero(batch.total.currency),
        version: batch.bound().iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        batch: None,
        request: None,
    })
}

async fn items(desk: &Desk, small: &[Small], currency: Currency) -> Result<Vec<SmallItem>> {
    let accounts: BTreeSet<EntryId> = small.iter().map(|(account, ..)| *account).collect();
    let ids: Vec<EntryId> = accounts.iter().copied().collect();
    let parties = desk.book.read().await?.parties(&ids).await?;
    let item = |(account, _, document, open): &Small| SmallItem {
        account: parties.get(account).map_or_else(|| account.to_string(), |party| party.code.clone()),
        document: document.clone(),
        amount: Money::new(*open, currency),
    };
    Ok(small.iter().map(item).collect())
}

/// What a request asks to be written off, as its journal row says it.
pub async fn small_asked(desk: &Desk, asked: &Value, currency: Currency) -> Result<Vec<SmallItem>> {
    let small: Vec<Small> = asked["items"].as_array().into_iter().flatten().filter_map(small_of).collect();
    items(desk, &small, currency).await
}

/// A page of batches, the newest first.
#[derive(Debug, Clone, Serialize)]
pub struct SmallBatchList {
    /// The batches.
    pub batches: Vec<SmallBatchView>,
    /// The cursor to those after them; null on the last page.
    pub next_cursor: Option<String>,
}

/// The batches of small balances that were written off together.
pub async fn small_batches(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<SmallBatchList> {
    desk.may(Action::ReadAccounts)?;
    let size = page::size(limit)?;
    let before = before(cursor)?;
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = desk.book.read().await?.small_batches(before, most).await?;
    let (batches, next_cursor) = page::cut(rows, size, |row| row.batch.to_string());
    Ok(SmallBatchList { batches, next_cursor })
}

/// The small balances of every account, by account and item.
async fn small_balances(desk: &Desk, meant: &SmallBalances, on: Date) -> Result<Vec<Small>> {
    let owed = desk.book.read().await?.owed_in(meant.below.currency).await?;
    let mut small = Vec::new();
    for (account, owed) in owed {
        let on_account = owed.credits.iter().map(|credit| credit.unapplied).fold(0, i64::saturating_add);
        let items: BTreeSet<EntryId> = owed.lines.iter().map(|line| line.item).collect();
        for item in items {
            let lines: Vec<_> = owed.lines.iter().filter(|line| line.item == item).collect();
            let Some(first) = lines.first() else { continue };
            let open = lines.iter().map(|line| line.open).fold(0, i64::saturating_add);
            let balance = OpenBalance {
                kind: first.kind,
                open: Money::new(open, meant.below.currency),
                due: lines.iter().map(|line| line.due_date).max().unwrap_or(first.due_date),
                disputed: lines.iter().map(|line| line.disputed).fold(0, i64::saturating_add),
                on_account,
            };
            if is_small_balance(&balance, meant, on) {
                small.push((account, item, first.document.clone(), open));
            }
        }
    }
    Ok(small)
}

/// Small balances that are written off together.
struct Batch<'a> {
    meant: SmallBalances,
    total: Money,
    small: Vec<Small>,
    words: Option<&'a str>,
}

impl Batch<'_> {
    /// How they were chosen, and which they are.
    fn detail(&self) -> Value {
        let item = |(account, item, document, open): &Small| json!([account.0, item.0, document, open]);
        let items: Vec<Value> = self.small.iter().map(item).collect();
        json!({ "below": self.meant.below.minor, "older_than_days": self.meant.older_than_days, "items": items })
    }

    /// What a signature is bound to.
    fn bound(&self) -> [u8; 32] {
        Sha256::digest(format!("{SUBJECT}|{}|{}", self.total.currency, self.detail())).into()
    }

    /// Puts all of it before a second person; the request that waits under just this is answered again.
    async fn ask(&self, recording: &mut Recording, because: AskBecause, on: Date) -> Result<EntryId> {
        let bound = self.bound();
        if let Some(waits) = recording.pending_request(&bound).await? {
            return Ok(waits);
        }
        let mut detail = self.detail();
        detail["because"] = because.code().into();
        let request = NewRequest {
            account: BOOK_ACCOUNT,
            subject: SUBJECT.into(),
            amount: self.total,
            role: "approver".into(),
            request_sha256: bound,
            detail: detail.to_string(),
        };
        let request = recording.propose(&request).await?;
        if let Some(words) = self.words {
            recording.say_why_written_off(BOOK_ACCOUNT, request, words, on)?;
        }
        Ok(request)
    }

    /// Writes off what is open of it just like that; what moved meanwhile is left out. Answers the batch, and how many.
    async fn post(
        &self,
        recording: &mut Recording,
        (maker, request): (&str, Option<EntryId>),
        on: Date,
    ) -> Result<(EntryId, usize)> {
        let items = self.small.iter().map(|(account, item, ..)| (*account, *item));
        let at_hand = recording.take_up(items).await?;
        let mut chosen_by = self.detail();
        chosen_by["request"] = json!(request.map(|request| request.0));
        let batch = recording.begin_small_balances(self.total, &chosen_by, self.words, on)?;
        let mut written_off = 0;
        let standing = self.small.iter().filter(|row| stands(&at_hand, row, self.total.currency));
        for (account, item, document, open) in standing {
            if recording.disputed_of(*account, *item, *open).await? > 0 {
                continue;
            }
            let new = NewWriteOff {
                account: *account,
                item: *item,
                document: document.clone(),
                amount: Money::new(*open, self.total.currency),
                reason: WriteOffReason::SmallBalance,
                tax_relief: false,
                maker: maker.to_owned(),
                request,
                batch: Some(batch),
                words: None,
            };
            let posted = recording.write_off(&new, on).await?;
            posted.map_err(|code| Refusal::Posting { code, message: format!("{document} (open {})", new.amount) })?;
            written_off += 1;
        }
        Ok((batch, written_off))
    }
}

/// Writes off what is signed and still open just like that. Refused (`facts_moved`) when what was asked is not what would be
/// signed, and when nothing of it is open like that any more.
pub(crate) async fn post_approved(recording: &mut Recording, row: &RequestRow, on: Date) -> Result<()> {
    let moved = || Refusal::FactsMoved(row.request.to_string());
    let detail: Value = serde_json::from_str(&row.detail).map_err(|_| moved())?;
    let asked = &detail["asked"];
    let (Some(amount), Some(currency)) = (row.amount, row.currency) else { return Err(moved().into()) };
    let small: Option<Vec<Small>> = asked["items"].as_array().into_iter().flatten().map(small_of).collect();
    let number = |name: &str| asked[name].as_i64().ok_or_else(moved);
    let meant =
        SmallBalances { below: Money::new(number("below")?, currency), older_than_days: number("older_than_days")? };
    let small = small.ok_or_else(moved)?;
    let batch = Batch { meant, total: Money::new(amount, currency), small, words: None };
    if batch.bound().as_slice() != row.request_sha256 {
        return Err(moved().into());
    }
    let (_, written_off) = batch.post(recording, (&row.maker, Some(row.request)), on).await?;
    if written_off == 0 {
        return Err(moved().into());
    }
    Ok(())
}

fn small_of(value: &Value) -> Option<Small> {
    let number = |place: usize| value[place].as_i64();
    Some((EntryId(number(0)?), EntryId(number(1)?), value[2].as_str()?.to_owned(), number(3)?))
}

/// Takes a whole batch back that was a mistake: what of it still stands is open again. What was taken back already, or came in
/// meanwhile, stays as it is.
pub async fn take_back_small(desk: &Desk, batch: &str, why: &str, on: Date) -> Result<SmallTakenBack> {
    desk.may(Action::WriteOff)?;
    let (id, why) = (entry_of("batch", batch)?, why.trim());
    if why.is_empty() {
        let why = "say why it is taken back".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("take back small balances", on).await?;
        let of_batch = recording.write_offs_of(id).await?;
        if of_batch.is_empty() {
            return Err(Refusal::NotFound { what: "batch", id: batch.into() }.into());
        }
        let (mut items, mut sum): (usize, Option<(Currency, i64)>) = (0, None);
        for write_off in of_batch {
            let Some(row) = recording.written_off(write_off).await?.filter(|row| row.stands > 0) else { continue };
            let taken = recording.take_back_write_off(&row, row.stands, on, Some(why)).await?;
            taken.map_err(|code: PostingRefusal| Refusal::Posting {
                code,
                message: format!("write-off {} of {}", row.write_off, row.document),
            })?;
            items += 1;
            sum = Some((row.amount.currency, sum.map_or(0, |(_, sum)| sum) + row.stands));
        }
        recording.commit().await?;
        let taken_back = sum.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect();
        Ok(SmallTakenBack { batch: batch.to_owned(), items, taken_back })
    })
    .await
}
