//! Cash application: what a receipt pays, and why. Nothing is guessed: what has two answers is asked.
//!
//! Somebody paid; [`payer`] says who it may be. [`apply`] then tries the rules of the policy in their order over the open
//! lines of the payer and of those it pays for, and answers with what to set against what, the reason, and what a person has
//! to be asked. Every amount is in minor units of the receipt's currency. Source: domain 2.9 (AutoCash of Oracle, settlement
//! priority of Dynamics 365), with their oldest-first rule left out on purpose: it guesses.
//! Absent on purpose: reading files, finding who is known, recording.

mod advice;
mod by_amounts;
mod exchange;
mod figures;
mod match_below;
mod match_due;
mod match_named;
mod match_short;
mod match_sums;
pub mod payer;
mod policy;
mod reference;
pub mod returns;
pub mod set_aside;
pub mod settled;
pub mod stated_reason;
pub mod statements;
mod subset;
pub mod told_again;
mod wording;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;
use crate::calendar::Date;
use crate::dispute::DisputeReason;
use crate::item::ItemKind;
use crate::money::Currency;

pub use advice::{ADVICE_DAYS, explain, near_enough, same_payment};
pub use by_amounts::by_amounts;
pub use exchange::{
    Exchange, ExchangeMatch, ExchangeRefusal, exchange, exchange_matches, is_near, pays_abroad_by_itself,
};
pub use figures::{AdviceFooting, Overpayment, advice_footing, named_and_paid, overpayment, unknown_references};
pub use policy::CashPolicy;
pub use reference::{NamedAs, reference_digits, reference_key, same_document};
pub use wording::says_paid_in_full;

/// The rules that say what a receipt pays, in the order in which they are tried when the policy names no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashRule {
    /// C-1. The payer's remittance advice names documents and amounts.
    RemittanceLines,
    /// C-2. The payment's text names documents.
    References,
    /// C-3. Exactly one open line is as large as the receipt.
    ExactItem,
    /// C-4. Exactly one set of open lines adds up to the receipt, and chance would hardly have made one.
    ExactSubset,
    /// C-5. The receipt is all that the account owes, its credits taken off.
    Balance,
    /// C-6. The receipt is all that is past due, or all that is due by a later day where chance would hardly have made that.
    PastDue,
}

impl CashRule {
    /// Every rule, in the order of their ids.
    pub const ALL: [Self; 6] =
        [Self::RemittanceLines, Self::References, Self::ExactItem, Self::ExactSubset, Self::Balance, Self::PastDue];

    /// The id in reasons: `C-1` to `C-6`.
    pub fn id(self) -> &'static str {
        match self {
            Self::RemittanceLines => "C-1",
            Self::References => "C-2",
            Self::ExactItem => "C-3",
            Self::ExactSubset => "C-4",
            Self::Balance => "C-5",
            Self::PastDue => "C-6",
        }
    }

    /// The word used in policies, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::RemittanceLines => "remittance_lines",
            Self::References => "references",
            Self::ExactItem => "exact_item",
            Self::ExactSubset => "exact_subset",
            Self::Balance => "balance",
            Self::PastDue => "past_due",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Whether it goes by what the payer wrote, not by amounts alone.
    pub fn is_written(self) -> bool {
        matches!(self, Self::RemittanceLines | Self::References)
    }

    /// How sure a match of the rule is, percent. What the payer wrote is surer than what only the amounts say.
    pub fn confidence(self) -> u8 {
        match self {
            Self::RemittanceLines => 100,
            Self::References => 99,
            Self::ExactItem => 95,
            Self::Balance => 93,
            Self::PastDue => 90,
            Self::ExactSubset => 90,
        }
    }
}

