//! Accuracy of the CPU raster against the slow reference renderer in `reference.rs`.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trailglow::engine::accumulation::{self, Measure, Value};
use trailglow::engine::layer::Layer;

use crate::drawing::{draw_layer, grid};
use crate::reference::{self, PerActivity, passes, time, visits};
use crate::scenes::{Scene, distinct_layers, jittered};

fn reference_of(layer: &Layer) -> PerActivity {
    match layer.per_activity {
        accumulation::PerActivity::Nearest | accumulation::PerActivity::Mean(_) => visits,
        accumulation::PerActivity::Integral(Measure::Length) => passes,
        accumulation::PerActivity::Integral(Measure::Time) => time,
    }
}

/// Layers that count all activities. `mean_accuracy.rs` has those of means.
fn counting_layers() -> impl Iterator<Item = &'static Layer> {
    let counts = |layer: &&Layer| layer.value == Value::One && layer.months.is_none() && layer.quantity().is_none();
    distinct_layers().filter(counts)
}

/// Number of lit pixels, number of pixels more than one level off, and the largest deviation in levels.
#[derive(Debug, Default)]
struct Deviation {
    lit: u32,
    above_tolerance: u32,
    max: u8,
}

impl Deviation {
    fn add(&mut self, scene: &Scene, zoom: u8, layer: &'static Layer, expected: PerActivity) {
        let picture = draw_layer(scene, grid(zoom), layer);
        for (x, y) in reference::tiles(scene, zoom) {
            let expected = reference::levels(scene, zoom, x, y, expected);
            let drawn = picture.get(&(x, y)).cloned().unwrap_or_else(|| vec![0; 65536]);
            for (expected, drawn) in expected.iter().zip(&drawn) {
                let deviation = expected.abs_diff(*drawn);
                self.lit += u32::from(*expected > 0);
                self.above_tolerance += u32::from(deviation > 1);
                self.max = self.max.max(deviation);
            }
        }
    }

    /// True if at least 99.5 % of the pixels are at most one level off, and none more than three.
    fn is_within_tolerance(&self) -> bool {
        self.above_tolerance * 200 <= self.lit && self.max <= 3
    }
}

#[test]
fn levels_match_the_reference() {
    let mut wrong = Vec::new();
    for layer in counting_layers() {
        for zoom in [0, 6, 10, 14, 16, 18, 20] {
            let (mut deviation, mut runner) = (Deviation::default(), TestRunner::deterministic());
            for _ in 0..6 {
                let scene = jittered(zoom).new_tree(&mut runner).expect("a scene").current();
                deviation.add(&scene, zoom, layer, reference_of(layer));
            }
            assert!(deviation.lit > 1500, "{}, zoom {zoom}: only {} lit pixels", layer.name, deviation.lit);
            if !deviation.is_within_tolerance() {
                wrong.push(format!("{}, zoom {zoom}: {deviation:?}", layer.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_moved_line_and_a_doubled_line_differ_from_the_reference() {
    let line = |x: u32| vec![vec![[x, 1 << 10], [x, 1 << 17]]];
    let scene = |lines: &[u32]| Scene { activities: lines.iter().map(|column| line(column << 10)).collect() };
    for layer in counting_layers() {
        let deviation = |scene: &Scene, expected: &Scene| {
            let expected = reference::levels(expected, 14, 0, 0, reference_of(layer));
            let drawn = &draw_layer(scene, grid(14), layer)[&(0, 0)];
            expected.iter().zip(drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
        };
        assert!(deviation(&scene(&[100]), &scene(&[100])) <= 1, "{}", layer.name);
        assert!(deviation(&scene(&[100]), &scene(&[101])) > 3, "{}", layer.name);
        assert!(deviation(&scene(&[100]), &scene(&[100, 100])) > 3, "{}", layer.name);
    }
}

#[test]
fn the_references_of_two_layers_differ() {
    for (layer, wrong) in counting_layers().zip([passes as PerActivity, time, visits]) {
        let mut deviation = Deviation::default();
        let scene = jittered(14).new_tree(&mut TestRunner::deterministic()).expect("a scene").current();
        deviation.add(&scene, 14, layer, wrong);
        assert!(!deviation.is_within_tolerance(), "{}: {deviation:?}", layer.name);
    }
}
