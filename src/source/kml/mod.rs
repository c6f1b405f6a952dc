//! KML → activities: a `<Placemark>` with lines is an activity, each `<LineString>` and `<Track>` a segment. Points
//! and polygons are only counted.
//!
//! A `<Track>` (`gx:Track` before KML 2.3) lists times and positions in any order, both counted from the first. The
//! tracks of a `<MultiTrack>` are one segment if its `<interpolate>` is 1.

mod coordinates;
mod state;

use super::collector::{EmitActivity, tidy_name};
use super::lines::{skip_without_line, unequal_lists_warning};
use super::markup::document::Document;
use super::markup::handler::Handler;
use super::markup::lexer;
use super::markup::walk::walk;
use super::parsed_file::{Format, ParsedFile};
use super::properties::Property;
use super::skip::Skip;
use crate::control::cancel::Cancel;
use state::{State, Target};

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
        bad_values: state.bad_values + state.counts.bad_values,
        waypoints: state.places,
        ..ParsedFile::from_xml(Format::Kml, repairs, state.root_closed)
    };
    parsed.warnings.extend(unequal_lists_warning(state.counts.unequal_lists));
    parsed.complete(state.out, || skip_without_line(Format::Kml, &state.counts, state.places, state.areas))
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
                open_other(self, name, attributes);
                None
            }
        };
    }

    #[inline]
    fn text(&mut self, text: &str) {
        self.push_text(text);
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

/// Handles elements without a text of their own.
fn open_other(state: &mut State, name: &[u8], attributes: &str) {
    match name {
        b"Placemark" => {
            state.end_activity();
            state.in_placemark = true;
        }
        b"LineString" | b"LinearRing" if !state.in_polygon => state.begin_line(false),
        b"Track" => state.begin_line(state.are_heights_above_ground),
        b"MultiTrack" => state.end_multi_track(),
        b"Point" => {
            state.end_line();
            state.places += 1;
        }
        b"Polygon" => {
            state.end_line();
            state.areas += 1;
            state.in_polygon = true;
        }
        b"Data" | b"SimpleArrayData" => state.property = property(attributes),
        b"LookAt" | b"Camera" | b"author" => state.in_view_or_author = true,
        _ => {}
    }
}

/// Property that the attribute `name` states.
fn property(attributes: &str) -> Option<Property> {
    Property::of(&lexer::attribute(attributes, b"name")?)
}

#[cfg(test)]
mod tests;
