//! Tests of the library, and shared helpers: a temporary folder with a made-up archive, and dumps of tables.

mod contents;
mod copies;
mod ingest;
mod migrate;
mod open;
mod seals;

use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::params;

use super::migrate::{MIGRATIONS, migrate};
use super::*;
use crate::collection::{self, PrepareOptions, ReadFile};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::demo::{self, Options};
use crate::duplicates::Verdict;
use crate::engine::geometry::mercator::degrees_from_canvas;
use crate::engine::geometry::simplify::Simplification;
use crate::privacy::{Circle, Privacy, Shares, Zone};
use crate::source::archive::tests::deflated;
use crate::source::{self, FileOutcome, InputFile, TableReport};

const VIEWS: [(Simplification, u8); 3] =
    [(Simplification::Shape, 16), (Simplification::Motion, 16), (Simplification::Shape, 21)];

struct TempFolder(tempfile::TempDir);

impl TempFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn library(&self) -> Library {
        Library::open(&self.path("library/one.sqlite"), &Cancel::default()).unwrap()
    }

    /// Writes a GPX track at a latitude, modified an hour ago.
    fn write(&self, name: &str, lat: f64) -> InputFile {
        let points: String =
            (0..20).map(|i| format!(r#"<trkpt lat="{lat}" lon="{}"/>"#, 8.0 + f64::from(i) / 1e4)).collect();
        fs::write(self.path(name), format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")).unwrap();
        self.set_age(name, 3600);
        InputFile::new(self.path(name), false)
    }

    fn set_age(&self, name: &str, seconds_ago: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds_ago);
        let file = fs::File::options().write(true).open(self.path(name)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }
}

fn write_archive(folder: &TempFolder) -> Vec<InputFile> {
    demo::write(&folder.path("demo"), &Options { activities: 40, seed: 3 }, &|| Ok(())).unwrap();
    fs::write(folder.path("demo/route.gpx"), r#"<gpx><rte><rtept lat="1" lon="2"/></rte></gpx>"#).unwrap();
    fs::write(folder.path("demo/empty.fit"), "").unwrap();
    fs::write(folder.path("demo/notes.txt"), "buy milk").unwrap();
    fs::write(
        folder.path("demo/cut.gpx"),
        r#"<gpx><trk><trkpt lat="1" lon="2"/><trkpt lat="1.1" lon="2"/><trkpt lat="0" lon="0"/><trkpt lat="x" lon="1"/>"#,
    )
    .unwrap();
    let table =
        "id,date,name,type,gear,file\n1,1 Jan 2020,Tour,Ride,Blue,activities/1.gpx\n2,,Lost,Run,,activities/2.gpx\n";
    let members: [(&str, &[u8]); 5] = [
        ("activities.csv", table.as_bytes()),
        ("activities/1.gpx", br#"<gpx><trk><trkpt lat="47" lon="8"/><trkpt lat="47.001" lon="8"/></trk></gpx>"#),
        ("activities/3.gpx", br#"<gpx><trk><trkpt lat="48" lon="8"/></trk></gpx>"#),
        ("activities/4.gpx", br#"<gpx><trk><trkpt lat="0" lon="0"/></trk></gpx>"#),
        ("notes.txt", b"buy milk"),
    ];
    fs::write(folder.path("demo/export.zip"), deflated(&members)).unwrap();
    let found = source::discover(&[folder.path("demo")], None, &|_| false).unwrap().files;
    // The times of files written just now are not reliable.
    found
        .iter()
        .for_each(|found| folder.set_age(found.path.strip_prefix(folder.0.path()).unwrap().to_str().unwrap(), 3600));
    found
}

/// Remembers files and loads their activities, as a render does.
fn ingest_and_load(
    library: &mut Library,
    files: &[InputFile],
    options: (Simplification, u8),
) -> (Vec<FileOutcome<ReadFile>>, Vec<TableReport>) {
    let Ingested { outcomes, table_reports, .. } = library.ingest(files, false, &Silent).unwrap();
    (library.load(outcomes, PrepareOptions::without_privacy(&options.0, options.1), None).unwrap(), table_reports)
}

/// All rows of the tables of files and activities.
fn dump(db: &Connection) -> Vec<String> {
    let mut out = Vec::new();
    for table in ["content", "file", "member", "activity", "track"] {
        let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells = (0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap()));
            out.push(format!("{table} {}", cells.collect::<Vec<_>>().join(" ")));
        }
    }
    out
}

/// Numbers of files that were parsed, stored before (also as twins of parsed files) and skipped.
fn outcome_counts(ingested: &Ingested) -> [u64; 3] {
    let skipped = ingested.outcomes.iter().filter(|file| file.outcome.is_err()).count() as u64;
    [ingested.parsed, ingested.outcomes.len() as u64 - ingested.parsed - skipped, skipped]
}

/// Copies the activities of a library into `old.sqlite` with version 1 of the schema.
fn downgrade_to_version_1(folder: &TempFolder, latest: Library) -> Connection {
    drop(latest);
    let mut old = Connection::open(folder.path("old.sqlite")).unwrap();
    migrate(&mut old, &MIGRATIONS[..1]).unwrap();
    old.execute("ATTACH ?1 AS latest", [folder.path("library/one.sqlite").to_str().unwrap()]).unwrap();
    for table in ["content", "file", "member", "activity", "track"] {
        // Later versions dropped `apart`, renamed columns and appended others, but kept their order.
        let columns = "SELECT group_concat(name) FROM pragma_table_info(?1, 'main') WHERE name <> 'apart'";
        let columns: String = old.query_row(columns, [table], |row| row.get(0)).unwrap();
        let values = "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info(?1, 'latest') LIMIT ?2)";
        let values: String =
            old.query_row(values, params![table, columns.split(',').count() as i64], |row| row.get(0)).unwrap();
        old.execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {values} FROM latest.{table}"), []).unwrap();
    }
    old.execute("DETACH latest", []).unwrap();
    // Version 10 counts shares in eighths, and times as 64.
    old.execute("UPDATE activity SET sensors = (sensors - 504) / 8 WHERE end_ms IS NOT NULL", []).unwrap();
    old.execute("UPDATE activity SET sensors = sensors / 8 WHERE end_ms IS NULL", []).unwrap();
    old
}

/// Zones and trim, without the names.
fn rules(library: &Library) -> Result<Privacy> {
    Ok(library.privacy()?.0)
}

fn schema(db: &Connection) -> Vec<String> {
    let mut statement = db.prepare("SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn count_rows(library: &Library, rows: &str) -> i64 {
    library.db.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0)).unwrap()
}

fn load_file(library: &mut Library, files: &[InputFile], name: &str) -> ReadFile {
    let mut files = ingest_and_load(library, files, VIEWS[0]).0.into_iter();
    files.find(|file| file.path.ends_with(name)).unwrap().outcome.unwrap()
}

/// GPX of a winding track, with coordinates of `decimals` decimals, every `every`-th point, and times if `timed`.
fn winding(decimals: usize, every: usize, timed: bool) -> String {
    let point = |i: usize| {
        let (lat, lon) = (47.0 + i as f64 * 1.03e-4, 8.0 + (i as f64 / 15.0).sin() * 2.07e-3);
        let time =
            if timed { format!("<time>2024-05-01T10:{:02}:{:02}Z</time>", i / 60, i % 60) } else { String::new() };
        format!(r#"<trkpt lat="{lat:.decimals$}" lon="{lon:.decimals$}">{time}</trkpt>"#)
    };
    let points: String = (0..1200).step_by(every).map(point).collect();
    format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
}

fn import_files(folder: &TempFolder, library: &mut Library, names: &[(&str, String)]) {
    for (name, text) in names {
        fs::write(folder.path(name), text).unwrap();
        let found = InputFile::new(folder.path(name), true);
        library.ingest(&[found], true, &Silent).unwrap();
    }
}

fn copies(library: &mut Library) -> Vec<(i64, Option<i64>)> {
    library.list().unwrap().into_iter().map(|activity| (activity.id, activity.copy_of)).collect()
}
