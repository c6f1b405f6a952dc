//! Parser for the directories of an archive (PMTiles v3 specification, section 4).
//!
//! A directory lists runs of tiles in ascending order of id: the number of entries, then four columns of varints with
//! id differences, run lengths, content lengths and content offsets. An entry with run length 0 refers to a leaf
//! directory.

use std::ops::Range;

use anyhow::{Context, Result, ensure};

use super::section::Section;
use crate::bytes::codec::ColumnReader;
use crate::tileset::reader::MAX_TILE_BYTES;

/// Maximum size of a decompressed directory. Those written by Trailglow have fewer than a million entries.
pub const MAX_DIRECTORY_BYTES: u64 = 4 << 20;

/// A run of tiles with the same content, or a leaf directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub id: u64,
    /// Number of tiles with this content; 0 for a leaf directory.
    pub run: u32,
    /// Bytes of the content.
    pub length: u32,
    pub offset: u64,
}

/// Valid ranges for the entries of a directory.
pub struct Limits {
    pub ids: Range<u64>,
    pub data: Section,
    /// Section of leaf directories; `None` within a leaf directory, which must not refer to another.
    pub leaves: Option<Section>,
}

/// Parses and validates a decompressed directory. The runs of the returned entries do not overlap.
///
/// # Errors
/// If the directory is damaged or exceeds the limits.
pub fn parse_directory(bytes: &[u8], limits: &Limits) -> Result<Vec<Entry>> {
    let entries = parse_columns(bytes).context("a directory does not consist of whole columns")?;
    let (mut next_id, mut next_leaf_offset) = (limits.ids.start, 0);
    for entry in &entries {
        ensure!(entry.id >= next_id, "the entry of tile {} is out of order", entry.id);
        next_id = entry.id.saturating_add(entry.run.max(1).into());
        ensure!(next_id <= limits.ids.end, "the run of tile {} is outside the zooms", entry.id);
        ensure!(entry.length > 0, "the content of tile {} is empty", entry.id);
        let section = if entry.run > 0 { Some(limits.data) } else { limits.leaves };
        let section = section.context("a leaf directory refers to another")?;
        let slice = section.slice(entry.offset, entry.length.into());
        ensure!(slice.is_some(), "the content of tile {} is outside its section", entry.id);
        let is_tile = entry.run > 0;
        ensure!(!is_tile || u64::from(entry.length) <= MAX_TILE_BYTES, "tile {} exceeds the maximum size", entry.id);
        if !is_tile {
            ensure!(entry.offset >= next_leaf_offset, "leaf directories overlap");
            next_leaf_offset = entry.offset + u64::from(entry.length);
        }
    }
    Ok(entries)
}

/// Decodes the columns. An offset of 0 means that the content follows that of the previous entry; other offsets are
/// stored plus one. Returns `None` if the bytes end early, bytes are left over, or a number is too large.
fn parse_columns(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut reader = ColumnReader(bytes);
    let count = reader.count().ok()?;
    // Each entry takes at least one byte per column, so that a wrong count cannot exhaust memory.
    let mut entries = vec![Entry::default(); count.min(reader.0.len() / 4)];
    if entries.len() < count {
        return None;
    }
    let mut id = 0u64;
    for entry in &mut entries {
        id = id.checked_add(reader.varint().ok()?)?;
        entry.id = id;
    }
    for entry in &mut entries {
        entry.run = reader.varint().ok()?.try_into().ok()?;
    }
    for entry in &mut entries {
        entry.length = reader.varint().ok()?.try_into().ok()?;
    }
    let mut end = 0u64;
    for entry in &mut entries {
        entry.offset = reader.varint().ok()?.checked_sub(1).unwrap_or(end);
        end = entry.offset.checked_add(entry.length.into())?;
    }
    reader.0.is_empty().then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes a directory of numbers below 128.
    fn encode_small_directory(columns: [&[u8]; 4]) -> Vec<u8> {
        [&[columns[0].len() as u8], columns[0], columns[1], columns[2], columns[3]].concat()
    }

    fn read(bytes: &[u8]) -> Result<Vec<[u64; 4]>, String> {
        let section = |length| Section { offset: 127, length };
        let limits = Limits { ids: 5..85, data: section(1 << 21), leaves: Some(section(20)) };
        let entries = parse_directory(bytes, &limits).map_err(|error| format!("{error:#}"))?;
        Ok(entries.iter().map(|entry| [entry.id, entry.run.into(), entry.length.into(), entry.offset]).collect())
    }

    #[test]
    fn directories_are_parsed_as_specified() {
        let bytes = encode_small_directory([&[5, 2, 1], &[1, 1, 3], &[10, 20, 10], &[1, 0, 1]]);
        assert_eq!(read(&bytes), Ok(vec![[5, 1, 10, 0], [7, 1, 20, 10], [8, 3, 10, 0]]));
        for wrong in [&bytes[..bytes.len() - 1], &[&bytes[..], &[0]].concat(), &[100], &[2, 5, 1, 1, 1]] {
            assert!(read(wrong).is_err_and(|error| error.contains("whole columns")), "{wrong:?}");
        }
    }

    #[test]
    fn invalid_entries_are_rejected() {
        let max_varint = [[0xff; 9].as_slice(), &[1]].concat();
        let read_two_entries =
            |columns: [&[u8]; 4]| read(&[&[2], columns[0], columns[1], columns[2], columns[3]].concat());
        let ones: &[u8] = &[1, 1];
        let cases = [
            ("out of order", encode_small_directory([&[4], &[1], &[1], &[1]])),
            ("out of order", encode_small_directory([&[5, 1], &[2, 1], &[1, 1], &[1, 0]])),
            ("outside the zooms", encode_small_directory([&[80], &[6], &[1], &[1]])),
            ("is empty", encode_small_directory([&[5], &[1], &[0], &[1]])),
            ("outside its section", [&[1, 5, 1, 1][..], &[0x81, 0x80, 0x80, 1]].concat()),
            ("exceeds the maximum size", [&[1, 5, 1][..], &[0x81, 0x80, 0x40], &[1]].concat()),
            ("outside its section", encode_small_directory([&[5], &[0], &[20], &[2]])),
            ("leaf directories overlap", encode_small_directory([&[5, 1], &[0, 0], &[9, 9], &[1, 9]])),
        ];
        for (expected, bytes) in cases {
            assert!(read(&bytes).is_err_and(|error| error.contains(expected)), "{expected}");
        }
        assert!(read_two_entries([&[5, 1], ones, ones, ones]).is_ok());
        assert!(read_two_entries([&[&max_varint[..], &[1]].concat(), ones, ones, ones]).is_err());
        assert!(read_two_entries([ones, ones, &[&[1], &max_varint[..]].concat(), &[1, 2]]).is_err());
        let leaf = Limits { ids: 5..85, data: Section { offset: 127, length: 31 }, leaves: None };
        let nested = parse_directory(&encode_small_directory([&[5], &[0], &[9], &[1]]), &leaf);
        assert!(nested.is_err_and(|error| error.to_string().contains("refers to another")));
    }
}
