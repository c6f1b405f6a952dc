//! Random numbers and smooth noise, implemented here so that the values do not change with a dependency's version.

use super::plane::Vec2;

/// SplitMix64 generator.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Generator for one purpose; the streams of a seed are unrelated.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { state: mix(mix(seed ^ 0x5851_f42d_4c95_7f2d).wrapping_add(stream.wrapping_mul(GOLDEN))) }
    }

    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Uniform in 0..1.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Uniform in `0..count`; 0 if `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// True with probability `p`.
    pub fn random_bool(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Gaussian with mean 0 and standard deviation 1.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Random index with a probability proportional to its weight.
    pub fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut remaining = self.uniform() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate() {
            last = index;
            remaining -= weight;
            if remaining < 0.0 {
                break;
            }
        }
        last
    }

    /// Rank below `count` with a probability proportional to `1 / (rank + 1)^0.9`: few favourites, a long tail.
    pub fn zipf(&mut self, count: usize) -> usize {
        self.weighted((1..=count).map(|rank| (rank as f64).powf(-0.9)))
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Smooth gradient noise in the plane, about -0.7 to 0.7.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u64,
}

impl Noise {
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { seed: Random::new(seed, stream).next_u64() }
    }

    /// Noise at `p` metres with features of about `wavelength` metres.
    pub fn at(&self, p: Vec2, wavelength: f64) -> f64 {
        let (x, y) = (p.x / wavelength, p.y / wavelength);
        let (column, row) = (x.floor(), y.floor());
        let (u, v) = (x - column, y - row);
        let corner = |i: f64, j: f64| {
            let hash = mix(self.seed ^ mix((column + i) as i64 as u64).wrapping_add(mix(!((row + j) as i64 as u64))));
            let part = |bits: u64| (bits & 0xffff) as f64 - 32_767.5;
            let (gx, gy) = (part(hash), part(hash >> 16));
            (gx * (u - i) + gy * (v - j)) / (gx * gx + gy * gy).sqrt()
        };
        let fade = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let interpolate = |a: f64, b: f64, t: f64| a + (b - a) * t;
        let (bottom, top) = (
            interpolate(corner(0.0, 0.0), corner(1.0, 0.0), fade(u)),
            interpolate(corner(0.0, 1.0), corner(1.0, 1.0), fade(u)),
        );
        interpolate(bottom, top, fade(v))
    }

    /// Noise along a line, `s` metres from its origin.
    pub fn along(&self, s: f64, wavelength: f64) -> f64 {
        self.at(Vec2::new(s, 0.37 * wavelength), wavelength)
    }

    /// Sum of octaves, each with half the wavelength and half the amplitude of the previous one.
    pub fn fractal(&self, p: Vec2, wavelength: f64, octaves: u32) -> f64 {
        (0..octaves).map(|octave| self.at(p, wavelength / f64::from(1u32 << octave)) / f64::from(1u32 << octave)).sum()
    }
}
