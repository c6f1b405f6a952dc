//! Reports on zones and trims: each run of `render` tells what these hid, and the counts do not depend on the library.

use serde_json::{Value, json};

use crate::program::{Home, Run, gpx};

/// A ride north from 47° N 8° E with a point every 10 m, past the given metres.
fn ride(metres: std::ops::Range<i32>) -> String {
    gpx("", metres.step_by(10).map(|metre| (47.0 + f64::from(metre) / 111_195.0, 8.0)))
}

/// Two rides from the door, of which one stays near it, and one elsewhere; zones at the door and with swapped
/// coordinates.
fn home() -> Home {
    let home = Home::new();
    home.write("in/far.gpx", ride(20_000..23_000));
    home.write("in/long.gpx", ride(0..9000));
    home.write("in/short.gpx", ride(-100..100));
    home.run_ok(&["zone", "add", "door", "--at", "47,8", "--radius", "1km"]);
    home.run_ok(&["zone", "add", "swapped", "--at", "8,47", "--radius", "1km"]);
    home
}

const RENDER: [&str; 5] = ["render", "-o", "out", "--zoom", "0"];

fn render(home: &Home, more: &[&str]) -> Run {
    let run = home.run(&[&RENDER, more].concat());
    assert_eq!(run.status, 0, "{run:?}");
    run
}

fn privacy(run: &Run) -> Value {
    serde_json::from_str::<Value>(&run.stdout).expect("JSON")["privacy"].clone()
}

const SWAPPED: &str = "zone 'swapped' hid nothing: are latitude and longitude swapped?";

#[test]
fn zones_and_trims_are_reported_alike_from_files_and_from_the_library() {
    let home = home();
    let trim = ["--trim", "200m"];
    let fresh = privacy(&render(&home, &[&["in", "--json", "--no-library"], &trim[..]].concat()));
    // The circle is shifted by up to 500 m, so the hidden length is known to lie in a range.
    let kilometres = fresh["zones"][0]["kilometres"].as_f64().expect("a number");
    assert!((0.7..1.8).contains(&kilometres), "{fresh}");
    let expected = json!({
        "profile": "public",
        "zones": [
            {"name": "door", "activities": 2, "hidden_activities": 1, "kilometres": kilometres},
            {"name": "swapped", "activities": 0, "hidden_activities": 0, "kilometres": 0.0},
        ],
        "trim": {"metres": 200.0, "activities": 2, "hidden_activities": 0, "kilometres": 0.8},
        "warnings": [SWAPPED],
    });
    assert_eq!(fresh, expected);
    for _ in 0..2 {
        assert_eq!(privacy(&render(&home, &[&["in", "--json"], &trim[..]].concat())), expected);
    }
    home.run_ok(&["import", "in", "-q"]);
    assert_eq!(privacy(&render(&home, &[&["--json"], &trim[..]].concat())), expected);

    let private = privacy(&render(&home, &["--json", "--profile", "private"]));
    assert_eq!(private, json!({"profile": "private", "zones": [], "trim": null, "warnings": []}));
}

#[test]
fn every_summary_names_zones_and_trims_and_a_quiet_run_names_them_on_stderr() {
    let home = home();
    let is_about_door =
        |line: &str| line.starts_with("zone 'door' hid ") && line.ends_with(" km of 2 activities, the whole of 1");
    for inputs in [&["in", "--no-library"][..], &["in"], &["in"]] {
        let run = render(&home, &[inputs, &["--trim", "200m"]].concat());
        let lines: Vec<&str> = run.stdout.lines().filter(|line| line.contains(" hid ")).collect();
        assert!(is_about_door(lines[0]), "{run:?}");
        assert_eq!(lines[1..], ["zone 'swapped' hid nothing", "trim of 200 m hid 0.8 km of 2 activities"]);
        assert_eq!(run.notes, format!("{SWAPPED}\n"));
        let run = render(&home, &[inputs, &["--trim", "200m", "-q"]].concat());
        let lines: Vec<&str> = run.notes.lines().collect();
        assert!(run.stdout.is_empty() && is_about_door(lines[0]), "{run:?}");
        assert_eq!(lines[1..], ["trim of 200 m hid 0.8 km of 2 activities", SWAPPED]);
        assert!(!run.notes.contains("47") && !run.notes.contains("8,"), "no coordinates: {}", run.notes);
    }
    let run = render(&home, &["in/short.gpx", "in/far.gpx"]);
    let line = |run: &Run| run.stdout.lines().find(|line| line.contains("'door'")).map(str::to_owned);
    assert!(line(&run).is_some_and(|line| line.ends_with(" km, the whole of 1 activity")), "{run:?}");
    // A zone at activities that are not selected is no mistake.
    let run = render(&home, &["in", "--near", "47.18,8", "--radius", "1km"]);
    assert!(run.stdout.contains("zone 'door' hid 0.2 km, the whole of 1 activity\n"), "{run:?}");
    home.run_ok(&["import", "in/long.gpx", "in/far.gpx", "-q"]);
    let run = render(&home, &["--near", "47.18,8", "--radius", "1km"]);
    assert!(run.stdout.contains("zone 'door' hid nothing of the drawn activities\n"), "{run:?}");
    assert_eq!(run.notes, format!("{SWAPPED}\n"));
    assert!(
        render(&home, &["--profile", "private"]).stdout.contains("zones and trims: none, since the map is private")
    );
}

#[test]
fn a_map_that_hides_nothing_says_so() {
    let home = Home::new();
    home.write("in/far.gpx", ride(0..300));
    assert!(render(&home, &["in"]).stdout.contains("zones and trims: none, so every place is shown\n"));
    let quiet = render(&home, &["in", "-q"]);
    assert_eq!((&*quiet.stdout, &*quiet.stderr), ("", ""));
}

#[test]
fn nothing_to_draw_names_the_zone_that_hides_all() {
    let home = home();
    let run = home.run(&[&RENDER[..], &["in/short.gpx"]].concat());
    assert_eq!((run.status, run.stdout.len()), (1, 0));
    assert_eq!(run.notes, "zone 'door' hid 0.2 km, the whole of 1 activity\n");
    assert_eq!(run.stderr, "trailglow: nothing to draw: 1 hidden activity\n");
}

#[test]
fn a_new_library_is_named_on_stderr_where_there_is_no_summary() {
    let named = |home: &Home, args: &[&str]| {
        let line = format!("made a new library, {}; it has no privacy zones", home.library().display());
        let run = home.run(args);
        (run.stdout.contains(&line), run.notes.lines().filter(|other| **other == *line).count())
    };
    let home = || {
        let home = Home::new();
        home.write("ride.gpx", ride(0..300));
        home.write("empty.gpx", "<gpx></gpx>");
        home
    };
    assert_eq!(named(&home(), &[&RENDER[..], &["empty.gpx"]].concat()), (false, 1), "nothing to draw");
    assert_eq!(named(&home(), &[&RENDER[..], &["ride.gpx", "-q"]].concat()), (false, 1));
    let home = home();
    assert_eq!(named(&home, &[&RENDER[..], &["ride.gpx"]].concat()), (true, 0));
    assert_eq!(named(&home, &[&RENDER[..], &["ride.gpx", "-q"]].concat()), (false, 0), "the library is old");
}
