//! Real files with independently computed expectations: every one must give exactly the points it holds.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use walkdir::WalkDir;

use crate::need::corpus;
use crate::{Test, tests};

/// Where we knowingly differ: file, the points we find, and why that is right. A row that is no longer needed fails the
/// test.
const DEVIATIONS: &[(&str, u64, &str)] = &[(
    "other/derived_truncated.gpx.gz",
    219,
    "a cut gzip is read as far as it goes, with a warning, like every other cut file",
)];

/// What `inspect --json` says of each file, by its path below the folder.
type Rows = BTreeMap<String, Value>;

fn expectations(path: &Path) -> Map<String, Value> {
    let text = std::fs::read_to_string(path).expect("the expectations are readable");
    serde_json::from_str(&text).expect("the expectations are JSON")
}

/// What the built program says about every file of a folder.
fn document(folder: &Path) -> Value {
    let output = Command::new(cargo_bin!("trailglow")).args(["inspect", "--json"]).arg(folder).output();
    let output = output.expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 3)) && stderr.is_empty(), "{:?}: {stderr}", output.status);
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// The same by file.
fn inspected(folder: &Path) -> Rows {
    let document = document(folder);
    let rows = document["files"].as_array().expect("a list").iter();
    let named = rows.map(|row| {
        let path = Path::new(row["path"].as_str().expect("a path"));
        (path.strip_prefix(folder).expect("below the folder").to_str().expect("UTF-8").to_owned(), row.clone())
    });
    named.collect()
}

