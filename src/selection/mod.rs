//! Which activities are wanted: the same question for maps, lists and sums.
//!
//! Every condition must hold. What an activity does not say (a time, an elevation) fulfils no condition on it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::activity::sport::{Sport, is_sport};
use crate::activity::summary::Summary;
use crate::engine::geometry::mercator::{
    CanvasPosition, canvas_from_degrees, degrees_from_canvas, great_circle_metres,
};

/// From and to, both included; an end that is not given is open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// At least.
    pub from: Option<f64>,
    /// At most.
    pub to: Option<f64>,
}

impl Span {
    fn holds(self, value: Option<f64>) -> bool {
        if self == Self::default() {
            return true;
        }
        value.is_some_and(|value| self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to))
    }
}

/// A place to start at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Near {
    /// Latitude and longitude in degrees.
    At(f64, f64),
    /// Where most activities start.
    Home,
}

/// The conditions; by default, whatever was under the sky and on the ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Start, in milliseconds since 1970.
    pub start_ms: Span,
    /// Starts of which one must hold, likewise: years.
    pub years: Vec<Span>,
    /// Sports, in lower case: see [`is_sport`].
    pub sports: Vec<String>,
    /// Length in metres.
    pub metres: Span,
    /// From the first to the last time, in seconds.
    pub seconds: Span,
    /// Metres climbed.
    pub ascent_m: Span,
    /// Part of the title, in lower case.
    pub name: Option<String>,
    /// Part of the name of the bicycle or shoes, in lower case.
    pub gear: Option<String>,
    /// Whether it must be a way to work or back, or must not.
    pub commute: Option<bool>,
    /// The format, or a part of the file's path, in lower case; of any copy.
    pub source: Option<String>,
    /// Part of the name of the device or program that wrote the file, in lower case; of any copy.
    pub device: Option<String>,
    /// West, south, east and north in degrees: its box must touch this one. West may be greater than east.
    pub bbox: Option<[f64; 4]>,
    /// Where it must start, and within how many metres of it.
    pub near: Option<(Near, f64)>,
    /// Also what was under a roof.
    pub indoor: bool,
    /// Also what was nowhere.
    pub virtual_too: bool,
    /// Also what was planned and not recorded.
    pub planned: bool,
}

/// The file of an activity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Under which paths its bytes lie. The first is shown.
    pub paths: Vec<PathBuf>,
    /// `FIT`, `GPX` or `TCX`.
    pub format: String,
    /// What wrote it, as far as it says.
    pub device: Option<String>,
}

impl Origin {
    /// The path that is shown; empty where there is none.
    pub fn path(&self) -> &Path {
        self.paths.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The name of a format means the format alone: `~/fitness` is not FIT.
    fn is(&self, part: &str) -> bool {
        match part {
            "fit" | "gpx" | "tcx" => self.format.eq_ignore_ascii_case(part),
            _ => self.paths.iter().any(|path| whole(path).to_string_lossy().to_lowercase().contains(part)),
        }
    }
}

/// The path from the root on, as the library knows it, however the user names it.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Why an activity is not wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OmitReason {
    /// It was under a roof.
    Indoor,
    /// Nobody was there.
    Virtual,
    /// It was planned and not recorded.
    Planned,
    /// A condition does not hold.
    Other,
}

/// How many are not wanted, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Omitted {
    /// Under a roof.
    pub indoor: u64,
    /// Nobody was there.
    #[serde(rename = "virtual")]
    pub virtual_activities: u64,
    /// Planned and not recorded.
    pub planned: u64,
    /// A condition does not hold.
    pub other: u64,
    /// The user has excluded them.
    pub excluded: u64,
    /// The same points are drawn already.
    pub copies: u64,
    /// Nothing of them is outside of privacy zones and trims.
    pub hidden: u64,
}

impl Omitted {
    /// Counts one.
    pub fn add(&mut self, why: OmitReason) {
        match why {
            OmitReason::Indoor => self.indoor += 1,
            OmitReason::Virtual => self.virtual_activities += 1,
            OmitReason::Planned => self.planned += 1,
            OmitReason::Other => self.other += 1,
        }
    }
}

