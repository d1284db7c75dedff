//! The statement of account.

use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use serde::{Deserialize, Serialize};

use super::{ContactPerson, Customer, Language, Paper, Sender, codes};

/// A statement of account in one currency on one day. Refused by [`Self::check`] when it does not foot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementDocument {
    /// The statement's number.
    pub number: String,
    /// Open items, or the movements of a period.
    pub kind: StatementKind,
    /// The day it holds for; also the date printed and the creation date of the PDF.
    pub as_of: Date,
    /// The language.
    pub language: Language,
    /// The paper.
    #[serde(default)]
    pub paper: Paper,
    /// The currency of every amount in it.
    #[serde(with = "codes::currency")]
    pub currency: Currency,
    /// The seller.
    pub sender: Sender,
    /// The customer.
    pub customer: Customer,
    /// The customer's account number; also the reference to quote.
    pub account: String,
    /// The agreed payment terms as the trade writes them, for instance `Net 60`.
    pub terms: Option<String>,
    /// Whom the customer can call.
    pub your_contact: Option<ContactPerson>,
    /// The headline figures.
    pub figures: StatementFigures,
    /// The account's own lines in the order to print, credits as lines of their own. Running balances are computed.
    pub rows: Vec<StatementRow>,
    /// The children of a parent's statement, in the order to print.
    #[serde(default)]
    pub children: Vec<StatementSection>,
    /// The aging row, in the order to print: sums to the balance less `unapplied`. Empty leaves the row out.
    #[serde(default)]
    pub aging: Vec<AgingBucket>,
    /// The last payment received.
    pub last_payment: Option<LastPayment>,
    /// Payments after this day are not shown; the statement says so.
    pub cut_off: Option<Date>,
    /// Within how many days a wrong item is to be reported; `None` names no period.
    pub contest_within_days: Option<u32>,
    /// What is missing, by word (`sender`, `contact`, `address`, `remit_to`); the document shows a placeholder line.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// The kind of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// What is open on the day.
    OpenItem,
    /// What moved in a period, between an opening and a closing balance (children included).
    Activity {
        /// The first day of the period; it ends on the statement's day.
        from: Date,
        /// The balance before the first day.
        opening_minor: i64,
        /// The balance at the end of the statement's day.
        closing_minor: i64,
    },
}

/// The headline figures of a statement, children included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFigures {
    /// Everything open, less unapplied credits.
    pub balance_minor: i64,
    /// Open debits due before the day.
    pub past_due_minor: i64,
    /// The disputed part of what is past due.
    pub disputed_minor: i64,
    /// Credits not applied to any item: at most zero.
    pub unapplied_minor: i64,
    /// What to pay now: the collectible amount, decided by the rules. Between zero and past due less disputed.
    pub pay_now_minor: i64,
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRow {
    /// The document date (open items) or the posting date (activity).
    pub date: Date,
    /// What it is.
    #[serde(with = "codes::item_kind")]
    pub kind: ItemKind,
    /// Its number.
    pub document: String,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// The due date; none for a credit.
    pub due: Option<Date>,
    /// Calendar days after the due date on the statement's day; 0 when it is not late.
    pub days_late: i64,
    /// The original amount, or the movement; a credit is negative.
    pub amount_minor: i64,
    /// What was paid or used of it, with the amount's sign. Not used by an activity statement.
    pub paid_minor: i64,
    /// What is open: amount less paid. Not used by an activity statement.
    pub open_minor: i64,
    /// What of the open amount is disputed; 0 when nothing is.
    #[serde(default)]
    pub disputed_minor: i64,
}

/// The lines of one child account on its parent's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementSection {
    /// The child's account number.
    pub account: String,
    /// The child's name.
    pub name: String,
    /// The balance before the period of an activity statement; 0 for open items.
    #[serde(default)]
    pub opening_minor: i64,
    /// Its lines.
    pub rows: Vec<StatementRow>,
    /// Its balance.
    pub subtotal_minor: i64,
}

/// One bucket of the aging row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgingBucket {
    /// The bucket's code: `not_due`, a span of days such as `1-30`, or `over_120`.
    pub bucket: String,
    /// Open debits in it.
    pub amount_minor: i64,
}

/// The last payment received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPayment {
    /// The day it counts for.
    pub date: Date,
    /// The amount, positive.
    pub amount_minor: i64,
}
