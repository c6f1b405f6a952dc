//! Any text, which must read alike in every encoding.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::source::ParsedFile;
use trailglow_fuzz::read;

fuzz_target!(|text: &str| {
    // A second byte order mark would count as part of the encoding.
    let text = text.trim_start_matches('\u{feff}');
    let utf16 = |bytes_of: fn(u16) -> [u8; 2]| {
        ['\u{feff}'].into_iter().chain(text.chars()).fold(Vec::new(), |mut bytes, c| {
            bytes.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| bytes_of(*unit)));
            bytes
        })
    };
    // Different bytes have different hashes.
    let told = |bytes: &[u8]| format!("{:?}", read(bytes).map(|parsed| ParsedFile { content_hash: 0, ..parsed }));
    let expected = told(text.as_bytes());
    for bytes in [[b"\xef\xbb\xbf", text.as_bytes()].concat(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
        assert_eq!(told(&bytes), expected);
    }
});
