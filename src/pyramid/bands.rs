//! Division of a zoom in bands, so that strips and plan of a part of the zoom suffice at a time.
//!
//! The plan of one zoom says how many strips each tile sees. At the next zoom, the children of consecutive tiles with
//! together so many strips are a band. All bands together are all tiles of the zoom.

use std::ops::Range;

use crate::engine::geometry::tile::TileCoord;
use crate::engine::tiling::plan::Plan;

/// Most strips that the tiles above a band see, unless a single tile sees more. Strips and plan of a band then take
/// about 30 MiB.
const MAX_STRIPS: usize = 80_000;

/// Every tile of every zoom.
pub const ALL_TILES: Range<u64> = 0..u64::MAX;

/// Numbers of strips in the tiles of a zoom.
#[derive(Default)]
pub struct StripCounts(Vec<(TileCoord, usize)>);

impl StripCounts {
    /// Adds the tiles of a plan. Plans must be added in the order of their tiles along the Hilbert curve.
    pub fn add(&mut self, plan: &Plan) {
        let tiles = plan.tiles().iter().enumerate();
        self.0.extend(tiles.map(|(index, tile)| (*tile, plan.strips_of(index).len())));
    }

    /// Ids of the tiles of each band of the next zoom, ascending.
    pub fn bands_of_next_zoom(&self) -> Vec<Range<u64>> {
        let (mut bands, mut start, mut strips) = (Vec::new(), ALL_TILES.start, 0);
        for (tile, count) in &self.0 {
            if strips > 0 && strips + count > MAX_STRIPS {
                // The children of a tile follow those of the tile before, and id 0 has the children 1 to 4.
                let first_child = 4 * tile.id() + 1;
                bands.push(start..first_child);
                (start, strips) = (first_child, 0);
            }
            strips += count;
        }
        bands.push(start..ALL_TILES.end);
        bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_have_all_tiles_once_and_few_strips() {
        let tile = |id: u64| TileCoord::from_id(id).expect("a tile");
        // All tiles of zoom 3.
        let counts = StripCounts((21..85).map(|id| (tile(id), 15_000)).collect());
        let bands = counts.bands_of_next_zoom();
        assert_eq!((bands.len(), bands[0].start, bands[bands.len() - 1].end), (13, 0, u64::MAX));
        assert!(bands.windows(2).all(|pair| pair[0].end == pair[1].start));
        for id in 21..85u64 {
            let (x, y) = (tile(id).x(), tile(id).y());
            let children = [0, 1].map(|right| [0, 1].map(|below| TileCoord::new(4, 2 * x + right, 2 * y + below)));
            let band_of =
                |tile: &Option<TileCoord>| bands.iter().position(|band| band.contains(&tile.expect("a tile").id()));
            let found: Vec<Option<usize>> = children.as_flattened().iter().map(band_of).collect();
            assert_eq!(found, [Some((id as usize - 21) / 5); 4]);
        }
        assert_eq!(StripCounts::default().bands_of_next_zoom(), [ALL_TILES]);
        let busy = StripCounts([5, 6, 7].map(|id| (tile(id), 1_000_000)).into());
        assert_eq!(busy.bands_of_next_zoom().len(), 3, "a tile is not divided");
    }
}
