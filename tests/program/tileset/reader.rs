//! The reader of the program agrees with the independent verifier, and rejects damaged tilesets.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset::pmtiles::ArchiveReader;
use trailglow::tileset::{self, TilesetInfo, TilesetReader};

use super::archive::{Archive, Entry, HEADER_BYTES, tile_coord};
use super::verifier::archive_of;
use crate::demo::demo;
use crate::maps::{Coord, Map, maps, tiles_of};
use crate::program::{Files, Home};

fn coord(tile: TileCoord) -> Coord {
    (tile.z(), tile.x(), tile.y())
}

/// Compares the tiles of an output with those of an equal archive. Returns the properties of the output.
fn check(name: &str, out: &Path, archive: &[u8]) -> TilesetInfo {
    let expected = Archive::read(archive).expect("an archive");
    let contents = expected.tiles().expect("tiles");
    let mut reader = tileset::open(out).expect("an output");
    let listed: Vec<TileCoord> = reader.tiles().collect::<Result<_, _>>().expect("a list");
    let ids = expected.entries.iter().flat_map(|entry| entry.id..entry.id + entry.run);
    assert!(listed.iter().copied().map(coord).eq(ids.map(tile_coord)), "{name}: other tiles");

    let file = reader.file().is_some().then(|| fs::read(out).expect("a file"));
    let backwards: Vec<TileCoord> = listed.iter().rev().copied().collect();
    for batch in listed.chunks(100).chain(backwards.chunks(1000)) {
        let stored = reader.read(batch).expect("stored tiles");
        assert_eq!(stored.len(), batch.len());
        for (tile, stored) in batch.iter().zip(stored) {
            assert!(&*stored.png == contents[&coord(*tile)], "{name}: {tile:?} differs");
            let in_file = file.as_ref().zip(stored.offset).map(|(file, at)| &file[at as usize..][..stored.png.len()]);
            assert_eq!((in_file.is_some(), in_file.unwrap_or(&stored.png)), (file.is_some(), &*stored.png));
        }
    }
    for tile in listed.iter().step_by(listed.len().div_ceil(50)) {
        let stored = reader.tile(*tile).expect("a readable tile").expect("a tile");
        assert!(&*stored.png == contents[&coord(*tile)]);
    }
    let all = (0..10_000).chain([u64::from(u32::MAX), 1 << 40]).filter_map(TileCoord::from_id);
    for tile in all.filter(|tile| !contents.contains_key(&coord(*tile))) {
        assert!(reader.tile(tile).expect("no fault").is_none(), "{name}: {tile:?} is not there");
        assert!(reader.read(&[listed[0], tile]).is_err());
    }
    reader.info().clone()
}

/// Writes files below a folder.
fn write(home: &Home, folder: &str, files: &Files) {
    files.iter().for_each(|(name, bytes)| home.write(&format!("{folder}/{}", name.display()), bytes));
}

#[test]
fn reader_and_verifier_agree() {
    for Map { name, folder, archive } in maps() {
        let home = Home::new();
        write(&home, "tiles", folder);
        home.write("tiles/.DS_Store", "left by a desktop");
        home.write("tiles/5/note.txt", "by somebody");
        home.write("tiles/5/7/01.png", "no name of ours");
        home.write("heat.pmtiles", archive);
        let in_archive = check(name, &home.path("heat.pmtiles"), archive);
        let in_folder = check(name, &home.path("tiles"), archive);
        assert_equal_info(name, &in_folder, &in_archive);
        let zooms = tiles_of(folder).into_keys().map(|tile| tile.0).collect::<std::collections::BTreeSet<u8>>();
        assert!(in_folder.zooms.eq(zooms));
        assert_eq!(in_folder.tile_size, if *name == "large tiles" { 512 } else { 256 });
    }
}

fn assert_equal_info(name: &str, folder: &TilesetInfo, archive: &TilesetInfo) {
    assert_eq!((&folder.zooms, folder.tile_size), (&archive.zooms, archive.tile_size), "{name}");
    assert_eq!(folder.metadata, archive.metadata, "{name}");
    assert!(folder.metadata["name"].is_string() && !folder.metadata.contains_key("tiles"), "{name}");
    let numbers = |of: &TilesetInfo| of.bounds.into_iter().chain(of.center).collect::<Vec<f64>>();
    for (a, b) in numbers(folder).into_iter().zip(numbers(archive)) {
        assert!((a - b).abs() < 1.1e-7, "{name}: {a} and {b}");
    }
}

