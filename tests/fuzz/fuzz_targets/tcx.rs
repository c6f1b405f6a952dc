//! Any content of a TCX document.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let _ = trailglow_fuzz::read(&[b"<TrainingCenterDatabase>", content].concat());
});
