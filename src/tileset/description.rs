//! What a set of tiles says about itself: TileJSON, PMTiles metadata and the data of the page.
//!
//! Nothing here names a file, a place or a person.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::style::Style;
use super::zoom::DrawnZoom;
use crate::collection::Facts;
use crate::engine::geometry::grid::Grid;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palettes::Background;

/// Everything that is known of a rendered map.
pub struct Tileset {
    /// What is rendered, each set with the same tiles.
    pub styles: Vec<Style>,
    /// The drawn zooms, ascending without a gap.
    pub zooms: Vec<DrawnZoom>,
    /// What the activities add up to.
    pub facts: Facts,
    /// Whether it shows what is otherwise hidden.
    pub is_private: bool,
}

/// Colours that the page gets for a legend.
const RAMP_COLOURS: usize = 24;

/// Bytes of the list of tiles that the page may carry; deeper zooms are then left out.
const COVERAGE_BYTES: usize = 400_000;

impl Tileset {
    /// The zooms that have tiles.
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms[0].grid.zoom..=self.zooms[self.zooms.len() - 1].grid.zoom
    }

    fn grid(&self) -> Grid {
        self.zooms[0].grid
    }

    /// West, south, east and north of all activities in degrees; never without extent, which clients refuse.
    pub fn bounds(&self) -> [f64; 4] {
        self.facts.extent.degrees()
    }

    /// Longitude, latitude and zoom to begin with: where most activities are.
    pub fn center(&self) -> (f64, f64, u8) {
        let [west, south, east, north] = self.facts.home.degrees();
        let zoom = self.facts.home.zoom_to_fit(1024.0).clamp(*self.zooms().start(), *self.zooms().end());
        ((west + east) / 2.0, (south + north) / 2.0, zoom)
    }

    /// Folder of a set with a slash at its end, empty when there is one set only.
    pub fn path(&self, style: usize) -> String {
        if self.styles.len() > 1 { format!("{}/", self.styles[style].slug()) } else { String::new() }
    }

    /// TileJSON 3.0.0 of a set (github.com/mapbox/tilejson-spec). The tile address is relative: a folder does not know
    /// where it will be served. `root` leads from the description to the tiles: empty, or a folder with a slash.
    pub fn tilejson(&self, style: usize, root: &str) -> Value {
        let (lon, lat, zoom) = self.center();
        let mut json = json!({
            "tilejson": "3.0.0",
            "tiles": [format!("{root}{{z}}/{{x}}/{{y}}.png")],
            "scheme": "xyz",
            "minzoom": self.zooms().start(),
            "maxzoom": self.zooms().end(),
            "bounds": self.bounds(),
            "center": [lon, lat, zoom],
        });
        merge(&mut json, self.metadata(style));
        json
    }

    /// The metadata of an archive of a set (PMTiles v3 specification, section 5).
    pub fn metadata(&self, style: usize) -> Value {
        let Style { layer, palette } = &self.styles[style];
        let LevelCode::Heat(code) = layer.code;
        let zooms: BTreeMap<u8, Value> =
            self.zooms.iter().map(|zoom| (zoom.grid.zoom, self.legend(zoom, style))).collect();
        let mut metadata = json!({
            "name": format!("Trailglow {}", layer.title.to_lowercase()),
            "description": layer.description,
            "version": "1.0.0",
            "type": "overlay",
            "format": "png",
            "tile_size": self.grid().tile_size,
            "trailglow": {
                "generator": generator(),
                "layer": layer.name,
                "unit": layer.unit,
                "palette": palette.name,
                "background": background(palette.background),
                "activities": self.facts.activities,
                "kilometres": self.facts.kilometres(),
                "levels": {"one": code.unit_level, "per_octave": code.per_octave},
                "legend": zooms,
            },
        });
        metadata["trailglow"].as_object_mut().into_iter().for_each(|description| description.extend(self.profile()));
        metadata
    }

    /// Said of a map that shows what is otherwise hidden. Others say nothing, be there something to hide or not.
    fn profile(&self) -> Option<(String, Value)> {
        self.is_private.then(|| ("profile".to_owned(), "private".into()))
    }

    /// The data of the page that lies beside the tiles.
    pub fn page(&self) -> Value {
        let styles: Vec<Value> = self.styles.iter().enumerate().map(|(i, style)| self.page_style(i, style)).collect();
        let layer = self.styles[0].layer;
        let zooms: BTreeMap<String, Value> =
            self.zooms.iter().map(|zoom| (zoom.grid.zoom.to_string(), self.legend(zoom, 0))).collect();
        let mut data = json!({
            "name": "Trailglow",
            "generator": generator(),
            "tileSize": self.grid().tile_size,
            "minzoom": self.zooms().start(),
            "maxzoom": self.zooms().end(),
            "bounds": self.bounds(),
            "home": self.facts.home.degrees(),
            "activities": self.facts.activities,
            "kilometres": self.facts.kilometres(),
            "from": self.facts.first_day(),
            "to": self.facts.last_day(),
            "layer": {"name": layer.name, "title": layer.title, "unit": layer.unit},
            "styles": styles,
            "zooms": zooms,
            "coverage": self.coverage(),
        });
        data.as_object_mut().into_iter().for_each(|data| data.extend(self.profile()));
        data
    }

    fn page_style(&self, index: usize, style: &Style) -> Value {
        let ramps: BTreeMap<String, String> = self
            .zooms
            .iter()
            .map(|zoom| {
                let colours = style.palette.ramp(zoom.of_style(&self.styles, index).0.curve(), RAMP_COLOURS);
                let hex = colours.iter().fold(String::new(), |mut hex, [r, g, b]| {
                    let _ = write!(hex, "{r:02x}{g:02x}{b:02x}");
                    hex
                });
                (zoom.grid.zoom.to_string(), hex)
            })
            .collect();
        let palette = &style.palette;
        json!({
            "palette": palette.name,
            "title": palette.title,
            "path": self.path(index),
            "background": background(palette.background),
            "ramps": ramps,
        })
    }

    /// Round values of a set at a zoom and where on the palette they lie, and the greatest.
    fn legend(&self, zoom: &DrawnZoom, style: usize) -> Value {
        let curve = zoom.of_style(&self.styles, style).0.curve();
        let ticks = self.styles[style].layer.code.ticks(curve).into_iter();
        let ticks: Vec<Value> = ticks.map(|tick| json!([tick.value, rounded(tick.position)])).collect();
        json!({"max": rounded(curve.max().max(1.0)), "ticks": ticks})
    }

    /// Which tiles there are, so that the page asks for no other: `row:first-last,single;row:…` by zoom.
    fn coverage(&self) -> BTreeMap<String, String> {
        let mut left = COVERAGE_BYTES;
        let texts = self.zooms.iter().map(|zoom| (zoom.grid.zoom.to_string(), rows(zoom)));
        texts
            .take_while(|(_, text)| {
                let fits = text.len() <= left;
                left = left.saturating_sub(text.len());
                fits
            })
            .collect()
    }
}

fn rows(zoom: &DrawnZoom) -> String {
    let tiles = zoom.layers.iter().flat_map(|drawn| &drawn.tiles);
    let mut places: Vec<(u32, u32)> = tiles.map(|(tile, _)| (tile.y(), tile.x())).collect();
    places.sort_unstable();
    places.dedup();
    let mut text = String::new();
    for row in places.chunk_by(|a, b| a.0 == b.0) {
        let separator = if text.is_empty() { "" } else { ";" };
        let _ = write!(text, "{separator}{}:", row[0].0);
        for (i, run) in row.chunk_by(|a, b| a.1 + 1 == b.1).enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let (first, last) = (run[0].1, run[run.len() - 1].1);
            let _ = if first == last { write!(text, "{comma}{first}") } else { write!(text, "{comma}{first}-{last}") };
        }
    }
    text
}

/// Three decimals, without the noise that f32 has in JSON.
pub fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

fn background(background: Background) -> &'static str {
    match background {
        Background::Dark => "dark",
        Background::Light => "light",
        Background::Any => "any",
    }
}

fn generator() -> String {
    format!("trailglow {}", env!("CARGO_PKG_VERSION"))
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
