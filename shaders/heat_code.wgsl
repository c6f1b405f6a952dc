// Heat code: level of a heat. Twin of src/engine/tone/heat_code.rs.

// Level of a heat, rounded: linear up to one unit, then logarithmic.
fn heat_level(value: f32) -> u32 {
    var position = frame.unit_level * value;
    if value > 1.0 {
        position = frame.unit_level + frame.per_octave * log2(value);
    }
    return u32(min(position + 0.5, frame.max_level));
}

fn heat_levels(values: vec4<f32>) -> vec4<u32> {
    return vec4(heat_level(values.x), heat_level(values.y), heat_level(values.z), heat_level(values.w));
}
