//! Real recordings in several formats and from several services: those that are one are found, and no others.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use trailglow::activity::Segment;
use trailglow::collection::visible::VisibleActivity;
use trailglow::duplicates::{Features, Sketch, Trace, Verdict, candidates, judge};

use crate::disguises::outings;
use crate::look_alikes::{LOOK_ALIKES, mistaken};
use crate::recordings::read;
use crate::requirement::corpus;
use crate::{Test, tests};

/// What files are one recording without the expectations saying so, by what their names begin with. A row that is no
/// longer needed fails the test.
const ALSO: &[(&str, &str)] = &[
    // Damaged and packed copies that were made of others.
    ("fit/derived_", "fit/"),
    ("other/derived_", ""),
    ("tcx/derived_truncated.tcx", "tcx/"),
    // One sample with one fault each.
    ("fit/python-fitparse__activity-", "fit/python-fitparse__activity-"),
    ("other/elevate__samples.zip", "other/elevate__samples.zip"),
    // One track with different times, as an editor made them.
    ("gpx/gpxeditor__TestInterpolateDate.gpx", "gpx/gpxeditor__TestInterpolateDate.gpx"),
    ("gpx/gpxpy__cerknicko-without-times.gpx", "gpx/gpxpy__cerknicko-jezero.gpx"),
];

/// Of some pairs, those that are the same.
fn same(traces: &[Trace], pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    pairs.into_iter().filter(|(a, b)| judge(&traces[*a], &traces[*b]).verdict == Verdict::Same).collect()
}

/// The least index that each is connected with.
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

/// The files of pairs, the lesser name first.
fn files(recordings: &[(String, VisibleActivity)], pairs: &[(usize, usize)]) -> BTreeSet<(String, String)> {
    let names = |(a, b): &(usize, usize)| [&recordings[*a].0, &recordings[*b].0];
    pairs.iter().map(names).map(|[a, b]| (a.min(b).clone(), a.max(b).clone())).collect()
}

/// Which pairs the expectations have and which of them were not found; which were found and are not expected.
fn differences(expected: &Map<String, Value>, found: &BTreeSet<(String, String)>) -> (usize, Vec<String>) {
    let mut wanted = BTreeSet::new();
    for (file, row) in expected {
        for other in row["same_activity_as"].as_array().into_iter().flatten() {
            let other = other.as_str().expect("a name");
            wanted.insert((file.as_str().min(other).to_owned(), file.as_str().max(other).to_owned()));
        }
    }
    let fits = |(a, b): &(String, String), row: &(&str, &str)| {
        a.starts_with(row.0) && b.starts_with(row.1) || b.starts_with(row.0) && a.starts_with(row.1)
    };
    let missed = wanted.difference(found).map(|(a, b)| format!("not found: {a} is {b}"));
    let more: Vec<_> = found.difference(&wanted).collect();
    let wrong = more.iter().filter(|pair| !ALSO.iter().any(|row| fits(pair, row)));
    let wrong = wrong.map(|(a, b)| format!("taken for one: {a} and {b}"));
    let stale = ALSO.iter().filter(|row| !more.iter().any(|pair| fits(pair, row)));
    let stale = stale.map(|row| format!("a stale row: {row:?}"));
    (wanted.len(), missed.chain(wrong).chain(stale).collect())
}

fn features(recordings: &[(String, VisibleActivity)]) -> Vec<Features> {
    let places = |segments: &[Segment]| Sketch::new(segments.iter().flatten().map(|p| (p.lat, p.lon)));
    recordings.iter().map(|(_, recording)| Features::new(&recording.summary, places(&recording.segments))).collect()
}

fn recordings_in_several_formats_are_found_and_no_others() {
    let folder = corpus().join("files");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("the expectations are readable");
    let expected: Map<String, Value> = serde_json::from_str(&text).expect("the expectations are JSON");
    let recordings = read(&folder);
    let trace =
        |(_, recording): &(String, VisibleActivity)| Trace::new(recording.summary.start_ms, &recording.segments);
    let traces: Vec<Trace> = recordings.iter().map(trace).collect();
    let all = traces.len();
    let same_of_all = same(&traces, (0..all).flat_map(|a| (0..a).map(move |b| (a, b))));
    let found = files(&recordings, &same_of_all);
    let (pairs, wrong) = differences(&expected, &found);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pairs >= 9, "only {pairs} pairs were expected");

    let worth = candidates(&features(&recordings), &vec![true; all]);
    assert!(worth.len() * 50 < all * all, "{} of {all}² pairs are not few", worth.len());
    let same_of_few = same(&traces, worth);
    assert_eq!(connected(all, &same_of_few), connected(all, &same_of_all), "and comparing few finds as many");
    assert_ne!(connected(all, &same_of_few[1..]), connected(all, &same_of_all));

    let mut other = found.clone();
    other.retain(|(a, _)| a != "fit/sweatpy__4801048867.fit");
    other.insert(("fit/a".into(), "gpx/b".into()));
    let (_, wrong) = differences(&expected, &other);
    let strava = "not found: fit/sweatpy__4801048867.fit is other/sweatpy__4801048867_strava.gpx.gz";
    assert_eq!(wrong, [strava, "taken for one: fit/a and gpx/b"]);
}

fn look_alikes_of_real_outings_stay_apart() {
    let outings = outings(read(&corpus().join("files")));
    assert!(outings.len() >= 10, "only {} outings", outings.len());
    let mistakes: Vec<String> =
        LOOK_ALIKES.iter().flat_map(|(what, most, disguise)| mistaken(&outings, *most, *disguise, what)).collect();
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
}

pub const TESTS: &[Test] = tests![
    Corpus: recordings_in_several_formats_are_found_and_no_others,
    Corpus: look_alikes_of_real_outings_stay_apart,
];
