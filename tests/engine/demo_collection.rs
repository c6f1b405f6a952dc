//! The demo activities, generated and read once for all tests.

use std::sync::OnceLock;

use trailglow::collection::{Collection, PrepareOptions};
use trailglow::control::progress::Silent;
use trailglow::demo::{self, Options};
use trailglow::engine::geometry::simplify::Simplification;
use trailglow::job;
use trailglow::selection::Selection;

/// The first 120 activities of the demo.
pub fn collection() -> &'static Collection {
    static COLLECTION: OnceLock<Collection> = OnceLock::new();
    COLLECTION.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 120, seed: 1 }, &|| Ok(())).expect("space for a demo");
        let found = job::discover(&[folder.path().to_owned()], None).expect("the folder is there").files;
        job::tracks::collect(
            &found,
            PrepareOptions::without_privacy(&Simplification::Shape, 16),
            &Selection::all(),
            &Silent,
        )
        .expect("nobody interrupts")
    })
}
