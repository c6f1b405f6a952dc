//! `trailglow zone check`: tells whether outputs and their copies were drawn under the zones and the trim of now.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::program::{Home, differences, gpx};

pub const UP_TO_DATE: &str = "up to date";
pub const OTHER_ZONES: &str = "drawn under other zones: render it again";
const OTHER_TRIM: &str = "drawn under another trim: render it again";
pub const UNKNOWN: &str = "cannot tell, draw it anew";
pub const PRIVATE: &str = "private map: hides nothing";

/// Two rides; the first begins at 47° N 8° E.
pub fn rides() -> Home {
    let home = Home::new();
    for ride in 0..2 {
        let line = (0..=100).map(|i| (47.0 + f64::from(i) / 1e3, 8.0 + f64::from(ride) / 10.0));
        home.write(&format!("in/{ride}.gpx"), gpx("", line));
    }
    home
}

pub fn render(home: &Home, out: &str, more: &[&str]) {
    home.run_ok(&[&["render", "in", "-o", out, "-q", "--zoom", "0-11", "--device", "cpu"], more].concat());
}

/// Checks outputs; the exit status must be 0 exactly if all are up to date. Returns a line for each tileset.
pub fn check(home: &Home, outputs: &[&str]) -> Vec<String> {
    let run = home.run(&[&["zone", "check"], outputs].concat());
    let lines: Vec<String> = run.stdout.lines().map(str::to_owned).collect();
    let is_up_to_date = run.stderr.is_empty() && lines.iter().all(|line| line.ends_with(": up to date"));
    assert_eq!(run.status, i32::from(!is_up_to_date), "{outputs:?}: {} {}", run.stdout, run.stderr);
    lines
}

/// Verdict on an output of one style.
fn verdict(home: &Home, out: &str) -> String {
    let lines = check(home, &[out]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].strip_prefix(&format!("{out}: ")).expect("the name of the output").to_owned()
}

pub fn copy(home: &Home, from: &str, to: &str) {
    for entry in WalkDir::new(home.path(from)) {
        let entry = entry.expect("a readable entry");
        let below = entry.path().strip_prefix(home.path(from)).expect("below the folder");
        let target = if below == Path::new("") { home.path(to) } else { home.path(to).join(below) };
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("disk space");
        } else {
            fs::copy(entry.path(), target).expect("disk space");
        }
    }
}

pub fn add_zone(home: &Home, name: &str, at: &str) {
    home.run_ok(&["zone", "add", name, "--at", at, "--radius", "400m"]);
}

#[test]
fn every_change_of_zones_or_trim_makes_outputs_stale_and_undoing_it_makes_them_current() {
    let home = rides();
    add_zone(&home, "home", "47,8");
    home.run_ok(&["zone", "trim", "300m"]);
    let outputs = ["tiles", "heat.pmtiles", "without"];
    render(&home, outputs[0], &[]);
    render(&home, outputs[1], &["--layer", "passes"]);
    render(&home, outputs[2], &["--no-library"]);
    let assert_all = |expected: &str, why: &str| {
        for out in outputs {
            assert_eq!(verdict(&home, out), expected, "{out}: {why}");
        }
    };
    assert_all(UP_TO_DATE, "just drawn");
    // Whether a zone touches a ride does not matter.
    for place in ["47.05,8", "-40,100"] {
        add_zone(&home, "more", place);
        assert_all(OTHER_ZONES, "one zone more");
        home.run_ok(&["zone", "remove", "more"]);
        assert_all(UP_TO_DATE, "the zone was removed");
    }
    home.run_ok(&["zone", "remove", "home"]);
    assert_all(OTHER_ZONES, "one zone less");
    home.run_ok(&["zone", "add", "home", "--at", "47,8", "--radius", "500m"]);
    assert_all(OTHER_ZONES, "a larger zone");
    home.run_ok(&["zone", "remove", "home"]);
    add_zone(&home, "renamed", "47,8");
    assert_all(UP_TO_DATE, "the same place and radius under another name");
    for trim in ["200m", "400m", "off"] {
        home.run_ok(&["zone", "trim", trim]);
        assert_all(OTHER_TRIM, trim);
    }
    home.run_ok(&["zone", "remove", "renamed"]);
    assert_all(OTHER_ZONES, "neither zone nor trim");
    add_zone(&home, "home", "47,8");
    home.run_ok(&["zone", "trim", "0.3km"]);
    assert_all(UP_TO_DATE, "everything as before");
}

