//! An activity in three blobs: its places, what its sensors said, and what was made of its points for drawing.
//!
//! All that a source gave is kept, before tidying. The marks say of every point whether it was dropped, whether a line
//! begins with it, and from which pixel zoom on it matters: so drawing needs neither tidying nor simplifying again.

use crate::activity::{Activity, Point, Segment};
use crate::bytes::codec::{Damaged, Reader, Writer, unpack};
use crate::collection::visible::Visible;
use crate::duplicates::Sketch;
use crate::engine::geometry::projector::Projector;
use crate::engine::geometry::simplify::{NEVER, Simplify, vertex_zooms};
use crate::engine::geometry::strip::Polyline;

/// To be raised whenever tidying or simplifying changes: marks of another number are made anew.
pub const MARKING: i64 = 4;

const BEGINS_LINE: u8 = 0x80;
const ZOOM: u8 = 0x1f;
/// In place of a zoom: the point is on no line.
const DROPPED: u8 = 30;
/// In place of a zoom: the point lies exactly on its line.
const ON_LINE: u8 = 31;

/// Where the activity was.
pub fn pack_places(activity: &Activity) -> Vec<u8> {
    let mut writer = Writer::default();
    let column = |of: fn(&Point) -> f64| activity.points().map(of).collect::<Vec<f64>>();
    writer.number(activity.segments.len() as u64);
    activity.segments.iter().for_each(|segment| writer.number(segment.len() as u64));
    writer.reals(&column(|point| point.lat));
    writer.reals(&column(|point| point.lon));
    writer.pack()
}

/// What else it recorded.
pub fn pack_sensors(activity: &Activity) -> Vec<u8> {
    let mut writer = Writer::default();
    let times = column(&mut writer, activity, |point| point.time_ms);
    writer.integers(&times);
    let elevations = column(&mut writer, activity, |point| point.elevation_m);
    writer.reals(&elevations);
    let speeds = column(&mut writer, activity, |point| point.speed_mps);
    writer.reals(&speeds);
    let rates = column(&mut writer, activity, |point| point.heart_rate_bpm.map(i64::from));
    writer.integers(&rates);
    writer.pack()
}

fn column<T>(writer: &mut Writer, activity: &Activity, of: fn(&Point) -> Option<T>) -> Vec<T> {
    writer.presence(activity.points().map(|point| of(point).is_some()));
    activity.points().filter_map(of).collect()
}

/// The sketch, and what is to be known of every point for drawing visits. Passes, which keep other vertices, are rarer:
/// these are found anew for each map.
pub fn pack_marks(activity: &Activity, tidied: &Visible) -> Vec<u8> {
    let mut kept = tidied.segments.iter().zip(&tidied.lines).flat_map(|(segment, line)| {
        let zooms = vertex_zooms(line, Simplify::SHAPE).into_iter().map(mark);
        let begins = std::iter::once(BEGINS_LINE).chain(std::iter::repeat(0));
        segment.iter().zip(zooms).zip(begins).map(|((point, zoom), begins)| (point, zoom | begins))
    });
    let (mut next, mut marks) = (kept.next(), Vec::new());
    for point in activity.points() {
        // Tidying keeps the order, so the first point that is alike is the one, or as good as it.
        let is_it = |kept: &Point| kept.lat == point.lat && kept.lon == point.lon && kept.time_ms == point.time_ms;
        match next.take_if(|(kept, _)| is_it(kept)) {
            Some((_, mark)) => {
                marks.push(mark);
                next = kept.next();
            }
            None => marks.push(DROPPED),
        }
    }
    debug_assert!(next.is_none(), "tidying gives points of the activity in order");
    let sketch = Sketch::of(&tidied.segments).to_bytes();
    let mut writer = Writer::default();
    writer.number(sketch.len() as u64);
    writer.bytes(sketch);
    writer.bytes(marks);
    writer.pack()
}

fn mark(zoom: u8) -> u8 {
    if zoom == NEVER { ON_LINE } else { zoom }
}

struct Places {
    segments: Vec<usize>,
    lat: Vec<f64>,
    lon: Vec<f64>,
}

