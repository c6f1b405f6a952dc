//! Any text as a palette.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::tone::curve::Tone;
use trailglow::engine::tone::histogram::Histogram;
use trailglow::engine::tone::normalize::{ColourTable, Normalization, normalize};
use trailglow::engine::tone::palette::{Palette, StopPosition};
use trailglow_fuzz::within;

fuzz_target!(|text: &str| {
    within((1 << 20) + 256 * text.len(), || {
        let palette = match text.parse::<Palette>() {
            Ok(palette) => palette,
            Err(reason) => return assert!(!reason.is_empty()),
        };
        assert!(!palette.name.is_empty() && palette.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        assert!(!palette.stops.is_empty());
        let is_possible = |place| match place {
            StopPosition::Share(share) => (0.0..=1.0).contains(&share),
            StopPosition::Heat(heat) => (1.0..f32::INFINITY).contains(&heat),
        };
        assert!(palette.stops.iter().all(|stop| is_possible(stop.position)), "{:?}", palette.stops);
        // A palette from text is for layers that count; the top is transparent below its threshold.
        let counts = |layer: &&Layer| palette.kind.suits(layer.code) && !matches!(layer.tone, Tone::Top(_));
        for layer in LAYERS.iter().filter(counts) {
            let Some(code) = layer.code.heat_code() else { continue };
            let one = code.unit_level;
            for max in [0, one, one + 1, 255] {
                let mut histogram = Histogram::default();
                histogram.0[usize::from(max)] = 1 + text.len() as u64;
                let (code, tone) = (layer.code, layer.tone);
                let input = Normalization { code, tone, zoom: 10, histogram: &histogram, palette: &palette };
                let ColourTable { curve, entries } = normalize(input);
                assert!(entries.is_sorted_by_key(|colour| colour[3]) && (entries[0][3], entries[255][3]) == (0, 255));
                assert_eq!(palette.ramp(&curve, 24).len(), 24);
                let edge = &entries[usize::from(one)][..3];
                assert!(
                    entries.iter().filter(|colour| colour[3] < 255).all(|colour| &colour[..3] == edge),
                    "another edge"
                );
            }
        }
    });
});
