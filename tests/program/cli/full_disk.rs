//! A temporary file or a new library that cannot be written: the error is one line, the old output stays, no other file
//! remains.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;

use crate::demo::demo;
use crate::program::{Home, differences};

/// Bytes of tiles that stay in memory before the others go to a temporary file.
const SPOOL_BYTES: &str = "5000";

/// Flags without a library, which cannot be written either.
const RENDER_FLAGS: [&str; 8] = ["-q", "--zoom", "0-11", "--device", "cpu", "--no-library", "--profile", "private"];

/// Renders through `sh -c`; returns exit status and stderr.
fn render(home: &Home, out: &str, shell: &str, temporary: &Path) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    command.args(["-c", shell, cargo_bin!("trailglow").to_str().expect("UTF-8")]);
    command.args(["render", demo(), "-o", out]).args(RENDER_FLAGS);
    home.set_data_folder(command.current_dir(home.path("")));
    command.env("TRAILGLOW_TEST_SPOOL", SPOOL_BYTES).env("TMPDIR", temporary);
    let output = command.output().expect("a shell");
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

fn entry_names(home: &Home) -> BTreeSet<String> {
    let entries = std::fs::read_dir(home.path("")).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
}

const UNLIMITED: &str = r#"exec "$0" "$@""#;
/// Limits files to 16 blocks; a longer write fails instead of killing the process, as SIGXFSZ is ignored.
const FILE_SIZE_LIMIT: &str = r#"trap "" XFSZ; ulimit -f 16; exec "$0" "$@""#;

#[test]
fn an_unwritable_temporary_file_leaves_the_old_output_unchanged() {
    for out in ["tiles", "heat.pmtiles"] {
        let (home, temporary_folder) = (Home::new(), tempfile::tempdir().expect("a folder"));
        home.run_ok(&["render", demo(), "-o", out, "--zoom", "0-6", "-q"]);
        let (old, before) = (home.files(out), entry_names(&home));
        for (shell, temporary) in
            [(UNLIMITED, home.path("missing")), (FILE_SIZE_LIMIT, temporary_folder.path().to_owned())]
        {
            let (status, stderr) = render(&home, out, shell, &temporary);
            assert_eq!(status, Some(1), "{stderr}");
            let message =
                "trailglow: cannot write the temporary file; the disk may be full (TMPDIR sets another folder): ";
            assert!(stderr.starts_with(message) && stderr.lines().count() == 1, "{stderr}");
            assert_eq!(differences(&old, &home.files(out)), [""; 0]);
            assert_eq!(entry_names(&home), before);
            assert_eq!(temporary_folder.path().read_dir().expect("a folder").count(), 0);
        }
    }
}

#[test]
fn tiles_spooled_to_a_file_equal_tiles_spooled_in_memory() {
    let (home, temporary_folder) = (Home::new(), tempfile::tempdir().expect("a folder"));
    assert_eq!(render(&home, "tiles", UNLIMITED, temporary_folder.path()), (Some(0), String::new()));
    home.run_ok(&[&["render", demo(), "-o", "memory"], &RENDER_FLAGS[..]].concat());
    assert_eq!(differences(&home.files("tiles"), &home.files("memory")), [""; 0]);
}

#[test]
fn a_library_that_cannot_be_created_leaves_no_file() {
    let home = Home::new();
    std::fs::create_dir(home.path("new")).expect("disk space");
    for blocks in [0, 1, 16, 60, 100] {
        let mut command = Command::new("sh");
        let shell = format!(r#"trap "" XFSZ; ulimit -f {blocks}; exec "$0" "$@""#);
        command.args(["-c", &shell, cargo_bin!("trailglow").to_str().expect("UTF-8")]);
        let output =
            command.args(["import", demo(), "--library", "new/library.sqlite"]).current_dir(home.path("")).output();
        let output = output.expect("a shell");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let message =
            "trailglow: the library new/library.sqlite cannot grow, because its disk is full; free some space";
        assert!(output.status.code() == Some(1) && stderr.starts_with(message), "{blocks}: {stderr}");
        assert_eq!(home.path("new").read_dir().expect("a folder").count(), 0, "{blocks}");
    }
    // What a killed run left behind.
    home.write("new/.trailglow-library-abc", "half a library");
    home.run_ok(&["import", demo(), "--library", "new/library.sqlite", "-q"]);
    assert!(!home.path("new/.trailglow-library-abc").exists());
}
