//! Trims of single maps and of the library hide both ends of activities.

use std::path::Path;

use serde_json::Value;

use crate::program::Home;

/// Description of the folder `out`.
fn tilejson(home: &Home) -> Value {
    serde_json::from_slice(&home.files("out")[Path::new("tiles.json")]).expect("JSON")
}

/// A home with a way of 11 km north.
fn way() -> Home {
    let home = Home::new();
    let points: String =
        (0..=100).map(|i| format!("<trkpt lat=\"{:.6}\" lon=\"8\"/>", 47.0 + f64::from(i) / 1e3)).collect();
    home.write("in/way.gpx", format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>"));
    home
}

/// South and north of the map in `out`, in degrees with three decimals.
fn south_and_north(home: &Home) -> [f64; 2] {
    let bounds = tilejson(home)["bounds"].clone();
    [1, 3].map(|side| (bounds[side].as_f64().expect("a number") * 1e3).round() / 1e3)
}

#[test]
fn trim_hides_both_ends_of_a_ride() {
    let home = way();
    let bounds = |more: &[&str]| {
        home.run_ok(&[&["render", "in", "-o", "out", "-q", "--zoom", "0-9"], more].concat());
        south_and_north(&home)
    };
    assert_eq!(bounds(&[]), [47.0, 47.1]);
    assert_eq!(bounds(&["--trim", "1km"]), [47.009, 47.091]);
    let run = home.run(&["render", "in", "-o", "out", "--trim", "6km"]);
    assert!(run.status == 1 && run.stderr.contains("nothing to draw: 1 hidden activity"), "{}", run.stderr);
}

#[test]
fn the_trim_of_the_library_holds_for_every_public_map() {
    let home = way();
    home.run_ok(&["import", "in", "-q"]);
    let bounds = |args: &[&str]| {
        let run = home.run(&[&["render", "-o", "out", "-q", "--zoom", "0-9"], args].concat());
        assert_eq!(run.status, 0, "{}", run.stderr);
        (south_and_north(&home), run.stderr)
    };
    let trimmed = [47.009, 47.091];
    home.run_ok(&["zone", "trim", "1km"]);
    for args in [&[][..], &["in"], &["in", "--no-library"], &["--trim", "1km"]] {
        assert_eq!(bounds(args), (trimmed, String::new()), "{args:?}");
    }
    for shorter in ["300m", "0m"] {
        let (bounds, stderr) = bounds(&["in", "--trim", shorter]);
        assert_eq!(bounds, trimmed);
        let expected = format!("--trim {shorter} is shorter than the trim of the library, so 1000m are hidden; ");
        assert!(stderr.starts_with(&expected), "{stderr}");
    }
    assert_eq!(bounds(&["--trim", "2km"]), ([47.018, 47.082], String::new()));
    let everything = ([47.0, 47.1], String::new());
    assert_eq!(bounds(&["--profile", "private"]), everything);
    home.run_ok(&["zone", "trim", "off"]);
    assert_eq!(bounds(&[]), everything);
    // An invalid trim hides nothing wrongly: nothing is drawn.
    home.run_ok(&["zone", "trim", "1km"]);
    let library = rusqlite::Connection::open(home.library()).expect("the library");
    library.execute("UPDATE trim SET metres = -1", []).expect("a row");
    let run = home.run(&["render", "in", "-o", "out", "-q", "--no-library"]);
    assert!(run.status == 1 && run.stderr.contains("the trim in the library is invalid"), "{}", run.stderr);
}
