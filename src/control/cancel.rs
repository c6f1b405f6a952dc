//! How a long job is stopped: work stops at the next tile or file, temporary outputs are removed, old outputs stay whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, shared by whoever makes it and the job that it is meant for. Clones are the same request.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the job was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// To be called wherever work may stop.
    ///
    /// # Errors
    /// [`Interrupted`] once the job was asked to stop.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_cancelled() { Err(Interrupted::with_outcome("nothing was changed")) } else { Ok(()) }
    }

    /// The flag that is up once the job was asked to stop, for whoever can raise no more than a flag: a signal.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

/// The job was asked to stop and has stopped.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; {outcome}")]
pub struct Interrupted {
    outcome: &'static str,
}

impl Interrupted {
    /// Says what is left of the work.
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