#[test]
fn rendering_again_makes_an_output_current() {
    let home = rides();
    for out in ["tiles", "heat.pmtiles"] {
        render(&home, out, &[]);
        copy(&home, out, &format!("old-{out}"));
    }
    add_zone(&home, "home", "47,8");
    for out in ["tiles", "heat.pmtiles"] {
        assert_eq!(verdict(&home, out), OTHER_ZONES);
        render(&home, out, &[]);
        assert_eq!((&*verdict(&home, out), &*verdict(&home, &format!("old-{out}"))), (UP_TO_DATE, OTHER_ZONES));
        copy(&home, out, &format!("new-{out}"));
    }
    // The zone hides nothing, so the map stays, and one render proves all copies current, in either form.
    add_zone(&home, "far", "-40,100");
    assert_eq!(verdict(&home, "new-tiles"), OTHER_ZONES);
    render(&home, "tiles", &[]);
    assert_eq!([verdict(&home, "new-tiles"), verdict(&home, "new-heat.pmtiles")], [UP_TO_DATE; 2]);
    assert_eq!(verdict(&home, "old-tiles"), OTHER_ZONES);
    home.run_ok(&["zone", "remove", "far"]);
    assert_eq!(verdict(&home, "tiles"), UP_TO_DATE, "both states give this map");
}

#[test]
fn copies_are_recognized_and_any_changed_byte_of_a_tile_is_seen() {
    let home = rides();
    render(&home, "tiles", &[]);
    render(&home, "heat.pmtiles", &[]);
    for (from, to) in [("tiles", "site/map"), ("heat.pmtiles", "site/other-name.pmtiles")] {
        fs::create_dir_all(home.path("site")).expect("disk space");
        copy(&home, from, to);
        assert_eq!(verdict(&home, to), UP_TO_DATE);
    }
    fs::rename(home.path("tiles"), home.path("moved")).expect("one file system");
    assert_eq!(verdict(&home, "moved"), UP_TO_DATE);
    home.write("moved/CNAME", "example.org");
    assert_eq!(verdict(&home, "moved"), UP_TO_DATE);

    let tile = WalkDir::new(home.path("moved/9")).into_iter().map(|entry| entry.expect("an entry"));
    let tile = tile.filter(|entry| entry.file_type().is_file()).last().expect("a tile").into_path();
    let png = fs::read(&tile).expect("a tile");
    for at in [0, 20, 45, png.len() / 2, png.len() - 1] {
        let mut changed = png.clone();
        changed[at] ^= 1;
        fs::write(&tile, changed).expect("disk space");
        assert_eq!(verdict(&home, "moved"), UNKNOWN, "byte {at}");
    }
    fs::remove_file(&tile).expect("a tile");
    assert_eq!(verdict(&home, "moved"), UNKNOWN, "a tile less");
    fs::write(&tile, &png).expect("disk space");
    assert_eq!(verdict(&home, "moved"), UP_TO_DATE);
    for stray in ["moved/9/0/0.png", "moved/15/1/1.png"] {
        home.write(stray, &png);
        assert_eq!(verdict(&home, "moved"), UNKNOWN, "{stray} was left behind");
        fs::remove_dir_all(home.path(stray).parent().expect("a folder")).expect("a folder");
    }
    let tiles_json = fs::read_to_string(home.path("moved/tiles.json")).expect("a description");
    assert!(tiles_json.contains("\"activities\": 2"));
    home.write("moved/tiles.json", tiles_json.replace("\"activities\": 2", "\"activities\": 3"));
    assert_eq!(verdict(&home, "moved"), UNKNOWN);

    let mut archive = fs::read(home.path("heat.pmtiles")).expect("an archive");
    let last = archive.len() - 1;
    archive[last] ^= 1;
    home.write("heat.pmtiles", &archive);
    assert_eq!(verdict(&home, "heat.pmtiles"), UNKNOWN);
    archive[last] ^= 1;
    home.write("heat.pmtiles", &archive);
    assert_eq!(verdict(&home, "heat.pmtiles"), UP_TO_DATE);
    archive.push(0);
    home.write("heat.pmtiles", archive);
    assert_eq!(verdict(&home, "heat.pmtiles"), UNKNOWN, "a byte behind the end");
}

