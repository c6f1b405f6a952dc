//! Any bytes as gzip, as its content, and packed as gzip, where they must read as they do unpacked.

#![no_main]

use flate2::{Compression, read::GzEncoder};
use libfuzzer_sys::fuzz_target;
use std::io::Read;
use trailglow_fuzz::read;

fuzz_target!(|bytes: &[u8]| {
    // Another layer would exceed the number of layers that are unpacked.
    if bytes.starts_with(b"\x1f\x8b") {
        let _ = read(bytes);
        return;
    }
    let _ = read(&[b"\x1f\x8b\x08\0\0\0\0\0\0\x03", bytes].concat());

    let mut packed = Vec::new();
    GzEncoder::new(bytes, Compression::fast()).read_to_end(&mut packed).expect("memory does not fail");
    assert_eq!(format!("{:?}", read(&packed)), format!("{:?}", read(bytes)));
});
