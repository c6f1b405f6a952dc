//! KML → activities: a `<Placemark>` with lines is an activity, each `<LineString>` and `<Track>` a segment. Points and
//! polygons are only counted.
//!
//! A `<Track>` (`gx:Track` before KML 2.3) lists times and positions in any order, both counted from the first. The
//! tracks of a `<MultiTrack>` are one segment if its `<interpolate>` is 1.

mod coordinates;

use super::collector::{Collector, EmitActivity, append_bounded, tidy_name};
use super::lines::{LineCounts, Lines, Position, drop_zero_elevations, skip_without_line, unequal_lists_warning};
use super::markup::document::Document;
use super::markup::handler::Handler;
use super::markup::lexer;
use super::markup::walk::walk;
use super::number;
use super::parsed_file::{Format, ParsedFile};
use super::properties::{Description, Property};
use super::skip::Skip;
use super::time;
use crate::control::cancel::Cancel;
use coordinates::{TupleReader, coord_fields};

/// Reads a KML document.
///
/// # Errors
/// [`Skip::NoTrack`] if it has no line, [`Skip::Unreadable`] if no position is readable, if it is damaged before the
/// first position or exceeds a limit.
pub fn read(document: &mut Document, cancel: &Cancel, emit: EmitActivity) -> Result<ParsedFile<()>, Skip> {
    let mut state = State::new(emit);
    let repairs = walk(document, &mut state, cancel);
    state.is_cut = !state.root_closed;
    // The file ends inside this text, so the text may be incomplete.
    state.target = None;
    state.end_activity();
    let mut parsed = ParsedFile {
        empty_activities: state.line_activities.saturating_sub(state.out.activity_count()),
        device: tidy_name(&state.generator),
        unreadable_points: state.counts.unreadable_points,
        points_without_position: state.counts.points_without_position,
        bad_values: state.bad_values,
        waypoints: state.places,
        ..ParsedFile::from_xml(Format::Kml, repairs, state.root_closed)
    };
    parsed.warnings.extend(unequal_lists_warning(state.counts.unequal_lists));
    parsed.complete(state.out, || skip_without_line(Format::Kml, &state.counts, state.places, state.areas))
}

/// Destination of the next text.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    /// `<coordinates>`, read piece by piece; the other texts are read at their end.
    Coordinates,
    /// `<coord>` of a track.
    Coord,
    /// `<when>` of a track.
    Time,
    HeartRate,
    AltitudeMode,
    Interpolate,
    Property(Property),
    Generator,
}

struct State<'a> {
    out: Collector<'a>,
    target: Option<Target>,
    text: String,
    tuples: TupleReader,
    /// Line that is open.
    lines: Option<Lines>,
    /// Property whose `<value>` follows.
    property: Option<Property>,
    description: Description,
    /// First time of the lists of the activity.
    first_time_ms: Option<i64>,
    in_placemark: bool,
    in_polygon: bool,
    /// Inside elements with names or times that do not describe the activity.
    in_view_or_author: bool,
    /// True if a `<MultiTrack>` joins its tracks.
    is_interpolated: bool,
    /// Altitude mode of the tracks of a `<MultiTrack>`.
    are_heights_above_ground: bool,
    generator: String,
    counts: LineCounts,
    bad_values: u64,
    has_line: bool,
    line_activities: u64,
    places: u64,
    areas: u64,
    root_closed: bool,
    is_cut: bool,
}

impl Handler for State<'_> {
    #[inline]
    fn start_element(&mut self, name: &[u8], attributes: &str) {
        // A text that is still open here lacks its end tag.
        self.end_text();
        let is_described = self.in_placemark && !self.in_view_or_author;
        self.target = match name {
            b"coord" if self.lines.is_some() => Some(Target::Coord),
            b"when" if self.lines.is_some() => Some(Target::Time),
            b"coordinates" if self.lines.is_some() => Some(Target::Coordinates),
            b"altitudeMode" if is_described => Some(Target::AltitudeMode),
            b"interpolate" => Some(Target::Interpolate),
            b"value" => match self.property {
                Some(Property::HeartRates) => Some(Target::HeartRate),
                property => property.map(Target::Property),
            },
            b"SimpleData" if is_described => property(attributes).map(Target::Property),
            b"name" if is_described => Some(Target::Property(Property::Name)),
            b"when" | b"begin" if is_described => Some(Target::Property(Property::Times)),
            b"generator" if self.generator.is_empty() => Some(Target::Generator),
            _ => {
                self.open_other(name, attributes);
                None
            }
        };
    }

    #[inline]
    fn text(&mut self, text: &str) {
        match (self.target, &mut self.lines) {
            (Some(Target::Coordinates), Some(lines)) => {
                let bad_values = &mut self.bad_values;
                self.tuples.push(text, |tuple| push_position(lines, bad_values, tuple.split(',')));
            }
            (Some(_), _) => append_bounded(&mut self.text, text),
            (None, _) => {}
        }
    }

    #[inline]
    fn end_element(&mut self, name: &[u8]) {
        self.end_text();
        match name {
            b"coord" | b"when" | b"value" => {}
            b"LineString" | b"LinearRing" | b"Track" => self.end_line(),
            b"MultiTrack" => self.end_multi_track(),
            b"Placemark" => self.end_activity(),
            b"Polygon" => self.in_polygon = false,
            b"Data" | b"SimpleArrayData" => self.property = None,
            b"LookAt" | b"Camera" | b"author" => self.in_view_or_author = false,
            b"kml" => self.root_closed = true,
            _ => {}
        }
    }

    fn is_done(&self) -> bool {
        self.out.is_full() || self.lines.as_ref().is_some_and(|lines| lines.excess() > 0)
    }
}

