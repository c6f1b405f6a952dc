// Carry: adds the blended digits of passes to the exact sums of a tile, before more edges are blended.

override CARRY_INVOCATIONS: u32;

// One invocation adds four pixels of a row; group.y is the carry.
@compute @workgroup_size(CARRY_INVOCATIONS)
fn carry(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let carry = carries[group.y];
    let blocks_per_row = frame.tile_size / 4u;
    let block = group.x * CARRY_INVOCATIONS + index;
    let texel = slot_origin(carry.slot) + vec2((block % blocks_per_row) * 4u, block / blocks_per_row);
    store_sums(texel, sums_with_digits(carry, texel));
}
