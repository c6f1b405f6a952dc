//! Three blobs per activity: positions, sensor values and vertex codes.
//!
//! Positions and sensor values hold every point as its source gave it, before tidying. The vertex codes hold one byte
//! per point, in the same order: whether tidying without privacy dropped the point, whether a polyline starts at the
//! point, and the smallest pixel zoom at which the point is a vertex. Loading therefore skips tidying and
//! simplification: it projects the points whose zoom code is at most the wanted zoom. The sketch precedes the codes.

use crate::activity::longitude::wrap_longitude;
use crate::activity::{Activity, Point, Segment};
use crate::bytes::codec::{ColumnReader, ColumnWriter, DecodeError, unpack};
use crate::collection::visible::VisibleActivity;
use crate::duplicates::Sketch;
use crate::engine::geometry::projector::Projector;
use crate::engine::geometry::simplify::{REDUNDANT, Simplification, vertex_min_zooms};
use crate::engine::geometry::strip::Polyline;

/// Raised whenever tidying or simplification changes, so that older vertex codes are computed again.
pub const SIMPLIFIER_VERSION: i64 = 5;

const STARTS_POLYLINE: u8 = 0x80;
const ZOOM_MASK: u8 = 0x1f;
/// Zoom code of a point on no polyline.
const DROPPED: u8 = 30;
/// Zoom code of a point that is a vertex at no zoom.
const NEVER_VERTEX: u8 = 31;

/// Packs segment lengths, latitudes and longitudes.
pub fn pack_positions(activity: &Activity) -> Vec<u8> {
    let mut writer = ColumnWriter::default();
    let column = |value: fn(&Point) -> f64| activity.points().map(value).collect::<Vec<f64>>();
    writer.varint(activity.segments.len() as u64);
    activity.segments.iter().for_each(|segment| writer.varint(segment.len() as u64));
    writer.floats(&column(|point| point.lat));
    writer.floats(&column(|point| point.lon));
    writer.pack()
}

/// Packs times, elevations, speeds and heart rates.
pub fn pack_sensors(activity: &Activity) -> Vec<u8> {
    let mut writer = ColumnWriter::default();
    let times = column(&mut writer, activity, |point| point.time_ms);
    writer.deltas(&times);
    let elevations = column(&mut writer, activity, |point| point.elevation_m);
    writer.floats(&elevations);
    let speeds = column(&mut writer, activity, |point| point.speed_mps);
    writer.floats(&speeds);
    let rates = column(&mut writer, activity, |point| point.heart_rate_bpm.map(i64::from));
    writer.deltas(&rates);
    writer.pack()
}

fn column<T>(writer: &mut ColumnWriter, activity: &Activity, value: fn(&Point) -> Option<T>) -> Vec<T> {
    writer.run_lengths(activity.points().map(|point| value(point).is_some()));
    activity.points().filter_map(value).collect()
}

/// Packs the sketch and the vertex codes for [`Simplification::SHAPE`]. Other simplifications keep other vertices and
/// start from the points. `tidied` is the activity tidied without privacy.
///
/// An activity that goes beyond the map gets codes without polylines: the ends of its lines at the edge of the map are
/// no points of the file.
pub fn pack_vertex_codes(activity: &Activity, tidied: &VisibleActivity) -> Vec<u8> {
    let codes = match tidied.beyond_points {
        0 => vertex_codes(activity, tidied),
        1.. => vec![DROPPED; activity.points().count()],
    };
    let sketch = Sketch::of_segments(&tidied.segments).to_bytes();
    let mut writer = ColumnWriter::default();
    writer.varint(sketch.len() as u64);
    writer.bytes(sketch);
    writer.bytes(codes);
    writer.pack()
}

fn vertex_codes(activity: &Activity, tidied: &VisibleActivity) -> Vec<u8> {
    let mut tidied_points = tidied.segments.iter().zip(&tidied.projected).flat_map(|(segment, line)| {
        let zooms = vertex_min_zooms(line, Simplification::SHAPE).into_iter().map(zoom_code);
        let starts = std::iter::once(STARTS_POLYLINE).chain(std::iter::repeat(0));
        segment.iter().zip(zooms).zip(starts).map(|((point, zoom), start)| (point, zoom | start))
    });
    let (mut next, mut codes) = (tidied_points.next(), Vec::new());
    for point in activity.points() {
        // Tidying keeps the order, so the first equal point is the right one or indistinguishable from it.
        let is_same = |other: &Point| (other.lat, other.lon, other.time_ms) == (point.lat, point.lon, point.time_ms);
        match next.take_if(|(tidied, _)| is_same(tidied)) {
            Some((_, code)) => {
                codes.push(code);
                next = tidied_points.next();
            }
            None => codes.push(DROPPED),
        }
    }
    debug_assert!(next.is_none(), "tidying gives points of the activity in order");
    codes
}

fn zoom_code(zoom: u8) -> u8 {
    if zoom == REDUNDANT { NEVER_VERTEX } else { zoom }
}

