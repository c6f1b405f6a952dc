//! Style of a map: a layer in the colours of a palette.

use crate::engine::layer::Layer;
use crate::engine::tone::curve::Tone;
use crate::engine::tone::palette::Palette;

/// A layer and its palette.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug)]
pub struct Style {
    pub layer: &'static Layer,
    pub palette: Palette,
    /// Shape of the curve: that of the layer, unless the user changes it.
    pub tone: Tone,
}

impl Style {
    /// A layer with its own curve.
    pub fn new(layer: &'static Layer, palette: Palette) -> Self {
        Self { layer, palette, tone: layer.tone }
    }

    /// Returns true if the style shows a layer.
    pub fn shows_layer(&self, layer: &Layer) -> bool {
        self.layer.name == layer.name
    }

    /// Returns a name for paths, such as `frequency-ember`.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.layer.name, self.palette.name)
    }
}
