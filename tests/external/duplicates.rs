//! Duplicate search on real recordings in several formats from several services: finds all copies and nothing else.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use trailglow::activity::Segment;
use trailglow::collection::visible::VisibleActivity;
use trailglow::duplicates::{Features, Sketch, Trace, Verdict, candidates, judge};

use crate::distortions::outings;
use crate::recordings::read;
use crate::requirement::corpus;
use crate::similar_pairs::{SIMILAR_PAIRS, misjudged};
use crate::{Test, tests};

/// Prefixes of file names that are copies of each other although the expectations do not list them. An unused row fails
/// the test.
const UNLISTED_COPIES: &[(&str, &str)] = &[
    // Damaged and compressed derivatives of other files.
    ("fit/derived_", "fit/"),
    ("other/derived_", ""),
    ("tcx/derived_truncated.tcx", "tcx/"),
    // One sample with a different fault in each file.
    ("fit/python-fitparse__activity-", "fit/python-fitparse__activity-"),
    ("other/elevate__samples.zip", "other/elevate__samples.zip"),
    // One track with times changed by an editor.
    ("gpx/gpxeditor__TestInterpolateDate.gpx", "gpx/gpxeditor__TestInterpolateDate.gpx"),
    ("gpx/gpxpy__cerknicko-without-times.gpx", "gpx/gpxpy__cerknicko-jezero.gpx"),
];

/// Expected copies of which nothing is left: both files have a single point, which counts as stray.
const STRAY: (&str, &str) = ("gpx/gpxgo__gpx1.1_with_all_fields.gpx", "gpx/gpxpy__gpx1.0_with_all_fields.gpx");

/// Returns the pairs that the judge takes for copies.
fn copies(traces: &[Trace], pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    pairs.into_iter().filter(|(a, b)| judge(&traces[*a], &traces[*b]).verdict == Verdict::Same).collect()
}

/// Returns the least index connected with each activity.
fn connected(all: usize, pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut least: Vec<usize> = (0..all).collect();
    for _ in 0..all {
        for (a, b) in pairs {
            let both = least[*a].min(least[*b]);
            (least[*a], least[*b]) = (both, both);
        }
    }
    least
}

/// Returns the file names of pairs, sorted within each pair.
fn files(recordings: &[(String, VisibleActivity)], pairs: &[(usize, usize)]) -> BTreeSet<(String, String)> {
    let names = |(a, b): &(usize, usize)| [&recordings[*a].0, &recordings[*b].0];
    pairs.iter().map(names).map(|[a, b]| (a.min(b).clone(), a.max(b).clone())).collect()
}

/// Returns the number of expected pairs, and descriptions of missing pairs, unexpected pairs and unused rows.
fn differences(expected: &Map<String, Value>, found: &BTreeSet<(String, String)>) -> (usize, Vec<String>) {
    let mut wanted = BTreeSet::new();
    for (file, row) in expected {
        for other in row["same_activity_as"].as_array().into_iter().flatten() {
            let other = other.as_str().expect("a name");
            wanted.insert((file.as_str().min(other).to_owned(), file.as_str().max(other).to_owned()));
        }
    }
    assert!(wanted.remove(&(STRAY.0.to_owned(), STRAY.1.to_owned())), "the stray pair is expected");
    let fits = |(a, b): &(String, String), row: &(&str, &str)| {
        a.starts_with(row.0) && b.starts_with(row.1) || b.starts_with(row.0) && a.starts_with(row.1)
    };
    let missed = wanted.difference(found).map(|(a, b)| format!("not found: {a} is {b}"));
    let more: Vec<_> = found.difference(&wanted).collect();
    let wrong = more.iter().filter(|pair| !UNLISTED_COPIES.iter().any(|row| fits(pair, row)));
    let wrong = wrong.map(|(a, b)| format!("taken for one: {a} and {b}"));
    let stale = UNLISTED_COPIES.iter().filter(|row| !more.iter().any(|pair| fits(pair, row)));
    let stale = stale.map(|row| format!("a stale row: {row:?}"));
    (wanted.len(), missed.chain(wrong).chain(stale).collect())
}

fn features(recordings: &[(String, VisibleActivity)]) -> Vec<Features> {
    let places = |segments: &[Segment]| Sketch::new(segments.iter().flatten().map(|p| (p.lat, p.lon)));
    recordings.iter().map(|(_, recording)| Features::new(&recording.summary, places(&recording.segments))).collect()
}

fn copies_in_other_formats_are_found_and_nothing_else() {
    let folder = corpus().join("files");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("the expectations are readable");
    let expected: Map<String, Value> = serde_json::from_str(&text).expect("the expectations are JSON");
    let recordings = read(&folder);
    let trace =
        |(_, recording): &(String, VisibleActivity)| Trace::new(recording.summary.start_ms, &recording.segments);
    let traces: Vec<Trace> = recordings.iter().map(trace).collect();
    let all = traces.len();
    let same_of_all = copies(&traces, (0..all).flat_map(|a| (0..a).map(move |b| (a, b))));
    let found = files(&recordings, &same_of_all);
    let (pairs, wrong) = differences(&expected, &found);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pairs >= 8, "only {pairs} pairs were expected");

    let candidate_pairs = candidates(&features(&recordings), &vec![true; all]);
    assert!(candidate_pairs.len() * 50 < all * all, "{} of {all}² pairs are not few", candidate_pairs.len());
    let same_of_few = copies(&traces, candidate_pairs);
    assert_eq!(connected(all, &same_of_few), connected(all, &same_of_all), "and comparing few finds as many");
    assert_ne!(connected(all, &same_of_few[1..]), connected(all, &same_of_all));

    let mut other = found.clone();
    other.retain(|(a, _)| a != "fit/sweatpy__4801048867.fit");
    other.insert(("fit/a".into(), "gpx/b".into()));
    let (_, wrong) = differences(&expected, &other);
    let strava = "not found: fit/sweatpy__4801048867.fit is other/sweatpy__4801048867_strava.gpx.gz";
    assert_eq!(wrong, [strava, "taken for one: fit/a and gpx/b"]);
}

fn similar_pairs_of_real_outings_are_not_merged() {
    let outings = outings(read(&corpus().join("files")));
    assert!(outings.len() >= 10, "only {} outings", outings.len());
    let misjudgements: Vec<String> = SIMILAR_PAIRS
        .iter()
        .flat_map(|(what, max_verdict, make_pair)| misjudged(&outings, *max_verdict, *make_pair, what))
        .collect();
    assert!(misjudgements.is_empty(), "{} mistakes:\n{}", misjudgements.len(), misjudgements.join("\n"));
}

pub const TESTS: &[Test] = tests![
    Corpus: copies_in_other_formats_are_found_and_nothing_else,
    Corpus: similar_pairs_of_real_outings_are_not_merged,
];
