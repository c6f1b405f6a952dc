//! Lengths and times with their units.

use std::fmt;

/// A unit, and its size in metres or seconds.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Unit {
    pub name: &'static str,
    pub size: f64,
}

/// Units of one kind. There is no default unit: a wrong guess between metres and kilometres would not show in the
/// result.
pub type Units = &'static [Unit];

const fn unit(name: &'static str, size: f64) -> Unit {
    Unit { name, size }
}

/// Units of length, in metres.
pub const LENGTHS: Units = &[unit("km", 1000.0), unit("m", 1.0), unit("mi", 1609.344), unit("ft", 0.3048)];

/// Units of time, in seconds.
pub const TIMES: Units = &[unit("h", 3600.0), unit("min", 60.0), unit("s", 1.0)];

/// A number with a unit, as the user wrote it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Quantity {
    pub number: f64,
    pub unit: &'static Unit,
}

impl Quantity {
    /// Metres or seconds.
    pub fn value(self) -> f64 {
        self.number * self.unit.size
    }

    /// Parses a quantity.
    ///
    /// # Errors
    /// If the text is not a number with one of the units.
    pub fn parse(text: &str, units: Units) -> Result<Self, String> {
        Self::number_and_unit(text, units)
            .and_then(|(number, unit)| Some(Self { number, unit: unit? }))
            .ok_or_else(|| format!("write one number with a unit, {}, such as 1.5{}", names(units), units[0].name))
    }

    /// Parses both ends of a range. If the first end has no unit, the unit of the second belongs to both, as in `5..50km`.
    ///
    /// # Errors
    /// If a text is not a number with one of the units, or the range is empty.
    pub fn parse_range(from: &str, to: &str, units: Units) -> Result<[Self; 2], String> {
        let to = Self::parse(to, units)?;
        let from = match Self::number_and_unit(from, units) {
            Some((number, None)) => Self { number, unit: to.unit },
            _ => Self::parse(from, units)?,
        };
        if from.value() > to.value() {
            return Err("the first value must not be greater than the second".to_owned());
        }
        Ok([from, to])
    }

    fn number_and_unit(text: &str, units: Units) -> Option<(f64, Option<&'static Unit>)> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let number = text[..end].parse().ok().filter(|number: &f64| number.is_finite())?;
        let name = text[end..].trim();
        // `M` could mean another unit.
        let is_unit = |unit: &&Unit| unit.name == name || name.len() > 1 && unit.name.eq_ignore_ascii_case(name);
        match units.iter().find(is_unit) {
            None if !name.is_empty() => None,
            unit => Some((number, unit)),
        }
    }
}

/// Names of units for messages: `km, m, mi or ft`.
pub fn names(units: Units) -> String {
    let names: Vec<&str> = units.iter().map(|unit| unit.name).collect();
    let (last, others) = names.split_last().expect("there are units");
    format!("{} or {last}", others.join(", "))
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_need_units_of_their_kind() {
        let metres = |text: &str| Quantity::parse(text, LENGTHS).map(Quantity::value);
        assert_eq!(
            [metres("1.5km"), metres("800m"), metres("10ft"), metres("2 mi")],
            [1500.0, 800.0, 3.048, 3218.688].map(Ok)
        );
        for wrong in ["", "5", "km", "5 kilometres", "5M", "1h", "-5m", "1e3m", "5km5", "∞km"] {
            assert!(metres(wrong).is_err(), "{wrong}");
        }
        assert_eq!(metres("5").unwrap_err(), "write one number with a unit, km, m, mi or ft, such as 1.5km");
        assert_eq!(Quantity::parse("90min", TIMES).map(Quantity::value), Ok(5400.0));
    }

    #[test]
    fn the_unit_of_the_second_end_may_serve_both() {
        let range = |from, to| Quantity::parse_range(from, to, LENGTHS).map(|ends| ends.map(Quantity::value));
        assert_eq!(range("5", "50km"), Ok([5000.0, 50_000.0]));
        assert_eq!(range("500m", "1.5km"), Ok([500.0, 1500.0]));
        for (from, to) in [("5km", "50"), ("50km", "5km"), ("5", "50"), ("5h", "50km"), ("", "5km")] {
            assert!(range(from, to).is_err(), "{from} {to}");
        }
    }
}
