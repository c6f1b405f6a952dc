//! Input files: unreadable files, other kinds, archives, courses, odd names, links, previous outputs, edges of the map.

use serde_json::Value;

use super::zip::zip;
use crate::demo::demo;
use crate::program::{Home, Run, differences, gpx};

/// A short ride; each number has its own latitude.
fn ride_gpx(number: u32) -> String {
    let lat = 47.0 + f64::from(number) / 100.0;
    gpx("", (0..20).map(|step| (lat, 8.0 + f64::from(step) / 10_000.0)))
}

fn rendered_activities(home: &Home, inputs: &[&str], out: &str) -> u64 {
    let report = home.run_ok(&[&["render"], inputs, &["-o", out, "--zoom", "0-1", "--json"]].concat());
    let report: Value = serde_json::from_str(&report).expect("JSON");
    report["activities"].as_u64().expect("a number")
}

/// Lines of stderr about a file.
fn stderr_lines<'a>(run: &'a Run, name: &str) -> Vec<&'a str> {
    run.stderr.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "))).collect()
}

#[test]
fn unreadable_files_are_reported_once_and_the_others_are_drawn() {
    let home = Home::new();
    home.write("in/1.gpx", ride_gpx(1));
    home.write("in/2.gpx", ride_gpx(2));
    home.write("in/bad/empty.fit", "");
    home.write("in/bad/login.gpx", "<html>log in</html>");
    home.write("in/bad/packed.zip", "PK\x03\x04");
    home.write("in/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/><rtept lat=\"1\" lon=\"3\"/></rte></gpx>");
    home.write("in/photo.jpg", b"\xff\xd8\xff");
    home.write("in/cut.gpx", &ride_gpx(3)[..800]);
    // `in/bad` is inside `in`, yet each file is reported once.
    let args = ["render", "in", "in/bad", "-o", "tiles", "--zoom", "0-1"];
    let unreadable = ["in/bad/empty.fit", "in/bad/login.gpx", "in/bad/packed.zip"];
    let run = home.run(&args);
    assert_eq!(run.status, 3);
    assert_eq!(run.stderr.lines().count(), unreadable.len() + 1, "{}", run.stderr);
    for name in unreadable.into_iter().chain(["in/cut.gpx"]) {
        assert_eq!(stderr_lines(&run, name).len(), 1, "{name}: {}", run.stderr);
    }
    assert!(run.stdout.starts_with("3 activities from 3 files"), "{}", run.stdout);
    let skipped = "skipped: 3 files that could not be read, 1 planned course or route, 1 file of another kind\n";
    assert!(run.stdout.contains(skipped) && run.stdout.contains("damaged: 1 file read in part\n"), "{}", run.stdout);

    let quiet = home.run(&[&args[..], &["-q"]].concat());
    assert_eq!((quiet.status, &*quiet.stdout, &quiet.stderr), (3, "", &run.stderr));

    let verbose = home.run(&[&args[..], &["-v"]].concat());
    for name in unreadable.iter().chain(&["in/route.gpx", "in/photo.jpg", "in/cut.gpx"]) {
        assert_eq!(stderr_lines(&verbose, name).len(), 1, "{name}: {}", verbose.stderr);
    }

    let json = home.run(&[&args[..], &["--json"]].concat());
    assert_eq!((json.status, &json.stderr), (3, &run.stderr));
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let skipped = report["files"]["skipped"].as_array().expect("a list");
    let paths: Vec<&str> = skipped.iter().filter_map(|row| row["path"].as_str()).collect();
    assert_eq!(paths, [&unreadable[..], &["in/photo.jpg", "in/route.gpx"]].concat(), "sorted and without repetition");
    for row in &skipped[..3] {
        let (path, reason) = (row["path"].as_str().expect("a path"), row["reason"].as_str().expect("a reason"));
        assert_eq!(stderr_lines(&run, path), [format!("{path}: {reason}")]);
    }
    let damaged = &report["files"]["damaged"][0];
    assert_eq!((&damaged["path"], &damaged["bytes"]), (&Value::from("in/cut.gpx"), &Value::from(800)));
}

