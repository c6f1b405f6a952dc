//! Prepared activities (hidden, tidied, cropped, cut, projected, simplified) and the result of reading one file.

use twox_hash::xxhash3_128::Hasher;

use super::integrals::integrals;
use super::visible::{VisibleActivity, visible_part, without_privacy};
use crate::activity::Activity;
use crate::activity::summary::Summary;
use crate::activity::tidy::DroppedPoints;
use crate::duplicates::Sketch;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::path::Path;
use crate::engine::geometry::polyline::{Polyline, Track};
use crate::engine::geometry::simplify::Simplification;
use crate::engine::quantity::QuantitySet;
use crate::privacy::{NO_PRIVACY, Privacy, Shares};
use crate::selection::Origin;
use crate::source::Damage;

/// Options for preparing activities for drawing.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct PrepareOptions<'a> {
    /// Simplifications: an activity gets a track for each.
    pub simplify: &'a [Simplification],
    /// Quantities that the tracks keep.
    pub quantities: QuantitySet,
    /// Finest pixel zoom that is drawn.
    pub finest: u8,
    pub privacy: &'a Privacy,
    /// True to keep the way with all points, from which new roads are found.
    pub keeps_way: bool,
}

impl<'a> PrepareOptions<'a> {
    /// Options with nothing hidden.
    pub fn without_privacy(simplify: &'a Simplification, finest: u8) -> Self {
        let (simplify, quantities) = (std::slice::from_ref(simplify), QuantitySet::default());
        Self { simplify, quantities, finest, privacy: &NO_PRIVACY, keeps_way: false }
    }
}

/// Reason why no point of an activity is visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invisible {
    /// Zones and the trim hide all points, each the given parts.
    Hidden(Shares),
    /// Tidying drops all points even if nothing is hidden: they are stray points or have no valid position.
    Dropped,
}

/// An activity ready to draw.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Prepared {
    /// A track for each simplification.
    pub tracks: Vec<Track>,
    /// The way with all points, if wanted.
    pub way: Option<Track>,
    /// Summary of the visible part.
    pub summary: Summary,
    pub hidden_points: u64,
    /// Number of visible points beyond the latitudes of the map. They are in the summary and not in the track, which
    /// has no polyline if all points are beyond.
    pub beyond_points: u64,
    /// Parts that each zone and the trim hide.
    pub shares: Shares,
    /// Sketch of the visible part, for the duplicate search.
    pub sketch: Sketch,
    /// Index among the activities that the file yields, hidden ones included. Activities without a valid position count
    /// too, except in the library.
    pub index_in_file: usize,
    /// True if another copy is drawn instead; see [`mark_copies`](super::copies::mark_copies).
    pub is_copy: bool,
    /// Files of the copies that this activity represents.
    pub copies: Vec<Origin>,
}

impl Prepared {
    /// Simplifies a visible activity.
    fn from_visible(visible: VisibleActivity, shares: Shares, index_in_file: usize, options: PrepareOptions) -> Self {
        let is_measured = options.simplify.contains(&Simplification::Motion);
        let integrals = if is_measured { integrals(&visible) } else { Vec::new() };
        let track = |simplify: &Simplification| {
            let polyline = |(line, positions): (usize, &Vec<CanvasPosition>)| {
                let path = Path {
                    positions,
                    times: &visible.times[line],
                    integrals: integrals.get(line).map_or(&[], Vec::as_slice),
                    quantities: options.quantities,
                };
                Polyline::simplified(path, options.finest, *simplify)
            };
            Track { polylines: visible.projected.iter().enumerate().map(polyline).collect() }
        };
        let tracks = options.simplify.iter().map(track).collect();
        let whole = || Track { polylines: visible.projected.iter().map(|line| Polyline::whole(line)).collect() };
        let way = options.keeps_way.then(whole);
        let sketch = Sketch::of_segments(&visible.segments);
        let VisibleActivity { summary, hidden_points, beyond_points, .. } = visible;
        Self {
            tracks,
            way,
            summary,
            hidden_points,
            beyond_points,
            shares,
            sketch,
            index_in_file,
            is_copy: false,
            copies: Vec::new(),
        }
    }

    /// Hides, tidies, crops, cuts, projects and simplifies an activity. Returns also the numbers of dropped points: those
    /// without hiding if tidying drops all.
    pub fn from_activity(
        activity: &Activity,
        index_in_file: usize,
        options: PrepareOptions,
    ) -> (Result<Self, Invisible>, DroppedPoints) {
        let (visible, dropped, shares) = visible_part(activity, options.privacy);
        if let Some(visible) = visible {
            return (Ok(Self::from_visible(visible, shares, index_in_file, options)), dropped);
        }
        match without_privacy(activity) {
            (Some(_), _) => (Err(Invisible::Hidden(shares)), dropped),
            (None, dropped) => (Err(Invisible::Dropped), dropped),
        }
    }

    /// Returns true if the activity has lines on the map.
    pub(super) fn is_on_map(&self) -> bool {
        self.tracks.iter().any(|track| !track.polylines.is_empty())
    }

    /// Returns a hash that changes whenever a track of the activity or its place in the drawing order may change.
    pub fn render_key(&self, track: &Track) -> u128 {
        let (start_ms, fingerprint) = self.summary.sort_key();
        let mut hasher = Hasher::new();
        hasher.write(&start_ms.to_le_bytes());
        hasher.write(&fingerprint.to_le_bytes());
        // The polylines also depend on privacy and simplification.
        track.polylines.iter().for_each(|polyline| polyline.hash_into(&mut hasher));
        hasher.finish_128()
    }
}

/// Result of reading one file.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct ReadFile {
    /// See [`ParsedFile::content_hash`](crate::source::ParsedFile::content_hash).
    pub content_hash: u128,
    /// Activities with a visible point, including planned courses and routes.
    pub activities: Vec<Prepared>,
    /// Activities without a visible point, of which tidying would keep points if nothing were hidden: the parts that
    /// each zone and the trim hide.
    pub hidden_activities: Vec<Shares>,
    /// Number of activities that tidying drops whole although the library holds them, since older versions drew them.
    pub stray_activities: u64,
    /// See [`InputReport::damaged`](super::InputReport::damaged).
    pub damage: Option<Damage>,
    /// See [`InputReport::warnings`](super::InputReport::warnings).
    pub warnings: Vec<String>,
    /// See [`InputReport::unreadable_points`](super::InputReport::unreadable_points).
    pub unreadable_points: u64,
    /// See [`InputReport::dropped`](super::InputReport::dropped).
    pub dropped: DroppedPoints,
    pub origin: Origin,
}
