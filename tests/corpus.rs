//! Real files with independently computed expectations: every one must give exactly the points it holds.
//!
//! The corpus lies beside the repository or where `TRAILGLOW_CORPUS` says; without it, these tests say so and pass.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use trailglow::activity::Point;
use trailglow::source::{Format, Reading, Skip, read};
use walkdir::WalkDir;

/// Where we knowingly differ: file, what it comes to, and why that is right. A row that is no longer needed fails the test.
const DEVIATIONS: &[(&str, Outcome, &str)] = &[(
    "other/derived_truncated.gpx.gz",
    Outcome::Points(219),
    "a cut gzip is read as far as it goes, with a warning, like every other cut file",
)];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Points(usize),
    NoTrack,
    Refused,
}

fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("TRAILGLOW_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: there is no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn expectations(path: &Path) -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(path).expect("the expectations are readable");
    serde_json::from_str(&text).expect("the expectations are JSON")
}

/// The numbers of a reading under the names that the expectations use.
fn measured(reading: &Reading) -> Value {
    let points: Vec<&Point> = reading
        .activities
        .iter()
        .flat_map(|activity| activity.points())
        .filter(|point| point.lat.abs() <= 90.0 && point.lon.abs() <= 180.0)
        .collect();
    let count = |has: fn(&Point) -> bool| points.iter().filter(|point| has(point)).count();
    let times: Vec<i64> = points.iter().filter_map(|point| point.time_ms).collect();
    let bounds = |of: fn(&Point) -> f64| {
        points.iter().fold((f64::MAX, f64::MIN), |(low, high), point| (low.min(of(point)), high.max(of(point))))
    };
    let ((west, east), (south, north)) = (bounds(|point| point.lon), bounds(|point| point.lat));
    json!({
        "points": points.len(),
        "timed_points": times.len(),
        "hr_points": count(|point| point.heart_rate_bpm.is_some()),
        "ele_points": count(|point| point.elevation_m.is_some()),
        "start": times.first(),
        "end": times.last(),
        "bbox": if points.is_empty() { Value::Null } else { json!([west, south, east, north]) },
        "waypoints": reading.waypoints,
        "route_points": reading.route_points,
        "points_with_bad_coordinates": reading.bad_points,
        "sports": reading.activities.iter().map(|activity| activity.sport.as_str()).collect::<BTreeSet<_>>(),
        "device": reading.device,
    })
}

/// Every difference between expectations and measurement, for the keys that the expectations have.
fn differences(expected: &Value, reading: &Reading) -> Vec<String> {
    let found = measured(reading);
    let mut differences = Vec::new();
    let mut check = |key: &str, same: &dyn Fn(&Value, &Value) -> bool| {
        if let Some(wanted) = expected.get(key)
            && !same(wanted, &found[key])
        {
            differences.push(format!("{key}: expected {wanted}, found {}", found[key]));
        }
    };
    for key in ["points", "timed_points", "hr_points", "ele_points"] {
        check(key, &|wanted, found| wanted == found);
    }
    for key in ["start", "end"] {
        check(key, &|wanted, found| wanted.as_str().map(unix_ms) == found.as_i64());
    }
    check("bbox", &same_box);
    if reading.format == Format::Gpx {
        for key in ["waypoints", "route_points", "points_with_bad_coordinates", "device"] {
            check(key, &|wanted, found| wanted == found);
        }
    }
    // The expectations list at most eight sports.
    check("sports", &|wanted, found| {
        let plain = |name: &Value| name.as_str().map(|name| name.trim_end_matches("/generic").to_lowercase());
        let wanted: Vec<_> = wanted.as_array().unwrap().iter().map(plain).collect();
        wanted.len() == 8 || found.as_array().unwrap().iter().all(|sport| wanted.contains(&plain(sport)))
    });
    differences
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
fn verdict(expected: &Value, outcome: &Result<Reading, Skip>) -> Result<(), String> {
    let or_differences = |expected: &Value, reading: &Reading| match differences(expected, reading) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(differences.join("; ")),
    };
    match (expected["outcome"].as_str().unwrap(), outcome) {
        ("ok", Ok(reading)) if reading.warnings.is_empty() => or_differences(expected, reading),
        ("ok", Ok(reading)) => Err(format!("needless warnings: {:?}", reading.warnings)),
        ("no_track", Err(Skip::NoTrack(_))) => Ok(()),
        ("error", Err(Skip::Unreadable(_) | Skip::NotActivity)) => Ok(()),
        ("error", Ok(reading)) if expected.get("salvage").is_some() => {
            let silent =
                reading.warnings.is_empty() && !expected["note"].to_string().contains("without a warning is fine");
            let mut salvage = expected["salvage"].clone();
            let one_fewer = measured(reading)["points"].as_u64().map(|points| points + 1) == salvage["points"].as_u64();
            if one_fewer && expected["also_accept"].to_string().contains("up to this many points") {
                // The point that the file ends in has a position, but is not whole.
                salvage = json!({ "start": salvage["start"], "hr_points": salvage["hr_points"] });
            }
            if silent { Err("salvaged without a warning".into()) } else { or_differences(&salvage, reading) }
        }
        ("error", Ok(reading)) if expected["also_accept"].to_string().contains("ok with 2 points") => {
            or_differences(&json!({"points": 2}), reading)
        }
        (wanted, Ok(reading)) => Err(format!("expected {wanted}, found {} points", measured(reading)["points"])),
        (wanted, Err(skip)) => Err(format!("expected {wanted}, found: {skip}")),
    }
}

