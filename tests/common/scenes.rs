//! Random scenes for property tests: a few activities around a corner of four tiles.

use proptest::prelude::*;
use trailglow::engine::accumulation::Value;
use trailglow::engine::drawing::{Drawing, LEFT_OUT};
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::path::Path;
use trailglow::engine::geometry::polyline::Polyline;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::quantity::{COLUMNS, Integrals, QUANTITIES, QuantitySet};
use trailglow::engine::tone::level_code::LevelCode;

/// Activities, each a list of polylines with canvas positions as vertices.
#[derive(Clone, Debug)]
pub struct Scene {
    pub activities: Vec<Vec<Vec<CanvasPosition>>>,
}

/// Milliseconds per canvas unit at the speed of one unit of time.
const MS_PER_UNIT: f64 = 0.9331;

/// Times and measurements of a line.
#[derive(Clone, Debug)]
pub struct Movement {
    pub times: Vec<u32>,
    pub integrals: Vec<Integrals>,
}

/// Movement at varying speeds, with varying values that are unknown on some edges.
pub fn varied(line: &[CanvasPosition]) -> Movement {
    Movement { times: varied_times(line), integrals: integrals(line, varied_values) }
}

/// For each quantity 1 or 0 on an edge, known or unknown, and its values as shares: waves of several lengths.
fn varied_values(edge: usize) -> [f32; COLUMNS] {
    let wave = |length: f32| 0.5 + 0.4 * (edge as f32 / length).sin();
    let known = |is_known: bool| f32::from(u8::from(is_known));
    let slope = 2.0 * wave(5.0) - 1.0;
    let values = [
        (known(edge % 17 != 3), wave(3.0)),
        (known(edge % 13 > 2), wave(7.0)),
        (1.0, wave(11.0)),
        (1.0, slope.max(0.0)),
    ];
    let [speed, heart, height, up] = values;
    [speed.0, speed.1, heart.0, heart.1, height.0, height.1, up.0, up.1, (-slope).max(0.0)]
}

/// Integrals over the edges of a line, from the known shares and values of each edge.
pub fn integrals(line: &[CanvasPosition], values: fn(usize) -> [f32; COLUMNS]) -> Vec<Integrals> {
    let edges = line.windows(2).enumerate().map(|(edge, pair)| {
        let east = f64::from(pair[1][0].wrapping_sub(pair[0][0]) as i32);
        let length = east.hypot(f64::from(pair[1][1]) - f64::from(pair[0][1])) as f32;
        let mut row = values(edge);
        for quantity in QUANTITIES {
            let known = row[quantity.first_column()];
            row[quantity.first_column() + 1..quantity.column_range().end].iter_mut().for_each(|value| *value *= known);
        }
        row.map(|share| share * length)
    });
    std::iter::once([0.0; COLUMNS]).chain(edges).collect()
}

/// Times of a line with five speeds, and seconds of rest on every seventh edge and where a vertex is repeated.
pub fn varied_times(line: &[CanvasPosition]) -> Vec<u32> {
    let rests = |edge: usize| edge % 7 == 3 || line[edge] == line[edge + 1];
    times(line, |edge| ([1.0, 0.4, 3.0, 0.0, 1.5][edge % 5], if rests(edge) { 9000.0 } else { 0.0 }))
}

/// Times of a line, from the slowness of each edge, 1 for heat 1 in layers of time, and a stay on it in ms. Lines of more
/// than 46 days are faster.
pub fn times(line: &[CanvasPosition], edge: impl Fn(usize) -> (f64, f64)) -> Vec<u32> {
    let mut now = 0.0;
    let elapsed = line.windows(2).enumerate().map(|(number, pair)| {
        let east = f64::from(pair[1][0].wrapping_sub(pair[0][0]) as i32);
        let (slowness, stay) = edge(number);
        now += stay + slowness * MS_PER_UNIT * east.hypot(f64::from(pair[1][1]) - f64::from(pair[0][1]));
        now
    });
    let elapsed: Vec<f64> = std::iter::once(0.0).chain(elapsed).collect();
    let scale = (4e9 / now).min(1.0);
    elapsed.into_iter().map(|ms| (ms * scale) as u32).collect()
}

/// Polyline of a layer with the given movement.
pub fn polyline(positions: &[CanvasPosition], Movement { times, integrals }: &Movement, layer: &Layer) -> Polyline {
    let path = Path { positions, times, integrals, quantities: QuantitySet::ALL };
    Polyline::simplified(path, 24, layer.simplify)
}

