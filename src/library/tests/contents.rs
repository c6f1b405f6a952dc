//! Tests that loading from the library gives the same activities and hides the same points as reading the files.

use super::*;
use crate::activity::{Activity, Point};
use crate::collection::Invisible;
use crate::selection::Selection;

#[test]
fn library_and_files_give_equal_activities() {
    let folder = TempFolder::new();
    let (files, mut library) = (write_archive(&folder), folder.library());
    for options in VIEWS {
        let direct = collection::read(
            &files,
            PrepareOptions::without_privacy(&options.0, options.1),
            Control { progress: &Silent, cancel: &Cancel::default() },
        )
        .unwrap();
        let skipped = direct.0.iter().filter(|file| file.outcome.is_err()).count();
        assert!(direct.0.len() > 40 && skipped > 2 && direct.1.len() == 1, "{skipped} of {}", direct.0.len());
        for round in 0..2 {
            assert!(ingest_and_load(&mut library, &files, options) == direct, "{options:?}, round {round}");
        }
        library.db.execute("UPDATE track SET simplifier_version = simplifier_version - 1", []).unwrap();
        assert!(ingest_and_load(&mut library, &files, options) == direct, "{options:?}, marks made anew");
        library.db.execute("UPDATE track SET simplifier_version = simplifier_version + 1", []).unwrap();
    }
    let damaged = load_file(&mut library, &files, "cut.gpx");
    assert_eq!((damaged.damage.iter().count(), damaged.unreadable_points, damaged.dropped.null_island), (1, 1, 1));
}

#[test]
fn privacy_hides_the_same_from_library_and_files() {
    let folder = TempFolder::new();
    let (files, mut library) = (write_archive(&folder), folder.library());
    let activities = |outcomes: Vec<FileOutcome<ReadFile>>| -> Vec<(Vec<collection::Prepared>, Vec<Shares>)> {
        let files = outcomes.into_iter().filter_map(|file| file.outcome.ok());
        files.map(|file| (file.activities, file.hidden_activities)).collect()
    };
    let without_privacy = activities(ingest_and_load(&mut library, &files, VIEWS[0]).0);
    let starts = without_privacy.iter().flat_map(|file| &file.0).map(|activity| activity.summary.start);
    let (lon, lat) = degrees_from_canvas(starts.clone().next().unwrap());
    let zone = |metres| vec![Circle::new(lat, lon, metres)];
    for privacy in [
        Privacy::new(zone(300.0), 0.0),
        Privacy::new(zone(20_000.0), 0.0),
        Privacy::new(vec![], 250.0),
        Privacy::new(zone(1000.0), 250.0),
    ] {
        let options =
            PrepareOptions { privacy: &privacy, ..PrepareOptions::without_privacy(&Simplification::Motion, 16) };
        let direct = activities(
            collection::read(&files, options, Control { progress: &Silent, cancel: &Cancel::default() }).unwrap().0,
        );
        let hidden = |file: &(Vec<collection::Prepared>, Vec<Shares>)| {
            file.1.len() as u64 + file.0.iter().map(|one| one.hidden_points).sum::<u64>()
        };
        assert!(direct.iter().any(|file| hidden(file) > 0) && direct != without_privacy);
        // Equal below, from the library too.
        assert!(direct.iter().flat_map(|file| &file.0).any(|one| one.shares.iter().any(|(_, length)| length > 0)));
        let Ingested { outcomes, .. } = library.ingest(&files, true, &Silent).unwrap();
        assert!(activities(library.load(outcomes, options, None).unwrap()) == direct, "{privacy:?}");
        let listed = library.list().unwrap();
        let (visible, invisible) = library
            .apply_privacy(listed.clone(), &library.prepare_affected(&listed, options).unwrap(), options)
            .unwrap();
        let shares = |why| match why {
            Invisible::Hidden(shares) => shares,
            Invisible::Dropped => panic!("a stray activity"),
        };
        let mut hidden_shares: Vec<Shares> = invisible.into_iter().map(shares).collect();
        let mut expected: Vec<Shares> = direct.iter().flat_map(|file| file.1.clone()).collect();
        let lengths = |shares: &Shares| shares.iter().map(|(_, length)| length).collect::<Vec<_>>();
        hidden_shares.sort_by_key(lengths);
        expected.sort_by_key(lengths);
        assert_eq!(hidden_shares, expected);
        let mut summaries: Vec<_> = visible.into_iter().map(|activity| activity.summary.fingerprint).collect();
        let mut expected: Vec<_> =
            direct.into_iter().flat_map(|file| file.0).map(|one| one.summary.fingerprint).collect();
        summaries.sort_unstable();
        expected.sort_unstable();
        assert_eq!(summaries, expected);
    }
}

