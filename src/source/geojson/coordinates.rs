//! Nested arrays of coordinates → lines. Numbers make a position, positions a line; further levels only group lines.

use crate::activity::Point;
use crate::engine::geometry::rounding::round_to_i64;
use crate::source::collector::MAX_POINTS;
use crate::source::json::walk::Scalar;
use crate::source::lines::{Lines, Position};
use crate::source::number;

/// Reader of the value of `coordinates`.
#[derive(Default)]
pub struct Coordinates {
    open: Vec<Array>,
    /// First four numbers of the current position: longitude, latitude, elevation, time. NaN for a text that is none.
    numbers: [Option<f64>; 4],
}

/// An open array.
#[derive(Clone, Copy, Default)]
struct Array {
    scalars: usize,
    /// Greatest height of the arrays in this array: 1 for a position, 2 for a line.
    inner_height: usize,
    holds_positions: bool,
}

impl Coordinates {
    pub fn begin(&mut self, lines: &mut Lines) {
        if let Some(array) = self.open.last_mut() {
            // Scalars before the first array of a line are positions that are `null`.
            let nulls = if array.inner_height > 0 { 0 } else { std::mem::take(&mut array.scalars) };
            array.inner_height = array.inner_height.max(1);
            (0..nulls.min(MAX_POINTS + 1)).for_each(|_| lines.push(Position::Unreadable));
        }
        self.open.push(Array::default());
        self.numbers = [None; 4];
    }

    pub fn scalar(&mut self, scalar: Scalar, lines: &mut Lines) {
        let Some(array) = self.open.last_mut() else { return };
        if array.inner_height > 0 {
            lines.push(Position::Unreadable);
            return;
        }
        if let Some(number) = self.numbers.get_mut(array.scalars) {
            *number = match scalar {
                Scalar::NoValue => None,
                Scalar::Number(number) => Some(number),
                Scalar::Text(text) if text.trim().is_empty() => None,
                Scalar::Text(text) => Some(number::decimal(text.as_bytes()).unwrap_or(f64::NAN)),
            };
        }
        array.scalars += 1;
    }

    /// Ends the innermost array. Returns the height of the outermost at its end.
    pub fn end(&mut self, lines: &mut Lines) -> Option<usize> {
        let array = self.open.pop()?;
        let height = array.inner_height + 1;
        if array.holds_positions {
            lines.end_line();
        }
        let Some(outer) = self.open.last_mut() else { return Some(height) };
        // An empty array between lines is an empty line.
        let is_position = height == 1 && (array.scalars > 0 || outer.inner_height <= 1);
        outer.inner_height = outer.inner_height.max(height);
        if is_position {
            outer.holds_positions = true;
            lines.push(self.position());
        }
        None
    }

    /// Ends all open arrays where the file is cut, without an incomplete position. Returns the height of the outermost.
    pub fn cut(&mut self, lines: &mut Lines) -> Option<usize> {
        if self.open.len() > 1 {
            self.open.pop_if(|array| array.inner_height == 0);
        }
        let mut height = None;
        while !self.open.is_empty() {
            height = self.end(lines);
        }
        height
    }

    fn position(&self) -> Position {
        match self.numbers {
            [Some(lon), Some(lat), metres, time] if lon.is_finite() && lat.is_finite() => {
                let (elevation_m, time_ms) = (metres.map(|metres| metres as f32), time.and_then(epoch_ms));
                Position::Point(Point { elevation_m, time_ms, ..Point::at(lat, lon) })
            }
            _ => Position::Unreadable,
        }
    }
}

/// Milliseconds since 1970 of a number of seconds, milliseconds or microseconds since 1970 between 1973 and 2100.
pub fn epoch_ms(number: f64) -> Option<i64> {
    const SECONDS: std::ops::Range<f64> = 1e8..4.1e9;
    let to_ms = [1e3, 1.0, 1e-3].into_iter().find(|factor| SECONDS.contains(&(number * factor / 1e3)))?;
    Some(round_to_i64(number * to_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_have_three_units_and_other_numbers_are_no_time() {
        for (number, ms) in [
            (1_234_567_890.0, Some(1_234_567_890_000)),
            (1_234_567_890.25, Some(1_234_567_890_250)),
            (1_234_567_890_123.0, Some(1_234_567_890_123)),
            (1_234_567_890_123_456.0, Some(1_234_567_890_123)),
            (0.0, None),
            (12.5, None),
            (-1_234_567_890.0, None),
            (1e18, None),
            (f64::NAN, None),
        ] {
            assert_eq!(epoch_ms(number), ms, "{number}");
        }
    }
}
