//! A small reader and verifier of PMTiles v3 archives according to the specification (github.com/protomaps/PMTiles,
//! spec/v3/spec.md). It shares no code with the program.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use serde_json::Value;

/// Size of the header.
pub const HEADER_BYTES: usize = 127;

/// Header and root directory must end within the first 16 KiB.
const MAX_ROOT_END: u64 = 16_384;

/// Contents by zoom, column and row.
pub type Tiles<'a> = BTreeMap<(u8, u32, u32), &'a [u8]>;

#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub offset: u64,
    pub length: u64,
}

/// The verified fields of the header.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub root: Section,
    pub metadata: Section,
    pub leaves: Section,
    pub data: Section,
    pub addressed: u64,
    pub entries: u64,
    pub contents: u64,
    pub clustered: bool,
    pub tile_type: u8,
    pub min_zoom: u8,
    pub max_zoom: u8,
    /// West, south, east and north in degrees × 10⁷.
    pub bounds: [i32; 4],
    pub center_zoom: u8,
    /// Longitude and latitude in degrees × 10⁷.
    pub center: [i32; 2],
}

/// A run of tiles with the same content, or a leaf directory where `run` is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    pub id: u64,
    pub run: u64,
    pub length: u64,
    pub offset: u64,
}

/// An archive with readable directories.
pub struct Archive<'a> {
    bytes: &'a [u8],
    pub header: Header,
    /// Tile entries of all directories in file order.
    pub entries: Vec<Entry>,
    pub leaf_count: usize,
    /// True if a leaf directory refers to another one.
    pub has_nested_leaves: bool,
}

impl<'a> Archive<'a> {
    /// Reads header and directories.
    pub fn read(bytes: &'a [u8]) -> Result<Self, String> {
        let header = header(bytes)?;
        let mut archive = Self { bytes, header, entries: Vec::new(), leaf_count: 0, has_nested_leaves: false };
        for entry in directory(archive.decompress(header.root)?)? {
            if entry.run > 0 {
                archive.entries.push(entry);
                continue;
            }
            archive.leaf_count += 1;
            let offset = header.leaves.offset.saturating_add(entry.offset);
            let leaf = directory(archive.decompress(Section { offset, length: entry.length })?)?;
            archive.has_nested_leaves |= leaf.iter().any(|entry| entry.run == 0);
            archive.entries.extend(leaf.into_iter().filter(|entry| entry.run > 0));
        }
        Ok(archive)
    }

    pub fn metadata(&self) -> Result<Value, String> {
        let text = self.decompress(self.header.metadata)?;
        serde_json::from_slice(&text).map_err(|error| format!("the metadata is not JSON: {error}"))
    }

    pub fn tiles(&self) -> Result<Tiles<'a>, String> {
        let mut tiles = BTreeMap::new();
        for entry in &self.entries {
            let offset = self.header.data.offset.saturating_add(entry.offset);
            let content = self.slice(Section { offset, length: entry.length })?;
            tiles.extend((entry.id..entry.id + entry.run).map(|id| (tile_coord(id), content)));
        }
        Ok(tiles)
    }

    fn slice(&self, section: Section) -> Result<&'a [u8], String> {
        let end = section.offset.checked_add(section.length).ok_or("a section without end")?;
        self.bytes.get(section.offset as usize..end as usize).ok_or_else(|| "a section beyond the file".to_owned())
    }

    fn decompress(&self, section: Section) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let mut decoder = flate2::bufread::GzDecoder::new(self.slice(section)?);
        decoder.read_to_end(&mut content).map_err(|error| format!("damaged gzip: {error}"))?;
        if !decoder.into_inner().is_empty() {
            return Err("a section goes on after its gzip".to_owned());
        }
        Ok(content)
    }
}

/// Returns all faults of an archive: those that `pmtiles verify` detects, and others.
pub fn faults(bytes: &[u8]) -> Vec<String> {
    match Archive::read(bytes) {
        Ok(archive) => [header_faults(&archive), entry_faults(&archive)].concat(),
        Err(fault) => vec![fault],
    }
}

fn header_faults(archive: &Archive) -> Vec<String> {
    let (h, size) = (&archive.header, archive.bytes.len() as u64);
    let named = [("root", h.root), ("metadata", h.metadata), ("leaves", h.leaves), ("data", h.data)];
    let mut faults = Vec::new();
    let mut check = |is_right: bool, fault: &str| {
        if !is_right {
            faults.push(fault.to_owned());
        }
    };
    for (name, section) in named {
        check(section.offset != 0, &format!("the offset of {name} is 0"));
        let is_inside = section.offset.checked_add(section.length).is_some_and(|end| end <= size);
        check(is_inside, &format!("{name} ends beyond the file"));
    }
    let rest = h.metadata.length + h.leaves.length + h.data.length;
    let sizes = [HEADER_BYTES as u64 + h.root.length + rest, MAX_ROOT_END + rest];
    check(sizes.contains(&size), "the file has another size than its sections");
    check(h.root.offset + h.root.length <= MAX_ROOT_END, "the root directory ends beyond the first 16 KiB");
    check(h.clustered, "the header does not say clustered");
    check(h.tile_type == 2, "the tiles are not said to be PNG");
    check((h.min_zoom..=h.max_zoom).contains(&h.center_zoom), "the zoom of the centre is outside the zooms");
    let [west, south, east, north] = h.bounds;
    check(west < east && south < north, "the bounds have no extent");
    let is_central = (west..=east).contains(&h.center[0]) && (south..=north).contains(&h.center[1]);
    check(is_central, "the centre is outside the bounds");
    check(archive.metadata().is_ok(), "the metadata cannot be read");
    faults
}

