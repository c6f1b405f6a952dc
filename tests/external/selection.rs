//! Sentences and flags select what a slow reference selects among the real files of the corpus.

use crate::program::Home;
use crate::requirement::corpus;
use crate::selection_reference::Rows;
use crate::{Test, tests};

fn sentences_and_flags_select_what_the_reference_selects() {
    let home = Home::new();
    let files = corpus().join("files");
    let status = home.run(&["import", files.to_str().expect("UTF-8"), "-q", "--library", "l.sqlite"]).status;
    assert!([0, 3].contains(&status), "the corpus has damaged files");
    let rows = Rows::of(&home, "l.sqlite");
    assert!(rows.len() > 80, "only {} activities", rows.len());
    rows.compare(&home, "l.sqlite", 150);
}

pub const TESTS: &[Test] = tests![Corpus: sentences_and_flags_select_what_the_reference_selects];
