//! Replacement of outputs as a whole: a file or folder is written under a temporary name in the same parent folder,
//! then renamed. The rename is atomic, except for folders on systems that cannot exchange two of them. A lock on the
//! temporary path shows other processes whether its creator is still running.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// An unfinished file or folder. Dropping it without [`commit`](Staging::commit) removes it and leaves the target
/// unchanged. If the process is killed, the next [`Staging`] for the same target removes the leftovers.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    temporary_path: PathBuf,
    /// Parent folders of the target that did not exist, innermost first.
    created_parents: Vec<PathBuf>,
    /// Held as long as the temporary path is in use.
    lock: Option<File>,
}

impl Staging {
    /// Prepares to replace the folder at `target`, which need not exist.
    ///
    /// # Errors
    /// If the parent folder cannot be created or written, or the target cannot be replaced.
    pub fn folder(target: &Path) -> Result<Self> {
        Self::new(target, |path| fs::create_dir(path).map(|()| File::open(path).ok()))
    }

    /// Like [`folder`](Self::folder), for a file.
    ///
    /// # Errors
    /// Like [`folder`](Self::folder).
    pub fn file(target: &Path) -> Result<Self> {
        Self::new(target, |path| File::options().read(true).write(true).create_new(true).open(path).map(Some))
    }

    fn new(target: &Path, create: impl Fn(&Path) -> std::io::Result<Option<File>>) -> Result<Self> {
        let target = resolve(target)?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            bail!("{} cannot be replaced; name a folder or file below it", target.display());
        };
        if is_mount_point(&target, parent) {
            bail!("{} is a mounted volume, which cannot be replaced; name a folder or file below it", target.display());
        }
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".trailglow-");
        if let Some(file) = parent.ancestors().find(|folder| folder.exists()).filter(|folder| !folder.is_dir()) {
            bail!("{} is a file, not a folder; choose another place for the output", file.display());
        }
        let created_parents = parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        remove_stale(parent, &prefix);
        for attempt in 0..1000 {
            let mut name = prefix.clone();
            name.push(format!("{}-{attempt}", std::process::id()));
            let temporary_path = parent.join(name);
            match create(&temporary_path) {
                Ok(file) => {
                    let lock = match file.map(|file| file.try_lock().map(|()| file)) {
                        Some(Ok(lock)) => Some(lock),
                        // Another process locked the path first and is about to remove it as stale.
                        Some(Err(TryLockError::WouldBlock)) => continue,
                        // Without locks, a killed process leaves its temporary path behind; nothing else is affected.
                        Some(Err(TryLockError::Error(_))) | None => None,
                    };
                    if temporary_path.exists() {
                        return Ok(Self { target, temporary_path, created_parents, lock });
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) if error.kind() == std::io::ErrorKind::InvalidFilename => {
                    let name = target.file_name().unwrap_or_default();
                    bail!("the name {} is too long for its temporary file; choose a shorter one", name.display());
                }
                // The folder exists, but is of a special file system, such as /proc.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && parent.is_dir() => {
                    bail!("cannot write into {}, which takes no new files; choose another place", parent.display());
                }
                Err(error) => {
                    let message = format!("cannot write into {}; choose another place", parent.display());
                    return Err(error).context(message);
                }
            }
        }
        bail!(
            "cannot create a temporary path in {}; remove unfinished outputs named {}…",
            parent.display(),
            prefix.display()
        )
    }

    /// Returns the temporary path to write to.
    pub fn path(&self) -> &Path {
        &self.temporary_path
    }

    /// Returns the final path.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Replaces the target with the finished output.
    ///
    /// # Errors
    /// If the output cannot be renamed, in which case the target is unchanged; or if the old folder cannot be removed,
    /// which may show what is hidden by now.
    pub fn commit(mut self) -> Result<()> {
        let context = || format!("cannot move the finished output to {}", self.target.display());
        // Keeps the permissions of the previous output, which may be private.
        if let Ok(old) = fs::metadata(&self.target) {
            fs::set_permissions(&self.temporary_path, old.permissions()).with_context(context)?;
        }
        if self.temporary_path.is_dir() && self.target.is_dir() {
            exchange(&self.temporary_path, &self.target).with_context(context)?;
            let old_path = &self.temporary_path;
            remove_if_there(old_path).with_context(|| {
                let (new, old) = (self.target.display(), old_path.display());
                format!("{new} is complete, but the old folder cannot be deleted: delete {old}")
            })?;
        } else {
            fs::rename(&self.temporary_path, &self.target).with_context(context)?;
        }
        self.lock = None;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // A failure is harmless.
        let _ = remove(&self.temporary_path);
        for folder in &self.created_parents {
            // Fails after a commit, because the folder is not empty.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Returns the absolute path that a rename must replace, with links resolved and without a trailing slash.
fn resolve(target: &Path) -> Result<PathBuf> {
    if target.exists() {
        return target.canonicalize().with_context(|| format!("cannot find {}", target.display()));
    }
    if target.is_symlink() {
        bail!("{} is a broken link; choose another name", target.display());
    }
    let absolute = std::path::absolute(target).with_context(|| format!("cannot resolve {}", target.display()))?;
    Ok(absolute.components().collect())
}

/// Returns true if a folder is the root of a mounted file system, which cannot be renamed.
fn is_mount_point(folder: &Path, parent: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::metadata(path).map(|meta| meta.dev()).ok();
        device(folder).is_some_and(|own| device(parent).is_some_and(|above| own != above))
    }
    #[cfg(not(unix))]
    {
        let _ = (folder, parent);
        false
    }
}

/// Swaps two folders atomically where the system supports it; otherwise renames both in turn and removes the old one. A
/// process killed between the two renames leaves no target.
fn exchange(new: &Path, target: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let mut old_path = new.as_os_str().to_owned();
    old_path.push("-old");
    let old_path = PathBuf::from(old_path);
    fs::rename(target, &old_path)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(&old_path, target)?;
        return Err(error);
    }
    remove(&old_path)
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    if path.exists() { remove(path) } else { Ok(()) }
}

