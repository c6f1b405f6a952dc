//! TCX → activities: each `<Activity>` or `<Course>` is an activity.
//!
//! A new lap continues the segment, because the watch kept recording. A second `<Track>` in a lap starts a new segment,
//! because TCX writes pauses that way.

use super::collector::{Collector, EmitActivity, append_bounded, tidy_name};
use super::markup::document::Document;
use super::markup::handler::Handler;
use super::markup::lexer;
use super::markup::walk::walk;
use super::parsed_file::{Format, ParsedFile};
use super::point_builder::{BuiltPoint, PointBuilder, Quantity, ValueText, unreadable_positions};
use super::skip::Skip;
use crate::control::cancel::Cancel;

/// Reads a TCX document.
///
/// # Errors
/// [`Skip::NoTrack`] if no trackpoint states a position, [`Skip::Unreadable`] if no stated position is readable, or if
/// the file is damaged before the first position or exceeds a limit.
pub fn read(document: &mut Document, cancel: &Cancel, emit: EmitActivity) -> Result<ParsedFile<()>, Skip> {
    let mut state = State::new(emit);
    let repairs = walk(document, &mut state, cancel);
    // The file ends inside this point, so the point may be incomplete.
    state.draft = None;
    state.end_activity();
    let parsed = ParsedFile {
        empty_activities: (state.activities + state.courses).saturating_sub(state.out.activity_count()),
        device: tidy_name(&state.device),
        course: state.courses > 0 && state.activities == 0,
        unreadable_points: state.unreadable_points,
        bad_values: state.bad_values,
        points_without_position: state.points_without_position,
        ..ParsedFile::from_xml(Format::Tcx, repairs, state.root_closed || !state.has_root)
    };
    parsed.complete(state.out, || match (state.unreadable_points, state.points_without_position, state.activities) {
        (1.., ..) => unreadable_positions(state.unreadable_points),
        (0, 0, 0) => Skip::NoTrack("a TCX file without any activity".into()),
        (0, ..) => Skip::NoTrack("a TCX activity without positions, recorded indoors or without GPS".into()),
    })
}

/// Destination of the next text.
#[derive(Clone, Copy)]
enum TextTarget {
    Point(Quantity),
    Name,
    Device,
}

struct State<'a> {
    out: Collector<'a>,
    draft: Option<PointBuilder>,
    in_heart_rate: bool,
    text_target: Option<TextTarget>,
    /// Text of the open quantity so far.
    value: ValueText,
    sport: String,
    name: String,
    device: String,
    owner: Owner,
    /// Owner outside laps: the open activity or course.
    container: Owner,
    /// Set by the first `<Track>` of a lap; the next `<Track>` follows a pause.
    lap_has_track: bool,
    activities: u64,
    courses: u64,
    has_root: bool,
    root_closed: bool,
    unreadable_points: u64,
    bad_values: u64,
    points_without_position: u64,
}

/// Element that a `Name` or `Notes` element describes.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    /// An element without a used name: a lap, a training plan, the author.
    Other,
    Activity,
    Course,
    Creator,
}

impl Handler for State<'_> {
    #[inline]
    fn start_element(&mut self, name: &[u8], attributes: &str) {
        let quantity = match name {
            b"Trackpoint" => {
                self.end_point();
                self.in_heart_rate = false;
                self.draft = Some(PointBuilder::default());
                return;
            }
            b"Time" => Quantity::Time,
            b"LatitudeDegrees" => Quantity::Lat,
            b"LongitudeDegrees" => Quantity::Lon,
            b"AltitudeMeters" => Quantity::Elevation,
            b"Speed" => Quantity::Speed,
            b"Watts" => Quantity::Power,
            b"Cadence" | b"RunCadence" => Quantity::Cadence,
            b"HeartRateBpm" => {
                self.in_heart_rate = true;
                return;
            }
            b"Value" if self.in_heart_rate => Quantity::HeartRate,
            _ => return self.open_other(name, attributes),
        };
        if self.draft.is_some() {
            self.end_value();
            self.text_target = Some(TextTarget::Point(quantity));
        }
    }

    #[inline]
    fn text(&mut self, text: &str) {
        match self.text_target {
            None => {}
            Some(TextTarget::Point(_)) => self.value.push(text),
            Some(TextTarget::Name) => append_bounded(&mut self.name, text),
            Some(TextTarget::Device) => append_bounded(&mut self.device, text),
        }
    }

    #[inline]
    fn end_element(&mut self, name: &[u8]) {
        self.end_value();
        match name {
            b"Trackpoint" => self.end_point(),
            b"HeartRateBpm" => self.in_heart_rate = false,
            b"Activity" | b"Course" => self.end_activity(),
            b"Lap" => self.owner = self.container,
            b"Creator" => self.owner = Owner::Other,
            b"TrainingCenterDatabase" => self.root_closed = true,
            _ => {}
        }
    }

    fn is_done(&self) -> bool {
        self.out.is_full()
    }
}

