//! `inspect`: its text, its JSON and its exit status.

use serde_json::{Value, json};

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::program::{Home, Run, gpx};

/// Two activities, of which the first has every kind of value and fault, and an empty activity.
const RIDE: &str = r#"<gpx version="1.1" creator="Watch">
    <wpt lat="9" lon="9"/><rte><rtept lat="9" lon="9"/></rte>
    <trk><type>Running</type><trkseg>
      <trkpt lat="47" lon="8"><ele>400</ele><time>2024-05-04T07:00:00Z</time></trkpt>
      <trkpt lat="47.5" lon="8.00000001"><time>2024-05-04T08:00:00.25Z</time><extensions><hr>99</hr></extensions></trkpt>
      <trkpt lat="north" lon="8"/><trkpt lat="91" lon="8"/>
    </trkseg></trk>
    <trk/>
    <trk><trkseg><trkpt lat="0" lon="0"><ele>high</ele></trkpt></trkseg></trk>
  </gpx>"#;

/// Files with every outcome: read, damaged, empty, of another kind, without a track.
fn home() -> Home {
    let home = Home::new();
    home.write("in/1.gpx", RIDE);
    home.write("in/cut.gpx", gpx("", [(47.0, 8.0), (47.0, 8.1)]).replace("</gpx>", ""));
    home.write("in/empty.fit", "");
    home.write("in/photo.jpg", b"\xff\xd8\xff");
    home.write("in/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/></rte></gpx>");
    home
}

fn rows(run: &Run) -> Vec<Value> {
    let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
    assert_eq!(document["schema_version"], 1);
    document["files"].as_array().expect("a list").clone()
}

#[test]
fn the_json_lists_every_number_of_every_file() {
    let home = home();
    let run = home.run(&["inspect", "in", "--json"]);
    assert_eq!((run.status, &*run.stderr), (3, ""));
    let rows = rows(&run);
    let expected = json!({
        "path": "in/1.gpx", "outcome": "ok", "reason": null, "twin_of": null, "format": "GPX", "course": false,
        "activities": 2, "empty_activities": 1, "points": 3, "timed_points": 2, "hr_points": 1, "ele_points": 1, "speed_points": 0, "power_points": 0, "cadence_points": 0, "temperature_points": 0, "start": "2024-05-04T07:00:00Z",
        "end": "2024-05-04T08:00:00.250Z", "bbox": [0.0, 0.0, 8.0, 47.5], "sports": ["run"], "sports_in_file": ["running"], "name": null, "gear": null, "commute": null, "device": "Watch",
        "damage": null, "warnings": [], "unreadable_points": 1, "out_of_range_points": 1, "points_without_position": 0,
        "repeated_points": 0, "bad_values": 1, "waypoints": 1, "route_points": 1,
    });
    assert_eq!(rows[0], expected);
    let listed: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["path"].as_str().expect("text"), row["outcome"].as_str().expect("text"))).collect();
    let outcomes = ["ok", "ok", "error", "error", "no_track"];
    let paths = ["in/1.gpx", "in/cut.gpx", "in/empty.fit", "in/photo.jpg", "in/route.gpx"];
    assert_eq!(listed, paths.into_iter().zip(outcomes).collect::<Vec<_>>());
    let reason = "damaged, 2 points in 146 bytes were read: the file is truncated";
    assert_eq!(rows[1]["damage"], json!({"reason": reason, "points": 2, "bytes": 146}));
    assert_eq!(rows[1]["warnings"], json!([reason]));
    for (row, reason) in rows[2..].iter().zip(["the file is empty", "not an activity file", "a route of 1 points"]) {
        assert!(row["reason"].as_str().is_some_and(|text| text.contains(reason)), "{row}");
        assert_eq!((&row["points"], &row["bbox"], &row["waypoints"]), (&json!(0), &Value::Null, &Value::Null));
        assert!(
            row.as_object().map(|row| row.keys().collect::<Vec<_>>())
                == expected.as_object().map(|row| row.keys().collect())
        );
    }
}

