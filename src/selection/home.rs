//! home

use std::collections::HashMap;

use crate::engine::geometry::mercator::{CanvasPosition, degrees_from_canvas};

/// Longitude and latitude of the place where most activities start: the middle of the starts in and round the fullest
/// of cells of some hundred metres.
pub fn home(starts: impl IntoIterator<Item = CanvasPosition>) -> Option<(f64, f64)> {
    const CELL_SHIFT: u32 = 16;
    let starts: Vec<CanvasPosition> = starts.into_iter().collect();
    let cell = |start: &CanvasPosition| start.map(|axis| axis >> CELL_SHIFT);
    let mut cells: HashMap<[u32; 2], u64> = HashMap::new();
    starts.iter().for_each(|start| *cells.entry(cell(start)).or_default() += 1);
    // With the cells round it, since a front door may lie on a border.
    let around = |[x, y]: [u32; 2]| -> u64 {
        let offsets = (0..9).map(|i| [x.wrapping_add(i % 3).wrapping_sub(1), y.wrapping_add(i / 3).wrapping_sub(1)]);
        offsets.filter_map(|cell| cells.get(&cell)).sum()
    };
    let fullest = *cells.keys().max_by_key(|&&cell| (around(cell), cells[&cell], std::cmp::Reverse(cell)))?;
    let in_neighbourhood =
        |start: &&CanvasPosition| cell(start).iter().zip(fullest).all(|(axis, other)| axis.abs_diff(other) <= 1);
    let in_neighbourhood: Vec<&CanvasPosition> = starts.iter().filter(in_neighbourhood).collect();
    let middle = |axis: usize| {
        let mut values: Vec<u32> = in_neighbourhood.iter().map(|start| start[axis]).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable(middle).1
    };
    Some(degrees_from_canvas([middle(0), middle(1)]))
}
