//! GPX → activities: `<trk>` is an activity, `<trkseg>` a segment and, on request, `<rte>` a planned activity.
//! Waypoints are only counted.

use super::collector::{Collector, EmitActivity, append_bounded, tidy_name};
use super::markup::document::Document;
use super::markup::handler::Handler;
use super::markup::lexer;
use super::markup::walk::walk;
use super::parsed_file::{Format, ParsedFile};
use super::point_builder::{BuiltPoint, PointBuilder, Quantity, ValueText, unreadable_positions};
use super::skip::Skip;
use crate::control::cancel::Cancel;

/// Reads the tracks of a GPX document and, if `read_routes`, its routes.
///
/// # Errors
/// [`Skip::NoTrack`] if no track point states a position, [`Skip::Planned`] if the file holds only routes,
/// [`Skip::Unreadable`] if no position of a track is readable, even if those of a route are, or if the file is damaged
/// before the first position or exceeds a limit.
pub fn read(
    document: &mut Document,
    read_routes: bool,
    cancel: &Cancel,
    emit: EmitActivity,
) -> Result<ParsedFile<()>, Skip> {
    let mut state = State::new(read_routes, emit);
    let repairs = walk(document, &mut state, cancel);
    // The file ends inside this point, so the point may be incomplete.
    state.draft = None;
    state.end_track();
    if state.unreadable_track_points > 0 && !state.has_recording && !state.out.is_full() {
        return Err(unreadable_positions(state.unreadable_track_points));
    }
    let parsed = ParsedFile {
        empty_activities: state.tracks.saturating_sub(state.out.activity_count()),
        device: state.creator,
        unreadable_points: state.unreadable_points,
        points_without_position: state.points_without_position,
        bad_values: state.bad_values,
        waypoints: state.waypoints,
        route_points: state.route_points,
        ..ParsedFile::from_xml(Format::Gpx, repairs, state.root_closed || !state.has_root)
    };
    parsed.complete(state.out, || {
        let (positionless, route_points) = (state.points_without_position, state.route_points);
        match (state.unreadable_points, positionless, route_points, state.waypoints) {
            (1.., ..) => unreadable_positions(state.unreadable_points),
            (0, 1.., ..) => Skip::NoTrack(format!("{positionless} track points, none with a position")),
            (0, 0, 1.., _) => Skip::Planned(format!("a route of {route_points} points")),
            (0, 0, 0, 0) => Skip::NoTrack("an empty GPX file".into()),
            (0, 0, 0, waypoints) => Skip::NoTrack(format!("{waypoints} waypoints and no track")),
        }
    })
}

/// Destination of the next text.
#[derive(Clone, Copy)]
enum TextTarget {
    Point(Quantity),
    Name,
    Sport,
}

struct State<'a> {
    out: Collector<'a>,
    read_routes: bool,
    /// `<trk>` elements and read `<rte>` elements so far, including empty ones.
    tracks: u64,
    /// True if the current track is a route.
    planned: bool,
    draft: Option<PointBuilder>,
    text_target: Option<TextTarget>,
    /// Text of the open quantity so far.
    value: ValueText,
    name: String,
    sport: String,
    /// True inside `<trk>` before its first segment, where its name and type are.
    in_header: bool,
    /// Open `<link>` and `<extensions>` elements, whose names and types do not describe the track.
    links: u64,
    extensions: u64,
    creator: Option<String>,
    has_root: bool,
    root_closed: bool,
    /// True once a track has a position.
    has_recording: bool,
    unreadable_points: u64,
    /// Those of `unreadable_points` that are not of a route.
    unreadable_track_points: u64,
    points_without_position: u64,
    bad_values: u64,
    waypoints: u64,
    route_points: u64,
}

