//! The library: imported files are drawn, unchanged files are not read again, and the map equals the map from files.

use serde_json::Value;

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::program::{Home, backdate, differences, gpx};

/// Replaces the content of a file, keeping size and time, so only reading the file reveals the change.
fn change_content_only(home: &Home, name: &str, content: &str) {
    let path = home.path(name);
    let before = std::fs::metadata(&path).expect("a file");
    assert_eq!(before.len(), content.len() as u64);
    std::fs::write(&path, content).expect("disk space");
    let file = std::fs::File::options().write(true).open(&path).expect("a file");
    file.set_modified(before.modified().expect("a time")).expect("a time");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_map_from_files_equals_the_map_from_the_library() {
    let home = Home::new();
    for (layer, zoom) in [("frequency", "0-13"), ("passes", "0-12")] {
        let render = |out: &str, more: &[&str]| {
            home.run_ok(&[&["render", demo(), "-o", out, "-q", "--zoom", zoom, "--layer", layer], more].concat());
            home.files(out)
        };
        let direct = render("direct", &["--no-library"]);
        assert!(direct.len() > 20);
        assert_eq!(home.library().exists(), layer == "passes", "--no-library makes no library");
        for round in 0..2 {
            assert_eq!(differences(&direct, &render("remembered", &[])), [""; 0], "{layer}, round {round}");
        }
        home.run_ok(&["import", demo(), "-q"]);
        home.run_ok(&["render", "-o", "imported", "-q", "--zoom", zoom, "--layer", layer]);
        assert_eq!(differences(&direct, &home.files("imported")), [""; 0], "{layer}, imported");
    }
}

#[test]
fn an_unchanged_file_is_not_read_again() {
    let home = Home::new();
    let ride = |name: &str, lat: f64| gpx(name, (0..20).map(|step| (lat, 8.0 + f64::from(step) / 10_000.0)));
    home.write("in/1.gpx", ride("one", 47.0));
    backdate(&home, "in/1.gpx");
    let south = |args: &[&str]| {
        home.run_ok(&[&["render", "in", "-o", "tiles", "--zoom", "0-1", "-q"], args].concat());
        let tiles = home.files("tiles").remove(std::path::Path::new("tiles.json")).expect("a description");
        json(&String::from_utf8(tiles).expect("UTF-8"))["bounds"][1].as_f64().expect("south").round()
    };
    assert_eq!(south(&[]), 47.0);
    change_content_only(&home, "in/1.gpx", &ride("one", 57.0));
    assert_eq!(south(&[]), 47.0, "size and time of the file are unchanged, so the cached content is used");
    assert_eq!(south(&["--no-library"]), 57.0);
    backdate(&home, "in/1.gpx");
    assert_eq!(south(&[]), 57.0);
}

#[test]
fn import_reports_imported_and_already_imported_files() {
    let home = Home::new();
    let first = home.run_ok(&["import", demo()]);
    assert!(first.starts_with("24 files imported\n") && first.contains("the library holds 24 activities, "), "{first}");
    let again = home.run_ok(&["import", demo()]);
    assert!(again.starts_with("0 files imported, 24 already imported\n"), "{again}");
    let report = json(&home.run_ok(&["import", demo(), "--json"]));
    let number = DEMO_ACTIVITIES as u64;
    assert_eq!(
        (report["already_imported"].as_u64(), report["library"]["activities"].as_u64()),
        (Some(number), Some(number))
    );
    assert_eq!(report["files"]["read"].as_u64(), Some(number));

    // Byte-identical files count once.
    for name in ["one", "two", "three"] {
        home.write(&format!("same/{name}.gpx"), gpx("", [(1.0, 2.0), (1.0, 2.01)]));
    }
    for starts in ["1 file imported\n", "0 files imported, 1 already imported\n"] {
        let report = home.run_ok(&["import", "same"]);
        assert!(report.starts_with(starts), "{report}");
    }
    assert_eq!(json(&home.run_ok(&["import", "same", "--json"]))["already_imported"], 1);

    // A file that only a render has stored is not imported yet.
    home.write("drawn.gpx", gpx("", [(47.0, 8.0), (47.0, 8.01)]));
    home.run_ok(&["render", "drawn.gpx", "-o", "tiles", "--zoom", "0", "-q"]);
    let report = home.run_ok(&["import", "drawn.gpx"]);
    assert!(report.starts_with("1 file imported\n"), "{report}");

    home.write("in/bad.fit", "");
    home.write("in/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/><rtept lat=\"1\" lon=\"3\"/></rte></gpx>");
    let run = home.run(&["import", "in"]);
    assert_eq!((run.status, run.stderr.lines().count()), (3, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("in/bad.fit: cannot be read: the file is empty"), "{}", run.stderr);
    assert!(run.stdout.starts_with("1 file imported\nskipped: 1 file that could not be read\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("omitted: 1 planned course (--courses includes it)\n"), "{}", run.stdout);
    assert_eq!(home.run(&["import", "in/bad.fit"]).status, 1);
    assert_eq!(home.run(&["import", "nowhere"]).status, 1);
    assert_eq!(home.run(&["import"]).status, 2);
}

#[test]
fn render_without_a_library_suggests_an_import() {
    let home = Home::new();
    let run = home.run(&["render", "-o", "tiles"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("there is no library at") && run.stderr.contains("trailglow import"), "{}", run.stderr);
    assert!(!home.library().exists());
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0", "-q"]);
    let run = home.run(&["render", "-o", "tiles"]);
    assert!(run.status == 1 && run.stderr.contains("is empty"), "remembered files are not imported: {}", run.stderr);
}

#[test]
fn render_works_without_a_writable_library() {
    let home = Home::new();
    let folder = home.library().parent().expect("a folder").to_owned();
    std::fs::write(&folder, "a file in place of the folder").expect("disk space");
    let run = home.run(&["render", demo(), "-o", "tiles", "--zoom", "0", "-q"]);
    assert_eq!(run.status, 0);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    let warning = format!("the library remembers nothing of this run: cannot create the folder {}", folder.display());
    assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
    home.write("notes.txt", "buy milk\n".repeat(500));
    let run = home.run(&["import", demo(), "--library", "notes.txt"]);
    assert!(run.status == 1 && run.stderr.contains("not a Trailglow library"), "{}", run.stderr);
}

#[test]
fn an_emptied_library_file_is_refused() {
    let home = Home::new();
    home.run_ok(&["zone", "add", "home", "--at", "47,8", "--radius", "1km"]);
    for length in [0, 1, 99] {
        std::fs::write(home.library(), vec![0; length]).expect("disk space");
        for args in
            [&["render", demo(), "-o", "tiles", "--zoom", "0"][..], &["import", demo()], &["zone", "list"], &["list"]]
        {
            let run = home.run(args);
            let is_refused =
                run.stderr.contains("is too short for a library") && run.stderr.contains("privacy zones are lost");
            assert!(run.status == 1 && is_refused, "{length}, {args:?}: {}", run.stderr);
        }
        assert!(!home.path("tiles").exists(), "nothing is drawn without the zones");
    }
}

#[test]
fn a_new_library_is_reported_since_it_has_no_zones() {
    let home = Home::new();
    let new_library_line = |args: &[&str]| {
        let text = home.run_ok(&[&["render", demo(), "-o", "tiles", "--zoom", "0-3"], args].concat());
        text.lines().find(|line| line.contains("new library")).map(str::to_owned)
    };
    assert_eq!(new_library_line(&["--no-library"]), None);
    let line = format!("made a new library, {}; it has no privacy zones", home.library().display());
    assert_eq!((new_library_line(&[]), new_library_line(&[])), (Some(line), None));
    assert!(
        new_library_line(&["--library", "new.sqlite", "--new-library"]).is_some_and(|line| line.contains("new.sqlite"))
    );
}

/// Every way to name a library: flags and the value of TRAILGLOW_LIBRARY.
const NAMES: [(&[&str], Option<&str>); 3] =
    [(&["--library", "tpyo.sqlite"], None), (&[], Some("tpyo.sqlite")), (&["--library", "tpyo.sqlite"], Some(""))];

#[test]
fn a_named_library_that_does_not_exist_is_refused_by_every_verb_but_import() {
    let home = Home::new();
    home.write("ride.gpx", gpx("", [(47.0, 8.0), (47.0, 8.01)]));
    home.run_ok(&["zone", "add", "home", "--at", "47,8", "--radius", "1km"]);
    let render = ["render", "ride.gpx", "-o", "tiles", "--zoom", "0", "-q"];
    let verbs: [&[&str]; 19] = [
        &render,
        &["render", "ride.gpx", "-o", "tiles", "--zoom", "0", "--json"],
        &["render", "ride.gpx", "-o", "tiles", "--zoom", "0", "--no-library"],
        &["render", "ride.gpx", "-o", "tiles", "--zoom", "0", "--profile", "private"],
        &["render", "-o", "tiles", "--zoom", "0"],
        &["render", "-o", "tiles", "--zoom", "0", "--profile", "private"],
        &["list"],
        &["stats"],
        &["show", "1"],
        &["exclude", "1"],
        &["include", "1"],
        &["forget", "1"],
        &["forget", "--remembered"],
        &["duplicates"],
        &["duplicates", "--same", "1", "2"],
        &["zone", "add", "x", "--at", "1,2", "--radius", "100m"],
        &["zone", "list"],
        &["zone", "list", "--json"],
        &["zone", "remove", "home"],
    ];
    for (flags, variable) in NAMES {
        for verb in verbs {
            let run = home.run_with_library(&[verb, flags].concat(), variable);
            assert!(run.status == 1 && run.stderr.contains("there is no library at tpyo.sqlite"), "{verb:?}: {run:?}");
            assert!(!home.path("tpyo.sqlite").exists() && !home.path("tiles").exists(), "{verb:?}");
        }
        let run = home.run_with_library(&[&render[..], flags].concat(), variable);
        assert!(run.stderr.contains("--library or TRAILGLOW_LIBRARY") && run.stderr.contains("--new-library"));
    }
    // Neither zones nor memory are needed here, so the name does not matter.
    let alone = [&render[..], &["--no-library", "--profile", "private", "--library", "tpyo.sqlite"]].concat();
    assert_eq!((home.run(&alone).status, home.path("tpyo.sqlite").exists()), (0, false));
}

#[test]
fn a_named_library_is_created_on_request_and_by_import() {
    let home = Home::new();
    home.write("ride.gpx", gpx("", [(47.0, 8.0), (47.0, 8.01)]));
    let render = ["render", "ride.gpx", "-o", "tiles", "--zoom", "0", "-q"];
    let zone = ["zone", "add", "x", "--at", "1,2", "--radius", "100m"];
    for (number, verb) in [&render[..], &zone].into_iter().enumerate() {
        let name = format!("new{number}.sqlite");
        let named = [verb, &["--library", &name]].concat();
        assert_eq!(home.run(&named).status, 1);
        // The flag is no error where the library exists already.
        for _ in 0..2 {
            let run = home.run(&[&named[..], &["--new-library"]].concat());
            assert!(run.status == 0 || run.stderr.contains("there is a zone 'x' already"), "{run:?}");
        }
        home.run_ok(&["list", "--library", &name]);
        let run = home.run(&named);
        assert!(run.status == 0 || run.stderr.contains("there is a zone 'x' already"), "{run:?}");
    }
    assert_eq!(home.run_with_library(&["import", "ride.gpx"], Some("imported.sqlite")).status, 0);
    assert_eq!(home.run_with_library(&render, Some("imported.sqlite")).status, 0);
    let run = home.run(&[&render[..], &["--new-library", "--no-library"]].concat());
    assert!(run.status == 2 && run.stderr.contains("--new-library"), "{run:?}");
    assert!(!home.library().exists());
    assert_eq!(home.run_with_library(&render, Some("")).status, 0, "an empty variable names no library");
    assert!(home.library().exists());
}
