//! Tests of the comparison with expectations: every planted difference is found.

use serde_json::{Map, Value, json};

use crate::expectations::{check_all, differences, flattened, totals, verdict, without_no_values};
use crate::{Test, tests};

pub const TESTS: &[Test] = tests![
    Nothing: a_matching_result_is_accepted_and_every_single_change_rejected,
    Nothing: devices_of_fit_files_are_compared_by_manufacturer,
    Nothing: unexpected_outcomes_are_rejected,
    Nothing: numbers_that_stand_for_no_value_are_not_expected,
    Nothing: a_salvaged_file_needs_a_warning_and_the_expected_points,
    Nothing: skipped_files_are_accepted_with_their_reason_alone,
    Nothing: sums_count_files_that_were_read_and_distinct_points_of_copies_once,
    Nothing: expectations_of_archives_are_flattened_to_their_files,
    Nothing: sports_of_files_in_strava_exports_are_not_compared,
    Nothing: an_unknown_key_is_a_difference,
    Nothing: a_file_that_was_not_read_is_reported,
];

fn found() -> Value {
    json!({
        "outcome": "ok", "reason": null, "format": "GPX", "activities": 1, "empty_activities": 1, "points": 2, "timed_points": 1,
        "hr_points": 1, "ele_points": 1, "start": "1970-01-02T00:00:01.500Z", "end": "1970-01-02T00:00:01.500Z",
        "bbox": [2.0, 1.0, 5.0, 4.0], "sports": ["run"], "sports_in_file": ["running"], "device": "c", "warnings": [], "waypoints": 0,
        "route_points": 0, "unreadable_points": 0, "out_of_range_points": 0,
        "points_without_position": 3, "course": false,
    })
}

fn expected() -> Value {
    json!({
        "outcome": "ok", "tracks": 2, "points": 2, "timed_points": 1, "hr_points": 1, "ele_points": 1,
        "start": "1970-01-02T00:00:01.5001Z", "end": "1970-01-02T00:00:01.5Z", "bbox": [2.0, 1.0, 5.0, 4.0],
        "waypoints": 0, "route_points": 0, "points_with_bad_coordinates": 0, "out_of_range_points_dropped": 0,
        "sports": ["Running", "running/generic"], "device": "c", "has_time": true, "has_hr": true, "has_ele": true,
        "records": 5, "trackpoints": 5, "activities": 2, "laps": 1, "flags": ["west"],
    })
}

fn changed(mut value: Value, changes: &[(&str, Value)]) -> Value {
    for (key, change) in changes {
        value[*key] = change.clone();
    }
    value
}

fn a_matching_result_is_accepted_and_every_single_change_rejected() {
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
        ("has_time", json!(false)),
        ("has_hr", json!(false)),
        ("has_ele", Value::Null),
        ("records", json!(4)),
        ("trackpoints", json!(2)),
        ("activities", json!(1)),
        ("entries", json!(1)),
    ] {
        assert!(verdict(&changed(expected(), &[(key, wrong)]), &found()).is_err(), "{key}");
    }
    for (key, wrong) in [("warnings", json!(["damaged"])), ("reason", json!("why")), ("points", Value::Null)] {
        assert!(verdict(&expected(), &changed(found(), &[(key, wrong)])).is_err(), "{key}");
    }
}

fn devices_of_fit_files_are_compared_by_manufacturer() {
    let fit = |device: &str| changed(found(), &[("format", json!("FIT")), ("device", json!(device))]);
    let expected = |device: &str| changed(expected(), &[("device", json!(device))]);
    assert_eq!(verdict(&expected("suunto:34"), &fit("suunto Suunto 9")), Ok(()));
    assert!(verdict(&expected("suunto:34"), &fit("garmin 34")).is_err());
    assert!(verdict(&expected("suunto:34"), &fit("suunto ")).is_err());
}

