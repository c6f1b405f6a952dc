//! Exact sums: every contribution to a pixel is rounded to whole quanta before it is added. Adding whole numbers is
//! associative, so neither the order of the activities nor a split of the work changes a sum.
//!
//! The CPU adds in f64, a GPU in two planes of f32 (`quantum.wgsl`).

/// Whole numbers below this power of two are exact in f32: the range of a plane.
pub const PLANE_BITS: u32 = 24;

/// A GPU blends a contribution as two digits, high and low; the low digit has this many bits.
pub const DIGIT_BITS: u32 = 13;

/// Edges that can be blended before a digit leaves the range of a plane.
pub const BLENDED_EDGES: usize = 1 << (PLANE_BITS - DIGIT_BITS);

/// Resolution of the sums of a layer, and bound of what is added to them at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantum {
    /// A quantum is `2^-bits` units of the layer.
    pub bits: u32,
    /// Largest contribution in units, apart from rounding: of an activity in `Nearest` layers, of an edge in `Integral`
    /// layers. A GPU clamps the contributions of edges to it; f64 has room for more.
    pub largest: f32,
}

impl Quantum {
    /// Quanta in one unit.
    pub fn per_unit(self) -> f32 {
        (1u64 << self.bits) as f32
    }

    /// Rounding of contributions, prepared for loops.
    #[inline(always)]
    pub fn rounding(self) -> Rounding {
        Rounding { shift: (1u64 << (f64::MANTISSA_DIGITS - 1 - self.bits)) as f64 }
    }
}

/// Rounds contributions to multiples of a quantum, by adding them to shifted sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// From this power of two to its double, the unit in the last place (ulp) of f64 is one quantum. A shifted sum is the
    /// sum plus this number, in units.
    shift: f64,
}

/// Moves contributions that lie in the middle of two multiples of a quantum upward, and no other across a middle: a
/// contribution has 24 significant bits. So the rounding of a contribution does not depend on the sum.
const ABOVE_MIDDLE: f64 = 1.0 + 1.0 / (1u64 << 30) as f64;

impl Rounding {
    /// Shifted sum of no contributions.
    pub fn empty(self) -> f64 {
        self.shift
    }

    /// Adds a contribution in units to a shifted sum, rounded to whole quanta, ties upward. Negative contributions, from
    /// the cutoff beyond the reach or from rounding, and NaN add nothing. Exact for sums below 2^52 quanta.
    #[inline(always)]
    pub fn add(self, shifted_sum: f64, contribution: f32) -> f64 {
        let contribution = if contribution > 0.0 { contribution } else { 0.0 };
        shifted_sum + f64::from(contribution) * ABOVE_MIDDLE
    }

    /// Sum in units.
    #[inline(always)]
    pub fn sum(self, shifted_sum: f64) -> f64 {
        shifted_sum - self.shift
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::layer::LAYERS;

    proptest! {
        #[test]
        fn contributions_become_the_nearest_whole_number_of_quanta(
            contribution in prop_oneof![0f32..=1.0, (0u32..1 << 24, 24i32..50).prop_map(|(m, e)| m as f32 * 2f32.powi(-e))],
            scale in prop::sample::select(vec![(26u32, 0i32), (20, 0), (10, 16)]),
            before in prop_oneof![Just(0), 0u64..1 << 50],
        ) {
            let (bits, octaves) = scale;
            let contribution = contribution * 2f32.powi(octaves);
            let quantum = Quantum { bits, largest: 2f32.powi(octaves) };
            let per_unit = f64::from(quantum.per_unit());
            let rounding = quantum.rounding();
            let sum = rounding.sum(rounding.add(before as f64 / per_unit + rounding.empty(), contribution));
            prop_assert_eq!(sum * per_unit, before as f64 + (f64::from(contribution) * per_unit).round());
        }
    }

    #[test]
    fn rounding_errors_below_zero_add_nothing() {
        let rounding = Quantum { bits: 26, largest: 1.0 }.rounding();
        let sum = rounding.empty() + 3.0;
        assert_eq!([-1e-7, f32::NAN].map(|contribution| rounding.add(sum, contribution)), [sum; 2]);
    }

    #[test]
    fn quanta_of_every_layer_fit_both_devices() {
        for layer in LAYERS {
            let Quantum { bits, largest } = layer.quantum;
            let quanta = f64::from(largest) * f64::from(layer.quantum.per_unit());
            assert!(f64::from(largest) < layer.quantum.rounding().shift, "{}: rounding in f64", layer.name);
            assert!(quanta <= f64::from(1u32 << (2 * DIGIT_BITS)), "{}: digits", layer.name);
            let word = 32.0 * quanta + f64::from(1u32 << PLANE_BITS);
            assert!(word <= f64::from(u32::MAX), "{}: visits between two carries of visit.wgsl", layer.name);
            assert!(2 * PLANE_BITS >= bits + 20, "{}: planes for a million units", layer.name);
        }
    }
}
