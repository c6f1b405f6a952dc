//! KML, KMZ and GeoJSON as inputs of the program.

use serde_json::Value;

use super::zip::zip;
use crate::program::{Home, differences, gpx};

const POINTS: u32 = 600;

/// Positions of a winding ride; each number has its own latitude.
fn positions(number: u32) -> impl Iterator<Item = (f64, f64)> {
    (0..POINTS).map(move |step| {
        let lat = 47.0 + f64::from(number) / 100.0 + (f64::from(step) / 40.0).sin() / 1000.0;
        (lat, 8.0 + f64::from(step) / 10_000.0)
    })
}

fn kml(name: &str, number: u32) -> String {
    let tuples: String = positions(number).map(|(lat, lon)| format!("{lon:.7},{lat:.7},0 ")).collect();
    format!(
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Placemark><name>{name}</name><LineString><coordinates>\
         {tuples}</coordinates></LineString></Placemark></Document></kml>"
    )
}

/// KML with times a second apart from 2024-05-01T07:00:00Z.
fn kml_track(number: u32) -> String {
    let values: String = (positions(number).enumerate())
        .map(|(second, (lat, lon))| {
            let (minute, second) = (second / 60, second % 60);
            format!("<when>2024-05-01T07:{minute:02}:{second:02}Z</when><gx:coord>{lon:.7} {lat:.7} 500</gx:coord>")
        })
        .collect();
    format!("<kml xmlns:gx=\"x\"><Placemark><name>track</name><gx:Track>{values}</gx:Track></Placemark></kml>")
}

fn geojson(name: &str, number: u32) -> String {
    let positions: Vec<String> = positions(number).map(|(lat, lon)| format!("[{lon:.7},{lat:.7}]")).collect();
    let geometry = format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, positions.join(","));
    let feature =
        format!(r#"{{"type":"Feature","properties":{{"name":"{name}","sport":"running"}},"geometry":{geometry}}}"#);
    format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

#[test]
fn lines_of_kml_kmz_and_geojson_are_drawn_like_gpx() {
    let home = Home::new();
    for number in 1..=4 {
        home.write(&format!("gpx/{number}.gpx"), gpx("", positions(number)));
    }
    let doc = kml("in the archive", 2);
    home.write("in/line.kml", kml("line", 1));
    home.write("in/packed.kmz", zip([("doc.kml", doc.as_bytes()), ("files/icon.png", b"\x89PNG")]));
    home.write("in/line.geojson", geojson("run", 3));
    // The content decides and not the name.
    home.write(
        "in/line.json",
        geojson("other", 4).replace("{\"type\":\"FeatureCollection\",", "\u{feff} { \"type\": \"FeatureCollection\","),
    );
    for (inputs, out) in [("gpx", "expected"), ("in", "tiles")] {
        home.run_ok(&["render", inputs, "-o", out, "-q", "--zoom", "0-14"]);
    }
    assert_eq!(differences(&home.files("expected"), &home.files("tiles")), [""; 0]);
    // From the library, without reading the files again.
    home.run_ok(&["import", "in", "-q"]);
    home.run_ok(&["render", "-o", "again", "-q", "--zoom", "0-14"]);
    assert_eq!(differences(&home.files("expected"), &home.files("again")), [""; 0]);
}

#[test]
fn names_formats_and_times_are_listed_and_selected() {
    let home = Home::new();
    home.write("in/track.kml", kml_track(1));
    home.write("in/run.geojson", geojson("Evening run", 2));
    home.run_ok(&["import", "in", "-q"]);
    let names = |flags: &[&str]| -> Vec<String> {
        let listed = json(&home, &[&["list"], flags].concat());
        let row = |row: &Value| format!("{} {} {}", row["format"], row["name"], row["sport"]);
        let mut rows: Vec<String> = listed["activities"].as_array().expect("a list").iter().map(row).collect();
        rows.sort();
        rows
    };
    let [run, track] = [r#""GeoJSON" "Evening run" "run""#, r#""KML" "track" """#].map(str::to_owned);
    assert_eq!(names(&[]), [run.clone(), track.clone()]);
    assert_eq!(names(&["--source", "geojson"]), std::slice::from_ref(&run));
    assert_eq!(names(&["--source", "kml"]), std::slice::from_ref(&track));
    assert_eq!(names(&["--source", "gpx"]), [""; 0]);
    assert_eq!(names(&["--sport", "run"]), [run]);
    assert_eq!(names(&["--year", "2024"]), [track]);
    let inspected = json(&home, &["inspect", "in"]);
    let [first, second] = &inspected["files"].as_array().expect("a list")[..] else { panic!("{inspected}") };
    assert_eq!(
        (&first["format"], &first["points"], &first["timed_points"]),
        (&"GeoJSON".into(), &POINTS.into(), &0.into())
    );
    assert_eq!(
        (&second["format"], &second["points"], &second["timed_points"]),
        (&"KML".into(), &POINTS.into(), &POINTS.into())
    );
    assert_eq!((&first["ele_points"], &second["ele_points"]), (&0.into(), &POINTS.into()));
}

#[test]
fn a_track_of_a_second_format_is_a_copy() {
    let home = Home::new();
    home.write("in/track.kml", kml_track(1));
    home.write("in/line.geojson", geojson("run", 1));
    let text = home.run_ok(&["render", "in", "-o", "tiles", "--zoom", "0"]);
    assert!(text.starts_with("1 activity from 2 files") && text.contains("omitted: 1 copy\n"), "{text}");
}

#[test]
fn other_json_and_places_are_no_errors_and_damage_is_told() {
    let home = Home::new();
    home.write("in/line.kml", kml("line", 1));
    home.write("in/places.kml", "<kml><Placemark><Point><coordinates>8,47</coordinates></Point></Placemark></kml>");
    home.write("in/empty.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    for (name, text) in [
        ("settings", r#"{"a":1}"#),
        ("list", r#"[{"type":"Feature"}]"#),
        ("number", "17"),
        ("cut", r#"{"features":"#),
        ("topology", r#"{"type":"Topology","objects":{}}"#),
    ] {
        home.write(&format!("in/{name}.json"), text);
    }
    let text = home.run_ok(&["render", "in", "-o", "tiles", "--zoom", "0"]);
    assert!(text.starts_with("1 activity from 1 file,"), "{text}");
    assert!(text.contains("skipped: 2 files without a track, 5 files of other kinds\n"), "{text}");
    let whole = geojson("run", 2);
    home.write("in/cut.geojson", &whole[..whole.len() - 100]);
    home.write("in/page.kml", "<!DOCTYPE html><html>log in</html>");
    home.write("in/bad.geojson", "{\"error\":\"not found\"}");
    home.write("in/bad.kmz", "PK\x03\x04");
    let run = home.run(&["render", "in", "-v", "-o", "tiles", "--zoom", "0"]);
    assert!(run.status == 3 && run.stdout.starts_with("2 activities from 2 files"), "{run:?}");
    for (name, message) in [
        ("in/cut.geojson", "the file is truncated; everything before the cut was read"),
        ("in/page.kml", "cannot be read: the file is a web page"),
        ("in/bad.geojson", "cannot be read: the content is neither FIT, GPX, TCX, KML nor GeoJSON"),
        ("in/bad.kmz", "cannot be read: the zip archive has no central directory"),
    ] {
        assert!(run.stderr.contains(&format!("{name}: {message}")), "{name}: {}", run.stderr);
    }
}
