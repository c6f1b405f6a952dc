//! Privacy: what of activities is not to be seen, and how it is made sure that nothing else gives it away.
//!
//! ```text
//! Activity ─ hide: points in zones, then the trims ─▶ tidy ─▶ lines ─ cut: at the circles ─▶ what is drawn
//! ```
//! The law: **everything that is written is a function of the points that are left.** Points may be moved inside a
//! zone, added to it, taken out or given other times and sensors, and no byte of any output changes. So hidden points
//! go before anything looks at an activity: what counts as a hole, a spike or a start, all sums, times and boxes, and
//! the place in the order come of the rest. Gaps that the file itself marks stay where they are.
//!
//! **Lines.** The points that are left make lines as if nothing had been between them. If such a line passes through a
//! zone, exactly its part inside disappears: both ends of the cut depend on two visible points alone. Were a line cut
//! on its way to a hidden point instead, the cut would tell in which direction that point lies. The price: where
//! somebody goes into a zone and comes out nearby, the map may show a line beside the zone that nobody has taken, as it
//! does at any pause of less than 100 m. What is farther apart is a hole, and no line is drawn.
//!
//! **Circles.** A zone is a circle on the sphere of the mean Earth radius, as all lengths here are: within 0.6 % of the
//! ellipsoid. Its middle is not the place that the user names: lines end all round it, so whoever looks at enough of
//! them finds the middle to the metre. It lies in a random direction from the place, at a random distance of at most
//! half the radius (uniform over that disc), so that all within half a radius of the place is hidden, and of the place
//! nothing is known but that it is somewhere in the inner half. The randomness comes from a secret that the library
//! keeps: the same zone is the same circle for ever, even when it is taken away and added again; a circle that moves
//! would give the place away by its average.
//!
//! **Trims.** At both ends of an activity everything is hidden until it is farther from its first (last) point than the
//! length of the trim, in a straight line: a minute of wandering round the house adds to the length of a path, but not
//! to this. Lines begin with the first point beyond; no position in between is made up. Where the hidden points are
//! decides which points are hidden, but nothing else. Trims come after zones and see only what these leave, else they
//! would draw an arc round a hidden start. The start is found among the tidied points, so that a spike at the beginning
//! is not taken for it; then the points that are left are tidied anew. A place that is passed again in between is not
//! hidden, and lines of many activities from one place end on a circle round it: for such places there are zones.

mod circle;
mod cut;
mod trim;
mod zone;

pub use circle::Circle;
pub use zone::{BadZone, Secret, Zone};

use std::borrow::Cow;

use twox_hash::xxhash3_128::Hasher;

use crate::activity::tidy;
use crate::activity::{Activity, Point, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::canvas_from_degrees;

/// What is not to be seen. By default nothing is hidden.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Privacy {
    circles: Vec<Circle>,
    trim_m: f64,
}

/// What hides nothing.
pub static NOTHING: Privacy = Privacy { circles: Vec::new(), trim_m: 0.0 };

impl Privacy {
    /// Hides what is in the circles, and the first and last `trim_m` metres of each activity; at 0, none.
    pub fn new(circles: Vec<Circle>, trim_m: f64) -> Self {
        Self { circles, trim_m }
    }

    /// Whether nothing is hidden anywhere.
    pub fn is_nothing(&self) -> bool {
        *self == NOTHING
    }

    /// Whether something of an activity whose points are in the box could be hidden. If not, [`hide`](Self::hide) and
    /// [`cut`](Self::cut) leave it as it is.
    pub fn touches(&self, extent: Extent) -> bool {
        self.trim_m > 0.0 || self.circles.iter().any(|circle| circle.touches(extent))
    }

    /// A number that changes whenever an activity whose points are in the box could look different: of the circles that
    /// touch the box, in any order, and the trim. Of what it hides it tells no more than the map does.
    pub fn digest(&self, extent: Extent) -> u128 {
        let mut touching: Vec<[u8; 24]> =
            self.circles.iter().filter(|circle| circle.touches(extent)).map(Circle::to_bytes).collect();
        touching.sort_unstable();
        let mut hasher = Hasher::new();
        hasher.write(&self.trim_m.to_bits().to_le_bytes());
        touching.iter().for_each(|circle| hasher.write(circle));
        hasher.finish_128()
    }

