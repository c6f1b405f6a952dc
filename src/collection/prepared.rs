//! Activities made ready for drawing, and the files that they came in.

use twox_hash::xxhash3_128::Hasher;

use super::visible::{Visible, visible};
use crate::activity::Activity;
use crate::activity::summary::Summary;
use crate::activity::tidy::Dropped;
use crate::duplicates::Sketch;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::simplify::Simplification;
use crate::engine::geometry::strip::{Polyline, Track};
use crate::privacy::{NOTHING, Privacy};
use crate::selection::Origin;

/// What of activities is to be drawn, and how finely.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Which vertices of a line are needed.
    pub simplify: Simplification,
    /// The finest pixel zoom that is drawn.
    pub finest: u8,
    /// What is hidden.
    pub privacy: &'a Privacy,
}

impl View<'static> {
    /// A view with nothing hidden.
    pub fn of_all(simplify: Simplification, finest: u8) -> Self {
        Self { simplify, finest, privacy: &NOTHING }
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
    pub hidden: u64,
    /// What its copies share with it, of what is to be seen.
    pub sketch: Sketch,
    /// What it is called among the activities of its file by whoever gave them: its place there, also after such that
    /// are hidden or nowhere, or its number in the library.
    pub number: usize,
    /// Another is drawn instead; see [`copies::mark`](super::copies::mark).
    pub is_copy: bool,
    /// The files of those that it is drawn instead of.
    pub copies: Vec<Origin>,
}

impl Prepared {
    /// Simplifies a tidied activity for drawing.
    fn new(visible: Visible, number: usize, view: View) -> Self {
        let polyline = |line: &Vec<CanvasPosition>| Polyline::simplified(line, view.finest, view.simplify);
        let polylines = visible.lines.iter().map(polyline).collect();
        let sketch = Sketch::of(&visible.segments);
        let Visible { summary, hidden, .. } = visible;
        Self { track: Track { polylines }, summary, hidden, sketch, number, is_copy: false, copies: Vec::new() }
    }

    /// Tidies and simplifies an activity, which has some place in its file. There is nothing where it is hidden wholly, or
    /// nowhere.
    pub fn of(activity: &Activity, number: usize, view: View) -> (Option<Self>, Dropped) {
        let (visible, dropped) = visible(activity, view.privacy);
        (visible.map(|visible| Self::new(visible, number, view)), dropped)
    }

    /// Its place among all activities.
    pub(super) fn rank(&self) -> (i64, u128) {
        (self.summary.start_ms.unwrap_or(i64::MAX), self.summary.fingerprint)
    }

    /// Activities with the same key look the same on any map, wherever the others come before and after them.
    pub fn key(&self) -> u128 {
        let (start_ms, fingerprint) = self.rank();
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
    /// See [`ParsedFile::content_hash`](crate::source::Reading::fingerprint).
    pub fingerprint: u128,
    /// Also courses and routes. At least one, with those that are hidden.
    pub activities: Vec<Prepared>,
    /// Activities of which nothing is to be seen.
    pub hidden: u64,
    /// See [`Report::warnings`](super::Report::warnings).
    pub warnings: Vec<String>,
    /// See [`Report::unreadable_points`](super::Report::unreadable_points).
    pub unreadable_points: u64,
    /// See [`Report::dropped`](super::Report::dropped).
    pub dropped: Dropped,
    /// What it is.
    pub origin: Origin,
}
