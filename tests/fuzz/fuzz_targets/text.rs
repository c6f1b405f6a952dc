//! Any text as a number, compared with the standard library, and as a time, which must come back when formatted; a
//! single comma is a decimal point.

#![no_main]

use libfuzzer_sys::fuzz_target;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use trailglow::source::fuzzing::{byte, decimal, unix_ms};

fuzz_target!(|text: &[u8]| {
    let plain = std::str::from_utf8(text).ok().map(|text| text.trim_matches(|c: char| c.is_ascii_whitespace()));
    let with_point = plain.map(|text| match text.split(',').count() {
        2 if !text.contains('.') => text.replace(',', "."),
        _ => text.to_owned(),
    });
    let expected = with_point.and_then(|text| text.parse().ok()).filter(|value: &f64| value.is_finite());
    assert_eq!(decimal(text).map(f64::to_bits), expected.map(f64::to_bits));
    assert_eq!(
        byte(text),
        expected.map(f64::round).filter(|value| (0.0..=255.0).contains(value)).map(|value| value as u8)
    );

    if let Some(ms) = unix_ms(text)
        && let Ok(moment) = (OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(ms)).format(&Rfc3339)
    {
        assert_eq!(unix_ms(moment.as_bytes()), Some(ms));
    }
});
