//! Receipts: whose each is, what it pays, and all of that recorded with its reasons.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Candidate, Evidence, Payer, PayerRule, payer, sure_of};
use dunwell_rules::cash::settled::{
    SETTLED_CONFIDENCE, SETTLED_RULE, SettledDocument, settled_and_named, settled_by_source,
};
use dunwell_rules::cash::{self as rules, Answer, CashPolicy, ExchangeMatch, Match, Owed, Short, Shortfall, Source};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Money, RateFacts};
use dunwell_store::fault::Result as StoreResult;
use dunwell_store::record::{
    BANK, BOOK_ACCOUNT, NewApplication, NewDispute, NewExchange, NewItem, NewReceipt, PostingRefusal, Received,
    Recording,
};
use serde_json::{Value, json};

use super::exchange::{self, NamedAbroad};
use super::import_bank_file::RuleNamed;
use super::open_book::OpenBook;
use super::rule_name;
use super::told::Told;
use super::who_paid::Payers;

/// What the desk makes of a receipt before it records it.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    /// Whose it is; [`BOOK_ACCOUNT`] where nobody can say.
    pub(super) account: EntryId,
    /// By what the payer is known, as codes.
    pub(super) evidence: Vec<&'static str>,
    /// The rule that says whose it is, where one does.
    pub(super) payer_rule: Option<&'static str>,
    /// What it pays.
    pub(super) apply: Option<Match>,
    /// What all of it pays in another currency instead, and at which rate.
    pub(super) abroad: Option<Box<(ExchangeMatch, RateFacts)>>,
    /// The document of which its source said that it was settled, and whose settlement the receipt replaces.
    pub(super) settled: Option<SettledDocument>,
    /// What a person is asked, as codes.
    pub(super) asked: Vec<&'static str>,
}

impl Decided {
    /// What only seems to be paid twice is paid by the receipt, where no cash was behind what settled it.
    fn or_settled(mut self, receipt: &rules::Receipt, owed: &Owed) -> Self {
        if self.apply.is_none() && self.asked == [PAID_BEFORE] {
            self.settled = settled_by_source(receipt, owed);
            if self.settled.is_some() {
                self.asked.clear();
            }
        }
        self
    }

    /// The same held for a person, for the money may have been told by another file.
    pub(super) fn held(self) -> Self {
        Self { apply: None, abroad: None, settled: None, asked: vec![TOLD_ELSEWHERE], ..self }
    }

    /// Whether nothing fits in the receipt's own currency, or nothing there tells who paid.
    pub(super) fn finds_nothing(&self) -> bool {
        let nothing = [rules::Question::NothingFits.code(), UNKNOWN_REFERENCE];
        let asked = if self.account == BOOK_ACCOUNT { &[UNKNOWN_PAYER] } else { &nothing[..] };
        self.apply.is_none() && matches!(self.asked[..], [one] if asked.contains(&one))
    }

    /// All of it pays in another currency, and nothing is asked.
    pub(super) fn pays_abroad(&mut self, abroad: NamedAbroad) {
        let NamedAbroad { who, mut found, rate } = abroad;
        if let Some(who) = who {
            (self.account, self.payer_rule) = (who.account, Some(who.rule.id()));
            self.evidence = who.evidence.iter().map(|evidence: &Evidence| evidence.code()).collect();
            found.confidence = found.confidence.min(sure_of(&who.evidence, 1));
        }
        self.abroad = Some(Box::new((found, rate)));
        self.asked.clear();
    }
}

/// What is asked where a document that is named is paid.
const PAID_BEFORE: &str = "paid_before";
/// What is asked where another file, that names our account otherwise, told of as much of the same payer.
pub(super) const TOLD_ELSEWHERE: &str = "told_elsewhere";
/// What is asked where nothing that is named is open in the receipt's own currency.
const UNKNOWN_REFERENCE: &str = "unknown_reference";
/// What is asked where nothing tells who paid.
const UNKNOWN_PAYER: &str = "unknown_payer";

