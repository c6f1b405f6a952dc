//! Plausible values of sensors. Other numbers are no value: devices and programs write them where nothing was measured,
//! or a sensor was faulty.

use std::ops::RangeInclusive;

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

/// Watts; sprinters reach 2,500. Bicycles with a motor state their own power in other fields.
pub const POWER_W: Plausible = Plausible { range: 0.0..=3000.0, no_values: &[] };

/// Turns or strides per minute.
pub const CADENCE_RPM: Plausible = Plausible { range: 0.0..=254.0, no_values: &[] };

/// Degrees Celsius. Devices in the sun state more than the air has.
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
