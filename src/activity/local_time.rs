//! Local time at a place: its time zone, and the rules of the zone.
//!
//! Both tables are part of the program. The zones are those of timezone-boundary-builder, from OpenStreetMap, within
//! about 100 m of the border (crate `tzf-rs`); at sea they are the nautical zones. The rules are those of the IANA time
//! zone database (crate `tzdb_data`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use tz::TimeZoneRef;
use tzf_rs::EmbeddedFinder;

use super::calendar::timestamp_of_ms;
use super::summary::Summary;
use crate::engine::geometry::mercator::{CanvasPosition, degrees_from_canvas};

static FINDER: LazyLock<EmbeddedFinder> = LazyLock::new(EmbeddedFinder::new);

/// Name of the time zone at a longitude and latitude in degrees.
///
/// ```
/// use trailglow::activity::local_time::time_zone;
/// assert_eq!(time_zone(11.6, 48.1), "Europe/Berlin");
/// assert_eq!(time_zone(-30.0, 40.0), "Etc/GMT+2");
/// ```
pub fn time_zone(lon: f64, lat: f64) -> &'static str {
    FINDER.get_tz_name(lon, lat)
}

/// Cells of 2^13 canvas units, at most 76 m, have one zone, that of their centre: less than the error of the zones.
const CELL_SHIFT: u32 = 13;

/// Maximum number of remembered cells.
const MAX_MEMO_CELLS: usize = 10_000;

/// Name and rules of a zone.
type Zone = (&'static str, Option<&'static TimeZoneRef<'static>>);

thread_local! {
    /// Zones by cell: many activities start at few places.
    static MEMO: RefCell<HashMap<[u32; 2], Zone>> = RefCell::default();
}

/// Time zone of the cell around a position.
fn zone_at(position: CanvasPosition) -> Zone {
    let cell = position.map(|axis| axis >> CELL_SHIFT);
    let find = || {
        let (lon, lat) = degrees_from_canvas(cell.map(|axis| (axis << CELL_SHIFT) + (1 << (CELL_SHIFT - 1))));
        let name = time_zone(lon, lat);
        (name, tzdb_data::find_tz(name.as_bytes()))
    };
    MEMO.with_borrow_mut(|memo| {
        if memo.len() >= MAX_MEMO_CELLS {
            memo.clear();
        }
        *memo.entry(cell).or_insert_with(find)
    })
}

/// Seconds from UTC to local time, eastward positive, at a time in milliseconds since 1970. 0 without rules, and beyond
/// the range of 64-bit seconds.
fn utc_offset_s(rules: Option<&TimeZoneRef<'static>>, ms: i64) -> i32 {
    let local = rules.and_then(|rules| rules.find_local_time_type(ms.div_euclid(1000)).ok());
    local.map_or(0, tz::LocalTimeType::ut_offset)
}

/// Name of the time zone of the first point of an activity.
pub fn zone_of(summary: &Summary) -> &'static str {
    zone_at(summary.start).0
}

/// Start of an activity on the clocks at its first point: milliseconds since 1970-01-01 00:00 of these clocks.
pub fn local_start_ms(summary: &Summary) -> Option<i64> {
    let ms = summary.start_ms?;
    Some(ms.saturating_add(1000 * i64::from(utc_offset_s(zone_at(summary.start).1, ms))))
}

/// Start of an activity on the clocks at its first point, as an RFC 3339 timestamp: `2021-05-03T09:00:00+02:00`.
pub fn local_start(summary: &Summary) -> Option<String> {
    let (utc_ms, local_ms) = (summary.start_ms?, local_start_ms(summary)?);
    let minutes = local_ms.saturating_sub(utc_ms) / 60_000;
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    let clock = timestamp_of_ms(local_ms);
    Some(format!("{}{sign}{:02}:{:02}", clock.trim_end_matches('Z'), minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    fn local(lon: f64, lat: f64, ms: i64) -> String {
        let (_, rules) = zone_at(canvas_from_degrees(lon, lat));
        timestamp_of_ms(ms + 1000 * i64::from(utc_offset_s(rules, ms)))[..16].to_owned()
    }

    #[test]
    fn clocks_follow_the_rules_of_place_and_year() {
        // 2024-06-30T22:30Z and 2024-12-31T23:30Z.
        let (summer, winter) = (1_719_786_600_000, 1_735_687_800_000);
        assert_eq!(local(13.4, 52.5, summer), "2024-07-01T00:30", "Berlin, summer time");
        assert_eq!(local(13.4, 52.5, winter), "2025-01-01T00:30");
        assert_eq!(local(-118.2, 34.0, winter), "2024-12-31T15:30", "Los Angeles");
        assert_eq!(local(77.2, 28.6, winter), "2025-01-01T05:00", "Delhi, half an hour");
        assert_eq!(local(174.8, -36.8, winter), "2025-01-01T12:30", "Auckland, summer in January");
        assert_eq!(local(-150.0, -50.0, winter), "2024-12-31T13:30", "at sea");
        // Moscow kept summer time all year from 2011 to 2014.
        assert_eq!(local(37.6, 55.75, 1_356_998_400_000), "2013-01-01T04:00");
        assert_eq!(local(37.6, 55.75, 1_420_070_400_000), "2015-01-01T03:00");
    }

    #[test]
    fn every_zone_has_rules() {
        let missing: Vec<&str> =
            FINDER.timezonenames().into_iter().filter(|name| tzdb_data::find_tz(name.as_bytes()).is_none()).collect();
        assert_eq!(missing, [""; 0]);
        assert_eq!(utc_offset_s(None, 0), 0);
        for (lon, lat) in [(180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (0.0, -90.0), (0.0, 0.0)] {
            assert!(tzdb_data::find_tz(time_zone(lon, lat).as_bytes()).is_some(), "{lon} {lat}");
        }
    }

    #[test]
    fn extreme_times_have_an_offset() {
        for ms in [i64::MIN, i64::MAX, -62_135_596_800_000, 253_402_300_799_000] {
            assert!(utc_offset_s(tzdb_data::find_tz(b"Europe/Berlin"), ms).abs() <= 86_400);
        }
    }
}
