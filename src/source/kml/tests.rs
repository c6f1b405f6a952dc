use super::*;
use crate::activity::{Activity, Point};
use crate::source;

fn parse(body: &str) -> Result<ParsedFile, Skip> {
    let root = "<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\">";
    source::parse(format!("<?xml version=\"1.0\"?>{root}<Document>{body}</Document></kml>").as_bytes())
}

/// The only activity of a document without damage.
fn only(body: &str) -> Activity {
    let parsed = parse(body).unwrap();
    assert_eq!((parsed.format, &parsed.warnings[..]), (Format::Kml, &[][..]));
    let [activity] = <[Activity; 1]>::try_from(parsed.activities).unwrap();
    activity
}

fn at(lat: f64, lon: f64, seconds: i64) -> Point {
    Point { time_ms: Some(seconds * 1000), ..Point::at(lat, lon) }
}

const WHEN: [&str; 3] =
    ["<when>1970-01-01T00:00:01Z</when>", "<when>1970-01-01T00:00:02Z</when>", "<when>1970-01-01T00:00:03Z</when>"];
const COORD: [&str; 3] = ["<gx:coord>2 1 10</gx:coord>", "<gx:coord>4 3 20</gx:coord>", "<gx:coord>6 5 30</gx:coord>"];

#[test]
fn a_placemark_is_an_activity_and_each_line_a_segment() {
    let parsed = parse(
        "<name>not this</name><Style id='x'/><atom:generator>My Tracks</atom:generator><Folder><name>nor this</name>
         <Placemark><atom:author><atom:name>nor this</atom:name></atom:author><name><![CDATA[Up ]]>&amp; away</name>
           <LookAt><gx:TimeStamp><when>1999-01-01T00:00:00Z</when></gx:TimeStamp></LookAt>
           <TimeSpan><begin>1970-01-01T00:00:05Z</begin></TimeSpan>
           <ExtendedData><Data name='type'><value>Cycling</value></Data><Data name='x'><value>y</value></Data></ExtendedData>
           <MultiGeometry>
             <LineString><tessellate>1</tessellate><coordinates>
               2,1,0.5 4,3</coordinates></LineString>
             <Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 0,1 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>
             <Point><coordinates>9,9</coordinates></Point>
             <LineString><coordinates>6,5,7\n</coordinates></LineString>
           </MultiGeometry></Placemark>
         <Placemark><name>a place</name><Point><coordinates>1,1,0</coordinates></Point></Placemark></Folder>
         <Placemark><ExtendedData><SchemaData><SimpleData name='sport'>hike</SimpleData></SchemaData></ExtendedData>
           <LinearRing><coordinates>8, 7 8,7</coordinates></LinearRing></Placemark>
         <Placemark><LineString><coordinates/></LineString></Placemark>",
    )
    .unwrap();
    let [first, second] = &parsed.activities[..] else { panic!("{parsed:?}") };
    assert_eq!((first.name.as_deref(), first.sport.as_str()), (Some("Up & away"), "cycling"));
    assert_eq!((first.start_ms(), first.planned), (Some(5000), false));
    let with_elevation = |metres, point| Point { elevation_m: Some(metres), ..point };
    let segments = [
        vec![with_elevation(0.5, Point::at(1.0, 2.0)), Point::at(3.0, 4.0)],
        vec![with_elevation(7.0, Point::at(5.0, 6.0))],
    ];
    assert_eq!(first.segments, segments);
    assert_eq!((second.name.as_deref(), second.sport.as_str()), (None, "hike"));
    assert_eq!((parsed.waypoints, parsed.empty_activities, parsed.unreadable_points), (2, 1, 0));
    assert_eq!((parsed.device.as_deref(), parsed.warnings.len()), (Some("My Tracks"), 0));
}

