//! GeoJSON → activities: a feature is an activity, each of its lines a segment. Lines without times are read too; points
//! and polygons are only counted.
//!
//! A feature that holds the times of its positions has them in its `properties`, see [`Property`].

mod coordinates;
mod detect;
mod kind;

use super::collector::{Collector, EmitActivity};
use super::content::ContentReader;
use super::damage::Damage;
use super::json::walk::{Container, Handler, Scalar, walk};
use super::lines::{LineCounts, Lines, Mark, drop_zero_elevations, skip_without_line, unequal_lists_warning};
use super::parsed_file::{Format, ParsedFile};
use super::properties::{Description, Property};
use super::skip::Skip;
use super::{number, time};
use crate::control::cancel::Cancel;
use coordinates::{Coordinates, epoch_ms};
pub use detect::is_geojson;
use kind::Kind;

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
        bad_values: state.bad_values,
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

/// Meaning of an open container, or of the next value.
#[derive(Clone, Copy)]
enum Node {
    Object(Object),
    Features,
    Geometries,
    Coordinates,
    Type,
    Property(Property),
    /// Object of properties.
    Properties,
    Ignored,
}

#[derive(Clone, Copy)]
struct Object {
    is_activity: bool,
    kind: Option<Kind>,
    /// Levels of arrays in its coordinates; 0 without coordinates.
    height: usize,
    /// End of the lines before the object.
    mark: Mark,
}

struct State<'a> {
    out: Collector<'a>,
    /// Open containers.
    path: Vec<Node>,
    /// Meaning of the value after the last key.
    next: Node,
    coordinates: Coordinates,
    /// Lines of the current activity.
    lines: Lines,
    description: Description,
    counts: LineCounts,
    bad_values: u64,
    /// Activities with a line, including those without a readable position.
    line_activities: u64,
    places: u64,
    areas: u64,
    has_type: bool,
    is_cut: bool,
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

impl<'a> State<'a> {
    fn new(emit: EmitActivity<'a>) -> Self {
        Self {
            out: Collector::new(emit),
            path: Vec::new(),
            next: Node::Ignored,
            coordinates: Coordinates::default(),
            lines: Lines::default(),
            description: Description::default(),
            counts: LineCounts::default(),
            bad_values: 0,
            line_activities: 0,
            places: 0,
            areas: 0,
            has_type: false,
            is_cut: false,
        }
    }

    /// Meaning of the next value.
    fn value_node(&self) -> Node {
        match self.path.last() {
            None | Some(Node::Features) => self.new_object(true),
            Some(Node::Geometries) => self.new_object(false),
            Some(Node::Object(_) | Node::Properties) => self.next,
            Some(node @ (Node::Coordinates | Node::Property(_))) => *node,
            Some(Node::Type | Node::Ignored) => Node::Ignored,
        }
    }

    fn new_object(&self, is_activity: bool) -> Node {
        Node::Object(Object { is_activity, kind: None, height: 0, mark: self.lines.mark() })
    }

    /// Value of a position. Counts it if it is invalid.
    fn value<T>(
        &mut self,
        scalar: Scalar,
        of_number: fn(f64) -> Option<T>,
        of_text: fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let value = match scalar {
            Scalar::NoValue => return None,
            Scalar::Text(text) if text.trim().is_empty() => return None,
            Scalar::Number(number) => of_number(number),
            Scalar::Text(text) => of_text(text.as_bytes()),
        };
        self.bad_values += u64::from(value.is_none());
        value
    }

    fn set_height(&mut self, coordinates: Option<usize>) {
        if let (Some(Node::Object(object)), Some(height)) = (self.path.last_mut(), coordinates) {
            object.height = height;
        }
    }

    fn end_object(&mut self, object: Object) {
        let holds_lines = match object.kind {
            Some(Kind::Line | Kind::Collection) => true,
            Some(Kind::Place) => {
                self.places += 1;
                false
            }
            Some(Kind::Area) => {
                self.areas += 1;
                false
            }
            // Of an object without a type, an array of positions is a line.
            None => matches!(object.height, 0 | 2),
        };
        if !holds_lines {
            self.lines.truncate(object.mark);
        }
        if object.is_activity {
            self.end_activity();
        }
    }

    fn end_activity(&mut self) {
        let (lines, description) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.description));
        self.line_activities += u64::from(!lines.is_empty());
        let start_ms = lines.first_time_ms();
        lines.collect(self.is_cut, &mut self.out, &mut self.counts);
        self.out.end_segment();
        let activity = self.out.activity();
        drop_zero_elevations(activity);
        description.describe(activity, start_ms);
        self.out.finish_activity();
    }

    /// Ends what is open. `is_cut` if the file is damaged here.
    fn finish(&mut self, is_cut: bool) {
        self.is_cut = is_cut;
        self.out.refuse_excess(self.lines.excess());
        while self.path.pop_if(|node| matches!(node, Node::Coordinates)).is_some() {}
        let height = self.coordinates.cut(&mut self.lines);
        self.set_height(height);
        while let Some(node) = self.path.pop() {
            if let Node::Object(object) = node {
                self.end_object(object);
            }
        }
    }
}

#[cfg(test)]
mod tests;