/// Decides what becomes of a receipt: who paid, then what it pays.
pub(super) fn decide(told: &Told, payers: &Payers, book: &OpenBook, policy: &CashPolicy) -> Decided {
    let nobody = |asked| Decided {
        account: BOOK_ACCOUNT,
        evidence: Vec::new(),
        payer_rule: None,
        apply: None,
        abroad: None,
        settled: None,
        asked: vec![asked],
    };
    match payer(&payers.clues(told, book)) {
        Payer::Unknown(likely) => {
            let owed = |who: &Candidate| owed_by(who, payers, book);
            let found = rules::by_amounts(&told.receipt(policy), &likely, owed, policy);
            let unknown = || match settled_and_named(&told.receipt(policy), book.closed()) {
                Some(settled) => Decided {
                    account: settled.account,
                    evidence: vec![Evidence::Document.code()],
                    payer_rule: Some(PayerRule::Own.id()),
                    settled: Some(settled),
                    asked: Vec::new(),
                    ..nobody(UNKNOWN_PAYER)
                },
                None => nobody(UNKNOWN_PAYER),
            };
            found.map_or_else(unknown, |(who, answer)| decided(&who, answer))
        }
        Payer::Several(_) => nobody("several_payers"),
        Payer::Known(who) => {
            let owed = owed_by(&who, payers, book);
            let receipt = told.receipt(policy);
            decided(&who, rules::apply(&receipt, &owed, policy)).or_settled(&receipt, &owed)
        }
    }
}

pub(super) fn decided(who: &Candidate, answer: Answer) -> Decided {
    let mut asked: Vec<&'static str> = answer.questions.iter().map(rules::Question::code).collect();
    asked.dedup();
    let evidence = who.evidence.iter().map(|evidence: &Evidence| evidence.code()).collect();
    let mut apply = answer.apply;
    if let Some(found) = &mut apply {
        found.confidence = found.confidence.min(sure_of(&who.evidence, 1));
    }
    let payer_rule = (!who.evidence.is_empty()).then(|| who.rule.id());
    Decided { account: who.account, evidence, payer_rule, apply, abroad: None, settled: None, asked }
}

/// What the payer may be paying: its own lines, and those of all who pay together.
pub(super) fn owed_by(who: &Candidate, payers: &Payers, book: &OpenBook) -> Owed {
    Owed { payer: who.accounts.clone(), ..book.of_family(&payers.family(who.account)) }
}

/// What became of a receipt that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    /// The receipt.
    pub(super) receipt: Option<EntryId>,
    /// What of it is set against lines.
    pub(super) applied: i64,
    /// The rule by which: its id and its word.
    pub(super) rule: Option<RuleNamed>,
    /// What stays on the payer's account, or nobody's.
    pub(super) on_account: i64,
    /// What a person is asked, as codes.
    pub(super) asked: Vec<&'static str>,
}

/// A receipt that stands, and what was decided of it.
#[derive(Clone, Copy)]
struct Standing<'a> {
    received: Received,
    told: &'a Told,
    decided: &'a Decided,
}

impl Standing<'_> {
    /// The items it moves something of, but itself.
    fn moves(&self) -> impl Iterator<Item = EntryId> {
        let found = self.decided.apply.iter();
        found.flat_map(|found| {
            let short = found.short.iter().map(|short| short.item);
            let of = found.allocations.iter().flat_map(|allocation| match allocation.from {
                Source::Receipt => [allocation.item, allocation.item],
                Source::Credit(credit) => [allocation.item, credit],
            });
            short.chain(of)
        })
    }

    /// Whether it does what is done for it alone.
    fn is_alone(&self) -> bool {
        self.decided.abroad.is_some() || self.decided.settled.is_some()
    }

    /// What of it is set against lines.
    fn applied(&self) -> i64 {
        let abroad = self.decided.abroad.as_ref().map_or(0, |abroad| abroad.0.exchange.gives.minor);
        let settled = self.decided.settled.map_or(0, |settled| settled.amount);
        self.decided.apply.as_ref().map_or(abroad + settled, Match::applied)
    }

    fn outcome(&self) -> Outcome {
        let Decided { apply, abroad, settled, asked, .. } = self.decided;
        let rule = apply.as_ref().map(|found| found.rule.id());
        let rule = rule.or_else(|| abroad.as_ref().map(|_| exchange::RULE));
        let rule = rule.or_else(|| settled.map(|_| SETTLED_RULE));
        Outcome {
            receipt: Some(self.received.entry),
            applied: self.applied(),
            rule: rule.map(|id| (id, rule_name(id).unwrap_or_default())),
            on_account: self.told.amount.minor - self.applied(),
            asked: asked.clone(),
        }
    }
}