impl<'a> State<'a> {
    fn new(emit: EmitActivity<'a>) -> Self {
        Self {
            out: Collector::new(emit),
            target: None,
            text: String::new(),
            tuples: TupleReader::default(),
            lines: None,
            property: None,
            description: Description::default(),
            first_time_ms: None,
            in_placemark: false,
            in_polygon: false,
            in_view_or_author: false,
            is_interpolated: false,
            are_heights_above_ground: false,
            generator: String::new(),
            counts: LineCounts::default(),
            bad_values: 0,
            has_line: false,
            line_activities: 0,
            places: 0,
            areas: 0,
            root_closed: false,
            is_cut: false,
        }
    }

    /// Handles elements without a text of their own.
    fn open_other(&mut self, name: &[u8], attributes: &str) {
        match name {
            b"Placemark" => {
                self.end_activity();
                self.in_placemark = true;
            }
            b"LineString" | b"LinearRing" if !self.in_polygon => self.begin_line(false),
            b"Track" => self.begin_line(self.are_heights_above_ground),
            b"MultiTrack" => self.end_multi_track(),
            b"Point" => {
                self.end_line();
                self.places += 1;
            }
            b"Polygon" => {
                self.end_line();
                self.areas += 1;
                self.in_polygon = true;
            }
            b"Data" | b"SimpleArrayData" => self.property = property(attributes),
            b"LookAt" | b"Camera" | b"author" => self.in_view_or_author = true,
            _ => {}
        }
    }

    fn end_text(&mut self) {
        let Some(target) = self.target.take() else { return };
        let text = std::mem::take(&mut self.text);
        match (target, &mut self.lines) {
            (Target::Coordinates, Some(lines)) => {
                let bad_values = &mut self.bad_values;
                self.tuples.flush(|tuple| push_position(lines, bad_values, tuple.split(',')));
            }
            (Target::Coord, Some(lines)) => push_position(lines, &mut self.bad_values, coord_fields(&text)),
            (Target::Time, Some(lines)) => lines.times.push(value(&text, time::unix_ms, &mut self.bad_values)),
            (Target::HeartRate, Some(lines)) => {
                lines.heart_rates.push(value(&text, number::byte, &mut self.bad_values))
            }
            (Target::AltitudeMode, lines) => {
                let mode = lines
                    .as_mut()
                    .map_or(&mut self.are_heights_above_ground, |lines| &mut lines.are_heights_above_ground);
                *mode = text.trim().starts_with("relativeTo");
            }
            (Target::Interpolate, _) => self.is_interpolated = matches!(text.trim(), "1" | "true"),
            (Target::Property(property), _) => self.description.set(property, &text),
            (Target::Generator, _) => self.generator = text,
            (Target::Coordinates | Target::Coord | Target::Time | Target::HeartRate, None) => {}
        }
    }

    fn begin_line(&mut self, are_heights_above_ground: bool) {
        self.end_line();
        self.has_line = true;
        self.lines.insert(Lines::default()).are_heights_above_ground = are_heights_above_ground;
    }

    fn end_line(&mut self) {
        self.tuples = TupleReader::default();
        let Some(lines) = self.lines.take() else { return };
        self.out.refuse_excess(lines.excess());
        self.first_time_ms = self.first_time_ms.or(lines.first_time_ms());
        lines.collect(self.is_cut, &mut self.out, &mut self.counts);
        if !self.is_interpolated {
            self.out.end_segment();
        }
    }

    fn end_multi_track(&mut self) {
        self.end_line();
        self.out.end_segment();
        self.is_interpolated = false;
        self.are_heights_above_ground = false;
    }

    fn end_activity(&mut self) {
        self.end_multi_track();
        let activity = self.out.activity();
        drop_zero_elevations(activity);
        std::mem::take(&mut self.description).describe(activity, self.first_time_ms.take());
        self.out.finish_activity();
        self.line_activities += u64::from(std::mem::take(&mut self.has_line));
        self.property = None;
        (self.in_placemark, self.in_polygon, self.in_view_or_author) = (false, false, false);
    }
}

/// Property that the attribute `name` states.
fn property(attributes: &str) -> Option<Property> {
    Property::of(&lexer::attribute(attributes, b"name")?)
}

fn push_position<'a>(lines: &mut Lines, bad_values: &mut u64, fields: impl Iterator<Item = &'a str>) {
    let (position, is_valid) = Position::parse(fields);
    *bad_values += u64::from(!is_valid);
    lines.push(position);
}

/// Value of a position. Counts it if it is invalid.
fn value<T>(text: &str, parse: fn(&[u8]) -> Option<T>, bad_values: &mut u64) -> Option<T> {
    let value = parse(text.as_bytes());
    *bad_values += u64::from(value.is_none() && !text.trim().is_empty());
    value
}

#[cfg(test)]
mod tests;
