// Visits: each activity adds its line profile once to every pixel, at its smallest distance from the pixel.
//
// A workgroup draws one block of pixels of one tile, an invocation LANES adjacent pixels of ROWS rows. A dispatch draws
// one strip range per tile (group.z). The workgroup processes the range in portions of one strip per invocation:
// 1. Each invocation tests the bounding box of one strip against the block. The strips that reach the block are
//    compacted into near_strips; the index of a strip there is the number of reaching strips before it.
// 2. Each invocation tests one edge of a near strip, STRIP_EDGES invocations per strip, and stores the edge if the edge
//    reaches the block.
// 3. Each invocation goes through all stored edges in order, each of which changes the track of its pixels: what they
//    have seen of the activity. Whenever the activity changes, the track is added to the pixels and starts again.
// Strips are sorted by activity and all steps keep their order, so each activity is added exactly once. Finally each
// invocation writes its pixels to the atlas. What a track holds is the matter of accumulator.wgsl
// or means.wgsl; what a pixel holds and how it takes an activity, of sum_store.wgsl, step_store.wgsl or means.wgsl.

// Consecutive placed strips of one tile, whole activities, drawn in one dispatch.
struct StripRange {
    slot: u32,
    first: u32,
    count: u32,
    // 0 for the first range of a tile, which overwrites the heat of an earlier tile; 1 adds to the heat in the atlas.
    accumulate: u32,
}

@group(0) @binding(4) var<storage, read> strip_ranges: array<StripRange>;
@group(0) @binding(5) var high_plane: texture_storage_2d<r32float, read_write>;
@group(0) @binding(6) var low_plane: texture_storage_2d<r32float, read_write>;

// Pixels of an invocation across and down: one edge loaded from shared memory serves them all.
const LANES = 4u;
const ROWS = 4u;
// Words of a mask with one bit per invocation.
override mask_words: u32 = (invocations + 31u) / 32u;

// The strip range of the workgroup, loaded once.
var<workgroup> shared_range: StripRange;
// Bit i is set if the strip (in step 1) or the edge (in step 2) of invocation i reaches the block.
var<workgroup> reach_bits: array<atomic<u32>, mask_words>;
// Indices into placed_strips of the strips that reach the block.
var<workgroup> near_strips: array<u32, invocations>;
var<workgroup> near_strip_count: u32;
// Edge of each invocation as start and step in pixels, and its activity.
var<workgroup> edges: array<vec4<f32>, invocations>;
var<workgroup> activities: array<u32, invocations>;

// Returns true if a bounding box comes within the reach of the block.
fn reaches_block(box_min: vec2<f32>, box_max: vec2<f32>, centre: vec2<f32>, half_size: vec2<f32>) -> bool {
    let distance = half_size + frame.reach;
    return all(centre >= box_min - distance) && all(centre <= box_max + distance);
}

// Stores edge number `edge` of a strip for the workgroup if it reaches the block. A dot is an edge of length 0.
fn cull_edge(placed: PlacedStrip, edge: u32, index: u32, centre: vec2<f32>, half_size: vec2<f32>) {
    let strip = strips[placed.strip];
    if edge >= max(strip.len, 2u) - 1u {
        return;
    }
    let vertex_index = strip.first + edge;
    let start = in_pixels(placed.start + offset_between(strip.first, vertex_index));
    var delta = vec2(0.0);
    if strip.len > 1u {
        delta = in_pixels(offset_between(vertex_index, vertex_index + 1u));
    }
    if reaches_block(min(start, start + delta), max(start, start + delta), centre, half_size) {
        edges[index] = vec4(start, delta);
        activities[index] = strip.activity;
        store_edge_values(index, min(vertex_index + 1u, strip.first + strip.len - 1u));
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
    let block = vec2(invocations_across * LANES, invocations_down * ROWS);
    let pixel = group.xy * block + local.xy * vec2(LANES, ROWS);
    let first_pixel = vec2<f32>(pixel);
    let half_size = vec2<f32>(block) * 0.5;
    let centre = vec2<f32>(group.xy * block) + half_size;

    var pixels: array<Pixels, ROWS>;
    var tracks: array<Track, ROWS>;
    for (var row = 0u; row < ROWS; row += 1u) {
        if range.accumulate != 0u {
            pixels[row] = load_pixels(range.slot, pixel + vec2(0u, row));
        }
        tracks[row] = no_track();
    }
    var activity = 0xffffffffu;
    for (var first = 0u; first < range.count; first += invocations) {
        // Step 1: strips.
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
        // Includes a barrier: near_strips is complete afterwards.
        let count = workgroupUniformLoad(&near_strip_count);
        // Step 2: edges of the near strips.
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
            // Step 3: distances to the stored edges.
            for (var word = 0u; word < mask_words; word += 1u) {
                var bits = atomicLoad(&reach_bits[word]);
                while bits != 0u {
                    let edge_index = word * 32u + firstTrailingBit(bits);
                    bits &= bits - 1u;
                    if activities[edge_index] != activity {
                        for (var row = 0u; row < ROWS; row += 1u) {
                            pixels[row] = with_track(pixels[row], tracks[row], activity);
                            tracks[row] = no_track();
                        }
                        activity = activities[edge_index];
                    }
                    let edge = edges[edge_index];
                    for (var row = 0u; row < ROWS; row += 1u) {
                        let row_pixel = first_pixel + vec2(0.0, f32(row));
                        tracks[row] = with_edge(tracks[row], edge, edge_index, row_pixel);
                    }
                }
                // A word has 32 edges, so at most 32 activities were added.
                for (var row = 0u; row < ROWS; row += 1u) {
                    pixels[row] = settled(pixels[row]);
                }
            }
            workgroupBarrier();
        }
    }
    for (var row = 0u; row < ROWS; row += 1u) {
        let last = with_track(pixels[row], tracks[row], activity);
        store_pixels(range.slot, pixel + vec2(0u, row), last);
    }
}
