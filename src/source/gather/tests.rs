//! Exports with a table of activities, in folders and archives: the row of a file reaches its activity.

use super::*;
use crate::activity::Activity;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::source::archive::tests::{deflated, gzip};
use crate::source::{ParsedFile, PlannedActivities, discover, read_into};
use std::fs;
use tempfile::TempDir;

const TABLE: &str = "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Pendeln,Ausrüstung,Dateiname\n\
    1,\"01.01.1970, 00:00:01\",\"Zur\nArbeit\",Radfahrt,true,Blau,activities/1.gpx.gz\n\
    2,\"02.01.1970, 00:00:01\",Von Hand,Workout,false,,\n\
    3,\"03.01.1970, 00:00:01\",Fehlt,Lauf,false,,activities/3.fit.gz\n";

fn gpx(lat: u32) -> Vec<u8> {
    format!("<gpx><trk><name>file</name><trkpt lat=\"{lat}\" lon=\"2\"/></trk></gpx>").into_bytes()
}

/// Path below the folder, with the name, gear and start of the only activity or a refusal.
type File = (String, Result<(String, Option<String>, Option<i64>), Skip>);

/// Files, and tables with their numbers of activities, activities without file and missing files.
type Outcomes = (Vec<File>, Vec<(String, u64, u64, u64)>);

fn gather(folder: &TempDir, inputs: &[&str]) -> Outcomes {
    let inputs: Vec<PathBuf> = inputs.iter().map(|name| folder.path().join(name)).collect();
    let found = discover(&inputs, None, &|_| false).unwrap().files;
    let (outcomes, table_reports) =
        read_all(&found, &NoCache, Control { progress: &Silent, cancel: &Cancel::default() }, |file| {
            read_into(file, PlannedActivities::Courses, Vec::new())
        })
        .unwrap();
    let below = |path: &Path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
    let facts = |parsed: ParsedFile| {
        let [activity] = <[Activity; 1]>::try_from(parsed.activities).unwrap();
        (
            format!("{} ({})", activity.name.as_deref().unwrap(), activity.sport),
            activity.gear.clone(),
            activity.start_ms(),
        )
    };
    let files = outcomes.into_iter().map(|file| (below(&file.path), file.outcome.map(facts))).collect();
    let table = |table_report: TableReport| {
        (below(&table_report.path), table_report.activities, table_report.without_file, table_report.missing)
    };
    (files, table_reports.into_iter().map(table).collect())
}

fn with_row(path: &str) -> File {
    (path.to_owned(), Ok(("Zur Arbeit (radfahrt)".to_owned(), Some("Blau".to_owned()), Some(1000))))
}

fn without_row(path: &str) -> File {
    (path.to_owned(), Ok(("file ()".to_owned(), None, None)))
}

#[test]
fn tables_are_joined_in_folders_and_archives() {
    let dir = tempfile::tempdir().unwrap();
    let ride = gzip(&gpx(1));
    let members: [(&str, &[u8]); 4] = [
        ("export/activities.csv", TABLE.as_bytes()),
        ("export/activities/1.gpx.gz", &ride),
        ("export/activities/9.gpx", &gpx(9)),
        ("elsewhere/a/1.gpx", &gpx(2)),
    ];
    for (name, content) in members {
        let path = dir.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::write(dir.path().join("strava.zip"), deflated(&members)).unwrap();
    for top in ["in", "strava.zip"] {
        let at = |name: &str| format!("{top}/{name}");
        let expected = vec![
            without_row(&at("elsewhere/a/1.gpx")),
            with_row(&at("export/activities/1.gpx.gz")),
            without_row(&at("export/activities/9.gpx")),
        ];
        assert_eq!(gather(&dir, &[top]), (expected, vec![(at("export/activities.csv"), 3, 1, 1)]));
    }
    // The table above the named folder is read too, but not reported.
    for input in ["in/export/activities", "in/export/activities/1.gpx.gz"] {
        let (files, tables) = gather(&dir, &[input]);
        assert_eq!((files.first(), tables), (Some(&with_row("in/export/activities/1.gpx.gz")), vec![]));
    }
}

#[test]
fn files_next_to_the_table_are_joined_and_other_tables_are_not_activities() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("activities.csv"), TABLE).unwrap();
    fs::write(dir.path().join("1.gpx"), gpx(1)).unwrap();
    assert_eq!(gather(&dir, &["."]), (vec![with_row("1.gpx")], vec![("activities.csv".to_owned(), 3, 1, 1)]));
    fs::write(dir.path().join("activities.csv"), "a,b\n1,2\n").unwrap();
    let other = ("activities.csv".to_owned(), Err(Skip::NotActivity));
    assert_eq!(gather(&dir, &["."]), (vec![without_row("1.gpx"), other], vec![]));
}

#[test]
fn a_table_that_is_not_understood_is_told_next_to_the_files_of_an_export() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("activities")).unwrap();
    fs::write(dir.path().join("activities/1.gpx"), gpx(1)).unwrap();
    fs::write(dir.path().join("activities.csv"), "a,b\n1,2\n").unwrap();
    let (files, tables) = gather(&dir, &["."]);
    let [file, (table, Err(Skip::Unreadable(why)))] = &files[..] else { panic!("{files:?}") };
    assert!(table == "activities.csv" && why.contains("activities/") && tables.is_empty(), "{why}");
    assert_eq!(*file, without_row("activities/1.gpx"));
    // A table that the user did not name is nobody's fault.
    assert_eq!(gather(&dir, &["activities"]), (vec![without_row("activities/1.gpx")], vec![]));
}

