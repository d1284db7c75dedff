//! What the questions about a receipt are about, in figures: which document was paid before and by what, how much is over, what
//! an advice comes to, and which numbers nobody knows. Told of the receipt as it stands.

use dunwell_rules::calendar::Date;
use dunwell_rules::cash::{self as rules, CashPolicy};
use dunwell_rules::money::Money;
use dunwell_store::read::Reading;
use dunwell_store::views::applied::{AppliedView, PaidByView};
use dunwell_store::views::cash::ReceiptView;
use serde::Serialize;

use super::exceptions::Look;
use super::told::Told;
use crate::refusal::Result;

/// The questions that have figures here, as codes.
const FIGURED: [&str; 4] = ["paid_before", "overpaid", "does_not_foot", "unknown_reference"];

/// What the questions about a receipt are about, in figures. What is not asked has none, and neither has what nothing tells any
/// more, as where the words of the payer are erased.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AskedFigures {
    /// `paid_before`: the documents that it names and that are paid.
    pub paid_before: Vec<PaidDocument>,
    /// `overpaid`: how much is over what it names.
    pub overpaid: Option<Overpaid>,
    /// `does_not_foot`: what its advice comes to.
    pub does_not_foot: Option<AdviceSum>,
    /// `unknown_reference`: what it names that nobody knows, as written.
    pub unknown_reference: Vec<String>,
}

/// A document that is named and was paid before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaidDocument {
    /// The document number.
    pub document: String,
    /// What it came to.
    pub amount: Money,
    /// The day since which nothing of it is open.
    pub closed_on: Date,
    /// What closed it, the first first.
    pub paid_by: Vec<PaidByView>,
}

/// How much is over what a receipt names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overpaid {
    /// The documents of which more was paid than was open.
    pub documents: Vec<String>,
    /// What was open of them.
    pub open: Money,
    /// What is over.
    pub over: Money,
}

/// What the lines of an advice come to beside what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AdviceSum {
    /// What the lines come to, credits taken off.
    pub stated: Money,
    /// What came in.
    pub came_in: Money,
    /// The lines less what came in: above zero when they are more.
    pub difference: Money,
}

/// What is asked of a receipt, in figures. `applied` is what it is set against; nothing is told of a receipt of nobody.
pub(super) async fn figures(
    reading: &mut Reading,
    look: &Look,
    (receipt, applied): (&ReceiptView, &[AppliedView]),
    policy: &CashPolicy,
) -> Result<AskedFigures> {
    let asks = |code: &str| receipt.asked.iter().any(|asked| asked == code);
    if receipt.account.is_none() || !FIGURED.into_iter().any(asks) {
        return Ok(AskedFigures::default());
    }
    let money = |minor| Money::new(minor, receipt.amount.currency);
    let told = Told::of(receipt).receipt(policy);
    let mut owed = look.book.of_family(&look.payers.family(receipt.account_id));
    owed.credits.retain(|credit| credit.item != receipt.item);
    let set: Vec<(String, i64)> = applied.iter().map(|set| (set.document.clone(), set.amount.minor)).collect();
    let mut figures = AskedFigures::default();
    if asks("paid_before") {
        for closed in rules::named_and_paid(&told, &set, &owed) {
            figures.paid_before.push(PaidDocument {
                document: closed.document.clone(),
                amount: money(closed.amount),
                closed_on: closed.closed_on,
                paid_by: reading.paid_by(closed.account, closed.item).await?,
            });
        }
    }
    if asks("overpaid") {
        let over = rules::overpayment(&told, &set, &owed);
        figures.overpaid =
            over.map(|found| Overpaid { documents: found.documents, open: money(found.open), over: money(found.over) });
    }
    if asks("does_not_foot") {
        let footing = rules::advice_footing(&told, &set, &owed, policy);
        figures.does_not_foot = footing.map(|footing| AdviceSum {
            stated: money(footing.stated),
            came_in: money(footing.came_in),
            difference: money(footing.difference()),
        });
    }
    if asks("unknown_reference") {
        figures.unknown_reference = rules::unknown_references(&told, &owed).into_iter().map(str::to_owned).collect();
    }
    Ok(figures)
}
