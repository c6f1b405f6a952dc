//! Detection of GeoJSON from the beginning of a file.

use super::kind::Kind;
use crate::source::json::walk::{Container, Handler, Scalar, walk_head};

/// Returns true if the beginning of a file is that of a GeoJSON document: by its `type`, or by nested `coordinates`
/// where the keys are sorted. Undecided beginnings are not GeoJSON, so that other JSON is never read further.
pub fn is_geojson(head: &[u8]) -> bool {
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    if text.first() != Some(&b'{') {
        return false;
    }
    let mut detector = Detector::default();
    walk_head(head, &mut detector);
    detector.verdict == Some(true)
}

#[derive(Default)]
struct Detector {
    /// Open containers.
    path: Vec<Place>,
    key: Key,
    verdict: Option<bool>,
}

#[derive(Clone, Copy)]
enum Place {
    /// An object that is one of GeoJSON if the document is GeoJSON.
    Object,
    /// Array of these objects.
    Objects,
    Coordinates,
    Other,
}

/// Key of the next value of an object.
#[derive(Clone, Copy, Default)]
enum Key {
    Type,
    Objects,
    Coordinates,
    #[default]
    Other,
}

impl Handler for Detector {
    fn begin(&mut self, container: Container) {
        let place = match (self.path.last(), self.key, container) {
            (None, ..) => Place::Object,
            (Some(Place::Object), Key::Objects, Container::Array) => Place::Objects,
            (Some(Place::Object), Key::Objects, Container::Object) => Place::Object,
            (Some(Place::Object), Key::Coordinates, Container::Array) => Place::Coordinates,
            (Some(Place::Objects), _, Container::Object) => Place::Object,
            (Some(Place::Coordinates), ..) => {
                self.verdict = Some(true);
                Place::Coordinates
            }
            _ => Place::Other,
        };
        self.path.push(place);
    }

    fn key(&mut self, key: &str) {
        self.key = match key {
            "type" => Key::Type,
            "features" | "geometry" | "geometries" => Key::Objects,
            "coordinates" => Key::Coordinates,
            _ => Key::Other,
        };
    }

    fn scalar(&mut self, scalar: Scalar) {
        if let (Some(Place::Object), Key::Type, Scalar::Text(name)) = (self.path.last(), self.key, scalar) {
            match Kind::of(name) {
                Some(_) => self.verdict = Some(true),
                None if self.path.len() == 1 => self.verdict = Some(false),
                None => {}
            }
        }
    }

    fn end(&mut self) {
        self.path.pop();
    }

    fn is_done(&self) -> bool {
        self.verdict.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::content::HEAD_BYTES;
    use proptest::prelude::*;

    #[test]
    fn geojson_is_known_by_its_type_or_nested_coordinates() {
        let sorted = format!("{{\"features\":[{{\"geometry\":{{\"coordinates\":[[1,2],{}", "[1,2],".repeat(2000));
        for (text, expected) in [
            ("{\"type\": \"FeatureCollection\", \"fea", true),
            (" \n{\"name\": \"x\", \"crs\": {\"type\": \"name\"}, \"type\":\"Feature\"", true),
            ("\u{feff}{\"type\":\"LineString\"", true),
            (&sorted[..HEAD_BYTES], true),
            ("{\"coordinates\":[[1,2],[3,4]],\"ty", true),
            ("{\"geometries\":[{\"type\":\"Point\"", true),
            ("{\"features\":[{\"type\":\"Feature\"", true),
            ("{\"geometry\":{\"coordinates\":[1,2],\"type\":\"Point\"}", true),
            // Other JSON.
            ("", false),
            ("[{\"type\":\"Feature\"", false),
            ("{\"a\":1}", false),
            ("{\"type\":\"Topology\",\"geometry\":{\"type\":\"Point\"}}", false),
            ("{\"type\":1,\"features\":[\"fast\"]}", false),
            ("{\"features\":[{\"type\":\"fast\"}]}", false),
            ("{\"coordinates\":[1,2]}", false),
            ("{\"a\":{\"type\":\"Feature\"},\"b\":[[1,2]]}", false),
            ("{\"timelineObjects\":[{\"type\":\"Point\"}]}", false),
            ("{\"tilejson\":\"3.0.0\",\"type\":\"overlay\",\"bounds\":[1,2,3,4]}", false),
        ] {
            assert_eq!(is_geojson(text.as_bytes()), expected, "{}", &text[..text.len().min(80)]);
        }
    }

    proptest! {
        #[test]
        fn any_beginning_causes_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            is_geojson(&bytes);
            is_geojson(&[b"{\"features\":[{", &bytes[..]].concat());
        }
    }
}
