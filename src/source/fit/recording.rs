//! Messages of one FIT file → activities.
//!
//! Points, sessions, sports and timer events are collected first, because their order in a file varies. Then each point
//! goes to the last session started by its time; a new session, a stop or a restart of the timer begins a new segment.

use super::decoder::{Fields, message_number};
use super::message::Message;
use super::names;
use super::record::Values;
use crate::activity::sensor::{CADENCE_RPM, ELEVATION_M, HEART_RATE_BPM, POWER_W, SPEED_MPS, TEMPERATURE_C};
use crate::activity::{Activity, Point};
use crate::source::collector::{Collector, MAX_POINTS, tidy_name};
use crate::source::skip::Skip;
use fitparser::Value;

/// FIT epoch, 1989-12-31T00:00:00Z, in milliseconds since 1970.
const EPOCH_MS: i64 = 631_065_600_000;

/// Smaller times count seconds since the device was switched on.
const FIRST_ABSOLUTE_TIME: u32 = 0x1000_0000;

const DEGREES_PER_SEMICIRCLE: f64 = 180.0 / (1u32 << 31) as f64;

/// Maximum number of sessions, of sports and of timer events of a file; bounds the memory for hostile files.
const MAX_ENTRIES: usize = 100_000;

/// File type of planned courses.
const COURSE_FILE: u8 = 6;

/// File type of recorded activities.
const ACTIVITY_FILE: u8 = 4;

/// Content of a FIT file so far.
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

/// Start of a session or sport in FIT time, and the sport.
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
    fn add_record(&mut self, time: Option<u32>, values: Values) {
        let [lat, lon, altitude, speed, heart_rate, power, cadence, temperature] = values;
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
            elevation_m: self.plausible(altitude, |value| Some(ELEVATION_M.check(value / 5.0 - 500.0)? as f32)),
            speed_mps: self.plausible(speed, |value| Some(SPEED_MPS.check(value / 1000.0)? as f32)),
            heart_rate_bpm: self.plausible(heart_rate, |value| HEART_RATE_BPM.whole(value)),
            power_w: self.plausible(power, |value| POWER_W.whole(value)),
            cadence_rpm: self.plausible(cadence, |value| CADENCE_RPM.whole(value)),
            temperature_c: self.plausible(temperature, |value| TEMPERATURE_C.whole(value)),
        };
        self.points.push((time, point));
    }

    /// Checks and converts a value, and counts implausible ones.
    #[inline]
    fn plausible<T>(&mut self, stated: Option<f64>, check: impl FnOnce(f64) -> Option<T>) -> Option<T> {
        let value = stated.and_then(check);
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

    pub fn device(&self) -> Option<String> {
        self.device.clone()
    }

    pub fn is_course(&self) -> bool {
        self.file_type == Some(COURSE_FILE)
    }

    pub fn records_without_position(&self) -> u64 {
        self.records_without_position
    }

    pub fn bad_values(&self) -> u64 {
        self.bad_values
    }

    /// Sentence about damage by entries beyond [`MAX_ENTRIES`].
    pub fn overflow(&self) -> Option<String> {
        let excess = self.excess_entries;
        (excess > 0).then(|| {
            format!("{excess} sessions, sports or timer events beyond the first {MAX_ENTRIES} of each were ignored")
        })
    }

    /// Reason to skip the file if no record has a position.
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

    /// Passes on an activity for each session with a position.
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

/// Sessions by start, at least one. A session without a sport gets the sport of the last sport message before its
/// start. If there are several sessions, those without a start are dropped.
fn order_sessions(mut sessions: Vec<SportStart>, mut sports: Vec<SportStart>) -> Vec<SportStart> {
    if sessions.len() > 1 {
        sessions.retain(|session| session.start.is_some());
    }
    if sessions.is_empty() {
        // Sessions are written last, so a truncated file has only its sport messages.
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

/// Index of the last session started by `time`, or of the first session.
fn session_at(sessions: &[SportStart], time: u32) -> usize {
    sessions.partition_point(|session| session.start <= Some(time)).saturating_sub(1)
}

/// Times of the timer's stops and restarts, sorted.
struct TimerPauses {
    stops: Vec<u32>,
    restarts: Vec<u32>,
}

impl TimerPauses {
    fn new(mut timer: Vec<TimerEvent>) -> Self {
        let mut pauses = Self { stops: Vec::new(), restarts: Vec::new() };
        // Apps may write all events before or after the records. The stable sort keeps the order of events in one
        // second.
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

    /// Returns true if the timer stopped or restarted between two points. Some devices record while the timer is
    /// stopped; those points form their own segment.
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

/// `None` if the field is absent or not an integer.
fn integer(fields: &Fields, number: u8) -> Option<i64> {
    fields.get(&number)?.try_into().ok()
}
