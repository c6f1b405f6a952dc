//! A slow reference of selection: conditions as closures over the rows that `list --json` prints, which share no code
//! with the program.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::program::Home;
use crate::selection_tests::{OF_FILES, TESTS, Tested};

/// A condition: its text, and the ids of the rows for which it holds.
#[derive(Clone, Debug)]
pub struct Condition {
    pub text: String,
    pub ids: BTreeSet<i64>,
}

/// All activities of a library but copies, as the program lists them.
pub struct Rows {
    pub rows: Vec<Value>,
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

    pub fn condition(&self, text: impl Into<String>, holds: impl Fn(&Value) -> bool) -> Condition {
        let ids = self.rows.iter().filter(|row| holds(row)).map(id).collect();
        Condition { text: text.into(), ids }
    }

    /// Ids of the rows that are neither indoor, virtual nor planned.
    fn usual(&self) -> BTreeSet<i64> {
        let is_set = |row: &Value, name: &str| row[name] == Value::Bool(true);
        self.condition("", |row| !["indoor", "virtual", "planned"].iter().any(|name| is_set(row, name))).ids
    }

    /// A random test of a field, with the flag that says the same, if there is one.
    fn test(&self, runner: &mut TestRunner) -> Tested {
        let mut pick = |end: usize| (0..end).new_tree(runner).expect("a number").current();
        // With copies, the rows do not state all files.
        let kinds = if self.has_copies { TESTS.len() - OF_FILES } else { TESTS.len() };
        let row = &self.rows[pick(self.rows.len())];
        TESTS[pick(kinds)](self, row, &mut pick)
    }

    /// A random sentence of at most `depth` levels.
    fn sentence(&self, runner: &mut TestRunner, depth: u32) -> Condition {
        let kind = (0..5u32).new_tree(runner).expect("a number").current();
        if depth == 0 || kind == 0 {
            return self.test(runner).condition;
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

            let Tested { condition: Condition { text, ids }, flags } = self.test(&mut runner);
            if !flags.is_empty() {
                let args: Vec<&str> = flags.iter().map(String::as_str).collect();
                assert_eq!(listed(&args), &ids & &usual, "{flags:?}, {text}");
            }
        }
        for (flag, name) in [("--indoor", "indoor"), ("--virtual", "virtual"), ("--courses", "planned")] {
            let others = ["indoor", "virtual", "planned"].into_iter().filter(|other| *other != name);
            let ids = self.condition("", |row| others.clone().all(|other| row[other] != Value::Bool(true))).ids;
            assert_eq!(listed(&[flag]), ids, "{flag}");
            assert_eq!(listed(&["--where", &format!("{name} = any")]), ids, "{name} = any");
        }
        assert!(hits * 3 > cases, "only {hits} of {cases} sentences divide the activities");
    }
}

fn id(row: &Value) -> i64 {
    row["id"].as_i64().expect("an id")
}
