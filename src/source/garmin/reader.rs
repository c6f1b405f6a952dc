//! JSON of a table → rows.
//!
//! ```text
//! [{"summarizedActivitiesExport": [{"activityId": 1, "name": "…", "activityType": "running", "parentId": …,
//!                                   "beginTimestamp": 1700000000000.0, "startTimeGmt": …, …}, …]}]
//! ```
//! A bare list of activities is read too. Times are in milliseconds since 1970, in UTC. The format is not documented by
//! Garmin; it was taken from programs that read it.

use super::{MAX_BYTES, MAX_ROWS, Row};
use crate::control::cancel::Cancel;
use crate::source::collector::{append_bounded, tidy_name};
use crate::source::content::ContentReader;
use crate::source::json::walk::{Container, Handler, Scalar, walk};
use crate::source::skip::Skip;
use crate::source::time;

/// Key of the list of activities.
const LIST: &str = "summarizedActivitiesExport";

/// Keys of an activity that are used.
const KEYS: [(&str, Key); 9] = [
    (LIST, Key::List),
    ("activityId", Key::Id),
    ("parentId", Key::Parent),
    ("name", Key::Name { rank: 0 }),
    ("activityName", Key::Name { rank: 1 }),
    ("activityType", Key::Sport),
    ("beginTimestamp", Key::Start { rank: 0 }),
    ("startTimeGmt", Key::Start { rank: 1 }),
    ("startTimeGMT", Key::Start { rank: 2 }),
];

/// Meaning of the next value. Of several values for one fact, the valid one of the lowest rank counts.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    List,
    Id,
    Parent,
    Name { rank: usize },
    Sport,
    Start { rank: usize },
    Other,
}

/// Reads a table up to its end, to damage or to [`MAX_ROWS`]. Returns its activities without repetitions, and the
/// reason if others may be missing.
pub fn read(content: ContentReader, cancel: &Cancel) -> (Vec<Row>, Option<Skip>) {
    let mut content = content.at_most(MAX_BYTES);
    let mut reader = Reader::default();
    let damage = walk(&mut content, &mut reader, cancel);
    let is_full = reader.is_done();
    let fault = match content.finish() {
        Err(skip) => Some(skip),
        Ok(None) if is_full => Some(too_many()),
        Ok(cause) => cause.or(damage).map(|cause| {
            Skip::Unreadable(format!(
                "{cause}; the activities before that keep their titles and types; unpack the export again"
            ))
        }),
    };
    let mut rows = reader.rows;
    rows.sort_unstable();
    rows.dedup();
    (rows, fault)
}

/// Refusal of activities beyond [`MAX_ROWS`].
pub fn too_many() -> Skip {
    Skip::Unreadable(format!("there are more than {MAX_ROWS} activities in tables; the rest have no titles and types"))
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    /// Open containers.
    open: Vec<Node>,
}

/// An open container.
enum Node {
    List,
    /// An activity, or an object around the list, with the key of the next value.
    Object(Key, Box<Draft>),
    Other,
}

/// Values of an activity so far.
#[derive(Default)]
struct Draft {
    row: Row,
    names: [Option<String>; 2],
    starts: [Option<i64>; 3],
}

impl Handler for Reader {
    fn begin(&mut self, container: Container) {
        let node = match (self.open.last(), container) {
            (None | Some(Node::List | Node::Object(Key::List, _)), Container::Array) => Node::List,
            (None | Some(Node::List | Node::Object(Key::List, _)), Container::Object) => {
                Node::Object(Key::Other, Box::default())
            }
            _ => Node::Other,
        };
        self.open.push(node);
    }

    fn key(&mut self, key: &str) {
        if let Some(Node::Object(next, _)) = self.open.last_mut() {
            *next = KEYS.iter().find(|(name, _)| *name == key).map_or(Key::Other, |(_, key)| *key);
        }
    }

    fn scalar(&mut self, scalar: Scalar) {
        if let Some(Node::Object(key, draft)) = self.open.last_mut() {
            draft.set(*key, scalar);
        }
    }

    fn end(&mut self) {
        if let Some(Node::Object(_, draft)) = self.open.pop() {
            self.rows.extend(draft.finish());
        }
    }

    fn is_done(&self) -> bool {
        self.rows.len() > MAX_ROWS
    }
}

impl Draft {
    /// Sets what a value states. Values of other types than usual are ignored.
    fn set(&mut self, key: Key, scalar: Scalar) {
        match key {
            Key::Id => self.row.id = number(scalar),
            Key::Parent => self.row.parent = number(scalar),
            Key::Name { rank } => self.names[rank] = text(scalar),
            Key::Sport => self.row.sport = text(scalar),
            Key::Start { rank } => self.starts[rank] = moment(scalar),
            Key::List | Key::Other => {}
        }
    }

    /// Row of the activity; `None` if it has neither a title nor a type, as the object around the list.
    fn finish(self) -> Option<Row> {
        let Self { row, names, starts } = self;
        let row =
            Row { name: names.into_iter().flatten().next(), start_ms: starts.into_iter().flatten().next(), ..row };
        (row.name.is_some() || row.sport.is_some()).then_some(row)
    }
}

fn text(scalar: Scalar) -> Option<String> {
    let Scalar::Text(text) = scalar else { return None };
    let mut name = String::new();
    append_bounded(&mut name, text);
    tidy_name(&name)
}

fn number(scalar: Scalar) -> Option<u64> {
    /// Up to here all integers are exact.
    const LARGEST: f64 = (1u64 << 53) as f64;
    match scalar {
        Scalar::Number(number) => (number.fract() == 0.0 && (0.0..LARGEST).contains(&number)).then_some(number as u64),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::NoValue => None,
    }
}

/// Milliseconds since 1970, up to 2096.
fn moment(scalar: Scalar) -> Option<i64> {
    match scalar {
        Scalar::Number(ms) => (0.0..4e12).contains(&ms).then_some(ms as i64),
        Scalar::Text(text) => time::unix_ms(text.as_bytes()),
        Scalar::NoValue => None,
    }
}