impl Handler for State<'_> {
    #[inline]
    fn start_element(&mut self, name: &[u8], attributes: &str) {
        if self.draft.is_some() && !matches!(name, b"trkpt" | b"trkseg" | b"trk" | b"rtept" | b"rte") {
            let quantity = match name {
                b"ele" => Quantity::Elevation,
                b"time" => Quantity::Time,
                b"hr" | b"heartrate" => Quantity::HeartRate,
                b"speed" => Quantity::Speed,
                b"power" | b"PowerInWatts" | b"watts" => Quantity::Power,
                b"cad" | b"cadence" => Quantity::Cadence,
                b"atemp" | b"temp" => Quantity::Temperature,
                _ => return,
            };
            self.end_value();
            self.text_target = Some(TextTarget::Point(quantity));
            return;
        }
        match name {
            b"rtept" if !self.read_routes => self.route_points += 1,
            b"trkpt" | b"rtept" => {
                self.end_point();
                let mut draft = PointBuilder::default();
                lexer::attributes(attributes, |name, value| match name {
                    b"lat" => draft.set_coordinate(Quantity::Lat, value),
                    b"lon" => draft.set_coordinate(Quantity::Lon, value),
                    _ => {}
                });
                self.draft = Some(draft);
            }
            b"trkseg" => self.end_segment(),
            b"rte" if !self.read_routes => {}
            b"trk" | b"rte" => {
                self.end_track();
                self.planned = name == b"rte";
                self.tracks += 1;
                self.in_header = true;
                (self.links, self.extensions) = (0, 0);
            }
            b"name" if self.describes_track() && self.name.is_empty() => self.text_target = Some(TextTarget::Name),
            b"type" if self.describes_track() && self.sport.is_empty() => self.text_target = Some(TextTarget::Sport),
            b"link" => self.links += 1,
            b"extensions" => self.extensions += 1,
            b"wpt" => self.waypoints += 1,
            b"gpx" => {
                self.has_root = true;
                self.creator = lexer::attribute(attributes, b"creator").and_then(|text| tidy_name(&text));
            }
            _ => {}
        }
    }

    #[inline]
    fn text(&mut self, text: &str) {
        match self.text_target {
            None => {}
            Some(TextTarget::Point(_)) => self.value.push(text),
            Some(TextTarget::Name) => append_bounded(&mut self.name, text),
            Some(TextTarget::Sport) => append_bounded(&mut self.sport, text),
        }
    }

    #[inline]
    fn end_element(&mut self, name: &[u8]) {
        self.end_value();
        match name {
            b"trkpt" | b"rtept" => self.end_point(),
            b"trkseg" => self.end_segment(),
            b"trk" | b"rte" => self.end_track(),
            b"link" => self.links = self.links.saturating_sub(1),
            b"extensions" => self.extensions = self.extensions.saturating_sub(1),
            b"gpx" => self.root_closed = true,
            _ => {}
        }
    }

    fn is_done(&self) -> bool {
        self.out.is_full()
    }
}

impl<'a> State<'a> {
    fn new(read_routes: bool, emit: EmitActivity<'a>) -> Self {
        Self {
            out: Collector::new(emit),
            read_routes,
            tracks: 0,
            planned: false,
            draft: None,
            text_target: None,
            value: ValueText::default(),
            name: String::new(),
            sport: String::new(),
            in_header: false,
            links: 0,
            extensions: 0,
            creator: None,
            has_root: false,
            root_closed: false,
            has_recording: false,
            unreadable_points: 0,
            unreadable_track_points: 0,
            points_without_position: 0,
            bad_values: 0,
            waypoints: 0,
            route_points: 0,
        }
    }

    /// Returns true in the header of a track and outside of elements with names of their own.
    fn describes_track(&self) -> bool {
        self.in_header && self.links == 0 && self.extensions == 0
    }

    /// Ends the text of an element: sets a quantity of the point.
    #[inline]
    fn end_value(&mut self) {
        let Some(TextTarget::Point(quantity)) = self.text_target.take() else { return };
        if let Some(draft) = &mut self.draft {
            self.bad_values += u64::from(!self.value.set(draft, quantity));
        }
    }

    #[inline]
    fn end_point(&mut self) {
        self.end_value();
        match self.draft.take().map(PointBuilder::build) {
            Some(BuiltPoint::Point(point)) => self.out.push(point),
            Some(BuiltPoint::BadPosition) => {
                self.unreadable_points += 1;
                self.unreadable_track_points += u64::from(!self.planned);
            }
            Some(BuiltPoint::NoPosition) => self.points_without_position += 1,
            None => {}
        }
    }

    fn end_segment(&mut self) {
        self.end_point();
        self.in_header = false;
        self.out.end_segment();
    }

