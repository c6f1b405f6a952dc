//! Compares the output of `trailglow inspect --json` with expectations that were computed independently.

use std::collections::BTreeMap;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::{Map, Value, json};

/// Known deviations: file, number of points that the program reads, and why the program is right. A deviation of a file
/// that matches fails the test.
pub const DEVIATIONS: &[(&str, u64, &str)] = &[
    (
        "other/derived_truncated.gpx.gz",
        219,
        "a truncated gzip is read up to its end, with a warning, like every truncated file",
    ),
    ("other/togeojson__gxtrack.kml", 7, "the expectations are those of a program that does not read KML"),
    ("gpx/derived_poles_and_limits.gpx", 9, "a longitude of 180° is one of -180°"),
    ("gpx/togeojson__bad.gpx", 0, "a file in which no coordinate is readable is an error, not a file without a track"),
];

/// Values that the expectations count and that stand for no value: file, key, and their number in the file. All are
/// heart rates of 0, but for an elevation of -500 m.
pub const NO_VALUES: &[(&str, &str, u64)] = &[
    ("fit/elevate__zwift-pschit.fit", "hr_points", 3),
    ("fit/fit__0134902991.fit", "hr_points", 739),
    ("fit/fitfiler__tomtom-runner3-ride.fit", "ele_points", 1),
    ("fit/python-fitparse__nick.fit", "hr_points", 4),
    ("fit/python-fitparse__null_compressed_speed_dist.fit", "hr_points", 1808),
    ("gpx/geo-activity-playground__2025-08-30 20_29_18.085 BC Cadzand-Bad.gpx", "hr_points", 104),
];

/// Rows of `inspect --json` by path below the folder.
pub type Rows = BTreeMap<String, Value>;

/// Keys of the expectations that are not compared. An unknown key counts as a difference.
const NOT_COMPARED: &[&str] = &[
    // Instructions for this comparison.
    "outcome",
    "salvage",
    "also_accept",
    "note",
    "members",
    // Compared by the tests of duplicates.
    "same_activity_as",
    // Origin of the file and of its expectations.
    "kind",
    "flags",
    "checked_by",
    "error",
    "garmin_sdk_points",
    // Not reported by the program.
    "segments",
    "laps",
    "session_start",
    "sensors",
    "zero_zero_points",
    "bbox_without_0_0",
    "hr_trackpoints_without_position_included",
];

/// Output of `inspect --json` for a folder.
pub fn inspect(folder: &Path) -> Value {
    let output = Command::new(cargo_bin!("trailglow")).args(["inspect", "--json"]).arg(folder).output();
    let output = output.expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 3)) && stderr.is_empty(), "{:?}: {stderr}", output.status);
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

pub fn inspect_by_file(folder: &Path) -> Rows {
    let document = inspect(folder);
    let rows = document["files"].as_array().expect("a list").iter();
    let named = rows.map(|row| {
        let path = Path::new(row["path"].as_str().expect("a path"));
        (path.strip_prefix(folder).expect("below the folder").to_str().expect("UTF-8").to_owned(), row.clone())
    });
    named.collect()
}

/// Expectations of all files, including files in archives, by the path that `inspect` shows.
pub fn flattened(expected: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (name, row) in expected {
        match row["members"].as_object().filter(|members| !members.is_empty()) {
            None => _ = flat.insert(name.clone(), row.clone()),
            Some(members) => {
                let is_joined = members.contains_key("activities.csv");
                for (member, mut row) in flattened(members) {
                    if let Some(row) = row.as_object_mut().filter(|_| is_joined) {
                        // In a Strava export the table names the sport, and the table itself has no row.
                        row.remove("sports");
                    }
                    if !(is_joined && member == "activities.csv") {
                        flat.insert(format!("{name}/{member}"), row);
                    }
                }
            }
        }
    }
    flat
}

/// Key of the program for a key of the expectations.
fn program_key(key: &str) -> &str {
    match key {
        "points_with_bad_coordinates" => "unreadable_points",
        "out_of_range_points_dropped" => "out_of_range_points",
        "tracks" => "activities",
        key => key,
    }
}