struct Positions {
    segments: Vec<usize>,
    lat: Vec<f64>,
    lon: Vec<f64>,
}

impl Positions {
    fn unpack(blob: &[u8]) -> Result<Self, DecodeError> {
        let bytes = unpack(blob)?;
        let mut reader = ColumnReader(&bytes);
        let segments = reader.count()?;
        let segments: Vec<usize> = (0..segments).map(|_| reader.count()).collect::<Result<_, _>>()?;
        let points = segments.iter().try_fold(0usize, |sum, length| sum.checked_add(*length)).ok_or(DecodeError)?;
        let (lat, mut lon) = (reader.floats(points)?, reader.floats(points)?);
        // Libraries of older versions hold longitudes as their files had them.
        lon.iter_mut().for_each(|lon| *lon = wrap_longitude(*lon));
        Ok(Self { segments, lat, lon })
    }
}

/// Polylines up to the pixel zoom `finest`, equal to those of [`Polyline::new`] from the tidied points, and the sketch.
///
/// # Errors
/// If a blob is damaged.
pub fn polylines(positions: &[u8], vertex_codes: &[u8], finest: u8) -> Result<(Vec<Polyline>, Sketch), DecodeError> {
    let Positions { lat, lon, .. } = Positions::unpack(positions)?;
    let bytes = unpack(vertex_codes)?;
    let (sketch, codes) = sketch_and_codes(&bytes)?;
    if codes.len() != lat.len() {
        return Err(DecodeError);
    }
    let mut projector = Projector::default();
    let starts = (0..codes.len()).filter(|&i| codes[i] & STARTS_POLYLINE != 0);
    let ends = starts.clone().skip(1).chain([codes.len()]);
    let max_code = finest.min(DROPPED - 1);
    let polyline = |(start, end): (usize, usize)| {
        let count = codes[start..end].iter().filter(|&code| code & ZOOM_MASK <= max_code).count();
        let vertices = (start..end).map(|i| (i, codes[i] & ZOOM_MASK)).filter(|&(_, zoom)| zoom <= max_code);
        Polyline::from_vertices(count, vertices.map(|(i, zoom)| (projector.project(lon[i], lat[i]), zoom)))
    };
    let polylines: Vec<Polyline> = starts.zip(ends).map(polyline).collect();
    if polylines.iter().any(|polyline| polyline.vertices().is_empty()) {
        Err(DecodeError)
    } else {
        Ok((polylines, sketch))
    }
}

fn sketch_and_codes(bytes: &[u8]) -> Result<(Sketch, &[u8]), DecodeError> {
    let mut reader = ColumnReader(bytes);
    let length = reader.count()?;
    Ok((Sketch::from_bytes(reader.bytes(length)?), reader.0))
}

/// Stored sketch of the tidied points.
///
/// # Errors
/// If the blob is damaged.
pub fn sketch(vertex_codes: &[u8]) -> Result<Sketch, DecodeError> {
    Ok(sketch_and_codes(&unpack(vertex_codes)?)?.0)
}

/// All segments as the source gave them, before tidying.
///
/// # Errors
/// If a blob is damaged.
pub fn segments(positions: &[u8], sensors: &[u8]) -> Result<Vec<Segment>, DecodeError> {
    let Positions { segments, lat, lon } = Positions::unpack(positions)?;
    let mut points: Vec<Point> = lat.into_iter().zip(lon).map(|(lat, lon)| Point::at(lat, lon)).collect();
    let bytes = unpack(sensors)?;
    let mut reader = ColumnReader(&bytes);
    let integers: ReadColumn<i64> = |reader, count| reader.deltas(count);
    read_sensor(&mut reader, &mut points, integers, |point, value| point.time_ms = Some(value))?;
    read_sensor(
        &mut reader,
        &mut points,
        |reader, count| reader.floats(count),
        |point, value| point.elevation_m = Some(value),
    )?;
    read_sensor(
        &mut reader,
        &mut points,
        |reader, count| reader.floats(count),
        |point, value| point.speed_mps = Some(value),
    )?;
    read_sensor(&mut reader, &mut points, integers, |point, value| point.heart_rate_bpm = u8::try_from(value).ok())?;
    let mut points = points.into_iter();
    Ok(segments.into_iter().map(|length| points.by_ref().take(length).collect()).collect())
}

