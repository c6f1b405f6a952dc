//! What a file gave, and what was left out of it.

use std::fmt;

use super::collector::Collector;
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
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Fit => "FIT",
            Format::Gpx => "GPX",
            Format::Tcx => "TCX",
        })
    }
}

/// What a file gave. There is at least one activity, and every activity has at least one point.
#[derive(Clone, Debug)]
pub struct ParsedFile<A = Vec<Activity>> {
    /// What the file turned out to be.
    pub format: Format,
    /// A hash of the unpacked content: the same for copies.
    pub content_hash: u128,
    /// In file order, the points as the file states them, so possibly out of range; or what was made of them.
    pub activities: A,
    /// Activities left out because they have no point.
    pub empty_activities: u64,
    /// A planned course and not something recorded.
    pub course: bool,
    /// The device or program that wrote the file, as far as it says.
    pub device: Option<String>,
    /// Sentences about damage. What could be read was kept.
    pub warnings: Vec<String>,
    /// Track points left out because their position could not be understood.
    pub bad_points: u64,
    /// Track points left out because they have no position, as under a roof.
    pub unplaced_points: u64,
    /// Times, elevations, speeds and heart rates left out because they could not be understood.
    pub bad_values: u64,
    /// Waypoints left out: they are no track.
    pub waypoints: u64,
    /// Points of planned routes left out: they are no recording.
    pub route_points: u64,
}

/// What the parsers return: they hand over the activities one by one.
impl ParsedFile<()> {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            content_hash: 0,
            activities: (),
            empty_activities: 0,
            course: false,
            device: None,
            warnings: Vec::new(),
            bad_points: 0,
            unplaced_points: 0,
            bad_values: 0,
            waypoints: 0,
            route_points: 0,
        }
    }

    /// A reading of a document with that many repairs, whose root element was closed or not.
    pub(super) fn from_xml(format: Format, repairs: u64, closed: bool) -> Self {
        let mut reading = Self::new(format);
        if !closed {
            reading.warnings.push("the file stops in the middle; what came before that was read".into());
        } else if repairs > 0 {
            reading.warnings.push(format!("the markup is broken in {repairs} places; the rest was read"));
        }
        reading
    }

    /// Ends the collection; without any activity, `otherwise` says what the file holds instead.
    pub(super) fn complete(self, collector: Collector, describe_empty: impl FnOnce() -> Skip) -> Result<Self, Skip> {
        match (collector.finish()?, self.warnings.first()) {
            (1.., _) => Ok(self),
            (0, None) => Err(describe_empty()),
            (0, Some(_)) => Err(Skip::Unreadable("it is damaged before the first position; fetch it again".into())),
        }
    }

    /// The same with what was made of the activities.
    pub(super) fn with_activities<A>(self, activities: A) -> ParsedFile<A> {
        let Self { format, content_hash, activities: (), empty_activities, course, .. } = self;
        let Self { device, warnings, bad_points, unplaced_points, bad_values, waypoints, route_points, .. } = self;
        ParsedFile {
            format,
            content_hash,
            activities,
            empty_activities,
            course,
            device,
            warnings,
            bad_points,
            unplaced_points,
            bad_values,
            waypoints,
            route_points,
        }
    }
}

/// What is read of planned courses and routes, which are no recordings and say so: see [`Activity::planned`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedActivities {
    /// Courses of FIT and TCX, which have the form of an activity. Routes of GPX are counted.
    Courses,
    /// Routes of GPX too.
    CoursesAndRoutes,
}