#[test]
fn each_of_several_styles_is_read() {
    let home = Home::new();
    for out in ["tiles", "heat.pmtiles"] {
        home.run_ok(&["render", demo(), "-o", out, "-q", "--zoom", "0-9", "--palette", "ember,ice"]);
    }
    let public_url = ["--public-url", "https://example.org/frequency-ember/"];
    let render = ["render", demo(), "-q", "--zoom", "0-9", "--palette", "ember,ice", "-o", "public"];
    home.run_ok(&[&render[..], &public_url].concat());
    for style in ["frequency-ember", "frequency-ice"] {
        let archive = fs::read(home.path(&format!("heat-{style}.pmtiles"))).expect("an archive");
        let in_archive = check(style, &home.path(&format!("heat-{style}.pmtiles")), &archive);
        let in_folder = check(style, &home.path("tiles").join(style), &archive);
        assert_equal_info(style, &in_folder, &in_archive);
        assert_eq!(in_folder.metadata["trailglow"]["palette"], style.trim_start_matches("frequency-"));
        assert_eq!(check(style, &home.path("public").join(style), &archive), in_folder, "absolute addresses");
        if style == "frequency-ember" {
            assert_eq!(check("the folder of both", &home.path("tiles"), &archive), in_folder);
            assert_eq!(check("the folder of both, public", &home.path("public"), &archive), in_folder);
        }
    }
}

/// Returns the error for an archive on opening, on listing its tiles or on reading them.
fn rejection(bytes: &[u8]) -> Option<String> {
    let read = || {
        let mut reader = ArchiveReader::from_source(Cursor::new(bytes), "heat.pmtiles".to_owned())?;
        let tiles = reader.tiles().collect::<Result<Vec<_>, _>>()?;
        tiles.chunks(1000).try_for_each(|batch| reader.read(batch).map(drop))
    };
    read().err().map(|error| format!("{error:#}"))
}

