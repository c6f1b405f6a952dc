//! Parses `*_summarizedActivities.json` of Garmin's account export, which has the titles and types of activities.
//!
//! ```text
//! [{"summarizedActivitiesExport": [{"activityId": 1, "name": "…", "activityType": "running",
//!                                   "beginTimestamp": 1700000000000.0, "startTimeGmt": …, "parentId": …, …}, …]}]
//! ```
//! A bare list of activities is read too. Times are in milliseconds since 1970, in UTC. The files of the export are
//! named by the number of their upload, so activities are found by their start; other downloads from Garmin are named
//! by the number of the activity. The format is not documented by Garmin; it was taken from programs that read it.

use super::collector::tidy_name;
use super::time;
use crate::activity::Activity;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;
use std::io::{BufReader, Read};
use std::path::Path;
use twox_hash::xxhash3_128::Hasher;

/// End of the file name of a table.
pub const NAME_END: &str = "_summarizedActivities.json";

/// Folder of the tables in an export, next to the folder of the files.
pub const FOLDER: &str = "DI-Connect-Fitness";

/// Largest table, in bytes. Years of activities with all their splits take a hundred megabytes.
pub const MAX_BYTES: u64 = 1 << 30;

/// Maximum number of activities of a table.
const MAX_ROWS: usize = if cfg!(test) { 1000 } else { 500_000 };

/// Largest time between the start that the table states and the first position: until the device has a fix.
const MAX_START_DIFFERENCE_MS: i64 = 120_000;

/// Largest time between both starts if the name of the file has the number of the activity.
const MAX_CLOCK_DIFFERENCE_MS: i64 = 86_400_000;

/// Activities of an export.
#[derive(Debug, Default)]
pub struct Table {
    /// Sorted by start; those without a start first.
    rows: Vec<Row>,
    /// Indices of rows by the number of the activity.
    by_id: HashMap<u64, usize>,
    digest: u128,
}

/// One activity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
struct Row {
    start_ms: Option<i64>,
    /// True for a part of a multisport activity, which has the start of the whole.
    is_part: bool,
    id: Option<u64>,
    name: Option<String>,
    sport: Option<String>,
}

impl Table {
    /// Reads a table up to its end, to damage or to the maximum number of rows, and returns true if it was read whole.
    pub fn read(content: impl Read) -> (Self, bool) {
        let mut rows = Vec::new();
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(content));
        let is_whole = Node(&mut rows).deserialize(&mut json).is_ok() && rows.len() < MAX_ROWS;
        (Self::of(rows), is_whole)
    }

    fn of(mut rows: Vec<Row>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let by_id = rows.iter().enumerate().filter_map(|(index, row)| Some((row.id?, index))).collect();
        // Serialising text and numbers cannot fail.
        let digest = Hasher::oneshot(&serde_json::to_vec(&rows).unwrap_or_default()).max(1);
        Self { rows, by_id, digest }
    }

    /// Adds the activities of another table: an export has a table for each thousand.
    pub fn merge(self, other: Self) -> Self {
        Self::of(self.rows.into_iter().chain(other.rows).collect())
    }

    /// Number of activities.
    pub fn activities(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Hash of all values, never 0.
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// Applies the title and the type of an activity of a file. The sport of the file stays if the type is unknown.
    pub fn describe(&self, file: &Path, activity: &mut Activity) {
        let start = activity.points().find_map(|point| point.time_ms);
        let Some(row) = self.by_number(file, start).or_else(|| self.by_start(start?)) else { return };
        activity.name = row.name.clone().or(activity.name.take());
        activity.table_start_ms = row.start_ms.or(activity.table_start_ms);
        if let Some(stated) = &row.sport {
            activity.replace_sport(stated);
        }
    }

    /// Row whose number is in the name of the file, such as `123_ACTIVITY.fit`.
    fn by_number(&self, file: &Path, start_ms: Option<i64>) -> Option<&Row> {
        let stem = file.file_name()?.to_str()?;
        let numbers = stem.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
        let row = &self.rows[numbers.filter_map(|id: u64| self.by_id.get(&id)).copied().next()?];
        // Numbers of uploads might be those of activities by chance.
        let both = start_ms.zip(row.start_ms);
        both.is_none_or(|(a, b)| a.abs_diff(b) <= MAX_CLOCK_DIFFERENCE_MS as u64).then_some(row)
    }

    /// Row with the nearest start before the first position, or a few seconds after it.
    fn by_start(&self, start_ms: i64) -> Option<&Row> {
        const ROUNDING_MS: i64 = 2_000;
        let latest = start_ms.saturating_add(ROUNDING_MS);
        let end = self.rows.partition_point(|row| row.start_ms <= Some(latest));
        // Parts of a multisport activity are sorted behind the whole.
        self.rows[..end].last().filter(|row| row.start_ms >= Some(start_ms.saturating_sub(MAX_START_DIFFERENCE_MS)))
    }
}

