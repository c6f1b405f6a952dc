// Levels of passes: encodes the sums of a batch of tiles with their last digits, which no carry.wgsl has added.

@group(0) @binding(5) var<storage, read_write> levels_out: array<u32>;
// LEVEL_COUNT counts for each tile, zero at the start.
@group(0) @binding(6) var<storage, read_write> histograms: array<atomic<u32>>;

// One invocation encodes four pixels of a row; group.y is the carry and the tile.
@compute @workgroup_size(LEVEL_COUNT)
fn pass_levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let carry = carries[group.y];
    let word = group.x * LEVEL_COUNT + index;
    let sums = sums_with_digits(carry, slot_origin(carry.slot) + pixel_of_word(word));
    write_levels(carry.slot, word, heat_levels(values(sums)), index);
}
