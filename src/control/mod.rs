//! Progress reporting and cancellation of long jobs.

pub mod cancel;
pub mod progress;

use cancel::Cancel;
use progress::Progress;

/// Progress receiver and cancellation flag of a job.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy)]
pub struct Control<'a> {
    pub progress: &'a dyn Progress,
    pub cancel: &'a Cancel,
}