#[test]
fn stray_recordings_of_older_versions_are_told_apart_from_hidden_ones() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let files = [folder.write("stray.gpx", 47.0), folder.write("walk.gpx", 48.0)];
    // Alone first: files of one call are read in any order.
    library.ingest(&files[..1], true, &Silent).unwrap();
    let outcomes = library.ingest(&files, true, &Silent).unwrap().outcomes;
    // 20 points of which older versions drew a line.
    let places = (0..4).map(|part| (0..5).map(|i| Point::at(47.0 + f64::from(part), f64::from(i) / 1e5)).collect());
    let stray = Activity { segments: places.collect(), ..Activity::default() };
    let row = "UPDATE track SET places = ?1, simplifier_version = 4 WHERE activity = 1";
    library.db.execute(row, [blob::pack_positions(&stray)]).unwrap();
    for privacy in [Privacy::default(), Privacy::new(vec![Circle::new(47.0, 8.0, 50_000.0)], 0.0)] {
        let options =
            PrepareOptions { privacy: &privacy, ..PrepareOptions::without_privacy(&Simplification::Shape, 16) };
        let loaded = library.load(outcomes.clone(), options, None).unwrap();
        let read = |index: usize| loaded[index].outcome.as_ref().unwrap();
        assert_eq!((read(0).activities.len(), read(0).hidden_activities.len(), read(0).stray_activities), (0, 0, 1));
        assert_eq!((read(1).activities.len(), read(1).stray_activities), (1, 0));
        let report = collection::assemble(loaded, Vec::new(), &Selection::all()).report;
        assert_eq!((report.omitted.stray, report.omitted.hidden), (1, 0));
        if !privacy.hides_nothing() {
            let listed = library.list().unwrap();
            let affected = library.prepare_affected(&listed, options).unwrap();
            let (visible, invisible) = library.apply_privacy(listed, &affected, options).unwrap();
            assert_eq!((visible.len(), invisible), (1, vec![Invisible::Dropped]));
        }
    }
}

#[test]
fn a_damaged_blob_is_an_error_that_names_the_activity() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let found = folder.write("a.gpx", 47.0);
    let outcomes = library.ingest(&[found], true, &Silent).unwrap().outcomes;
    library.db.execute_batch("CREATE TEMPORARY TABLE whole AS SELECT * FROM track").unwrap();
    for damage in ["marks = x'00'", "marks = places", "places = zeroblob(50)", "places = marks"] {
        library.db.execute(&format!("UPDATE track SET {damage}"), []).unwrap();
        let error = format!(
            "{:#}",
            library
                .load(outcomes.clone(), PrepareOptions::without_privacy(&Simplification::Shape, 16), None)
                .unwrap_err()
        );
        assert!(error.starts_with("activity 1: the stored data is damaged"), "{damage}: {error}");
        library.db.execute_batch("DELETE FROM track; INSERT INTO track SELECT * FROM whole").unwrap();
    }
    assert!(library.load(outcomes.clone(), PrepareOptions::without_privacy(&Simplification::Shape, 16), None).is_ok());
}