type ReadColumn<T> = fn(&mut ColumnReader<'_>, usize) -> Result<Vec<T>, DecodeError>;

fn read_sensor<T>(
    reader: &mut ColumnReader<'_>,
    points: &mut [Point],
    read: ReadColumn<T>,
    set: fn(&mut Point, T),
) -> Result<(), DecodeError> {
    let present = reader.run_lengths(points.len())?;
    let values = read(reader, present.iter().filter(|has_value| **has_value).count())?;
    let with_value = points.iter_mut().zip(present).filter(|(_, has_value)| *has_value);
    with_value.zip(values).for_each(|((point, _), value)| set(point, value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::visible::without_privacy;
    use proptest::prelude::*;

    fn point() -> impl Strategy<Value = Point> {
        let position = prop_oneof![
            (46_000_000i32..46_010_000, 7_000_000i32..7_010_000).prop_map(|(a, b)| (a.into(), b.into())),
            (any::<f64>(), any::<f64>()),
            Just((0.0, 0.0)),
            (-100e6..100e6f64, -200e6..200e6f64),
        ];
        let sensors = (any::<Option<i32>>(), any::<Option<f32>>(), any::<Option<f32>>(), any::<Option<u8>>());
        (position, sensors).prop_map(|((lat, lon), (time, elevation_m, speed_mps, heart_rate_bpm)): ((f64, f64), _)| {
            Point {
                lat: lat / 1e6,
                lon: wrap_longitude(lon / 1e6),
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

    /// Bit patterns, so that NaN equals itself.
    fn bits(segments: &[Segment]) -> Vec<Vec<[u64; 4]>> {
        let float = |value: Option<f32>| value.map_or(u64::MAX, |value| value.to_bits().into());
        let point_bits = |point: &Point| {
            let rest = format!("{:?} {:?}", point.time_ms, point.heart_rate_bpm);
            let rest = rest.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()));
            let sensors = float(point.elevation_m).rotate_left(32) ^ float(point.speed_mps);
            [point.lat.to_bits(), point.lon.to_bits(), sensors, rest]
        };
        segments.iter().map(|segment| segment.iter().map(point_bits).collect()).collect()
    }

    proptest! {
        #[test]
        fn unpacked_points_equal_packed_points_bit_for_bit(activity in activity()) {
            let unpacked = segments(&pack_positions(&activity), &pack_sensors(&activity)).expect("packed just now");
            prop_assert_eq!(bits(&unpacked), bits(&activity.segments));
        }

        #[test]
        fn polylines_from_blobs_equal_polylines_from_points(activity in activity(), finest in 0u8..=24) {
            if let Some(tidied) = without_privacy(&activity).0.filter(|tidied| tidied.beyond_points == 0) {
                let (positions, codes) = (pack_positions(&activity), pack_vertex_codes(&activity, &tidied));
                let direct: Vec<Polyline> = tidied.projected.iter().map(|line| Polyline::new(line, finest)).collect();
                let sketch = Sketch::of_segments(&tidied.segments);
                prop_assert_eq!(super::sketch(&codes), Ok(sketch.clone()));
                prop_assert_eq!(polylines(&positions, &codes, finest), Ok((direct, sketch)));
            }
        }

        #[test]
        fn damage_is_an_error_or_changes_no_point(
            activity in activity(), at in any::<prop::sample::Index>(), flips in 1u8..,
        ) {
            let mut blobs = [pack_positions(&activity), pack_sensors(&activity)];
            for which in 0..2 {
                let (intact, at) = (blobs[which].clone(), at.index(blobs[which].len()));
                blobs[which][at] ^= flips;
                if let Ok(unpacked) = segments(&blobs[0], &blobs[1]) {
                    prop_assert_eq!(bits(&unpacked), bits(&activity.segments));
                }
                let _ = polylines(&blobs[0], &blobs[1], 24);
                blobs[which] = intact;
            }
        }
    }

    #[test]
    fn longitudes_of_older_libraries_are_wrapped() {
        let at = |lons: [f64; 3]| Activity {
            segments: vec![lons.map(|lon| Point::at(1.0, lon)).to_vec()],
            ..Activity::default()
        };
        let old = at([-346.595, -180.5, 400.0]);
        let unpacked = segments(&pack_positions(&old), &pack_sensors(&old)).expect("packed just now");
        assert_eq!(unpacked, at([13.405, 179.5, 400.0]).segments);
    }

    #[test]
    fn an_activity_beyond_the_map_has_a_sketch_and_no_polyline() {
        let walk = |lats: [f64; 3]| vec![lats.map(|lat| Point::at(lat, 10.0)).to_vec()];
        let activity = Activity { segments: walk([84.9, 85.0, 85.1]), ..Activity::default() };
        let tidied = without_privacy(&activity).0.expect("points");
        assert!(tidied.summary.extent.reaches_map_edge(), "so that it is prepared from its points");
        let (positions, codes) = (pack_positions(&activity), pack_vertex_codes(&activity, &tidied));
        assert_eq!(polylines(&positions, &codes, 24), Ok((Vec::new(), Sketch::of_segments(&activity.segments))));
    }

    #[test]
    fn an_hour_takes_less_than_7_bytes_a_second() {
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
        let tidied = without_privacy(&activity).0.expect("points");
        let bytes =
            [pack_positions(&activity), pack_sensors(&activity), pack_vertex_codes(&activity, &tidied)].concat().len();
        assert!(bytes < 7 * 3600, "{bytes}");
    }
}