impl Row {
    /// Row of the values of an object; values of other types than usual are left out.
    fn of(values: &HashMap<String, Box<RawValue>>) -> Option<Self> {
        let value = |key: &str| serde_json::from_str::<Value>(values.get(key)?.get()).ok();
        let text = |key: &str| tidy_name(value(key)?.as_str()?);
        let start_ms = |key: &str| match value(key)? {
            Value::String(text) => time::unix_ms(text.as_bytes()),
            number => number.as_f64().filter(|ms| (0.0..4e12).contains(ms)).map(|ms| ms as i64),
        };
        let row = Self {
            start_ms: ["beginTimestamp", "startTimeGmt", "startTimeGMT"].into_iter().find_map(start_ms),
            is_part: value("parentId").is_some_and(|parent| !parent.is_null()),
            id: value("activityId").and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok())),
            name: text("name").or_else(|| text("activityName")),
            sport: text("activityType"),
        };
        (row.name.is_some() || row.sport.is_some()).then_some(row)
    }
}

/// Part of the document: a list, the object around it, or an activity.
struct Node<'a>(&'a mut Vec<Row>);

/// Key of the list of activities.
const LIST: &str = "summarizedActivitiesExport";

/// Keys of an activity that are used.
const KEYS: [&str; 8] = [
    "activityId",
    "name",
    "activityName",
    "activityType",
    "beginTimestamp",
    "startTimeGmt",
    "startTimeGMT",
    "parentId",
];

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list of activities")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Node(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut values = HashMap::new();
        while let Some(key) = object.next_key::<String>()? {
            if key == LIST {
                object.next_value_seed(Node(self.0))?;
            } else if KEYS.contains(&&*key) {
                // Parsed later, so that a faulty value loses only itself.
                values.insert(key, object.next_value::<Box<RawValue>>()?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        if self.0.len() < MAX_ROWS {
            self.0.extend(Row::of(&values));
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;
    use proptest::prelude::*;

    const T0: i64 = 1_700_000_000_000;

    fn table(json: &str) -> Table {
        let (table, is_whole) = Table::read(json.as_bytes());
        assert!(is_whole, "{json}");
        table
    }

    fn in_export(rows: &str) -> String {
        format!("[{{\"summarizedActivitiesExport\":[{rows}]}}]")
    }

    /// Title and sport of an activity that begins at a time, with a sport in its file.
    fn described(table: &Table, file: &str, start_ms: Option<i64>, sport: &str) -> (Option<String>, String) {
        let points = vec![Point::at(1.0, 2.0), Point { time_ms: start_ms, ..Point::at(1.0, 2.0) }];
        let mut activity = Activity { sport: sport.into(), segments: vec![points], ..Activity::default() };
        table.describe(Path::new(file), &mut activity);
        (activity.name, activity.sport)
    }

    fn title(table: &Table, file: &str, start_ms: Option<i64>) -> Option<String> {
        described(table, file, start_ms, "").0
    }

    #[test]
    fn activities_are_found_by_their_start_or_their_number() {
        let rows = format!(
            "{{\"activityId\":11,\"uuidMsb\":-1,\"name\":\"Dawn \\ud83d\\ude00\",\"activityType\":\"trail_running\",\
              \"beginTimestamp\":{T0}.0,\"splits\":[{{\"startTimeGMT\":1,\"name\":\"no\"}}]}},\
             {{\"activityId\":12,\"name\":\"Dusk\",\"activityType\":\"cycling\",\"startTimeGmt\":{}}}",
            T0 + 3_600_000
        );
        for json in [in_export(&rows), format!("[{rows}]"), format!("{{\"summarizedActivitiesExport\":[{rows}]}}")] {
            let table = table(&json);
            assert_eq!(table.activities(), 2);
            let [dawn, dusk] = ["Dawn \u{1f600}", "Dusk"].map(|name| Some(name.to_owned()));
            for (file, start, expected) in [
                ("x/a@b.c_99.fit", Some(T0), &dawn),
                ("x/a@b.c_99.fit", Some(T0 + 90_000), &dawn),
                ("x/a@b.c_99.fit", Some(T0 - 1_000), &dawn),
                ("x/a@b.c_99.fit", Some(T0 - 5_000), &None),
                ("x/a@b.c_99.fit", Some(T0 + 300_000), &None),
                ("x/a@b.c_99.fit", Some(T0 + 3_599_000), &dusk),
                ("x/a@b.c_99.fit", None, &None),
                ("x/12_ACTIVITY.fit", Some(T0 + 3_900_000), &dusk),
                ("x/12_ACTIVITY.fit", None, &dusk),
                ("x/activity_11.gpx", Some(T0 + 7_200_000), &dawn),
                ("x/12_ACTIVITY.fit", Some(T0 + 100 * 86_400_000), &None),
                ("12/99.fit", None, &None),
            ] {
                assert_eq!(title(&table, file, start), *expected, "{file} {start:?}");
            }
            assert_eq!(described(&table, "1.fit", Some(T0), "running").1, "trail_running");
            assert_eq!(
                described(&table, "1.fit", Some(T0 + 3_600_000), "cycling/indoor_cycling").1,
                "cycling/indoor_cycling"
            );
        }
    }

    #[test]
    fn a_part_of_a_multisport_activity_has_its_own_title() {
        let rows = format!(
            "{{\"name\":\"Part\",\"activityType\":\"open_water_swimming\",\"beginTimestamp\":{T0},\"parentId\":1}},\
             {{\"name\":\"Whole\",\"activityType\":\"multi_sport\",\"beginTimestamp\":{T0},\"parentId\":null}}"
        );
        assert_eq!(title(&table(&in_export(&rows)), "1.fit", Some(T0)).as_deref(), Some("Part"));
    }

    #[test]
    fn faulty_values_and_damage_lose_only_themselves() {
        let rows = format!(
            "null, 7, \"x\", [], true, 1.5, {{}}, {{\"activityId\":\"5\",\"name\":null,\"activityType\":{{}}}},\
             {{\"activityId\":\"13\",\"name\":\"Cut \\ud83d\",\"activityType\":\"hiking\",\"beginTimestamp\":\"2023-11-14 22:13:20\"}},\
             {{\"activityId\":-1,\"name\":17,\"activityType\":\"walking\",\"beginTimestamp\":1e300}},\
             {{\"activityId\":14,\"name\":\"Good\\nday\",\"activityType\":\"hiking\",\"beginTimestamp\":{}}}",
            T0 + 3_600_000
        );
        let json = in_export(&rows);
        let whole = table(&json);
        assert_eq!(whole.activities(), 3);
        assert_eq!(described(&whole, "1.fit", Some(T0), ""), (None, "hiking".into()));
        assert_eq!(title(&whole, "13.fit", None), None, "the title is cut in the middle of a character");
        assert_eq!(title(&whole, "1.fit", Some(T0 + 3_600_000)).as_deref(), Some("Good day"));
        let (cut, is_whole) = Table::read(&json.as_bytes()[..json.len() - 20]);
        assert_eq!((cut.activities(), is_whole), (2, false));
        for other in ["", "{", "[1,2]", "{\"a\":[{\"name\":\"x\"}]}", "not json"] {
            assert_eq!(Table::read(other.as_bytes()).0.activities(), 0, "{other}");
        }
        let equal = |count| in_export(&vec!["{\"name\":\"x\"}"; count].join(","));
        assert_eq!(table(&equal(9)).activities(), 1, "equal rows count once");
        assert!(!Table::read(equal(MAX_ROWS + 1).as_bytes()).1, "too many rows");
    }

    #[test]
    fn tables_are_merged_in_any_order_and_have_a_digest() {
        let one = || table(&in_export("{\"activityId\":1,\"name\":\"One\"},{\"activityId\":2,\"name\":\"Two\"}"));
        let two = || table(&in_export("{\"activityId\":2,\"name\":\"Two\"},{\"activityId\":3,\"name\":\"Three\"}"));
        let (a, b) = (one().merge(two()), two().merge(one()));
        assert_eq!((a.activities(), a.digest()), (3, b.digest()));
        assert!(a.digest() != one().digest() && one().digest() != two().digest());
        assert_eq!(["1.fit", "2.fit", "3.fit"].map(|file| title(&a, file, None).unwrap()), ["One", "Two", "Three"]);
    }

    proptest! {
        #[test]
        fn the_nearest_start_before_the_first_position_is_found(
            starts in prop::collection::vec(0..600_000i64, 1..20), first in 0..700_000i64,
        ) {
            let rows: Vec<String> =
                starts.iter().map(|start| format!("{{\"name\":\"{start}\",\"beginTimestamp\":{}}}", T0 + start)).collect();
            let within = starts.iter().filter(|start| (-2_000..=MAX_START_DIFFERENCE_MS).contains(&(first - **start)));
            let expected = within.max().map(i64::to_string);
            prop_assert_eq!(title(&table(&in_export(&rows.join(","))), "a.fit", Some(T0 + first)), expected);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            Table::read(&bytes[..]);
            Table::read(&[b"[{\"summarizedActivitiesExport\":[{\"name\":", &bytes[..]].concat()[..]);
        }
    }
}
