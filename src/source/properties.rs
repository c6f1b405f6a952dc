//! Properties of a line in KML (`<ExtendedData>`) and GeoJSON (`properties`): title, sport, start, values of the
//! points.

use super::collector::{append_bounded, tidy_name};
use super::time;
use crate::activity::Activity;
use crate::activity::sport::Sport;

/// Meaning of a property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Property {
    Name,
    /// Word for the sport. Of several, the lowest `rank` counts.
    Sport {
        rank: u8,
        /// True if other things have this name too, so that only words for a known sport count.
        is_general: bool,
    },
    /// Time of each position as a list, or the start as a single value.
    Times,
    /// Heart rate of each position as a list.
    HeartRates,
    /// Properties in properties: lists of values of the positions.
    Nested,
}

/// Properties by name: letters in lower case, without other characters. togeojson writes `coordTimes` and `heartRates`,
/// or `times` and `heart` in `coordinateProperties`; Leaflet's plug-ins read `times` and `linestringTimestamps`; My
/// Tracks and OpenTracks write `type` and `heart_rate`; GDAL `begin` and `timestamp`; Google's timeline `category`.
const PROPERTIES: &[(&str, Property)] = &[
    ("name", Property::Name),
    ("title", Property::Name),
    ("sport", Property::Sport { rank: 0, is_general: false }),
    ("activitytype", Property::Sport { rank: 1, is_general: false }),
    ("sporttype", Property::Sport { rank: 2, is_general: false }),
    ("type", Property::Sport { rank: 3, is_general: true }),
    ("activity", Property::Sport { rank: 4, is_general: true }),
    ("category", Property::Sport { rank: 5, is_general: true }),
    ("coordtimes", Property::Times),
    ("times", Property::Times),
    ("time", Property::Times),
    ("timestamps", Property::Times),
    ("timestamp", Property::Times),
    ("linestringtimestamps", Property::Times),
    ("begin", Property::Times),
    ("starttime", Property::Times),
    ("startdate", Property::Times),
    ("heartrates", Property::HeartRates),
    ("heartrate", Property::HeartRates),
    ("heart", Property::HeartRates),
    ("hr", Property::HeartRates),
    ("coordinateproperties", Property::Nested),
];

/// Longest name of a property that is compared, in bytes.
const MAX_KEY_BYTES: usize = 100;

impl Property {
    pub fn of(key: &str) -> Option<Self> {
        if key.len() > MAX_KEY_BYTES {
            return None;
        }
        let letters: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        PROPERTIES.iter().find(|(name, _)| *name == letters).map(|(_, property)| *property)
    }
}

/// Title, sport and start of an activity so far.
#[derive(Default)]
pub struct Description {
    name: Option<String>,
    sport: Option<(u8, String)>,
    start_ms: Option<i64>,
}

impl Description {
    /// Sets what a property with a single value states. The first title that is not blank and the first valid start
    /// count.
    pub fn set(&mut self, property: Property, text: &str) {
        match property {
            Property::Name if self.name.is_none() => self.name = tidy_name(&bounded(text)),
            Property::Sport { rank, is_general } => self.set_sport(rank, is_general, text),
            Property::Times => self.set_start(time::unix_ms(text.as_bytes())),
            Property::Name | Property::HeartRates | Property::Nested => {}
        }
    }

    pub fn set_start(&mut self, start_ms: Option<i64>) {
        self.start_ms = self.start_ms.or(start_ms);
    }

    fn set_sport(&mut self, rank: u8, is_general: bool, text: &str) {
        let Some(word) = tidy_name(&bounded(text)).map(|word| word.to_lowercase()) else { return };
        let is_first = self.sport.as_ref().is_none_or(|(best, _)| rank < *best);
        if is_first && (!is_general || Sport::of(&word).is_known()) {
            self.sport = Some((rank, word));
        }
    }

    /// Describes an activity; `start_ms` is its start if neither its points nor its properties have one.
    pub fn describe(self, activity: &mut Activity, start_ms: Option<i64>) {
        activity.name = self.name;
        activity.sport = self.sport.map(|(_, word)| word).unwrap_or_default();
        if activity.points().all(|point| point.time_ms.is_none()) {
            activity.table_start_ms = self.start_ms.or(start_ms);
        }
    }
}

/// Beginning of a text with the first [`MAX_NAME_CHARS`](super::collector::MAX_NAME_CHARS) characters.
fn bounded(text: &str) -> String {
    let mut start = String::new();
    append_bounded(&mut start, text);
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;

    fn described(describe: impl FnOnce(&mut Description)) -> Activity {
        let mut description = Description::default();
        describe(&mut description);
        let mut activity = Activity { segments: vec![vec![Point::at(1.0, 2.0)]], ..Activity::default() };
        description.describe(&mut activity, Some(7));
        activity
    }

    #[test]
    fn properties_are_found_in_any_spelling() {
        let sport = |rank, is_general| Some(Property::Sport { rank, is_general });
        for (key, property) in [
            ("Name", Some(Property::Name)),
            ("activity_type", sport(1, false)),
            ("activityType", sport(1, false)),
            ("type", sport(3, true)),
            ("heart_rate", Some(Property::HeartRates)),
            ("coordTimes", Some(Property::Times)),
            ("coordinateProperties", Some(Property::Nested)),
            ("", None),
            ("stroke-width", None),
        ] {
            assert_eq!(Property::of(key), property, "{key}");
        }
        assert_eq!(Property::of(&"x".repeat(1 << 20)), None);
        let mut names: Vec<_> = PROPERTIES.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), PROPERTIES.len(), "each name once");
    }

    #[test]
    fn the_most_specific_word_for_the_sport_counts() {
        let sport = |words: &[(&str, &str)]| {
            let set = |description: &mut Description| {
                for (key, word) in words {
                    description.set(Property::of(key).expect("a property"), word);
                }
            };
            described(set).sport
        };
        assert_eq!(sport(&[("type", "Running")]), "running");
        assert_eq!(sport(&[("type", "LineString")]), "", "no sport");
        assert_eq!(sport(&[("activity_type", "Parkour Deluxe")]), "parkour deluxe");
        assert_eq!(sport(&[("type", "hike"), ("sport", "Ride"), ("activityType", "run")]), "ride");
        assert_eq!(sport(&[("sport", " "), ("type", "hike")]), "hike");
    }

    #[test]
    fn the_first_title_and_the_first_time_count() {
        let activity = described(|description| {
            ["  ", "Alps \n 1", "other"].iter().for_each(|text| description.set(Property::Name, text));
            for text in ["soon", "1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"] {
                description.set(Property::Times, text);
            }
        });
        assert_eq!((activity.name.as_deref(), activity.table_start_ms), (Some("Alps 1"), Some(1000)));
        assert_eq!(described(|_| {}).table_start_ms, Some(7), "the start of the lists");
        let mut timed =
            Activity { segments: vec![vec![Point { time_ms: Some(1), ..Point::at(1.0, 2.0) }]], ..activity };
        timed.table_start_ms = None;
        Description::default().describe(&mut timed, Some(7));
        assert_eq!((timed.table_start_ms, timed.start_ms()), (None, Some(1)));
    }
}
