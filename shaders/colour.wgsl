// Colour: levels to colours, for pictures that are not palette PNGs.

override COLOUR_INVOCATIONS: u32;

// The colour of each level.
@group(0) @binding(0) var<storage, read> entries: array<u32>;
// Four levels in a word.
@group(0) @binding(1) var<storage, read> levels_in: array<u32>;
@group(0) @binding(2) var<storage, read_write> colours_out: array<u32>;

// An invocation for each word of four levels.
@compute @workgroup_size(COLOUR_INVOCATIONS)
fn colour(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let word = invocation.x;
    if word >= arrayLength(&levels_in) {
        return;
    }
    let levels = unpack4xU8(levels_in[word]);
    for (var i = 0u; i < 4u; i += 1u) {
        colours_out[4u * word + i] = entries[levels[i]];
    }
}
