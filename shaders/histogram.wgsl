// Histogram: writes the levels of tiles and counts them.

override LEVEL_COUNT: u32;

var<workgroup> counts: array<atomic<u32>, LEVEL_COUNT>;

// North-west pixel of a word of levels, relative to its tile. A word holds four pixels of a row.
fn pixel_of_word(word: u32) -> vec2<u32> {
    let words_per_row = frame.tile_size / 4u;
    return vec2((word % words_per_row) * 4u, word / words_per_row);
}

// Writes a word of levels of a tile. All LEVEL_COUNT invocations of a workgroup call this for the same tile; each
// workgroup counts in shared memory first, with one counter per invocation.
fn write_levels(tile: u32, word: u32, levels: vec4<u32>, index: u32) {
    atomicStore(&counts[index], 0u);
    workgroupBarrier();
    var packed = 0u;
    for (var i = 0u; i < 4u; i += 1u) {
        packed |= levels[i] << (8u * i);
        atomicAdd(&counts[levels[i]], 1u);
    }
    levels_out[tile * (frame.tile_size * frame.tile_size / 4u) + word] = packed;
    workgroupBarrier();
    let count = atomicLoad(&counts[index]);
    if count > 0u {
        atomicAdd(&histograms[tile * LEVEL_COUNT + index], count);
    }
}
