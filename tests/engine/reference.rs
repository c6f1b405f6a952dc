//! Slow reference renderer: tests every pixel against every edge of every activity, in f64, on the unsimplified points.
//!
//! It shares no code with the engine and states the canvas, the line widths and the level scale independently.

use crate::scenes::{Movement, Scene, varied};

/// Half width and sigma of a line in pixels: anchors by zoom, interpolated logarithmically.
fn line_width(zoom: u8) -> (f64, f64) {
    const ANCHORS: [(f64, f64, f64); 7] = [
        (0.0, 0.18, 0.36),
        (9.0, 0.20, 0.4145),
        (13.0, 0.454, 1.182),
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

/// Position of a pixel centre relative to an edge, in pixels.
#[derive(Clone, Copy)]
pub struct EdgeOffset {
    along: f64,
    across: f64,
    length: f64,
    /// Duration of the edge.
    ms: f64,
    /// Known shares and values of the edge.
    values: [f64; 9],
}

/// An edge in pixels, its duration in ms, and what is known of it: for each quantity 1 or 0 and its values times that.
#[derive(Clone, Copy)]
struct Edge {
    a: [f64; 2],
    b: [f64; 2],
    ms: f64,
    values: [f64; 9],
}

fn edge_offset(p: [f64; 2], Edge { a, b, ms, values }: Edge) -> EdgeOffset {
    let ([dx, dy], [px, py]) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length = dx.hypot(dy);
    let [ux, uy] = if length > 0.0 { [dx / length, dy / length] } else { [1.0, 0.0] };
    EdgeOffset { along: px * ux + py * uy, across: px * uy - py * ux, length, ms, values }
}

fn distance_to_edge(EdgeOffset { along, across, length, .. }: EdgeOffset) -> f64 {
    (along - along.clamp(0.0, length)).hypot(across)
}

/// Integral of the profile along an edge, blurred along the edge by (1 - t²)⁶. Simpson's rule in steps of 1/100 of the
/// blur radius.
fn integral_of_edge(EdgeOffset { along, across, length, .. }: EdgeOffset, half_width: f64, sigma: f64) -> f64 {
    let blur = 5.0 * sigma / 2f64.sqrt();
    let (from, to) = ((-along / blur).clamp(-1.0, 1.0), ((length - along) / blur).clamp(-1.0, 1.0));
    let steps = 2 * ((to - from) * 50.0).ceil() as u32;
    let weight = |step: u32| if step == 0 || step == steps { 1.0 } else { f64::from(2 + 2 * (step % 2)) };
    let at = |step: u32| (1.0 - (from + (to - from) * f64::from(step) / f64::from(steps)).powi(2)).powi(6);
    let sum: f64 = (0..=steps).map(|step| weight(step) * at(step)).sum();
    // 2048/3003 is the integral of (1 - t²)⁶ from -1 to 1.
    let share = if steps > 0 { sum * (to - from) / f64::from(3 * steps) / (2048.0 / 3003.0) } else { 0.0 };
    heat_at(across.abs(), half_width, sigma) * share
}

/// Line in pixels, continuous over the antimeridian.
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

/// The first two tiles that contain a point of the scene.
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

/// Contribution of an activity to a pixel.
pub type PerActivity = fn(&[EdgeOffset], f64, f64, u8) -> f64;

/// Profile at the smallest distance.
pub fn visits(edges: &[EdgeOffset], half_width: f64, sigma: f64, _: u8) -> f64 {
    let nearest = edges.iter().map(|edge| distance_to_edge(*edge)).fold(f64::INFINITY, f64::min);
    heat_at(nearest, half_width, sigma)
}

/// Integral of the blurred profile along the line.
pub fn passes(edges: &[EdgeOffset], half_width: f64, sigma: f64, _: u8) -> f64 {
    edges.iter().map(|edge| integral_of_edge(*edge, half_width, sigma)).sum()
}

/// Time near a pixel, in passages at 10 m/s at the equator.
pub fn time(edges: &[EdgeOffset], half_width: f64, sigma: f64, zoom: u8) -> f64 {
    let passage_ms = 40_075_016.686 / (256.0 * f64::from(zoom).exp2()) / 10.0 * 1000.0;
    // Of a stay, the time is spread over the plane; of a passage, only along the line.
    let step = 5.0 * sigma / 1000.0;
    let distances = || (0..1000 + (half_width / step) as u32).map(|i| (f64::from(i) + 0.5) * step);
    let line: f64 = distances().map(|d| 2.0 * step * heat_at(d, half_width, sigma)).sum();
    let plane: f64 = distances().map(|d| std::f64::consts::TAU * d * step * heat_at(d, half_width, sigma)).sum();
    let heat = |edge: &EdgeOffset| match edge.length > 0.0 {
        true => integral_of_edge(*edge, half_width, sigma) / edge.length,
        false => heat_at(distance_to_edge(*edge), half_width, sigma) * line / plane,
    };
    edges.iter().filter(|edge| edge.ms > 0.0).map(|edge| heat(edge) * edge.ms / passage_ms).sum()
}

/// Edges of an activity and their bounding box grown by the reach, in pixels.
struct ActivityEdges {
    edges: Vec<Edge>,
    low: [f64; 2],
    high: [f64; 2],
}

impl ActivityEdges {
    /// Edges including their copies one world to the east and west.
    fn new(lines: &[Vec<[u32; 2]>], zoom: u8, reach: f64) -> Self {
        let across = 256.0 * f64::from(1u32 << zoom);
        let edges_of_line = |line: &Vec<[u32; 2]>| {
            let Movement { times, integrals } = varied(line);
            let line = in_pixels(line, zoom);
            let dot = (line.len() == 1).then_some(Edge { a: line[0], b: line[0], ms: 0.0, values: [0.0; 9] });
            let canvas_pixel = f64::from(2u32.pow(24 - u32::from(zoom)));
            let edge = |edge: usize| {
                let (a, b) = (line[edge], line[edge + 1]);
                let length = canvas_pixel * (b[0] - a[0]).hypot(b[1] - a[1]);
                let share = |integral: f32| if length > 0.0 { f64::from(integral) / length } else { 0.0 };
                let ms = f64::from(times[edge + 1] - times[edge]);
                Edge { a, b, ms, values: integrals[edge + 1].map(share) }
            };
            (0..line.len() - 1).map(edge).chain(dot).collect::<Vec<_>>()
        };
        let world_copies = |Edge { a, b, ms, values }: Edge| {
            [-across, 0.0, across].map(|turn| Edge { a: [a[0] + turn, a[1]], b: [b[0] + turn, b[1]], ms, values })
        };
        let edges: Vec<_> = lines.iter().flat_map(edges_of_line).flat_map(world_copies).collect();
        let ends = || edges.iter().flat_map(|edge| [edge.a, edge.b]);
        let low = [0, 1].map(|axis| ends().map(|end| end[axis]).fold(f64::INFINITY, f64::min) - reach);
        let high = [0, 1].map(|axis| ends().map(|end| end[axis]).fold(f64::NEG_INFINITY, f64::max) + reach);
        Self { edges, low, high }
    }

    fn edges_within(&self, p: [f64; 2], reach: f64) -> Vec<EdgeOffset> {
        if !(0..2).all(|axis| (self.low[axis]..=self.high[axis]).contains(&p[axis])) {
            return Vec::new();
        }
        let is_within = |&&Edge { a, b, .. }: &&Edge| {
            (0..2).all(|i| a[i].min(b[i]) - reach <= p[i] && p[i] <= a[i].max(b[i]) + reach)
        };
        self.edges.iter().filter(is_within).map(|&edge| edge_offset(p, edge)).collect()
    }
}

/// For each pixel of a tile, the distance of each activity in pixels; infinite beyond the reach.
pub fn distances(scene: &Scene, zoom: u8, x: u32, y: u32) -> Vec<Vec<f64>> {
    let (half_width, sigma) = line_width(zoom);
    let reach = half_width + 5.0 * sigma + 1.0;
    let activities: Vec<ActivityEdges> =
        scene.activities.iter().map(|lines| ActivityEdges::new(lines, zoom, reach)).collect();
    let pixel = |index: usize| {
        let p = [f64::from(x) * 256.0 + (index % 256) as f64 + 0.5, f64::from(y) * 256.0 + (index / 256) as f64 + 0.5];
        let nearest = |lines: &ActivityEdges| {
            lines.edges_within(p, reach).into_iter().map(distance_to_edge).fold(f64::INFINITY, f64::min)
        };
        activities.iter().map(nearest).collect()
    };
    (0..65536).map(pixel).collect()
}

/// Heat of a zoom at a distance in pixels.
pub fn heat_of_zoom(zoom: u8, distance: f64) -> f64 {
    let (half_width, sigma) = line_width(zoom);
    heat_at(distance.max(0.0), half_width, sigma)
}

/// Levels of a tile of heat.
pub fn levels(scene: &Scene, zoom: u8, x: u32, y: u32, per_activity: PerActivity) -> Vec<u8> {
    pixels(scene, zoom, x, y, |activities, half_width, sigma| {
        level(activities.map(|edges| per_activity(&edges, half_width, sigma, zoom)).sum())
    })
}

/// Means of a tile: for each pixel the sum of the weights of the activities, and of their values times the weights. The
/// columns of an edge are those of its known share and of its values.
pub fn means(scene: &Scene, zoom: u8, x: u32, y: u32, columns: [usize; 3]) -> Vec<[f64; 3]> {
    pixels(scene, zoom, x, y, |activities, half_width, sigma| {
        activities.fold([0.0; 3], |sum, edges| {
            let heat = visits(&edges, half_width, sigma, zoom);
            let integral = |column: usize| -> f64 {
                edges.iter().map(|edge| edge.values[column] * integral_of_edge(*edge, half_width, sigma)).sum()
            };
            let [known, first, second] = columns.map(integral);
            // Hardly known parts count less.
            let factor = heat / (known + 1.0 / 1024.0);
            [sum[0] + factor * known, sum[1] + factor * first, sum[2] + factor * second]
        })
    })
}

fn pixels<T>(
    scene: &Scene,
    zoom: u8,
    x: u32,
    y: u32,
    pixel: impl Fn(&mut dyn Iterator<Item = Vec<EdgeOffset>>, f64, f64) -> T,
) -> Vec<T> {
    let (half_width, sigma) = line_width(zoom);
    // Sum of the falloff across a line and the blur beyond its end.
    let reach = half_width + 5.0 * sigma * 2f64.sqrt();
    let activities: Vec<ActivityEdges> =
        scene.activities.iter().map(|lines| ActivityEdges::new(lines, zoom, reach)).collect();
    let at = |index: usize| {
        let p = [f64::from(x) * 256.0 + (index % 256) as f64 + 0.5, f64::from(y) * 256.0 + (index / 256) as f64 + 0.5];
        pixel(&mut activities.iter().map(|lines| lines.edges_within(p, reach)), half_width, sigma)
    };
    (0..65536).map(at).collect()
}
