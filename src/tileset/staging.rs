//! Outputs appear whole or not at all: written under a temporary name beside the place, then renamed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A file or folder in the making. Dropped without [`commit`](Staging::commit), it is removed and the place is as it
/// was; after a kill, the next [`Staging`] for the same place removes what was left.
#[derive(Debug)]
pub struct Staging {
    place: PathBuf,
    temporary: PathBuf,
    /// Folders above the place that did not exist before, innermost first.
    made: Vec<PathBuf>,
    /// Holds the lock that tells other processes that this one is alive.
    lock: Option<File>,
}

impl Staging {
    /// Prepares to replace the folder at `place`, which need not exist.
    ///
    /// # Errors
    /// When the folder above cannot be created or written, or the place is one that cannot be replaced.
    pub fn folder(place: &Path) -> Result<Self> {
        Self::new(place, |path| fs::create_dir(path).map(|()| File::open(path).ok()))
    }

    /// Prepares to replace the file at `place`, which need not exist.
    ///
    /// # Errors
    /// When the folder above cannot be created or written, or the place is one that cannot be replaced.
    pub fn file(place: &Path) -> Result<Self> {
        Self::new(place, |path| File::options().read(true).write(true).create_new(true).open(path).map(Some))
    }

    fn new(place: &Path, create: impl Fn(&Path) -> std::io::Result<Option<File>>) -> Result<Self> {
        let place = resolve(place)?;
        let (Some(parent), Some(name)) = (place.parent(), place.file_name()) else {
            bail!("{} cannot be replaced; name a folder or file below it", place.display());
        };
        if is_mount_point(&place, parent) {
            bail!("{} is a mounted volume, which cannot be replaced; name a folder or file below it", place.display());
        }
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".trailglow-");
        let made = parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        remove_stale(parent, &prefix);
        for attempt in 0..1000 {
            let mut candidate = prefix.clone();
            candidate.push(format!("{}-{attempt}", std::process::id()));
            let temporary = parent.join(candidate);
            match create(&temporary) {
                Ok(file) => {
                    let lock = match file.map(|file| file.try_lock().map(|()| file)) {
                        Some(Ok(lock)) => Some(lock),
                        // Another process saw it before the lock and takes it for a leftover.
                        Some(Err(TryLockError::WouldBlock)) => continue,
                        // A file system without locks loses the tidying after a kill, nothing else.
                        Some(Err(TryLockError::Error(_))) | None => None,
                    };
                    if temporary.exists() {
                        return Ok(Self { place, temporary, made, lock });
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot write into {}", parent.display()));
                }
            }
        }
        bail!("{} is full of unfinished outputs; remove those named {}…", parent.display(), prefix.display())
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Where it will be.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Puts the finished output in its place and removes what was there.
    ///
    /// # Errors
    /// When it cannot be renamed; the place is then as it was.
    pub fn commit(mut self) -> Result<()> {
        let context = || format!("cannot move the finished output to {}", self.place.display());
        // Who may look at the old output may look at the new one, nobody else.
        if let Ok(old) = fs::metadata(&self.place) {
            fs::set_permissions(&self.temporary, old.permissions()).with_context(context)?;
        }
        if self.temporary.is_dir() && self.place.is_dir() {
            exchange(&self.temporary, &self.place).with_context(context)?;
        } else {
            fs::rename(&self.temporary, &self.place).with_context(context)?;
        }
        self.lock = None;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit only the former content may be here; failing to remove it harms nothing.
        let _ = remove(&self.temporary);
        for folder in &self.made {
            // Not empty after a commit.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The path that a rename must aim at: links followed, relative parts and a last slash gone.
fn resolve(place: &Path) -> Result<PathBuf> {
    if place.exists() {
        return place.canonicalize().with_context(|| format!("cannot find {}", place.display()));
    }
    if place.is_symlink() {
        bail!("{} is a link that leads nowhere; choose another name", place.display());
    }
    let absolute = std::path::absolute(place).with_context(|| format!("{} is not a path", place.display()))?;
    Ok(absolute.components().collect())
}

/// Whether another file system begins at a folder. The system moves no such folder.
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

/// Swaps two folders in one step where the system can, else in two.
fn exchange(new: &Path, place: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let mut aside = new.as_os_str().to_owned();
    aside.push("-old");
    let aside = PathBuf::from(aside);
    fs::rename(place, &aside)?;
    if let Err(error) = fs::rename(new, place) {
        fs::rename(&aside, place)?;
        return Err(error);
    }
    remove(&aside)
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Removes what killed processes left: temporary names of the same place whose lock nobody holds.
fn remove_stale(parent: &Path, prefix: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if !path.file_name().is_some_and(|name| is_temporary(name, prefix)) {
            continue;
        }
        // The lock is held until it is gone: who has created it meanwhile sees that it is lost.
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            let _ = remove(&path);
        }
    }
}

/// Whether a name is the prefix, a process and a number, as made by [`Staging::new`] and [`exchange`].
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
    fn a_committed_folder_replaces_the_old_one_whole() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("tiles");
        for content in ["first", "second"] {
            let staging = Staging::folder(&place).expect("space");
            fs::write(staging.path().join(content), content).expect("space");
            staging.commit().expect("renamed");
            assert_eq!((names(home.path()), names(&place)), (vec!["tiles".to_owned()], vec![content.to_owned()]));
        }
    }

    #[test]
    fn what_is_not_committed_leaves_no_trace() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("deep/heat.pmtiles");
        Staging::file(&place).expect("space").commit().expect("renamed");
        let staging = Staging::file(&place).expect("space");
        fs::write(staging.path(), "half").expect("space");
        drop(staging);
        assert_eq!(fs::read(&place).expect("the old file"), b"");
        assert_eq!(names(place.parent().expect("a parent")), ["heat.pmtiles"]);
        drop(Staging::folder(&home.path().join("a/b/tiles")).expect("space"));
        assert_eq!(names(home.path()), ["deep"], "the folders above it were not there before");
    }

