//! A receipt is decided on what was open a moment ago; where that moved meanwhile, it is decided again.

use dunwell_store::fault::Fault;

use crate::refusal::{Result, Stop};

/// How often a receipt is decided again because what it pays was paid meanwhile, or because another writer is in the way.
const MOST: u32 = 8;

/// The attempts that were made.
#[derive(Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// What an attempt answered; `None`, after a pause, where it is to be made again. An attempt answers `None` where what it
    /// decided on has moved.
    pub(super) async fn settled<T>(&mut self, answer: Result<Option<T>>) -> Result<Option<T>> {
        self.0 += 1;
        match answer {
            Ok(None) if self.0 < MOST => {}
            Ok(None) => return Err(Fault::new("what a receipt pays keeps changing; try it again").into()),
            Err(Stop::Fault(fault)) if fault.is_retryable() && self.0 < MOST => {}
            answer => return answer,
        }
        tokio::time::sleep(std::time::Duration::from_millis(2 << self.0)).await;
        Ok(None)
    }
}
