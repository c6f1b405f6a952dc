//! Style of a map: a layer in the colours of a palette.

use crate::engine::layer::Layer;
use crate::engine::tone::palette::Palette;

/// A layer and its palette.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug)]
pub struct Style {
    pub layer: &'static Layer,
    pub palette: Palette,
}

impl Style {
    /// Returns true if the style shows a layer.
    pub fn shows_layer(&self, layer: &Layer) -> bool {
        self.layer.name == layer.name
    }

    /// Returns a name for paths, such as `frequency-ember`.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.layer.name, self.palette.name)
    }
}
