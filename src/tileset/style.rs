//! Style of a map: a layer in the colours of a palette.

use crate::collection::Meaning;
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
    /// First and last day of the palette in layers of dates, in days since 1970: that of the activities, unless the user
    /// changes it.
    pub days: Option<[i32; 2]>,
}

impl Style {
    /// A layer with its own curve.
    pub fn new(layer: &'static Layer, palette: Palette) -> Self {
        Self { layer, palette, tone: layer.tone, days: None }
    }

    /// Returns the shape of the curve for the meaning of the steps.
    pub fn tone_of(&self, meaning: &Meaning) -> Tone {
        match (self.days, meaning) {
            (Some(days), Meaning::Days(range)) => Tone::Within(days.map(|day| range.position(day))),
            _ => self.tone,
        }
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
