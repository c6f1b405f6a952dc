// Passes: a quad per edge; each pixel in it gets the exact line integral of the blurred profile.

struct Quad {
    @builtin(position) position: vec4<f32>,
    // The tile's corner in the atlas, in pixels.
    @location(0) @interpolate(flat) corner: vec2<f32>,
    // First vertex of the edge in pixels from that corner, its direction and length.
    @location(1) @interpolate(flat) start: vec2<f32>,
    @location(2) @interpolate(flat) along: vec2<f32>,
    @location(3) @interpolate(flat) length: f32,
}

@vertex
fn quad(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Quad {
    var out: Quad;
    let reference = refs[instance / STRIP_EDGES];
    let edge = instance % STRIP_EDGES;
    let strip = strips[reference.strip];
    if edge + 1u >= strip.len {
        // Outside of everything.
        out.position = vec4(2.0, 2.0, 2.0, 1.0);
        return out;
    }
    var at = reference.at;
    for (var i = 0u; i < edge; i += 1u) {
        at += step_after(strip.first + i);
    }
    let delta = in_pixels(step_after(strip.first + edge));
    out.start = in_pixels(at);
    out.length = sqrt(dot(delta, delta));
    out.along = delta / out.length;
    out.corner = vec2<f32>(corner(reference.slot));
    let across = vec2(-out.along.y, out.along.x) * (frame.reach + 1.0);
    let before = frame.fall * FALL_ALONG + 1.0;
    let ahead = select(-before, out.length + before, (vertex & 1u) == 1u);
    let aside = select(-1.0, 1.0, vertex >= 2u);
    let place = out.corner + out.start + out.along * ahead + across * aside;
    let size = f32(frame.tile_size * frame.atlas_tiles);
    out.position = vec4(place.x / size * 2.0 - 1.0, 1.0 - place.y / size * 2.0, 0.0, 1.0);
    return out;
}

@fragment
fn splat(in: Quad) -> @location(0) vec4<f32> {
    let pixel = in.position.xy - in.corner;
    let size = f32(frame.tile_size);
    if any(pixel < vec2(0.0)) || any(pixel >= vec2(size)) {
        discard;
    }
    let e = pixel - in.start;
    let along = dot(e, in.along);
    let across = e.x * in.along.y - e.y * in.along.x;
    let fall = frame.fall * FALL_ALONG;
    let share = share_before(along / fall) - share_before((along - in.length) / fall);
    return vec4(profile(across * across) * share, 0.0, 0.0, 0.0);
}
