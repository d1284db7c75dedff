//! What a person does about a receipt: look at what is asked and what it may pay, say whose it is and what it pays, or take
//! that back.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Candidate, Evidence, Payer, payer};
use dunwell_rules::cash::{self as rules, Answer, Match, Owed, Source};
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::{BOOK_ACCOUNT, MarkKind, NewApplication, PostingRefusal, Received};
use dunwell_store::views::cash::ReceiptView;
use serde::Serialize;

use super::apply_receipt::{self, Decided};
use super::told::Told;
use super::who_paid::{OpenBook, Payers};
use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, entry_of, item_of};

/// The most accounts that are shown as possible payers.
const MAX_PAYERS: usize = 5;

/// A receipt about which a person is asked, with what it may pay.
#[derive(Debug, Clone, Serialize)]
pub struct CashException {
    /// The receipt.
    #[serde(flatten)]
    pub receipt: ReceiptView,
    /// Who may have paid, the likeliest first, each with what it would pay there.
    pub payers: Vec<PossiblePayer>,
}

/// An account that may have paid.
#[derive(Debug, Clone, Serialize)]
pub struct PossiblePayer {
    /// The customer number.
    pub account: String,
    /// What speaks for it, as codes.
    pub evidence: Vec<&'static str>,
    /// What the receipt would pay there, the likeliest first.
    pub proposals: Vec<Proposal>,
}

/// What a receipt would pay.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// The rule that found it.
    pub rule: &'static str,
    /// How sure it is, percent.
    pub confidence: u8,
    /// What is set against what.
    pub lines: Vec<ProposedLine>,
    /// What stays on account.
    pub on_account: Money,
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

/// The receipts about which a person is asked, the longest asked first, with what each may pay.
pub async fn cash_exceptions(desk: &Desk, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<CashException>> {
    desk.may(Action::ReadAccounts)?;
    let receipts = desk.book.read().await?.cash_exceptions(after, most).await?;
    explain(desk, receipts).await
}

/// One receipt with what it may pay; refused when there is none of that entry.
pub async fn cash_receipt(desk: &Desk, receipt: &str) -> Result<CashException> {
    desk.may(Action::ReadAccounts)?;
    let found = receipt_of(desk, receipt).await?;
    Ok(explain(desk, vec![found]).await?.remove(0))
}

async fn receipt_of(desk: &Desk, receipt: &str) -> Result<ReceiptView> {
    let found = desk.book.read().await?.receipt(entry_of("receipt", receipt)?).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "receipt", id: receipt.into() })?)
}

async fn explain(desk: &Desk, receipts: Vec<ReceiptView>) -> Result<Vec<CashException>> {
    if receipts.is_empty() {
        return Ok(Vec::new());
    }
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut reading = desk.book.read().await?;
    let payers = Payers::of(reading.payers().await?);
    let mut exceptions = Vec::with_capacity(receipts.len());
    let mut currency = receipts[0].amount.currency;
    let mut book = OpenBook::of(reading.owed_in(currency).await?);
    for receipt in receipts {
        if receipt.amount.currency != currency {
            currency = receipt.amount.currency;
            book = OpenBook::of(reading.owed_in(currency).await?);
        }
        let told = Told::of(&receipt);
        let candidates = if receipt.account_id == BOOK_ACCOUNT {
            match payer(&payers.clues(&told, &book)) {
                Payer::Known(one) => vec![one],
                Payer::Several(all) | Payer::Unknown(all) => all,
            }
        } else {
            let account = receipt.account_id;
            vec![Candidate { head: payers.head(account), account, evidence: Vec::new() }]
        };
        let mut possible = Vec::new();
        for candidate in candidates.iter().take(MAX_PAYERS) {
            let mut owed = apply_receipt::owed_by(candidate, &payers, &book);
            // What of the receipt itself lies unapplied is no credit of the payer's.
            owed.credits.retain(|credit| credit.item != receipt.item);
            let answer = rules::apply(&told.receipt(), &owed, &policy);
            possible.push(PossiblePayer {
                account: payers.code(candidate.account).to_owned(),
                evidence: candidate.evidence.iter().map(|evidence: &Evidence| evidence.code()).collect(),
                proposals: proposals(&answer, &owed, told.amount),
            });
        }
        exceptions.push(CashException { receipt, payers: possible });
    }
    Ok(exceptions)
}

