// Strips: short pieces of lines, and how tiles see them.

// Edges in a strip at most.
override STRIP_EDGES: u32;
// Lattice steps along a pixel.
override LATTICE_STEPS: f32;

struct Strip {
    // First vertex, and how many there are.
    first: u32,
    len: u32,
    activity: u32,
    padding: u32,
    // Least and greatest x and y of the vertices in pixels, seen from the first vertex.
    min: vec2<f32>,
    max: vec2<f32>,
}

// A strip as a tile sees it: where its first vertex lies, in lattice steps from the tile's corner.
struct PlacedStrip {
    strip: u32,
    // Place of the tile in the atlas.
    slot: u32,
    start: vec2<i32>,
}

@group(0) @binding(1) var<storage, read> vertices: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> strips: array<Strip>;
@group(0) @binding(3) var<storage, read> placed_strips: array<PlacedStrip>;

// From a vertex to the next, in lattice steps.
fn step_after(vertex: u32) -> vec2<i32> {
    let step = vertices[vertex + 1u] - vertices[vertex];
    return (bitcast<vec2<i32>>(step) >> vec2(frame.shift_right)) << vec2(frame.shift_left);
}

fn in_pixels(lattice: vec2<i32>) -> vec2<f32> {
    return vec2<f32>(lattice) * (1.0 / LATTICE_STEPS);
}
