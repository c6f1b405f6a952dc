//! Verdict on two recordings: same, different, or unsure.
//!
//! GPS positions scatter by metres, and no two recordings scatter in the same way: neither two devices on one handlebar
//! nor two rides on one road. If positions agree within rounding, in order and at the same times, one recording is
//! therefore a copy of the other, regardless of format and thinning. If positions agree only within GPS accuracy, the
//! recordings come from two devices of one person or from two people, and only the user can decide.
//!
//! First both are compared at equal times (`compare_by_time`). If that is inconclusive, the order of positions is
//! compared (`compare_by_order`), which also finds copies without times or with a clock in another time zone.

use std::fmt;

use super::chain::{Chain, longest_chain};
use super::trace::Trace;

/// Tolerance in metres in addition to rounding: for finer lattices than those recognized, and for unit conversions in
/// services.
const MIN_TOLERANCE_METRES: f64 = 0.1;
/// Minimum share of matching positions in a copy. The rest allows for smoothing by a service, as at pauses.
const MIN_COPY_SHARE: f64 = 0.9;
/// Minimum share of matching positions for which the user should decide; chance yields about 0.01.
const MIN_UNSURE_SHARE: f64 = 0.5;
/// Minimum number of matches at equal times, which excludes chance.
const MIN_MATCHES: usize = 20;
/// Minimum number of matches without times; more, because routes drawn on one map agree too.
const MIN_UNTIMED_MATCHES: usize = 50;
/// Minimum part of the shorter recording that the longer one covers, so that one can represent the other; for two
/// devices side by side all the way, minimum common part of the longer recording.
const MIN_COVERAGE: f64 = 0.9;
/// Minimum common part of the shorter recording for two devices side by side. Beyond it, one device may have started
/// late or stopped early.
const MIN_SIDE_BY_SIDE_OVERLAP: f64 = 0.5;
/// Minimum common time of two devices of which one started late or stopped early.
const MIN_SIDE_BY_SIDE_MS: f64 = 120_000.0;
/// Largest difference from rounding: formats round times to seconds, some down and some to nearest.
pub(super) const TIME_ROUNDING_MS: i64 = 1000;
/// Largest median distance of two devices side by side: one of them poor, between buildings.
const SIDE_BY_SIDE_MEDIAN_METRES: f64 = 15.0;
/// Largest 90th percentile of the distance of two devices side by side.
const SIDE_BY_SIDE_P90_METRES: f64 = 40.0;
/// Step between time zones: clocks in local time differ by multiples of 15 minutes.
const TIME_ZONE_STEP_MS: i64 = 15 * 60_000;
/// Largest difference of a time zone from UTC. Whole days are no clock error: some people upload the file of an earlier
/// day with a new date for an activity that was not recorded.
pub(super) const MAX_TIME_ZONE_OFFSET_MS: i64 = 14 * 3_600_000;

/// Verdict on two activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Verdict {
    Same,
    /// The user has to decide.
    Unsure,
    /// Two recordings, or no evidence for one.
    Different,
}

/// Verdict with its reason.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Reason,
}

/// Evidence for a verdict; its text completes "because of …".
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the texts below say it")]
pub enum Reason {
    SamePoints,
    /// Equal positions in order, without times, but the stated starts differ.
    DifferentStart,
    SameTimes,
    /// Equal positions at equal times, but the common time is only a part of both.
    PartialOverlap,
    /// Equal positions in order, with clocks this many milliseconds apart.
    ClockOffset(i64),
    Untimed,
    /// This share of positions is equal, 0 to 1.
    SharedPositions(f64),
    /// Side by side all the way, at this median distance in metres.
    SideBySide(f64),
    /// Side by side as long as both record, at this median distance in metres.
    PartlySideBySide(f64),
    Different,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SamePoints => f.write_str("the same points"),
            Self::DifferentStart => f.write_str("the same positions, but different stated starts"),
            Self::SameTimes => f.write_str("the same positions at the same times"),
            Self::PartialOverlap => f.write_str("the same positions at the same times, but only in a part of both"),
            Self::ClockOffset(ms) if is_time_zone_offset(*ms) => {
                write!(f, "the same positions, with clocks {} apart", format_hours(*ms))
            }
            Self::ClockOffset(_) => f.write_str("the same positions at the same pace, but at another time"),
            Self::Untimed => f.write_str("the same positions, but one recording lacks times"),
            Self::SharedPositions(share) => write!(f, "{:.0}% of the positions are the same", 100.0 * share),
            Self::SideBySide(metres) => write!(f, "side by side, {metres:.0} m apart: two devices, or two people"),
            Self::PartlySideBySide(metres) => {
                write!(f, "side by side in the common time, {metres:.0} m apart: two devices, or two people")
            }
            Self::Different => f.write_str("different recordings"),
        }
    }
}

fn format_hours(ms: i64) -> String {
    let minutes = (ms.abs() + 30_000) / 60_000;
    format!("{}:{:02} h", minutes / 60, minutes % 60)
}

