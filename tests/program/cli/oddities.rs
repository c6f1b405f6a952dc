//! Files and tables that other programs write oddly, and that are read as they are meant.

use serde_json::Value;

use super::zip::zip;
use crate::program::Home;

/// A ride north of a point a second, with times from `start` on, in seconds since 1970.
fn timed_gpx(points: u32, time: impl Fn(u32) -> String) -> String {
    let point = |n: u32| {
        let lat = 47.0 + f64::from(n) * 5e-5;
        format!("<trkpt lat=\"{lat:.6}\" lon=\"8.5\"><ele>{}.5</ele><time>{}</time></trkpt>", 400 + n, time(n))
    };
    let points: String = (0..points).map(point).collect();
    format!("<gpx><trk><name>Ride</name><type>cycling</type><trkseg>{points}</trkseg></trk></gpx>")
}

/// Time of second `n` of a day in 2024.
fn at_second(n: u32) -> String {
    format!("2024-05-01T08:{:02}:{:02}Z", n / 60, n % 60)
}

fn listed(home: &Home, args: &[&str]) -> Vec<Value> {
    let listed: Value = serde_json::from_str(&home.run_ok(&[&["list", "--json"], args].concat())).expect("JSON");
    listed["activities"].as_array().expect("a list").clone()
}

/// The only activity of a file after its import.
fn imported(file: &str, content: impl AsRef<[u8]>) -> Value {
    let home = Home::new();
    home.write(file, content);
    home.run_ok(&["import", file, "-q"]);
    let listed = listed(&home, &[]);
    assert_eq!(listed.len(), 1, "{listed:?}");
    listed[0].clone()
}

