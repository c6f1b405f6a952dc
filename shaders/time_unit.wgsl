// Unit of time: an edge adds its duration. Twin of src/engine/raster/time_unit.rs, which explains the factors.

// Time of each vertex in ms.
@group(0) @binding(4) var<storage, read> times: array<u32>;

// Weight of an edge; 0 leaves the edge out.
fn edge_weight(first_vertex: u32, length: f32) -> f32 {
    let ms = f32(times[first_vertex + 1u] - times[first_vertex]);
    if length > 0.0 {
        return ms * frame.per_line / length;
    }
    return ms * frame.per_stay;
}

// Heat of an edge or of a stay, an edge of length 0, at a pixel, from the offset of the pixel along and across.
fn edge_heat(along: f32, across: f32, length: f32, weight: f32) -> f32 {
    if length > 0.0 {
        return line_heat(along, across, length) * weight;
    }
    return profile(sqrt(along * along + across * across)) * weight;
}
