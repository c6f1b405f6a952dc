//! A small invented archive, read as the program reads any: made once for each test file.

use std::sync::OnceLock;

use trailglow::collection::{self, Collection, View};
use trailglow::demo::{self, Options};
use trailglow::layer::Accumulate;
use trailglow::progress::Silent;
use trailglow::selection::Selection;
use trailglow::source;

/// The first 120 activities of a life.
pub fn collection() -> &'static Collection {
    static COLLECTION: OnceLock<Collection> = OnceLock::new();
    COLLECTION.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 120, seed: 1 }, &|| ()).expect("space for a demo");
        let found = source::discover(&[folder.path().to_owned()], None).expect("the folder is there").found;
        collection::collect(&found, View::of_all(Accumulate::Visits, 16), &Selection::everything(), &Silent)
            .expect("nobody interrupts")
    })
}
