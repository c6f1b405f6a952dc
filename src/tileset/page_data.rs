//! Data of the map page, as JSON. [`page_html`](super::page::page_html) lists its keys.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::coverage::coverage;
use super::legend::LEGEND_COLOURS;
use super::metadata::{background_name, generator};
use super::rendered_map::RenderedMap;
use super::style::Style;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::palettes::PaletteKind;

impl RenderedMap {
    /// Returns the data of the map page.
    pub fn page_data(&self) -> Value {
        let styles: Vec<Value> = self.styles.iter().enumerate().map(|(i, style)| self.page_style(i, style)).collect();
        let mut data = json!({
            "name": self.title().unwrap_or("Trailglow"),
            "generator": generator(),
            "tileSize": self.tile_size(),
            "minzoom": self.zooms().start(),
            "maxzoom": self.zooms().end(),
            "bounds": self.totals.extent.degrees(),
            "focus": self.totals.focus.degrees(),
            "activities": self.totals.activities,
            "kilometres": self.totals.kilometres(),
            "from": self.totals.first_day(),
            "to": self.totals.last_day(),
            "styles": styles,
            "coverage": coverage(&self.zooms),
        });
        if let Some(url) = &self.publication.public_url {
            data["publicUrl"] = url.as_str().into();
        }
        data.as_object_mut().into_iter().for_each(|data| data.extend(self.profile()));
        data
    }

    fn page_style(&self, index: usize, style: &Style) -> Value {
        let ramps: BTreeMap<String, String> = self
            .zooms
            .iter()
            .map(|zoom| {
                let curve = &zoom.layer_of_style(&self.styles, index).1.curve;
                (zoom.grid.zoom.to_string(), ramp(&style.palette, curve))
            })
            .collect();
        let legend: BTreeMap<String, Value> =
            self.zooms.iter().map(|zoom| (zoom.grid.zoom.to_string(), self.page_legend(zoom, index))).collect();
        let palette = &style.palette;
        let layer = style.layer;
        let mut page_style = json!({
            "layer": {
                "name": layer.name,
                "title": layer.title,
                "unit": self.unit(index),
                "legend": layer.legend_title(self.unit(index)),
                "durations": layer.shows_durations(),
                "followsLocale": style.units.is_none(),
            },
            "palette": palette.name,
            "title": palette.title,
            "path": self.path(index),
            "background": background_name(palette.background),
            "legend": legend,
            "ramps": ramps,
        });
        if let (Some(row), Some(zoom)) = (palette.partner_row(), self.zooms.first()) {
            // The colours of named palettes are the same at every zoom.
            let curve = &zoom.layer_of_style(&self.styles, index).1.curve;
            page_style["partner"] = json!({"palette": row.name});
            // The colours of classes cannot be replaced by their brightness.
            if palette.kind == PaletteKind::Sequential {
                page_style["partner"]["ramp"] = ramp(&Palette::from(row), curve).into();
            }
        }
        page_style
    }
}

/// Colours of a legend, each as six hexadecimal digits.
fn ramp(palette: &Palette, curve: &Curve) -> String {
    palette.ramp(curve, LEGEND_COLOURS).iter().fold(String::new(), |mut hex, [r, g, b]| {
        let _ = write!(hex, "{r:02x}{g:02x}{b:02x}");
        hex
    })
}
