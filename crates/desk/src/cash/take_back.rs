//! Returns in a bank's file: each is recorded once, whatever file tells of it; the receipt that it takes back is found by the
//! rule, or a person is asked. A return may be told before its credit: it waits, and every later file is looked at for it.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::returns::{Returnable, Returned, TakesBack, paid_by_part, takes_back, takes_part_of};
use dunwell_rules::money::Money;
use dunwell_store::fault::Fault;
use dunwell_store::record::Recording;
use dunwell_store::views::returns::ReturnView;

use super::foot_statements::Listed;
use super::import_bank_file::Taking;
use super::told::Told as Credit;
use super::told_returns::{ToldReturn, deletes, just_returned, returnable, returned};
use crate::desk::Desk;
use crate::refusal::Result;

/// Returns recorded in one transaction, and read at once.
const CHUNK: usize = 100;

/// What is asked of an entry that deletes one which is in use.
const IN_USE: &str = "receipt_in_use";

/// What is asked of a return that a person took off the part of a receipt that it had taken.
const TAKEN_OFF: &str = "part_taken_off";

/// What a file tells of one day, or of all its days where it tells of no return.
pub(super) struct Day {
    /// Bookings that take receipts back.
    pub(super) returns: Vec<ToldReturn>,
    /// Credits.
    pub(super) credits: Vec<Credit>,
}

/// What a file tells, day by day where something comes back: what was paid, went back and was paid again is then taken in
/// as it happened.
pub(super) fn by_day(credits: Vec<Credit>, returns: Vec<ToldReturn>) -> Vec<Day> {
    if returns.is_empty() {
        return vec![Day { returns, credits }];
    }
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let day = || Day { returns: Vec::new(), credits: Vec::new() };
    for told in returns {
        days.entry(told.told.booked_on).or_insert_with(day).returns.push(told);
    }
    for told in credits {
        days.entry(told.booked_on).or_insert_with(day).credits.push(told);
    }
    days.into_values().collect()
}

/// What the final statements of a file list, by the statement.
pub(super) fn listed_by(days: &[Day]) -> Listed {
    let mut listed = Listed::new();
    for day in days {
        for told in &day.credits {
            if let Some(statement) = &told.statement {
                listed.entry(statement.clone()).or_default().0.push(told.key.clone());
            }
        }
        for returned in &day.returns {
            if let Some(statement) = &returned.statement {
                listed.entry(statement.clone()).or_default().1.push(returned.told.key.clone());
            }
        }
    }
    listed
}

/// What became of the returns that a file told.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Told before.
    pub(super) known: u64,
    /// What was recorded.
    pub(super) amounts: Vec<Money>,
    /// How many of them took a receipt back.
    pub(super) took_back: u64,
}

impl Told {
    fn add(&mut self, other: Self) {
        self.known += other.known;
        self.amounts.extend(other.amounts);
        self.took_back += other.took_back;
    }
}

impl Taking<'_> {
    /// Records returns, those known already left out, and takes back the receipts they name.
    pub(super) async fn take_returns(&mut self, told: &[ToldReturn]) -> Result<Told> {
        let mut all = Told::default();
        for chunk in told.chunks(CHUNK) {
            let desk = self.desk;
            let this = &*self;
            let (import, done) = desk.retrying(|| this.attempt_returns(chunk)).await?;
            self.import = import;
            self.look = None;
            all.add(done);
        }
        Ok(all)
    }

    /// Looks again for receipts of the returns that wait, where some may be among a day's credits.
    pub(super) async fn settle_waiting(&mut self, day: &Day) -> Result<u64> {
        if day.credits.is_empty() {
            return Ok(0);
        }
        let found = settle_waiting(self.desk, self.request.on).await?;
        if found > 0 {
            self.look = None;
        }
        Ok(found)
    }

    async fn attempt_returns(&self, chunk: &[ToldReturn]) -> Result<(Option<EntryId>, Told)> {
        let mut recording = self.desk.record("import bank", self.request.on).await?;
        let keys: Vec<&str> = chunk.iter().map(|returned| returned.told.key.as_str()).collect();
        let known = recording.return_keys(&keys).await?;
        let mut done = Told { known: known.len() as u64, ..Told::default() };
        if known.len() == chunk.len() {
            return Ok((self.import, done));
        }
        let import = self.enter(&mut recording).await?;
        for told in chunk.iter().map(|returned| &returned.told).filter(|told| !known.contains_key(&told.key)) {
            let entry = recording.tell_return(told)?;
            let returned = just_returned(told);
            let answer = find(&mut recording, &returned).await?;
            if answer == TakesBack::NoReceipt && take_part(&mut recording, entry, &returned).await? {
                done.took_back += 1;
                done.amounts.push(told.amount);
                continue;
            }
            let deletes = deletes(&told.code, &told.reason);
            let (_, question) = settle(&mut recording, entry, answer, deletes, self.request.on).await?;
            done.took_back += u64::from(question.is_none());
            done.amounts.push(told.amount);
        }
        recording.commit().await?;
        Ok((Some(import), done))
    }
}

