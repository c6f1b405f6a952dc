//! Whether two recordings are one.
//!
//! Positions scatter by metres, and no two recordings scatter alike: neither two devices on one handlebar nor two visits
//! of one place. So where the places of two recordings agree to rounding, point by point and in step, one was made from
//! the other, in whatever format and however thinned out. Where they agree only as well as GPS does, they may be two
//! devices of one person or two people, and only the user knows.

use std::fmt;

use super::chain::{Chain, longest_chain};
use super::trace::Trace;

/// Places agree if they are no farther apart than rounding makes them, in metres, and this much: for lattices finer than
/// those that are recognised, and for formulas that go to some other unit and back.
const MIN_TOLERANCE_METRES: f64 = 0.1;
/// Of the places of a copy so many agree. The rest is for what a service smoothed or moved, as at a pause.
const MIN_COPY_SHARE: f64 = 0.9;
/// From here on somebody should look: by chance it is a hundredth.
const MIN_UNSURE_SHARE: f64 = 0.5;
/// So many places that agree are no chance, where moments agree too.
const MIN_MATCHES: usize = 20;
/// The same without moments, where roads drawn from one map agree as well.
const MIN_UNTIMED_MATCHES: usize = 50;
/// Of the shorter recording, so much must lie in the longer one, or neither could stand for the other; and so much of the
/// longer, if two devices are to have gone side by side.
const MIN_COVERAGE: f64 = 0.9;
/// Formats round moments to seconds, some down and some to the nearest.
pub(super) const TIME_ROUNDING_MS: i64 = 1000;
/// Two devices on one person, one of them poor, between houses: their distance half of the time, ...
const SIDE_BY_SIDE_MEDIAN_METRES: f64 = 15.0;
/// ... and nine tenths of the time.
const SIDE_BY_SIDE_P90_METRES: f64 = 40.0;
/// Clocks that show local time differ from others by a multiple of this, ...
const TIME_ZONE_STEP_MS: i64 = 15 * 60_000;
/// ... and by no more than the zone farthest from UTC does. Whole days are something else: who recorded nothing and took
/// the file of another day instead, with a new date, was on the way twice.
pub(super) const MAX_TIME_ZONE_OFFSET_MS: i64 = 14 * 3_600_000;

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
    DifferentStart,
    /// The same places at the same moments.
    SameTimes,
    /// The same, as long as both recorded, which is only a part of both.
    PartialOverlap,
    /// The same places in the same order, and the clock of one so many milliseconds ahead.
    ClockOffset(i64),
    /// The same places in the same order; one has no moments.
    Untimed,
    /// Some of the places, a share between 0 and 1.
    SharedPositions(f64),
    /// Side by side, half of the time within so many metres.
    SideBySide(f64),
    /// Nothing of the kind.
    Different,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SamePoints => f.write_str("the same points"),
            Self::DifferentStart => f.write_str("the same places, said to have begun at different times"),
            Self::SameTimes => f.write_str("the same places at the same times"),
            Self::PartialOverlap => {
                f.write_str("the same places where they overlap, and each goes on without the other")
            }
            Self::ClockOffset(ms) if is_time_zone_offset(*ms) => {
                write!(f, "the same places, with clocks {} apart", format_hours(*ms))
            }
            Self::ClockOffset(_) => f.write_str("the same places in the same rhythm at another time"),
            Self::Untimed => f.write_str("the same places, in one without times"),
            Self::SharedPositions(share) => write!(f, "{:.0} % of the places are the same", 100.0 * share),
            Self::SideBySide(metres) => write!(f, "side by side, {metres:.0} m apart: two devices, or two people"),
            Self::Different => f.write_str("different recordings"),
        }
    }
}

fn format_hours(ms: i64) -> String {
    let minutes = (ms.abs() + 30_000) / 60_000;
    format!("{}:{:02} h", minutes / 60, minutes % 60)
}

/// Whether clocks of two time zones may differ by this.
fn is_time_zone_offset(ms: i64) -> bool {
    let remainder = (ms.abs() + TIME_ROUNDING_MS).rem_euclid(TIME_ZONE_STEP_MS);
    remainder <= 2 * TIME_ROUNDING_MS && ms.abs() <= MAX_TIME_ZONE_OFFSET_MS
}

/// Judges activities with the same points by when they began.
pub fn judge_identical(starts_ms: (Option<i64>, Option<i64>)) -> Judgement {
    if starts_differ(starts_ms) {
        Judgement { verdict: Verdict::Unsure, reason: Reason::DifferentStart }
    } else {
        Judgement { verdict: Verdict::Same, reason: Reason::SamePoints }
    }
}

