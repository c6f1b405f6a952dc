//! Splitting of segments at gaps and jumps, and removal of spikes.
//!
//! Each point is compared with the last kept point. After an impossible step, the next 10 points are searched for the
//! [return](return_index): a point that the last kept point reaches at a possible speed. If there is one, the points in
//! between are a spike; otherwise the segment is split. A gap splits it too, unless it is a straight stretch at steady
//! speed. A short piece that only an impossible step connects with the rest of the recording is a spike too.

use super::limits::Limits;
use super::steady::is_steady;
use crate::activity::{Point, Segment};

/// Maximum number of points of a spike, and of a stretch of a stray run; a longer excursion is kept as a segment of its
/// own.
pub const MAX_SPIKE_POINTS: usize = 10;

pub fn split_all(segments: &[Segment], limits: &Limits) -> (Vec<Segment>, u64) {
    let (mut tidied, mut spikes) = (Vec::new(), 0);
    for segment in segments {
        split(segment, limits, &mut tidied, &mut spikes);
    }
    (tidied, spikes)
}

fn split(segment: &[Point], limits: &Limits, tidied: &mut Vec<Segment>, spikes: &mut u64) {
    let mut builder = SegmentBuilder::default();
    let mut next = 0;
    while let Some(point) = segment.get(next) {
        let Some(last) = builder.points.last() else {
            builder.points.push(*point);
            next += 1;
            continue;
        };
        if limits.is_impossible(last, point) {
            if let Some(spike_points) = return_index(last, &segment[next..], limits) {
                *spikes += spike_points as u64;
                next += spike_points;
                continue;
            }
            builder.has_jump = true;
            builder.finish(segment, tidied, spikes);
            builder.has_jump = true;
        } else if limits.is_gap(last, point)
            && !is_steady(&builder.points, &segment[next..], builder.points.len() == next)
        {
            builder.finish(segment, tidied, spikes);
        }
        builder.points.push(*point);
        next += 1;
    }
    builder.finish(segment, tidied, spikes);
}

/// Index in `ahead` of the first point behind a spike that begins with `ahead`, at most 10; `None` if there is none.
/// Where several points can be reached from the last kept one, an impossible step to the point tells the return: a
/// spike that lasts becomes slow enough itself.
fn return_index(last: &Point, ahead: &[Point], limits: &Limits) -> Option<usize> {
    let mut reachable = (1..ahead.len().min(MAX_SPIKE_POINTS + 1)).filter(|i| !limits.is_impossible(last, &ahead[*i]));
    let first = reachable.clone().next();
    reachable.find(|i| limits.is_impossible(&ahead[i - 1], &ahead[*i])).or(first)
}

/// Segment under construction.
#[derive(Default)]
struct SegmentBuilder {
    points: Segment,
    /// True if an impossible step leads to or from this segment.
    has_jump: bool,
}

impl SegmentBuilder {
    /// Emits the segment and starts the next. Drops it as a spike if an impossible step isolates it and it has at most
    /// 10 points and less than a quarter of the recorded segment.
    fn finish(&mut self, segment: &[Point], tidied: &mut Vec<Segment>, spikes: &mut u64) {
        let Self { points, has_jump } = std::mem::take(self);
        if has_jump && points.len() <= MAX_SPIKE_POINTS && points.len() * 4 < segment.len() {
            *spikes += points.len() as u64;
        } else if !points.is_empty() {
            tidied.push(points);
        }
    }
}
