//! Removal of hidden points, in an order in which no hidden point decides about visible ones: zones, then repeated
//! segments, then trims.
//!
//! The points outside of zones decide which segments are repeated. Trims come last, because they measure from the
//! first point of the recording: a repeated segment would begin at the door that the trim hides.

use std::borrow::Cow;

use super::{Circle, Privacy, trim, world};
use crate::activity::tidy;
use crate::activity::{Activity, Point, Segment};
use crate::engine::geometry::extent::Extent;

/// Visible points of an activity, before tidying.
#[derive(Debug)]
pub struct VisiblePoints<'a> {
    /// Visible points, and points without a valid position, which tidying counts. Borrowed if no point is hidden.
    pub segments: Cow<'a, [Segment]>,
    /// Recorded segments, except the repeated ones.
    pub(super) recorded: &'a [Segment],
    /// Number of points of segments that were left out because later segments repeat them.
    pub repeated: u64,
    /// Number of points that zones and the trim hide.
    pub hidden: u64,
}

impl Privacy {
    /// Removes hidden points and repeated segments.
    pub fn hide<'a>(&self, activity: &'a Activity) -> VisiblePoints<'a> {
        let outside_zones = self.outside_zones(&activity.segments);
        let first = tidy::repeated_segments(&outside_zones);
        let (repeated, recorded) = (count(&outside_zones[..first]), &activity.segments[first..]);
        let unrepeated = match outside_zones {
            Cow::Borrowed(segments) => Cow::Borrowed(&segments[first..]),
            Cow::Owned(mut segments) => {
                segments.drain(..first);
                Cow::Owned(segments)
            }
        };
        let segments = if self.trim_m > 0.0 {
            Cow::Owned(trim::trimmed(&activity.sport, &unrepeated, self.trim_m))
        } else {
            unrepeated
        };
        let hidden = match &segments {
            Cow::Borrowed(_) => 0,
            Cow::Owned(visible) => count(&activity.segments) - repeated - count(visible),
        };
        VisiblePoints { segments, recorded, repeated, hidden }
    }

    /// Removes the points in zones; all segments stay, also if they are empty then.
    fn outside_zones<'a>(&self, segments: &'a [Segment]) -> Cow<'a, [Segment]> {
        if self.circles.is_empty() {
            return Cow::Borrowed(segments);
        }
        let points = || segments.iter().flatten();
        let mut extent = Extent::EMPTY;
        points().filter(|point| tidy::is_valid_position(point)).for_each(|point| extent.add(world(point)));
        let circles: Vec<&Circle> = self.circles.iter().filter(|circle| circle.touches(extent)).collect();
        let is_visible = |point: &Point| {
            let place = tidy::is_valid_position(point).then(|| world(point));
            place.is_none_or(|place| !circles.iter().any(|circle| circle.contains(place)))
        };
        if circles.is_empty() || points().all(is_visible) {
            return Cow::Borrowed(segments);
        }
        let visible = |segment: &Segment| segment.iter().filter(|point| is_visible(point)).copied().collect();
        Cow::Owned(segments.iter().map(visible).collect())
    }
}

fn count(segments: &[Segment]) -> u64 {
    segments.iter().map(|segment| segment.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privacy(trim_m: f64) -> Privacy {
        Privacy::new(vec![Circle::new(52.5, 13.4, 400.0)], trim_m)
    }

    /// A walk north, a point every 11 m.
    fn walk(lat: f64, points: std::ops::Range<i32>) -> Segment {
        points.map(|i| Point::at(lat + f64::from(i) / 1e4, 13.4)).collect()
    }

    fn activity(segments: Vec<Segment>) -> Activity {
        Activity { segments, ..Activity::default() }
    }

    #[test]
    fn activities_outside_zones_are_not_copied() {
        let far = activity(vec![walk(59.0, 0..9)]);
        assert!(matches!(privacy(0.0).hide(&far).segments, Cow::Borrowed([walk]) if walk.len() == 9));
        let near = activity(vec![walk(52.5, 0..9)]);
        let VisiblePoints { segments, hidden, .. } = privacy(0.0).hide(&near);
        assert_eq!((segments.concat(), hidden), (vec![], 9));
    }

    #[test]
    fn invalid_positions_are_kept_for_tidying() {
        let segment =
            vec![Point::at(f64::NAN, 13.4), Point::at(52.5, 13.4), Point::at(52.5, 500.0), Point::at(52.6, 13.4)];
        let activity = activity(vec![segment]);
        let visible = privacy(0.0).hide(&activity).segments;
        assert_eq!((visible.concat().len(), tidy::tidy("", &visible).1.out_of_range), (3, 2));
    }

    #[test]
    fn every_point_is_visible_repeated_or_hidden() {
        let laps = activity(vec![walk(52.5, 0..50), walk(52.5, 0..100)]);
        let numbers = |privacy: &Privacy| {
            let VisiblePoints { segments, repeated, hidden, .. } = privacy.hide(&laps);
            (segments.iter().map(Vec::len).collect::<Vec<_>>(), repeated, hidden)
        };
        assert_eq!(numbers(&Privacy::default()), (vec![100], 50, 0));
        // 36 points are within 400 m.
        assert_eq!(numbers(&privacy(0.0)), (vec![64], 14, 72));
        // The trim begins at the first point of the last segment, and hides 10 points at either end.
        assert_eq!(numbers(&Privacy::new(vec![], 105.0)), (vec![80], 50, 20));
    }

    #[test]
    fn a_trim_begins_behind_repeated_segments() {
        let laps = activity(vec![walk(52.5, 0..50), walk(52.5, 0..100)]);
        let visible = Privacy::new(vec![], 105.0).hide(&laps).segments.concat();
        assert!(visible.iter().all(|point| point.lat > 52.5009), "the door is hidden: {:?}", visible[0]);
    }
}