/// The expectations of all files, those in archives too, each by the path under which it is shown.
fn flattened(expected: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (name, row) in expected {
        match row["members"].as_object().filter(|members| !members.is_empty()) {
            None => _ = flat.insert(name.clone(), row.clone()),
            Some(members) => {
                let is_joined = members.contains_key("activities.csv");
                for (member, mut row) in flattened(members) {
                    if let Some(row) = row.as_object_mut().filter(|_| is_joined) {
                        // The export's word for the sport counts, and its table is no file to read.
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

/// Every difference between what is expected and what was found, for the keys that the expectations have.
fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let is = |format: &str| found["format"] == format;
    let same = |key: &str, wanted: &Value, found: &Value| match key {
        "points" | "timed_points" | "hr_points" | "ele_points" => wanted == found,
        // Only of GPX do the expectations count what is no track point.
        "tracks" | "waypoints" | "route_points" | "points_with_bad_coordinates" => !is("GPX") || wanted == found,
        "out_of_range_points_dropped" => wanted == found,
        "start" | "end" => wanted.as_str().map(unix_ms) == found.as_str().map(unix_ms),
        "bbox" => same_box(wanted, found),
        "sports" => same_sports(wanted, found),
        "device" => same_device(wanted, found, is("FIT")),
        _ => true,
    };
    let keys = expected.as_object().expect("an object").iter();
    let different = keys.filter(|(key, wanted)| !same(key, wanted, &found[*key]));
    different.map(|(key, wanted)| format!("{key}: expected {wanted}, found {}", found[key])).collect()
}

/// Ours are lower case, without what only says that there is no more to say. The expectations list at most eight.
fn same_sports(wanted: &Value, found: &Value) -> bool {
    let plain = |name: &Value| name.as_str().map(|name| name.trim_end_matches("/generic").to_lowercase());
    let wanted: Vec<_> = wanted.as_array().expect("a list").iter().map(plain).collect();
    wanted.len() == 8 || found.as_array().is_some_and(|found| found.iter().all(|sport| wanted.contains(&plain(sport))))
}

/// Of FIT files, the expectations know fewer products by name; of files with several activities, they list a device each.
fn same_device(wanted: &Value, found: &Value, is_fit: bool) -> bool {
    match (wanted.as_str(), found.as_str()) {
        (Some(wanted), Some(found)) if is_fit => {
            found.split(' ').next() == wanted.split(':').next() && !found.ends_with(' ')
        }
        (Some(wanted), Some(found)) => wanted == found || wanted.split(", ").all(|wanted| wanted == found),
        (wanted, found) => wanted == found,
    }
}

/// Equal to the seven decimals that the expectations have.
fn same_box(wanted: &Value, found: &Value) -> bool {
    match (wanted.as_array(), found.as_array()) {
        (Some(wanted), Some(found)) => {
            wanted.iter().zip(found).all(|(a, b)| (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1.01e-7)
        }
        (wanted, found) => wanted.is_none() && found.is_none(),
    }
}

/// Milliseconds since 1970 of `2024-01-31T12:00:00.5Z`, by counting days; shares no code with the parser under test.
fn unix_ms(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days_in = |years: std::ops::Range<i64>| years.map(|year| if leap(year) { 366 } else { 365 }).sum::<i64>();
    let days_before = days_in(1970..number(0..4)) - days_in(number(0..4)..1970);
    let lengths = [31, if leap(number(0..4)) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = days_before + lengths[..number(5..7) as usize - 1].iter().sum::<i64>() + number(8..10) - 1;
    let seconds = text[17..].trim_end_matches('Z').parse::<f64>().unwrap();
    ((days * 24 + number(11..13)) * 60 + number(14..16)) * 60_000 + (seconds * 1000.0 + 1e-6).floor() as i64
}

/// What is wrong with how we read one file, if anything.
fn verdict(expected: &Value, found: &Value) -> Result<(), String> {
    let or_differences = |expected: &Value| match differences(expected, found) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(differences.join("; ")),
    };
    let says = |key: &str, text: &str| expected[key].to_string().contains(text);
    let warned = found["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty());
    let (wanted, outcome) = (&expected["outcome"], &found["outcome"]);
    if found["reason"].is_null() != (outcome == "ok") {
        return Err(format!("{outcome} with the reason {}", found["reason"]));
    }
    match (wanted.as_str().expect("an outcome"), outcome.as_str().expect("an outcome")) {
        ("skip", "error") if found["reason"] == "not an activity file (FIT, GPX or TCX)" => Ok(()),
        ("ok", "ok") if warned => Err(format!("needless warnings: {}", found["warnings"])),
        ("ok", "ok") => or_differences(expected),
        ("no_track", "no_track") | ("error", "error") => or_differences(&json!({"points": 0, "bbox": null})),
        ("error", "ok") if expected.get("salvage").is_some() => {
            if !warned && !says("note", "without a warning is fine") {
                return Err("salvaged without a warning".into());
            }
            let mut salvage = expected["salvage"].clone();
            let one_fewer = found["points"].as_u64().map(|points| points + 1) == salvage["points"].as_u64();
            if one_fewer && says("also_accept", "up to this many points") {
                // The point that the file ends in has a position, but is not whole.
                salvage = json!({ "start": salvage["start"], "hr_points": salvage["hr_points"] });
            }
            or_differences(&salvage)
        }
        ("error", "ok") if says("also_accept", "ok with 2 points") => or_differences(&json!({"points": 2})),
        _ => Err(format!("expected {wanted}, found {outcome}: {}, {} points", found["reason"], found["points"])),
    }
}

/// Reports everything below `folder` that is not as `expected` has it.
fn check_all(folder: &Path, expected: &Map<String, Value>) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut checked = 0;
    let rows = inspected(folder);
    for (name, expected) in &flattened(expected) {
        checked += 1;
        let Some(found) = rows.get(name) else {
            wrong.push(format!("{name}: not looked at"));
            continue;
        };
        let deviation = DEVIATIONS.iter().find(|(file, ..)| file == name);
        match (verdict(expected, found), deviation) {
            (Ok(()), None) => {}
            (Ok(()), Some((_, _, reason))) => wrong.push(format!("{name}: the deviation is stale: {reason}")),
            (Err(_), Some((_, points, _))) if found["points"] == *points => {}
            (Err(difference), _) => wrong.push(format!("{name}: {difference}")),
        }
    }
    (checked, wrong)
}

fn every_file_gives_exactly_what_it_holds() {
    let corpus = corpus();
    let folder = corpus.join("files");
    let expected = expectations(&folder.join("expected.json"));
    let (checked, wrong) = check_all(&folder, &expected);
    assert!(wrong.is_empty(), "{} of {checked} files:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 150, "only {checked} files were checked");

    for (file, ..) in DEVIATIONS {
        assert!(expected.contains_key(*file), "{file} is not in the corpus");
    }
    for entry in WalkDir::new(&folder).min_depth(2).into_iter().map(Result::unwrap) {
        let name = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap();
        assert!(entry.file_type().is_dir() || expected.contains_key(name), "{name} has no expectations");
    }
}

/// What the files of an archive add up to, in the words of the expectations.
fn sum(rows: &Rows) -> Value {
    let ok = || rows.values().filter(|row| row["outcome"] == "ok");
    let points = |row: &Value| row["points"].as_u64().expect("a number");
    let distinct = ok().filter(|row| row["copy_of"].is_null()).map(points);
    let start = ok().filter_map(|row| row["start"].as_str()).min_by_key(|text| unix_ms(text));
    let end = |index: usize| move |row: &Value| row["bbox"][index].as_f64().expect("a number");
    let bbox = ok().next().map(|_| {
        let (least, most) =
            (|index| ok().map(end(index)).reduce(f64::min), |index| ok().map(end(index)).reduce(f64::max));
        [least(0), least(1), most(2), most(3)]
    });
    json!({"points": ok().map(points).sum::<u64>(), "points_distinct": distinct.sum::<u64>(), "start": start, "bbox": bbox})
}

fn archives_add_up_to_what_they_hold() {
    let corpus = corpus();
    let folder = corpus.join("files");
    let expected = expectations(&folder.join("expected.json"));
    let archives = expected.iter().filter(|(_, row)| row["kind"] == "archive");
    let mut checked = 0;
    for (name, expected) in archives.filter(|(_, row)| row["outcome"] != "error") {
        let found = sum(&inspected(&folder.join(name)));
        assert_eq!(differences(expected, &found), [""; 0], "{name}");
        assert_eq!(expected["points_distinct"], found["points_distinct"], "{name}");
        checked += 1;
    }
    assert!(checked >= 4, "only {checked} archives were checked");
}

fn the_table_of_a_strava_export_is_joined_to_its_files() {
    let corpus = corpus();
    let export = corpus.join("files/other/derived_strava_export.zip");
    let table = export.join("activities.csv").display().to_string();
    let expected = json!([{"path": table, "activities": 8, "without_file": 1, "missing": 1}]);
    assert_eq!(document(&export)["listings"], expected);
    let rows = inspected(&export);
    for (file, name, sport) in [
        ("1001.fit.gz", "Laufen Landal Park", "run"),
        ("1002.tcx.gz", "Lunch run, \"easy\"", "run"),
        ("1003.gpx", "Beach 🏖 run", "run"),
        ("1004.fit.gz", "Zwift race", "virtual ride"),
        ("1008.gpx.gz", "GPX gz", "ride"),
    ] {
        let row = &rows[&format!("activities/{file}")];
        let facts = [&row["name"], &row["sports"], &row["commute"], &row["gear"]];
        assert_eq!(facts, [&json!(name), &json!([sport]), &json!(false), &Value::Null], "{file}");
    }
}

fn every_track_of_the_larger_sets_gives_exactly_what_it_holds() {
    let corpus = corpus();
    let folder = corpus.join("tracks");
    for (expectations_file, at_least) in [("expected_mapconstruction.json", 1000), ("expected_islandtrails.json", 60)] {
        let (checked, wrong) = check_all(&folder, &expectations(&folder.join(expectations_file)));
        assert!(wrong.is_empty(), "{} of {checked} files:\n{}", wrong.len(), wrong.join("\n"));
        assert!(checked >= at_least, "only {checked} files were checked");
    }
}

fn damaged_copies_of_real_files_are_survived() {
    let corpus = corpus();
    // A fixed sequence of numbers, so that a failure can be repeated.
    let mut state = 1u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut survived = 0;
    for entry in WalkDir::new(corpus.join("files")).sort_by_file_name().into_iter().map(Result::unwrap) {
        if !entry.file_type().is_file() || !(1..200_000).contains(&entry.metadata().unwrap().len()) {
            continue;
        }
        let whole = std::fs::read(entry.path()).unwrap();
        for _ in 0..12 {
            let mut damaged = whole[..1 + below(whole.len())].to_vec();
            for _ in 0..below(6) {
                // Most of what can go wrong is decided early in a file.
                let reach = if below(2) == 0 { damaged.len() } else { damaged.len().min(600) };
                damaged[below(reach)] = below(256) as u8;
            }
            let _ = trailglow::source::parse(&damaged);
            survived += 1;
        }
    }
    assert!(survived > 1000, "only {survived} damaged files were tried");
}

pub const TESTS: &[Test] = tests![
    Corpus: every_file_gives_exactly_what_it_holds,
    Corpus: archives_add_up_to_what_they_hold,
    Corpus: the_table_of_a_strava_export_is_joined_to_its_files,
    Corpus: every_track_of_the_larger_sets_gives_exactly_what_it_holds,
    Corpus: damaged_copies_of_real_files_are_survived,
];

/// The comparison above must fail when it has to.
pub mod the_comparison {
    use super::*;

    pub const TESTS: &[Test] = tests![
        Nothing: accepts_what_is_right_and_rejects_every_single_change,
        Nothing: devices_of_fit_files_have_the_same_maker,
        Nothing: rejects_outcomes_that_are_not_expected,
        Nothing: rejects_a_salvage_that_is_silent_or_different,
        Nothing: files_to_be_passed_over_are_no_fault_and_give_nothing,
        Nothing: sums_are_of_what_was_read_and_copies_count_once,
        Nothing: expectations_of_archives_are_those_of_their_files,
        Nothing: sports_in_strava_exports_are_those_of_the_table,
        Nothing: misses_no_file,
    ];

    fn found() -> Value {
        json!({
            "outcome": "ok", "reason": null, "format": "GPX", "tracks": 2, "points": 2, "timed_points": 1,
            "hr_points": 1, "ele_points": 1, "start": "1970-01-02T00:00:01.500Z", "end": "1970-01-02T00:00:01.500Z",
            "bbox": [2.0, 1.0, 5.0, 4.0], "sports": ["running"], "device": "c", "warnings": [], "waypoints": 0,
            "route_points": 0, "points_with_bad_coordinates": 0, "out_of_range_points_dropped": 0,
        })
    }

    fn expected() -> Value {
        json!({
            "outcome": "ok", "tracks": 2, "points": 2, "timed_points": 1, "hr_points": 1, "ele_points": 1,
            "start": "1970-01-02T00:00:01.5001Z", "end": "1970-01-02T00:00:01.5Z", "bbox": [2.0, 1.0, 5.0, 4.0],
            "waypoints": 0, "route_points": 0, "points_with_bad_coordinates": 0, "out_of_range_points_dropped": 0,
            "sports": ["Running", "running/generic"], "device": "c",
        })
    }

    fn changed(mut value: Value, changes: &[(&str, Value)]) -> Value {
        for (key, change) in changes {
            value[*key] = change.clone();
        }
        value
    }

    fn accepts_what_is_right_and_rejects_every_single_change() {
        assert_eq!(verdict(&expected(), &found()), Ok(()));
        for (key, wrong) in [
            ("outcome", json!("no_track")),
            ("outcome", json!("error")),
            ("tracks", json!(1)),
            ("points", json!(3)),
            ("timed_points", json!(2)),
            ("hr_points", json!(0)),
            ("ele_points", json!(2)),
            ("start", json!("1970-01-02T00:00:02Z")),
            ("start", Value::Null),
            ("end", json!("1970-01-02T00:00:01Z")),
            ("bbox", json!([2.0, 1.0, 5.0, 4.000_001])),
            ("bbox", Value::Null),
            ("waypoints", json!(1)),
            ("route_points", json!(1)),
            ("points_with_bad_coordinates", json!(1)),
            ("out_of_range_points_dropped", json!(1)),
            ("sports", json!(["cycling"])),
            ("device", json!("d")),
            ("device", Value::Null),
        ] {
            assert!(verdict(&changed(expected(), &[(key, wrong)]), &found()).is_err(), "{key}");
        }
        for (key, wrong) in [("warnings", json!(["damaged"])), ("reason", json!("why")), ("points", Value::Null)] {
            assert!(verdict(&expected(), &changed(found(), &[(key, wrong)])).is_err(), "{key}");
        }
    }

    fn devices_of_fit_files_have_the_same_maker() {
        let fit = |device: &str| changed(found(), &[("format", json!("FIT")), ("device", json!(device))]);
        let expected = |device: &str| changed(expected(), &[("device", json!(device))]);
        assert_eq!(verdict(&expected("suunto:34"), &fit("suunto Suunto 9")), Ok(()));
        assert!(verdict(&expected("suunto:34"), &fit("garmin 34")).is_err());
        assert!(verdict(&expected("suunto:34"), &fit("suunto ")).is_err());
    }

    fn rejects_outcomes_that_are_not_expected() {
        let skipped = |outcome: &str| {
            changed(
                json!({}),
                &[("outcome", json!(outcome)), ("reason", json!("why")), ("points", json!(0)), ("warnings", json!([]))],
            )
        };
        for wanted in ["ok", "no_track", "error"] {
            for outcome in ["no_track", "error"] {
                let verdict = verdict(&json!({ "outcome": wanted }), &skipped(outcome));
                assert_eq!(verdict.is_ok(), wanted == outcome, "{wanted} {outcome}");
            }
            assert_eq!(verdict(&json!({ "outcome": wanted }), &found()).is_ok(), wanted == "ok", "{wanted}");
        }
        let counted = changed(skipped("error"), &[("points", json!(1))]);
        assert!(verdict(&json!({"outcome": "error"}), &counted).is_err());
        let unexplained = changed(skipped("error"), &[("reason", Value::Null)]);
        assert!(verdict(&json!({"outcome": "error"}), &unexplained).is_err());
    }

    fn rejects_a_salvage_that_is_silent_or_different() {
        let expected = json!({"outcome": "error", "salvage": {"points": 2}});
        let warned = changed(found(), &[("warnings", json!(["damaged"]))]);
        assert!(verdict(&expected, &found()).is_err());
        assert_eq!(verdict(&expected, &warned), Ok(()));
        assert!(verdict(&json!({"outcome": "error", "salvage": {"points": 1}}), &warned).is_err());
    }

    fn files_to_be_passed_over_are_no_fault_and_give_nothing() {
        let skipped = |reason: &str| json!({"outcome": "error", "reason": reason, "points": 0, "warnings": []});
        let passed_over = skipped("not an activity file (FIT, GPX or TCX)");
        assert_eq!(verdict(&json!({"outcome": "skip"}), &passed_over), Ok(()));
        assert!(verdict(&json!({"outcome": "skip"}), &skipped("cannot be read")).is_err());
        assert!(verdict(&json!({"outcome": "skip"}), &found()).is_err());
    }

    fn sums_are_of_what_was_read_and_copies_count_once() {
        let second = changed(found(), &[("copy_of", json!("a")), ("bbox", json!([1.0, 2.0, 4.0, 5.0]))]);
        let third = changed(found(), &[("outcome", json!("error"))]);
        let later = changed(found(), &[("start", json!("1971-01-01T00:00:00Z"))]);
        let rows = ["a", "b", "c", "d"].map(str::to_owned).into_iter().zip([later, found(), second, third]).collect();
        let expected = json!({
            "points": 6, "points_distinct": 4, "start": "1970-01-02T00:00:01.500Z", "bbox": [1.0, 1.0, 5.0, 5.0],
        });
        assert_eq!(sum(&rows), expected);
        assert!(!differences(&json!({"points": 7}), &sum(&rows)).is_empty());
    }

    fn expectations_of_archives_are_those_of_their_files() {
        let inner = json!({"outcome": "ok", "members": {"c.gpx": {"points": 1}}});
        let outer = json!({"outcome": "ok", "members": {"b.zip": inner, "d.gpx": {"points": 2}}});
        let empty = json!({"outcome": "no_track", "members": {}});
        let expected = json!({"a.zip": outer, "e.zip": empty, "f.gpx": {"points": 3}});
        let flat = json!({
            "a.zip/b.zip/c.gpx": {"points": 1}, "a.zip/d.gpx": {"points": 2}, "e.zip": empty, "f.gpx": {"points": 3},
        });
        assert_eq!(Value::Object(flattened(expected.as_object().expect("an object"))), flat);
    }

    fn sports_in_strava_exports_are_those_of_the_table() {
        let members = json!({"activities.csv": {"points": 0}, "a.gpx": {"points": 1, "sports": ["x"]}});
        let expected = json!({"a.zip": {"members": members}, "b.zip": {"members": {"c.gpx": {"sports": ["x"]}}}});
        let flat = json!({"a.zip/a.gpx": {"points": 1}, "b.zip/c.gpx": {"sports": ["x"]}});
        assert_eq!(Value::Object(flattened(expected.as_object().expect("an object"))), flat);
    }

    fn misses_no_file() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("a.gpx"), "<gpx/>").expect("space");
        let expected = |name: &str| Map::from_iter([(name.to_owned(), json!({"outcome": "no_track"}))]);
        assert_eq!(check_all(dir.path(), &expected("a.gpx")), (1, vec![]));
        assert_eq!(check_all(dir.path(), &expected("b.gpx")).1.len(), 1);
    }
}
