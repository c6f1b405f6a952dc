//! Measures what each zone and the trim hide of an activity, for the report to the user. No map depends on it.
//!
//! Steps count, from one valid point of a recorded segment to the next. A zone hides the part of a step in its circle;
//! of a step between two visible points only if lines were cut, since tidying may have found a gap there. The trim
//! hides the steps up to the first visible point and from the last one on, outside of zones; a step longer than the
//! trim counts for the length of the trim, because it may be an error of the GPS.

use std::borrow::Cow;

use super::{Circle, Privacy, VisiblePoints, world};
use crate::activity::tidy::{self, planar_metres};
use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::step;

/// Rule that hides points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Zone, by the index of its circle.
    Zone(usize),
    /// Trim at both ends.
    Trim,
}

/// Length in centimetres that each rule hides of one activity. Rules that hide nothing are absent. Whole numbers have
/// the same sum in every order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares(Vec<(Rule, u64)>);

impl Shares {
    /// Iterates over the rules with their centimetres.
    pub fn iter(&self) -> impl Iterator<Item = (Rule, u64)> {
        self.0.iter().copied()
    }
}

impl Privacy {
    /// Measures what the rules hide of the points of an activity. `was_cut` is true if [`cut`](Self::cut) changed the
    /// visible ones.
    pub fn shares(&self, points: &VisiblePoints<'_>, was_cut: bool) -> Shares {
        let (recorded, visible) = (points.recorded, &points.segments[..]);
        if let (Cow::Borrowed(_), false) = (&points.segments, was_cut) {
            return Shares::default();
        }
        let zones = self.circles.iter().enumerate();
        let zones = zones.map(|(index, circle)| (Rule::Zone(index), hidden_by_zone(circle, recorded, was_cut)));
        let trim = (self.trim_m > 0.0).then(|| (Rule::Trim, self.hidden_by_trim(recorded, visible)));
        let centimetres = |metres: f64| (metres * 100.0).round() as u64;
        Shares(zones.chain(trim).filter_map(|(rule, metres)| Some((rule, centimetres(metres?)))).collect())
    }

    /// Metres that the trim hides, `None` if it hides no point.
    fn hidden_by_trim(&self, recorded: &[Segment], visible: &[Segment]) -> Option<f64> {
        let first = visible.iter().flatten().find(is_valid);
        let last = visible.iter().rev().flat_map(|segment| segment.iter().rev()).find(is_valid);
        let forward = recorded.iter().flat_map(|segment| segment.iter().filter(is_valid).enumerate());
        let backward = recorded.iter().rev().flat_map(|segment| segment.iter().rev().filter(is_valid).enumerate());
        let start = self.trimmed_until(first, forward);
        let end = last.and_then(|last| self.trimmed_until(Some(last), backward));
        start.map_or(end, |start| Some(start + end.unwrap_or(0.0)))
    }

    /// Metres of the steps between points outside of zones, up to the point `until` or up to the end; `None` if no
    /// such point comes before. `points` have their index in the segment.
    fn trimmed_until<'a>(
        &self,
        until: Option<&Point>,
        points: impl Iterator<Item = (usize, &'a Point)>,
    ) -> Option<f64> {
        let mut metres: Option<f64> = None;
        let mut before: Option<&Point> = None;
        for (index, point) in points {
            before = before.filter(|_| index > 0);
            if self.circles.iter().any(|circle| contains(circle, point)) {
                before = None;
                continue;
            }
            let step = before.map_or(0.0, |before| planar_metres(before, point).min(self.trim_m));
            if until.is_some_and(|until| is_same(until, point)) {
                return metres.map(|metres| metres + step);
            }
            metres = Some(metres.unwrap_or(0.0) + step);
            before = Some(point);
        }
        metres
    }
}

/// Metres inside a circle, `None` if the circle hides nothing.
fn hidden_by_zone(circle: &Circle, recorded: &[Segment], was_cut: bool) -> Option<f64> {
    let (mut metres, mut hides) = (0.0, false);
    for segment in recorded {
        let mut before: Option<(&Point, bool)> = None;
        for point in segment.iter().filter(is_valid) {
            let is_inside = contains(circle, point);
            hides |= is_inside;
            let Some((from, was_inside)) = before.replace((point, is_inside)) else { continue };
            if was_inside && is_inside {
                metres += planar_metres(from, point);
            } else if (was_inside || is_inside || was_cut) && !circle.clearly_misses(from, point) {
                let interval = circle.inside_interval(world(from), step(world(from), world(point)));
                hides |= interval.is_some();
                metres += interval.map_or(0.0, |[entry, exit]| (exit - entry) * planar_metres(from, point));
            }
        }
    }
    hides.then_some(metres)
}

fn contains(circle: &Circle, point: &Point) -> bool {
    !circle.clearly_misses(point, point) && circle.contains(world(point))
}

fn is_valid(point: &&Point) -> bool {
    tidy::is_valid_position(point)
}

fn is_same(a: &Point, b: &Point) -> bool {
    (a.lat, a.lon, a.time_ms) == (b.lat, b.lon, b.time_ms)
}
