//! Finds the dirty tiles: those whose levels may differ from the previous render.
//!
//! Activities are matched by key with those of the record. An activity without a match in the record is new: the tiles
//! that it touches come from a plan of its strips. A recorded activity without a match is removed: the record lists the
//! tiles that it may have touched. Both sets together are dirty. Every other tile is touched by the same activities as
//! before, in the same order.

use std::collections::{HashMap, HashSet};

use super::{LayerRecord, TileIds};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::{TileFilter, TrackSet, ZoomGeometry};
use crate::pyramid::RenderOptions;

/// Difference between the activities of a record and those to be drawn.
#[derive(Debug)]
pub struct DirtyTiles {
    /// Ids of all dirty tiles.
    dirty: HashSet<u64>,
    /// Ids of the tiles that a removed activity touched; a subset of `dirty`.
    tiles_of_removed: HashSet<u64>,
    /// For each activity the tiles that it may touch according to the record, or `None` if it is new. An activity that is
    /// not drawn touches no tile.
    recorded_tiles: Vec<Option<TileIds>>,
    /// For each activity a bit set of the zooms at which it may touch a dirty tile; all zooms for a new activity,
    /// because every tile that it touches is dirty.
    needed_zooms: Vec<u32>,
}

impl DirtyTiles {
    /// Compares activities with those of a record. `keys` are the keys of `tracks`, `None` for those that are not drawn.
    pub fn new(record: &LayerRecord, keys: &[Option<u128>], tracks: &TrackSet, options: &RenderOptions) -> Self {
        let mut recorded: HashMap<u128, Vec<&TileIds>> = HashMap::with_capacity(record.activities.len());
        record.activities.iter().for_each(|(key, tiles)| recorded.entry(*key).or_default().push(tiles));
        // Activities of equal keys are interchangeable, because they touch the same tiles.
        let recorded_tiles: Vec<Option<TileIds>> = keys
            .iter()
            .map(|key| match key {
                Some(key) => recorded.get_mut(key).and_then(Vec::pop).cloned(),
                None => Some(TileIds::default()),
            })
            .collect();
        let tiles_of_removed: HashSet<u64> = recorded.into_values().flatten().flat_map(TileIds::iter).collect();
        let mut dirty = tiles_of_removed.clone();
        for zoom in options.zooms.clone() {
            let new = tracks.select(|track| recorded_tiles[track].is_none());
            let geometry = ZoomGeometry::new(
                tracks,
                &new,
                options.grid(zoom),
                TileFilter::Matching(&|tile| options.contains(tile)),
            );
            dirty.extend(geometry.plan.tiles().iter().map(|tile| tile.id()));
        }
        let zooms = |tiles: &Option<TileIds>| match tiles {
            None => u32::MAX,
            Some(tiles) => {
                let dirty_tiles = tiles.iter().filter(|id| dirty.contains(id)).filter_map(TileCoord::from_id);
                dirty_tiles.fold(0, |zooms, tile| zooms | 1 << tile.z())
            }
        };
        let needed_zooms = recorded_tiles.iter().map(zooms).collect();
        Self { dirty, tiles_of_removed, recorded_tiles, needed_zooms }
    }

    /// The dirty tiles of several drawings of the same tracks together.
    pub fn union(drawings: &[&Self]) -> Self {
        let ids = |tiles: fn(&Self) -> &HashSet<u64>| drawings.iter().flat_map(|dirty| tiles(dirty)).copied().collect();
        let count = drawings.first().map_or(0, |dirty| dirty.recorded_tiles.len());
        let recorded = |activity: usize| {
            let is_new = drawings.iter().any(|dirty| dirty.is_new(activity));
            (!is_new).then(TileIds::default)
        };
        let zooms = |activity: usize| drawings.iter().fold(0, |zooms, dirty| zooms | dirty.needed_zooms[activity]);
        Self {
            dirty: ids(|dirty| &dirty.dirty),
            tiles_of_removed: ids(|dirty| &dirty.tiles_of_removed),
            recorded_tiles: (0..count).map(recorded).collect(),
            needed_zooms: (0..count).map(zooms).collect(),
        }
    }

    /// Returns the number of new activities.
    pub fn new_count(&self) -> usize {
        self.recorded_tiles.iter().filter(|tiles| tiles.is_none()).count()
    }

    /// Returns the tiles that each activity may touch: as recorded, or as drawn in this run for new activities.
    pub fn activity_tiles(&self, drawn: Vec<TileIds>) -> Vec<TileIds> {
        self.recorded_tiles
            .iter()
            .zip(drawn)
            .map(|(recorded_tiles, drawn)| recorded_tiles.clone().unwrap_or(drawn))
            .collect()
    }

    /// Returns true if a tile is dirty.
    pub fn contains(&self, tile: TileCoord) -> bool {
        self.dirty.contains(&tile.id())
    }

