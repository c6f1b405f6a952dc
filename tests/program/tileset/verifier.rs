//! The verifier detects faulty archives.

use std::io::Write;

use super::archive::{Archive, Entry, HEADER_BYTES, faults, tile_coord};
use crate::maps::maps;

/// Expected fault, and the change to the bytes of an archive that causes it.
type Damage = (&'static str, fn(&mut Vec<u8>));

#[test]
fn damage_is_detected() {
    fn add(bytes: &mut [u8], at: usize, by: u64) {
        let old = u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        bytes[at..at + 8].copy_from_slice(&old.wrapping_add(by).to_le_bytes());
    }
    let damages: &[Damage] = &[
        ("not a PMTiles", |bytes| bytes[0] = b'Q'),
        ("not a PMTiles", |bytes| bytes[7] = 2),
        ("gzip", |bytes| add(bytes, 8, 1)),
        ("goes on after", |bytes| add(bytes, 16, 5)),
        ("metadata", |bytes| add(bytes, 24, 1)),
        ("", |bytes| bytes[40..48].fill(0)),
        ("another size", |bytes| add(bytes, 64, u64::MAX)),
        ("beyond the file", |bytes| add(bytes, 56, 1 << 40)),
        ("number of tiles", |bytes| add(bytes, 72, 1)),
        ("number of entries", |bytes| add(bytes, 80, 1)),
        ("number of contents", |bytes| add(bytes, 88, u64::MAX)),
        ("clustered", |bytes| bytes[96] = 0),
        ("gzip inside", |bytes| bytes[97] = 1),
        ("PNG", |bytes| bytes[99] = 1),
        ("zooms are not", |bytes| bytes[100] += 1),
        ("zooms are not", |bytes| bytes[101] += 1),
        ("no extent", |bytes| bytes.copy_within(102..106, 110)),
        ("no extent", |bytes| bytes.copy_within(106..110, 114)),
        ("zoom of the centre", |bytes| bytes[118] = 21),
        ("centre is outside", |bytes| bytes.copy_within(106..110, 119)),
        ("another size", |bytes| bytes.push(0)),
        ("", |bytes| bytes.truncate(bytes.len() - 1)),
        ("beyond", |bytes| bytes.truncate(20_000)),
        ("shorter", |bytes| bytes.truncate(HEADER_BYTES - 1)),
        ("gzip", |bytes| bytes[HEADER_BYTES + 20] ^= 0xff),
    ];
    for map in [&maps()[0], &maps()[5]] {
        for (number, (expected, damage)) in damages.iter().enumerate() {
            let mut bytes = map.archive.clone();
            damage(&mut bytes);
            let found = faults(&bytes);
            let is_seen = found.iter().any(|fault| fault.contains(expected));
            assert!(is_seen, "{}, damage {number}: '{expected}' not in {found:?}", map.name);
        }
    }
}

/// Metadata of the archives from [`archive_of`].
const METADATA: &[u8] = br#"{"trailglow": {}, "tile_size": 256}"#;

/// Returns an archive with the given entries in the root directory and, if not empty, in a leaf directory.
pub fn archive_of(root: &[Entry], leaf: &[Entry], data: &[u8]) -> Vec<u8> {
    let pack = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
    };
    let leaf = if leaf.is_empty() { Vec::new() } else { pack(&encode_directory(leaf)) };
    let mut root = root.to_vec();
    if !leaf.is_empty() {
        root.push(Entry { id: 1, run: 0, length: leaf.len() as u64, offset: 0 });
    }
    let (root, metadata) = (pack(&encode_directory(&root)), pack(METADATA));
    let mut bytes = b"PMTiles\x03".to_vec();
    let mut offset = HEADER_BYTES as u64;
    for section in [&root[..], &metadata, &leaf, data] {
        bytes.extend(offset.to_le_bytes());
        bytes.extend((section.len() as u64).to_le_bytes());
        offset += section.len() as u64;
    }
    // Five tiles in four entries with three contents; zooms 0 and 1; PNG; clustered.
    [5u64, 4, 3].iter().for_each(|count| bytes.extend(count.to_le_bytes()));
    bytes.extend([1, 2, 1, 2, 0, 1]);
    [-1i32, -1, 1, 1].iter().for_each(|degrees| bytes.extend(degrees.to_le_bytes()));
    bytes.push(1);
    bytes.extend([0; 8]);
    [&bytes[..], &root, &metadata, &leaf, data].concat()
}

