// Strips: the uploaded lines, and strips placed in the tiles of a batch.

// Maximum edges of a strip.
override STRIP_EDGES: u32;
// Lattice steps per pixel.
override LATTICE_STEPS: f32;

struct Strip {
    // Index of the first vertex; number of vertices.
    first: u32,
    len: u32,
    activity: u32,
    padding: u32,
    // Bounding box of the vertices, in pixels from the first vertex.
    min: vec2<f32>,
    max: vec2<f32>,
}

// A strip as one tile sees it.
struct PlacedStrip {
    strip: u32,
    // Slot of the tile in the atlas.
    slot: u32,
    // First vertex, in lattice steps from the north-west corner of the tile.
    start: vec2<i32>,
}

@group(0) @binding(1) var<storage, read> vertices: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> strips: array<Strip>;
@group(0) @binding(3) var<storage, read> placed_strips: array<PlacedStrip>;

// Difference between two vertices of a strip, in lattice steps. x wraps around the canvas, and a strip is narrower than
// half of the canvas. y does not wrap, and may span more than half, so it is shifted before it is subtracted: vertices
// lie on the lattice.
fn offset_between(from_index: u32, to_index: u32) -> vec2<i32> {
    let from_vertex = vertices[from_index];
    let to_vertex = vertices[to_index];
    let x = bitcast<i32>(to_vertex.x - from_vertex.x) >> frame.shift_right;
    let y = bitcast<i32>(to_vertex.y >> frame.shift_right) - bitcast<i32>(from_vertex.y >> frame.shift_right);
    return vec2(x, y) << vec2(frame.shift_left);
}

fn in_pixels(lattice: vec2<i32>) -> vec2<f32> {
    return vec2<f32>(lattice) * (1.0 / LATTICE_STEPS);
}
