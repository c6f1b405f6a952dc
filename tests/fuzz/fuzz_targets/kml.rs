//! Any content of a KML document.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let _ = trailglow_fuzz::read(&[b"<kml>", content].concat());
});
