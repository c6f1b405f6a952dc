//! Selection: the conditions under which maps, lists and statistics include an activity.
//!
//! All conditions must hold. A condition on a value that the activity lacks (time, elevation) does not hold.

mod filter;
mod home;
mod omitted;
mod origin;

pub use filter::Filter;
pub use omitted::{OmitReason, Omitted};
pub use origin::Origin;

use home::home;

use crate::activity::sport::SportFilter;
use crate::engine::geometry::mercator::CanvasPosition;

/// Closed interval; a missing end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Span {
    pub from: Option<f64>,
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

/// Place near which an activity must start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Near {
    /// Latitude and longitude in degrees.
    At(f64, f64),
    /// The most common start.
    Home,
}

/// Conditions. The default selects all recorded outdoor activities.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Selection {
    /// Interval of the start, in milliseconds since 1970.
    pub start_ms: Span,
    /// Alternative intervals of the start, in milliseconds since 1970.
    pub years: Vec<Span>,
    /// Sports in lower case, of which one must match; empty selects any sport. See [`SportFilter`].
    pub sports: Vec<String>,
    pub metres: Span,
    /// Elapsed time.
    pub seconds: Span,
    /// Metres climbed.
    pub ascent_m: Span,
    /// Part of the title, in lower case.
    pub name: Option<String>,
    /// Part of the name of bicycle or shoes, in lower case.
    pub gear: Option<String>,
    /// True selects commutes only, false everything else.
    pub commute: Option<bool>,
    /// Format, or part of the path, in lower case; of any copy.
    pub source: Option<String>,
    /// Part of the recording device or program, in lower case; of any copy.
    pub device: Option<String>,
    /// West, south, east and north in degrees; the activity's box must touch it. West may be greater than east.
    pub bbox: Option<[f64; 4]>,
    /// Start place, and the greatest distance in metres.
    pub near: Option<(Near, f64)>,
    pub include_indoor: bool,
    pub include_virtual: bool,
    pub include_planned: bool,
}

impl Selection {
    /// Selects every activity.
    pub fn all() -> Self {
        Self { include_indoor: true, include_virtual: true, include_planned: true, ..Self::default() }
    }

