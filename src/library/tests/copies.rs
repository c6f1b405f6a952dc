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

#[test]
fn facts_of_a_hidden_copy_are_not_taken_over() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let named = |text: String, name: &str| text.replace("<trk>", &format!("<trk><name>{name}</name>"));
    let secret: String = (0..20).map(|i| format!(r#"<trkpt lat="10" lon="10.{i:04}"/>"#)).collect();
    let secret = named(format!("<gpx><trk><trkseg>{secret}</trkseg></trk></gpx>"), "Secret");
    let files = [("1.gpx", winding(7, 1, true)), ("2.gpx", secret), ("3.gpx", named(winding(6, 2, true), "Lake"))];
    import_files(&folder, &mut library, &files[..2]);
    library.set_same_recording(&[1, 2], Some(true)).unwrap();
    let zone = Privacy::new(vec![Circle::new(10.0, 10.0, 1000.0)], 0.0);
    let options = PrepareOptions { privacy: &zone, ..PrepareOptions::without_privacy(&Simplification::Shape, 16) };
    let names = |library: &mut Library| {
        let listed = library.list().unwrap();
        let affected = library.prepare_affected(&listed, options).unwrap();
        let visible = library.apply_privacy(listed.clone(), &affected, options).unwrap().0;
        let first = |listed: Vec<ListedActivity>| (listed[0].id, listed[0].summary.name.clone());
        (first(listed), first(visible))
    };
    assert_eq!(names(&mut library), ((1, Some("Secret".to_owned())), (1, None)));
    import_files(&folder, &mut library, &files[2..]);
    assert_eq!(names(&mut library).1, (1, Some("Lake".to_owned())), "a visible copy still gives its name");
}