#[test]
fn times_positions_and_heart_rates_of_a_track_come_in_any_order() {
    let rates = "<ExtendedData><SchemaData><gx:SimpleArrayData name='cadence'><gx:value>80</gx:value></gx:SimpleArrayData>\
         <gx:SimpleArrayData name='heart_rate'><gx:value>101</gx:value><gx:value/><gx:value>103</gx:value></gx:SimpleArrayData>\
         </SchemaData></ExtendedData>";
    let [times, positions] = [WHEN.concat(), COORD.concat()];
    let alternating: String = (0..3).map(|i| [WHEN[i], COORD[i]].concat()).collect();
    for body in [
        format!("{times}{positions}{rates}"),
        format!("{rates}{positions}{times}"),
        format!("{alternating}{rates}"),
        format!("{times}{rates}{positions}"),
    ] {
        let activity = only(&format!("<Placemark><gx:Track>{body}</gx:Track></Placemark>"));
        let point = |lat, lon, seconds, metres, heart_rate_bpm| Point {
            elevation_m: Some(metres),
            heart_rate_bpm,
            ..at(lat, lon, seconds)
        };
        let expected = vec![
            point(1.0, 2.0, 1, 10.0, Some(101)),
            point(3.0, 4.0, 2, 20.0, None),
            point(5.0, 6.0, 3, 30.0, Some(103)),
        ];
        assert_eq!(activity.segments, [expected], "{body}");
    }
}

#[test]
fn interpolate_joins_the_tracks_of_a_multi_track() {
    let tracks = |interpolate: &str| {
        let track = |i: usize| format!("<Track><coord>{i} 0</coord></Track>");
        let lines = (0..3).map(track).collect::<String>();
        only(&format!(
            "<Placemark><MultiTrack>{interpolate}{lines}</MultiTrack><Track><coord>9 0</coord></Track></Placemark>"
        ))
        .segments
        .iter()
        .map(Vec::len)
        .collect::<Vec<_>>()
    };
    assert_eq!(tracks("<interpolate>1</interpolate>"), [3, 1]);
    assert_eq!(tracks("<gx:interpolate> true </gx:interpolate>"), [3, 1]);
    assert_eq!(tracks("<interpolate>0</interpolate>"), [1, 1, 1, 1]);
    assert_eq!(tracks(""), [1, 1, 1, 1]);
}

#[test]
fn heights_above_the_ground_are_no_elevations() {
    let elevations = |mode: &str, tuples: &str| {
        let line = format!("<LineString><coordinates>{tuples}</coordinates>{mode}</LineString>");
        let view = "<LookAt><altitudeMode>relativeToGround</altitudeMode></LookAt>";
        let activity = only(&format!("<Placemark>{view}{line}</Placemark>"));
        activity.points().map(|point| point.elevation_m).collect::<Vec<_>>()
    };
    let mode = |mode: &str| format!("<altitudeMode>{mode}</altitudeMode>");
    for (mode, expected) in [
        (String::new(), [Some(5.0), Some(0.0)]),
        (mode("clampToGround"), [Some(5.0), Some(0.0)]),
        (mode("absolute"), [Some(5.0), Some(0.0)]),
        (mode("relativeToGround"), [None, None]),
        ("<gx:altitudeMode>relativeToSeaFloor</gx:altitudeMode>".into(), [None, None]),
    ] {
        assert_eq!(elevations(&mode, "1,2,5 3,4,0"), expected, "{mode}");
    }
    let tracks = "<gx:MultiTrack><altitudeMode>relativeToGround</altitudeMode><gx:Track><gx:coord>1 2 3</gx:coord></gx:Track>\
         </gx:MultiTrack><gx:Track><gx:coord>4 5 3</gx:coord></gx:Track>";
    let activity = only(&format!("<Placemark>{tracks}</Placemark>"));
    assert_eq!(activity.points().map(|point| point.elevation_m).collect::<Vec<_>>(), [None, Some(3.0)]);
}

#[test]
fn numbers_that_stand_for_no_value_are_ignored_and_counted() {
    let rates: String = ["0", "255", "254"].map(|rate| format!("<gx:value>{rate}</gx:value>")).concat();
    let parsed = parse(&format!(
        "<Placemark><gx:Track><gx:coord>2 1 -9999</gx:coord><gx:coord>4 3 65535</gx:coord><gx:coord>6 5 1e300</gx:coord>
         <gx:SimpleArrayData name='heart_rate'>{rates}</gx:SimpleArrayData></gx:Track>
         <LineString><coordinates>8,7,-32768 8,7,-0.5</coordinates></LineString></Placemark>"
    ))
    .unwrap();
    let values = parsed.activities[0].points().map(|point| (point.elevation_m, point.heart_rate_bpm));
    let expected = [(None, None), (None, None), (None, Some(254)), (None, None), (Some(-0.5), None)];
    assert_eq!((values.collect::<Vec<_>>(), parsed.bad_values), (expected.to_vec(), 6));
}

