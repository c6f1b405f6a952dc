//! What the activities of a map add up to.

use crate::activity::calendar;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;

/// What some activities add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// Activities with at least one point.
    pub activities: u64,
    /// Points after tidying.
    pub points: u64,
    /// Length of all lines in metres.
    pub metres: f64,
    /// First and last start, in milliseconds since 1970.
    pub starts_ms: Option<(i64, i64)>,
    /// All positions.
    pub extent: Extent,
    /// Where most of the activities are.
    pub focus: Extent,
}

impl Default for Totals {
    fn default() -> Self {
        Self { activities: 0, points: 0, metres: 0.0, starts_ms: None, extent: Extent::EMPTY, focus: Extent::EMPTY }
    }
}

impl Totals {
    /// Adds activities up.
    pub fn of<'a>(summaries: impl IntoIterator<Item = &'a Summary>) -> Self {
        let summaries: Vec<&Summary> = summaries.into_iter().collect();
        let mut totals = Self { activities: summaries.len() as u64, focus: focus(&summaries), ..Self::default() };
        for summary in &summaries {
            totals.points += summary.points;
            totals.metres += summary.metres;
            totals.extent.join(summary.extent);
        }
        let starts = || summaries.iter().filter_map(|summary| summary.start_ms);
        totals.starts_ms = starts().min().zip(starts().max());
        totals
    }

    /// Kilometres, to one decimal.
    pub fn kilometres(&self) -> f64 {
        (self.metres / 100.0).round() / 10.0
    }

    /// Kilometres, to the nearest whole one.
    pub fn whole_kilometres(&self) -> u64 {
        (self.metres / 1000.0).round() as u64
    }

    /// The day of the first start, `2024-05-31` in UTC.
    pub fn first_day(&self) -> Option<String> {
        self.starts_ms.map(|(first, _)| calendar::date_of_ms(first))
    }

    /// The day of the last start.
    pub fn last_day(&self) -> Option<String> {
        self.starts_ms.map(|(_, last)| calendar::date_of_ms(last))
    }
}

/// The box of the activities round the place where most are, without the widest tenth of them.
fn focus(summaries: &[&Summary]) -> Extent {
    // Cells of about 80 km at middle latitudes.
    const CELL_SHIFT: u32 = 32 - 8;
    let cell = |summary: &&&Summary| summary.extent.center().map(|axis| axis >> CELL_SHIFT);
    let mut cells: Vec<[u32; 2]> = summaries.iter().map(|summary| cell(&summary)).collect();
    cells.sort_unstable();
    let fullest = cells.chunk_by(|a, b| a == b).max_by_key(|same| (same.len(), same[0]));
    let Some(&[column, row]) = fullest.and_then(|same| same.first()) else { return Extent::EMPTY };
    let is_near = |[x, y]: [u32; 2]| x.abs_diff(column) <= 1 && y.abs_diff(row) <= 1;
    let mut boxes: Vec<Extent> =
        summaries.iter().filter(|summary| is_near(cell(summary))).map(|summary| summary.extent).collect();
    let longest_side = |extent: &Extent| (0..2).map(|axis| extent.max[axis] - extent.min[axis]).max();
    boxes.sort_by_key(longest_side);
    boxes.truncate((boxes.len() * 9).div_ceil(10));
    boxes.into_iter().fold(Extent::EMPTY, |mut focus, extent| {
        focus.join(extent);
        focus
    })
}
