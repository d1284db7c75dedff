//! Looking at receipts: those about which a person is asked, each with who may have paid it and what it may pay; and one with
//! the lines that it may be set against.

use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Candidate, Evidence, Payer, one_of, payer, sure_of};
use dunwell_rules::cash::told_again::{TOLD_ELSEWHERE_DAYS, may_be_told_elsewhere};
use dunwell_rules::cash::{self as rules, Answer, CashPolicy, Match, Owed, PayableLine, Source};
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_store::read::{PayerFacts, Reading};
use dunwell_store::views::applied::{AppliedView, MatchedView};
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::exchanges::{ExchangeView, RateView};
use dunwell_store::views::refunds::RefundView;
use dunwell_store::views::returns::ReturnView;
use dunwell_store::views::told_elsewhere::ToldElsewhere;
use serde::Serialize;
use serde_json::json;

use super::apply_receipt;
use super::exchange::{self, ExchangeProposal};
use super::figures::{self, AskedFigures};
use super::kept_books::KeptBooks;
use super::open_book::{OpenBook, OpenIndex};
use super::queue::{QueueChoice, cash_queue};
use super::short_lines::{self, ShortLine};
use super::told::Told;
use super::who_paid::Payers;
use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::version::version_of;
use crate::who::entry_of;

/// The most accounts that are shown as possible payers.
const MAX_PAYERS: usize = 5;

/// A receipt about which a person is asked, with what it may pay.
#[derive(Debug, Clone, Serialize)]
pub struct CashException {
    /// The receipt.
    #[serde(flatten)]
    pub receipt: ReceiptView,
    /// What is asked of it, in figures.
    pub figures: AskedFigures,
    /// Who may have paid, the likeliest first, each with what it would pay there.
    pub payers: Vec<PossiblePayer>,
}

/// An account that may have paid.
#[derive(Debug, Clone, Serialize)]
pub struct PossiblePayer {
    /// The customer number.
    pub account: String,
    /// The name; null when unknown or erased.
    pub name: Option<String>,
    /// What speaks for it, as codes.
    pub evidence: Vec<&'static str>,
    /// What the receipt would pay there, the likeliest first.
    pub proposals: Vec<Proposal>,
}

/// What a receipt would pay.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// By what it is taken: it changes with what would be set against what.
    pub proposal: String,
    /// The rule that found it.
    pub rule: &'static str,
    /// How sure it is, percent: as sure as the rule, and no surer than the payer, or one of several that fit alike.
    pub confidence: u8,
    /// What is set against what.
    pub lines: Vec<ProposedLine>,
    /// What stays on account.
    pub on_account: Money,
    /// What would be missing on what is paid, over all lines: the shortfall, which is no part of the receipt.
    pub short: Money,
    /// What would be asked then, as codes.
    pub asked: Vec<&'static str>,
}

/// An amount that would be set against a document.
#[derive(Debug, Clone, Serialize)]
pub struct ProposedLine {
    /// The document number.
    pub document: String,
    /// The instalment.
    pub line: i64,
    /// What is open of it.
    pub open: Money,
    /// What would be paid of it.
    pub pays: Money,
    /// The credit it is paid from, where it is not the receipt.
    pub from_credit: Option<String>,
    /// What would be missing then, and why.
    pub short: Option<(Money, &'static str)>,
}

/// A receipt with all that a person needs to say what it pays.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptShown {
    /// The receipt, and who may have paid it.
    #[serde(flatten)]
    pub exception: CashException,
    /// What it is set against.
    pub applied: Vec<AppliedView>,
    /// Who set it against that, and when; null where it is set against nothing.
    pub matched: Option<MatchedView>,
    /// Lines that it pays and that are not paid whole, with what is missing.
    pub short: Vec<ShortLine>,
    /// What of it was turned into another currency to pay there.
    pub exchanges: Vec<ExchangeView>,
    /// Why, as the desk kept it when it applied it by a rule: the rule, how sure it is, by what the payer was known; null where
    /// a person named the documents.
    pub because: Option<serde_json::Value>,
    /// The account whose lines are shown: whose it is, the one asked for, or the likeliest payer.
    pub looked_at: Option<String>,
    /// What the receipt would pay there in another currency, at the dated rate of its value day.
    pub exchange_proposals: Vec<ExchangeProposal>,
    /// The currencies in which that account, and those it pays for, owe anything.
    pub open_in: Vec<String>,
    /// The currency whose lines are shown: the receipt's own, or the one asked for.
    pub lines_in: String,
    /// The dated rate into that currency; null for the receipt's own, and where none is known by its value day.
    pub rate: Option<RateView>,
    /// What of the receipt is set against nothing, in that currency at that rate; null where there is no rate.
    pub left_there: Option<Money>,
    /// What that account, and those it pays for, have open in that currency, oldest due date first.
    pub lines: Vec<OpenLine>,
    /// The refund that pays it back, while it is neither called off nor brought back: until then the receipt stays where it is.
    pub refund: Option<RefundView>,
    /// Receipts of other files that come to just its amount near its day, one or together: perhaps the same money. Empty where
    /// something of it is set against anything.
    pub told_elsewhere: Vec<ToldElsewhere>,
    /// The return that took it back.
    pub returned_by: Option<ReturnView>,
    /// The version that a match must name, so that nobody works over what somebody else did.
    pub version: String,
}

