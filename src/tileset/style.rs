//! Layer and palette together: what is seen as one map.

use crate::engine::layer::Layer;
use crate::engine::tone::palette::Palette;

/// One layer in one palette: what is seen as one map.
#[derive(Clone, Debug)]
pub struct Style {
    /// What a pixel means.
    pub layer: &'static Layer,
    /// Its colours.
    pub palette: Palette,
}

impl Style {
    /// Whether it shows a layer.
    pub fn shows_layer(&self, layer: &Layer) -> bool {
        self.layer.name == layer.name
    }

    /// `frequency-ember`: names the set in paths where there are several.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.layer.name, self.palette.name)
    }
}
