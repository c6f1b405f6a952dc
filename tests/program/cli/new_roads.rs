//! Lengths of new roads in `list`, `stats`, `show` and conditions.

use serde_json::Value;

use crate::program::{Home, gpx};

/// A ride on a parallel, from one kilometre to another east of a place, with a point every 50 m and 10 s.
fn ride(home: &Home, name: &str, day: &str, kilometres: [f64; 2]) {
    let degree = 111.195 * 47f64.to_radians().cos();
    let points = ((kilometres[1] - kilometres[0]) * 20.0) as u32;
    let positions = (0..=points).map(|i| (47.0, 8.0 + (kilometres[0] + f64::from(i) / 20.0) / degree));
    let mut seconds = (0..).step_by(10);
    let line = |line: &str| match line.strip_suffix("/>") {
        Some(point) => {
            let second: u32 = seconds.next().unwrap_or(0);
            let time = format!("{day}T{:02}:{:02}:{:02}Z", 8 + second / 3600, second / 60 % 60, second % 60);
            format!("{point}><time>{time}</time></trkpt>\n")
        }
        None => format!("{line}\n"),
    };
    let text: String = gpx(name, positions).lines().map(line).collect();
    home.write(&format!("in/{name}.gpx"), text);
}

fn json(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[args, &["--json"]].concat())).expect("JSON")
}

/// Kilometres of new roads by name, to a tenth.
fn new_kilometres(home: &Home, more: &[&str]) -> Vec<(String, f64)> {
    let list = json(home, &[&["list", "--sort", "start"], more].concat());
    let activities = list["activities"].as_array().expect("activities").iter();
    let row = |activity: &Value| {
        let kilometres = activity["new_metres"].as_f64().expect("a length") / 1000.0;
        (activity["name"].as_str().expect("a name").to_owned(), (kilometres * 10.0).round() / 10.0)
    };
    activities.map(row).collect()
}

fn expected(rows: &[(&str, f64)]) -> Vec<(String, f64)> {
    rows.iter().map(|(name, kilometres)| ((*name).to_owned(), *kilometres)).collect()
}

#[test]
fn an_older_ride_corrects_later_ones() {
    let home = Home::new();
    ride(&home, "late", "2024-06-01", [0.0, 6.0]);
    home.run_ok(&["import", "in", "-q"]);
    assert_eq!(new_kilometres(&home, &[]), expected(&[("late", 6.0)]));
    ride(&home, "early", "2023-06-01", [2.0, 4.0]);
    ride(&home, "again", "2024-07-01", [1.0, 5.0]);
    home.run_ok(&["import", "in", "-q"]);
    let all = expected(&[("early", 2.0), ("late", 4.0), ("again", 0.0)]);
    assert_eq!(new_kilometres(&home, &[]), all);
    let id = json(&home, &["list", "--name", "early"])["activities"][0]["id"].to_string();
    home.run_ok(&["exclude", &id]);
    assert_eq!(new_kilometres(&home, &[]), expected(&[("late", 6.0), ("again", 0.0)]));
    home.run_ok(&["include", &id]);
    assert_eq!(new_kilometres(&home, &[]), all, "and back");
}

#[test]
fn sums_sort_keys_and_conditions_know_new_roads() {
    let home = Home::new();
    ride(&home, "early", "2023-06-01", [2.0, 4.0]);
    ride(&home, "late", "2024-06-01", [0.0, 6.0]);
    ride(&home, "again", "2024-07-01", [1.0, 5.0]);
    home.run_ok(&["import", "in", "-q"]);
    let stats = json(&home, &["stats"]);
    let is_near = |value: &Value, metres: f64| (value.as_f64().expect("metres") - metres).abs() < 100.0;
    assert!(is_near(&stats["all"]["new_metres"], 6000.0), "{stats}");
    assert!(is_near(&stats["years"]["2024"]["new_metres"], 4000.0), "{stats}");
    let late = json(&home, &["list", "--name", "late"])["activities"][0]["id"].to_string();
    let shown = home.run_ok(&["show", &late]);
    assert!(shown.contains("length        6.0 km, of which 4.0 km new\n"), "{shown}");
    for condition in [&["--new=1km-"][..], &["--new"], &["--where", "new > 1km"]] {
        assert_eq!(new_kilometres(&home, condition), expected(&[("early", 2.0), ("late", 4.0)]), "{condition:?}");
    }
    let sorted = json(&home, &["list", "--sort", "new", "--reverse"]);
    assert_eq!(sorted["activities"][0]["name"], "late");
    let drawn = |args: &[&str]| json(&home, args)["activities"].as_u64();
    let render = ["render", "-o", "map.pmtiles", "--zoom", "3", "--where", "new > 3km"];
    assert_eq!(drawn(&render), Some(1));
    assert_eq!(drawn(&[&["render", "in", "--no-library"], &render[1..]].concat()), Some(1), "without a library");
}