/// An open line that a receipt may pay.
#[derive(Debug, Clone, Serialize)]
pub struct OpenLine {
    /// The item.
    pub item: String,
    /// The instalment, from 1.
    pub line: i64,
    /// The customer number of the account that owes it.
    pub account: String,
    /// The document number.
    pub document: String,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// The due date.
    pub due: Date,
    /// What is open.
    pub open: Money,
    /// What of it is disputed.
    pub disputed: Money,
    /// The last day of a cash discount.
    pub discount_until: Option<Date>,
    /// The discount, where the whole of the line is paid by then.
    pub discount: Option<Money>,
}

/// The receipts about which a person is asked, the longest asked first, with what each may pay.
pub async fn cash_exceptions(desk: &Desk, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<CashException>> {
    desk.may(Action::ReadAccounts)?;
    let receipts = desk.book.read().await?.cash_exceptions(after, most).await?;
    explain(desk, receipts).await
}

/// The first receipts of a choice, at most so many, with what each may pay.
pub async fn exceptions_of(desk: &Desk, choice: QueueChoice<'_>, most: usize) -> Result<Vec<CashException>> {
    explain(desk, cash_queue(desk, choice, None, Some(most)).await?.receipts).await
}

/// One receipt with what it may pay, and the open lines of whose it is, or of the account asked for; refused when there is no
/// receipt of that entry, or no such account.
pub async fn cash_receipt(desk: &Desk, receipt: &str, account: Option<&str>) -> Result<ReceiptShown> {
    cash_receipt_in(desk, receipt, account, None).await
}

/// The same, with the open lines of another currency than the receipt's; refused when it is none.
pub async fn cash_receipt_in(
    desk: &Desk,
    receipt: &str,
    account: Option<&str>,
    lines_in: Option<&str>,
) -> Result<ReceiptShown> {
    desk.may(Action::ReadAccounts)?;
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut reading = desk.book.read().await?;
    let found = receipt_of(&mut reading, receipt).await?;
    let asked_for = match account {
        Some(code) => {
            let view = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
            Some(view.entry)
        }
        None => found.account.is_some().then_some(found.account_id),
    };
    // Whose it is, is known: nobody else may have paid it. Else everybody may have.
    let mut look = match found.account {
        Some(_) => {
            let accounts: Vec<EntryId> = asked_for.into_iter().chain([found.account_id]).collect();
            Look::of(&mut reading, &accounts, found.amount.currency).await?
        }
        None => Look::at(&desk.books, &mut reading, found.amount.currency).await?,
    };
    look.book.look_for_closed(&mut reading, &[&Told::of(&found)], found.amount.currency).await?;
    let applied = reading.applied_of(found.account_id, found.item).await?;
    let because = reading.why_applied(found.account_id, found.item).await?;
    let matched = reading.matched_by(found.account_id, found.item).await?;
    let short = short_lines::short(&applied, &look.lines(found.account_id, found.amount.currency));
    let mut candidates = look.candidates(&found);
    if let Some(account) = asked_for
        && !candidates.iter().any(|candidate| candidate.account == account)
    {
        candidates.insert(0, Candidate::given(account, look.payers.head(account)));
    }
    let looked_at = asked_for.or(candidates.first().map(|candidate| candidate.account));
    let payers = look.possible(&mut reading, &found, &candidates, &policy).await?;
    let figures = figures::figures(&mut reading, &look, (&found, &applied), &policy).await?;
    let abroad = match looked_at {
        Some(account) => exchange::abroad(&mut reading, &look, &found, account, &policy).await?,
        None => exchange::Abroad::default(),
    };
    let there = exchange::there(&mut reading, &look, &found, (looked_at, lines_in)).await?;
    let exchanges = reading.exchanges_of(found.account_id, found.item).await?;
    let version = version_of_receipt(&found);
    let refund = reading.refund_that_lives(found.account_id, found.item).await?;
    let returned_by = reading.return_of(found.receipt).await?;
    let told_elsewhere = told_elsewhere(&mut reading, &found).await?;
    Ok(ReceiptShown {
        told_elsewhere,
        refund,
        returned_by,
        applied,
        matched,
        short,
        because,
        exchanges,
        looked_at: looked_at.map(|account| look.payers.code(account).to_owned()),
        exchange_proposals: abroad.proposals.iter().map(exchange::proposal).collect(),
        open_in: abroad.open_in.iter().map(Currency::to_string).collect(),
        lines_in: there.currency.to_string(),
        rate: there.rate,
        left_there: there.left,
        lines: there.lines,
        version,
        exception: CashException { receipt: found, figures, payers },
    })
}

/// Receipts of other files that may be the same money as one that is set against nothing.
async fn told_elsewhere(reading: &mut Reading, found: &ReceiptView) -> Result<Vec<ToldElsewhere>> {
    if found.unapplied != found.amount || found.set_aside.is_some() {
        return Ok(Vec::new());
    }
    let mut told = reading.told_together(found.receipt, found.amount, found.booked_on, TOLD_ELSEWHERE_DAYS).await?;
    told.retain(|told| told.receipts > 1 || may_be_told_elsewhere(&found.code, &told.code));
    Ok(told)
}

/// One receipt by its entry, without what it may pay; refused when there is none.
pub async fn one_receipt(desk: &Desk, receipt: &str) -> Result<ReceiptView> {
    desk.may(Action::ReadAccounts)?;
    receipt_of(&mut desk.book.read().await?, receipt).await
}

/// The version of a receipt: it changes with where it stands, what of it is unapplied and what is asked.
pub(super) fn version_of_receipt(receipt: &ReceiptView) -> String {
    version_of(&json!([receipt.item.0, receipt.unapplied.minor, &receipt.asked, &receipt.set_aside]))
}

/// The receipt of an entry; refused where there is none.
pub(super) async fn receipt_of(reading: &mut Reading, receipt: &str) -> Result<ReceiptView> {
    let found = reading.receipt(entry_of("receipt", receipt)?).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "receipt", id: receipt.into() })?)
}

