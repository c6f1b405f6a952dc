//! Files that are no libraries, and invalid rows.

use super::*;

#[test]
fn only_libraries_are_opened() {
    let folder = TempFolder::new();
    let refusal = |name: &str| format!("{:#}", Library::open(&folder.path(name), &Cancel::default()).unwrap_err());
    fs::write(folder.path("notes.txt"), "buy milk\n".repeat(1000)).unwrap();
    assert!(refusal("notes.txt").contains("is not a Trailglow library; name another file"));
    let other = Connection::open(folder.path("other.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(refusal("other.sqlite").contains("another program"));
    drop(Library::open(&folder.path("later.sqlite"), &Cancel::default()).unwrap());
    Connection::open(folder.path("later.sqlite")).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    assert!(refusal("later.sqlite").contains("later version"));
    assert!(refusal("notes.txt/x.sqlite").contains("cannot create the folder"));
    let missing = Library::open_existing(&folder.path("none.sqlite"), &Cancel::default()).unwrap_err().to_string();
    assert!(missing.contains("there is no library at") && !Path::new(&folder.path("none.sqlite")).exists());
}

#[test]
fn invalid_zone_is_an_error() {
    let mut library = TempFolder::new().library();
    let zone = crate::privacy::Zone { name: "home".into(), lat: 47.0, lon: 8.0, radius_m: 400.0 };
    library.add_zone(&zone).unwrap();
    assert!(!rules(&library).unwrap().hides_nothing());
    for damage in ["metres = -5", "metres = 1e9", "lat = 95", "lon = 1e999"] {
        library.db.execute_batch(&format!("UPDATE zone SET {damage}")).unwrap();
        assert!(rules(&library).unwrap_err().to_string().contains("zone 'home' in the library is invalid"), "{damage}");
        library.db.execute_batch("UPDATE zone SET lat = 47, lon = 8, metres = 400").unwrap();
    }
}