/// A selection among certain activities, of which it is known where most start.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    selection: &'a Selection,
    /// Longitude and latitude, and metres.
    near: Option<((f64, f64), f64)>,
    /// Latitude and longitude in degrees of the home that was asked for.
    pub home: Option<(f64, f64)>,
}

impl Selection {
    /// Whatever there is.
    pub fn everything() -> Self {
        Self { indoor: true, virtual_too: true, planned: true, ..Self::default() }
    }

    /// Makes ready to choose among activities that start there.
    pub fn among(&self, starts: impl IntoIterator<Item = CanvasPosition>) -> Filter<'_> {
        let home = matches!(self.near, Some((Near::Home, _))).then(|| home(starts)).flatten();
        let at = |near| match near {
            Near::At(lat, lon) => (lon, lat),
            // Without any activity there is no home, and nothing to ask.
            Near::Home => home.unwrap_or_default(),
        };
        let near = self.near.map(|(near, metres)| (at(near), metres));
        Filter { selection: self, near, home: home.map(|(lon, lat)| (lat, lon)) }
    }
}

impl Filter<'_> {
    /// Why an activity is not wanted; nothing if it is. What is asked of its file holds if it holds of any of `origins`:
    /// its own, and those of its copies.
    pub fn omit_reason<'a>(
        &self,
        summary: &Summary,
        origins: impl IntoIterator<Item = &'a Origin> + Clone,
    ) -> Option<OmitReason> {
        let Selection { start_ms, years, sports, metres, seconds, ascent_m, .. } = self.selection;
        let Selection { name, gear, commute, source, device, bbox, .. } = self.selection;
        let start = summary.start_ms.map(|ms| ms as f64);
        let has = |text: Option<&str>, part: &str| text.is_some_and(|text| text.to_lowercase().contains(part));
        let any = |holds: &dyn Fn(&Origin) -> bool| origins.clone().into_iter().any(holds);
        let holds = start_ms.holds(start)
            && (years.is_empty() || years.iter().any(|year| year.holds(start)))
            && (sports.is_empty() || sports.iter().any(|sport| is_sport(&summary.sport, sport)))
            && metres.holds(Some(summary.metres))
            && seconds.holds(summary.seconds())
            && ascent_m.holds(summary.ascent_m)
            && name.as_ref().is_none_or(|part| has(summary.name.as_deref(), part))
            && gear.as_ref().is_none_or(|part| has(summary.gear.as_deref(), part))
            // Exports mark what was a way to work, and leave the others.
            && commute.is_none_or(|wanted| summary.commute.unwrap_or_default() == wanted)
            && source.as_ref().is_none_or(|part| any(&|origin| origin.is(part)))
            && device.as_ref().is_none_or(|part| any(&|origin| has(origin.device.as_deref(), part)))
            && bbox.is_none_or(|bbox| touches(summary, bbox))
            && self.near.is_none_or(|(place, metres)| great_circle_metres(degrees_from_canvas(summary.start), place) <= metres);
        let sport = || Sport::of(&summary.sport);
        match () {
            () if !holds => Some(OmitReason::Other),
            () if summary.planned && !self.selection.planned => Some(OmitReason::Planned),
            () if sport().is_indoor() && !self.selection.indoor => Some(OmitReason::Indoor),
            () if sport().is_virtual() && !self.selection.virtual_too => Some(OmitReason::Virtual),
            () => None,
        }
    }
}

fn touches(summary: &Summary, [west, south, east, north]: [f64; 4]) -> bool {
    let [left, top] = canvas_from_degrees(west, north);
    // The canvas wraps at 180° E, which is still within.
    let [right, bottom] = canvas_from_degrees(east.min(180.0 - 1e-7), south);
    let (min, max) = (summary.extent.min, summary.extent.max);
    let in_columns = if left <= right { min[0] <= right && max[0] >= left } else { min[0] <= right || max[0] >= left };
    in_columns && min[1] <= bottom && max[1] >= top
}

