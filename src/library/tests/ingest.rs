//! Tests of repeated imports: files that are read again, and contents and decisions that stay.

use super::*;

#[test]
fn importing_again_changes_nothing() {
    let folder = TempFolder::new();
    let (files, mut library) = (write_archive(&folder), folder.library());
    files.iter().for_each(|found| folder.set_age(found.path.to_str().unwrap(), 60));
    let first = library.ingest(&files, true, &Silent).unwrap();
    let before = dump(&library.db);
    let again = library.ingest(&files, true, &Silent).unwrap();
    assert!(dump(&library.db) == before);
    let ([read, 0, skipped], again) = (outcome_counts(&first), outcome_counts(&again)) else {
        panic!("{:?}", outcome_counts(&first))
    };
    assert_eq!(again, [0, read, skipped], "parsed files are stored");
    assert!(read > 30 && skipped > 2);
    library.ingest(&files[..1], false, &Silent).unwrap();
    assert!(dump(&library.db) == before, "and storing without import takes nothing back");
    library.db.execute("UPDATE activity SET sport = 'x' WHERE id = 7", []).unwrap();
    assert!(dump(&library.db) != before, "the comparison sees a change");
}

#[test]
fn touched_moved_and_copied_files_are_recognized_by_their_hash() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let a = folder.write("a.gpx", 47.0);
    let mut ingest_counts = |files: &[InputFile]| outcome_counts(&library.ingest(files, true, &Silent).unwrap());
    assert_eq!(ingest_counts(std::slice::from_ref(&a)), [1, 0, 0]);
    folder.set_age("a.gpx", 30);
    assert_eq!(ingest_counts(&[a]), [0, 1, 0], "touched");
    fs::rename(folder.path("a.gpx"), folder.path("b.gpx")).unwrap();
    let b = InputFile::new(folder.path("b.gpx"), true);
    assert_eq!(ingest_counts(&[b]), [0, 1, 0], "moved");
    let c = folder.write("c.gpx", 47.0);
    let d = folder.write("d.gpx", 48.0);
    let copies = [folder.write("e.gpx", 49.0), folder.write("f.gpx", 49.0)];
    assert_eq!(ingest_counts(&[&[c, d][..], &copies].concat()), [2, 2, 0], "one of two copies is new");
    assert_eq!(
        (count_rows(&library, "content"), count_rows(&library, "activity"), count_rows(&library, "file")),
        (3, 3, 6)
    );
}

#[test]
fn changed_file_is_new_content_and_imported_content_stays() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let mut ingest_counts = |lat: f64, import: bool, seconds_ago: u64| {
        let found = folder.write("b.gpx", lat);
        folder.set_age("b.gpx", seconds_ago);
        let imported = library.ingest(&[found], import, &Silent).unwrap().imported;
        (imported, count_rows(&library, "content"), count_rows(&library, "content WHERE imported = 1"))
    };
    assert_eq!(ingest_counts(1.0, false, 900), (0, 1, 0));
    assert_eq!(ingest_counts(2.0, false, 800), (0, 1, 0), "what was only stored goes");
    assert_eq!(ingest_counts(2.0, true, 800), (1, 1, 1), "what is stored can be imported");
    assert_eq!(ingest_counts(2.0, true, 800), (0, 1, 1), "what was imported is not imported again");
    assert_eq!(ingest_counts(3.0, true, 700), (1, 2, 2), "what was imported stays");
    assert_eq!(ingest_counts(4.0, false, 600), (0, 3, 2));
    assert_eq!(ingest_counts(3.0, false, 500), (0, 2, 2));
    // The file was modified too recently for a reliable time.
    assert_eq!(ingest_counts(5.0, false, 0), (0, 3, 2));
    assert_eq!(ingest_counts(6.0, false, 0), (0, 3, 2));
}

#[test]
fn exclusions_survive_a_new_reader_version() {
    let folder = TempFolder::new();
    let (files, mut library) = (write_archive(&folder), folder.library());
    library.ingest(&files, true, &Silent).unwrap();
    library.db.execute("UPDATE activity SET excluded = 1 WHERE id = 5", []).unwrap();
    let before = dump(&library.db);
    library
        .db
        .execute_batch(
            "UPDATE content SET reader_version = reader_version - 1;
             UPDATE file SET reader_version = reader_version - 1",
        )
        .unwrap();
    assert!(outcome_counts(&library.ingest(&files, false, &Silent).unwrap())[0] > 30);
    assert!(dump(&library.db) == before);
}

#[test]
fn a_full_disk_names_the_library_and_a_remedy() {
    let folder = TempFolder::new();
    let (files, mut library) = (write_archive(&folder), folder.library());
    let pages: i64 = library.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    library.db.pragma_update(None, "max_page_count", pages).unwrap();
    let path = folder.path("library/one.sqlite");
    let expected = format!("the library {} cannot grow, because its disk is full; free some space or", path.display());
    let error = format!("{:#}", library.ingest(&files, true, &Silent).unwrap_err());
    assert!(error.starts_with(&expected), "{error}");
    library.db.pragma_update(None, "max_page_count", i64::from(u32::MAX - 1)).unwrap();
    assert!(library.ingest(&files, true, &Silent).is_ok());
}

