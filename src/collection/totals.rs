//! Totals of the activities of a map.

use super::focus::focus;
use crate::activity::calendar;
use crate::activity::local_time::local_start_ms;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;

/// Totals of some activities.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Totals {
    pub activities: u64,
    /// Points after tidying.
    pub points: u64,
    /// Sum of the lengths.
    pub millimetres: u64,
    /// Earliest and latest start on the local clocks, in milliseconds since 1970-01-01 00:00 of these clocks.
    pub local_starts_ms: Option<(i64, i64)>,
    /// Bounding box of all positions.
    pub extent: Extent,
    /// Bounding box of the everyday activities; a map opens with it.
    pub focus: Extent,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            activities: 0,
            points: 0,
            millimetres: 0,
            local_starts_ms: None,
            extent: Extent::EMPTY,
            focus: Extent::EMPTY,
        }
    }
}

impl Totals {
    /// Adds up summaries.
    pub fn of<'a>(summaries: impl IntoIterator<Item = &'a Summary>) -> Self {
        let summaries: Vec<&Summary> = summaries.into_iter().collect();
        let mut totals = Self {
            activities: summaries.len() as u64,
            focus: focus(summaries.iter().map(|summary| summary.extent)),
            ..Self::default()
        };
        for summary in &summaries {
            totals.points += summary.points;
            totals.millimetres += summary.millimetres();
        }
        totals.extent = Extent::of_boxes(summaries.iter().map(|summary| summary.extent));
        let starts: Vec<i64> = summaries.iter().filter_map(|summary| local_start_ms(summary)).collect();
        totals.local_starts_ms = starts.iter().min().copied().zip(starts.iter().max().copied());
        totals
    }

    /// Returns kilometres rounded to one decimal.
    pub fn kilometres(&self) -> f64 {
        (self.millimetres as f64 / 1e5).round() / 10.0
    }

    /// Returns kilometres rounded to a whole number.
    pub fn whole_kilometres(&self) -> u64 {
        (self.millimetres as f64 / 1e6).round() as u64
    }

    /// Returns the local date of the earliest start, `2024-05-31`.
    pub fn first_day(&self) -> Option<String> {
        self.local_starts_ms.map(|(first, _)| calendar::date_of_ms(first))
    }

    /// Returns the local date of the latest start.
    pub fn last_day(&self) -> Option<String> {
        self.local_starts_ms.map(|(_, last)| calendar::date_of_ms(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::without_privacy;

    /// A walk along a parallel.
    fn walk(lat: f64, lons: [f64; 2]) -> Summary {
        let segments = vec![lons.map(|lon| Point::at(lat, lon)).to_vec()];
        without_privacy(&Activity { segments, ..Activity::default() }).0.expect("points").summary
    }

    /// Degrees in hundredths.
    fn hundredths(extent: Extent) -> [i64; 4] {
        extent.degrees().map(|degrees| (degrees * 100.0).round() as i64)
    }

    #[test]
    fn box_and_focus_cross_the_antimeridian_where_that_is_shorter() {
        let islands = [
            walk(-17.5, [179.9, -179.9]),
            walk(-17.0, [-179.8, -179.7]),
            walk(-18.0, [179.6, 179.7]),
            walk(-21.0, [-175.2, -175.1]),
        ];
        let totals = Totals::of(&islands);
        assert_eq!(hundredths(totals.extent), [17960, -2100, -17510, -1700]);
        assert_eq!(hundredths(totals.focus), [17960, -1800, -17970, -1700]);
        let home: Vec<Summary> = [7.0, 7.2, 7.4, 7.6, 7.8].map(|lon| walk(47.0, [lon, lon + 0.1])).into();
        let totals = Totals::of(islands.iter().chain(&home));
        assert_eq!(hundredths(totals.extent), [700, -2100, -17510, 4700]);
        assert_eq!(hundredths(totals.focus), [700, 4700, 790, 4700]);
        assert!(Totals::of([]).extent.is_empty() && Totals::of([]).focus.is_empty());
    }
}
