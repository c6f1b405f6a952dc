//! Encoder of GPX 1.1 with positions, elevations and times, as most services export it.

use super::kind::KINDS;
use super::recording::{Sample, segments};
use super::schedule::Entry;
use anyhow::Context;
use gpx::{Gpx, GpxVersion, Metadata, Track, TrackSegment, Waypoint};
use std::time::{Duration, SystemTime};

/// Encodes a recording as one track; pauses separate its segments.
pub fn encode(entry: &Entry, samples: &[Sample]) -> anyhow::Result<Vec<u8>> {
    let segments = segments(samples)
        .map(|segment| TrackSegment { points: segment.iter().filter_map(waypoint).collect() })
        .collect();
    let kind = KINDS[entry.kind].gpx.to_owned();
    let document = Gpx {
        version: GpxVersion::Gpx11,
        creator: Some("trailglow demo".to_owned()),
        metadata: samples.first().map(|first| Metadata { time: Some(time(first.time_ms)), ..Metadata::default() }),
        tracks: vec![Track { name: Some(entry.title.clone()), type_: Some(kind), segments, ..Track::default() }],
        ..Gpx::default()
    };
    let mut bytes = Vec::new();
    gpx::write(&document, &mut bytes).context("cannot encode GPX")?;
    Ok(bytes)
}

fn waypoint(sample: &Sample) -> Option<Waypoint> {
    let [lat, lon] = sample.position?;
    let mut waypoint = Waypoint::new((lon, lat).into());
    waypoint.elevation = Some((sample.elevation_m * 10.0).round() / 10.0);
    waypoint.time = Some(time(sample.time_ms));
    Some(waypoint)
}

fn time(time_ms: i64) -> gpx::Time {
    let since_1970 = Duration::from_millis(time_ms.max(0).unsigned_abs());
    time::OffsetDateTime::from(SystemTime::UNIX_EPOCH + since_1970).into()
}
