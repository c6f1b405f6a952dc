//! Cancellation of long jobs. A cancelled job stops at the next tile or file, removes its temporary output, and leaves
//! previous output intact.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cancellation flag. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Requests cancellation.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once cancellation is requested.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Called by a job at every point where it can stop.
    ///
    /// # Errors
    /// [`Interrupted`] once cancellation is requested.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_cancelled() { Err(Interrupted::with_outcome("nothing was changed")) } else { Ok(()) }
    }

    /// The underlying flag, for a signal handler.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

/// Error of a cancelled job, with the outcome for the user.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; {outcome}")]
pub struct Interrupted {
    outcome: &'static str,
}

impl Interrupted {
    /// Interruption whose message states the outcome: `interrupted; {outcome}`.
    pub fn with_outcome(outcome: &'static str) -> Self {
        Self { outcome }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_request() {
        let (one, other) = (Cancel::default(), Cancel::default());
        let clone = one.clone();
        assert!(one.check().is_ok());
        clone.cancel();
        assert!(one.check().is_err_and(|error| error.to_string() == "interrupted; nothing was changed"));
        assert!(!other.is_cancelled());
    }
}
