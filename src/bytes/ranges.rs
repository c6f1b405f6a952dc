//! Reads byte ranges of a file, with one read for ranges that are close together.
//!
//! Ranges are taken in the given order. A range joins the current block if it starts between the start of the block and
//! 4 KiB past its end, and the block stays at most 4 MiB long; otherwise a new block begins.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Largest gap between two ranges that is read along with them, since another seek would take longer.
const MAX_GAP_BYTES: u64 = 4 << 10;

/// Largest block, unless a single range is longer.
const MAX_READ_BYTES: u64 = 4 << 20;

/// Byte range of a shared buffer; clones share the buffer.
#[derive(Clone, Debug)]
pub struct Slice {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Slice {
    /// Wraps a whole buffer.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { range: 0..bytes.len(), bytes: Arc::new(bytes) }
    }

    /// Returns a part of the slice; `range` counts from its start.
    ///
    /// # Panics
    /// If the range ends past the slice.
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.end <= self.range.len(), "the range ends within the slice");
        let [start, end] = [range.start, range.end].map(|at| self.range.start + at);
        Self { bytes: self.bytes.clone(), range: start..end }
    }
}

impl Deref for Slice {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }
}

/// Reads ranges, each an offset and a length in bytes.
///
/// # Errors
/// If the file cannot be read, or ends before a range does.
pub fn read(file: &mut (impl Read + Seek), ranges: &[(u64, usize)]) -> Result<Vec<Slice>> {
    let mut slices = Vec::with_capacity(ranges.len());
    let mut rest = ranges;
    while let Some(&(start, length)) = rest.first() {
        let (mut end, mut count) = (start.saturating_add(length as u64), 1);
        while let Some(&(at, length)) = rest.get(count) {
            let next = end.max(at.saturating_add(length as u64));
            if !(start..=end.saturating_add(MAX_GAP_BYTES)).contains(&at) || next - start > MAX_READ_BYTES {
                break;
            }
            (end, count) = (next, count + 1);
        }
        let (coalesced, remaining) = rest.split_at(count);
        // A damaged file may claim any length: reserve no more than a block.
        let mut bytes = Vec::with_capacity((end - start).min(MAX_READ_BYTES) as usize);
        file.seek(SeekFrom::Start(start))?;
        file.take(end - start).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < end - start {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the file ends too early"));
        }
        let block = Slice::new(bytes);
        let slice = |&(at, length): &(u64, usize)| block.slice((at - start) as usize..(at - start) as usize + length);
        slices.extend(coalesced.iter().map(slice));
        rest = remaining;
    }
    Ok(slices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    /// File that counts its seeks.
    struct CountingSeeks(Cursor<Vec<u8>>, u32);

    impl Read for CountingSeeks {
        fn read(&mut self, out: &mut [u8]) -> Result<usize> {
            self.0.read(out)
        }
    }

    impl Seek for CountingSeeks {
        fn seek(&mut self, to: SeekFrom) -> Result<u64> {
            self.1 += 1;
            self.0.seek(to)
        }
    }

    fn pattern(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|i| (i * 31 + i / 256) as u8).collect()
    }

    proptest! {
        #[test]
        fn every_slice_has_the_bytes_of_its_range(ranges in prop::collection::vec((0u64..30_000, 0usize..3_000), 0..30)) {
            let bytes = pattern(40_000);
            let slices = read(&mut Cursor::new(&bytes), &ranges).expect("all ranges are in the file");
            prop_assert_eq!(slices.len(), ranges.len());
            for (slice, (at, length)) in slices.iter().zip(ranges) {
                prop_assert_eq!(&**slice, &bytes[at as usize..][..length]);
            }
        }

        #[test]
        fn a_range_past_the_end_is_an_error(at in any::<u64>(), length in 1usize..3_000, more in any::<u64>()) {
            let bytes = pattern(40_000);
            let is_inside = at <= 40_000 - length as u64;
            prop_assert_eq!(read(&mut Cursor::new(&bytes), &[(at, length)]).is_ok(), is_inside);
            prop_assert!(read(&mut Cursor::new(&bytes), &[(0, 7), (39_998, 3), (more, 1)]).is_err());
        }
    }

    #[test]
    fn near_ranges_are_read_with_one_seek() {
        let mut file = CountingSeeks(Cursor::new(pattern(40_000)), 0);
        let slices = read(&mut file, &[(100, 50), (150, 20), (200, 9), (100, 50), (30_000, 5)])
            .expect("all ranges are in the file");
        assert_eq!((slices.len(), file.1), (5, 2));
        assert_eq!(slices[2].slice(1..3).to_vec(), pattern(203)[201..203]);
    }
}
