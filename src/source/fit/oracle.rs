//! Test oracle: the points of a FIT file as fitparser alone reads them.

use super::value::value_size;
use crate::activity::Point;
use crate::activity::longitude::wrap_longitude;
use fitparser::de::{DecodeOption, FitDataMessage, FitObject, FitStreamProcessor};
use fitparser::{ErrorKind, Value, profile::MesgNum};
use std::collections::HashMap;
use std::ops::RangeInclusive;

const TIMESTAMP: u8 = 253;
const TIMESTAMP_BASE_TYPE: u8 = 0x86;

/// Base types as the protocol writes them; fitparser reads any other as bytes.
const BASE_TYPES: [u8; 17] =
    [0x00, 0x01, 0x02, 0x83, 0x84, 0x85, 0x86, 0x07, 0x88, 0x89, 0x0A, 0x8B, 0x8C, 0x0D, 0x8E, 0x8F, 0x90];

/// Points of all records with a position, in file order. `None` if fitparser cannot read the file, or if the file is
/// ambiguous, so that two correct readers may differ: repeated fields, sizes that do not fit the type, times of an
/// unusual type.
pub fn points(mut bytes: &[u8]) -> Option<Vec<Point>> {
    let mut processor = FitStreamProcessor::new();
    processor.add_option(DecodeOption::SkipHeaderCrcValidation);
    processor.add_option(DecodeOption::SkipDataCrcValidation);
    let mut points = Vec::new();
    let mut clock = None;
    let mut developer_types = HashMap::new();
    // Bytes to the end of the messages of the current file.
    let mut remaining = 0;
    while !bytes.is_empty() {
        // A truncated last message extends into the checksum of two bytes, and perhaps beyond.
        let is_last = remaining > 0 && bytes.len() == remaining + 2;
        let (rest, object) = match processor.deserialize_next(bytes) {
            Ok(next) => next,
            Err(error) => return (is_last && matches!(*error, ErrorKind::UnexpectedEof(_))).then_some(points),
        };
        let consumed = &bytes[..bytes.len() - rest.len()];
        bytes = rest;
        if remaining > 0 {
            match remaining.checked_sub(consumed.len()) {
                Some(rest) => remaining = rest,
                None => return is_last.then_some(points),
            }
        }
        match object {
            FitObject::Header(header) if usize::from(header.header_size()) == consumed.len() => {
                remaining = header.data_size() as usize;
            }
            FitObject::Header(_) => return None,
            FitObject::Crc(_) => {
                processor.reset();
                clock = None;
                developer_types.clear();
            }
            FitObject::DefinitionMessage(_) => is_unambiguous(consumed, &developer_types).then_some(())?,
            FitObject::DataMessage(message) => {
                let time = time(&message, clock);
                clock = time.or(clock);
                match MesgNum::from(message.global_message_number()) {
                    MesgNum::Record => points.extend(point(&message, time)),
                    MesgNum::FieldDescription => {
                        let member = |number| byte(message.fields.get(&number)?);
                        let previous = developer_types.insert((member(0)?, member(1)?), member(2)?);
                        if previous.is_some() {
                            return None;
                        }
                        processor.decode_message(message).ok()?;
                    }
                    _ => {}
                }
            }
        }
    }
    Some(points)
}

/// Returns true if both lists hold the same points, bit for bit, in any order: readers sort sessions by start.
pub fn same_points<'a>(a: impl Iterator<Item = &'a Point>, b: impl Iterator<Item = &'a Point>) -> bool {
    let bits = |point: &Point| {
        let Point { lat, lon, time_ms, elevation_m, speed_mps, heart_rate_bpm, .. } = *point;
        let Point { power_w, cadence_rpm, temperature_c, .. } = *point;
        let bits = |value: Option<f32>| value.map(f32::to_bits);
        let values = (bits(elevation_m), bits(speed_mps), heart_rate_bpm, power_w, cadence_rpm, temperature_c);
        (lat.to_bits(), lon.to_bits(), time_ms, values)
    };
    let (mut a, mut b): (Vec<_>, Vec<_>) = (a.map(bits).collect(), b.map(bits).collect());
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

