//! Any bytes as a tile, as the compressed pixels of a tile, and as levels.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::engine::png::{CompressedPixels, Compression, compress, png};
use trailglow::engine::raster::Levels;
use trailglow_fuzz::within;

fuzz_target!(|bytes: &[u8]| {
    within(4 << 20, || {
        look(bytes);
        let max = bytes.first().copied().unwrap_or(0);
        look(&png(&CompressedPixels { idat: bytes.to_vec(), max }, 256, &[[7; 4]; 256]));

        // Levels that repeat the bytes must come back. Compression is slow, so only some inputs get here.
        let size = match max {
            0..8 => 256,
            8..16 => 512,
            _ => return,
        };
        let pixels = (size * size) as usize;
        let levels = Levels::from_pixels([0].iter().chain(bytes).copied().cycle().take(pixels).collect());
        let packed = compress(&levels, size, Compression::Fast);
        let tile = png(&packed, size, &[[9; 4]; 256]);
        let CompressedPixels { idat, max } = CompressedPixels::locate(&tile).expect("a tile");
        let found = CompressedPixels { idat: &tile[idat], max };
        assert_eq!(found, packed.borrowed());
        assert_eq!(found.levels(size), Some(levels));
        assert_eq!(found.levels(768 - size), None, "of another size");
    });
});

/// Checks the pixels found in any bytes.
fn look(tile: &[u8]) {
    let Some(CompressedPixels { idat, max }) = CompressedPixels::locate(tile) else { return };
    let pixels = CompressedPixels { idat: &tile[idat], max };
    for size in [256, 512] {
        let Some(levels) = pixels.levels(size) else { continue };
        assert_eq!((levels.pixels.len(), levels.max()), ((size * size) as usize, max));
        assert_eq!(levels.histogram.0.iter().sum::<u64>(), u64::from(size * size));
    }
}
