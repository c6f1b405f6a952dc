//! Tests that need something which is not in the repository: a GPU adapter, or the corpus of real files.
//!
//! Where it is absent, the test is reported as ignored with the reason, also under `--include-ignored`. With
//! `TRAILGLOW_REQUIRE_GPU=1` or `TRAILGLOW_REQUIRE_CORPUS=1` the test runs, and fails. Only a runner of our own can decide
//! that while it runs.

mod corpus;
#[path = "../common/disguises.rs"]
mod disguises;
mod duplicates;
mod expectations;
mod gpu;
mod gpu_rerender;
#[path = "../common/look_alikes.rs"]
mod look_alikes;
mod need;
mod pictures;
#[path = "../common/program.rs"]
mod program;
#[path = "../common/recordings.rs"]
mod recordings;
#[path = "../common/rendered_zooms.rs"]
mod rendered_zooms;
#[path = "../common/rerender.rs"]
mod rerender;
#[path = "../common/scenes.rs"]
mod scenes;
mod the_comparison;
#[path = "../common/tone_properties.rs"]
mod tone_properties;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use need::Need;

/// A test: its name, what it needs, and how it goes.
#[derive(Clone, Copy)]
struct Test {
    name: &'static str,
    need: Need,
    run: fn() -> Result<(), Failed>,
}

/// What a test may return.
trait Outcome {
    fn result(self) -> Result<(), Failed>;
}

impl Outcome for () {
    fn result(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl Outcome for Result<(), Failed> {
    fn result(self) -> Result<(), Failed> {
        self
    }
}

/// A list of tests, each after what it needs and named as its function.
macro_rules! tests {
    ($($need:ident: $function:ident),+ $(,)?) => {
        &[$($crate::Test {
            name: concat!(module_path!(), "::", stringify!($function)),
            need: $crate::need::Need::$need,
            run: || $crate::Outcome::result($function()),
        }),+]
    };
}
use tests;

fn trial(test: &Test) -> Trial {
    let Test { name, need, run } = *test;
    let name = name.trim_start_matches(concat!(module_path!(), "::"));
    Trial::ignorable_test(name, move || match need.missing() {
        Some(reason) => Ok(Completion::ignored_with(reason)),
        None => run().map(|()| Completion::Completed),
    })
}

fn main() {
    let tests =
        [gpu_rerender::TESTS, corpus::TESTS, the_comparison::TESTS, duplicates::TESTS, gpu::TESTS, pictures::TESTS]
            .concat();
    libtest_mimic::run(&Arguments::from_args(), tests.iter().map(trial).collect()).exit();
}
