//! Types of GeoJSON objects.

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Line,
    Place,
    Area,
    /// Holds other objects.
    Collection,
}

const KINDS: &[(&str, Kind)] = &[
    ("LineString", Kind::Line),
    ("MultiLineString", Kind::Line),
    ("Point", Kind::Place),
    ("MultiPoint", Kind::Place),
    ("Polygon", Kind::Area),
    ("MultiPolygon", Kind::Area),
    ("GeometryCollection", Kind::Collection),
    ("Feature", Kind::Collection),
    ("FeatureCollection", Kind::Collection),
];

impl Kind {
    pub fn of(name: &str) -> Option<Self> {
        KINDS.iter().find(|(other, _)| *other == name).map(|(_, kind)| *kind)
    }
}
