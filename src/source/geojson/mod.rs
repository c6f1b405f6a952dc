//! GeoJSON → activities: a feature is an activity, each of its lines a segment. Lines without times are read too;
//! points and polygons are only counted.
//!
//! A feature that holds the times of its positions has them in its `properties`, see [`Property`].

mod coordinates;
mod detect;
mod kind;
mod state;

use super::collector::EmitActivity;
use super::content::ContentReader;
use super::damage::Damage;
use super::json::walk::{Container, Handler, Scalar, walk};
use super::lines::{skip_without_line, unequal_lists_warning};
use super::parsed_file::{Format, ParsedFile};
use super::properties::Property;
use super::skip::Skip;
use super::{number, time};
use crate::control::cancel::Cancel;
use coordinates::epoch_ms;
pub use detect::is_geojson;
use kind::Kind;
use state::{Node, Object, State};

/// Reads a GeoJSON document, or several in one file, one on each line.
///
/// # Errors
/// [`Skip::NoTrack`] if it has no line, [`Skip::Unreadable`] if no position is readable, if it is damaged before the
/// first position or exceeds a limit, [`Skip::NotActivity`] if it has no object of a GeoJSON type.
pub fn read(content: &mut ContentReader, cancel: &Cancel, emit: EmitActivity) -> Result<ParsedFile<()>, Skip> {
    let mut state = State::new(emit);
    let damage = walk(content, &mut state, cancel);
    state.finish(damage.is_some());
    let parsed = ParsedFile {
        empty_activities: state.line_activities.saturating_sub(state.out.activity_count()),
        unreadable_points: state.counts.unreadable_points,
        bad_values: state.bad_values + state.counts.bad_values,
        waypoints: state.places,
        damage: damage.map(|cause| Damage { cause, ..Damage::default() }),
        warnings: unequal_lists_warning(state.counts.unequal_lists).into_iter().collect(),
        ..ParsedFile::new(Format::GeoJson)
    };
    parsed.complete(state.out, || match state.has_type {
        true => skip_without_line(Format::GeoJson, &state.counts, state.places, state.areas),
        false => Skip::NotActivity,
    })
}

impl Handler for State<'_> {
    fn begin(&mut self, container: Container) {
        let node = match (self.value_node(), container) {
            (Node::Object(object), Container::Object) => {
                if object.is_activity {
                    self.end_activity();
                }
                Node::Object(Object { mark: self.lines.mark(), ..object })
            }
            (Node::Coordinates, Container::Array) => {
                self.coordinates.begin(&mut self.lines);
                Node::Coordinates
            }
            (Node::Property(Property::Nested), Container::Object) => Node::Properties,
            (node @ Node::Properties, Container::Object) => node,
            (node @ (Node::Features | Node::Geometries | Node::Property(_)), Container::Array) => node,
            _ => Node::Ignored,
        };
        self.path.push(node);
    }

    fn key(&mut self, key: &str) {
        self.next = match self.path.last() {
            Some(Node::Object(object)) => match key {
                "type" => Node::Type,
                "features" => Node::Features,
                "geometry" => self.new_object(false),
                "geometries" => Node::Geometries,
                // Positions of points and polygons are not kept.
                "coordinates" if matches!(object.kind, None | Some(Kind::Line)) => Node::Coordinates,
                "properties" => Node::Properties,
                _ => Node::Ignored,
            },
            Some(Node::Properties) => Property::of(key).map_or(Node::Ignored, Node::Property),
            _ => Node::Ignored,
        };
    }

    fn scalar(&mut self, scalar: Scalar) {
        let in_list = matches!(self.path.last(), Some(Node::Property(_)));
        match (self.value_node(), scalar) {
            (Node::Coordinates, _) => self.coordinates.scalar(scalar, &mut self.lines),
            (Node::Type, Scalar::Text(name)) => {
                let kind = Kind::of(name);
                self.has_type |= kind.is_some();
                if let Some(Node::Object(object)) = self.path.last_mut() {
                    object.kind = kind;
                }
            }
            (Node::Property(Property::Times), _) if in_list => {
                let time = self.value(scalar, epoch_ms, time::unix_ms);
                self.lines.times.push(time);
            }
            (Node::Property(Property::HeartRates), _) if in_list => {
                let heart_rate = self.value(scalar, number::rounded_byte, number::byte);
                self.lines.heart_rates.push(heart_rate);
            }
            (Node::Property(Property::Times), Scalar::Number(number)) => self.description.set_start(epoch_ms(number)),
            (Node::Property(property), Scalar::Text(text)) if !in_list => self.description.set(property, text),
            _ => {}
        }
    }

    fn end(&mut self) {
        match self.path.pop() {
            Some(Node::Coordinates) => {
                let height = self.coordinates.end(&mut self.lines);
                self.set_height(height);
            }
            Some(Node::Property(Property::Times)) => self.lines.times.end_run(),
            Some(Node::Property(Property::HeartRates)) => self.lines.heart_rates.end_run(),
            Some(Node::Object(object)) => self.end_object(object),
            _ => {}
        }
    }

    fn is_done(&self) -> bool {
        self.out.is_full() || self.lines.excess() > 0
    }
}

#[cfg(test)]
mod tests;
