//! A second device on one ride is offered to the user, also if it ran for a part of the ride only.

use std::ops::Range;

use crate::program::Home;

/// GPX of a winding run with a point per second and 2 m of noise, recorded during some seconds.
fn recording(seconds: Range<u32>, noise: u32) -> String {
    let mut random = noise;
    let mut scatter = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(random >> 8) / f64::from(1u32 << 24) - 0.5) * 7.0 / 111_195.0
    };
    let point = |second: u32| {
        let along = f64::from(second) * 2.8 / 111_195.0;
        let (lat, lon) = (51.3 + along + scatter(), 9.5 + (along * 900.0).sin() * 1e-3 + scatter());
        let time = format!("2024-05-01T{:02}:{:02}:{:02}Z", 8 + second / 3600, second / 60 % 60, second % 60);
        format!("<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><time>{time}</time></trkpt>")
    };
    let points: String = seconds.map(point).collect();
    format!("<gpx><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>")
}

#[test]
fn a_device_that_ran_for_a_part_is_offered() {
    for (watch, phone, is_offered) in [
        (0..400, 40..400, true),
        (0..400, 100..400, true),
        (0..400, 0..200, true),
        (0..3600, 600..1800, true),
        (0..3600, 1200..4000, true),
        (0..3600, 0..60, false),
        (0..2000, 1700..3600, false),
    ] {
        let home = Home::new();
        home.write("in/watch.gpx", recording(watch.clone(), 1));
        home.write("in/phone.gpx", recording(phone.clone(), 2));
        home.run_ok(&["import", "in", "-q"]);
        let offered = home.run_ok(&["duplicates"]);
        assert_eq!(offered.contains("two devices, or two people"), is_offered, "{watch:?}, {phone:?}: {offered}");
        let drawn = home.run_ok(&["render", "-o", "out", "--zoom", "0"]);
        assert!(drawn.starts_with("2 activities"), "drawn until the user decides: {drawn}");
    }
}
