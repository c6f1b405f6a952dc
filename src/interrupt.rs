//! Ctrl-C: work stops at the next tile or file, temporary outputs are removed, old outputs stay whole.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// The user asked to stop.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; nothing was changed")]
pub struct Interrupted;

/// Makes Ctrl-C and SIGTERM ask for a stop; the second one ends the process at once.
///
/// # Errors
/// When the handler cannot be installed.
pub fn listen() -> anyhow::Result<()> {
    Ok(ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })?)
}

/// To be called wherever work may stop.
///
/// # Errors
/// [`Interrupted`] once the user has asked.
pub fn check() -> Result<(), Interrupted> {
    if ASKED.load(Ordering::Relaxed) { Err(Interrupted) } else { Ok(()) }
}