fn remove(path: &Path) -> std::io::Result<()> {
    if !path.is_dir() {
        return fs::remove_file(path);
    }
    fs::remove_dir_all(path).or_else(|_| {
        allow_changes(path);
        fs::remove_dir_all(path)
    })
}

/// Gives the owner all rights to the folders of an output, which may have been made read-only.
fn allow_changes(folder: &Path) {
    #[cfg(unix)]
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
        use std::os::unix::fs::PermissionsExt;
        // Deleting reports a failure.
        let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700));
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// Removes unlocked temporary paths of the same target, left behind by killed processes.
fn remove_stale(parent: &Path, prefix: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if !path.file_name().is_some_and(|name| is_temporary(name, prefix)) {
            continue;
        }
        // The lock is held until the path is removed, so that a process which has just created the path notices.
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            let _ = remove(&path);
        }
    }
}

/// Returns true if a name consists of the prefix, a process id and a number, as created by [`Staging::new`] and
/// [`exchange`].
fn is_temporary(name: &OsStr, prefix: &OsStr) -> bool {
    let Some(rest) = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes()) else { return false };
    let numbers = rest.strip_suffix(b"-old").unwrap_or(rest);
    let mut parts = numbers.split(|&byte| byte == b'-');
    let mut number = || parts.next().is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    number() && number() && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_commit_replaces_the_whole_folder() {
        let home = tempfile::tempdir().expect("a folder");
        let target = home.path().join("tiles");
        for content in ["first", "second"] {
            let staging = Staging::folder(&target).expect("space");
            fs::write(staging.path().join(content), content).expect("space");
            staging.commit().expect("renamed");
            assert_eq!((names(home.path()), names(&target)), (vec!["tiles".to_owned()], vec![content.to_owned()]));
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_old_folder_that_is_read_only_is_deleted() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let target = home.path().join("tiles");
        fs::create_dir_all(target.join("0/0")).expect("space");
        fs::write(target.join("0/0/0.png"), "old").expect("space");
        for folder in ["tiles/0/0", "tiles/0", "tiles"] {
            fs::set_permissions(home.path().join(folder), fs::Permissions::from_mode(0o555)).expect("it is ours");
        }
        Staging::folder(&target).expect("space").commit().expect("renamed");
        assert_eq!((names(home.path()), names(&target)), (vec!["tiles".to_owned()], vec![]));
    }

    #[test]
    fn uncommitted_output_leaves_no_trace() {
        let home = tempfile::tempdir().expect("a folder");
        let target = home.path().join("deep/heat.pmtiles");
        Staging::file(&target).expect("space").commit().expect("renamed");
        let staging = Staging::file(&target).expect("space");
        fs::write(staging.path(), "half").expect("space");
        drop(staging);
        assert_eq!(fs::read(&target).expect("the old file"), b"");
        assert_eq!(names(target.parent().expect("a parent")), ["heat.pmtiles"]);
        drop(Staging::folder(&home.path().join("a/b/tiles")).expect("space"));
        assert_eq!(names(home.path()), ["deep"], "the folders above it were not there before");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_of_the_old_output_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let target = home.path().join("tiles");
        fs::create_dir(&target).expect("space");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o700)).expect("it is ours");
        Staging::folder(&target).expect("space").commit().expect("renamed");
        assert_eq!(fs::metadata(&target).expect("the new one").permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn stale_temporary_folders_are_removed_and_locked_ones_kept() {
        let home = tempfile::tempdir().expect("a folder");
        let target = home.path().join("tiles");
        fs::create_dir(home.path().join(".tiles.trailglow-1-0")).expect("space");
        let alive = Staging::folder(&target).expect("space");
        let other = Staging::folder(&target).expect("space");
        assert!(alive.path().exists() && other.path().exists() && alive.path() != other.path());
        assert_eq!(names(home.path()).len(), 2, "{:?}", names(home.path()));
    }

    #[cfg(unix)]
    #[test]
    fn targets_that_cannot_be_renamed_are_rejected_early() {
        let home = tempfile::tempdir().expect("a folder");
        let link = home.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
        let message = |target: &Path| Staging::folder(target).expect_err("refused").to_string();
        assert!(message(&link).contains("is a broken link"));
        assert!(message(Path::new("/")).contains("cannot be replaced"));
        assert!(!is_mount_point(home.path(), home.path().parent().expect("a folder above")));
        // The name of a file may have a trailing slash.
        Staging::file(&home.path().join("heat.pmtiles/")).expect("space").commit().expect("renamed");
        assert!(home.path().join("heat.pmtiles").is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn mount_points_and_folders_that_take_no_files_are_detected() {
        assert!(is_mount_point(Path::new("/proc"), Path::new("/")));
        for error in [Staging::folder(Path::new("/proc/tiles")), Staging::file(Path::new("/proc/heat.pmtiles"))] {
            let message = error.expect_err("no folder for files").to_string();
            assert_eq!(message, "cannot write into /proc, which takes no new files; choose another place");
        }
    }

    #[test]
    fn only_generated_names_are_temporary() {
        let is_temporary_name = |name: &str| is_temporary(OsStr::new(name), OsStr::new(".tiles.trailglow-"));
        assert!(is_temporary_name(".tiles.trailglow-12-0") && is_temporary_name(".tiles.trailglow-12-0-old"));
        for other in ["", "notes", "12", "12-", "-0", "12-0-new", "12-0-1", "12-x"] {
            assert!(!is_temporary_name(&format!(".tiles.trailglow-{other}")), "{other}");
        }
        assert!(!is_temporary_name(".other.trailglow-12-0"));
    }
}
