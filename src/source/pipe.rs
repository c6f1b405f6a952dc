//! Content of pipes: standard input, named pipes, process substitution of the shell. A pipe can be read only once, so
//! its content is kept.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use super::random_access::{KeepError, RandomAccess};
use crate::control::cancel::Cancel;

/// Largest content of a pipe, in bytes.
const MAX_PIPE_BYTES: u64 = 2 << 30;

const CHUNK_BYTES: usize = 64 << 10;

/// Chunks that may wait.
const QUEUE_LENGTH: usize = 16;

/// Time between two checks for a cancellation while a pipe delivers nothing.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Name of standard input among the inputs.
const STANDARD_INPUT: &str = "-";

/// Content of a pipe.
#[derive(Clone)]
pub struct Piped(Arc<RandomAccess>);

impl Piped {
    /// Reads a pipe to its end.
    ///
    /// # Errors
    /// If the pipe cannot be read or has too many bytes, or the job is cancelled.
    pub(super) fn read(path: &Path, cancel: &Cancel) -> Result<Self> {
        let kept = RandomAccess::keep(&mut PipeReader::open(path, cancel), MAX_PIPE_BYTES);
        cancel.check()?;
        let path = path.display();
        if kept.as_ref().is_ok_and(|bytes| bytes.length == 0) {
            bail!("{path} is empty; name a file, or write the content to standard input");
        }
        kept.map(|bytes| Self(Arc::new(bytes))).map_err(|error| match error {
            KeepError::TooMany => {
                anyhow!("{path} delivers more than {} GiB; write it to a file and name the file", MAX_PIPE_BYTES >> 30)
            }
            KeepError::Read(error) => anyhow!("cannot read {path}: {error}"),
            KeepError::Write(error) => anyhow!(
                "cannot write the temporary file for {path}; the disk may be full (TMPDIR sets another folder): {error}"
            ),
        })
    }

    pub(super) fn bytes(&self) -> &RandomAccess {
        &self.0
    }
}

/// Equal if it is one reading of one pipe.
impl PartialEq for Piped {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Piped {}

impl fmt::Debug for Piped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of a pipe", self.0.length)
    }
}

/// Returns true for `-` and for named pipes.
pub fn is_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    let is_fifo = || {
        use std::os::unix::fs::FileTypeExt;
        path.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo())
    };
    #[cfg(not(unix))]
    let is_fifo = || false;
    path == Path::new(STANDARD_INPUT) || is_fifo()
}

/// Reader of a pipe that ends when the job is cancelled. Opening and reading block, so another thread does both; the
/// thread ends with the process if the pipe never delivers.
struct PipeReader<'a> {
    receiver: Receiver<io::Result<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    cancel: &'a Cancel,
}

impl<'a> PipeReader<'a> {
    fn open(path: &Path, cancel: &'a Cancel) -> Self {
        let (sender, receiver) = sync_channel(QUEUE_LENGTH);
        let path = path.to_owned();
        std::thread::spawn(move || {
            let source: io::Result<Box<dyn Read>> = match path == Path::new(STANDARD_INPUT) {
                true => Ok(Box::new(io::stdin().lock())),
                false => File::open(&path).map(|file| Box::new(file) as Box<dyn Read>),
            };
            let mut source = match source {
                Ok(source) => source,
                Err(error) => return drop(sender.send(Err(error))),
            };
            loop {
                let mut chunk = vec![0; CHUNK_BYTES];
                let read = match source.read(&mut chunk) {
                    Ok(0) => return,
                    Ok(count) => {
                        chunk.truncate(count);
                        Ok(chunk)
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = read.is_err();
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        });
        Self { receiver, chunk: io::Cursor::default(), cancel }
    }
}

impl Read for PipeReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.chunk.read(out)? {
                0 if !out.is_empty() => {}
                count => return Ok(count),
            }
            self.chunk = match self.receiver.recv_timeout(CHECK_INTERVAL) {
                Ok(chunk) => io::Cursor::new(chunk?),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) if self.cancel.is_cancelled() => {
                    return Err(io::Error::other("interrupted"));
                }
                Err(RecvTimeoutError::Timeout) => continue,
            };
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn reading_a_silent_pipe_ends_when_the_job_is_cancelled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let cancel = Cancel::default();
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| Piped::read(&path, &cancel));
            std::thread::sleep(2 * CHECK_INTERVAL);
            cancel.cancel();
            assert!(reading.join().unwrap().is_err());
        });
    }
}