/// Judges by the points. The order of the two does not matter.
pub fn judge(a: &Trace, b: &Trace) -> Judgement {
    // The places of the one that has fewer are looked up in the other.
    let by_points =
        a.positions.len().cmp(&b.positions.len()).then_with(|| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let (fewer, more) = if by_points.is_gt() { (b, a) } else { (a, b) };
    if a.positions == b.positions && a.times == b.times {
        return judge_identical((a.start_ms, b.start_ms));
    }
    // Rounding twice moves nothing that was rounded before, so the coarser lattice is what counts.
    let tolerance = a.rounding_m.max(b.rounding_m) + MIN_TOLERANCE_METRES;
    let (verdict, reason) = compare_by_time(fewer, more, tolerance)
        .or_else(|| compare_by_order(fewer, more, tolerance))
        .unwrap_or((Verdict::Different, Reason::Different));
    Judgement { verdict, reason }
}

/// Whether both say when they began, and not the same, in no zone.
fn starts_differ((a, b): (Option<i64>, Option<i64>)) -> bool {
    a.zip(b).is_some_and(|(a, b)| !is_time_zone_offset(a.saturating_sub(b)))
}

/// Compares where both were at the same moments. Nothing if that does not decide.
fn compare_by_time(fewer: &Trace, more: &Trace, tolerance: f64) -> Option<(Verdict, Reason)> {
    let (fewer_span, more_span) = (fewer.span()?, more.span()?);
    let (first, last) = (fewer_span.0.max(more_span.0), fewer_span.1.min(more_span.1));
    let timed_positions = fewer.samples.iter().map(|&sample| (fewer.positions[sample], fewer.times[sample]));
    let overlapping = timed_positions.filter(|(_, time)| (first..=last).contains(time));
    let distances: Vec<(f64, f64)> = overlapping
        .map(|(position, time)| {
            let between = more.distance_at(position, time);
            (between.min(more.nearest_distance(position, time, TIME_ROUNDING_MS)), between)
        })
        .collect();
    let matching = distances.iter().filter(|(nearest, _)| *nearest <= tolerance).count();
    let share = matching as f64 / distances.len().max(1) as f64;
    let lengths = [fewer_span, more_span].map(|(first, last)| (last - first).max(1) as f64);
    let overlap = (last - first).max(0) as f64;
    if share >= MIN_UNSURE_SHARE && matching >= MIN_MATCHES {
        let is_contained = overlap >= MIN_COVERAGE * lengths[0].min(lengths[1]);
        return Some(match is_contained {
            true if share >= MIN_COPY_SHARE => (Verdict::Same, Reason::SameTimes),
            false if share >= MIN_COPY_SHARE => (Verdict::Unsure, Reason::PartialOverlap),
            _ => (Verdict::Unsure, Reason::SharedPositions(share)),
        });
    }
    let mut interpolated: Vec<f64> = distances.into_iter().map(|(_, between)| between).collect();
    interpolated.sort_by(f64::total_cmp);
    let (median, p90) = (*interpolated.get(interpolated.len() / 2)?, interpolated[interpolated.len() * 9 / 10]);
    let overlaps_both = overlap >= MIN_COVERAGE * lengths[0].max(lengths[1]);
    let is_side_by_side = overlaps_both && median <= SIDE_BY_SIDE_MEDIAN_METRES && p90 <= SIDE_BY_SIDE_P90_METRES;
    is_side_by_side.then_some((Verdict::Unsure, Reason::SideBySide(median)))
}

/// Compares the places in their order, whatever their moments. Nothing if they are not the same.
fn compare_by_order(fewer: &Trace, more: &Trace, tolerance: f64) -> Option<(Verdict, Reason)> {
    let Chain { matches, share, coverage, .. } = longest_chain(fewer, more, tolerance);
    if share < MIN_UNSURE_SHARE || matches.len() < MIN_MATCHES {
        return None;
    }
    let is_copy = share >= MIN_COPY_SHARE && coverage >= MIN_COVERAGE;
    if fewer.times.is_empty() || more.times.is_empty() {
        let is_sure = is_copy && matches.len() >= MIN_UNTIMED_MATCHES && tolerance * 4.0 <= fewer.median_step_metres();
        return Some(match (is_sure, is_copy) {
            (_, true) if starts_differ((fewer.start_ms, more.start_ms)) => (Verdict::Unsure, Reason::DifferentStart),
            (true, _) => (Verdict::Same, Reason::Untimed),
            (false, true) => (Verdict::Unsure, Reason::Untimed),
            (false, false) => (Verdict::Unsure, Reason::SharedPositions(share)),
        });
    }
    let mut offsets: Vec<i64> = matches.iter().map(|pair| more.times[pair.1] - fewer.times[pair.0]).collect();
    offsets.sort_unstable();
    let median_offset = offsets[offsets.len() / 2];
    let constant = offsets.iter().filter(|offset| (**offset - median_offset).abs() <= 2 * TIME_ROUNDING_MS).count();
    if (constant as f64) < MIN_COPY_SHARE * offsets.len() as f64 {
        // The same road from the same map, as in a game, but not in the same rhythm.
        return None;
    }
    Some(match is_copy {
        true if is_time_zone_offset(median_offset) => (Verdict::Same, Reason::ClockOffset(median_offset.abs())),
        true => (Verdict::Unsure, Reason::ClockOffset(median_offset.abs())),
        false => (Verdict::Unsure, Reason::SharedPositions(share)),
    })
}