/// Returns true if a definition has a single meaning. `developer_types` holds the base types of described developer
/// fields by developer index and field number.
fn is_unambiguous(definition: &[u8], developer_types: &HashMap<(u8, u8), u8>) -> bool {
    let (fields, rest) = definition[6..].split_at(3 * usize::from(definition[5]));
    let developer_fields = rest.get(1..).unwrap_or_default();
    let fits = |size: u8, base_type: u8| {
        BASE_TYPES.contains(&base_type) && value_size(base_type).is_none_or(|one| size.is_multiple_of(one))
    };
    let mut found = [false; 256];
    fields.as_chunks().0.iter().all(|&[number, size, base_type]| {
        let repeated = std::mem::replace(&mut found[usize::from(number)], true);
        let unusual_time = number == TIMESTAMP && (size, base_type) != (4, TIMESTAMP_BASE_TYPE);
        !repeated && !unusual_time && fits(size, base_type)
    }) && developer_fields.as_chunks().0.iter().all(|&[number, size, index]| {
        developer_types.get(&(index, number)).is_some_and(|base_type| fits(size, *base_type))
    })
}

/// Time of a message: its own, or `clock` advanced to its compressed time.
fn time(message: &FitDataMessage, clock: Option<u32>) -> Option<u32> {
    if let Some(Value::UInt32(time)) = message.fields.get(&TIMESTAMP) {
        return Some(*time);
    }
    let low = u32::from(message.time_offset()?);
    let clock = clock?;
    let later = if low < clock % 32 { 32 } else { 0 };
    Some((clock - clock % 32).wrapping_add(low + later))
}

fn point(message: &FitDataMessage, time: Option<u32>) -> Option<Point> {
    let number = |field| -> Option<f64> { message.fields.get(&field)?.clone().try_into().ok() };
    // The plausible values, stated again. FIT's 16 bits hold no speed of 655.35 m/s, and 65.535 m/s only in wider
    // fields.
    let metres = |value: f64| (-499.9995..=9000.0).contains(&value).then_some(value as f32);
    let speed = |value: f64| {
        let is_no_value = [65_535.0, 655_350.0].iter().any(|no_value| (value - no_value).abs() < 0.5);
        ((0.0..=1_000_000.0).contains(&value) && !is_no_value).then_some((value / 1000.0) as f32)
    };
    let whole =
        |value: Option<f64>, range: RangeInclusive<f64>| value.map(f64::round).filter(|value| range.contains(value));
    let degrees = |semicircles: f64| semicircles * (180.0 / 2f64.powi(31));
    Some(Point {
        lat: degrees(number(0)?),
        lon: wrap_longitude(degrees(number(1)?)),
        time_ms: time.filter(|time| *time >= 1 << 28).map(|time| (i64::from(time) + 631_065_600) * 1000),
        elevation_m: number(78).or_else(|| number(2)).and_then(|altitude| metres(altitude / 5.0 - 500.0)),
        speed_mps: number(73).or_else(|| number(6)).and_then(speed),
        heart_rate_bpm: whole(number(3), 1.0..=254.0).map(|rate| rate as u8),
        power_w: whole(number(7), 0.0..=3000.0).map(|power| power as u16),
        cadence_rpm: whole(number(4), 0.0..=254.0).map(|cadence| cadence as u8),
        temperature_c: whole(number(13), -60.0..=80.0).map(|degrees| degrees as i8),
    })
}

