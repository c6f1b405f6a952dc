// Levels of means: encodes the sums of a batch of tiles.

// Atlas with the sums of tile i of the batch in the slots from i * frame.channels on.
@group(0) @binding(1) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(2) var low_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(3) var<storage, read_write> levels_out: array<u32>;
// LEVEL_COUNT counts for each tile, zero at the start.
@group(0) @binding(4) var<storage, read_write> histograms: array<atomic<u32>>;

// One invocation encodes four pixels of a row; group.y is the tile.
@compute @workgroup_size(LEVEL_COUNT)
fn value_levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let word = group.x * LEVEL_COUNT + index;
    let slot = group.y * frame.channels;
    let pixel = pixel_of_word(word);
    let weights = values(load_sums(slot_origin(slot) + pixel));
    let first = values(load_sums(slot_origin(slot + 1u) + pixel));
    var second = vec4(0.0);
    if frame.channels > 2u {
        second = values(load_sums(slot_origin(slot + 2u) + pixel));
    }
    var levels: vec4<u32>;
    for (var lane = 0u; lane < 4u; lane += 1u) {
        levels[lane] = value_level(weights[lane], first[lane], second[lane]);
    }
    write_levels(group.y, word, levels, index);
}