/// Longitude and latitude of the place where most activities start: the middle of the starts in and round the fullest
/// of cells of some hundred metres.
fn home(starts: impl IntoIterator<Item = CanvasPosition>) -> Option<(f64, f64)> {
    const CELL_SHIFT: u32 = 16;
    let starts: Vec<CanvasPosition> = starts.into_iter().collect();
    let cell = |start: &CanvasPosition| start.map(|axis| axis >> CELL_SHIFT);
    let mut cells: HashMap<[u32; 2], u64> = HashMap::new();
    starts.iter().for_each(|start| *cells.entry(cell(start)).or_default() += 1);
    // With the cells round it, since a front door may lie on a border.
    let around = |[x, y]: [u32; 2]| -> u64 {
        let offsets = (0..9).map(|i| [x.wrapping_add(i % 3).wrapping_sub(1), y.wrapping_add(i / 3).wrapping_sub(1)]);
        offsets.filter_map(|cell| cells.get(&cell)).sum()
    };
    let fullest = *cells.keys().max_by_key(|&&cell| (around(cell), cells[&cell], std::cmp::Reverse(cell)))?;
    let near = |start: &&CanvasPosition| cell(start).iter().zip(fullest).all(|(axis, other)| axis.abs_diff(other) <= 1);
    let near: Vec<&CanvasPosition> = starts.iter().filter(near).collect();
    let middle = |axis: usize| {
        let mut values: Vec<u32> = near.iter().map(|start| start[axis]).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable(middle).1
    };
    Some(degrees_from_canvas([middle(0), middle(1)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::whole;

    const DAY_MS: f64 = 86_400_000.0;

    /// An hour east of a place, climbing 100 m, a day after 1970 for each number.
    fn ride(lat: f64, lon: f64, day: i64) -> Summary {
        let point = |i: i64| Point {
            time_ms: Some(day * 86_400_000 + i * 60_000),
            elevation_m: Some(500.0 + i as f32 * 100.0 / 60.0 * 1.0001),
            ..Point::at(lat, lon + i as f64 / 300.0)
        };
        let sport = "cycling/road".to_owned();
        let name = Some("Über den Berg".to_owned());
        whole(&Activity { sport, name, segments: vec![(0..=60).map(point).collect()], ..Activity::default() })
            .0
            .expect("points")
            .summary
    }

    fn origin(path: &str, format: &str, device: Option<&str>) -> Origin {
        Origin { paths: vec![path.into()], format: format.into(), device: device.map(str::to_owned) }
    }

    fn wanted(selection: &Selection, summary: &Summary) -> bool {
        let origin = origin("/home/me/Strava/1.fit", "FIT", Some("Garmin Edge 530"));
        selection.among([summary.start]).omit_reason(summary, [&origin]).is_none()
    }

    fn from_to(from: f64, to: f64) -> Span {
        Span { from: Some(from), to: Some(to) }
    }

    #[test]
    fn each_condition_takes_what_fulfils_it_and_leaves_the_rest() {
        let summary = ride(48.0, 11.0, 10);
        assert!(wanted(&Selection::default(), &summary));
        let set = |change: fn(&mut Selection, bool)| {
            [true, false].map(|fulfilled| {
                let mut selection = Selection::default();
                change(&mut selection, fulfilled);
                wanted(&selection, &summary)
            })
        };
        let cases: [fn(&mut Selection, bool); 12] = [
            |s, yes| s.start_ms = from_to(10.0 * DAY_MS, if yes { 10.0 } else { 9.0 } * DAY_MS),
            |s, yes| s.years = vec![from_to(0.0, 1.0), from_to(if yes { 0.0 } else { 11.0 } * DAY_MS, f64::INFINITY)],
            |s, yes| s.sports = vec!["hike".into(), if yes { "ride" } else { "run" }.into()],
            |s, yes| s.metres = from_to(14_800.0, if yes { 15_000.0 } else { 14_801.0 }),
            |s, yes| s.seconds = from_to(if yes { 3600.0 } else { 3601.0 }, f64::INFINITY),
            |s, yes| s.ascent_m = from_to(90.0, if yes { 101.0 } else { 91.0 }),
            |s, yes| s.name = Some(if yes { "über" } else { "unter" }.into()),
            |s, yes| s.source = Some(if yes { "strava" } else { "garmin" }.into()),
            |s, yes| s.source = Some(if yes { "fit" } else { "gpx" }.into()),
            |s, yes| s.device = Some(if yes { "edge" } else { "suunto" }.into()),
            |s, yes| s.bbox = Some([11.1, 47.9, if yes { 11.2 } else { 11.1001 }, if yes { 48.1 } else { 47.95 }]),
            |s, yes| s.near = Some((Near::At(48.0, if yes { 11.01 } else { 11.1 }), 1000.0)),
        ];
        for (number, change) in cases.into_iter().enumerate() {
            assert_eq!(set(change), [true, false], "condition {number}");
        }
    }

    #[test]
    fn what_is_asked_of_a_file_is_asked_of_every_copy() {
        let summary = ride(48.0, 11.0, 10);
        let mut copies = [origin("/strava/1.gpx", "GPX", None), origin("/edge/1.fit", "FIT", Some("Garmin Edge 530"))];
        copies[1].paths.push("/backup/1.fit".into());
        let holds = |source: &str, device: Option<&str>, copies: &[Origin]| {
            let selection =
                Selection { source: Some(source.into()), device: device.map(str::to_owned), ..Selection::default() };
            selection.among([]).omit_reason(&summary, copies).is_none()
        };
        for source in ["gpx", "strava", "fit", "edge", "backup"] {
            assert!(holds(source, None, &copies), "{source}");
        }
        assert!(holds("gpx", Some("edge"), &copies), "whichever copy says which");
        assert!(!holds("tcx", None, &copies) && !holds("gpx", Some("suunto"), &copies));
        assert!(!holds("fit", None, &copies[..1]) && !holds("gpx", Some("edge"), &copies[..1]));
        assert!(!holds("gpx", None, &[]));
    }

    #[test]
    fn what_is_not_known_fulfils_no_condition() {
        let bare = Activity { segments: vec![vec![Point::at(48.0, 11.0)]], ..Activity::default() };
        let summary = whole(&bare).0.expect("a point").summary;
        assert!(wanted(&Selection::default(), &summary));
        for selection in [
            Selection { start_ms: Span { from: None, to: Some(1e18) }, ..Selection::default() },
            Selection { ascent_m: Span { from: None, to: Some(1e18) }, ..Selection::default() },
            Selection { seconds: Span { from: Some(0.0), to: None }, ..Selection::default() },
            Selection { name: Some(String::new()), ..Selection::default() },
        ] {
            assert!(!wanted(&selection, &summary));
        }
    }

    #[test]
    fn roofs_and_virtual_places_are_asked_for() {
        for (sport, why) in [("virtual ride", OmitReason::Virtual), ("indoor cycling", OmitReason::Indoor)] {
            let summary = Summary { sport: sport.into(), ..ride(48.0, 11.0, 1) };
            let why_not = |selection: &Selection| selection.among([]).omit_reason(&summary, [&Origin::default()]);
            assert_eq!(why_not(&Selection::default()), Some(why));
            assert_eq!(
                why_not(&Selection { indoor: true, virtual_too: true, planned: true, ..Selection::default() }),
                None
            );
            let runs = Selection { sports: vec!["run".into()], ..Selection::default() };
            assert_eq!(why_not(&runs), Some(OmitReason::Other), "a condition counts first");
        }
    }

    #[test]
    fn boxes_may_reach_over_the_antimeridian() {
        let across = |lon: f64| {
            let selection = Selection { bbox: Some([179.0, -20.0, -179.0, -10.0]), ..Selection::default() };
            wanted(&selection, &ride(-15.0, lon, 1))
        };
        assert!(across(178.9) && across(-179.5) && !across(0.0) && !across(178.0));
        let world = Selection { bbox: Some([-180.0, -90.0, 180.0, 90.0]), ..Selection::default() };
        assert!(wanted(&world, &ride(48.0, 11.0, 1)));
    }

    #[test]
    fn home_is_where_most_activities_start() {
        let at = |lat: f64, lon: f64| canvas_from_degrees(lon, lat);
        let starts = [at(48.1, 11.6), at(48.1001, 11.6001), at(48.1002, 11.6), at(47.0, 8.0), at(47.0, 8.0)];
        let selection = Selection { near: Some((Near::Home, 1000.0)), ..Selection::default() };
        let (lat, lon) = selection.among(starts).home.expect("starts");
        assert!((lat - 48.1001).abs() < 1e-4 && (lon - 11.6).abs() < 2e-4, "{lat} {lon}");
        assert_eq!(selection.among([]).home, None);
        assert_eq!(
            Selection::default().among(starts).home,
            None,
            "it is private, and told only where it was asked for"
        );
    }
}