    fn end_track(&mut self) {
        self.end_segment();
        let activity = self.out.activity();
        self.has_recording |= !self.planned && !activity.segments.is_empty();
        activity.planned = std::mem::take(&mut self.planned);
        activity.name = tidy_name(&std::mem::take(&mut self.name));
        activity.sport = tidy_name(&std::mem::take(&mut self.sport)).unwrap_or_default().to_lowercase();
        self.out.finish_activity();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;
    use crate::source;

    fn parse(text: &str) -> Result<ParsedFile, Skip> {
        source::parse(text.as_bytes())
    }

    fn read(body: &str) -> Result<ParsedFile, Skip> {
        parse(&format!("<gpx creator='Device &amp; Co'>{body}</gpx>"))
    }

    #[test]
    fn tracks_segments_names_and_values() {
        let parsed = read(
            "<metadata><link><text>no</text></link><name>not this</name><type>nor this</type></metadata>
             <wpt lat='1' lon='1'><name>not this</name></wpt>
             <trk><extensions><link><text>no</text></link><x:name>not this</x:name><x:type>nor this</x:type></extensions><link><type>text/html</type></link>
               <name><![CDATA[Up ]]>&amp; away</name><type>Running</type><trkseg>
               <trkpt lat='1' lon='2'><ele>3.5</ele><time>1970-01-01T00:00:01Z</time><name>no</name>
                 <extensions><a:speed>2.5</a:speed><power>250</power><a:b><c:d><e:hr>120</e:hr><e:cad>88</e:cad><e:atemp>-1.5</e:atemp></c:d></a:b></extensions></trkpt>
               <trkpt lon='4' lat='3'><pwr:PowerInWatts>90</pwr:PowerInWatts><cadence>70</cadence><temp>31</temp></trkpt></trkseg><trkseg/><trkseg><trkpt lat='5' lon='6'></trkpt></trkseg></trk>
             <trk><trkseg></trkseg></trk>
             <trk><trkseg><trkpt lat='7' lon='8'/></trkseg></trk>
             <rte><rtept lat='1' lon='1'/><rtept lat='1' lon='1'/></rte>",
        )
        .unwrap();
        let [first, second] = &parsed.activities[..] else { panic!("{parsed:?}") };
        assert_eq!((first.name.as_deref(), first.sport.as_str()), (Some("Up & away"), "running"));
        let full = Point {
            time_ms: Some(1000),
            elevation_m: Some(3.5),
            speed_mps: Some(2.5),
            heart_rate_bpm: Some(120),
            power_w: Some(250),
            cadence_rpm: Some(88),
            temperature_c: Some(-2),
            ..Point::at(1.0, 2.0)
        };
        let other = Point { power_w: Some(90), cadence_rpm: Some(70), temperature_c: Some(31), ..Point::at(3.0, 4.0) };
        assert_eq!(first.segments, [vec![full, other], vec![Point::at(5.0, 6.0)]]);
        assert_eq!((second.name.as_deref(), second.sport.as_str()), (None, ""));
        assert_eq!(second.segments, [vec![Point::at(7.0, 8.0)]]);
        assert_eq!((parsed.waypoints, parsed.route_points), (1, 2));
        assert_eq!(parsed.device.as_deref(), Some("Device & Co"));
        assert_eq!((parsed.unreadable_points, parsed.bad_values, parsed.damage), (0, 0, None));
    }

    #[test]
    fn comments_references_and_cdata_divide_no_value() {
        let values = "<ele>12<!-- c -->3</ele><time>\n<!-- c -->1970-01-01T00:00:01Z</time><power>2&#48;5</power>
             <cad>8<![CDATA[5]]></cad><hr><![CDATA[130]]></hr><atemp><!-- c --></atemp>";
        let broken = "<trkpt lat='3' lon='4'><ele>7<hr>99<trkpt lat='5' lon='6'></trkpt>";
        let parsed =
            read(&format!("<trk><trkseg><trkpt lat='1' lon='2'>{values}</trkpt>{broken}</trkseg></trk>")).unwrap();
        let expected = Point {
            elevation_m: Some(123.0),
            time_ms: Some(1000),
            power_w: Some(205),
            cadence_rpm: Some(85),
            heart_rate_bpm: Some(130),
            ..Point::at(1.0, 2.0)
        };
        let unclosed = Point { elevation_m: Some(7.0), heart_rate_bpm: Some(99), ..Point::at(3.0, 4.0) };
        assert_eq!(parsed.activities[0].segments, [vec![expected, unclosed, Point::at(5.0, 6.0)]]);
        assert_eq!(parsed.bad_values, 0);
    }

    #[test]
    fn unreadable_points_are_counted_and_the_rest_is_read() {
        let parsed = read(
            "<trk><trkseg><trkpt lat='undefined' lon='2'><ele>1</ele></trkpt><trkpt lon='2'/>
             <trkpt lat='NaN' lon='2'/><trkpt lat='95' lon='200'><time>soon</time><time/><ele> </ele></trkpt>
             <trkpt lat='1' lon='2'><ele>9</trkseg><trkpt lat=3 lon=4 /></trk><trkpt lat='5' lon='6'></trkpt>",
        )
        .unwrap();
        let points: Vec<_> = parsed.activities.iter().flat_map(|a| a.points()).map(|p| (p.lat, p.lon)).collect();
        assert_eq!(points, [(95.0, -160.0), (1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]);
        assert_eq!((parsed.unreadable_points, parsed.bad_values), (3, 1));
    }

    #[test]
    fn a_file_without_track_reports_its_content() {
        for (body, expected) in [
            ("", "empty"),
            ("<trk><name>x</name><trkseg/></trk>", "empty"),
            ("<wpt lat='1' lon='2'/>", "1 waypoints"),
            ("<trk><trkseg><trkpt lat='' lon=''/><trkpt/></trkseg></trk>", "2 track points"),
        ] {
            assert!(matches!(read(body), Err(Skip::NoTrack(reason)) if reason.contains(expected)), "{body}");
        }
        let route = read("<wpt lat='1' lon='2'/><rte><rtept lat='1' lon='2'/></rte>");
        assert_eq!(route.unwrap_err(), Skip::Planned("a route of 1 points".into()));
    }

    #[test]
    fn routes_are_read_on_request() {
        let body = "<rte><name>Plan</name><type>Ride</type><rtept lat='1' lon='2'><ele>3</ele></rtept><rtept lat='4' lon='5'/></rte>
             <trk><trkpt lat='6' lon='7'/></trk><rte><rtept lat='8' lon='9'/>";
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&path, format!("<gpx>{body}</rte></gpx>")).unwrap();
        let read = |plans| {
            let file = source::OpenedFile {
                path: path.path(),
                content: source::read::open(path.path()).unwrap(),
                metadata: None,
                cancel: &Cancel::default(),
            };
            source::read_into(file, plans, Vec::new()).unwrap()
        };
        let all = read(source::PlannedActivities::CoursesAndRoutes);
        let facts = |parsed: &ParsedFile| {
            let of = |activity: &crate::activity::Activity| (activity.planned, activity.points().count());
            (parsed.activities.iter().map(of).collect::<Vec<_>>(), parsed.route_points)
        };
        assert_eq!(facts(&all), (vec![(true, 2), (false, 1), (true, 1)], 0));
        assert_eq!((all.activities[0].name.as_deref(), &*all.activities[0].sport), (Some("Plan"), "ride"));
        assert_eq!(all.activities[0].segments[0][0].elevation_m, Some(3.0));
        assert_eq!(facts(&read(source::PlannedActivities::Courses)), (vec![(false, 1)], 3));
    }

    #[test]
    fn a_file_that_stops_keeps_its_track_name_and_whole_points() {
        let parsed = parse(
            "<gpx><trk><name>Alps</name><type>hike</type><trkseg><trkpt lat='1' lon='2'/><trkpt lat='3' lon='4'><ele>5",
        )
        .unwrap();
        assert_eq!(parsed.activities[0].name.as_deref(), Some("Alps"));
        assert_eq!(parsed.activities[0].sport, "hike");
        assert_eq!(parsed.activities[0].segments, [vec![Point::at(1.0, 2.0)]]);
        assert!(parsed.damage.is_some());
        assert!(matches!(parse("<gpx><trk><trkseg><trkpt lat='3'"), Err(Skip::Unreadable(_))));
    }
}
