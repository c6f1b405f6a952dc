//! Any messages in a FIT file: fitparser must read the same points if it can read the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::Cell;
use std::panic::catch_unwind;
use trailglow::activity::Activity;
use trailglow::source::fuzzing::oracle;
use trailglow_fuzz::read;

thread_local! {
    /// True while fitparser runs: its panics only mean that it cannot read the file.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

fuzz_target!(init: be_patient_with_fitparser(), |messages: &[u8]| {
    let mut file = vec![12, 0x20, 0, 0];
    file.extend((messages.len() as u32).to_le_bytes());
    file.extend(b".FIT");
    file.extend(messages);
    file.extend([0, 0]);

    let activities = read(&file).map(|parsed| parsed.activities).unwrap_or_default();
    ASKING.set(true);
    let points = catch_unwind(|| oracle::points(&file));
    ASKING.set(false);
    if let Ok(Some(points)) = points {
        assert!(oracle::same_points(activities.iter().flat_map(Activity::points), points.iter()), "{activities:?}\n{points:?}");
    }
});

/// Ignores panics of fitparser, which would end the fuzzing.
fn be_patient_with_fitparser() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !ASKING.get() {
            end(panic);
        }
    }));
}
