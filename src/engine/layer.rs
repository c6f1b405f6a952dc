//! Layers: what a pixel means. A layer is a row of this table; no code asks for a layer by name.

use crate::engine::geometry::mercator::World;
use crate::engine::geometry::strip::Run;

/// How passes over a pixel add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accumulate {
    /// Each activity counts once, by its nearest approach.
    Visits,
    /// Every line counts as often as it is drawn.
    Passes,
}

impl Accumulate {
    /// A line of an activity, simplified as far as this way of adding up allows: see [`Run::new`].
    pub fn run(self, points: &[World], finest: u8) -> Run {
        if self.counts_turns() { Run::with_turns(points, finest) } else { Run::new(points, finest) }
    }

    /// Whether a line that turns back along itself is more than one that does not.
    pub fn counts_turns(self) -> bool {
        match self {
            Self::Visits => false,
            Self::Passes => true,
        }
    }
}

/// The layer's constant scale between heat and 8-bit levels: linear up to one unit, logarithmic above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Level of one unit; below it levels are proportional to heat.
    pub one: u8,
    /// Levels per doubling above one unit.
    pub per_octave: u8,
}

/// One row: everything that the rest of the program, the page and the help need to know of a layer.
#[derive(Debug, PartialEq)]
pub struct Layer {
    /// Name on the command line and in file names.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// What the legend counts.
    pub unit: &'static str,
    /// One sentence: what a pixel means.
    pub about: &'static str,
    /// How it accumulates.
    pub accumulate: Accumulate,
    /// Heat to levels.
    pub scale: Scale,
}

/// All layers; the first is the default.
pub const LAYERS: &[Layer] = &[
    Layer {
        name: "frequency",
        title: "Visits",
        unit: "visits",
        about: "How many activities passed here; each counts once, however often it went round",
        accumulate: Accumulate::Visits,
        scale: Scale { one: 16, per_octave: 12 },
    },
    Layer {
        name: "passes",
        title: "Passes",
        unit: "passes",
        about: "How often anyone came through here; every lap and both directions count",
        accumulate: Accumulate::Passes,
        scale: Scale { one: 16, per_octave: 12 },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_complete_and_names_unique() {
        for (i, layer) in LAYERS.iter().enumerate() {
            assert!(layer.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", layer.name);
            assert!(![layer.title, layer.unit, layer.about].contains(&""));
            assert!(LAYERS[..i].iter().all(|other| other.name != layer.name));
        }
    }
}
