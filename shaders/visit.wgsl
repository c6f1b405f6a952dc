// Visits: each activity adds its line profile once to every pixel, by its nearest approach.

// Some strips of a tile, whole activities, for one dispatch.
struct Job {
    slot: u32,
    first: u32,
    count: u32,
    // 0 for the first job of a tile: what the atlas holds is then of another tile.
    adds: u32,
}

@group(0) @binding(4) var<storage, read> jobs: array<Job>;
@group(0) @binding(5) var heat: texture_storage_2d<r32float, read_write>;

const BLOCK = 16u;
const GROUP = BLOCK * BLOCK;
const WORDS = GROUP / 32u;
const FAR = 3e38;

// A bit for each of the strips that are being culled: set if it reaches the block.
var<workgroup> reaching: array<atomic<u32>, WORDS>;
var<workgroup> job: Job;

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
                for (var i = 0u; i + 1u < strip.len; i += 1u) {
                    let step = step_after(strip.first + i);
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
