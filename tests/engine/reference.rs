//! The slow, plain truth: every pixel asks every segment of every activity, in f64, on the points as they are.
//!
//! Shares no code with the program: the canvas, the widths and the scale are stated again.

use crate::scenes::Scene;

/// Half width, softness by zoom: the anchors that the program states, interpolated by their logarithms.
fn width(zoom: u8) -> (f64, f64) {
    const ANCHORS: [(f64, f64, f64); 7] = [
        (0.0, 0.25, 0.46),
        (8.0, 0.30, 0.54),
        (10.0, 0.34, 0.64),
        (14.0, 0.50, 1.45),
        (16.0, 0.75, 2.40),
        (18.0, 1.20, 4.00),
        (20.0, 1.80, 6.40),
    ];
    let zoom = f64::from(zoom);
    let pair = ANCHORS.windows(2).find(|pair| zoom <= pair[1].0).expect("a zoom up to 20");
    let share = (zoom - pair[0].0) / (pair[1].0 - pair[0].0);
    let between = |a: f64, b: f64| (a.ln() * (1.0 - share) + b.ln() * share).exp();
    (between(pair[0].1, pair[1].1), between(pair[0].2, pair[1].2))
}

fn heat_at(distance: f64, half_width: f64, sigma: f64) -> f64 {
    let share = ((distance - half_width).max(0.0) / (5.0 * sigma)).min(1.0);
    (1.0 - share.powi(2)).powi(12)
}

fn level(heat: f64) -> u8 {
    let level = if heat <= 1.0 { 16.0 * heat } else { 16.0 + 12.0 * heat.log2() };
    level.round().min(255.0) as u8
}

fn distance_to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length2 = ab[0] * ab[0] + ab[1] * ab[1];
    let share = if length2 > 0.0 { ((ap[0] * ab[0] + ap[1] * ab[1]) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (ap[0] - share * ab[0]).hypot(ap[1] - share * ab[1])
}

/// A line in pixels, continuous over the antimeridian.
fn in_pixels(line: &[[u32; 2]], zoom: u8) -> Vec<[f64; 2]> {
    let pixel = f64::from(2u32.pow(24 - u32::from(zoom)));
    let mut x = f64::from(line[0][0]);
    let mut last = line[0][0];
    let place = |p: &[u32; 2]| {
        let ahead = f64::from(p[0]) - f64::from(last);
        let world = 4_294_967_296.0;
        x += if ahead > world / 2.0 {
            ahead - world
        } else if ahead < -world / 2.0 {
            ahead + world
        } else {
            ahead
        };
        last = p[0];
        [x / pixel, f64::from(p[1]) / pixel]
    };
    line.iter().map(place).collect()
}

/// Tiles that hold a point of the scene.
pub fn tiles(scene: &Scene, zoom: u8) -> Vec<(u32, u32)> {
    let tile = |p: &[u32; 2]| {
        let shift = 32 - u32::from(zoom);
        ((u64::from(p[0]) >> shift) as u32, (u64::from(p[1]) >> shift) as u32)
    };
    let mut tiles: Vec<_> = scene.activities.iter().flatten().flatten().map(tile).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles.truncate(2);
    tiles
}

/// The levels of a tile.
pub fn levels(scene: &Scene, zoom: u8, x: u32, y: u32) -> Vec<u8> {
    let (half_width, sigma) = width(zoom);
    let across = 256.0 * f64::from(1u32 << zoom);
    let lines: Vec<Vec<Vec<[f64; 2]>>> =
        scene.activities.iter().map(|lines| lines.iter().map(|line| in_pixels(line, zoom)).collect()).collect();
    let pixel = |index: usize| {
        let p = [f64::from(x) * 256.0 + (index % 256) as f64 + 0.5, f64::from(y) * 256.0 + (index / 256) as f64 + 0.5];
        let to_line = |line: &Vec<[f64; 2]>| {
            let ends = line.windows(2).map(|pair| (pair[0], pair[1])).chain([(line[0], line[0])]);
            // The world repeats to the east and west.
            ends.flat_map(|(a, b)| [-across, 0.0, across].map(|turn| distance_to_segment([p[0] + turn, p[1]], a, b)))
                .fold(f64::INFINITY, f64::min)
        };
        let nearest = |activity: &Vec<Vec<[f64; 2]>>| activity.iter().map(to_line).fold(f64::INFINITY, f64::min);
        level(lines.iter().map(|activity| heat_at(nearest(activity), half_width, sigma)).sum())
    };
    (0..65536).map(pixel).collect()
}
