//! Faults of recordings: sensors without a value, repeated segments, smart recording. Each input is a small file, and the
//! totals of `list` are right.

use serde_json::{Value, json};

use crate::program::Home;

/// A ride north with a point every 5 m and 2 s; `values` are the elements of the point of a number.
fn points(range: std::ops::Range<u32>, values: impl Fn(u32) -> String) -> String {
    let point = |i: u32| {
        let time = format!("2024-05-01T08:{:02}:{:02}Z", 2 * i / 60, 2 * i % 60);
        let lat = 47.0 + f64::from(i) * 5.0 / 111_195.0;
        format!("<trkpt lat=\"{lat:.7}\" lon=\"8\">{}<time>{time}</time></trkpt>\n", values(i))
    };
    range.map(point).collect()
}

fn track(segments: &[String]) -> String {
    let segments: String = segments.iter().map(|points| format!("<trkseg>{points}</trkseg>")).collect();
    format!("<trk><type>cycling</type>{segments}</trk>")
}

fn gpx(tracks: &str) -> String {
    format!("<gpx version=\"1.1\" creator=\"test\">{tracks}</gpx>")
}

fn ride(values: impl Fn(u32) -> String) -> String {
    gpx(&track(&[points(0..400, values)]))
}

fn elevations(elevation: impl Fn(u32) -> f64) -> String {
    ride(|i| format!("<ele>{}</ele>", elevation(i)))
}

/// Row of `list` for a file with one activity.
fn listed(document: &str) -> Value {
    let home = Home::new();
    home.write("in/a.gpx", document);
    home.run_ok(&["import", "in"]);
    let rows = home.run_json(&["list"])["activities"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    rows[0].clone()
}

fn ascent(document: &str) -> Option<f64> {
    listed(document)["ascent_m"].as_f64()
}

#[test]
fn numbers_for_no_elevation_are_not_climbed() {
    let real = |i: u32| 300.0 + 0.25 * f64::from(i);
    let clean = ascent(&elevations(real)).expect("elevations");
    assert!((clean - 100.0).abs() < 2.0, "{clean}");
    for no_value in [-9999.0, -32768.0, 65535.0, -501.0, 9001.0, 0.0] {
        for every in [2, 3, 100] {
            let found = ascent(&elevations(|i| if i % every == 1 { no_value } else { real(i) })).expect("elevations");
            assert!((found - clean).abs() < 2.0, "{no_value} every {every} points: {found}");
        }
    }
    let spiky = ascent(&elevations(|i| if i == 200 { 2000.0 } else { real(i) })).expect("elevations");
    assert!((spiky - clean).abs() < 2.0, "{spiky}");
    for no_value in [-9999.0, 0.0] {
        assert_eq!(ascent(&elevations(|_| no_value)), None, "{no_value}");
    }
    assert_eq!(ascent(&elevations(|i| f64::from(i % 2) / 5.0)), Some(0.0), "a ride at sea level");
}

#[test]
fn numbers_for_no_value_do_not_count_as_sensors() {
    let heart_rate = |rate: u32| ride(|_| format!("<hr>{rate}</hr>"));
    let inspected = |document: String| {
        let home = Home::new();
        home.write("a.gpx", document);
        let row = home.run_json(&["inspect", "a.gpx"])["files"][0].clone();
        [&row["hr_points"], &row["ele_points"], &row["bad_values"]].map(|count| count.as_u64().expect("a number"))
    };
    let rows = [heart_rate(0), heart_rate(255), heart_rate(1), elevations(|_| -9999.0)].map(inspected);
    assert_eq!(rows, [[0, 0, 400], [0, 0, 400], [400, 0, 0], [0, 0, 400]]);
    // Of two copies, the one with more sensors represents both.
    let home = Home::new();
    home.write("in/a.gpx", heart_rate(255));
    home.write("in/b.gpx", heart_rate(140));
    home.run_ok(&["import", "in"]);
    let rows = home.run_json(&["list"])["activities"].clone();
    let files: Vec<&str> = rows.as_array().expect("a list").iter().filter_map(|row| row["path"].as_str()).collect();
    assert!(files.len() == 1 && files[0].ends_with("b.gpx"), "{rows}");
}

#[test]
fn repeated_segments_count_once() {
    let laps = |end: u32| points(0..end, |_| String::new());
    let single = listed(&gpx(&track(&[laps(400)])));
    for (document, repeated) in [
        (gpx(&track(&[laps(100), laps(200), laps(400)])), 300),
        (gpx(&track(&[laps(400), laps(400)])), 400),
        (gpx(&[track(&[laps(400)]), track(&[laps(400)])].concat()), 0),
    ] {
        let row = listed(&document);
        for key in ["metres", "points", "seconds", "start"] {
            assert_eq!(row[key], single[key], "{key}");
        }
        let home = Home::new();
        home.write("a.gpx", &document);
        for library in [&["--no-library"][..], &[], &[]] {
            let render = [&["render", "a.gpx", "-o", "tiles", "--zoom", "0"], library].concat();
            let report = home.run_json(&render);
            assert_eq!(report["points"]["dropped"]["repeated"], json!(repeated), "{library:?}");
            assert_eq!((&report["kilometres"], &report["activities"]), (&json!(2.0), &json!(1)), "{library:?}");
        }
        let inspected = home.run_json(&["inspect", "a.gpx"])["files"][0].clone();
        assert_eq!(inspected["repeated_points"], json!(repeated));
    }
}

/// The length tells joined stretches from gaps.
#[test]
fn stretches_without_points_are_joined_and_stops_are_not() {
    let metres = |document: &str| listed(document)["metres"].as_f64().expect("a number");
    let part = |range| points(range, |_| String::new());
    let whole = metres(&gpx(&track(&[part(0..400)])));
    let smart = metres(&gpx(&track(&[[part(0..150), part(190..400)].concat()])));
    assert!((whole - smart).abs() < 2.0, "{whole} {smart}");
    let later = part(190..400).replace("2024-05-01T08:", "2024-05-01T09:");
    let stop = metres(&gpx(&track(&[[part(0..150), later].concat()])));
    assert!((whole - stop - 205.0).abs() < 2.0, "{whole} {stop}");
}
