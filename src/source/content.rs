//! Streams the content of a file: removes up to two layers of gzip, enforces size limits, hashes, and ends where the
//! file is damaged.

use super::budget::{Budget, Metered};
use super::skip::Skip;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;
use twox_hash::xxhash3_128::Hasher;

/// Largest file, in bytes after decompression. Memory holds only a window.
pub const MAX_BYTES: u64 = 16 << 30;

/// Bytes at the beginning of a file that decide its format.
pub const HEAD_BYTES: usize = 4096;

/// Read buffer of a compressed file, in bytes.
pub const READ_BYTES: usize = 64 << 10;

/// Files may be compressed once by the device and once by the export; more is an attack or a mistake.
const MAX_GZIP_LAYERS: usize = 2;

/// Decompressed content of a file. Reading never fails except with [`ErrorKind::Interrupted`]: at damage the content
/// ends, and [`ContentReader::finish`] returns the cause.
pub struct ContentReader<'a> {
    head: Cursor<Vec<u8>>,
    rest: Box<dyn Read + 'a>,
    gzip_layers: usize,
    /// Bytes read so far; content above `limit` is refused.
    delivered: u64,
    limit: u64,
    budget: Option<Arc<Budget>>,
    failure: Option<io::Error>,
    hasher: Hasher,
}

impl<'a> ContentReader<'a> {
    /// Opens content with up to two layers of gzip and at most [`MAX_BYTES`].
    pub fn new(reader: impl Read + 'a) -> Result<Self, Skip> {
        Self::with_limit(reader, MAX_BYTES, None)
    }

    /// Like [`ContentReader::new`], with decompressed bytes counted against `budget`. Content over it is refused.
    pub fn with_budget(reader: impl Read + 'a, budget: Arc<Budget>) -> Result<Self, Skip> {
        Self::with_limit(reader, MAX_BYTES, Some(budget))
    }

    fn with_limit(reader: impl Read + 'a, limit: u64, budget: Option<Arc<Budget>>) -> Result<Self, Skip> {
        let mut content = Self::open_layer(Box::new(reader), 0, limit, budget)?;
        while is_gzip(content.head()) {
            if content.gzip_layers == MAX_GZIP_LAYERS {
                return Err(Skip::Unreadable("the file is compressed more than twice; decompress it once".into()));
            }
            // The limit also holds for compressed bytes: gzip members without content cost time and deliver nothing.
            let compressed = BufReader::with_capacity(READ_BYTES, content.head.chain(content.rest).take(limit));
            let decompressed = Metered::new(MultiGzDecoder::new(compressed), content.budget.clone());
            content = Self::open_layer(Box::new(decompressed), content.gzip_layers + 1, limit, content.budget)?;
        }
        Ok(content)
    }

    fn open_layer(
        mut rest: Box<dyn Read + 'a>,
        gzip_layers: usize,
        limit: u64,
        budget: Option<Arc<Budget>>,
    ) -> Result<Self, Skip> {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let failure = rest.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).err();
        match failure {
            Some(_) if is_exhausted(&budget) => Err(over_budget()),
            Some(error) if head.is_empty() && gzip_layers == 0 => Err(Skip::Unreadable(error.to_string())),
            Some(error) if head.is_empty() => {
                Err(Skip::Unreadable(format!("the gzip data is damaged ({error}); download the file again")))
            }
            failure => {
                let hasher = Hasher::new();
                Ok(Self { head: Cursor::new(head), rest, gzip_layers, delivered: 0, limit, budget, failure, hasher })
            }
        }
    }

    /// Content that is refused if it has more than `bytes`, or more than [`MAX_BYTES`].
    pub fn at_most(self, bytes: u64) -> Self {
        Self { limit: self.limit.min(bytes), ..self }
    }

    /// Returns the first [`HEAD_BYTES`] of the content, or all of a shorter content.
    pub fn head(&self) -> &[u8] {
        self.head.get_ref()
    }

    /// Returns true if the content was packed with gzip.
    pub fn is_compressed(&self) -> bool {
        self.gzip_layers > 0
    }

    /// Fills `out` as far as the content goes, and returns the number of bytes.
    pub fn read_full(&mut self, out: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < out.len() {
            match self.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                // Only `Interrupted` occurs: retry.
                Err(_) => {}
            }
        }
        filled
    }

    /// Reads to the end, or to damage, and returns the hash of the whole content before it.
    pub fn hash_to_end(&mut self) -> u128 {
        // Never fails: `io::copy` retries after `Interrupted`.
        let _ = io::copy(self, &mut io::sink());
        self.hasher.finish_128()
    }

    /// Number of bytes read so far, after decompression.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Ends reading. Returns the cause if damage cut the content short, an error if the content exceeds its limit or
    /// its budget.
    pub fn finish(self) -> Result<Option<String>, Skip> {
        if is_exhausted(&self.budget) {
            return Err(over_budget());
        }
        if self.delivered > self.limit {
            return Err(Skip::Unreadable(format!("the file has more than {} GiB; split it", self.limit >> 30)));
        }
        Ok(self.failure.map(|error| {
            let damage =
                if self.gzip_layers > 0 { "the gzip data is damaged" } else { "the file cannot be read to its end" };
            format!("{damage} ({error})")
        }))
    }
}

