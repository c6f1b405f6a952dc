//! One recording in several files is drawn once; where that is not sure, the user decides.

use serde_json::{Value, json};

use crate::program::{Home, differences};

/// How a file gives a winding ride of twenty minutes.
#[derive(Clone, Copy)]
pub struct Form {
    pub decimals: usize,
    pub every: usize,
    pub timed: bool,
    pub heart_rate: bool,
    /// Metres by which each point is somewhere else, as with another device.
    pub noise: f64,
    pub day: usize,
}

pub const DEVICE: Form = Form { decimals: 7, every: 1, timed: true, heart_rate: true, noise: 0.0, day: 1 };

pub fn gpx(form: Form) -> String {
    let point = |i: usize| {
        let day = form.day as f64;
        let noise = |seed: f64| form.noise * 9e-6 * ((i as f64 * seed * day).sin() + (i as f64 * seed * 1.7).cos());
        let lat = 47.0 + i as f64 * 5.03e-5 + noise(12.9);
        let lon = 8.0 + (i as f64 / 40.0).sin() * 2.07e-3 + noise(78.2);
        let time = format!("<time>2024-05-{:02}T10:{:02}:{:02}Z</time>", form.day, i / 60, i % 60);
        let time = if form.timed { &time } else { "" };
        let heart = if form.heart_rate { "<extensions><hr>140</hr></extensions>" } else { "" };
        format!("<trkpt lat=\"{lat:.0$}\" lon=\"{lon:.0$}\">{time}{heart}</trkpt>", form.decimals)
    };
    let points: String = (0..1200).step_by(form.every).map(point).collect();
    format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
}

