//! Contents of the outputs: folder and archive contain the same tiles, and other readers accept them.

mod archive;
mod reader;
mod verifier;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::maps::{Coord, Map, json_in, maps, tiles_of};
use crate::program::{Files, Home, differences, gpx};
use archive::{Archive, Tiles, faults};
use serde_json::{Value, json};

fn to_files(tiles: &Tiles) -> Files {
    tiles.iter().map(|((z, x, y), bytes)| (PathBuf::from(format!("{z}/{x}/{y}.png")), bytes.to_vec())).collect()
}

#[test]
fn folder_and_archive_hold_the_same_tiles() {
    for Map { name, folder, archive } in maps() {
        let in_folder = tiles_of(folder);
        assert_eq!(in_folder.len() + 2, folder.len(), "{name}: nothing but tiles, TileJSON and page");
        let archive = Archive::read(archive).expect("an archive");
        let in_archive = archive.tiles().expect("tiles");
        assert_eq!(differences(&to_files(&in_folder), &to_files(&in_archive)), [""; 0], "{name}");
        assert!(in_folder.values().all(|png| png.starts_with(b"\x89PNG\r\n\x1a\n")), "{name}");
    }
}

#[test]
fn archives_are_valid() {
    for Map { name, archive, .. } in maps() {
        assert_eq!(faults(archive), [""; 0], "{name}");
    }
    let archive_of = |expected_name: &str| {
        let map = maps().iter().find(|map| map.name == expected_name).expect("a map of that name");
        Archive::read(&map.archive).expect("an archive")
    };
    assert_eq!((archive_of("one tile").entries.len(), archive_of("demo").leaf_count), (1, 0));
    assert!(archive_of("leaves").leaf_count > 1, "the map has leaf directories");
    let alike = archive_of("alike");
    assert!(alike.header.contents < alike.header.entries, "the map has repeated contents");
    assert!(alike.entries.iter().any(|entry| entry.run > 1), "the map has runs");
}

/// Returns all faults of the TileJSON of a map with the given tiles.
fn tilejson_faults(json: &Value, tiles: &BTreeSet<Coord>) -> Vec<&'static str> {
    let numbers = |key: &str| -> Vec<f64> {
        json[key].as_array().map(|list| list.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
    };
    let zooms = tiles.first().zip(tiles.last()).map(|(first, last)| (u64::from(first.0), u64::from(last.0)));
    let stored = json["minzoom"].as_u64().zip(json["maxzoom"].as_u64());
    let (bounds, center) = (numbers("bounds"), numbers("center"));
    let (Ok([west, south, east, north]), Ok([lon, lat, zoom])) =
        (<[f64; 4]>::try_from(bounds), <[f64; 3]>::try_from(center))
    else {
        return vec!["bounds or centre"];
    };
    let template = json["tiles"][0].as_str().unwrap_or_default();
    let (deepest, side) = tiles.last().map_or((0, 1.0), |last| (last.0, f64::from(1u32 << last.0)));
    let columns = [west, east].map(|lon| (lon + 180.0) / 360.0 * side);
    let columns_of_tiles = tiles.iter().filter(|tile| tile.0 == deepest).map(|tile| f64::from(tile.1));
    // Lines are thick: a tile next to the bounds may contain part of the glow.
    let is_within_bounds = |column: f64| column + 2.0 > columns[0] && column - 1.0 < columns[1];
    let checks = [
        ("version", json["tilejson"] == "3.0.0"),
        ("scheme", json["scheme"] == "xyz"),
        ("name", json["name"].as_str().is_some_and(|name| !name.is_empty())),
        ("address", json["tiles"].as_array().is_some_and(|list| list.len() == 1)),
        ("address", template.ends_with("{z}/{x}/{y}.png") && !template.starts_with('/') && !template.contains(':')),
        ("zooms", stored == zooms),
        ("bounds", -180.0 <= west && west < east && east <= 180.0 && -85.06 < south && south < north && north < 85.06),
        ("bounds", columns_of_tiles.into_iter().all(is_within_bounds)),
        ("centre", (west..=east).contains(&lon) && (south..=north).contains(&lat)),
        ("centre", zooms.is_some_and(|(first, last)| (first as f64..=last as f64).contains(&zoom))),
    ];
    let mut faults: Vec<&str> = checks.iter().filter(|check| !check.1).map(|check| check.0).collect();
    faults.dedup();
    faults
}

