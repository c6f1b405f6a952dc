//! Where the parsers put their points: one activity under construction, handed over when it is complete.

use super::skip::Skip;
use crate::activity::{Activity, Point, Segment};

/// Points one activity may have: 115 days at one a second. Beyond that its file is refused, so that a small packed file
/// cannot fill the memory. Unit tests make do with fewer.
pub const MAX_POINTS: usize = if cfg!(test) { 100_000 } else { 10_000_000 };

/// Points one file may hold in all its activities.
pub const MAX_FILE_POINTS: usize = 10 * MAX_POINTS;

/// Activities one file may hold.
pub const MAX_ACTIVITIES: u64 = if cfg!(test) { 10_000 } else { 1_000_000 };

/// Characters of a title, sport or device name that are kept.
pub const MAX_NAME_CHARS: usize = 200;

/// Whoever wants the activities of a file, one after the other in file order.
pub type ActivitySink<'a> = &'a mut dyn FnMut(Activity);

/// Collects points into segments into activities. Nothing empty ever comes out of it.
pub struct Collector<'a> {
    sink: ActivitySink<'a>,
    activity: Activity,
    segment: Segment,
    /// Points of the activity under construction.
    point_count: usize,
    file_point_count: usize,
    activity_count: u64,
    refusal: Option<String>,
}

impl<'a> Collector<'a> {
    /// A collector that hands its activities to `take`.
    pub fn new(sink: ActivitySink<'a>) -> Self {
        Self {
            sink,
            activity: Activity::default(),
            segment: Segment::new(),
            point_count: 0,
            file_point_count: 0,
            activity_count: 0,
            refusal: None,
        }
    }

    /// Hands over the activity under construction, if it has points, and begins another.
    pub fn finish_activity(&mut self) {
        self.end_segment();
        self.point_count = 0;
        let activity = std::mem::take(&mut self.activity);
        if activity.segments.is_empty() || self.is_full() {
            return;
        }
        self.activity_count += 1;
        if self.activity_count > MAX_ACTIVITIES {
            self.refuse(format!("it holds more than {MAX_ACTIVITIES} activities"));
            return;
        }
        (self.sink)(activity);
    }

    /// The activity under construction, for its sport and name.
    pub fn activity(&mut self) -> &mut Activity {
        &mut self.activity
    }

    /// Appends a point.
    #[inline]
    pub fn push(&mut self, point: Point) {
        self.point_count += 1;
        self.file_point_count += 1;
        if self.point_count > MAX_POINTS {
            self.refuse_excess(1);
        } else if self.file_point_count > MAX_FILE_POINTS {
            self.refuse(format!("it holds more than {MAX_FILE_POINTS} points"));
        } else {
            self.segment.push(point);
        }
    }

    /// Takes note of points that are not kept because an activity had more than [`MAX_POINTS`].
    #[cold]
    pub fn refuse_excess(&mut self, points: usize) {
        if points > 0 {
            self.refuse(format!("an activity in it has more than {MAX_POINTS} points"));
        }
    }

    #[cold]
    fn refuse(&mut self, reason: String) {
        self.segment = Segment::new();
        self.refusal.get_or_insert(reason);
    }

    /// Activities handed over so far.
    pub fn activity_count(&self) -> u64 {
        self.activity_count
    }

    /// Says whether there was more than is allowed, so that nothing that follows matters.
    pub fn is_full(&self) -> bool {
        self.refusal.is_some()
    }

    /// Ends the segment: what follows is not connected to what came before.
    pub fn end_segment(&mut self) {
        if !self.segment.is_empty() {
            let mut segment = std::mem::take(&mut self.segment);
            segment.shrink_to_fit();
            self.activity.segments.push(segment);
        }
    }

    /// Hands over the last activity, and returns how many there were.
    ///
    /// # Errors
    /// When there was more than is allowed.
    pub fn finish(mut self) -> Result<u64, Skip> {
        self.finish_activity();
        match self.refusal {
            Some(reason) => Err(Skip::Unreadable(format!("{reason}; split it"))),
            None => Ok(self.activity_count),
        }
    }
}

/// Text that came in pieces, appended up to [`MAX_NAME_CHARS`].
pub fn append_bounded(name: &mut String, piece: &str) {
    let remaining = MAX_NAME_CHARS.saturating_sub(name.chars().count());
    name.extend(piece.chars().take(remaining));
}

/// One line of at most [`MAX_NAME_CHARS`] without blanks at its ends or control characters; `None` when nothing is left.
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
        let mut sink = |activity| activities.push(activity);
        let mut collector = Collector::new(&mut sink);
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

    /// What comes of activities with so many points each.
    fn collected(activities: impl IntoIterator<Item = usize>) -> (usize, Result<u64, Skip>) {
        let mut taken = 0;
        let mut sink = |activity: Activity| taken += activity.points().count();
        let mut collector = Collector::new(&mut sink);
        for points in activities {
            (0..points).for_each(|_| collector.push(Point::at(1.0, 2.0)));
            collector.finish_activity();
        }
        let outcome = collector.finish();
        (taken, outcome)
    }

    #[test]
    fn points_and_activities_are_bounded() {
        let refused = |what: &str| Err(Skip::Unreadable(format!("{what}; split it")));
        let whole = [MAX_POINTS; MAX_FILE_POINTS / MAX_POINTS];
        assert_eq!(collected(whole), (MAX_FILE_POINTS, Ok(10)));
        let over = whole.into_iter().chain([1, 1]);
        assert_eq!(collected(over), (MAX_FILE_POINTS, refused("it holds more than 1000000 points")));
        assert_eq!(collected([1, MAX_POINTS + 1, 1]), (1, refused("an activity in it has more than 100000 points")));
        let many = MAX_ACTIVITIES as usize;
        assert_eq!(collected(vec![1; many]), (many, Ok(MAX_ACTIVITIES)));
        assert_eq!(collected(vec![1; many + 9]), (many, refused("it holds more than 10000 activities")));
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