#[test]
fn a_condition_applies_to_the_visible_parts() {
    let home = Home::new();
    ride(&home, "early", "2023-06-01", [2.0, 4.0]);
    ride(&home, "late", "2024-06-01", [0.0, 6.0]);
    home.run_ok(&["import", "in", "-q"]);
    // The trim hides the early ride wholly, and leaves 3.6 km of the late one, all of them new.
    let render = |range: &str| {
        let sentence = format!("new in {range}");
        let args = ["render", "-o", "map.pmtiles", "--zoom", "3", "--trim", "1.2km", "--json", "--where", &sentence];
        home.run(&args).status
    };
    assert_eq!([render("3.4km..3.8km"), render("3.8km..7km"), render("0km..3.4km")], [0, 1, 1]);
    assert_eq!(new_kilometres(&home, &[]), expected(&[("early", 2.0), ("late", 4.0)]), "the list hides nothing");
}

#[test]
fn hidden_parts_make_no_road_old() {
    let home = Home::new();
    ride(&home, "early", "2023-06-01", [0.0, 4.0]);
    ride(&home, "late", "2024-06-01", [0.0, 6.0]);
    home.run_ok(&["import", "in", "-q"]);
    home.run_ok(&["zone", "add", "home", "--at", "47.0,8.0", "--radius", "2km"]);
    // The circle is shifted at random: it hides up to 3 km of both rides. The last two kilometres of the late one are new;
    // by its whole length, a third of what is visible would be.
    let render = |sentence: &str| home.run(&["render", "-o", "map.pmtiles", "--zoom", "3", "--where", sentence]).status;
    assert_eq!(render("name = late and distance < 5.9km and new in 1.9km..2.1km"), 0);
    let private = ["render", "-o", "map.pmtiles", "--zoom", "3", "--profile", "private"];
    let private = |sentence: &str| {
        let all = [&private[..], &["--where", sentence]].concat();
        json(&home, &all)["activities"].as_u64()
    };
    assert_eq!(private("new > 3.8km"), Some(1), "the early ride, wholly");
}

#[test]
fn new_roads_are_the_same_in_every_layer_and_with_every_zoom() {
    let home = Home::new();
    ride(&home, "early", "2023-06-01", [2.0, 4.0]);
    ride(&home, "late", "2024-06-01", [0.0, 6.0]);
    for layer in ["frequency", "passes", "time"] {
        for zoom in ["2", "15"] {
            let args = ["render", "in", "--no-library", "-o", "map.pmtiles", "--layer", layer, "--zoom", zoom];
            let drawn =
                |sentence: &str| json(&home, &[&args[..], &["--where", sentence]].concat())["activities"].as_u64();
            assert_eq!(drawn("new > 3.9km and new < 4.1km"), Some(1), "{layer}, zoom {zoom}");
        }
    }
}

#[test]
fn copies_and_planned_activities_make_no_road_old() {
    let home = Home::new();
    ride(&home, "ride", "2024-06-01", [0.0, 6.0]);
    let text = std::fs::read_to_string(home.path("in/ride.gpx")).expect("the ride");
    home.write("in/copy.gpx", text.replace("ride", "copy"));
    let plain: String = text.lines().filter(|line| !line.contains("<time>")).collect();
    home.write(
        "in/plan.gpx",
        plain.replace("trkpt", "rtept").replace("trkseg>", "x>").replace("<trk>", "<rte>").replace("</trk>", "</rte>"),
    );
    home.run_ok(&["import", "in", "-q"]);
    let list = json(&home, &["list"]);
    assert_eq!(list["activities"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list["activities"][0]["new_metres"].as_f64().map(|metres| (metres / 100.0).round()), Some(60.0));
}

#[cfg(unix)]
#[test]
fn a_damaged_activity_leaves_the_list_readable() {
    let home = Home::new();
    ride(&home, "ride", "2024-06-01", [0.0, 6.0]);
    home.run_ok(&["import", "in", "-q"]);
    let damage = "UPDATE track SET places = x'00'";
    rusqlite::Connection::open(home.library()).expect("the library").execute_batch(damage).expect("damaged");
    let run = home.run(&["list"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("ride") && run.stderr.contains("new roads are unknown: activity 1"), "{}", run.stderr);
}