/// Records receipts and what was decided of each, in few statements: a file has many. `Err` says that what one of them was to
/// pay has moved meanwhile: decide again.
pub(super) async fn record(
    recording: &mut Recording,
    decided: &[(&Told, Decided)],
    on: Date,
) -> StoreResult<Result<Vec<Outcome>, PostingRefusal>> {
    let row = |(told, decided): &(&Told, Decided)| NewReceipt {
        account: decided.account,
        key: told.key.clone(),
        amount: told.amount,
        document: told.document.clone(),
        booked_on: told.booked_on,
        value_on: told.value_on,
        bank_account: told.bank_account.clone(),
        code: told.code.clone(),
        words: serde_json::to_string(&told.words).unwrap_or_default(),
        asked: decided.asked.clone(),
    };
    let rows: Vec<NewReceipt> = decided.iter().map(row).collect();
    let received = recording.receive(&rows).await?;
    let standing = received.into_iter().zip(decided);
    let standing: Vec<Standing<'_>> =
        standing.map(|(received, (told, decided))| Standing { received, told, decided }).collect();
    for run in runs(&standing) {
        if let Err(moved) = do_together(recording, run, on).await? {
            return Ok(Err(moved));
        }
    }
    Ok(Ok(standing.iter().map(Standing::outcome).collect()))
}

/// Receipts in their order, cut where one moves an item that one before it in the run moves: a run is done together, and what
/// it comes to must not hang on which of it is done first.
fn runs<'s, 'a>(standing: &'s [Standing<'a>]) -> Vec<&'s [Standing<'a>]> {
    let (mut runs, mut from, mut moved) = (Vec::new(), 0, BTreeSet::new());
    for (at, one) in standing.iter().enumerate() {
        let items: BTreeSet<EntryId> = one.moves().collect();
        let begins = one.is_alone() || at > 0 && standing[at - 1].is_alone() || !moved.is_disjoint(&items);
        if begins && at > from {
            runs.push(&standing[from..at]);
            (from, moved) = (at, BTreeSet::new());
        }
        moved.extend(items);
    }
    runs.push(&standing[from..]);
    runs
}

