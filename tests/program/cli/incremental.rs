//! Incremental rendering on the CPU: rendering again gives the bytes of a render from scratch and draws only changed
//! tiles.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset;

use crate::program::{Home, differences};
use crate::rerender::{self, CASES, Case, rides};

#[test]
fn rendering_again_after_any_change_gives_the_bytes_of_a_render_from_scratch() {
    rerender::rerendered_bytes_equal_a_full_render(&CASES);
}

#[test]
fn adding_or_removing_a_ride_draws_only_the_tiles_that_it_touches() {
    rerender::only_dirty_tiles_are_drawn(&CASES);
}

#[test]
fn a_new_palette_draws_no_tile_and_a_new_layer_zoom_or_compression_draws_all() {
    let home = Home::new();
    rides(&home);
    let case = &CASES[0];
    let all = case.check(&home, &["in"]).0;
    assert_eq!(Case { palettes: "plum", ..CASES[0] }.check(&home, &["in"]), (0, all));
    assert_eq!(Case { layer: "passes", ..CASES[0] }.check(&home, &["in"]).1, 0);
    let (drawn, reused) =
        Case { extra_args: &["--zoom", "0-13", "--compression", "fast"], ..CASES[0] }.check(&home, &["in"]);
    assert_eq!((drawn, reused), (all, 0));
    assert_eq!(Case { extra_args: &["--zoom", "0-12"], ..CASES[0] }.check(&home, &["in"]).1, 0);
}

#[test]
fn a_new_title_or_public_address_draws_no_tile() {
    let home = Home::new();
    rides(&home);
    let check = |extra_args| Case { out: "tiles", extra_args, ..CASES[0] }.check(&home, &["in"]);
    let all = check(&["--zoom", "0-13"]).0;
    assert!(all > 10);
    for extra_args in [
        &["--zoom", "0-13", "--title", "Rides"][..],
        &["--zoom", "0-13", "--title", "Rides", "--public-url", "https://example.org/"],
        &["--zoom", "0-13", "--public-url", "https://example.com/tiles"],
        &["--zoom", "0-13"],
    ] {
        assert_eq!(check(extra_args), (0, all), "{extra_args:?}");
    }
}

#[test]
fn adding_or_removing_palettes_of_a_folder_draws_no_tile() {
    let home = Home::new();
    rides(&home);
    let check = |palettes| Case { palettes, out: "tiles", ..CASES[0] }.check(&home, &["in"]);
    let all = check("ember").0;
    assert!(all > 10);
    for (palettes, styles) in [("ember,ice", 2), ("ice,plum", 2), ("plum", 1)] {
        assert_eq!(check(palettes), (0, all * styles), "{palettes}");
    }
}

#[test]
fn drawn_and_reused_tiles_of_two_palettes_add_up_to_all_tiles() {
    let home = Home::new();
    rides(&home);
    home.run_ok(&["import", "in", "-q"]);
    let render = |palettes, args: &[&str]| {
        let options = ["render", "-o", "tiles", "--palette", palettes, "--zoom", "0-9", "--device", "cpu"];
        home.run_ok(&[&options, args].concat())
    };
    let counts = |text: String| {
        let json: Value = serde_json::from_str(&text).expect("JSON");
        ["tiles", "drawn", "reused"].map(|key| json[key].as_u64().expect("a number"))
    };
    let [one, ..] = counts(render("ember", &["in", "--no-library", "--json"]));
    let [tiles, drawn, reused] = counts(render("ember,ice", &["--json"]));
    assert_eq!((tiles, drawn, reused), (2 * one, 2 * one, 0), "each palette has its own tiles");

    home.run_ok(&["exclude", "3"]);
    let [tiles, drawn, reused] = counts(render("ember,ice", &["--json"]));
    assert!(drawn > 0 && reused > 0 && drawn % 2 == 0, "{drawn} drawn and {reused} reused");
    assert_eq!(drawn + reused, tiles);

    home.run_ok(&["include", "3"]);
    let text = render("ember,ice", &[]);
    let line = text.lines().find(|line| line.ends_with(" drawn, the others reused")).expect("a line about reuse");
    assert!(line.contains(&format!(" of {} tiles drawn", 2 * one)), "{line}");
}