/// Differences between an expectation and a row of the program, for the keys of the expectation.
pub fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let is_format = |format: &str| found["format"] == format;
    let is_course = found["course"] == true;
    let count = |key: &str| found[key].as_u64().unwrap_or(0);
    let is_present = |key: &str, wanted: &Value| wanted.as_bool() == Some(count(key) > 0);
    let activities = count("activities") + count("empty_activities");
    let in_file = &found["sports_in_file"];
    let matches = |key: &str, wanted: &Value, found: &Value| match key {
        "points" | "points_distinct" | "timed_points" | "hr_points" | "ele_points" => wanted == found,
        "entries" | "entries_ok" | "entries_no_track" | "entries_error" | "entries_skip" => wanted == found,
        "has_time" => is_present("timed_points", wanted),
        "has_hr" => is_present("hr_points", wanted),
        "has_ele" => is_present("ele_points", wanted),
        // Some expectations count fewer records than there are points, as their reader stopped early.
        "records" => wanted
            .as_u64()
            .is_some_and(|n| n < count("points") || n == count("points") + count("points_without_position")),
        "trackpoints" => {
            let ignored = count("points_without_position") + count("unreadable_points");
            wanted.as_u64() == Some(count("points") + ignored)
        }
        // The expectations also count empty activities, but no courses.
        "activities" => wanted.as_u64() == Some(if is_course { 0 } else { activities }),
        // The expectations are compared for GPX only.
        "tracks" => !is_format("GPX") || wanted.as_u64() == Some(activities),
        "waypoints" | "route_points" | "points_with_bad_coordinates" => !is_format("GPX") || wanted == found,
        "out_of_range_points_dropped" => wanted == found,
        "start" | "end" => wanted.as_str().map(unix_ms) == found.as_str().map(unix_ms),
        "bbox" => bboxes_match(wanted, found),
        "sports" => sports_match(wanted, in_file),
        "device" => devices_match(wanted, found, is_format("FIT")),
        _ => NOT_COMPARED.contains(&key),
    };
    let keys = expected.as_object().expect("an object").iter();
    let compared = keys.map(|(key, wanted)| (key, wanted, &found[program_key(key)]));
    let different = compared.filter(|(key, wanted, found)| !matches(key, wanted, found));
    different.map(|(key, wanted, found)| format!("{key}: expected {wanted}, found {found}")).collect()
}

/// True if the expectation contains every sport of the program, ignoring case and the suffix `/generic`. An expectation
/// of eight sports may be incomplete.
fn sports_match(wanted: &Value, found: &Value) -> bool {
    let normalized = |name: &Value| name.as_str().map(|name| name.trim_end_matches("/generic").to_lowercase());
    let wanted: Vec<_> = wanted.as_array().expect("a list").iter().map(normalized).collect();
    wanted.len() == 8
        || found.as_array().is_some_and(|found| found.iter().all(|sport| wanted.contains(&normalized(sport))))
}

/// True if the devices are equal. Of FIT files only the manufacturer is compared, as the expectations name fewer
/// products; files with several activities list one device per activity.
fn devices_match(wanted: &Value, found: &Value, is_fit: bool) -> bool {
    match (wanted.as_str(), found.as_str()) {
        (Some(wanted), Some(found)) if is_fit => {
            found.split(' ').next() == wanted.split(':').next() && !found.ends_with(' ')
        }
        (Some(wanted), Some(found)) => wanted == found || wanted.split(", ").all(|wanted| wanted == found),
        (wanted, found) => wanted == found,
    }
}

