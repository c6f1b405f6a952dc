//! Where the parsers put their points: activities under construction, with a bound on memory.

use crate::activity::{Activity, Point, Segment};

/// Points one file may hold: 115 days at one a second. Beyond that it is refused, so that a small packed file
/// cannot fill the memory. Unit tests make do with fewer.
pub const MAX_POINTS: usize = if cfg!(test) { 100_000 } else { 10_000_000 };

/// Characters of a title, sport or device name that are kept.
pub const MAX_NAME_CHARS: usize = 200;

/// Collects points into segments into activities. Nothing empty ever comes out of it.
#[derive(Default)]
pub struct Collector {
    done: Vec<Activity>,
    current: Activity,
    segment: Segment,
    points: usize,
}

impl Collector {
    /// Closes the activity under construction, if it has points, and begins another.
    pub fn begin(&mut self) {
        self.cut();
        let activity = std::mem::take(&mut self.current);
        if !activity.segments.is_empty() {
            self.done.push(activity);
        }
    }

    /// The activity under construction, for its sport and name.
    pub fn current(&mut self) -> &mut Activity {
        &mut self.current
    }

    /// Appends a point. Points beyond [`MAX_POINTS`] only count.
    pub fn push(&mut self, point: Point) {
        self.points += 1;
        if self.points <= MAX_POINTS {
            self.segment.push(point);
        }
    }

    /// Counts points that a parser did not keep because there were more than [`MAX_POINTS`].
    pub fn overflow(&mut self, points: usize) {
        self.points += points;
    }

    /// Ends the segment: what follows is not connected to what came before.
    pub fn cut(&mut self) {
        if !self.segment.is_empty() {
            let mut segment = std::mem::take(&mut self.segment);
            segment.shrink_to_fit();
            self.current.segments.push(segment);
        }
    }

    /// The activities, or `None` when there were more than [`MAX_POINTS`] points.
    pub fn finish(mut self) -> Option<Vec<Activity>> {
        self.begin();
        (self.points <= MAX_POINTS).then_some(self.done)
    }
}

/// Text that came in pieces, appended up to [`MAX_NAME_CHARS`].
pub fn append(name: &mut String, piece: &str) {
    let room = MAX_NAME_CHARS.saturating_sub(name.chars().count());
    name.extend(piece.chars().take(room));
}

/// One line without blanks at its ends or control characters; `None` when nothing is left.
pub fn tidy_name(raw: &str) -> Option<String> {
    let words: Vec<&str> =
        raw.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_empty_comes_out() {
        let mut collector = Collector::default();
        collector.begin();
        collector.cut();
        collector.current().sport = "running".into();
        collector.push(Point::at(1.0, 2.0));
        collector.cut();
        collector.cut();
        collector.push(Point::at(3.0, 4.0));
        collector.begin();
        collector.begin();
        let activities = collector.finish().unwrap();
        assert_eq!(activities.len(), 1);
        assert_eq!(activities[0].segments, [vec![Point::at(1.0, 2.0)], vec![Point::at(3.0, 4.0)]]);
    }

    #[test]
    fn names_are_bounded_and_on_one_line() {
        let mut name = String::new();
        for _ in 0..1000 {
            append(&mut name, "é \n");
        }
        assert_eq!(name.chars().count(), MAX_NAME_CHARS);
        assert_eq!(tidy_name("  Alps \n\t 2024\u{0} "), Some("Alps 2024".into()));
        assert_eq!(tidy_name(" \n "), None);
    }
}
