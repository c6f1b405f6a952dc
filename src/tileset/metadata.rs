//! TileJSON and PMTiles metadata. Neither names a file, a place or a person, except in the title that the user gives.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::legend::{Legend, significant};
use super::rendered_map::RenderedMap;
use super::rendered_zoom::RenderedZoom;
use super::style::Style;
use super::ticks::Tick;
use crate::collection::{Meaning, Unit};
use crate::engine::raster::time_unit::number_per_unit;
use crate::engine::tone::class_code::{CLARITIES, ClassCode};
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palettes::Background;
use crate::engine::tone::rgb::Rgb;
use crate::engine::tone::step_code::{PRESENCES, STEPS};
use crate::engine::tone::value_code::{APART_STEPS, ValueCode};

/// Key of the public address of the folder with the TileJSON, below `trailglow`; absent if it is unknown.
pub(super) const FOLDER_URL: &str = "folder_url";

impl RenderedMap {
    /// Returns the TileJSON 3.0.0 of a style (github.com/mapbox/tilejson-spec). `tiles_folder` is the path from the
    /// TileJSON to the tiles: empty, or a folder with a trailing slash. The tile URL is relative unless the public
    /// address is known.
    pub fn tilejson(&self, style: usize, tiles_folder: &str) -> Value {
        let (lon, lat, zoom) = self.center();
        // Public address of the folder that holds this TileJSON.
        let url = self.publication.public_url.as_ref().map(|url| {
            let path = self.path(style);
            format!("{}{}", url.as_str(), path.strip_suffix(tiles_folder).unwrap_or(&path))
        });
        let mut json = json!({
            "tilejson": "3.0.0",
            "tiles": [format!("{}{tiles_folder}{{z}}/{{x}}/{{y}}.png", url.as_deref().unwrap_or_default())],
            "scheme": "xyz",
            "minzoom": self.zooms().start(),
            "maxzoom": self.zooms().end(),
            "bounds": self.bounds(),
            "center": [lon, lat, zoom],
        });
        extend_object(&mut json, self.metadata(style));
        if let Some(url) = url {
            json["trailglow"][FOLDER_URL] = url.into();
        }
        json
    }

    /// Returns the metadata of the archive of a style (PMTiles v3 specification, section 5).
    pub fn metadata(&self, style: usize) -> Value {
        let Style { layer, palette, .. } = &self.styles[style];
        let zooms: BTreeMap<u8, Value> = (self.zooms.iter())
            .map(|zoom| {
                let legend = self.legend(zoom, style);
                let mut json = self.legend_json(&legend, zoom, style);
                json["colours"] = legend.colours.iter().map(|colour| hex(*colour)).collect();
                (zoom.grid.zoom, json)
            })
            .collect();
        let mut metadata = json!({
            "name": self.title().map_or_else(|| format!("Trailglow {}", layer.title.to_lowercase()), str::to_owned),
            "description": layer.description,
            "version": "1.0.0",
            "type": "overlay",
            "format": "png",
            "tile_size": self.tile_size(),
            "trailglow": {
                "generator": generator(),
                "layer": layer.name,
                "unit": self.unit(style),
                "palette": palette.name,
                "background": background_name(palette.background),
                "activities": self.totals.activities,
                "kilometres": self.totals.kilometres(),
                "levels": levels(layer.code),
                "legend": zooms,
            },
        });
        metadata["trailglow"].as_object_mut().into_iter().for_each(|description| description.extend(self.profile()));
        metadata
    }

    /// Returns the unit of a style.
    pub(super) fn unit(&self, style: usize) -> &'static str {
        match self.meaning(style) {
            Meaning::Values(range) => {
                Unit::of(range.quantity, self.styles[style].unit_system(), range.is_on_foot).symbol
            }
            _ => self.styles[style].layer.unit,
        }
    }

    /// Returns the key that marks a private map. All other maps lack the key, even if nothing is hidden.
    pub(super) fn profile(&self) -> Option<(String, Value)> {
        self.is_private.then(|| ("profile".to_owned(), "private".into()))
    }

    /// Returns the legend of a zoom.
    fn legend(&self, zoom: &RenderedZoom, style: usize) -> Legend {
        let (_, colour_table) = zoom.layer_of_style(&self.styles, style);
        let per_unit = number_per_unit(self.styles[style].layer, zoom.grid);
        Legend::new(self.meaning(style), &colour_table.curve, &self.styles[style], per_unit)
    }

    /// Returns the legend of a zoom as JSON, without the colours of the palette.
    pub(super) fn page_legend(&self, zoom: &RenderedZoom, style: usize) -> Value {
        self.legend_json(&self.legend(zoom, style), zoom, style)
    }

    fn legend_json(&self, legend: &Legend, zoom: &RenderedZoom, style: usize) -> Value {
        let per_unit = number_per_unit(self.styles[style].layer, zoom.grid);
        let tick =
            |Tick { value, position }: &Tick| json!([value, rounded(*position), legend.colour(*position).map(hex)]);
        let ticks: Vec<Value> = legend.ticks.iter().map(tick).collect();
        let mut json = json!({"ticks": ticks});
        if per_unit != 1.0 {
            json["per_unit"] = significant(per_unit).into();
        }
        if let Some(max) = legend.max {
            json["max"] = significant(max.into()).into();
        }
        if let Some(min) = legend.min {
            json["min"] = significant(min.into()).into();
        }
        if let Some([first, last]) = &legend.range {
            json["range"] = json!([first, last]);
        }
        if let Some([first, last]) = &legend.steps {
            json["steps"] = json!([first, last]);
        }
        if let Some(other) = &legend.other_unit {
            let ticks: Vec<Value> = other.ticks.iter().map(tick).collect();
            json["other"] = json!({"unit": other.unit, "ticks": ticks, "range": other.range});
        }
        if !legend.classes.is_empty() {
            json["classes"] = legend.classes.iter().map(|(name, colour)| json!([name, hex(*colour)])).collect();
        }
        json
    }
}

/// How levels encode pixels, for programs that read tiles.
pub fn levels(code: LevelCode) -> Value {
    match code {
        LevelCode::Heat(HeatCode { unit_level, per_octave, .. }) => {
            json!({"one": unit_level, "per_octave": per_octave})
        }
        LevelCode::Class(ClassCode { classes, visits }) => json!({
            "classes": classes,
            "clarities": CLARITIES,
            "visits": {"one": visits.unit_level, "per_octave": visits.per_octave, "max": visits.max_level},
        }),
        LevelCode::Step(_) | LevelCode::Value(ValueCode::Single | ValueCode::Sum) => {
            json!({"steps": STEPS, "presences": PRESENCES})
        }
        LevelCode::Value(ValueCode::Apart) => {
            json!({"steps": [APART_STEPS, APART_STEPS], "presences": PRESENCES})
        }
    }
}

/// Six hexadecimal digits after `#`.
pub fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Rounds to three decimals, without the digits that JSON would add for an `f32`.
pub fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

pub(super) fn background_name(background: Background) -> &'static str {
    match background {
        Background::Dark => "dark",
        Background::Light => "light",
        Background::Any => "any",
    }
}

pub(super) fn generator() -> String {
    format!("trailglow {}", env!("CARGO_PKG_VERSION"))
}

fn extend_object(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
