//! The messages of one FIT file → activities, cut where the timer stood still.

use super::decoder::{Fields, message_number};
use super::message::Message;
use super::names;
use super::record::Values;
use crate::activity::{Activity, Point};
use crate::source::collector::{Collector, MAX_POINTS, tidy_name};
use crate::source::skip::Skip;
use fitparser::Value;

/// Milliseconds from 1970 to the beginning of FIT time, 1989-12-31T00:00:00Z.
const EPOCH_MS: i64 = 631_065_600_000;

/// Times below count seconds since the device was switched on.
const FIRST_ABSOLUTE_TIME: u32 = 0x1000_0000;

/// Degrees per unit in which FIT states positions.
const DEGREES_PER_SEMICIRCLE: f64 = 180.0 / (1u32 << 31) as f64;

/// Sessions, sports and pauses that are kept of a file, each. A bound for files made to fill the memory.
const MAX_ENTRIES: usize = 100_000;

/// The kind of file that holds a planned course.
const COURSE_FILE: u8 = 6;

/// The kind of file that holds recorded activities.
const ACTIVITY_FILE: u8 = 4;

/// What the messages of a file said so far.
#[derive(Default)]
pub struct Recording {
    file_type: Option<u8>,
    device: Option<String>,
    title: Option<String>,
    points: Vec<(Option<u32>, Point)>,
    records_without_position: u64,
    bad_values: u64,
    excess_points: usize,
    excess_entries: u64,
    sessions: Vec<SportStart>,
    sports: Vec<SportStart>,
    timer: Vec<TimerEvent>,
}

/// From when on which sport was done.
#[derive(Clone)]
struct SportStart {
    start: Option<u32>,
    sport: Option<String>,
}

struct TimerEvent {
    time: u32,
    starts: bool,
}

impl Recording {
    /// Takes in a message.
    pub fn add_message(&mut self, message: Message) {
        match message {
            Message::Record { time, values } => self.add_record(time, values),
            Message::Other { global, time, fields } => self.add_other(global, time, &fields),
        }
    }

    fn add_other(&mut self, global: u16, time: Option<u32>, fields: &Fields) {
        match global {
            message_number::EVENT => self.add_timer_event(time, fields),
            message_number::SESSION => {
                let start = integer(fields, 2).and_then(|start| u32::try_from(start).ok());
                push_bounded(
                    &mut self.sessions,
                    &mut self.excess_entries,
                    SportStart { start, sport: sport(fields, 5, 6) },
                );
            }
            message_number::SPORT => {
                push_bounded(
                    &mut self.sports,
                    &mut self.excess_entries,
                    SportStart { start: time, sport: sport(fields, 0, 1) },
                );
            }
            message_number::FILE_ID => self.add_file_id(fields),
            message_number::COURSE => self.title = text(fields, 5),
            _ => {}
        }
    }

    #[inline]
    fn add_record(&mut self, time: Option<u32>, [lat, lon, altitude, speed, heart_rate]: Values) {
        let (Some(lat), Some(lon)) = (lat, lon) else {
            self.records_without_position += 1;
            return;
        };
        if self.points.len() == MAX_POINTS {
            self.excess_points += 1;
            return;
        }
        let absolute = time.filter(|time| *time >= FIRST_ABSOLUTE_TIME);
        let point = Point {
            lat: lat * DEGREES_PER_SEMICIRCLE,
            lon: lon * DEGREES_PER_SEMICIRCLE,
            time_ms: absolute.map(|time| i64::from(time) * 1000 + EPOCH_MS),
            elevation_m: self.convert_value(altitude, |value| finite_f32(value / 5.0 - 500.0)),
            speed_mps: self.convert_value(speed, |value| finite_f32(value / 1000.0)),
            heart_rate_bpm: self
                .convert_value(heart_rate, |value| (0.0..=255.0).contains(&value).then_some(value as u8)),
        };
        self.points.push((time, point));
    }

    /// What a stated value comes to; one that cannot be is counted.
    #[inline]
    fn convert_value<T>(&mut self, stated: Option<f64>, convert: impl FnOnce(f64) -> Option<T>) -> Option<T> {
        let value = stated.and_then(convert);
        self.bad_values += u64::from(stated.is_some() && value.is_none());
        value
    }

    fn add_timer_event(&mut self, time: Option<u32>, fields: &Fields) {
        const TIMER: i64 = 0;
        let (Some(time), Some(TIMER)) = (time, integer(fields, 0)) else { return };
        let starts = match integer(fields, 1) {
            Some(0) => true,
            // Stop, stop all, stop and disable, stop and disable all.
            Some(1 | 4 | 8 | 9) => false,
            _ => return,
        };
        push_bounded(&mut self.timer, &mut self.excess_entries, TimerEvent { time, starts });
    }

    fn add_file_id(&mut self, fields: &Fields) {
        self.file_type = integer(fields, 0).and_then(|file_type| u8::try_from(file_type).ok());
        let word = |number| integer(fields, number).and_then(|value| u16::try_from(value).ok());
        let device = word(1).map(|maker| names::device(maker, word(2), text(fields, 8).as_deref()));
        self.device = device.and_then(|device| tidy_name(&device));
    }

    /// The device or program that wrote the file.
    pub fn device(&self) -> Option<String> {
        self.device.clone()
    }

    /// A planned course and not something recorded.
    pub fn is_course(&self) -> bool {
        self.file_type == Some(COURSE_FILE)
    }

    /// Records without a position.
    pub fn records_without_position(&self) -> u64 {
        self.records_without_position
    }

    /// Altitudes, speeds and heart rates that cannot be.
    pub fn bad_values(&self) -> u64 {
        self.bad_values
    }