#[test]
fn decimal_commas_are_read_and_unreadable_coordinates_are_an_error() {
    let plain = timed_gpx(200, at_second);
    let comma = |text: &str| {
        let parts: Vec<&str> = text.split('.').collect();
        parts.join(",")
    };
    for odd in [comma(&plain), plain.replace(".5</ele>", ",5</ele>")] {
        let (odd, plain) = (imported("a.gpx", odd), imported("a.gpx", &plain));
        for key in ["metres", "ascent_m", "points", "start", "end", "seconds", "bbox"] {
            assert_eq!(odd[key], plain[key], "{key}");
        }
    }
    let home = Home::new();
    home.write("in/good.gpx", &plain);
    let route = "<rte><rtept lat=\"1\" lon=\"2\"/><rtept lat=\"1\" lon=\"3\"/></rte></gpx>";
    home.write("in/odd.gpx", plain.replace(" lat=\"", " lat=\"N ").replace("</gpx>", route));
    for args in [&["render", "in", "-o", "tiles", "--zoom", "0-1"][..], &["import", "in"]] {
        let run = home.run(args);
        assert_eq!(run.status, 3, "{args:?}: {}", run.stdout);
        let expected = "in/odd.gpx: cannot be read: the coordinates of all 200 track points are unreadable";
        assert!(run.stderr.starts_with(expected) && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
    let run = home.run(&["inspect", "in/odd.gpx"]);
    assert!(run.status != 0 && run.stdout.contains("coordinates of all 200 track points"), "{}", run.stdout);
}

#[test]
fn a_clock_that_was_not_set_changes_neither_date_nor_duration() {
    let late = timed_gpx(200, |n| if n < 30 { at_second(n).replace("2024", "1999") } else { at_second(n) });
    let home = Home::new();
    home.write("late.gpx", late);
    home.run_ok(&["import", "late.gpx", "-q"]);
    let [activity] = &listed(&home, &["--year", "2024"])[..] else { panic!("the year is 2024") };
    assert_eq!((&activity["start"], &activity["seconds"]), (&"2024-05-01T08:00:30Z".into(), &Value::from(198.0)));
    assert!(listed(&home, &["--year", "1999"]).is_empty());
    let stats: Value = serde_json::from_str(&home.run_ok(&["stats", "--json"])).expect("JSON");
    let years = stats["years"].as_object().expect("an object");
    assert_eq!(years.keys().collect::<Vec<_>>(), ["2024"]);
}

#[test]
fn times_in_other_notations_give_the_date() {
    let seconds = |n: u32| 1_714_550_400 + u64::from(n);
    let forms: [&dyn Fn(u32) -> String; 6] = [
        &|n| at_second(n).replace('T', " ").replace('Z', " UTC"),
        &|n| at_second(n).replace(['-', ':'], ""),
        &|n| at_second(n).replace('-', "/").replace('T', " ").replace('Z', ""),
        &|n| format!("Wed May 01 08:{:02}:{:02} UTC 2024", n / 60, n % 60),
        &|n| seconds(n).to_string(),
        &|n| (seconds(n) * 1000).to_string(),
    ];
    let plain = imported("a.gpx", timed_gpx(200, at_second));
    for form in forms {
        let odd = imported("a.gpx", timed_gpx(200, form));
        for key in ["start", "end", "seconds", "metres"] {
            assert_eq!(odd[key], plain[key], "{}", form(0));
        }
    }
    let minutes = imported("a.gpx", timed_gpx(200, |n| format!("{}Z", &at_second(n)[..16])));
    assert_eq!((&minutes["start"], &minutes["seconds"]), (&"2024-05-01T08:00:00Z".into(), &Value::from(180.0)));
    assert_eq!(minutes["points"], 200, "no point is a spike");
}

#[test]
fn names_in_odd_encodings_are_read() {
    let plain = timed_gpx(200, at_second);
    let latin1: Vec<u8> = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{plain}")
        .replace("Ride", "Fête à la plage")
        .chars()
        .map(|c| c as u32 as u8)
        .collect();
    let home = Home::new();
    home.write("latin1.gpx", latin1);
    let run = home.run(&["import", "latin1.gpx", "-v"]);
    assert!(
        run.stderr.contains("latin1.gpx: some bytes are not UTF-8; they were read as Windows-1252"),
        "{}",
        run.stderr
    );
    assert_eq!(listed(&home, &[])[0]["name"], "Fête à la plage");
    let surrogates = imported("a.gpx", plain.replace("Ride", "run &#55357;&#56832; fun &#x1F3D6; "));
    assert_eq!(surrogates["name"], "run \u{1f600} fun \u{1f3d6}");
    let home = Home::new();
    home.write("rootless.gpx", plain.replace("<gpx>", "").replace("</gpx>", ""));
    let run = home.run(&["import", "rootless.gpx", "-v"]);
    assert!(run.stderr.contains("the <gpx> element around the tracks is missing"), "{}", run.stderr);
    assert_eq!(listed(&home, &[])[0]["points"], 200);
}

#[test]
fn a_table_with_an_odd_cell_gives_the_other_rows_and_an_unknown_one_is_told() {
    let table = "Activity ID,Activity Date,Activity Name,Activity Type,Commute,Activity Gear,Filename\n\
                 1,\"Dec 9, 2022, 3:24:49 PM\",First,Ride,true,Patria,activities/1.gpx\n\
                 2,\"Dec 10, 2022, 3:24:49 PM\",Second,Run,false,,#error#\n";
    let utf16: Vec<u8> = format!("\u{feff}{}", table.replace(", ", " ").replace(',', "\t"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for table in [
        table.as_bytes().to_vec(),
        table.replace(", ", " ").replace(',', ";").into_bytes(),
        table.replace("activities/", "activities\\").into_bytes(),
        utf16,
    ] {
        let home = Home::new();
        home.write("in/activities.csv", &table);
        home.write("in/activities/1.gpx", timed_gpx(200, at_second));
        let text = home.run_ok(&["import", "in"]);
        assert!(text.contains("lists 2 activities, 1 without a file\n"), "{text}");
        let row = &listed(&home, &[])[0];
        let facts = ["name", "gear", "commute"].map(|key| row[key].clone());
        assert_eq!(facts, [Value::from("First"), Value::from("Patria"), Value::from(true)]);
    }
    let home = Home::new();
    home.write("in/activities.csv", "name;file\nFirst;1.gpx\n");
    home.write("in/activities/1.gpx", timed_gpx(200, at_second));
    let run = home.run(&["import", "in"]);
    assert_eq!((run.status, listed(&home, &[])[0]["name"].as_str()), (3, Some("Ride")), "{}", run.stderr);
    assert!(
        run.stderr.starts_with("in/activities.csv: cannot be read: no column of the table names files"),
        "{}",
        run.stderr
    );
}

#[test]
fn titles_of_a_garmin_export_are_imported_and_updated() {
    let json = |name: &str| {
        format!(
            "[{{\"summarizedActivitiesExport\":[{{\"activityId\":77,\"name\":\"{name}\",\
             \"activityType\":\"gravel_cycling\",\"beginTimestamp\":1714550390000.0}}]}}]"
        )
    };
    let ride = timed_gpx(200, at_second);
    let uploads = zip([("a@b.c_990.gpx", ride.as_bytes())]);
    let fitness = "DI_CONNECT/DI-Connect-Fitness/a_0_summarizedActivities.json";
    let uploaded = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip";
    let facts = |home: &Home| {
        let rows = listed(home, &[]);
        assert_eq!(rows.len(), 1, "{rows:?}");
        ["name", "sport"].map(|key| rows[0][key].as_str().expect("text").to_owned())
    };
    // In one archive, and unpacked with the inner archive or without.
    let home = Home::new();
    home.write("export.zip", zip([(fitness, json("Up").as_bytes()), (uploaded, &uploads)]));
    assert!(home.run_ok(&["import", "export.zip"]).contains("a_0_summarizedActivities.json lists 1 activity\n"));
    assert_eq!(facts(&home), ["Up", "gravel-ride"]);
    for inner in [Some(&uploads), None] {
        let home = Home::new();
        home.write(&format!("in/{fitness}"), json("Up"));
        match inner {
            Some(archive) => home.write(&format!("in/{uploaded}"), archive),
            None => home.write("in/DI_CONNECT/DI-Connect-Uploaded-Files/a@b.c_990.gpx", &ride),
        }
        home.run_ok(&["import", "in", "-q"]);
        assert_eq!(facts(&home), ["Up", "gravel-ride"]);
    }
    // A later export has another title.
    home.write("export.zip", zip([(fitness, json("Down").as_bytes()), (uploaded, &uploads)]));
    home.run_ok(&["import", "export.zip", "-q"]);
    assert_eq!(facts(&home), ["Down", "gravel-ride"]);
}
