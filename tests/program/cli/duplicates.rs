//! Duplicate recordings: certain copies are drawn once, possible copies are listed for the user to decide.

use serde_json::{Value, json};

use crate::program::{Home, differences};

/// Properties of a file of one winding ride of twenty minutes.
#[derive(Clone, Copy)]
pub struct Variant {
    pub decimals: usize,
    pub every: usize,
    pub timed: bool,
    pub heart_rate: bool,
    /// Amplitude of the position error in metres, as from a second device.
    pub noise: f64,
    pub day: usize,
}

/// File of the recording device.
pub const ORIGINAL: Variant = Variant { decimals: 7, every: 1, timed: true, heart_rate: true, noise: 0.0, day: 1 };

pub fn ride_gpx(variant: Variant) -> String {
    let point = |i: usize| {
        let day = variant.day as f64;
        let noise = |seed: f64| variant.noise * 9e-6 * ((i as f64 * seed * day).sin() + (i as f64 * seed * 1.7).cos());
        let lat = 47.0 + i as f64 * 5.03e-5 + noise(12.9);
        let lon = 8.0 + (i as f64 / 40.0).sin() * 2.07e-3 + noise(78.2);
        let time = format!("<time>2024-05-{:02}T10:{:02}:{:02}Z</time>", variant.day, i / 60, i % 60);
        let time = if variant.timed { &time } else { "" };
        let heart_rate = if variant.heart_rate { "<extensions><hr>140</hr></extensions>" } else { "" };
        format!("<trkpt lat=\"{lat:.0$}\" lon=\"{lon:.0$}\">{time}{heart_rate}</trkpt>", variant.decimals)
    };
    let points: String = (0..1200).step_by(variant.every).map(point).collect();
    format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
}

