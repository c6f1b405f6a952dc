// Levels: encodes the heat of a batch of tiles as levels and counts the levels.

override LEVEL_COUNT: u32;

// Atlas with tile i of the batch in slot i.
@group(0) @binding(1) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(2) var low_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(3) var<storage, read_write> levels_out: array<u32>;
// LEVEL_COUNT counts for each tile, zero at the start.
@group(0) @binding(4) var<storage, read_write> histograms: array<atomic<u32>>;

var<workgroup> counts: array<atomic<u32>, LEVEL_COUNT>;

// Level of a heat, rounded: linear up to one unit, then logarithmic.
fn level(value: f32) -> u32 {
    var position = frame.unit_level * value;
    if value > 1.0 {
        position = frame.unit_level + frame.per_octave * log2(value);
    }
    return u32(min(position + 0.5, f32(LEVEL_COUNT - 1u)));
}

// One invocation packs four pixels of a row; group.y is the tile. Each workgroup counts in shared memory first, with
// one counter per invocation.
@compute @workgroup_size(LEVEL_COUNT)
fn levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    atomicStore(&counts[index], 0u);
    workgroupBarrier();
    let words_per_row = frame.tile_size / 4u;
    let words_per_tile = words_per_row * frame.tile_size;
    let word = group.x * LEVEL_COUNT + index;
    let pixel = vec2((word % words_per_row) * 4u, word / words_per_row);
    let texel = slot_origin(group.y) + pixel;
    let heat = values(load_sums(texel));
    var packed = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        let code = level(heat[i]);
        packed |= code << (8u * i);
        atomicAdd(&counts[code], 1u);
    }
    levels_out[group.y * words_per_tile + word] = packed;
    workgroupBarrier();
    let count = atomicLoad(&counts[index]);
    if count > 0u {
        atomicAdd(&histograms[group.y * LEVEL_COUNT + index], count);
    }
}