    /// The activity without its hidden points. Those without a place on Earth stay, for [`tidy`] to count.
    pub fn hide<'a>(&self, activity: &'a Activity) -> Cow<'a, Activity> {
        if self.is_nothing() {
            return Cow::Borrowed(activity);
        }
        let mut extent = Extent::EMPTY;
        activity.points().filter(|point| tidy::is_on_earth(point)).for_each(|point| extent.add(world(point)));
        let circles: Vec<&Circle> = self.circles.iter().filter(|circle| circle.touches(extent)).collect();
        let is_seen = |point: &Point| {
            let place = tidy::is_on_earth(point).then(|| world(point));
            place.is_none_or(|place| !circles.iter().any(|circle| circle.contains(place)))
        };
        let seen = if circles.is_empty() || activity.points().all(is_seen) {
            Cow::Borrowed(activity)
        } else {
            let left = |segment: &Segment| segment.iter().filter(|point| is_seen(point)).copied().collect();
            Cow::Owned(with_segments(activity, activity.segments.iter().map(left).collect()))
        };
        if self.trim_m > 0.0 {
            let segments = trim::trimmed(&seen, self.trim_m);
            return Cow::Owned(with_segments(activity, segments));
        }
        seen
    }

    /// The tidied lines without their parts in zones. Where a line is cut, it ends with a bare position.
    pub fn cut(&self, segments: Vec<Segment>) -> Vec<Segment> {
        cut::cut(segments, &self.circles)
    }
}

fn world(point: &Point) -> crate::engine::geometry::mercator::CanvasPosition {
    canvas_from_degrees(point.lon, point.lat)
}

/// The activity with other points.
fn with_segments(activity: &Activity, segments: Vec<Segment>) -> Activity {
    let Activity { sport, name, gear, commute, listed_start_ms, planned, segments: _ } = activity;
    Activity {
        sport: sport.clone(),
        name: name.clone(),
        gear: gear.clone(),
        commute: *commute,
        listed_start_ms: *listed_start_ms,
        planned: *planned,
        segments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privacy(trim_m: f64) -> Privacy {
        let circle = |lat: f64| Circle::new(lat, 13.4, 400.0);
        Privacy::new(vec![circle(52.5), circle(-10.0)], trim_m)
    }

    fn extent(lat: f64, lon: f64) -> Extent {
        let mut extent = Extent::EMPTY;
        extent.add(world(&Point::at(lat, lon)));
        extent
    }

    #[test]
    fn a_digest_is_of_the_circles_near_by_and_the_trim() {
        let (berlin, oslo) = (extent(52.5, 13.4), extent(59.9, 10.7));
        let digest = |privacy: &Privacy| [privacy.digest(berlin), privacy.digest(oslo)];
        let both = digest(&privacy(0.0));
        assert_eq!(both[1], Privacy::default().digest(berlin), "nothing is hidden there");
        assert_ne!(both[0], both[1]);
        let mut turned = privacy(0.0);
        turned.circles.reverse();
        assert_eq!(digest(&turned), both);
        turned.circles.remove(0);
        assert_eq!(digest(&turned), both, "a zone elsewhere");
        turned.circles[0] = Circle::new(52.5, 13.4, 401.0);
        assert_ne!(digest(&turned)[0], both[0]);
        let trimmed = digest(&privacy(1.0));
        assert!(trimmed[0] != both[0] && trimmed[1] != both[1]);
    }

    #[test]
    fn what_no_zone_touches_is_not_copied() {
        let walk = |lat: f64| Activity {
            segments: vec![(0..9).map(|i| Point::at(lat + f64::from(i) / 1e4, 13.4)).collect()],
            ..Activity::default()
        };
        assert!(matches!(privacy(0.0).hide(&walk(59.0)), Cow::Borrowed(_)));
        assert!(!privacy(0.0).touches(extent(59.0, 13.4)) && privacy(1.0).touches(extent(59.0, 13.4)));
        assert_eq!(privacy(0.0).hide(&walk(52.5)).points().count(), 0);
    }

    #[test]
    fn what_is_no_place_stays_to_be_counted() {
        let segment =
            vec![Point::at(f64::NAN, 13.4), Point::at(52.5, 13.4), Point::at(52.5, 500.0), Point::at(52.6, 13.4)];
        let activity = Activity { segments: vec![segment], ..Activity::default() };
        assert_eq!(privacy(0.0).hide(&activity).points().count(), 3);
        assert_eq!(tidy::tidy(&privacy(0.0).hide(&activity)).1.out_of_range, 2);
    }
}
