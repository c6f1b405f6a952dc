// Normalize: turns the histogram of a zoom into the curve position and the colour of each level.
//
// One workgroup, one invocation per level:
// 1. The curve position is a power of the weighted mean of the rank of the level (the share of the pixels above one
//    unit with at most this heat; each counts by a power of its octaves above one unit) and the logarithm of its heat.
// 2. The palette position is the curve position or, if the palette ignores the curve, proportional to the number of
//    levels above one unit.
// 3. After a barrier, stops placed at a heat take the palette position of the level of that heat.
// 4. The colour is mixed from the two stops around the palette position. Alpha grows linearly up to one unit of heat.

override LEVEL_COUNT: u32;
// Lower limit of the top of the logarithm, in octaves above one unit.
override LEAST_TOP: f32;
// At most one in TOP_ONE_IN pixels above one unit is hotter than the top of the logarithm. The value is less than
// 65,536.
override TOP_ONE_IN: u32;

struct Normalization {
    // Level of one unit of heat; levels per doubling above one unit.
    unit_level: u32,
    per_octave: f32,
    stop_count: u32,
    // 1: palette positions are curve positions, colours mix in OKLab. 0: positions are proportional to the levels above
    // one unit, colours mix in sRGB.
    follows_curve: u32,
    // Weight of the rank; falls in proportion if the robust maximum has less than LEAST_TOP octaves. The rest is the
    // weight of the logarithm.
    rank: f32,
    // Exponent of the weighted mean.
    exponent: f32,
    // The exponent of the octaves of a pixel in the rank is the top of the logarithm divided by this number.
    rank_octaves: f32,
}

// A stop of the palette: sRGB channels from 0 to 1, and a palette position. If `level` is less than LEVEL_COUNT, the
// position of that level replaces `position`.
struct Stop {
    colour: vec3<f32>,
    position: f32,
    level: u32,
}

// Result for a level: curve position, and RGBA with red in the lowest byte.
struct Entry {
    position: f32,
    colour: u32,
}

@group(0) @binding(0) var<uniform> normalization: Normalization;
// Pixels of each level as 64-bit integers, which WGSL lacks: low word, high word.
@group(0) @binding(1) var<storage, read> counts_in: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> stops: array<Stop>;
@group(0) @binding(3) var<storage, read_write> entries: array<Entry>;

var<workgroup> palette_positions: array<f32, LEVEL_COUNT>;

fn add_u64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2(low, a.y + b.y + u32(low < a.x));
}

// Product with a factor below 65,536.
fn multiply_u64(a: vec2<u32>, factor: u32) -> vec2<u32> {
    let low = (a.x & 0xffffu) * factor;
    let high = (a.x >> 16u) * factor;
    return add_u64(vec2(low, a.y * factor), vec2(high << 16u, high >> 16u));
}

fn exceeds_u64(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.y > b.y || (a.y == b.y && a.x > b.x);
}

fn f32_from_u64(a: vec2<u32>) -> f32 {
    return f32(a.y) * 4294967296.0 + f32(a.x);
}

// Octaves of a level above one unit, for levels of at least one unit.
fn octaves(level: u32) -> f32 {
    return f32(level - normalization.unit_level) / normalization.per_octave;
}

// The level at the top of the logarithm.
fn top_level() -> u32 {
    var above = vec2(0u);
    for (var level = normalization.unit_level + 1u; level < LEVEL_COUNT; level += 1u) {
        above = add_u64(above, counts_in[level]);
    }
    var hotter = vec2(0u);
    for (var level = LEVEL_COUNT - 1u; level > normalization.unit_level; level -= 1u) {
        hotter = add_u64(hotter, counts_in[level]);
        if exceeds_u64(multiply_u64(hotter, TOP_ONE_IN), above) {
            return level;
        }
    }
    return normalization.unit_level;
}

