//! Incremental rendering on a GPU.

use crate::program::{Home, differences};
use crate::rerender::{self, CASES, Case, rides};
use crate::{Test, tests};

/// Returns a case with the GPU as device.
fn on_gpu(case: Case) -> Case {
    Case { device: "gpu", ..case }
}

fn cases_on_gpu() -> Vec<Case> {
    CASES.map(on_gpu).into()
}

fn rerendered_bytes_equal_a_full_render() {
    rerender::rerendered_bytes_equal_a_full_render(&cases_on_gpu());
}

fn only_dirty_tiles_are_drawn() {
    rerender::only_dirty_tiles_are_drawn(&cases_on_gpu());
}

/// After a loss, the GPU has drawn some tiles and the CPU the others, so neither device may reuse them.
fn tiles_are_not_reused_after_a_gpu_loss() {
    for case in cases_on_gpu() {
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
    Adapter: tiles_are_not_reused_after_a_gpu_loss,
    Adapter: tiles_of_another_device_are_not_reused,
];
