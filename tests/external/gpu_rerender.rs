//! Incremental rendering on a GPU.

use crate::program::{Home, differences};
use crate::rerender::{self, CASES, Case, rides};
use crate::{Test, tests};

/// Returns a case with the GPU as device.
fn on_gpu(case: Case) -> Case {
    Case { device: "gpu", ..case }
}

/// Returns the cases of the only layer for which a GPU guarantees equal levels whatever else is drawn in the same run.
fn frequency_cases() -> Vec<Case> {
    CASES.into_iter().filter(|case| case.layer == "frequency").map(on_gpu).collect()
}

fn rerendered_bytes_equal_a_full_render() {
    rerender::rerendered_bytes_equal_a_full_render(&frequency_cases());
}

fn only_dirty_tiles_are_drawn() {
    rerender::only_dirty_tiles_are_drawn(&frequency_cases());
}

/// After a loss, the GPU has drawn some tiles and the CPU the others, so neither device may reuse them.
fn tiles_are_not_reused_after_a_gpu_loss() {
    for case in frequency_cases() {
        let home = Home::new();
        rides(&home);
        let reused = |case: Case, more: &[&str]| {
            let report = case.render(&home, "again", &["in"], more);
            report["reused"].as_u64().expect("a number")
        };
        for next in ["gpu", "cpu"] {
            let next = Case { device: next, ..case };
            assert_eq!(reused(case, &["--lose-gpu-after", "1"]), 0, "{}: nothing is there to keep", case.layer);
            assert_eq!(reused(next, &[]), 0, "{}: after a loss, by the {}", case.layer, next.device);
            assert!(reused(next, &[]) > 0, "{}: without a loss, by the {}", case.layer, next.device);
            next.render(&home, "scratch", &["in"], &["--no-library"]);
            assert_eq!(differences(&home.files("again"), &home.files("scratch")), [""; 0], "{}", case.layer);
            home.run_ok(&["forget", "--remembered"]);
        }
    }
}

/// The position of a line in the atlas may change how its integrals are rounded, so tiles of this layer are not reused.
fn passes_are_never_reused() {
    for case in CASES.into_iter().filter(|case| case.layer == "passes").map(on_gpu) {
        let home = Home::new();
        let rides = rides(&home);
        let all: Vec<&str> = rides.iter().map(String::as_str).collect();
        for inputs in [&all[1..], &all, &all] {
            let (drawn, reused) = case.check(&home, inputs);
            assert!(drawn > 10 && reused == 0, "{drawn} drawn and {reused} reused");
        }
    }
}

/// Levels of CPU and GPU may differ by one.
fn tiles_of_another_device_are_not_reused() {
    let home = Home::new();
    rides(&home);
    let reused = |device: &'static str| {
        let report = Case { device, ..CASES[0] }.render(&home, "again", &["in"], &[]);
        report["reused"].as_u64().expect("a number")
    };
    assert_eq!(["cpu", "gpu", "cpu"].map(reused), [0, 0, 0]);
    assert!(reused("cpu") > 0);
}

pub const TESTS: &[Test] = tests![
    Adapter: rerendered_bytes_equal_a_full_render,
    Adapter: only_dirty_tiles_are_drawn,
    Adapter: passes_are_never_reused,
    Adapter: tiles_are_not_reused_after_a_gpu_loss,
    Adapter: tiles_of_another_device_are_not_reused,
];