/// One ride as files of a device, of two services and of a second device; then the same route on the next day.
fn rides() -> Home {
    let home = Home::new();
    home.write("in/1-thin.gpx", ride_gpx(Variant { decimals: 5, every: 4, heart_rate: false, ..ORIGINAL }));
    home.write("in/2-device.gpx", ride_gpx(ORIGINAL));
    home.write("in/3-bare.gpx", ride_gpx(Variant { every: 2, timed: false, heart_rate: false, ..ORIGINAL }));
    home.write("in/4-other.gpx", ride_gpx(Variant { noise: 2.0, heart_rate: false, ..ORIGINAL }));
    home.write("in/5-next.gpx", ride_gpx(Variant { noise: 2.0, day: 2, ..ORIGINAL }));
    home
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn duplicates(home: &Home) -> Value {
    parsed(&home.run_ok(&["duplicates", "--json"]))
}

/// Ascending ids of the listed activities.
fn listed_ids(home: &Home) -> Vec<i64> {
    let listed = parsed(&home.run_ok(&["list", "--json"]));
    let rows = listed["activities"].as_array().expect("a list").iter();
    let mut ids: Vec<i64> = rows.map(|row| row["id"].as_i64().expect("a number")).collect();
    ids.sort_unstable();
    ids
}

/// Imports the files one by one, so that each activity has the number of its file as id.
fn import_one_by_one(home: &Home) {
    for file in ["1-thin", "2-device", "3-bare", "4-other", "5-next"] {
        home.run_ok(&["import", &format!("in/{file}.gpx"), "-q"]);
    }
}

#[test]
fn the_richest_copy_is_drawn_and_possible_copies_are_listed() {
    let home = rides();
    import_one_by_one(&home);
    assert_eq!(listed_ids(&home), [2, 4, 5]);
    let found = duplicates(&home);
    let reasons: Vec<(&Value, &Value)> = found["duplicates"][0]["copies"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|copy| (&copy["id"], &copy["reason"]))
        .collect();
    let (timed, untimed) =
        (json!("the same positions at the same times"), json!("the same positions, but one recording lacks times"));
    assert_eq!(reasons, [(&json!(1), &timed), (&json!(3), &untimed)]);
    assert_eq!((&found["duplicates"][0]["drawn"]["id"], &found["duplicates"][1]), (&json!(2), &Value::Null));
    assert_eq!(found["possible_copies"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&found["possible_copies"][0]["a"]["id"], &found["possible_copies"][0]["b"]["id"]),
        (&json!(2), &json!(4))
    );
    assert!(
        found["possible_copies"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("two devices, or two people")),
        "{found}"
    );
    let text = home.run_ok(&["duplicates"]);
    assert!(text.contains("1 pair of activities may be one recording"), "{text}");
    let text = home.run_ok(&["import", "in"]);
    let end = "omitted: 2 copies\n1 pair may be one recording: `trailglow duplicates` shows them\n";
    assert!(text.starts_with("0 files imported, 5 already imported\n") && text.ends_with(end), "{text}");
}

#[test]
fn decisions_are_stored_and_can_be_undone() {
    let home = rides();
    import_one_by_one(&home);
    let decide = |flag: &str, ids: [&str; 2]| home.run_ok(&["duplicates", flag, ids[0], ids[1]]);
    let text = decide("--same", ["4", "2"]);
    assert!(text.contains("decided: 2 and 4 are one recording\n") && !text.contains("may be"), "{text}");
    assert_eq!(listed_ids(&home), [2, 5]);
    home.run_ok(&["import", "in", "-q"]);
    assert_eq!(listed_ids(&home), [2, 5]);
    assert_eq!(duplicates(&home)["decided"], json!([{"a": 2, "b": 4, "same": true}]));
    decide("--undecide", ["2", "4"]);
    assert_eq!(listed_ids(&home), [2, 4, 5]);
    for ids in [["2", "4"], ["1", "2"]] {
        let run = home.run(&["duplicates", "--undecide", ids[0], ids[1]]);
        assert!(run.status == 1 && run.stderr.contains("nothing was decided about these activities"), "{run:?}");
    }
    let text = decide("--apart", ["2", "4"]);
    assert!(text.contains("decided: 2 and 4 are different\n") && !text.contains("may be"), "{text}");
    decide("--apart", ["2", "3"]);
    assert_eq!(listed_ids(&home).len(), 4, "a decision overrules a certain match");
    assert_eq!(home.run(&["duplicates", "--same", "2"]).status, 2);
    assert_eq!(home.run(&["duplicates", "--same", "2", "3", "--apart", "2", "4"]).status, 2);
    let run = home.run(&["duplicates", "--same", "2", "77"]);
    assert!(run.status == 1 && run.stderr.contains("there is no activity 77"), "{}", run.stderr);
}

#[test]
fn the_next_richest_copy_replaces_a_forgotten_one_but_not_an_excluded_one() {
    let home = rides();
    import_one_by_one(&home);
    home.run_ok(&["exclude", "2"]);
    assert_eq!(listed_ids(&home), [4, 5], "no copy replaces an excluded recording");
    home.run_ok(&["include", "1"]);
    assert_eq!(listed_ids(&home), [2, 4, 5]);
    home.run_ok(&["forget", "2"]);
    assert_eq!(listed_ids(&home), [1, 4, 5]);
    home.run_ok(&["import", "in/2-device.gpx", "-q"]);
    assert_eq!(listed_ids(&home), [4, 5, 6]);
}

#[test]
fn files_on_the_command_line_are_compared_like_those_of_the_library() {
    let home = rides();
    let render = |args: &[&str], out: &str| {
        let report = home.run_ok(&[&["render", "-o", out, "--zoom", "0-14", "--json"], args].concat());
        (parsed(&report), home.files(out))
    };
    let (report, tiles) = render(&["in"], "a");
    assert_eq!((&report["activities"], &report["omitted"]["copies"]), (&json!(3), &json!(2)));
    let (report, without_library) = render(&["in", "--no-library"], "b");
    assert_eq!((&report["activities"], &report["omitted"]["copies"]), (&json!(3), &json!(2)));
    assert_eq!(differences(&tiles, &without_library), [""; 0]);
    import_one_by_one(&home);
    let (_, from_library) = render(&[], "c");
    assert_eq!(differences(&tiles, &from_library), [""; 0]);
    let (report, other) = render(&["in/1-thin.gpx", "in/4-other.gpx"], "d");
    assert_eq!((&report["activities"], &report["omitted"]["copies"]), (&json!(2), &json!(0)));
    assert_ne!(differences(&tiles, &other), [""; 0]);
}

#[test]
fn an_excluded_recording_is_labelled_excluded() {
    let home = rides();
    import_one_by_one(&home);
    let labels = || {
        let text = home.run_ok(&["duplicates"]);
        let label = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
        text.lines().take(3).map(label).collect::<Vec<_>>()
    };
    assert_eq!(labels(), ["drawn", "copy", "copy"]);
    home.run_ok(&["exclude", "3"]);
    assert_eq!(labels(), ["excluded", "copy", "copy"]);
    let group = &duplicates(&home)["duplicates"][0];
    assert_eq!((&group["excluded"]["id"], &group["drawn"]), (&json!(2), &Value::Null));
    home.run_ok(&["include", "2"]);
    assert_eq!(labels(), ["drawn", "copy", "copy"]);
}

#[test]
fn the_matching_track_of_a_file_with_several_tracks_is_compared() {
    let home = Home::new();
    let track = |points: String| format!("<trk><trkseg>{points}</trkseg></trk>");
    let null_island = track(r#"<trkpt lat="0" lon="0"/>"#.repeat(3));
    let hidden = track((10..30).map(|i| format!(r#"<trkpt lat="10" lon="10.000{i}"/>"#)).collect());
    home.write("in/1-thin.gpx", ride_gpx(Variant { decimals: 5, every: 4, heart_rate: false, ..ORIGINAL }));
    home.write("in/2-many.gpx", ride_gpx(ORIGINAL).replace("<gpx>", &format!("<gpx>{null_island}{hidden}")));
    home.run_ok(&["zone", "add", "beach", "--at", "10,10", "--radius", "400m"]);
    for more in [&[][..], &["--no-library"]] {
        let args = [&["render", "in", "-o", "tiles", "--zoom", "0", "--json"], more].concat();
        let report = parsed(&home.run_ok(&args));
        let omitted = &report["omitted"];
        assert_eq!((&report["activities"], &omitted["copies"], &omitted["hidden"]), (&json!(1), &json!(1), &json!(1)));
    }
}

#[test]
fn a_planned_course_is_no_copy_of_its_recording() {
    let home = Home::new();
    home.write("ride.gpx", ride_gpx(ORIGINAL));
    let route = ride_gpx(Variant { timed: false, heart_rate: false, ..ORIGINAL });
    home.write("plan.gpx", route.replace("trkseg>", "x>").replace("trkpt", "rtept").replace("trk>", "rte>"));
    home.run_ok(&["import", "ride.gpx", "plan.gpx", "-q"]);
    assert_eq!(duplicates(&home)["duplicates"], json!([]));
    assert_eq!(listed_ids(&home).len(), 1);
}
