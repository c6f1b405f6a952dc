//! `--source` and `--device-name` match a recording if they match any of its copies.

use serde_json::Value;

use super::duplicates::{ORIGINAL, Variant, ride_gpx};
use crate::program::{Home, differences, gpx};

/// Converts GPX to TCX of an Edge 530, without heart rates.
fn tcx(gpx: &str) -> String {
    let point = |text: &str| {
        let [lat, lon, time] = ["<trkpt lat=\"", " lon=\"", "<time>"]
            .map(|before| text.split(before).nth(1).expect("an attribute or element"));
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

/// One ride as TCX of the device, as richer GPX of a service and as its byte-identical twin; and another ride.
fn rides() -> Home {
    let home = Home::new();
    let by_service = |text: String| text.replacen("<gpx", "<gpx creator=\"StravaGPX\"", 1);
    home.write("in/edge/1.tcx", tcx(&ride_gpx(Variant { heart_rate: false, ..ORIGINAL })));
    home.write("in/service/1.gpx", by_service(ride_gpx(ORIGINAL)));
    home.write("in/twin/1.gpx", by_service(ride_gpx(ORIGINAL)));
    home.write("in/service/2.gpx", by_service(gpx("other", (0..99).map(|i| (40.0, 8.0 + f64::from(i) / 1e4)))));
    home
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

/// Number of activities that each of the commands finds; all must agree, also on the reasons of omitted activities.
fn count_activities(home: &Home, flags: &[&str], commands: &[&[&str]]) -> u64 {
    let outcome = |command: &&[&str]| {
        let run = home.run(&[command, flags, &["--json"]].concat());
        let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
        if run.stderr.contains("nothing to draw") {
            return (0, None);
        }
        let listed = || document["activities"].as_array().map(|rows| rows.len() as u64);
        let drawn = document["activities"].as_u64().or(document["all"]["activities"].as_u64());
        let omitted = document.get("omitted");
        (drawn.or_else(listed).expect("a number"), omitted.cloned())
    };
    let outcomes: Vec<(u64, Option<Value>)> = commands.iter().map(outcome).collect();
    let agree = |a: &(u64, Option<Value>)| {
        let omitted = [&outcomes[0].1, &a.1];
        a.0 == outcomes[0].0 && (omitted.contains(&&None) || omitted[0] == omitted[1])
    };
    assert!(outcomes.iter().all(agree), "{flags:?}: {outcomes:?} of {commands:?}");
    outcomes[0].0
}

const RENDER: &[&str] = &["render", "-o", "tiles", "--zoom", "0-9"];
const LIBRARY: &[&[&str]] = &[&["list"], &["stats"], RENDER];
const FILES: &[&[&str]] = &[
    &["render", "in", "-o", "tiles", "--zoom", "0-9"],
    &["render", "in", "-o", "tiles", "--zoom", "0-9", "--no-library"],
];

#[test]
fn a_recording_is_selected_if_any_of_its_copies_matches() {
    let home = rides();
    home.run_ok(&["import", "in", "-q"]);
    let commands = [LIBRARY, FILES].concat();
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
        // With a zone, copies are found among the visible points.
        if zone {
            home.run_ok(&["zone", "add", "start", "--at", "47,8", "--radius", "200m"]);
        }
        for (flags, expected) in cases {
            assert_eq!(count_activities(&home, flags, &commands), expected, "{flags:?}, zone: {zone}");
        }
    }
    home.run_ok(&["zone", "remove", "start"]);
    let drawn = |more: &[&str]| {
        home.run_ok(&[RENDER, &["-q"], more].concat());
        home.files("tiles")
    };
    let (device, service) = (drawn(&["--device-name", "edge"]), drawn(&["--source", "in/twin"]));
    assert_eq!(differences(&device, &service), [""; 0], "the richest copy is drawn whichever copy matches");
    assert_ne!(differences(&device, &drawn(&[])), [""; 0]);
}

#[test]
fn excluded_separated_and_forgotten_copies_do_not_match() {
    let home = rides();
    home.run_ok(&["import", "in", "-q"]);
    let group = &json(&home, &["duplicates"])["duplicates"][0];
    let [drawn, copy] = [&group["drawn"], &group["copies"][0]].map(|one| one["id"].to_string());
    let count = |source: &str| count_activities(&home, &["--source", source], LIBRARY);
    assert_eq!((count("tcx"), count("gpx")), (1, 2));
    home.run_ok(&["exclude", &copy]);
    assert_eq!((count("tcx"), count("gpx")), (0, 1), "excluding a copy excludes the recording");
    home.run_ok(&["include", &copy]);
    home.run_ok(&["duplicates", "--apart", &drawn, &copy]);
    let listed = json(&home, &["list", "--source", "tcx"]);
    assert_eq!(
        (listed["activities"][0]["id"].to_string(), count("gpx")),
        (copy.clone(), 2),
        "only the path of the copy itself"
    );
    home.run_ok(&["duplicates", "--undecide", &drawn, &copy]);
    assert_eq!(json(&home, &["list", "--source", "tcx"])["activities"][0]["id"].to_string(), drawn);
    home.run_ok(&["forget", &copy]);
    assert_eq!((count("tcx"), count("gpx"), count("in/twin")), (0, 2, 1));
}

#[test]
fn every_path_and_all_export_metadata_of_byte_identical_files_match() {
    let home = Home::new();
    let ride = gpx("ride", (0..99).map(|i| (47.0, 8.0 + f64::from(i) / 1e4)));
    home.write("in/a-device/7.gpx", &ride);
    home.write("in/export/activities/7.gpx", &ride);
    home.write("in/export/activities.csv", "id,date,name,type,gear,file\n7,,Tour,Ride,Blue,activities/7.gpx\n");
    // The second import reads files again whose metadata an export updated in the first.
    home.run_ok(&["import", "in", "-q"]);
    home.run_ok(&["import", "in", "-q"]);
    let commands = [LIBRARY, FILES].concat();
    for flags in [["--source", "in/a-device"], ["--source", "in/export"], ["--gear", "blue"]] {
        assert_eq!(count_activities(&home, &flags, &commands), 1, "{flags:?}");
    }
    assert_eq!(count_activities(&home, &["--source", "in/else"], &commands), 0);
}