fn encode_directory(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut write_varint = |mut value: u64| {
        while value > 127 {
            bytes.push(value as u8 | 128);
            value >>= 7;
        }
        bytes.push(value as u8);
    };
    write_varint(entries.len() as u64);
    let previous_ids = [0].into_iter().chain(entries.iter().map(|entry| entry.id));
    entries.iter().zip(previous_ids).for_each(|(entry, previous)| write_varint(entry.id.wrapping_sub(previous)));
    entries.iter().for_each(|entry| write_varint(entry.run));
    entries.iter().for_each(|entry| write_varint(entry.length));
    entries.iter().for_each(|entry| write_varint(entry.offset + 1));
    bytes
}

#[test]
fn invalid_directories_are_detected() {
    let entry = |(id, run, length, offset)| Entry { id, run, length, offset };
    let valid = [(0, 1, 4, 0), (1, 2, 2, 4), (3, 1, 4, 0), (4, 1, 4, 6)].map(entry);
    let data = [7; 10];
    assert_eq!(faults(&archive_of(&valid, &[], &data)), [""; 0]);
    assert_eq!(faults(&archive_of(&valid[..1], &valid[1..], &data)), [""; 0], "with a leaf directory");
    let tiles = archive_of(&valid[..1], &valid[1..], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let tiles = Archive::read(&tiles).and_then(|archive| archive.tiles().map(|tiles| tiles.len()));
    assert_eq!(tiles, Ok(5));

    let with_changed = |index: usize, change: fn(&mut Entry)| {
        let mut entries = valid;
        change(&mut entries[index]);
        faults(&archive_of(&entries, &[], &data))
    };
    let cases = [
        ("out of order", with_changed(2, |entry| entry.id = 2)),
        ("not clustered", with_changed(1, |entry| entry.offset = 5)),
        ("outside the data", with_changed(3, |entry| entry.length = 5)),
        ("is empty", with_changed(3, |entry| entry.length = 0)),
        ("number of tiles", with_changed(3, |entry| entry.run = 2)),
        ("number of contents", with_changed(2, |entry| entry.offset = 1)),
        ("zooms are not", with_changed(3, |entry| entry.id = 5)),
        ("impossible", with_changed(3, |entry| entry.id = u64::MAX)),
        ("gzip", with_changed(3, |entry| entry.run = 0)),
    ];
    for (expected, found) in cases {
        assert!(found.iter().any(|fault| fault.contains(expected)), "'{expected}' not in {found:?}");
    }
    let swapped = faults(&archive_of(&[valid[0], valid[3], valid[1], valid[2]], &[], &data));
    assert_ne!(swapped, [""; 0], "a swap of entries");
    let mut nested = valid;
    nested[3].run = 0;
    let found = faults(&archive_of(&valid[..1], &nested[1..], &data));
    assert!(found.iter().any(|fault| fault.contains("refers to another")), "{found:?}");
    // Entries that do not compress make the root directory end beyond the first 16 KiB.
    let mut state = 1u64;
    let many: Vec<Entry> = (0..9000)
        .map(|id| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            Entry { id, run: 1, length: state >> 40, offset: state >> 34 }
        })
        .collect();
    let found = faults(&archive_of(&many, &[], &data));
    assert!(found.iter().any(|fault| fault.contains("16 KiB")), "{found:?}");
}

#[test]
fn tile_ids_follow_the_specification() {
    let first = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0)];
    assert_eq!([0, 1, 2, 3, 4, 5].map(tile_coord), first);
    assert_eq!(tile_coord(19_078_479), (12, 3423, 1763));
}
