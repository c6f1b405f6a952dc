//! join

use super::distance::planar_metres;
use crate::activity::Segment;

/// A device that stops by itself at a light starts a new segment behind it; what begins this near goes on.
const JOIN_METRES: f64 = 30.0;

/// Joins segments where the next begins where the last ended.
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
