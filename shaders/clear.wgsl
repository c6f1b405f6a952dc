// Clear: sets the digits of a slot to 0 before edges are blended into them. Clearing the texture as a whole would also
// write the slots of tiles that have no more edges.

// Corner of the square of a slot.
@vertex
fn square(@builtin(vertex_index) vertex: u32, @builtin(instance_index) slot: u32) -> @builtin(position) vec4<f32> {
    let corner = vec2(vertex & 1u, vertex >> 1u) * frame.tile_size;
    return clip_position(vec2<f32>(slot_origin(slot) + corner));
}

@fragment
fn clear() -> @location(0) vec4<f32> {
    return vec4(0.0);
}
