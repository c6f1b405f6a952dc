//! Home: the most common start, computed from the starts of all activities for `--near home`.

use std::collections::HashMap;

use crate::engine::geometry::mercator::step;
use crate::engine::geometry::mercator::{CanvasPosition, degrees_from_canvas};

/// Returns longitude and latitude of the most common start: counts starts in grid cells of 2^16 canvas units (611 m at
/// the equator), and takes the median of the starts in the fullest 3 × 3 block of cells.
pub fn home(starts: impl IntoIterator<Item = CanvasPosition>) -> Option<(f64, f64)> {
    const CELL_SHIFT: u32 = 16;
    /// Columns of cells wrap.
    const COLUMN_MASK: u32 = u32::MAX >> CELL_SHIFT;
    let starts: Vec<CanvasPosition> = starts.into_iter().collect();
    let cell = |start: &CanvasPosition| start.map(|axis| axis >> CELL_SHIFT);
    let mut cells: HashMap<[u32; 2], u64> = HashMap::new();
    starts.iter().for_each(|start| *cells.entry(cell(start)).or_default() += 1);
    // Neighbours count too, because a front door may be at the border of a cell.
    let around = |[x, y]: [u32; 2]| -> u64 {
        let offsets =
            (0..9).map(|i| [x.wrapping_add(i % 3).wrapping_sub(1) & COLUMN_MASK, (y + i / 3).wrapping_sub(1)]);
        offsets.filter_map(|cell| cells.get(&cell)).sum()
    };
    let fullest = *cells.keys().max_by_key(|&&cell| (around(cell), cells[&cell], std::cmp::Reverse(cell)))?;
    let corner = fullest.map(|axis| axis << CELL_SHIFT);
    let is_near = |offset: &[i64; 2]| offset.iter().all(|axis| (-1..=1).contains(&(axis >> CELL_SHIFT)));
    let offsets: Vec<[i64; 2]> = starts.iter().map(|start| step(corner, *start)).filter(is_near).collect();
    let middle = |axis: usize| {
        let mut values: Vec<i64> = offsets.iter().map(|offset| offset[axis]).collect();
        let middle = values.len() / 2;
        (i64::from(corner[axis]) + *values.select_nth_unstable(middle).1) as u32
    };
    Some(degrees_from_canvas([middle(0), middle(1)]))
}