/// Money that came in, of a payer who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What came in, above zero; of a receipt that was looked at before, what of it is set against nothing.
    pub amount: i64,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The value date at the bank: discounts are earned by it.
    pub value_date: Date,
    /// The lines of the remittance advice that belongs to it; empty when there is none.
    pub remittance: Vec<RemittanceLine>,
    /// Document numbers and the like, as the payer wrote them, ranges spelled out.
    pub references: Vec<String>,
    /// Documents behind which the payer wrote an amount: lines of an advice where they come to the receipt.
    pub stated: Vec<RemittanceLine>,
    /// The discount that the payer says it takes, in basis points.
    pub discount_bp: Option<i64>,
    /// What the payer says it holds back, with its words.
    pub held_back: Vec<Deduction>,
    /// What banks took off it on the way, as they told it.
    pub charges: i64,
    /// All that the payer wrote.
    pub text: String,
}

/// A line of a remittance advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemittanceLine {
    /// The document it is about, as the payer writes it.
    pub document: String,
    /// What is paid of it; below zero for a credit that the payer takes. `None` where the payer names no amount.
    pub paid: Option<i64>,
    /// The discount taken, zero or above.
    pub discount: i64,
    /// What else was held back, with the payer's reason.
    pub deductions: Vec<Deduction>,
}

/// An amount that the payer held back and said why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// The amount, above zero.
    pub amount: i64,
    /// The payer's code or words.
    pub stated: String,
    /// What we take that to mean.
    pub reason: DisputeReason,
}

/// An open due line of the payer, or of an account it pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableLine {
    /// The account that owes it.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// The document number.
    pub document: String,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// What kind of debit.
    pub kind: ItemKind,
    /// The due date.
    pub due_date: Date,
    /// What is open, above zero.
    pub open: i64,
    /// What the whole document came to at first, with all of its instalments.
    pub document_amount: i64,
    /// Last day of the cash discount and its amount, where the whole of the line is paid.
    pub discount: Option<(Date, i64)>,
    /// What is disputed of it.
    pub disputed: i64,
}

/// A credit of the payer that is not applied yet: a credit memo, or money on account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCredit {
    /// The account that has it.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The document number.
    pub document: String,
    /// What is unapplied, above zero.
    pub unapplied: i64,
}

/// A document of the payer that is not open any more, for telling a duplicate payment from a wrong number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDocument {
    /// Whose it is.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The document number.
    pub document: String,
    /// Its original amount.
    pub amount: i64,
    /// The day it was closed.
    pub closed_on: Date,
    /// That its source said so, without the cash behind it.
    pub settled: Option<settled::SettledDocument>,
}

/// What an account, and those it pays for, owe in the receipt's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owed {
    /// Those of them of which something says that they paid: where only amounts speak, their lines go before the others'.
    pub payer: Vec<EntryId>,
    /// Open lines, oldest due date first, then item, line.
    pub lines: Vec<PayableLine>,
    /// Open credits, in the order of their items.
    pub credits: Vec<OpenCredit>,
    /// Documents closed of late.
    pub closed: Vec<ClosedDocument>,
}

impl Owed {
    /// What the payer owes itself; `None` where it is not known which of them paid, or nobody else owes anything.
    fn own(&self) -> Option<Self> {
        let own = |account: EntryId| self.payer.contains(&account);
        if self.lines.iter().all(|line| own(line.account)) || !self.lines.iter().any(|line| own(line.account)) {
            return None;
        }
        let lines = self.lines.iter().filter(|line| own(line.account)).cloned().collect();
        let credits = self.credits.iter().filter(|credit| own(credit.account)).cloned().collect();
        Some(Self { payer: self.payer.clone(), lines, credits, closed: Vec::new() })
    }
}

/// Where applied money comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The receipt itself.
    Receipt,
    /// A credit that the payer took into account.
    Credit(EntryId),
}

/// An amount set against a due line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// Where it comes from.
    pub from: Source,
    /// The account that owes the line.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The instalment.
    pub line: i64,
    /// The amount, above zero.
    pub amount: i64,
}