impl<'a> State<'a> {
    fn new(emit: EmitActivity<'a>) -> Self {
        Self {
            out: Collector::new(emit),
            draft: None,
            in_heart_rate: false,
            text_target: None,
            value: ValueText::default(),
            sport: String::new(),
            name: String::new(),
            device: String::new(),
            owner: Owner::Other,
            container: Owner::Other,
            lap_has_track: false,
            activities: 0,
            courses: 0,
            has_root: false,
            root_closed: false,
            unreadable_points: 0,
            bad_values: 0,
            points_without_position: 0,
        }
    }

    /// Handles elements outside trackpoints.
    fn open_other(&mut self, name: &[u8], attributes: &str) {
        match name {
            b"Activity" => {
                self.end_activity();
                self.activities += 1;
                self.enter_container(Owner::Activity);
                self.sport = lexer::attribute(attributes, b"Sport").unwrap_or_default().into_owned();
            }
            b"Course" => {
                self.end_activity();
                self.courses += 1;
                self.enter_container(Owner::Course);
            }
            b"Lap" => {
                self.end_point();
                self.owner = Owner::Other;
                self.lap_has_track = false;
            }
            b"Track" => {
                self.end_point();
                if self.lap_has_track {
                    self.out.end_segment();
                }
                self.lap_has_track = true;
            }
            b"Creator" => self.owner = Owner::Creator,
            b"TrainingCenterDatabase" => self.has_root = true,
            b"Training" | b"CoursePoint" | b"Author" => self.owner = Owner::Other,
            b"Notes" if self.owner == Owner::Activity && self.name.is_empty() => {
                self.text_target = Some(TextTarget::Name)
            }
            b"Name" if self.owner == Owner::Course && self.name.is_empty() => self.text_target = Some(TextTarget::Name),
            b"Name" if self.owner == Owner::Creator && self.device.is_empty() => {
                self.text_target = Some(TextTarget::Device)
            }
            _ => {}
        }
    }

