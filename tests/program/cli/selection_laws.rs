//! Sentences and flags select what a slow reference selects, and facets count what selections would give.

use serde_json::Value;

use crate::program::Home;
use crate::selection_reference::Rows;

/// A home with a library of a demo.
fn demo_library() -> Home {
    let home = Home::new();
    home.run_ok(&["demo", "-n", "120", "-o", "demo", "-q"]);
    home.run_ok(&["import", "demo", "-q", "--library", "l.sqlite"]);
    home
}

#[test]
fn sentences_and_flags_select_what_the_reference_selects() {
    let home = demo_library();
    let rows = Rows::of(&home, "l.sqlite");
    assert!(rows.len() > 100);
    rows.compare(&home, "l.sqlite", 150);
}

#[test]
fn facets_count_what_each_selection_would_give() {
    let home = demo_library();
    let json = |args: &[&str]| -> Value {
        serde_json::from_str(&home.run_ok(&[args, &["--library", "l.sqlite", "--json"]].concat())).expect("JSON")
    };
    let fields = ["year", "month", "weekday", "hour", "season", "commute", "gear", "format", "distance", "ascent"];
    // No condition, one on a field, one on two fields at once.
    for condition in ["distance > 0m", "weekday in mon..fri and distance > 3km", "year = 2020 or month = may"] {
        let facets = json(&["stats", "--where", condition, "--by", &fields.join(",")])["facets"].clone();
        for field in fields {
            // The conditions without those on the field alone.
            let others = match field {
                "weekday" if condition.starts_with("weekday") => "distance > 3km",
                "distance" if condition.starts_with("weekday") => "weekday in mon..fri",
                "distance" if condition.starts_with("distance") => "not commute or commute",
                _ => condition,
            };
            let groups = facets[field].as_array().expect("groups");
            assert!(!groups.is_empty());
            for group in groups.iter().take(8) {
                let test = group["where"].as_str().expect("a condition");
                let all = json(&["stats", "--where", &format!("({others}) and {test}")])["all"].clone();
                assert_eq!(group["activities"], all["activities"], "{test}, {condition}");
                assert_eq!(group["metres"], all["metres"], "{test}, {condition}");
            }
        }
    }
    let ranges = json(&["stats", "--by", "distance,duration,ascent,sport"]);
    for field in ["distance", "duration", "ascent", "sport"] {
        let groups = ranges["facets"][field].as_array().expect("groups");
        let sum: u64 = groups.iter().filter_map(|group| group["activities"].as_u64()).sum();
        assert_eq!(Some(sum), ranges["all"]["activities"].as_u64(), "{field}");
    }
}