fn unexpected_outcomes_are_rejected() {
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

fn a_salvaged_file_needs_a_warning_and_the_expected_points() {
    let expected = json!({"outcome": "error", "salvage": {"points": 2}});
    let warned = changed(found(), &[("warnings", json!(["damaged"]))]);
    assert!(verdict(&expected, &found()).is_err());
    assert_eq!(verdict(&expected, &warned), Ok(()));
    assert!(verdict(&json!({"outcome": "error", "salvage": {"points": 1}}), &warned).is_err());
}

fn skipped_files_are_accepted_with_their_reason_alone() {
    let skipped = |reason: &str| json!({"outcome": "error", "reason": reason, "points": 0, "warnings": []});
    let skipped_file = skipped("not an activity file (FIT, GPX, TCX, KML or GeoJSON)");
    assert_eq!(verdict(&json!({"outcome": "skip"}), &skipped_file), Ok(()));
    assert!(verdict(&json!({"outcome": "skip"}), &skipped("cannot be read")).is_err());
    assert!(verdict(&json!({"outcome": "skip"}), &found()).is_err());
}

fn sums_count_files_that_were_read_and_distinct_points_of_copies_once() {
    let second = changed(found(), &[("twin_of", json!("a")), ("bbox", json!([1.0, 2.0, 4.0, 5.0]))]);
    let third = changed(found(), &[("outcome", json!("error"))]);
    let later = changed(found(), &[("start", json!("1971-01-01T00:00:00Z"))]);
    let skipped = changed(third.clone(), &[("reason", json!("not an activity file (FIT, GPX, TCX, KML or GeoJSON)"))]);
    let names = ["a", "b", "c", "d", "e"].map(str::to_owned).into_iter();
    let rows = names.zip([later, found(), second, third, skipped]).collect();
    let expected = json!({
        "points": 6, "points_distinct": 4, "timed_points": 3, "hr_points": 3, "ele_points": 3,
        "start": "1970-01-02T00:00:01.500Z", "bbox": [1.0, 1.0, 5.0, 5.0],
        "entries": 6, "entries_ok": 3, "entries_no_track": 0, "entries_error": 1, "entries_skip": 2,
    });
    assert_eq!(totals(&rows, 1), expected);
    for key in
        ["points", "points_distinct", "entries", "entries_ok", "entries_no_track", "entries_error", "entries_skip"]
    {
        assert!(!differences(&json!({key: 7}), &totals(&rows, 1)).is_empty(), "{key}");
    }
}

fn an_unknown_key_is_a_difference() {
    assert!(differences(&json!({"laps": 7}), &found()).is_empty());
    for key in ["hr_piont", "Laps", "warnings"] {
        assert_eq!(differences(&json!({key: found()[key]}), &found()).len(), 1, "{key}");
    }
}

fn expectations_of_archives_are_flattened_to_their_files() {
    let inner = json!({"outcome": "ok", "members": {"c.gpx": {"points": 1}}});
    let outer = json!({"outcome": "ok", "members": {"b.zip": inner, "d.gpx": {"points": 2}}});
    let empty = json!({"outcome": "no_track", "members": {}});
    let expected = json!({"a.zip": outer, "e.zip": empty, "f.gpx": {"points": 3}});
    let flat = json!({
        "a.zip/b.zip/c.gpx": {"points": 1}, "a.zip/d.gpx": {"points": 2}, "e.zip": empty, "f.gpx": {"points": 3},
    });
    assert_eq!(Value::Object(flattened(expected.as_object().expect("an object"))), flat);
}

fn sports_of_files_in_strava_exports_are_not_compared() {
    let members = json!({"activities.csv": {"points": 0}, "a.gpx": {"points": 1, "sports": ["x"]}});
    let expected = json!({"a.zip": {"members": members}, "b.zip": {"members": {"c.gpx": {"sports": ["x"]}}}});
    let flat = json!({"a.zip/a.gpx": {"points": 1}, "b.zip/c.gpx": {"sports": ["x"]}});
    assert_eq!(Value::Object(flattened(expected.as_object().expect("an object"))), flat);
}

fn a_file_that_was_not_read_is_reported() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("a.gpx"), "<gpx/>").expect("disk space");
    let expected = |name: &str| Map::from_iter([(name.to_owned(), json!({"outcome": "no_track"}))]);
    assert_eq!(check_all(dir.path(), &expected("a.gpx")), (1, vec![]));
    assert_eq!(check_all(dir.path(), &expected("b.gpx")).1.len(), 1);
}

fn numbers_that_stand_for_no_value_are_not_expected() {
    let row = |points: u64, has: bool| json!({"hr_points": points, "has_hr": has, "ele_points": 5});
    assert_eq!(without_no_values("fit/fit__0134902991.fit", row(739, true)), row(0, false));
    assert_eq!(without_no_values("fit/elevate__zwift-pschit.fit", row(10, true)), row(7, true));
    let salvaged = |points: u64| json!({"outcome": "error", "salvage": {"hr_points": points}});
    assert_eq!(without_no_values("fit/python-fitparse__nick.fit", salvaged(9)), salvaged(5));
    assert_eq!(without_no_values("another.fit", row(10, true)), row(10, true));
}