    #[cfg(unix)]
    #[test]
    fn a_private_output_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("tiles");
        fs::create_dir(&place).expect("space");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).expect("it is ours");
        Staging::folder(&place).expect("space").commit().expect("renamed");
        assert_eq!(fs::metadata(&place).expect("the new one").permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn leftovers_of_the_dead_are_removed_and_those_of_the_living_kept() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("tiles");
        fs::create_dir(home.path().join(".tiles.trailglow-1-0")).expect("space");
        let alive = Staging::folder(&place).expect("space");
        let other = Staging::folder(&place).expect("space");
        assert!(alive.path().exists() && other.path().exists() && alive.path() != other.path());
        assert_eq!(names(home.path()).len(), 2, "{:?}", names(home.path()));
    }

    #[cfg(unix)]
    #[test]
    fn what_no_rename_can_replace_is_refused_before_the_work() {
        let home = tempfile::tempdir().expect("a folder");
        let link = home.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
        let message = |place: &Path| Staging::folder(place).expect_err("refused").to_string();
        assert!(message(&link).contains("leads nowhere"));
        assert!(message(Path::new("/")).contains("cannot be replaced"));
        assert!(!is_mount_point(home.path(), home.path().parent().expect("a folder above")));
        // A file's name may be written like a folder's.
        Staging::file(&home.path().join("heat.pmtiles/")).expect("space").commit().expect("renamed");
        assert!(home.path().join("heat.pmtiles").is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn mounted_volumes_are_known() {
        assert!(is_mount_point(Path::new("/proc"), Path::new("/")));
    }

    #[test]
    fn only_names_of_our_making_are_leftovers() {
        let is = |name: &str| is_temporary(OsStr::new(name), OsStr::new(".tiles.trailglow-"));
        assert!(is(".tiles.trailglow-12-0") && is(".tiles.trailglow-12-0-old"));
        for other in ["", "notes", "12", "12-", "-0", "12-0-new", "12-0-1", "12-x"] {
            assert!(!is(&format!(".tiles.trailglow-{other}")), "{other}");
        }
        assert!(!is(".other.trailglow-12-0"));
    }
}
