//! The payment trend: how late an account paid in the last 3, 6 and 12 whole calendar months, and which way it goes.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::facts::MonthFacts;
use crate::policy::AssessmentPolicy;

/// Which way the payment habit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrendWord {
    /// The last 3 months were less late than the 9 before.
    Improving,
    /// No difference that counts.
    Stable,
    /// The last 3 months were later than the 9 before.
    Worsening,
    /// Too little was closed in one of the windows to say.
    NotDefined,
}

impl TrendWord {
    /// The word used in policies and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Stable => "stable",
            Self::Worsening => "worsening",
            Self::NotDefined => "not_defined",
        }
    }
}

/// What was closed in a window of whole calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// How many months it spans.
    pub months: i64,
    /// Due lines closed in it.
    pub lines: i64,
    /// How many of them closed after their due date.
    pub late_lines: i64,
    /// Average days late weighted by original amount, in tenths of a day; `None` when nothing was closed.
    pub average_days_late_tenths: Option<i64>,
    /// Share of the lines that were late, in tenths of a percent; `None` when nothing was closed.
    pub late_share_permille: Option<i64>,
    /// The most days late of one line.
    pub longest_days_late: i64,
}

/// The trend and the numbers that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// The word.
    pub word: TrendWord,
    /// Why it is that word.
    pub because: String,
    /// The last 3 whole months.
    pub last_3: Window,
    /// The last 6 whole months.
    pub last_6: Window,
    /// The last 12 whole months.
    pub last_12: Window,
    /// The 9 months before the last 3, against which they are held.
    pub before: Window,
}

/// The trend on `as_of`: the weighted average days late of the last 3 whole months against the 9 before them.
///
/// A difference of at least [`AssessmentPolicy::trend_change_days`] is worsening or improving. It is not defined, rather
/// than stable, when either window closed fewer lines than [`AssessmentPolicy::trend_min_lines`] (domain 1.14).
pub fn trend(months: &[MonthFacts], as_of: Date, policy: &AssessmentPolicy) -> Trend {
    let window = |from, to| window(months, as_of, from, to);
    let (last_3, before) = (window(1, 3), window(4, 12));
    let enough = policy.trend_min_lines.max(1);
    let (word, because) = match (last_3.average_days_late_tenths, before.average_days_late_tenths) {
        (Some(now), Some(then)) if last_3.lines >= enough && before.lines >= enough => {
            let change = now.saturating_sub(then);
            let bound = policy.trend_change_days.saturating_mul(10).max(1);
            let word = match change {
                change if change >= bound => TrendWord::Worsening,
                change if change <= -bound => TrendWord::Improving,
                _ => TrendWord::Stable,
            };
            let because = format!("{} days late in the last 3 months, {} in the 9 before", tenths(now), tenths(then));
            (word, because)
        }
        _ => {
            let because =
                format!("{} lines closed in the last 3 months, {} in the 9 before", last_3.lines, before.lines);
            (TrendWord::NotDefined, because)
        }
    };
    Trend { word, because, last_3, last_6: window(1, 6), last_12: window(1, 12), before }
}

/// Sums the months that lie `from` to `to` whole months before the month of `as_of`.
fn window(months: &[MonthFacts], as_of: Date, from: i64, to: i64) -> Window {
    let number = |year: i16, month: i8| i64::from(year) * 12 + i64::from(month);
    let now = number(as_of.year(), as_of.month());
    let (mut lines, mut late_lines, mut longest) = (0i64, 0i64, 0i64);
    let (mut amount, mut amount_days) = (0i128, 0i128);
    for month in months.iter().filter(|month| (from..=to).contains(&(now - number(month.year, month.month)))) {
        lines = lines.saturating_add(month.lines);
        late_lines = late_lines.saturating_add(month.late_lines);
        longest = longest.max(month.longest_days_late);
        amount += i128::from(month.amount);
        amount_days += i128::from(month.amount_days_late);
    }
    Window {
        months: to - from + 1,
        lines,
        late_lines,
        average_days_late_tenths: ratio(amount_days * 10, amount),
        late_share_permille: ratio(i128::from(late_lines) * 1000, i128::from(lines)),
        longest_days_late: longest,
    }
}

/// `part / whole` rounded half up; `None` when the whole is nothing, or the answer does not fit.
fn ratio(part: i128, whole: i128) -> Option<i64> {
    (whole > 0).then(|| (2 * part + whole).div_euclid(2 * whole)).and_then(|ratio| i64::try_from(ratio).ok())
}

/// Tenths as a decimal with one place: 123 is `12.3`.
fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.unsigned_abs() / 10, value.unsigned_abs() % 10)
}
