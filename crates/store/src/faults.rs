//! Failing on purpose: one statement of a task, chosen by its number, fails as if the database had refused it, so that a
//! test can sweep over all of them. For tests alone: a build without debug assertions counts nothing and fails nothing.
//!
//! A statement is counted before it is sent. A commit counts twice: before it, and after it, where what was committed stands
//! but its answer is lost.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fault::{Fault, Result};

/// How a chosen statement fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// It fails, and everything after it works again.
    Once,
    /// It fails, and so does everything after it.
    FromThenOn,
    /// It fails once because another writer was in the way: the task is expected to try again by itself. No commit that
    /// stands fails like this.
    Contended,
}

/// What became of a task whose statements were counted.
#[derive(Debug)]
pub struct Struck<T> {
    /// The task's own answer.
    pub answer: T,
    /// How many statements it sent, or tried to.
    pub statements: u64,
    /// Whether one of them was made to fail.
    pub struck: bool,
}

#[derive(Debug, Clone)]
struct Plan {
    nth: u64,
    how: Failing,
    counted: Arc<AtomicU64>,
    struck: Arc<AtomicU64>,
}

tokio::task_local! {
    static PLAN: Plan;
}

/// Runs a task in which the statement number `nth`, from 1, fails; 0 fails none and only counts. Other tasks of the process
/// are not touched, nor are tasks that this one spawns.
pub async fn failing<T>(nth: u64, how: Failing, task: impl Future<Output = T>) -> Struck<T> {
    let plan = Plan { nth, how, counted: Arc::default(), struck: Arc::default() };
    let answer = PLAN.scope(plan.clone(), task).await;
    let struck = plan.struck.load(Ordering::Relaxed) > 0;
    Struck { answer, statements: plan.counted.load(Ordering::Relaxed), struck }
}

/// Stands before every statement: a fault when it is the chosen one.
#[inline]
pub(crate) fn before_statement() -> Result<()> {
    if cfg!(debug_assertions) { strike(false) } else { Ok(()) }
}

/// Stands after every commit: what was committed stands, and its answer is lost.
#[inline]
pub(crate) fn after_commit() -> Result<()> {
    if cfg!(debug_assertions) { strike(true) } else { Ok(()) }
}

fn strike(committed: bool) -> Result<()> {
    let fault = PLAN.try_with(|plan| {
        let number = plan.counted.fetch_add(1, Ordering::Relaxed) + 1;
        let chosen = match plan.how {
            Failing::Once => number == plan.nth,
            Failing::FromThenOn => plan.nth > 0 && number >= plan.nth,
            Failing::Contended => number == plan.nth && !committed,
        };
        chosen.then(|| {
            plan.struck.fetch_add(1, Ordering::Relaxed);
            let context = format!("statement {number} failed on purpose");
            if plan.how == Failing::Contended { Fault::contended(context) } else { Fault::new(context) }
        })
    });
    fault.ok().flatten().map_or(Ok(()), Err)
}
