//! A rendered map, ready to be written.

use std::ops::RangeInclusive;

use super::publication::{Publication, Title};
use super::rendered_zoom::RenderedZoom;
use super::style::Style;
use crate::collection::Totals;

/// A rendered map: one tileset per style, all with the same zooms.
pub struct RenderedMap {
    /// Styles, at least one.
    pub styles: Vec<Style>,
    /// Zooms, consecutive and ascending; at least one.
    pub zooms: Vec<RenderedZoom>,
    /// Totals of the activities.
    pub totals: Totals,
    /// True if the map shows points that privacy zones and trims would hide.
    pub is_private: bool,
    /// Title and public address.
    pub publication: Publication,
}

impl RenderedMap {
    /// Returns the title that the user gave.
    pub(super) fn title(&self) -> Option<&str> {
        self.publication.title.as_ref().map(Title::as_str)
    }

    /// Returns the range of the zooms.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms[0].grid.zoom..=self.zooms[self.zooms.len() - 1].grid.zoom
    }

    /// Returns the pixels along the side of a tile.
    pub fn tile_size(&self) -> u32 {
        self.zooms[0].grid.tile_size
    }

    /// Returns west, south, east and north of all activities in degrees. The box is never empty, because clients reject
    /// empty bounds.
    pub fn bounds(&self) -> [f64; 4] {
        self.totals.extent.degrees()
    }

    /// Returns the longitude, latitude and zoom of the initial view, which shows the area with the most activities.
    pub fn center(&self) -> (f64, f64, u8) {
        let [west, south, east, north] = self.totals.focus.degrees();
        let zoom = self.totals.focus.zoom_to_fit(1024.0).clamp(*self.zooms().start(), *self.zooms().end());
        ((west + east) / 2.0, (south + north) / 2.0, zoom)
    }

    /// Returns the folder of a style with a trailing slash, or an empty string for a single style.
    pub fn path(&self, style: usize) -> String {
        if self.styles.len() > 1 { format!("{}/", self.styles[style].slug()) } else { String::new() }
    }
}
