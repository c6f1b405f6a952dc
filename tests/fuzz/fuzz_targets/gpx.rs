//! Any content of a GPX document.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let _ = trailglow_fuzz::read(&[b"<gpx>", content].concat());
});
