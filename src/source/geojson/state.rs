//! State of reading a GeoJSON document: the values so far.

use super::coordinates::Coordinates;
use super::kind::Kind;
use crate::source::collector::{Collector, EmitActivity};
use crate::source::json::walk::Scalar;
use crate::source::lines::{LineCounts, Lines, Mark};
use crate::source::properties::{Description, Property};

/// Meaning of an open container, or of the next value.
#[derive(Clone, Copy)]
pub enum Node {
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
pub struct Object {
    pub is_activity: bool,
    pub kind: Option<Kind>,
    /// Levels of arrays in its coordinates; 0 without coordinates.
    pub height: usize,
    /// End of the lines before the object.
    pub mark: Mark,
}

pub struct State<'a> {
    pub out: Collector<'a>,
    /// Open containers.
    pub path: Vec<Node>,
    /// Meaning of the value after the last key.
    pub next: Node,
    pub coordinates: Coordinates,
    /// Lines of the current activity.
    pub lines: Lines,
    pub description: Description,
    pub counts: LineCounts,
    pub bad_values: u64,
    /// Activities with a line, including those without a readable position.
    pub line_activities: u64,
    pub places: u64,
    pub areas: u64,
    pub has_type: bool,
    pub is_cut: bool,
}

impl<'a> State<'a> {
    pub fn new(emit: EmitActivity<'a>) -> Self {
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
    pub fn value_node(&self) -> Node {
        match self.path.last() {
            None | Some(Node::Features) => self.new_object(true),
            Some(Node::Geometries) => self.new_object(false),
            Some(Node::Object(_) | Node::Properties) => self.next,
            Some(node @ (Node::Coordinates | Node::Property(_))) => *node,
            Some(Node::Type | Node::Ignored) => Node::Ignored,
        }
    }

    pub fn new_object(&self, is_activity: bool) -> Node {
        Node::Object(Object { is_activity, kind: None, height: 0, mark: self.lines.mark() })
    }

    /// Value of a position. Counts it if it is invalid.
    pub fn value<T>(
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

    pub fn set_height(&mut self, coordinates: Option<usize>) {
        if let (Some(Node::Object(object)), Some(height)) = (self.path.last_mut(), coordinates) {
            object.height = height;
        }
    }

    pub fn end_object(&mut self, object: Object) {
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

    pub fn end_activity(&mut self) {
        let (lines, description) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.description));
        self.line_activities += u64::from(!lines.is_empty());
        let start_ms = lines.first_time_ms();
        lines.collect(self.is_cut, &mut self.out, &mut self.counts);
        self.out.end_segment();
        description.describe(self.out.activity(), start_ms);
        self.out.finish_activity();
    }

    /// Ends what is open. `is_cut` if the file is damaged here.
    pub fn finish(&mut self, is_cut: bool) {
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
