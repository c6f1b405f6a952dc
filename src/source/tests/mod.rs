//! Properties that hold for all formats, and a comparison with the gpx crate.

mod faults;
mod line_formats;

use super::collector::MAX_POINTS;
use super::*;
use crate::activity::Point;
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;

const GPX: &str = "<gpx><trk><trkseg><trkpt lat=\"1\" lon=\"2\"/></trkseg></trk></gpx>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads a file of this name and content.
fn read_as(name: &str, content: &[u8]) -> Result<ParsedFile, Skip> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    read(&path)
}

#[test]
fn content_decides_and_not_the_name() {
    for (name, content) in [
        ("ride.fit", GPX.as_bytes().to_vec()),
        ("ride.txt", gzip(GPX.as_bytes())),
        ("ride", gzip(&gzip(GPX.as_bytes()))),
        ("ride.tcx", [b" \n\n\xef\xbb\xbf ", GPX.as_bytes()].concat()),
        ("ride.gpx.gz", GPX.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ] {
        let parsed = read_as(name, &content).unwrap();
        assert_eq!((parsed.format, parsed.activities[0].segments[0].len()), (Format::Gpx, 1), "{name}");
    }
    // Header, definition of a record with a position, one record, and a checksum of 0.
    let fit = [b"\x0e\x10\0\0\x15\0\0\0.FIT\0\0\x40\0\0\x14\0\x02\0\x04\x85\x01\x04\x85".as_slice(), &[0; 11]].concat();
    for (name, content) in [("ride.gpx", fit.clone()), ("ride.tcx.gz", gzip(&fit)), ("ride.zip", fit)] {
        assert_eq!(read_as(name, &content).unwrap().format, Format::Fit, "{name}");
    }
    let tcx = "<TrainingCenterDatabase><Activity/></TrainingCenterDatabase>";
    assert!(matches!(read_as("ride.gpx", tcx.as_bytes()), Err(Skip::NoTrack(what)) if what.contains("TCX")));
}

#[test]
fn other_files_are_ignored_unless_their_extension_is_of_an_activity() {
    for (content, expected) in [
        (&b""[..], "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"<svg></svg>", "neither"),
        (b"{\"a\":1}", "neither"),
        (b"\x89PNG\r\n", "neither"),
        (b"hello", "neither"),
        (&gzip(b"<html>"), "web page"),
    ] {
        for name in ["notes.txt", "._ride.fit", "fit"] {
            assert_eq!(read_as(name, content).unwrap_err(), Skip::NotActivity, "{name}");
        }
        for name in ["a.fit", "A.GPX", "a.tcx.gz", "a.kml", "a.geojson", "a.kmz"] {
            let skip = read_as(name, content).unwrap_err();
            assert!(matches!(&skip, Skip::Unreadable(why) if why.contains(expected)), "{name}: {skip}");
        }
    }
}

#[test]
fn folders_missing_files_and_zips_are_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    for (outcome, expected) in [
        (read(dir.path()), "not a regular file"),
        (read(&dir.path().join("missing")), "cannot be read"),
        (read_as("x.zip", b"PK\x03\x04..."), "unpack it"),
        (read_as("x.gpx", b"PK\x03\x04..."), "unpack it"),
        (read_as("x.fit.gz", &gzip(b"PK\x03\x04...")), "unpack it"),
    ] {
        let message = outcome.unwrap_err().to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
    }
}

#[test]
fn a_truncated_gzip_gives_its_points_and_one_cause() {
    let point = |n: u32| format!("<trkpt lat=\"{}\" lon=\"{}\"/>", n % 90, n.wrapping_mul(2_654_435_761) % 180);
    let gpx = format!("<gpx><trk><trkseg>{}</trkseg></trk></gpx>", (0..20_000).map(point).collect::<String>());
    let packed = gzip(gpx.as_bytes());
    let parsed = parse(&packed[..packed.len() / 2]).unwrap();
    assert!(parsed.activities[0].points().count() > 5_000);
    let damage = parsed.damage.unwrap();
    assert!(damage.cause.starts_with("the gzip data is damaged"), "{damage:?}");
    let points = parsed.activities[0].points().count();
    assert_eq!((damage.more, damage.points), (0, points as u64));
    let [read, next] = [points, points + 1].map(|count| (0..count as u32).map(point).collect::<String>().len());
    let body = damage.bytes as usize - "<gpx><trk><trkseg>".len();
    assert!((read..next).contains(&body), "{read} {body} {next}");
}

#[test]
fn a_file_with_too_many_points_is_refused() {
    let gpx = format!("<gpx><trk>{}</trk></gpx>", "<trkpt lat='0' lon='0'/>".repeat(MAX_POINTS + 1));
    let refusal = parse(&gzip(gpx.as_bytes())).unwrap_err();
    assert_eq!(refusal, Skip::Unreadable(format!("an activity has more than {MAX_POINTS} points; split the file")));
}

fn any_point() -> impl Strategy<Value = Point> {
    let values =
        (-90.0..=90.0, -180.0..180.0, any::<Option<i32>>(), prop::option::of(-4999i16..), prop::option::of(1..=254u8));
    values.prop_map(|(lat, lon, seconds, decimetres, heart_rate_bpm)| Point {
        time_ms: seconds.map(|seconds| i64::from(seconds) * 1000),
        elevation_m: decimetres.map(|decimetres| f32::from(decimetres) / 10.0),
        heart_rate_bpm,
        ..Point::at(lat, lon)
    })
}

/// A point with values that lines of KML and GeoJSON do not have.
fn any_xml_point() -> impl Strategy<Value = Point> {
    let others = (prop::option::of(0..=3000u16), prop::option::of(0..=254u8), prop::option::of(-60..=80i8));
    (any_point(), prop::option::of(0..=600u16), others).prop_map(|(point, speed, others)| {
        let (power_w, cadence_rpm, temperature_c) = others;
        let speed_mps = speed.map(|speed| f32::from(speed) / 10.0);
        Point { speed_mps, power_w, cadence_rpm, temperature_c, ..point }
    })
}

fn activities_of(point: impl Strategy<Value = Point>) -> impl Strategy<Value = Vec<Vec<Vec<Point>>>> {
    use proptest::collection::vec;
    vec(vec(vec(point, 1..6), 1..4), 1..4)
}

/// Activities as segments of points, none empty.
pub fn any_activities() -> impl Strategy<Value = Vec<Vec<Vec<Point>>>> {
    activities_of(any_point())
}

/// Formats milliseconds since 1970 as `2001-02-03T04:05:06Z`, year by year: independent of the parser.
pub fn iso(ms: i64) -> String {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let (mut year, mut day) = (1970, ms.div_euclid(86_400_000));
    while day < 0 {
        year -= 1;
        day += if leap(year) { 366 } else { 365 };
    }
    while day >= if leap(year) { 366 } else { 365 } {
        day -= if leap(year) { 366 } else { 365 };
        year += 1;
    }
    let mut month = 0;
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let second = ms.div_euclid(1000).rem_euclid(86_400);
    format!(
        "{year:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        month + 1,
        day + 1,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn element<T: std::fmt::Display>(name: &str, value: Option<T>) -> String {
    value.map_or_else(String::new, |value| format!("<{name}>{value}</{name}>"))
}

fn gpx_of(activities: &[Vec<Vec<Point>>]) -> String {
    let point = |p: &Point| {
        let sensors = [
            element("x:hr", p.heart_rate_bpm),
            element("speed", p.speed_mps),
            element("power", p.power_w),
            element("x:cad", p.cadence_rpm),
            element("x:atemp", p.temperature_c),
        ];
        let (ele, time) = (element("ele", p.elevation_m), element("time", p.time_ms.map(iso)));
        let sensors = sensors.concat();
        format!("<trkpt lat=\"{}\" lon=\"{}\">{ele}{time}<extensions>{sensors}</extensions></trkpt>\n", p.lat, p.lon)
    };
    let segment = |points: &Vec<Point>| format!("<trkseg>{}</trkseg>", points.iter().map(point).collect::<String>());
    let track = |segments: &Vec<Vec<Point>>| format!("<trk>{}</trk>", segments.iter().map(segment).collect::<String>());
    let tracks: String = activities.iter().map(track).collect();
    format!(
        "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"c\" xmlns=\"http://www.topografix.com/GPX/1/1\" \
         xmlns:x=\"x\">{tracks}</gpx>"
    )
}

/// The activities as TCX states them: without temperatures.
fn in_tcx(mut activities: Vec<Vec<Vec<Point>>>) -> Vec<Vec<Vec<Point>>> {
    activities.iter_mut().flatten().flatten().for_each(|point| point.temperature_c = None);
    activities
}

fn tcx_of(activities: &[Vec<Vec<Point>>]) -> String {
    let point = |p: &Point| {
        let hr = p.heart_rate_bpm.map(|hr| format!("<Value>{hr}</Value>"));
        let place =
            format!("<LatitudeDegrees>{}</LatitudeDegrees><LongitudeDegrees>{}</LongitudeDegrees>", p.lat, p.lon);
        let (time, altitude) = (element("Time", p.time_ms.map(iso)), element("AltitudeMeters", p.elevation_m));
        let (rate, cadence) = (element("HeartRateBpm", hr), element("Cadence", p.cadence_rpm));
        let extension = element("x:Speed", p.speed_mps) + &element("x:Watts", p.power_w);
        let sensors = format!("{rate}{cadence}<Extensions><x:TPX>{extension}</x:TPX></Extensions>");
        format!("<Trackpoint>{time}<Position>{place}</Position>{altitude}{sensors}</Trackpoint>\n")
    };
    let track = |points: &Vec<Point>| format!("<Track>{}</Track>", points.iter().map(point).collect::<String>());
    let activity = |tracks: &Vec<Vec<Point>>| {
        format!("<Activity Sport=\"Other\"><Lap>{}</Lap></Activity>", tracks.iter().map(track).collect::<String>())
    };
    let activities: String = activities.iter().map(activity).collect();
    format!("<TrainingCenterDatabase><Activities>{activities}</Activities></TrainingCenterDatabase>")
}

pub fn segments(parsed: &ParsedFile) -> Vec<Vec<Vec<Point>>> {
    parsed.activities.iter().map(|activity| activity.segments.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn written_documents_are_read_back(activities in activities_of(any_xml_point())) {
        for (document, expected) in [(gpx_of(&activities), activities.clone()), (tcx_of(&activities), in_tcx(activities))] {
            let parsed = parse(document.as_bytes()).unwrap();
            prop_assert_eq!(segments(&parsed), expected);
            prop_assert_eq!((parsed.damage.iter().count(), parsed.unreadable_points, parsed.bad_values), (0, 0, 0));
        }
    }

    #[test]
    fn a_truncated_file_gives_the_points_before_the_cut(activities in any_activities()) {
        let all = activities.concat().concat();
        for document in [gpx_of(&activities), tcx_of(&activities)] {
            let mut longest = 0;
            for end in 0..document.len() {
                let Ok(parsed) = parse(&document.as_bytes()[..end]) else { continue };
                let points = segments(&parsed).concat().concat();
                prop_assert!(all.starts_with(&points), "cut at {}", end);
                prop_assert!(parsed.damage.is_some_and(|damage| damage.bytes == end as u64), "cut at {}", end);
                prop_assert!(points.len() >= longest, "cut at {}", end);
                longest = points.len();
            }
            prop_assert_eq!(longest, all.len());
        }
    }

    #[test]
    fn the_gpx_crate_reads_equal_activities(activities in any_activities()) {
        let document = gpx_of(&activities);
        let expected: Vec<Vec<Vec<Point>>> = ::gpx::read(document.as_bytes())
            .unwrap()
            .tracks
            .iter()
            .map(|track| track.segments.iter().map(|segment| segment.points.iter().map(from_gpx_crate).collect()).collect())
            .collect();
        let mut actual = segments(&parse(document.as_bytes()).unwrap());
        // The gpx crate does not read extensions.
        actual.iter_mut().flatten().flatten().for_each(|point| point.heart_rate_bpm = None);
        prop_assert_eq!(actual, expected);
    }

    #[test]
    fn a_changed_document_causes_no_panic(
        activities in any_activities(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10),
    ) {
        for document in [gpx_of(&activities), tcx_of(&activities)] {
            let mut bytes = document.into_bytes();
            for (index, byte) in &changes {
                let at = index.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = parse(&bytes);
        }
    }

    #[test]
    fn any_bytes_cause_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        let _ = parse(&[b"<gpx><trk><trkseg><trkpt ", &bytes[..]].concat());
        let _ = parse(&[b"<TrainingCenterDatabase><Activity><Trackpoint>", &bytes[..]].concat());
        let _ = parse(&[b"\x1f\x8b\x08", &bytes[..]].concat());
    }
}

fn from_gpx_crate(waypoint: &::gpx::Waypoint) -> Point {
    let time = waypoint.time.map(|time| time::unix_ms(time.format().unwrap().as_bytes()).unwrap());
    Point {
        time_ms: time,
        elevation_m: waypoint.elevation.map(|elevation| elevation as f32),
        ..Point::at(waypoint.point().y(), waypoint.point().x())
    }
}

/// GPX and TCX file with points at the same latitudes and these longitudes.
fn with_longitudes(lons: &[String]) -> [String; 2] {
    let each = |point: &dyn Fn((usize, &String)) -> String| lons.iter().enumerate().map(point).collect::<String>();
    let gpx = each(&|(i, lon)| format!("<trkpt lat=\"{}\" lon=\"{lon}\"/>", i % 90));
    let tcx = each(&|(i, lon)| {
        let lat = i % 90;
        format!(
            "<Trackpoint><Position><LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>{lon}</LongitudeDegrees>\
             </Position></Trackpoint>"
        )
    });
    [
        format!("<gpx><trk><trkseg>{gpx}</trkseg></trk></gpx>"),
        format!(
            "<TrainingCenterDatabase><Activity><Lap><Track>{tcx}</Track></Lap></Activity></TrainingCenterDatabase>"
        ),
    ]
}

proptest! {
    #[test]
    fn longitudes_a_turn_away_give_the_same_points_to_the_bit(
        lons in prop::collection::vec((-180i64..=180, "[0-9]{0,13}", any::<bool>()), 1..20),
    ) {
        let written = |turned: bool| -> Vec<String> {
            let text = |(whole, fraction, other_way): &(i64, String, bool)| {
                // The fraction points away from 0: whole degrees near 0 would change their sign.
                let whole = if fraction.is_empty() { *whole } else { (*whole).clamp(-179, 179) };
                let whole = if whole == 0 { 1 } else { whole };
                if !(turned && *other_way) {
                    return format!("{whole}.{fraction}");
                }
                // A number of -w.f is 360 - w.f, written digit by digit.
                let (other, sign) = if whole < 0 { (360 + whole, "") } else { (360 - whole, "-") };
                if fraction.bytes().all(|digit| digit == b'0') {
                    return format!("{sign}{other}.{fraction}");
                }
                let complement: u64 = 10u64.pow(fraction.len() as u32) - fraction.parse::<u64>().unwrap();
                format!("{sign}{}.{complement:0width$}", other - 1, width = fraction.len())
            };
            lons.iter().map(text).collect()
        };
        for (plain, turned) in with_longitudes(&written(false)).into_iter().zip(with_longitudes(&written(true))) {
            let [plain, turned] = [plain, turned].map(|document| parse(document.as_bytes()).unwrap().activities);
            prop_assert_eq!(&plain, &turned);
            prop_assert!(plain[0].points().all(|point| (-180.0..180.0).contains(&point.lon)));
            prop_assert_eq!(plain[0].points().count(), lons.len());
        }
    }
}
