//! Drawings of the layers of a map: what each activity shows in each layer.

use std::collections::HashMap;

use super::day_range::DayRange;
use super::traits::{Need, OTHER, Traits, newest_day};
use super::value_range::ValueRange;
use crate::engine::accumulation::Value;
use crate::engine::drawing::{Drawing, LEFT_OUT};
use crate::engine::geometry::polyline::Track;
use crate::engine::layer::Layer;
use crate::engine::tone::class_code::CLASSES;
use crate::engine::tone::curve::Tone;
use crate::engine::tone::level_code::LevelCode;
use crate::selection::Moment;
use crate::selection::moment::months_before;

/// Meaning of the values of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A number in the unit of the layer.
    Number,
    /// A time in minutes.
    Minutes,
    /// Steps are days.
    Days(DayRange),
    /// Names of the classes.
    Classes(Vec<String>),
    /// Steps are values of a quantity.
    Values(ValueRange),
}

/// A layer as it is drawn.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct MapLayer {
    pub drawing: Drawing,
    pub meaning: Meaning,
    /// Number of activities that the layer shows.
    pub activities: u64,
    /// Property that the layer needs, and the number of activities without it.
    pub lacking: Option<(Need, u64)>,
}

impl MapLayer {
    /// Values of the activities in a layer. Layers of the last months count from `today`, by default the newest day of
    /// the activities, so that a map does not depend on the clock. `tracks` are those of the activities.
    pub fn new(layer: &'static Layer, activities: &[Traits], tracks: &[Track], today: Option<i32>) -> Self {
        let today = today.or_else(|| newest_day(activities));
        let is_recent = |activity: &Traits| match (layer.months, today, activity.day()) {
            (None, ..) => true,
            (Some(months), Some(today), Some(day)) => (months_before(today, months) + 1..=today).contains(&day),
            (Some(_), ..) => false,
        };
        let (meaning, value_of) = values(layer.value, activities);
        let need = Need::of(layer);
        let lacks = |activity: &Traits| need.is_some_and(|need| !activity.has(need));
        let value = |activity: &Traits| value_of(activity).filter(|_| is_recent(activity) && !lacks(activity));
        let values: Vec<Option<u8>> = activities.iter().map(value).collect();
        let shown = values.iter().flatten().count();
        let lacking = need.map(|need| (need, activities.iter().filter(|activity| lacks(activity)).count() as u64));
        let is_plain = layer.value == Value::One && need.is_none();
        let range = value_range(
            layer,
            activities.iter().zip(tracks).zip(&values).filter_map(|(pair, value)| value.map(|_| pair)),
        );
        let meaning = match (need, range) {
            (Some(Need::Times), _) => Meaning::Minutes,
            (_, Some(range)) => Meaning::Values(range),
            _ => meaning,
        };
        let values = (!is_plain).then(|| values.into_iter().map(|value| value.unwrap_or(LEFT_OUT)).collect());
        let range = range.map_or([0.0, 1.0], |range| range.shares());
        let drawing = Drawing { layer, values, range };
        Self { drawing, meaning, activities: shown as u64, lacking }
    }
}

/// Range of the values of a layer of means over some activities.
fn value_range<'a>(layer: &Layer, activities: impl Iterator<Item = (&'a Traits, &'a Track)>) -> Option<ValueRange> {
    let (LevelCode::Value(code), Some(quantity)) = (layer.code, layer.quantity()) else { return None };
    let (mut on_foot, mut all, mut tracks) = (0.0, 0.0, Vec::new());
    for (activity, track) in activities {
        all += activity.metres;
        on_foot += if activity.is_on_foot { activity.metres } else { 0.0 };
        tracks.push(track);
    }
    let least = if let Tone::AtLeast(least) = layer.tone { Some(least) } else { None };
    ValueRange::of(tracks.into_iter(), (quantity, code), least, 2.0 * on_foot > all)
}

/// Names of the classes of a layer, if they do not depend on the activities.
pub fn fixed_classes(layer: &Layer) -> Option<Vec<String>> {
    match layer.value {
        Value::Season | Value::Hour => match values(layer.value, &[]).0 {
            Meaning::Classes(names) => Some(names),
            Meaning::Number | Meaning::Minutes | Meaning::Days(_) | Meaning::Values(_) => None,
        },
        Value::One | Value::Day | Value::Sport | Value::Year => None,
    }
}

/// Value of an activity, if it has any.
type ValueOf = Box<dyn Fn(&Traits) -> Option<u8>>;

/// Meaning of a value, and the value of each activity.
fn values(value: Value, activities: &[Traits]) -> (Meaning, ValueOf) {
    let of_start = |class: fn(Moment) -> i32| -> ValueOf {
        Box::new(move |activity| activity.start.map(|start| class(start) as u8))
    };
    let classes = |names: &[&str]| Meaning::Classes(names.iter().map(|name| (*name).to_owned()).collect());
    match value {
        Value::One => (Meaning::Number, Box::new(|_| Some(0))),
        Value::Day => match DayRange::around(activities.iter().filter_map(Traits::day)) {
            Some(range) => (Meaning::Days(range), Box::new(move |activity| Some(range.step(activity.day()?)))),
            None => (Meaning::Number, Box::new(|_| None)),
        },
        Value::Sport => sports(activities),
        Value::Year => years(activities),
        // From winter on, as in a calendar year; `season` counts from spring.
        Value::Season => {
            (classes(&["Winter", "Spring", "Summer", "Autumn"]), of_start(|start| (start.season() + 1) % 4))
        }
        Value::Hour => (
            classes(&["0-3 h", "3-6 h", "6-9 h", "9-12 h", "12-15 h", "15-18 h", "18-21 h", "21-24 h"]),
            of_start(|start| start.hour() / 3),
        ),
    }
}

