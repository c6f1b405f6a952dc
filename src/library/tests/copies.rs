//! Comparison of activities after imports and deletions.

use super::*;

#[test]
fn copies_of_a_deleted_or_changed_activity_are_compared_again() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let twin = |title: &str| winding(7, 1, true).replace("<trk>", &format!("<trk><name>{title}</name>"));
    let files =
        [("1.gpx", twin("a")), ("2.gpx", twin("b")), ("3.gpx", winding(6, 2, true)), ("4.gpx", winding(7, 3, false))];
    import_files(&folder, &mut library, &files);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(1))]);
    library.forget(&[1]).unwrap();
    assert_eq!(copies(&mut library), [(2, None), (3, Some(2)), (4, Some(2))]);
    let pairs = count_rows(&library, "pair");
    library.db.execute("UPDATE activity SET fingerprint = zeroblob(16) WHERE id = 2", []).unwrap();
    assert_eq!((count_rows(&library, "pair"), count_rows(&library, "compared")), (pairs - 2, 0));
    assert_eq!(copies(&mut library), [(2, None), (3, Some(2)), (4, Some(2))]);
    assert_eq!((count_rows(&library, "pair"), count_rows(&library, "compared")), (pairs, 3));
}

#[test]
fn only_new_activities_are_compared() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    import_files(&folder, &mut library, &[("1.gpx", winding(7, 1, true)), ("2.gpx", winding(6, 1, true))]);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1))]);
    library.db.execute("UPDATE pair SET sure = 0", []).unwrap();
    import_files(&folder, &mut library, &[("3.gpx", winding(5, 2, true))]);
    assert_eq!(copies(&mut library), [(1, None), (2, Some(1)), (3, Some(1))], "only what is new");
    let sure: Vec<bool> =
        library.activity_pairs().unwrap().into_iter().map(|pair| pair.verdict == Verdict::Same).collect();
    assert_eq!(sure, [false, true, true]);
}
