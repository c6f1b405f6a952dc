//! Mean × presence ↔ 8-bit level: for layers of means.
//!
//! A pixel is a sum of weights of activities and sums of their values times their weights. Its presence is the sum of the
//! weights up to 1, so the edge of a line fades, and more activities change no presence within a line.

use super::step_code::{PRESENCES, STEPS};
use crate::engine::quantity::MAX_VALUES;

/// Steps of each of two values apart, from 0 on.
pub const APART_STEPS: u8 = 6;

/// Level code of means: level 0 is empty, then [`PRESENCES`] levels per step of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueCode {
    /// The value.
    Single,
    /// The sum of two values.
    Sum,
    /// Two values, in [`APART_STEPS`] steps each.
    Apart,
}

/// A pixel of a layer of means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ValuePixel {
    /// Sum of the weights of the activities.
    pub weight: f32,
    /// Sums of their values times their weights.
    pub values: [f32; MAX_VALUES],
}

impl ValueCode {
    /// Number of values.
    pub const fn values(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Sum | Self::Apart => 2,
        }
    }

    /// Level of a pixel; `range` has the shares at the start of the first step and at the end of the last. Steps of values
    /// apart begin at 0.
    #[inline(always)]
    pub fn encode(self, pixel: ValuePixel, range: [f32; 2]) -> u8 {
        let ValuePixel { weight, values } = pixel;
        let presence = f32::from(PRESENCES) * if weight < 1.0 { weight } else { 1.0 } + 0.5;
        if presence < 1.0 {
            return 0;
        }
        let step = match self {
            Self::Single => step_of(values[0] / weight, range),
            Self::Sum => step_of((values[0] + values[1]) / weight, range),
            Self::Apart => {
                let [up, down] = values.map(|value| apart_step_of(value / weight, range[1]));
                up * APART_STEPS + down
            }
        };
        step * PRESENCES + presence as u8
    }

    /// Step and presence of a level above 0; presence 1 to [`PRESENCES`].
    pub fn parts(self, level: u8) -> (u8, u8) {
        let last = level.clamp(1, STEPS * PRESENCES) - 1;
        (last / PRESENCES, last % PRESENCES + 1)
    }

    /// Both steps of a step of values apart.
    pub fn apart(step: u8) -> [u8; 2] {
        [step / APART_STEPS, step % APART_STEPS]
    }

    /// Place of a step in the range, 0 to 1: its middle. Of values apart, that of the larger one.
    pub fn place(self, step: u8) -> f32 {
        match self {
            Self::Single | Self::Sum => (f32::from(step) + 0.5) / f32::from(STEPS),
            Self::Apart => {
                let [up, down] = Self::apart(step);
                apart_place(up.max(down))
            }
        }
    }
}

/// Place in the range of a step of a value apart, 0 to 1.
pub fn apart_place(step: u8) -> f32 {
    f32::from(step) / f32::from(APART_STEPS - 1)
}

#[inline(always)]
fn step_of(share: f32, [from, to]: [f32; 2]) -> u8 {
    let position = (share - from) / (to - from) * f32::from(STEPS);
    let position = if position > 0.0 { position } else { 0.0 };
    let last = f32::from(STEPS - 1);
    (if position < last { position } else { last }) as u8
}

#[inline(always)]
fn apart_step_of(share: f32, to: f32) -> u8 {
    let last = f32::from(APART_STEPS - 1);
    let position = share / to * last;
    ((if position < last { position } else { last }) + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_and_presence_has_a_level() {
        let mut levels = Vec::new();
        for (step, presence) in (0..36u8).flat_map(|step| (1..=7u8).map(move |presence| (step, presence))) {
            let weight = f32::from(presence) / 7.0;
            let share = 0.2 + 0.5 * (f32::from(step) + 0.5) / 36.0;
            let pixel = ValuePixel { weight, values: [share * weight, 0.0] };
            let level = ValueCode::Single.encode(pixel, [0.2, 0.7]);
            assert_eq!(ValueCode::Single.parts(level), (step, presence));
            let halves = ValuePixel { weight, values: [0.5 * share * weight; 2] };
            assert_eq!(ValueCode::Sum.encode(halves, [0.2, 0.7]), level);
            levels.push(level);
        }
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((levels[0], levels[251], STEPS, APART_STEPS * APART_STEPS), (1, 252, 36, STEPS));
    }

    #[test]
    fn means_beyond_the_range_have_the_steps_at_its_ends() {
        let step = |code: ValueCode, values: [f32; 2]| {
            let weight = 3.0;
            let pixel = ValuePixel { weight, values: values.map(|value| value * weight) };
            code.parts(code.encode(pixel, [0.1, 0.5]))
        };
        assert_eq!(
            [0.0, 0.1, 0.5, 0.9].map(|share| step(ValueCode::Single, [share, 0.0])),
            [(0, 7), (0, 7), (35, 7), (35, 7)]
        );
        let apart = |up, down| ValueCode::apart(step(ValueCode::Apart, [up, down]).0);
        assert_eq!([apart(0.0, 0.04), apart(0.5, 0.06), apart(2.0, 0.3)], [[0, 0], [5, 1], [5, 3]]);
    }

    #[test]
    fn a_faint_pixel_is_empty() {
        let pixel = |weight| ValuePixel { weight, values: [weight; 2] };
        assert_eq!(ValueCode::Single.encode(pixel(0.0), [0.0, 1.0]), 0);
        assert_eq!(ValueCode::Single.encode(pixel(0.07), [0.0, 1.0]), 0);
        assert_eq!(ValueCode::Single.encode(pixel(0.08), [0.0, 1.0]), 35 * 7 + 1);
    }
}
