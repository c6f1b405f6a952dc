//! Any bytes as a PMTiles archive, and as the directories of an archive with valid gzip.

#![no_main]

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::tileset::TilesetReader;
use trailglow::tileset::pmtiles::ArchiveReader;
use trailglow_fuzz::within;

/// Most memory for an archive of a few KiB: 4 MiB of an unpacked directory become entries of six times the size, of
/// which there are a root directory and two copies of a leaf directory, and metadata of 1 MiB become JSON.
const MOST_MEMORY: usize = 128 << 20;

/// Tiles that are read; a few bytes may describe billions.
const TILES: usize = 2000;

/// Bytes of a leaf directory, including padding after its gzip.
const LEAF_BYTES: usize = 300;

const METADATA: &[u8] = br#"{"trailglow": {}, "tile_size": 512}"#;

fuzz_target!(|bytes: &[u8]| {
    within(MOST_MEMORY, || look(bytes));
    let archive = archive_of(bytes);
    within((2 << 20) + 256 * bytes.len(), || look(&archive));
});

/// Checks that listed tiles are ascending, of the archive's zooms, and read as stored in the file.
fn look(bytes: &[u8]) {
    let Ok(mut reader) = ArchiveReader::from_source(Cursor::new(bytes), "fuzzed".to_owned()) else { return };
    let zooms = reader.info().zooms.clone();
    let listed: Vec<TileCoord> = reader.tiles().take(TILES).map_while(Result::ok).collect();
    assert!(listed.iter().all(|tile| zooms.contains(&tile.z())), "a tile of another zoom");
    assert!(listed.is_sorted_by_key(|tile| tile.id()), "not ascending");
    assert!(listed.windows(2).all(|pair| pair[0] != pair[1]), "twice");
    for tile in listed {
        let stored = reader.tile(tile).expect("it was listed").expect("it was listed");
        let at = stored.offset.expect("it lies in the archive") as usize;
        assert!(!stored.png.is_empty() && stored.png.len() <= 1 << 20);
        assert_eq!(&*stored.png, &bytes[at..][..stored.png.len()]);
        assert_eq!(reader.read(&[tile]).expect("it was listed")[0].offset, stored.offset);
    }
    let Some(other) = bytes.first_chunk().and_then(|id| TileCoord::from_id(u64::from(u32::from_le_bytes(*id)))) else {
        return;
    };
    let is_there = reader.tile(other).is_ok_and(|tile| tile.is_some());
    assert_eq!(is_there, reader.read(&[other]).is_ok());
}

/// An archive with the zooms of the first byte, and with root and leaf directories of as many bytes as the next two
/// bytes state.
fn archive_of(bytes: &[u8]) -> Vec<u8> {
    let (head, rest) = bytes.split_first_chunk().unwrap_or((&[0; 3], bytes));
    let [zooms, root, leaf] = *head;
    let (root, rest) = rest.split_at(usize::from(root).min(rest.len()));
    let (leaf, data) = rest.split_at(usize::from(leaf).min(rest.len()));
    let [root, metadata, mut leaf] = [root, METADATA, leaf].map(pack);
    // An entry may state more bytes than the packed directory has.
    leaf.resize(leaf.len().max(LEAF_BYTES), 0);
    let mut archive = b"PMTiles\x03".to_vec();
    let mut offset = 127u64;
    for section in [&root[..], &metadata, &leaf, data] {
        archive.extend(offset.to_le_bytes());
        archive.extend((section.len() as u64).to_le_bytes());
        offset += section.len() as u64;
    }
    archive.extend([0; 24]);
    archive.extend([1, 2, 1, 2, zooms >> 4, zooms & 15]);
    archive.extend([0; 25]);
    [&archive[..], &root, &metadata, &leaf, data].concat()
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory does not fail");
    encoder.finish().expect("memory does not fail")
}
