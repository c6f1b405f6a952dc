//! Units in which maps show the values of quantities.

use crate::engine::quantity::Quantity;

/// System of units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum UnitSystem {
    /// Kilometres and metres.
    #[default]
    Metric,
    /// Miles and feet.
    Imperial,
}

impl UnitSystem {
    /// The other system.
    pub fn other(self) -> Self {
        match self {
            Self::Metric => Self::Imperial,
            Self::Imperial => Self::Metric,
        }
    }
}

/// A unit of a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Symbol, such as `km/h`.
    pub symbol: &'static str,
    /// Numbers of the unit in one unit of the quantity; of a pace, minutes at one metre per second.
    factor: f64,
    /// True for a pace: a larger value has a smaller number.
    pub is_pace: bool,
}

const METRES_PER_MILE: f64 = 1609.344;

const fn plain(symbol: &'static str, factor: f64) -> Unit {
    Unit { symbol, factor, is_pace: false }
}

const fn pace(symbol: &'static str, metres: f64) -> Unit {
    Unit { symbol, factor: metres / 60.0, is_pace: true }
}

/// Units by quantity: metric and imperial; of a speed, the second pair is for activities on foot.
const UNITS: [(Quantity, [Unit; 2]); 4] = [
    (Quantity::Speed, [plain("km/h", 3.6), plain("mph", 3600.0 / METRES_PER_MILE)]),
    (Quantity::HeartRate, [plain("bpm", 1.0), plain("bpm", 1.0)]),
    (Quantity::Elevation, [plain("m", 1.0), plain("ft", 1.0 / 0.3048)]),
    (Quantity::Slope, [plain("%", 100.0), plain("%", 100.0)]),
];

const PACES: [Unit; 2] = [pace("min/km", 1000.0), pace("min/mi", METRES_PER_MILE)];

impl Unit {
    /// Unit of a quantity; speeds on foot are paces.
    pub fn of(quantity: Quantity, system: UnitSystem, is_on_foot: bool) -> Self {
        if quantity == Quantity::Speed && is_on_foot {
            return PACES[system as usize];
        }
        let row = UNITS.iter().find(|(of, _)| *of == quantity);
        row.map_or(UNITS[1].1, |(_, units)| *units)[system as usize]
    }

    /// Quantity and unit with a symbol, in any case.
    pub fn by_symbol(symbol: &str) -> Option<(Quantity, Self)> {
        let units = UNITS.iter().flat_map(|(quantity, units)| units.iter().map(|unit| (*quantity, *unit)));
        let mut all = units.chain(PACES.iter().map(|unit| (Quantity::Speed, *unit)));
        all.find(|(_, unit)| unit.symbol.eq_ignore_ascii_case(symbol))
    }

    /// All symbols, each once.
    pub fn symbols() -> Vec<&'static str> {
        let mut symbols: Vec<&str> =
            UNITS.iter().flat_map(|(_, units)| units).chain(&PACES).map(|unit| unit.symbol).collect();
        let mut seen = Vec::new();
        symbols.retain(|symbol| {
            !seen.contains(symbol) && {
                seen.push(symbol);
                true
            }
        });
        symbols
    }

    /// Number of a value of the quantity.
    pub fn number(self, value: f64) -> f64 {
        if self.is_pace { self.factor / value } else { self.factor * value }
    }

    /// Value of a number.
    pub fn value(self, number: f64) -> f64 {
        if self.is_pace { self.factor / number } else { number / self.factor }
    }

    /// Text of a number: minutes and seconds of a pace, else at most one decimal.
    pub fn text(self, number: f64) -> String {
        if self.is_pace {
            let seconds = (60.0 * number).round() as u64;
            return format!("{}:{:02}", seconds / 60, seconds % 60);
        }
        let text = format!("{number:.1}");
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_unit() {
        let speed = |system, is_on_foot| Unit::of(Quantity::Speed, system, is_on_foot);
        let texts = [
            (UnitSystem::Metric, false),
            (UnitSystem::Metric, true),
            (UnitSystem::Imperial, false),
            (UnitSystem::Imperial, true),
        ]
        .map(|(system, is_on_foot)| {
            let unit = speed(system, is_on_foot);
            assert!((unit.value(unit.number(3.25)) - 3.25).abs() < 1e-9);
            format!("{} {}", unit.text(unit.number(10.0 / 3.0)), unit.symbol)
        });
        assert_eq!(texts, ["12 km/h", "5:00 min/km", "7.5 mph", "8:03 min/mi"]);
        assert_eq!(Unit::of(Quantity::Slope, UnitSystem::Metric, true).text(12.5), "12.5");
    }

    #[test]
    fn every_symbol_is_found() {
        for symbol in Unit::symbols() {
            let (quantity, unit) = Unit::by_symbol(&symbol.to_uppercase()).expect("a unit");
            assert_eq!(unit.symbol, symbol);
            let systems = [UnitSystem::Metric, UnitSystem::Imperial];
            assert!(
                systems
                    .iter()
                    .any(|system| [true, false].map(|foot| Unit::of(quantity, *system, foot)).contains(&unit))
            );
        }
        assert_eq!(Unit::by_symbol("furlong"), None);
    }
}
