//! Flat spatial index of tracks: a bounding box per 64 vertices, so that an update of a small region skips most
//! vertices.
//!
//! [`TrackIndex::strips`] walks the boxes of each polyline. A box that overlaps the region contributes its vertices. A
//! box outside the region is skipped. The edge between two boxes is in neither box: the edge is kept if one of the
//! boxes overlaps, and tested separately if both are skipped. Wherever the line leaves the region, the line collected
//! so far is cut into strips.

use super::grid::Grid;
use super::line::Line;
use super::polyline::{Polyline, Track};
use super::strip::{Strips, bounds};

/// Maximum vertices per box.
pub const BOX_VERTICES: usize = 64;

/// Smallest x and y, largest x and y, in canvas units, as in [`Strip`](super::strip::Strip).
type Bounds = ([i64; 2], [i64; 2]);

const EMPTY_BOUNDS: Bounds = ([i64::MAX; 2], [i64::MIN; 2]);

/// Bounding boxes of a list of tracks.
#[derive(Debug)]
pub struct TrackIndex {
    /// Boxes of each track: [`BOX_VERTICES`] vertices per box, polyline after polyline.
    boxes: Vec<Vec<Bounds>>,
    /// Bounding box of each track.
    extents: Vec<Bounds>,
}

impl TrackIndex {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn new(tracks: &[Track]) -> Self {
        let boxes = |track: &Track| {
            let vertices = track.polylines.iter().flat_map(|polyline| polyline.vertices().chunks(BOX_VERTICES));
            vertices.map(bounds).collect()
        };
        let boxes: Vec<Vec<Bounds>> = tracks.iter().map(boxes).collect();
        // An edge across the antimeridian from one box to the next lies outside of the union of the boxes.
        let connecting_edges = |track: &Track| -> Vec<Bounds> {
            let edges = |polyline: &Polyline| -> Vec<Bounds> {
                let vertices = polyline.vertices();
                let starts = (BOX_VERTICES..vertices.len()).step_by(BOX_VERTICES);
                starts.map(|start| bounds(&vertices[start - 1..=start])).collect()
            };
            track.polylines.iter().flat_map(edges).collect()
        };
        let extent = |(track, boxes): (&Track, &Vec<Bounds>)| {
            boxes.iter().copied().chain(connecting_edges(track)).fold(EMPTY_BOUNDS, union)
        };
        let extents = tracks.iter().zip(&boxes).map(extent).collect();
        Self { boxes, extents }
    }

    /// Strips of the wanted tracks within a region. `tracks` must be the tracks passed to [`new`](Self::new).
    /// `overlaps_region` receives the smallest and largest x and y of a bounding box in canvas units, and returns true
    /// if anything inside the box may overlap the region.
    ///
    /// Every edge that may overlap is in a strip, connected to its neighbours that may overlap.
    pub fn strips(
        &self,
        tracks: &[Track],
        grid: Grid,
        is_wanted: impl Fn(usize) -> bool,
        overlaps_region: impl Fn([i64; 2], [i64; 2]) -> bool,
    ) -> Strips {
        let mut builder = StripBuilder { grid, overlaps_region, line: Line::default(), strips: Strips::default() };
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

fn union(a: Bounds, b: Bounds) -> Bounds {
    (std::array::from_fn(|axis| a.0[axis].min(b.0[axis])), std::array::from_fn(|axis| a.1[axis].max(b.1[axis])))
}

struct StripBuilder<F> {
    grid: Grid,
    overlaps_region: F,
    /// Part of the polyline inside the region that is not yet cut into strips.
    line: Line,
    strips: Strips,
}

impl<F: Fn([i64; 2], [i64; 2]) -> bool> StripBuilder<F> {
    fn add<'b>(&mut self, polyline: &Polyline, mut boxes: impl Iterator<Item = &'b Bounds>, activity: u32) {
        // Last vertex of the previous box if that box was skipped.
        let (count, mut skipped) = (polyline.vertices().len(), None::<usize>);
        self.line.clear(polyline.integrals().quantities());
        for start in (0..count).step_by(BOX_VERTICES) {
            let range = start..(start + BOX_VERTICES).min(count);
            let overlaps = boxes.next().is_none_or(|&(min, max)| (self.overlaps_region)(min, max));
            let Some([first, last]) = polyline.first_and_last(range.clone(), self.grid) else { continue };
            if overlaps {
                if let Some(before) = skipped.take() {
                    polyline.append(before, self.grid, &mut self.line);
                }
                polyline.append_at_zoom(range, self.grid, &mut self.line);
                continue;
            }
            // Neither box includes the edge between the boxes.
            let connecting_edge_overlaps = |before: &usize| {
                let ends = [*before, first].map(|vertex| polyline.vertex(vertex, self.grid).position);
                let (min, max) = bounds(&ends);
                (self.overlaps_region)(min, max)
            };
            if let Some(before) = skipped.filter(connecting_edge_overlaps) {
                polyline.append(before, self.grid, &mut self.line);
            }
            if !self.line.is_empty() {
                polyline.append(first, self.grid, &mut self.line);
            }
            self.finish_line(activity);
            skipped = Some(last);
        }
        self.finish_line(activity);
    }

    fn finish_line(&mut self, activity: u32) {
        if !self.line.is_empty() {
            self.strips.append(&self.line, activity);
            self.line.clear(self.line.integrals().quantities());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;

    #[test]
    fn an_edge_between_two_boxes_across_the_antimeridian_is_found() {
        // 64 vertices near the east edge of the canvas, and one near its west edge.
        let east = |i: u32| [(3 << 30) - (i << 16), 1 << 30];
        let mut vertices: Vec<CanvasPosition> = (0..BOX_VERTICES as u32).map(east).collect();
        vertices.push([1 << 28, 1 << 30]);
        let tracks = [Track { polylines: vec![Polyline::from_vertices(65, vertices.iter().map(|at| (*at, 0)))] }];
        let grid = Grid { zoom: 2, tile_size: 256 };
        // A region between the boxes, close to the antimeridian.
        let (region_min, region_max) = ((1i64 << 32) - (1 << 26), (1i64 << 32) - (1 << 25));
        let overlaps = |min: [i64; 2], max: [i64; 2]| min[0] <= region_max && max[0] >= region_min;
        let strips = TrackIndex::new(&tracks).strips(&tracks, grid, |_| true, overlaps);
        assert_eq!(strips.vertices.len(), 2, "the edge alone");
    }
}
