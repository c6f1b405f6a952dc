//! The command: parses arguments, runs a verb and maps the result to an exit status.

use std::process::ExitCode;

use trailglow::cli::{self, Ending, signals};

fn main() -> ExitCode {
    silence_device_select();
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(status) => return ExitCode::from(status),
    };
    let wants_json = cli.wants_json();
    match signals::listen().and_then(|cancel| cli.run(&cancel)) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Partial) => ExitCode::from(3),
        Ok(Ending::Nothing | Ending::Stale) => ExitCode::FAILURE,
        Err(error) => ExitCode::from(cli::explain(&error, wants_json)),
    }
}

/// Stops Mesa's device-select layer from complaining on stderr where no desktop session exists. The program chooses
/// adapters by their own properties and does not need the layer.
#[expect(unsafe_code, reason = "the environment is changed before there is a second thread")]
fn silence_device_select() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: main calls this first, so no other thread can read the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}
