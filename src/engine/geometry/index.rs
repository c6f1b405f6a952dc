//! A flat spatial index: a bounding box for every 64 vertices of a line, so that where little is drawn most of a line is
//! passed over without a look at its vertices.

use super::grid::Grid;
use super::mercator::CanvasPosition;
use super::strip::{Polyline, Strips, Track, bounds, push_vertex};

/// Vertices in a box at most.
pub const BOX_VERTICES: usize = 64;

/// Least x and y, and greatest, in canvas units, as of a [`Strip`](super::strip::Strip).
type Bounds = ([i64; 2], [i64; 2]);

/// Around no vertex.
const EMPTY_BOUNDS: Bounds = ([i64::MAX; 2], [i64::MIN; 2]);

/// The boxes of some tracks.
#[derive(Debug)]
pub struct TrackIndex {
    /// Of each run of each track, one after the other.
    boxes: Vec<Vec<Bounds>>,
    /// Of each track, around all its boxes.
    extents: Vec<Bounds>,
}

impl TrackIndex {
    /// The boxes of these tracks.
    pub fn new(tracks: &[Track]) -> Self {
        let boxes = |track: &Track| {
            let vertices = track.polylines.iter().flat_map(|polyline| polyline.vertices().chunks(BOX_VERTICES));
            vertices.map(bounds).collect()
        };
        let boxes: Vec<Vec<Bounds>> = tracks.iter().map(boxes).collect();
        let extents = boxes.iter().map(|boxes| boxes.iter().copied().fold(EMPTY_BOUNDS, union)).collect();
        Self { boxes, extents }
    }

    /// Strips of those of the same tracks whose number is wanted: every edge that comes near something is in one, with
    /// its neighbours in its line wherever these come near it. `is_near` says of boxes whether anything within may come
    /// near.
    pub fn strips(
        &self,
        tracks: &[Track],
        grid: Grid,
        is_wanted: impl Fn(usize) -> bool,
        overlaps_region: impl Fn([i64; 2], [i64; 2]) -> bool,
    ) -> Strips {
        let mut builder = StripBuilder { grid, overlaps_region, line: Vec::new(), strips: Strips::default() };
        let overlaps = |&(min, max): &Bounds| (builder.overlaps_region)(min, max);
        let activities: Vec<usize> =
            (0..tracks.len()).filter(|&track| is_wanted(track) && overlaps(&self.extents[track])).collect();
        for activity in activities {
            let track = &tracks[activity];
            let mut boxes = self.boxes[activity].iter();
            for polyline in &track.polylines {
                builder.add(polyline, boxes.by_ref(), activity as u32);
            }
        }
        builder.strips
    }
}

/// The box around two.
fn union(a: Bounds, b: Bounds) -> Bounds {
    (std::array::from_fn(|axis| a.0[axis].min(b.0[axis])), std::array::from_fn(|axis| a.1[axis].max(b.1[axis])))
}

/// Strips of what is near, in the making.
struct StripBuilder<F> {
    grid: Grid,
    overlaps_region: F,
    /// The line that goes on.
    line: Vec<CanvasPosition>,
    strips: Strips,
}

impl<F: Fn([i64; 2], [i64; 2]) -> bool> StripBuilder<F> {
    fn add<'b>(&mut self, polyline: &Polyline, mut boxes: impl Iterator<Item = &'b Bounds>, activity: u32) {
        // Where the line was before, if it is far.
        let (count, mut skipped) = (polyline.vertices().len(), None::<CanvasPosition>);
        for start in (0..count).step_by(BOX_VERTICES) {
            let range = start..(start + BOX_VERTICES).min(count);
            let overlaps = boxes.next().is_none_or(|&(min, max)| (self.overlaps_region)(min, max));
            let Some([first, last]) = polyline.first_and_last(range.clone(), self.grid) else { continue };
            if overlaps {
                self.line.extend(skipped.take());
                polyline.append_at_zoom(range, self.grid, &mut self.line);
                continue;
            }
            // The edge that leads here is in neither box.
            let connecting_edge_overlaps = |&before: &CanvasPosition| {
                let (min, max) = bounds(&[before, first]);
                (self.overlaps_region)(min, max)
            };
            self.line.extend(skipped.filter(connecting_edge_overlaps));
            if !self.line.is_empty() {
                push_vertex(&mut self.line, first, self.grid);
            }
            self.finish_line(activity);
            skipped = Some(last);
        }
        self.finish_line(activity);
    }

    fn finish_line(&mut self, activity: u32) {
        if !self.line.is_empty() {
            self.strips.append(&self.line, activity);
            self.line.clear();
        }
    }
}
