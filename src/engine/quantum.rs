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

/// Rounds contributions to multiples of a quantum.
#[derive(Clone, Copy, Debug)]
pub struct Rounding {
    /// From this power of two to its double, the unit in the last place (ulp) of f64 is one quantum.
    shift: f64,
}

impl Rounding {
    /// Adds a contribution to a sum, both in units; the contribution is rounded to whole quanta, ties to even. Negative
    /// contributions, from the cutoff beyond the reach or from rounding, and NaN add nothing. Exact below 2^53 quanta.
    #[inline(always)]
    pub fn add(self, sum: f64, contribution: f32) -> f64 {
        let contribution = if contribution > 0.0 { contribution } else { 0.0 };
        // The shift is subtracted from the sum, exactly, while the contribution is still computed.
        (sum - self.shift) + (f64::from(contribution) + self.shift)
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
            contribution in 0f32..=1.0,
            bits in 20u32..=26,
            before in prop_oneof![Just(0), 0u64..1 << 50],
        ) {
            let quantum = Quantum { bits, largest: 1.0 };
            let per_unit = f64::from(quantum.per_unit());
            let sum = quantum.rounding().add(before as f64 / per_unit, contribution) * per_unit;
            prop_assert_eq!(sum, before as f64 + (f64::from(contribution) * per_unit).round_ties_even());
        }
    }

    #[test]
    fn rounding_errors_below_zero_add_nothing() {
        let rounding = Quantum { bits: 26, largest: 1.0 }.rounding();
        assert_eq!([-1e-7, f32::NAN].map(|contribution| rounding.add(3.0, contribution)), [3.0; 2]);
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
