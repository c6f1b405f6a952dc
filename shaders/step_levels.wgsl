// Levels of steps: encodes the maxima of a batch of tiles.

// Atlas with tile i of the batch in slot i.
@group(0) @binding(1) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(2) var low_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(3) var<storage, read_write> levels_out: array<u32>;
// LEVEL_COUNT counts for each tile, zero at the start.
@group(0) @binding(4) var<storage, read_write> histograms: array<atomic<u32>>;

// One invocation encodes four pixels of a row; group.y is the tile.
@compute @workgroup_size(LEVEL_COUNT)
fn step_levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let word = group.x * LEVEL_COUNT + index;
    let pixels = load_pixels(group.y, pixel_of_word(word));
    write_levels(group.y, word, step_levels_of(pixels), index);
}