#[test]
fn rendering_the_library_again_after_exclude_or_forget_equals_a_render_from_scratch() {
    let home = Home::new();
    rides(&home);
    home.run_ok(&["import", "in", "-q"]);
    let (case, render) = (&CASES[0], |folder: &str| CASES[0].render(&home, folder, &[], &[]));
    case.render(&home, "again", &["in"], &[]);
    let counts = |json: Value| (json["drawn"].as_u64(), json["reused"].as_u64());
    assert_eq!(counts(render("again")).0, Some(0), "the library holds the activities of the files");
    home.run_ok(&["exclude", "3"]);
    let (drawn, reused) = counts(render("again"));
    assert!(drawn > Some(0) && reused > drawn);
    render("scratch");
    assert_eq!(differences(&home.files("again"), &home.files("scratch")), [""; 0]);
    home.run_ok(&["forget", "5"]);
    assert_eq!(counts(render("again")).1, Some(0), "forget removes the render record");
    home.run_ok(&["forget", "--remembered"]);
    assert_eq!(counts(render("again")).1, Some(0));
}

/// Paths of all tiles in a folder.
fn tiles(home: &Home, folder: &str) -> Vec<PathBuf> {
    let folder = home.path(folder);
    let file = |tile: TileCoord| folder.join(format!("{}/{}/{}.png", tile.z(), tile.x(), tile.y()));
    let mut reader = tileset::open(&folder).expect("a folder of tiles");
    reader.tiles().map(|tile| file(tile.expect("readable folder"))).collect()
}

#[test]
fn a_damaged_tile_makes_the_next_render_draw_all_tiles() {
    let home = Home::new();
    rides(&home);
    let damage_functions: [fn(&Path); 5] = [
        |tile| fs::remove_file(tile).expect("a file"),
        |tile| fs::write(tile, "").expect("disk space"),
        |tile| fs::write(tile, b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff").expect("disk space"),
        |tile| {
            // The valid picture of another tile.
            let other = tile.parent().and_then(Path::parent).expect("a folder above").join("other.png");
            fs::copy(other, tile).map(drop).expect("disk space");
        },
        |tile| {
            let mut bytes = fs::read(tile).expect("a file");
            let middle = bytes.len() - 40;
            bytes[middle] ^= 1;
            fs::write(tile, bytes).expect("disk space");
        },
    ];
    let case = Case { palettes: "ember", out: "tiles", ..CASES[0] };
    let all = case.check(&home, &["in"]).0;
    for damage in damage_functions {
        assert_eq!(case.check(&home, &["in"]), (0, all));
        let found = tiles(&home, "again/tiles");
        let damaged = &found[found.len() / 2];
        let other = damaged.parent().and_then(Path::parent).expect("a folder above").join("other.png");
        fs::copy(&found[0], &other).expect("disk space");
        damage(damaged);
        fs::remove_file(&other).expect("a file");
        assert_eq!(case.check(&home, &["in"]), (all, 0));
    }
}

#[test]
fn a_damaged_archive_or_render_record_never_gives_wrong_bytes() {
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
        fs::write(&archive, bytes).expect("disk space");
        let run = home.run(&["render", "in", "-o", "again/heat.pmtiles", "-q", "--zoom", "0-13", "--device", "cpu"]);
        if run.status == 0 {
            assert_eq!(differences(&home.files("again"), &home.files("scratch")), [""; 0], "byte {at}");
        } else {
            assert!(run.stderr.contains("is not an archive by Trailglow"), "{}", run.stderr);
            fs::write(&archive, &intact).expect("disk space");
        }
    }
    fs::write(&archive, &intact[..intact.len() - 1000]).expect("disk space");
    assert_eq!(case.check(&home, &["in"]), (all, 0));
    let library = rusqlite::Connection::open(home.library()).expect("the library");
    for record in ["x''", "zeroblob(500)", "substr(record, 1, 300)", "substr(record, 1, 300) || zeroblob(5000)"] {
        assert_eq!(library.execute(&format!("UPDATE render SET record = {record}"), []), Ok(1));
        assert_eq!(case.check(&home, &["in"]), (all, 0), "{record}");
    }
    assert_eq!(case.check(&home, &["in"]), (0, all));
}
