//! Layers: what a pixel means. A layer is a row of this table; no code asks for a layer by name.

use crate::engine::accumulation::{Accumulation, Combine, Finish, PerActivity};
use crate::engine::geometry::simplify::Simplification;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::level_code::LevelCode;

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
    pub description: &'static str,
    /// How the value of a pixel comes about.
    pub accumulation: Accumulation,
    /// Which vertices of a line it needs.
    pub simplify: Simplification,
    /// How the value of a pixel becomes a level.
    pub code: LevelCode,
}

/// All layers; the first is the default.
pub const LAYERS: &[Layer] = &[
    Layer {
        name: "frequency",
        title: "Visits",
        unit: "visits",
        description: "How many activities passed here; each counts once, however often it went round",
        accumulation: Accumulation {
            per_activity: PerActivity::Nearest,
            combine: Combine::Sum,
            finish: Finish::Identity,
        },
        simplify: Simplification::SHAPE,
        code: LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 }),
    },
    Layer {
        name: "passes",
        title: "Passes",
        unit: "passes",
        description: "How often anyone came through here; every lap and both directions count",
        accumulation: Accumulation {
            per_activity: PerActivity::Integral,
            combine: Combine::Sum,
            finish: Finish::Identity,
        },
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
