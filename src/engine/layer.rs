//! The table of layers. A layer defines the meaning of a pixel; drawing reads the columns and never depends on names.

use crate::engine::accumulation::{Measure, PerActivity, Value};
use crate::engine::geometry::simplify::Simplification;
use crate::engine::quantity::Quantity;
use crate::engine::quantum::Quantum;
use crate::engine::tone::class_code::{CLASSES, ClassCode};
use crate::engine::tone::curve::Tone;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::step_code::{Preference, StepCode};
use crate::engine::tone::value_code::ValueCode;

/// A layer: texts for command line, page and help, and the parameters of drawing.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug, PartialEq)]
pub struct Layer {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub description: &'static str,
    /// Property of the activities that the layer shows.
    pub value: Value,
    /// Months before the newest day to which the layer is limited; `None` shows all activities.
    pub months: Option<u32>,
    pub per_activity: PerActivity,
    pub quantum: Quantum,
    pub simplify: Simplification,
    /// How activities combine, and the level of the result.
    pub code: LevelCode,
    pub tone: Tone,
    /// Names of the default palettes for dark and for light maps.
    pub palettes: [&'static str; 2],
}

impl Layer {
    /// Returns true if the numbers of the layer are durations in minutes.
    pub fn shows_durations(&self) -> bool {
        self.per_activity == PerActivity::Integral(Measure::Time)
    }

    /// Title of a legend whose numbers are in a unit: with the unit, where numbers need one.
    pub fn legend_title(&self, unit: &str) -> String {
        let is_named = self.title.to_lowercase().contains(unit);
        let has_numbers =
            matches!(self.code, LevelCode::Heat(_) | LevelCode::Value(ValueCode::Single | ValueCode::Sum));
        let needs_unit = has_numbers && !self.shows_durations() && !is_named;
        if needs_unit { format!("{} ({unit})", self.title) } else { self.title.to_owned() }
    }

    /// Quantity of which the layer shows means.
    pub fn quantity(&self) -> Option<Quantity> {
        match self.per_activity {
            PerActivity::Mean(quantity) => Some(quantity),
            PerActivity::Nearest | PerActivity::Integral(_) => None,
        }
    }

    /// Returns true if equal values of the activities give equal pixels in both layers.
    pub fn accumulates_like(&self, other: &Self) -> bool {
        let columns =
            |layer: &Self| (layer.value, layer.months, layer.per_activity, layer.quantum, layer.simplify, layer.code);
        columns(self) == columns(other)
    }
}

/// Visits and passes: 16 levels up to one, then steps of 6 %.
const HEAT: LevelCode = LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12.0, max_level: u8::MAX });

/// Eight classes; visits in steps of a quarter up to one, then by 2.5 up to 250.
const CLASS: ClassCode =
    ClassCode { classes: CLASSES as u8, visits: HeatCode { unit_level: 4, per_octave: 0.75, max_level: 10 } };

/// Visits of all activities. Other rows differ from this one in the listed columns.
const VISITS: Layer = Layer {
    name: "frequency",
    title: "Visits",
    unit: "visits",
    description: "Number of activities that passed; each counts once, regardless of laps",
    value: Value::One,
    months: None,
    per_activity: PerActivity::Nearest,
    quantum: Quantum { bits: 26, largest: 1.0 },
    simplify: Simplification::Shape,
    code: HEAT,
    tone: Tone::Balanced,
    palettes: ["ember", "plum"],
};

/// A mean of a quantity.
const MEAN: Layer = Layer {
    per_activity: PerActivity::Mean(Quantity::HeartRate),
    simplify: Simplification::Motion,
    code: LevelCode::Value(ValueCode::Single),
    tone: Tone::Even,
    ..VISITS
};

/// A mean steepness.
const STEEPNESS: Layer = Layer {
    name: "grade",
    title: "Grade",
    unit: "%",
    description: "Mean steepness, up or down",
    per_activity: PerActivity::Mean(Quantity::Slope),
    code: LevelCode::Value(ValueCode::Sum),
    palettes: ["orchid", "aubergine"],
    ..MEAN
};

