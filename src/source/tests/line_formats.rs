//! Properties of KML and GeoJSON, with documents written by the test.

use super::{any_activities, iso, segments};
use crate::activity::Point;
use crate::source::*;
use proptest::prelude::*;

type Lines = Vec<Vec<Point>>;

/// List of values with `null` for a missing one.
fn json_list(points: &[Point], value: impl Fn(&Point) -> Option<String>) -> String {
    let values = points.iter().map(|point| value(point).unwrap_or("null".into()));
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

fn json_position(p: &Point) -> String {
    match p.elevation_m {
        Some(metres) => format!("[{},{},{metres}]", p.lon, p.lat),
        None => format!("[{},{}]", p.lon, p.lat),
    }
}

/// Document with a feature for each activity. The order of keys is that of togeojson, or sorted.
fn geojson_of(activities: &[Lines], is_sorted: bool) -> String {
    let feature = |lines: &Lines| {
        let lists = |value: &dyn Fn(&Point) -> Option<String>| {
            format!("[{}]", lines.iter().map(|points| json_list(points, value)).collect::<Vec<_>>().join(","))
        };
        let times = lists(&|point| point.time_ms.map(|ms| format!("\"{}\"", iso(ms))));
        let rates = lists(&|point| point.heart_rate_bpm.map(|bpm| bpm.to_string()));
        let coordinates = lists(&|point| Some(json_position(point)));
        let properties = format!("\"properties\":{{\"coordinateProperties\":{{\"times\":{times},\"heart\":{rates}}}}}");
        if is_sorted {
            format!(
                "{{\"geometry\":{{\"coordinates\":{coordinates},\"type\":\"MultiLineString\"}},{properties},\"type\":\"Feature\"}}"
            )
        } else {
            format!(
                "{{\"type\":\"Feature\",{properties},\"geometry\":{{\"type\":\"MultiLineString\",\"coordinates\":{coordinates}}}}}"
            )
        }
    };
    let features = activities.iter().map(feature).collect::<Vec<_>>().join(",\n");
    if is_sorted {
        format!("{{\"features\":[{features}],\"type\":\"FeatureCollection\"}}")
    } else {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")
    }
}

/// Document with a placemark for each activity and a track for each line. Times and positions alternate or are grouped.
fn kml_of(activities: &[Lines], is_alternating: bool) -> String {
    let when = |point: &Point| format!("<when>{}</when>", point.time_ms.map(iso).unwrap_or_default());
    let coord = |p: &Point| {
        let elevation = p.elevation_m.map(|metres| format!(" {metres}")).unwrap_or_default();
        format!("<gx:coord>{} {}{elevation}</gx:coord>\n", p.lon, p.lat)
    };
    let rate =
        |p: &Point| format!("<gx:value>{}</gx:value>", p.heart_rate_bpm.map(|bpm| bpm.to_string()).unwrap_or_default());
    let track = |points: &Vec<Point>| {
        let rates: String = points.iter().map(rate).collect();
        let rates =
            format!("<ExtendedData><gx:SimpleArrayData name=\"heartrate\">{rates}</gx:SimpleArrayData></ExtendedData>");
        let values: String = if is_alternating {
            points.iter().map(|point| when(point) + &coord(point)).collect()
        } else {
            points.iter().map(when).chain(points.iter().map(coord)).collect()
        };
        format!("<gx:Track>{rates}{values}</gx:Track>")
    };
    let placemark = |lines: &Lines| {
        let tracks: String = lines.iter().map(track).collect();
        format!("<Placemark><gx:MultiTrack>{tracks}</gx:MultiTrack></Placemark>")
    };
    let placemarks: String = activities.iter().map(placemark).collect();
    format!("<?xml version=\"1.0\"?><kml xmlns:gx=\"x\"><Document>{placemarks}</Document></kml>")
}

/// Document with untimed lines.
fn kml_lines_of(activities: &[Lines]) -> String {
    let tuple = |p: &Point| match p.elevation_m {
        Some(metres) => format!("{},{},{metres} ", p.lon, p.lat),
        None => format!("{},{}\n", p.lon, p.lat),
    };
    let line = |points: &Vec<Point>| {
        let tuples: String = points.iter().map(tuple).collect();
        format!("<LineString><coordinates>\n{tuples}</coordinates></LineString>")
    };
    let placemark = |lines: &Lines| {
        let lines: String = lines.iter().map(line).collect();
        format!("<Placemark><MultiGeometry>{lines}</MultiGeometry></Placemark>")
    };
    format!("<kml>{}</kml>", activities.iter().map(placemark).collect::<String>())
}

/// Greatest difference between coordinates, in degrees; `None` if anything else differs.
fn difference(a: &[Lines], b: &[Lines]) -> Option<f64> {
    let lengths = |activities: &[Lines]| {
        activities.iter().map(|lines| lines.iter().map(Vec::len).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    if lengths(a) != lengths(b) {
        return None;
    }
    let pairs = a.iter().flatten().flatten().zip(b.iter().flatten().flatten());
    let degrees = pairs.map(|(a, b)| {
        let is_equal = Point { lat: b.lat, lon: b.lon, ..*a } == *b;
        is_equal.then(|| (a.lat - b.lat).abs().max((a.lon - b.lon).abs()))
    });
    degrees.collect::<Option<Vec<f64>>>().map(|degrees| degrees.into_iter().fold(0.0, f64::max))
}

#[test]
fn a_difference_is_seen() {
    let lines = vec![vec![vec![Point::at(1.0, 2.0), Point::at(3.0, 4.0)]]];
    assert_eq!(difference(&lines, &lines), Some(0.0));
    let changed = |change: fn(&mut Lines)| {
        let mut changed = lines.clone();
        change(&mut changed[0]);
        difference(&lines, &changed)
    };
    assert!(changed(|lines| lines[0][1].lon += 1e-6).is_some_and(|degrees| degrees > 1e-7));
    assert_eq!(changed(|lines| lines[0][0].time_ms = Some(1)), None);
    assert_eq!(changed(|lines| _ = lines[0].pop()), None);
    assert_eq!(changed(|lines| lines.push(Vec::new())), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn written_documents_are_read_back(activities in any_activities()) {
        let mut untimed = activities.clone();
        for point in untimed.iter_mut().flatten().flatten() {
            (point.time_ms, point.heart_rate_bpm) = (None, None);
        }
        for (document, expected) in [
            (kml_of(&activities, false), &activities),
            (kml_of(&activities, true), &activities),
            (kml_lines_of(&activities), &untimed),
            (geojson_of(&activities, false), &activities),
            (geojson_of(&activities, true), &activities),
        ] {
            let parsed = parse(document.as_bytes()).unwrap();
            prop_assert!(difference(&segments(&parsed), expected).is_some_and(|degrees| degrees < 1e-7), "{}", document);
            prop_assert_eq!((parsed.warnings.len(), parsed.unreadable_points, parsed.bad_values), (0, 0, 0));
        }
    }

    #[test]
    fn a_changed_or_cut_document_causes_no_panic(
        activities in any_activities(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10),
        cut in any::<prop::sample::Index>(),
    ) {
        for document in [kml_of(&activities, true), kml_lines_of(&activities), geojson_of(&activities, true)] {
            let mut bytes = document.into_bytes();
            for (index, byte) in &changes {
                let at = index.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = parse(&bytes);
            let _ = parse(&bytes[..cut.index(bytes.len())]);
        }
    }

    #[test]
    fn any_bytes_cause_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[\\]{}\",:0-9a-z]{0,200}") {
        for begin in [
            "<kml><Placemark><Track>",
            "<kml><Placemark><LineString><coordinates>",
            "{\"type\":\"FeatureCollection\",\"features\":[",
            "{\"type\":\"MultiLineString\",\"coordinates\":[[",
            "{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[[1,2],[3,4]]},\"properties\":{\"times\":[",
        ] {
            let _ = parse(&[begin.as_bytes(), &bytes[..]].concat());
            let _ = parse(&[begin, &text].concat().into_bytes());
        }
    }
}

proptest! {
    // Every cut of every document is parsed.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_truncated_file_gives_the_points_before_the_cut(activities in any_activities()) {
        let mut untimed = activities.clone().concat().concat();
        untimed.iter_mut().for_each(|point| (point.time_ms, point.heart_rate_bpm) = (None, None));
        let all = activities.concat().concat();
        for (document, all) in [
            (kml_of(&activities, false), &all),
            (kml_of(&activities, true), &all),
            (kml_lines_of(&activities), &untimed),
            (geojson_of(&activities, false), &all),
        ] {
            let mut longest = 0;
            for end in 0..document.len() {
                let Ok(parsed) = parse(&document.as_bytes()[..end]) else { continue };
                let points = segments(&parsed).concat().concat();
                let expected = all.get(..points.len()).unwrap_or_default().to_vec();
                let degrees = difference(&[vec![points.clone()]], &[vec![expected]]);
                prop_assert!(degrees.is_some_and(|degrees| degrees < 1e-7), "cut at {} of {}", end, document);
                prop_assert!(parsed.damage.is_some(), "cut at {}", end);
                prop_assert!(points.len() >= longest, "cut at {}", end);
                longest = points.len();
            }
            prop_assert_eq!(longest, all.len());
        }
    }
}
