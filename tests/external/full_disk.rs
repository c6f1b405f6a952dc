//! A library on a disk that is full: a small file system in memory, mounted for one command.

use crate::program::Home;
use crate::requirement::in_own_mounts;
use crate::{Test, tests};

/// Whatever the size of the disk at which the creation of a library fails, an import succeeds once there is space.
fn a_library_that_was_created_on_a_full_disk_is_whole_or_absent() {
    let home = Home::new();
    home.run_ok(&["demo", "-q", "-n", "20", "-o", "demo"]);
    std::fs::create_dir(home.path("disk")).expect("disk space");
    let mut failures = 0;
    for kib in [4, 20, 60, 100, 120, 150, 200, 300, 400] {
        let script = format!(
            "set -e; mount -t tmpfs -o size={kib}k tmpfs disk; cd disk
             \"$0\" import ../demo --library l.sqlite -q && exit 0
             for name in .trailglow-library-*; do [ ! -e \"$name\" ] || exit 90; done
             mount -o remount,size=20m .
             \"$0\" import ../demo --library l.sqlite -q && \"$0\" list --library l.sqlite && exit 91"
        );
        let output = in_own_mounts(&home.path(""), &script).expect("unshare starts");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.code() {
            Some(0) => {}
            Some(91) => {
                failures += 1;
                assert!(stdout.contains("20 activities"), "{kib} KiB: {stdout}");
                assert!(stderr.contains("its disk is full") && stderr.contains("l.sqlite"), "{kib} KiB: {stderr}");
            }
            status => panic!("{kib} KiB: {status:?} {stderr}"),
        }
    }
    assert!(failures > 3, "the disks were small enough");
}

pub const TESTS: &[Test] = tests![Mounts: a_library_that_was_created_on_a_full_disk_is_whole_or_absent];
