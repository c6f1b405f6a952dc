//! Data model shared by all sources: an activity has segments, a segment has points.

pub mod along;
pub mod ascent;
pub mod calendar;
pub mod elapsed;
pub mod local_time;
pub mod longitude;
pub mod night;
mod period;
pub mod readings;
pub mod sensor;
pub mod spelling;
pub mod sport;
mod stations;
pub mod summary;
pub mod tidy;

use sport::Sport;

/// One recorded GPS position with its sensor values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Point {
    /// Degrees, WGS 84, like `lon`; may be out of range until [`tidy`] has run.
    pub lat: f64,
    /// [Wrapped](longitude::wrap_longitude) by the sources and by the library.
    pub lon: f64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub time_ms: Option<i64>,
    /// Metres above sea level.
    pub elevation_m: Option<f32>,
    /// Metres per second, as the device recorded it.
    pub speed_mps: Option<f32>,
    pub heart_rate_bpm: Option<u8>,
    /// Watts.
    pub power_w: Option<u16>,
    /// Turns of the crank or strides per minute, as the file states them.
    pub cadence_rpm: Option<u8>,
    /// Whole degrees Celsius.
    pub temperature_c: Option<i8>,
}

impl Point {
    /// Creates a point without time and sensor values.
    ///
    /// ```
    /// let summit = trailglow::activity::Point::at(47.4211, 10.9853);
    /// assert_eq!(summit.time_ms, None);
    /// ```
    pub fn at(lat: f64, lon: f64) -> Self {
        Self {
            lat,
            lon,
            time_ms: None,
            elevation_m: None,
            speed_mps: None,
            heart_rate_bpm: None,
            power_w: None,
            cadence_rpm: None,
            temperature_c: None,
        }
    }
}

/// Points in recorded order, without a gap that the file marks.
pub type Segment = Vec<Point>;

/// One recording: a GPX `<trk>`, a TCX `Activity`, a FIT session, a KML `Placemark` or a GeoJSON feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Word for the [`Sport`] in the file or in the export that contains the file, in lower case:
    /// `running`, `cycling/road`, `9`. Empty if neither states a sport.
    pub sport: String,
    /// Title from the export's table of activities, else from the file.
    pub name: Option<String>,
    /// Bicycle or shoes, from the export's table of activities.
    pub gear: Option<String>,
    /// True if the activity was a commute; `None` if the export does not say.
    pub commute: Option<bool>,
    /// Start from the export's table of activities, or from the properties of a line without times, in milliseconds
    /// since 1970.
    pub table_start_ms: Option<i64>,
    /// True for a planned course or route.
    pub planned: bool,
    /// A new segment starts wherever the file marks an interruption.
    pub segments: Vec<Segment>,
}

impl Activity {
    /// Returns the first recorded time, else the start from the export's table, in milliseconds since 1970.
    pub fn start_ms(&self) -> Option<i64> {
        self.points().find_map(|point| point.time_ms).or(self.table_start_ms)
    }

    /// Replaces the sport by that of the export's table. The sport of the file stays if the other is unknown, or if
    /// only the file states that the sport is indoor or virtual.
    pub fn replace_sport(&mut self, stated: &str) {
        let is_outdoor = |sport: &Sport| !sport.is_indoor() && !sport.is_virtual();
        let (in_table, in_file) = (Sport::of(stated), Sport::of(&self.sport));
        let is_better = in_table.is_known() && (!is_outdoor(&in_table) || is_outdoor(&in_file));
        if is_better || self.sport.is_empty() {
            self.sport = stated.to_lowercase();
        }
    }

    /// Iterates over the points of all segments.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.segments.iter().flatten()
    }
}