/// Garmin's account export with a table and an archive of files named by their upload.
fn garmin_export() -> Vec<(String, Vec<u8>)> {
    let row = "{\"activityId\":7,\"name\":\"Zur\\nArbeit\",\"activityType\":\"road_biking\",\"beginTimestamp\":1000.0}";
    let other =
        "[{\"summarizedActivitiesExport\":[{\"activityId\":8,\"name\":\"Anders\",\"activityType\":\"running\"}]}]";
    let timed = String::from_utf8(gpx(1)).unwrap().replace("/>", "><time>1970-01-01T00:00:31Z</time></trkpt>");
    let uploaded = deflated(&[("a@b.c_99.gpx", timed.as_bytes()), ("a@b.c_98.gpx", &gpx(2))]);
    vec![
        (
            "DI_CONNECT/DI-Connect-Fitness/a_0_summarizedActivities.json".into(),
            format!("[{{\"summarizedActivitiesExport\":[{row}]}}]").into_bytes(),
        ),
        ("DI_CONNECT/DI-Connect-Fitness/a_1001_summarizedActivities.json".into(), other.into()),
        ("DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip".into(), uploaded),
        ("DI_CONNECT/8_ACTIVITY.gpx".into(), gpx(3)),
        ("elsewhere/a@b.c_99.gpx".into(), timed.into_bytes()),
    ]
}

#[test]
fn titles_of_a_garmin_export_reach_the_files_in_its_archives() {
    let dir = tempfile::tempdir().unwrap();
    let export = garmin_export();
    for (name, content) in &export {
        let path = dir.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let members: Vec<(&str, &[u8])> = export.iter().map(|(name, content)| (&**name, &**content)).collect();
    fs::write(dir.path().join("garmin.zip"), deflated(&members)).unwrap();
    for top in ["in", "garmin.zip"] {
        let part = format!("{top}/DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip");
        let (files, tables) = gather(&dir, &[top]);
        let file = |name: String, text: &str, start| (name, Ok((text.to_owned(), None, start)));
        let expected = [
            file(format!("{top}/DI_CONNECT/8_ACTIVITY.gpx"), "Anders (running)", None),
            file(format!("{part}/a@b.c_98.gpx"), "file ()", None),
            file(format!("{part}/a@b.c_99.gpx"), "Zur Arbeit (road_biking)", Some(31_000)),
            file(format!("{top}/elsewhere/a@b.c_99.gpx"), "file ()", Some(31_000)),
        ];
        assert_eq!(files, expected);
        let table = |number: u32| {
            let path = format!("{top}/DI_CONNECT/DI-Connect-Fitness/a_{number}_summarizedActivities.json");
            (path, 1, 0, 0)
        };
        assert_eq!(tables, [table(0), table(1001)]);
    }
}

#[test]
fn a_damaged_garmin_table_is_named_and_used_up_to_the_damage() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("8.gpx"), gpx(3)).unwrap();
    fs::write(dir.path().join("a_summarizedActivities.json"), "[{\"activityId\":8,\"name\":\"Anders\"},{\"activ")
        .unwrap();
    let (files, tables) = gather(&dir, &["."]);
    let [file, (table, Err(Skip::Unreadable(why)))] = &files[..] else { panic!("{files:?}") };
    assert_eq!(*file, ("8.gpx".into(), Ok(("Anders ()".into(), None, None))));
    assert!(table == "a_summarizedActivities.json" && why.contains("truncated") && tables.is_empty(), "{why}");
}

#[test]
fn a_table_that_is_too_large_is_refused_and_the_files_are_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("activities.csv"), format!("{TABLE}{}", "1,,,,,,activities/1.gpx\n".repeat(2000)))
        .unwrap();
    fs::write(dir.path().join("1.gpx"), gpx(1)).unwrap();
    let (files, tables) = gather(&dir, &["."]);
    let refused = Err(Skip::Unreadable("there are more than 1000 activities in tables; split it".into()));
    assert_eq!((files, tables), (vec![without_row("1.gpx"), ("activities.csv".to_owned(), refused)], vec![]));
}

#[test]
fn all_tables_of_a_set_together_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let rows = |number: u32| -> String {
        (0..600).map(|row| format!("1,,Title,Ride,,,activities/{number}-{row}.gpx\n")).collect()
    };
    let activities = |number: u32| -> String {
        let row = |row| format!("{{\"activityId\":{},\"name\":\"Title\"}}", 1000 * number + row);
        format!("[{}]", (0..600).map(row).collect::<Vec<_>>().join(","))
    };
    for number in [1, 2] {
        let folder = dir.path().join(number.to_string());
        fs::create_dir_all(folder.join("activities")).unwrap();
        fs::write(folder.join("activities.csv"), format!("{}{}", TABLE, rows(number))).unwrap();
        fs::write(folder.join(format!("activities/{number}-7.gpx")), gpx(number)).unwrap();
        fs::write(folder.join("a_summarizedActivities.json"), activities(number)).unwrap();
        fs::write(folder.join(format!("{}.gpx", 1000 * number + 7)), gpx(10 + number)).unwrap();
    }
    let (files, tables) = gather(&dir, &["."]);
    let refusals: Vec<&str> =
        files.iter().filter(|(_, outcome)| outcome.is_err()).map(|(path, _)| path.as_str()).collect();
    assert_eq!(refusals, ["2/a_summarizedActivities.json", "2/activities.csv"]);
    assert_eq!(
        tables.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(),
        ["1/a_summarizedActivities.json", "1/activities.csv"]
    );
    let titled = files.iter().filter(|(_, outcome)| outcome.as_ref().is_ok_and(|file| file.0.starts_with("Title")));
    assert_eq!(
        titled.map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
        ["1/1007.gpx", "1/activities/1-7.gpx", "2/2007.gpx"]
    );
}
