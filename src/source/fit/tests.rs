//! Tests with FIT files written byte by byte.

use super::*;
use crate::activity::{Activity, Point};
use crate::source::parse;
use proptest::prelude::*;

const EPOCH_S: i64 = 631_065_600;

/// A FIT time that every reader takes for a date.
pub(super) const T0: u32 = 1_000_000_000;

// Base types of the FIT protocol.
const ENUM: u8 = 0x00;
const UINT8: u8 = 0x02;
const STRING: u8 = 0x07;
const UINT16: u8 = 0x84;
const SINT32: u8 = 0x85;
const UINT32: u8 = 0x86;

#[derive(Clone, Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    pub(super) big_endian: bool,
}

impl Writer {
    fn u16_bytes(&self, value: u16) -> [u8; 2] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn u32_bytes(&self, value: u32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Writes a definition; each field is number, size and base type.
    pub(super) fn define(&mut self, local: u8, global: u16, fields: &[[u8; 3]]) -> &mut Self {
        let global = self.u16_bytes(global);
        self.bytes.extend([0x40 | local, 0, u8::from(self.big_endian), global[0], global[1], fields.len() as u8]);
        self.bytes.extend(fields.as_flattened());
        self
    }

    pub(super) fn data(&mut self, local: u8, fields: &[&[u8]]) -> &mut Self {
        self.bytes.push(local);
        fields.iter().for_each(|field| self.bytes.extend(*field));
        self
    }

    pub(super) fn define_record(&mut self) -> &mut Self {
        self.define(0, 20, &[[253, 4, UINT32], [0, 4, SINT32], [1, 4, SINT32]])
    }

    pub(super) fn record(&mut self, time: u32, lat: i32) -> &mut Self {
        let (time, lat, lon) = (self.u32_bytes(time), self.u32_bytes(lat as u32), self.u32_bytes(0));
        self.data(0, &[&time, &lat, &lon])
    }

    fn define_event(&mut self) -> &mut Self {
        self.define(1, 21, &[[253, 4, UINT32], [0, 1, ENUM], [1, 1, ENUM]])
    }

    fn event(&mut self, time: u32, kind: u8) -> &mut Self {
        let time = self.u32_bytes(time);
        self.data(1, &[&time, &[0], &[kind]])
    }

    fn define_session(&mut self) -> &mut Self {
        self.define(2, 18, &[[253, 4, UINT32], [2, 4, UINT32], [5, 1, ENUM], [6, 1, ENUM]])
    }

    fn session(&mut self, start: u32, sport: u8, sub_sport: u8) -> &mut Self {
        let (end, start) = (self.u32_bytes(T0 + 1_000_000), self.u32_bytes(start));
        self.data(2, &[&end, &start, &[sport], &[sub_sport]])
    }

    pub(super) fn file(&self) -> Vec<u8> {
        let mut file = vec![14, 0x20, 0, 0];
        file.extend((self.bytes.len() as u32).to_le_bytes());
        file.extend(b".FIT\0\0");
        file.extend(&self.bytes);
        file.extend(crc::crc16(&file).to_le_bytes());
        file
    }

    fn read(&self) -> ParsedFile {
        parse(&self.file()).unwrap()
    }
}

/// Latitudes in semicircles by activity and segment.
fn lats(parsed: &ParsedFile) -> Vec<Vec<Vec<i64>>> {
    let segment = |points: &Vec<Point>| points.iter().map(|point| (point.lat / 180.0 * 2f64.powi(31)) as i64).collect();
    parsed.activities.iter().map(|activity| activity.segments.iter().map(segment).collect()).collect()
}

#[test]
fn every_value_of_a_record_in_either_byte_order() {
    for big_endian in [false, true] {
        let mut fit = Writer { big_endian, ..Writer::default() };
        let fields = [
            [253, 4, UINT32],
            [0, 4, SINT32],
            [1, 4, SINT32],
            [2, 2, UINT16],
            [99, 3, UINT8],
            [3, 1, UINT8],
            [6, 2, UINT16],
            [73, 4, UINT32],
            [78, 4, UINT32],
        ];
        fit.define(5, 20, &fields);
        let (time, lat, lon) = (fit.u32_bytes(T0), fit.u32_bytes(1 << 29), fit.u32_bytes(-(1i32 << 30) as u32));
        let (altitude, speed) = (fit.u16_bytes(3000), fit.u16_bytes(2500));
        let (none, enhanced_speed, enhanced_altitude) =
            (fit.u32_bytes(u32::MAX), fit.u32_bytes(4500), fit.u32_bytes(3500));
        fit.data(5, &[&time, &lat, &lon, &altitude, &[1, 2, 3], &[140], &speed, &none, &none]);
        fit.data(5, &[&time, &lat, &lon, &altitude, &[1, 2, 3], &[255], &speed, &enhanced_speed, &enhanced_altitude]);
        let plain = Point {
            time_ms: Some((i64::from(T0) + EPOCH_S) * 1000),
            elevation_m: Some(100.0),
            speed_mps: Some(2.5),
            heart_rate_bpm: Some(140),
            ..Point::at(45.0, -90.0)
        };
        let enhanced = Point { elevation_m: Some(200.0), speed_mps: Some(4.5), heart_rate_bpm: None, ..plain };
        assert_eq!(fit.read().activities[0].segments, [vec![plain, enhanced]]);
    }
}

#[test]
fn records_without_position_or_date() {
    let mut fit = Writer::default();
    fit.define_record().record(5, 1).record(T0, i32::MAX).record(T0 + 1, 2);
    let parsed = fit.read();
    let times: Vec<_> = parsed.activities[0].points().map(|point| point.time_ms.is_some()).collect();
    assert_eq!((times, parsed.points_without_position), (vec![false, true], 1));
}

#[test]
fn compressed_times_roll_over_and_follow_every_message() {
    let mut fit = Writer::default();
    fit.define(0, 20, &[[0, 4, SINT32], [1, 4, SINT32]]).define(1, 9999, &[[253, 4, UINT32]]);
    let base = T0 & !31;
    let data = |fit: &mut Writer, first: u8| {
        fit.bytes.push(first);
        fit.bytes.extend([1, 0, 0, 0, 2, 0, 0, 0]);
    };
    data(&mut fit, 0x80 | 7);
    let time = fit.u32_bytes(base + 30);
    fit.data(1, &[&time]);
    for offset in [30, 31, 1, 1, 0] {
        data(&mut fit, 0x80 | offset);
    }
    let times: Vec<_> = fit.read().activities[0].points().map(|point| point.time_ms).collect();
    let at = |offset: u32| Some((i64::from(base + offset) + EPOCH_S) * 1000);
    assert_eq!(times, [None, at(30), at(31), at(33), at(33), at(64)]);
}

#[test]
fn timer_events_split_segments_wherever_they_are_stored() {
    let records = |fit: &mut Writer| {
        fit.define_record();
        for (time, lat) in [(0, 1), (10, 2), (20, 3), (30, 4), (40, 5), (50, 6)] {
            fit.record(T0 + time, lat);
        }
    };
    let events = |fit: &mut Writer| {
        fit.define_event();
        // Started; stopped from 10 to 20; stopped and restarted within 25; stopped from 30 to 50 while recording
        // continues.
        for (time, kind) in [(0, 0), (10, 4), (20, 0), (25, 1), (25, 0), (30, 9), (50, 0), (50, 4)] {
            fit.event(T0 + time, kind);
        }
    };
    let (mut before, mut after) = (Writer::default(), Writer::default());
    events(&mut before);
    records(&mut before);
    records(&mut after);
    events(&mut after);
    for fit in [before, after] {
        assert_eq!(lats(&fit.read()), [vec![vec![1, 2], vec![3, 4], vec![5], vec![6]]]);
    }
}

#[test]
fn each_session_is_an_activity_in_order_of_its_start() {
    let mut fit = Writer::default();
    fit.define_record();
    (0..6).for_each(|n| {
        fit.record(T0 + 10 * n, n as i32 + 1);
    });
    fit.define_session().session(T0 + 40, 1, 0).session(T0 + 5, 5, 18).session(T0 + 20, 2, 7);
    let parsed = fit.read();
    let sports: Vec<_> = parsed.activities.iter().map(|activity| activity.sport.as_str()).collect();
    assert_eq!(sports, ["swimming/open_water", "cycling/road", "running"]);
    assert_eq!(lats(&parsed), [vec![vec![1, 2]], vec![vec![3, 4]], vec![vec![5, 6]]]);
}

#[test]
fn the_sport_message_replaces_a_missing_session() {
    let mut fit = Writer::default();
    fit.define(3, 12, &[[0, 1, ENUM], [1, 1, ENUM]]).data(3, &[&[2], &[8]]).define_record().record(T0, 1);
    assert_eq!(fit.read().activities[0].sport, "cycling/mountain");
}

#[test]
fn developer_and_misdeclared_fields_are_skipped() {
    let mut fit = Writer::default();
    // A heart rate of one byte with a 32-bit type, an array for a single value, and two undescribed developer fields,
    // one of size 0.
    fit.define(0, 20, &[[3, 1, UINT32], [0, 4, SINT32], [1, 4, SINT32], [6, 4, UINT16]]);
    fit.bytes[0] |= 0x20;
    fit.bytes.extend([2, 0, 3, 0, 1, 0, 7]);
    fit.data(0, &[&[9], &[1, 0, 0, 0], &[2, 0, 0, 0], &[1, 1, 1, 1], b"dev"]);
    fit.data(0, &[&[9], &[3, 0, 0, 0], &[4, 0, 0, 0], &[1, 1, 1, 1], b"dev"]);
    let parsed = fit.read();
    assert_eq!(lats(&parsed), [vec![vec![1, 3]]]);
    let point = parsed.activities[0].segments[0][0];
    assert_eq!((point.heart_rate_bpm, point.speed_mps), (None, None));
    assert_eq!(parsed.damage, None);
}

#[test]
fn multi_byte_types_without_endian_flag_are_read() {
    let mut fit = Writer::default();
    fit.define(0, 20, &[[253, 4, 0x06], [0, 4, 0x05], [1, 4, 0x05]]).record(T0, 7);
    assert_eq!(lats(&fit.read()), [vec![vec![7]]]);
}

#[test]
fn impossible_values_are_counted_and_the_rest_is_read() {
    let mut fit = Writer::default();
    fit.define(0, 20, &[[0, 4, SINT32], [1, 4, SINT32], [78, 8, 0x89], [3, 2, UINT16]]);
    let place = [1, 0, 0, 0];
    fit.data(0, &[&place, &place, &1e300f64.to_le_bytes(), &[44, 1]]);
    fit.data(0, &[&place, &place, &f64::INFINITY.to_le_bytes(), &[255, 255]]);
    fit.data(0, &[&place, &place, &3000f64.to_le_bytes(), &[60, 0]]);
    let parsed = fit.read();
    let values = |point: &Point| (point.elevation_m, point.heart_rate_bpm);
    let values: Vec<_> = parsed.activities[0].points().map(values).collect();
    assert_eq!(values, [(None, None), (None, None), (Some(100.0), Some(60))]);
    assert_eq!(parsed.bad_values, 2);
}

#[test]
fn the_file_id_decides_type_device_and_refusal() {
    let with_id = |kind: u8| {
        let mut fit = Writer::default();
        fit.define(4, 0, &[[0, 1, ENUM], [1, 2, UINT16], [2, 2, UINT16], [8, 6, STRING]]);
        fit.data(4, &[&[kind], &[1, 0], &[2, 8], b"Edge\0x"]);
        fit
    };
    let skip_of = |kind: u8| parse(&with_id(kind).file()).unwrap_err();
    assert_eq!(skip_of(2), Skip::NotRecording("a FIT settings file".into()));
    assert_eq!(skip_of(32), Skip::NotRecording("a FIT monitoring b file".into()));
    assert_eq!(skip_of(200), Skip::NotRecording("a FIT 200 file".into()));
    assert_eq!(skip_of(6), Skip::Planned("a course without positions".into()));
    assert!(matches!(skip_of(4), Skip::NoTrack(reason) if reason.contains("indoors")));

    let mut course = with_id(6);
    course.define(3, 31, &[[5, 8, STRING]]).data(3, &[b"Loop\0\0\0\0"]).define_record().record(T0, 1);
    let parsed = course.read();
    assert_eq!((parsed.course, parsed.device.as_deref()), (true, Some("garmin Edge")));
    assert_eq!((parsed.activities[0].name.as_deref(), parsed.activities[0].planned), (Some("Loop"), true));
    assert!(matches!(parse(&Writer::default().file()), Err(Skip::NoTrack(_))));
}

#[test]
fn chained_files_are_separate_activities() {
    let mut fit = Writer::default();
    fit.define_record().record(T0, 1);
    let mut settings = Writer::default();
    settings.define(4, 0, &[[0, 1, ENUM]]).data(4, &[&[2]]);
    let parsed = parse(&[fit.file(), settings.file(), fit.file()].concat()).unwrap();
    assert_eq!(lats(&parsed), [vec![vec![1]], vec![vec![1]]]);
    assert_eq!(parsed.damage, None);
}

#[test]
fn an_undefined_message_ends_only_its_own_file() {
    let mut broken = Writer::default();
    broken.define_record().record(T0, 1).data(9, &[b"?"]).record(T0, 2);
    let mut sound = Writer::default();
    sound.define_record().record(T0, 3);
    let parsed = parse(&[broken.file(), sound.file()].concat()).unwrap();
    assert_eq!(lats(&parsed), [vec![vec![1]], vec![vec![3]]]);
    let damage = parsed.damage.unwrap();
    assert_eq!((damage.more, damage.points), (0, 2));
}

#[test]
fn damage_of_many_chained_files_is_counted() {
    let mut chained = Vec::new();
    for records in 0..100 {
        let mut fit = Writer::default();
        fit.define_record();
        (0..records).for_each(|_| {
            fit.record(T0, 1);
        });
        fit.data(9, &[b"?"]);
        chained.extend(fit.file());
    }
    let parsed = parse(&chained).unwrap();
    let damage = parsed.damage.unwrap();
    assert!(damage.cause.contains("has no definition"), "{damage:?}");
    assert_eq!((damage.more, damage.points, damage.bytes), (99, (0..100).sum(), chained.len() as u64));
}

#[test]
fn a_long_device_name_is_truncated() {
    let mut fit = Writer::default();
    fit.define(4, 0, &[[1, 2, UINT16], [8, 255, STRING]]).data(4, &[&[1, 0], &[b'x'; 255]]);
    fit.define_record().record(T0, 1);
    assert_eq!(fit.read().device.unwrap().len(), crate::source::collector::MAX_NAME_CHARS);
}

/// A ride with all used messages.
fn ride() -> Writer {
    let mut fit = Writer::default();
    fit.define(4, 0, &[[0, 1, ENUM], [1, 2, UINT16]]).data(4, &[&[4], &[1, 0]]);
    fit.define_record().define_event().define_session().event(T0, 0);
    for n in 0..20 {
        fit.record(T0 + n, n as i32 + 1);
    }
    fit.event(T0 + 9, 4).event(T0 + 12, 0).session(T0, 2, 0);
    fit
}

fn flat(activities: &[Activity]) -> Vec<Point> {
    activities.iter().flat_map(|activity| activity.points().copied()).collect()
}

#[test]
fn a_truncated_file_gives_the_points_before_the_cut() {
    let whole = ride().file();
    let all = flat(&parse(&whole).unwrap().activities);
    let mut lengths = Vec::new();
    for end in 0..whole.len() {
        match parse(&whole[..end]) {
            Ok(parsed) => {
                let points = flat(&parsed.activities);
                assert_eq!(points, all[..points.len()], "cut at {end}");
                let damage = parsed.damage.unwrap_or_else(|| panic!("cut at {end}"));
                assert_eq!((damage.points, damage.bytes), (points.len() as u64, end as u64));
                lengths.push(points.len());
            }
            Err(skip) => assert!(end < 100, "cut at {end}: {skip}"),
        }
    }
    assert!(lengths.is_sorted());
    assert_eq!((lengths.first(), lengths.last()), (Some(&1), Some(&20)));
}

proptest! {
    #[test]
    fn any_bytes_after_a_header_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let fit = Writer { bytes, big_endian: false };
        let _ = parse(&fit.file());
    }

    #[test]
    fn any_changed_file_is_read_without_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut file = ride().file();
        for (index, byte) in changes {
            let at = index.index(file.len());
            file[at] = byte;
        }
        let _ = parse(&file);
    }
}
