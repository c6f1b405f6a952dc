//! JSON documents of failed runs: `error` is there exactly if the exit status is 1, 2 or 130.

use serde_json::Value;

use crate::program::{Home, gpx};

#[test]
fn a_document_has_an_error_exactly_if_the_run_fails() {
    let home = Home::new();
    home.write("in/ride.gpx", gpx("", (0..40).map(|step| (47.0 + f64::from(step) / 1e4, 8.0))));
    home.write("empty.gpx", "");
    home.write("notes.txt", "buy milk");
    home.write("route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/></rte></gpx>");
    home.run_ok(&["import", "in", "-q"]);
    let out = ["-o", "tiles", "--zoom", "0"];
    let render = |input: &'static str| [&["render", input], &out[..]].concat();
    let cases: &[(&[&str], i32)] = &[
        (&render("in"), 0),
        (&render("empty.gpx"), 1),
        (&render("route.gpx"), 1),
        (&render("nowhere"), 1),
        (&["render", "in", "empty.gpx", "-o", "tiles", "--zoom", "0"], 3),
        (&["render", "in", "-o", "tiles", "--year", "1950"], 1),
        (&["render", "in"], 2),
        (&["render", "in", "-o", "tiles", "--from", "2024", "--to", "2023"], 2),
        (&["import", "in"], 0),
        (&["import", "in", "empty.gpx"], 3),
        (&["import", "empty.gpx"], 1),
        (&["import", "notes.txt", "empty.gpx"], 1),
        (&["import", "route.gpx"], 0),
        (&["import", "nowhere"], 1),
        (&["inspect", "in"], 0),
        (&["inspect", "in", "empty.gpx"], 3),
        (&["inspect", "empty.gpx"], 1),
        (&["inspect", "route.gpx"], 0),
        (&["zone", "check", "tiles"], 0),
        (&["zone", "check", "tiles", "in"], 1),
        (&["zone", "list"], 0),
        (&["zone", "remove", "x"], 1),
        (&["list"], 0),
        (&["list", "--year", "1950"], 0),
        (&["show", "99"], 1),
        (&["show", "x"], 2),
        (&["duplicates", "--same", "1", "1"], 2),
        (&["duplicates", "--undecide", "1", "2"], 1),
        (&["exclude", "99"], 1),
        (&["palettes"], 0),
    ];
    for (args, status) in cases {
        let run = home.run(&[args, &["--json"][..]].concat());
        let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
        let has_error = document["error"].as_str().is_some_and(|error| !error.is_empty());
        assert_eq!((run.status, has_error), (*status, matches!(status, 1 | 2)), "{args:?}: {run:?}");
        assert_eq!(document["schema_version"], 1, "{args:?}");
    }
}

#[test]
fn a_failure_names_the_files_that_are_its_reason() {
    let home = Home::new();
    home.write("in/empty.gpx", "");
    home.write("in/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/></rte></gpx>");
    for args in [&["render", "in", "-o", "tiles"][..], &["import", "in/empty.gpx"]] {
        let run = home.run(&[args, &["--json"][..]].concat());
        let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
        let skipped = &document["files"]["skipped"][0];
        assert_eq!((run.status, &skipped["path"]), (1, &Value::from("in/empty.gpx")), "{args:?}");
        assert!(skipped["reason"].as_str().is_some_and(|reason| reason.contains("the file is empty")), "{skipped}");
    }
}
