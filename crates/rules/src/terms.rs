//! Payment terms as the trade writes them: when an amount falls due, in how many parts, and what discount early payment earns.
//!
//! Terms are read from the spellings of many ERPs (`terms/reading.rs`), kept as rules, and printed in one canonical text
//! that reads back as the same terms. Due dates roll to business days only where the terms say so. Absent on purpose:
//! several discount steps, and due dates that depend on an event other than the document (delivery counts as its date).

mod reading;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::calendar::{Calendar, Date, add_days};
use crate::money::{Rounding, divide};

/// When a part of the amount falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueRule {
    /// On the document date: due on receipt.
    OnReceipt,
    /// On delivery, which counts as the document date.
    CashOnDelivery,
    /// Before release of the goods; the document date.
    CashInAdvance,
    /// This many days after the document date.
    Net {
        /// Calendar days.
        days: u16,
    },
    /// This many days after the document date, then on to the end of that month (`net 30 EOM`).
    NetThenEndOfMonth {
        /// Calendar days.
        days: u16,
    },
    /// This many days after the end of the document's month (`EOM+30`).
    EndOfMonthThenNet {
        /// Calendar days.
        days: u16,
    },
    /// A day of a month: `months` after the document's month, one more for a document dated after the cut-off.
    ///
    /// A day the month lacks is its last day. In the document's own month the cut-off is at latest the day itself, which
    /// is also what no cut-off means there.
    DayOfMonth {
        /// The day, 1 to 31.
        day: u8,
        /// Months after the document's month: 0 its own, 1 the next (`prox`).
        months: u8,
        /// The last day of a month whose documents still count for it.
        cut_off: Option<u8>,
    },
}

impl DueRule {
    /// The most days a rule may count.
    pub const MOST_DAYS: u16 = 3_650;
    /// The most months a day of the month may lie ahead.
    pub const MOST_MONTHS: u8 = 24;

    /// The due date of a document, before any roll to a business day.
    pub fn due_date(self, document_date: Date) -> Date {
        match self {
            Self::OnReceipt | Self::CashOnDelivery | Self::CashInAdvance => document_date,
            Self::Net { days } => add_days(document_date, i64::from(days)),
            Self::NetThenEndOfMonth { days } => add_days(document_date, i64::from(days)).last_of_month(),
            Self::EndOfMonthThenNet { days } => add_days(document_date.last_of_month(), i64::from(days)),
            Self::DayOfMonth { day, months, cut_off } => {
                let cut_off = cut_off.or((months == 0).then_some(day));
                let late = cut_off.is_some_and(|last| i16::from(document_date.day()) > i16::from(last));
                let ahead = jiff::Span::new().months(i32::from(months) + i32::from(late));
                let month = document_date.first_of_month().saturating_add(ahead);
                let day = i64::from(day.max(1)).min(i64::from(month.days_in_month()));
                add_days(month, day - 1)
            }
        }
    }

    /// The rule itself, or why its numbers make no sense.
    fn checked(self) -> Result<Self, TermsError> {
        match self {
            Self::OnReceipt | Self::CashOnDelivery | Self::CashInAdvance => {}
            Self::Net { days } | Self::NetThenEndOfMonth { days } | Self::EndOfMonthThenNet { days } => {
                in_range("days", days.into(), 0, Self::MOST_DAYS.into())?;
            }
            Self::DayOfMonth { day, months, cut_off } => {
                in_range("the day of the month", day.into(), 1, 31)?;
                in_range("months ahead", months.into(), 0, Self::MOST_MONTHS.into())?;
                let latest = if months == 0 { day } else { 31 };
                cut_off.map_or(Ok(()), |last| in_range("the cut-off", last.into(), 1, latest.into()))?;
            }
        }
        Ok(self)
    }
}

/// Refuses a number outside its range.
fn in_range(what: &'static str, value: u32, least: u32, most: u32) -> Result<(), TermsError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(TermsError::OutOfRange { what, value, least, most })
}

/// One part of the amount: an instalment, or the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its weight among the parts: 1 each for equal parts, else hundredths of a percent that add up to 10,000.
    pub weight: u32,
    /// When it falls due.
    pub due: DueRule,
}

/// Which instalment carries the units that do not divide evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remainder {
    /// The last.
    #[default]
    Last,
    /// The first.
    First,
}

/// A discount for early payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discount {
    /// The discount, basis points of the amount.
    pub rate_bp: u32,
    /// Days after the document date through which it is earned.
    pub days: u16,
}

/// What happens to a due date that is no business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roll {
    /// Nothing: it stays.
    #[default]
    None,
    /// It moves to the next business day.
    Following,
    /// It moves to the business day before.
    Preceding,
}

/// One due line of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueLine {
    /// The due date.
    pub due_date: Date,
    /// The amount, minor units, with the sign of the document's amount.
    pub amount: i64,
}

