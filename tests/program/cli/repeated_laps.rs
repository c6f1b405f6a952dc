//! Zones and trims of files in which each lap is written together with all laps before.

use super::privacy::{add_zone, destination, render, tilejson};
use crate::program::{Home, differences};

#[test]
fn laps_that_differ_in_hidden_points_are_still_repeated() {
    let home = Home::new();
    add_zone(&home);
    // A program writes the first lap again at the start of the whole ride; the first point is at home, the others are
    // beyond the circle, wherever the offset of the zone moves it.
    let write = |folder: &str, metres: f64| {
        let segment = |points: u32, first_metres: f64| {
            let point = |i: u32| {
                let (lat, lon) = destination(if i == 0 { first_metres } else { 4000.0 + f64::from(i) * 20.0 }, 3.0);
                let time = format!("2024-05-01T08:{:02}:{:02}Z", i / 12, i % 12 * 5);
                format!("<trkpt lat=\"{lat:.6}\" lon=\"{lon:.6}\"><time>{time}</time></trkpt>")
            };
            format!("<trkseg>{}</trkseg>", (0..=points).map(point).collect::<String>())
        };
        let segments = segment(50, 0.0) + &segment(100, metres);
        home.write(&format!("{folder}/laps.gpx"), format!("<gpx><trk>{segments}</trk></gpx>"));
    };
    write("same", 0.0);
    write("moved", 1.0);
    for layer in ["frequency", "passes"] {
        let more = ["--layer", layer];
        let same = render(&home, &["same"], &more);
        let kilometres = tilejson(&same)["trailglow"]["kilometres"].as_f64().expect("a number");
        assert!((1.9..2.1).contains(&kilometres), "{kilometres} km: the first lap counts once");
        for flags in [&[][..], &["--no-library"]] {
            let moved = render(&home, &["moved"], &[&more[..], flags].concat());
            assert_eq!(differences(&same, &moved), [""; 0], "{more:?} {flags:?}");
        }
        let private = render(&home, &["moved"], &[&more[..], &["--profile", "private"]].concat());
        assert_ne!(differences(&render(&home, &["same"], &["--profile", "private"]), &private), [""; 0]);
    }
    let once = render(&home, &["same"], &["--layer", "passes"]);
    home.run_ok(&["import", "moved", "-q"]);
    assert_eq!(differences(&once, &render(&home, &[], &["--layer", "passes"])), [""; 0]);
}

#[test]
fn a_trim_begins_behind_repeated_segments() {
    // Each lap is written together with all laps before, so that the door is in both segments.
    let lap = |points: u32| -> String {
        let point = |i| format!("<trkpt lat=\"{:.6}\" lon=\"8\"/>", 47.0 + f64::from(i) / 1e3);
        format!("<trkseg>{}</trkseg>", (0..=points).map(point).collect::<String>())
    };
    let home = Home::new();
    home.write("laps.gpx", format!("<gpx><trk>{}{}</trk></gpx>", lap(50), lap(100)));
    for more in [&["--trim", "1km"][..], &["--trim", "1km", "--no-library"]] {
        let bounds = tilejson(&render(&home, &["laps.gpx"], more))["bounds"].clone();
        let sides = [1, 3].map(|side| (bounds[side].as_f64().expect("a number") * 1e3).round() / 1e3);
        assert_eq!(sides, [47.009, 47.091], "{more:?}");
    }
}
