//! Where the compressed pixels of a zoom wait until its curve is known: in memory, then in a temporary file. What an
//! earlier output has in one file stays there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use tempfile::SpooledTempFile;

use crate::bytes::ranges::{self, Slice};
use crate::engine::png::CompressedPixels;

/// Bytes that wait in memory before the rest goes to a file.
const IN_MEMORY: usize = 256 << 20;

/// The same, or fewer where a test asks for it: it would need millions of tiles to meet a full disk.
fn in_memory() -> usize {
    let asked = std::env::var("TRAILGLOW_TEST_SPOOL").ok().and_then(|bytes| bytes.parse().ok());
    asked.unwrap_or(IN_MEMORY)
}

/// Compressed pixels by number; equal ones are kept once.
pub struct Spool(Mutex<Inner>);

struct Inner {
    own: SpooledTempFile,
    end: u64,
    earlier: Option<File>,
    contents: Vec<Content>,
    by_digest: HashMap<u128, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Content {
    is_own: bool,
    offset: u64,
    len: usize,
    max: u8,
    digest: u128,
}

impl Default for Spool {
    fn default() -> Self {
        Self::beside(None)
    }
}

impl Spool {
    /// Beside an earlier output, if that is one file.
    pub fn beside(earlier: Option<File>) -> Self {
        let (own, contents, by_digest) = (SpooledTempFile::new(in_memory()), Vec::new(), HashMap::new());
        Self(Mutex::new(Inner { own, end: 0, earlier, contents, by_digest }))
    }

    /// Keeps the pixels and returns their number, the same for equal pixels.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn put(&self, pixels: &CompressedPixels) -> Result<u32> {
        self.keep(pixels, pixels.digest(), None)
    }

    /// The same for pixels whose digest is known, and whose bytes may begin at a place of the earlier output: these are
    /// not written once more.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn keep(
        &self,
        pixels: &CompressedPixels<impl Deref<Target = [u8]>>,
        digest: u128,
        at: Option<u64>,
    ) -> Result<u32> {
        let mut inner = self.0.lock().expect("no thread panics while it holds the spool");
        let (len, max) = (pixels.idat.len(), pixels.max);
        // A digest is not an identity: compare.
        for number in inner.by_digest.get(&digest).cloned().unwrap_or_default() {
            let unchanged = inner.contents[number as usize];
            let is_it = |unchanged: Content| {
                !unchanged.is_own && at == Some(unchanged.offset) && (unchanged.len, unchanged.max) == (len, max)
            };
            if is_it(unchanged) || inner.read(&[number])?[0].borrowed() == pixels.borrowed() {
                return Ok(number);
            }
        }
        let number = inner.contents.len() as u32;
        let earlier = at.filter(|_| inner.earlier.is_some());
        let content = Content { is_own: earlier.is_none(), offset: earlier.unwrap_or(inner.end), len, max, digest };
        if content.is_own {
            let full = "cannot write the temporary file; is its disk full? (TMPDIR chooses it)";
            inner.write(&pixels.idat).context(full)?;
        }
        inner.contents.push(content);
        inner.by_digest.entry(digest).or_default().push(number);
        Ok(number)
    }

    /// The [digest](Pixels::digest) of the pixels of a number that [`put`](Self::put) has returned.
    pub fn digest(&self, number: u32) -> u128 {
        self.0.lock().expect("no thread panics while it holds the spool").contents[number as usize].digest
    }

    /// The pixels of numbers that [`put`](Self::put) has returned.
    ///
    /// # Errors
    /// When the temporary file or the earlier output cannot be read, or is not as it was.
    pub fn get(&self, numbers: &[u32]) -> Result<Vec<CompressedPixels<Slice>>> {
        self.0.lock().expect("no thread panics while it holds the spool").read(numbers)
    }
}

impl Inner {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.own.seek(SeekFrom::Start(self.end))?;
        self.own.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self, numbers: &[u32]) -> Result<Vec<CompressedPixels<Slice>>> {
        let contents: Vec<Content> = numbers.iter().map(|&number| self.contents[number as usize]).collect();
        let places = |is_own: bool| -> Vec<(u64, usize)> {
            contents.iter().filter(|one| one.is_own == is_own).map(|one| (one.offset, one.len)).collect()
        };
        let mut own = ranges::read(&mut self.own, &places(true)).context("temporary file")?.into_iter();
        let mut earlier = match &mut self.earlier {
            Some(earlier) => ranges::read(earlier, &places(false)).context("the earlier output")?.into_iter(),
            None => Vec::new().into_iter(),
        };
        let pixels = |content: &Content| {
            let idat = if content.is_own { own.next() } else { earlier.next() };
            let pixels = CompressedPixels { idat: idat.context("as many pieces as were asked for")?, max: content.max };
            // The temporary file is nobody else's.
            let is_it = content.is_own || pixels.digest() == content.digest;
            ensure!(is_it, "the earlier output was changed meanwhile; run again");
            Ok(pixels)
        };
        contents.iter().map(pixels).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(byte: u8) -> CompressedPixels {
        CompressedPixels { idat: vec![byte; 1000], max: byte }
    }

    fn got(spool: &Spool, number: u32) -> Option<CompressedPixels> {
        let pixels = spool.get(&[number]).ok()?.pop()?;
        Some(CompressedPixels { idat: pixels.idat.to_vec(), max: pixels.max })
    }

    #[test]
    fn equal_pixels_are_kept_once_and_come_back() {
        let spool = Spool::default();
        let numbers: Vec<u32> = [1, 2, 1, 3, 2].map(|byte| spool.put(&pixels(byte)).expect("space")).to_vec();
        assert_eq!(numbers, [0, 1, 0, 2, 1]);
        assert_eq!(got(&spool, 1), Some(pixels(2)));
        assert_ne!(got(&spool, 2), Some(pixels(2)));
        assert_eq!(spool.digest(1), pixels(2).digest());
    }

    #[test]
    fn what_is_in_the_earlier_output_stays_there() {
        let mut earlier = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = [7, 8, 9, 7].iter().flat_map(|&byte| vec![byte; 1000]).collect();
        earlier.write_all(&bytes).expect("space");
        let spool = Spool::beside(Some(earlier.try_clone().expect("another handle")));
        let keep = |byte: u8, at| spool.keep(&pixels(byte), pixels(byte).digest(), Some(at)).expect("space");
        assert_eq!([keep(7, 0), keep(9, 2000), keep(7, 0), keep(7, 3000), keep(8, 1000)], [0, 1, 0, 0, 2]);
        assert_eq!([7, 5].map(|byte| spool.put(&pixels(byte)).expect("space")), [0, 3]);
        let all: Vec<u8> = spool.get(&[3, 1, 0, 2, 1]).expect("kept").iter().map(|pixels| pixels.idat[999]).collect();
        assert_eq!(all, [5, 9, 7, 8, 9]);
        earlier.seek(SeekFrom::Start(2500)).expect("there");
        earlier.write_all(&[1]).expect("space");
        assert_eq!([1, 0].map(|number| got(&spool, number).is_some()), [false, true], "it is not what it was");
    }
}
