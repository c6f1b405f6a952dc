//! Ctrl-C: work stops at the next tile or file, temporary outputs are removed, old outputs stay whole.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The exit status of an interrupted run.
pub const STATUS: i32 = 130;

/// The user asked to stop.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; {kept}")]
pub struct Interrupted {
    kept: &'static str,
}

impl Interrupted {
    /// Says what is left of the work.
    pub fn keeping(kept: &'static str) -> Self {
        Self { kept }
    }
}

/// Makes Ctrl-C and SIGTERM ask for a stop; the second one ends the process at once. A closed terminal is left to the
/// system, so that `nohup` works.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn listen() -> anyhow::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag down and raises it, the second finds it up.
        flag::register_conditional_shutdown(signal, STATUS, ASKED.clone())?;
        flag::register(signal, ASKED.clone())?;
    }
    Ok(())
}

/// To be called wherever work may stop.
///
/// # Errors
/// [`Interrupted`] once the user has asked.
pub fn check() -> Result<(), Interrupted> {
    if ASKED.load(Ordering::Relaxed) { Err(Interrupted::keeping("nothing was changed")) } else { Ok(()) }
}
