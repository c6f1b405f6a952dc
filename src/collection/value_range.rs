//! Ranges of the values of a layer of means: the steps of its levels, and its colours.

use crate::engine::geometry::mercator::metres_per_unit;
use crate::engine::geometry::polyline::Track;
use crate::engine::quantity::Quantity;
use crate::engine::tone::curve::Window;
use crate::engine::tone::value_code::ValueCode;

/// Percentiles over the length of all tracks at the ends of the steps, and at the ends of the colours.
const STEPS: [f64; 2] = [0.01, 0.99];
const COLOURS: [f64; 2] = [0.05, 0.95];

/// Number of classes of values that are counted.
const BINS: usize = 8192;

/// Ranges of a layer, the same at every zoom, in the unit of the quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct ValueRange {
    pub quantity: Quantity,
    pub code: ValueCode,
    /// Values at the start of the first step and at the end of the last. Round, so that one more activity seldom moves
    /// them: then all tiles are drawn again.
    pub steps: [f32; 2],
    /// Values at both ends of the palette.
    pub colours: [f32; 2],
    /// True if most of the length is on foot, where a speed is shown as a pace.
    pub is_on_foot: bool,
}

/// Round difference of a quantity for the steps, and one for the colours, in its unit.
fn round_differences(quantity: Quantity) -> [f64; 2] {
    const KILOMETRE_PER_HOUR: f64 = 1.0 / 3.6;
    match quantity {
        Quantity::Speed => [2.0 * KILOMETRE_PER_HOUR, 0.1 * KILOMETRE_PER_HOUR],
        Quantity::HeartRate => [10.0, 1.0],
        Quantity::Elevation => [100.0, 1.0],
        Quantity::Slope => [0.01, 0.001],
    }
}

impl ValueRange {
    /// Ranges of a code over some tracks; with `least`, of the values from there on. `None` without values.
    pub fn of<'a>(
        tracks: impl Iterator<Item = &'a Track>,
        (quantity, code): (Quantity, ValueCode),
        least: Option<f32>,
        is_on_foot: bool,
    ) -> Option<Self> {
        let mut metres = vec![0.0; BINS];
        tracks.for_each(|track| add(track, (quantity, code), &mut metres));
        let value = |bin: usize| f64::from(quantity.scale().value(bin as f32 / BINS as f32));
        let all = percentiles(&metres, STEPS)?.map(value);
        if let Some(least) = least {
            let bin = (quantity.scale().share(least) * BINS as f32).ceil() as usize;
            metres[..bin.min(BINS)].fill(0.0);
        }
        let coloured = percentiles(&metres, COLOURS).map_or(all, |bins| bins.map(value));
        let [step, fine] = round_differences(quantity);
        let mut steps = rounded(all, step);
        let mut colours = rounded(coloured, fine);
        if code == ValueCode::Apart {
            (steps[0], colours[0]) = (0.0, 0.0);
        }
        if let Some(least) = least {
            colours = [least.into(), colours[1].max(f64::from(least) + step)];
            steps[1] = steps[1].max(colours[1]);
        }
        let [steps, colours] = [steps, colours].map(|range| range.map(|value| value as f32));
        Some(Self { quantity, code, steps, colours, is_on_foot })
    }

    /// The steps as shares of the scale of the quantity, for drawing.
    pub fn shares(&self) -> [f32; 2] {
        self.steps.map(|value| self.quantity.scale().share(value))
    }

    /// Place of a value in the steps, 0 to 1.
    pub fn place(&self, value: f32) -> f32 {
        let [from, to] = self.steps;
        (value - from) / (to - from)
    }

    /// Window of the palette between two values; values below `least` are transparent.
    pub fn window(&self, colours: [f32; 2], least: Option<f32>) -> Window {
        Window { range: colours.map(|value| self.place(value)), least: least.map_or(0.0, |least| self.place(least)) }
    }
}