/// Returns true if two clocks, in one time zone or in different ones, may differ by this.
fn is_time_zone_offset(ms: i64) -> bool {
    let remainder = (ms.abs() + TIME_ROUNDING_MS).rem_euclid(TIME_ZONE_STEP_MS);
    remainder <= 2 * TIME_ROUNDING_MS && ms.abs() <= MAX_TIME_ZONE_OFFSET_MS
}

/// Judges two activities with equal points by their stated starts.
pub fn judge_identical(starts_ms: (Option<i64>, Option<i64>)) -> Judgement {
    judge_equal(starts_differ(starts_ms))
}

fn judge_equal(starts_differ: bool) -> Judgement {
    if starts_differ {
        Judgement { verdict: Verdict::Unsure, reason: Reason::DifferentStart }
    } else {
        Judgement { verdict: Verdict::Same, reason: Reason::SamePoints }
    }
}

/// Judges two traces. The order of the two does not matter.
pub fn judge(a: &Trace, b: &Trace) -> Judgement {
    // The trace with fewer positions is looked up in the other; the order of equal counts is arbitrary but fixed.
    let by_points =
        a.positions.len().cmp(&b.positions.len()).then_with(|| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let (fewer, more) = if by_points.is_gt() { (b, a) } else { (a, b) };
    if a.positions == b.positions && a.times == b.times {
        return judge_equal(stated_starts_differ(a, b));
    }
    // The coarser lattice decides, because rounding an already rounded position does not move it.
    let tolerance = a.rounding_m.max(b.rounding_m) + MIN_TOLERANCE_METRES;
    let (verdict, reason) = compare_by_time(fewer, more, tolerance)
        .or_else(|| compare_by_order(fewer, more, tolerance))
        .unwrap_or((Verdict::Different, Reason::Different));
    Judgement { verdict, reason }
}

/// Returns true if no time zone explains the difference of two known starts.
fn starts_differ((a, b): (Option<i64>, Option<i64>)) -> bool {
    a.zip(b).is_some_and(|(a, b)| !is_time_zone_offset(a.saturating_sub(b)))
}

/// Returns true if neither a time zone nor a late first time explains the difference of two known starts.
fn stated_starts_differ(a: &Trace, b: &Trace) -> bool {
    /// Longest time before the first time of a recording, and the difference of two time zones.
    const LATEST_FIRST_TIME_MS: u64 = 24 * 3_600_000;
    if a.begins_untimed || b.begins_untimed {
        a.start_ms.zip(b.start_ms).is_some_and(|(a, b)| a.abs_diff(b) > LATEST_FIRST_TIME_MS)
    } else {
        starts_differ((a.start_ms, b.start_ms))
    }
}

/// Compares the samples of `fewer` in the common time with the positions of `more` at the same times, interpolated or
/// up to a second off. Returns `None` if the result is inconclusive.
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
    if median > SIDE_BY_SIDE_MEDIAN_METRES || p90 > SIDE_BY_SIDE_P90_METRES {
        return None;
    }
    if overlap >= MIN_COVERAGE * lengths[0].max(lengths[1]) {
        return Some((Verdict::Unsure, Reason::SideBySide(median)));
    }
    let is_long_enough = overlap >= MIN_SIDE_BY_SIDE_OVERLAP * lengths[0].min(lengths[1])
        && overlap >= MIN_SIDE_BY_SIDE_MS
        && interpolated.len() >= MIN_MATCHES;
    is_long_enough.then_some((Verdict::Unsure, Reason::PartlySideBySide(median)))
}

/// Compares positions in order. If both recordings have times, nearly all matches must be equally far apart in time.
/// Returns `None` if the recordings do not agree.
fn compare_by_order(fewer: &Trace, more: &Trace, tolerance: f64) -> Option<(Verdict, Reason)> {
    let Chain { matches, share, coverage, .. } = longest_chain(fewer, more, tolerance);
    if share < MIN_UNSURE_SHARE || matches.len() < MIN_MATCHES {
        return None;
    }
    let is_copy = share >= MIN_COPY_SHARE && coverage >= MIN_COVERAGE;
    if fewer.times.is_empty() || more.times.is_empty() {
        let is_sure = is_copy && matches.len() >= MIN_UNTIMED_MATCHES && tolerance * 4.0 <= fewer.median_step_metres();
        return Some(match (is_sure, is_copy) {
            (_, true) if stated_starts_differ(fewer, more) => (Verdict::Unsure, Reason::DifferentStart),
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
        // Two rides along one drawn route, as in virtual rides, at different speeds.
        return None;
    }
    Some(match is_copy {
        true if is_time_zone_offset(median_offset) => (Verdict::Same, Reason::ClockOffset(median_offset.abs())),
        true => (Verdict::Unsure, Reason::ClockOffset(median_offset.abs())),
        false => (Verdict::Unsure, Reason::SharedPositions(share)),
    })
}
