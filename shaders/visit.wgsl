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

// Pixels of a row that an invocation owns: what it learns of a segment serves four distances.
const LANES = 4u;
const LANE = vec4(0.5, 1.5, 2.5, 3.5);
// A workgroup owns a block of pixels. Its shape is chosen by the kind of adapter.
override invocations_across: u32 = 4u;
override invocations_down: u32 = 16u;
override invocations: u32 = invocations_across * invocations_down;
const FAR = vec4(3e38);
// Words of `reaching`: WebGPU allows at most 256 invocations.
const WORDS = 8u;

// A bit for each of the strips that are being culled: set if it reaches the block.
var<workgroup> reaching: array<atomic<u32>, WORDS>;
var<workgroup> job: Job;

// The lesser of squared distances: those known, and those from four pixels in a row to the segment from `start` by `delta`.
fn approach(nearest: vec4<f32>, pixels: vec2<f32>, start: vec2<f32>, delta: vec2<f32>) -> vec4<f32> {
    let ex = (pixels.x - start.x) + LANE;
    let ey = (pixels.y - start.y) + 0.5;
    let length2 = dot(delta, delta);
    let inverse = select(0.0, 1.0 / length2, length2 > 0.0);
    let share = clamp((ex * delta.x + ey * delta.y) * inverse, vec4(0.0), vec4(1.0));
    let fx = ex - share * delta.x;
    let fy = ey - share * delta.y;
    return min(nearest, fx * fx + fy * fy);
}

fn profiles(distances2: vec4<f32>) -> vec4<f32> {
    let beyond = max((sqrt(distances2) - frame.half_width) / frame.fall, vec4(0.0));
    let left = max(1.0 - beyond * beyond, vec4(0.0));
    let left4 = (left * left) * (left * left);
    return left4 * left4 * left4;
}

fn reaches_block(reference: StripRef, middle: vec2<f32>, half: vec2<f32>) -> bool {
    let strip = strips[reference.strip];
    let at = in_pixels(reference.at);
    let reach = half + frame.half_width + frame.fall;
    return all(middle >= at + strip.low - reach) && all(middle <= at + strip.high + reach);
}

@compute @workgroup_size(invocations_across, invocations_down)
fn visit(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    if index == 0u {
        job = jobs[group.z];
    }
    let own = workgroupUniformLoad(&job);
    let block = vec2(invocations_across * LANES, invocations_down);
    let place = group.xy * block + local.xy * vec2(LANES, 1u);
    let pixels = vec2<f32>(place);
    let half = vec2<f32>(block) * 0.5;
    let middle = vec2<f32>(group.xy * block) + half;
    let texel = corner(own.slot) + place;

    var sum = vec4(0.0);
    if own.adds != 0u {
        for (var lane = 0u; lane < LANES; lane += 1u) {
            sum[lane] = textureLoad(heat, texel + vec2(lane, 0u)).x;
        }
    }
    var nearest = FAR;
    var activity = 0xffffffffu;
    for (var first = 0u; first < own.count; first += invocations) {
        if index < WORDS {
            atomicStore(&reaching[index], 0u);
        }
        workgroupBarrier();
        let candidate = first + index;
        if candidate < own.count && reaches_block(refs[own.first + candidate], middle, half) {
            atomicOr(&reaching[index / 32u], 1u << (index % 32u));
        }
        workgroupBarrier();
        for (var word = 0u; word * 32u < invocations; word += 1u) {
            var bits = atomicLoad(&reaching[word]);
            while bits != 0u {
                let reference = refs[own.first + first + word * 32u + firstTrailingBit(bits)];
                bits &= bits - 1u;
                let strip = strips[reference.strip];
                if strip.activity != activity {
                    sum += profiles(nearest);
                    nearest = FAR;
                    activity = strip.activity;
                }
                var at = reference.at;
                if strip.len == 1u {
                    nearest = approach(nearest, pixels, in_pixels(at), vec2(0.0));
                }
                for (var i = 0u; i + 1u < strip.len; i += 1u) {
                    let step = step_after(strip.first + i);
                    nearest = approach(nearest, pixels, in_pixels(at), in_pixels(step));
                    at += step;
                }
            }
        }
        workgroupBarrier();
    }
    sum += profiles(nearest);
    for (var lane = 0u; lane < LANES; lane += 1u) {
        textureStore(heat, texel + vec2(lane, 0u), vec4(sum[lane], 0.0, 0.0, 0.0));
    }
}
