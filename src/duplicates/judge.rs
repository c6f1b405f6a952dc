//! Whether two recordings are one.
//!
//! Positions scatter by metres, and no two recordings scatter alike: neither two devices on one handlebar nor two visits
//! of one place. So where the places of two recordings agree to rounding, point by point and in step, one was made from
//! the other, in whatever format and however thinned out. Where they agree only as well as GPS does, they may be two
//! devices of one person or two people, and only the user knows.

use std::fmt;

use super::path::{Chain, chain};
use super::trace::Trace;

/// Places agree if they are no farther apart than rounding makes them, in metres, and this much: for lattices finer than
/// those that are recognised, and for formulas that go to some other unit and back.
const SLACK_METRES: f64 = 0.1;
/// Of the places of a copy so many agree. The rest is for what a service smoothed or moved, as at a pause.
const COPY: f64 = 0.9;
/// From here on somebody should look: by chance it is a hundredth.
const DOUBTFUL: f64 = 0.5;
/// So many places that agree are no chance, where moments agree too.
const ENOUGH: usize = 20;
/// The same without moments, where roads drawn from one map agree as well.
const ENOUGH_UNTIMED: usize = 50;
/// Of the shorter recording, so much must lie in the longer one, or neither could stand for the other; and so much of the
/// longer, if two devices are to have gone side by side.
const WHOLE: f64 = 0.9;
/// Formats round moments to seconds, some down and some to the nearest.
pub(super) const ROUNDING_MS: i64 = 1000;
/// Two devices on one person, one of them poor, between houses: their distance half of the time, ...
const BESIDE_METRES: f64 = 15.0;
/// ... and nine tenths of the time.
const BESIDE_MOSTLY_METRES: f64 = 40.0;
/// Clocks that show local time differ from others by a multiple of this, ...
const ZONE_STEP_MS: i64 = 15 * 60_000;
/// ... and by no more than the zone farthest from UTC does. Whole days are something else: who recorded nothing and took
/// the file of another day instead, with a new date, was on the way twice.
pub(super) const ZONES_MS: i64 = 14 * 3_600_000;

/// Whether two activities are one recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Surely.
    Same,
    /// The user is asked.
    Unsure,
    /// Surely not, or nothing says so.
    Different,
}

/// A verdict and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// What to do.
    pub verdict: Verdict,
    /// What was seen.
    pub reason: Reason,
}

/// What was seen of two activities. Its text completes "because of ...".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// All places and moments.
    SamePoints,
    /// The same places in the same order, without moments, and it is stated that they began at different times.
    OtherStart,
    /// The same places at the same moments.
    InStep,
    /// The same, as long as both recorded, which is only a part of both.
    InStepPartly,
    /// The same places in the same order, and the clock of one so many milliseconds ahead.
    Ahead(i64),
    /// The same places in the same order; one has no moments.
    Untimed,
    /// Some of the places, a share between 0 and 1.
    Share(f64),
    /// Side by side, half of the time within so many metres.
    Beside(f64),
    /// Nothing of the kind.
    Apart,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SamePoints => f.write_str("the same points"),
            Self::OtherStart => f.write_str("the same places, said to have begun at different times"),
            Self::InStep => f.write_str("the same places at the same times"),
            Self::InStepPartly => f.write_str("the same places where they overlap, and each goes on without the other"),
            Self::Ahead(ms) if zones(*ms) => write!(f, "the same places, with clocks {} apart", hours(*ms)),
            Self::Ahead(_) => f.write_str("the same places in the same rhythm at another time"),
            Self::Untimed => f.write_str("the same places, in one without times"),
            Self::Share(share) => write!(f, "{:.0} % of the places are the same", 100.0 * share),
            Self::Beside(metres) => write!(f, "side by side, {metres:.0} m apart: two devices, or two people"),
            Self::Apart => f.write_str("different recordings"),
        }
    }
}

fn hours(ms: i64) -> String {
    let minutes = (ms.abs() + 30_000) / 60_000;
    format!("{}:{:02} h", minutes / 60, minutes % 60)
}

/// Whether clocks of two time zones may differ by this.
fn zones(ms: i64) -> bool {
    let beyond = (ms.abs() + ROUNDING_MS).rem_euclid(ZONE_STEP_MS);
    beyond <= 2 * ROUNDING_MS && ms.abs() <= ZONES_MS
}

/// Judges activities with the same points by when they began.
pub fn judge_same_points(starts_ms: (Option<i64>, Option<i64>)) -> Judgement {
    if began_apart(starts_ms) {
        Judgement { verdict: Verdict::Unsure, reason: Reason::OtherStart }
    } else {
        Judgement { verdict: Verdict::Same, reason: Reason::SamePoints }
    }
}