#[test]
fn a_file_of_another_kind_is_an_error_only_if_named() {
    let home = Home::new();
    home.write("in/1.gpx", ride_gpx(1));
    home.write("in/notes.txt", "notes");
    assert_eq!(rendered_activities(&home, &["in"], "tiles"), 1);
    let run = home.run(&["render", "in", "in/notes.txt", "-o", "tiles", "--zoom", "0", "-q"]);
    assert_eq!(run.status, 3);
    assert_eq!(run.stderr, "in/notes.txt: not an activity file (FIT, GPX, TCX, KML or GeoJSON)\n");
}

#[test]
fn file_names_are_arbitrary_and_the_content_decides_the_format() {
    let home = Home::new();
    for (number, name) in (1..).zip(["with blanks.gpx", "Übung 走.gpx", "no-ending", "-dash.gpx", "wrong.fit"]) {
        home.write(&format!("in/{name}"), ride_gpx(number));
    }
    assert_eq!(rendered_activities(&home, &["in"], "out tiles/übung"), 5);
    home.write("-dash.gpx", ride_gpx(9));
    home.run_ok(&["render", "-o", "x", "-q", "--zoom", "0", "--", "-dash.gpx", "in/with blanks.gpx"]);
}

#[test]
fn zip_archives_are_drawn_like_folders_and_identical_files_once() {
    let home = Home::new();
    let rides: Vec<String> = (1..=3).map(ride_gpx).collect();
    for (number, text) in (1..).zip(&rides) {
        home.write(&format!("in/{number}.gpx"), text);
    }
    home.run_ok(&["render", "in", "-o", "tiles", "-q", "--zoom", "0-12"]);
    let [one, two, three] = [0, 1, 2].map(|index| rides[index].as_bytes());
    let inner = zip([("2.gpx", two), ("3.gpx", three)]);
    home.write(
        "zips/export.zip",
        zip([("a/1.gpx", one), ("inner.zip", &inner), ("note.txt", b"-"), ("up/../2.gpx", two)]),
    );
    home.write("zips/1 again.gpx", &rides[0]);
    for inputs in [&["zips"][..], &["zips/export.zip"], &["zips/export.zip", "in"]] {
        let run = home.run(&[&["render"], inputs, &["-o", "same", "--zoom", "0-12"]].concat());
        let expected_error = "zips/export.zip/up/../2.gpx: cannot be read: the name leads out of the archive; \
                       rename the file in the archive\n";
        assert_eq!((run.status, &*run.stderr), (3, expected_error));
        assert!(run.stdout.starts_with("3 activities from 3 files"), "{}", run.stdout);
        let copies = ["", "1 copy of another file, ", "3 copies of other files, "];
        let copies = copies[if inputs.len() == 2 { 2 } else { usize::from(inputs[0] == "zips") }];
        let skipped = format!("skipped: 1 file that could not be read, {copies}1 file of another kind\n");
        assert!(run.stdout.contains(&skipped), "{}", run.stdout);
        assert_eq!(differences(&home.files("tiles"), &home.files("same")), [""; 0]);
    }
}

