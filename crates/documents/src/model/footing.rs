//! Whether a document foots. Every rendering checks first; what does not foot is never printed.

use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, decimal};

use super::{ChargeTreatment, NoticeDocument, StatementDocument, StatementKind, StatementRow};

/// The figure of a document that a sum was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The open amount of one line: amount less paid.
    RowOpen,
    /// The subtotal of one child account.
    Subtotal,
    /// The balance: all lines.
    Balance,
    /// The closing balance: opening balance and all movements.
    ClosingBalance,
    /// The balance: the aging row and the unapplied credits.
    AgingRow,
    /// The unapplied credits: the open amounts of all credit lines.
    Unapplied,
    /// Past due: the open amounts of all late lines.
    PastDue,
    /// Disputed: the disputed parts of all late lines.
    Disputed,
    /// The late charges: the lines of their computation.
    LateCharges,
    /// The amount asked for: items, credits and demanded charges.
    AmountAsked,
}

impl Figure {
    /// The figure in words.
    fn words(self) -> &'static str {
        match self {
            Self::RowOpen => "the open amount of a line",
            Self::Subtotal => "the subtotal of a child account",
            Self::Balance => "the balance",
            Self::ClosingBalance => "the closing balance",
            Self::AgingRow => "the aging row with unapplied credits",
            Self::Unapplied => "the unapplied credits",
            Self::PastDue => "the past-due amount",
            Self::Disputed => "the disputed amount",
            Self::LateCharges => "the late charges",
            Self::AmountAsked => "the amount asked for",
        }
    }
}

/// Why a document is not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefused {
    /// A figure of the document is not what its parts sum to.
    #[error("{} does not foot: the document says {} {currency}, its lines make {} {currency} ({at})",
        .figure.words(), wide(*.stated_minor, *.currency), wide(*.computed_minor, *.currency))]
    DoesNotFoot {
        /// Which figure.
        figure: Figure,
        /// The document number or account it was found at.
        at: String,
        /// What the document says, minor units.
        stated_minor: i128,
        /// What its parts sum to, minor units.
        computed_minor: i128,
        /// The currency of both.
        currency: Currency,
    },
    /// "Please pay now" is below zero or above what is past due and undisputed.
    #[error("please pay now is {} {currency}, outside 0 to {} {currency}",
        wide(i128::from(*.stated_minor), *.currency), wide(*.most_minor, *.currency))]
    PayNowOutOfRange {
        /// What the document says, minor units.
        stated_minor: i64,
        /// Past due less disputed, never below zero, minor units.
        most_minor: i128,
        /// The currency of both.
        currency: Currency,
    },
    /// A notice asks for nothing: no items, or an amount of zero or less.
    #[error("a notice must ask for an amount above zero of at least one item; this one asks for {} {currency}",
        wide(i128::from(*.amount_minor), *.currency))]
    NothingAsked {
        /// The amount asked for, minor units.
        amount_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// A notice asks more of an item than is open, or nothing of it.
    #[error("{document}: asks for {} {currency} of {} {currency} open",
        wide(i128::from(*.asked_minor), *.currency), wide(i128::from(*.open_minor), *.currency))]
    AskedOutOfRange {
        /// The item's document number.
        document: String,
        /// What is asked of it, minor units.
        asked_minor: i64,
        /// What is open, minor units.
        open_minor: i64,
        /// The currency of both.
        currency: Currency,
    },
    /// The sign of a line contradicts its kind: a credit that raises, or a debit that lowers what is owed.
    #[error("{document}: {} {currency} has the wrong sign for {}", wide(i128::from(*.amount_minor), *.currency), dunwell_rules::article::with_article(.kind.code()))]
    WrongSign {
        /// The line's document number.
        document: String,
        /// Its kind.
        kind: ItemKind,
        /// Its amount, minor units.
        amount_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// There is no letter of this level.
    #[error("notices have levels 1 to 4, not {level}")]
    UnknownLevel {
        /// The level asked for.
        level: u8,
    },
}

/// A sum as a plain decimal; sums may exceed what one amount can hold.
fn wide(minor: i128, currency: Currency) -> String {
    match i64::try_from(minor) {
        Ok(minor) => decimal(minor, currency.exponent()),
        Err(_) => format!("{minor} minor units"),
    }
}

/// Compares a figure with the sum of its parts.
fn foots(
    figure: Figure,
    at: &str,
    stated_minor: i128,
    computed_minor: i128,
    currency: Currency,
) -> Result<(), DocumentRefused> {
    if stated_minor == computed_minor {
        return Ok(());
    }
    Err(DocumentRefused::DoesNotFoot { figure, at: at.to_owned(), stated_minor, computed_minor, currency })
}

/// Sums one amount over lines, wide enough never to overflow.
fn sum<'a, T: 'a>(lines: impl IntoIterator<Item = &'a T>, amount: impl Fn(&T) -> i64) -> i128 {
    lines.into_iter().map(|line| i128::from(amount(line))).sum()
}

