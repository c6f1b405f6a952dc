//! How a long job is watched and stopped.

pub mod cancel;
pub mod progress;

use cancel::Cancel;
use progress::Progress;

/// Who is told of a long job, and what stops it.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Is told of every step.
    pub progress: &'a dyn Progress,
    /// Is asked wherever work may stop.
    pub cancel: &'a Cancel,
}
