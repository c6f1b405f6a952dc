//! Nothing is lost unnoticed: files read in part and files of kinds that are not read are named, and the status is 3.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::program::{Home, Run, backdate, gpx};

/// A ride of 200 points; each number has its own latitude.
fn ride(number: u32) -> String {
    let lat = 47.0 + f64::from(number) / 100.0;
    gpx("", (0..200).map(|step| (lat, 8.0 + f64::from(step) / 10_000.0)))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// A ride cut after this number of points.
fn cut(ride: &str, points: usize) -> String {
    let end = ride.match_indices("<trkpt").nth(points).expect("a longer ride").0;
    ride[..end].to_owned()
}

fn stderr_lines(run: &Run) -> Vec<&str> {
    run.stderr.lines().collect()
}

#[test]
fn a_file_read_in_part_is_named_once_whether_new_or_remembered() {
    let home = Home::new();
    let whole = ride(1);
    let cut = cut(&ride(2), 49);
    let mut packed = gzip(ride(3).as_bytes());
    packed.truncate(packed.len() - 4);
    home.write("in/1.gpx", &whole);
    home.write("in/2.gpx", &cut);
    home.write("in/3.gpx.gz", &packed);
    home.write("in/4.gpx", ride(4).replacen("<trkpt", "<trkpt lat=\"1><trkpt", 1));
    for name in ["in/1.gpx", "in/2.gpx", "in/3.gpx.gz", "in/4.gpx"] {
        backdate(&home, name);
    }
    let bytes = format!("{},{:03}", cut.len() / 1000, cut.len() % 1000);
    let expected = [
        format!("in/2.gpx: damaged, 49 points in {bytes} bytes were read: the file is truncated"),
        "in/3.gpx.gz: damaged, 200 points in ".to_owned(),
        "in/4.gpx: damaged, 200 points in ".to_owned(),
    ];
    let render = ["render", "in", "-o", "tiles", "--zoom", "0-1"];
    for args in [&render[..], &render, &["import", "in"], &["import", "in", "-v"], &["import", "in", "-q"]] {
        let run = home.run(args);
        let lines = stderr_lines(&run);
        assert_eq!((run.status, lines.len()), (3, expected.len()), "{args:?}: {}", run.stderr);
        for (line, expected) in lines.iter().zip(&expected) {
            assert!(line.starts_with(expected), "{args:?}: {line}");
        }
        assert!(args.contains(&"-q") || run.stdout.contains("damaged: 3 files read in part\n"), "{}", run.stdout);
    }
    let run = home.run(&[&render[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let damaged = report["files"]["damaged"].as_array().expect("a list");
    let row = |row: &Value| (row["path"].clone(), row["points"].clone());
    let expected = [("in/2.gpx", 49), ("in/3.gpx.gz", 200), ("in/4.gpx", 200)];
    assert_eq!(
        damaged.iter().map(row).collect::<Vec<_>>(),
        expected.map(|(path, points)| (path.into(), points.into()))
    );
    assert_eq!((run.status, &damaged[0]["bytes"]), (3, &Value::from(cut.len())));
}

#[test]
fn a_long_list_names_twenty_files_and_counts_the_rest() {
    let home = Home::new();
    home.write("in/0.gpx", ride(0));
    for number in 1..=25 {
        home.write(&format!("in/cut-{number:02}.gpx"), cut(&ride(number), 10));
        home.write(&format!("in/empty-{number:02}.fit"), "");
    }
    let args = ["render", "in", "-o", "tiles", "--zoom", "0"];
    let run = home.run(&args);
    let lines = stderr_lines(&run);
    let begin = |prefix: &str| lines.iter().filter(|line| line.starts_with(prefix)).count();
    assert_eq!((run.status, begin("in/cut-"), begin("in/empty-")), (3, 20, 20), "{}", run.stderr);
    let rest = [
        "5 more files (--verbose names all): cannot be read: the file is empty; download it again",
        "5 more files (--verbose names all): damaged",
    ];
    assert_eq!(lines[40..], rest);
    assert!(run.stdout.contains("damaged: 25 files read in part"), "{}", run.stdout);
    let run = home.run(&[&args[..], &["-v"]].concat());
    assert_eq!((run.status, run.stderr.lines().count()), (3, 50), "{}", run.stderr);
}

#[test]
fn archives_and_recordings_that_cannot_be_read_are_named_for_what_they_are() {
    let home = Home::new();
    home.write("in/1.gpx", ride(1));
    let unread: [(&str, &[u8], &str); 5] = [
        ("in/flight.igc", b"AXXXABC\nHFDTE010524\n", "an IGC flight log"),
        ("in/log.nmea", b"$GPRMC,123519,A,4807.038,N", "an NMEA log"),
        ("in/old.7z", b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
        ("in/old.gpx.xz", b"\xfd7zXZ\0", "compressed with xz; unpack it"),
        ("in/takeout/Records.json", b"{\"locations\": [{\"latitudeE7\": 1}]}", "location history of Google Takeout"),
    ];
    for (name, content, _) in unread {
        home.write(name, content);
    }
    home.write("in/map.osm", "<osm version=\"0.6\"/>");
    for args in [&["render", "in", "-o", "tiles", "--zoom", "0", "-q"][..], &["import", "in", "-q"]] {
        let run = home.run(args);
        let lines = stderr_lines(&run);
        assert_eq!((run.status, lines.len()), (3, unread.len()), "{}", run.stderr);
        for (line, (name, _, what)) in lines.iter().zip(unread) {
            assert!(line.starts_with(&format!("{name}: cannot be read: {what}")), "{line}");
        }
    }
    let run = home.run(&["inspect", "in"]);
    assert_eq!(run.status, 3);
    assert!(unread.iter().all(|(_, _, what)| run.stdout.contains(what)), "{}", run.stdout);
    assert!(run.stdout.contains("not a recording: map data of OpenStreetMap"), "{}", run.stdout);
}

#[test]
fn a_filter_that_leaves_nothing_names_its_reason_first() {
    let home = Home::new();
    home.write("in/1.gpx", ride(1));
    home.write("in/indoor.gpx", "<gpx><wpt lat=\"1\" lon=\"2\"/></gpx>");
    home.write("in/photo.jpg", b"\xff\xd8\xff");
    let run = home.run(&["render", "in", "-o", "tiles", "--sport", "swim"]);
    let expected =
        "trailglow: nothing to draw: 1 activity not selected, 1 file without a track, 1 file of another kind\n";
    assert_eq!((run.status, &*run.stderr), (1, expected));
}