/// Writes an archive of two rides next to Garmin's tables, and one of the rides again without an archive.
fn write_garmin_export(folder: &TempFolder, tables: &[&str]) -> Vec<InputFile> {
    let ride = |lat: u32| {
        let point = |second: u32| {
            format!("<trkpt lat=\"{lat}.{second:04}\" lon=\"8\"><time>2024-05-0{lat}T08:00:{second}Z</time></trkpt>")
        };
        format!("<gpx><trk><name>file</name>{}</trk></gpx>", (10..40).map(point).collect::<String>())
    };
    fs::create_dir_all(folder.path("all/DI-Connect-Fitness")).unwrap();
    fs::create_dir_all(folder.path("all/uploads")).unwrap();
    let members = [("a_91.gpx", ride(1)), ("a_92.gpx", ride(2))];
    let archive = deflated(&members.each_ref().map(|(name, content)| (*name, content.as_bytes())));
    fs::write(folder.path("all/uploads/1.zip"), archive).unwrap();
    fs::write(folder.path("all/uploads/a_93.gpx"), ride(3)).unwrap();
    folder.set_age("all/uploads/1.zip", 3600);
    folder.set_age("all/uploads/a_93.gpx", 3600);
    for (number, rows) in tables.iter().enumerate() {
        let table = format!("all/DI-Connect-Fitness/a_{number}_summarizedActivities.json");
        fs::write(folder.path(&table), format!("[{{\"summarizedActivitiesExport\":[{rows}]}}]")).unwrap();
    }
    source::discover(&[folder.path("all")], None, &|_| false).unwrap().files
}

fn garmin_row(day: u32, name: &str) -> String {
    format!("{{\"activityId\":{day},\"name\":\"{name}\",\"startTimeGmt\":\"2024-05-0{day} 08:00:00\"}}")
}

/// Ids and titles of all activities, by their start.
fn names(library: &mut Library) -> Vec<(i64, String)> {
    let mut listed = library.list().unwrap();
    listed.sort_by_key(|activity| activity.summary.start_ms);
    listed.into_iter().map(|activity| (activity.id, activity.summary.name.unwrap_or_default())).collect()
}

#[test]
fn tables_around_an_archive_reach_its_files_whenever_they_come() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let (one, three) = (garmin_row(1, "One"), garmin_row(3, "Three"));
    let all = write_garmin_export(&folder, &[&one, &three]);
    let uploads: Vec<InputFile> =
        all.iter().filter(|file| file.path.to_str().unwrap().contains("uploads")).cloned().collect();
    assert_eq!((all.len(), uploads.len()), (4, 2));
    library.ingest(&uploads, true, &Silent).unwrap();
    let before = names(&mut library);
    assert!(before.len() == 3 && before.iter().all(|(_, name)| name == "file"), "{before:?}");
    let titled = |names: [&str; 3]| before.iter().map(|(id, _)| *id).zip(names.map(str::to_owned)).collect::<Vec<_>>();
    library.ingest(&all, true, &Silent).unwrap();
    let expected = titled(["One", "file", "Three"]);
    assert_eq!(names(&mut library), expected);
    // With the same tables the archive is not read again: neither is other content of the same size and time.
    let (archive, stored) = (folder.path("all/uploads/1.zip"), dump(&library.db));
    let (size, time) = fs::metadata(&archive).map(|file| (file.len(), file.modified().unwrap())).unwrap();
    fs::write(&archive, vec![0; size as usize]).unwrap();
    fs::File::options().write(true).open(&archive).unwrap().set_modified(time).unwrap();
    assert_eq!(outcome_counts(&library.ingest(&all, true, &Silent).unwrap()), [0, 3, 0]);
    assert!(dump(&library.db) == stored);
    // A later table changes one title. A new activity in it changes nothing.
    let changed =
        write_garmin_export(&folder, &[&format!("{},{}", garmin_row(2, "Two"), garmin_row(5, "Five")), &three]);
    library.ingest(&changed, true, &Silent).unwrap();
    assert_eq!(names(&mut library), titled(["One", "Two", "Three"]), "an imported title stays without a row");
}

#[test]
fn a_new_activity_in_a_garmin_table_makes_no_other_content_new() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let rows = [garmin_row(1, "One"), garmin_row(3, "Three")].join(",");
    let files = write_garmin_export(&folder, &[&rows]);
    assert_eq!(library.ingest(&files, true, &Silent).unwrap().imported, 3);
    let contents = |library: &Library| -> Vec<String> {
        dump(&library.db).into_iter().filter(|row| row.starts_with("content") || row.starts_with("track")).collect()
    };
    let before = contents(&library);
    let files = write_garmin_export(&folder, &[&format!("{rows},{}", garmin_row(5, "Five"))]);
    assert_eq!(library.ingest(&files, true, &Silent).unwrap().imported, 0);
    assert!(contents(&library) == before);
    let names: Vec<String> = names(&mut library).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["One", "file", "Three"]);
}
