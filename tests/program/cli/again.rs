//! Rendering again to the same place gives the same bytes as from scratch, and draws only what changed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset;

use crate::program::{Home, differences};
use crate::rerender::{self, CASES, Case, rides};

#[test]
fn rerendered_bytes_equal_a_full_render() {
    rerender::rerendered_bytes_equal_a_full_render(&CASES);
}

#[test]
fn only_dirty_tiles_are_drawn() {
    rerender::only_dirty_tiles_are_drawn(&CASES);
}

#[test]
fn other_colours_draw_nothing_and_another_order_everything() {
    let home = Home::new();
    rides(&home);
    let case = &CASES[0];
    let all = case.check(&home, &["in"]).0;
    assert_eq!(Case { palettes: "plum", ..CASES[0] }.check(&home, &["in"]), (0, all));
    assert_eq!(Case { layer: "passes", ..CASES[0] }.check(&home, &["in"]).1, 0);
    let (drawn, kept) =
        Case { extra_args: &["--zoom", "0-13", "--compression", "fast"], ..CASES[0] }.check(&home, &["in"]);
    assert_eq!((drawn, kept), (all, 0));
    assert_eq!(Case { extra_args: &["--zoom", "0-12"], ..CASES[0] }.check(&home, &["in"]).1, 0);
}

#[test]
fn more_or_fewer_palettes_in_a_folder_draw_nothing() {
    let home = Home::new();
    rides(&home);
    let with = |palettes| Case { palettes, out: "tiles", ..CASES[0] }.check(&home, &["in"]);
    let all = with("ember").0;
    assert!(all > 10);
    for palettes in ["ember,ice", "ice,plum", "plum"] {
        assert_eq!(with(palettes), (0, all), "{palettes}");
    }
}

#[test]
fn what_is_chosen_in_the_library_is_drawn_again_as_from_scratch() {
    let home = Home::new();
    rides(&home);
    home.must(&["import", "in", "-q"]);
    let (case, render) = (&CASES[0], |folder: &str| CASES[0].render(&home, folder, &[], &[]));
    case.render(&home, "again", &["in"], &[]);
    let kept = |json: Value| (json["drawn"].as_u64(), json["reused"].as_u64());
    assert_eq!(kept(render("again")).0, Some(0), "files and library are the same activities");
    home.must(&["exclude", "3"]);
    let (drawn, rest) = kept(render("again"));
    assert!(drawn > Some(0) && rest > drawn);
    render("scratch");
    assert_eq!(differences(&home.files("again"), &home.files("scratch")), [""; 0]);
    home.must(&["forget", "5"]);
    assert_eq!(kept(render("again")).1, Some(0), "where it was is forgotten too");
    home.must(&["forget", "--remembered"]);
    assert_eq!(kept(render("again")).1, Some(0));
}

/// The files of all tiles in a folder.
fn tiles(home: &Home, folder: &str) -> Vec<PathBuf> {
    let folder = home.path(folder);
    let file = |tile: TileCoord| folder.join(format!("{}/{}/{}.png", tile.z(), tile.x(), tile.y()));
    let mut reader = tileset::open(&folder).expect("a folder of tiles");
    reader.tiles().map(|tile| file(tile.expect("a readable folder"))).collect()
}

#[test]
fn what_was_damaged_is_drawn_whole() {
    let home = Home::new();
    rides(&home);
    let damages: [fn(&Path); 5] = [
        |tile| fs::remove_file(tile).expect("a file"),
        |tile| fs::write(tile, "").expect("space"),
        |tile| fs::write(tile, b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff").expect("space"),
        |tile| {
            // Another picture, whole in itself.
            let other = tile.parent().and_then(Path::parent).expect("a folder above").join("other.png");
            fs::copy(other, tile).map(drop).expect("space");
        },
        |tile| {
            let mut bytes = fs::read(tile).expect("a file");
            let middle = bytes.len() - 40;
            bytes[middle] ^= 1;
            fs::write(tile, bytes).expect("space");
        },
    ];
    let case = Case { palettes: "ember", out: "tiles", ..CASES[0] };
    let all = case.check(&home, &["in"]).0;
    for damage in damages {
        assert_eq!(case.check(&home, &["in"]), (0, all));
        let found = tiles(&home, "again/tiles");
        let victim = &found[found.len() / 2];
        let other = victim.parent().and_then(Path::parent).expect("a folder above").join("other.png");
        fs::copy(&found[0], &other).expect("space");
        damage(victim);
        fs::remove_file(&other).expect("a file");
        assert_eq!(case.check(&home, &["in"]), (all, 0));
    }
}

#[test]
fn a_damaged_archive_or_record_is_no_obstacle() {
    let home = Home::new();
    rides(&home);
    let case = &CASES[0];
    let archive = home.path("again/heat.pmtiles");
    let all = case.check(&home, &["in"]).0;
    let intact = fs::read(&archive).expect("an archive");
    let metadata_end = intact.len().min(20_000);
    for at in (127..metadata_end).step_by(997).chain([8, 9, 16, 23, 56, 63, intact.len() - 50]) {
        let mut bytes = intact.clone();
        bytes[at] ^= 0x15;
        fs::write(&archive, bytes).expect("space");
        let ran = home.run(&["render", "in", "-o", "again/heat.pmtiles", "-q", "--zoom", "0-13", "--device", "cpu"]);
        if ran.status == 0 {
            assert_eq!(differences(&home.files("again"), &home.files("scratch")), [""; 0], "byte {at}");
        } else {
            assert!(ran.stderr.contains("is not an archive by Trailglow"), "{}", ran.stderr);
            fs::write(&archive, &intact).expect("space");
        }
    }
    fs::write(&archive, &intact[..intact.len() - 1000]).expect("space");
    assert_eq!(case.check(&home, &["in"]), (all, 0));
    let library = rusqlite::Connection::open(home.library()).expect("the library");
    for record in ["x''", "zeroblob(500)", "substr(record, 1, 300)", "substr(record, 1, 300) || zeroblob(5000)"] {
        assert_eq!(library.execute(&format!("UPDATE render SET record = {record}"), []), Ok(1));
        assert_eq!(case.check(&home, &["in"]), (all, 0), "{record}");
    }
    assert_eq!(case.check(&home, &["in"]), (0, all));
}