/// Expected error, and the change to the bytes of an archive that causes it.
type Damage = (&'static str, fn(&mut Vec<u8>));

#[test]
fn damaged_archives_are_rejected() {
    fn add(bytes: &mut [u8], at: usize, by: u64) {
        let old = u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        bytes[at..at + 8].copy_from_slice(&old.wrapping_add(by).to_le_bytes());
    }
    let damages: &[Damage] = &[
        ("not a PMTiles v3 archive", |bytes| bytes[0] = b'Q'),
        ("not a PMTiles v3 archive", |bytes| bytes[7] = 2),
        ("shorter than the header", |bytes| bytes.truncate(HEADER_BYTES - 1)),
        ("sections overlap", |bytes| add(bytes, 8, u64::MAX)),
        ("gzip data is damaged", |bytes| {
            add(bytes, 8, 1);
            add(bytes, 16, u64::MAX);
        }),
        ("gzip data is damaged", |bytes| bytes[HEADER_BYTES + 20] ^= 0xff),
        ("gzip data is damaged", |bytes| add(bytes, 16, u64::MAX)),
        ("gzip data is damaged", |bytes| add(bytes, 32, u64::MAX)),
        ("beyond the file", |bytes| add(bytes, 56, 1 << 40)),
        ("beyond the file", |bytes| add(bytes, 64, u64::MAX / 2)),
        ("beyond the file", |bytes| bytes.truncate(20_000)),
        ("uncompressed PNG", |bytes| bytes[97] = 1),
        ("uncompressed PNG", |bytes| bytes[98] = 2),
        ("uncompressed PNG", |bytes| bytes[99] = 1),
        ("zooms are not within", |bytes| bytes[100] = 17),
        ("zooms are not within", |bytes| bytes[101] = 21),
        ("out of order", |bytes| bytes[100] += 1),
        ("outside the zooms", |bytes| bytes[101] -= 1),
    ];
    for map in [&maps()[0], &maps()[5]] {
        assert_eq!(rejection(&map.archive), None);
        for (number, (expected, damage)) in damages.iter().enumerate() {
            let mut bytes = map.archive.clone();
            damage(&mut bytes);
            let found = rejection(&bytes).unwrap_or_default();
            assert!(found.contains(expected), "{}, damage {number}: '{expected}' not in '{found}'", map.name);
            assert!(found.starts_with("cannot read heat.pmtiles ") && found.contains("render it again"), "{found}");
        }
    }
}

#[test]
fn invalid_directories_are_rejected() {
    let entry = |(id, run, length, offset)| Entry { id, run, length, offset };
    let valid = [(0, 1, 4, 0), (1, 2, 2, 4), (3, 1, 4, 0), (4, 1, 4, 6)].map(entry);
    let data = [7; 10];
    assert_eq!(rejection(&archive_of(&valid, &[], &data)), None);
    assert_eq!(rejection(&archive_of(&valid[..1], &valid[1..], &data)), None, "with a leaf directory");
    let with_changed = |index: usize, change: fn(&mut Entry)| {
        let mut entries = valid;
        change(&mut entries[index]);
        [archive_of(&entries, &[], &data), archive_of(&entries[..1], &entries[1..], &data)]
            .map(|bytes| rejection(&bytes))
    };
    let cases = [
        ("out of order", with_changed(2, |entry| entry.id = 2)),
        ("outside its section", with_changed(3, |entry| entry.length = 5)),
        ("outside its section", with_changed(3, |entry| entry.offset = u64::MAX / 2)),
        ("is empty", with_changed(3, |entry| entry.length = 0)),
        ("outside the zooms", with_changed(3, |entry| entry.run = 2)),
        ("outside the zooms", with_changed(3, |entry| entry.run = u32::MAX.into())),
        ("whole columns", with_changed(3, |entry| entry.run = 1 << 32)),
        ("outside the zooms", with_changed(3, |entry| entry.id = u64::MAX)),
    ];
    for (expected, found) in cases {
        assert!(
            found.iter().flatten().filter(|fault| fault.contains(expected)).count() == 2,
            "'{expected}' not in {found:?}"
        );
    }
    let mut nested = valid;
    nested[3].run = 0;
    let found = rejection(&archive_of(&valid[..1], &nested[1..], &data)).unwrap_or_default();
    assert!(found.contains("refers to another"), "{found}");
    let leaf_of_others = [(1, 1, 4, 0), (4, 1, 4, 6)].map(entry);
    let twice = [valid[0], Entry { id: 1, run: 0, length: 1, offset: 0 }];
    let found = rejection(&archive_of(&twice, &leaf_of_others, &data)).unwrap_or_default();
    assert!(found.contains("out of order"), "{found}");
}

/// Returns an archive in which the section of the header field at `section_at` decompresses to 64 MiB.
fn bomb(section_at: usize) -> Vec<u8> {
    let mut bytes = archive_of(&[Entry { id: 0, run: 5, length: 4, offset: 0 }], &[], &[7; 4]);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    (0..64).try_for_each(|_| encoder.write_all(&[0; 1 << 20])).expect("memory");
    let packed = encoder.finish().expect("memory");
    let section = [bytes.len() as u64, packed.len() as u64].map(u64::to_le_bytes);
    bytes[section_at..section_at + 16].copy_from_slice(section.as_flattened());
    bytes.extend(packed);
    bytes
}

#[test]
fn decompression_bombs_are_rejected() {
    for section_at in [8, 24] {
        let found = rejection(&bomb(section_at)).unwrap_or_default();
        assert!(found.contains("a section decompresses to more than"), "{found}");
    }
}

#[test]
fn other_folders_are_rejected() {
    let home = Home::new();
    let tiles_json = |tiles: &str, more: &str| {
        let shape = r#""bounds": [1, 2, 3, 4], "center": [1, 2, 3], "minzoom": 0"#;
        format!(r#"{{"trailglow": {{}}, "tiles": ["{tiles}"], {shape}{more}}}"#)
    };
    let size = r#", "tile_size": 256, "maxzoom": 3"#;
    let at = |url: &str, tiles: &str| tiles_json(tiles, size).replace("{}", &format!(r#"{{"folder_url": "{url}"}}"#));
    let cases = [
        ("no tiles.json by Trailglow", "{}".to_owned()),
        ("no tiles.json by Trailglow", "[".repeat(1_000_000)),
        ("no tiles.json by Trailglow", format!("{}{}", " ".repeat(1 << 20), tiles_json("{z}/{x}/{y}.png", size))),
        ("outside the folder", tiles_json("../{z}/{x}/{y}.png", size)),
        ("outside the folder", tiles_json("/{z}/{x}/{y}.png", size)),
        ("outside the folder", tiles_json("https://example.org/{z}/{x}/{y}.png", size)),
        ("outside the folder", at("https://example.org/", "https://example.com/{z}/{x}/{y}.png")),
        ("outside the folder", at("https://example.org/", "https://example.org/../{z}/{x}/{y}.png")),
        ("outside the folder", at("https://example.org/", "https://example.org//other/{z}/{x}/{y}.png")),
        ("256 nor 512", tiles_json("{z}/{x}/{y}.png", r#", "tile_size": 1024, "maxzoom": 3"#)),
        ("zooms", tiles_json("{z}/{x}/{y}.png", r#", "tile_size": 256, "minzoom": 4, "maxzoom": 3"#)),
        ("bounds", tiles_json("{z}/{x}/{y}.png", size).replace("3, 4", "4")),
        ("center", tiles_json("{z}/{x}/{y}.png", size).replace("center", "centre")),
    ];
    for (expected, text) in cases {
        home.write("tiles/tiles.json", &text);
        let found = tileset::open(&home.path("tiles")).err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(found.contains(expected) && found.contains("render it again"), "'{expected}' not in '{found}'");
    }
    home.write("tiles/tiles.json", tiles_json("{z}/{x}/{y}.png", size));
    let mut reader = tileset::open(&home.path("tiles")).expect("a folder of tiles");
    assert_eq!(reader.tiles().count(), 0);
    home.write("tiles/0/0/0.png", vec![0; (1 << 20) + 1]);
    let tiles: Vec<TileCoord> = reader.tiles().collect::<Result<_, _>>().expect("a list");
    let error = reader.read(&tiles).expect_err("it is too large");
    assert!(format!("{error:#}").contains("it is not a tile"), "{error:#}");
}
