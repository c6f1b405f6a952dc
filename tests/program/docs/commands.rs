//! Every command of the pages runs with status 0, in a shell, on a small demo.
//!
//! The commands of a page run in order in one folder with one library, so later commands may rely on earlier ones.
//! `~/activities` is a demo of 40 activities, enough for the numbers in the examples, and `~/Downloads/ride.fit` one of
//! its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use rayon::prelude::*;

use super::markdown::{commands, languages};
use super::pages;
use crate::program::Home;

/// Commands of other programs that the pages may show; they are not run.
const OTHERS: &[&str] = &["cargo install --path ."];

/// Languages of blocks without commands.
const NOT_RUN: &[&str] = &["text", "python"];

/// Activities of each demo, unless the command names a number.
const ACTIVITIES: &str = " -n 40";

/// The user's folder.
fn user() -> &'static Path {
    static USER: OnceLock<PathBuf> = OnceLock::new();
    USER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs-user");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("Downloads")).expect("space");
        let made = shell(&Home::new(), &folder, "trailglow demo -q -o ~/activities");
        assert_eq!(made, Ok(()));
        let rides =
            fs::read_dir(folder.join("activities/2018")).expect("a year").map(|ride| ride.expect("a file").path());
        let fit = rides.into_iter().find(|ride| ride.extension().is_some_and(|ending| ending == "fit"));
        fs::copy(fit.expect("a FIT file"), folder.join("Downloads/ride.fit")).expect("space");
        folder
    })
}

/// Runs a command of the program in a shell.
fn shell(place: &Home, user: &Path, command: &str) -> Result<(), String> {
    let is_demo = command.starts_with("trailglow demo ") && !command.contains(" -n ");
    let command = format!("{command}{}", if is_demo { ACTIVITIES } else { "" });
    let built = cargo_bin!("trailglow").parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(built).chain(std::env::split_paths(&path))).expect("plain folders");
    let mut shell = Command::new("sh");
    place.set_data_folder(shell.args(["-c", &command]).current_dir(place.path(""))).env("PATH", path).env("HOME", user);
    let output = assert_cmd::Command::from_std(shell).timeout(Duration::from_secs(300)).output().expect("a shell");
    let error = || format!("`{command}` ends with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(()) } else { Err(error()) }
}

/// Runs a command as the page shows it: parts of other programs are skipped if they are known.
fn run(place: &Home, command: &str) -> Result<(), String> {
    for part in command.split(" && ").filter(|part| !OTHERS.contains(part)) {
        if !part.starts_with("trailglow ") {
            return Err(format!("`{part}` is neither a command of the program nor in the list of others"));
        }
        // Between single quotes the shell gives every sign to the program.
        let unquoted: String = part.split('\'').step_by(2).collect();
        if let Some(sign) = unquoted.chars().find(|sign| "…;|&<>$`\\".contains(*sign)) {
            return Err(format!("`{part}` holds {sign}: write one plain command, without placeholders"));
        }
        shell(place, user(), part)?;
    }
    Ok(())
}

/// Faults of a page.
fn faults(text: &str) -> Vec<String> {
    let place = Home::new();
    let is_other = |language: &&str| *language != "sh" && !NOT_RUN.contains(language);
    let others = languages(text).into_iter().filter(is_other).map(|other| format!("a block of '{other}': write sh"));
    others.chain(commands(text).iter().filter_map(|command| run(&place, command).err())).collect()
}

#[test]
fn every_command_of_the_pages_runs() {
    let pages = pages();
    let of_page = |(path, text): &(PathBuf, String)| -> Vec<String> {
        faults(text).iter().map(|fault| format!("{}: {fault}", path.display())).collect()
    };
    let faults: Vec<String> = pages.par_iter().flat_map(of_page).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let number: usize = pages.iter().map(|(_, text)| commands(text).len()).sum();
    assert!(number > 90, "only {number} commands were found");
}

#[test]
fn bad_commands_are_found() {
    let block = |command: &str| format!("```sh\n{command}\n```\n");
    assert_eq!(
        faults(&block("cargo install --path .  # first\ntrailglow layers && trailglow palettes --json")),
        [""; 0]
    );
    for bad in [
        "trailglow rendr demo/ -o tiles/",
        "trailglow layers --colour",
        "trailglow show 1",
        "trailglow inspect FILE…",
        "trailglow list --where 'year >",
        "trailglow layers && curl example.org",
        "trailglow layers; true",
        "trailglow layers | wc",
        "cargo install trailglow",
        "true",
    ] {
        assert_eq!(faults(&block(bad)).len(), 1, "{bad}");
        assert_eq!(faults(&format!("| I want to … | command |\n| --- | --- |\n| x | `{bad}` |\n")).len(), 1, "{bad}");
    }
    assert_eq!(faults("```bash\ntrailglow layers\n```\n").len(), 1);
    let numbered = "trailglow import ~/activities\ntrailglow show 34\ntrailglow exclude 41";
    assert_eq!(faults(&block(numbered)).len(), 1, "the library of a page stays from command to command");
}
