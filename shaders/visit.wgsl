// Visits: each activity adds its line profile once to every pixel, by its nearest approach.

struct Strip {
    // First vertex, and how many there are.
    first: u32,
    len: u32,
    activity: u32,
    unused: u32,
    // Least and greatest x and y of the vertices in pixels, seen from the first vertex.
    low: vec2<f32>,
    high: vec2<f32>,
}

// A strip as a tile sees it: where its first vertex lies, in 1/256 pixels from the tile's corner.
struct StripRef {
    strip: u32,
    unused: u32,
    at: vec2<i32>,
}

// Some strips of a tile, whole activities, for one dispatch.
struct Job {
    slot: u32,
    first: u32,
    count: u32,
    // 0 for the first job of a tile: what the atlas holds is then of another tile.
    adds: u32,
}

@group(0) @binding(1) var<storage, read> vertices: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> strips: array<Strip>;
@group(0) @binding(3) var<storage, read> refs: array<StripRef>;
@group(0) @binding(4) var<storage, read> jobs: array<Job>;
@group(0) @binding(5) var heat: texture_storage_2d<r32float, read_write>;

const BLOCK = 16u;
const GROUP = BLOCK * BLOCK;
const WORDS = GROUP / 32u;
const FAR = 3e38;

// A bit for each of the strips that are being culled: set if it reaches the block.
var<workgroup> reaching: array<atomic<u32>, WORDS>;
var<workgroup> job: Job;

fn in_256ths(step: vec2<u32>) -> vec2<i32> {
    return (bitcast<vec2<i32>>(step) >> vec2(frame.shift_right)) << vec2(frame.shift_left);
}

fn in_pixels(lattice: vec2<i32>) -> vec2<f32> {
    return vec2<f32>(lattice) * (1.0 / 256.0);
}

fn profile(distance2: f32) -> f32 {
    let beyond = max((sqrt(distance2) - frame.half_width) / frame.fall, 0.0);
    let left = max(1.0 - beyond * beyond, 0.0);
    let left4 = (left * left) * (left * left);
    return left4 * left4 * left4;
}

// Squared distance from `pixel` to the segment from `start` by `delta`.
fn approach(pixel: vec2<f32>, start: vec2<f32>, delta: vec2<f32>) -> f32 {
    let e = pixel - start;
    let length2 = dot(delta, delta);
    var share = 0.0;
    if length2 > 0.0 {
        share = clamp(dot(e, delta) / length2, 0.0, 1.0);
    }
    let f = e - share * delta;
    return dot(f, f);
}

fn reaches_block(reference: StripRef, center: vec2<f32>) -> bool {
    let strip = strips[reference.strip];
    let at = in_pixels(reference.at);
    let reach = frame.half_width + frame.fall + f32(BLOCK) * 0.5;
    return all(center >= at + strip.low - reach) && all(center <= at + strip.high + reach);
}

@compute @workgroup_size(16, 16)
fn visit(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    if index == 0u {
        job = jobs[group.z];
    }
    let own = workgroupUniformLoad(&job);
    let place = group.xy * BLOCK + local.xy;
    let pixel = vec2<f32>(place) + 0.5;
    let center = (vec2<f32>(group.xy) + 0.5) * f32(BLOCK);
    let texel = corner(own.slot) + place;

    var sum = 0.0;
    if own.adds != 0u {
        sum = textureLoad(heat, texel).x;
    }
    var nearest = FAR;
    var activity = 0xffffffffu;
    for (var first = 0u; first < own.count; first += GROUP) {
        if index < WORDS {
            atomicStore(&reaching[index], 0u);
        }
        workgroupBarrier();
        let candidate = first + index;
        if candidate < own.count && reaches_block(refs[own.first + candidate], center) {
            atomicOr(&reaching[index / 32u], 1u << (index % 32u));
        }
        workgroupBarrier();
        for (var word = 0u; word < WORDS; word += 1u) {
            var bits = atomicLoad(&reaching[word]);
            while bits != 0u {
                let reference = refs[own.first + first + word * 32u + firstTrailingBit(bits)];
                bits &= bits - 1u;
                let strip = strips[reference.strip];
                if strip.activity != activity {
                    sum += profile(nearest);
                    nearest = FAR;
                    activity = strip.activity;
                }
                var at = reference.at;
                if strip.len == 1u {
                    nearest = min(nearest, approach(pixel, in_pixels(at), vec2(0.0)));
                }
                for (var i = 1u; i < strip.len; i += 1u) {
                    let vertex = strip.first + i;
                    let step = in_256ths(vertices[vertex] - vertices[vertex - 1u]);
                    nearest = min(nearest, approach(pixel, in_pixels(at), in_pixels(step)));
                    at += step;
                }
            }
        }
        workgroupBarrier();
    }
    sum += profile(nearest);
    textureStore(heat, texel, vec4(sum, 0.0, 0.0, 0.0));
}
