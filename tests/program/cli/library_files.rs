//! Files named as a library: none that is unusable is called by a number of SQLite's, and an old one is upgraded aloud.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::program::{Home, Run, gpx};

fn ride() -> String {
    gpx("", (0..40).map(|step| (47.0 + f64::from(step) / 1e4, 8.0)))
}

fn assert_fails(run: &Run, message: &str) {
    assert!(run.status == 1 && run.stderr.contains(message), "'{message}' is missing in {run:?}");
    assert!(!run.stderr.contains("Error code"), "{run:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn folders_pipes_and_devices_are_no_libraries() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    std::fs::create_dir(home.path("folder")).expect("disk space");
    let made = std::process::Command::new("mkfifo").arg(home.path("pipe")).status().expect("mkfifo is installed");
    assert!(made.success());
    for (name, kind) in [("folder", "it is a folder"), ("pipe", "it is a pipe"), ("/dev/null", "it is a pipe, socket")]
    {
        for verb in [&["list"][..], &["import", "ride.gpx"], &["render", "ride.gpx", "-o", "x"], &["zone", "list"]] {
            let run = home.run(&[verb, &["--library", name]].concat());
            assert_fails(&run, kind);
            assert!(run.stderr.contains(name), "{run:?}");
        }
    }
}

#[test]
fn the_remedy_for_a_mistyped_library_is_one_that_the_command_takes() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    let (typo, check) = (["--library", "typo"], "there is no library at typo; check the name in --library");
    for (verb, offers_new) in [
        (&["render", "ride.gpx", "-o", "out"][..], true),
        (&["zone", "add", "x", "--at", "1,2", "--radius", "100m"], true),
        (&["zone", "trim", "100m"], true),
        (&["render", "ride.gpx", "-o", "out", "--no-library"], false),
    ] {
        let run = home.run(&[verb, &typo].concat());
        assert_fails(&run, check);
        assert_eq!(run.stderr.contains("--new-library"), offers_new, "{run:?}");
    }
    for verb in [&["zone", "list"][..], &["zone", "remove", "x"], &["list"], &["zone", "check", "out"]] {
        let run = home.run(&[verb, &typo].concat());
        assert_fails(&run, "there is no library at typo; create it with `trailglow import`, or name another one");
        assert!(!run.stderr.contains("--new-library"), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_listed_is_named_and_the_others_are_read() {
    let home = Home::new();
    home.write("in/ride.gpx", ride());
    home.write("in/closed/other.gpx", ride());
    let named = "in/closed: cannot be read: Permission denied";
    for verb in [
        &["import", "in", "--library"][..],
        &["render", "in", "-o", "out", "--zoom", "0", "--new-library", "--library"],
    ] {
        std::fs::create_dir_all(home.path("open")).expect("disk space");
        set_mode(&home.path("open"), 0o777);
        set_mode(&home.path("in/closed"), 0o000);
        let library = format!("open/{}.sqlite", verb[0]);
        let out: Vec<&str> = verb.iter().map(|arg| if *arg == "out" { "open/out" } else { arg }).collect();
        let run = run_without_rights(&home, &[&out[..], &[&library]].concat());
        let listed = run_without_rights(&home, &["inspect", "in/closed"]);
        set_mode(&home.path("in/closed"), 0o755);
        let (Some(run), Some(listed)) = (run, listed) else { return };
        assert!(run.status == 3 && run.stderr.contains(named), "{run:?}");
        assert!(run.stdout.contains("1 activity"), "{run:?}");
        assert_fails(&listed, "cannot open in/closed: Permission denied");
    }
}

/// Runs the program without the rights of root, which may read and write everything. `None` if that is impossible.
#[cfg(unix)]
fn run_without_rights(home: &Home, args: &[&str]) -> Option<Run> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let program = home.path("program");
    if !program.exists() {
        std::fs::copy(assert_cmd::cargo::cargo_bin!("trailglow"), &program).expect("disk space");
        std::fs::set_permissions(home.path(""), std::fs::Permissions::from_mode(0o755)).expect("a folder of this user");
    }
    let mut command = std::process::Command::new(program);
    home.set_data_folder(command.args(args).current_dir(home.path("")));
    if std::fs::metadata(home.path("")).expect("a folder").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().map_err(|error| eprintln!("skipped: cannot run as another user: {error}")).ok()?;
    Some(Run::new(output))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a file of this user");
}

#[cfg(unix)]
#[test]
fn a_library_that_cannot_be_written_or_looked_for_is_named_with_advice() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    std::fs::create_dir(home.path("closed")).expect("disk space");
    let library = ["--library", "closed/library.sqlite"];
    home.run_ok(&[&["import", "ride.gpx", "-q"], &library[..]].concat());
    home.run_ok(&[&["list"], &library[..]].concat());
    let file = home.path("closed/library.sqlite");
    for folder_mode in [0o555, 0o777] {
        set_mode(&home.path("closed"), folder_mode);
        set_mode(&file, 0o444);
        for verb in [
            &["zone", "add", "x", "--at", "1,2", "--radius", "100m"][..],
            &["zone", "remove", "x"],
            &["exclude", "1"],
            &["forget", "1"],
            &["duplicates", "--apart", "1", "2"],
            &["import", "ride.gpx"],
        ] {
            let Some(run) = run_without_rights(&home, &[verb, &library[..]].concat()) else { return };
            assert_fails(&run, "allow yourself to write the file and its folder");
            assert!(run.stderr.contains("closed/library.sqlite"), "{run:?}");
        }
    }
    set_mode(&home.path("closed"), 0o000);
    for verb in [&["list"][..], &["render", "ride.gpx", "-o", "/tmp/never"], &["zone", "list"]] {
        let Some(run) = run_without_rights(&home, &[verb, &library[..]].concat()) else { return };
        assert_fails(&run, "cannot look for the library closed/library.sqlite");
    }
    set_mode(&home.path("closed"), 0o755);
}

#[test]
fn the_upgrade_of_an_old_library_is_announced_once() {
    let home = Home::new();
    {
        let old = Connection::open(home.path("old.sqlite")).expect("disk space");
        old.pragma_update(None, "application_id", 0x5447_6c6f).expect("disk space");
    }
    let upgraded = |args: &[&str]| {
        let run = home.run(&[args, &["--library", "old.sqlite"]].concat());
        assert_eq!(run.status, 0, "{run:?}");
        run.stderr.contains("upgrading the library old.sqlite; older versions")
    };
    assert!(upgraded(&["zone", "list"]));
    assert!(!upgraded(&["zone", "list"]) && !upgraded(&["list"]));
}

#[test]
fn lists_of_an_empty_library_point_to_import() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    home.run_ok(&["render", "ride.gpx", "-o", "out", "--zoom", "0", "-q"]);
    for verb in ["list", "stats"] {
        assert!(home.run_ok(&[verb]).contains("nothing is imported: `trailglow import` does so"), "{verb}");
    }
    home.run_ok(&["import", "ride.gpx", "-q"]);
    for verb in ["list", "stats"] {
        assert!(!home.run_ok(&[verb, "--year", "1990"]).contains("nothing is imported"), "{verb}");
    }
}

