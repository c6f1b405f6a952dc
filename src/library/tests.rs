use crate::control::Control;
use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::*;
use crate::collection::{self, ReadFile, View};
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::demo::{self, Options};
use crate::duplicates::Verdict;
use crate::engine::geometry::mercator::degrees_from_canvas;
use crate::engine::geometry::simplify::Simplification;
use crate::privacy::{Circle, Privacy, Zone};
use crate::source::archive::tests::deflated;
use crate::source::{self, FileOutcome, InputFile, TableReport};

const DRAWN: [(Simplification, u8); 3] =
    [(Simplification::SHAPE, 16), (Simplification::SHAPE_AND_U_TURNS, 16), (Simplification::SHAPE, 21)];

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn library(&self) -> Library {
        Library::open(&self.path("library/one.sqlite"), &Cancel::default()).unwrap()
    }

    /// Writes a track, as if an hour ago.
    fn write(&self, name: &str, lat: f64) -> InputFile {
        let points: String =
            (0..20).map(|i| format!(r#"<trkpt lat="{lat}" lon="{}"/>"#, 8.0 + f64::from(i) / 1e4)).collect();
        fs::write(self.path(name), format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")).unwrap();
        self.date(name, 3600);
        InputFile { path: self.path(name), explicit: false }
    }

    fn date(&self, name: &str, seconds_ago: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds_ago);
        let file = fs::File::options().write(true).open(self.path(name)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }
}

fn archive(home: &Home) -> Vec<InputFile> {
    demo::write(&home.path("demo"), &Options { activities: 40, seed: 3 }, &|| Ok(())).unwrap();
    fs::write(home.path("demo/route.gpx"), r#"<gpx><rte><rtept lat="1" lon="2"/></rte></gpx>"#).unwrap();
    fs::write(home.path("demo/empty.fit"), "").unwrap();
    fs::write(home.path("demo/notes.txt"), "buy milk").unwrap();
    fs::write(
        home.path("demo/cut.gpx"),
        r#"<gpx><trk><trkpt lat="1" lon="2"/><trkpt lat="0" lon="0"/><trkpt lat="x" lon="1"/>"#,
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
    fs::write(home.path("demo/export.zip"), deflated(&members)).unwrap();
    let found = source::discover(&[home.path("demo")], None, &|_| false).unwrap().files;
    // Of a file that was written just now, its time proves nothing: whether it is that fresh would be chance.
    found.iter().for_each(|found| home.date(found.path.strip_prefix(home.0.path()).unwrap().to_str().unwrap(), 3600));
    found
}

/// As `render` does.
fn through(
    library: &mut Library,
    files: &[InputFile],
    drawn: (Simplification, u8),
) -> (Vec<FileOutcome<ReadFile>>, Vec<TableReport>) {
    let Remembered { outcomes, table_reports, .. } = library.remember(files, false, &Silent).unwrap();
    (library.load(outcomes, View::of_all(drawn.0, drawn.1), None).unwrap(), table_reports)
}

/// All rows of all tables.
fn dump(library: &Library) -> Vec<String> {
    let mut out = Vec::new();
    for table in ["content", "file", "member", "activity", "track"] {
        let mut ask = library.db.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns = ask.column_count();
        let mut rows = ask.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells = (0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap()));
            out.push(format!("{table} {}", cells.collect::<Vec<_>>().join(" ")));
        }
    }
    out
}

/// How many files were read, known (those of the same bytes as one that was read, too) and skipped.
fn told(remembered: &Remembered) -> [u64; 3] {
    let skipped = remembered.outcomes.iter().filter(|file| file.outcome.is_err()).count() as u64;
    [remembered.new, remembered.outcomes.len() as u64 - remembered.new - skipped, skipped]
}

fn count(library: &Library, what: &str) -> i64 {
    library.db.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn what_the_library_gives_is_what_the_files_give() {
    let home = Home::new();
    let (files, mut library) = (archive(&home), home.library());
    for drawn in DRAWN {
        let direct = collection::read(
            &files,
            View::of_all(drawn.0, drawn.1),
            Control { progress: &Silent, cancel: &Cancel::default() },
        )
        .unwrap();
        let skipped = direct.0.iter().filter(|file| file.outcome.is_err()).count();
        assert!(direct.0.len() > 40 && skipped > 2 && direct.1.len() == 1, "{skipped} of {}", direct.0.len());
        for round in 0..2 {
            assert!(through(&mut library, &files, drawn) == direct, "{drawn:?}, round {round}");
        }
        library.db.execute("UPDATE track SET marking = marking - 1", []).unwrap();
        assert!(through(&mut library, &files, drawn) == direct, "{drawn:?}, marks made anew");
        library.db.execute("UPDATE track SET marking = marking + 1", []).unwrap();
    }
    let damaged = direct_of(&mut library, &files, "cut.gpx");
    assert_eq!((damaged.warnings.len(), damaged.unreadable_points, damaged.dropped.null_island), (1, 1, 1));
}

#[test]
fn what_the_library_shows_of_files_is_what_reading_them_shows() {
    let home = Home::new();
    let (files, mut library) = (archive(&home), home.library());
    let activities = |outcomes: Vec<FileOutcome<ReadFile>>| -> Vec<(Vec<collection::Prepared>, u64)> {
        let files = outcomes.into_iter().filter_map(|file| file.outcome.ok());
        files.map(|file| (file.activities, file.hidden)).collect()
    };
    let of_all = activities(through(&mut library, &files, DRAWN[0]).0);
    let starts = of_all.iter().flat_map(|file| &file.0).map(|activity| activity.summary.start);
    let (lon, lat) = degrees_from_canvas(starts.clone().next().unwrap());
    let zone = |metres| vec![Circle::new(lat, lon, metres)];
    for privacy in [
        Privacy::new(zone(300.0), 0.0),
        Privacy::new(zone(20_000.0), 0.0),
        Privacy::new(vec![], 250.0),
        Privacy::new(zone(1000.0), 250.0),
    ] {
        let view = View { privacy: &privacy, ..View::of_all(Simplification::SHAPE_AND_U_TURNS, 16) };
        let direct = activities(
            collection::read(&files, view, Control { progress: &Silent, cancel: &Cancel::default() }).unwrap().0,
        );
        let hidden =
            |file: &(Vec<collection::Prepared>, u64)| file.1 + file.0.iter().map(|one| one.hidden).sum::<u64>();
        assert!(direct.iter().any(|file| hidden(file) > 0) && direct != of_all);
        let Remembered { outcomes, .. } = library.remember(&files, true, &Silent).unwrap();
        assert!(activities(library.load(outcomes, view, None).unwrap()) == direct, "{privacy:?}");
        let listed = library.list().unwrap();
        let (seen, number) =
            library.as_visible(listed.clone(), &library.partly_hidden(&listed, view).unwrap(), view).unwrap();
        assert_eq!(number, direct.iter().map(|file| file.1).sum::<u64>());
        let mut summaries: Vec<_> = seen.into_iter().map(|activity| activity.summary.fingerprint).collect();
        let mut expected: Vec<_> =
            direct.into_iter().flat_map(|file| file.0).map(|one| one.summary.fingerprint).collect();
        summaries.sort_unstable();
        expected.sort_unstable();
        assert_eq!(summaries, expected);
    }
}

#[test]
fn zones_and_activities_outlive_a_new_version() {
    let home = Home::new();
    let files = archive(&home);
    {
        let mut db = Connection::open(home.path("old.sqlite")).unwrap();
        migrate(&mut db, &MIGRATIONS[..1]).unwrap();
        let mut old = Library { db, cancel: Cancel::default(), is_new: false };
        old.remember(&files, true, &Silent).unwrap();
        assert!(old.zones().is_err(), "there were none in that version");
    }
    let zone = |name: &str| Zone { name: name.to_owned(), lat: 1.0, lon: 2.0, metres: 400.0 };
    let mut library = Library::open(&home.path("old.sqlite"), &Cancel::default()).unwrap();
    assert!(library.list().unwrap().len() > 30);
    assert_eq!(library.circles().unwrap(), []);
    library.add_zone(&zone("home")).unwrap();
    library.add_zone(&zone("again")).unwrap();
    let circles = library.circles().unwrap();
    assert_eq!(circles[0], circles[1], "the same place has the same circle");
    drop(library);
    let mut library = Library::open(&home.path("old.sqlite"), &Cancel::default()).unwrap();
    assert_eq!(
        (library.circles().unwrap(), library.zones().unwrap()),
        (circles.clone(), vec![zone("again"), zone("home")])
    );
    library.remove_zones(&["home".to_owned(), "again".to_owned()]).unwrap();
    library.add_zone(&zone("anew")).unwrap();
    assert_eq!(library.circles().unwrap(), circles[..1]);
    let mut other = home.library();
    other.add_zone(&zone("home")).unwrap();
    assert_ne!(other.circles().unwrap(), circles[..1], "but another one in another library");
}

fn direct_of(library: &mut Library, files: &[InputFile], name: &str) -> ReadFile {
    let mut files = through(library, files, DRAWN[0]).0.into_iter();
    files.find(|file| file.path.ends_with(name)).unwrap().outcome.unwrap()
}

#[test]
fn importing_again_changes_nothing() {
    let home = Home::new();
    let (files, mut library) = (archive(&home), home.library());
    files.iter().for_each(|found| home.date(found.path.to_str().unwrap(), 60));
    let first = library.remember(&files, true, &Silent).unwrap();
    let before = dump(&library);
    let again = library.remember(&files, true, &Silent).unwrap();
    assert!(dump(&library) == before);
    let ([read, 0, skipped], again) = (told(&first), told(&again)) else { panic!("{:?}", told(&first)) };
    assert_eq!(again, [0, read, skipped], "what was read is known");
    assert!(read > 30 && skipped > 2);
    library.remember(&files[..1], false, &Silent).unwrap();
    assert!(dump(&library) == before, "and remembering takes nothing back");
    library.db.execute("UPDATE activity SET sport = 'x' WHERE id = 7", []).unwrap();
    assert!(dump(&library) != before, "the comparison sees a change");
}

#[test]
fn a_file_is_known_by_its_bytes_wherever_it_lies() {
    let home = Home::new();
    let mut library = home.library();
    let a = home.write("a.gpx", 47.0);
    let mut look = |files: &[InputFile]| told(&library.remember(files, true, &Silent).unwrap());
    assert_eq!(look(std::slice::from_ref(&a)), [1, 0, 0]);
    home.date("a.gpx", 30);
    assert_eq!(look(&[a]), [0, 1, 0], "touched");
    fs::rename(home.path("a.gpx"), home.path("b.gpx")).unwrap();
    let b = InputFile { path: home.path("b.gpx"), explicit: true };
    assert_eq!(look(&[b]), [0, 1, 0], "moved");
    let c = home.write("c.gpx", 47.0);
    let d = home.write("d.gpx", 48.0);
    let copies = [home.write("e.gpx", 49.0), home.write("f.gpx", 49.0)];
    assert_eq!(look(&[&[c, d][..], &copies].concat()), [2, 2, 0], "one of two copies is new");
    assert_eq!((count(&library, "content"), count(&library, "activity"), count(&library, "file")), (3, 3, 6));
}

#[test]
fn a_changed_file_is_another_and_what_was_imported_stays() {
    let home = Home::new();
    let mut library = home.library();
    let mut look = |lat: f64, keep: bool, seconds_ago: u64| {
        let found = home.write("b.gpx", lat);
        home.date("b.gpx", seconds_ago);
        library.remember(&[found], keep, &Silent).unwrap();
        (count(&library, "content"), count(&library, "content WHERE kept = 1"))
    };
    assert_eq!(look(1.0, false, 900), (1, 0));
    assert_eq!(look(2.0, false, 800), (1, 0), "what was only remembered goes");
    assert_eq!(look(2.0, true, 800), (1, 1), "what is known can be imported");
    assert_eq!(look(3.0, true, 700), (2, 2), "what was imported stays");
    assert_eq!(look(4.0, false, 600), (3, 2));
    assert_eq!(look(3.0, false, 500), (2, 2));
    // Too fresh for its time to say anything.
    assert_eq!(look(5.0, false, 0), (3, 2));
    assert_eq!(look(6.0, false, 0), (3, 2));
}

#[test]
fn what_was_decided_survives_a_second_reading() {
    let home = Home::new();
    let (files, mut library) = (archive(&home), home.library());
    library.remember(&files, true, &Silent).unwrap();
    library.db.execute("UPDATE activity SET excluded = 1 WHERE id = 5", []).unwrap();
    let before = dump(&library);
    library
        .db
        .execute_batch("UPDATE content SET reading = reading - 1; UPDATE file SET reading = reading - 1")
        .unwrap();
    assert!(told(&library.remember(&files, false, &Silent).unwrap())[0] > 30);
    assert!(dump(&library) == before);
}

#[test]
fn every_version_becomes_the_latest() {
    let schema = |db: &Connection| -> Vec<String> {
        let mut ask = db.prepare("SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY 1").unwrap();
        ask.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let migrated = |from: usize, migrations: &[&str]| {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &migrations[..from]).unwrap();
        migrate(&mut db, migrations).unwrap();
        schema(&db)
    };
    for from in 0..=MIGRATIONS.len() {
        assert_eq!(migrated(from, MIGRATIONS), migrated(0, MIGRATIONS));
    }
    // One to come, so that the way there is tested before it is needed.
    let next = [MIGRATIONS, &["ALTER TABLE activity ADD COLUMN mood TEXT"]].concat();
    assert_eq!(migrated(1, &next), migrated(0, &next));
    assert_ne!(migrated(0, &next), migrated(0, MIGRATIONS));

    let mut db = Connection::open_in_memory().unwrap();
    migrate(&mut db, &[MIGRATIONS, &["THIS IS NOT SQL"]].concat()).unwrap_err();
    assert!(schema(&db).is_empty(), "half a migration is none");
}

#[test]
fn zones_that_nobody_added_hide_nothing_and_so_nothing_is_shown() {
    let mut library = Home::new().library();
    let zone = crate::privacy::Zone { name: "home".into(), lat: 47.0, lon: 8.0, metres: 400.0 };
    library.add_zone(&zone).unwrap();
    assert_eq!(library.circles().unwrap().len(), 1);
    for damage in ["metres = -5", "metres = 1e9", "lat = 95", "lon = 1e999"] {
        library.db.execute_batch(&format!("SAVEPOINT s; UPDATE zone SET {damage}")).unwrap();
        assert!(library.circles().unwrap_err().to_string().contains("zone 'home' is not what was kept"), "{damage}");
        library.db.execute_batch("ROLLBACK TO s; RELEASE s").unwrap();
    }
}

#[test]
fn only_libraries_are_opened() {
    let home = Home::new();
    let refusal = |name: &str| format!("{:#}", Library::open(&home.path(name), &Cancel::default()).unwrap_err());
    fs::write(home.path("notes.txt"), "buy milk\n".repeat(1000)).unwrap();
    assert!(refusal("notes.txt").ends_with("is not a Trailglow library; name another file"));
    let other = Connection::open(home.path("other.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(refusal("other.sqlite").contains("another program"));
    drop(Library::open(&home.path("later.sqlite"), &Cancel::default()).unwrap());
    Connection::open(home.path("later.sqlite")).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    assert!(refusal("later.sqlite").contains("later version"));
    assert!(refusal("notes.txt/x.sqlite").contains("cannot make the folder"));
    let missing = Library::open_if_there(&home.path("none.sqlite"), &Cancel::default()).unwrap_err().to_string();
    assert!(missing.contains("there is no library at") && !Path::new(&home.path("none.sqlite")).exists());
}

#[test]
fn a_damaged_blob_is_an_error_that_names_the_activity() {
    let home = Home::new();
    let mut library = home.library();
    let found = home.write("a.gpx", 47.0);
    let outcomes = library.remember(&[found], true, &Silent).unwrap().outcomes;
    library.db.execute_batch("CREATE TEMPORARY TABLE whole AS SELECT * FROM track").unwrap();
    for damage in ["marks = x'00'", "marks = places", "places = zeroblob(50)", "places = marks"] {
        library.db.execute(&format!("UPDATE track SET {damage}"), []).unwrap();
        let error =
            format!("{:#}", library.load(outcomes.clone(), View::of_all(Simplification::SHAPE, 16), None).unwrap_err());
        assert!(error.starts_with("activity 1: what was kept of it is damaged"), "{damage}: {error}");
        library.db.execute_batch("DELETE FROM track; INSERT INTO track SELECT * FROM whole").unwrap();
    }
    assert!(library.load(outcomes.clone(), View::of_all(Simplification::SHAPE, 16), None).is_ok());
}

/// A winding way, seen through a format: so many decimals, every so many points, with times or without.
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

fn imported(home: &Home, library: &mut Library, names: &[(&str, String)]) {
    for (name, text) in names {
        fs::write(home.path(name), text).unwrap();
        let found = InputFile { path: home.path(name), explicit: true };
        library.remember(&[found], true, &Silent).unwrap();
    }
}

fn copies(library: &mut Library) -> Vec<(i64, Option<i64>)> {
    library.list().unwrap().into_iter().map(|activity| (activity.id, activity.copy_of)).collect()
}

#[test]
fn where_one_goes_its_copies_are_compared_again() {
    let home = Home::new();
    let mut library = home.library();
    let twin = |title: &str| winding(7, 1, true).replace("<trk>", &format!("<trk><name>{title}</name>"));
    let files =
        [("1.gpx", twin("a")), ("2.gpx", twin("b")), ("3.gpx", winding(6, 2, true)), ("4.gpx", winding(7, 3, false))];
    imported(&home, &mut library, &files);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(1))]);
    library.forget(&[1]).unwrap();
    assert_eq!(copies(&mut library), [(2, None), (3, Some(2)), (4, Some(2))]);
    let pairs = count(&library, "pair");
    library.db.execute("UPDATE activity SET fingerprint = zeroblob(16) WHERE id = 2", []).unwrap();
    assert_eq!((count(&library, "pair"), count(&library, "compared")), (pairs - 2, 0));
    assert_eq!(copies(&mut library), [(2, None), (3, Some(2)), (4, Some(2))]);
    assert_eq!((count(&library, "pair"), count(&library, "compared")), (pairs, 3));
}

#[test]
fn nothing_is_compared_twice() {
    let home = Home::new();
    let mut library = home.library();
    imported(&home, &mut library, &[("1.gpx", winding(7, 1, true)), ("2.gpx", winding(6, 1, true))]);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1))]);
    library.db.execute("UPDATE pair SET sure = 0", []).unwrap();
    imported(&home, &mut library, &[("3.gpx", winding(5, 2, true))]);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1))], "only what is new");
    let sure: Vec<bool> = library.compared().unwrap().into_iter().map(|pair| pair.verdict == Verdict::Same).collect();
    assert_eq!(sure, [false, true, true]);
}

#[test]
fn what_was_said_of_copies_in_the_first_version_is_kept() {
    let home = Home::new();
    {
        let mut db = Connection::open(home.path("old.sqlite")).unwrap();
        migrate(&mut db, &MIGRATIONS[..1]).unwrap();
        let mut old = Library { db, cancel: Cancel::default(), is_new: false };
        let files: Vec<(String, String)> = (1..4)
            .map(|i| (format!("{i}.gpx"), winding(7, 1, true).replace("<trk>", &format!("<trk><name>{i}</name>"))))
            .collect();
        let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        imported(&home, &mut old, &files);
        old.db.execute("UPDATE activity SET apart = 1 WHERE id = 2", []).unwrap();
    }
    let mut library = Library::open(&home.path("old.sqlite"), &Cancel::default()).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, None), (3, Some(1))]);
    library.set_same(&[1, 2, 3], None).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1))]);
    library.set_same(&[3, 1, 3], Some(false)).unwrap();
    library.set_same(&[2, 3], Some(false)).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, None)]);
    assert!(library.set_same(&[1, 99], Some(true)).is_err());
    assert_eq!(library.compared().unwrap().iter().filter(|pair| pair.decided.is_some()).count(), 2);
}
