//! Sensors of points: a table, and their plausible values. Other numbers are no value: devices and programs write them
//! where nothing was measured, or a sensor was faulty.

use std::ops::RangeInclusive;

use super::Point;
use crate::engine::geometry::rounding::round_to_i64;

/// A quantity that points may have besides position and time.
pub struct Sensor {
    /// Name in JSON.
    pub key: &'static str,
    /// Name in sentences.
    pub title: &'static str,
    /// Unit of [`value`](Self::value).
    pub unit: &'static str,
    /// Digits after the decimal point in sentences.
    pub decimals: usize,
    /// Value of a point.
    pub value: fn(&Point) -> Option<f64>,
}

/// Number of [`SENSORS`].
pub const SENSOR_COUNT: usize = 6;

/// All sensors.
pub const SENSORS: [Sensor; SENSOR_COUNT] = [
    Sensor { key: "ele", title: "elevation", unit: "m", decimals: 0, value: |point| point.elevation_m.map(f64::from) },
    Sensor { key: "speed", title: "speed", unit: "m/s", decimals: 1, value: |point| point.speed_mps.map(f64::from) },
    Sensor {
        key: "hr",
        title: "heart rate",
        unit: "bpm",
        decimals: 0,
        value: |point| point.heart_rate_bpm.map(f64::from),
    },
    Sensor { key: "power", title: "power", unit: "W", decimals: 0, value: |point| point.power_w.map(f64::from) },
    Sensor {
        key: "cadence",
        title: "cadence",
        unit: "rpm",
        decimals: 0,
        value: |point| point.cadence_rpm.map(f64::from),
    },
    Sensor {
        key: "temperature",
        title: "temperature",
        unit: "°C",
        decimals: 0,
        value: |point| point.temperature_c.map(f64::from),
    },
];

/// Plausible values of a sensor.
pub struct Plausible {
    range: RangeInclusive<f64>,
    /// Numbers within the range that stand for no value.
    no_values: &'static [f64],
}

/// Metres above sea level, from below the shore of the Dead Sea (-430 m) to above Mount Everest (8,849 m). Excludes the
/// usual -9999, -32768 and 65535, and -500, which FIT states as 0.
pub const ELEVATION_M: Plausible = Plausible { range: -500.0..=9000.0, no_values: &[-500.0] };

/// Metres per second. The largest number of 16 bits stands for no value in mm/s and in cm/s.
pub const SPEED_MPS: Plausible = Plausible { range: 0.0..=1000.0, no_values: &[65.535, 655.35] };

/// Beats per minute. Without contact, sensors state 0 or the largest byte.
pub const HEART_RATE_BPM: Plausible = Plausible { range: 1.0..=254.0, no_values: &[] };

/// Watts. The best sprinters reach 2,500 for a moment.
pub const POWER_W: Plausible = Plausible { range: 0.0..=3000.0, no_values: &[] };

/// Turns or strides per minute; 0 without movement. The largest byte stands for no value.
pub const CADENCE_RPM: Plausible = Plausible { range: 0.0..=254.0, no_values: &[] };

/// Degrees Celsius, of the air or of a device in the sun.
pub const TEMPERATURE_C: Plausible = Plausible { range: -60.0..=80.0, no_values: &[] };

impl Plausible {
    /// Returns the value if it is plausible.
    #[inline]
    pub fn check(&self, value: f64) -> Option<f64> {
        /// Tolerance for rounding in the file.
        const ROUNDING: f64 = 5e-4;
        let is_no_value = || self.no_values.iter().any(|no_value| (value - no_value).abs() < ROUNDING);
        (self.range.contains(&value) && !is_no_value()).then_some(value)
    }

    /// Returns the value, rounded to a whole number, if that is plausible.
    #[inline]
    pub fn whole<T: TryFrom<i64>>(&self, value: f64) -> Option<T> {
        let rounded = if value.is_finite() { round_to_i64(value) } else { return None };
        self.check(rounded as f64).and_then(|_| T::try_from(rounded).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sensor_reads_a_field_of_its_own() {
        let point = Point {
            elevation_m: Some(1.0),
            speed_mps: Some(2.0),
            heart_rate_bpm: Some(3),
            power_w: Some(4),
            cadence_rpm: Some(5),
            temperature_c: Some(6),
            ..Point::at(0.0, 0.0)
        };
        let values: Vec<f64> = SENSORS.iter().filter_map(|sensor| (sensor.value)(&point)).collect();
        assert_eq!(values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn whole_numbers_are_rounded_before_they_are_checked() {
        assert_eq!(
            [249.6, 3000.4, 3000.6, -0.4].map(|watts| POWER_W.whole::<u16>(watts)),
            [Some(250), Some(3000), None, Some(0)]
        );
        assert_eq!([-3.6, 127.0].map(|degrees| TEMPERATURE_C.whole::<i8>(degrees)), [Some(-4), None]);
        assert_eq!([0.4, 254.6, f64::NAN].map(|rate| HEART_RATE_BPM.whole::<u8>(rate)), [None; 3]);
    }

    #[test]
    fn numbers_that_stand_for_no_value_are_refused() {
        let cases: [(&str, &Plausible, &[f64], &[f64]); 6] = [
            (
                "elevation",
                &ELEVATION_M,
                &[-430.5, -0.1, 0.0, 8849.0],
                &[-9999.0, -32768.0, -500.0, -501.0, 9000.1, 32767.0, 65535.0, 12_606.8, f64::NAN, f64::INFINITY],
            ),
            ("speed", &SPEED_MPS, &[0.0, 65.5, 65.6, 250.0], &[-1.0, 65.535, 655.35, 65535.0, f64::NAN]),
            ("heart rate", &HEART_RATE_BPM, &[1.0, 60.0, 254.0], &[0.0, 255.0, -1.0, f64::NAN]),
            ("power", &POWER_W, &[0.0, 250.0, 2500.0], &[-1.0, 65534.0, 65535.0, f64::NAN]),
            ("cadence", &CADENCE_RPM, &[0.0, 90.0, 200.0], &[-1.0, 255.0, f64::NAN]),
            ("temperature", &TEMPERATURE_C, &[-40.0, 0.0, 45.0], &[127.0, -128.0, f64::NAN]),
        ];
        for (sensor, plausible, values, no_values) in cases {
            for value in values {
                assert_eq!(plausible.check(*value), Some(*value), "{sensor} {value}");
            }
            for value in no_values {
                assert_eq!(plausible.check(*value), None, "{sensor} {value}");
            }
        }
    }
}
