//! Result of parsing a file: activities, damage, and counts of ignored items.

use std::fmt;

use super::collector::Collector;
use super::damage::Damage;
use super::skip::Skip;
use crate::activity::Activity;

/// A file format that holds activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Garmin's binary format, written by most devices.
    Fit,
    /// GPS Exchange Format.
    Gpx,
    /// Garmin's Training Center XML.
    Tcx,
    /// Keyhole Markup Language, also in KMZ archives.
    Kml,
    /// GeoJSON, RFC 7946.
    GeoJson,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Fit, Self::Gpx, Self::Tcx, Self::Kml, Self::GeoJson];

    /// Name in lists and in the library.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fit => "FIT",
            Self::Gpx => "GPX",
            Self::Tcx => "TCX",
            Self::Kml => "KML",
            Self::GeoJson => "GeoJSON",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A parsed file. At least one activity, and at least one point in every activity.
///
/// `A` is the collection that received the activities.
#[derive(Clone, Debug)]
pub struct ParsedFile<A = Vec<Activity>> {
    /// Format by content.
    pub format: Format,
    /// XXH3 hash (128 bits) of the decompressed content: equal for byte-identical files.
    pub content_hash: u128,
    /// Hash of the rows of a table of activities that described the activities; 0 without one.
    pub row_digest: u128,
    /// Activities in file order. Latitudes are as in the file, so possibly out of range; longitudes
    /// are wrapped, and out of range beyond ±360°.
    pub activities: A,
    /// Ignored activities without a point.
    pub empty_activities: u64,
    /// True for a planned course.
    pub course: bool,
    /// Device or program that wrote the file, if stated.
    pub device: Option<String>,
    /// Damage, if only a part of the file could be read.
    pub damage: Option<Damage>,
    /// Sentences about other oddities, in spite of which everything was read.
    pub warnings: Vec<String>,
    /// Ignored track points with an invalid position.
    pub unreadable_points: u64,
    /// Ignored track points without a position, as indoors.
    pub points_without_position: u64,
    /// Ignored times and values of sensors that are invalid or not [plausible](crate::activity::sensor).
    pub bad_values: u64,
    /// Ignored waypoints.
    pub waypoints: u64,
    /// Ignored points of planned routes.
    pub route_points: u64,
}

/// Results of the parsers, which emit the activities.
impl ParsedFile<()> {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            content_hash: 0,
            row_digest: 0,
            activities: (),
            empty_activities: 0,
            course: false,
            device: None,
            damage: None,
            warnings: Vec::new(),
            unreadable_points: 0,
            points_without_position: 0,
            bad_values: 0,
            waypoints: 0,
            route_points: 0,
        }
    }

    /// Result for an XML document: `repairs` of broken markup, and whether its root element was closed.
    pub(super) fn from_xml(format: Format, repairs: u64, closed: bool) -> Self {
        let mut parsed = Self::new(format);
        if !closed {
            Damage::add(&mut parsed.damage, "the file is truncated".into());
        } else if repairs > 0 {
            let places = if repairs == 1 { "place" } else { "places" };
            Damage::add(&mut parsed.damage, format!("the markup is broken in {repairs} {places}"));
        }
        parsed
    }

    /// Finishes the collector. Without an activity the result is the reason given by `describe_empty`, or damage.
    pub(super) fn complete(self, collector: Collector, describe_empty: impl FnOnce() -> Skip) -> Result<Self, Skip> {
        match (collector.finish()?, &self.damage) {
            (1.., _) => Ok(self),
            (0, None) => Err(describe_empty()),
            (0, Some(_)) => {
                Err(Skip::Unreadable("the file is damaged before the first position; download it again".into()))
            }
        }
    }

    pub(super) fn with_activities<A>(self, activities: A) -> ParsedFile<A> {
        ParsedFile {
            activities,
            format: self.format,
            content_hash: self.content_hash,
            row_digest: self.row_digest,
            empty_activities: self.empty_activities,
            course: self.course,
            device: self.device,
            damage: self.damage,
            warnings: self.warnings,
            unreadable_points: self.unreadable_points,
            points_without_position: self.points_without_position,
            bad_values: self.bad_values,
            waypoints: self.waypoints,
            route_points: self.route_points,
        }
    }
}

/// Planned courses and routes to read as activities; [`Activity::planned`] marks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedActivities {
    /// Courses of FIT and TCX, which have the form of an activity. Points of GPX routes are only counted.
    Courses,
    /// Courses, and routes of GPX.
    CoursesAndRoutes,
}
