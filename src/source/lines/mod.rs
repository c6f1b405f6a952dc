//! Lines of KML and GeoJSON: positions, with times and heart rates in lists of their own that are joined by order.

mod runs;

use super::collector::{Collector, MAX_POINTS};
use super::number;
use super::parsed_file::Format;
use super::skip::Skip;
use crate::activity::Point;
use crate::activity::sensor::{ELEVATION_M, HEART_RATE_BPM, Plausible};
pub use runs::Mark;
use runs::Runs;

/// Position in a file.
pub enum Position {
    Point(Point),
    /// No coordinates, as indoors.
    Missing,
    Unreadable,
}

impl Position {
    /// Position of two or three numbers as text: longitude, latitude and elevation. The elevation may be blank. More
    /// numbers are unreadable: they come from decimal commas. Returns also whether the elevation is a number or blank.
    pub fn parse<'a>(mut fields: impl Iterator<Item = &'a str>) -> (Self, bool) {
        let mut next = || fields.next().map(str::trim);
        let coordinates = (next(), next());
        let (elevation, surplus) = (next().unwrap_or_default(), next());
        match coordinates {
            (None | Some(""), None) => return (Self::Missing, true),
            (Some(lon), Some(lat)) if surplus.is_none() => {
                let [lon, lat, metres] = [lon, lat, elevation].map(|text| number::decimal(text.as_bytes()));
                if let (Some(lon), Some(lat)) = (lon, lat) {
                    let elevation_m = metres.map(|metres| metres as f32);
                    let is_number = elevation_m.is_some() || elevation.is_empty();
                    return (Self::Point(Point { elevation_m, ..Point::at(lat, lon) }), is_number);
                }
            }
            _ => {}
        }
        (Self::Unreadable, true)
    }
}

/// Lines of an activity with their values, which are not yet checked.
#[derive(Default)]
pub struct Lines {
    pub times: Runs<i64>,
    pub heart_rates: Runs<u8>,
    /// True if the third coordinates are heights above the ground, not above the sea.
    pub are_heights_above_ground: bool,
    positions: Runs<Point>,
    unreadable: Vec<usize>,
    missing: Vec<usize>,
}

/// Counts of joined lines.
#[derive(Default)]
pub struct LineCounts {
    pub unreadable_points: u64,
    pub points_without_position: u64,
    /// Elevations and heart rates that are not [plausible](crate::activity::sensor).
    pub bad_values: u64,
    /// Lists of values with another length than their positions.
    pub unequal_lists: u64,
}

impl Lines {
    /// Appends to the current line. Ignores positions beyond what an activity may hold.
    pub fn push(&mut self, position: Position) {
        if self.excess() > 0 {
            return;
        }
        let index = self.positions.len();
        let point = match position {
            Position::Point(point) => Some(point),
            Position::Missing => {
                self.missing.push(index);
                None
            }
            Position::Unreadable => {
                self.unreadable.push(index);
                None
            }
        };
        self.positions.push(point);
    }

    /// Ends the current line.
    pub fn end_line(&mut self) {
        self.positions.end_run();
    }

    pub fn is_empty(&self) -> bool {
        self.positions.len() == 0
    }

    /// Number of positions more than an activity may have.
    pub fn excess(&self) -> usize {
        self.positions.len().saturating_sub(MAX_POINTS)
    }

    pub fn mark(&self) -> Mark {
        self.positions.mark()
    }

    /// Removes the positions after `mark`.
    pub fn truncate(&mut self, mark: Mark) {
        self.positions.truncate(mark);
        for indices in [&mut self.unreadable, &mut self.missing] {
            indices.truncate(indices.partition_point(|index| *index < mark.values));
        }
    }

    pub fn first_time_ms(&self) -> Option<i64> {
        self.times.first().copied()
    }

    /// Passes on the points with their plausible values, each line but the last with the end of its segment. `is_cut`
    /// if the file ends in the lines: the positions that are left are then the first, as are the values.
    pub fn collect(self, is_cut: bool, out: &mut Collector, counts: &mut LineCounts) {
        counts.unreadable_points += self.unreadable.len() as u64;
        counts.points_without_position += self.missing.len() as u64;
        let (times, are_times_unequal) = self.times.by_line(&self.positions, is_cut);
        let (heart_rates, are_rates_unequal) = self.heart_rates.by_line(&self.positions, is_cut);
        counts.unequal_lists += u64::from(are_times_unequal) + u64::from(are_rates_unequal);
        for (line, positions) in self.positions.iter().enumerate() {
            if line > 0 {
                out.end_segment();
            }
            for (index, point) in positions.iter().enumerate() {
                let Some(point) = *point else { continue };
                let elevation_m = point.elevation_m.filter(|_| !self.are_heights_above_ground);
                let elevation_m = counts.plausible(&ELEVATION_M, elevation_m);
                let time_ms = times[line].get(index).copied().flatten().or(point.time_ms);
                let heart_rate_bpm = heart_rates[line].get(index).copied().flatten();
                let heart_rate_bpm = counts.plausible(&HEART_RATE_BPM, heart_rate_bpm);
                out.push(Point { elevation_m, time_ms, heart_rate_bpm, ..point });
            }
        }
    }
}

