//! Ctrl-C and SIGTERM.

use anyhow::Result;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::control::cancel::Cancel;

/// The exit status of an interrupted run.
pub const STATUS: u8 = 130;

/// What Ctrl-C and SIGTERM ask to stop; the second one ends the process at once. A closed terminal is left to the system,
/// so that `nohup` works.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn listen() -> Result<Cancel> {
    let cancel = Cancel::default();
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag down and raises it, the second finds it up.
        flag::register_conditional_shutdown(signal, STATUS.into(), cancel.flag())?;
        flag::register(signal, cancel.flag())?;
    }
    Ok(cancel)
}