/// One layer of each kind of pixels. The others differ in colours, or in what the values of activities mean.
pub fn distinct_layers() -> impl Iterator<Item = &'static Layer> {
    let kind = |layer: &Layer| (layer.per_activity, layer.code, layer.simplify, layer.months.is_some());
    let is_first = move |number: usize| !LAYERS[..number].iter().any(|other| kind(other) == kind(&LAYERS[number]));
    (0..LAYERS.len()).filter(move |number| is_first(*number)).map(|number| &LAYERS[number])
}

/// A drawing of a layer in which the values of the activities go round: the classes of class layers, some of the steps of
/// step layers. Layers of the last months leave out every fourth activity.
pub fn numbered(activities: usize, layer: &'static Layer) -> Drawing {
    let value = |activity: usize| match layer.code {
        LevelCode::Class(code) => (activity * 3 % usize::from(code.classes)) as u8,
        LevelCode::Step(_) => (activity * 7 % 36) as u8,
        LevelCode::Heat(_) if activity % 4 == 3 => LEFT_OUT,
        LevelCode::Heat(_) | LevelCode::Value(_) => 0,
    };
    let is_plain = layer.value == Value::One && layer.months.is_none();
    Drawing { values: (!is_plain).then(|| (0..activities).map(value).collect()), ..Drawing::of_all(layer) }
}

/// Polylines with steps of up to 40 pixels of a zoom along each axis.
pub fn scene(zoom: u8) -> impl Strategy<Value = Scene> {
    let pixel = 1i64 << (24 - zoom);
    let step = (-40 * pixel..=40 * pixel, -40 * pixel..=40 * pixel);
    let start = (-300 * pixel..=300 * pixel, -300 * pixel..=300 * pixel);
    let polyline_steps = (start, prop::collection::vec(step, 0..40));
    let activity_steps = prop::collection::vec(polyline_steps, 1..3);
    (any::<u16>(), prop::collection::vec(activity_steps, 1..6)).prop_map(move |(corner, activities)| {
        let corner = tile_corner(zoom, corner);
        let polyline = |(start, steps): &((i64, i64), Vec<(i64, i64)>)| {
            let mut at = [corner[0] + start.0, clamp_y(corner[1] + start.1)];
            let mut vertices = vec![at];
            for (dx, dy) in steps {
                at = [at[0] + dx, clamp_y(at[1] + dy)];
                vertices.push(at);
            }
            vertices.into_iter().map(|[x, y]| [x as u32, y as u32]).collect()
        };
        let polylines = |activity_steps: &Vec<_>| activity_steps.iter().map(polyline).collect();
        Scene { activities: activities.iter().map(polylines).collect() }
    })
}

/// Noisy polylines like recordings of a device: up to 200 vertices at steps of 0.05 to 3 pixels along a winding route.
pub fn jittered(zoom: u8) -> impl Strategy<Value = Scene> {
    let pixel = (1i64 << (24 - zoom)) as f64;
    let activity = (any::<u32>(), 2usize..200, 0.05..3.0f64);
    (any::<u16>(), prop::collection::vec(activity, 1..4)).prop_map(move |(corner, activities)| {
        let corner = tile_corner(zoom, corner);
        let track = |(seed, points, step): &(u32, usize, f64)| {
            let phase = f64::from(*seed) / 1e6;
            let mut at = [phase.sin() * 60.0, phase.cos() * 60.0];
            let position = |i: usize| {
                let i = i as f64;
                let heading = phase + (i * 0.07).sin() * 2.0 + (i * phase).sin() * 0.4;
                at = [at[0] + step * heading.cos(), at[1] + step * heading.sin()];
                let [x, y] = at;
                [(corner[0] + (x * pixel) as i64) as u32, clamp_y(corner[1] + (y * pixel) as i64) as u32]
            };
            // Every ninth vertex is repeated: a stay, in layers of time.
            let route: Vec<CanvasPosition> = (0..*points).map(position).collect();
            let repeated = |(i, at): (usize, CanvasPosition)| vec![at; 1 + usize::from(i % 9 == 4)];
            vec![route.into_iter().enumerate().flat_map(repeated).collect()]
        };
        Scene { activities: activities.iter().map(track).collect() }
    })
}

/// Corner of a tile, sometimes on the antimeridian.
fn tile_corner(zoom: u8, pick: u16) -> [i64; 2] {
    let across = 1i64 << zoom;
    let tile = 1i64 << (32 - zoom);
    let (column, row) = (i64::from(pick % 7) * across / 7, i64::from(pick % 5) * across / 5);
    [column * tile, row * tile]
}

fn clamp_y(y: i64) -> i64 {
    y.clamp(0, i64::from(u32::MAX))
}