/// Does what was decided of receipts that stand.
async fn do_together(
    recording: &mut Recording,
    run: &[Standing<'_>],
    on: Date,
) -> StoreResult<Result<(), PostingRefusal>> {
    if let Err(moved) = apply_together(recording, run, on).await? {
        return Ok(Err(moved));
    }
    for one in run.iter().filter(|one| one.is_alone()) {
        if let Err(moved) = pay_abroad(recording, *one, on).await? {
            return Ok(Err(moved));
        }
        if let Err(moved) = replace_settlement(recording, one.received, one.decided, on).await? {
            return Ok(Err(moved));
        }
    }
    Ok(Ok(()))
}

/// Does what was decided of one receipt that stands; answers what of it is set against lines.
pub(super) async fn carry_out(
    recording: &mut Recording,
    received: Received,
    told: &Told,
    decided: &Decided,
    on: Date,
) -> StoreResult<Result<i64, PostingRefusal>> {
    let one = Standing { received, told, decided };
    recording.ask_about(received.entry, &decided.asked, on).await?;
    Ok(do_together(recording, &[one], on).await?.map(|()| one.applied()))
}

/// Sets a receipt against the document whose settlement it replaces, where it does.
async fn replace_settlement(
    recording: &mut Recording,
    received: Received,
    decided: &Decided,
    on: Date,
) -> StoreResult<Result<(), PostingRefusal>> {
    let Some(SettledDocument { item, amount, .. }) = decided.settled else { return Ok(Ok(())) };
    if let Err(moved) = recording.replace_settlement((decided.account, received.item), item, amount, on).await? {
        return Ok(Err(moved));
    }
    let because = json!({
        "rule": SETTLED_RULE,
        "confidence": SETTLED_CONFIDENCE,
        "payer": decided.evidence,
        "payer_rule": decided.payer_rule,
        "short": [],
        "on_account": 0,
    });
    recording.explain_cash(decided.account, received.item, on, &because)?;
    Ok(Ok(()))
}

/// Turns all of a receipt into the currency of what it pays, where it pays in another.
async fn pay_abroad(
    recording: &mut Recording,
    Standing { received, told, decided }: Standing<'_>,
    on: Date,
) -> StoreResult<Result<(), PostingRefusal>> {
    let Some((found, rate)) = decided.abroad.as_deref() else { return Ok(Ok(())) };
    let new = NewExchange {
        account: decided.account,
        receipt: received.item,
        document: told.document.clone(),
        value_on: told.value_on,
        exchange: found.exchange,
        rate: rate.clone(),
        pays: found.lines.iter().map(|line| (line.item, Some(line.line), line.open)).collect(),
    };
    if let Err(moved) = recording.exchange(&new, on).await? {
        return Ok(Err(moved));
    }
    let because = json!({
        "rule": exchange::RULE,
        "confidence": found.confidence,
        "payer": decided.evidence,
        "payer_rule": decided.payer_rule,
        "short": [],
        "on_account": 0,
    });
    recording.explain_cash(decided.account, received.item, on, &because)?;
    Ok(Ok(()))
}

/// Sets receipts that stand against what they pay, in this order, and says why.
async fn apply_together(
    recording: &mut Recording,
    run: &[Standing<'_>],
    on: Date,
) -> StoreResult<Result<(), PostingRefusal>> {
    let paying = || run.iter().filter_map(|one| Some((one, one.decided.apply.as_ref()?)));
    let rows = paying().flat_map(|(one, found)| applications(one.received, found, on));
    let rows: Vec<NewApplication> = rows.collect();
    for outcome in recording.apply(&rows).await? {
        if let Err(moved) = outcome {
            return Ok(Err(moved));
        }
    }
    let short = paying().flat_map(|(one, found)| found.short.iter().map(move |short| (one, short)));
    if let Err(moved) = settle(recording, &short.collect::<Vec<_>>(), on).await? {
        return Ok(Err(moved));
    }
    for (one, found) in paying() {
        let because = why(found, one.decided);
        recording.explain_cash(one.decided.account, one.received.item, on, &because)?;
    }
    Ok(Ok(()))
}

/// What is set against which line.
fn applications(received: Received, found: &Match, on: Date) -> impl Iterator<Item = NewApplication> {
    found.allocations.iter().map(move |allocation| NewApplication {
        credit: match allocation.from {
            Source::Receipt => received.item,
            Source::Credit(credit) => credit,
        },
        debit: allocation.item,
        line: Some(allocation.line),
        amount: allocation.amount,
        effective: on,
    })
}

/// What is missing on lines: a discount granted, a small rest or what banks took is written off, a deduction is disputed, the rest is asked.
async fn settle(
    recording: &mut Recording,
    missing: &[(&Standing<'_>, &Short)],
    on: Date,
) -> StoreResult<Result<(), PostingRefusal>> {
    let (mut disputes, mut items, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for (one, short) in missing {
        match &short.why {
            Shortfall::Discount | Shortfall::Tolerance | Shortfall::BankCharge => {
                let (name, receipt) = (short.why.code(), one.received.item);
                let external_id = format!("{name}#{receipt}#{}#{}", short.item, short.line);
                let amount = Money::new(short.amount, one.told.amount.currency);
                let came = (ItemKind::Adjustment, amount);
                items.push(NewItem::made(short.account, came, format!("{name} {receipt}"), on, (BANK, external_id)));
                lines.push(*short);
            }
            Shortfall::Deduction { reason, .. } => disputes.push(NewDispute {
                account: short.account,
                item: short.item,
                line: Some(short.line),
                amount: Some(short.amount),
                since: on,
                reason: reason.code().into(),
            }),
            Shortfall::Disputed | Shortfall::UnearnedDiscount | Shortfall::Unexplained => {}
        }
    }
    if !disputes.is_empty() {
        recording.disputes(&disputes).await?;
    }
    let credits = recording.post_items(&items, &vec![0; items.len()]).await?;
    let row = |(credit, short): (EntryId, &Short)| NewApplication {
        credit,
        debit: short.item,
        line: Some(short.line),
        amount: short.amount,
        effective: on,
    };
    let rows: Vec<NewApplication> = credits.into_iter().zip(lines).map(row).collect();
    for outcome in recording.apply(&rows).await? {
        if let Err(moved) = outcome {
            return Ok(Err(moved));
        }
    }
    Ok(Ok(()))
}

/// Why, as the journal keeps it.
fn why(found: &Match, decided: &Decided) -> Value {
    let short: Vec<Value> = found
        .short
        .iter()
        .map(|short| {
            let stated = match &short.why {
                Shortfall::Deduction { stated, .. } => Some(stated.clone()),
                Shortfall::Discount
                | Shortfall::UnearnedDiscount
                | Shortfall::Tolerance
                | Shortfall::BankCharge
                | Shortfall::Disputed
                | Shortfall::Unexplained => None,
            };
            json!({ "item": short.item.0, "line": short.line, "amount": short.amount, "why": short.why.code(), "stated": stated })
        })
        .collect();
    json!({
        "rule": found.rule.id(),
        "confidence": found.confidence,
        "payer": decided.evidence,
        "payer_rule": decided.payer_rule,
        "short": short,
        "on_account": found.on_account,
    })
}