impl StatementDocument {
    /// All lines, the account's own first, then each child's.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = &StatementRow> {
        self.rows.iter().chain(self.children.iter().flat_map(|child| &child.rows))
    }

    /// Checks that the statement foots.
    ///
    /// # Errors
    /// Answers with the first figure that is not the sum of its parts, and with both figures; with a "please pay now"
    /// outside zero to past due less disputed; with a credit line above or a debit line below zero.
    ///
    pub fn check(&self) -> Result<(), DocumentRefused> {
        let figures = &self.figures;
        match self.kind {
            StatementKind::OpenItem => self.check_open_items()?,
            StatementKind::Activity { opening_minor, closing_minor, .. } => {
                self.check_activity(opening_minor, closing_minor)?;
            }
        }
        if !self.aging.is_empty() {
            let aged = sum(&self.aging, |bucket| bucket.amount_minor) + i128::from(figures.unapplied_minor);
            foots(Figure::AgingRow, &self.account, i128::from(figures.balance_minor), aged, self.currency)?;
        }
        let most_minor = (i128::from(figures.past_due_minor) - i128::from(figures.disputed_minor)).max(0);
        if figures.pay_now_minor < 0 || i128::from(figures.pay_now_minor) > most_minor {
            return Err(DocumentRefused::PayNowOutOfRange {
                stated_minor: figures.pay_now_minor,
                most_minor,
                currency: self.currency,
            });
        }
        Ok(())
    }

    /// The sums of an open-item statement.
    fn check_open_items(&self) -> Result<(), DocumentRefused> {
        let (figures, currency, at) = (&self.figures, self.currency, self.account.as_str());
        for row in self.all_rows() {
            check_sign(row.kind, &row.document, row.open_minor, currency)?;
            let open = i128::from(row.amount_minor) - i128::from(row.paid_minor);
            foots(Figure::RowOpen, &row.document, i128::from(row.open_minor), open, currency)?;
        }
        for child in &self.children {
            let subtotal = sum(&child.rows, |row| row.open_minor) + i128::from(child.opening_minor);
            foots(Figure::Subtotal, &child.account, i128::from(child.subtotal_minor), subtotal, currency)?;
        }
        let balance = sum(self.all_rows(), |row| row.open_minor);
        foots(Figure::Balance, at, i128::from(figures.balance_minor), balance, currency)?;
        let unapplied = sum(self.all_rows().filter(|row| !row.kind.is_debit()), |row| row.open_minor);
        foots(Figure::Unapplied, at, i128::from(figures.unapplied_minor), unapplied, currency)?;
        let late = || self.all_rows().filter(|row| row.kind.is_debit() && row.days_late > 0);
        let past_due = sum(late(), |row| row.open_minor);
        foots(Figure::PastDue, at, i128::from(figures.past_due_minor), past_due, currency)?;
        let disputed = sum(late(), |row| row.disputed_minor);
        foots(Figure::Disputed, at, i128::from(figures.disputed_minor), disputed, currency)
    }

    /// The sums of an activity statement.
    fn check_activity(&self, opening_minor: i64, closing_minor: i64) -> Result<(), DocumentRefused> {
        let (currency, at) = (self.currency, self.account.as_str());
        for child in &self.children {
            let subtotal = i128::from(child.opening_minor) + sum(&child.rows, |row| row.amount_minor);
            foots(Figure::Subtotal, &child.account, i128::from(child.subtotal_minor), subtotal, currency)?;
        }
        let closing = i128::from(opening_minor) + sum(self.all_rows(), |row| row.amount_minor);
        foots(Figure::ClosingBalance, at, i128::from(closing_minor), closing, currency)?;
        foots(Figure::Balance, at, i128::from(self.figures.balance_minor), i128::from(closing_minor), currency)
    }
}

impl NoticeDocument {
    /// Checks that the notice foots and asks for something.
    ///
    /// # Errors
    /// Answers with the first figure that is not the sum of its parts, and with both figures; with an item asked for more
    /// than is open; with a credit that raises the amount; with a level outside 1 to 4; with an amount of zero or less.
    ///
    pub fn check(&self) -> Result<(), DocumentRefused> {
        let currency = self.currency;
        if !(1..=4).contains(&self.level) {
            return Err(DocumentRefused::UnknownLevel { level: self.level });
        }
        if self.amount_minor <= 0 || self.items.is_empty() {
            return Err(DocumentRefused::NothingAsked { amount_minor: self.amount_minor, currency });
        }
        for item in &self.items {
            check_sign(item.kind, &item.document, item.open_minor, currency)?;
            if item.asked_minor <= 0 || item.asked_minor > item.open_minor {
                let (asked_minor, open_minor) = (item.asked_minor, item.open_minor);
                let document = item.document.clone();
                return Err(DocumentRefused::AskedOutOfRange { document, asked_minor, open_minor, currency });
            }
        }
        for credit in &self.credits {
            check_sign(credit.kind, &credit.document, credit.amount_minor, currency)?;
        }
        let mut asked = sum(&self.items, |item| item.asked_minor) + sum(&self.credits, |credit| credit.amount_minor);
        if let Some(charges) = &self.late_charges {
            if !charges.lines.is_empty() {
                let lines = sum(&charges.lines, |line| line.amount_minor);
                foots(Figure::LateCharges, &self.number, i128::from(charges.amount_minor), lines, currency)?;
            }
            if charges.treatment == ChargeTreatment::Demanded {
                asked += i128::from(charges.amount_minor);
            }
        }
        foots(Figure::AmountAsked, &self.number, i128::from(self.amount_minor), asked, currency)
    }
}

/// Debits stand at zero or above, credits at zero or below.
fn check_sign(kind: ItemKind, document: &str, amount_minor: i64, currency: Currency) -> Result<(), DocumentRefused> {
    let right = if kind.is_debit() { amount_minor >= 0 } else { amount_minor <= 0 };
    if right {
        return Ok(());
    }
    Err(DocumentRefused::WrongSign { document: document.to_owned(), kind, amount_minor, currency })
}