    /// A warning when there were more sessions or pauses than are kept.
    pub fn overflow_warning(&self) -> Option<String> {
        let excess = self.excess_entries;
        (excess > 0).then(|| format!("{excess} sessions or pauses beyond the first {MAX_ENTRIES} were left out"))
    }

    /// What the file is, said of one without positions.
    pub fn skip_reason(&self) -> Skip {
        match self.file_type {
            Some(ACTIVITY_FILE) | None => {
                let sport = self.sessions.iter().chain(&self.sports).find_map(|session| session.sport.as_deref());
                let sport = sport.map_or_else(String::new, |sport| format!(" ({sport})"));
                Skip::NoTrack(format!("a FIT activity without positions, recorded indoors or without GPS{sport}"))
            }
            Some(COURSE_FILE) => Skip::Planned("a course without positions".to_owned()),
            Some(file_type) => Skip::NotRecording(format!("a FIT {} file", names::file_type(file_type))),
        }
    }

    /// Hands over the activities: one for each session that has a position.
    pub fn finish(self, out: &mut Collector) {
        let planned = self.is_course();
        let pauses = TimerPauses::new(self.timer);
        let sessions = order_sessions(self.sessions, self.sports);
        let mut activities: Vec<Activity> = vec![Activity::default(); sessions.len()];
        let mut segment = Vec::new();
        let mut current = 0;
        let mut last = None;
        for (time, point) in self.points {
            let session = time.map_or(current, |time| session_at(&sessions, time));
            if !segment.is_empty() && (session != current || pauses.separate(last, time)) {
                activities[current].segments.push(std::mem::take(&mut segment));
            }
            current = session;
            last = time;
            segment.push(point);
        }
        activities[current].segments.push(segment);

        for (mut activity, session) in activities.into_iter().zip(sessions) {
            for segment in std::mem::take(&mut activity.segments) {
                segment.into_iter().for_each(|point| out.push(point));
                out.end_segment();
            }
            out.activity().planned = planned;
            out.activity().sport = session.sport.unwrap_or_default();
            out.activity().name = self.title.clone();
            out.finish_activity();
        }
        out.refuse_excess(self.excess_points);
    }
}

/// The sessions in order of their start; at least one. A sport that a session does not state comes from the sport
/// message that was valid then. Sessions that do not say when they start are of use only when there is just one.
fn order_sessions(mut sessions: Vec<SportStart>, mut sports: Vec<SportStart>) -> Vec<SportStart> {
    if sessions.len() > 1 {
        sessions.retain(|session| session.start.is_some());
    }
    if sessions.is_empty() {
        // A file that was cut off has its sport messages, but not its sessions, which are written last.
        let sport = sports.first().and_then(|session| session.sport.clone());
        return vec![SportStart { start: None, sport }];
    }
    sessions.sort_by_key(|session| session.start);
    sports.sort_by_key(|session| session.start);
    for session in sessions.iter_mut().filter(|session| session.sport.is_none()) {
        let valid = sports.partition_point(|sport| sport.start <= session.start).saturating_sub(1);
        session.sport = sports.get(valid).and_then(|sport| sport.sport.clone());
    }
    sessions
}

/// The last session that has started; before the first has, the first.
fn session_at(sessions: &[SportStart], time: u32) -> usize {
    sessions.partition_point(|session| session.start <= Some(time)).saturating_sub(1)
}

/// When the timer stood still.
struct TimerPauses {
    /// Sorted.
    stops: Vec<u32>,
    /// Sorted.
    restarts: Vec<u32>,
}

impl TimerPauses {
    fn new(mut timer: Vec<TimerEvent>) -> Self {
        let mut pauses = Self { stops: Vec::new(), restarts: Vec::new() };
        // Apps may write all events in front of or behind the records. Stable: events of the same second keep their order.
        timer.sort_by_key(|event| event.time);
        let mut stopped = None;
        for event in timer {
            match (stopped, event.starts) {
                (None, false) => stopped = Some(event.time),
                (Some(stop), true) => {
                    if event.time > stop {
                        pauses.stops.push(stop);
                        pauses.restarts.push(event.time);
                    }
                    stopped = None;
                }
                _ => {}
            }
        }
        pauses.stops.extend(stopped);
        pauses
    }

    /// Says whether the timer was stopped after the first moment or restarted up to the second. Some devices go on
    /// recording while it stands still: those points are a segment of their own.
    fn separate(&self, first: Option<u32>, second: Option<u32>) -> bool {
        let (Some(first), Some(second)) = (first, second) else { return false };
        let at_or_after_first = self.stops.partition_point(|stop| *stop < first);
        let after_first = self.restarts.partition_point(|restart| *restart <= first);
        self.stops.get(at_or_after_first).is_some_and(|stop| *stop < second)
            || self.restarts.get(after_first).is_some_and(|restart| *restart <= second)
    }
}

fn push_bounded<T>(list: &mut Vec<T>, excess: &mut u64, entry: T) {
    if list.len() < MAX_ENTRIES {
        list.push(entry);
    } else {
        *excess += 1;
    }
}

fn sport(fields: &Fields, sport: u8, sub_sport: u8) -> Option<String> {
    let value = |number| integer(fields, number).and_then(|value| u8::try_from(value).ok());
    value(sport).map(|sport| names::sport(sport, value(sub_sport)))
}

fn text(fields: &Fields, number: u8) -> Option<String> {
    match fields.get(&number) {
        Some(Value::String(text)) => tidy_name(text),
        _ => None,
    }
}

/// A field as an integer; `None` when it is absent or no integer.
fn integer(fields: &Fields, number: u8) -> Option<i64> {
    fields.get(&number)?.try_into().ok()
}

/// As stored of a point, if it fits.
fn finite_f32(value: f64) -> Option<f32> {
    Some(value as f32).filter(|value| value.is_finite())
}