fn byte(value: &Value) -> Option<u8> {
    let value: i64 = value.try_into().ok()?;
    value.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{T0, Writer};
    use super::*;
    use crate::source::parse;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Fields by number with the base type that devices use; some are not read.
    const USUAL_FIELDS: [(u8, u8); 13] = [
        (0, 0x85),
        (1, 0x85),
        (2, 0x84),
        (78, 0x86),
        (6, 0x84),
        (73, 0x86),
        (3, 0x02),
        (7, 0x84),
        (4, 0x02),
        (13, 0x01),
        (TIMESTAMP, TIMESTAMP_BASE_TYPE),
        (5, 0x86),
        (200, 0x07),
    ];

    /// A definition without repeated fields, and well-formed messages.
    #[derive(Clone, Debug)]
    struct Records {
        big_endian: bool,
        fields: Vec<[u8; 3]>,
        /// Size and base type.
        developer_fields: Vec<[u8; 2]>,
        messages: Vec<Message>,
    }

    /// Low bits of a compressed time, and content of the fields.
    type Message = (Option<u8>, Vec<FieldBytes>);

    #[derive(Clone, Copy, Debug)]
    enum FieldBytes {
        Bytes([u8; 8]),
        /// Bytes of the invalid value of some base type.
        Invalid {
            first: u8,
            others: u8,
        },
    }

    fn any_field_bytes() -> impl Strategy<Value = FieldBytes> {
        let invalid = |(first, others)| FieldBytes::Invalid { first, others };
        prop_oneof![
            4 => any::<[u8; 8]>().prop_map(FieldBytes::Bytes),
            1 => prop::sample::select(vec![(0xFF, 0xFF), (0x7F, 0xFF), (0, 0)]).prop_map(invalid),
        ]
    }

    fn size(base_type: u8, values: u8) -> u8 {
        values * value_size(base_type).unwrap_or(3)
    }

    fn any_records() -> impl Strategy<Value = Records> {
        let of_any_type = (prop::sample::select(&BASE_TYPES[..]), prop_oneof![4 => Just(1), 1 => 0..4u8]);
        let usual = prop::sample::subsequence(&USUAL_FIELDS[2..], 0..=11);
        let odd = (prop::sample::subsequence(&USUAL_FIELDS[..10], 0..=4), of_any_type.clone());
        let fields = (usual, odd).prop_map(|(usual, (odd, (base_type, values)))| {
            let odd_one = |number: u8| odd.iter().any(|(odd, _)| *odd == number);
            let fields = USUAL_FIELDS[..2].iter().chain(&usual);
            fields
                .map(|&(number, usual)| match odd_one(number) {
                    true => [number, size(base_type, values), base_type],
                    false => [number, size(usual, 1), usual],
                })
                .collect::<Vec<_>>()
        });
        let developer_fields =
            vec(of_any_type.prop_map(|(base_type, values)| [size(base_type, values), base_type]), 0..3);
        let messages = vec((proptest::option::of(0..32u8), vec(any_field_bytes(), 15)), 0..6);
        (any::<bool>(), fields.prop_shuffle(), developer_fields, messages).prop_map(
            |(big_endian, fields, developer_fields, messages)| Records {
                big_endian,
                fields,
                developer_fields,
                messages,
            },
        )
    }

    impl Records {
        fn write(&self, fit: &mut Writer) {
            fit.big_endian = self.big_endian;
            fit.define(1, 206, &[[0, 1, 0x02], [1, 1, 0x02], [2, 1, 0x02]]);
            for (number, [_, base_type]) in self.developer_fields.iter().enumerate() {
                fit.data(1, &[&[0, number as u8, *base_type]]);
            }
            let start = fit.bytes.len();
            fit.define(0, 20, &self.fields);
            if !self.developer_fields.is_empty() {
                fit.bytes[start] |= 0x20;
                fit.bytes.push(self.developer_fields.len() as u8);
                fit.bytes
                    .extend(self.developer_fields.iter().enumerate().flat_map(|(n, [size, _])| [n as u8, *size, 0]));
            }
            let sizes = self.fields.iter().map(|[_, size, _]| size);
            let sizes: Vec<u8> = sizes.chain(self.developer_fields.iter().map(|[size, _]| size)).copied().collect();
            for (low, field_bytes) in &self.messages {
                fit.bytes.push(low.map_or(0, |low| 0x80 | low));
                for (size, bytes_of_field) in sizes.iter().zip(field_bytes) {
                    match bytes_of_field {
                        FieldBytes::Bytes(bytes) => fit.bytes.extend(bytes.iter().cycle().take((*size).into())),
                        FieldBytes::Invalid { first, others } => {
                            let mut bytes = vec![*others; (*size).into()];
                            let first_at = if self.big_endian { 0 } else { bytes.len().saturating_sub(1) };
                            bytes.get_mut(first_at).into_iter().for_each(|byte| *byte = *first);
                            fit.bytes.extend(bytes);
                        }
                    }
                }
            }
        }
    }

    fn ours(file: &[u8]) -> Vec<Point> {
        let activities = parse(file).map(|parsed| parsed.activities).unwrap_or_default();
        activities.iter().flat_map(|activity| activity.points().copied()).collect()
    }

    proptest! {
        #[test]
        fn fitparser_reads_the_same_points(files in vec(any_records(), 1..3)) {
            let mut chained = Vec::new();
            for records in files {
                let mut fit = Writer::default();
                records.write(&mut fit);
                chained.extend(fit.file());
            }
            let theirs = points(&chained).expect("fitparser reads well-formed files");
            let ours = ours(&chained);
            prop_assert!(same_points(ours.iter(), theirs.iter()), "ours: {:?}\ntheirs: {:?}", ours, theirs);
        }
    }

    /// Ensures that the comparison above has points to compare.
    #[test]
    fn generated_files_have_points_with_every_value() {
        use proptest::strategy::ValueTree;
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut found = [0; 8];
        for _ in 0..400 {
            let mut fit = Writer::default();
            any_records().new_tree(&mut runner).unwrap().current().write(&mut fit);
            for point in points(&fit.file()).unwrap() {
                let sensors = [
                    point.elevation_m.is_some(),
                    point.speed_mps.is_some(),
                    point.heart_rate_bpm.is_some(),
                    point.power_w.is_some(),
                    point.cadence_rpm.is_some(),
                    point.temperature_c.is_some(),
                ];
                let stated = [true, point.time_ms.is_some()].into_iter().chain(sensors);
                found.iter_mut().zip(stated).for_each(|(count, stated)| *count += u32::from(stated));
            }
        }
        assert!(found.iter().all(|count| *count > 50), "{found:?}");
    }

    #[test]
    fn the_comparison_detects_differences_and_ignores_order() {
        let whole = Point {
            time_ms: Some(1),
            elevation_m: Some(2.0),
            speed_mps: Some(3.0),
            heart_rate_bpm: Some(4),
            power_w: Some(7),
            cadence_rpm: Some(8),
            temperature_c: Some(9),
            ..Point::at(5.0, 6.0)
        };
        let differs = |a: &[Point], b: &[Point]| !same_points(a.iter(), b.iter());
        for other in [
            Point { time_ms: None, ..whole },
            Point { elevation_m: Some(2.5), ..whole },
            Point { speed_mps: None, ..whole },
            Point { heart_rate_bpm: Some(5), ..whole },
            Point { power_w: None, ..whole },
            Point { cadence_rpm: Some(7), ..whole },
            Point { temperature_c: Some(-9), ..whole },
            Point { lat: 5.5, ..whole },
            Point { lon: -6.0, ..whole },
        ] {
            assert!(differs(&[whole], &[other]) && !differs(&[whole, other], &[other, whole]), "{other:?}");
            assert!(differs(&[whole, whole, other], &[whole, other, other]));
        }
        assert!(differs(&[whole], &[]) && differs(&[whole], &[whole, whole]));
    }

    #[test]
    fn a_changed_record_is_detected() {
        let mut fit = Writer::default();
        fit.define_record().record(T0, 1).record(T0 + 1, 2);
        let sound = fit.file();
        assert!(same_points(ours(&sound).iter(), points(&sound).unwrap().iter()));
        let last_lat = sound.len() - 2 - 8;
        let mut changed = sound.clone();
        changed[last_lat] += 1;
        assert!(!same_points(ours(&changed).iter(), points(&sound).unwrap().iter()));
    }

    #[test]
    fn a_truncated_message_is_a_point_to_neither() {
        let mut fit = Writer::default();
        fit.define_record().record(T0, 1).record(T0 + 1, 2);
        for fewer in 1..=12 {
            fit.bytes.pop();
            let file = fit.file();
            assert_eq!((points(&file).unwrap().len(), ours(&file).len()), (1, 1), "{fewer} bytes fewer");
            assert_eq!(points(&[file.clone(), file].concat()), None);
        }
    }

    #[test]
    fn ambiguous_files_are_not_compared() {
        for fields in [
            &[[0, 4, 0x85], [1, 4, 0x85], [0, 4, 0x85]][..],
            &[[0, 4, 0x85], [1, 3, 0x85]],
            &[[0, 4, 0x05]],
            &[[TIMESTAMP, 2, 0x84]],
        ] {
            let mut fit = Writer::default();
            fit.define(0, 20, fields);
            assert_eq!(points(&fit.file()), None, "{fields:?}");
        }
        assert_eq!(points(b"\x0Cnot a file"), None);
    }
}
