//! What goes to stdout and stderr.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// How much a verb that reads files says, and to whom.
#[derive(Debug, clap::Args)]
pub struct Verbosity {
    /// Print the summary as one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Neither progress nor summary; what could not be read is still named.
    #[arg(short, long, conflicts_with = "json")]
    pub quiet: bool,

    /// Also name the files that hold no track, and what was wrong with those read in part.
    #[arg(short, long)]
    pub verbose: bool,
}

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
pub fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// The text with control characters escaped, those too that turn the direction of writing: a file may be called
/// anything, but it stays on its line, shows its true name and leaves the terminal alone.
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
