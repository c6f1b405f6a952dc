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

// Pixels of a row that an invocation owns: what it learns of an edge serves four distances.
const LANES = 4u;
const LANE = vec4(0.5, 1.5, 2.5, 3.5);
// A workgroup owns a block of pixels. Its shape depends on the kind of adapter.
override invocations_across: u32;
override invocations_down: u32;
override invocations: u32 = invocations_across * invocations_down;
// Words that hold a bit for each invocation.
override words: u32 = (invocations + 31u) / 32u;
// A squared distance at which every profile is 0.
const FAR = vec4(3e38);

var<workgroup> job: Job;
// A bit for each invocation: set if the strip, and later the edge, that it looks at reaches the block.
var<workgroup> reaching: array<atomic<u32>, words>;
// Those strips that reach the block, in order, and how many.
var<workgroup> near: array<u32, invocations>;
var<workgroup> near_count: u32;
// An edge for each invocation: start and step in pixels, and its activity.
var<workgroup> edges: array<vec4<f32>, invocations>;
var<workgroup> activities: array<u32, invocations>;

// The minimum of the known squared distances and those of four adjacent pixels to the edge from `start` by `delta`.
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

// Whether a box, grown by the reach, meets the block of the workgroup.
fn meets(low: vec2<f32>, high: vec2<f32>, middle: vec2<f32>, half: vec2<f32>) -> bool {
    let reach = half + frame.reach;
    return all(middle >= low - reach) && all(middle <= high + reach);
}

// Looks at an edge of a strip, and keeps it for all if it meets the block. A dot is an edge without length.
fn look_at(reference: StripRef, number: u32, index: u32, middle: vec2<f32>, half: vec2<f32>) {
    let strip = strips[reference.strip];
    if number >= max(strip.len, 2u) - 1u {
        return;
    }
    var at = reference.at;
    for (var i = 0u; i < number; i += 1u) {
        at += step_after(strip.first + i);
    }
    let start = in_pixels(at);
    var delta = vec2(0.0);
    if strip.len > 1u {
        delta = in_pixels(step_after(strip.first + number));
    }
    if meets(min(start, start + delta), max(start, start + delta), middle, half) {
        edges[index] = vec4(start, delta);
        activities[index] = strip.activity;
        atomicOr(&reaching[index / 32u], 1u << (index % 32u));
    }
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
        // Strips, one for each invocation ...
        if index < words {
            atomicStore(&reaching[index], 0u);
        }
        workgroupBarrier();
        let candidate = first + index;
        var reaches = false;
        if candidate < own.count {
            let reference = refs[own.first + candidate];
            let at = in_pixels(reference.at);
            let strip = strips[reference.strip];
            reaches = meets(at + strip.low, at + strip.high, middle, half);
        }
        if reaches {
            atomicOr(&reaching[index / 32u], 1u << (index % 32u));
        }
        workgroupBarrier();
        var before = 0u;
        for (var word = 0u; word < index / 32u; word += 1u) {
            before += countOneBits(atomicLoad(&reaching[word]));
        }
        let own_word = atomicLoad(&reaching[index / 32u]);
        before += countOneBits(own_word & ((1u << (index % 32u)) - 1u));
        if reaches {
            near[before] = own.first + candidate;
        }
        if index == invocations - 1u {
            near_count = before + u32(reaches);
        }
        let count = workgroupUniformLoad(&near_count);
        // ... then the edges of those that reach the block, one for each invocation ...
        for (var strip = 0u; strip < count; strip += invocations / STRIP_EDGES) {
            if index < words {
                atomicStore(&reaching[index], 0u);
            }
            workgroupBarrier();
            let seen = strip + index / STRIP_EDGES;
            if seen < count {
                look_at(refs[near[seen]], index % STRIP_EDGES, index, middle, half);
            }
            workgroupBarrier();
            // ... and those of them that do, all for every invocation.
            for (var word = 0u; word < words; word += 1u) {
                var bits = atomicLoad(&reaching[word]);
                while bits != 0u {
                    let found = word * 32u + firstTrailingBit(bits);
                    bits &= bits - 1u;
                    if activities[found] != activity {
                        sum += profiles(nearest);
                        nearest = FAR;
                        activity = activities[found];
                    }
                    let edge = edges[found];
                    nearest = approach(nearest, pixels, edge.xy, edge.zw);
                }
            }
            workgroupBarrier();
        }
    }
    sum += profiles(nearest);
    for (var lane = 0u; lane < LANES; lane += 1u) {
        textureStore(heat, texel + vec2(lane, 0u), vec4(sum[lane], 0.0, 0.0, 0.0));
    }
}
