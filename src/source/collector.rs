//! Assembles the points of a parser into segments and activities, within limits, and passes on each complete activity.

use super::skip::Skip;
use crate::activity::longitude::wrap_longitude;
use crate::activity::{Activity, Point, Segment};

/// Maximum number of points of an activity: 115 days at 1 Hz. A file with more is refused, so that a small compressed
/// file cannot exhaust the memory. Lower in unit tests.
pub const MAX_POINTS: usize = if cfg!(test) { 100_000 } else { 10_000_000 };

pub const MAX_FILE_POINTS: usize = 10 * MAX_POINTS;

pub const MAX_ACTIVITIES: u64 = if cfg!(test) { 10_000 } else { 1_000_000 };

/// Longest title, sport or device name, in characters; the rest is cut.
pub const MAX_NAME_CHARS: usize = 200;

/// Callback for each activity, in file order.
pub type EmitActivity<'a> = &'a mut dyn FnMut(Activity);

/// Collects points into segments, and segments into activities. Never passes on an empty segment or activity.
pub struct Collector<'a> {
    emit: EmitActivity<'a>,
    activity: Activity,
    segment: Segment,
    point_count: usize,
    file_point_count: usize,
    activity_count: u64,
    refusal: Option<String>,
}

impl<'a> Collector<'a> {
    pub fn new(emit: EmitActivity<'a>) -> Self {
        Self {
            emit,
            activity: Activity::default(),
            segment: Segment::new(),
            point_count: 0,
            file_point_count: 0,
            activity_count: 0,
            refusal: None,
        }
    }

    /// Passes on the current activity if it has points, and begins another.
    pub fn finish_activity(&mut self) {
        self.end_segment();
        self.point_count = 0;
        let activity = std::mem::take(&mut self.activity);
        if activity.segments.is_empty() || self.is_full() {
            return;
        }
        self.activity_count += 1;
        if self.activity_count > MAX_ACTIVITIES {
            self.refuse(format!("the file has more than {MAX_ACTIVITIES} activities"));
            return;
        }
        (self.emit)(activity);
    }

    /// Returns the current activity, to set its sport and name.
    pub fn activity(&mut self) -> &mut Activity {
        &mut self.activity
    }

    /// Appends a point to the current segment, with its longitude wrapped: all sources pass their points here, so that
    /// no other code sees a longitude from 180 to 360 degrees.
    #[inline]
    pub fn push(&mut self, point: Point) {
        self.point_count += 1;
        self.file_point_count += 1;
        if self.point_count > MAX_POINTS {
            self.refuse_excess(1);
        } else if self.file_point_count > MAX_FILE_POINTS {
            self.refuse(format!("the file has more than {MAX_FILE_POINTS} points"));
        } else {
            self.segment.push(Point { lon: wrap_longitude(point.lon), ..point });
        }
    }

    /// Refuses the file if an activity exceeds [`MAX_POINTS`] by `points`; no effect for 0.
    #[cold]
    pub fn refuse_excess(&mut self, points: usize) {
        if points > 0 {
            self.refuse(format!("an activity has more than {MAX_POINTS} points"));
        }
    }

    #[cold]
    fn refuse(&mut self, reason: String) {
        self.segment = Segment::new();
        self.refusal.get_or_insert(reason);
    }

    pub fn activity_count(&self) -> u64 {
        self.activity_count
    }

    /// Returns true once a limit is exceeded: the parser may stop.
    pub fn is_full(&self) -> bool {
        self.refusal.is_some()
    }

    /// Ends the current segment: the next point follows a gap.
    pub fn end_segment(&mut self) {
        if !self.segment.is_empty() {
            let mut segment = std::mem::take(&mut self.segment);
            segment.shrink_to_fit();
            self.activity.segments.push(segment);
        }
    }

    /// Passes on the last activity and returns the number of activities, or an error if a limit was exceeded.
    pub fn finish(mut self) -> Result<u64, Skip> {
        self.finish_activity();
        match self.refusal {
            Some(reason) => Err(Skip::Unreadable(format!("{reason}; split the file"))),
            None => Ok(self.activity_count),
        }
    }
}

