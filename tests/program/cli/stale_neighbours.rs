//! A render names tilesets next to its output that were drawn under other zones or trims.

use std::fs;

use super::zone_check::{add_zone, rides};
use crate::program::Home;

/// Renders and returns the names on stderr, each with its reason.
fn warnings(home: &Home, out: &str, more: &[&str]) -> Vec<(String, String)> {
    let run = home.run(&[&["render", "in", "-o", out, "-q", "--zoom", "0-3"], more].concat());
    assert_eq!((run.status, &*run.stdout), (0, ""), "{}", run.stderr);
    let warning = |line: &str| {
        let (name, reason) = line.split_once(' ').expect("a name");
        let reason = reason.strip_suffix(" and was not replaced by this run: render it again or delete it");
        (name.to_owned(), reason.expect("what to do").to_owned())
    };
    run.stderr.lines().map(warning).collect()
}

#[test]
fn a_render_names_stale_tilesets_next_to_its_output() {
    let home = rides();
    let named = |name: &str, reason: &str| (name.to_owned(), reason.to_owned());
    fs::create_dir(home.path("web")).expect("disk space");
    for out in ["heat.pmtiles", "web/heat.pmtiles"] {
        assert_eq!(warnings(&home, out, &["--palette", "ember,ice"]), []);
    }
    // Neither belongs to the output.
    home.write("heat-notes.pmtiles", "no archive");
    assert_eq!(warnings(&home, "heatwave.pmtiles", &[]), []);
    assert_eq!(warnings(&home, "heat-me.pmtiles", &["--profile", "private"]), []);
    add_zone(&home, "home", "47,8");
    let zones = "was drawn under other zones";
    let expected = ["heat-frequency-ember.pmtiles", "heat-frequency-ice.pmtiles"].map(|name| named(name, zones));
    assert_eq!(warnings(&home, "heat.pmtiles", &[]), expected);
    assert_eq!(warnings(&home, "heat.pmtiles", &["--no-library"]), expected);
    let in_web = ["ember", "ice"].map(|name| named(&format!("web/heat-frequency-{name}.pmtiles"), zones));
    assert_eq!(warnings(&home, "web/heat.pmtiles", &[]), in_web);
    assert_eq!(warnings(&home, "heat.pmtiles", &["--profile", "private"]), [], "for no other eyes");
    // The file of one palette is left behind by a render of several.
    home.run_ok(&["zone", "trim", "1km"]);
    fs::copy(home.path("web/heat.pmtiles"), home.path("heat.pmtiles")).expect("disk space");
    assert_eq!(
        warnings(&home, "heat.pmtiles", &["--palette", "ember,ice"]),
        [named("heat.pmtiles", "was drawn under another trim")]
    );
    assert_eq!(warnings(&home, "heat.pmtiles", &[]), [], "both are up to date");
    rusqlite::Connection::open(home.library()).expect("the library").execute("DELETE FROM seal", []).expect("a table");
    let unknown = "may have been drawn under other zones";
    let expected = ["heat-frequency-ember.pmtiles", "heat-frequency-ice.pmtiles"].map(|name| named(name, unknown));
    assert_eq!(warnings(&home, "heat.pmtiles", &["--palette", "plum"]), expected);
    for hides in [["zone", "remove", "home"], ["zone", "trim", "off"]] {
        home.run_ok(&hides);
    }
    assert_eq!(warnings(&home, "heat.pmtiles", &["--palette", "plum"]), [], "nothing has to be hidden");
}

#[test]
fn a_render_of_one_style_of_a_folder_names_the_others() {
    let home = rides();
    assert_eq!(warnings(&home, "tiles", &["--palette", "ember,ice"]), []);
    assert_eq!(warnings(&home, "tiles/frequency-ice", &["--palette", "ice"]), []);
    home.run_ok(&["zone", "trim", "1km"]);
    let expected = ("tiles/frequency-ember".to_owned(), "was drawn under another trim".to_owned());
    assert_eq!(warnings(&home, "tiles/frequency-ice", &["--palette", "ice"]), [expected]);
    assert_eq!(warnings(&home, "tiles", &["--palette", "ember"]), [], "the folder is replaced with all its styles");
}