/// Looks for the receipt of a return.
async fn find(recording: &mut Recording, returned: &Returned) -> Result<TakesBack> {
    let rows = recording.returnable(returned.currency, &returned.amounts, returned.booked_on).await?;
    let receipts: Vec<Returnable> = rows.into_iter().map(returnable).collect();
    Ok(takes_back(returned, &receipts))
}

/// Takes back the part of a receipt that a return is of by C-11; `false` where it is of none.
async fn take_part(recording: &mut Recording, entry: EntryId, returned: &Returned) -> Result<bool> {
    let [amount] = returned.amounts[..] else { return Ok(false) };
    let sum = Money::new(amount, returned.currency);
    let rows = recording.larger_receipts(sum, returned.booked_on, &returned.references).await?;
    let receipts: Vec<Returnable> = rows.into_iter().map(returnable).collect();
    let Some(receipt) = takes_part_of(returned, &receipts) else { return Ok(false) };
    let Some(paid) = recording.paid_by(receipt).await? else { return Ok(false) };
    let paid: Vec<(EntryId, i64)> = paid.into_iter().map(|paid| (paid.item, paid.amount)).collect();
    let Some(document) = paid_by_part(amount, &paid) else { return Ok(false) };
    match recording.take_back_part(entry, receipt, &[document]).await? {
        Ok(_) => Ok(true),
        // It was looked at under the account's lock: nothing may be kept of what was begun.
        Err(why) => Err(Fault::new(format!("a part of receipt {receipt} was refused: {}", why.code())).into()),
    }
}

/// Takes back the receipt that was found, or asks; answers whether anything changed, and what is asked now. What a bank
/// deletes is taken back only while it is not in use: nobody's payment came back.
async fn settle(
    recording: &mut Recording,
    entry: EntryId,
    answer: TakesBack,
    deletes: bool,
    on: Date,
) -> Result<(bool, Option<&'static str>)> {
    if let (TakesBack::Receipt(receipt), true) = (answer, deletes)
        && !recording.is_untouched(receipt).await?
    {
        let changed = recording.ask_about_return(entry, &[IN_USE], on).await?;
        return Ok((changed, Some(IN_USE)));
    }
    if let TakesBack::Receipt(receipt) = answer
        && recording.take_back(entry, receipt).await?.is_some()
    {
        return Ok((true, None));
    }
    let question = answer.question().unwrap_or(TakesBack::TakenBackBefore.question().unwrap_or_default());
    let changed = recording.ask_about_return(entry, &[question], on).await?;
    Ok((changed, Some(question)))
}

/// Looks again for the receipts of returns that wait for one: their file may have come. Answers how many took one back.
async fn settle_waiting(desk: &Desk, on: Date) -> Result<u64> {
    let (mut after, mut found) = (None, 0);
    loop {
        let page = desk.book.read().await?.returns_asked(after, CHUNK as i64).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.asked_on.map(|day| (day, last.entry));
        found += desk.retrying(|| look_again(desk, &page, on)).await?;
    }
}

async fn look_again(desk: &Desk, page: &[ReturnView], on: Date) -> Result<u64> {
    let mut recording = desk.record("import bank", on).await?;
    let (mut found, mut changed) = (0, false);
    for waiting in page {
        let returned = returned(waiting);
        let answer = find(&mut recording, &returned).await?;
        // What a person took off its receipt is not set against it again.
        if waiting.asked == [TAKEN_OFF] {
            continue;
        }
        if answer == TakesBack::NoReceipt && take_part(&mut recording, waiting.entry, &returned).await? {
            (changed, found) = (true, found + 1);
            continue;
        }
        // A day that is asked since stays while the question does.
        let same = answer.question().is_some_and(|question| waiting.asked == [question]);
        if !same {
            let deletes = deletes(&waiting.code, &waiting.reason);
            let (moved, question) = settle(&mut recording, waiting.entry, answer, deletes, on).await?;
            changed |= moved;
            found += u64::from(question.is_none());
        }
    }
    if changed {
        recording.commit().await?;
    }
    Ok(found)
}
