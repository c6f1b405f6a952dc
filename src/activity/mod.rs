//! What every source is turned into: activities, made of segments, made of points.

pub mod calendar;
pub mod sport;
pub mod summary;
pub mod tidy;

/// One recorded position with whatever the device knew about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Latitude in degrees, WGS 84. As read: may be out of range until [`tidy`] has seen it.
    pub lat: f64,
    /// Longitude in degrees, WGS 84. As read, like `lat`.
    pub lon: f64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub time_ms: Option<i64>,
    /// Metres above sea level.
    pub elevation_m: Option<f32>,
    /// Metres per second, as the device stated it.
    pub speed_mps: Option<f32>,
    /// Beats per minute.
    pub heart_rate_bpm: Option<u8>,
}

impl Point {
    /// A bare position; everything else is unknown.
    ///
    /// ```
    /// let summit = trailglow::activity::Point::at(47.4211, 10.9853);
    /// assert_eq!(summit.time_ms, None);
    /// ```
    pub fn at(lat: f64, lon: f64) -> Self {
        Self { lat, lon, time_ms: None, elevation_m: None, speed_mps: None, heart_rate_bpm: None }
    }
}

/// Points in the order they were recorded, without a gap that the file itself marks.
pub type Segment = Vec<Point>;

/// One recording: a GPX `<trk>`, a TCX `Activity` or a FIT session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Word of the file or of the export around it for the [`Sport`](sport::Sport), in lower case: `running`,
    /// `cycling/road`, `9`. Empty if neither states one.
    pub sport: String,
    /// The title in the export or else in the file, if any.
    pub name: Option<String>,
    /// The bicycle or shoes that the export names, if any.
    pub gear: Option<String>,
    /// Whether it was a way to work or back; where the export does not say, none.
    pub commute: Option<bool>,
    /// When it began according to the export, in milliseconds since 1970.
    pub listed_start_ms: Option<i64>,
    /// A planned course or route and not a recording.
    pub planned: bool,
    /// The recording, cut where the file says that recording stopped.
    pub segments: Vec<Segment>,
}

impl Activity {
    /// Time of the first point that has one, or else what the export says, in milliseconds since 1970.
    pub fn start_ms(&self) -> Option<i64> {
        self.points().find_map(|point| point.time_ms).or(self.listed_start_ms)
    }

    /// All points in order, across segments.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.segments.iter().flatten()
    }
}
