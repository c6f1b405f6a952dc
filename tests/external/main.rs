//! Tests that need what is not in the repository: a GPU adapter, the corpus of real files, the generator of routes,
//! readers of archives by others, the right to mount file systems.
//!
//! Without its requirement, a test is reported as ignored with the reason, also with `--include-ignored`. With
//! `TRAILGLOW_REQUIRE_GPU=1`, `_CORPUS=1`, `_GENERATOR=1`, `_READERS=1` or `_MOUNTS=1` the test runs and fails instead.
//! The standard test harness cannot ignore a test at run time, so this binary uses libtest-mimic.

mod ascent;
mod comparison;
mod corpus;
#[path = "../common/demo.rs"]
#[allow(dead_code, reason = "not every test binary counts the activities")]
mod demo;
#[path = "../common/distortions.rs"]
mod distortions;
mod duplicates;
#[path = "../common/exact_sums.rs"]
mod exact_sums;
mod expectations;
mod full_disk;
mod gpu;
mod gpu_rerender;
mod gpu_slots;
#[path = "../common/maps.rs"]
mod maps;
mod pictures;
#[path = "../common/program.rs"]
mod program;
mod readers;
#[path = "../common/recordings.rs"]
mod recordings;
#[path = "../common/rendered_zooms.rs"]
mod rendered_zooms;
mod requirement;
#[path = "../common/rerender.rs"]
mod rerender;
#[path = "../common/scenes.rs"]
mod scenes;
mod selection;
#[path = "../common/selection_reference.rs"]
mod selection_reference;
#[path = "../common/selection_tests.rs"]
mod selection_tests;
#[path = "../common/similar_pairs.rs"]
mod similar_pairs;
#[path = "../common/tone_properties.rs"]
mod tone_properties;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use requirement::Requirement;

/// A test with its name and its requirement.
#[derive(Clone, Copy)]
struct Test {
    name: &'static str,
    requirement: Requirement,
    run: fn() -> Result<(), Failed>,
}

/// Return types of test functions.
trait Outcome {
    fn into_result(self) -> Result<(), Failed>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl Outcome for Result<(), Failed> {
    fn into_result(self) -> Result<(), Failed> {
        self
    }
}

/// List of tests from `Requirement: function` pairs; each test is named after its module and function.
macro_rules! tests {
    ($($requirement:ident: $function:ident),+ $(,)?) => {
        &[$($crate::Test {
            name: concat!(module_path!(), "::", stringify!($function)),
            requirement: $crate::requirement::Requirement::$requirement,
            run: || $crate::Outcome::into_result($function()),
        }),+]
    };
}
use tests;

fn into_trial(test: &Test) -> Trial {
    let Test { name, requirement, run } = *test;
    let name = name.trim_start_matches(concat!(module_path!(), "::"));
    Trial::ignorable_test(name, move || match requirement.missing() {
        Some(reason) => Ok(Completion::ignored_with(reason)),
        None => run().map(|()| Completion::Completed),
    })
}

fn main() {
    let tests = [
        gpu_rerender::TESTS,
        gpu_slots::TESTS,
        ascent::TESTS,
        corpus::TESTS,
        comparison::TESTS,
        duplicates::TESTS,
        full_disk::TESTS,
        gpu::TESTS,
        pictures::TESTS,
        readers::TESTS,
        selection::TESTS,
    ]
    .concat();
    libtest_mimic::run(&Arguments::from_args(), tests.iter().map(into_trial).collect()).exit();
}
