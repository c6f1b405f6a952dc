//! Bytes that many threads can read at any offset: files, memory, temporary files, and parts of these.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use rawzip::{FileReader, ReaderAt};

/// Bytes from this size on go to a temporary file.
const MAX_MEMORY_BYTES: u64 = if cfg!(test) { 64 << 10 } else { 32 << 20 };

/// Bytes at any offset, for any thread.
#[derive(Clone)]
pub struct RandomAccess {
    reader: Arc<dyn ReaderAt + Send + Sync>,
    pub length: u64,
}

/// Reason why bytes cannot be kept.
pub enum KeepError {
    /// There are more bytes than allowed.
    TooMany,
    /// The source of the bytes fails.
    Read(io::Error),
    /// The temporary file cannot be written.
    Write(io::Error),
}

impl RandomAccess {
    pub fn of_file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { reader: Arc::new(FileReader::from(file)), length })
    }

    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Self { reader: Arc::new(bytes), length }
    }

    /// Keeps everything that `source` delivers, at most `limit` bytes: a little in memory, more in an unnamed temporary
    /// file that only the user can read and that disappears with the process.
    pub fn keep(source: &mut dyn Read, limit: u64) -> Result<Self, KeepError> {
        let mut bytes = Vec::new();
        source.take(limit.saturating_add(1).min(MAX_MEMORY_BYTES)).read_to_end(&mut bytes).map_err(KeepError::Read)?;
        if bytes.len() as u64 > limit {
            return Err(KeepError::TooMany);
        }
        if (bytes.len() as u64) < MAX_MEMORY_BYTES {
            return Ok(Self::of_bytes(bytes));
        }
        let mut file = tempfile::tempfile().map_err(KeepError::Write)?;
        let mut length = 0;
        while !bytes.is_empty() {
            file.write_all(&bytes).map_err(KeepError::Write)?;
            length += bytes.len() as u64;
            bytes.clear();
            let next = (limit - length).saturating_add(1).min(MAX_MEMORY_BYTES);
            source.take(next).read_to_end(&mut bytes).map_err(KeepError::Read)?;
            if length + bytes.len() as u64 > limit {
                return Err(KeepError::TooMany);
            }
        }
        Ok(Self { reader: Arc::new(FileReader::from(file)), length })
    }

    /// The bytes from `start` on, at most `length`.
    pub fn part(&self, start: u64, length: u64) -> Self {
        let length = length.min(self.length.saturating_sub(start));
        Self { reader: Arc::new(Part { whole: self.clone(), start }), length }
    }

    /// Reader of everything from the beginning.
    pub fn reader(&self) -> SequentialReader {
        SequentialReader { bytes: self.clone(), at: 0, expected: self.length }
    }

    /// Reader of `length` bytes from the beginning, which fails if there are fewer.
    pub fn reader_of(&self, length: u64) -> SequentialReader {
        SequentialReader { bytes: self.clone(), at: 0, expected: length }
    }
}

impl ReaderAt for RandomAccess {
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let available = self.length.saturating_sub(offset).min(out.len() as u64);
        self.reader.read_at(&mut out[..available as usize], offset)
    }
}

struct Part {
    whole: RandomAccess,
    start: u64,
}

impl ReaderAt for Part {
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        self.whole.read_at(out, self.start.saturating_add(offset))
    }
}

/// Reads from the beginning to the end.
pub struct SequentialReader {
    bytes: RandomAccess,
    at: u64,
    expected: u64,
}

impl Read for SequentialReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read_at(out, self.at)?;
        self.at += count as u64;
        if count == 0 && !out.is_empty() && self.at < self.expected {
            let missing = self.expected - self.at;
            let message = format!("{missing} of {} bytes are missing", self.expected);
            return Err(io::Error::new(ErrorKind::UnexpectedEof, message));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn kept_bytes_and_parts_equal_the_source(
            length in (MAX_MEMORY_BYTES as usize - 3..MAX_MEMORY_BYTES as usize * 2 + 3).prop_union(0..100),
            start in 0..200_000u64,
            wanted in 0..200_000u64,
        ) {
            let source: Vec<u8> = (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            let kept = RandomAccess::keep(&mut &*source, length as u64).ok().unwrap();
            let part = kept.part(start, wanted);
            let from = source.len().min(start as usize);
            let expected = &source[from..source.len().min(from + wanted as usize)];
            for (bytes, expected) in [(kept, &*source), (part, expected)] {
                let mut read = Vec::new();
                bytes.reader().read_to_end(&mut read).unwrap();
                prop_assert_eq!(bytes.length, expected.len() as u64);
                prop_assert!(read == expected);
            }
        }
    }

    #[test]
    fn more_than_the_limit_is_refused_and_missing_bytes_are_an_error() {
        for limit in [0, 10, MAX_MEMORY_BYTES - 1, MAX_MEMORY_BYTES, MAX_MEMORY_BYTES + 1, 3 * MAX_MEMORY_BYTES] {
            assert!(RandomAccess::keep(&mut io::repeat(1).take(limit), limit).is_ok());
            let refused = RandomAccess::keep(&mut io::repeat(1), limit);
            assert!(matches!(refused, Err(KeepError::TooMany)), "{limit}");
        }
        let mut read = Vec::new();
        let error = RandomAccess::of_bytes(vec![1; 5]).reader_of(8).read_to_end(&mut read).unwrap_err();
        assert_eq!((read.len(), error.to_string()), (5, "3 of 8 bytes are missing".to_owned()));
    }
}