/// One ride from a device, two services and a second device, and the same way the next day.
fn rides() -> Home {
    let home = Home::new();
    home.write("in/1-thin.gpx", gpx(Form { decimals: 5, every: 4, heart_rate: false, ..DEVICE }));
    home.write("in/2-device.gpx", gpx(DEVICE));
    home.write("in/3-bare.gpx", gpx(Form { every: 2, timed: false, heart_rate: false, ..DEVICE }));
    home.write("in/4-other.gpx", gpx(Form { noise: 2.0, heart_rate: false, ..DEVICE }));
    home.write("in/5-next.gpx", gpx(Form { noise: 2.0, day: 2, ..DEVICE }));
    home
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn duplicates(home: &Home) -> Value {
    parsed(&home.must(&["duplicates", "--json"]))
}

/// Numbers of the activities that are listed.
fn listed(home: &Home) -> Vec<i64> {
    let listed = parsed(&home.must(&["list", "--json"]));
    let rows = listed["activities"].as_array().expect("a list").iter();
    let mut ids: Vec<i64> = rows.map(|row| row["id"].as_i64().expect("a number")).collect();
    ids.sort_unstable();
    ids
}

/// Imports one after the other, so that their numbers are those of the files.
fn import(home: &Home) {
    for file in ["1-thin", "2-device", "3-bare", "4-other", "5-next"] {
        home.must(&["import", &format!("in/{file}.gpx"), "-q"]);
    }
}

#[test]
fn the_richest_copy_is_drawn_and_what_is_unsure_is_asked() {
    let home = rides();
    import(&home);
    assert_eq!(listed(&home), [2, 4, 5]);
    let found = duplicates(&home);
    let why: Vec<(&Value, &Value)> = found["duplicates"][0]["copies"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|copy| (&copy["id"], &copy["why"]))
        .collect();
    let (step, untimed) = (json!("the same places at the same times"), json!("the same places, in one without times"));
    assert_eq!(why, [(&json!(1), &step), (&json!(3), &untimed)]);
    assert_eq!((&found["duplicates"][0]["drawn"]["id"], &found["duplicates"][1]), (&json!(2), &Value::Null));
    assert_eq!(found["unsure"].as_array().map(Vec::len), Some(1));
    assert_eq!((&found["unsure"][0]["a"]["id"], &found["unsure"][0]["b"]["id"]), (&json!(2), &json!(4)));
    assert!(
        found["unsure"][0]["why"].as_str().is_some_and(|why| why.contains("two devices, or two people")),
        "{found}"
    );
    let text = home.must(&["duplicates"]);
    assert!(text.contains("1 pair of activities may be one recording"), "{text}");
    let import = home.must(&["import", "in"]);
    let end = "not drawn: 2 copies\n1 pair may be one recording: `trailglow duplicates` shows them\n";
    assert!(import.starts_with("0 new files, 5 already known\n") && import.ends_with(end), "{import}");
}

#[test]
fn decisions_are_kept_and_can_be_taken_back() {
    let home = rides();
    import(&home);
    let decide = |how: &str, ids: [&str; 2]| home.must(&["duplicates", how, ids[0], ids[1]]);
    let text = decide("--same", ["4", "2"]);
    assert!(text.contains("decided: 2 and 4 are one recording\n") && !text.contains("may be"), "{text}");
    assert_eq!(listed(&home), [2, 5]);
    home.must(&["import", "in", "-q"]);
    assert_eq!(listed(&home), [2, 5]);
    assert_eq!(duplicates(&home)["decided"], json!([{"a": 2, "b": 4, "same": true}]));
    decide("--undecide", ["2", "4"]);
    assert_eq!(listed(&home), [2, 4, 5]);
    let text = decide("--apart", ["2", "4"]);
    assert!(text.contains("decided: 2 and 4 are different\n") && !text.contains("may be"), "{text}");
    decide("--apart", ["2", "3"]);
    assert_eq!(listed(&home).len(), 4, "also what is certain");
    assert_eq!(home.run(&["duplicates", "--same", "2"]).status, 2);
    assert_eq!(home.run(&["duplicates", "--same", "2", "3", "--apart", "2", "4"]).status, 2);
    let ran = home.run(&["duplicates", "--same", "2", "77"]);
    assert!(ran.status == 1 && ran.stderr.contains("there is no activity 77"), "{}", ran.stderr);
}

#[test]
fn where_the_richest_goes_the_next_takes_its_place() {
    let home = rides();
    import(&home);
    home.must(&["exclude", "2"]);
    assert_eq!(listed(&home), [4, 5], "no copy comes in its place");
    home.must(&["include", "1"]);
    assert_eq!(listed(&home), [2, 4, 5]);
    home.must(&["forget", "2"]);
    assert_eq!(listed(&home), [1, 4, 5]);
    home.must(&["import", "in/2-device.gpx", "-q"]);
    assert_eq!(listed(&home), [4, 5, 6]);
}

#[test]
fn files_that_are_named_count_as_they_do_in_the_library() {
    let home = rides();
    let render = |args: &[&str], out: &str| {
        let report = home.must(&[&["render", "-o", out, "--zoom", "0-14", "--json"], args].concat());
        (parsed(&report), home.files(out))
    };
    let (named, tiles) = render(&["in"], "a");
    assert_eq!((&named["activities"], &named["omitted"]["copies"]), (&json!(3), &json!(2)));
    let (again, same) = render(&["in", "--no-library"], "b");
    assert_eq!((&again["activities"], &again["omitted"]["copies"]), (&json!(3), &json!(2)));
    assert_eq!(differences(&tiles, &same), [""; 0]);
    import(&home);
    let (_, same) = render(&[], "c");
    assert_eq!(differences(&tiles, &same), [""; 0]);
    let (all, other) = render(&["in/1-thin.gpx", "in/4-other.gpx"], "d");
    assert_eq!((&all["activities"], &all["omitted"]["copies"]), (&json!(2), &json!(0)));
    assert_ne!(differences(&tiles, &other), [""; 0]);
}

#[test]
fn an_excluded_recording_is_not_called_drawn() {
    let home = rides();
    import(&home);
    let labels = || {
        let text = home.must(&["duplicates"]);
        let label = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
        text.lines().take(3).map(label).collect::<Vec<_>>()
    };
    assert_eq!(labels(), ["drawn", "copy", "copy"]);
    home.must(&["exclude", "3"]);
    assert_eq!(labels(), ["excluded", "copy", "copy"]);
    let group = &duplicates(&home)["duplicates"][0];
    assert_eq!((&group["excluded"]["id"], &group["drawn"]), (&json!(2), &Value::Null));
    home.must(&["include", "2"]);
    assert_eq!(labels(), ["drawn", "copy", "copy"]);
}

#[test]
fn among_several_tracks_the_right_one_is_compared() {
    let home = Home::new();
    let track = |points: String| format!("<trk><trkseg>{points}</trkseg></trk>");
    let nowhere = track(r#"<trkpt lat="0" lon="0"/>"#.repeat(3));
    let hidden = track((0..9).map(|i| format!(r#"<trkpt lat="10" lon="10.000{i}"/>"#)).collect());
    home.write("in/1-thin.gpx", gpx(Form { decimals: 5, every: 4, heart_rate: false, ..DEVICE }));
    home.write("in/2-many.gpx", gpx(DEVICE).replace("<gpx>", &format!("<gpx>{nowhere}{hidden}")));
    home.must(&["zone", "add", "beach", "--at", "10,10", "--radius", "400m"]);
    for more in [&[][..], &["--no-library"]] {
        let args = [&["render", "in", "-o", "tiles", "--zoom", "0", "--json"], more].concat();
        let report = parsed(&home.must(&args));
        let left = &report["omitted"];
        assert_eq!((&report["activities"], &left["copies"], &left["hidden"]), (&json!(1), &json!(1), &json!(1)));
    }
}

#[test]
fn a_plan_is_no_copy_of_what_came_of_it() {
    let home = Home::new();
    home.write("ride.gpx", gpx(DEVICE));
    let route = gpx(Form { timed: false, heart_rate: false, ..DEVICE });
    home.write("plan.gpx", route.replace("trkseg>", "x>").replace("trkpt", "rtept").replace("trk>", "rte>"));
    home.must(&["import", "ride.gpx", "plan.gpx", "-q"]);
    assert_eq!(duplicates(&home)["duplicates"], json!([]));
    assert_eq!(listed(&home).len(), 1);
}