    /// Iterates over the dirty tiles of a zoom.
    pub fn tiles_at(&self, zoom: u8) -> impl Iterator<Item = TileCoord> {
        self.dirty.iter().filter_map(|id| TileCoord::from_id(*id)).filter(move |tile| tile.z() == zoom)
    }

    /// Returns true if a removed activity may have touched a tile. Then the previous pixels of the tile are not used.
    pub fn has_removed_activity(&self, tile: TileCoord) -> bool {
        self.tiles_of_removed.contains(&tile.id())
    }

    /// Returns true if an activity is not in the record.
    pub fn is_new(&self, activity: usize) -> bool {
        self.recorded_tiles[activity].is_none()
    }

    /// Returns true if an activity may touch a dirty tile of a zoom.
    pub fn needs_activity(&self, activity: usize, zoom: u8) -> bool {
        self.needed_zooms[activity] >> zoom & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use crate::engine::layer::LAYERS;
    use crate::engine::png::Compression;
    use crate::engine::tone::palette::Palette;
    use crate::engine::tone::palettes::PALETTES;
    use crate::tileset::Style;

    /// A single point at the centre of a tile of zoom 4.
    fn dot(x: u32) -> Track {
        let centre: CanvasPosition = [(x << 28) + (1 << 27), (5 << 28) + (1 << 27)];
        Track { polylines: vec![Polyline::new(&[centre], 24)] }
    }

    fn tile(x: u32) -> TileCoord {
        TileCoord::new(4, x, 5).expect("a tile of the pyramid")
    }

    fn dirty_tiles(recorded: &[(u128, u32)], current: &[(u128, u32)]) -> DirtyTiles {
        let activities = recorded.iter().map(|&(key, x)| (key, [tile(x).id()].into_iter().collect())).collect();
        let (tiles, histograms) = (TileIds::default(), BTreeMap::new());
        let record = LayerRecord { tiles, histograms, activities, ..LayerRecord::default() };
        let (keys, tracks): (Vec<Option<u128>>, Vec<Track>) =
            current.iter().map(|&(key, x)| (Some(key), dot(x))).unzip();
        let compression = Compression::Fast;
        let styles = vec![Style::new(&LAYERS[0], Palette::from(&PALETTES[0]))];
        let options = RenderOptions { zooms: 4..=4, window: None, tile_size: 256, styles, compression };
        DirtyTiles::new(&record, &keys, &TrackSet::new(tracks, 24), &options)
    }

    fn dirty_columns(dirty: &DirtyTiles) -> Vec<u32> {
        (0..16).filter(|&x| dirty.contains(tile(x))).collect()
    }

    #[test]
    fn added_and_removed_activities_make_their_tiles_dirty() {
        let found = dirty_tiles(&[(1, 3), (2, 5), (7, 7)], &[(2, 5), (4, 9), (7, 7)]);
        assert_eq!(dirty_columns(&found), [3, 9]);
        assert_eq!(found.new_count(), 1);
        assert_eq!([3, 9].map(|x| found.has_removed_activity(tile(x))), [true, false]);
        assert_eq!([0, 1, 2].map(|activity| found.is_new(activity)), [false, true, false]);
        assert!(dirty_columns(&dirty_tiles(&[(1, 3), (2, 5)], &[(2, 5), (1, 3)])).is_empty());
    }

    #[test]
    fn dirty_tiles_of_several_drawings_add_up() {
        let (a, b) = (dirty_tiles(&[(1, 3), (2, 5)], &[(1, 3), (4, 9)]), dirty_tiles(&[(1, 3)], &[(1, 3), (4, 9)]));
        let both = DirtyTiles::union(&[&a, &b]);
        assert_eq!(dirty_columns(&both), [5, 9]);
        assert_eq!([5, 9].map(|x| both.has_removed_activity(tile(x))), [true, false]);
        assert_eq!([0, 1].map(|activity| both.is_new(activity)), [false, true]);
    }

    #[test]
    fn activities_with_equal_keys_are_counted() {
        assert_eq!(dirty_columns(&dirty_tiles(&[(1, 3), (1, 3)], &[(1, 3)])), [3]);
        assert_eq!(dirty_columns(&dirty_tiles(&[(1, 3)], &[(1, 3), (1, 3)])), [3]);
        assert!(dirty_columns(&dirty_tiles(&[(1, 3), (1, 3)], &[(1, 3), (1, 3)])).is_empty());
    }

    #[test]
    fn only_activities_of_dirty_tiles_are_needed() {
        let found = dirty_tiles(&[(1, 3), (2, 5)], &[(1, 3), (2, 5), (9, 5)]);
        assert_eq!([0, 1, 2].map(|activity| found.needs_activity(activity, 4)), [false, true, true]);
        assert!(!found.needs_activity(1, 3), "nothing is drawn at other zooms");
        let tiles: Vec<Vec<u64>> =
            found.activity_tiles(vec![TileIds::default(); 3]).iter().map(|tiles| tiles.iter().collect()).collect();
        assert_eq!(tiles, [vec![tile(3).id()], vec![tile(5).id()], vec![]]);
    }
}