async fn explain(desk: &Desk, receipts: Vec<ReceiptView>) -> Result<Vec<CashException>> {
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut reading = desk.book.read().await?;
    let mut exceptions = Vec::with_capacity(receipts.len());
    let mut look: Option<Look> = None;
    for receipt in receipts {
        let currency = receipt.amount.currency;
        let mut at = match look.take() {
            Some(at) if at.currency == currency => at,
            Some(at) => Look { currency, book: OpenBook::of(desk.books.owed(&mut reading, currency).await?), ..at },
            None => Look::at(&desk.books, &mut reading, currency).await?,
        };
        at.book.look_for_closed(&mut reading, &[&Told::of(&receipt)], currency).await?;
        let candidates = at.candidates(&receipt);
        let payers = at.possible(&mut reading, &receipt, &candidates, &policy).await?;
        let applied = reading.applied_of(receipt.account_id, receipt.item).await?;
        let figures = figures::figures(&mut reading, &at, (&receipt, &applied), &policy).await?;
        exceptions.push(CashException { receipt, figures, payers });
        look = Some(at);
    }
    Ok(exceptions)
}

/// Who may have paid, and what they have open in a currency.
pub(super) struct Look {
    pub(super) payers: Arc<Payers>,
    pub(super) book: OpenBook,
    currency: Currency,
}

impl Look {
    /// Everybody, and all that is open in the currency.
    pub(super) async fn at(kept: &KeptBooks, reading: &mut Reading, currency: Currency) -> Result<Self> {
        let payers = kept.payers(reading).await?;
        Ok(Self { payers, book: OpenBook::of(kept.owed(reading, currency).await?), currency })
    }

    /// The same of some accounts and those who pay together with them alone: enough once it is known whose something is.
    pub(super) async fn of(reading: &mut Reading, accounts: &[EntryId], currency: Currency) -> Result<Self> {
        let mut family = Vec::new();
        for account in accounts {
            if !family.iter().any(|known: &PayerFacts| known.account == *account) {
                family.extend(reading.family_of(*account).await?);
            }
        }
        let members: Vec<EntryId> = family.iter().map(|member| member.account).collect();
        let index = OpenIndex::of(reading.owed_of(&members, currency).await?);
        Ok(Self { payers: Arc::new(Payers::of(family)), book: OpenBook::of(Arc::new(index)), currency })
    }

    /// Who may have paid, the likeliest first; whose it is, where that is known.
    fn candidates(&self, receipt: &ReceiptView) -> Vec<Candidate> {
        if receipt.account.is_some() {
            let account = receipt.account_id;
            return vec![Candidate::given(account, self.payers.head(account))];
        }
        let mut all = match payer(&self.payers.clues(&Told::of(receipt), &self.book)) {
            Payer::Known(one) => vec![one],
            Payer::Several(all) | Payer::Unknown(all) => all,
        };
        all.truncate(MAX_PAYERS);
        all
    }