/// Appends to a name, up to [`MAX_NAME_CHARS`].
pub fn append_bounded(name: &mut String, piece: &str) {
    let remaining = MAX_NAME_CHARS.saturating_sub(name.chars().count());
    name.extend(piece.chars().take(remaining));
}

/// Collapses white space and control characters to single blanks and cuts to [`MAX_NAME_CHARS`]. `None` if nothing is
/// left.
pub fn tidy_name(raw: &str) -> Option<String> {
    let mut name = String::new();
    for word in raw.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if name.chars().count() == MAX_NAME_CHARS {
            break;
        }
        if !name.is_empty() {
            append_bounded(&mut name, " ");
        }
        append_bounded(&mut name, word);
    }
    name.truncate(name.trim_end().len());
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_empty_activity_or_segment_is_passed_on() {
        let mut activities = Vec::new();
        let mut emit = |activity| activities.push(activity);
        let mut collector = Collector::new(&mut emit);
        collector.finish_activity();
        collector.end_segment();
        collector.activity().sport = "running".into();
        collector.push(Point::at(1.0, 2.0));
        collector.end_segment();
        collector.end_segment();
        collector.push(Point::at(3.0, 4.0));
        collector.finish_activity();
        collector.finish_activity();
        assert_eq!(collector.finish(), Ok(1));
        assert_eq!(activities.len(), 1);
        assert_eq!(activities[0].segments, [vec![Point::at(1.0, 2.0)], vec![Point::at(3.0, 4.0)]]);
    }

    #[test]
    fn longitudes_are_wrapped() {
        let mut activities = Vec::new();
        let mut emit = |activity| activities.push(activity);
        let mut collector = Collector::new(&mut emit);
        [-346.595, -180.02, 180.0, 500.0].iter().for_each(|lon| collector.push(Point::at(1.0, *lon)));
        assert_eq!(collector.finish(), Ok(1));
        assert_eq!(activities[0].segments, [[13.405, 179.98, -180.0, 500.0].map(|lon| Point::at(1.0, lon))]);
    }

    /// Points passed on, and the outcome, for activities with the given numbers of points.
    fn collected(activities: impl IntoIterator<Item = usize>) -> (usize, Result<u64, Skip>) {
        let mut taken = 0;
        let mut emit = |activity: Activity| taken += activity.points().count();
        let mut collector = Collector::new(&mut emit);
        for points in activities {
            (0..points).for_each(|_| collector.push(Point::at(1.0, 2.0)));
            collector.finish_activity();
        }
        let outcome = collector.finish();
        (taken, outcome)
    }

    #[test]
    fn points_and_activities_are_bounded() {
        let refused = |reason: &str| Err(Skip::Unreadable(format!("{reason}; split the file")));
        let whole = [MAX_POINTS; MAX_FILE_POINTS / MAX_POINTS];
        assert_eq!(collected(whole), (MAX_FILE_POINTS, Ok(10)));
        let over = whole.into_iter().chain([1, 1]);
        assert_eq!(collected(over), (MAX_FILE_POINTS, refused("the file has more than 1000000 points")));
        assert_eq!(collected([1, MAX_POINTS + 1, 1]), (1, refused("an activity has more than 100000 points")));
        let many = MAX_ACTIVITIES as usize;
        assert_eq!(collected(vec![1; many]), (many, Ok(MAX_ACTIVITIES)));
        assert_eq!(collected(vec![1; many + 9]), (many, refused("the file has more than 10000 activities")));
    }

    #[test]
    fn names_are_bounded_and_on_one_line() {
        let mut name = String::new();
        for _ in 0..1000 {
            append_bounded(&mut name, "é \n");
        }
        assert_eq!(name.chars().count(), MAX_NAME_CHARS);
        assert_eq!(tidy_name("  Alps \n\t 2024\u{0} "), Some("Alps 2024".into()));
        assert_eq!(tidy_name(" \n "), None);
        assert_eq!(tidy_name(&"é".repeat(1000)), Some("é".repeat(MAX_NAME_CHARS)));
        assert_eq!(tidy_name(&"ab ".repeat(1000)).unwrap().len(), MAX_NAME_CHARS);
        assert_eq!(tidy_name(&"a ".repeat(1000)).unwrap().len(), MAX_NAME_CHARS - 1);
    }
}
