//! A demo archive for all tests of this binary, written once.

use std::fs;
use std::sync::OnceLock;

use crate::program::Home;

/// Number of activities in the archive.
pub const DEMO_ACTIVITIES: usize = 24;

/// Path of the shared archive, which no test may change.
pub fn demo() -> &'static str {
    static DEMO: OnceLock<String> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = format!("{}/demo-{}", env!("CARGO_TARGET_TMPDIR"), env!("CARGO_CRATE_NAME"));
        // Another version may have left a folder that this version refuses to replace.
        let _ = fs::remove_dir_all(&folder);
        let number = DEMO_ACTIVITIES.to_string();
        let run = Home::new().run(&["demo", "-q", "-n", &number, "-o", &folder]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        folder
    })
}
