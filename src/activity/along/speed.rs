//! Speed along a segment: from the device where it states a plausible one, else from positions.

use crate::activity::Point;
use crate::activity::sport::Sport;
use crate::activity::tidy::planar_metres;

/// Shortest time and distance over which positions give a speed: errors of positions weigh less over more.
const WINDOW_MS: u32 = 10_000;
const WINDOW_METRES: f64 = 15.0;

/// Longest time of a window, for slow movement.
const MAX_WINDOW_MS: u32 = 60_000;

/// Smallest share of the points with a speed from which the device is believed.
const LEAST_SHARE: f64 = 0.5;

/// Largest ratio between the way by the speeds of the device and by positions, or its inverse.
const LARGEST_RATIO: f64 = 1.5;

/// Speeds below these in m/s are no movement: on foot, steep paths are slow.
const STANDING_ON_FOOT: f32 = 0.3;
const STANDING: f32 = 0.8;

/// Speeds of a segment.
pub struct Speeds<'a> {
    segment: &'a [Point],
    elapsed: &'a [u32],
    way: &'a [f64],
    is_of_device: bool,
    range: [f32; 2],
}

impl<'a> Speeds<'a> {
    /// Speeds of an activity of a sport; `way` has the distance at each point in metres.
    pub fn new(segment: &'a [Point], elapsed: &'a [u32], way: &'a [f64], sport: &Sport) -> Self {
        let standing = if sport.is_on_foot() { STANDING_ON_FOOT } else { STANDING };
        let range = [standing, sport.max_speed_mps() as f32];
        Self { segment, elapsed, way, is_of_device: is_plausible(segment, elapsed, way), range }
    }

    /// Speed of the edge that ends at a point.
    pub fn edge(&self, end: usize) -> Option<f32> {
        let speed = if self.is_of_device {
            device_speed([&self.segment[end - 1], &self.segment[end]])?
        } else {
            self.speed_of_positions(end)?
        };
        let [standing, impossible] = self.range;
        (speed >= standing && speed <= impossible).then_some(speed)
    }

    /// Speed over a window around an edge. The window has two halves, so that bends shorten its way little.
    fn speed_of_positions(&self, end: usize) -> Option<f32> {
        let Self { elapsed, way, segment, .. } = self;
        let ([mut first, mut last], count) = ([end - 1, end], segment.len());
        let ms = |first: usize, last: usize| elapsed[last] - elapsed[first];
        if ms(first, last) == 0 && self.way[first] == self.way[last] {
            return None;
        }
        while ms(first, last) < WINDOW_MS || way[last] - way[first] < WINDOW_METRES && ms(first, last) < MAX_WINDOW_MS {
            // The next point on the side that reaches less far, but not over a pause.
            let [before, after] = [ms(first, end - 1), ms(end, last)];
            let goes_back = first > 0 && ms(first - 1, first) <= WINDOW_MS;
            let goes_on = last + 1 < count && ms(last, last + 1) <= WINDOW_MS;
            if goes_back && (before <= after || !goes_on) {
                first -= 1;
            } else if goes_on {
                last += 1;
            } else {
                break;
            }
        }
        let seconds = f64::from(ms(first, last)) / 1000.0;
        let metres = |from: usize, to: usize| planar_metres(&segment[from], &segment[to]);
        // A long edge has no points in between.
        let metres = metres(first, end - 1) + metres(end - 1, end) + metres(end, last);
        (seconds > 0.0).then(|| (metres / seconds) as f32)
    }
}

fn device_speed(ends: [&Point; 2]) -> Option<f32> {
    let [from, to] = ends.map(|point| point.speed_mps);
    Some(0.5 * (from? + to?))
}

/// Returns true if most points have a speed of the device, and these agree with the positions. Files state other units,
/// or zeros.
fn is_plausible(segment: &[Point], elapsed: &[u32], way: &[f64]) -> bool {
    let (mut stated, mut measured, mut edges) = (0.0, 0.0, 0);
    for end in 1..segment.len() {
        let Some(speed) = device_speed([&segment[end - 1], &segment[end]]) else { continue };
        edges += 1;
        stated += f64::from(speed) * f64::from(elapsed[end] - elapsed[end - 1]) / 1000.0;
        measured += way[end] - way[end - 1];
    }
    let has_times = elapsed.last().is_some_and(|ms| *ms > 0);
    let agrees = stated <= LARGEST_RATIO * measured && measured <= LARGEST_RATIO * stated;
    f64::from(edges) >= LEAST_SHARE * (segment.len().max(2) - 1) as f64 && (agrees || !has_times)
}
