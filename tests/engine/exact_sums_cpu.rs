//! Exact sums on the CPU.

use trailglow::engine::drawing::Drawing;
use trailglow::engine::layer::LAYERS;
use trailglow::engine::raster::Scene;
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::sums::{EmitSums, Sums};

use crate::exact_sums;

fn cpu(scene: &Scene, emit: EmitSums) -> anyhow::Result<()> {
    Cpu.sums(scene, emit)
}

#[test]
fn any_split_in_any_order_gives_the_same_sums() {
    exact_sums::any_split_in_any_order_gives_the_same_sums(&cpu).expect("equal sums");
}

#[test]
fn a_hundred_thousand_segments_on_a_pixel_add_up() {
    exact_sums::a_hundred_thousand_segments_on_a_pixel_add_up(&cpu).expect("equal sums");
}

#[test]
fn a_million_visits_add_up() {
    exact_sums::visits_of_a_pixel_add_up(&cpu, 1_000_000).expect("equal sums");
}

#[test]
fn sums_are_those_of_the_tiles() {
    exact_sums::sums_are_those_of_the_tiles(&cpu, &Cpu, 0).expect("equal levels");
}

#[test]
fn comparison_detects_one_quantum() {
    exact_sums::comparison_detects_one_quantum(&cpu);
}

#[test]
fn sums_are_encoded_as_levels() {
    let unit = 1 << LAYERS[0].quantum.bits;
    let sums = Sums { planes: vec![vec![0, unit / 2, unit, 4 * unit]] };
    assert_eq!(sums.levels(&Drawing::of_all(&LAYERS[0])).pixels, [0, 8, 16, 40]);
}