#[test]
fn metadata_matches_the_tiles() {
    for Map { name, folder, archive } in maps() {
        let json = json_in(folder, "tiles.json");
        let tiles: BTreeSet<Coord> = tiles_of(folder).into_keys().collect();
        assert_eq!(tilejson_faults(&json, &tiles), [""; 0], "{name}");
        // The metadata of the archive must be the same.
        let archive = Archive::read(archive).expect("an archive");
        let metadata = archive.metadata().expect("metadata");
        for (key, value) in metadata.as_object().expect("an object") {
            assert_eq!(&json[key], value, "{name}: {key}");
        }
        let header = archive.header;
        assert_eq!((&json["minzoom"], &json["maxzoom"]), (&json!(header.min_zoom), &json!(header.max_zoom)));
        let numbers = header.bounds.iter().chain(&header.center).map(|degrees| f64::from(*degrees) / 1e7);
        let stored = json["bounds"].as_array().expect("four").iter().chain(json["center"].as_array().expect("three"));
        for (stored, number) in stored.zip(numbers) {
            let stored = stored.as_f64().expect("a number");
            assert!((stored - number).abs() < 1.1e-7, "{name}: {stored} and {number}");
        }
        assert_eq!(json["center"][2], header.center_zoom);
    }
    let of_demo = json_in(&maps()[0].folder, "tiles.json");
    assert_eq!(of_demo["trailglow"]["activities"], DEMO_ACTIVITIES);
}

#[test]
fn wrong_tilejson_is_detected() {
    let folder = &maps()[0].folder;
    let (json, tiles) = (json_in(folder, "tiles.json"), tiles_of(folder).into_keys().collect());
    let with_changed = |key: &str, value: Value| {
        let mut changed = json.clone();
        changed[key] = value;
        tilejson_faults(&changed, &tiles)
    };
    let (west, lat) = (json["bounds"][0].as_f64().expect("west"), json["center"][1].clone());
    let cases = [
        ("version", with_changed("tilejson", json!("2.0.0"))),
        ("scheme", with_changed("scheme", json!("tms"))),
        ("name", with_changed("name", Value::Null)),
        ("address", with_changed("tiles", json!([]))),
        ("address", with_changed("tiles", json!(["/home/me/{z}/{x}/{y}.png"]))),
        ("zooms", with_changed("minzoom", json!(1))),
        ("zooms", with_changed("maxzoom", json!(17))),
        ("bounds", with_changed("bounds", json!([0, 0, 0, 0]))),
        ("bounds", with_changed("bounds", json!([170, -80, 180, 80]))),
        ("bounds or centre", with_changed("bounds", json!([1, 2, 3]))),
        ("centre", with_changed("center", json!([west - 1.0, lat, 5]))),
        ("centre", with_changed("center", json!([json["center"][0], lat, 17]))),
    ];
    for (expected, found) in cases {
        assert!(found.contains(&expected), "'{expected}' not in {found:?}");
    }
    let fewer = tiles.iter().filter(|tile| tile.0 < 16).copied().collect();
    assert_eq!(tilejson_faults(&json, &fewer), ["zooms"]);
}

#[test]
fn an_overview_is_added_above_the_zooms() {
    let home = Home::new();
    let tiles = |zooms: &[&str]| {
        home.run_ok(&[&["render", demo(), "-o", "tiles", "-q"], zooms].concat());
        home.files("tiles")
    };
    let all = tiles(&["--zoom", "0-9"]);
    assert_eq!(differences(&all, &tiles(&["--zoom", "7-9"])), [""; 0], "the overview is drawn like any zoom");
    let exact = tiles(&["--zoom", "7-9", "--no-overview"]);
    let deep: Tiles = tiles_of(&all).into_iter().filter(|(tile, _)| tile.0 >= 7).collect();
    assert_eq!(differences(&to_files(&tiles_of(&exact)), &to_files(&deep)), [""; 0]);
    assert_eq!(json_in(&exact, "tiles.json")["minzoom"], 7);
}

