//! A rendered map, ready to be written.

use std::ops::RangeInclusive;

use super::publication::{Publication, Title};
use super::rendered_zoom::RenderedZoom;
use super::style::Style;
use crate::activity::longitude::wrap_longitude;
use crate::collection::{Meaning, Totals};
use crate::engine::layer::Layer;

/// A rendered map: one tileset per style, all with the same zooms.
pub struct RenderedMap {
    /// Styles, at least one.
    pub styles: Vec<Style>,
    /// Layers of the styles, with the meaning of their values.
    pub layers: Vec<(&'static Layer, Meaning)>,
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

    /// Returns the meaning of the values of a style.
    pub fn meaning(&self, style: usize) -> &Meaning {
        let layer = self.layers.iter().find(|(layer, _)| self.styles[style].shows_layer(layer));
        layer.map_or(&Meaning::Number, |(_, meaning)| meaning)
    }

    /// Returns the range of the zooms.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms[0].grid.zoom..=self.zooms[self.zooms.len() - 1].grid.zoom
    }

    /// Returns the pixels along the side of a tile.
    pub fn tile_size(&self) -> u32 {
        self.zooms[0].grid.tile_size
    }

    /// Returns west, south, east and north of all activities in degrees, with west < east and south < north.
    ///
    /// Activities across the antimeridian have bounds all around the world, because no other form suits all readers:
    /// TileJSON 3.0.0 (section 3.5) forbids bounds that wrap, pmtiles.js 4.5 reports west > east as an error and
    /// MapLibre 6.17 then requests no tiles near the antimeridian; of bounds beyond 180°, MapLibre requests no tiles
    /// beyond, and JOSM r18646 refuses them. [`center`](Self::center) is on the data in any case.
    pub fn bounds(&self) -> [f64; 4] {
        let [west, south, east, north] = self.totals.extent.degrees();
        if west < east { [west, south, east, north] } else { [-180.0, south, 180.0, north] }
    }

    /// Returns the longitude, latitude and zoom of the initial view, which shows the area with the most activities.
    pub fn center(&self) -> (f64, f64, u8) {
        let [west, south, east, north] = self.totals.focus.degrees();
        let turn = if west < east { 0.0 } else { 360.0 };
        let zoom = self.totals.focus.zoom_to_fit(1024.0).clamp(*self.zooms().start(), *self.zooms().end());
        (wrap_longitude((west + east + turn) / 2.0), (south + north) / 2.0, zoom)
    }

    /// Returns the folder of a style with a trailing slash, or an empty string for a single style.
    pub fn path(&self, style: usize) -> String {
        if self.styles.len() > 1 { format!("{}/", self.styles[style].slug()) } else { String::new() }
    }
}
