// Profile: the shape of a line, across it and along it.

// Heat below this is nothing.
override HEAT_CUTOFF: f32;
// Share of the fall over which the heat of an edge fades along the line.
override FALLOFF_ALONG: f32;

// Heat at a squared distance from a line.
fn profile(distance2: f32) -> f32 {
    let u = max((sqrt(distance2) - frame.half_width) / frame.falloff, 0.0);
    let base = max(1.0 - u * u, 0.0);
    let base4 = (base * base) * (base * base);
    return max(base4 * base4 * base4 - HEAT_CUTOFF, 0.0);
}

// Heat at four squared distances.
fn profiles(distances2: vec4<f32>) -> vec4<f32> {
    let u = max((sqrt(distances2) - frame.half_width) / frame.falloff, vec4(0.0));
    let base = max(1.0 - u * u, vec4(0.0));
    let base4 = (base * base) * (base * base);
    return max(base4 * base4 * base4 - HEAT_CUTOFF, vec4(0.0));
}

// The share of a blurred point that lies before a place, less a half.
fn blur_integral(position: f32) -> f32 {
    let t = clamp(position, -1.0, 1.0);
    let t2 = t * t;
    let series = (((((1.0 / 13.0 * t2 - 6.0 / 11.0) * t2 + 5.0 / 3.0) * t2 - 20.0 / 7.0) * t2 + 3.0) * t2 - 2.0) * t2 + 1.0;
    return t * series * (3003.0 / 2048.0);
}