fn curve_position(level: u32) -> f32 {
    if level <= normalization.unit_level {
        return 0.0;
    }
    let robust_top = octaves(top_level());
    let top = max(robust_top, LEAST_TOP);
    var not_hotter = 0.0;
    var all = 0.0;
    for (var other = normalization.unit_level + 1u; other < LEVEL_COUNT; other += 1u) {
        all += f32_from_u64(counts_in[other]) * pow(octaves(other), top / normalization.rank_octaves);
        if other == level {
            not_hotter = all;
        }
    }
    let share = normalization.rank * min(robust_top / LEAST_TOP, 1.0);
    var rank = 1.0;
    if all > 0.0 {
        rank = not_hotter / all;
    }
    let logarithm = min(octaves(level) / top, 1.0);
    return pow(share * rank + (1.0 - share) * logarithm, normalization.exponent);
}

// sRGB to linear light and back (IEC 61966-2-1).
fn linear(c: vec3<f32>) -> vec3<f32> {
    return select(pow((c + 0.055) / 1.055, vec3(2.4)), c / 12.92, c <= vec3(0.04045));
}

fn companded(light: vec3<f32>) -> vec3<f32> {
    let c = clamp(light, vec3(0.0), vec3(1.0));
    return select(1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, 12.92 * c, c <= vec3(0.0031308));
}

// sRGB to OKLab and back (Björn Ottosson, 2020). Matrices are written column by column.
fn oklab(rgb: vec3<f32>) -> vec3<f32> {
    let lms = mat3x3(
        vec3(0.41222147, 0.2119035, 0.08830246),
        vec3(0.53633254, 0.6806995, 0.28171884),
        vec3(0.051445993, 0.10739696, 0.6299787),
    ) * linear(rgb);
    return mat3x3(
        vec3(0.21045426, 1.9779985, 0.025904037),
        vec3(0.7936178, -2.4285922, 0.78277177),
        vec3(-0.004072047, 0.4505937, -0.80867577),
    ) * pow(lms, vec3(1.0 / 3.0));
}

fn from_oklab(lab: vec3<f32>) -> vec3<f32> {
    let roots = mat3x3(
        vec3(1.0),
        vec3(0.39633778, -0.105561346, -0.08948418),
        vec3(0.21580376, -0.06385417, -1.2914855),
    ) * lab;
    return companded(mat3x3(
        vec3(4.0767417, -1.268438, -0.0041960863),
        vec3(-3.3077116, 2.6097574, -0.7034186),
        vec3(0.23096994, -0.3413194, 1.7076147),
    ) * (roots * roots * roots));
}

fn mix_colours(a: vec3<f32>, b: vec3<f32>, share: f32) -> vec3<f32> {
    if normalization.follows_curve == 1u {
        return from_oklab(mix(oklab(a), oklab(b), share));
    }
    return mix(a, b, share);
}

// Colour at a palette position. A stop positioned before its predecessor moves to the predecessor.
fn colour_at(position: f32) -> vec3<f32> {
    var reached = 0.0;
    for (var i = 0u; i < normalization.stop_count; i += 1u) {
        let stop = stops[i];
        let previous = reached;
        var stop_position = stop.position;
        if stop.level < LEVEL_COUNT {
            stop_position = palette_positions[stop.level];
        }
        reached = max(previous, stop_position);
        if reached > position {
            if i == 0u {
                return stop.colour;
            }
            return mix_colours(stops[i - 1u].colour, stop.colour, (position - previous) / (reached - previous));
        }
    }
    return stops[normalization.stop_count - 1u].colour;
}

@compute @workgroup_size(LEVEL_COUNT)
fn normalize(@builtin(local_invocation_index) level: u32) {
    let unit = f32(normalization.unit_level);
    let position = curve_position(level);
    var palette_position = position;
    if normalization.follows_curve == 0u {
        palette_position = max(f32(level) - unit, 0.0) / (f32(LEVEL_COUNT - 1u) - unit);
    }
    palette_positions[level] = palette_position;
    workgroupBarrier();
    let alpha = min(f32(level) / unit, 1.0);
    entries[level] = Entry(position, pack4x8unorm(vec4(colour_at(palette_position), alpha)));
}
