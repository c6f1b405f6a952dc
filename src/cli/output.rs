//! Printing to stdout and stderr.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Flags of the verbs that read files: how much to print, in which form.
#[derive(Debug, clap::Args)]
pub struct Verbosity {
    /// Print the summary as one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Print neither progress nor summary; files that cannot be read, or only in part, and what zones and trims hid,
    /// are still named.
    #[arg(short, long, conflicts_with = "json")]
    pub quiet: bool,

    /// Also name files without a track, and all files of a long list.
    #[arg(short, long)]
    pub verbose: bool,
}

/// Writes a result to stdout.
///
/// # Errors
/// If stdout cannot be written. A closed pipe is no error.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write the result"),
        _ => Ok(()),
    }
}

/// Writes a line to stderr. Failures are ignored: there is no other place to report them.
pub fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// Escapes control characters and bidirectional marks, so that a file name can neither control the terminal nor
/// disguise itself.
pub fn printable(text: &str) -> String {
    // Unicode's general categories Zl and Zp, and Bidi_Control of UAX #9.
    let is_mark =
        |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_unruly = |c: char| c.is_control() || is_mark(c);
    if !text.contains(is_unruly) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        let _ = if is_unruly(c) { write!(out, "{}", c.escape_default()) } else { out.write_char(c) };
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
        assert_eq!(printable("ride\u{202e}xpg.exe"), "ride\\u{202e}xpg.exe");
    }
}