#[test]
fn each_style_is_checked() {
    let home = rides();
    render(&home, "tiles", &["--palette", "ember,ice"]);
    render(&home, "heat.pmtiles", &["--palette", "ember,ice"]);
    let lines = |verdicts: [&str; 5]| -> Vec<String> {
        let paths = [
            "tiles",
            "tiles/frequency-ember",
            "tiles/frequency-ice",
            "heat-frequency-ember.pmtiles",
            "heat-frequency-ice.pmtiles",
        ];
        paths.iter().zip(verdicts).map(|(path, verdict)| format!("{path}: {verdict}")).collect()
    };
    assert_eq!(check(&home, &["tiles", "heat.pmtiles"]), lines([UP_TO_DATE; 5]));
    copy(&home, "tiles/frequency-ice", "ice");
    assert_eq!(verdict(&home, "ice"), UP_TO_DATE);
    add_zone(&home, "home", "47,8");
    render(&home, "tiles", &["--palette", "ember"]);
    copy(&home, "ice", "tiles/frequency-ice");
    // A folder is up to date only with all that it contains.
    let left_behind = ["tiles", "tiles/frequency-ice"].map(|path| format!("{path}: {OTHER_ZONES}"));
    assert_eq!(check(&home, &["tiles"]), left_behind);
    render(&home, "tiles", &["--palette", "ember,ice"]);
    assert_eq!(
        check(&home, &["tiles", "heat.pmtiles"]),
        lines([UP_TO_DATE, UP_TO_DATE, UP_TO_DATE, OTHER_ZONES, OTHER_ZONES])
    );
}

#[test]
fn a_folder_of_several_styles_is_as_fresh_as_the_least_fresh_of_them() {
    let home = rides();
    render(&home, "tiles", &["--palette", "ember,ice"]);
    // The zone hides nothing, so another render of one style proves it current.
    add_zone(&home, "far", "-40,100");
    render(&home, "ember", &["--palette", "ember"]);
    let expected = |states: [&str; 3]| {
        let paths = ["tiles", "tiles/frequency-ember", "tiles/frequency-ice"];
        paths.iter().zip(states).map(|(path, state)| format!("{path}: {state}")).collect::<Vec<_>>()
    };
    assert_eq!(check(&home, &["tiles"]), expected([OTHER_ZONES, UP_TO_DATE, OTHER_ZONES]));
    render(&home, "ice", &["--palette", "ice"]);
    assert_eq!(check(&home, &["tiles"]), expected([OTHER_ZONES, UP_TO_DATE, UP_TO_DATE]), "the page has both styles");
    render(&home, "both", &["--palette", "ember,ice"]);
    assert_eq!(check(&home, &["tiles"]), expected([UP_TO_DATE; 3]));
}

#[test]
fn archives_and_folders_inside_a_folder_are_checked() {
    let home = rides();
    render(&home, "tiles", &["--palette", "ember,ice"]);
    render(&home, "heat.pmtiles", &[]);
    render(&home, "private.pmtiles", &["--profile", "private"]);
    fs::copy(home.path("heat.pmtiles"), home.path("tiles/frequency-ice/heat.pmtiles")).expect("disk space");
    home.write("tiles/other.pmtiles", "not by Trailglow");
    let names = ["tiles", "tiles/frequency-ember", "tiles/frequency-ice", "tiles/frequency-ice/heat.pmtiles"];
    assert_eq!(check(&home, &["tiles"]), names.map(|name| format!("{name}: {UP_TO_DATE}")));
    fs::rename(home.path("private.pmtiles"), home.path("tiles/private.pmtiles")).expect("one file system");
    let states = [PRIVATE, UP_TO_DATE, UP_TO_DATE, PRIVATE, UP_TO_DATE];
    let names = ["tiles", "tiles/frequency-ember", "tiles/frequency-ice", "tiles/private.pmtiles", names[3]];
    let lines = names.iter().zip(states).map(|(name, state)| format!("{name}: {state}"));
    assert_eq!(check(&home, &["tiles"]), lines.collect::<Vec<_>>());
    // The folder of a web site, which is no output itself.
    home.write("site/index.html", "hello");
    copy(&home, "tiles/frequency-ice", "site/map");
    fs::copy(home.path("heat.pmtiles"), home.path("site/heat.pmtiles")).expect("disk space");
    let names = ["site/map", "site/heat.pmtiles", "site/map/heat.pmtiles"];
    assert_eq!(check(&home, &["site"]), names.map(|name| format!("{name}: {UP_TO_DATE}")));
}

