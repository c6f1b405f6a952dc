// Means: what visit.wgsl keeps of the current activity for four adjacent pixels of a layer of means, and its pixels. Twin
// of src/engine/raster/cpu/means.rs. VALUES is the number of values of the quantity. A track has the smallest distance, the integral of the heat along the edges where the quantity is
// known, and those of the heat times each of its values.

// Columns of the quantity on the edge that ends at each vertex: the known share of the edge, and its values times that.
@group(0) @binding(7) var<storage, read> edge_values: array<f32>;

// No loops over values: Mesa's software adapter counts the iterations of every loop of an invocation.
struct Track {
    squared: vec4<f32>,
    known: vec4<f32>,
    first: vec4<f32>,
    second: vec4<f32>,
}

// Columns of each edge in shared memory: its known share, first and second value.
var<workgroup> shared_values: array<vec3<f32>, invocations>;

fn no_track() -> Track {
    return Track(FAR, vec4(0.0), vec4(0.0), vec4(0.0));
}

fn store_edge_values(index: u32, end_vertex: u32) {
    let column = end_vertex * (VALUES + 1u);
    var columns = vec3(edge_values[column], edge_values[column + 1u], 0.0);
    if VALUES > 1u {
        columns.z = edge_values[column + VALUES];
    }
    shared_values[index] = columns;
}

fn with_edge(before: Track, edge: vec4<f32>, index: u32, first_pixel: vec2<f32>) -> Track {
    let delta = edge.zw;
    let length = sqrt(dot(delta, delta));
    // A dot is on no way.
    if length == 0.0 {
        return before;
    }
    let along_edge = delta / length;
    let ex = (first_pixel.x - edge.x) + LANE_CENTRES;
    let ey = (first_pixel.y - edge.y) + 0.5;
    let along = ex * along_edge.x + ey * along_edge.y;
    let across = ex * along_edge.y - ey * along_edge.x;
    let share = blur_integrals(along * frame.along_per_pixel) - blur_integrals((along - length) * frame.along_per_pixel);
    let heat = max(profiles(abs(across)) * share, vec4(0.0));
    let columns = shared_values[index];
    var track = before;
    track.squared = min(track.squared, squared_distances(edge, first_pixel));
    track.known += heat * columns.x;
    track.first += heat * columns.y;
    if VALUES > 1u {
        track.second += heat * columns.z;
    }
    return track;
}

override FAINT_HEAT: f32;

// Sums of weights and of values. A tile has a slot for each sum, one after another: first that of the weights.
struct Pixels {
    weights: Sums,
    first: Sums,
    second: Sums,
}

fn load_pixels(slot: u32, pixel: vec2<u32>) -> Pixels {
    var pixels: Pixels;
    pixels.weights = load_sums(slot_origin(slot) + pixel);
    pixels.first = load_sums(slot_origin(slot + 1u) + pixel);
    if VALUES > 1u {
        pixels.second = load_sums(slot_origin(slot + VALUES) + pixel);
    }
    return pixels;
}

fn store_pixels(slot: u32, pixel: vec2<u32>, pixels: Pixels) {
    store_sums(slot_origin(slot) + pixel, carried(pixels.weights));
    store_sums(slot_origin(slot + 1u) + pixel, carried(pixels.first));
    if VALUES > 1u {
        store_sums(slot_origin(slot + VALUES) + pixel, carried(pixels.second));
    }
}

// Adds an activity. At most 32 activities may be added before `settled`.
fn with_track(before: Pixels, track: Track, activity: u32) -> Pixels {
    var pixels = before;
    let factor = profiles(sqrt(track.squared)) / (track.known + FAINT_HEAT);
    pixels.weights.low += quanta(factor * track.known);
    pixels.first.low += quanta(factor * track.first);
    if VALUES > 1u {
        pixels.second.low += quanta(factor * track.second);
    }
    return pixels;
}

fn settled(before: Pixels) -> Pixels {
    var pixels = Pixels(carried(before.weights), carried(before.first), before.second);
    if VALUES > 1u {
        pixels.second = carried(before.second);
    }
    return pixels;
}
