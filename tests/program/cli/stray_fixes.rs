//! GPS fixes that are off reveal neither the ends of a trimmed activity nor a hidden activity.

use std::fmt::Write;
use std::io::Cursor;

use serde_json::Value;

use crate::program::{Home, gpx};

/// Metres per degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Metres from the start of a ride northward to the nearest lit pixel of zoom 17, trimmed by 200 m.
fn nearest_lit_pixel(home: &Home, times: bool, seconds: u32, stray: std::ops::Range<u32>, metres: f64) -> f64 {
    let (lat, lon) = (52.52, 13.405);
    let mut points = String::new();
    for step in 0..400 {
        let south = if stray.contains(&step) { metres } else { 0.0 };
        let second = step * seconds;
        let north = lat + (f64::from(step) * 5.7 - south) / METRES_PER_DEGREE;
        let _ = write!(points, "<trkpt lat=\"{north:.7}\" lon=\"{lon}\">");
        if times {
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let _ = write!(points, "<time>2024-04-01T{hour:02}:{minute:02}:{second:02}Z</time>");
        }
        points += "</trkpt>";
    }
    home.write("x.gpx", format!("<gpx><trk><type>cycling</type><trkseg>{points}</trkseg></trk></gpx>"));
    home.run_ok(&["render", "x.gpx", "-o", "out", "-q", "--trim", "200m", "--zoom", "17", "--palette", "gray"]);
    let across = f64::from(1u32 << 25);
    let canvas = |lat: f64| (0.5 - lat.to_radians().tan().asinh() / std::f64::consts::TAU) * across;
    let door = [(lon / 360.0 + 0.5) * across, canvas(lat)];
    let metres_per_pixel = 40_075_016.7 / across * lat.to_radians().cos();
    let mut nearest = f64::INFINITY;
    for (name, bytes) in home.files("out/17") {
        let number = |part: Option<&std::ffi::OsStr>| -> f64 {
            let text = part.and_then(|part| part.to_str()).expect("a number");
            text.trim_end_matches(".png").parse().expect("a number")
        };
        let [left, top] = [name.iter().next(), name.iter().nth(1)].map(|part| number(part) * 256.0);
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let transparency = reader.info().trns.clone().expect("transparent entries");
        reader.next_frame(&mut pixels).expect("a frame");
        for (index, level) in pixels.into_iter().enumerate().filter(|(_, level)| *level > 0) {
            assert!(transparency.get(usize::from(level)).is_none_or(|alpha| *alpha > 0), "level {level} is invisible");
            let (x, y) = (left + (index % 256) as f64 + 0.5, top + (index / 256) as f64 + 0.5);
            nearest = nearest.min((x - door[0]).hypot(y - door[1]) * metres_per_pixel);
        }
    }
    nearest
}

#[test]
fn a_trim_holds_against_fixes_that_are_off() {
    let home = Home::new();
    let clean = nearest_lit_pixel(&home, true, 5, 0..0, 0.0);
    // The line of zoom 17 is lit up to 8 m beyond its end.
    assert!((192.0..200.0).contains(&clean), "{clean} m");
    for (times, seconds, stray, metres) in [
        (true, 1, 0..1, 300.0),
        (true, 5, 0..1, 300.0),
        (true, 10, 0..1, 1_100.0),
        (true, 30, 5..6, 300.0),
        (false, 0, 5..6, 1_100.0),
        (true, 1, 0..20, 1_100.0),
        (true, 1, 0..1, 100_000.0),
        (true, 5, 20..35, -400.0),
    ] {
        let nearest = nearest_lit_pixel(&home, times, seconds, stray.clone(), metres);
        assert!(nearest >= clean - 1.0, "{nearest} m with {stray:?} {metres} m off, a point every {seconds} s");
    }
}

#[test]
fn stray_fixes_of_a_hidden_activity_are_not_drawn() {
    let home = Home::new();
    home.run_ok(&["zone", "add", "door", "--at", "52.52,13.405", "--radius", "600m"]);
    let at_the_door = (0..400).map(|second| {
        let far = if (200..202).contains(&second) { (0.5, 0.3) } else { (0.0, 0.0) };
        (52.52 + f64::from(second % 7) * 1e-5 + far.0, 13.405 + f64::from(second % 5) * 1e-5 + far.1)
    });
    home.write("in.gpx", gpx("walk", at_the_door));
    let run = home.run(&["render", "in.gpx", "-o", "out", "--zoom", "8-14"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("nothing to draw: 1 hidden activity"), "{}", run.stderr);
    let shown = home.run_ok(&["render", "in.gpx", "-o", "out", "--zoom", "8", "--profile", "private", "--json"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!((&shown["activities"], &shown["points"]["dropped"]["spikes"]), (&1.into(), &2.into()));
}

#[test]
fn a_few_points_alone_are_no_activity() {
    let home = Home::new();
    home.write("few.gpx", gpx("few", (0..10).map(|i| (47.0 + f64::from(i) * 1e-5, 8.0))));
    let run = home.run(&["render", "few.gpx", "-o", "out", "--zoom", "0"]);
    assert!(run.status == 1 && run.stderr.contains("nothing to draw: 1 file without a track"), "{}", run.stderr);
    let verbose = home.run(&["render", "few.gpx", "-o", "out", "--zoom", "0", "-v"]);
    assert!(verbose.stderr.contains("at most 10 points, all within 100 m"), "{}", verbose.stderr);
    home.write("eleven.gpx", gpx("eleven", (0..11).map(|i| (47.0 + f64::from(i) * 1e-5, 8.0))));
    assert!(home.run_ok(&["render", "eleven.gpx", "-o", "out", "--zoom", "0"]).starts_with("1 activity from 1 file"));
}
