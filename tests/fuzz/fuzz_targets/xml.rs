//! Any text after a tag: the fast path and quick-xml must give the same events.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::source::fuzzing::events;

fuzz_target!(|text: &str| {
    let text = format!("<a>{text}");
    for chunk in [16, 1 << 10] {
        assert_eq!(events(&text, chunk, true), events(&text, chunk, false));
    }
});
