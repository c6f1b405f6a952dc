//! State of reading a KML document: the elements so far.

use super::coordinates::{TupleReader, coord_fields};
use crate::source::collector::{Collector, EmitActivity, append_bounded};
use crate::source::lines::{LineCounts, Lines, Position};
use crate::source::properties::{Description, Property};
use crate::source::{number, time};

/// Destination of the next text.
#[derive(Clone, Copy, PartialEq)]
pub enum Target {
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

pub struct State<'a> {
    pub out: Collector<'a>,
    pub target: Option<Target>,
    pub text: String,
    pub tuples: TupleReader,
    /// Line that is open.
    pub lines: Option<Lines>,
    /// Property whose `<value>` follows.
    pub property: Option<Property>,
    pub description: Description,
    /// First time of the lists of the activity.
    pub first_time_ms: Option<i64>,
    pub in_placemark: bool,
    pub in_polygon: bool,
    /// Inside elements with names or times that do not describe the activity.
    pub in_view_or_author: bool,
    /// True if a `<MultiTrack>` joins its tracks.
    pub is_interpolated: bool,
    /// Altitude mode of the tracks of a `<MultiTrack>`.
    pub are_heights_above_ground: bool,
    pub generator: String,
    pub counts: LineCounts,
    pub bad_values: u64,
    pub has_line: bool,
    pub line_activities: u64,
    pub places: u64,
    pub areas: u64,
    pub root_closed: bool,
    pub is_cut: bool,
}

impl<'a> State<'a> {
    pub fn new(emit: EmitActivity<'a>) -> Self {
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

    /// Takes a piece of the text of the current element.
    pub fn push_text(&mut self, text: &str) {
        match (self.target, &mut self.lines) {
            (Some(Target::Coordinates), Some(lines)) => {
                let bad_values = &mut self.bad_values;
                self.tuples.push(text, |tuple| push_position(lines, bad_values, tuple.split(',')));
            }
            (Some(_), _) => append_bounded(&mut self.text, text),
            (None, _) => {}
        }
    }

    /// Reads the text of the current element at its end.
    pub fn end_text(&mut self) {
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

    pub fn begin_line(&mut self, are_heights_above_ground: bool) {
        self.end_line();
        self.has_line = true;
        self.lines.insert(Lines::default()).are_heights_above_ground = are_heights_above_ground;
    }

    pub fn end_line(&mut self) {
        self.tuples = TupleReader::default();
        let Some(lines) = self.lines.take() else { return };
        self.out.refuse_excess(lines.excess());
        self.first_time_ms = self.first_time_ms.or(lines.first_time_ms());
        lines.collect(self.is_cut, &mut self.out, &mut self.counts);
        if !self.is_interpolated {
            self.out.end_segment();
        }
    }

    pub fn end_multi_track(&mut self) {
        self.end_line();
        self.out.end_segment();
        self.is_interpolated = false;
        self.are_heights_above_ground = false;
    }

    pub fn end_activity(&mut self) {
        self.end_multi_track();
        std::mem::take(&mut self.description).describe(self.out.activity(), self.first_time_ms.take());
        self.out.finish_activity();
        self.line_activities += u64::from(std::mem::take(&mut self.has_line));
        self.property = None;
        (self.in_placemark, self.in_polygon, self.in_view_or_author) = (false, false, false);
    }
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
