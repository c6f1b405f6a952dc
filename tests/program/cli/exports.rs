//! Exports of Strava and Garmin in the library: metadata of the table is stored, selectable and updated; an unchanged
//! archive is not read again.

use serde_json::Value;

use super::zip::zip;
use crate::program::{Home, backdate, gpx};

fn table_csv(first_row: &str) -> String {
    format!(
        "id,date,name,type,way to work?,gear,file\n{first_row}\n2,2 Jan 2024,To work,Ride,true,Gravel,activities/2.gpx\n\
         3,3 Jan 2024,Lost,Run,false,,activities/3.gpx\n"
    )
}

fn ride_gpx(step: u32) -> String {
    gpx("file", (0..20).map(|point| (47.0 + f64::from(step), 8.0 + f64::from(point) / 1e4)))
}

fn write_export(home: &Home, first_row: &str) {
    let route = ride_gpx(5).replace("trkseg>", "x>").replace("trkpt", "rtept").replace("trk>", "rte>");
    let (one, two, three, table) = (ride_gpx(1), ride_gpx(2), ride_gpx(4), table_csv(first_row));
    let inner = zip([("loop.gpx", three.as_bytes()), ("route.gpx", route.as_bytes()), ("bad.fit", b"")]);
    home.write(
        "export.zip",
        zip([
            ("activities.csv", table.as_bytes()),
            ("activities/1.gpx", one.as_bytes()),
            ("activities/2.gpx", two.as_bytes()),
            ("more.zip", &inner),
        ]),
    );
    backdate(home, "export.zip");
}

fn listed(home: &Home, args: &[&str]) -> Value {
    serde_json::from_str(&home.run_ok(&[&["list", "--json"], args].concat())).expect("JSON")
}

