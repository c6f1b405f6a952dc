//! Legend of a layer without a map: the colours of a palette, and what their ends mean.

use super::LegendPicture;
use crate::collection::fixed_classes;
use crate::engine::layer::Layer;
use crate::engine::quantity::Quantity;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::value_code::ValueCode;
use crate::tileset::value_legend::apart_colours;
use crate::tileset::{LEGEND_COLOURS, classes};

/// Zoom of the curve; without a map, the colours are those of every zoom.
const ANY_ZOOM: u8 = 12;

/// Legend of a layer in a palette; `None` if its classes depend on the activities of a map.
pub fn plain(layer: &Layer, palette: &Palette) -> Option<LegendPicture> {
    let ends = match layer.code {
        LevelCode::Class(_) => None,
        LevelCode::Step(_) => Some(["oldest", "newest"]),
        LevelCode::Value(ValueCode::Apart) => None,
        LevelCode::Value(_) if layer.quantity() == Some(Quantity::Speed) => Some(["slow", "fast"]),
        LevelCode::Value(_) => Some(["low", "high"]),
        LevelCode::Heat(_) if layer.shows_durations() => Some(["little", "much"]),
        LevelCode::Heat(_) => Some(["few", "many"]),
    };
    let picture = LegendPicture {
        // Without numbers, values need no unit.
        title: if layer.quantity().is_some() { layer.title.to_owned() } else { layer.legend_title(layer.unit) },
        background: palette.background,
        colours: Vec::new(),
        labels: Vec::new(),
        classes: Vec::new(),
    };
    let Some([first, last]) = ends else {
        let classes = match layer.code {
            LevelCode::Value(_) => apart_colours(palette),
            _ => classes(&fixed_classes(layer)?, palette, layer.code),
        };
        return Some(LegendPicture { classes, ..picture });
    };
    let curve = Curve::new(layer.code, layer.tone, ANY_ZOOM, &Histogram::default());
    let labels = vec![(first.to_owned(), 0.0), (last.to_owned(), 1.0)];
    Some(LegendPicture { colours: palette.ramp(&curve, LEGEND_COLOURS), labels, ..picture })
}
