//! Privacy: hides points in such a way that no output reveals them.
//!
//! ```text
//! activity ─ hide: points in zones, then trims ─▶ tidy ─▶ crop ─▶ cut: edges at circles ─▶ project ─▶ every output
//! ```
//! The law: **every output is a function of the visible points alone.** Points inside a zone may be moved within it,
//! added, removed or given other times and sensor values, and no byte of any output changes. Therefore hidden points
//! are removed first, before anything depends on them: repeated segments, gaps, spikes, starts, totals, times, bounds,
//! sort order. Only interruptions that the file itself marks remain, and the row of Garmin's table that a start selects.
//!
//! **Edges.** Visible points are connected as if no hidden points had been between them. If such an edge crosses a
//! zone, exactly the part inside is removed; both ends of the cut depend only on two visible points. An edge towards a
//! hidden point would reveal its direction. The price: if a track leaves a zone, the map may show a straight line that
//! nobody took between there and where it entered, as over any pause that tidying does not take for a gap: of less than
//! 100 m, of up to 30 s (longer if the device records seldom), or up to 1 km in 2 min at the speed before and after.
//!
//! **Circles.** A zone is a circle on a sphere of the mean Earth radius, within 0.6 % of the ellipsoid. Lines end all
//! around a circle, so that its centre can be measured to the metre; the centre is therefore not the place that the
//! user named, but at a random offset of at most half the radius, uniform over that disc. Everything within half a
//! radius of the place is hidden, and the circle reveals only that the place is in its inner half. The offset comes
//! from a secret in the library: equal zones have equal circles forever, because the average of changing circles would
//! reveal the place.
//!
//! **Trims.** A trim hides the start of an activity: all points before the first one whose straight-line distance from
//! the start exceeds the trim length (wandering around the house does not count). The end is hidden in the same way. No
//! position is interpolated. Behind a jump before the end of a trim, the trim begins anew, so that no GPS error passes
//! for the start or for the way out. Trims apply to what zones leave visible, since otherwise lines would
//! end on an arc around a hidden start. The law for trims: hidden points at which no trim begins may be moved within the
//! circles, without making or removing a jump or a repeated segment, and no byte of any output changes; their times may
//! matter. Trims neither hide a place that is passed again in between, nor conceal the common start of many activities,
//! around which lines end on a circle: use a zone.
//!
//! **Stray points.** Of an activity that a zone hides, a few points with GPS errors may be visible. Tidying drops them,
//! with or without a zone ([`tidy`](crate::activity::tidy)), and the activity is hidden whole.

mod circle;
mod cut;
mod freshness;
mod hide;
mod shares;
mod tally;
mod trim;
mod zone;

pub use circle::Circle;
pub use freshness::{DrawnUnder, Freshness};
pub use hide::VisiblePoints;
pub use shares::{Rule, Shares};
pub use tally::{Effect, Tally};
pub use trim::{TrimError, check_trim};
pub use zone::{Secret, Zone, ZoneError};

use twox_hash::xxhash3_128::Hasher;

use crate::activity::{Point, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees};

/// Zones and trim, of a library or of a map; hides nothing by default. The zones are the hidden circles, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Privacy {
    circles: Vec<Circle>,
    trim_m: f64,
}

/// Hides nothing.
pub static NO_PRIVACY: Privacy = Privacy { circles: Vec::new(), trim_m: 0.0 };

impl Privacy {
    /// Hides points in the circles and trims `trim_m` metres from both ends of each activity.
    pub fn new(circles: Vec<Circle>, trim_m: f64) -> Self {
        Self { circles, trim_m }
    }

    /// Length of the trim in metres, 0 without one.
    pub fn trim_m(&self) -> f64 {
        self.trim_m
    }

    /// Returns these zones with a trim of at least `trim_m` metres.
    pub fn with_trim(&self, trim_m: f64) -> Self {
        Self { circles: self.circles.clone(), trim_m: self.trim_m.max(trim_m) }
    }

    /// Returns true if there are no circles and no trim.
    pub fn hides_nothing(&self) -> bool {
        *self == NO_PRIVACY
    }

    /// Returns true if a part of an activity with this bounding box could be hidden. If false, [`hide`](Self::hide) and
    /// [`cut`](Self::cut) return the activity unchanged.
    pub fn touches(&self, extent: Extent) -> bool {
        self.trim_m > 0.0 || self.circles.iter().any(|circle| circle.touches(extent))
    }

    /// Returns a hash of the trim and the circles that touch the box, in any order: it changes whenever the visible
    /// part of an activity in the box may change, and reveals no more than the map.
    pub fn digest(&self, extent: Extent) -> u128 {
        let mut touching: Vec<[u8; 24]> =
            self.circles.iter().filter(|circle| circle.touches(extent)).map(Circle::to_bytes).collect();
        touching.sort_unstable();
        let mut hasher = Hasher::new();
        hasher.write(&self.trim_m.to_bits().to_le_bytes());
        touching.iter().for_each(|circle| hasher.write(circle));
        hasher.finish_128()
    }

    /// Removes the parts of edges inside zones. `segments` are the tidied ones of a [hidden](Self::hide) activity.
    /// Points at cuts have no time and no sensor values.
    pub fn cut(&self, segments: Vec<Segment>) -> Vec<Segment> {
        cut::cut(segments, &self.circles)
    }
}

fn world(point: &Point) -> CanvasPosition {
    canvas_from_degrees(point.lon, point.lat)
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
    fn the_digest_depends_on_nearby_circles_and_the_trim() {
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
    fn a_circle_touches_boxes_nearby_and_a_trim_touches_all() {
        assert!(!privacy(0.0).touches(extent(59.0, 13.4)) && privacy(0.0).touches(extent(52.5, 13.4)));
        assert!(privacy(1.0).touches(extent(59.0, 13.4)));
    }

    #[test]
    fn the_longer_trim_applies() {
        let trims = |one, other| privacy(one).with_trim(other).trim_m();
        assert_eq!(
            [trims(200.0, 0.0), trims(200.0, 100.0), trims(200.0, 300.0), trims(0.0, 0.0)],
            [200.0, 200.0, 300.0, 0.0]
        );
        assert_eq!(privacy(200.0).with_trim(300.0), privacy(300.0));
        let no_circle = |trim_m| Privacy::new(vec![], trim_m).hides_nothing();
        assert_eq!([no_circle(0.0), no_circle(1.0), privacy(0.0).hides_nothing()], [true, false, false]);
    }
}
