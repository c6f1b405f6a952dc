//! Any text as the description of a folder of tiles, and as the location of its tiles.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset;
use trailglow_fuzz::within;

/// A folder with tiles, and other tiles next to and above it that no description may reach.
static TOP: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let top = tempfile::tempdir().expect("space");
    let folder = top.path().join("tiles");
    for (below, content) in [("", "top"), ("set-1", "set"), ("set_2/deep", "deep"), ("..", "other"), ("../x", "other")]
    {
        for tile in ["0/0/0.png", "3/7/1.png", "20/5/1048575.png", "21/0/0.png", "1/0/00.png"] {
            let file = folder.join(below).join(tile);
            fs::create_dir_all(file.parent().expect("a folder")).expect("space");
            fs::write(file, content).expect("space");
        }
    }
    (top, folder)
});

fuzz_target!(|text: &[u8]| {
    look(text);
    // A mostly correct description whose tiles are elsewhere.
    if let Ok(place) = std::str::from_utf8(text).map(|place| place.get(..40).unwrap_or(place)) {
        let description = json!({
            "trailglow": {},
            "tiles": [format!("{place}{{z}}/{{x}}/{{y}}.png")],
            "tile_size": 256,
            "minzoom": 0,
            "maxzoom": 20,
            "bounds": [1, 2, 3, 4],
            "center": [1, 2, 3],
        });
        look(description.to_string().as_bytes());
    }
});

/// Lists and reads all tiles, which must be in the folder or in a style inside it.
fn look(text: &[u8]) {
    let folder = &TOP.1;
    fs::write(folder.join("tiles.json"), text).expect("space");
    within((1 << 20) + 256 * text.len(), || {
        let Ok(mut reader) = tileset::open(folder) else { return };
        let zooms = reader.info().zooms.clone();
        let tiles: Vec<TileCoord> = reader.tiles().collect::<Result<_, _>>().expect("a readable folder");
        let expected = [(0, 0, 0), (3, 7, 1), (20, 5, 1_048_575)];
        let expected = expected.iter().filter(|tile| zooms.contains(&tile.0));
        let listed: Vec<_> = tiles.iter().map(|tile| (tile.z(), tile.x(), tile.y())).collect();
        assert!(listed.is_empty() || listed.iter().eq(expected), "{listed:?}");
        for tile in reader.read(&tiles).expect("they were listed") {
            assert!([&b"top"[..], b"set"].contains(&&*tile.png), "a tile of elsewhere");
        }
    });
}
