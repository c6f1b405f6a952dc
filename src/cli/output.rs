//! What goes to stdout and stderr.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Writes a whole result to stdout.
///
/// # Errors
/// When it cannot be written; but a reader who has seen enough and left is no failure.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write the result"),
        _ => Ok(()),
    }
}

/// Writes a line to stderr. Where nobody reads it, there is nobody to tell.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// The text with control characters escaped: a file may be called anything, but it stays on its line and leaves the
/// terminal alone.
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        let _ = if c.is_control() { write!(out, "{}", c.escape_default()) } else { out.write_char(c) };
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(printable("für Elise.gpx"), "für Elise.gpx");
        assert_eq!(printable("a\nb\u{1b}[2J\u{9b}"), "a\\nb\\u{1b}[2J\\u{9b}");
    }
}
