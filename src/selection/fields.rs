//! The table of fields: one row for each property of activities that sentences and flags can test.

use std::borrow::Cow;

use super::cycle::{HOURS, MONTHS, SEASONS, WEEKDAYS};
use super::field::{Field, Groups, Kind, Phrases, Values};
use super::moment::Moment;
use super::omitted::OmitReason;
use super::origin::Origin;
use super::quantity::{LENGTHS, TIMES};
use crate::activity::night::is_at_night;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;

/// All fields. If an activity has several reasons to be omitted, the first counts.
pub const FIELDS: &[Field] = &[
    Field::new("date", Kind::Day, Values::Whole(Moment::day), "local day of the start"),
    Field::new("year", Kind::Year, Values::Whole(Moment::year), "local year of the start").grouped(Groups::Values),
    Field::new("month", Kind::Cycle(&MONTHS), Values::Whole(Moment::month), "local month of the start")
        .grouped(Groups::Values),
    Field::new("weekday", Kind::Cycle(&WEEKDAYS), Values::Whole(Moment::weekday), "local day of the week of the start")
        .grouped(Groups::Values),
    Field::new("hour", Kind::Cycle(&HOURS), Values::Whole(Moment::hour), "local hour of the start, 0 to 23")
        .grouped(Groups::Values),
    Field::new(
        "season",
        Kind::Cycle(&SEASONS),
        Values::Whole(Moment::season),
        "season at the start, by months and hemisphere",
    )
    .grouped(Groups::Values),
    Field::new(
        "night",
        Kind::Flag,
        Values::CostlyFlag(is_at_night),
        "the sun is more than 6° below the horizon in the middle of the time",
    )
    .grouped(Groups::Values)
    .phrases(Phrases::Flag { set: "at night", unset: "by day" }),
    Field::new("sport", Kind::Sport, Values::Sport, "sport, with all its kinds, or a part of its word")
        .grouped(Groups::Sports),
    Field::new("distance", Kind::Quantity(LENGTHS), Values::Number(|summary| Some(summary.metres)), "length")
        .grouped(Groups::Ranges(&[5.0, 10.0, 20.0, 50.0, 100.0, 200.0], "km"))
        .phrases(Phrases::Quantity { within: "{} long", above: "longer than {}", below: "shorter than {}" }),
    Field::new(
        "duration",
        Kind::Quantity(TIMES),
        Values::Number(Summary::seconds),
        "time from the first to the last point",
    )
    .grouped(Groups::Ranges(&[0.5, 1.0, 2.0, 4.0, 8.0], "h"))
    .phrases(Phrases::Quantity {
        within: "lasting {}",
        above: "lasting more than {}",
        below: "lasting less than {}",
    }),
    Field::new("ascent", Kind::Quantity(LENGTHS), Values::Number(|summary| summary.ascent_m), "metres climbed")
        .grouped(Groups::Ranges(&[100.0, 250.0, 500.0, 1000.0, 2000.0], "m"))
        .phrases(Phrases::Quantity {
            within: "climbing {}",
            above: "climbing more than {}",
            below: "climbing less than {}",
        }),
    Field::new(
        "new",
        Kind::Quantity(LENGTHS),
        Values::Number(|summary| summary.new_m),
        "length of roads on which no earlier activity came within 25 m",
    )
    .grouped(Groups::Ranges(&[0.1, 1.0, 5.0, 10.0, 20.0, 50.0], "km"))
    .phrases(Phrases::Quantity {
        within: "with {} of new roads",
        above: "with more than {} of new roads",
        below: "with less than {} of new roads",
    }),
    Field::new("name", Kind::Text, Values::Text(|summary| summary.name.as_deref()), "title")
        .phrases(Phrases::Text { is: "called {}", like: "with {} in the name" }),
    Field::new("gear", Kind::Text, Values::Text(|summary| summary.gear.as_deref()), "name of the bicycle or shoes")
        .grouped(Groups::Values)
        .phrases(Phrases::Text { is: "with the gear {}", like: "with {} in the gear" }),
    Field::new(
        "commute",
        Kind::Flag,
        Values::Flag(|summary| summary.commute.unwrap_or_default()),
        "marked as a commute",
    )
    .grouped(Groups::Values)
    .phrases(Phrases::Flag { set: "that are commutes", unset: "that are no commutes" }),
    Field::new(
        "format",
        Kind::Text,
        Values::FileTexts(|origin| vec![Cow::Borrowed(&origin.format)]),
        "fit, gpx, tcx, kml or geojson",
    )
    .grouped(Groups::Values)
    .phrases(Phrases::Text { is: "of the format {}", like: "with {} in the format" }),
    Field::new("path", Kind::Text, Values::FileTexts(Origin::absolute_paths), "path of the file")
        .phrases(Phrases::Text { is: "from the file {}", like: "with {} in the path" }),
    Field::new(
        "device",
        Kind::Text,
        Values::FileTexts(|origin| origin.device.iter().map(Cow::from).collect()),
        "device or program that wrote the file",
    )
    .grouped(Groups::Values)
    .phrases(Phrases::Text { is: "written by {}", like: "with {} in the device" }),
    Field::new("box", Kind::Box, Values::Extent, "bounding box, in degrees"),
    Field::new("start", Kind::Place, Values::Start, "first point"),
    Field::new(
        "planned",
        Kind::Flag,
        Values::Flag(|summary| summary.planned),
        "a planned course or route; left out if not mentioned",
    )
    .phrases(Phrases::Flag { set: "that are planned", unset: "that are recorded" })
    .omitted(OmitReason::Planned),
    Field::new("indoor", Kind::Flag, Values::SportFlag(Sport::is_indoor), "indoors; left out if not mentioned")
        .phrases(Phrases::Flag { set: "indoors", unset: "outdoors" })
        .omitted(OmitReason::Indoor),
    Field::new("virtual", Kind::Flag, Values::SportFlag(Sport::is_virtual), "on a screen; left out if not mentioned")
        .phrases(Phrases::Flag { set: "that are virtual", unset: "that are not virtual" })
        .omitted(OmitReason::Virtual),
];

/// The field of a name.
pub fn field_named(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}
