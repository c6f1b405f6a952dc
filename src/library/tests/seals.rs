//! Seals of outputs, and the trim of all public maps.

use super::*;
use crate::activity::{Activity, Point};
use crate::collection::visible::visible_part;
use crate::privacy::{DrawnUnder, Rule};

fn drawn_under(zones: u128, asked_trim_m: f64, trim_m: f64) -> DrawnUnder {
    DrawnUnder { zones, asked_trim_m, trim_m }
}

#[test]
fn a_seal_leads_to_the_rules_of_every_render() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    let (one, other) = (drawn_under(u128::MAX - 7, 0.0, 200.0), drawn_under(8, 0.3, 0.3));
    library.save_seals(&[1, 2], one).unwrap();
    library.save_seals(&[2, u128::MAX], other).unwrap();
    library.save_seals(&[2], one).unwrap();
    drop(library);
    let library = folder.library();
    assert_eq!(library.drawn_under(1).unwrap(), [one]);
    let mut both = library.drawn_under(2).unwrap();
    both.sort_by(|a, b| a.trim_m.total_cmp(&b.trim_m));
    assert_eq!(both, [other, one]);
    assert_eq!(library.drawn_under(u128::MAX).unwrap(), [other]);
    assert_eq!(library.drawn_under(0).unwrap(), []);
}

#[test]
fn the_newest_seals_are_kept() {
    let mut library = TempFolder::new().library();
    let zones = drawn_under(1, 0.0, 0.0);
    let known = |library: &Library, seal: u128| !library.drawn_under(seal).unwrap().is_empty();
    library.save_seals(&(0..1000).collect::<Vec<_>>(), zones).unwrap();
    assert!(known(&library, 0) && known(&library, 999));
    library.save_seals(&[0], zones).unwrap();
    assert!(known(&library, 1), "rendering again adds no seal");
    library.save_seals(&[1000, 1001], zones).unwrap();
    assert_eq!(
        [0, 1, 2, 3, 999, 1000, 1001].map(|seal| known(&library, seal)),
        [true, false, false, true, true, true, true]
    );
    assert_eq!(count_rows(&library, "seal"), 1000);
}

#[test]
fn the_trim_is_kept_until_it_is_removed() {
    let folder = TempFolder::new();
    let mut library = folder.library();
    assert_eq!((library.trim().unwrap(), rules(&library).unwrap()), (None, Privacy::default()));
    library.set_trim(Some(200.0)).unwrap();
    library.set_trim(Some(152.4)).unwrap();
    assert!(library.set_trim(Some(-1.0)).is_err() && library.set_trim(Some(f64::NAN)).is_err());
    drop(library);
    let mut library = folder.library();
    assert_eq!((library.trim().unwrap(), rules(&library).unwrap().trim_m()), (Some(152.4), 152.4));
    library.set_trim(None).unwrap();
    library.set_trim(None).unwrap();
    assert_eq!(library.trim().unwrap(), None);
}

#[test]
fn names_of_zones_are_in_the_order_of_the_circles() {
    let mut library = TempFolder::new().library();
    let zone = |name: &str, lat: f64| Zone { name: name.to_owned(), lat, lon: 2.0, radius_m: 400.0 };
    for (name, lat) in [("work", 10.0), ("home", 20.0), ("gym", 30.0)] {
        library.add_zone(&zone(name, lat)).unwrap();
    }
    let (privacy, names) = library.privacy().unwrap();
    assert_eq!(names, ["gym", "home", "work"]);
    let place = Activity { segments: vec![vec![Point::at(20.0, 2.0)]], ..Activity::default() };
    let shares = visible_part(&place, &privacy).2;
    assert_eq!(shares.iter().map(|(rule, _)| rule).collect::<Vec<_>>(), [Rule::Zone(1)]);
}

#[test]
fn a_library_that_cannot_be_written_is_named() {
    let mut library = TempFolder::new().library();
    library.db.pragma_update(None, "query_only", true).unwrap();
    let zones = drawn_under(1, 0.0, 0.0);
    for error in [
        library.save_seals(&[1], zones).unwrap_err(),
        library.set_trim(Some(200.0)).unwrap_err(),
        library.set_trim(None).unwrap_err(),
    ] {
        let text = format!("{error:#}");
        assert!(text.contains("one.sqlite cannot be written; change its permissions"), "{text}");
    }
    library.db.pragma_update(None, "query_only", false).unwrap();
    let pages: i64 = library.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    library.db.pragma_update(None, "max_page_count", pages).unwrap();
    let error = format!("{:#}", library.save_seals(&(0..1000).collect::<Vec<_>>(), zones).unwrap_err());
    assert!(error.contains("one.sqlite cannot grow, because its disk is full"), "{error}");
    assert_eq!(count_rows(&library, "seal"), 0);
}

#[test]
fn an_invalid_trim_is_an_error() {
    let mut library = TempFolder::new().library();
    library.set_trim(Some(200.0)).unwrap();
    for damage in ["-5", "0", "1e9", "1e999", "'long'"] {
        library.db.execute(&format!("UPDATE trim SET metres = {damage}"), []).unwrap();
        assert!(library.trim().is_err() && rules(&library).is_err(), "{damage}");
    }
    library.set_trim(Some(200.0)).unwrap();
    assert_eq!(rules(&library).unwrap().trim_m(), 200.0);
}

#[test]
fn version_5_keeps_its_zones_and_gets_neither_trim_nor_seals() {
    let folder = TempFolder::new();
    let path = folder.path("old.sqlite");
    let mut old = Connection::open(&path).unwrap();
    migrate(&mut old, &MIGRATIONS[..5]).unwrap();
    old.execute("INSERT INTO zone VALUES ('home', 47.0, 8.0, 400.0)", []).unwrap();
    let secret: Vec<u8> = old.query_row("SELECT bytes FROM secret", [], |row| row.get(0)).unwrap();
    drop(old);
    let mut library = Library::open(&path, &Cancel::default()).unwrap();
    assert_eq!(library.db.query_row("SELECT bytes FROM secret", [], |row| row.get::<_, Vec<u8>>(0)).unwrap(), secret);
    let (rules, names) = library.privacy().unwrap();
    assert_eq!((&names[..], rules.trim_m(), count_rows(&library, "seal")), (&["home".to_owned()][..], 0.0, 0));
    library.set_trim(Some(200.0)).unwrap();
    library.save_seals(&[1], rules.drawn_under(0.0)).unwrap();
    assert_eq!(library.drawn_under(1).unwrap(), [rules.drawn_under(0.0)]);
}
