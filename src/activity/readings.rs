//! Sensors of points: a table, and the readings of an activity.

use super::{Point, Segment};

/// A quantity that points may have besides position and time.
pub struct Sensor {
    /// Name in JSON.
    pub key: &'static str,
    /// Name in sentences.
    pub title: &'static str,
    /// Unit of [`value`](Self::value).
    pub unit: &'static str,
    /// Value of a point.
    pub value: fn(&Point) -> Option<f64>,
}

/// Number of [`SENSORS`].
pub const SENSOR_COUNT: usize = 6;

/// All sensors.
pub const SENSORS: [Sensor; SENSOR_COUNT] = [
    Sensor { key: "ele", title: "elevation", unit: "m", value: |point| point.elevation_m.map(f64::from) },
    Sensor { key: "speed", title: "speed", unit: "m/s", value: |point| point.speed_mps.map(f64::from) },
    Sensor { key: "hr", title: "heart rate", unit: "bpm", value: |point| point.heart_rate_bpm.map(f64::from) },
    Sensor { key: "power", title: "power", unit: "W", value: |point| point.power_w.map(f64::from) },
    Sensor { key: "cadence", title: "cadence", unit: "rpm", value: |point| point.cadence_rpm.map(f64::from) },
    Sensor { key: "temperature", title: "temperature", unit: "°C", value: |point| point.temperature_c.map(f64::from) },
];

/// Readings of a sensor in an activity, in the unit of the sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Readings {
    /// Number of points with a value.
    pub points: u64,
    /// Mean over these points.
    pub mean: f64,
    pub least: f64,
    pub most: f64,
}

impl Sensor {
    /// Returns the readings of some segments; `None` if no point has a value.
    pub fn readings(&self, segments: &[Segment]) -> Option<Readings> {
        let values = segments.iter().flatten().filter_map(self.value);
        let (mut points, mut sum, mut least, mut most) = (0, 0.0, f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (points, sum, least, most) = (points + 1, sum + value, value.min(least), value.max(most));
        }
        (points > 0).then(|| Readings { points, mean: sum / points as f64, least, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_of_the_points_with_a_value() {
        let at = |power_w, temperature_c| Point { power_w, temperature_c, ..Point::at(1.0, 2.0) };
        let segments = [vec![at(Some(100), None), at(None, None)], vec![at(Some(250), Some(-3))]];
        let found = SENSORS.map(|sensor| sensor.readings(&segments));
        let power = Readings { points: 2, mean: 175.0, least: 100.0, most: 250.0 };
        let cold = Readings { points: 1, mean: -3.0, least: -3.0, most: -3.0 };
        assert_eq!(found, [None, None, None, Some(power), None, Some(cold)]);
    }

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
}
