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
use crate::engine::geometry::polyline::Polyline;
use crate::engine::geometry::projector::Projector;
use crate::engine::geometry::simplify::{REDUNDANT, Simplification, vertex_min_zooms};

/// Raised whenever tidying or simplification changes, so that older vertex codes are computed again.
pub const SIMPLIFIER_VERSION: i64 = 9;

/// Version of missing vertex codes (also in `merge_content.sql`): the activity is prepared from its points.
const NO_CODES: i64 = 0;

const STARTS_POLYLINE: u8 = 0x80;
const ZOOM_MASK: u8 = 0x1f;
/// Zoom code of a point on no polyline.
const DROPPED: u8 = 30;
/// Zoom code of a point that is a vertex at no zoom.
const NEVER_VERTEX: u8 = 31;

/// Finest pixel zoom at which [`polylines`] have all points.
pub const ALL_POINTS: u8 = u8::MAX;

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

/// Packs times, elevations, speeds, heart rates, powers, cadences and temperatures.
pub fn pack_sensors(activity: &Activity) -> Vec<u8> {
    let mut writer = ColumnWriter::default();
    let times = column(&mut writer, activity, |point| point.time_ms);
    writer.deltas(&times);
    let elevations = column(&mut writer, activity, |point| point.elevation_m);
    writer.floats(&elevations);
    let speeds = column(&mut writer, activity, |point| point.speed_mps);
    writer.floats(&speeds);
    let whole_numbers: [fn(&Point) -> Option<i64>; 4] = [
        |point| point.heart_rate_bpm.map(i64::from),
        |point| point.power_w.map(i64::from),
        |point| point.cadence_rpm.map(i64::from),
        |point| point.temperature_c.map(i64::from),
    ];
    for value in whole_numbers {
        let values = column(&mut writer, activity, value);
        writer.deltas(&values);
    }
    writer.pack()
}

fn column<T>(writer: &mut ColumnWriter, activity: &Activity, value: fn(&Point) -> Option<T>) -> Vec<T> {
    writer.run_lengths(activity.points().map(|point| value(point).is_some()));
    activity.points().filter_map(value).collect()
}

/// Packed sketch and vertex codes.
pub struct VertexCodes {
    /// [`SIMPLIFIER_VERSION`], or [`NO_CODES`].
    pub version: i64,
    pub blob: Vec<u8>,
}

impl VertexCodes {
    /// Packs the sketch and the vertex codes for [`Simplification::Shape`]. Other simplifications keep other vertices and
    /// start from the points. `tidied` is the activity tidied without privacy.
    ///
    /// An activity that goes beyond the map has no codes: the ends of its lines at the edge of the map are no points of
    /// the file.
    pub fn pack(activity: &Activity, tidied: &VisibleActivity) -> Self {
        let (version, codes) = match tidied.beyond_points {
            0 => (SIMPLIFIER_VERSION, vertex_codes(activity, tidied)),
            1.. => (NO_CODES, Vec::new()),
        };
        let sketch = Sketch::of_segments(&tidied.segments).to_bytes();
        let mut writer = ColumnWriter::default();
        writer.varint(sketch.len() as u64);
        writer.bytes(sketch);
        writer.bytes(codes);
        Self { version, blob: writer.pack() }
    }
}

fn vertex_codes(activity: &Activity, tidied: &VisibleActivity) -> Vec<u8> {
    let mut tidied_points = tidied.segments.iter().zip(&tidied.projected).flat_map(|(segment, line)| {
        let zooms = vertex_min_zooms(line, Simplification::Shape).into_iter().map(zoom_code);
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
/// With [`ALL_POINTS`], the polylines of [`Polyline::whole`].
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
    let is_whole = finest == ALL_POINTS;
    let is_wanted = |code: u8| if is_whole { code & ZOOM_MASK != DROPPED } else { code & ZOOM_MASK <= max_code };
    let polyline = |(start, end): (usize, usize)| {
        let count = codes[start..end].iter().filter(|&&code| is_wanted(code)).count();
        let vertices = (start..end).filter(|&i| is_wanted(codes[i]));
        let min_zoom = |i: usize| if is_whole { 0 } else { codes[i] & ZOOM_MASK };
        Polyline::from_vertices(count, vertices.map(|i| (projector.project(lon[i], lat[i]), min_zoom(i))))
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
    // Blobs of older versions end with the heart rates.
    if !reader.0.is_empty() {
        read_sensor(&mut reader, &mut points, integers, |point, value| point.power_w = u16::try_from(value).ok())?;
        read_sensor(&mut reader, &mut points, integers, |point, value| point.cadence_rpm = u8::try_from(value).ok())?;
        read_sensor(&mut reader, &mut points, integers, |point, value| point.temperature_c = i8::try_from(value).ok())?;
    }
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
mod tests;
