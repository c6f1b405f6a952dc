//! The command: parses arguments, runs a verb, and turns its ending into an exit status.

use std::process::ExitCode;

use clap::Parser;
use trailglow::cli::{self, Cli, Ending, signals};

fn main() -> ExitCode {
    silence_device_select();
    let cli = Cli::parse();
    let wants_json = cli.wants_json();
    match signals::listen().and_then(|cancel| cli.run(&cancel)) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Partial) => ExitCode::from(3),
        Ok(Ending::Nothing) => ExitCode::FAILURE,
        Err(error) => ExitCode::from(cli::explain(&error, wants_json)),
    }
}

/// Mesa's device-select layer looks for a desktop session, and where there is none it complains on our stderr. Adapters
/// are chosen by their own properties here, so it is not needed then.
#[expect(unsafe_code, reason = "the environment is changed before there is a second thread")]
fn silence_device_select() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: this is the first thing that main does, so no other thread can be reading the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}
