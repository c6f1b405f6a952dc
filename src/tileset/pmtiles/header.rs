//! Parser for the header of an archive (PMTiles v3 specification, section 3).

use std::io::{Read, Seek, SeekFrom};
use std::ops::{Range, RangeInclusive};

use anyhow::{Context, Result, ensure};

use super::section::Section;
use crate::engine::geometry::tile::{MAX_ZOOM, TileCoord};

pub const HEADER_BYTES: u64 = 127;

/// Position of the field with the offset of the leaf directories.
pub const LEAVES_OFFSET_AT: u64 = 40;

#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub root: Section,
    pub metadata: Section,
    pub leaves: Section,
    pub data: Section,
    /// Compression of directories and metadata, compression of tiles, tile type.
    encodings: [u8; 3],
    zooms: (u8, u8),
    bounds: [i32; 4],
    center_zoom: u8,
    center: [i32; 2],
}

impl Header {
    /// Reads the header and checks its magic number; all other fields are unchecked until [`validate`](Self::validate).
    ///
    /// # Errors
    /// If the header cannot be read or is no PMTiles v3 header.
    pub fn read(source: &mut (impl Read + Seek)) -> Result<Self> {
        let mut bytes = [0; HEADER_BYTES as usize];
        source.seek(SeekFrom::Start(0))?;
        source.read_exact(&mut bytes).context("it is shorter than the header of an archive")?;
        ensure!(bytes.starts_with(b"PMTiles\x03"), "it is not a PMTiles v3 archive");
        let u64_at = |at: usize| bytes[at..at + 8].iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let section = |at: usize| Section { offset: u64_at(at), length: u64_at(at + 8) };
        let i32_at = |at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Ok(Self {
            root: section(8),
            metadata: section(24),
            leaves: section(LEAVES_OFFSET_AT as usize),
            data: section(56),
            encodings: [bytes[97], bytes[98], bytes[99]],
            zooms: (bytes[100], bytes[101]),
            bounds: [102, 106, 110, 114].map(i32_at),
            center_zoom: bytes[118],
            center: [119, 123].map(i32_at),
        })
    }

    /// Checks that the header is one that Trailglow writes, and that its sections do not overlap within `file_bytes`
    /// bytes.
    ///
    /// # Errors
    /// If a check fails.
    pub fn validate(&self, file_bytes: u64) -> Result<()> {
        const GZIP_BARE_PNG: [u8; 3] = [2, 1, 2];
        ensure!(
            self.encodings == GZIP_BARE_PNG,
            "its tiles are not uncompressed PNG, or its directories are not gzipped"
        );
        ensure!(self.zooms.0 <= self.zooms.1 && self.zooms.1 <= MAX_ZOOM, "its zooms are not within 0 to {MAX_ZOOM}");
        let mut sections = [self.root, self.metadata, self.leaves, self.data];
        sections.sort_unstable_by_key(|section| section.offset);
        let mut next_offset = HEADER_BYTES;
        for section in sections.iter().filter(|section| section.length > 0) {
            ensure!(section.offset >= next_offset, "its sections overlap");
            next_offset = section.end().filter(|end| *end <= file_bytes).context("a section ends beyond the file")?;
        }
        Ok(())
    }

    /// Returns the end of the last section.
    pub fn end(&self) -> u64 {
        let sections = [self.root, self.metadata, self.leaves, self.data];
        sections.iter().filter_map(|section| section.end()).fold(HEADER_BYTES, u64::max)
    }

    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms.0..=self.zooms.1
    }

    /// Returns the [ids](TileCoord::id) of all tiles of these zooms, or `None` for invalid zooms.
    pub fn tile_ids(&self) -> Option<Range<u64>> {
        let (first, last) = self.zooms;
        // The Hilbert curve of a zoom ends in the north-east corner.
        let end = TileCoord::new(last, (1 << last.min(MAX_ZOOM)) - 1, 0)?.id() + 1;
        Some(TileCoord::new(first, 0, 0)?.id()..end)
    }

    /// Returns west, south, east and north in degrees.
    pub fn bounds(&self) -> [f64; 4] {
        self.bounds.map(degrees)
    }

    /// Returns the longitude, latitude and zoom of the initial view.
    pub fn center(&self) -> [f64; 3] {
        let [lon, lat] = self.center.map(degrees);
        [lon, lat, self.center_zoom.into()]
    }
}

/// The header stores degrees × 10⁷.
fn degrees(stored: i32) -> f64 {
    f64::from(stored) / 1e7
}
