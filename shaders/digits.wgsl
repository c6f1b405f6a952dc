// Digits: what splat.wgsl blends for passes. The digits of a pixel stay exact in f32 until 2^(PLANE_BITS - DIGIT_BITS)
// edges are blended; then they are added to the planes.

// A tile with blended digits.
struct Carry {
    slot: u32,
    // 1 if the planes hold sums of earlier edges of the tile; 0 if they hold those of another tile.
    accumulate: u32,
}

@group(0) @binding(1) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(2) var low_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(3) var<storage, read> carries: array<Carry>;
@group(0) @binding(4) var digits: texture_2d<f32>;

override DIGIT_BITS: u32;

// Sums of four adjacent pixels of a tile, with the digits added.
fn sums_with_digits(carry: Carry, texel: vec2<u32>) -> Sums {
    var sums = Sums(vec4(0u), vec4(0u));
    if carry.accumulate != 0u {
        sums = load_sums(texel);
    }
    for (var lane = 0u; lane < 4u; lane += 1u) {
        let digit = vec2<u32>(vec2<i32>(textureLoad(digits, texel + vec2(lane, 0u), 0).xy));
        // The high digit spreads over both parts.
        sums.high[lane] += digit.x >> (PLANE_BITS - DIGIT_BITS);
        sums.low[lane] += ((digit.x << DIGIT_BITS) & ((1u << PLANE_BITS) - 1u)) + digit.y;
    }
    return carried(sums);
}