#[test]
fn courses_and_routes_are_counted_and_drawn_only_with_the_courses_flag() {
    let home = Home::new();
    home.write("in/ride.gpx", ride_gpx(1));
    home.write("in/route.gpx", ride_gpx(2).replace("trkseg>", "x>").replace("trkpt", "rtept").replace("trk>", "rte>"));
    let point = |lat: &str| {
        format!(
            "<Trackpoint><Position><LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees>\
                 </Position></Trackpoint>"
        )
    };
    let course = format!("<Courses><Course><Track>{}{}</Track></Course></Courses>", point("47.1"), point("47.2"));
    home.write("in/course.tcx", format!("<TrainingCenterDatabase>{course}</TrainingCenterDatabase>"));
    let activity = format!(
        "<Activities><Activity><Lap><Track>{}{}</Track></Lap></Activity></Activities>",
        point("47.3"),
        point("47.4")
    );
    home.write("in/both.tcx", format!("<TrainingCenterDatabase>{activity}{course}</TrainingCenterDatabase>"));
    let run = home.run_ok(&["render", "in", "-o", "tiles", "--zoom", "0-1"]);
    assert!(run.starts_with("2 activities from 2 files"), "{run}");
    assert!(run.contains("skipped: 3 planned courses and routes\n"), "{run}");
    let run = home.run_ok(&["render", "in", "-o", "tiles", "--zoom", "0-1", "--courses"]);
    assert!(run.starts_with("4 activities from 4 files") && !run.contains("skipped"), "{run}");
    assert!(run.contains("omitted: 1 copy\n"), "one course is in two files, so one copy: {run}");
    let run = home.run(&["render", "in/course.tcx", "-o", "none", "--zoom", "0"]);
    assert!(run.status == 1 && run.stderr.contains("nothing to draw: 1 planned course or route"), "{}", run.stderr);
    assert!(home.run_ok(&["inspect", "in/course.tcx"]).contains("a planned course, not a recording"));
}

