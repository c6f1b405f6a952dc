//! Immutable set of all tracks of a map, shared by all zooms, and selections of tracks.

use std::sync::OnceLock;

use super::geometry::grid::Grid;
use super::geometry::index::TrackIndex;
use super::geometry::polyline::Track;
use super::geometry::strip::Strips;

/// Highest pixel zoom that uses the overview detail level. At zoom 12, one vertex in 14 of a recording is needed, so a
/// separate copy of these vertices saves time.
const OVERVIEW_ZOOM: u8 = 12;

/// Tracks with lazily built spatial indexes. The activity number of a strip is the index of its track in the set.
#[derive(Debug)]
pub struct TrackSet {
    /// Vertices for pixel zooms up to [`OVERVIEW_ZOOM`]; `None` if the set has no finer vertices.
    overview: Option<DetailLevel>,
    full: DetailLevel,
}

#[derive(Debug)]
struct DetailLevel {
    tracks: Vec<Track>,
    index: OnceLock<TrackIndex>,
}

impl DetailLevel {
    fn new(tracks: Vec<Track>) -> Self {
        Self { tracks, index: OnceLock::new() }
    }
}

impl TrackSet {
    /// Builds a set of tracks that were simplified for pixel zooms up to `max_pixel_zoom`.
    pub fn new(tracks: Vec<Track>, max_pixel_zoom: u8) -> Self {
        let overview = || tracks.iter().map(|track| track.up_to_zoom(OVERVIEW_ZOOM)).collect();
        let overview = (max_pixel_zoom > OVERVIEW_ZOOM).then(overview).map(DetailLevel::new);
        Self { overview, full: DetailLevel::new(tracks) }
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn len(&self) -> usize {
        self.full.tracks.len()
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn is_empty(&self) -> bool {
        self.full.tracks.is_empty()
    }

    /// Number of vertices of the finest detail level.
    pub fn vertex_count(&self) -> usize {
        self.full.tracks.iter().flat_map(|track| &track.polylines).map(|polyline| polyline.vertices().len()).sum()
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn select_all(&self) -> TrackSelection {
        TrackSelection::new(self.len(), |_| true)
    }

    /// Selection of the tracks whose index satisfies the predicate.
    pub fn select(&self, is_wanted: impl Fn(usize) -> bool) -> TrackSelection {
        TrackSelection::new(self.len(), is_wanted)
    }

    /// Strips of the selected tracks at a zoom.
    pub fn strips(&self, selected: &TrackSelection, grid: Grid) -> Strips {
        Strips::of_selected(&self.detail_level(grid).tracks, grid, |track| selected.contains(track))
    }

    /// Strips of the selected tracks that overlap a region, see [`TrackIndex::strips`].
    pub fn strips_overlapping(
        &self,
        selected: &TrackSelection,
        grid: Grid,
        overlaps_region: impl Fn([i64; 2], [i64; 2]) -> bool,
    ) -> Strips {
        let DetailLevel { tracks, index } = self.detail_level(grid);
        let index = index.get_or_init(|| TrackIndex::new(tracks));
        index.strips(tracks, grid, |track| selected.contains(track), overlaps_region)
    }

    fn detail_level(&self, grid: Grid) -> &DetailLevel {
        self.overview.as_ref().filter(|_| grid.pixel_zoom() <= OVERVIEW_ZOOM).unwrap_or(&self.full)
    }
}

/// Selection of tracks of a set: one bit per track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackSelection(Vec<u64>);

impl TrackSelection {
    /// Selects, of `count` tracks, the tracks whose index satisfies the predicate.
    pub fn new(count: usize, is_wanted: impl Fn(usize) -> bool) -> Self {
        let word = |first: usize| {
            (first..count.min(first + 64)).fold(0, |word, track| word | u64::from(is_wanted(track)) << (track % 64))
        };
        Self((0..count).step_by(64).map(word).collect())
    }

    /// True if a track is selected.
    #[inline]
    pub fn contains(&self, track: usize) -> bool {
        self.0.get(track / 64).is_some_and(|word| word >> (track % 64) & 1 == 1)
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::path::Path;
    use crate::engine::geometry::polyline::Polyline;
    use crate::engine::geometry::simplify::Simplification;
    use crate::engine::quantity::{Integrals, QuantitySet};

    #[test]
    fn a_selection_contains_the_wanted_tracks_only() {
        for count in [0, 1, 63, 64, 65, 200] {
            let every_third = TrackSelection::new(count, |track| track % 3 == 0);
            assert!((0..count).all(|track| every_third.contains(track) == (track % 3 == 0)), "{count}");
            assert_eq!(every_third.count(), count.div_ceil(3));
            assert!(!every_third.contains(count), "there is none");
        }
    }

    #[test]
    fn both_detail_levels_give_the_vertices_and_values_of_every_zoom() {
        let zigzag: Vec<CanvasPosition> = (0..500).map(|i| [(1 << 30) + (i << 9), (1 << 30) + (i % 2) * 700]).collect();
        let row = |i: usize| {
            std::array::from_fn(|column| if i == 0 { 0.0 } else { 600.0 + 10.0 * ((i + column) % 7) as f32 })
        };
        let integrals: Vec<Integrals> = (0..500).map(row).collect();
        let track = |count: usize| {
            let (positions, integrals) = (&zigzag[..count], &integrals[..count]);
            let path = Path { positions, integrals, quantities: QuantitySet::ALL, ..Path::default() };
            Track { polylines: vec![Polyline::simplified(path, 24, Simplification::Motion)] }
        };
        let tracks = vec![track(500), track(9)];
        let set = TrackSet::new(tracks.clone(), 24);
        for zoom in [3, 12, 13, 20] {
            let grid = Grid { zoom, tile_size: 256 };
            let (found, plain) = (set.strips(&set.select_all(), grid), Strips::new(&tracks, grid));
            assert_eq!((found.vertices, found.strips), (plain.vertices.clone(), plain.strips.clone()), "zoom {zoom}");
            let indexed = set.strips_overlapping(&set.select_all(), grid, |_, _| true);
            assert_eq!((&indexed.values, &indexed.vertices), (&plain.values, &plain.vertices), "zoom {zoom}");
            for (found, plain) in found.values.numbers().iter().zip(plain.values.numbers()) {
                assert!((found - plain).abs() < 1e-5, "zoom {zoom}: {found}, not {plain}");
            }
        }
        let grid = Grid { zoom: 14, tile_size: 256 };
        let second = set.select(|track| track == 1);
        assert!(set.strips(&second, grid).strips.iter().all(|strip| strip.activity == 1));
        assert_eq!(set.strips_overlapping(&second, grid, |_, _| true).strips, set.strips(&second, grid).strips);
        assert!(set.strips_overlapping(&second, grid, |_, _| false).strips.is_empty());
        assert!(TrackSet::new(Vec::new(), 8).is_empty());
    }
}
