// Accumulator: what visit.wgsl keeps of the current activity for four adjacent pixels of a layer of visits, the smallest
// distance. Layers of means have means.wgsl instead.

struct Track {
    squared: vec4<f32>,
}

fn no_track() -> Track {
    return Track(FAR);
}

// Visits need no values of edges.
fn store_edge_values(index: u32, end_vertex: u32) {}

fn with_edge(track: Track, edge: vec4<f32>, index: u32, first_pixel: vec2<f32>) -> Track {
    return Track(min(track.squared, squared_distances(edge, first_pixel)));
}

// Adds the activity to the pixels.
fn with_track(pixels: Pixels, track: Track, activity: u32) -> Pixels {
    return with_activity(pixels, profiles(sqrt(track.squared)), activity);
}