#[test]
fn lists_of_unequal_length_are_joined_as_far_as_they_fit_with_a_warning() {
    let track = |times: &str, positions: &str| {
        parse(&format!("<Placemark><gx:Track>{times}{positions}</gx:Track></Placemark>"))
    };
    let times = |parsed: &ParsedFile| parsed.activities[0].points().map(|point| point.time_ms).collect::<Vec<_>>();
    // One time too few, as where a line was lost.
    let parsed = track(&WHEN[..2].concat(), &COORD.concat()).unwrap();
    assert_eq!((times(&parsed), parsed.warnings.len()), (vec![Some(1000), Some(2000), None], 1));
    // Three times for one position: the line was thinned, so only the start is certain.
    let parsed = track(&WHEN.concat(), COORD[0]).unwrap();
    assert_eq!((times(&parsed), parsed.warnings.len()), (vec![None], 1));
    assert_eq!(parsed.activities[0].start_ms(), Some(1000));
    assert!(parsed.warnings[0].contains("differ in number"), "{:?}", parsed.warnings);
}

#[test]
fn positions_that_are_absent_or_unreadable_keep_their_times_from_the_others() {
    let parsed = parse(&format!(
        "<Placemark><gx:Track>{}<gx:coord/><gx:coord>x 1</gx:coord><gx:coord>6 5 high</gx:coord></gx:Track></Placemark>",
        WHEN.concat()
    ))
    .unwrap();
    assert_eq!(parsed.activities[0].segments, [vec![at(5.0, 6.0, 3)]]);
    let counts = (parsed.unreadable_points, parsed.points_without_position, parsed.bad_values, parsed.warnings.len());
    assert_eq!(counts, (1, 1, 1, 0));
}

#[test]
fn a_file_without_line_reports_its_content() {
    let line =
        |tuples: &str| format!("<Placemark><LineString><coordinates>{tuples}</coordinates></LineString></Placemark>");
    for (body, expected) in [
        (String::new(), "an empty KML file"),
        ("<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>".into(), "1 points and 0 polygons"),
        ("<Placemark><gx:Track><gx:coord/></gx:Track></Placemark>".into(), "without positions"),
    ] {
        assert!(matches!(parse(&body), Err(Skip::NoTrack(reason)) if reason.contains(expected)), "{body}");
    }
    // Decimal commas, latitudes that are words.
    for tuples in ["9,5,51,3 9,6,51,4", "9.5,north"] {
        let skip = parse(&line(tuples)).unwrap_err();
        assert!(matches!(&skip, Skip::Unreadable(reason) if reason.contains("positions is readable")), "{skip}");
    }
}

#[test]
fn broken_markup_loses_only_the_damaged_part() {
    for (body, expected) in [
        ("<Placemark><LineString><coordinates>1,2 3,4<Placemark><name>x</name><LineString><coordinates>5,6", 3),
        ("<Placemark><name>a<b>c</b><LineString><coordinates>1,2 3,4</LineString></Placemark>", 2),
        ("<Placemark><LineString><coordinates>1,2 &bogus; 3,4</coordinates></LineString></Placemark>", 2),
        ("<Placemark><Track><when>1970-01-01T00:00:01Z<coord>1 2<coord>3 4</Track></Placemark>", 2),
    ] {
        let parsed = parse(body).unwrap();
        assert_eq!(
            parsed.activities.iter().map(|activity| activity.points().count()).sum::<usize>(),
            expected,
            "{body}"
        );
    }
    let cut = source::parse(b"<kml><Placemark><name>Alps</name><LineString><coordinates>1,2 3,4").unwrap();
    assert_eq!((cut.activities[0].segments.clone(), cut.damage.is_some()), (vec![vec![Point::at(2.0, 1.0)]], true));
    assert_eq!(cut.activities[0].name.as_deref(), Some("Alps"));
}

#[test]
fn a_line_with_too_many_points_is_refused() {
    let tuples = "1,2 ".repeat(crate::source::collector::MAX_POINTS + 1);
    let skip = parse(&format!("<Placemark><LineString><coordinates>{tuples}</coordinates></LineString></Placemark>"));
    assert!(matches!(skip, Err(Skip::Unreadable(reason)) if reason.contains("more than 100000 points")));
}
