//! Activities made ready for drawing, and the files that they came in.

use twox_hash::xxhash3_128::Hasher;

use super::visible::{VisibleActivity, visible_part};
use crate::activity::Activity;
use crate::activity::summary::Summary;
use crate::activity::tidy::DroppedPoints;
use crate::duplicates::Sketch;
use crate::engine::geometry::mercator::World;
use crate::engine::geometry::simplify::Simplify;
use crate::engine::geometry::strip::{Polyline, Track};
use crate::privacy::{NO_PRIVACY, Privacy};
use crate::selection::Origin;

/// What of activities is to be drawn, and how finely.
#[derive(Clone, Copy, Debug)]
pub struct PrepareOptions<'a> {
    /// Which vertices of a line are needed.
    pub simplify: Simplify,
    /// The finest pixel zoom that is drawn.
    pub finest: u8,
    /// What is hidden.
    pub privacy: &'a Privacy,
}

impl PrepareOptions<'static> {
    /// A view with nothing hidden.
    pub fn without_privacy(simplify: Simplify, finest: u8) -> Self {
        Self { simplify, finest, privacy: &NO_PRIVACY }
    }
}

/// One activity on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// Its lines.
    pub track: Track,
    /// What it comes to.
    pub summary: Summary,
    /// Points of it that are hidden.
    pub hidden_points: u64,
    /// What its copies share with it, of what is to be seen.
    pub sketch: Sketch,
    /// What it is called among the activities of its file by whoever gave them: its place there, also after such that
    /// are hidden or nowhere, or its number in the library.
    pub index_in_file: usize,
    /// Another is drawn instead; see [`copies::mark`](super::copies::mark).
    pub is_copy: bool,
    /// The files of those that it is drawn instead of.
    pub copies: Vec<Origin>,
}

impl Prepared {
    /// Simplifies a tidied activity for drawing.
    fn from_visible(visible: VisibleActivity, index_in_file: usize, options: PrepareOptions) -> Self {
        let polyline = |line: &Vec<World>| Polyline::simplified(line, options.finest, options.simplify);
        let polylines = visible.projected.iter().map(polyline).collect();
        let sketch = Sketch::of_segments(&visible.segments);
        let VisibleActivity { summary, hidden_points, .. } = visible;
        Self {
            track: Track { polylines },
            summary,
            hidden_points,
            sketch,
            index_in_file,
            is_copy: false,
            copies: Vec::new(),
        }
    }

    /// Tidies and simplifies an activity, which has some place in its file. There is nothing where it is hidden wholly, or
    /// nowhere.
    pub fn from_activity(
        activity: &Activity,
        index_in_file: usize,
        options: PrepareOptions,
    ) -> (Option<Self>, DroppedPoints) {
        let (visible, dropped) = visible_part(activity, options.privacy);
        (visible.map(|visible| Self::from_visible(visible, index_in_file, options)), dropped)
    }

    /// Its place among all activities.
    pub(super) fn sort_key(&self) -> (i64, u128) {
        (self.summary.start_ms.unwrap_or(i64::MAX), self.summary.fingerprint)
    }

    /// Activities with the same key look the same on any map, wherever the others come before and after them.
    pub fn render_key(&self) -> u128 {
        let (start_ms, fingerprint) = self.sort_key();
        let mut hasher = Hasher::new();
        hasher.write(&start_ms.to_le_bytes());
        hasher.write(&fingerprint.to_le_bytes());
        // What is hidden, and how it was tidied, decide what is left of the lines.
        self.track.polylines.iter().for_each(|polyline| polyline.hash_into(&mut hasher));
        hasher.finish_128()
    }
}

/// What a file gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadFile {
    /// See [`Reading::fingerprint`](crate::source::Reading::fingerprint).
    pub fingerprint: u128,
    /// Also courses and routes. At least one, with those that are hidden.
    pub activities: Vec<Prepared>,
    /// Activities of which nothing is to be seen.
    pub hidden_activities: u64,
    /// See [`Report::warnings`](super::Report::warnings).
    pub warnings: Vec<String>,
    /// See [`Report::unreadable_points`](super::Report::unreadable_points).
    pub unreadable_points: u64,
    /// See [`Report::dropped`](super::Report::dropped).
    pub dropped: DroppedPoints,
    /// What it is.
    pub origin: Origin,
}
