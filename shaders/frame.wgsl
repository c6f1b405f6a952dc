// Frame: uniforms of the drawing shaders for one zoom, and positions in the atlas.

struct Frame {
    // Pixels along the side of a tile; tiles along the side of the atlas.
    tile_size: u32,
    atlas_tiles: u32,
    // Shifts from canvas units to lattice steps of 1/256 pixel: right, or left where the canvas is coarser. One of the
    // shifts is 0.
    shift_right: u32,
    shift_left: u32,
    // Line profile in pixels: distance to the start of the falloff, length of the falloff, distance at which the heat
    // is 0.
    half_width: f32,
    falloff: f32,
    reach: f32,
    // Falloffs in a pixel; units of positions along an edge in a pixel.
    falloffs_per_pixel: f32,
    along_per_pixel: f32,
    // Level of one unit of heat; levels per doubling above one unit; highest level of heat.
    unit_level: f32,
    per_octave: f32,
    max_level: f32,
    // Quanta in one unit of heat; largest contribution of an edge in units.
    quanta_per_unit: f32,
    largest: f32,
    // Sums of a pixel: a tile has one slot for each, one after another.
    channels: u32,
    // XOR mask between the values of activities and their ranks.
    rank_mask: u32,
    // Units of time: on a line of one pixel that is passed in one ms; at the place of a stay of one ms.
    per_line: f32,
    per_stay: f32,
    // Shares at the start of the first step of a mean and at the end of the last; how its values make a step.
    range_start: f32,
    range_end: f32,
    value_kind: u32,
}

@group(0) @binding(0) var<uniform> frame: Frame;

// North-west pixel of a slot of the atlas.
fn slot_origin(slot: u32) -> vec2<u32> {
    return vec2(slot % frame.atlas_tiles, slot / frame.atlas_tiles) * frame.tile_size;
}

// Clip-space position of a point of the atlas, in pixels from its north-west corner.
fn clip_position(point: vec2<f32>) -> vec4<f32> {
    let position = point / f32(frame.tile_size * frame.atlas_tiles);
    return vec4(position.x * 2.0 - 1.0, 1.0 - position.y * 2.0, 0.0, 1.0);
}
