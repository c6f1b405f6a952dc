//! Selection flags, exclusions and decisions apply alike to lists, sums and maps.

use serde_json::Value;

use crate::program::{Home, gpx};

/// Ride eastwards from longitude 11°, one point a minute.
fn ride_gpx(sport: &str, name: &str, start: &str, lat: f64, minutes: u32, heart_rate: bool) -> String {
    let points = (0..=minutes).map(|minute| {
        let lon = 11.0 + f64::from(minute) / 300.0;
        let heart_rate_tag = if heart_rate { "<extensions><hr>120</hr></extensions>" } else { "" };
        format!("<trkpt lat=\"{lat}\" lon=\"{lon:.7}\"><time>{start}T10:{minute:02}:00Z</time>{heart_rate_tag}</trkpt>")
    });
    let points: String = points.collect();
    format!("<gpx><trk><name>{name}</name><type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>")
}

/// A library of six activities, with a copy that has heart rates, an indoor and a virtual activity.
fn library_of_six() -> Home {
    let home = Home::new();
    home.write("in/1.gpx", ride_gpx("cycling", "Lake", "2023-05-01", 48.0, 40, false));
    home.write("in/2.gpx", ride_gpx("running", "Track", "2024-05-01", 48.0, 10, false));
    home.write("in/3.gpx", ride_gpx("cycling", "Far; DROP TABLE activity", "2024-12-31", 40.0, 50, false));
    home.write("in/4.gpx", ride_gpx("indoor cycling", "Cellar", "2024-01-01", 48.0, 20, false));
    home.write("in/5.gpx", ride_gpx("virtual ride", "Island", "2024-01-02", -11.0, 20, false));
    home.write("in/copy/1.gpx", ride_gpx("cycling", "Lake again", "2023-05-01", 48.0, 40, true));
    home.run_ok(&["import", "in", "-q"]);
    home
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

fn names(home: &Home, args: &[&str]) -> Vec<String> {
    let listed = json(home, &[&["list"], args].concat());
    let name = |row: &Value| row["name"].as_str().expect("a name").to_owned();
    listed["activities"].as_array().expect("a list").iter().map(name).collect()
}

fn id_of(home: &Home, name: &str) -> String {
    let listed = json(home, &["list", "--name", name]);
    listed["activities"][0]["id"].to_string()
}

#[test]
fn selection_flags_choose_the_same_activities_for_every_verb() {
    let home = library_of_six();
    let cases: [(&[&str], &[&str]); 16] = [
        (&[], &["Lake again", "Track", "Far; DROP TABLE activity"]),
        (&["--indoor", "--virtual", "--year", "2024"], &["Cellar", "Island", "Track", "Far; DROP TABLE activity"]),
        (&["--from", "2024-05-01", "--to", "2024-12-30"], &["Track"]),
        (&["--to", "2024-05"], &["Lake again", "Track"]),
        (&["--year", "2020-2023"], &["Lake again"]),
        (&["--sport", "run"], &["Track"]),
        (&["--sport", "ride,swim"], &["Lake again", "Far; DROP TABLE activity"]),
        (&["--distance", "5km-11km"], &["Lake again"]),
        (&["--duration", "-20min"], &["Track"]),
        (&["--ascent", "1m-"], &[]),
        (&["--name", "'; drop table activity; --"], &[]),
        (&["--name", "drop"], &["Far; DROP TABLE activity"]),
        (&["--source", "in/copy"], &["Lake again"]),
        (&["--bbox", "10,47,12,49"], &["Lake again", "Track"]),
        (&["--near", "40,11.001", "--radius", "200m"], &["Far; DROP TABLE activity"]),
        (&["--near", "home", "--sport", "ride"], &["Lake again"]),
    ];
    for (flags, expected) in cases {
        assert_eq!(names(&home, flags), expected, "{flags:?}");
        let number = expected.len() as u64;
        assert_eq!(json(&home, &[&["stats"], flags].concat())["all"]["activities"], number, "{flags:?}");
        let render = [&["render", "-o", "tiles", "--zoom", "0-1", "--json"], flags].concat();
        let run = home.run(&render);
        if number == 0 {
            assert!(run.status == 1 && run.stderr.contains("nothing to draw: "), "{flags:?}: {}", run.stderr);
            continue;
        }
        assert_eq!((run.status, &*run.stderr), (0, ""), "{flags:?}");
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(report["activities"], number, "{flags:?}");
        for more in [&[][..], &["--no-library"]] {
            let named = json(&home, &[&["render", "in", "-o", "tiles", "--zoom", "0-1"], flags, more].concat());
            assert_eq!(named["activities"], number, "{flags:?} {more:?}");
            assert_eq!(named["omitted"], report["omitted"], "{flags:?} {more:?}");
        }
    }
    let near_home = home.run_ok(&["list", "--near", "home"]);
    assert!(near_home.contains("home, the most common start: 48.0000,11.0000\n"), "{near_home}");
    assert!(near_home.contains("omitted: 1 virtual activity") || near_home.contains("not selected"), "{near_home}");
    let text = home.run_ok(&["render", "-o", "tiles", "--zoom", "0"]);
    let omitted =
        "omitted: 1 indoor activity (--indoor includes it), 1 virtual activity (--virtual includes it), 1 copy\n";
    assert!(text.contains(omitted), "{text}");
}

#[test]
fn lists_follow_the_sort_flag_and_have_one_line_per_activity() {
    let home = library_of_six();
    let sorted = |key: &str, more: &[&str]| names(&home, &[&["--sort", key], more].concat());
    assert_eq!(sorted("distance", &[]), ["Track", "Lake again", "Far; DROP TABLE activity"]);
    assert_eq!(sorted("duration", &["--reverse"]), ["Far; DROP TABLE activity", "Lake again", "Track"]);
    assert_eq!(sorted("name", &[]), ["Far; DROP TABLE activity", "Lake again", "Track"]);
    assert_eq!(sorted("sport", &["--reverse"])[0], "Track");
    home.write("odd.gpx", gpx("a&#10;b&#27;[2J", [(1.0, 2.0), (1.0, 2.001)]));
    home.run_ok(&["import", "odd.gpx", "-q"]);
    let text = home.run_ok(&["list"]);
    assert_eq!(text.lines().count(), 1 + 4 + 2, "{text}");
    assert!(!text.contains('\u{1b}') && text.lines().nth(4).is_some_and(|line| line.contains(" – ")), "{text}");
    let stats = home.run_ok(&["stats"]);
    let first: Vec<&str> = stats.lines().map(|line| line.split_whitespace().next().unwrap_or_default()).collect();
    assert_eq!(first[1..], ["2023", "2024", "unknown", "Ride", "Run", "unknown", "all", "omitted:"], "{stats}");
}

#[test]
fn excluded_activities_stay_in_the_library_and_can_be_included_again() {
    let home = library_of_six();
    let track = id_of(&home, "track");
    assert_eq!(home.run_ok(&["exclude", &track]), "1 activity excluded\n");
    assert_eq!(names(&home, &["--name", "track"]), [""; 0]);
    assert_eq!(names(&home, &["--excluded"]), ["Track"]);
    assert_eq!(json(&home, &["show", &track])["excluded"], true);
    home.run_ok(&["import", "in", "-q"]);
    let report = || json(&home, &["render", "-o", "tiles", "--zoom", "0"]);
    assert_eq!((&report()["activities"], &report()["omitted"]["excluded"]), (&2.into(), &1.into()));
    home.run_ok(&["include", &track]);
    assert_eq!(report()["activities"], 3);
    let run = home.run(&["exclude", &track, "999"]);
    assert!(run.status == 1 && run.stderr.contains("there is no activity 999"), "{}", run.stderr);
    assert_eq!(report()["activities"], 3, "nothing was changed");
    assert_eq!(home.run(&["show", "999"]).status, 1);
}

#[test]
fn copies_are_drawn_once_unless_the_user_decides_otherwise() {
    let home = library_of_six();
    let found = json(&home, &["duplicates"]);
    let group = &found["duplicates"][0];
    assert_eq!(found["duplicates"].as_array().map(Vec::len), Some(1));
    assert!(
        group["drawn"]["path"].as_str().is_some_and(|path| path.ends_with("in/copy/1.gpx")),
        "the copy with more sensors is drawn"
    );
    let copy = group["copies"][0]["id"].to_string();
    assert_eq!(json(&home, &["show", &copy])["copy_of"], group["drawn"]["id"]);
    let pair = [&*copy, &group["drawn"]["id"].to_string()];
    let decide = |flag: &str| home.run_ok(&["duplicates", flag, pair[0], pair[1]]);
    let apart = decide("--apart");
    assert!(apart.contains("0 copies of 0 recordings\n"), "{apart}");
    assert_eq!(names(&home, &["--year", "2023"]), ["Lake", "Lake again"]);
    home.run_ok(&["import", "in", "-q"]);
    assert_eq!(names(&home, &["--year", "2023"]).len(), 2, "the decision is kept");
    assert!(decide("--undecide").contains("1 copy of 1 recording\n"));
    let excluded = home.run_ok(&["exclude", &id_of(&home, "lake again")]);
    assert_eq!(excluded, "1 activity excluded\n");
    assert_eq!(names(&home, &["--year", "2023"]), [""; 0], "no copy of an excluded recording is drawn");
    home.write(
        "richer.gpx",
        ride_gpx("cycling", "Lake", "2023-05-01", 48.0, 40, true).replace("<time>", "<ele>5</ele><time>"),
    );
    home.run_ok(&["import", "richer.gpx", "-q"]);
    assert_eq!(names(&home, &["--year", "2023"]), [""; 0], "nor a copy imported later");
    home.run_ok(&["include", &copy]);
    assert_eq!(names(&home, &["--year", "2023"]), ["Lake"]);
}

#[test]
fn forgotten_activities_can_be_imported_again() {
    let home = library_of_six();
    home.write("other.gpx", ride_gpx("running", "Other", "2022-01-01", 1.0, 10, false));
    home.run_ok(&["render", "other.gpx", "-o", "tiles", "--zoom", "0", "-q"]);
    assert_eq!(home.run_ok(&["forget", &id_of(&home, "track")]), "1 activity forgotten\n");
    assert_eq!(names(&home, &[]), ["Lake again", "Far; DROP TABLE activity"]);
    assert_eq!(home.run_ok(&["forget", "--remembered"]), "1 remembered file forgotten\n");
    let again = home.run_ok(&["import", "in"]);
    assert!(again.starts_with("1 file imported, 5 already imported\n"), "{again}");
    assert_eq!(names(&home, &[]).len(), 3);
    assert_eq!(home.run(&["forget"]).status, 2);
    for verb in [&["list"][..], &["stats"], &["show", "1"], &["exclude", "1"], &["duplicates"], &["forget", "1"]] {
        let run = home.run(&[verb, &["--library", "none.sqlite"]].concat());
        assert!(run.status == 1 && run.stderr.contains("there is no library at none.sqlite"), "{}", run.stderr);
    }
}
