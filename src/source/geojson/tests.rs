use super::*;
use crate::activity::{Activity, Point};
use crate::source::{self, collector::MAX_POINTS};

fn parse(text: &str) -> Result<ParsedFile, Skip> {
    source::parse(text.as_bytes())
}

/// A feature with this geometry and these properties.
fn feature(kind: &str, coordinates: &str, properties: &str) -> String {
    let geometry = format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#);
    format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","name":"x","features":[{}]}}"#, features.join(","))
}

/// The only activity of a document without damage.
fn only(text: &str) -> Activity {
    let parsed = parse(text).unwrap();
    assert_eq!((parsed.format, &parsed.warnings[..], parsed.bad_values), (Format::GeoJson, &[][..], 0), "{text}");
    let [activity] = <[Activity; 1]>::try_from(parsed.activities).unwrap();
    activity
}

fn lengths(activity: &Activity) -> Vec<usize> {
    activity.segments.iter().map(Vec::len).collect()
}

fn times(activity: &Activity) -> Vec<Option<i64>> {
    activity.points().map(|point| point.time_ms).collect()
}

#[test]
fn a_feature_is_an_activity_and_each_line_a_segment() {
    let first =
        r#""stroke":"red","name":" Up & away ","type":"running","a":{"name":"no"},"time":"1970-01-01T00:00:05Z""#;
    let parsed = parse(&collection(&[
        feature("LineString", "[[2,1,7.5],[4,3]]", first),
        feature("Polygon", "[[[0,0],[0,1],[1,1],[0,0]]]", ""),
        feature("MultiLineString", "[[[2,1],[4,3]],[],[[6,5]]]", r#""title":"Two","sport":"Snowkiting","time":1.0e9"#),
        r#"{"type":"Feature","properties":null,"geometry":null}"#.into(),
        feature("MultiPoint", "[[1,2],[3,4]]", ""),
        feature("LineString", "[]", ""),
        feature("Point", "[1,2]", ""),
    ]))
    .unwrap();
    let [first, second] = &parsed.activities[..] else { panic!("{parsed:?}") };
    assert_eq!(
        (first.name.as_deref(), first.sport.as_str(), first.start_ms()),
        (Some("Up & away"), "running", Some(5000))
    );
    assert_eq!(first.segments, [vec![Point { elevation_m: Some(7.5), ..Point::at(1.0, 2.0) }, Point::at(3.0, 4.0)]]);
    assert_eq!((second.name.as_deref(), second.sport.as_str()), (Some("Two"), "snowkiting"));
    assert_eq!((lengths(second), second.start_ms(), second.planned), (vec![2, 1], Some(1_000_000_000_000), false));
    assert_eq!((parsed.waypoints, parsed.unreadable_points, parsed.warnings.len()), (2, 0, 0));
}

#[test]
fn every_form_of_document_is_read_in_any_order_of_keys() {
    let (line, other) = ("[[2,1],[4,3]]", "[[6,5],[8,7]]");
    for (text, expected) in [
        (format!(r#"{{"type":"LineString","coordinates":{line}}}"#), vec![2]),
        (format!(r#"{{"coordinates":{line},"type":"LineString"}}"#), vec![2]),
        (format!(r#"{{"geometry":{{"coordinates":{line},"type":"LineString"}},"type":"Feature"}}"#), vec![2]),
        (format!(r#"{{"type":"MultiLineString","coordinates":[{line},{other}]}}"#), vec![2, 2]),
        (
            format!(
                r#"{{"type":"GeometryCollection","geometries":[{{"type":"Point","coordinates":[1,2]}},
                   {{"coordinates":[{line}],"type":"Polygon"}},{{"type":"LineString","coordinates":{line}}},
                   {{"type":"GeometryCollection","geometries":[{{"coordinates":{other},"type":"LineString"}}]}}]}}"#
            ),
            vec![2, 2],
        ),
        (
            format!(
                r#"{{"features":[{{"geometry":{{"coordinates":[{line}],"type":"MultiLineString"}},"type":"Feature"}}]}}"#
            ),
            vec![2],
        ),
        (format!("\u{feff} {}", collection(&[feature("LineString", line, "")])), vec![2]),
    ] {
        assert_eq!(lengths(&only(&text)), expected, "{text}");
    }
    let lines = [feature("LineString", line, ""), feature("LineString", line, "")].join("\n");
    assert_eq!(parse(&lines).unwrap().activities.len(), 2, "a feature on each line");
}

#[test]
fn times_and_heart_rates_are_joined_with_the_positions() {
    let [one, two] = ["1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"];
    let line = "[[2,1],[4,3]]";
    let expected = vec![Some(1000), Some(2000)];
    for properties in [
        format!(r#""coordTimes":["{one}","{two}"]"#),
        format!(r#""coordinateProperties":{{"heart":[101,null],"times":["{one}","{two}"]}}"#),
        format!(r#""linestringTimestamps":["{one}","{two}"],"heartRates":["101",null]"#),
    ] {
        let activity = only(&feature("LineString", line, &properties));
        assert_eq!(times(&activity), expected, "{properties}");
        let heart_rates: Vec<_> = activity.points().map(|point| point.heart_rate_bpm).collect();
        assert_eq!(heart_rates, [properties.contains("101").then_some(101), None]);
    }
    // Seconds, milliseconds and a fourth coordinate.
    for text in [
        feature("LineString", line, r#""times":[1234567890,1234567891]"#),
        feature("LineString", line, r#""times":[1234567890000,1234567891000]"#),
        feature("LineString", "[[2,1,0,1234567890],[4,3,0,1234567891.0]]", ""),
    ] {
        assert_eq!(times(&only(&text)), [Some(1_234_567_890_000), Some(1_234_567_891_000)], "{text}");
    }
    // A list for each line, or one list for all lines.
    for list in [format!(r#"[["{one}"],["{two}",null]]"#), format!(r#"["{one}","{two}",null]"#)] {
        let text = feature("MultiLineString", "[[[2,1]],[[4,3],[6,5]]]", &format!(r#""times":{list}"#));
        let activity = only(&text);
        assert_eq!((times(&activity), lengths(&activity)), (vec![Some(1000), Some(2000), None], vec![1, 2]), "{list}");
    }
}

#[test]
fn lists_of_unequal_length_are_joined_as_far_as_they_fit_with_a_warning() {
    let time = |second: usize| format!(r#""1970-01-01T00:00:0{second}Z""#);
    let list = |count: usize| format!(r#""times":[{}]"#, (1..=count).map(time).collect::<Vec<_>>().join(","));
    let warned = |coordinates: &str, count: usize| {
        let parsed = parse(&feature("LineString", coordinates, &list(count))).unwrap();
        assert_eq!(parsed.warnings.len(), 1, "{:?}", parsed.warnings);
        (times(&parsed.activities[0]), parsed.activities[0].start_ms())
    };
    assert_eq!(warned("[[2,1],[4,3]]", 1), (vec![Some(1000), None], Some(1000)));
    assert_eq!(warned("[[2,1],[4,3]]", 9), (vec![None, None], Some(1000)), "a thinned line");
}

#[test]
fn positions_that_are_no_positions_are_counted_and_keep_their_times_from_the_others() {
    let coordinates = r#"[null,[null,null],[2],["x",1],[2,1,null],["4","3",5],[],[NaN,1],[6,5,NaN]]"#;
    let seconds = (0..9).map(|second| format!(r#""1970-01-01T00:00:0{second}Z""#)).collect::<Vec<_>>().join(",");
    let parsed = parse(&feature("LineString", coordinates, &format!(r#""times":[{seconds}]"#))).unwrap();
    let at = |lat, lon, seconds: i64| Point { time_ms: Some(seconds * 1000), ..Point::at(lat, lon) };
    let expected = vec![at(1.0, 2.0, 4), Point { elevation_m: Some(5.0), ..at(3.0, 4.0, 5) }, at(5.0, 6.0, 8)];
    assert_eq!(parsed.activities[0].segments, [expected]);
    assert_eq!((parsed.unreadable_points, parsed.warnings.len(), parsed.bad_values), (6, 0, 0));
    let parsed = parse(&feature("LineString", "[[2,1],[4,3]]", r#""times":["soon",7],"heart":[300,""]"#)).unwrap();
    assert_eq!((times(&parsed.activities[0]), parsed.bad_values), (vec![None, None], 3));
}

#[test]
fn numbers_that_stand_for_no_value_are_ignored_and_counted() {
    let line = r#"[[2,1,-9999],[4,3,65535],[6,5,1e300],[8,7,"high"],[8,7,""],[8,7,-0.5]]"#;
    let parsed = parse(&feature("LineString", line, r#""heart":[0,255,"0",254,1,null]"#)).unwrap();
    let values = parsed.activities[0].points().map(|point| (point.elevation_m, point.heart_rate_bpm));
    let none = (None, None);
    let expected = [none, none, none, (None, Some(254)), (None, Some(1)), (Some(-0.5), None)];
    assert_eq!((values.collect::<Vec<_>>(), parsed.bad_values), (expected.to_vec(), 7));
}

#[test]
fn a_file_without_line_reports_its_content() {
    for (text, expected) in [
        (collection(&[]), Skip::NoTrack("an empty GeoJSON file".into())),
        (
            collection(&[feature("Point", "[1,2]", ""), feature("Polygon", "[]", "")]),
            Skip::NoTrack("a GeoJSON file of 1 points and 1 polygons, without a line".into()),
        ),
        (
            feature("LineString", "[[1],null]", ""),
            Skip::Unreadable("none of its 2 positions is readable; export the activity again".into()),
        ),
        (r#"{"coordinates":[[1,2]],"b":{"type":"LineString"}}"#.replace("[[1,2]]", "[[[[1,2]]]]"), Skip::NotActivity),
        (r#"{"a":1}"#.into(), Skip::NotActivity),
    ] {
        assert_eq!(parse(&text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn what_is_before_the_damage_is_read() {
    let first = feature("LineString", "[[2,1],[4,3]]", r#""name":"whole""#);
    let second = r#"{"type":"Feature","properties":{"name":"half"},"geometry":{"#;
    for (tail, points) in [
        (r#""type":"LineString","coordinates":[[6,5],[8,"#, vec![2, 1]),
        (r#""coordinates":[[6,5],[8,7],[10,9"#, vec![2, 2]),
        (r#""coordinates":[[6,5],[8,7]],"type":"Poly"#, vec![2, 2]),
        (r#""type":"MultiLineString","coordinates":[[[6,5]],[[8,7],"#, vec![2, 2]),
        (r#""coordinates":[[[6,5],[8,7],"#, vec![2]),
        (r#""type":"LineString","coordinates":[[6,5],x"#, vec![2, 1]),
        (r#""type":"Polygon","coordinates":[[[6,5],"#, vec![2]),
    ] {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{first},{second}{tail}"#);
        let parsed = parse(&text).unwrap();
        let counts: Vec<_> = parsed.activities.iter().map(|activity| activity.points().count()).collect();
        assert_eq!((counts, parsed.damage.is_some()), (points, true), "{tail}");
        assert_eq!(parsed.activities[0].name.as_deref(), Some("whole"));
    }
    let long = format!("[{},x{}", feature("LineString", "[[2,1],[4,3]]", ""), " ".repeat(1 << 20));
    let damage = parse(&format!(r#"{{"type":"FeatureCollection","features":{long}"#)).unwrap().damage.unwrap();
    assert!(damage.bytes < 200_000, "the parser has not read {} bytes", damage.bytes);
    let early = parse(r#"{"type":"FeatureCollection","features":[{"#).unwrap_err();
    assert!(matches!(early, Skip::Unreadable(reason) if reason.contains("before the first position")));
}

#[test]
fn nesting_and_points_are_bounded() {
    let deep = format!(r#"{{"type":"LineString","coordinates":[[2,1],{}"#, "[".repeat(1_000_000));
    let parsed = parse(&deep).unwrap();
    assert_eq!(
        (parsed.activities[0].segments.clone(), parsed.damage.is_some()),
        (vec![vec![Point::at(1.0, 2.0)]], true)
    );
    let positions = vec!["[1,2]"; MAX_POINTS + 1].join(",");
    for text in [
        format!(r#"{{"type":"LineString","coordinates":[{positions}]}}"#),
        format!(r#"{{"coordinates":[[{positions}]],"type":"MultiLineString"}}"#),
    ] {
        assert!(matches!(parse(&text), Err(Skip::Unreadable(reason)) if reason.contains("more than 100000 points")));
    }
    // Positions that are no arrays, counted where the first array begins.
    let numbers = vec!["0"; 2 * MAX_POINTS].join(",");
    let skip = parse(&format!(r#"{{"type":"LineString","coordinates":[{numbers},[0,0]]}}"#)).unwrap_err();
    assert!(matches!(&skip, Skip::Unreadable(reason) if reason.contains("more than 100000 points")), "{skip}");
    let polygon = feature("Polygon", &format!("[[{positions}]]"), "");
    let parsed = parse(&collection(&[polygon, feature("LineString", "[[2,1]]", "")])).unwrap();
    assert_eq!((parsed.activities.len(), parsed.warnings.len()), (1, 0), "points of polygons are not kept");
}