/// Why a line is paid short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortfall {
    /// A discount that the terms allow: it is granted.
    Discount,
    /// A discount taken after its last day, or larger than agreed: it stays open, a person is asked.
    UnearnedDiscount,
    /// So little that the policy writes it off.
    Tolerance,
    /// Exactly what banks took off the payment on the way, as they told it: it is written off.
    BankCharge,
    /// Held back for a stated reason: it is disputed.
    Deduction {
        /// The payer's code or words.
        stated: String,
        /// What we take that to mean.
        reason: DisputeReason,
    },
    /// Exactly what is disputed of it already.
    Disputed,
    /// Nothing says why: a person is asked.
    Unexplained,
}

impl Shortfall {
    /// Whether what is missing is written off at once.
    pub fn is_written_off(&self) -> bool {
        match self {
            Self::Discount | Self::Tolerance | Self::BankCharge => true,
            Self::UnearnedDiscount | Self::Deduction { .. } | Self::Disputed | Self::Unexplained => false,
        }
    }

    /// The word used in JSON and the database.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Discount => "discount",
            Self::UnearnedDiscount => "unearned_discount",
            Self::Tolerance => "tolerance",
            Self::BankCharge => "bank_charge",
            Self::Deduction { .. } => "deduction",
            Self::Disputed => "disputed",
            Self::Unexplained => "unexplained",
        }
    }
}

/// What is missing on a line that was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The account that owes the line.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The instalment.
    pub line: i64,
    /// How much, above zero.
    pub amount: i64,
    /// Why.
    pub why: Shortfall,
}

/// What a person is asked about a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A payment that calls itself full payment names disputed items: taking it may settle the dispute (UCC 3-311).
    PaidInFullOfDisputed,
    /// The lines of the remittance advice do not add up to the receipt; by how much, above zero when they are more.
    DoesNotFoot {
        /// Lines less receipt.
        difference: i64,
    },
    /// The receipt was set against this document otherwise than its remittance advice says, which came later.
    AdviceDiffers {
        /// The document.
        document: String,
    },
    /// The payer names what is not open and never was, in its advice or in the form of its own documents.
    UnknownReference {
        /// As written.
        written: String,
    },
    /// The payer names what was paid before.
    PaidBefore {
        /// The document.
        document: String,
        /// The day it was closed.
        closed_on: Date,
    },
    /// More was paid than the documents named have open.
    Overpaid {
        /// How much is left over.
        amount: i64,
    },
    /// A line is paid short and nothing says why, or the discount was not earned.
    Short {
        /// How much, over all lines.
        amount: i64,
    },
    /// Several answers fit.
    Ambiguous,
    /// Nothing fits: the money is on account.
    NothingFits,
}

impl Question {
    /// The word used in JSON and the database.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PaidInFullOfDisputed => "paid_in_full_of_disputed",
            Self::DoesNotFoot { .. } => "does_not_foot",
            Self::AdviceDiffers { .. } => "advice_differs",
            Self::UnknownReference { .. } => "unknown_reference",
            Self::PaidBefore { .. } => "paid_before",
            Self::Overpaid { .. } => "overpaid",
            Self::Short { .. } => "short",
            Self::Ambiguous => "ambiguous",
            Self::NothingFits => "nothing_fits",
        }
    }
}

/// One answer: what to set against what, by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The rule that found it.
    pub rule: CashRule,
    /// How sure it is, percent.
    pub confidence: u8,
    /// What is set against what.
    pub allocations: Vec<Allocation>,
    /// What is missing on the lines paid.
    pub short: Vec<Short>,
    /// What stays on the payer's account.
    pub on_account: i64,
}

impl Match {
    /// What of the receipt is set against lines.
    pub fn applied(&self) -> i64 {
        self.allocations.iter().filter(|a| a.from == Source::Receipt).map(|a| a.amount).sum()
    }
}