#[test]
fn the_text_lists_one_row_per_file_with_its_faults() {
    let home = home();
    let run = home.run(&["inspect", "in"]);
    assert_eq!((run.status, &*run.stderr), (3, ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    let normalized = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let expected = [
        "start (UTC) end (UTC) activities points time ele hr file",
        "2024-05-04 07:00 2024-05-04 08:00 2 3 66% 33% 33% in/1.gpx (Watch; Run)",
        "ignored: 1 unreadable point, 1 point not on Earth, 1 unusable value, 1 empty activity, \
         1 waypoint, 1 point of a route",
        "– – 1 2 – – – in/cut.gpx",
        "damaged, 2 points in 146 bytes were read: the file is truncated",
        "– – – – – – – in/empty.fit",
        "cannot be read: the file is empty; download it again",
        "– – – – – – – in/route.gpx",
        "planned, not recorded: a route of 1 points",
        "3 activities, 5 points in 2 files",
        "skipped: 1 file that could not be read, 1 planned course or route, 1 file of another kind",
        "damaged: 1 file read in part",
    ];
    assert_eq!(lines.iter().map(|line| normalized(line)).collect::<Vec<_>>(), expected, "{}", run.stdout);
    let file_column = lines[0].find("file");
    assert!([1, 3, 5].iter().all(|row| lines[*row].replace('–', "-").find("in/") == file_column), "{}", run.stdout);
}

#[test]
fn the_exit_status_depends_on_how_much_could_be_read() {
    let home = home();
    for (files, status) in [
        (&["in/1.gpx", "in/route.gpx"][..], 0),
        (&["in/1.gpx", "in/cut.gpx"], 3),
        (&["in/cut.gpx"], 3),
        (&["in/route.gpx"], 0),
        (&["in/1.gpx", "in/photo.jpg"], 3),
        (&["in/1.gpx", "in/empty.fit"], 3),
        (&["in/empty.fit"], 1),
        (&["in/photo.jpg"], 1),
    ] {
        for json in [&[][..], &["--json"]] {
            let run = home.run(&[&["inspect"], files, json].concat());
            assert_eq!((run.status, &*run.stderr), (status, ""), "{files:?}");
            assert!(files.iter().all(|file| run.stdout.contains(file)), "{}", run.stdout);
        }
    }
    for file in ["in/empty.fit", "in/cut.gpx"] {
        std::fs::remove_file(home.path(file)).expect("a removable file");
    }
    home.run_ok(&["inspect", "in"]);
}

#[test]
fn an_empty_folder_and_a_missing_path_are_errors() {
    let home = Home::new();
    std::fs::create_dir(home.path("none")).expect("disk space");
    for (file, message) in [("none", "there are no files"), ("nowhere", "cannot open nowhere")] {
        let run = home.run(&["inspect", file]);
        assert_eq!((run.status, &*run.stdout), (1, ""));
        assert!(run.stderr.starts_with("trailglow: ") && run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_failed_run_prints_its_error_as_json_too() {
    let home = home();
    for (args, status) in [
        (&["inspect", "nowhere", "--json"][..], 1),
        (&["render", "nowhere", "-o", "x", "--json"], 1),
        (&["render", "in/route.gpx", "-o", "x", "--json"], 1),
        (&["render", "in/1.gpx", "-o", "x", "-p", "ice", "-p", "ice", "--json"], 2),
    ] {
        let run = home.run(args);
        assert_eq!(run.status, status, "{args:?}");
        let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
        let error = document["error"].as_str().expect("a sentence");
        assert!(run.stderr.ends_with(&format!("trailglow: {error}\n")), "{error}: {}", run.stderr);
    }
}

#[test]
fn every_file_of_the_demo_is_read_without_warnings() {
    let home = Home::new();
    let run = home.run(&["inspect", demo(), "--json"]);
    assert_eq!(run.status, 0);
    let rows = rows(&run);
    assert_eq!(rows.len(), DEMO_ACTIVITIES);
    for row in rows {
        assert_eq!(
            (&row["outcome"], &row["activities"], &row["warnings"]),
            (&json!("ok"), &json!(1), &json!([])),
            "{row}"
        );
        assert!(row["start"].as_str() < row["end"].as_str() && row["points"].as_u64() > Some(10), "{row}");
    }
    let text = home.run_ok(&["inspect", demo()]);
    assert!(text.contains(&format!("{DEMO_ACTIVITIES} activities, ")), "{text}");
}

#[cfg(unix)]
#[test]
fn control_characters_in_files_and_their_names_do_not_reach_the_terminal() {
    let home = Home::new();
    home.write("in/\u{1b}[31mred\n.gpx", RIDE.replace("Watch", "W&#27;[2Jatch"));
    let text = home.run_ok(&["inspect", "in"]);
    assert!(!text.contains('\u{1b}') && text.lines().count() == 4, "{text}");
}

#[cfg(unix)]
#[test]
fn pipes_in_folders_are_counted_and_never_opened() {
    let home = home();
    let status =
        std::process::Command::new("mkfifo").arg(home.path("in/pipe.gpx")).status().expect("mkfifo is installed");
    assert!(status.success());
    let run = home.run(&["inspect", "in"]);
    assert!(run.stdout.contains("1 pipe, socket or device\n") && !run.stdout.contains("pipe.gpx"), "{}", run.stdout);
    let run = home.run(&["render", "in", "-o", "tiles", "--zoom", "0"]);
    assert!(run.stdout.contains("1 pipe, socket or device\n"), "{}", run.stdout);
    assert_eq!(run.status, 3, "in/empty.fit cannot be read");
}
