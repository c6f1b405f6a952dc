//! Migrations from older schema versions.

use super::*;

#[test]
fn version_1_migrates_to_equal_lists_and_accepts_zones() {
    let folder = TempFolder::new();
    let (files, mut latest) = (write_archive(&folder), folder.library());
    latest.ingest(&files, true, &Silent).unwrap();
    let listed = latest.list().unwrap();
    drop(downgrade_to_version_1(&folder, latest));
    let zone = |name: &str| Zone { name: name.to_owned(), lat: 1.0, lon: 2.0, radius_m: 400.0 };
    assert!(is_old(&folder.path("old.sqlite")) && !is_old(&folder.path("none.sqlite")));
    let mut library = Library::open(&folder.path("old.sqlite"), &Cancel::default()).unwrap();
    assert!(listed.len() > 30 && library.list().unwrap() == listed);
    assert_eq!(outcome_counts(&library.ingest(&files, true, &Silent).unwrap())[0], 0, "no file is read again");
    assert!(rules(&library).unwrap().hides_nothing());
    library.add_zone(&zone("home")).unwrap();
    let home = rules(&library).unwrap();
    library.add_zone(&zone("again")).unwrap();
    let zones = rules(&library).unwrap().drawn_under(0.0);
    assert_eq!(zones, home.drawn_under(0.0), "the same place has the same circle");
    drop(library);
    let mut library = Library::open(&folder.path("old.sqlite"), &Cancel::default()).unwrap();
    assert_eq!(library.zones().unwrap(), [zone("again"), zone("home")]);
    assert_eq!(rules(&library).unwrap().drawn_under(0.0), zones);
    library.remove_zones(&["home".to_owned(), "again".to_owned()]).unwrap();
    library.add_zone(&zone("anew")).unwrap();
    assert_eq!(rules(&library).unwrap(), home);
    drop(library);
    assert!(!is_old(&folder.path("old.sqlite")));
    let mut other = folder.library();
    other.add_zone(&zone("home")).unwrap();
    assert_ne!(rules(&other).unwrap(), home, "but another one in another library");
}

#[test]
fn every_version_migrates_to_the_same_schema() {
    let migrated = |from: usize, migrations: &[&str]| {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &migrations[..from]).unwrap();
        migrate(&mut db, migrations).unwrap();
        schema(&db)
    };
    for from in 0..=MIGRATIONS.len() {
        assert_eq!(migrated(from, MIGRATIONS), migrated(0, MIGRATIONS));
    }
    // A future migration.
    let next = [MIGRATIONS, &["ALTER TABLE activity ADD COLUMN mood TEXT"]].concat();
    assert_eq!(migrated(1, &next), migrated(0, &next));
    assert_ne!(migrated(0, &next), migrated(0, MIGRATIONS));

    let mut db = Connection::open_in_memory().unwrap();
    migrate(&mut db, &[MIGRATIONS, &["THIS IS NOT SQL"]].concat()).unwrap_err();
    assert!(schema(&db).is_empty(), "half a migration is none");
}

#[test]
fn failed_migration_changes_nothing() {
    let folder = TempFolder::new();
    let (files, mut latest) = (write_archive(&folder), folder.library());
    latest.ingest(&files, true, &Silent).unwrap();
    let listed = latest.list().unwrap();
    let mut old = downgrade_to_version_1(&folder, latest);
    let state = |db: &Connection| {
        let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        (version, schema(db), dump(db))
    };
    let before = state(&old);
    for broken in ["THIS IS NOT SQL", "ALTER TABLE track RENAME COLUMN none TO other"] {
        migrate(&mut old, &[MIGRATIONS, &[broken]].concat()).unwrap_err();
        assert!(state(&old) == before, "{broken}");
    }
    drop(old);
    assert!(state(&Connection::open(folder.path("old.sqlite")).unwrap()) == before);
    let mut library = Library::open(&folder.path("old.sqlite"), &Cancel::default()).unwrap();
    assert!(library.list().unwrap() == listed);
}

#[test]
fn apart_flags_of_version_1_become_decisions() {
    let folder = TempFolder::new();
    {
        let mut latest = folder.library();
        let files: Vec<(String, String)> = (1..4)
            .map(|i| (format!("{i}.gpx"), winding(7, 1, true).replace("<trk>", &format!("<trk><name>{i}</name>"))))
            .collect();
        let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        import_files(&folder, &mut latest, &files);
        downgrade_to_version_1(&folder, latest).execute("UPDATE activity SET apart = 1 WHERE id = 2", []).unwrap();
    }
    let mut library = Library::open(&folder.path("old.sqlite"), &Cancel::default()).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, None), (3, Some(1))]);
    library.set_same_recording(&[1, 2, 3], None).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1))]);
    library.set_same_recording(&[3, 1, 3], Some(false)).unwrap();
    library.set_same_recording(&[2, 3], Some(false)).unwrap();
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, None)]);
    assert!(library.set_same_recording(&[1, 99], Some(true)).is_err());
    assert_eq!(library.activity_pairs().unwrap().iter().filter(|pair| pair.decided.is_some()).count(), 2);
}
