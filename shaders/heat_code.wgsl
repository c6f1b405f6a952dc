// Heat code: encodes heat as levels and counts the levels of each tile. Twin of src/engine/tone/heat_code.rs.

override LEVEL_COUNT: u32;

var<workgroup> counts: array<atomic<u32>, LEVEL_COUNT>;

// Level of a heat, rounded: linear up to one unit, then logarithmic.
fn level(value: f32) -> u32 {
    var position = frame.unit_level * value;
    if value > 1.0 {
        position = frame.unit_level + frame.per_octave * log2(value);
    }
    return u32(min(position + 0.5, f32(LEVEL_COUNT - 1u)));
}

// North-west pixel of a word of levels, relative to its tile. A word holds four pixels of a row.
fn pixel_of_word(word: u32) -> vec2<u32> {
    let words_per_row = frame.tile_size / 4u;
    return vec2((word % words_per_row) * 4u, word / words_per_row);
}

// Writes a word of levels of a tile. All LEVEL_COUNT invocations of a workgroup call this for the same tile; each
// workgroup counts in shared memory first, with one counter per invocation.
fn write_levels(tile: u32, word: u32, heat: vec4<f32>, index: u32) {
    atomicStore(&counts[index], 0u);
    workgroupBarrier();
    var packed = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        let code = level(heat[i]);
        packed |= code << (8u * i);
        atomicAdd(&counts[code], 1u);
    }
    levels_out[tile * (frame.tile_size * frame.tile_size / 4u) + word] = packed;
    workgroupBarrier();
    let count = atomicLoad(&counts[index]);
    if count > 0u {
        atomicAdd(&histograms[tile * LEVEL_COUNT + index], count);
    }
}
