// Frame: what every shader that draws knows of a zoom and of the atlas.

struct Frame {
    // Pixels along the side of a tile, and tiles along the side of the atlas that they are drawn into.
    tile_size: u32,
    atlas_tiles: u32,
    // Canvas units become lattice steps by a shift to the right, or, where the canvas is coarser, to the left.
    shift_right: u32,
    shift_left: u32,
    // The line profile, in pixels.
    half_width: f32,
    falloff: f32,
    reach: f32,
    // The layer's scale.
    unit_level: f32,
    per_octave: f32,
}

@group(0) @binding(0) var<uniform> frame: Frame;

// North-west pixel of a tile in the atlas.
fn slot_origin(slot: u32) -> vec2<u32> {
    return vec2(slot % frame.atlas_tiles, slot / frame.atlas_tiles) * frame.tile_size;
}
