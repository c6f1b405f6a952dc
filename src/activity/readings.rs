//! Readings of the sensors of an activity.

use super::Segment;
use super::sensor::Sensor;

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
    use crate::activity::Point;
    use crate::activity::sensor::SENSORS;

    #[test]
    fn readings_are_of_the_points_with_a_value() {
        let at = |power_w, temperature_c| Point { power_w, temperature_c, ..Point::at(1.0, 2.0) };
        let segments = [vec![at(Some(100), None), at(None, None)], vec![at(Some(250), Some(-3))]];
        let found = SENSORS.map(|sensor| sensor.readings(&segments));
        let power = Readings { points: 2, mean: 175.0, least: 100.0, most: 250.0 };
        let cold = Readings { points: 1, mean: -3.0, least: -3.0, most: -3.0 };
        assert_eq!(found, [None, None, None, Some(power), None, Some(cold)]);
    }
}
