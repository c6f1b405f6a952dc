//! Ctrl-C and SIGTERM cancel the running job.

use anyhow::Result;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::control::cancel::Cancel;

/// Exit status of an interrupted run.
pub const STATUS: u8 = 130;

/// Installs the signal handlers. The first Ctrl-C or SIGTERM cancels the returned [`Cancel`], the second one ends the
/// process. SIGHUP keeps its default action, so that `nohup` works.
///
/// # Errors
/// If the handlers cannot be installed.
pub fn listen() -> Result<Cancel> {
    let cancel = Cancel::default();
    for signal in [SIGINT, SIGTERM] {
        // The order matters: the first signal finds the flag unset and sets it, the second finds it set and exits.
        flag::register_conditional_shutdown(signal, STATUS.into(), cancel.flag())?;
        flag::register(signal, cancel.flag())?;
    }
    Ok(cancel)
}