    /// Returns the filter of the selection. Computes home from `starts`, those of all activities, if the selection
    /// refers to home.
    pub fn filter_for(&self, starts: impl IntoIterator<Item = CanvasPosition>) -> Filter<'_> {
        let home = matches!(self.near, Some((Near::Home, _))).then(|| home(starts)).flatten();
        let at = |near| match near {
            Near::At(lat, lon) => (lon, lat),
            // Without starts there are no activities to filter.
            Near::Home => home.unwrap_or_default(),
        };
        let near = self.near.map(|(near, metres)| (at(near), metres));
        let sports = self.sports.iter().map(|wanted| SportFilter::new(wanted)).collect();
        Filter { selection: self, sports, near, home: home.map(|(lon, lat)| (lat, lon)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::summary::Summary;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::without_privacy;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    const DAY_MS: f64 = 86_400_000.0;

    /// An hour's ride east from a position, climbing 100 m, `day` days after 1970-01-01.
    fn ride(lat: f64, lon: f64, day: i64) -> Summary {
        let point = |i: i64| Point {
            time_ms: Some(day * 86_400_000 + i * 60_000),
            elevation_m: Some(500.0 + i as f32 * 100.0 / 60.0 * 1.0001),
            ..Point::at(lat, lon + i as f64 / 300.0)
        };
        let sport = "cycling/road".to_owned();
        let name = Some("Über den Berg".to_owned());
        without_privacy(&Activity { sport, name, segments: vec![(0..=60).map(point).collect()], ..Activity::default() })
            .0
            .expect("points")
            .summary
    }

    fn origin(path: &str, format: &str, device: Option<&str>) -> Origin {
        Origin { paths: vec![path.into()], format: format.into(), device: device.map(str::to_owned) }
    }

    fn wanted(selection: &Selection, summary: &Summary) -> bool {
        let origin = origin("/home/me/Strava/1.fit", "FIT", Some("Garmin Edge 530"));
        selection.filter_for([summary.start]).omit_reason(summary, [&origin]).is_none()
    }

    fn from_to(from: f64, to: f64) -> Span {
        Span { from: Some(from), to: Some(to) }
    }

    #[test]
    fn each_condition_selects_and_omits() {
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
    fn conditions_on_the_file_hold_for_any_copy() {
        let summary = ride(48.0, 11.0, 10);
        let mut copies = [origin("/strava/1.gpx", "GPX", None), origin("/edge/1.fit", "FIT", Some("Garmin Edge 530"))];
        copies[1].paths.push("/backup/1.fit".into());
        let holds = |source: &str, device: Option<&str>, copies: &[Origin]| {
            let selection =
                Selection { source: Some(source.into()), device: device.map(str::to_owned), ..Selection::default() };
            selection.filter_for([]).omit_reason(&summary, copies).is_none()
        };
        for source in ["gpx", "strava", "fit", "edge", "backup"] {
            assert!(holds(source, None, &copies), "{source}");
        }
        assert!(holds("gpx", Some("edge"), &copies), "each condition by another copy");
        assert!(!holds("tcx", None, &copies) && !holds("gpx", Some("suunto"), &copies));
        assert!(!holds("fit", None, &copies[..1]) && !holds("gpx", Some("edge"), &copies[..1]));
        assert!(!holds("gpx", None, &[]));
    }

    #[test]
    fn missing_values_fulfil_no_condition() {
        let segment = vec![Point::at(48.0, 11.0), Point::at(48.1, 11.0)];
        let bare = Activity { segments: vec![segment], ..Activity::default() };
        let summary = without_privacy(&bare).0.expect("points").summary;
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
    fn indoor_and_virtual_activities_are_omitted_by_default() {
        for (sport, why) in [("virtual ride", OmitReason::Virtual), ("indoor cycling", OmitReason::Indoor)] {
            let summary = Summary { sport: sport.into(), ..ride(48.0, 11.0, 1) };
            let why_not = |selection: &Selection| selection.filter_for([]).omit_reason(&summary, [&Origin::default()]);
            assert_eq!(why_not(&Selection::default()), Some(why));
            assert_eq!(
                why_not(&Selection {
                    include_indoor: true,
                    include_virtual: true,
                    include_planned: true,
                    ..Selection::default()
                }),
                None
            );
            let runs = Selection { sports: vec!["run".into()], ..Selection::default() };
            assert_eq!(why_not(&runs), Some(OmitReason::NotSelected), "conditions come first");
        }
    }

    #[test]
    fn boxes_may_cross_the_antimeridian() {
        let across = |lon: f64| {
            let selection = Selection { bbox: Some([179.0, -20.0, -179.0, -10.0]), ..Selection::default() };
            wanted(&selection, &ride(-15.0, lon, 1))
        };
        assert!(across(178.9) && across(-179.5) && !across(0.0) && !across(178.0));
        let world = Selection { bbox: Some([-180.0, -90.0, 180.0, 90.0]), ..Selection::default() };
        assert!(wanted(&world, &ride(48.0, 11.0, 1)));
    }

    #[test]
    fn home_is_the_most_common_start() {
        let at = |lat: f64, lon: f64| canvas_from_degrees(lon, lat);
        let starts = [at(48.1, 11.6), at(48.1001, 11.6001), at(48.1002, 11.6), at(47.0, 8.0), at(47.0, 8.0)];
        let selection = Selection { near: Some((Near::Home, 1000.0)), ..Selection::default() };
        let (lat, lon) = selection.filter_for(starts).home.expect("starts");
        assert!((lat - 48.1001).abs() < 1e-4 && (lon - 11.6).abs() < 2e-4, "{lat} {lon}");
        let turn = [at(1.0, 179.9999), at(1.0, -179.9999), at(1.0, -179.9998), at(2.0, 8.0), at(2.0, 8.0)];
        let (lat, lon) = selection.filter_for(turn).home.expect("starts");
        assert!((lat - 1.0).abs() < 1e-4 && (lon + 179.9999).abs() < 1e-6, "{lat} {lon}");
        assert_eq!(selection.filter_for([]).home, None);
        assert_eq!(Selection::default().filter_for(starts).home, None, "private, so computed only on request");
    }
}
