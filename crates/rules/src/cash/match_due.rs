//! C-6 by days: payers run their payments by due date, and pay all that falls due on some days.

use alloc::vec;
use alloc::vec::Vec;

use super::match_sums::{paid_whole, sure};
use super::{Answer, CashPolicy, CashRule, Owed, PayableLine, Receipt};

/// The most days whose runs are looked at.
const MOST_DAYS: usize = 400;

/// C-6. The receipt is all that is due by some day, or else all that is due from one day through another, in one way only.
///
/// Taken only where there are several lines, none of the others is as large as one of them, and the runs of days tried, times
/// the policy's chance, are fewer than the amounts that could have come.
pub(super) fn due_by(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let mut lines: Vec<&PayableLine> = owed.lines.iter().collect();
    lines.sort_by_key(|line| line.due_date);
    // Where the lines of each day begin, and where the last ends.
    let mut ends: Vec<usize> = (1..lines.len()).filter(|at| lines[*at].due_date != lines[*at - 1].due_date).collect();
    ends.push(lines.len());
    let mut begins = vec![0];
    begins.extend(&ends[..ends.len() - 1]);
    if lines.is_empty() || begins.len() > MOST_DAYS {
        return None;
    }
    by_runs(receipt, &lines, &begins[..1], &ends, policy)
        .or_else(|| by_runs(receipt, &lines, &begins[1..], &ends, policy))
        .map(|paid| sure(paid_whole(CashRule::PastDue, paid, &vec![0; paid.len()])))
}

/// The one run of days, from one of `begins` to one of `ends`, of which all lines together are the receipt.
fn by_runs<'a, 'l>(
    receipt: &Receipt,
    lines: &'a [&'l PayableLine],
    begins: &[usize],
    ends: &[usize],
    policy: &CashPolicy,
) -> Option<&'a [&'l PayableLine]> {
    let mut tried = 0_u64;
    let mut found: Vec<&'a [&'l PayableLine]> = Vec::new();
    for begin in begins {
        let (mut sum, mut from) = (0_i64, *begin);
        for end in ends.iter().filter(|end| **end > *begin) {
            sum = lines[from..*end].iter().fold(sum, |sum, line| sum.saturating_add(line.open));
            (from, tried) = (*end, tried + 1);
            if sum == receipt.amount {
                found.push(&lines[*begin..*end]);
            }
            if sum >= receipt.amount {
                break;
            }
        }
    }
    let [paid] = found[..] else { return None };
    let is_paid = |line: &&PayableLine| paid.iter().any(|other| core::ptr::eq(*other, *line));
    // A later instalment is no twin of an earlier one: the earlier is paid first.
    let alike = |other: &PayableLine, line: &PayableLine| {
        other.open == line.open && !(other.item == line.item && other.due_date >= line.due_date)
    };
    let twin = lines.iter().filter(|line| !is_paid(line)).any(|other| paid.iter().any(|line| alike(other, line)));
    let meant = tried.saturating_mul(policy.subset_chance) <= receipt.amount.unsigned_abs();
    (paid.len() > 1 && !twin && meant).then_some(paid)
}