fn names(home: &Home, args: &[&str]) -> Vec<String> {
    let listed = listed(home, args);
    let name = |row: &Value| row["name"].as_str().expect("a name").to_owned();
    listed["activities"].as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn the_metadata_of_an_export_is_stored_and_selectable() {
    let home = Home::new();
    write_export(&home, "1,1 Jan 2024,Evening,Ride,false,Race,activities/1.gpx");
    let run = home.run(&["import", "export.zip"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stdout.starts_with("4 files imported\nskipped: 1 file that could not be read\n"), "{}", run.stdout);
    assert!(run.stdout.contains("lists 3 activities, 1 whose file is missing\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("omitted: 1 planned course (--courses includes it)\n"), "{}", run.stdout);
    let cases: [(&[&str], &[&str]); 7] = [
        (&["--courses"], &["Evening", "To work", "file", "file"]),
        (&["--gear", "race"], &["Evening"]),
        (&["--gear", "a"], &["Evening", "To work"]),
        (&["--commute"], &["To work"]),
        (&["--commute", "no"], &["Evening", "file"]),
        (&["--source", "more.zip"], &["file"]),
        (&["--commute", "--gear", "race"], &[]),
    ];
    for (args, expected) in cases {
        assert_eq!(names(&home, args), expected, "{args:?}");
    }
    let ride = &listed(&home, &["--commute"])["activities"][0];
    assert_eq!((&ride["gear"], &ride["commute"]), (&Value::from("Gravel"), &Value::from(true)));
    assert!(ride["path"].as_str().expect("a path").ends_with("export.zip/activities/2.gpx"), "{ride}");
    let run = home.run(&["list", "--commute", "perhaps"]);
    assert!(run.status == 2 && run.stderr.contains("write yes or no"), "{}", run.stderr);
}

#[test]
fn an_unchanged_archive_is_not_read_again() {
    let home = Home::new();
    write_export(&home, "1,1 Jan 2024,Evening,Ride,false,Race,activities/1.gpx");
    let render = |args: &[&str]| {
        let run = home.run(&[&["render", "export.zip", "-o", "tiles", "--zoom", "0-9"], args].concat());
        assert_eq!(run.status, 3, "{}", run.stderr);
        let is_reproducible =
            |line: &&str| ![" by the clock ", " reused", "a new library"].iter().any(|part| line.contains(part));
        let text: Vec<&str> = run.stdout.lines().filter(is_reproducible).collect();
        (text.join("\n"), run.stderr, home.files("tiles"))
    };
    let direct = render(&["--no-library"]);
    assert!(direct.0.contains("1 file that could not be read, 1 planned course or route"), "{}", direct.0);
    assert!(render(&[]) == direct, "first run");
    // Other content of the same size and time, so only reading the file reveals the change.
    let (path, size) = (home.path("export.zip"), std::fs::metadata(home.path("export.zip")).expect("a file").len());
    let time = std::fs::metadata(&path).expect("a file").modified().expect("a time");
    home.write("export.zip", vec![0; size as usize]);
    std::fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("a time");
    assert!(render(&[]) == direct, "cached");
    backdate(&home, "export.zip");
    let run = home.run(&["render", "export.zip", "-o", "tiles", "--zoom", "0-9"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
}

#[test]
fn a_later_export_updates_the_metadata_and_keeps_exclusions() {
    let home = Home::new();
    write_export(&home, "1,1 Jan 2024,Evening,Ride,false,Race,activities/1.gpx");
    home.run(&["import", "export.zip", "-q"]);
    let before = listed(&home, &["--gear", "race"])["activities"][0]["id"].clone();
    home.run_ok(&["exclude", &before.to_string()]);
    for _ in 0..2 {
        write_export(&home, "1,1 Jan 2024,Sunset,Run,true,Shoes,activities/1.gpx");
        home.run(&["import", "export.zip", "-q"]);
        assert_eq!(names(&home, &[]), ["To work", "file"], "the activity stays excluded");
        let now = &listed(&home, &["--excluded"])["activities"];
        assert_eq!((now.as_array().expect("a list").len(), &now[0]["id"]), (1, &before));
        assert_eq!(
            (&now[0]["name"], &now[0]["sport"], &now[0]["gear"]),
            (&"Sunset".into(), &"run".into(), &"Shoes".into())
        );
    }
    // The same file outside an export adds neither metadata nor an activity.
    home.write("1.gpx", ride_gpx(1));
    home.run_ok(&["import", "1.gpx", "-q"]);
    assert_eq!(names(&home, &["--excluded"]), ["Sunset"]);
    assert_eq!(names(&home, &[]), ["To work", "file"]);
}

#[test]
fn lines_above_the_header_of_a_table_change_nothing() {
    for (above, delimiter) in
        [("", ","), ("sep=,\n", ","), ("sep=;\n", ";"), ("My export\n", ","), ("Rides of 2024;;;;\n\n", ";")]
    {
        let home = Home::new();
        let table = table_csv("1,1 Jan 2024,Evening,Ride,true,Race,activities/1.gpx").replace(',', delimiter);
        home.write("export/activities.csv", format!("{above}{table}"));
        home.write("export/activities/1.gpx", ride_gpx(1));
        home.write("export/activities/2.gpx", ride_gpx(2));
        let text = home.run_ok(&["import", "export"]);
        assert!(text.contains("lists 3 activities, 1 whose file is missing\n"), "{above}: {text}");
        assert_eq!(names(&home, &["--commute"]), ["Evening", "To work"], "{above}");
    }
}

#[test]
fn a_table_of_garmin_is_read_in_every_encoding() {
    let activity = r#"{"activityId": 12, "name": "Zürich ☀", "activityType": "trail_running"}"#;
    let table = &*format!(r#"[{{"summarizedActivitiesExport": [{activity}]}}]"#);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{table}");
    for bytes in [table.into(), marked.clone().into_bytes(), utf16(table), utf16(&marked)] {
        let home = Home::new();
        home.write("export/me_summarizedActivities.json", bytes);
        home.write("export/12_ACTIVITY.gpx", ride_gpx(1));
        home.run_ok(&["import", "export", "-q"]);
        assert_eq!(names(&home, &[]), ["Zürich ☀"]);
    }
}
