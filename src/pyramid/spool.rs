//! Store for the compressed pixels of a render until the colours of their zoom are known.
//!
//! Pixels are kept in memory up to 32 MiB, then in a temporary file. Pixels reused from a PMTiles archive are not
//! copied: the spool stores their offset in that file and checks their digest on every read. Equal pixels, such as
//! those of tiles crossed by one straight line, share an index.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use tempfile::SpooledTempFile;

use crate::bytes::ranges::{self, Slice};
use crate::engine::png::CompressedPixels;

/// Size at which the temporary file moves from memory to disk.
const MAX_MEMORY_BYTES: usize = 32 << 20;

/// Returns [`MAX_MEMORY_BYTES`], or a smaller limit set by a test, which would otherwise need millions of tiles to
/// reach the disk.
fn max_memory_bytes() -> usize {
    let limit = std::env::var("TRAILGLOW_TEST_SPOOL").ok().and_then(|bytes| bytes.parse().ok());
    limit.unwrap_or(MAX_MEMORY_BYTES)
}

/// Compressed pixels by index.
pub struct Spool(Mutex<Inner>);

struct Inner {
    temporary_file: SpooledTempFile,
    end: u64,
    previous_outputs: Vec<File>,
    stored_pixels: Vec<StoredPixels>,
    by_digest: HashMap<u128, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct StoredPixels {
    /// Number of the previous output with the pixels; `None` for the temporary file.
    previous_output: Option<usize>,
    offset: u64,
    len: usize,
    max: u8,
    digest: u128,
}

impl Default for Spool {
    fn default() -> Self {
        Self::with_previous_outputs(Vec::new())
    }
}

impl Spool {
    /// Creates an empty spool that can refer to pixels within previous outputs.
    pub fn with_previous_outputs(previous_outputs: Vec<File>) -> Self {
        let (temporary_file, stored_pixels, by_digest) =
            (SpooledTempFile::new(max_memory_bytes()), Vec::new(), HashMap::new());
        Self(Mutex::new(Inner { temporary_file, end: 0, previous_outputs, stored_pixels, by_digest }))
    }

    /// Stores pixels and returns their index. Equal pixels get equal indices.
    ///
    /// # Errors
    /// If the temporary file cannot be written, or stored pixels of equal digest cannot be read for comparison.
    pub fn insert(&self, pixels: &CompressedPixels) -> Result<u32> {
        self.insert_from(pixels, pixels.digest(), None)
    }

    /// Like [`insert`](Self::insert), for pixels with a known digest. Pixels at `offset`, in the previous output of this
    /// number, are not copied.
    ///
    /// # Errors
    /// As for [`insert`](Self::insert).
    pub fn insert_from(
        &self,
        pixels: &CompressedPixels<impl Deref<Target = [u8]>>,
        digest: u128,
        offset: Option<(usize, u64)>,
    ) -> Result<u32> {
        let mut inner = self.0.lock().expect("no thread panicked");
        let (len, max) = (pixels.idat.len(), pixels.max);
        // Different pixels may have the same digest.
        for index in inner.by_digest.get(&digest).cloned().unwrap_or_default() {
            let stored = inner.stored_pixels[index as usize];
            let is_same_range = |stored: StoredPixels| {
                let place = stored.previous_output.map(|number| (number, stored.offset));
                place.is_some() && place == offset && (stored.len, stored.max) == (len, max)
            };
            if is_same_range(stored) || inner.read(&[index])?[0].borrowed() == pixels.borrowed() {
                return Ok(index);
            }
        }
        let index = inner.stored_pixels.len() as u32;
        let stored = StoredPixels {
            previous_output: offset.map(|(number, _)| number),
            offset: offset.map_or(inner.end, |(_, offset)| offset),
            len,
            max,
            digest,
        };
        if stored.previous_output.is_none() {
            let full = "cannot write the temporary file; the disk may be full (TMPDIR sets another folder)";
            inner.write(&pixels.idat).context(full)?;
        }
        inner.stored_pixels.push(stored);
        inner.by_digest.entry(digest).or_default().push(index);
        Ok(index)
    }

    /// Returns the [digest](CompressedPixels::digest) of the pixels at an index.
    pub fn digest(&self, index: u32) -> u128 {
        self.0.lock().expect("no thread panicked").stored_pixels[index as usize].digest
    }