/// Judges by the points. The order of the two does not matter.
pub fn judge(a: &Trace, b: &Trace) -> Judgement {
    // The places of the one that has fewer are looked up in the other.
    let by_points =
        a.places.len().cmp(&b.places.len()).then_with(|| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let (fewer, more) = if by_points.is_gt() { (b, a) } else { (a, b) };
    if a.places == b.places && a.times == b.times {
        return judge_same_points((a.start_ms, b.start_ms));
    }
    // Rounding twice moves nothing that was rounded before, so the coarser lattice is what counts.
    let tolerance = a.rounding_m.max(b.rounding_m) + SLACK_METRES;
    let (verdict, reason) = in_step(fewer, more, tolerance)
        .or_else(|| along_path(fewer, more, tolerance))
        .unwrap_or((Verdict::Different, Reason::Apart));
    Judgement { verdict, reason }
}

/// Whether both say when they began, and not the same, in no zone.
fn began_apart((a, b): (Option<i64>, Option<i64>)) -> bool {
    a.zip(b).is_some_and(|(a, b)| !zones(a.saturating_sub(b)))
}

/// Compares where both were at the same moments. Nothing if that does not decide.
fn in_step(fewer: &Trace, more: &Trace, tolerance: f64) -> Option<(Verdict, Reason)> {
    let (fewer_span, more_span) = (fewer.span()?, more.span()?);
    let (first, last) = (fewer_span.0.max(more_span.0), fewer_span.1.min(more_span.1));
    let moments = fewer.samples.iter().map(|&sample| (fewer.places[sample], fewer.times[sample]));
    let shared = moments.filter(|(_, moment)| (first..=last).contains(moment));
    let apart: Vec<(f64, f64)> = shared
        .map(|(place, moment)| {
            let between = more.apart_at(place, moment);
            (between.min(more.nearest_within(place, moment, ROUNDING_MS)), between)
        })
        .collect();
    let agreeing = apart.iter().filter(|(nearest, _)| *nearest <= tolerance).count();
    let share = agreeing as f64 / apart.len().max(1) as f64;
    let lengths = [fewer_span, more_span].map(|(first, last)| (last - first).max(1) as f64);
    let overlap = (last - first).max(0) as f64;
    if share >= DOUBTFUL && agreeing >= ENOUGH {
        let contained = overlap >= WHOLE * lengths[0].min(lengths[1]);
        return Some(match contained {
            true if share >= COPY => (Verdict::Same, Reason::InStep),
            false if share >= COPY => (Verdict::Unsure, Reason::InStepPartly),
            _ => (Verdict::Unsure, Reason::Share(share)),
        });
    }
    let mut beside: Vec<f64> = apart.into_iter().map(|(_, between)| between).collect();
    beside.sort_by(f64::total_cmp);
    let (half, mostly) = (*beside.get(beside.len() / 2)?, beside[beside.len() * 9 / 10]);
    let together = overlap >= WHOLE * lengths[0].max(lengths[1]);
    let is_beside = together && half <= BESIDE_METRES && mostly <= BESIDE_MOSTLY_METRES;
    is_beside.then_some((Verdict::Unsure, Reason::Beside(half)))
}

/// Compares the places in their order, whatever their moments. Nothing if they are not the same.
fn along_path(fewer: &Trace, more: &Trace, tolerance: f64) -> Option<(Verdict, Reason)> {
    let Chain { links, share, whole, .. } = chain(fewer, more, tolerance);
    if share < DOUBTFUL || links.len() < ENOUGH {
        return None;
    }
    let is_copy = share >= COPY && whole >= WHOLE;
    if fewer.times.is_empty() || more.times.is_empty() {
        let is_sure = is_copy && links.len() >= ENOUGH_UNTIMED && tolerance * 4.0 <= fewer.step_metres();
        return Some(match (is_sure, is_copy) {
            (_, true) if began_apart((fewer.start_ms, more.start_ms)) => (Verdict::Unsure, Reason::OtherStart),
            (true, _) => (Verdict::Same, Reason::Untimed),
            (false, true) => (Verdict::Unsure, Reason::Untimed),
            (false, false) => (Verdict::Unsure, Reason::Share(share)),
        });
    }
    let mut ahead: Vec<i64> = links.iter().map(|link| more.times[link.1] - fewer.times[link.0]).collect();
    ahead.sort_unstable();
    let middle = ahead[ahead.len() / 2];
    let steady = ahead.iter().filter(|ahead| (**ahead - middle).abs() <= 2 * ROUNDING_MS).count();
    if (steady as f64) < COPY * ahead.len() as f64 {
        // The same road from the same map, as in a game, but not in the same rhythm.
        return None;
    }
    Some(match is_copy {
        true if zones(middle) => (Verdict::Same, Reason::Ahead(middle.abs())),
        true => (Verdict::Unsure, Reason::Ahead(middle.abs())),
        false => (Verdict::Unsure, Reason::Share(share)),
    })
}
