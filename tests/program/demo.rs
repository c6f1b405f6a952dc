//! The archive that the tests of the program share.

use std::fs;
use std::sync::OnceLock;

use crate::program::Home;

/// Activities of the shared archive.
pub const DEMO_ACTIVITIES: usize = 24;

/// An archive that all tests of a binary share and none may change.
pub fn demo() -> &'static str {
    static DEMO: OnceLock<String> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = format!("{}/demo-{}", env!("CARGO_TARGET_TMPDIR"), env!("CARGO_CRATE_NAME"));
        // What another version has left need not be what this one would replace.
        let _ = fs::remove_dir_all(&folder);
        let number = DEMO_ACTIVITIES.to_string();
        let run = Home::new().run(&["demo", "-q", "-n", &number, "-o", &folder]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        folder
    })
}
