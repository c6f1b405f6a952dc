// Unit of passes: an edge adds its length. Twin of src/engine/raster/length_unit.rs.

// Weight of an edge; 0 leaves the edge out. A dot adds nothing.
fn edge_weight(first_vertex: u32, length: f32) -> f32 {
    return select(0.0, 1.0, length > 0.0);
}

// Heat of an edge at a pixel, from the offset of the pixel along and across the edge.
fn edge_heat(along: f32, across: f32, length: f32, weight: f32) -> f32 {
    return line_heat(along, across, length);
}
