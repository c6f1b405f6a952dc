//! Rendering again to the same place gives the same bytes as from scratch, and draws only what changed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset;

use super::library::age;
use crate::program::{Home, differences, gpx};

/// Numbers without a pattern, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Rides from one home, trips elsewhere, one over the antimeridian, one on a spot.
fn rides(home: &Home) -> Vec<String> {
    let mut random = Random(7);
    let starts = [(47.0, 8.0), (47.0, 8.0), (47.0, 8.01), (47.02, 8.0), (-33.9, 18.4), (-17.0, 179.99), (64.1, -21.9)];
    let ride = |(number, start): (usize, &(f64, f64))| {
        let mut at = *start;
        let steps = if number == 6 { 1 } else { 60 };
        let positions = (0..steps).map(|_| {
            at.0 += (random.below(200) as f64 - 90.0) / 1e5;
            at.1 += (random.below(200) as f64 - 80.0) / 1e5;
            (at.0, if at.1 > 180.0 { at.1 - 360.0 } else { at.1 })
        });
        let name = format!("in/{number}.gpx");
        home.write(&name, gpx(&name, positions.collect::<Vec<_>>()));
        age(home, &name);
        name
    };
    starts.iter().cycle().take(14).enumerate().map(ride).collect()
}

struct Case {
    layer: &'static str,
    palettes: &'static str,
    out: &'static str,
    more: &'static [&'static str],
}

impl Case {
    fn render(&self, home: &Home, folder: &str, inputs: &[&str], more: &[&str]) -> Value {
        let out = format!("{folder}/{}", self.out);
        let args =
            ["render", "-o", &out, "--layer", self.layer, "--palette", self.palettes, "--json", "--device", "cpu"];
        let text = home.must(&[&args, inputs, self.more, more].concat());
        serde_json::from_str(&text).expect("JSON")
    }

    /// Renders again, and checks the bytes against those from scratch. Returns how many tiles were drawn and kept.
    fn check(&self, home: &Home, inputs: &[&str]) -> (u64, u64) {
        let (again, scratch) =
            (self.render(home, "again", inputs, &[]), self.render(home, "scratch", inputs, &["--no-library"]));
        let difference = differences(&home.files("again"), &home.files("scratch"));
        assert_eq!(difference, [""; 0], "{} {} {inputs:?}", self.layer, self.palettes);
        let count = |json: &Value, key: &str| json[key].as_u64().expect("a number");
        assert_eq!(count(&scratch, "kept"), 0);
        let (drawn, kept) = (count(&again, "drawn"), count(&again, "kept"));
        assert_eq!(drawn + kept, count(&scratch, "drawn"));
        (drawn, kept)
    }
}

const CASES: [Case; 4] = [
    Case { layer: "frequency", palettes: "ember", out: "heat.pmtiles", more: &["--zoom", "0-13"] },
    Case { layer: "frequency", palettes: "ice,ember", out: "tiles", more: &["--zoom", "3-11"] },
    Case { layer: "passes", palettes: "plum,ice", out: "heat.pmtiles", more: &["--zoom", "0-12"] },
    Case { layer: "passes", palettes: "ember", out: "tiles", more: &["--zoom", "8-12", "--tile-size", "512"] },
];

#[test]
fn whatever_changes_the_bytes_are_those_from_scratch() {
    for case in CASES {
        let home = Home::new();
        let rides = rides(&home);
        let (mut random, mut chosen, mut kept_ever) = (Random(11), 0b11_1111_1111u64, 0);
        for _ in 0..8 {
            let inputs: Vec<&str> =
                rides.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, ride)| ride.as_str()).collect();
            kept_ever += case.check(&home, &inputs).1;
            // Some come and some go, at least one stays.
            for _ in 0..1 + random.below(3) {
                chosen ^= 1 << random.below(rides.len() as u64);
            }
            chosen |= 1;
        }
        assert!(kept_ever > 0, "{} {} kept nothing", case.layer, case.palettes);
    }
}

#[test]
fn only_tiles_that_a_ride_touches_are_drawn() {
    for case in CASES {
        let home = Home::new();
        let rides = rides(&home);
        let all: Vec<&str> = rides.iter().map(String::as_str).collect();
        let (drawn, kept) = case.check(&home, &all[1..]);
        assert!(drawn > 10 && kept == 0, "{drawn} drawn and {kept} kept");
        let (drawn, kept) = case.check(&home, &all);
        assert!(drawn > 0 && kept > drawn, "{drawn} drawn and {kept} kept with one more");
        let (drawn, kept) = case.check(&home, &all[1..]);
        assert!(drawn > 0 && kept > drawn, "{drawn} drawn and {kept} kept without it");
        assert_eq!(case.check(&home, &all[1..]).0, 0, "nothing changed");
    }
}

#[test]
fn other_colours_draw_nothing_and_another_order_everything() {
    let home = Home::new();
    rides(&home);
    let case = &CASES[0];
    let all = case.check(&home, &["in"]).0;
    assert_eq!(Case { palettes: "plum", ..CASES[0] }.check(&home, &["in"]), (0, all));
    assert_eq!(Case { layer: "passes", ..CASES[0] }.check(&home, &["in"]).1, 0);
    let (drawn, kept) = Case { more: &["--zoom", "0-13", "--compression", "fast"], ..CASES[0] }.check(&home, &["in"]);
    assert_eq!((drawn, kept), (all, 0));
    assert_eq!(Case { more: &["--zoom", "0-12"], ..CASES[0] }.check(&home, &["in"]).1, 0);
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
    let kept = |json: Value| (json["drawn"].as_u64(), json["kept"].as_u64());
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
