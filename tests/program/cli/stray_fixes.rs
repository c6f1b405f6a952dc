//! GPS fixes that are off reveal neither the ends of a trimmed activity nor a hidden activity.

use std::fmt::Write;
use std::io::Cursor;

use serde_json::Value;
use trailglow::bytes::codec::ColumnWriter;

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
fn two_stray_fixes_near_each_other_are_not_drawn() {
    let home = Home::new();
    home.run_ok(&["zone", "add", "door", "--at", "52.52,13.405", "--radius", "600m"]);
    let mut points = String::new();
    for second in 0..1200 {
        // 60 km off, and 700 m apart.
        let north = match second {
            100 => 60_000.0 / METRES_PER_DEGREE,
            1000 => 60_700.0 / METRES_PER_DEGREE,
            _ => f64::from(second % 7) * 1e-5,
        };
        let time = format!("2024-04-01T10:{:02}:{:02}Z", second / 60, second % 60);
        let _ = write!(points, "<trkpt lat=\"{:.7}\" lon=\"13.405\"><time>{time}</time></trkpt>", 52.52 + north);
    }
    home.write("in.gpx", format!("<gpx><trk><type>walking</type><trkseg>{points}</trkseg></trk></gpx>"));
    for more in [&[][..], &["--no-library"]] {
        let run = home.run(&[&["render", "in.gpx", "-o", "out", "--zoom", "8-14"], more].concat());
        assert_eq!((run.status, &*run.stderr), (1, "trailglow: nothing to draw: 1 hidden activity\n"));
    }
}

#[test]
fn a_few_points_alone_are_no_activity() {
    let home = Home::new();
    let at = |lat: f64, points: i32| (0..points).map(move |i| (lat + f64::from(i) * 4e-6, 8.0));
    home.write("few.gpx", gpx("few", at(47.0, 10)));
    let tracks: String = (0..5).map(|track| gpx("", at(47.0 + f64::from(track), 8))).collect();
    let tracks = tracks.replace("</gpx>\n<gpx version=\"1.1\">", "");
    home.write("tracks.gpx", tracks);
    // In a zone, the points are stray all the same.
    home.run_ok(&["zone", "add", "door", "--at", "47,8", "--radius", "1km"]);
    for (file, more) in ["few.gpx", "tracks.gpx"]
        .iter()
        .flat_map(|file| [&[][..], &["--no-library"], &["--profile", "private"]].map(|more| (*file, more)))
    {
        let render = [&["render", file, "-o", "out", "--zoom", "0"], more].concat();
        let run = home.run(&render);
        let expected = "trailglow: nothing to draw: 1 file of stray GPS fixes alone\n";
        assert!(run.status == 1 && run.stderr.ends_with(expected), "{file} {more:?}: {}", run.stderr);
        let verbose = home.run(&[&render[..], &["-v"]].concat()).stderr;
        let reason = format!("{file}: only stray GPS fixes: each part of the track is a few points within 100 m\n");
        assert!(verbose.contains(&reason), "{more:?}: {verbose}");
    }
    home.write("eleven.gpx", gpx("eleven", at(48.0, 11)));
    assert!(home.run_ok(&["render", "eleven.gpx", "-o", "out", "--zoom", "0"]).starts_with("1 activity from 1 file"));
}

#[test]
fn stray_recordings_of_an_older_library_are_told() {
    let home = Home::new();
    for (file, lat) in [("in/stray.gpx", 47.0), ("in/walk.gpx", 48.0)] {
        home.write(file, gpx("", (0..20).map(|i| (lat + f64::from(i) * 1e-4, 8.0))));
    }
    home.run_ok(&["import", "in", "-q"]);
    // Older versions imported such recordings: here four parts of five points.
    let mut places = ColumnWriter::default();
    [4, 5, 5, 5, 5].into_iter().for_each(|number| places.varint(number));
    places.floats(&(0..20).map(|i| 47.0 + f64::from(i / 5) / 10.0).collect::<Vec<f64>>());
    places.floats(&[8.0; 20]);
    let library = rusqlite::Connection::open(home.library()).expect("the library");
    let row = "UPDATE track SET places = ?1, simplifier_version = 4 WHERE activity = 1";
    library.execute(row, [places.pack()]).expect("a row");
    home.run_ok(&["zone", "add", "elsewhere", "--at", "-40,8", "--radius", "1km"]);
    for more in [&[][..], &["--trim", "30m"], &["--profile", "private"]] {
        let text = home.run_ok(&[&["render", "-o", "out", "--zoom", "0"], more].concat());
        assert!(text.starts_with("1 activity from "), "{more:?}: {text}");
        assert!(text.contains("\nomitted: 1 recording of stray GPS fixes alone\n"), "{more:?}: {text}");
    }
    library.execute("DELETE FROM activity WHERE id = 2", []).expect("a row");
    let run = home.run(&["render", "-o", "out", "--zoom", "0"]);
    assert_eq!(run.stderr, "trailglow: nothing to draw: 1 recording of stray GPS fixes alone\n");
}
