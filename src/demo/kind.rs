//! Kinds of activities of the demo: frequency, region, route, way of moving, time and season.

use super::network::ClassCosts;
use super::recording::Gait;
use super::route::{CYCLING_COSTS, FOOT_COSTS, FOREST_COSTS, Shape};

#[derive(Debug)]
pub struct Kind {
    /// End of the file name: `ride` in `morning-ride`.
    pub name: &'static str,
    /// `<type>` in GPX.
    pub gpx: &'static str,
    /// `Sport` in TCX.
    pub tcx: &'static str,
    /// Sport and sub-sport in FIT.
    pub fit: [u8; 2],
    /// Frequency relative to the other kinds.
    pub share: f64,
    /// Index in [`REGIONS`](super::region_spec::REGIONS); `None` indoors.
    pub region: Option<usize>,
    pub shape: Shape,
    pub class_costs: ClassCosts,
    /// Shortest and longest route; short routes are more frequent.
    pub kilometres: [f64; 2],
    /// Number of favourite routes; 0 if no route is repeated.
    pub favourites: usize,
    /// Share of routes that are taken only once.
    pub unrepeated_share: f64,
    pub gait: Gait,
    /// Earliest and latest hour of the start.
    pub hours: [f64; 2],
    pub days: Days,
    /// 0 for all year, 1 for none in midwinter, below 0 for winter only.
    pub winter_reduction: f64,
}

/// Days on which activities start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Days {
    /// Monday to Friday.
    Work,
    /// Saturday and Sunday.
    Free,
    Any,
    /// Holidays in this month, 0 for January.
    Holiday(u32),
}

const RIDE: Gait = Gait { speed: 7.4, climbing: 0.75, cornering: 3.4, heart_rate: 138.0, pauses: 0.09 };
const CITY_RIDE: Gait = Gait { speed: 5.6, climbing: 0.6, cornering: 2.8, heart_rate: 118.0, pauses: 0.5 };
const RUN: Gait = Gait { speed: 3.05, climbing: 0.5, cornering: 3.0, heart_rate: 152.0, pauses: 0.12 };
const HIKE: Gait = Gait { speed: 1.3, climbing: 0.35, cornering: 2.0, heart_rate: 108.0, pauses: 0.25 };
const WALK: Gait = Gait { speed: 1.35, climbing: 0.3, cornering: 2.0, heart_rate: 92.0, pauses: 0.6 };

const BASE: Kind = Kind {
    name: "activity",
    gpx: "running",
    tcx: "Running",
    fit: [1, 0],
    share: 0.0,
    region: Some(0),
    shape: Shape::FromHome,
    class_costs: FOOT_COSTS,
    kilometres: [5.0, 12.0],
    favourites: 0,
    unrepeated_share: 1.0,
    gait: RUN,
    hours: [7.0, 19.0],
    days: Days::Any,
    winter_reduction: 0.3,
};
const BIKE_BASE: Kind = Kind {
    name: "ride",
    gpx: "cycling",
    tcx: "Biking",
    fit: [2, 0],
    class_costs: CYCLING_COSTS,
    gait: RIDE,
    winter_reduction: 0.7,
    ..BASE
};
const FOOT_BASE: Kind =
    Kind { name: "hike", gpx: "hiking", tcx: "Other", fit: [17, 0], gait: HIKE, class_costs: FOREST_COSTS, ..BASE };
const COMMUTE: Kind = Kind {
    name: "commute",
    share: 15.0,
    gait: CITY_RIDE,
    favourites: 9,
    unrepeated_share: 0.12,
    days: Days::Work,
    winter_reduction: 0.45,
    ..BIKE_BASE
};

pub const KINDS: &[Kind] = &[
    Kind { shape: Shape::ToWork, hours: [7.0, 8.6], ..COMMUTE },
    Kind { shape: Shape::ToHome, hours: [16.2, 18.9], ..COMMUTE },
    Kind { name: "run", share: 23.0, kilometres: [4.5, 18.0], favourites: 70, unrepeated_share: 0.3, ..BASE },
    Kind {
        share: 14.0,
        kilometres: [16.0, 42.0],
        favourites: 45,
        unrepeated_share: 0.4,
        hours: [16.0, 18.5],
        ..BIKE_BASE
    },
    Kind {
        name: "long-ride",
        share: 13.0,
        shape: Shape::Villages,
        kilometres: [40.0, 105.0],
        favourites: 60,
        unrepeated_share: 0.35,
        hours: [7.5, 11.0],
        days: Days::Free,
        ..BIKE_BASE
    },
    Kind {
        name: "trail-run",
        fit: [1, 3],
        share: 5.0,
        shape: Shape::Forest,
        class_costs: FOREST_COSTS,
        kilometres: [6.0, 16.0],
        favourites: 26,
        unrepeated_share: 0.4,
        ..BASE
    },
    Kind {
        share: 4.0,
        shape: Shape::Forest,
        kilometres: [6.0, 12.0],
        favourites: 24,
        unrepeated_share: 0.5,
        days: Days::Free,
        ..FOOT_BASE
    },
    Kind {
        name: "walk",
        gpx: "walking",
        fit: [11, 0],
        share: 5.0,
        shape: Shape::OldTown,
        class_costs: FOOT_COSTS,
        kilometres: [2.2, 5.5],
        favourites: 20,
        unrepeated_share: 0.6,
        gait: WALK,
        hours: [10.0, 20.0],
        ..FOOT_BASE
    },
    Kind {
        name: "indoor-ride",
        fit: [2, 6],
        share: 1.5,
        region: None,
        winter_reduction: -1.0,
        hours: [18.0, 20.0],
        ..BIKE_BASE
    },
    Kind {
        name: "mountain-ride",
        share: 1.6,
        region: Some(1),
        shape: Shape::FromCentre,
        kilometres: [30.0, 75.0],
        hours: [7.5, 9.5],
        days: Days::Holiday(6),
        ..BIKE_BASE
    },
    Kind {
        name: "mountain-hike",
        share: 1.2,
        region: Some(1),
        shape: Shape::Forest,
        kilometres: [6.0, 12.0],
        days: Days::Holiday(6),
        ..FOOT_BASE
    },
    Kind {
        name: "island-ride",
        share: 1.2,
        region: Some(2),
        shape: Shape::FromCentre,
        kilometres: [20.0, 60.0],
        days: Days::Holiday(4),
        ..BIKE_BASE
    },
    Kind { name: "island-run", share: 0.6, region: Some(2), shape: Shape::FromCentre, days: Days::Holiday(4), ..BASE },
    Kind {
        name: "travel-run",
        share: 1.1,
        region: Some(3),
        shape: Shape::FromCentre,
        kilometres: [5.0, 16.0],
        days: Days::Holiday(10),
        ..BASE
    },
    Kind {
        name: "travel-ride",
        share: 0.5,
        region: Some(3),
        shape: Shape::FromCentre,
        kilometres: [20.0, 50.0],
        days: Days::Holiday(10),
        ..BIKE_BASE
    },
];
