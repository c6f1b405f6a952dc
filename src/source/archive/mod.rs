//! Archives, read without unpacking to disk. Names of members are only labels, never paths to open.
//!
//! A nested archive is read at its offset in the outer archive if it is stored without compression. A compressed
//! archive is decompressed into memory, or into a temporary file if it is large.

mod format;
mod tar;
mod zip;

pub use format::is_hidden;

use super::budget::Budget;
use super::content::{ContentReader, MAX_BYTES};
use super::random_access::{KeepError, RandomAccess};
use super::skip::Skip;
use format::Format;
use std::path::Path;
use std::sync::Arc;
use tar::{Tar, is_tar};
use zip::{Zip, is_zip};

/// Deepest nesting that is read: an archive in an archive in an archive.
pub const MAX_DEPTH: usize = 3;

/// Largest nested archive that is decompressed, in bytes.
const MAX_NESTED_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 1 << 30 };

/// An open archive.
pub struct Archive {
    format: Box<dyn Format>,
    depth: usize,
    budget: Arc<Budget>,
    damage: Option<String>,
}

/// Returns true if a content with this beginning is an archive.
pub fn is_archive(head: &[u8]) -> bool {
    is_zip(head) || is_tar(head)
}

impl Archive {
    /// Opens an archive on disk or from a pipe.
    pub fn open(bytes: RandomAccess) -> Result<Self, Skip> {
        Self::at_depth(bytes, 0, None, MAX_BYTES)
    }

    fn at_depth(bytes: RandomAccess, depth: usize, outer: Option<Arc<Budget>>, limit: u64) -> Result<Self, Skip> {
        let budget = Budget::new(bytes.length, depth, outer);
        let content = ContentReader::with_budget(bytes.reader(), budget.clone())?;
        if content.is_compressed() {
            return Self::decompress(content, depth, budget, limit);
        }
        Self::detect(content.head(), bytes, depth, budget, None)
    }

    /// Opens a compressed archive.
    fn decompress(mut content: ContentReader, depth: usize, budget: Arc<Budget>, limit: u64) -> Result<Self, Skip> {
        let bytes = RandomAccess::keep(&mut content, limit).map_err(|error| {
            Skip::Unreadable(match error {
                KeepError::TooMany => format!("the packed archive is larger than {} MiB; unpack it", limit >> 20),
                KeepError::Read(error) => error.to_string(),
                KeepError::Write(error) => format!(
                    "the temporary file for the unpacked archive cannot be written; the disk may be full (TMPDIR sets \
                     another folder): {error}"
                ),
            })
        })?;
        let head = content.head().to_vec();
        let damage = content.finish()?;
        Self::detect(&head, bytes, depth, budget, damage)
    }

    fn detect(
        head: &[u8],
        bytes: RandomAccess,
        depth: usize,
        budget: Arc<Budget>,
        damage: Option<String>,
    ) -> Result<Self, Skip> {
        let (format, own_damage): (Box<dyn Format>, _) = if is_tar(head) {
            let (tar, damage) = Tar::open(bytes)?;
            (Box::new(tar), damage)
        } else {
            let (zip, damage) = Zip::open(bytes)?;
            (Box::new(zip), damage)
        };
        Ok(Self { format, depth, budget, damage: damage.or(own_damage) })
    }

    /// Returns true if more bytes were decompressed than the size of the archive allows.
    pub fn is_over_budget(&self) -> bool {
        self.budget.is_exceeded()
    }

    /// Name of the format, such as `zip archive`.
    pub fn noun(&self) -> &'static str {
        self.format.noun()
    }

    /// Sentence about damage of the archive itself, where members may be missing.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    pub fn len(&self) -> usize {
        self.format.members().len()
    }

    /// Name of a member. Only a label: never open it as a path.
    pub fn name(&self, member: usize) -> &Path {
        &self.format.members()[member].name
    }

    /// Opens a member with a budget of its own within that of the archive.
    pub fn open_member(&self, member: usize) -> Result<ContentReader<'_>, Skip> {
        let packed_bytes = self.format.members()[member].packed_bytes;
        let budget = Budget::new(packed_bytes, self.depth + 1, Some(self.budget.clone()));
        ContentReader::with_budget(self.format.open(member, &budget)?, budget)
    }

    /// Opens a member that is an archive itself.
    pub fn open_nested(&self, member: usize) -> Result<Self, Skip> {
        let (depth, outer) = (self.depth + 1, Some(self.budget.clone()));
        if let Some(bytes) = self.format.stored(member) {
            return Self::at_depth(bytes, depth, outer, MAX_NESTED_BYTES);
        }
        let budget = Budget::new(self.format.members()[member].packed_bytes, depth, outer);
        let content = ContentReader::with_budget(self.format.open(member, &budget)?, budget.clone())?;
        Self::decompress(content, depth, budget, MAX_NESTED_BYTES)
    }
}

#[cfg(test)]
pub mod tests;
