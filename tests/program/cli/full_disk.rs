//! A temporary file that cannot be written: a sentence says so, the old output stays whole, and nothing else is left.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;

use crate::demo::demo;
use crate::program::{Home, differences};

/// Bytes of tiles that wait in memory here before the rest goes to a temporary file.
const IN_MEMORY: &str = "5000";

/// How the map is drawn that does not come about: with no library, as that cannot be written either.
const NEW: [&str; 8] = ["-q", "--zoom", "0-11", "--device", "cpu", "--no-library", "--profile", "private"];

/// Renders by a line of shell that ends in the program.
fn render(home: &Home, out: &str, shell: &str, temporary: &Path) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    command.args(["-c", shell, cargo_bin!("trailglow").to_str().expect("UTF-8")]);
    command.args(["render", demo(), "-o", out]).args(NEW);
    command.current_dir(home.path("")).env("TRAILGLOW_LIBRARY", home.library());
    command.env("TRAILGLOW_TEST_SPOOL", IN_MEMORY).env("TMPDIR", temporary);
    let output = command.output().expect("a shell");
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

fn names(home: &Home) -> BTreeSet<String> {
    let entries = std::fs::read_dir(home.path("")).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
}

const PLAIN: &str = r#"exec "$0" "$@""#;
/// No file may grow beyond a few KiB, and who tries is told instead of killed.
const SMALL_FILES: &str = r#"trap "" XFSZ; ulimit -f 16; exec "$0" "$@""#;

#[test]
fn a_temporary_file_that_cannot_be_written_leaves_the_old_output_whole() {
    for out in ["tiles", "heat.pmtiles"] {
        let (home, space) = (Home::new(), tempfile::tempdir().expect("a folder"));
        home.must(&["render", demo(), "-o", out, "--zoom", "0-6", "-q"]);
        let (old, before) = (home.files(out), names(&home));
        for (shell, temporary) in [(PLAIN, home.path("missing")), (SMALL_FILES, space.path().to_owned())] {
            let (status, stderr) = render(&home, out, shell, &temporary);
            assert_eq!(status, Some(1), "{stderr}");
            let sentence =
                "trailglow: cannot write the temporary file; the disk may be full (TMPDIR sets another folder): ";
            assert!(stderr.starts_with(sentence) && stderr.lines().count() == 1, "{stderr}");
            assert_eq!(differences(&old, &home.files(out)), [""; 0]);
            assert_eq!(names(&home), before);
            assert_eq!(space.path().read_dir().expect("a folder").count(), 0);
        }
    }
}

#[test]
fn tiles_that_waited_in_a_temporary_file_are_those_that_waited_in_memory() {
    let (home, space) = (Home::new(), tempfile::tempdir().expect("a folder"));
    assert_eq!(render(&home, "tiles", PLAIN, space.path()), (Some(0), String::new()));
    home.must(&[&["render", demo(), "-o", "memory"], &NEW[..]].concat());
    assert_eq!(differences(&home.files("tiles"), &home.files("memory")), [""; 0]);
}
