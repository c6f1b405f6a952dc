// Visits: each activity adds its line profile once to every pixel, by its nearest approach.

// Some strips of a tile, whole activities, for one dispatch.
struct StripRange {
    slot: u32,
    first: u32,
    count: u32,
    // 0 for the first job of a tile: what the atlas holds is then of another tile.
    accumulate: u32,
}

@group(0) @binding(4) var<storage, read> strip_ranges: array<StripRange>;
@group(0) @binding(5) var heat: texture_storage_2d<r32float, read_write>;

// Pixels of a row that an invocation owns: what it learns of an edge serves four distances.
const LANES = 4u;
const LANE_CENTRES = vec4(0.5, 1.5, 2.5, 3.5);
// A workgroup owns a block of pixels. Its shape depends on the kind of adapter.
override invocations_across: u32;
override invocations_down: u32;
override invocations: u32 = invocations_across * invocations_down;
// Words that hold a bit for each invocation.
override mask_words: u32 = (invocations + 31u) / 32u;
// A squared distance at which every profile is 0.
const FAR = vec4(3e38);

var<workgroup> shared_range: StripRange;
// A bit for each invocation: set if the strip, and later the edge, that it looks at reaches the block.
var<workgroup> reach_bits: array<atomic<u32>, mask_words>;
// Those strips that reach the block, in order, and how many.
var<workgroup> near_strips: array<u32, invocations>;
var<workgroup> near_strip_count: u32;
// An edge for each invocation: start and step in pixels, and its activity.
var<workgroup> edges: array<vec4<f32>, invocations>;
var<workgroup> activities: array<u32, invocations>;

// The minimum of the known squared distances and those of four adjacent pixels to the edge from `start` by `delta`.
fn lower_distances(nearest: vec4<f32>, first_pixel: vec2<f32>, start: vec2<f32>, delta: vec2<f32>) -> vec4<f32> {
    let ex = (first_pixel.x - start.x) + LANE_CENTRES;
    let ey = (first_pixel.y - start.y) + 0.5;
    let length2 = dot(delta, delta);
    let inverse_length2 = select(0.0, 1.0 / length2, length2 > 0.0);
    let t = clamp((ex * delta.x + ey * delta.y) * inverse_length2, vec4(0.0), vec4(1.0));
    let fx = ex - t * delta.x;
    let fy = ey - t * delta.y;
    return min(nearest, fx * fx + fy * fy);
}

// Whether a box, grown by the reach, meets the block of the workgroup.
fn reaches_block(box_min: vec2<f32>, box_max: vec2<f32>, centre: vec2<f32>, half_size: vec2<f32>) -> bool {
    let distance = half_size + frame.reach;
    return all(centre >= box_min - distance) && all(centre <= box_max + distance);
}

// Looks at an edge of a strip, and keeps it for all if it meets the block. A dot is an edge without length.
fn cull_edge(placed: PlacedStrip, edge: u32, index: u32, centre: vec2<f32>, half_size: vec2<f32>) {
    let strip = strips[placed.strip];
    if edge >= max(strip.len, 2u) - 1u {
        return;
    }
    var lattice_start = placed.start;
    for (var i = 0u; i < edge; i += 1u) {
        lattice_start += step_after(strip.first + i);
    }
    let start = in_pixels(lattice_start);
    var delta = vec2(0.0);
    if strip.len > 1u {
        delta = in_pixels(step_after(strip.first + edge));
    }
    if reaches_block(min(start, start + delta), max(start, start + delta), centre, half_size) {
        edges[index] = vec4(start, delta);
        activities[index] = strip.activity;
        atomicOr(&reach_bits[index / 32u], 1u << (index % 32u));
    }
}

@compute @workgroup_size(invocations_across, invocations_down)
fn visit(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    if index == 0u {
        shared_range = strip_ranges[group.z];
    }
    let range = workgroupUniformLoad(&shared_range);
    let block = vec2(invocations_across * LANES, invocations_down);
    let pixel = group.xy * block + local.xy * vec2(LANES, 1u);
    let first_pixel = vec2<f32>(pixel);
    let half_size = vec2<f32>(block) * 0.5;
    let centre = vec2<f32>(group.xy * block) + half_size;
    let texel = slot_origin(range.slot) + pixel;

    var sum = vec4(0.0);
    if range.accumulate != 0u {
        for (var lane = 0u; lane < LANES; lane += 1u) {
            sum[lane] = textureLoad(heat, texel + vec2(lane, 0u)).x;
        }
    }
    var nearest = FAR;
    var activity = 0xffffffffu;
    for (var first = 0u; first < range.count; first += invocations) {
        // Strips, one for each invocation ...
        if index < mask_words {
            atomicStore(&reach_bits[index], 0u);
        }
        workgroupBarrier();
        let candidate = first + index;
        var reaches = false;
        if candidate < range.count {
            let placed = placed_strips[range.first + candidate];
            let start = in_pixels(placed.start);
            let strip = strips[placed.strip];
            reaches = reaches_block(start + strip.min, start + strip.max, centre, half_size);
        }
        if reaches {
            atomicOr(&reach_bits[index / 32u], 1u << (index % 32u));
        }
        workgroupBarrier();
        var rank = 0u;
        for (var word = 0u; word < index / 32u; word += 1u) {
            rank += countOneBits(atomicLoad(&reach_bits[word]));
        }
        let own_bits = atomicLoad(&reach_bits[index / 32u]);
        rank += countOneBits(own_bits & ((1u << (index % 32u)) - 1u));
        if reaches {
            near_strips[rank] = range.first + candidate;
        }
        if index == invocations - 1u {
            near_strip_count = rank + u32(reaches);
        }
        let count = workgroupUniformLoad(&near_strip_count);
        // ... then the edges of those that reach the block, one for each invocation ...
        for (var strip = 0u; strip < count; strip += invocations / STRIP_EDGES) {
            if index < mask_words {
                atomicStore(&reach_bits[index], 0u);
            }
            workgroupBarrier();
            let near = strip + index / STRIP_EDGES;
            if near < count {
                cull_edge(placed_strips[near_strips[near]], index % STRIP_EDGES, index, centre, half_size);
            }
            workgroupBarrier();
            // ... and those of them that do, all for every invocation.
            for (var word = 0u; word < mask_words; word += 1u) {
                var bits = atomicLoad(&reach_bits[word]);
                while bits != 0u {
                    let edge_index = word * 32u + firstTrailingBit(bits);
                    bits &= bits - 1u;
                    if activities[edge_index] != activity {
                        sum += profiles(nearest);
                        nearest = FAR;
                        activity = activities[edge_index];
                    }
                    let edge = edges[edge_index];
                    nearest = lower_distances(nearest, first_pixel, edge.xy, edge.zw);
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
