//! Whole numbers from floats in vectors: an integer is the mantissa of its sum with 2^23. A cast also handles numbers
//! beyond the integers and is done lane by lane.

const TWO_TO_23: f32 = 8_388_608.0;

/// Rounds a number from 0 to 2^22 to the nearest whole number, halves to the even one.
#[inline(always)]
pub fn round_to_u32(number: f32) -> u32 {
    (number + TWO_TO_23).to_bits() & 0x007f_ffff
}

/// Rounds a number from 0 to 2^22 down.
#[inline(always)]
pub fn floor_to_u32(number: f32) -> u32 {
    round_to_u32(number.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_like_a_cast() {
        for number in (0..1 << 22).step_by(7).flat_map(|whole| [0.0, 0.25, 0.5, 0.75].map(|part| whole as f32 + part)) {
            assert_eq!(floor_to_u32(number), number as u32, "{number}");
            assert_eq!(round_to_u32(number), number.round_ties_even() as u32, "{number}");
        }
    }
}
