// Carry: adds the blended digits of passes to the exact sums of a tile.
//
// splat.wgsl blends each contribution as a high and a low digit. The digits of a pixel stay exact in f32 until
// 2^(PLANE_BITS - DIGIT_BITS) edges are blended; then this shader adds them to the planes.

// A tile whose digits are added.
struct Carry {
    slot: u32,
    // 0 for the first edges of a tile, which overwrite the sums of an earlier tile; 1 adds.
    accumulate: u32,
}

@group(0) @binding(1) var<storage, read> carries: array<Carry>;
@group(0) @binding(2) var digits: texture_2d<f32>;
@group(0) @binding(3) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(4) var low_plane: texture_storage_2d<r32float, read_write>;

override DIGIT_BITS: u32;
override CARRY_INVOCATIONS: u32;

// One invocation adds four pixels of a row; group.y is the carry.
@compute @workgroup_size(CARRY_INVOCATIONS)
fn carry(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let carry = carries[group.y];
    let blocks_per_row = frame.tile_size / 4u;
    let block = group.x * CARRY_INVOCATIONS + index;
    let texel = slot_origin(carry.slot) + vec2((block % blocks_per_row) * 4u, block / blocks_per_row);
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
    store_sums(texel, carried(sums));
}