    fn enter_container(&mut self, container: Owner) {
        self.lap_has_track = false;
        self.owner = container;
        self.container = container;
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
            Some(BuiltPoint::BadPosition) => self.unreadable_points += 1,
            Some(BuiltPoint::NoPosition) => self.points_without_position += 1,
            None => {}
        }
    }

    fn end_activity(&mut self) {
        self.end_point();
        let planned = matches!(self.container, Owner::Course);
        self.enter_container(Owner::Other);
        let activity = self.out.activity();
        activity.planned = planned;
        // Notes may be a diary; services write the title in its first line.
        let name = std::mem::take(&mut self.name);
        activity.name = name.lines().find_map(tidy_name);
        activity.sport = tidy_name(&std::mem::take(&mut self.sport)).unwrap_or_default().to_lowercase();
        self.out.finish_activity();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;
    use crate::source;

    fn read(body: &str) -> Result<ParsedFile, Skip> {
        source::parse(format!("<TrainingCenterDatabase>{body}</TrainingCenterDatabase>").as_bytes())
    }

    fn point(lat: i32) -> String {
        format!(
            "<Trackpoint><Position><LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>0</LongitudeDegrees></Position></Trackpoint>"
        )
    }

    fn lats(parsed: &ParsedFile) -> Vec<Vec<Vec<f64>>> {
        let segment = |points: &Vec<Point>| points.iter().map(|point| point.lat).collect();
        parsed.activities.iter().map(|activity| activity.segments.iter().map(segment).collect()).collect()
    }

    #[test]
    fn every_value_of_a_trackpoint_and_none_of_its_lap() {
        let parsed = read(
            "<Activities><Activity Sport='Biking'><Id>2020</Id><Lap><MaximumHeartRateBpm><Value>99</Value></MaximumHeartRateBpm>
             <Cadence>50</Cadence>
             <Track><Trackpoint><Time>1970-01-01T00:00:02Z</Time><AltitudeMeters>4</AltitudeMeters><HeartRateBpm><Value>70</Value>
             </HeartRateBpm><Cadence>81</Cadence><Position><LatitudeDegrees> 1 </LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position>
             <Extensions><ns3:TPX><ns3:Speed>5</ns3:Speed><ns3:Watts><Value>3</Value></ns3:Watts></ns3:TPX></Extensions>
             </Trackpoint></Track><Notes>lap</Notes></Lap><Notes>
             Around the lake
             and back</Notes><Training><Plan><Name>plan</Name></Plan></Training>
             <Creator><Name>Watch 9</Name></Creator></Activity></Activities><Author><Name>author</Name></Author>",
        )
        .unwrap();
        let [activity] = &parsed.activities[..] else { panic!("{parsed:?}") };
        assert_eq!((activity.name.as_deref(), activity.sport.as_str()), (Some("Around the lake"), "biking"));
        assert_eq!((parsed.device.as_deref(), parsed.course), (Some("Watch 9"), false));
        assert!(!parsed.activities[0].planned);
        let full = Point {
            time_ms: Some(2000),
            elevation_m: Some(4.0),
            speed_mps: Some(5.0),
            heart_rate_bpm: Some(70),
            power_w: Some(3),
            cadence_rpm: Some(81),
            ..Point::at(1.0, 2.0)
        };
        assert_eq!(activity.segments, [vec![full]]);
    }

    #[test]
    fn runs_state_strides_in_an_extension() {
        let run = point(1)
            .replace("</Trackpoint>", "<Extensions><TPX><RunCadence>87</RunCadence></TPX></Extensions></Trackpoint>");
        let parsed = read(&format!("<Activity><Lap><Track>{run}</Track></Lap></Activity>")).unwrap();
        assert_eq!(parsed.activities[0].segments[0][0].cadence_rpm, Some(87));
    }

    #[test]
    fn a_second_track_in_a_lap_is_a_gap_and_a_new_lap_is_not() {
        let track = |lat| format!("<Track>{}</Track>", point(lat));
        let body = format!(
            "<Activity Sport='A'><Lap>{}{}</Lap><Lap>{}</Lap></Activity><Activity Sport='B'><Lap>{}</Lap></Activity>",
            track(1),
            track(2),
            track(3),
            track(4)
        );
        assert_eq!(lats(&read(&body).unwrap()), [vec![vec![1.0], vec![2.0, 3.0]], vec![vec![4.0]]]);
    }

    #[test]
    fn a_course_is_marked_as_planned() {
        let body = format!(
            "<Courses><Course><Name>Loop</Name><Lap><BeginPosition><LatitudeDegrees>9</LatitudeDegrees></BeginPosition></Lap>
             <Track>{}{}</Track><CoursePoint><Name>Top</Name><Position><LatitudeDegrees>9</LatitudeDegrees></Position></CoursePoint>
             </Course></Courses>",
            point(1), point(2)
        );
        let parsed = read(&body).unwrap();
        assert!(parsed.course && parsed.activities[0].planned);
        assert_eq!(parsed.activities[0].name.as_deref(), Some("Loop"));
        assert_eq!(lats(&parsed), [vec![vec![1.0, 2.0]]]);
    }

    #[test]
    fn points_without_position_are_counted_apart_from_bad_ones() {
        let body = format!(
            "<Activity><Lap><Track><Trackpoint><Time>1970-01-01T00:00:02Z</Time></Trackpoint>
             <Trackpoint><Position><LatitudeDegrees>x</LatitudeDegrees></Position></Trackpoint>{}</Track></Lap></Activity>",
            point(1)
        );
        let parsed = read(&body).unwrap();
        assert_eq!((parsed.points_without_position, parsed.unreadable_points), (1, 1));
        assert_eq!(lats(&parsed), [vec![vec![1.0]]]);
    }

    #[test]
    fn a_file_without_track_reports_its_content() {
        for (body, expected) in [
            ("", "without any activity"),
            ("<Activity Sport='Running'><Lap><Track><Trackpoint/></Track></Lap></Activity>", "indoors"),
        ] {
            assert!(matches!(read(body), Err(Skip::NoTrack(reason)) if reason.contains(expected)), "{body}");
        }
    }
}