    /// What a receipt would pay at an account, and the lines and credits there. Nothing is proposed for what is set against
    /// something already.
    pub(super) fn answer(
        &self,
        receipt: &ReceiptView,
        account: EntryId,
        policy: &CashPolicy,
    ) -> (Option<Answer>, Owed) {
        let who = Candidate::given(account, self.payers.head(account));
        let mut owed = apply_receipt::owed_by(&who, &self.payers, &self.book);
        // What of the receipt itself lies unapplied is no credit of the payer's.
        owed.credits.retain(|credit| credit.item != receipt.item);
        let whole = receipt.account_id != account || receipt.unapplied == receipt.amount;
        (whole.then(|| rules::apply(&Told::of(receipt).receipt(policy), &owed, policy)), owed)
    }

    async fn possible(
        &self,
        reading: &mut Reading,
        receipt: &ReceiptView,
        candidates: &[Candidate],
        policy: &CashPolicy,
    ) -> Result<Vec<PossiblePayer>> {
        let mut possible = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let (answer, owed) = self.answer(receipt, candidate.account, policy);
            let alike = candidates.iter().filter(|other| other.evidence == candidate.evidence).count();
            possible.push(PossiblePayer {
                account: self.payers.code(candidate.account).to_owned(),
                name: reading.account_by_id(candidate.account).await?.and_then(|view| view.name),
                evidence: candidate.evidence.iter().map(|evidence: &Evidence| evidence.code()).collect(),
                proposals: answer
                    .map(|answer| proposals(&answer, &owed, receipt.amount, sure_of(&candidate.evidence, alike)))
                    .unwrap_or_default(),
            });
        }
        Ok(possible)
    }

    /// What an account and those it pays for have open.
    pub(super) fn owed(&self, account: EntryId) -> Vec<PayableLine> {
        self.book.of_family(&self.payers.family(account)).lines
    }

    pub(super) fn lines(&self, account: EntryId, currency: Currency) -> Vec<OpenLine> {
        let money = |minor| Money::new(minor, currency);
        let line = |line: PayableLine| OpenLine {
            item: line.item.to_string(),
            line: line.line,
            account: self.payers.code(line.account).to_owned(),
            document: line.document,
            po_number: line.po_number,
            due: line.due_date,
            open: money(line.open),
            disputed: money(line.disputed),
            discount_until: line.discount.map(|(day, _)| day),
            discount: line.discount.map(|(_, amount)| money(amount)),
        };
        self.owed(account).into_iter().map(line).collect()
    }
}

/// The answers of the rules at a payer who is so sure, percent.
fn proposals(answer: &Answer, owed: &Owed, amount: Money, payer: u8) -> Vec<Proposal> {
    let asked: Vec<&'static str> = answer.questions.iter().map(rules::Question::code).collect();
    let matches = answer.apply.iter().chain(&answer.candidates);
    let sure = |found: &Match| one_of(found.confidence.min(payer), answer.candidates.len());
    matches.map(|found| Proposal { confidence: sure(found), ..proposal(found, owed, amount, asked.clone()) }).collect()
}

/// By what a proposal is taken: a digest of what is set against what.
pub(super) fn proposal_id(found: &Match) -> String {
    let parts: Vec<_> = found
        .allocations
        .iter()
        .map(|a| {
            let from = match a.from {
                Source::Receipt => 0,
                Source::Credit(item) => item.0,
            };
            (from, a.item.0, a.line, a.amount)
        })
        .collect();
    version_of(&json!([found.rule.id(), parts, found.on_account]))
}

fn proposal(found: &Match, owed: &Owed, amount: Money, asked: Vec<&'static str>) -> Proposal {
    let money = |minor| Money::new(minor, amount.currency);
    let line = |allocation: &rules::Allocation| {
        let of = owed.lines.iter().find(|line| (line.item, line.line) == (allocation.item, allocation.line));
        let credit =
            |item| owed.credits.iter().find(|credit| credit.item == item).map(|credit| credit.document.clone());
        let short = found.short.iter().find(|short| (short.item, short.line) == (allocation.item, allocation.line));
        ProposedLine {
            document: of.map(|line| line.document.clone()).unwrap_or_default(),
            line: allocation.line,
            open: money(of.map_or(0, |line| line.open)),
            pays: money(allocation.amount),
            from_credit: match allocation.from {
                Source::Receipt => None,
                Source::Credit(item) => credit(item),
            },
            short: short.map(|short| (money(short.amount), short.why.code())),
        }
    };
    Proposal {
        proposal: proposal_id(found),
        rule: found.rule.id(),
        confidence: found.confidence,
        lines: found.allocations.iter().map(line).collect(),
        on_account: money(found.on_account),
        short: money(found.short.iter().map(|short| short.amount).sum()),
        asked,
    }
}