/// Rounds a range outward to multiples of a difference, at least one apart.
fn rounded([from, to]: [f64; 2], difference: f64) -> [f64; 2] {
    // A value that is round already stays, whatever its last digit.
    const SLACK: f64 = 1e-6;
    let from = (from / difference + SLACK).floor();
    let to = (to / difference - SLACK).ceil().max(from + 1.0);
    [from * difference, to * difference]
}

/// Adds the metres of a track by the class of their value.
fn add(track: &Track, (quantity, code): (Quantity, ValueCode), metres: &mut [f64]) {
    for polyline in &track.polylines {
        let table = polyline.integrals();
        let (Some(first), Some(start)) = (table.quantities().first_column(quantity), polyline.vertices().first())
        else {
            continue;
        };
        let metres_per_unit = metres_per_unit(*start);
        for row in 0..polyline.vertices().len() {
            let columns = &table.row(row)[first..][..quantity.columns()];
            let known = columns[0];
            if known <= 0.0 {
                continue;
            }
            let value = match (code, &columns[1..]) {
                (ValueCode::Apart, values) => values.iter().copied().fold(0.0, f32::max),
                (ValueCode::Single | ValueCode::Sum, values) => values.iter().sum(),
            };
            let bin = (value / known * BINS as f32) as usize;
            metres[bin.min(BINS - 1)] += f64::from(known) * metres_per_unit;
        }
    }
}

/// Classes that contain two shares of all metres; `None` without metres.
fn percentiles(metres: &[f64], shares: [f64; 2]) -> Option<[usize; 2]> {
    let all: f64 = metres.iter().sum();
    let bin = |share: f64| {
        let mut sum = 0.0;
        metres.iter().position(|metres| {
            sum += metres;
            sum >= share * all && *metres > 0.0
        })
    };
    let [from, to] = shares.map(bin);
    Some([from?, to.map_or(metres.len(), |bin| bin + 1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::path::Path;
    use crate::engine::geometry::polyline::Polyline;
    use crate::engine::quantity::{COLUMNS, QuantitySet};

    /// A track with an edge for each heart rate, all of one length.
    fn track(beats: &[f32]) -> Track {
        let row = |bpm: &f32| {
            let mut row = [0.0; COLUMNS];
            row[Quantity::HeartRate.column_range()].copy_from_slice(&[1000.0, 1000.0 * bpm / 256.0]);
            row
        };
        let integrals: Vec<_> = std::iter::once([0.0; COLUMNS]).chain(beats.iter().map(row)).collect();
        let positions: Vec<[u32; 2]> = (0..integrals.len() as u32).map(|i| [1000 * i, 1 << 31]).collect();
        let path =
            Path { positions: &positions, integrals: &integrals, quantities: QuantitySet::ALL, ..Path::default() };
        Track { polylines: vec![Polyline::whole_path(path)] }
    }

    fn range(beats: &[f32], least: Option<f32>) -> Option<ValueRange> {
        ValueRange::of([track(beats)].iter(), (Quantity::HeartRate, ValueCode::Single), least, false)
    }

    #[test]
    fn ranges_are_percentiles_over_the_length() {
        let beats: Vec<f32> = (0..1000).map(|i| 100.5 + 0.1 * i as f32).collect();
        let range = range(&beats, None).expect("values");
        assert_eq!((range.steps, range.colours), ([100.0, 200.0], [105.0, 196.0]));
        assert_eq!((range.place(150.0), range.window([100.0, 200.0], None)), (0.5, Window::ALL));
    }

    #[test]
    fn one_value_and_none_have_ranges() {
        let one = range(&[140.0; 5], None).expect("values");
        assert!(one.steps[0] <= 140.0 && one.steps[1] >= 140.0 && one.colours[0] < one.colours[1], "{one:?}");
        assert_eq!(range(&[], None), None);
    }

    #[test]
    fn colours_begin_at_the_least_value() {
        let beats: Vec<f32> = (0..1000).map(|i| 100.5 + 0.1 * i as f32).collect();
        let range = range(&beats, Some(150.0)).expect("values");
        assert_eq!((range.steps, range.colours), ([100.0, 200.0], [150.0, 198.0]));
        assert_eq!(range.window(range.colours, Some(150.0)).least, 0.5);
    }
}
