//! Evaluates a selection for one activity and returns the reason for omitting it.

use super::{OmitReason, Origin, Selection};
use crate::activity::sport::{Sport, SportFilter};
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{canvas_from_degrees, degrees_from_canvas, great_circle_metres};

/// Selection with `home` resolved to a position.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    pub(super) selection: &'a Selection,
    pub(super) sports: Vec<SportFilter>,
    /// Longitude and latitude in degrees near which an activity must start, and the greatest distance in metres.
    pub(super) near: Option<((f64, f64), f64)>,
    /// Latitude and longitude in degrees of the home, if the selection refers to it.
    pub home: Option<(f64, f64)>,
}

impl Filter<'_> {
    /// Returns the reason for omitting an activity, `None` if the activity is selected. Conditions on the file hold if
    /// one of `origins` satisfies them: the activity's own file and those of its copies.
    pub fn omit_reason<'a>(
        &self,
        summary: &Summary,
        origins: impl IntoIterator<Item = &'a Origin> + Clone,
    ) -> Option<OmitReason> {
        let Selection { start_ms, years, metres, seconds, ascent_m, .. } = self.selection;
        let Selection { name, gear, commute, source, device, bbox, .. } = self.selection;
        let start = summary.start_ms.map(|ms| ms as f64);
        let has = |text: Option<&str>, part: &str| text.is_some_and(|text| text.to_lowercase().contains(part));
        let any = |holds: &dyn Fn(&Origin) -> bool| origins.clone().into_iter().any(holds);
        let holds = start_ms.holds(start)
            && (years.is_empty() || years.iter().any(|year| year.holds(start)))
            && (self.sports.is_empty() || self.sports.iter().any(|sport| sport.matches(&summary.sport)))
            && metres.holds(Some(summary.metres))
            && seconds.holds(summary.seconds())
            && ascent_m.holds(summary.ascent_m)
            && name.as_ref().is_none_or(|part| has(summary.name.as_deref(), part))
            && gear.as_ref().is_none_or(|part| has(summary.gear.as_deref(), part))
            // Exports mark commutes only; an unmarked activity is no commute.
            && commute.is_none_or(|wanted| summary.commute.unwrap_or_default() == wanted)
            && source.as_ref().is_none_or(|part| any(&|origin| origin.matches_source(part)))
            && device.as_ref().is_none_or(|part| any(&|origin| has(origin.device.as_deref(), part)))
            && bbox.is_none_or(|bbox| touches(summary, bbox))
            && self.near.is_none_or(|(place, metres)| great_circle_metres(degrees_from_canvas(summary.start), place) <= metres);
        let sport = || Sport::of(&summary.sport);
        match () {
            () if !holds => Some(OmitReason::NotSelected),
            () if summary.planned && !self.selection.include_planned => Some(OmitReason::Planned),
            () if sport().is_indoor() && !self.selection.include_indoor => Some(OmitReason::Indoor),
            () if sport().is_virtual() && !self.selection.include_virtual => Some(OmitReason::Virtual),
            () => None,
        }
    }
}

fn touches(summary: &Summary, [west, south, east, north]: [f64; 4]) -> bool {
    let [left, top] = canvas_from_degrees(west, north);
    // 180° E would wrap to the left edge of the canvas.
    let [right, bottom] = canvas_from_degrees(east.min(180.0 - 1e-7), south);
    summary.extent.is_near(Extent { min: [left, top], max: [right, bottom] }, 0)
}