/// Why a text or a set of parts is no terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The spelling is not understood.
    #[error(
        "terms `{text}` are not understood; write them like: net 30 · 2/10 net 30 · net 30 EOM · EOM+30 · 15th of next \
         month cut-off 25 · due on receipt · COD · CIA · 50% net 30, 50% net 60 · 3 instalments net 30/60/90, each also \
         with `, following business day` or `, preceding business day`"
    )]
    NotUnderstood {
        /// What was read, shortened.
        text: String,
    },
    /// A number is outside its range.
    #[error("{what} must be {least} to {most}, not {value}")]
    OutOfRange {
        /// What the number counts.
        what: &'static str,
        /// The number.
        value: u32,
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
    /// The instalments' shares are neither all equal nor 100 % together.
    #[error("the instalments add up to {sum_bp} hundredths of a percent, not to 10000")]
    SharesNotWhole {
        /// Their sum.
        sum_bp: u64,
    },
    /// A number of instalments is stated and another is listed.
    #[error("{stated} instalments are stated but {listed} listed")]
    CountDiffers {
        /// As stated.
        stated: u32,
        /// As listed.
        listed: usize,
    },
    /// The discount could be taken after the amount is due.
    #[error("the discount ends after the amount is due")]
    DiscountAfterDue,
}

/// Payment terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// At least one; equal parts weigh 1 each.
    parts: Vec<Part>,
    remainder: Remainder,
    discount: Option<Discount>,
    roll: Roll,
}

impl Terms {
    /// The most instalments.
    pub const MOST_PARTS: usize = 60;

    /// Net `days`, in one part, without discount or roll.
    ///
    /// Panics if `days` exceeds [`DueRule::MOST_DAYS`]: the caller's bug.
    pub fn net(days: u16) -> Self {
        assert!(days <= DueRule::MOST_DAYS, "at most ten years");
        Self::one(DueRule::Net { days })
    }

    fn one(due: DueRule) -> Self {
        let parts = vec![Part { weight: 1, due }];
        Self { parts, remainder: Remainder::Last, discount: None, roll: Roll::None }
    }

    /// Terms of these parts; refused when the parts' shares are not whole or a number makes no sense.
    pub fn new(
        parts: &[Part],
        remainder: Remainder,
        discount: Option<Discount>,
        roll: Roll,
    ) -> Result<Self, TermsError> {
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        in_range("instalments", count, 1, Self::MOST_PARTS as u32)?;
        for part in parts {
            part.due.checked()?;
        }
        let sum_bp: u64 = parts.iter().map(|part| u64::from(part.weight)).sum();
        let equal = parts.iter().all(|part| part.weight == parts[0].weight && part.weight > 0);
        if !equal && (sum_bp != 10_000 || parts.iter().any(|part| part.weight == 0)) {
            return Err(TermsError::SharesNotWhole { sum_bp });
        }
        if let Some(discount) = discount {
            in_range("the discount in hundredths of a percent", discount.rate_bp, 1, 9_999)?;
            in_range("discount days", discount.days.into(), 0, DueRule::MOST_DAYS.into())?;
            if parts.iter().any(|part| matches!(part.due, DueRule::Net { days } if days < discount.days)) {
                return Err(TermsError::DiscountAfterDue);
            }
        }
        let weigh = |part: &Part| Part { weight: if equal { 1 } else { part.weight }, due: part.due };
        let remainder = if parts.len() == 1 { Remainder::Last } else { remainder };
        Ok(Self { parts: parts.iter().map(weigh).collect(), remainder, discount, roll })
    }

    /// Reads terms as the trade spells them, in English or German: `Net 30`, `2/10 n/30`, `NET 30 EOM`, `EOM+30`,
    /// `15th prox`, `Due on receipt`, `COD`, `CIA`, `14 Tage 2% Skonto, 30 Tage netto`, `3 instalments net 30/60/90` …
    ///
    /// They are taken at their word: `NET 30 EOM` and `30 days EOM` count 30 days, then go to the end of that month;
    /// `EOM+30` and `30 days after end of month` go to the end of the month, then count 30 days.
    pub fn parse(text: &str) -> Result<Self, TermsError> {
        reading::read(text)
    }

    /// The parts, in the order written.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The discount, where there is one.
    pub fn early_discount(&self) -> Option<Discount> {
        self.discount
    }

    /// What happens to a due date that is no business day.
    pub fn roll(&self) -> Roll {
        self.roll
    }

    /// The same terms with this roll.
    #[must_use]
    pub fn with_roll(self, roll: Roll) -> Self {
        Self { roll, ..self }
    }

    /// Whether a part must be paid before the goods are released.
    pub fn needs_payment_first(&self) -> bool {
        self.parts.iter().any(|part| part.due == DueRule::CashInAdvance)
    }