fn proposals(answer: &Answer, owed: &Owed, amount: Money) -> Vec<Proposal> {
    let asked: Vec<&'static str> = answer.questions.iter().map(rules::Question::code).collect();
    let matches = answer.apply.iter().chain(&answer.candidates);
    matches.map(|found| proposal(found, owed, amount, asked.clone())).collect()
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
        rule: found.rule.id(),
        confidence: found.confidence,
        lines: found.allocations.iter().map(line).collect(),
        on_account: money(found.on_account),
        asked,
    }
}

/// What a person says about a receipt.
#[derive(Debug, Clone, Default)]
pub struct ReceiptMatched {
    /// Whose it is, as a customer number; `None` leaves it where it is.
    pub account: Option<String>,
    /// What it pays: document numbers, each with an amount as typed or as much as both allow. Empty takes the first
    /// proposal for the account.
    pub documents: Vec<(String, Option<String>)>,
    /// Leave all of it on account.
    pub on_account: bool,
    /// Know the payer by this receipt's bank account and name from now on.
    pub learn: bool,
}

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptStands {
    /// The receipt.
    pub receipt: String,
    /// Whose it is; null when it is nobody's.
    pub account: Option<String>,
    /// What is set against documents.
    pub applied: Money,
    /// What is set against nothing.
    pub unapplied: Money,
    /// By what the payer is known from now on.
    pub learned: Vec<&'static str>,
}

/// Does what a person says about a receipt, on the day `on`: gives it to the account, sets it against the documents, and asks
/// no more. What it was set against before and is not named again is open again.
pub async fn match_receipt(desk: &Desk, receipt: &str, said: &ReceiptMatched, on: Date) -> Result<ReceiptStands> {
    desk.may(Action::Apply)?;
    let policy = policy_in_force(desk).await?.policy.cash;
    desk.retrying(|| async {
        let found = receipt_of(desk, receipt).await?;
        let told = Told::of(&found);
        let mut recording = desk.record("match receipt", on).await?;
        let to = match &said.account {
            Some(code) => account_of(&mut recording, code).await?,
            None => match &found.account {
                Some(code) => account_of(&mut recording, code).await?,
                None => return Err(whose(receipt).into()),
            },
        };
        let mut received = Received { entry: found.receipt, item: found.item };
        if found.account_id != to.account {
            let given = recording.give_receipt(received, to.account, on).await?;
            received.item = given.ok_or_else(|| moved(receipt))?;
        }
        let mut applied = found.amount.minor
            - if found.account_id == to.account { found.unapplied.minor } else { found.amount.minor };
        if !said.documents.is_empty() {
            for (document, amount) in &said.documents {
                let debit = item_of(&mut recording, &to, document).await?;
                let left = Money::new(found.amount.minor - applied, found.amount.currency);
                let pays = match amount {
                    Some(text) => amount_of(text, found.amount.currency)?.minor,
                    None => left.minor.min(debit.open),
                };
                let row = NewApplication {
                    credit: received.item,
                    debit: debit.item,
                    line: None,
                    amount: pays,
                    effective: on,
                };
                let refused = |code: PostingRefusal| Refusal::Posting {
                    code,
                    message: format!(
                        "{} of receipt {receipt} ({left} left) on {document} (open {})",
                        Money::new(pays, found.amount.currency),
                        Money::new(debit.open, debit.amount.currency)
                    ),
                };
                if pays <= 0 {
                    return Err(refused(PostingRefusal::OverApplied).into());
                }
                recording.apply(&[row]).await?.remove(0).map_err(refused)?;
                applied += pays;
            }
            recording.ask_about(received.entry, &[], on).await?;
        } else if said.on_account {
            recording.ask_about(received.entry, &[], on).await?;
        } else if applied == 0 {
            let decided = propose(desk, &told, to.account, received.item, &policy).await?;
            applied = decided.apply.as_ref().map_or(0, Match::applied);
            if applied == 0 {
                return Err(nothing(receipt, &to.code).into());
            }
            let refused = |code| Refusal::Posting { code, message: format!("receipt {receipt}") };
            apply_receipt::apply(&mut recording, received, found.amount, &decided, on).await?.map_err(refused)?;
            recording.ask_about(received.entry, &[], on).await?;
        }
        let mut learned = Vec::new();
        if said.learn {
            for (kind, value) in marks(&told) {
                recording.learn_payer(to.account, kind, &value).await?;
                learned.push(kind.code());
            }
        }
        recording.commit().await?;
        let money = |minor| Money::new(minor, found.amount.currency);
        Ok(ReceiptStands {
            receipt: receipt.to_owned(),
            account: Some(to.code),
            applied: money(applied),
            unapplied: money(found.amount.minor - applied),
            learned,
        })
    })
    .await
}