#[test]
fn an_import_names_a_library_that_it_creates() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    let import = ["import", "ride.gpx", "--library", "new.sqlite"];
    assert!(home.run_ok(&import).contains("\nmade a new library, new.sqlite\n"));
    assert!(!home.run_ok(&import).contains("new library"));
    let document: Value = serde_json::from_str(&home.run_ok(&[&import[..], &["--json"]].concat())).expect("JSON");
    assert_eq!(document["library"]["new"], false);
}

#[test]
fn exclude_include_forget_and_demo_report_changes_as_text_and_json() {
    let home = Home::new();
    home.write("ride.gpx", ride());
    home.write("other.gpx", ride().replace("8.0", "9.0"));
    home.run_ok(&["import", "ride.gpx", "other.gpx", "-q"]);
    let json = |args: &[&str]| -> Value { serde_json::from_str(&home.run_ok(args)).expect("JSON") };
    assert_eq!(home.run_ok(&["exclude", "1", "1"]), "1 activity excluded\n");
    assert_eq!(home.run_ok(&["exclude", "1", "2"]), "1 activity excluded, 1 before\n");
    assert_eq!(json(&["exclude", "1", "--json"]), json!({"schema_version": 1, "excluded": 0, "unchanged": 1}));
    assert_eq!(json(&["include", "1", "--json"]), json!({"schema_version": 1, "included": 1, "unchanged": 0}));
    let forgotten = json!({"schema_version": 1, "activities": 1, "remembered_files": 0});
    assert_eq!(json(&["forget", "1", "--remembered", "--json"]), forgotten);
    let demo = json(&["demo", "-n", "2", "-o", "demo", "--json"]);
    assert_eq!((&demo["files"], &demo["out"]), (&json!(2), &json!("demo")));
    let run = home.run(&["exclude", "99", "--json"]);
    assert!(run.status == 1 && run.stdout.contains("\"error\": \"there is no activity 99"), "{run:?}");
}

#[test]
fn names_of_zones_lose_blanks_around_them_and_overlaps_are_told() {
    let home = Home::new();
    let add = |name: &str, at: &str, radius: &str| home.run(&["zone", "add", name, "--at", at, "--radius", radius]);
    assert_eq!(add(" home ", "47,8", "500m").notes, "");
    assert!(add("home", "47,8", "500m").stderr.contains("there is a zone 'home' already"));
    assert_eq!(add("far", "47.1,8", "500m").notes, "");
    // One hidden place is in the other circle, either way around.
    for (name, at, radius) in [("small", "47.001,8", "50m"), ("large", "47.01,8", "2km")] {
        let run = add(name, at, radius);
        let warning = format!("zone '{name}' overlaps zone 'home': two circles around one place reveal more than one");
        assert!(run.status == 0 && run.notes.starts_with(&warning), "{run:?}");
    }
    assert!(home.run_ok(&["zone", "list"]).starts_with("far at"));
}
