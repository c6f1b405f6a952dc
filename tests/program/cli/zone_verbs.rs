//! `trailglow zone add|list|remove|trim`: changes and lists zones and the trim of a library.

use serde_json::Value;

use crate::program::Home;

#[test]
fn the_trim_is_set_shown_and_removed_and_invalid_trims_refused() {
    let home = Home::new();
    let missing = home.run(&["zone", "trim"]);
    assert!(missing.status == 1 && missing.stderr.contains("there is no library"), "{}", missing.stderr);
    let set = home.run_ok(&["zone", "trim", "200m"]);
    assert!(set.starts_with("hidden from every map from now on: 200 m at both ends of every activity;"), "{set}");
    assert_eq!(home.run_ok(&["zone", "trim"]), "200 m at both ends of every activity\n");
    assert_eq!(home.run_ok(&["zone", "list"]), "0 zones\n200 m at both ends of every activity\n");
    let json = |args: &[&str]| -> Value { serde_json::from_str(&home.run_ok(args)).expect("JSON") };
    let document = |trim_m: Option<f64>| serde_json::json!({"schema_version": 1, "zones": [], "trim_m": trim_m});
    assert_eq!(json(&["zone", "list", "--json"]), document(Some(200.0)));
    assert_eq!(json(&["zone", "trim", "1mi", "--json"]), document(Some(1609.344)));
    assert_eq!(json(&["zone", "trim", "--json"]), document(Some(1609.344)));
    for wrong in ["0m", "-5m", "200", "51km", "on", ""] {
        let run = home.run(&["zone", "trim", wrong]);
        assert!(run.status == 2 && run.stderr.contains(", or off"), "{wrong}: {}", run.stderr);
    }
    assert_eq!(home.run_ok(&["zone", "trim", "off"]), "trim removed\n");
    assert_eq!(
        (home.run_ok(&["zone", "trim"]), json(&["zone", "trim", "--json"])),
        ("no trim\n".into(), document(None))
    );
    assert_eq!(home.run_ok(&["zone", "list"]), "0 zones\n");
}

#[test]
fn zones_are_added_listed_and_removed_and_invalid_zones_refused() {
    let home = Home::new();
    let added = home.run_ok(&["zone", "add", "home", "--at", "52.52,13.405", "--radius", "400m"]);
    assert!(added.starts_with("hidden from every map from now on: home at 52.52,13.405, 400 m;"), "{added}");
    home.run_ok(&["zone", "add", "work", "--at", "-33.9,-18.4", "--radius", "1.5km"]);
    assert_eq!(home.run_ok(&["zone", "list"]), "home at 52.52,13.405, 400 m\nwork at -33.9,-18.4, 1.5 km\n2 zones\n");
    let json = |args: &[&str]| -> Value { serde_json::from_str(&home.run_ok(args)).expect("JSON") };
    let listed = json(&["zone", "list", "--json"]);
    assert_eq!(listed["zones"][1], serde_json::json!({"name": "work", "at": [-33.9, -18.4], "radius_m": 1500.0}));
    let twice = home.run(&["zone", "add", "home", "--at", "1,2", "--radius", "100m"]);
    assert!(twice.status == 1 && twice.stderr.contains("there is a zone 'home' already"), "{}", twice.stderr);
    let unknown = home.run(&["zone", "remove", "home", "nowhere"]);
    assert!(unknown.status == 1 && unknown.stderr.contains("nothing was changed"), "{}", unknown.stderr);
    assert_eq!(json(&["zone", "list", "--json"]), listed);
    assert_eq!(json(&["zone", "remove", "home", "home", "--json"])["zones"].as_array().map(Vec::len), Some(1));
    let add = |name: &str, at: &str, radius: &str| home.run(&["zone", "add", name, "--at", at, "--radius", radius]);
    for (run, message) in [
        (add("x", "91,0", "400m"), "--at"),
        (add("x", "52.5", "400m"), "--at"),
        (add("x", "52.5,13.4", "400"), "--radius"),
        (add("x", "52.5,13.4", "-400m"), "--radius"),
        (add("x", "52.5,13.4", "10m"), "--radius: invalid zone radius: use 50m to 50km"),
        (add("x", "89,13.4", "400m"), "latitude from -84 to 84"),
        (add(" ", "52.5,13.4", "400m"), "<NAME>: invalid zone name"),
    ] {
        assert!(run.status == 2 && run.stderr.contains(message), "{}: {}", run.status, run.stderr);
    }
    let none = home.run(&["zone", "list", "--library", "none.sqlite"]);
    assert!(none.status == 1 && none.stderr.contains("there is no library at none.sqlite"), "{}", none.stderr);
}

#[test]
fn mask_is_an_undocumented_alias_of_zone() {
    let home = Home::new();
    home.run_ok(&["zone", "add", "home", "--at", "52.52,13.405", "--radius", "400m"]);
    assert_eq!(home.run_ok(&["mask", "list"]), home.run_ok(&["zone", "list"]));
    for args in [&["--help"][..], &["zone", "--help"], &["zone", "add", "--help"], &["render", "--help"]] {
        let help = home.run_ok(args);
        assert!(help.contains("zone") && !help.contains("mask"), "{args:?}: {help}");
    }
}
