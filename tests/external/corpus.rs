//! Real files: what the program reads from each equals expectations that were computed independently.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};
use trailglow::activity::sport::Sport;
use trailglow::collection::visible::without_privacy;
use trailglow::source::parse;
use walkdir::WalkDir;

use crate::expectations::{DEVIATIONS, NO_VALUES, check_all, differences, inspect, inspect_by_file, totals};
use crate::requirement::corpus;
use crate::{Test, tests};

fn expectations(path: &Path) -> Map<String, Value> {
    let text = std::fs::read_to_string(path).expect("the expectations are readable");
    serde_json::from_str(&text).expect("the expectations are JSON")
}

fn every_file_of_the_corpus_matches_its_expectations() {
    let corpus = corpus();
    let folder = corpus.join("files");
    let expected = expectations(&folder.join("expected.json"));
    let (checked, wrong) = check_all(&folder, &expected);
    assert!(wrong.is_empty(), "{} of {checked} files:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 150, "only {checked} files were checked");

    let named = DEVIATIONS.iter().map(|row| row.0).chain(NO_VALUES.iter().map(|row| row.0));
    for file in named {
        assert!(expected.contains_key(file), "{file} is not in the corpus");
    }
    for entry in WalkDir::new(&folder).min_depth(2).into_iter().map(Result::unwrap) {
        let name = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap();
        assert!(
            entry.file_type().is_dir() || expected.contains_key(name),
            "expected.json has no expectations for {name}"
        );
    }
}

fn totals_of_archives_match_their_expectations() {
    let corpus = corpus();
    let folder = corpus.join("files");
    let expected = expectations(&folder.join("expected.json"));
    let archives = expected.iter().filter(|(_, row)| row["kind"] == "archive");
    let mut checked = 0;
    for (name, expected) in archives.filter(|(_, row)| row["outcome"] != "error") {
        let archive = folder.join(name);
        let tables = inspect(&archive)["tables"].as_array().expect("a list").len();
        let mut entries = inspect_by_file(&archive);
        // An archive without entries has a row for itself.
        entries.remove("");
        assert_eq!(differences(expected, &totals(&entries, tables)), [""; 0], "{name}");
        checked += 1;
    }
    assert!(checked >= 4, "only {checked} archives were compared");
}

fn the_table_of_a_strava_export_is_joined_to_its_files() {
    let corpus = corpus();
    let export = corpus.join("files/other/derived_strava_export.zip");
    let table = export.join("activities.csv").display().to_string();
    let expected = json!([{"path": table, "activities": 8, "without_file": 1, "missing": 1}]);
    assert_eq!(inspect(&export)["tables"], expected);
    let rows = inspect_by_file(&export);
    for (file, name, sport) in [
        ("1001.fit.gz", "Laufen Landal Park", "run"),
        ("1002.tcx.gz", "Lunch run, \"easy\"", "run"),
        ("1003.gpx", "Beach 🏖 run", "run"),
        ("1004.fit.gz", "Zwift race", "virtual-ride"),
        ("1008.gpx.gz", "GPX gz", "ride"),
    ] {
        let row = &rows[&format!("activities/{file}")];
        let facts = [&row["name"], &row["sports"], &row["commute"], &row["gear"]];
        assert_eq!(facts, [&json!(name), &json!([sport]), &json!(false), &Value::Null], "{file}");
    }
}

/// Words of the corpus for a sport that name none, or one that is in no table.
const UNKNOWN_SPORTS: &[&str] = &["...", "snorkeling", "t", "the category", "type_23", "unknown"];

fn every_sport_is_known_or_knowingly_unknown() {
    let rows = inspect_by_file(&corpus().join("files"));
    let words = rows.values().flat_map(|row| row["sports_in_file"].as_array().expect("a list"));
    let words: BTreeSet<&str> = words.map(|word| word.as_str().expect("text")).collect();
    let unknown: Vec<&str> = words.iter().copied().filter(|word| !Sport::of(word).is_known()).collect();
    assert_eq!(unknown, UNKNOWN_SPORTS);
    let keys: BTreeSet<String> = words.iter().map(|word| Sport::of(word).key().to_owned()).collect();
    assert!(keys.len() < words.len(), "{words:?} are {keys:?}");
}

fn every_file_of_the_larger_sets_matches_its_expectations() {
    let corpus = corpus();
    let folder = corpus.join("tracks");
    for (expectations_file, at_least) in [("expected_mapconstruction.json", 1000), ("expected_islandtrails.json", 60)] {
        let (checked, wrong) = check_all(&folder, &expectations(&folder.join(expectations_file)));
        assert!(wrong.is_empty(), "{} of {checked} files:\n{}", wrong.len(), wrong.join("\n"));
        assert!(checked >= at_least, "only {checked} files were checked");
    }
}

fn damaged_copies_of_real_files_are_parsed_without_a_panic() {
    let corpus = corpus();
    // A fixed pseudorandom sequence makes failures reproducible.
    let mut state = 1u64;
    let mut random_below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut parsed = 0;
    for entry in WalkDir::new(corpus.join("files")).sort_by_file_name().into_iter().map(Result::unwrap) {
        if !entry.file_type().is_file() || !(1..200_000).contains(&entry.metadata().unwrap().len()) {
            continue;
        }
        let whole = std::fs::read(entry.path()).unwrap();
        for _ in 0..12 {
            let mut damaged = whole[..1 + random_below(whole.len())].to_vec();
            for _ in 0..random_below(6) {
                // Half of the changes hit the first 600 bytes, which decide how a file is read.
                let end = if random_below(2) == 0 { damaged.len() } else { damaged.len().min(600) };
                damaged[random_below(end)] = random_below(256) as u8;
            }
            let _ = parse(&damaged);
            parsed += 1;
        }
    }
    assert!(parsed > 1000, "only {parsed} damaged files were tried");
}

/// Recordings of 7 to 18 steps with a point every 30 s or every minute, some with pauses.
fn sparse_short_recordings_stay_whole() {
    let trips = [3, 8, 12, 25, 84, 102].map(|trip| format!("tracks/mapconstruction/athens_small/trip_{trip}.gpx"));
    for file in trips.into_iter().chain(["files/gpx/map-matching__issue-70.gpx".to_owned()]) {
        let parsed = parse(&std::fs::read(corpus().join(&file)).expect("a file")).expect("activities");
        let points = parsed.activities[0].points().count();
        let visible = without_privacy(&parsed.activities[0]).0.expect("points");
        let lengths: Vec<usize> = visible.segments.iter().map(Vec::len).collect();
        assert_eq!(lengths, [points], "{file}");
    }
}

pub const TESTS: &[Test] = tests![
    Corpus: every_file_of_the_corpus_matches_its_expectations,
    Corpus: totals_of_archives_match_their_expectations,
    Corpus: the_table_of_a_strava_export_is_joined_to_its_files,
    Corpus: every_sport_is_known_or_knowingly_unknown,
    Corpus: every_file_of_the_larger_sets_matches_its_expectations,
    Corpus: sparse_short_recordings_stay_whole,
    Corpus: damaged_copies_of_real_files_are_parsed_without_a_panic,
];