/// True if the bounding boxes agree to the seven decimals of the expectations.
fn bboxes_match(wanted: &Value, found: &Value) -> bool {
    match (wanted.as_array(), found.as_array()) {
        (Some(wanted), Some(found)) => {
            wanted.iter().zip(found).all(|(a, b)| (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1.01e-7)
        }
        (wanted, found) => wanted.is_none() && found.is_none(),
    }
}

/// Milliseconds since 1970 of a time like `2024-01-31T12:00:00.5Z`; shares no code with the parser under test.
fn unix_ms(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days_in = |years: std::ops::Range<i64>| years.map(|year| if is_leap(year) { 366 } else { 365 }).sum::<i64>();
    let days_before = days_in(1970..number(0..4)) - days_in(number(0..4)..1970);
    let lengths = [31, if is_leap(number(0..4)) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = days_before + lengths[..number(5..7) as usize - 1].iter().sum::<i64>() + number(8..10) - 1;
    let seconds = text[17..].trim_end_matches('Z').parse::<f64>().unwrap();
    ((days * 24 + number(11..13)) * 60 + number(14..16)) * 60_000 + (seconds * 1000.0 + 1e-6).floor() as i64
}

/// Reason of `inspect` for a file of another kind.
const SKIP_REASON: &str = "not an activity file (FIT, GPX, TCX, KML or GeoJSON)";

/// Compares one file: outcome, warnings, and the differences.
///
/// # Errors
/// Describes the mismatch.
pub fn verdict(expected: &Value, found: &Value) -> Result<(), String> {
    let or_differences = |expected: &Value| match differences(expected, found) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(differences.join("; ")),
    };
    let mentions = |key: &str, text: &str| expected[key].to_string().contains(text);
    let has_warnings = found["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty());
    let (wanted, outcome) = (&expected["outcome"], &found["outcome"]);
    if found["reason"].is_null() != (outcome == "ok") {
        return Err(format!("{outcome} with the reason {}", found["reason"]));
    }
    match (wanted.as_str().expect("an outcome"), outcome.as_str().expect("an outcome")) {
        ("skip", "error") if found["reason"] == SKIP_REASON => Ok(()),
        ("ok", "ok") if has_warnings => Err(format!("unexpected warnings: {}", found["warnings"])),
        ("ok", "ok") => or_differences(expected),
        ("no_track", "no_track") | ("error", "error") => or_differences(&json!({"points": 0, "bbox": null})),
        ("error", "ok") if expected.get("salvage").is_some() => {
            if !has_warnings && !mentions("note", "without a warning is fine") {
                return Err("salvaged without a warning".into());
            }
            let mut salvage = expected["salvage"].clone();
            let one_fewer = found["points"].as_u64().map(|points| points + 1) == salvage["points"].as_u64();
            if one_fewer && mentions("also_accept", "up to this many points") {
                // The file ends within its last point, after the position.
                salvage = json!({ "start": salvage["start"], "hr_points": salvage["hr_points"] });
            }
            or_differences(&salvage)
        }
        ("error", "ok") if mentions("also_accept", "ok with 2 points") => or_differences(&json!({"points": 2})),
        _ => Err(format!("expected {wanted}, found {outcome}: {}, {} points", found["reason"], found["points"])),
    }
}

/// The expectation of a file without its [`NO_VALUES`].
pub fn without_no_values(name: &str, mut expected: Value) -> Value {
    for (_, key, number) in NO_VALUES.iter().filter(|(file, ..)| *file == name) {
        let row = if expected["salvage"].is_object() { &mut expected["salvage"] } else { &mut expected };
        let count = row[key].as_u64().expect("a number") - number;
        row[key] = count.into();
        let has_any = if *key == "hr_points" { "has_hr" } else { "has_ele" };
        if let Some(has_any) = row.get_mut(has_any) {
            *has_any = (count > 0).into();
        }
    }
    expected
}

/// Compares all files below `folder`; returns the number of files and one message per mismatch.
pub fn check_all(folder: &Path, expected: &Map<String, Value>) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut checked = 0;
    let rows = inspect_by_file(folder);
    for (name, expected) in flattened(expected) {
        let expected = &without_no_values(&name, expected);
        checked += 1;
        let Some(found) = rows.get(&name) else {
            wrong.push(format!("{name}: not read"));
            continue;
        };
        let deviation = DEVIATIONS.iter().find(|(file, ..)| *file == name);
        match (verdict(expected, found), deviation) {
            (Ok(()), None) => {}
            (Ok(()), Some((_, _, reason))) => {
                wrong.push(format!("{name}: remove the deviation, the file matches: {reason}"))
            }
            (Err(_), Some((_, points, _))) if found["points"] == *points => {}
            (Err(difference), _) => wrong.push(format!("{name}: {difference}")),
        }
    }
    (checked, wrong)
}

/// Totals of an archive under the keys of the expectations, from the rows of its files and the number of its tables.
pub fn totals(rows: &Rows, tables: usize) -> Value {
    let read = || rows.values().filter(|row| row["outcome"] == "ok");
    let points = |row: &Value| row["points"].as_u64().expect("a number");
    let distinct = read().filter(|row| row["twin_of"].is_null()).map(points);
    let start = read().filter_map(|row| row["start"].as_str()).min_by_key(|text| unix_ms(text));
    let edge = |index: usize| move |row: &Value| row["bbox"][index].as_f64().expect("a number");
    let bbox = read().next().map(|_| {
        let (least, most) =
            (|index| read().map(edge(index)).reduce(f64::min), |index| read().map(edge(index)).reduce(f64::max));
        [least(0), least(1), most(2), most(3)]
    });
    let total = |key: &'static str| read().map(move |row| row[key].as_u64().expect("a number")).sum::<u64>();
    let is_skipped = |row: &&Value| row["reason"] == SKIP_REASON;
    let of_outcome = |outcome: &'static str| rows.values().filter(move |row| row["outcome"] == outcome);
    json!({
        "points": total("points"), "points_distinct": distinct.sum::<u64>(), "timed_points": total("timed_points"),
        "hr_points": total("hr_points"), "ele_points": total("ele_points"), "start": start, "bbox": bbox,
        "entries": rows.len() + tables, "entries_ok": of_outcome("ok").count(),
        "entries_no_track": of_outcome("no_track").count(),
        "entries_error": of_outcome("error").filter(|row| !is_skipped(row)).count(),
        "entries_skip": of_outcome("error").filter(is_skipped).count() + tables,
    })
}
