//! Similar pairs made from demo outings are not taken for copies.

use std::sync::OnceLock;

use trailglow::activity::Point;
use trailglow::demo::{self, Options};
use trailglow::duplicates::Verdict;

use crate::distortions::{outings, rounded};
use crate::recordings::read;
use crate::similar_pairs::{PairMaker, SIMILAR_PAIRS, misjudged};

fn demo_outings() -> &'static [Vec<Point>] {
    static OUTINGS: OnceLock<Vec<Vec<Point>>> = OnceLock::new();
    OUTINGS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 20, seed: 5 }, &|| Ok(())).expect("space for a demo");
        outings(read(folder.path()))
    })
}

#[test]
fn similar_pairs_are_not_merged() {
    let outings = demo_outings();
    assert!(outings.len() >= 10, "only {} outings", outings.len());
    let misjudgements: Vec<String> = SIMILAR_PAIRS
        .iter()
        .flat_map(|(what, max_verdict, make_pair)| misjudged(outings, *max_verdict, *make_pair, what))
        .collect();
    assert!(misjudgements.is_empty(), "{} mistakes:\n{}", misjudgements.len(), misjudgements.join("\n"));
}

#[test]
fn a_copy_among_similar_pairs_is_detected() {
    let outings = demo_outings();
    let copy: PairMaker = |line, _| (line.to_vec(), rounded(line, 5));
    assert_eq!(misjudged(outings, Verdict::Unsure, copy, "a copy").len(), outings.len());
    assert!(misjudged(outings, Verdict::Same, copy, "a copy").is_empty());
    let two = SIMILAR_PAIRS[1].2;
    assert!(misjudged(outings, Verdict::Different, two, "side by side").len() > outings.len() / 2);
}
