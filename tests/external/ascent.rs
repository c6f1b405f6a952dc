//! Ascents of real recordings against those that the devices stated in their sessions.

use trailglow::collection::visible::without_privacy;
use trailglow::source::parse;

use crate::requirement::corpus;
use crate::{Test, tests};

/// Files with a barometer or elevations of a map, and the sum of `total_ascent` of their sessions, read with fitdecode.
const STATED: &[(&str, f64)] = &[
    ("connectstats__activity_1083407258.fit", 861.0),
    ("elevate__kaiteriteri.fit", 216.0),
    ("elevate__mini-enduro.fit", 332.0),
    ("elevate__noroeste.fit", 1038.0),
    ("elevate__trosku.fit", 142.0),
    ("fit-file-faker__karoo_20251119.fit", 795.0),
    ("fit-file-faker__palisade.fit", 110.0),
    ("fit-parser__batt.fit", 106.0),
    ("fit-parser__jumps-mtb.fit", 337.0),
    ("fit-parser__running-with-developer-data.fit", 32.0),
    ("fit-parser__triathlon_summary_last.fit", 174.0),
    ("fit__mornindew-broken.fit", 99.0),
    ("fitfileparser__gearstest.fit", 238.0),
    ("php-fit-file-analysis__mountain-biking.fit", 322.0),
    ("python-fitparse__2013-02-06-12-11-14.fit", 168.0),
    ("python-fitparse__coros-pace-2-cycling-misaligned-fields.fit", 938.0),
    ("python-fitparse__garmin-edge-500-activity.fit", 541.0),
    ("python-fitparse__null_compressed_speed_dist.fit", 92.0),
    ("testfilesforfitnessapps__20181108_run_garmin_fenix_3_hr.fit", 39.0),
];

fn ascents_are_near_those_of_the_devices() {
    let folder = corpus().join("files/fit");
    let mut sums = (0.0, 0.0);
    for (name, stated) in STATED {
        let parsed = parse(&std::fs::read(folder.join(name)).expect("a file")).expect("activities");
        let visible = parsed.activities.iter().filter_map(|activity| without_privacy(activity).0);
        let ascent: f64 = visible.filter_map(|visible| visible.summary.ascent_m).sum();
        assert!((ascent - stated).abs() <= 0.1 * stated + 6.0, "{name}: {ascent} m, the device {stated} m");
        sums = (sums.0 + ascent, sums.1 + stated);
    }
    assert!((sums.0 / sums.1 - 1.0).abs() < 0.04, "{sums:?}");
}

fn ascents_of_noise_are_near_zero() {
    for (report, most) in [("e10_flat_white1m", 1.0), ("e11_flat_drift", 20.0)] {
        let path = corpus().join("reports").join(report).join("a.gpx");
        let parsed = parse(&std::fs::read(path).expect("a file")).expect("activities");
        let ascent = without_privacy(&parsed.activities[0]).0.and_then(|visible| visible.summary.ascent_m);
        assert!(ascent.is_some_and(|ascent| ascent <= most), "{report}: {ascent:?}");
    }
}

pub const TESTS: &[Test] =
    tests![Corpus: ascents_are_near_those_of_the_devices, Corpus: ascents_of_noise_are_near_zero];