    /// Returns the pixels at some indices.
    ///
    /// # Errors
    /// If the temporary file or the previous output cannot be read, or the previous output has changed.
    pub fn read(&self, indices: &[u32]) -> Result<Vec<CompressedPixels<Slice>>> {
        self.0.lock().expect("no thread panicked").read(indices)
    }
}

impl Inner {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.temporary_file.seek(SeekFrom::Start(self.end))?;
        self.temporary_file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self, indices: &[u32]) -> Result<Vec<CompressedPixels<Slice>>> {
        let stored_pixels: Vec<StoredPixels> =
            indices.iter().map(|&index| self.stored_pixels[index as usize]).collect();
        let ranges = |previous_output: Option<usize>| -> Vec<(u64, usize)> {
            let is_there = |stored: &&StoredPixels| stored.previous_output == previous_output;
            stored_pixels.iter().filter(is_there).map(|stored| (stored.offset, stored.len)).collect()
        };
        let own = ranges::read(&mut self.temporary_file, &ranges(None)).context("cannot read the temporary file")?;
        let previous = self.previous_outputs.iter_mut().enumerate().map(|(number, file)| {
            Ok(ranges::read(file, &ranges(Some(number))).context("cannot read the previous output")?.into_iter())
        });
        let (mut own, mut previous) = (own.into_iter(), previous.collect::<Result<Vec<_>>>()?);
        let pixels = |stored: &StoredPixels| {
            let slice = match stored.previous_output {
                None => own.next(),
                Some(number) => previous.get_mut(number).and_then(Iterator::next),
            };
            let pixels = CompressedPixels { idat: slice.context("a slice is missing")?, max: stored.max };
            // Other processes may write to the previous output, but not to the temporary file.
            let is_unchanged = stored.previous_output.is_none() || pixels.digest() == stored.digest;
            ensure!(is_unchanged, "the previous output changed during the render; run again");
            Ok(pixels)
        };
        stored_pixels.iter().map(pixels).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(byte: u8) -> CompressedPixels {
        CompressedPixels { idat: vec![byte; 1000], max: byte }
    }

    fn read_one(spool: &Spool, index: u32) -> Option<CompressedPixels> {
        let pixels = spool.read(&[index]).ok()?.pop()?;
        Some(CompressedPixels { idat: pixels.idat.to_vec(), max: pixels.max })
    }

    #[test]
    fn equal_pixels_are_stored_once() {
        let spool = Spool::default();
        let indices: Vec<u32> = [1, 2, 1, 3, 2].map(|byte| spool.insert(&pixels(byte)).expect("space")).to_vec();
        assert_eq!(indices, [0, 1, 0, 2, 1]);
        assert_eq!(read_one(&spool, 1), Some(pixels(2)));
        assert_ne!(read_one(&spool, 2), Some(pixels(2)));
        assert_eq!(spool.digest(1), pixels(2).digest());
    }

    #[test]
    fn pixels_of_the_previous_output_are_not_copied() {
        let mut previous = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = [7, 8, 9, 7].iter().flat_map(|&byte| vec![byte; 1000]).collect();
        previous.write_all(&bytes).expect("space");
        let spool = Spool::with_previous_outputs(vec![previous.try_clone().expect("another handle")]);
        let insert =
            |byte: u8, at| spool.insert_from(&pixels(byte), pixels(byte).digest(), Some((0, at))).expect("space");
        assert_eq!([insert(7, 0), insert(9, 2000), insert(7, 0), insert(7, 3000), insert(8, 1000)], [0, 1, 0, 0, 2]);
        assert_eq!([7, 5].map(|byte| spool.insert(&pixels(byte)).expect("space")), [0, 3]);
        let all: Vec<u8> = spool.read(&[3, 1, 0, 2, 1]).expect("kept").iter().map(|pixels| pixels.idat[999]).collect();
        assert_eq!(all, [5, 9, 7, 8, 9]);
        previous.seek(SeekFrom::Start(2500)).expect("there");
        previous.write_all(&[1]).expect("space");
        assert_eq!([1, 0].map(|index| read_one(&spool, index).is_some()), [false, true], "it is not what it was");
    }
}
