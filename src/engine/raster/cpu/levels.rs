//! Encodes the pixels of a tile as levels and counts them.

use super::blocks::{LANES, set_bits};
use super::class_levels::class_levels;
use super::step_levels::step_levels;
use super::store::Store;
use super::sum_store::SumPlane;
use super::value_levels::value_levels;
use crate::engine::raster::Levels;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::histogram::Histogram;

/// Levels of a tile of `size` × `size` pixels, with their histogram.
pub fn levels(store: &Store, size: usize) -> Levels {
    let mut pixels = vec![0; size * size];
    encode_levels(store, size, &mut pixels);
    let histogram = count_levels(store, size, &pixels);
    Levels { pixels, histogram }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn encode_levels(store: &Store, size: usize, pixels: &mut [u8]) {
    for row in 0..size {
        for block in set_bits(store.blocks(row)) {
            let offset = row * size + block * LANES;
            let out = &mut pixels[offset..][..LANES];
            match store {
                Store::Heat(code, plane) => encode_heat(*code, plane, offset, out),
                Store::Class(code, planes, _) => class_levels(*code, planes, offset, out),
                Store::Step(code, plane) => step_levels(*code, plane, offset, out),
                Store::Value { code, range, weights, values } => {
                    value_levels((*code, *range), (weights, values), offset, out);
                }
            }
        }
    }
}

#[inline(always)]
fn encode_heat(code: HeatCode, plane: &SumPlane, offset: usize, out: &mut [u8]) {
    for (level, value) in out.iter_mut().zip(plane.values(offset)) {
        *level = code.encode(value);
    }
}

fn count_levels(store: &Store, size: usize, pixels: &[u8]) -> Histogram {
    // Two alternating counters per level: equal neighbours would wait for the previous increment of a single counter.
    let mut counters = [[0u32; 256]; 2];
    let mut counted = 0;
    for row in 0..size {
        for block in set_bits(store.blocks(row)) {
            counted += LANES;
            for pair in pixels[row * size + block * LANES..][..LANES].as_chunks::<2>().0 {
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
    use crate::engine::drawing::Drawing;
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::cpu::blocks::MAX_BLOCKS;

    #[test]
    fn pixels_are_counted_by_level() {
        let mut store = Store::new(256, &Drawing::of_all(&LAYERS[0]));
        for visits in 1..=4 {
            let block = std::array::from_fn(|lane| if lane == 4 || visits == 1 { 1.0 } else { 0.0 });
            store.add(0, 3, 0b10, &[block; MAX_BLOCKS]);
        }
        let levels = levels(&store, 256);
        let histogram = &levels.histogram;
        assert_eq!((levels.max(), histogram.0[16], histogram.0[40]), (40, 15, 1));
        assert_eq!(histogram.0.iter().sum::<u64>(), 65536);
        assert_eq!((levels.pixels[3 * 256 + 20], histogram.max()), (40, 40));
    }
}
