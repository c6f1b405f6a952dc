//! What is drawn, against a slow and plain reference.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trailglow::engine::accumulation;
use trailglow::engine::layer::{LAYERS, Layer};

use crate::drawing::{draw_layer, grid};
use crate::reference::{self, PerActivity, passes, visits};
use crate::scenes::{Scene, jittered};

fn truth_of(layer: &Layer) -> PerActivity {
    match layer.accumulation.per_activity {
        accumulation::PerActivity::Nearest => visits,
        accumulation::PerActivity::Integral => passes,
    }
}

/// Lit pixels, those that are off by more than one level, and the most that one is off.
#[derive(Debug, Default)]
struct Off {
    lit: u32,
    by_more: u32,
    most: u8,
}

impl Off {
    fn add(&mut self, scene: &Scene, zoom: u8, layer: &'static Layer, truth: PerActivity) {
        let picture = draw_layer(scene, grid(zoom), layer);
        for (x, y) in reference::tiles(scene, zoom) {
            let truth = reference::levels(scene, zoom, x, y, truth);
            let drawn = picture.get(&(x, y)).cloned().unwrap_or_else(|| vec![0; 65536]);
            for (truth, drawn) in truth.iter().zip(&drawn) {
                let off = truth.abs_diff(*drawn);
                self.lit += u32::from(*truth > 0);
                self.by_more += u32::from(off > 1);
                self.most = self.most.max(off);
            }
        }
    }

    /// At most one level for 99.5 % of the pixels, three anywhere.
    fn is_true(&self) -> bool {
        self.by_more * 200 <= self.lit && self.most <= 3
    }
}

#[test]
fn levels_are_the_truth() {
    let mut wrong = Vec::new();
    for layer in LAYERS {
        for zoom in [0, 6, 10, 14, 16, 18, 20] {
            let (mut off, mut runner) = (Off::default(), TestRunner::deterministic());
            for _ in 0..6 {
                let scene = jittered(zoom).new_tree(&mut runner).expect("a scene").current();
                off.add(&scene, zoom, layer, truth_of(layer));
            }
            assert!(off.lit > 2000, "{}, zoom {zoom}: only {} lit pixels", layer.name, off.lit);
            if !off.is_true() {
                wrong.push(format!("{}, zoom {zoom}: {off:?}", layer.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reference_sees_a_line_that_is_moved_by_a_pixel_and_one_that_is_drawn_twice() {
    let line = |x: u32| vec![vec![[x, 1 << 10], [x, 1 << 17]]];
    let scene = |lines: &[u32]| Scene { activities: lines.iter().map(|column| line(column << 10)).collect() };
    for layer in LAYERS {
        let off = |scene: &Scene, truth: &Scene| {
            let truth = reference::levels(truth, 14, 0, 0, truth_of(layer));
            let drawn = &draw_layer(scene, grid(14), layer)[&(0, 0)];
            truth.iter().zip(drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
        };
        assert!(off(&scene(&[100]), &scene(&[100])) <= 1, "{}", layer.name);
        assert!(off(&scene(&[100]), &scene(&[101])) > 3, "{}", layer.name);
        assert!(off(&scene(&[100]), &scene(&[100, 100])) > 3, "{}", layer.name);
    }
}

#[test]
fn the_truth_of_one_layer_is_not_that_of_another() {
    for (layer, wrong) in [(&LAYERS[0], passes as PerActivity), (&LAYERS[1], visits)] {
        let mut off = Off::default();
        let scene = jittered(14).new_tree(&mut TestRunner::deterministic()).expect("a scene").current();
        off.add(&scene, 14, layer, wrong);
        assert!(!off.is_true(), "{}: {off:?}", layer.name);
    }
}
