//! The visible part of an activity, from which every output is made: tiles, lists, totals, selections, duplicates.
//!
//! The law: every activity passes through [`visible_part`] before its points are used for anything else, in the order
//! hide → tidy → crop → cut → project. Hidden points are removed before tidying, which would otherwise reveal them
//! through gaps, spikes and totals, and so are [repeated segments](crate::privacy::VisiblePoints); lines are cropped to
//! the map and then cut at zones after tidying, between the visible points that tidying connects. Cropping comes first,
//! because a zone must cut the edges that are drawn.
//! Therefore every output is a function of the visible points: a change of hidden points changes no byte
//! ([`privacy`](crate::privacy)).

use super::crop::{Cropped, crop};
use crate::activity::elapsed::elapsed;
use crate::activity::summary::Summary;
use crate::activity::tidy::{self, DroppedPoints};
use crate::activity::{Activity, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::projector::Projector;
use crate::privacy::{NO_PRIVACY, Privacy, Shares};

/// Visible, tidied and projected activity.
#[derive(Debug)]
pub struct VisibleActivity {
    /// Summary of the visible points, also of those beyond the map; only its box is that of the lines on the map, if
    /// any.
    pub summary: Summary,
    /// Visible points, also those beyond the map.
    pub segments: Vec<Segment>,
    /// Points of the lines on the map, if these are others than `segments`.
    on_map: Option<Vec<Segment>>,
    /// Canvas positions of the lines on the map: the points of `segments` one by one, unless some are beyond the map.
    pub projected: Vec<Vec<CanvasPosition>>,
    /// Time at each of these positions in ms since the start of its line, see [`elapsed`].
    pub times: Vec<Vec<u32>>,
    /// Number of visible points beyond the latitudes of the map.
    pub beyond_points: u64,
    /// Number of recorded points that privacy removed, before tidying.
    pub hidden_points: u64,
}

impl VisibleActivity {
    /// Points of the lines on the map, one for each canvas position.
    pub fn line_segments(&self) -> &[Segment] {
        self.on_map.as_ref().unwrap_or(&self.segments)
    }
}

/// Like [`visible_part`] with nothing hidden.
pub fn without_privacy(activity: &Activity) -> (Option<VisibleActivity>, DroppedPoints) {
    let (visible, dropped, _) = visible_part(activity, &NO_PRIVACY);
    (visible, dropped)
}

/// Hides, tidies, crops, cuts and projects an activity, in this order. Returns `None` if no point is left, the numbers of
/// visible points that were dropped, and what each zone and the trim hide.
pub fn visible_part(activity: &Activity, privacy: &Privacy) -> (Option<VisibleActivity>, DroppedPoints, Shares) {
    let points = privacy.hide(activity);
    let (segments, dropped) = tidy::tidy(&activity.sport, &points.segments);
    let dropped = DroppedPoints { repeated: points.repeated, ..dropped };
    let cropped = crop(&segments);
    let before = sizes(&segments);
    let segments = privacy.cut(segments);
    let shares = privacy.shares(&points, sizes(&segments) != before);
    let (mut projected, mut times) = (project(&segments), elapsed_of(&segments));
    let mut summary = Summary::new(activity, &segments, &projected);
    let (mut beyond_points, mut on_map) = (0, None);
    if let Some(Cropped { segments: cropped, beyond_points: number }) = cropped {
        let cropped = privacy.cut(cropped);
        (projected, times, beyond_points) = (project(&cropped), elapsed_of(&cropped), number);
        on_map = Some(cropped);
        // An activity that is wholly beyond keeps a box on the edge of the map, for selections.
        if let Some(summary) = summary.as_mut().filter(|_| !projected.is_empty()) {
            summary.extent = Extent::of_lines(&projected);
        }
    }
    (
        summary.map(|summary| VisibleActivity {
            summary,
            segments,
            on_map,
            projected,
            times,
            beyond_points,
            hidden_points: points.hidden,
        }),
        dropped,
        shares,
    )
}

fn project(segments: &[Segment]) -> Vec<Vec<CanvasPosition>> {
    let mut projector = Projector::default();
    let mut line = |segment: &Segment| segment.iter().map(|point| projector.project(point.lon, point.lat)).collect();
    segments.iter().map(&mut line).collect()
}

fn elapsed_of(segments: &[Segment]) -> Vec<Vec<u32>> {
    segments.iter().map(|segment| elapsed(segment)).collect()
}

/// Numbers of segments and points: a cut changes at least one of them.
fn sizes(segments: &[Segment]) -> [usize; 2] {
    [segments.len(), segments.iter().map(Vec::len).sum()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;
    use crate::privacy::Circle;
    use crate::source;

    /// A ride at 10 m/s with a point every kilometre.
    fn climb(elevations: &[f32]) -> Activity {
        // Far enough apart that few points are no stray run.
        let point = |(i, elevation): (usize, &f32)| Point {
            elevation_m: Some(*elevation),
            time_ms: Some(100_000 * i as i64),
            ..Point::at(47.0 + i as f64 * 1000.0 / 111_195.0, 11.0)
        };
        Activity { segments: vec![elevations.iter().enumerate().map(point).collect()], ..Activity::default() }
    }

    fn summary(activity: &Activity) -> Summary {
        without_privacy(activity).0.expect("points").summary
    }

    #[test]
    fn ascent_ignores_noise_and_sums_climbs() {
        let ascent = |elevations: &[f32]| summary(&climb(elevations)).ascent_m;
        let is_near =
            |elevations: &[f32], metres: f64| (ascent(elevations).unwrap() - metres).abs() < 0.03 * metres + 0.1;
        assert_eq!(ascent(&[500.0, 502.0, 499.0, 501.0, 500.0]), Some(0.0));
        assert!(is_near(&[500.0, 600.0, 550.0, 650.0, 400.0], 200.0));
        assert!(is_near(&[500.0, 502.0, 504.0, 506.0, 508.0], 8.0), "slow climbs count too");
        assert_eq!(
            summary(&Activity {
                segments: vec![vec![Point::at(1.0, 2.0), Point::at(1.1, 2.0)]],
                ..Activity::default()
            })
            .ascent_m,
            None
        );
    }

    #[test]
    fn the_fingerprint_depends_on_positions_and_times_only() {
        let mut other = climb(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let same = summary(&other).fingerprint;
        (other.name, other.sport) = (Some("x".to_owned()), "running".to_owned());
        other.segments[0][1].elevation_m = None;
        assert_eq!(summary(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(100_001);
        assert_ne!(summary(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(100_000);
        other.segments[0][2].lat += 1e-6;
        assert_ne!(summary(&other).fingerprint, same);
    }

    #[test]
    fn the_elevation_of_a_hidden_point_decides_about_no_other() {
        let privacy = Privacy::new(vec![Circle::new(47.0, 11.0, 500.0)], 0.0);
        let summaries = [",0", ",5", ",-9999", ""].map(|hidden| {
            let tuples: String = (1..40).map(|i| format!("11,47.{i:02},0 ")).collect();
            let kml = format!(
                "<kml><Placemark><LineString><coordinates>11,47{hidden} {tuples}</coordinates></LineString></Placemark></kml>"
            );
            let activity = source::parse(kml.as_bytes()).unwrap().activities.remove(0);
            let (visible, _, _) = visible_part(&activity, &privacy);
            let VisibleActivity { summary, hidden_points, .. } = visible.unwrap();
            assert_eq!((hidden_points, summary.ascent_m, summary.completeness), (1, None, 0));
            summary
        });
        assert!(summaries.iter().all(|summary| *summary == summaries[0]));
    }

    #[test]
    fn totals_count_tidied_points_only() {
        let mut activity = climb(&[1.0; 11]);
        activity.segments[0][5].lat = 200.0;
        let summary = summary(&activity);
        assert_eq!((summary.points, summary.completeness, summary.seconds()), (10, 520, Some(1000.0)));
        assert!((summary.metres - 10_000.0).abs() < 1.0, "{}", summary.metres);
    }
}
