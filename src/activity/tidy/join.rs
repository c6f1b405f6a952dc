//! Joining of segments that an automatic pause has separated.

use super::distance::planar_metres;
use crate::activity::Segment;

/// Largest distance between segments that are joined: auto-pause at a traffic light starts a new segment nearby.
const JOIN_METRES: f64 = 30.0;

/// Joins each segment that starts within 30 m of the end of the previous segment to that segment.
pub fn join(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        let last = joined.last_mut();
        let is_near =
            |last: &Segment| last.last().zip(segment.first()).is_some_and(|(a, b)| planar_metres(a, b) <= JOIN_METRES);
        match last.filter(|last| is_near(last)) {
            Some(last) => last.extend(segment),
            None => joined.push(segment),
        }
    }
    joined
}
