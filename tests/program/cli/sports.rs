//! One sport for all the words that files have for it: in sums, lists, filters and maps.

use serde_json::{Value, json};

use crate::program::Home;

/// A kilometre east in ten minutes, with a detour of 90 m to one side and back within two seconds.
fn recording(sport: &str, lat: f64) -> String {
    let points = (0..=600).map(|second| {
        let lat = if second == 300 { lat + 0.0008 } else { lat };
        let (lon, minute, second) = (11.0 + f64::from(second) / 45_000.0, second / 60, second % 60);
        format!("<trkpt lat=\"{lat}\" lon=\"{lon:.7}\"><time>2024-05-01T10:{minute:02}:{second:02}Z</time></trkpt>")
    });
    let points: String = points.collect();
    format!("<gpx creator=\"StravaGPX\"><trk><type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>")
}

fn imported(sports: &[&str]) -> Home {
    let home = Home::new();
    for (number, sport) in sports.iter().enumerate() {
        home.write(&format!("in/{number}.gpx"), recording(sport, 10.0 + number as f64));
    }
    home.run_ok(&["import", "in", "-q"]);
    home
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

/// Words of the files of the activities that `list` gives.
fn words(home: &Home, args: &[&str]) -> Vec<String> {
    let listed = json(home, &[&["list", "--sort", "sport"], args].concat());
    let word = |row: &Value| row["sport_in_file"].as_str().expect("text").to_owned();
    listed["activities"].as_array().expect("a list").iter().map(word).collect()
}

#[test]
fn words_for_one_sport_are_one_row_of_the_sums() {
    let home = imported(&["cycling", "biking", "ride", "Ride", "1", "Radfahrt"]);
    let stats = json(&home, &["stats"]);
    assert_eq!(stats["sports"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(stats["sports"]["ride"]["activities"], 6);
    let rides = home.run_ok(&["stats"]);
    assert_eq!(rides.lines().filter(|line| line.starts_with("Ride  ")).count(), 1, "{rides}");
    assert_eq!(words(&home, &["--sport", "cycling"]).len(), 6);
    assert_eq!(words(&home, &["--sport", "ikin"]), ["biking"], "a part of the file's word");
}

#[test]
fn kinds_of_a_sport_have_rows_of_their_own_and_one_filter() {
    let home = imported(&["1", "e_bike_ride", "E-Biking", "9", "trail_running", "Disc_Golf", ""]);
    let stats = json(&home, &["stats"]);
    let sports: Vec<(&str, u64)> = stats["sports"]
        .as_object()
        .expect("an object")
        .iter()
        .map(|(sport, sum)| (sport.as_str(), sum["activities"].as_u64().expect("a number")))
        .collect();
    assert_eq!(
        sports,
        [("disc-golf", 1), ("e-bike-ride", 2), ("ride", 1), ("run", 1), ("trail-run", 1), ("unknown", 1)]
    );
    assert_eq!(words(&home, &["--sport", "ride"]), ["e_bike_ride", "e-biking", "1"]);
    assert_eq!(words(&home, &["--sport", "Radfahrt"]), words(&home, &["--sport", "ride"]));
    assert_eq!(words(&home, &["--sport", "unknown"]), [""]);
    assert_eq!(words(&home, &["--sport", "e-bike-ride"]), ["e_bike_ride", "e-biking"]);
    assert_eq!(words(&home, &["--sport", "run,golf"]), ["disc_golf", "9", "trail_running"]);
    let text = home.run_ok(&["list", "--sport", "e-bike ride,disc golf"]);
    assert!(text.contains(" E-bike ride ") && text.contains(" Disc golf ") && !text.contains('_'), "{text}");
}

#[test]
fn a_mistyped_sport_is_questioned() {
    let home = imported(&["1", "Disc_Golf"]);
    for (sport, word) in [("cylcing", "cycling"), ("ride,snowbord", "snowboard")] {
        for verb in [&["list"][..], &["stats"], &["render", "-o", "tiles", "--zoom", "0"]] {
            let run = home.run(&[verb, &["--sport", sport]].concat());
            let mistyped = sport.trim_start_matches("ride,");
            let question = format!("no known sport is called '{mistyped}'; did you mean '{word}'?\n");
            assert!(run.stderr.starts_with(&question), "{run:?}");
        }
    }
    for sport in ["ride", "cycling", "golf", "disc golf", "unknown", "zorbing"] {
        home.run_ok(&["list", "--sport", sport]);
    }
}

#[test]
fn the_word_of_the_file_is_kept_beside_the_sport() {
    let home = imported(&["9", "run"]);
    let listed = json(&home, &["list", "--sport", "run"])["activities"].clone();
    let shown = |index: usize| home.run_ok(&["show", &listed[index]["id"].to_string()]);
    let at = |word: &str| usize::from(listed[0]["sport_in_file"] != word);
    assert_eq!(listed[at("9")]["sport"], "run");
    let text = shown(at("9"));
    assert!(text.contains("sport         run\nsport_in_file 9\n"), "{text}");
    assert!(!shown(at("run")).contains("sport_in_file"));
    let rows = json(&home, &["inspect", "in/0.gpx"])["files"].clone();
    assert_eq!((&rows[0]["sports"], &rows[0]["sports_in_file"]), (&json!(["run"]), &json!(["9"])));
    assert!(home.run_ok(&["inspect", "in/0.gpx"]).contains("in/0.gpx (StravaGPX; Run)\n"));
}

#[test]
fn numbers_of_strava_have_the_speeds_and_places_of_their_sports() {
    let spikes = |sport: &str| {
        let home = Home::new();
        home.write("1.gpx", recording(sport, 10.0));
        let report = json(&home, &["render", "1.gpx", "-o", "tiles", "--zoom", "0", "--virtual", "--no-library"]);
        report["points"]["dropped"]["spikes"].clone()
    };
    assert_eq!(["9", "run", "1", "99"].map(spikes), [1, 1, 1, 0].map(Value::from));
    let home = imported(&["17", "1"]);
    assert_eq!((words(&home, &[]), words(&home, &["--virtual"]).len()), (vec!["1".to_owned()], 2));
}
