//! Formats of archives: what they have in common.

use std::io::Read;
use std::path::{Component, PathBuf};
use std::sync::Arc;

use crate::source::budget::Budget;
use crate::source::random_access::RandomAccess;
use crate::source::skip::Skip;

/// Maximum number of members of an archive. A lifetime of rides has ten thousand, a full export of a device a hundred
/// thousand.
pub const MAX_MEMBERS: usize = if cfg!(test) { 1000 } else { 500_000 };

/// Members of an archive of one format.
pub trait Format: Send + Sync {
    /// Name of the format for messages.
    fn noun(&self) -> &'static str;
    fn members(&self) -> &[Member];
    /// Opens a member. Decompressed bytes count against the budget.
    fn open<'a>(&'a self, member: usize, budget: &Arc<Budget>) -> Result<Box<dyn Read + 'a>, Skip>;
    /// Bytes of a member that is stored without compression.
    fn stored(&self, member: usize) -> Option<RandomAccess>;
}

pub struct Member {
    pub name: PathBuf,
    /// Size within the archive.
    pub packed_bytes: u64,
}

/// Name of a member for the user, and the reason to refuse a member whose name leads out of the archive. Returns `None`
/// for folders and for hidden files, as [`crate::source::discover()`] does on disk.
pub fn label(name: &[u8]) -> Option<(PathBuf, Option<&'static str>)> {
    // Some Windows programs write backslashes.
    let name = String::from_utf8_lossy(name).replace('\\', "/");
    let name = name.trim_start_matches("./");
    if name.is_empty() || name.ends_with('/') || name.split('/').any(is_hidden) {
        return None;
    }
    let name = PathBuf::from(name);
    let leaves_folder = |part: Component| !matches!(part, Component::Normal(_) | Component::CurDir);
    let leads_out = name.components().any(leaves_folder);
    let refusal = leads_out.then_some("the name leads out of the archive; rename the file in the archive");
    Some((name, refusal))
}

/// Returns true for hidden files and folders: thumbnails, caches, AppleDouble files of macOS.
pub fn is_hidden(name: &str) -> bool {
    name == "__MACOSX" || name.strip_prefix('.').is_some_and(|rest| !rest.is_empty() && rest != ".")
}

/// Reason to refuse an archive.
pub fn too_many() -> Skip {
    Skip::Unreadable(format!("the archive has more than {MAX_MEMBERS} files; split it"))
}
