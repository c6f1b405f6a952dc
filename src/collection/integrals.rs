//! Integrals of quantities over the edges of the lines of an activity.

use super::visible::VisibleActivity;
use crate::activity::along::{EdgeReadings, readings_along};
use crate::engine::geometry::mercator::{CanvasPosition, step};
use crate::engine::quantity::{COLUMNS, Integrals, Quantity};

/// Integrals over the edge that ends at each position of each line.
pub fn integrals(visible: &VisibleActivity) -> Vec<Vec<Integrals>> {
    let lines = visible.line_segments().iter().zip(&visible.times).zip(&visible.projected);
    let of_line = |((segment, times), line): ((&Vec<_>, &Vec<u32>), &Vec<CanvasPosition>)| {
        let readings = readings_along(&visible.summary.sport, segment, times);
        let edge = |(end, reading): (usize, EdgeReadings)| match end.checked_sub(1) {
            Some(start) => of_edge(reading, step(line[start], line[end])),
            None => [0.0; COLUMNS],
        };
        readings.into_iter().enumerate().map(edge).collect()
    };
    lines.map(of_line).collect()
}

/// Integrals over an edge by a step in canvas units.
fn of_edge(EdgeReadings { speed_mps, heart_rate_bpm, elevation_m, slope }: EdgeReadings, step: [i64; 2]) -> Integrals {
    let length = (step[0] as f64).hypot(step[1] as f64) as f32;
    let mut integrals = [0.0; COLUMNS];
    let mut set = |quantity: Quantity, values: &[f32]| {
        let (scale, first) = (quantity.scale(), quantity.first_column());
        integrals[first] = length;
        for (integral, value) in integrals[first + 1..].iter_mut().zip(values) {
            *integral = length * scale.share(*value);
        }
    };
    speed_mps.iter().for_each(|speed| set(Quantity::Speed, &[*speed]));
    heart_rate_bpm.iter().for_each(|bpm| set(Quantity::HeartRate, &[*bpm]));
    elevation_m.iter().for_each(|metres| set(Quantity::Elevation, &[*metres]));
    slope.iter().for_each(|slope| set(Quantity::Slope, &[slope.max(0.0), (-slope).max(0.0)]));
    integrals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down_are_apart() {
        let edge = |slope| of_edge(EdgeReadings { slope: Some(slope), ..EdgeReadings::default() }, [3, 4]);
        let [up, down] = [edge(0.2), edge(-0.1)].map(|row| [row[6], row[7], row[8]]);
        assert_eq!((up, down), ([5.0, 1.0, 0.0], [5.0, 0.0, 0.5]));
        let unknown = of_edge(EdgeReadings::default(), [3, 4]);
        assert_eq!(unknown, [0.0; COLUMNS]);
    }
}