    /// The due lines of a document: one for each part, in the order written; together exactly `amount_minor`.
    ///
    /// Each part is cut down to a whole minor unit; what is left over goes where [`Remainder`] says. A part of nothing
    /// gives no line, but one line always stands.
    pub fn schedule(&self, document_date: Date, amount_minor: i64, calendar: &Calendar) -> Vec<DueLine> {
        let weights: i128 = self.parts.iter().map(|part| i128::from(part.weight)).sum();
        let share = |part: &Part| i128::from(amount_minor) * i128::from(part.weight) / weights;
        let mut lines: Vec<DueLine> = Vec::with_capacity(self.parts.len());
        let mut left = amount_minor;
        for part in &self.parts {
            // A share lies between zero and the amount, so it fits.
            let amount = i64::try_from(share(part)).unwrap_or(amount_minor);
            left -= amount;
            lines.push(DueLine { due_date: self.rolled(part.due.due_date(document_date), calendar), amount });
        }
        let place = if self.remainder == Remainder::First { 0 } else { lines.len() - 1 };
        lines[place].amount += left;
        let kept = lines[place];
        lines.retain(|line| line.amount != 0);
        if lines.is_empty() {
            lines.push(kept);
        }
        lines
    }

    fn rolled(&self, due_date: Date, calendar: &Calendar) -> Date {
        match self.roll {
            Roll::None => due_date,
            Roll::Following => calendar.on_or_after(due_date),
            Roll::Preceding => calendar.on_or_before(due_date),
        }
    }

    /// The last day on which the discount is earned, never rolled, and the discount on `amount_minor`, rounded half-up.
    pub fn discount(&self, document_date: Date, amount_minor: i64) -> Option<(Date, i64)> {
        let discount = self.discount?;
        let amount = divide(i128::from(amount_minor) * i128::from(discount.rate_bp), 10_000, Rounding::HalfUp);
        Some((add_days(document_date, discount.days.into()), i64::try_from(amount).unwrap_or(amount_minor)))
    }
}

impl fmt::Display for DueRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnReceipt => f.write_str("due on receipt"),
            Self::CashOnDelivery => f.write_str("cash on delivery"),
            Self::CashInAdvance => f.write_str("cash in advance"),
            Self::Net { days } => write!(f, "net {days}"),
            Self::NetThenEndOfMonth { days } => write!(f, "net {days} then end of month"),
            Self::EndOfMonthThenNet { days: 0 } => f.write_str("end of month"),
            Self::EndOfMonthThenNet { days } => write!(f, "end of month then {days} days"),
            Self::DayOfMonth { day, months, cut_off } => {
                write!(f, "{day}{} of ", ordinal(*day))?;
                match months {
                    0 => f.write_str("month")?,
                    1 => f.write_str("next month")?,
                    _ => write!(f, "month +{months}")?,
                }
                cut_off.map_or(Ok(()), |last| write!(f, " cut-off {last}"))
            }
        }
    }
}

fn ordinal(day: u8) -> &'static str {
    match (day / 10, day % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// Writes hundredths of a percent as a percentage: 250 as `2.5`.
fn write_percent(f: &mut fmt::Formatter<'_>, hundredths: u32) -> fmt::Result {
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => write!(f, "{whole}"),
        (whole, rest) if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
        (whole, rest) => write!(f, "{whole}.{rest:02}"),
    }
}

impl fmt::Display for Terms {
    /// The canonical text, which [`Terms::parse`] reads as the same terms: `2/10 net 30, following business day`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(discount) = self.discount {
            write_percent(f, discount.rate_bp)?;
            write!(f, "/{} ", discount.days)?;
        }
        let equal = self.parts.iter().all(|part| part.weight == 1);
        match &self.parts[..] {
            [part] => write!(f, "{}", part.due)?,
            parts if equal && parts.iter().all(|part| matches!(part.due, DueRule::Net { .. })) => {
                write!(f, "{} instalments net ", parts.len())?;
                for (place, part) in parts.iter().enumerate() {
                    let DueRule::Net { days } = part.due else { continue };
                    write!(f, "{}{days}", if place == 0 { "" } else { "/" })?;
                }
            }
            parts => {
                if equal {
                    write!(f, "{} instalments: ", parts.len())?;
                }
                for (place, part) in parts.iter().enumerate() {
                    f.write_str(if place == 0 { "" } else { ", " })?;
                    if !equal {
                        write_percent(f, part.weight)?;
                        f.write_str("% ")?;
                    }
                    write!(f, "{}", part.due)?;
                }
            }
        }
        if self.remainder == Remainder::First {
            f.write_str(", remainder first")?;
        }
        f.write_str(match self.roll {
            Roll::None => "",
            Roll::Following => ", following business day",
            Roll::Preceding => ", preceding business day",
        })
    }
}
