//! How customers pay: the habits that a desk meets, each a type of its own, and the day on which each pays an invoice.

use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::calendar::day_number;

use crate::chance::Chance;
use crate::days::Days;

/// A customer's habit of paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// Pays everything in full, up to six days before it is due.
    Perfect,
    /// Pays in weekly runs on this weekday (Monday is 0), what is due within the next two days.
    WeeklyRun {
        /// The weekday.
        weekday: u8,
    },
    /// Pays on the last business day of the month, what is due within the next ten days.
    MonthEnd,
    /// Pays only after a reminder: 16 to 40 days late.
    AfterReminder,
    /// Pays about on time but often less than was billed; the rest stays open.
    ShortPayer,
    /// Contests one invoice in five, and pays it only when that is settled.
    Disputer,
    /// Pays everything, and always 10 to 30 days late.
    SlowButSure,
    /// Pays early and takes the discount for it.
    DiscountTaker,
    /// Pays later and later, and nothing after this day.
    Failing {
        /// The last day on which it paid.
        last_payment: Date,
    },
    /// A new customer: no history before this day.
    New {
        /// The day of the first order.
        since: Date,
    },
}

impl Payer {
    /// How many of each hundred customers have the habit: code and number, in documented order.
    pub const SHARES: [(&'static str, usize); 10] = [
        ("perfect", 15),
        ("weekly_run", 26),
        ("month_end", 16),
        ("after_reminder", 9),
        ("short_payer", 6),
        ("disputer", 6),
        ("slow_but_sure", 9),
        ("discount_taker", 6),
        ("failing", 3),
        ("new", 4),
    ];

    /// The habit of that code, its own days drawn by chance; perfect for a code that is none.
    pub(crate) fn draw(code: &str, chance: &mut Chance, days: &Days) -> Self {
        let ago = |chance: &mut Chance, least, most| {
            let day = days.last - chance.between(least, most);
            crate::days::date(days.on_or_before(day.max(days.first)))
        };
        match code {
            "weekly_run" => Self::WeeklyRun { weekday: chance.between(0, 4) as u8 },
            "month_end" => Self::MonthEnd,
            "after_reminder" => Self::AfterReminder,
            "short_payer" => Self::ShortPayer,
            "disputer" => Self::Disputer,
            "slow_but_sure" => Self::SlowButSure,
            "discount_taker" => Self::DiscountTaker,
            "failing" => Self::Failing { last_payment: ago(chance, 75, 190) },
            "new" => Self::New { since: ago(chance, 45, 110) },
            _ => Self::Perfect,
        }
    }

    /// The habit's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Perfect => "perfect",
            Self::WeeklyRun { .. } => "weekly_run",
            Self::MonthEnd => "month_end",
            Self::AfterReminder => "after_reminder",
            Self::ShortPayer => "short_payer",
            Self::Disputer => "disputer",
            Self::SlowButSure => "slow_but_sure",
            Self::DiscountTaker => "discount_taker",
            Self::Failing { .. } => "failing",
            Self::New { .. } => "new",
        }
    }

    /// The day on which an amount billed on `billed` and due on `due` is paid, never before it was billed; `None` when it
    /// never is. The day may lie after the end of the book.
    pub(crate) fn pay_day(self, billed: i64, due: i64, days: &Days, chance: &mut Chance) -> Option<i64> {
        let day = match self {
            Self::Perfect => days.on_or_before(due - chance.between(0, 6)),
            Self::WeeklyRun { weekday } => days.weekday_on_or_after(due - 2, weekday),
            Self::MonthEnd => days.month_end_on_or_after(due - 10),
            Self::AfterReminder => due + chance.between(16, 40),
            Self::ShortPayer => due + chance.between(-2, 4),
            Self::Disputer => due + chance.between(-3, 4),
            Self::SlowButSure => due + chance.between(10, 30),
            Self::DiscountTaker => due - chance.between(0, 4),
            Self::Failing { last_payment } => {
                let last = day_number(last_payment);
                let behind = 60 - (last - billed).clamp(0, 240) / 4;
                let day = due + chance.between(3, 12) + behind.max(0) / 3;
                if day > last {
                    return None;
                }
                day
            }
            Self::New { .. } => due + chance.between(-2, 8),
        };
        Some(days.on_or_after(day.max(billed)))
    }

    /// How much it buys, against a customer of its segment that pays as agreed, in hundredths.
    pub(crate) fn volume_percent(self) -> f64 {
        match self {
            Self::Failing { .. } => 35.0,
            Self::AfterReminder | Self::SlowButSure => 85.0,
            Self::ShortPayer | Self::Disputer => 90.0,
            Self::Perfect | Self::WeeklyRun { .. } | Self::MonthEnd | Self::DiscountTaker | Self::New { .. } => 100.0,
        }
    }
}
