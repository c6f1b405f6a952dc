//! Where the compressed pixels of a zoom wait until its curve is known: in memory, then in a temporary file.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use tempfile::SpooledTempFile;

use crate::encode::Pixels;

/// Bytes that wait in memory before the rest goes to a file.
const IN_MEMORY: usize = 256 << 20;

/// Compressed pixels by number; equal ones are kept once.
pub struct Spool(Mutex<Inner>);

struct Inner {
    file: SpooledTempFile,
    end: u64,
    contents: Vec<Content>,
    by_digest: HashMap<u128, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Content {
    offset: u64,
    len: usize,
    max: u8,
    digest: u128,
}

impl Default for Spool {
    fn default() -> Self {
        let inner =
            Inner { file: SpooledTempFile::new(IN_MEMORY), end: 0, contents: Vec::new(), by_digest: HashMap::new() };
        Self(Mutex::new(inner))
    }
}

impl Spool {
    /// Keeps the pixels and returns their number, the same for equal pixels.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn put(&self, pixels: &Pixels) -> Result<u32> {
        let digest = pixels.digest();
        let mut inner = self.0.lock().expect("no thread panics while it holds the spool");
        // A digest is not an identity: compare.
        for number in inner.by_digest.get(&digest).cloned().unwrap_or_default() {
            if inner.read(number)? == *pixels {
                return Ok(number);
            }
        }
        let number = inner.contents.len() as u32;
        let content = Content { offset: inner.end, len: pixels.idat.len(), max: pixels.max, digest };
        inner.write(&pixels.idat).context("cannot write the temporary file; is its disk full? (TMPDIR chooses it)")?;
        inner.contents.push(content);
        inner.by_digest.entry(digest).or_default().push(number);
        Ok(number)
    }

    /// The [digest](Pixels::digest) of the pixels of a number that [`put`](Self::put) has returned.
    pub fn digest(&self, number: u32) -> u128 {
        self.0.lock().expect("no thread panics while it holds the spool").contents[number as usize].digest
    }

    /// The pixels of a number that [`put`](Self::put) has returned.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn get(&self, number: u32) -> Result<Pixels> {
        self.0.lock().expect("no thread panics while it holds the spool").read(number)
    }
}

impl Inner {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self, number: u32) -> Result<Pixels> {
        let Content { offset, len, max, .. } = self.contents[number as usize];
        let (file, mut idat) = (&mut self.file, Vec::with_capacity(len));
        file.seek(SeekFrom::Start(offset)).context("temporary file")?;
        file.take(len as u64).read_to_end(&mut idat).context("temporary file")?;
        ensure!(idat.len() == len, "the temporary file was cut short");
        Ok(Pixels { idat, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pixels_are_kept_once_and_come_back() {
        let spool = Spool::default();
        let pixels = |byte: u8| Pixels { idat: vec![byte; 1000], max: byte };
        let numbers: Vec<u32> = [1, 2, 1, 3, 2].map(|byte| spool.put(&pixels(byte)).expect("space")).to_vec();
        assert_eq!(numbers, [0, 1, 0, 2, 1]);
        assert_eq!(spool.get(1).expect("kept"), pixels(2));
        assert_ne!(spool.get(2).expect("kept"), pixels(2));
        assert_eq!(spool.digest(1), pixels(2).digest());
    }
}
