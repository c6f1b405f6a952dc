//! All tracks of a map, immutable and shared, and selections of them.

use std::sync::OnceLock;

use super::geometry::grid::Grid;
use super::geometry::index::TrackIndex;
use super::geometry::strip::{Strips, Track};

/// A pixel zoom at which one vertex in 14 of a recording still matters, so that it is worth while to have these apart.
const FAR_OUT: u8 = 12;

/// Tracks with a spatial index, which is made when it is first asked for. A strip's activity is a track's place here.
#[derive(Debug)]
pub struct TrackSet {
    /// The vertices for pixel zooms up to [`FAR_OUT`], where there are others.
    far_out: Option<Detail>,
    all: Detail,
}

/// The tracks in one level of detail.
#[derive(Debug)]
struct Detail {
    tracks: Vec<Track>,
    index: OnceLock<TrackIndex>,
}

impl Detail {
    fn new(tracks: Vec<Track>) -> Self {
        Self { tracks, index: OnceLock::new() }
    }
}

impl TrackSet {
    /// Tracks whose vertices matter up to the pixel zoom `finest`.
    pub fn new(tracks: Vec<Track>, finest: u8) -> Self {
        let far_out = || tracks.iter().map(|track| track.up_to(FAR_OUT)).collect();
        let far_out = (finest > FAR_OUT).then(far_out).map(Detail::new);
        Self { far_out, all: Detail::new(tracks) }
    }

    /// Tracks.
    pub fn len(&self) -> usize {
        self.all.tracks.len()
    }

    /// Whether there is no track.
    pub fn is_empty(&self) -> bool {
        self.all.tracks.is_empty()
    }

    /// All of them.
    pub fn everything(&self) -> Selected {
        Selected::of(self.len(), |_| true)
    }

    /// Those whose number is wanted.
    pub fn select(&self, is_wanted: impl Fn(usize) -> bool) -> Selected {
        Selected::of(self.len(), is_wanted)
    }

    /// The strips of the selected tracks at a zoom.
    pub fn strips(&self, selected: &Selected, grid: Grid) -> Strips {
        Strips::of(&self.detail(grid).tracks, grid, |track| selected.holds(track))
    }

    /// The strips of the selected tracks that come near something: see [`TrackIndex::strips`].
    pub fn strips_near(&self, selected: &Selected, grid: Grid, is_near: impl Fn([i64; 2], [i64; 2]) -> bool) -> Strips {
        let Detail { tracks, index } = self.detail(grid);
        let index = index.get_or_init(|| TrackIndex::new(tracks));
        index.strips(tracks, grid, |track| selected.holds(track), is_near)
    }

    fn detail(&self, grid: Grid) -> &Detail {
        self.far_out.as_ref().filter(|_| grid.pixel_zoom() <= FAR_OUT).unwrap_or(&self.all)
    }
}

/// Some of the tracks of a set: a bit for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected(Vec<u64>);

impl Selected {
    /// Of so many tracks those whose number is wanted.
    pub fn of(count: usize, is_wanted: impl Fn(usize) -> bool) -> Self {
        let word = |first: usize| {
            (first..count.min(first + 64)).fold(0, |word, track| word | u64::from(is_wanted(track)) << (track % 64))
        };
        Self((0..count).step_by(64).map(word).collect())
    }

    /// Whether a track is among them.
    #[inline]
    pub fn holds(&self, track: usize) -> bool {
        self.0.get(track / 64).is_some_and(|word| word >> (track % 64) & 1 == 1)
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::strip::Polyline;

    #[test]
    fn a_selection_holds_what_was_wanted_and_nothing_else() {
        for count in [0, 1, 63, 64, 65, 200] {
            let third = Selected::of(count, |track| track % 3 == 0);
            assert!((0..count).all(|track| third.holds(track) == (track % 3 == 0)), "{count}");
            assert_eq!(third.count(), count.div_ceil(3));
            assert!(!third.holds(count), "there is none");
        }
    }

    #[test]
    fn every_zoom_sees_the_vertices_that_matter_to_it() {
        let zigzag: Vec<CanvasPosition> = (0..500).map(|i| [(1 << 30) + (i << 9), (1 << 30) + (i % 2) * 700]).collect();
        let tracks = vec![
            Track { polylines: vec![Polyline::new(&zigzag, 24)] },
            Track { polylines: vec![Polyline::new(&zigzag[..9], 24)] },
        ];
        let set = TrackSet::new(tracks.clone(), 24);
        for zoom in [3, 12, 13, 20] {
            let grid = Grid { zoom, tile_size: 256 };
            let (found, plain) = (set.strips(&set.everything(), grid), Strips::new(&tracks, grid));
            assert_eq!((found.vertices, found.strips), (plain.vertices, plain.strips), "zoom {zoom}");
        }
        let grid = Grid { zoom: 14, tile_size: 256 };
        let second = set.select(|track| track == 1);
        assert!(set.strips(&second, grid).strips.iter().all(|strip| strip.activity == 1));
        assert_eq!(set.strips_near(&second, grid, |_, _| true).strips, set.strips(&second, grid).strips);
        assert!(set.strips_near(&second, grid, |_, _| false).strips.is_empty());
        assert!(TrackSet::new(Vec::new(), 8).is_empty());
    }
}