/// What the rules propose for a receipt at an account.
async fn propose(
    desk: &Desk,
    told: &Told,
    account: EntryId,
    item: EntryId,
    policy: &rules::CashPolicy,
) -> Result<Decided> {
    let mut reading = desk.book.read().await?;
    let payers = Payers::of(reading.payers().await?);
    let book = OpenBook::of(reading.owed_in(told.amount.currency).await?);
    let who = Candidate { head: payers.head(account), account, evidence: Vec::new() };
    let mut owed = apply_receipt::owed_by(&who, &payers, &book);
    owed.credits.retain(|credit| credit.item != item);
    let answer = rules::apply(&told.receipt(), &owed, policy);
    let apply = answer.apply.or_else(|| answer.candidates.into_iter().next());
    Ok(Decided { account, evidence: vec!["person"], apply, asked: Vec::new() })
}

/// Takes a receipt back from its account on the day `on`: what it paid is open again, and it is nobody's until somebody says
/// whose it is.
pub async fn unmatch_receipt(desk: &Desk, receipt: &str, on: Date) -> Result<ReceiptStands> {
    desk.may(Action::Unapply)?;
    desk.retrying(|| async {
        let found = receipt_of(desk, receipt).await?;
        let mut recording = desk.record("unmatch receipt", on).await?;
        if found.account_id != BOOK_ACCOUNT {
            let received = Received { entry: found.receipt, item: found.item };
            recording.give_receipt(received, BOOK_ACCOUNT, on).await?.ok_or_else(|| moved(receipt))?;
            recording.ask_about(found.receipt, &["unknown_payer"], on).await?;
        }
        recording.commit().await?;
        Ok(ReceiptStands {
            receipt: receipt.to_owned(),
            account: None,
            applied: Money::zero(found.amount.currency),
            unapplied: found.amount,
            learned: Vec::new(),
        })
    })
    .await
}

fn marks(told: &Told) -> Vec<(MarkKind, String)> {
    let account = told.words.payer_account.iter().map(|number| (MarkKind::BankAccount, number.clone()));
    let name = told.words.payer.first().map(|name| (MarkKind::Name, name.clone()));
    account.chain(name).collect()
}

fn whose(receipt: &str) -> Refusal {
    Refusal::BadValue { what: "account", value: String::new(), why: format!("say whose receipt {receipt} is") }
}

fn moved(receipt: &str) -> Refusal {
    let message = format!("receipt {receipt} was moved by somebody else meanwhile; look at it again");
    Refusal::Posting { code: PostingRefusal::AlreadyReversed, message }
}

fn nothing(receipt: &str, account: &str) -> Refusal {
    let why = format!("nothing that {account} owes fits receipt {receipt}; name the documents, or leave it on account");
    Refusal::BadValue { what: "document", value: String::new(), why }
}
