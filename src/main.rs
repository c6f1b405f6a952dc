//! The command: parses arguments, runs a verb, and turns its ending into an exit status.

use std::io;
use std::process::ExitCode;

use clap::Parser;
use trailglow::cli::{Cli, Ending};
use trailglow::interrupt::{self, Interrupted};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match interrupt::listen().and_then(|()| cli.run()) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Partial) => ExitCode::from(3),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trailglow: {error:#}");
            ExitCode::from(if error.is::<Interrupted>() { 130 } else { 1 })
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
