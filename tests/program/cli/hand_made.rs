//! A scene made by hand, in one tile at the equator, whose pixels can be computed by hand in every kind of layer.
//!
//! All lines lie on the middles of pixels, so the profile is 1 on them. A pixel of zoom 14 is 9.5546 m wide.

use std::io::Cursor;

use crate::program::Home;

/// Degrees in a pixel of zoom 14.
const PIXEL: f64 = 360.0 / (256.0 * 16384.0);

/// Place, in pixels from the corner of the tile, and time in seconds from the start.
type Fix = ([f64; 2], f64);

/// Moves straight to a place at a speed in pixels per second, with a fix each second.
fn go(track: &mut Vec<Fix>, to: [f64; 2], speed: f64) {
    let (from, start) = track[track.len() - 1];
    let seconds = ((to[0] - from[0]).hypot(to[1] - from[1]) / speed).round();
    let along = |share: f64| [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
    track.extend((1..=seconds as u32).map(|i| (along(f64::from(i) / seconds), start + f64::from(i))));
}

fn gpx(sport: &str, day: &str, track: &[Fix]) -> String {
    let point = |([x, y], seconds): &Fix| {
        // The equator is the upper edge of the tile, the prime meridian its left edge.
        let (lat, lon) = (-(y + 0.5) * PIXEL, (x + 0.5) * PIXEL);
        let (hours, minutes) = (8 + *seconds as u32 / 3600, *seconds as u32 / 60 % 60);
        let time = format!("{day}T{hours:02}:{minutes:02}:{:06.3}Z", seconds % 60.0);
        format!("<trkpt lat=\"{lat:.9}\" lon=\"{lon:.9}\"><time>{time}</time></trkpt>\n")
    };
    let points: String = track.iter().map(point).collect();
    format!("<gpx version=\"1.1\" creator=\"t\"><trk><type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>")
}

/// Levels of the tile in a layer: the palette indices of its PNG.
fn levels(home: &Home, layer: &str) -> Vec<u8> {
    home.run_ok(&["render", "in", "-o", layer, "--layer", layer, "--zoom", "14", "--no-overview", "-q"]);
    let bytes = std::fs::read(home.path(&format!("{layer}/14/8192/8192.png"))).expect("the tile");
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; 256 * 256];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!((frame.color_type, frame.bit_depth), (png::ColorType::Indexed, png::BitDepth::Eight));
    pixels
}

fn heat(level: u8) -> f64 {
    if level <= 16 { f64::from(level) / 16.0 } else { ((f64::from(level) - 16.0) / 12.0).exp2() }
}

/// Two rides along row 40, the second back as well; a run of three laps around a block; a walk with a stop; a ride along
/// column 120 a year later.
fn scene() -> Home {
    let home = Home::new();
    let mut rides = [vec![([20.0, 40.0], 0.0)], vec![([20.0, 40.0], 0.0)], vec![([120.0, 10.0], 0.0)]];
    go(&mut rides[0], [220.0, 40.0], 1.0);
    go(&mut rides[1], [220.0, 40.0], 1.0);
    go(&mut rides[1], [20.0, 40.0], 1.0);
    go(&mut rides[2], [120.0, 70.0], 1.0);
    let mut run = vec![([40.0, 100.0], 0.0)];
    for corner in [[80.0, 100.0], [80.0, 140.0], [40.0, 140.0], [40.0, 100.0]].repeat(3) {
        go(&mut run, corner, 0.5);
    }
    let mut walk = vec![([60.0, 200.0], 0.0)];
    go(&mut walk, [120.0, 200.0], 0.2);
    let (place, start) = walk[walk.len() - 1];
    walk.push((place, start + 600.0));
    go(&mut walk, [180.0, 200.0], 0.2);
    home.write("in/there.gpx", gpx("cycling", "2023-05-01", &rides[0]));
    home.write("in/there-and-back.gpx", gpx("cycling", "2023-06-01", &rides[1]));
    home.write("in/column.gpx", gpx("cycling", "2024-06-30", &rides[2]));
    home.write("in/laps.gpx", gpx("running", "2024-01-01", &run));
    home.write("in/walk.gpx", gpx("walking", "2023-07-01", &walk));
    home
}

#[test]
fn visits_and_passes_are_counted() {
    let home = scene();
    for (layer, row, laps, crossing) in [("frequency", 2.0, 1.0, 3.0), ("passes", 3.0, 3.0, 4.0)] {
        let levels = levels(&home, layer);
        for (x, y, expected) in [(70, 40, row), (60, 100, laps), (120, 40, crossing), (200, 100, 0.0)] {
            let found = heat(levels[y * 256 + x]);
            assert!((found - expected).abs() <= 0.03 * expected, "{layer} at {x}, {y}: {found}, not {expected}");
        }
    }
}

#[test]
fn time_adds_up_with_and_without_movement() {
    let home = scene();
    let levels = levels(&home, "time");
    // One unit is a passage at 10 m/s, spread over 2 (0.5 + 7.25 × 0.2485) pixels across the line.
    let unit_seconds = 9.5546 / 10.0 / 4.603;
    let text = std::fs::read_to_string(home.path("time/tiles.json")).expect("a description");
    let description: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let minutes = description["trailglow"]["legend"]["14"]["per_unit"].as_f64().expect("minutes");
    assert!((minutes * 60.0 / unit_seconds - 1.0).abs() < 0.01, "{minutes}");
    let seconds = |x: usize, y: usize| heat(levels[y * 256 + x]) * unit_seconds;
    let is_near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.04;
    // Three passages at a pixel per second, three at half of that.
    assert!(is_near(seconds(70, 40), 3.0 / 4.603), "{}", seconds(70, 40));
    assert!(is_near(seconds(60, 100), 6.0 / 4.603), "{}", seconds(60, 100));
    // Ten minutes, spread over π (0.5 (4.603 - 0.5) + 7.25² / 13) = 19.1 pixels, and the passage, five seconds a pixel.
    assert!(is_near(seconds(120, 200), 600.0 / 19.1 + 5.0 / 4.603), "{}", seconds(120, 200));
    // All pixels around the walk hold its ten minutes and twice five minutes.
    let sum: f64 = (170..230).flat_map(|y| (30..210).map(move |x| (x, y))).map(|(x, y)| seconds(x, y)).sum();
    assert!(is_near(sum, 1200.0), "{sum} s");
    assert!(seconds(120, 200) > 20.0 * seconds(80, 200), "the stop is a point");
}

#[test]
fn dates_and_sports_are_those_of_the_visits() {
    let home = scene();
    let step = |level: u8| (level - 1) / 7;
    let [recency, first] = ["recency", "first"].map(|layer| levels(&home, layer));
    // The steps go from the first of May 2023 to the end of June 2024.
    assert_eq!([first[40 * 256 + 70], first[40 * 256 + 120]].map(step), [0, 0]);
    assert_eq!(step(recency[40 * 256 + 120]), 35, "the newest ride crosses here");
    assert!((1..35).contains(&step(recency[40 * 256 + 70])), "and the second ride is newer than the first");
    let sports = levels(&home, "sport");
    let class = |x: usize, y: usize| (sports[y * 256 + x] - 1) / 30;
    assert_eq!([class(70, 40), class(60, 100), class(80, 200)], [0, 1, 2], "rides, a run, a walk");
}
