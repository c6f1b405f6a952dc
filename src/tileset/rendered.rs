//! A rendered map before writing.

use std::ops::RangeInclusive;

use super::style::Style;
use super::zoom::DrawnZoom;
use crate::collection::Totals;

/// Everything that is known of a rendered map.
pub struct Tileset {
    /// What is rendered, each set with the same tiles.
    pub styles: Vec<Style>,
    /// The drawn zooms, ascending without a gap.
    pub zooms: Vec<DrawnZoom>,
    /// What the activities add up to.
    pub totals: Totals,
    /// Whether it shows what is otherwise hidden.
    pub is_private: bool,
}

impl Tileset {
    /// The zooms that have tiles.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms[0].grid.zoom..=self.zooms[self.zooms.len() - 1].grid.zoom
    }

    /// Pixels along the side of a tile.
    pub fn tile_size(&self) -> u32 {
        self.zooms[0].grid.tile_size
    }

    /// West, south, east and north of all activities in degrees; never without extent, which clients refuse.
    pub fn bounds(&self) -> [f64; 4] {
        self.totals.extent.degrees()
    }

    /// Longitude, latitude and zoom to begin with: where most activities are.
    pub fn center(&self) -> (f64, f64, u8) {
        let [west, south, east, north] = self.totals.focus.degrees();
        let zoom = self.totals.focus.zoom_to_fit(1024.0).clamp(*self.zooms().start(), *self.zooms().end());
        ((west + east) / 2.0, (south + north) / 2.0, zoom)
    }

    /// Folder of a set with a slash at its end, empty when there is one set only.
    pub fn path(&self, style: usize) -> String {
        if self.styles.len() > 1 { format!("{}/", self.styles[style].slug()) } else { String::new() }
    }
}
