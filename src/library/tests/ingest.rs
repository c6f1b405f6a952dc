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