/// All layers; the first is the default.
pub const LAYERS: &[Layer] = &[
    VISITS,
    Layer {
        name: "frequency-linear",
        title: "Visits, linear",
        description: "Like frequency, with colours in proportion to the visits: favourites dominate",
        tone: Tone::Linear,
        ..VISITS
    },
    Layer {
        name: "top",
        title: "Favourites",
        description: "The busiest tenth of the pixels with more than one visit; all others are transparent",
        tone: Tone::TOP,
        // To lie over visits in their default colours.
        palettes: ["ice", "lagoon"],
        ..VISITS
    },
    Layer {
        name: "passes",
        title: "Passes",
        unit: "passes",
        description: "Number of passes of all activities; every lap and both directions count",
        per_activity: PerActivity::Integral(Measure::Length),
        simplify: Simplification::Motion,
        ..VISITS
    },
    Layer {
        name: "time",
        title: "Time in a pixel",
        unit: "minutes",
        description: "Minutes spent in a pixel, pauses included",
        per_activity: PerActivity::Integral(Measure::Time),
        quantum: Quantum { bits: 10, largest: 65_536.0 },
        simplify: Simplification::Motion,
        ..VISITS
    },
    Layer {
        name: "pace",
        title: "Pace",
        unit: "min/km, km/h",
        description: "Mean moving speed; stops do not count",
        per_activity: PerActivity::Mean(Quantity::Speed),
        palettes: ["verdant", "juniper"],
        ..MEAN
    },
    Layer {
        name: "heart-rate",
        title: "Heart rate",
        unit: "bpm",
        description: "Mean heart rate",
        palettes: ["ember", "plum"],
        ..MEAN
    },
    STEEPNESS,
    Layer {
        name: "hill",
        title: "Hills",
        description: "Mean steepness where it is at least 2.5 %; all others are transparent",
        tone: Tone::HILL,
        ..STEEPNESS
    },
    Layer {
        name: "climb",
        title: "Climbs",
        description: "Ascent and descent apart: metres up and metres down in 100 m",
        code: LevelCode::Value(ValueCode::Apart),
        palettes: ["ridge", "fell"],
        ..STEEPNESS
    },
    Layer {
        name: "elevation",
        title: "Elevation",
        unit: "m",
        description: "Mean elevation above sea level",
        per_activity: PerActivity::Mean(Quantity::Elevation),
        palettes: ["cividis", "slate"],
        ..MEAN
    },
    Layer {
        name: "recency",
        title: "Last visit",
        unit: "date",
        description: "Day of the newest visit; recent days are resolved finer",
        value: Value::Day,
        code: LevelCode::Step(StepCode { preference: Preference::Largest }),
        tone: Tone::Even,
        palettes: ["verdant", "juniper"],
        ..VISITS
    },
    Layer {
        name: "first",
        title: "First visit",
        unit: "date",
        description: "Day of the oldest visit; recent days are resolved finer",
        value: Value::Day,
        code: LevelCode::Step(StepCode { preference: Preference::Smallest }),
        tone: Tone::Even,
        palettes: ["verdant", "juniper"],
        ..VISITS
    },
    Layer {
        name: "fresh-3m",
        title: "Visits in 3 months",
        description: "Visits in the last 3 months",
        months: Some(3),
        ..VISITS
    },
    Layer {
        name: "fresh-12m",
        title: "Visits in 12 months",
        description: "Visits in the last 12 months",
        months: Some(12),
        ..VISITS
    },
    Layer {
        name: "fresh-36m",
        title: "Visits in 36 months",
        description: "Visits in the last 36 months",
        months: Some(36),
        ..VISITS
    },
    Layer {
        name: "sport",
        title: "Sports",
        description: "Hue is the sport with the most visits, purity how clearly it leads, lightness the visits of all",
        value: Value::Sport,
        code: LevelCode::Class(CLASS),
        palettes: ["bright", "bold"],
        ..VISITS
    },
    Layer {
        name: "year",
        title: "Years",
        description: "Hue is the year with the most visits, purity how clearly it leads, lightness the visits of all",
        value: Value::Year,
        code: LevelCode::Class(CLASS),
        palettes: ["spectrum", "prism"],
        ..VISITS
    },
    Layer {
        name: "season",
        title: "Seasons",
        description: "Hue is the season with the most visits, purity how clearly it leads, lightness the visits of all",
        value: Value::Season,
        code: LevelCode::Class(ClassCode { classes: 4, ..CLASS }),
        palettes: ["wheel", "ring"],
        ..VISITS
    },
    Layer {
        name: "hour",
        title: "Hours",
        description: "Hue is the time of day with the most visits, purity how clearly it leads, lightness the visits of all",
        value: Value::Hour,
        code: LevelCode::Class(CLASS),
        palettes: ["wheel", "ring"],
        ..VISITS
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tone::palettes::{Background, PALETTES};

    #[test]
    fn rows_are_complete_and_names_unique() {
        for (i, layer) in LAYERS.iter().enumerate() {
            assert!(
                layer.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                layer.name
            );
            assert!(![layer.title, layer.unit, layer.description].contains(&""));
            assert!(LAYERS[..i].iter().all(|other| other.name != layer.name));
        }
    }

    #[test]
    fn columns_fit_each_other() {
        for layer in LAYERS {
            let is_class = matches!(layer.value, Value::Sport | Value::Year | Value::Season | Value::Hour);
            let fits = match layer.code {
                LevelCode::Heat(_) => layer.value == Value::One && layer.tone != Tone::Even,
                LevelCode::Class(_) => is_class && layer.tone == Tone::Balanced,
                LevelCode::Step(_) => layer.value == Value::Day && layer.tone == Tone::Even,
                LevelCode::Value(code) => match layer.per_activity {
                    PerActivity::Mean(quantity) => layer.value == Value::One && code.values() == quantity.values(),
                    PerActivity::Nearest | PerActivity::Integral(_) => false,
                },
            };
            assert!(fits, "{}", layer.name);
            for (name, background) in layer.palettes.into_iter().zip([Background::Dark, Background::Light]) {
                let row = PALETTES.iter().find(|row| row.name == name);
                assert!(row.is_some_and(|row| row.background == background && row.kind.suits(layer.code)), "{name}");
            }
        }
    }
}
