// Levels: heat to packed levels, and how often each level occurs.

// How many levels there are.
override LEVEL_COUNT: u32;

// Tiles of a batch, in the order in which their levels are to be packed.
@group(0) @binding(1) var heat: texture_storage_2d<r32float, read_write>;
@group(0) @binding(2) var<storage, read_write> levels_out: array<u32>;
// Per tile: a count for each level.
@group(0) @binding(3) var<storage, read_write> histograms: array<atomic<u32>>;

var<workgroup> counts: array<atomic<u32>, LEVEL_COUNT>;

fn level(value: f32) -> u32 {
    var position = frame.unit_level * value;
    if value > 1.0 {
        position = frame.unit_level + frame.per_octave * log2(value);
    }
    return u32(min(position + 0.5, f32(LEVEL_COUNT - 1u)));
}

// An invocation packs four pixels of a row; a workgroup some rows of a tile, with an invocation for each count.
@compute @workgroup_size(LEVEL_COUNT)
fn levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    atomicStore(&counts[index], 0u);
    workgroupBarrier();
    let words_per_row = frame.tile_size / 4u;
    let words_per_tile = words_per_row * frame.tile_size;
    let word = group.x * LEVEL_COUNT + index;
    let pixel = vec2((word % words_per_row) * 4u, word / words_per_row);
    let texel = slot_origin(group.y) + pixel;
    var packed = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        let code = level(textureLoad(heat, texel + vec2(i, 0u)).x);
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
