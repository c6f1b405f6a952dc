//! Accuracy of layers of means against the slow reference renderer in `reference.rs`.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trailglow::engine::layer::{LAYERS, Layer};

use crate::drawing::{draw_layer, grid};
use crate::reference;
use crate::scenes::{Scene, jittered};

/// Layers with the columns of an edge: known share, first and second value.
const COLUMNS: [(&str, [usize; 3]); 5] = [
    ("pace", [0, 1, 1]),
    ("heart-rate", [2, 3, 3]),
    ("elevation", [4, 5, 5]),
    ("grade", [6, 7, 8]),
    ("climb", [6, 7, 8]),
];

/// Steps of a layer and presence, not rounded.
fn expected(name: &str, [weight, first, second]: [f64; 3]) -> ([f64; 2], f64) {
    let step = |value: f64| (36.0 * value - 0.5).clamp(0.0, 35.0);
    let apart = |value: f64| 5.0 * value.min(1.0);
    let (first, second) = (first / weight, second / weight);
    let steps = match name {
        "climb" => [apart(first), apart(second)],
        "grade" => [step(first + second), 0.0],
        _ => [step(first), 0.0],
    };
    (steps, 7.0 * weight.min(1.0))
}

/// Steps and presence of a level.
fn drawn(name: &str, level: u8) -> ([f64; 2], f64) {
    let (step, presence) = ((level - 1) / 7, (level - 1) % 7 + 1);
    let steps = if name == "climb" { [step / 6, step % 6] } else { [step, 0] };
    (steps.map(f64::from), f64::from(presence))
}

/// Lit pixels, those off by more than a step, and the largest deviation in steps.
#[derive(Debug, Default)]
struct Deviation {
    lit: usize,
    above_tolerance: usize,
    max: f64,
}

impl Deviation {
    fn add(&mut self, drawn_scene: &Scene, expected_scene: &Scene, zoom: u8, (name, columns): (&str, [usize; 3])) {
        let picture = draw_layer(drawn_scene, grid(zoom), layer(name));
        for (x, y) in reference::tiles(expected_scene, zoom) {
            let levels = picture.get(&(x, y)).cloned().unwrap_or_else(|| vec![0; 65536]);
            for (level, sums) in levels.into_iter().zip(reference::means(expected_scene, zoom, x, y, columns)) {
                if level == 0 && 7.0 * sums[0] < 0.5 {
                    continue;
                }
                self.lit += 1;
                let (expected, presence) = expected(name, sums);
                let off = match level {
                    0 => presence - 0.5,
                    level => {
                        let (steps, drawn_presence) = drawn(name, level);
                        let off = |number: usize| (steps[number] - expected[number]).abs() - 0.5;
                        off(0).max(off(1)).max((drawn_presence - presence).abs() - 0.5)
                    }
                };
                self.above_tolerance += usize::from(off > 1.0);
                self.max = self.max.max(off);
            }
        }
    }

    /// True if at least 99.5 % of the pixels are at most one step off, and none more than three.
    fn is_within_tolerance(&self) -> bool {
        self.above_tolerance * 200 <= self.lit && self.max <= 3.0
    }
}

fn layer(name: &str) -> &'static Layer {
    LAYERS.iter().find(|layer| layer.name == name).expect(name)
}

#[test]
fn means_match_the_reference() {
    let mut wrong = Vec::new();
    for row in COLUMNS {
        for zoom in [0, 6, 10, 14, 16, 18, 20] {
            let (mut deviation, mut runner) = (Deviation::default(), TestRunner::deterministic());
            for _ in 0..3 {
                let scene = jittered(zoom).new_tree(&mut runner).expect("a scene").current();
                deviation.add(&scene, &scene, zoom, row);
            }
            assert!(deviation.lit > 500, "{}, zoom {zoom}: only {} lit pixels", row.0, deviation.lit);
            if !deviation.is_within_tolerance() {
                wrong.push(format!("{}, zoom {zoom}: {deviation:?}", row.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn moved_lines_and_other_values_differ_from_the_reference() {
    // Vertices every four pixels, so that values vary along the lines.
    let line = |x: u32| vec![(0..32).map(|i| [x << 10, (10 + 4 * i) << 10]).collect::<Vec<_>>()];
    let scene = |columns: &[u32]| Scene { activities: columns.iter().map(|column| line(*column)).collect() };
    for (name, columns) in COLUMNS {
        let deviation = |drawn: &Scene, columns: [usize; 3]| {
            let mut deviation = Deviation::default();
            deviation.add(drawn, &scene(&[100, 103]), 14, (name, columns));
            deviation
        };
        assert!(deviation(&scene(&[100, 103]), columns).is_within_tolerance(), "{name}");
        assert!(!deviation(&scene(&[110, 103]), columns).is_within_tolerance(), "{name}: moved");
        let others = columns.map(|column| (column + 2) % 6);
        assert!(!deviation(&scene(&[100, 103]), others).is_within_tolerance(), "{name}: other values");
    }
}