/// What becomes of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is applied; `None` leaves all of it on account.
    pub apply: Option<Match>,
    /// What a person is asked.
    pub questions: Vec<Question>,
    /// What a person may choose from, the likeliest first, at most [`MAX_CANDIDATES`].
    pub candidates: Vec<Match>,
}

/// The most candidates shown for a question.
pub const MAX_CANDIDATES: usize = 5;

/// Says what a receipt pays: the first rule of the policy that finds exactly one answer.
///
/// What the payer wrote is final: when it cannot be told what is meant, a person is asked. Where only amounts speak, the lines
/// of the account that paid are looked at before those of all who pay together with it. Where a rule finds several answers, a
/// later rule may still tell them apart (of two equal invoices the one that is all of the past due); when none does, the
/// receipt stays on account and the first rule's answers are shown.
pub fn apply(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Answer {
    let own = owed.own();
    let first = own.as_ref().unwrap_or(owed);
    let found = look(receipt, &policy.order, (owed, first), policy).or_else(|asked| {
        let by_amounts: Vec<CashRule> = policy.order.iter().copied().filter(|rule| !rule.is_written()).collect();
        let all = if own.is_some() { look(receipt, &by_amounts, (owed, owed), policy) } else { Err(None) };
        all.map_err(|of_all| asked.or(of_all))
    });
    let nothing = || Answer { apply: None, questions: figures::nothing_fits(receipt, owed), candidates: Vec::new() };
    match found {
        Ok(answer) => hold_full_satisfaction(answer, receipt, owed),
        Err(asked) => asked.unwrap_or_else(nothing),
    }
}

/// The first answer that applies something or goes by what is written, else the first question. What is written is looked for
/// among all lines, amounts among those of the second.
fn look(
    receipt: &Receipt,
    order: &[CashRule],
    (owed, by_amounts): (&Owed, &Owed),
    policy: &CashPolicy,
) -> Result<Answer, Option<Answer>> {
    let mut asked: Option<(CashRule, Answer)> = None;
    for rule in order {
        let found = match rule {
            CashRule::RemittanceLines => match_named::remittance(receipt, owed, policy),
            CashRule::References => match_named::references(receipt, owed, policy),
            CashRule::ExactItem => match_sums::exact_item(receipt, by_amounts, policy),
            CashRule::ExactSubset => match_sums::exact_subset(receipt, by_amounts, policy),
            CashRule::Balance => match_sums::balance(receipt, by_amounts),
            // Days tell sets apart, not single lines: of two equal invoices either may be one of a run, and a document that
            // was part-paid may be paid whole once more.
            CashRule::PastDue => match_sums::past_due(receipt, by_amounts).or_else(|| {
                let may = asked.as_ref().is_none_or(|(rule, _)| *rule == CashRule::ExactSubset);
                let again = match_sums::whole_again(receipt, by_amounts).is_some();
                match_due::due_by(receipt, by_amounts, policy).filter(|_| may && !again)
            }),
        };
        match found {
            Some(answer) if answer.apply.is_some() || rule.is_written() => return Ok(answer),
            Some(answer) => asked = asked.or(Some((*rule, answer))),
            None => {}
        }
    }
    Err(asked.map(|(_, answer)| answer))
}

/// Takes back what would be applied when the payer calls it full payment and a line of it is disputed.
fn hold_full_satisfaction(mut answer: Answer, receipt: &Receipt, owed: &Owed) -> Answer {
    let disputed =
        |a: &Allocation| owed.lines.iter().any(|line| (line.item, line.line) == (a.item, a.line) && line.disputed > 0);
    let touches = answer.apply.as_ref().is_some_and(|found| found.allocations.iter().any(disputed));
    if touches && says_paid_in_full(&receipt.text) {
        answer.candidates = answer.apply.take().into_iter().collect();
        answer.questions = alloc::vec![Question::PaidInFullOfDisputed];
    }
    answer
}
