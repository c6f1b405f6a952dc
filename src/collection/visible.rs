//! What is visible of an activity. Whatever leaves the program (tiles, lists, sums, comparisons) is made of this alone.
//!
//! The law: an activity passes through here before anything else is done with its points, and changing points that a
//! zone or a trim hides changes no byte of what comes out.

use std::borrow::Cow;

use crate::activity::summary::Summary;
use crate::activity::tidy::{self, Dropped};
use crate::activity::{Activity, Segment};
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::projector::Projector;
use crate::privacy::{NOTHING, Privacy};

/// An activity with its lines, as far as it is visible.
#[derive(Debug)]
pub struct Visible {
    /// What it comes to.
    pub summary: Summary,
    /// The points that are left.
    pub segments: Vec<Segment>,
    /// The same on the canvas.
    pub lines: Vec<Vec<CanvasPosition>>,
    /// Points that are hidden.
    pub hidden: u64,
}

/// Tidies an activity of which nothing is hidden, and adds it up. `None` if no point is left.
pub fn whole(activity: &Activity) -> (Option<Visible>, Dropped) {
    visible(activity, &NOTHING)
}

/// Hides, tidies, cuts at the edges of zones, projects: in this order, as [`privacy`](crate::privacy) requires. `None` if
/// no point is left.
pub fn visible(activity: &Activity, privacy: &Privacy) -> (Option<Visible>, Dropped) {
    let shown = privacy.hide(activity);
    let hidden = match &shown {
        Cow::Borrowed(_) => 0,
        Cow::Owned(shown) => (activity.points().count() - shown.points().count()) as u64,
    };
    let (segments, dropped) = tidy::tidy(&shown);
    let segments = privacy.cut(segments);
    let mut projector = Projector::default();
    let mut project = |segment: &Segment| segment.iter().map(|point| projector.project(point.lon, point.lat)).collect();
    let lines: Vec<Vec<CanvasPosition>> = segments.iter().map(&mut project).collect();
    let summary = Summary::of(activity, &segments, &lines);
    (summary.map(|summary| Visible { summary, segments, lines, hidden }), dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;

    fn climb(elevations: &[f32]) -> Activity {
        let point = |(i, elevation): (usize, &f32)| Point {
            elevation_m: Some(*elevation),
            time_ms: Some(1000 * i as i64),
            ..Point::at(47.0 + i as f64 / 1e5, 11.0)
        };
        Activity { segments: vec![elevations.iter().enumerate().map(point).collect()], ..Activity::default() }
    }

    fn summary(activity: &Activity) -> Summary {
        whole(activity).0.expect("points").summary
    }

    #[test]
    fn noise_is_no_ascent_and_hills_add_up() {
        let ascent = |elevations: &[f32]| summary(&climb(elevations)).ascent_m;
        assert_eq!(ascent(&[500.0, 502.0, 499.0, 501.0, 500.0]), Some(0.0));
        assert_eq!(ascent(&[500.0, 600.0, 550.0, 650.0, 400.0]), Some(200.0));
        assert_eq!(ascent(&[500.0, 502.0, 504.0, 506.0, 508.0]), Some(8.0), "slow rises count too");
        assert_eq!(
            summary(&Activity { segments: vec![vec![Point::at(1.0, 2.0)]], ..Activity::default() }).ascent_m,
            None
        );
    }

    #[test]
    fn a_fingerprint_is_of_places_and_times_alone() {
        let mut other = climb(&[1.0, 2.0, 3.0]);
        let same = summary(&other).fingerprint;
        (other.name, other.sport) = (Some("x".to_owned()), "running".to_owned());
        other.segments[0][1].elevation_m = None;
        assert_eq!(summary(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(1001);
        assert_ne!(summary(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(1000);
        other.segments[0][2].lat += 1e-6;
        assert_ne!(summary(&other).fingerprint, same);
    }

    #[test]
    fn totals_are_those_of_the_lines() {
        let mut activity = climb(&[0.0; 11]);
        activity.segments[0][5].lat = 200.0;
        let summary = summary(&activity);
        assert_eq!((summary.points, summary.sensors, summary.seconds()), (10, 2, Some(10.0)));
        assert!((summary.metres - 11.12).abs() < 0.02, "{}", summary.metres);
    }
}
