//! Several layers in one run: what each shows, what is told, and the description of each tileset.

use std::fs;

use serde_json::Value;

use crate::program::{Home, gpx};

/// A track of a sport that begins at a time, with a point a minute.
fn ride(start: Option<&str>, sport: &str, south: f64) -> String {
    let positions = (0..30).map(|i| (47.0 + south, 8.0 + f64::from(i) / 1000.0));
    let text = gpx("ride", positions).replace("<trkseg>", &format!("<type>{sport}</type><trkseg>"));
    let mut minutes = 0..;
    let line = |line: &str| match (line.strip_suffix("/>"), start) {
        (Some(point), Some(start)) => {
            format!("{point}><time>{start}:{:02}:00Z</time></trkpt>\n", minutes.next().unwrap_or(0))
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

fn description(home: &Home, style: &str) -> Value {
    let text = fs::read_to_string(home.path(&format!("tiles/{style}/tiles.json"))).expect("a description");
    serde_json::from_str::<Value>(&text).expect("JSON")["trailglow"].take()
}

#[test]
fn every_layer_is_a_tileset_with_its_own_legend() {
    let home = Home::new();
    home.write("in/a.gpx", ride(Some("2023-05-01T10"), "running", 0.0));
    home.write("in/b.gpx", ride(Some("2024-11-09T18"), "cycling", 0.001));
    home.write("in/c.gpx", ride(None, "cycling", 0.002));
    let text =
        home.run_ok(&["render", "in", "-o", "tiles", "--layer", "frequency,recency,sport,hour", "--zoom", "8-9"]);
    assert!(text.contains("\nnot in recency, hour: 1 activity without a date\n"), "{text}");
    assert!(text.contains("frequency-ember, recency-verdant, sport-bright, hour-wheel\n"), "{text}");
    let legend = |style: &str| description(&home, style)["legend"]["9"].take();
    assert_eq!(legend("recency-verdant")["range"], serde_json::json!(["2023-05-01", "2024-11-30"]));
    let sports = &legend("sport-bright")["classes"];
    assert_eq!([&sports[0][0], &sports[1][0]], ["Ride", "Run"]);
    assert_eq!(legend("hour-wheel")["classes"].as_array().map(Vec::len), Some(8));
    assert!(legend("frequency-ember")["max"].as_f64() >= Some(1.0));
    assert_eq!(description(&home, "recency-verdant")["levels"]["steps"], 36);
    assert_eq!(description(&home, "hour-wheel")["levels"]["classes"], 8);
}

#[test]
fn a_layer_that_shows_nothing_is_left_out_and_named() {
    let home = Home::new();
    home.write("in/c.gpx", ride(None, "cycling", 0.0));
    let run = home.run(&["render", "in", "-o", "tiles", "--layer", "recency,frequency", "--zoom", "3"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("recency shows none of the activities and is left out"), "{}", run.stderr);
    assert!(home.path("tiles/0/0/0.png").is_file(), "one style needs no folder of its own");
    let run = home.run(&["render", "in", "-o", "other", "--layer", "recency,year", "--zoom", "3"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("nothing to draw: recency and year has nothing to show"), "{}", run.stderr);
}

#[test]
fn activities_without_times_are_counted_by_the_layer_of_time() {
    let home = Home::new();
    home.write("in/c.gpx", ride(None, "cycling", 0.0));
    let run = home.run(&["render", "in", "-o", "tiles", "--layer", "time", "--zoom", "3"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("time has nothing to show: no activity has times"), "{}", run.stderr);
    home.write("in/a.gpx", ride(Some("2023-05-01T10"), "running", 0.0));
    let text = home.run_ok(&["render", "in", "-o", "tiles", "--layer", "time,passes", "--zoom", "3"]);
    assert!(text.contains("\nnot in time: 1 activity without times\n"), "{text}");
    let legend = description(&home, "time-ember")["legend"]["3"].take();
    assert!(legend["per_unit"].as_f64().is_some_and(|minutes| minutes > 1.0), "{legend}");
}

#[test]
fn a_new_range_of_dates_is_told() {
    let home = Home::new();
    home.write("in/a.gpx", ride(Some("2024-05-01T10"), "running", 0.0));
    let render = || home.run(&["render", "in", "-o", "tiles", "--layer", "recency,frequency", "--zoom", "3"]).stderr;
    assert_eq!([render(), render()], ["", ""]);
    home.write("in/b.gpx", ride(Some("2024-06-01T10"), "running", 0.001));
    let told = render();
    let expected = "recency is drawn anew: the range 2024-05 to 2024-05 became the range 2024-05 to 2024-06";
    assert!(told.contains(expected), "{told}");
    assert_eq!(render(), "");
}

#[test]
fn a_range_of_days_changes_colours_only() {
    let home = Home::new();
    for (name, day) in [("a", "2021-05-01T10"), ("b", "2023-02-01T10"), ("c", "2024-06-01T10")] {
        home.write(&format!("in/{name}.gpx"), ride(Some(day), "running", f64::from(name.as_bytes()[0]) / 1000.0));
    }
    let drawn = |range: &[&str]| {
        let args = ["render", "in", "-o", "tiles", "--layer", "recency", "--zoom", "8", "--json"];
        let report: Value = serde_json::from_str(&home.run_ok(&[&args, range].concat())).expect("JSON");
        let text = fs::read_to_string(home.path("tiles/tiles.json")).expect("a description");
        let legend = serde_json::from_str::<Value>(&text).expect("JSON")["trailglow"]["legend"]["8"].take();
        let tile = home
            .files("tiles")
            .into_iter()
            .find(|(path, _)| path.extension().is_some_and(|ending| ending == "png"))
            .expect("a tile")
            .1;
        (report["drawn"].as_u64(), legend, tile)
    };
    let (first, legend, all) = drawn(&[]);
    assert!(first > Some(0) && legend["steps"].is_null(), "{legend}");
    let (again, legend, tile) = drawn(&["--range", "2023..2023"]);
    assert_eq!(again, Some(0), "no tile is drawn again");
    assert_eq!(legend["range"], serde_json::json!(["2023-01-01", "2023-12-31"]));
    assert_eq!(legend["steps"], serde_json::json!(["2021-05-01", "2024-06-30"]));
    assert_ne!(tile, all, "the colours are others");
}

#[test]
fn the_last_months_end_with_today() {
    let home = Home::new();
    home.write("in/a.gpx", ride(Some("2024-05-01T10"), "running", 0.0));
    home.write("in/b.gpx", ride(Some("2024-09-01T10"), "running", 0.001));
    let shown = |extra: &[&str]| {
        let args = ["render", "in", "-o", "tiles", "--layer", "fresh-3m", "--zoom", "3", "--json"];
        let report: Value = serde_json::from_str(&home.run_ok(&[&args, extra].concat())).expect("JSON");
        report["layers"][0]["activities"].as_u64()
    };
    assert_eq!([shown(&[]), shown(&["--today", "2024-05-20"]), shown(&["--today", "2024-09-01"])], [Some(1); 3]);
    let run = home.run(&["render", "in", "-o", "tiles", "--layer", "fresh-3m", "--today", "2020-01-01"]);
    assert!(run.status == 1 && run.stderr.contains("fresh-3m has nothing to show"), "{}", run.stderr);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let home = Home::new();
    home.write("in/a.gpx", ride(None, "running", 0.0));
    for (flags, message) in [
        (&["--layer", "sport", "--palette", "ember"][..], "suits none of the layers"),
        (&["--top", "5%"], "--top is for the layer top"),
        (&["--palette", "fog"], "has no such tiles"),
        (&["--range", "2020..2021"], "add --layer recency or first"),
        (&["--range", "100-180bpm"], "add --layer heart-rate"),
        (&["--hill", "3%"], "add --layer hill"),
        (&["--layer", "recency", "--range", "2021..2020"], "the first day must be before the last"),
        (&["--layer", "speed"], "there is no layer 'speed'"),
        (&["--layer", "top", "--top", "5"], "such as 10%"),
    ] {
        let run = home.run(&[&["render", "in", "-o", "tiles"], flags].concat());
        assert!(run.status == 2 && run.stderr.contains(message), "{flags:?}: {}", run.stderr);
    }
}