fn entry_faults(archive: &Archive) -> Vec<String> {
    let (h, entries) = (&archive.header, &archive.entries);
    let mut faults = Vec::new();
    let mut check = |is_right: bool, fault: String| {
        if !is_right && faults.len() < 20 {
            faults.push(fault);
        }
    };
    let (mut next_id, mut next_offset, mut offsets) = (0, 0, HashSet::new());
    for entry in entries {
        check(entry.id >= next_id, format!("tile {} is out of order", entry.id));
        next_id = entry.id.saturating_add(entry.run);
        check(entry.length > 0, format!("tile {} is empty", entry.id));
        let is_inside = entry.offset.checked_add(entry.length).is_some_and(|end| end <= h.data.length);
        check(is_inside, format!("tile {} is outside the data", entry.id));
        if offsets.insert(entry.offset) {
            check(entry.offset == next_offset, format!("tile {} is not clustered", entry.id));
            next_offset = entry.offset.saturating_add(entry.length);
        }
    }
    check(!archive.has_nested_leaves, "a leaf directory refers to another".to_owned());
    check(h.addressed == entries.iter().map(|entry| entry.run).sum::<u64>(), "wrong number of tiles".to_owned());
    check(h.entries == entries.len() as u64, "wrong number of entries".to_owned());
    check(h.contents == offsets.len() as u64, "wrong number of contents".to_owned());
    let zooms = entries
        .first()
        .zip(entries.last())
        .map(|(first, last)| (tile_coord(first.id).0, tile_coord(last.id + last.run - 1).0));
    check(zooms == Some((h.min_zoom, h.max_zoom)), "the zooms are not those of the tiles".to_owned());
    faults
}

fn header(bytes: &[u8]) -> Result<Header, String> {
    let head = bytes.get(..HEADER_BYTES).ok_or("it is shorter than a header")?;
    if &head[..7] != b"PMTiles" || head[7] != 3 {
        return Err("it is not a PMTiles archive of version 3".to_owned());
    }
    if (head[97], head[98]) != (2, 1) {
        return Err("it is not gzip inside with bare tiles".to_owned());
    }
    let long = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
    let degrees = |at: usize| i32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"));
    let section = |at: usize| Section { offset: long(at), length: long(at + 8) };
    Ok(Header {
        root: section(8),
        metadata: section(24),
        leaves: section(40),
        data: section(56),
        addressed: long(72),
        entries: long(80),
        contents: long(88),
        clustered: head[96] == 1,
        tile_type: head[99],
        min_zoom: head[100],
        max_zoom: head[101],
        bounds: [102, 106, 110, 114].map(degrees),
        center_zoom: head[118],
        center: [119, 123].map(degrees),
    })
}

fn directory(bytes: Vec<u8>) -> Result<Vec<Entry>, String> {
    let mut rest = bytes.iter();
    let mut number = || -> Result<u64, String> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *rest.next().ok_or("a directory stops in the middle")?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        Err("a number of a directory has no end".to_owned())
    };
    let count = number()?;
    if count == 0 || count > bytes.len() as u64 {
        return Err(format!("a directory of {count} entries"));
    }
    let mut column = || (0..count).map(|_| number()).collect::<Result<Vec<u64>, String>>();
    let (steps, runs, lengths, offsets) = (column()?, column()?, column()?, column()?);
    if rest.next().is_some() {
        return Err("a directory goes on after its end".to_owned());
    }
    let (mut id, mut after) = (0u64, None);
    let mut entries = Vec::with_capacity(steps.len());
    for (((step, run), length), offset) in steps.into_iter().zip(runs).zip(lengths).zip(offsets) {
        id = id.checked_add(step).ok_or("a tile beyond all tiles")?;
        // 0 means that the content follows the previous one; other offsets are stored plus one.
        let offset = match offset.checked_sub(1) {
            Some(offset) => offset,
            None => after.ok_or("the first entry has nothing before it")?,
        };
        after = offset.checked_add(length);
        if is_invalid_run(id, run) || run > u64::from(u32::MAX) || length > u64::from(u32::MAX) {
            return Err(format!("tile {id} is impossible"));
        }
        entries.push(Entry { id, run, length, offset });
    }
    Ok(entries)
}

/// Number of tiles at all zooms below `zoom`.
fn tiles_before(zoom: u8) -> u64 {
    ((1u64 << (2 * u32::from(zoom))) - 1) / 3
}

fn is_invalid_run(id: u64, run: u64) -> bool {
    id.checked_add(run).is_none_or(|end| end > tiles_before(27))
}

/// Returns zoom, column and row of a tile id: its position along the Hilbert curves of all zooms in turn.
pub fn tile_coord(id: u64) -> (u8, u32, u32) {
    let zoom = (0..27).rev().find(|zoom| tiles_before(*zoom) <= id).unwrap_or(0);
    let (mut distance, mut x, mut y) = (id - tiles_before(zoom), 0u64, 0u64);
    for bit in 0..zoom {
        let side = 1u64 << bit;
        let right = distance / 2 % 2;
        let below = (distance + right) % 2;
        if below == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        (x, y) = (x + side * right, y + side * below);
        distance /= 4;
    }
    (zoom, x as u32, y as u32)
}
