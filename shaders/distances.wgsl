// Distances: pixels of an invocation of visit.wgsl, and their distances from an edge. Twin of
// src/engine/raster/cpu/distances.rs.

// Centres of the pixels of an invocation in a row.
const LANE_CENTRES = vec4(0.5, 1.5, 2.5, 3.5);
// Invocations of a workgroup, by kind of adapter.
override invocations_across: u32;
override invocations_down: u32;
override invocations: u32 = invocations_across * invocations_down;
// Squared distance at which every profile is 0.
const FAR = vec4(3e38);

// Squared distances of four adjacent pixels from an edge, given as start and step in pixels.
fn squared_distances(edge: vec4<f32>, first_pixel: vec2<f32>) -> vec4<f32> {
    let delta = edge.zw;
    let ex = (first_pixel.x - edge.x) + LANE_CENTRES;
    let ey = (first_pixel.y - edge.y) + 0.5;
    let length2 = dot(delta, delta);
    let inverse_length2 = select(0.0, 1.0 / length2, length2 > 0.0);
    let t = clamp((ex * delta.x + ey * delta.y) * inverse_length2, vec4(0.0), vec4(1.0));
    let fx = ex - t * delta.x;
    let fy = ey - t * delta.y;
    return fx * fx + fy * fy;
}