#[test]
fn outputs_without_a_record_are_unknown() {
    let home = rides();
    render(&home, "before", &["--no-library"]);
    assert!(!home.library().exists());
    home.run_ok(&["import", "in", "-q", "--library", "other.sqlite"]);
    render(&home, "other", &["--library", "other.sqlite"]);
    home.run_ok(&["zone", "trim", "1km"]);
    assert_eq!([verdict(&home, "before"), verdict(&home, "other")], [UNKNOWN; 2]);
    render(&home, "before", &["--no-library"]);
    assert_eq!(verdict(&home, "before"), UP_TO_DATE, "the library exists now");
    render(&home, "private", &["--profile", "private"]);
    assert_eq!(verdict(&home, "private"), PRIVATE);
    // Older versions kept no seals.
    rusqlite::Connection::open(home.library()).expect("the library").execute("DELETE FROM seal", []).expect("a table");
    assert_eq!(verdict(&home, "before"), UNKNOWN);
}

#[test]
fn an_unreadable_output_is_named_and_the_others_are_checked() {
    let home = rides();
    render(&home, "tiles", &[]);
    home.write("notes.txt", "buy milk");
    home.write("junk.pmtiles", "buy milk");
    let outputs = ["missing", "in", "notes.txt", "junk.pmtiles", "none.pmtiles", "tiles"];
    let run = home.run(&[&["zone", "check"], &outputs[..]].concat());
    assert_eq!((run.status, &*run.stdout), (1, "tiles: up to date\n"));
    let errors: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(errors.len(), 5);
    for (error, out) in errors.iter().zip(outputs) {
        assert!(
            error.starts_with(&format!("cannot read {out} as a tileset by Trailglow; render it again: ")),
            "{error}"
        );
    }
    let run = home.run(&["zone", "check", "--json", "tiles", "in"]);
    let mut document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.status, document["outputs"][1]["error"].take().as_str()), (1, run.stderr.lines().next()));
    let expected = json!({"schema_version": 1, "error": "not all outputs are up to date", "outputs": [
        {"path": "tiles", "state": "up_to_date", "error": null},
        {"path": "in", "state": "unreadable", "error": null},
    ]});
    assert_eq!(document, expected);
    let run = home.run(&["zone", "check", "tiles", "--library", "none.sqlite"]);
    assert!(run.status == 1 && run.stderr.contains("there is no library at none.sqlite"), "{}", run.stderr);
    assert_eq!(home.run(&["zone", "check"]).status, 2);
}

#[test]
fn a_longer_trim_of_one_render_stays_current_while_the_trim_of_the_library_is_shorter() {
    let home = rides();
    render(&home, "tiles", &["--trim", "500m"]);
    assert_eq!(verdict(&home, "tiles"), UP_TO_DATE);
    for (trim, expected) in [("200m", UP_TO_DATE), ("500m", UP_TO_DATE), ("600m", OTHER_TRIM), ("off", UP_TO_DATE)] {
        home.run_ok(&["zone", "trim", trim]);
        assert_eq!(verdict(&home, "tiles"), expected, "{trim}");
    }
}

#[test]
fn an_output_contains_nothing_about_zones_and_trim() {
    // The same trim from a library, from a flag and without a library.
    let files = |prepare: &[&str], more: &[&str]| {
        let home = rides();
        if !prepare.is_empty() {
            home.run_ok(prepare);
        }
        ["tiles", "heat.pmtiles"].map(|out| {
            render(&home, out, more);
            home.files(out)
        })
    };
    let kept = files(&["zone", "trim", "300m"], &[]);
    for other in [files(&[], &["--trim", "300m"]), files(&[], &["--trim", "300m", "--no-library"])] {
        for (kept, other) in kept.iter().zip(&other) {
            assert_eq!(differences(kept, other), [""; 0]);
        }
    }
    assert_ne!(differences(&kept[0], &files(&[], &[])[0]), [""; 0]);
}