impl Read for ContentReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut count = self.head.read(out)?;
        if count == 0 && self.failure.is_none() && self.delivered <= self.limit {
            count = match self.rest.read(out) {
                Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    self.failure = Some(error);
                    0
                }
                Ok(count) => count,
            };
        }
        self.delivered += count as u64;
        self.hasher.write(&out[..count]);
        Ok(if self.delivered > self.limit { 0 } else { count })
    }
}

/// Hash of content in memory, equal to [`ContentReader::hash_to_end`].
pub fn hash(bytes: &[u8]) -> u128 {
    Hasher::oneshot(bytes)
}

fn is_exhausted(budget: &Option<Arc<Budget>>) -> bool {
    budget.as_ref().is_some_and(|budget| budget.is_exhausted())
}

fn over_budget() -> Skip {
    Skip::Unreadable("it unpacks to a hundred times its size or more; unpack it and name the unpacked file".into())
}

pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Content and warning of a file.
    fn read_all(bytes: &[u8], limit: u64) -> Result<(Vec<u8>, Option<String>), Skip> {
        let mut reader = ContentReader::with_limit(bytes, limit, None)?;
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        Ok((content, reader.finish()?))
    }

    #[test]
    fn one_member_several_members_and_two_gzip_layers() {
        let long: Vec<u8> = (0..3 * HEAD_BYTES).map(|n| n as u8).collect();
        let several = [gzip(b"ab"), gzip(b""), gzip(b"cd")].concat();
        for (compressed, content) in [
            (b"abcd".to_vec(), &b"abcd"[..]),
            (b"".to_vec(), b""),
            (gzip(b"abcd"), b"abcd"),
            (several.clone(), b"abcd"),
            (gzip(&several), b"abcd"),
            (long.clone(), &long),
            (gzip(&gzip(&long)), &long),
        ] {
            assert_eq!(read_all(&compressed, 1 << 20), Ok((content.to_vec(), None)));
        }
        assert!(matches!(read_all(&gzip(&gzip(&gzip(b"x"))), 1000), Err(Skip::Unreadable(_))));
    }

    #[test]
    fn more_than_the_limit_is_refused() {
        for limit in [100, HEAD_BYTES, 3 * HEAD_BYTES] {
            assert!(read_all(&gzip(&vec![0; limit]), limit as u64).is_ok());
            assert!(matches!(read_all(&gzip(&vec![0; limit + 1]), limit as u64), Err(Skip::Unreadable(_))));
        }
    }

    #[test]
    fn a_truncated_or_dirty_end_keeps_the_bytes_before() {
        let plain: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(n).to_le_bytes()).collect();
        let compressed = gzip(&plain);
        for cut in [compressed.len() - 1, compressed.len() / 2, 1000] {
            let (content, warning) = read_all(&compressed[..cut], 1 << 30).unwrap();
            assert!(plain.starts_with(&content) && content.len() > cut / 2, "{}", content.len());
            assert!(warning.is_some());
        }
        let (content, warning) = read_all(&[&compressed[..], b"junk"].concat(), 1 << 30).unwrap();
        assert!(content == plain && warning.is_some());
    }

    #[test]
    fn a_read_error_is_reported_and_not_taken_for_the_end() {
        struct Failing(usize);
        impl Read for Failing {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let count = self.0.min(out.len());
                self.0 -= count;
                out[..count].fill(b'x');
                if count > 0 { Ok(count) } else { Err(io::Error::other("bad sector")) }
            }
        }
        for length in [10, 10 * HEAD_BYTES] {
            let mut content = ContentReader::new(Failing(length)).unwrap();
            assert_eq!(io::copy(&mut content, &mut io::sink()).unwrap(), length as u64);
            assert!(content.finish().unwrap().is_some_and(|warning| warning.contains("bad sector")));
        }
        assert!(matches!(ContentReader::new(Failing(0)), Err(Skip::Unreadable(why)) if why == "bad sector"));
    }

    #[test]
    fn no_readable_byte_is_an_error() {
        assert!(matches!(read_all(&[0x1f, 0x8b, 8], 1000), Err(Skip::Unreadable(_))));
    }
}
