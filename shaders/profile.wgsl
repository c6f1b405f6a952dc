// Profile: heat of a line across and along it. Twin of src/engine/raster/profile.rs, which explains the formulas.

// Subtracted from the heat of a line, which makes the heat 0 at the reach.
override HEAT_CUTOFF: f32;
// Unit of positions along an edge, as a share of the falloff.
override FALLOFF_ALONG: f32;
// Position along an edge at which the blur is cut off.
override FALLOFF_TO_CUTOFF: f32;
// Scale at which the blur adds up to 1.
override BLUR_SCALE: f32;

// Heat at a distance in pixels.
fn profile(distance: f32) -> f32 {
    let u = max((distance - frame.half_width) * frame.falloffs_per_pixel, 0.0);
    let base = max(1.0 - u * u, 0.0);
    let base4 = (base * base) * (base * base);
    return max(base4 * base4 * base4 - HEAT_CUTOFF, 0.0);
}

// Heat at four distances.
fn profiles(distances: vec4<f32>) -> vec4<f32> {
    let u = max((distances - frame.half_width) * frame.falloffs_per_pixel, vec4(0.0));
    let base = max(1.0 - u * u, vec4(0.0));
    let base4 = (base * base) * (base * base);
    return max(base4 * base4 * base4 - HEAT_CUTOFF, vec4(0.0));
}

// Integrals of the blur along a line, from 0 to each of four positions: from -1/2 to 1/2 between the cutoffs.
fn blur_integrals(positions: vec4<f32>) -> vec4<f32> {
    let t = clamp(positions, vec4(-FALLOFF_TO_CUTOFF), vec4(FALLOFF_TO_CUTOFF));
    let t2 = t * t;
    let t4 = t2 * t2;
    let scale = BLUR_SCALE;
    let low = (scale - scale * 2.0 * t2) + (scale * 3.0 - scale * 20.0 / 7.0 * t2) * t4;
    let high = (scale * 5.0 / 3.0 - scale * 6.0 / 11.0 * t2) + scale / 13.0 * t4;
    return t * (low + high * (t4 * t4));
}

// Integral of the blur along a line, from 0 to `position`.
fn blur_integral(position: f32) -> f32 {
    return blur_integrals(vec4(position)).x;
}
