// Passes and time: adds the exact line integral of the blurred profile of every edge to the pixels around it.
//
// The vertex shader covers each edge with a quad, grown by the reach across the edge, by the length of the fading along
// it, and by ROUNDING; a stay, an edge of length 0, with a square. Strips with fewer than STRIP_EDGES edges move the surplus quads out of view, as edges without
// weight. The scissor cuts quads at the slot. The fragment shader evaluates the integral and splits it, in quanta, into
// two digits; additive blending sums the digits of all edges exactly. digits.wgsl adds them to the sums of the tile.

override DIGIT_BITS: u32;
// Pixels around the heat of an edge: rasterizers round corners to 1/16 pixel or finer.
const ROUNDING = 0.25;

struct Quad {
    @builtin(position) position: vec4<f32>,
    // North-west corner of the slot in the atlas, in pixels.
    @location(0) @interpolate(flat) slot_origin: vec2<f32>,
    // Start of the edge in pixels from the corner, unit direction, length in pixels.
    @location(1) @interpolate(flat) start: vec2<f32>,
    @location(2) @interpolate(flat) along: vec2<f32>,
    @location(3) @interpolate(flat) length: f32,
    @location(4) @interpolate(flat) weight: f32,
}

// Heat of an edge without weight: the profile across it, times its share of the blur along it.
fn line_heat(along: f32, across: f32, length: f32) -> f32 {
    let share = blur_integral(along * frame.along_per_pixel) - blur_integral((along - length) * frame.along_per_pixel);
    return profile(abs(across)) * share;
}

@vertex
fn quad(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Quad {
    // Outside of the clip volume.
    var out = Quad(vec4(2.0, 2.0, 2.0, 1.0), vec2(0.0), vec2(0.0), vec2(1.0, 0.0), 0.0, 0.0);
    let placed = placed_strips[instance / STRIP_EDGES];
    let edge = instance % STRIP_EDGES;
    let strip = strips[placed.strip];
    if edge + 1u >= strip.len {
        return out;
    }
    let vertex_index = strip.first + edge;
    let delta = in_pixels(offset_between(vertex_index, vertex_index + 1u));
    out.length = sqrt(dot(delta, delta));
    out.weight = edge_weight(vertex_index, out.length);
    if out.weight == 0.0 {
        return out;
    }
    var overhang = frame.reach + ROUNDING;
    if out.length > 0.0 {
        out.along = delta / out.length;
        overhang = frame.falloff * FALLOFF_ALONG * FALLOFF_TO_CUTOFF + ROUNDING;
    }
    out.start = in_pixels(placed.start + offset_between(strip.first, vertex_index));
    out.slot_origin = vec2<f32>(slot_origin(placed.slot));
    let across = vec2(-out.along.y, out.along.x) * (frame.reach + ROUNDING);
    let along_offset = select(-overhang, out.length + overhang, (vertex & 1u) == 1u);
    let side = select(-1.0, 1.0, vertex >= 2u);
    out.position = clip_position(out.slot_origin + out.start + out.along * along_offset + across * side);
    return out;
}

@fragment
fn splat(in: Quad) -> @location(0) vec4<f32> {
    let offset = (in.position.xy - in.slot_origin) - in.start;
    let along = dot(offset, in.along);
    let across = offset.x * in.along.y - offset.y * in.along.x;
    let heat = clamp(edge_heat(along, across, in.length, in.weight), 0.0, frame.largest);
    // Whole numbers with at most 24 significant bits: exact in f32.
    let quanta = round(heat * frame.quanta_per_unit);
    let base = f32(1u << DIGIT_BITS);
    let high = floor(quanta / base);
    return vec4(high, quanta - high * base, 0.0, 0.0);
}