#[test]
fn the_title_and_the_public_address_are_written() {
    let home = Home::new();
    let title = "Rides & <b>walks</b> \u{2014} \"2024\"";
    let render = |args: &[&str]| home.run_ok(&[&["render", demo(), "-q", "--zoom", "0-3"], args].concat());
    render(&["-o", "heat.pmtiles", "--title", title]);
    let archive = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
    assert_eq!(Archive::read(&archive).and_then(|archive| archive.metadata()).expect("metadata")["name"], title);
    let url = "https://example.org/My Map/ü";
    let encoded = "https://example.org/My%20Map/%C3%BC/";
    for (palettes, style) in [("ice", ""), ("ice,plum", "frequency-ice/")] {
        render(&["-o", "relative", "-p", palettes]);
        render(&["-o", "tiles", "-p", palettes, "--title", title, "--public-url", url]);
        let (relative, files) = (home.files("relative"), home.files("tiles"));
        for (folder, template) in [("", format!("{style}{{z}}/{{x}}/{{y}}.png")), (style, "{z}/{x}/{y}.png".to_owned())]
        {
            let of = |files: &Files| json_in(files, &format!("{folder}tiles.json"));
            assert_eq!(
                (of(&relative)["tiles"].clone(), of(&files)["tiles"].clone()),
                (json!([template]), json!([format!("{encoded}{folder}{template}")]),)
            );
            assert_eq!((&of(&relative)["name"], &of(&files)["name"]), (&json!("Trailglow visits"), &json!(title)));
        }
        let page = String::from_utf8(files[Path::new("index.html")].clone()).expect("text");
        assert!(page.contains("<title>Rides &amp; &lt;b&gt;walks&lt;/b&gt; \u{2014} \"2024\"</title>"));
        assert!(page.contains(&format!("\"publicUrl\":\"{encoded}\"")) && !page.contains("<b>walks"));
        assert_eq!(differences(&to_files(&tiles_of(&relative)), &to_files(&tiles_of(&files))), [""; 0]);
    }
}

/// Returns the words that occur anywhere in some bytes.
fn words_in<'a>(bytes: &[u8], words: &[&'a str]) -> Vec<&'a str> {
    let is_in = |word: &&&str| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
    words.iter().filter(is_in).copied().collect()
}

#[test]
fn outputs_contain_no_names() {
    let home = Home::new();
    let line = || (0..50).map(|step| (47.0, 8.0 + f64::from(step) / 10_000.0));
    let person = "<metadata><name>Zanzibarian</name><author><name>Wilhelmina</name></author></metadata><trk>";
    let ride = gpx("Petuniastreet", line()).replace("<trk>", person);
    home.write("Xylophonist/Quokkaride.gpx", &ride);
    let here = home.path("").canonicalize().expect("a folder");
    let here = here.to_str().expect("UTF-8");
    let words = ["Zanzibarian", "Wilhelmina", "Petuniastreet", "Xylophonist", "Quokkaride", ".gpx", here];
    assert_eq!(words_in(ride.as_bytes(), &words).len(), 3, "the search finds existing words");
    assert_eq!(words_in(b"xxwilhelmina", &words), ["Wilhelmina"]);

    home.run_ok(&["render", "Xylophonist", "-o", "out/tiles", "--zoom", "0-14", "-p", "ice,plum", "-q"]);
    home.run_ok(&["render", "Xylophonist", "-o", "out/heat.pmtiles", "--zoom", "0-14", "-q"]);
    let files = home.files("out");
    assert!(files.len() > 30, "{}", files.len());
    for (path, bytes) in &files {
        assert_eq!(words_in(bytes, &words), [""; 0], "{}", path.display());
    }
    let archive = Archive::read(&files[Path::new("heat.pmtiles")]).expect("an archive");
    let metadata = archive.metadata().expect("metadata").to_string();
    assert_eq!(words_in(metadata.as_bytes(), &words), [""; 0]);
    // The name of the user must not occur either. Short names could be ordinary words.
    let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_default();
    if user.len() > 5 {
        let texts = files.iter().filter(|file| file.0.extension().is_some_and(|ending| ending != "png"));
        texts.for_each(|(path, bytes)| assert_eq!(words_in(bytes, &[&user]), [""; 0], "{}", path.display()));
    }
}
