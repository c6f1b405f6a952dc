//! The edges of the map: longitudes beyond the antimeridian, and latitudes that Web Mercator cannot show.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Files, Home, differences};

/// GPX file of a track with a point every 30 seconds: latitude and longitude in ten millionths of degrees.
fn timed_gpx(day: u32, points: &[(i64, i64)]) -> String {
    let degrees = |units: i64| {
        let sign = if units < 0 { "-" } else { "" };
        format!("{sign}{}.{:07}", units.abs() / 10_000_000, units.abs() % 10_000_000)
    };
    let mut track = String::new();
    for (step, (lat, lon)) in points.iter().enumerate() {
        let (lat, lon, second) = (degrees(*lat), degrees(*lon), 30 * step);
        let time = format!("2024-05-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
        let _ = write!(track, "<trkpt lat=\"{lat}\" lon=\"{lon}\"><time>{time}</time></trkpt>");
    }
    format!("<gpx><trk><type>cycling</type><trkseg>{track}</trkseg></trk></gpx>")
}

/// A line of points, both ends included, in degrees.
fn line(from: (f64, f64), to: (f64, f64), steps: u32) -> Vec<(i64, i64)> {
    let units = |a: f64, b: f64, step: u32| ((a + (b - a) * f64::from(step) / f64::from(steps)) * 1e7).round() as i64;
    (0..=steps).map(|step| (units(from.0, to.0, step), units(from.1, to.1, step))).collect()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Longitude in degrees of a point 360° away, or the same point: by number of the point.
type Turn = fn(usize, i64) -> i64;

const FULL_TURN: i64 = 3_600_000_000;

fn other_way(lon: i64) -> i64 {
    if lon < 0 { lon + FULL_TURN } else { lon - FULL_TURN }
}

/// Writes rides through a zone, across the antimeridian, along it, and at 0° E; and a copy of the first.
fn write_rides(home: &Home, folder: &str, turn: Turn) {
    let mut rides = [
        line((52.50, 13.38), (52.55, 13.45), 300),
        line((-17.5, 179.97), (-17.46, 180.0), 100),
        line((-17.4, 180.0), (-17.3, 180.0), 200),
        line((47.0, -0.02), (47.01, 0.02), 200),
    ];
    // Beyond 180° the other way around, as the program should see it.
    rides[1].extend(line((-17.46, -180.0), (-17.4, -179.9), 200));
    for (number, ride) in rides.iter().enumerate() {
        let turned: Vec<(i64, i64)> = ride.iter().enumerate().map(|(i, &(lat, lon))| (lat, turn(i, lon))).collect();
        home.write(&format!("{folder}/{number}.gpx"), timed_gpx(number as u32 + 1, &turned));
        if number == 0 {
            // A copy with five decimals.
            let round = |value: i64| (value + 50).div_euclid(100) * 100;
            let rounded: Vec<(i64, i64)> =
                ride.iter().enumerate().map(|(i, &(lat, lon))| (round(lat), turn(i, round(lon)))).collect();
            home.write(&format!("{folder}/copy.gpx"), timed_gpx(1, &rounded));
        }
    }
}

/// Renders into a folder and into an archive; returns the files of both.
fn render(home: &Home, input: &str, more: &[&str]) -> Files {
    let mut all = Files::new();
    for out in ["out", "out.pmtiles"] {
        home.run_ok(&[&["render", input, "-o", out, "-q", "--zoom", "0-15", "--device", "cpu"], more].concat());
        all.extend(home.files(out).into_iter().map(|(name, bytes)| (Path::new(out).join(name), bytes)));
    }
    all
}

#[test]
fn a_turn_of_longitudes_changes_no_byte() {
    let home = Home::new();
    home.run_ok(&["zone", "add", "home", "--at", "52.51,-346.605", "--radius", "800m"]);
    home.run_ok(&["zone", "add", "island", "--at", "-17.4,180.0", "--radius", "2km"]);
    let turns: [Turn; 4] = [
        |_, lon| lon,
        |_, lon| other_way(lon),
        |i, lon| if i % 2 == 0 { other_way(lon) } else { lon },
        |i, lon| if i % 7 < 3 || lon.abs() == FULL_TURN / 2 { other_way(lon) } else { lon },
    ];
    let flags: [&[&str]; 4] = [
        &["--layer", "frequency"],
        &["--layer", "passes", "--no-library", "--trim", "300m"],
        &["--bbox", "179.5,-18,180.5,-17"],
        &["--near", "52.5,13.4", "--radius", "20km"],
    ];
    let mut plain = Vec::new();
    for (number, turn) in turns.into_iter().enumerate() {
        let folder = format!("rides{number}");
        write_rides(&home, &folder, turn);
        let outputs: Vec<Files> = flags.iter().map(|more| render(&home, &folder, more)).collect();
        let library = format!("{folder}.sqlite");
        home.run_ok(&["import", &folder, "--library", &library, "-q"]);
        let query = |verb: &'static str| home.run_ok(&[verb, "--library", &library, "--json"]);
        let mut list = json_of(&query("list"));
        for activity in list["activities"].as_array_mut().expect("a list") {
            // Ids follow the order of reading, and the paths have the number of the folder.
            activity.as_object_mut().expect("an object").retain(|key, _| key != "id" && key != "path");
        }
        let inspected = home.run_ok(&["inspect", &folder, "--json"]).replace(&folder, "");
        let lists = [list, json_of(&query("stats")), json_of(&inspected)];
        if number == 0 {
            assert_eq!(lists[0]["omitted"]["copies"], 1, "the copy is found");
            plain.push((outputs, lists));
            continue;
        }
        let (plain_outputs, plain_lists) = &plain[0];
        for ((more, plain), turned) in flags.iter().zip(plain_outputs).zip(&outputs) {
            assert_eq!(differences(plain, turned), [""; 0], "turn {number}, {more:?}");
        }
        assert_eq!(plain_lists, &lists, "turn {number}");
    }
    // The zones hide something.
    let private = render(&home, "rides1", &["--profile", "private"]);
    assert_ne!(differences(&plain[0].0[0], &private), [""; 0]);
}

#[test]
fn maps_across_the_antimeridian_open_on_the_data() {
    let home = Home::new();
    let mut ferry = line((-17.5, 179.9), (-17.475, 180.0), 25);
    ferry.extend(line((-17.475, -180.0), (-17.44, -179.86), 34));
    home.write("ferry.gpx", timed_gpx(1, &ferry));
    home.run_ok(&["render", "ferry.gpx", "-o", "tiles", "-q", "--zoom", "0-12"]);
    let tiles = json_of(&String::from_utf8(home.files("tiles")[Path::new("tiles.json")].clone()).expect("text"));
    let (bounds, center) = (numbers(&tiles["bounds"]), numbers(&tiles["center"]));
    assert_eq!([bounds[0], bounds[2]], [-180.0, 180.0], "readers reject bounds that wrap");
    assert!((center[0] + 179.98).abs() < 0.001 && (center[1] + 17.47).abs() < 0.001 && center[2] >= 10.0, "{center:?}");
    let page = String::from_utf8(home.files("tiles")[Path::new("index.html")].clone()).expect("text");
    let map = page.split_once("const MAP = ").and_then(|(_, rest)| rest.split_once(";\n")).expect("the data").0;
    for key in ["bounds", "focus"] {
        let bounds = numbers(&json_of(map)[key]);
        assert!((bounds[0] - 179.9).abs() < 1e-4 && (bounds[2] + 179.86).abs() < 1e-4, "{key} {bounds:?}");
    }
    home.run_ok(&["import", "ferry.gpx", "-q"]);
    let listed = |more: &[&str]| json_of(&home.run_ok(&[&["list", "--json"], more].concat()))["activities"].clone();
    let bbox = numbers(&listed(&[])[0]["bbox"]);
    assert!(bbox[0] > 179.8 && bbox[2] < -179.8, "{bbox:?}");
    for (flags, is_listed) in [
        (["--bbox", "179,-18,-179,-17"], true),
        (["--bbox", "179,-18,181,-17"], true),
        (["--bbox", "-179.9,-18,-179,-17"], true),
        (["--bbox", "-180,-90,180,90"], true),
        (["--bbox", "-10,-18,10,-17"], false),
        (["--bbox", "178,-18,179.8,-17"], false),
        (["--near", "-17.5,-179.95"], false),
        (["--near", "-17.5,-179.99"], false),
        (["--near", "-17.5,-180.09"], true),
        (["--near", "-17.5,179.95"], true),
        (["--near", "home"], true),
    ] {
        let found = listed(&flags).as_array().expect("a list").len();
        assert_eq!(found == 1, is_listed, "{flags:?}");
    }
}

/// Columns of the tiles of a zoom in a row of a folder.
fn columns(files: &Files, zoom: u32, row: u32) -> Vec<u32> {
    let name = format!("{row}.png");
    let tiles = files.keys().filter(|path| path.starts_with(zoom.to_string()) && path.ends_with(&name));
    let column = |path: &Path| path.iter().nth(1)?.to_str()?.parse().ok();
    let mut columns: Vec<u32> = tiles.filter_map(|path| column(path)).collect();
    columns.sort_unstable();
    columns
}

/// Writes a traverse past the pole, 84.5° N 20° E to 84.5° N 140° E, and a walk around the pole.
fn write_polar(home: &Home) {
    let mut traverse = line((84.5, 20.0), (86.0, 20.0), 300);
    traverse.extend(line((86.0, 20.0), (86.0, 140.0), 2000));
    traverse.extend(line((86.0, 140.0), (84.5, 140.0), 300));
    home.write("in/traverse.gpx", timed_gpx(1, &traverse));
    home.write("in/pole.gpx", timed_gpx(2, &line((-89.99, 0.0), (-89.99, 300.0), 300)));
}

#[test]
fn lines_beyond_the_map_are_cut_at_its_edge_and_counted() {
    let home = Home::new();
    write_polar(&home);
    let run = home.run(&["render", "in", "-o", "out", "--zoom", "0-8", "--json"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    let report = json_of(&run.stdout);
    assert_eq!(report["activities"], 1);
    assert_eq!(report["omitted"]["beyond_map"], 1);
    // Of 2,603 points, 221 on the way to the pole and back are on the map.
    assert_eq!(report["points"]["beyond_map"], 2603 - 222);
    assert_eq!(report["points"]["drawn"], 222);
    let files = home.files("out");
    let column = |lon: f64| ((lon + 180.0) / 360.0 * 256.0) as u32;
    for column in columns(&files, 8, 0) {
        assert!([20.0, 140.0].map(column_near(column)).contains(&true), "column {column} of the north edge");
    }
    assert!(columns(&files, 8, 0).contains(&column(20.0)) && columns(&files, 8, 0).contains(&column(140.0)));
    assert_eq!(columns(&files, 8, 255), [0; 0], "nothing at the south edge");
    let text = home.run_ok(&["render", "in", "-o", "out", "--zoom", "0-8"]);
    assert!(text.contains("off the map: 2,381 points beyond 85° of latitude\n"), "{text}");
    assert!(text.contains("1 activity beyond 85° of latitude, where the map ends\n"), "{text}");

    // The library lists both with their whole length, and draws as from files.
    home.run_ok(&["import", "in", "-q"]);
    let list = json_of(&home.run_ok(&["list", "--json"]));
    let metres: Vec<f64> =
        list["activities"].as_array().expect("a list").iter().filter_map(|a| a["metres"].as_f64()).collect();
    let expected = [2.0 * 1.5 * 111_195.0 + 120.0 * 111_195.0 * 86f64.to_radians().cos(), 0.0];
    assert!((metres[0] - expected[0]).abs() < 0.01 * expected[0] && metres[1] > 1000.0, "{metres:?}");
    let again = home.run(&["render", "-o", "from-library", "--zoom", "0-8", "--json"]);
    assert_eq!((again.status, json_of(&again.stdout)["omitted"]["beyond_map"].clone()), (0, json!(1)));
    assert_eq!(json_of(&again.stdout)["points"]["beyond_map"], report["points"]["beyond_map"]);
    assert_eq!(differences(&files, &home.files("from-library")), [""; 0]);
}

/// Returns true for longitudes within a tile of a column of zoom 8.
fn column_near(column: u32) -> impl Fn(f64) -> bool {
    move |lon| ((lon + 180.0) / 360.0 * 256.0 - f64::from(column) - 0.5).abs() < 1.5
}

#[test]
fn a_far_part_beyond_the_map_hides_no_other_part_of_the_activity() {
    let home = Home::new();
    let track = |points: &[(i64, i64)]| {
        let gpx = timed_gpx(1, points);
        let (_, rest) = gpx.split_once("<trkseg>").expect("a segment");
        rest.split_once("</trkseg>").expect("its end").0.to_owned()
    };
    // A wrong fix at the pole that stays for 12 points, in a segment of its own.
    let pole = track(&line((89.9999, 10.0), (89.9999, 110.0), 11));
    let walk = track(&line((52.0, 10.0), (52.1, 10.1), 999));
    home.write("in/a.gpx", format!("<gpx><trk><trkseg>{pole}</trkseg><trkseg>{walk}</trkseg></trk></gpx>"));
    let render = |args: &[&str]| {
        let run = home.run(&[&["render", "-o", "out", "--zoom", "0-12", "--json"], args].concat());
        assert_eq!((run.status, &*run.stderr), (0, ""), "{args:?}");
        let report = json_of(&run.stdout);
        assert_eq!((&report["activities"], &report["points"]["beyond_map"]), (&json!(1), &json!(12)), "{args:?}");
        home.files("out")
    };
    let direct = render(&["in", "--no-library"]);
    assert!(!columns(&direct, 12, 1352).is_empty(), "the walk is drawn");
    for args in [&["in"][..], &["in"]] {
        assert_eq!(differences(&direct, &render(args)), [""; 0], "{args:?}");
    }
    home.run_ok(&["import", "in", "-q"]);
    assert_eq!(differences(&direct, &render(&[])), [""; 0]);
}

#[test]
fn an_activity_wholly_beyond_the_map_is_not_drawn_and_told() {
    let home = Home::new();
    for (name, lat) in [("north", 89.99), ("south", -90.0), ("edge", 85.06)] {
        home.write(&format!("{name}.gpx"), timed_gpx(1, &line((lat, 5.0), (lat, 10.0), 10)));
        let run = home.run(&["render", &format!("{name}.gpx"), "-o", name]);
        assert!(run.status == 1 && !home.path(name).exists(), "{run:?}");
        assert!(run.stderr.contains("1 activity beyond 85° of latitude, where the map ends"), "{}", run.stderr);
    }
}
