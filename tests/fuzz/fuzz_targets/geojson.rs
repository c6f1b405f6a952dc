//! Any features of a GeoJSON document, and any coordinates of which the type follows.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    for begin in [
        &b"{\"type\":\"FeatureCollection\",\"features\":["[..],
        b"{\"geometry\":{\"coordinates\":[[1,2],",
    ] {
        let _ = trailglow_fuzz::read(&[begin, content].concat());
    }
});
