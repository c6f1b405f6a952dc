//! Contributions of activities to pixels. The rasters match these enums exhaustively, so that a new variant does not
//! compile until every raster draws it.

use super::quantity::Quantity;

/// Contribution of one activity to a pixel. How activities combine is the matter of the
/// [level code](crate::engine::tone::level_code::LevelCode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerActivity {
    /// Profile of the line at the smallest distance: an activity counts once, however often it passes.
    Nearest,
    /// Integral of the profile along the line: every pass counts.
    Integral(Measure),
    /// Mean of a quantity along the line near the pixel, weighted with the profile at the smallest distance: an activity
    /// counts once, with all its passes.
    Mean(Quantity),
}

/// Quantity that an integral along a line adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The length.
    Length,
    /// The time, in [`TimeUnit`](crate::engine::raster::time_unit::TimeUnit)s.
    Time,
}

/// Property of an activity that a layer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// None: the activity counts.
    One,
    /// Day of the start, as one of [`STEPS`](crate::engine::tone::step_code::STEPS) steps.
    Day,
    /// Class of the sport.
    Sport,
    /// Class of the year of the start.
    Year,
    /// Class of the season of the start.
    Season,
    /// Class of the hour of the start.
    Hour,
}
