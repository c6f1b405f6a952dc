// Sum store: pixels to which visit.wgsl adds the heat of activities. Twin of src/engine/raster/cpu/sum_store.rs.

alias Pixels = Sums;

fn load_pixels(slot: u32, pixel: vec2<u32>) -> Pixels {
    return load_sums(slot_origin(slot) + pixel);
}

fn store_pixels(slot: u32, pixel: vec2<u32>, pixels: Pixels) {
    store_sums(slot_origin(slot) + pixel, carried(pixels));
}

// Adds the heat of an activity. At most 32 activities may be added before `settled`.
fn with_activity(pixels: Pixels, heat: vec4<f32>, activity: u32) -> Pixels {
    return Sums(pixels.high, pixels.low + quanta(heat));
}

// An activity adds at most 2^26 quanta, so 32 of them leave the low sums below 2^32.
fn settled(pixels: Pixels) -> Pixels {
    return carried(pixels);
}
