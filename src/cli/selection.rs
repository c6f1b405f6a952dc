//! The flags that select activities, shared by all verbs.

use clap::Args;

use super::ending::Usage;
use super::output;
use super::values::{
    ascents, bbox, distances, durations, first_day, last_day, length, lowered, near, years, yes_or_no,
};
use crate::activity::sport::suggestion;
use crate::selection::{Near, Selection, Span};

/// Conditions on activities.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which activities (all conditions must hold)")]
pub struct Flags {
    /// Started on this day or later: 2024-05-31, 2024-05 or 2024 (days in UTC).
    #[arg(long, value_name = "DAY", value_parser = first_day)]
    from: Option<f64>,

    /// Started on this day or earlier.
    #[arg(long, value_name = "DAY", value_parser = last_day)]
    to: Option<f64>,

    /// Started in one of these years: 2023,2024 or 2019-2022.
    #[arg(long, value_name = "YEARS", value_delimiter = ',', value_parser = years)]
    year: Vec<Span>,

    /// One of these sports: ride,run,walk,hike,swim,ski,paddling with all their kinds, a kind such as gravel-ride, or a
    /// part of the word in the file.
    #[arg(long, value_name = "SPORTS", value_delimiter = ',', value_parser = lowered)]
    sport: Vec<String>,

    /// Length in m, km, ft or mi: 5km-50km, 10mi-, -800m.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = distances)]
    distance: Option<Span>,

    /// Time from the first to the last point, in s, min or h: 30min-2h, 90s-.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = durations)]
    duration: Option<Span>,

    /// Ascent in m, km, ft or mi: 500m-, 1000ft-5000ft.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = ascents)]
    ascent: Option<Span>,

    /// Title contains TEXT.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    name: Option<String>,

    /// Name of the bicycle or shoes contains TEXT, as exports name them.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    gear: Option<String>,

    /// Marked as a commute; with `--commute no`, not marked as one.
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    commute: Option<bool>,

    /// Format is fit, gpx, tcx, kml or geojson, or the file's path contains TEXT; any copy of the recording counts.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    source: Option<String>,

    /// Name of the device or program that wrote the file contains TEXT; any copy of the recording counts.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    device_name: Option<String>,

    /// Bounding box touches this box, in degrees: west,south,east,north.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = bbox)]
    bbox: Option<[f64; 4]>,

    /// Starts near a place, latitude first: 48.1,11.6; or near `home`, the most common start, which is then printed.
    #[arg(long, value_name = "LAT,LON|home", allow_hyphen_values = true, value_parser = near)]
    near: Option<Near>,

    /// Distance for --near, in m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", requires = "near", default_value = "10km", allow_hyphen_values = true, value_parser = length)]
    radius: f64,

    /// Also indoor activities.
    #[arg(long)]
    indoor: bool,

    /// Also virtual activities.
    #[arg(long = "virtual")]
    virtual_activities: bool,

    /// Also planned courses and routes.
    #[arg(long)]
    courses: bool,
}

impl Flags {
    /// The selection that these flags describe.
    ///
    /// # Errors
    /// If `--from` is later than `--to`.
    pub fn selection(&self) -> Result<Selection, Usage> {
        let start_ms = Span { from: self.from, to: self.to };
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            return Err(Usage("--from is later than --to; exchange the two days".into()));
        }
        for sport in &self.sport {
            if let Some(word) = suggestion(sport) {
                output::warn(&format!("--sport: no known sport is called '{sport}'; did you mean '{word}'?"));
            }
        }
        Ok(Selection {
            start_ms,
            years: self.year.clone(),
            sports: self.sport.clone(),
            metres: self.distance.unwrap_or_default(),
            seconds: self.duration.unwrap_or_default(),
            ascent_m: self.ascent.unwrap_or_default(),
            name: self.name.clone(),
            gear: self.gear.clone(),
            commute: self.commute,
            source: self.source.clone(),
            device: self.device_name.clone(),
            bbox: self.bbox,
            near: self.near.map(|near| (near, self.radius)),
            include_indoor: self.indoor,
            include_virtual: self.virtual_activities,
            include_planned: self.courses,
        })
    }
}
