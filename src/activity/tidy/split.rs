//! split

use super::limits::Limits;
use crate::activity::{Point, Segment};

/// Points that a spike may have at most; what stays away longer is another place.
const MAX_SPIKE_POINTS: usize = 10;

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
            let ahead = segment[next..].iter().take(MAX_SPIKE_POINTS + 1);
            let return_index = ahead.skip(1).position(|later| !limits.is_impossible(last, later));
            if let Some(skipped) = return_index {
                *spikes += skipped as u64 + 1;
                next += skipped + 1;
                continue;
            }
            builder.has_jump = true;
            builder.finish(segment, tidied, spikes);
            builder.has_jump = true;
        } else if limits.is_gap(last, point) {
            builder.finish(segment, tidied, spikes);
        }
        builder.points.push(*point);
        next += 1;
    }
    builder.finish(segment, tidied, spikes);
}

/// A line in the making.
#[derive(Default)]
struct SegmentBuilder {
    points: Segment,
    /// Whether an impossible step leads to it or from it.
    has_jump: bool,
}

impl SegmentBuilder {
    /// Keeps the line and begins the next, unless it is a spike at an end of the recording, from which nothing leads
    /// back: a few points that only an impossible step connects with the rest.
    fn finish(&mut self, segment: &[Point], tidied: &mut Vec<Segment>, spikes: &mut u64) {
        let Self { points, has_jump } = std::mem::take(self);
        if has_jump && points.len() <= MAX_SPIKE_POINTS && points.len() * 4 < segment.len() {
            *spikes += points.len() as u64;
        } else if !points.is_empty() {
            tidied.push(points);
        }
    }
}