/// The sports with the most activities, most first, and all others in the last class.
fn sports(activities: &[Traits]) -> (Meaning, ValueOf) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for activity in activities.iter().filter(|activity| !activity.sport.is_empty()) {
        *counts.entry(activity.sport.clone()).or_default() += 1;
    }
    let has_unknown = activities.iter().any(|activity| activity.sport.is_empty());
    let mut sports: Vec<(String, usize)> = counts.into_iter().collect();
    sports.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    let mut names: Vec<String> = sports.into_iter().map(|(name, _)| name).collect();
    if names.len() > CLASSES || has_unknown && names.len() == CLASSES {
        names.truncate(CLASSES - 1);
    }
    let known: HashMap<String, u8> = names.iter().cloned().zip(0..).collect();
    let other = names.len() as u8;
    let needs_other = has_unknown || activities.iter().any(|activity| !known.contains_key(&activity.sport));
    names.extend(needs_other.then(|| OTHER.to_owned()));
    (Meaning::Classes(names), Box::new(move |activity| Some(known.get(&activity.sport).copied().unwrap_or(other))))
}

/// The newest years, the newest last, and all years before in the first class.
fn years(activities: &[Traits]) -> (Meaning, ValueOf) {
    const NEWEST: i32 = CLASSES as i32 - 1;
    let year = |activity: &Traits| activity.start.map(Moment::year);
    let newest = activities.iter().filter_map(year).max().unwrap_or(0);
    let name = |class: i32| match class {
        0 => format!("{} and earlier", newest - NEWEST),
        class => (newest - NEWEST + class).to_string(),
    };
    let class = move |activity: &Traits| Some((year(activity)? - newest + NEWEST).max(0) as u8);
    (Meaning::Classes((0..=NEWEST).map(name).collect()), Box::new(class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;
    use crate::engine::quantity::QuantitySet;

    const DAY_MS: i64 = 86_400_000;

    fn activity(sport: &str, day: Option<i64>) -> Traits {
        let start = day.map(|day| Moment { ms: day * DAY_MS + 7 * 3_600_000, is_southern: false });
        let known = QuantitySet::default();
        Traits { sport: sport.to_owned(), is_timed: start.is_some(), start, known, metres: 1000.0, is_on_foot: false }
    }

    fn layer(name: &str, activities: &[Traits], today: Option<i32>) -> MapLayer {
        MapLayer::new(LAYERS.iter().find(|layer| layer.name == name).expect(name), activities, &[], today)
    }

    #[test]
    fn frequent_sports_have_classes_and_the_rest_is_other() {
        let mut activities: Vec<Traits> =
            (0..9).flat_map(|i| vec![activity(&format!("sport {i}"), None); 10 - i]).collect();
        activities.push(activity("", None));
        let MapLayer { drawing, meaning, lacking, .. } = layer("sport", &activities, None);
        let Meaning::Classes(names) = meaning else { panic!("classes") };
        assert_eq!((names.len(), &*names[0], &*names[6], &*names[7]), (8, "sport 0", "sport 6", "Other"));
        let values = drawing.values.expect("values");
        assert_eq!((values[0], values[10], values[values.len() - 2], values[values.len() - 1]), (0, 1, 7, 7));
        assert_eq!(lacking, None, "sports need no date");
        let few = layer("sport", &activities[..19], None);
        assert_eq!(few.meaning, Meaning::Classes(vec!["sport 0".to_owned(), "sport 1".to_owned()]));
    }

    #[test]
    fn months_count_back_from_the_newest_day_or_today() {
        // 2024-05-31, 2024-02-29, 2024-03-01, no date.
        let activities = [Some(19_874), Some(19_782), Some(19_783), None].map(|day| activity("Ride", day));
        let shown = |today| layer("fresh-3m", &activities, today).drawing.values.expect("values");
        assert_eq!(shown(None), [0, LEFT_OUT, 0, LEFT_OUT]);
        assert_eq!(shown(Some(19_784)), [LEFT_OUT, 0, 0, LEFT_OUT], "what comes after today is not shown");
        let MapLayer { activities: shown, lacking, .. } = layer("fresh-3m", &activities, None);
        assert_eq!((shown, lacking), (2, Some((Need::Date, 1))));
        assert_eq!(layer("time", &activities, None).lacking, Some((Need::Times, 1)));
        assert_eq!(layer("frequency", &activities, None).drawing.values, None);
    }

    #[test]
    fn years_seasons_hours_and_days_are_those_of_the_start() {
        let activities = [Some(19_874), Some(12_000), None].map(|day| activity("Ride", day));
        let values = |name: &str| layer(name, &activities, None).drawing.values.expect("values");
        assert_eq!(values("year"), [7, 0, LEFT_OUT]);
        assert_eq!(values("season"), [1, 3, LEFT_OUT], "31 May, 9 November");
        assert_eq!(values("hour"), [2, 2, LEFT_OUT]);
        assert_eq!(values("first"), [35, 0, LEFT_OUT]);
        let Meaning::Classes(years) = layer("year", &activities, None).meaning else { panic!("classes") };
        assert_eq!((&*years[0], &*years[7]), ("2017 and earlier", "2024"));
    }
}