impl Places {
    fn unpack(blob: &[u8]) -> Result<Self, Damaged> {
        let bytes = unpack(blob)?;
        let mut reader = Reader(&bytes);
        let segments = reader.count()?;
        let segments: Vec<usize> = (0..segments).map(|_| reader.count()).collect::<Result<_, _>>()?;
        let points = segments.iter().try_fold(0usize, |sum, length| sum.checked_add(*length)).ok_or(Damaged)?;
        Ok(Self { segments, lat: reader.reals(points)?, lon: reader.reals(points)? })
    }
}

/// The lines for drawing visits up to the pixel zoom `finest`: the same as [`Polyline::new`] makes of the tidied points.
///
/// # Errors
/// When the blobs are not what was packed.
pub fn polylines(places: &[u8], marks: &[u8], finest: u8) -> Result<(Vec<Polyline>, Sketch), Damaged> {
    let Places { lat, lon, .. } = Places::unpack(places)?;
    let marks = unpack(marks)?;
    let (sketch, marks) = sketch_and_marks(&marks)?;
    if marks.len() != lat.len() {
        return Err(Damaged);
    }
    let mut projector = Projector::default();
    let starts = (0..marks.len()).filter(|&i| marks[i] & BEGINS_LINE != 0);
    let ends = starts.clone().skip(1).chain([marks.len()]);
    let most = finest.min(DROPPED - 1);
    let line = |(start, end): (usize, usize)| {
        let count = marks[start..end].iter().filter(|&mark| mark & ZOOM <= most).count();
        let wanted = (start..end).map(|i| (i, marks[i] & ZOOM)).filter(|&(_, zoom)| zoom <= most);
        Polyline::of_vertices(count, wanted.map(|(i, zoom)| (projector.project(lon[i], lat[i]), zoom)))
    };
    let polylines: Vec<Polyline> = starts.zip(ends).map(line).collect();
    if polylines.iter().any(|polyline| polyline.points().is_empty()) { Err(Damaged) } else { Ok((polylines, sketch)) }
}

fn sketch_and_marks(bytes: &[u8]) -> Result<(Sketch, &[u8]), Damaged> {
    let mut reader = Reader(bytes);
    let length = reader.count()?;
    Ok((Sketch::from_bytes(reader.bytes(length)?), reader.0))
}

/// The sketch of the points that are on lines.
///
/// # Errors
/// When the blob is not what was packed.
pub fn sketch(marks: &[u8]) -> Result<Sketch, Damaged> {
    Ok(sketch_and_marks(&unpack(marks)?)?.0)
}

/// All points again as the source gave them.
///
/// # Errors
/// When the blobs are not what was packed.
pub fn segments(places: &[u8], sensors: &[u8]) -> Result<Vec<Segment>, Damaged> {
    let Places { segments, lat, lon } = Places::unpack(places)?;
    let mut points: Vec<Point> = lat.into_iter().zip(lon).map(|(lat, lon)| Point::at(lat, lon)).collect();
    let bytes = unpack(sensors)?;
    let mut reader = Reader(&bytes);
    let whole: ReadColumn<i64> = |reader, count| reader.integers(count);
    spread(&mut reader, &mut points, whole, |point, value| point.time_ms = Some(value))?;
    spread(
        &mut reader,
        &mut points,
        |reader, count| reader.reals(count),
        |point, value| point.elevation_m = Some(value),
    )?;
    spread(
        &mut reader,
        &mut points,
        |reader, count| reader.reals(count),
        |point, value| point.speed_mps = Some(value),
    )?;
    spread(&mut reader, &mut points, whole, |point, value| point.heart_rate_bpm = u8::try_from(value).ok())?;
    let mut points = points.into_iter();
    Ok(segments.into_iter().map(|length| points.by_ref().take(length).collect()).collect())
}

