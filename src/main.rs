//! The command: parses arguments, runs a verb, and turns its ending into an exit status.

use std::process::ExitCode;

use clap::Parser;
use trailglow::cli::{self, Cli, Ending};
use trailglow::interrupt;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match interrupt::listen().and_then(|()| cli.run()) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Partial) => ExitCode::from(3),
        Err(error) => ExitCode::from(cli::explain(&error)),
    }
}