impl LineCounts {
    /// Returns a value if it is plausible, and counts other values.
    fn plausible<T: Copy + Into<f64>>(&mut self, sensor: &Plausible, stated: Option<T>) -> Option<T> {
        let value = stated.filter(|value| sensor.check((*value).into()).is_some());
        self.bad_values += u64::from(stated.is_some() && value.is_none());
        value
    }
}

/// Sentence about lists of times or heart rates with another length than their lines.
pub fn unequal_lists_warning(lists: u64) -> Option<String> {
    let lists = match lists {
        0 => return None,
        1 => "1 list".to_owned(),
        lists => format!("{lists} lists"),
    };
    Some(format!(
        "{lists} of times or heart rates and the positions differ in number; the lists were read as far as they fit"
    ))
}

/// Reason for a file without an activity that is not damaged.
pub fn skip_without_line(format: Format, counts: &LineCounts, places: u64, areas: u64) -> Skip {
    match (counts.unreadable_points, counts.points_without_position, places, areas) {
        (0, 0, 0, 0) => Skip::NoTrack(format!("an empty {format} file")),
        (0, 0, ..) => Skip::NoTrack(format!("a {format} file of {places} points and {areas} polygons, without a line")),
        (0, ..) => Skip::NoTrack(format!("a {format} track without positions, recorded indoors or without GPS")),
        (points, ..) => {
            Skip::Unreadable(format!("none of its {points} positions is readable; export the activity again"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;

    /// Times that the positions get, by lines, and the number of unequal lists.
    fn joined(lines: &[usize], times: &[&[i64]], is_cut: bool) -> (Vec<Vec<Option<i64>>>, u64) {
        let mut all = Lines::default();
        for length in lines {
            (0..*length).for_each(|_| all.push(Position::Point(Point::at(1.0, 2.0))));
            all.end_line();
        }
        for list in times {
            list.iter().for_each(|time| all.times.push(Some(*time)));
            all.times.end_run();
        }
        let (mut activities, mut counts) = (Vec::new(), LineCounts::default());
        let mut emit = |activity: Activity| activities.push(activity);
        let mut out = Collector::new(&mut emit);
        all.collect(is_cut, &mut out, &mut counts);
        out.finish().unwrap();
        let times = |segment: &Vec<Point>| segment.iter().map(|point| point.time_ms).collect();
        (activities.iter().flat_map(|activity| &activity.segments).map(times).collect(), counts.unequal_lists)
    }

    #[test]
    fn values_belong_to_positions_by_order() {
        let some = |times: &[i64]| times.iter().copied().map(Some).collect::<Vec<_>>();
        for (lines, times, is_cut, expected) in [
            (&[2, 1][..], &[&[1, 2, 3][..]][..], false, (vec![some(&[1, 2]), some(&[3])], 0)),
            (&[2, 1], &[&[1, 2], &[3]], false, (vec![some(&[1, 2]), some(&[3])], 0)),
            // A list for each line stays with its line.
            (&[2, 1], &[&[1], &[3]], false, (vec![vec![Some(1), None], some(&[3])], 1)),
            (&[2, 1], &[&[1, 2]], false, (vec![some(&[1, 2]), vec![None]], 1)),
            (&[2], &[&[1, 2, 3]], false, (vec![vec![None, None]], 1)),
            (&[2], &[&[1, 2, 3]], true, (vec![some(&[1, 2])], 0)),
            (&[2], &[], false, (vec![vec![None, None]], 0)),
            (&[], &[&[1]], false, (vec![], 0)),
        ] {
            assert_eq!(joined(lines, times, is_cut), expected, "{lines:?} {times:?} {is_cut}");
        }
        let many: Vec<i64> = (0..21).collect();
        assert_eq!(joined(&[20], &[&many], false), (vec![some(&many[..20])], 1), "few too many");
    }

    #[test]
    fn positions_of_any_kind_are_bounded() {
        for position in [|| Position::Unreadable, || Position::Missing, || Position::Point(Point::at(1.0, 2.0))] {
            let mut lines = Lines::default();
            (0..2 * MAX_POINTS).for_each(|_| lines.push(position()));
            let kept = lines.positions.len();
            assert_eq!((kept, lines.excess()), (MAX_POINTS + 1, 1));
            assert!(lines.unreadable.len() <= kept && lines.missing.len() <= kept);
        }
    }

    #[test]
    fn lines_after_a_mark_are_removed() {
        let mut lines = Lines::default();
        lines.push(Position::Unreadable);
        lines.end_line();
        let mark = lines.mark();
        for position in [Position::Unreadable, Position::Missing, Position::Point(Point::at(1.0, 2.0))] {
            lines.push(position);
            lines.end_line();
        }
        lines.truncate(mark);
        let (mut counts, mut emit) = (LineCounts::default(), |activity| panic!("{activity:?}"));
        lines.collect(false, &mut Collector::new(&mut emit), &mut counts);
        assert_eq!((counts.unreadable_points, counts.points_without_position), (1, 0));
    }
}
