//! Foreign code on hostile input: a panic in it is a damaged file, not our end.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local!(static WITHIN: Cell<bool> = const { Cell::new(false) });

/// Runs what may panic on bad input; `None` when it did.
pub(crate) fn isolated<T>(read: impl FnOnce() -> T) -> Option<T> {
    let before = WITHIN.replace(true);
    let answer = catch_unwind(AssertUnwindSafe(read));
    WITHIN.set(before);
    answer.ok()
}

/// Whether this thread is within foreign code whose panic is caught, so that a program need not tell of it.
pub fn is_isolated() -> bool {
    WITHIN.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_within_is_an_answer_and_one_outside_is_not_hushed() {
        assert_eq!((isolated(|| is_isolated().then_some(7)), is_isolated()), (Some(Some(7)), false));
        let lost: Option<()> = isolated(|| {
            isolated(|| ());
            assert!(!is_isolated(), "still within");
        });
        assert_eq!((lost, is_isolated()), (None, false));
    }
}
