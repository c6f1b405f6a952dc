// Step store: pixels of which visit.wgsl takes maxima over activities. Twin of src/engine/raster/cpu/step_store.rs. Both
// maxima are stored as whole numbers below 2^24 in the planes of the sums.

// Rank of each activity.
@group(0) @binding(7) var<storage, read> ranks: array<u32>;

override RANK_BITS: u32;
override WHOLE_PRESENCE: f32;
override FIRM_PRESENCE: f32;

// Four adjacent pixels: 1 + largest rank with at least FIRM_PRESENCE; largest presence and rank.
struct Pixels {
    firm: vec4<u32>,
    best: vec4<u32>,
}

fn load_pixels(slot: u32, pixel: vec2<u32>) -> Pixels {
    let texel = slot_origin(slot) + pixel;
    var pixels: Pixels;
    for (var lane = 0u; lane < 4u; lane += 1u) {
        pixels.firm[lane] = u32(i32(textureLoad(high_plane, texel + vec2(lane, 0u)).x));
        pixels.best[lane] = u32(i32(textureLoad(low_plane, texel + vec2(lane, 0u)).x));
    }
    return pixels;
}

fn store_pixels(slot: u32, pixel: vec2<u32>, pixels: Pixels) {
    let texel = slot_origin(slot) + pixel;
    for (var lane = 0u; lane < 4u; lane += 1u) {
        textureStore(high_plane, texel + vec2(lane, 0u), vec4(f32(pixels.firm[lane]), 0.0, 0.0, 0.0));
        textureStore(low_plane, texel + vec2(lane, 0u), vec4(f32(pixels.best[lane]), 0.0, 0.0, 0.0));
    }
}

fn with_activity(pixels: Pixels, heat: vec4<f32>, activity: u32) -> Pixels {
    // No activity comes before the first.
    if activity >= arrayLength(&ranks) {
        return pixels;
    }
    let rank = ranks[activity];
    let presence = vec4<u32>(vec4<i32>(heat * WHOLE_PRESENCE + 0.5));
    let firm = select(vec4(0u), vec4(rank + 1u), heat >= vec4(FIRM_PRESENCE));
    return Pixels(max(pixels.firm, firm), max(pixels.best, (presence << vec4(RANK_BITS)) | vec4(rank)));
}

fn settled(pixels: Pixels) -> Pixels {
    return pixels;
}