fn summary(outcome: &Result<Reading, Skip>) -> Outcome {
    match outcome {
        Ok(reading) => Outcome::Points(measured(reading)["points"].as_u64().unwrap() as usize),
        Err(Skip::NoTrack(_)) => Outcome::NoTrack,
        Err(_) => Outcome::Refused,
    }
}

/// Reads every file below `folder` that `expected` has an entry for, and reports all that is not as it should be.
fn check_all(folder: &Path, expected: &serde_json::Map<String, Value>) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (name, expected) in expected.iter().filter(|(name, _)| !name.ends_with(".zip")) {
        let outcome = read(&folder.join(name));
        let deviation = DEVIATIONS.iter().find(|(file, ..)| file == name);
        match (verdict(expected, &outcome), deviation) {
            (Ok(()), None) => {}
            (Ok(()), Some((_, _, reason))) => wrong.push(format!("{name}: the deviation is stale: {reason}")),
            (Err(_), Some((_, known, _))) if summary(&outcome) == *known => {}
            (Err(difference), _) => wrong.push(format!("{name}: {difference}")),
        }
        checked += 1;
    }
    (checked, wrong)
}

#[test]
fn every_file_gives_exactly_what_it_holds() {
    let Some(corpus) = corpus() else { return };
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

#[test]
fn every_track_of_the_larger_sets_gives_exactly_what_it_holds() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("tracks");
    for (expectations_file, at_least) in [("expected_mapconstruction.json", 1000), ("expected_islandtrails.json", 60)] {
        let (checked, wrong) = check_all(&folder, &expectations(&folder.join(expectations_file)));
        assert!(wrong.is_empty(), "{} of {checked} files:\n{}", wrong.len(), wrong.join("\n"));
        assert!(checked >= at_least, "only {checked} files were checked");
    }
}

#[test]
fn damaged_copies_of_real_files_are_survived() {
    let Some(corpus) = corpus() else { return };
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

/// The comparison above must fail when it has to.
mod the_comparison {
    use super::*;

    fn reading() -> Reading {
        let gpx = br#"<gpx creator="c"><trk><type>Running</type><trkseg>
            <trkpt lat="1" lon="2"><ele>3</ele><time>1970-01-02T00:00:01.5Z</time></trkpt>
            <trkpt lat="4" lon="5"><extensions><hr>60</hr></extensions></trkpt></trkseg></trk></gpx>"#;
        trailglow::source::parse(gpx).unwrap()
    }

    fn expected() -> Value {
        json!({
            "outcome": "ok", "points": 2, "timed_points": 1, "hr_points": 1, "ele_points": 1,
            "start": "1970-01-02T00:00:01.5Z", "end": "1970-01-02T00:00:01.5Z", "bbox": [2.0, 1.0, 5.0, 4.0],
            "waypoints": 0, "route_points": 0, "points_with_bad_coordinates": 0, "sports": ["running"], "device": "c",
        })
    }

    #[test]
    fn accepts_what_is_right_and_rejects_every_single_change() {
        assert_eq!(verdict(&expected(), &Ok(reading())), Ok(()));
        for (key, wrong) in [
            ("outcome", json!("no_track")),
            ("outcome", json!("error")),
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
            ("sports", json!(["cycling"])),
            ("device", json!("d")),
        ] {
            let mut expected = expected();
            expected[key] = wrong;
            assert!(verdict(&expected, &Ok(reading())).is_err(), "{key}");
        }
    }

    #[test]
    fn rejects_skips_that_are_not_expected() {
        for (outcome, skip) in [
            ("ok", Skip::NotActivity),
            ("ok", Skip::NoTrack(String::new())),
            ("no_track", Skip::Unreadable(String::new())),
            ("no_track", Skip::NotActivity),
            ("error", Skip::NoTrack(String::new())),
        ] {
            assert!(verdict(&json!({ "outcome": outcome }), &Err(skip.clone())).is_err(), "{outcome} {skip:?}");
        }
    }

    #[test]
    fn rejects_a_salvage_that_is_silent_or_different() {
        let expected = json!({"outcome": "error", "salvage": {"points": 2}});
        let mut warned = reading();
        assert!(verdict(&expected, &Ok(warned.clone())).is_err());
        warned.warnings.push("damaged".into());
        assert_eq!(verdict(&expected, &Ok(warned.clone())), Ok(()));
        assert!(verdict(&json!({"outcome": "error", "salvage": {"points": 1}}), &Ok(warned)).is_err());
    }
}
