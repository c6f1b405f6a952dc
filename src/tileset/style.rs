//! Style of a map: a layer in the colours of a palette.

use crate::collection::{Meaning, UnitSystem, ValueRange};
use crate::engine::layer::Layer;
use crate::engine::quantity::Quantity;
use crate::engine::tone::curve::{Tone, Window};
use crate::engine::tone::palette::Palette;

/// Ends of a palette.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PaletteRange {
    /// First and last day, in days since 1970, for layers of dates.
    Days([i32; 2]),
    /// Values of a quantity in its unit, for layers of its means.
    Values(Quantity, [f32; 2]),
}

/// A layer and its palette.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug)]
pub struct Style {
    pub layer: &'static Layer,
    pub palette: Palette,
    /// Shape of the curve: that of the layer, unless the user changes it.
    pub tone: Tone,
    /// Ends of the palette: those of the activities, unless the user changes them.
    pub range: Option<PaletteRange>,
    /// Units of the legend, if the user chose any: then the page follows no locale.
    pub units: Option<UnitSystem>,
}

impl Style {
    /// A layer with its own curve.
    pub fn new(layer: &'static Layer, palette: Palette) -> Self {
        Self { layer, palette, tone: layer.tone, range: None, units: None }
    }

    /// Returns the system of units of the legend.
    pub fn unit_system(&self) -> UnitSystem {
        self.units.unwrap_or_default()
    }

    /// Returns the shape of the curve for the meaning of the steps.
    pub fn tone_of(&self, meaning: &Meaning) -> Tone {
        match meaning {
            Meaning::Days(range) => match self.range {
                Some(PaletteRange::Days(days)) => {
                    Tone::Within(Window { range: days.map(|day| range.position(day)), ..Window::ALL })
                }
                _ => self.tone,
            },
            Meaning::Values(range) => Tone::Within(range.window(self.colours(range), self.least())),
            Meaning::Number | Meaning::Minutes | Meaning::Classes(_) => self.tone,
        }
    }

    /// Values at the ends of the palette.
    pub fn colours(&self, range: &ValueRange) -> [f32; 2] {
        match self.range {
            Some(PaletteRange::Values(quantity, values)) if quantity == range.quantity => values,
            // A threshold of the user's own is the start of the colours.
            _ => {
                let [from, to] = range.colours;
                let from = self.least().unwrap_or(from);
                [from, to.max(from + 0.25 * (to - range.colours[0]))]
            }
        }
    }

    /// Smallest value that is shown.
    pub fn least(&self) -> Option<f32> {
        if let Tone::AtLeast(least) = self.tone { Some(least) } else { None }
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
