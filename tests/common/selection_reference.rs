//! A slow reference of selection: conditions as closures over the rows that `list --json` prints, which share no code
//! with the program.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::program::Home;

/// A condition: its text, and the ids of the rows for which it holds.
#[derive(Clone, Debug)]
pub struct Condition {
    pub text: String,
    pub ids: BTreeSet<i64>,
}

/// All activities of a library but copies, as the program lists them.
pub struct Rows {
    rows: Vec<Value>,
    /// True if the library holds copies, whose devices the rows do not state.
    has_copies: bool,
}

impl Rows {
    /// Lists the library at a path, with everything that is left out by default.
    pub fn of(home: &Home, library: &str) -> Self {
        let args = ["list", "--library", library, "--json", "--indoor", "--virtual", "--courses"];
        let document: Value = serde_json::from_str(&home.run_ok(&args)).expect("JSON");
        let rows = document["activities"].as_array().expect("a list").clone();
        Self { rows, has_copies: document["omitted"]["copies"] != 0 }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn condition(&self, text: impl Into<String>, holds: impl Fn(&Value) -> bool) -> Condition {
        let ids = self.rows.iter().filter(|row| holds(row)).map(id).collect();
        Condition { text: text.into(), ids }
    }

    /// Ids of the rows that are neither indoor, virtual nor planned.
    fn usual(&self) -> BTreeSet<i64> {
        let is_set = |row: &Value, name: &str| row[name] == Value::Bool(true);
        self.condition("", |row| !["indoor", "virtual", "planned"].iter().any(|name| is_set(row, name))).ids
    }

    /// A random test of a field, with the flag that says the same, if there is one.
    fn test(&self, runner: &mut TestRunner) -> (Condition, Option<[String; 2]>) {
        let mut pick = |range: std::ops::Range<u32>| range.new_tree(runner).expect("a number").current();
        let row = &self.rows[pick(0..self.rows.len() as u32) as usize];
        let number = |row: &Value, name: &str| row[name].as_f64();
        let flag = |name: &str, value: String| Some([format!("--{name}"), value]);
        match pick(if self.has_copies { 0..12 } else { 0..13 }) {
            0 => {
                // Half a metre off the rounded lengths of the rows.
                let km = row["metres"].as_f64().expect("a length").round() / 1000.0 + 0.0005;
                let holds = move |row: &Value| number(row, "metres").is_some_and(|metres| metres / 1000.0 >= km);
                (self.condition(format!("distance >= {km}km"), holds), flag("distance", format!("{km}km-")))
            }
            1 => {
                let minutes = 5 + pick(0..200);
                let holds = move |row: &Value| number(row, "seconds").is_some_and(|s| s <= f64::from(minutes * 60));
                (self.condition(format!("duration <= {minutes}min"), holds), flag("duration", format!("-{minutes}min")))
            }
            2 => {
                let metres = f64::from(pick(0..2000)) + 0.5;
                let holds = move |row: &Value| number(row, "ascent_m").is_some_and(|ascent| ascent > metres);
                (self.condition(format!("ascent > {metres}m"), holds), None)
            }
            3 => {
                let [from, to] = [2016 + pick(0..10), 2016 + pick(0..10)];
                let (from, to) = (from.min(to), from.max(to));
                let holds = move |row: &Value| year(row).is_some_and(|year| (from..=to).contains(&year));
                (self.condition(format!("year in {from}..{to}"), holds), flag("year", format!("{from}-{to}")))
            }
            4 => {
                let [from, to] = [pick(1..13), pick(1..13)];
                let holds = move |row: &Value| part(row, 5..7).is_some_and(|month| is_between(month, from, to));
                (self.condition(format!("month in {from}..{to}"), holds), flag("month", format!("{from}-{to}")))
            }
            5 => {
                let [from, to] = [pick(0..24), pick(0..24)];
                let holds = move |row: &Value| part(row, 11..13).is_some_and(|hour| is_between(hour, from, to));
                (self.condition(format!("hour in {from}..{to}"), holds), flag("hour", format!("{from}-{to}")))
            }
            6 => {
                const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                let [from, to] = [pick(0..7), pick(0..7)];
                let holds = move |row: &Value| weekday(row).is_some_and(|day| is_between(day, from, to));
                let [from, to] = [from, to].map(|day| NAMES[day as usize]);
                (self.condition(format!("weekday in {from}..{to}"), holds), flag("weekday", format!("{from}-{to}")))
            }
            // The rows do not state on which side of the equator such an activity starts.
            7 if !self.rows.iter().any(crosses_equator) => {
                let season = pick(0..4);
                let holds = move |row: &Value| {
                    let south = row["bbox"][1].as_f64().expect("degrees");
                    let northern = part(row, 5..7).map(|month| (month + 9) % 12 / 3);
                    northern.map(|index| if south < 0.0 { (index + 2) % 4 } else { index }) == Some(season)
                };
                let name = ["spring", "summer", "autumn", "winter"][season as usize];
                (self.condition(format!("season = {name}"), holds), flag("season", name.to_owned()))
            }
            8 => {
                let sport = row["sport"].as_str().expect("a sport").to_owned();
                let wanted = sport.clone();
                let kinds = ["ride", "run", "walk", "hike", "swim", "ski", "paddling"];
                // A general sport includes its kinds, which the rows do not state.
                let is_kind = !kinds.contains(&sport.as_str()) && !sport.is_empty();
                let holds = move |row: &Value| row["sport"].as_str() == Some(&wanted);
                match is_kind
                    && self.rows.iter().all(|row| {
                        row["sport"] == sport.as_str()
                            || !row["sport_in_file"].as_str().unwrap_or_default().contains(&sport)
                    }) {
                    true => (self.condition(format!("sport = \"{sport}\""), holds), flag("sport", sport)),
                    false => (self.condition("has sport", |row| row["sport_in_file"] != ""), None),
                }
            }
            9 => {
                let part = ["ride", "morning", "a", "2", "zz"][pick(0..5) as usize];
                let holds =
                    move |row: &Value| row["name"].as_str().is_some_and(|name| name.to_lowercase().contains(part));
                (self.condition(format!("name like '{part}'"), holds), flag("name", part.to_owned()))
            }
            7 | 10 => {
                let holds = |row: &Value| row["commute"] == Value::Bool(true);
                (self.condition("commute", holds), flag("commute", "yes".to_owned()))
            }
            11 => {
                let day = date(row).unwrap_or("2020-01-01").to_owned();
                let flag = flag("from", day.clone());
                (
                    self.condition(format!("date >= {day}"), move |row: &Value| {
                        date(row).is_some_and(|other| other >= day.as_str())
                    }),
                    flag,
                )
            }
            _ => {
                let holds =
                    |row: &Value| row["device"].as_str().is_some_and(|device| device.to_lowercase().contains("garmin"));
                (self.condition("device like garmin", holds), flag("device-name", "Garmin".to_owned()))
            }
        }
    }

    /// A random sentence of at most `depth` levels.
    fn sentence(&self, runner: &mut TestRunner, depth: u32) -> Condition {
        let kind = (0..5u32).new_tree(runner).expect("a number").current();
        if depth == 0 || kind == 0 {
            return self.test(runner).0;
        }
        let one = self.sentence(runner, depth - 1);
        if kind == 1 {
            let every: BTreeSet<i64> = self.rows.iter().map(id).collect();
            return Condition { text: format!("not ({})", one.text), ids: &every - &one.ids };
        }
        let other = self.sentence(runner, depth - 1);
        match kind {
            2 => Condition { text: format!("({} or {})", one.text, other.text), ids: &one.ids | &other.ids },
            _ => Condition { text: format!("({}) and ({})", one.text, other.text), ids: &one.ids & &other.ids },
        }
    }

    /// Compares random sentences and flags of the program with the reference.
    pub fn compare(&self, home: &Home, library: &str, cases: usize) {
        let mut runner = TestRunner::deterministic();
        let listed = |args: &[&str]| {
            let run = home.run_ok(&[&["list", "--library", library, "--json"], args].concat());
            let document: Value = serde_json::from_str(&run).expect("JSON");
            document["activities"].as_array().expect("a list").iter().map(id).collect::<BTreeSet<i64>>()
        };
        let (usual, mut hits) = (self.usual(), 0);
        for _ in 0..cases {
            let Condition { text, ids } = self.sentence(&mut runner, 3);
            let expected: BTreeSet<i64> = &ids & &usual;
            assert_eq!(listed(&["--where", &text]), expected, "{text}");
            hits += usize::from(!expected.is_empty() && expected.len() < usual.len());

            let (Condition { text, ids }, flag) = self.test(&mut runner);
            if let Some([flag, value]) = flag {
                let value = format!("{flag}={value}");
                assert_eq!(listed(&[&value]), &ids & &usual, "{value}, {text}");
            }
        }
        assert!(hits * 3 > cases, "only {hits} of {cases} sentences divide the activities");
    }
}

fn id(row: &Value) -> i64 {
    row["id"].as_i64().expect("an id")
}

fn crosses_equator(row: &Value) -> bool {
    let [south, north] = [1, 3].map(|side| row["bbox"][side].as_f64().expect("degrees"));
    south < 0.0 && north >= 0.0
}

/// Local date of the start.
fn date(row: &Value) -> Option<&str> {
    row["start_local"].as_str().map(|start| &start[..10])
}

fn year(row: &Value) -> Option<u32> {
    part(row, 0..4)
}

/// A number in the local start.
fn part(row: &Value, range: std::ops::Range<usize>) -> Option<u32> {
    row["start_local"].as_str()?[range].parse().ok()
}

/// 0 is Monday, by Sakamoto's method.
fn weekday(row: &Value) -> Option<u32> {
    const OFFSETS: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let (year, month, day) = (year(row)?, part(row, 5..7)?, part(row, 8..10)?);
    let year = if month < 3 { year - 1 } else { year };
    Some((year + year / 4 - year / 100 + year / 400 + OFFSETS[month as usize - 1] + day + 6) % 7)
}

/// A range that may run over the end.
fn is_between(value: u32, from: u32, to: u32) -> bool {
    if from <= to { (from..=to).contains(&value) } else { value >= from || value <= to }
}