type ReadColumn<T> = fn(&mut Reader<'_>, usize) -> Result<Vec<T>, Damaged>;

fn spread<T>(
    reader: &mut Reader<'_>,
    points: &mut [Point],
    read: ReadColumn<T>,
    set: fn(&mut Point, T),
) -> Result<(), Damaged> {
    let present = reader.presence(points.len())?;
    let values = read(reader, present.iter().filter(|is| **is).count())?;
    let those = points.iter_mut().zip(present).filter(|(_, is)| *is);
    those.zip(values).for_each(|((point, _), value)| set(point, value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::visible::whole;
    use proptest::prelude::*;

    fn point() -> impl Strategy<Value = Point> {
        let place = prop_oneof![
            (46_000_000i32..46_010_000, 7_000_000i32..7_010_000).prop_map(|(a, b)| (a.into(), b.into())),
            (any::<f64>(), any::<f64>()),
            Just((0.0, 0.0)),
            (-100e6..100e6f64, -200e6..200e6f64),
        ];
        let sensors = (any::<Option<i32>>(), any::<Option<f32>>(), any::<Option<f32>>(), any::<Option<u8>>());
        (place, sensors).prop_map(|((lat, lon), (time, elevation_m, speed_mps, heart_rate_bpm)): ((f64, f64), _)| {
            Point {
                lat: lat / 1e6,
                lon: lon / 1e6,
                time_ms: time.map(i64::from),
                elevation_m,
                speed_mps,
                heart_rate_bpm,
            }
        })
    }

    fn activity() -> impl Strategy<Value = Activity> {
        let segments = prop::collection::vec(prop::collection::vec(point(), 0..60), 0..4);
        segments.prop_map(|segments| Activity { segments, ..Activity::default() })
    }

    /// So that what is not a number equals itself.
    fn bits(segments: &[Segment]) -> Vec<Vec<[u64; 4]>> {
        let float = |value: Option<f32>| value.map_or(u64::MAX, |value| value.to_bits().into());
        let of = |point: &Point| {
            let rest = format!("{:?} {:?}", point.time_ms, point.heart_rate_bpm);
            let rest = rest.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()));
            let sensors = float(point.elevation_m).rotate_left(32) ^ float(point.speed_mps);
            [point.lat.to_bits(), point.lon.to_bits(), sensors, rest]
        };
        segments.iter().map(|segment| segment.iter().map(of).collect()).collect()
    }

    proptest! {
        #[test]
        fn points_come_back_bit_for_bit(activity in activity()) {
            let again = segments(&pack_places(&activity), &pack_sensors(&activity)).expect("what was packed");
            prop_assert_eq!(bits(&again), bits(&activity.segments));
        }

        #[test]
        fn what_is_drawn_is_the_same_as_without_blobs(activity in activity(), finest in 0u8..=24) {
            if let Some(tidied) = whole(&activity).0 {
                let (places, marks) = (pack_places(&activity), pack_marks(&activity, &tidied));
                let direct: Vec<Polyline> = tidied.lines.iter().map(|line| Polyline::new(line, finest)).collect();
                let sketch = Sketch::of(&tidied.segments);
                prop_assert_eq!(super::sketch(&marks), Ok(sketch.clone()));
                prop_assert_eq!(polylines(&places, &marks, finest), Ok((direct, sketch)));
            }
        }

        #[test]
        fn damage_is_noticed_or_harmless(activity in activity(), at in any::<prop::sample::Index>(), with in 1u8..) {
            let mut blobs = [pack_places(&activity), pack_sensors(&activity)];
            for which in 0..2 {
                let (intact, at) = (blobs[which].clone(), at.index(blobs[which].len()));
                blobs[which][at] ^= with;
                if let Ok(again) = segments(&blobs[0], &blobs[1]) {
                    prop_assert_eq!(bits(&again), bits(&activity.segments));
                }
                let _ = polylines(&blobs[0], &blobs[1], 24);
                blobs[which] = intact;
            }
        }
    }

    #[test]
    fn an_hour_takes_few_bytes() {
        let ride = |i: i32| {
            let (t, wobble) = (f64::from(i), f64::from((i * 7919) % 13 - 6));
            Point {
                time_ms: Some(i64::from(i) * 1000),
                elevation_m: Some(((300.0 + (t / 60.0).sin() * 20.0) * 10.0).round() as f32 / 10.0),
                heart_rate_bpm: Some((120.0 + 20.0 * (t / 100.0).sin()) as u8),
                ..Point::at(
                    ((47.0 + t * 5e-5) * 1e7 + wobble * 5.0).round() / 1e7,
                    ((8.0 + (t / 300.0).sin() / 100.0) * 1e7 - wobble * 5.0).round() / 1e7,
                )
            }
        };
        let activity = Activity { segments: vec![(0..3600).map(ride).collect()], ..Activity::default() };
        let tidied = whole(&activity).0.expect("points");
        let bytes = [pack_places(&activity), pack_sensors(&activity), pack_marks(&activity, &tidied)].concat().len();
        assert!(bytes < 7 * 3600, "{bytes}");
    }
}
