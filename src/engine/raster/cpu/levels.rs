//! Encodes the heat of a tile as levels and counts them.

use super::accumulator::{Accumulator, LANES, set_bits};
use crate::engine::accumulation::Finish;
use crate::engine::layer::Layer;
use crate::engine::raster::Levels;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;

/// Levels of a tile with their histogram.
pub fn levels(accumulator: &Accumulator, layer: &Layer) -> Levels {
    let mut pixels = vec![0; accumulator.size * accumulator.size];
    encode_levels(accumulator, layer.accumulation.finish, layer.code, &mut pixels);
    let histogram = count_levels(accumulator, &pixels);
    Levels { pixels, histogram }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn encode_levels(accumulator: &Accumulator, finish: Finish, code: LevelCode, pixels: &mut [u8]) {
    for (row, &bits) in accumulator.sum_blocks.iter().enumerate() {
        for block in set_bits(bits) {
            let offset = row * accumulator.size + block * LANES;
            let (sum, out) = (&accumulator.sum[offset..][..LANES], &mut pixels[offset..][..LANES]);
            // Two loops: one with both f32 and f64 would be compiled to vectors of as few f32 as f64.
            let mut values = [0.0; LANES];
            for (value, sum) in values.iter_mut().zip(sum) {
                *value = accumulator.rounding.sum(*sum) as f32;
            }
            for (level, value) in out.iter_mut().zip(values) {
                *level = code.encode(finish.value([value]));
            }
        }
    }
}

fn count_levels(accumulator: &Accumulator, pixels: &[u8]) -> Histogram {
    // Two alternating counters per level: equal neighbours would wait for the previous increment of a single counter.
    let mut counters = [[0u32; 256]; 2];
    let mut counted = 0;
    for (row, &bits) in accumulator.sum_blocks.iter().enumerate() {
        for block in set_bits(bits) {
            counted += LANES;
            for pair in pixels[row * accumulator.size + block * LANES..][..LANES].as_chunks::<2>().0 {
                counters[0][usize::from(pair[0])] += 1;
                counters[1][usize::from(pair[1])] += 1;
            }
        }
    }
    let mut histogram = Histogram::default();
    for (level, total) in histogram.0.iter_mut().enumerate() {
        *total = u64::from(counters[0][level]) + u64::from(counters[1][level]);
    }
    histogram.0[0] += (pixels.len() - counted) as u64;
    histogram
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;

    #[test]
    fn pixels_are_counted_by_level() {
        let mut accumulator = Accumulator::new(256, &LAYERS[0]);
        let empty = accumulator.rounding.empty();
        accumulator.sum_blocks[3] = 0b10;
        accumulator.sum[3 * 256 + 16..][..16].copy_from_slice(&[empty + 1.0; 16]);
        accumulator.sum[3 * 256 + 20] = empty + 4.0;
        let levels = levels(&accumulator, &LAYERS[0]);
        let histogram = &levels.histogram;
        assert_eq!((levels.max(), histogram.0[16], histogram.0[40]), (40, 15, 1));
        assert_eq!(histogram.0.iter().sum::<u64>(), 65536);
        assert_eq!((levels.pixels[3 * 256 + 20], histogram.max()), (40, 40));
    }
}
