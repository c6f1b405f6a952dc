//! Look-alikes of invented outings.

use std::sync::OnceLock;

use trailglow::activity::Point;
use trailglow::demo::{self, Options};
use trailglow::duplicates::Verdict;

use crate::disguises::{outings, rounded};
use crate::look_alikes::{Disguise, LOOK_ALIKES, mistaken};
use crate::recordings::read;

fn invented() -> &'static [Vec<Point>] {
    static OUTINGS: OnceLock<Vec<Vec<Point>>> = OnceLock::new();
    OUTINGS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 20, seed: 5 }, &|| Ok(())).expect("space for a demo");
        outings(read(folder.path()))
    })
}

#[test]
fn look_alikes_stay_apart() {
    let outings = invented();
    assert!(outings.len() >= 10, "only {} outings", outings.len());
    let mistakes: Vec<String> =
        LOOK_ALIKES.iter().flat_map(|(what, most, disguise)| mistaken(outings, *most, *disguise, what)).collect();
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
}

#[test]
fn a_copy_among_the_look_alikes_would_be_seen() {
    let outings = invented();
    let copy: Disguise = |line, _| (line.to_vec(), rounded(line, 5));
    assert_eq!(mistaken(outings, Verdict::Unsure, copy, "a copy").len(), outings.len());
    assert!(mistaken(outings, Verdict::Same, copy, "a copy").is_empty());
    let two = LOOK_ALIKES[1].2;
    assert!(mistaken(outings, Verdict::Different, two, "side by side").len() > outings.len() / 2);
}
