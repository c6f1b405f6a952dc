//! Builds a point from the text of its XML elements. Shared by GPX and TCX.

use super::skip::Skip;
use super::{number, time};
use crate::activity::Point;
use crate::activity::sensor::{CADENCE_RPM, ELEVATION_M, HEART_RATE_BPM, POWER_W, Plausible, SPEED_MPS, TEMPERATURE_C};

/// Values of a point so far; the first valid value of each quantity counts.
#[derive(Default)]
pub struct PointBuilder {
    lat: Coordinate,
    lon: Coordinate,
    time_ms: Option<i64>,
    elevation_m: Option<f32>,
    speed_mps: Option<f32>,
    heart_rate_bpm: Option<u8>,
    power_w: Option<u16>,
    cadence_rpm: Option<u8>,
    temperature_c: Option<i8>,
}

/// Text of one element, which comments, references and CDATA divide.
#[derive(Default)]
pub struct ValueText(String);

impl ValueText {
    /// Length in bytes from which further parts are ignored: no value is so long.
    const ENOUGH: usize = 4096;

    /// Appends a part.
    #[inline]
    pub fn push(&mut self, part: &str) {
        if self.0.len() < Self::ENOUGH {
            self.0.push_str(part);
        }
    }

    /// Sets a quantity to the text, see [`PointBuilder::set`], and empties the text.
    #[inline]
    pub fn set(&mut self, builder: &mut PointBuilder, quantity: Quantity) -> bool {
        let is_usable = builder.set(quantity, &self.0);
        self.0.clear();
        is_usable
    }
}

#[derive(Clone, Copy, Default)]
enum Coordinate {
    #[default]
    Missing,
    Bad,
    Degrees(f64),
}

/// Quantity of an element, in degrees, ISO 8601, metres above sea level, m/s, beats per minute, watts, turns or strides
/// per minute, or degrees Celsius.
#[derive(Clone, Copy, PartialEq)]
pub enum Quantity {
    Lat,
    Lon,
    Time,
    Elevation,
    Speed,
    HeartRate,
    Power,
    Cadence,
    Temperature,
}

pub enum BuiltPoint {
    Point(Point),
    /// Neither latitude nor longitude, as indoors.
    NoPosition,
    /// A coordinate is missing or invalid.
    BadPosition,
}

impl PointBuilder {
    /// Sets a quantity. Returns false if the text is neither blank nor a valid and plausible value; true for any
    /// coordinate, since an invalid coordinate is counted with its point.
    #[inline]
    pub fn set(&mut self, quantity: Quantity, text: &str) -> bool {
        let text = number::trim(text.as_bytes());
        match quantity {
            Quantity::Lat => self.lat.set(text),
            Quantity::Lon => self.lon.set(text),
            _ if text.is_empty() => true,
            Quantity::Time => set_once(&mut self.time_ms, time::unix_ms(text)),
            Quantity::Elevation => set_once(&mut self.elevation_m, plausible(&ELEVATION_M, text)),
            Quantity::Speed => set_once(&mut self.speed_mps, plausible(&SPEED_MPS, text)),
            Quantity::HeartRate => set_once(&mut self.heart_rate_bpm, whole(&HEART_RATE_BPM, text)),
            Quantity::Power => set_once(&mut self.power_w, whole(&POWER_W, text)),
            Quantity::Cadence => set_once(&mut self.cadence_rpm, whole(&CADENCE_RPM, text)),
            Quantity::Temperature => set_once(&mut self.temperature_c, whole(&TEMPERATURE_C, text)),
        }
    }

    #[inline]
    pub fn set_coordinate(&mut self, quantity: Quantity, text: &str) {
        self.set(quantity, text);
    }

