//! Labels along a palette.

use serde_json::Value;

/// Smallest distance of two ticks on the palette.
pub(super) const MIN_DISTANCE: f32 = 0.09;

/// A value, a number, a pace or a date, and its palette position, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Number, minutes and seconds, year or day.
    pub value: Value,
    /// Palette position.
    pub position: f32,
}

/// Ticks with the smallest distance or more.
pub(super) fn spaced(ticks: impl Iterator<Item = Tick>) -> Vec<Tick> {
    let mut spaced: Vec<Tick> = Vec::new();
    for tick in ticks {
        if spaced.last().is_none_or(|last| tick.position - last.position >= MIN_DISTANCE) {
            spaced.push(tick);
        }
    }
    spaced
}
