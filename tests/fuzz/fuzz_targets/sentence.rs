//! Any text as a condition: parsed or refused with its place; the printed condition is the same condition.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::selection::Selection;
use trailglow::selection::sentence::parse;
use trailglow_fuzz::within;

fuzz_target!(|text: &str| {
    within((1 << 20) + 1024 * text.len(), || {
        let condition = match parse(text) {
            Ok(condition) => condition,
            Err(error) => return assert_eq!(error.to_string().lines().count(), 3),
        };
        let sentence = condition.to_string();
        // Longer sentences are refused.
        if sentence.len() <= 4096 {
            assert_eq!(parse(&sentence).as_ref(), Ok(&condition), "{sentence}");
        }
        let selection = Selection { condition };
        assert!(!selection.words().is_empty());
        assert_eq!(selection.judge(&[] as &[Nothing]).reasons, []);
    });
});

/// No activity.
enum Nothing {}

impl trailglow::selection::Subject for Nothing {
    fn summary(&self) -> &trailglow::activity::summary::Summary {
        match *self {}
    }

    fn origins(&self) -> Vec<&trailglow::selection::Origin> {
        match *self {}
    }
}
