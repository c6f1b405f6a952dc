//! The table of layers. A layer defines the meaning of a pixel; drawing reads the columns and never depends on names.

use crate::engine::accumulation::{Accumulation, Combine, Finish, PerActivity};
use crate::engine::geometry::simplify::Simplification;
use crate::engine::quantum::Quantum;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::level_code::LevelCode;

/// A layer: texts for command line, page and help, and the parameters of drawing.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug, PartialEq)]
pub struct Layer {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub description: &'static str,
    pub accumulation: Accumulation,
    pub quantum: Quantum,
    pub simplify: Simplification,
    pub code: LevelCode,
}

/// All layers; the first is the default.
pub const LAYERS: &[Layer] = &[
    Layer {
        name: "frequency",
        title: "Visits",
        unit: "visits",
        description: "Number of activities that passed; each counts once, regardless of laps",
        accumulation: Accumulation {
            per_activity: PerActivity::Nearest,
            combine: Combine::Sum,
            finish: Finish::Identity,
        },
        quantum: Quantum { bits: 26, largest: 1.0 },
        simplify: Simplification::SHAPE,
        code: LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 }),
    },
    Layer {
        name: "passes",
        title: "Passes",
        unit: "passes",
        description: "Number of passes of all activities; every lap and both directions count",
        accumulation: Accumulation {
            per_activity: PerActivity::Integral,
            combine: Combine::Sum,
            finish: Finish::Identity,
        },
        quantum: Quantum { bits: 26, largest: 1.0 },
        simplify: Simplification::SHAPE_AND_U_TURNS,
        code: LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 }),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_complete_and_names_unique() {
        for (i, layer) in LAYERS.iter().enumerate() {
            assert!(layer.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", layer.name);
            assert!(![layer.title, layer.unit, layer.description].contains(&""));
            assert!(LAYERS[..i].iter().all(|other| other.name != layer.name));
        }
    }
}