    pub fn build(self) -> BuiltPoint {
        match (self.lat, self.lon) {
            (Coordinate::Degrees(lat), Coordinate::Degrees(lon)) => BuiltPoint::Point(Point {
                lat,
                lon,
                time_ms: self.time_ms,
                elevation_m: self.elevation_m,
                speed_mps: self.speed_mps,
                heart_rate_bpm: self.heart_rate_bpm,
                power_w: self.power_w,
                cadence_rpm: self.cadence_rpm,
                temperature_c: self.temperature_c,
            }),
            (Coordinate::Missing, Coordinate::Missing) => BuiltPoint::NoPosition,
            _ => BuiltPoint::BadPosition,
        }
    }
}

/// Refusal of a file whose stated positions, `count` of them, are all unreadable.
pub fn unreadable_positions(count: u64) -> Skip {
    let points = if count == 1 { "the only track point is".into() } else { format!("all {count} track points are") };
    Skip::Unreadable(format!("the coordinates of {points} unreadable; export the activity again"))
}

impl Coordinate {
    /// A blank text is no coordinate: some programs write `lat=""` for indoor recordings.
    #[inline]
    fn set(&mut self, text: &[u8]) -> bool {
        if !text.is_empty() && !matches!(self, Coordinate::Degrees(_)) {
            *self = number::decimal(text).map_or(Coordinate::Bad, Coordinate::Degrees);
        }
        true
    }
}

fn set_once<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let usable = value.is_some();
    if slot.is_none() {
        *slot = value;
    }
    usable
}

/// Parses the value of a sensor.
fn plausible(sensor: &Plausible, text: &[u8]) -> Option<f32> {
    sensor.check(number::decimal(text)?).map(|value| value as f32)
}

/// Parses the value of a sensor and rounds it to a whole number.
fn whole<T: TryFrom<i64>>(sensor: &Plausible, text: &[u8]) -> Option<T> {
    sensor.whole(number::decimal(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_usable_value_counts() {
        let mut builder = PointBuilder::default();
        for (quantity, text, usable) in [
            (Quantity::Lat, "1.5", true),
            (Quantity::Lon, "-2", true),
            (Quantity::Elevation, " ", true),
            (Quantity::Elevation, "high", false),
            (Quantity::Elevation, "1e300", false),
            (Quantity::Elevation, "-9999", false),
            (Quantity::Elevation, "65535.0", false),
            (Quantity::Elevation, "7", true),
            (Quantity::Elevation, "8", true),
            (Quantity::HeartRate, "300", false),
            (Quantity::HeartRate, "0", false),
            (Quantity::HeartRate, "254.6", false),
            (Quantity::HeartRate, "60", true),
            (Quantity::Speed, "65.535", false),
            (Quantity::Speed, "-1", false),
            (Quantity::Time, "yesterday", false),
            (Quantity::Power, "65535", false),
            (Quantity::Power, "249.6", true),
            (Quantity::Cadence, "255", false),
            (Quantity::Cadence, "0", true),
            (Quantity::Temperature, "127", false),
            (Quantity::Temperature, "-3.6", true),
        ] {
            assert_eq!(builder.set(quantity, text), usable, "{text}");
        }
        let BuiltPoint::Point(point) = builder.build() else { panic!("it has a position") };
        let expected = Point {
            elevation_m: Some(7.0),
            heart_rate_bpm: Some(60),
            power_w: Some(250),
            cadence_rpm: Some(0),
            temperature_c: Some(-4),
            ..Point::at(1.5, -2.0)
        };
        assert_eq!(point, expected);
    }

    #[test]
    fn half_a_position_is_bad_and_an_absent_one_is_no_position() {
        let mut builder = PointBuilder::default();
        builder.set(Quantity::Lat, "1");
        assert!(matches!(builder.build(), BuiltPoint::BadPosition));
        let mut builder = PointBuilder::default();
        builder.set(Quantity::Lat, "1");
        builder.set(Quantity::Lon, "");
        assert!(matches!(builder.build(), BuiltPoint::BadPosition));
        assert!(matches!(PointBuilder::default().build(), BuiltPoint::NoPosition));
        let mut builder = PointBuilder::default();
        builder.set(Quantity::Lat, " ");
        builder.set(Quantity::Lon, "");
        assert!(matches!(builder.build(), BuiltPoint::NoPosition));
    }
}
