// Quantum: exact sums. Contributions are rounded to whole quanta; a sum is `high << PLANE_BITS | low`, and both parts
// are stored as whole numbers in a plane of floats, which holds them exactly. Twin of src/engine/quantum.rs.

override PLANE_BITS: u32;

// Sums of four adjacent pixels.
struct Sums {
    high: vec4<u32>,
    low: vec4<u32>,
}

// Rounds contributions to quanta, ties to even. Conversion to i32 is one instruction on every processor, to u32
// several.
fn quanta(contributions: vec4<f32>) -> vec4<u32> {
    return vec4<u32>(vec4<i32>(round(contributions * frame.quanta_per_unit)));
}

// Moves what exceeds the low parts to the high parts.
fn carried(sums: Sums) -> Sums {
    return Sums(sums.high + (sums.low >> vec4(PLANE_BITS)), sums.low & vec4((1u << PLANE_BITS) - 1u));
}

// Reads four adjacent pixels from the planes.
fn load_sums(texel: vec2<u32>) -> Sums {
    var sums: Sums;
    for (var lane = 0u; lane < 4u; lane += 1u) {
        sums.high[lane] = u32(i32(textureLoad(high_plane, texel + vec2(lane, 0u)).x));
        sums.low[lane] = u32(i32(textureLoad(low_plane, texel + vec2(lane, 0u)).x));
    }
    return sums;
}

// Writes four adjacent pixels to the planes. Of sums beyond the planes, the high part becomes the largest there is.
fn store_sums(texel: vec2<u32>, sums: Sums) {
    let high = min(sums.high, vec4((1u << PLANE_BITS) - 1u));
    for (var lane = 0u; lane < 4u; lane += 1u) {
        textureStore(high_plane, texel + vec2(lane, 0u), vec4(f32(high[lane]), 0.0, 0.0, 0.0));
        textureStore(low_plane, texel + vec2(lane, 0u), vec4(f32(sums.low[lane]), 0.0, 0.0, 0.0));
    }
}

// Values of four sums in units of the layer. Only the addition rounds: the other steps are by powers of two.
fn values(sums: Sums) -> vec4<f32> {
    return (vec4<f32>(sums.high) * f32(1u << PLANE_BITS) + vec4<f32>(sums.low)) / frame.quanta_per_unit;
}
