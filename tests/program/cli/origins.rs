//! What is asked of the file of a recording is asked of all its copies.

use serde_json::Value;

use super::duplicates::{DEVICE, Form, gpx};
use crate::program::{Home, differences, gpx as line};

/// The same points as TCX of a device, without heart rates.
fn tcx(gpx: &str) -> String {
    let point = |text: &str| {
        let [lat, lon, time] =
            ["<trkpt lat=\"", " lon=\"", "<time>"].map(|before| text.split(before).nth(1).expect("it is there"));
        let [lat, lon] = [lat, lon].map(|text| text.split('"').next().expect("a number"));
        let time = time.split('<').next().expect("a time");
        format!(
            "<Trackpoint><Time>{time}</Time><Position><LatitudeDegrees>{lat}</LatitudeDegrees>\
             <LongitudeDegrees>{lon}</LongitudeDegrees></Position></Trackpoint>"
        )
    };
    let points: String = gpx.split_inclusive("</trkpt>").filter(|text| text.contains("<trkpt")).map(point).collect();
    format!(
        "<TrainingCenterDatabase><Activities><Activity Sport=\"Biking\"><Lap><Track>{points}</Track></Lap>\
         <Creator><Name>Edge 530</Name></Creator></Activity></Activities></TrainingCenterDatabase>"
    )
}

/// One ride as the device recorded it, as a service keeps it, which knows more, and the latter once more; and another.
fn rides() -> Home {
    let home = Home::new();
    let by_service = |text: String| text.replacen("<gpx", "<gpx creator=\"StravaGPX\"", 1);
    home.write("in/edge/1.tcx", tcx(&gpx(Form { heart_rate: false, ..DEVICE })));
    home.write("in/service/1.gpx", by_service(gpx(DEVICE)));
    home.write("in/twin/1.gpx", by_service(gpx(DEVICE)));
    home.write("in/service/2.gpx", by_service(line("other", (0..99).map(|i| (40.0, 8.0 + f64::from(i) / 1e4)))));
    home
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

/// How many activities every way of asking finds. They must agree, also in why others are left.
fn found(home: &Home, flags: &[&str], ways: &[&[&str]]) -> u64 {
    let number = |way: &&[&str]| {
        let run = home.run(&[way, flags, &["--json"]].concat());
        let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
        if run.stderr.contains("nothing to draw") {
            return (0, None);
        }
        let listed = || document["activities"].as_array().map(|rows| rows.len() as u64);
        let drawn = document["activities"].as_u64().or(document["all"]["activities"].as_u64());
        let left = document.get("omitted");
        (drawn.or_else(listed).expect("a number"), left.cloned())
    };
    let numbers: Vec<(u64, Option<Value>)> = ways.iter().map(number).collect();
    let agree = |a: &(u64, Option<Value>)| {
        let left = [&numbers[0].1, &a.1];
        a.0 == numbers[0].0 && (left.contains(&&None) || left[0] == left[1])
    };
    assert!(numbers.iter().all(agree), "{flags:?}: {numbers:?} of {ways:?}");
    numbers[0].0
}

const RENDER: &[&str] = &["render", "-o", "tiles", "--zoom", "0-9"];
const LIBRARY: &[&[&str]] = &[&["list"], &["stats"], RENDER];
const FILES: &[&[&str]] = &[
    &["render", "in", "-o", "tiles", "--zoom", "0-9"],
    &["render", "in", "-o", "tiles", "--zoom", "0-9", "--no-library"],
];

#[test]
fn it_fits_if_any_copy_fits() {
    let home = rides();
    home.run_ok(&["import", "in", "-q"]);
    let ways = [LIBRARY, FILES].concat();
    let cases: [(&[&str], u64); 10] = [
        (&[], 2),
        (&["--source", "tcx"], 1),
        (&["--source", "gpx"], 2),
        (&["--source", "fit"], 0),
        (&["--source", "in/edge"], 1),
        (&["--source", "in/service"], 2),
        (&["--source", "in/twin"], 1),
        (&["--device-name", "edge"], 1),
        (&["--device-name", "edge", "--source", "gpx"], 1),
        (&["--device-name", "forerunner"], 0),
    ];
    for zone in [false, true] {
        // With a zone, what is one recording is found among what is to be seen.
        if zone {
            home.run_ok(&["zone", "add", "start", "--at", "47,8", "--radius", "200m"]);
        }
        for (flags, expected) in cases {
            assert_eq!(found(&home, flags, &ways), expected, "{flags:?}, zone: {zone}");
        }
    }
    home.run_ok(&["zone", "remove", "start"]);
    let drawn = |more: &[&str]| {
        home.run_ok(&[RENDER, &["-q"], more].concat());
        home.files("tiles")
    };
    let (device, service) = (drawn(&["--device-name", "edge"]), drawn(&["--source", "in/twin"]));
    assert_eq!(differences(&device, &service), [""; 0], "whatever was asked, the richest is drawn");
    assert_ne!(differences(&device, &drawn(&[])), [""; 0]);
}

#[test]
fn what_is_excluded_or_forgotten_does_not_count() {
    let home = rides();
    home.run_ok(&["import", "in", "-q"]);
    let group = &json(&home, &["duplicates"])["duplicates"][0];
    let [kept, copy] = [&group["drawn"], &group["copies"][0]].map(|one| one["id"].to_string());
    let asked = |what: &str| found(&home, &["--source", what], LIBRARY);
    assert_eq!((asked("tcx"), asked("gpx")), (1, 2));
    home.run_ok(&["exclude", &copy]);
    assert_eq!((asked("tcx"), asked("gpx")), (0, 1), "the recording is excluded with it");
    home.run_ok(&["include", &copy]);
    home.run_ok(&["duplicates", "--apart", &kept, &copy]);
    let only = json(&home, &["list", "--source", "tcx"]);
    assert_eq!((only["activities"][0]["id"].to_string(), asked("gpx")), (copy.clone(), 2), "its own alone");
    home.run_ok(&["duplicates", "--undecide", &kept, &copy]);
    assert_eq!(json(&home, &["list", "--source", "tcx"])["activities"][0]["id"].to_string(), kept);
    home.run_ok(&["forget", &copy]);
    assert_eq!((asked("tcx"), asked("gpx"), asked("in/twin")), (0, 2, 1));
}

#[test]
fn of_the_same_bytes_every_path_and_all_that_exports_say_counts() {
    let home = Home::new();
    let ride = line("ride", (0..99).map(|i| (47.0, 8.0 + f64::from(i) / 1e4)));
    home.write("in/a-device/7.gpx", &ride);
    home.write("in/export/activities/7.gpx", &ride);
    home.write("in/export/activities.csv", "id,date,name,type,gear,file\n7,,Tour,Ride,Blue,activities/7.gpx\n");
    // A file whose content was renewed by what an export says of it is looked at again by the second.
    home.run_ok(&["import", "in", "-q"]);
    home.run_ok(&["import", "in", "-q"]);
    let ways = [LIBRARY, FILES].concat();
    for flags in [["--source", "in/a-device"], ["--source", "in/export"], ["--gear", "blue"]] {
        assert_eq!(found(&home, &flags, &ways), 1, "{flags:?}");
    }
    assert_eq!(found(&home, &["--source", "in/else"], &ways), 0);
}