#[test]
fn the_table_of_an_export_is_reported() {
    let home = Home::new();
    let table = "id,date,name,type,commute,gear,file\n1,,Ride,Ride,true,,activities/1.gpx\n2,,,,false,,\n\
                 3,,,,false,,activities/gone.gpx\n";
    home.write("export.zip", zip([("activities.csv", table.as_bytes()), ("activities/1.gpx", ride_gpx(1).as_bytes())]));
    let line = "export.zip/activities.csv lists 3 activities, 1 without a file, 1 whose file is missing\n";
    let text = home.run_ok(&["render", "export.zip", "-o", "tiles", "--zoom", "0"]);
    assert!(text.starts_with("1 activity from 1 file,") && text.contains(line), "{text}");
    assert!(home.run_ok(&["inspect", "export.zip"]).ends_with(line));
    let report = home.run_ok(&["render", "export.zip", "-o", "tiles", "--zoom", "0", "--json"]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((&report["tables"][0]["missing"], &report["files"]["found"]), (&Value::from(1), &Value::from(1)));
}

#[cfg(unix)]
#[test]
fn unprintable_file_names_are_escaped_and_stay_on_one_line() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    std::fs::create_dir(home.path("in")).expect("disk space");
    let names: [&[u8]; 2] = [b"new\nline.gpx", b"\xff\xfe.gpx"];
    for (number, name) in (1..).zip(names) {
        std::fs::write(home.path("in").join(OsStr::from_bytes(name)), ride_gpx(number)).expect("disk space");
    }
    assert_eq!(rendered_activities(&home, &["in"], "tiles"), 2);
    std::fs::write(home.path("in").join(OsStr::from_bytes(b"\x1b[31mred\n\xff.fit")), "junk").expect("disk space");
    let run = home.run(&["render", "in", "-o", "a\nb", "-q", "--zoom", "0"]);
    assert_eq!((run.status, run.stderr.lines().count()), (3, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("in/\\u{1b}[31mred\\n\u{fffd}.fit: cannot be read: "), "{}", run.stderr);
    assert!(home.path("a\nb/index.html").is_file());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_once_and_broken_links_are_reported() {
    use std::os::unix::fs::symlink;
    let home = Home::new();
    home.write("in/1.gpx", ride_gpx(1));
    home.write("elsewhere/2.gpx", ride_gpx(2));
    let link = |to: &str, name: &str| symlink(to, home.path(name)).expect("a link");
    link(".", "in/loop");
    link("..", "in/up");
    link("../elsewhere", "in/linked");
    link("1.gpx", "in/same.gpx");
    assert_eq!(rendered_activities(&home, &["in"], "tiles"), 2);
    link("nowhere", "in/broken.gpx");
    let run = home.run(&["render", "in", "-o", "tiles", "-q", "--zoom", "0"]);
    assert_eq!((run.status, stderr_lines(&run, "in/broken.gpx").len()), (3, 1), "{}", run.stderr);
    // An output behind a link is replaced at the target, and the link remains.
    link("tiles", "link");
    std::fs::remove_file(home.path("in/broken.gpx")).expect("a removable file");
    home.run_ok(&["render", "in", "-o", "link", "-q", "--zoom", "3", "--no-overview"]);
    assert!(home.path("link").is_symlink() && home.path("tiles/3").is_dir() && !home.path("tiles/0").exists());
}

#[test]
fn previous_outputs_are_not_read_as_input() {
    let home = Home::new();
    home.write("in/1.gpx", ride_gpx(1));
    for out in ["in/tiles", "in/deep/other", "in/heat.pmtiles", "in/tiles"] {
        assert_eq!(rendered_activities(&home, &["in"], out), 1, "{out}");
    }
    home.run_ok(&["render", "in", "-o", "in/several", "-p", "ice,plum", "--zoom", "0", "-q"]);
    let run = home.run(&["render", "in", "-v", "-o", "elsewhere", "--zoom", "0"]);
    assert_eq!(
        (run.status, &*run.stderr),
        (0, "in/heat.pmtiles: not an activity file (FIT, GPX, TCX, KML or GeoJSON)\n")
    );
    // As a shell expands `render * -o heat.pmtiles`.
    for out in ["in/heat.pmtiles", "in/tiles"] {
        home.run_ok(&["render", "in/1.gpx", out, "-o", out, "-q", "--zoom", "0"]);
    }
    let run = home.run(&["render", "in/tiles", "-o", "in/tiles"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stderr.contains("there are no files (hidden ones and previous outputs are not read)"),
        "{}",
        run.stderr
    );
}

#[test]
fn points_at_the_edges_of_the_map_are_drawn() {
    let home = Home::new();
    let edges = [(85.05, 180.0), (-85.05, -180.0), (85.0511, 0.0), (10.0, 179.99999), (10.0, -179.99999), (47.0, 8.0)];
    for (number, edge) in edges.into_iter().enumerate() {
        // More points than a stray run.
        home.write("edge.gpx", gpx("", [edge; 12]));
        let out = format!("edge-{number}");
        assert_eq!(rendered_activities(&home, &["edge.gpx"], &out), 1, "{edge:?}");
        home.run_ok(&["render", "edge.gpx", "-o", &out, "--zoom", "0-20", "-q"]);
        for zoom in 0..=20 {
            assert!(home.path(&format!("{out}/{zoom}")).is_dir(), "{edge:?}: no tile at zoom {zoom}");
        }
        let text = std::fs::read_to_string(home.path(&format!("{out}/tiles.json"))).expect("a description");
        let tiles: Value = serde_json::from_str(&text).expect("JSON");
        let bounds: Vec<f64> = tiles["bounds"].as_array().expect("four").iter().filter_map(Value::as_f64).collect();
        assert!(bounds[0] < bounds[2] && bounds[1] < bounds[3], "{edge:?}: {bounds:?}");
        assert!(bounds[0] >= -180.0 && bounds[2] <= 180.0 && bounds[1] > -85.06 && bounds[3] < 85.06, "{bounds:?}");
    }
}

#[test]
fn the_demo_depends_on_its_seed_alone_and_replaces_an_earlier_demo() {
    let home = Home::new();
    for (out, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
        home.run_ok(&["demo", "-q", "-n", "3", "--seed", seed, "-o", out]);
    }
    assert_eq!(home.files("a"), home.files("b"));
    assert_ne!(home.files("a"), home.files("c"));
    // An earlier demo is replaced.
    home.run_ok(&["demo", "-q", "-n", "1", "-o", "a"]);
    assert_eq!(home.files("a").len(), 2, "one activity and the marker file");
    assert!(rendered_activities(&home, &[demo(), "a"], "tiles") > 1);
}
