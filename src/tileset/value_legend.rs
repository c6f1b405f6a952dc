//! Legend of values of a quantity: round numbers in its unit.

use serde_json::{Value, json};

use super::style::Style;
use super::ticks::{MIN_DISTANCE, Tick, spaced};
use crate::collection::{Unit, UnitSystem, ValueRange};
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgb;

/// Least share of the palette between two round numbers.
const MIN_STEP: f64 = 0.12;

/// Seconds between the round numbers of a pace, the roundest first.
const PACE_SECONDS: [f64; 7] = [3600.0, 600.0, 60.0, 30.0, 15.0, 10.0, 5.0];

/// Number of ticks from which no others are looked for.
const ENOUGH_TICKS: usize = 5;

/// Numbers of a legend in a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitLegend {
    /// Symbol of the unit.
    pub unit: &'static str,
    /// Numbers at both ends of the palette.
    pub range: [Value; 2],
    /// Numbers at both ends of the steps of the levels.
    pub steps: [Value; 2],
    /// Round numbers along the palette.
    pub ticks: Vec<Tick>,
}

impl UnitLegend {
    /// Legend of the values of a style in a system of units.
    pub fn new(range: &ValueRange, style: &Style, system: UnitSystem) -> Self {
        let unit = Unit::of(range.quantity, system, range.is_on_foot);
        let colours = style.colours(range);
        let numbers = |values: [f32; 2]| values.map(|value| number(unit, unit.number(f64::from(value).max(1e-9))));
        Self { unit: unit.symbol, range: numbers(colours), steps: numbers(range.steps), ticks: ticks(unit, colours) }
    }
}

/// JSON of a number: a text for a pace.
fn number(unit: Unit, number: f64) -> Value {
    let text = unit.text(number);
    if unit.is_pace { text.into() } else { text.parse::<f64>().map_or(json!(text), whole_or_decimal) }
}

/// JSON of whole numbers has no decimals.
fn whole_or_decimal(number: f64) -> Value {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

/// Round numbers between two values, ascending by palette position.
fn ticks(unit: Unit, [from, to]: [f32; 2]) -> Vec<Tick> {
    let position = |number: f64| ((unit.value(number) as f32 - from) / (to - from)).clamp(0.0, 1.0);
    let [first, last] = [from, to].map(|value| unit.number(f64::from(value).max(1e-9)));
    let multiples = |step: f64| {
        let [low, high] = [first.min(last), first.max(last)];
        // The slowest pace of a range from 0 on is endless.
        let (start, end) = ((low / step - 1e-6).ceil() as i64, (high / step + 1e-6).floor().min(1e6) as i64);
        (start..=end.min(start.saturating_add(10_000))).map(move |count| count as f64 * step)
    };
    let numbers: Vec<f64> = if unit.is_pace {
        // Whole minutes before halves and quarters, as long as there is room.
        let mut numbers: Vec<f64> = Vec::new();
        for seconds in PACE_SECONDS {
            if numbers.len() >= ENOUGH_TICKS {
                break;
            }
            for number in multiples(seconds / 60.0).filter(|number| *number > 0.0) {
                if numbers.iter().all(|other| (position(*other) - position(number)).abs() >= MIN_DISTANCE) {
                    numbers.push(number);
                }
            }
        }
        numbers.sort_by(|a, b| b.total_cmp(a));
        numbers
    } else {
        let steps = (-1..6).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
        let step = { steps }.find(|step| step / (last - first) >= MIN_STEP);
        multiples(step.unwrap_or(1e6)).collect()
    };
    spaced(numbers.into_iter().map(|n| Tick { value: number(unit, n), position: position(n) }))
}

/// Names of the colours of two values apart, with their stop of the palette, in the order of a legend.
const APART: [(&str, usize); 4] = [("up", 2), ("up and down", 3), ("down", 0), ("level", 1)];

/// Names and colours of two values apart.
pub fn apart_colours(palette: &Palette) -> Vec<(String, Rgb)> {
    let colour = |stop: usize| palette.stops.get(stop).map_or([255; 3], |stop| stop.colour);
    APART.map(|(name, stop)| (name.to_owned(), colour(stop))).into()
}

/// Names and colours of two values apart, with the number at which a colour is full.
pub fn apart(legend: &UnitLegend, palette: &Palette) -> Vec<(String, Rgb)> {
    let most = format!("{} {}", legend.range[1], legend.unit);
    let with_number = |name: String| if name == "level" { name } else { format!("{name} {most}") };
    apart_colours(palette).into_iter().map(|(name, colour)| (with_number(name), colour)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;
    use crate::engine::quantity::Quantity;
    use crate::engine::tone::value_code::ValueCode;

    fn legend(quantity: Quantity, colours: [f32; 2], is_on_foot: bool, system: UnitSystem) -> UnitLegend {
        let range = ValueRange { quantity, code: ValueCode::Single, steps: colours, colours, is_on_foot };
        let layer = LAYERS.iter().find(|layer| layer.quantity() == Some(quantity)).expect("a layer");
        UnitLegend::new(&range, &Style::new(layer, "ember".parse().expect("a palette")), system)
    }

    fn texts(legend: &UnitLegend) -> String {
        let ticks: Vec<String> = legend.ticks.iter().map(|tick| tick.value.to_string().replace('"', "")).collect();
        format!("{} {}", ticks.join(" "), legend.unit)
    }

    #[test]
    fn ticks_are_round_numbers_of_the_unit() {
        let found = [
            legend(Quantity::HeartRate, [98.0, 171.0], false, UnitSystem::Metric),
            legend(Quantity::Speed, [14.0 / 3.6, 36.0 / 3.6], false, UnitSystem::Metric),
            legend(Quantity::Speed, [14.0 / 3.6, 36.0 / 3.6], false, UnitSystem::Imperial),
            legend(Quantity::Elevation, [40.0, 1240.0], false, UnitSystem::Metric),
            legend(Quantity::Elevation, [40.0, 1240.0], false, UnitSystem::Imperial),
            legend(Quantity::Speed, [2.0, 4.0], true, UnitSystem::Metric),
            legend(Quantity::Speed, [2.0, 4.0], true, UnitSystem::Imperial),
        ];
        assert_eq!(
            found.each_ref().map(texts),
            [
                "100 110 120 130 140 150 160 170 bpm",
                "15 20 25 30 35 km/h",
                "10 12 14 16 18 20 22 mph",
                "200 400 600 800 1000 1200 m",
                "500 1000 1500 2000 2500 3000 3500 4000 ft",
                "8:00 7:00 6:30 6:00 5:30 5:00 4:30 min/km",
                "12:00 11:00 10:00 9:00 8:00 7:00 min/mi",
            ]
        );
        assert!(found.iter().all(|legend| legend.ticks.windows(2).all(|pair| pair[0].position < pair[1].position)));
        assert_eq!((&found[5].range, &found[0].range), (&[json!("8:20"), json!("4:10")], &[json!(98), json!(171)]));
    }
}
