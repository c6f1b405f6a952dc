//! Sensors of recordings: `inspect` counts them, the library keeps them, `show` states them, and copies are chosen by
//! them.

use serde_json::json;

use crate::program::Home;

/// A ride north of 400 points, one a second, with more in each point.
fn ride(more: impl Fn(u32) -> String) -> String {
    let point = |i: u32| format!("<trkpt lat=\"{:.5}\" lon=\"8\">{}</trkpt>", 47.0 + f64::from(i) * 5e-5, more(i));
    let points: String = (0..400).map(point).collect();
    format!("<gpx creator=\"test\"><trk><type>cycling</type><trkseg>{points}</trkseg></trk></gpx>")
}

fn time(i: u32) -> String {
    format!("<time>2024-05-04T07:{:02}:{:02}Z</time>", i / 60, i % 60)
}

/// Power in the second half, cadence and temperature everywhere.
fn with_sensors(i: u32) -> String {
    let power = if i < 200 { String::new() } else { format!("<power>{}</power>", i) };
    format!(
        "<ele>400</ele>{}<extensions>{power}<x:TrackPointExtension><x:hr>140</x:hr><x:cad>85</x:cad>\
         <x:atemp>-3</x:atemp></x:TrackPointExtension></extensions>",
        time(i)
    )
}

#[test]
fn sensors_are_counted_kept_and_shown() {
    let home = Home::new();
    home.write("in/a.gpx", ride(with_sensors));
    let inspected = home.run_json(&["inspect", "in"])["files"][0].clone();
    let counts =
        ["ele", "hr", "power", "cadence", "temperature", "speed"].map(|key| &inspected[format!("{key}_points")]);
    assert_eq!(counts, [&json!(400), &json!(400), &json!(200), &json!(400), &json!(400), &json!(0)]);
    let table = home.run_ok(&["inspect", "in"]);
    assert!(table.contains("also power 50%, cadence 100%, temperature 100%\n"), "{table}");

    home.run_ok(&["import", "in"]);
    // The library needs no file.
    std::fs::remove_dir_all(home.path("in")).expect("the folder");
    let sensors = home.run_json(&["show", "1"])["sensors"].clone();
    assert_eq!(sensors["power"], json!({"unit": "W", "points": 200, "mean": 299.5, "least": 200.0, "most": 399.0}));
    assert_eq!(sensors["temperature"]["mean"], json!(-3.0));
    assert!(sensors.get("speed").is_none(), "{sensors}");
    let shown = home.run_ok(&["show", "1"]);
    for line in [
        "power         300 W on average, 200 to 399, in 200 points\n",
        "cadence       85 rpm, in 400 points\n",
        "temperature   -3 °C, in 400 points\n",
    ] {
        assert!(shown.contains(line), "{line}{shown}");
    }
}

#[test]
fn implausible_values_are_counted_and_left_out() {
    let home = Home::new();
    home.write("a.gpx", ride(|_| "<power>65535</power><cad>255</cad><atemp>127</atemp>".to_owned()));
    let inspected = home.run_json(&["inspect", "a.gpx"])["files"][0].clone();
    let counts = ["power_points", "cadence_points", "temperature_points", "bad_values"].map(|key| &inspected[key]);
    assert_eq!(counts, [&json!(0), &json!(0), &json!(0), &json!(1200)]);
}

#[test]
fn of_two_copies_the_one_with_more_times_and_then_more_values_is_drawn() {
    let times_in = |range: std::ops::Range<u32>| move |i: u32| if range.contains(&i) { time(i) } else { String::new() };
    let rare_times = |i: u32| if i.is_multiple_of(100) { time(i) } else { String::new() };
    let rates_before = |end: u32| move |i: u32| time(i) + if i < end { "<hr>140</hr>" } else { "" };
    let sensors = "<hr>140</hr><power>200</power><cad>90</cad>";
    // The second file of each pair is drawn.
    for (other, drawn) in [
        (ride(|_| String::new()), ride(time)),
        (ride(rare_times), ride(time)),
        (ride(|i| rare_times(i) + sensors), ride(time)),
        (ride(times_in(0..240)), ride(time)),
        (ride(times_in(160..400)), ride(time)),
        (ride(rates_before(200)), ride(rates_before(400))),
    ] {
        for [first, second] in [[&other, &drawn], [&drawn, &other]] {
            let home = Home::new();
            home.write("in/a.gpx", first);
            home.write("in/b.gpx", second);
            home.run_ok(&["import", "in"]);
            let rows = home.run_json(&["list"])["activities"].clone();
            let files: Vec<&str> =
                rows.as_array().expect("a list").iter().filter_map(|row| row["path"].as_str()).collect();
            let expected = if *first == drawn { "a.gpx" } else { "b.gpx" };
            assert!(files.len() == 1 && files[0].ends_with(expected), "{expected} {rows}");
        }
    }
}

#[test]
fn rides_of_two_days_with_late_first_times_are_both_drawn() {
    let late = |day: u32| {
        move |i: u32| if i < 160 { String::new() } else { time(i).replace("05-04", &format!("05-{day:02}")) }
    };
    let home = Home::new();
    home.write("in/a.gpx", ride(late(4)));
    home.write("in/b.gpx", ride(late(9)));
    home.run_ok(&["import", "in"]);
    assert_eq!(home.run_json(&["list"])["activities"].as_array().map(Vec::len), Some(2));
}
