//! Tests of the engine: properties of drawn pictures, accuracy against a reference, golden pictures, shaders, and the
//! module architecture of the crate.

mod accuracy;
mod architecture;
mod demo_collection;
mod drawing;
#[path = "../common/exact_sums.rs"]
mod exact_sums;
mod exact_sums_cpu;
mod golden;
mod map_properties;
mod mean_accuracy;
mod picture;
mod properties;
mod reference;
#[path = "../common/rendered_zooms.rs"]
mod rendered_zooms;
#[path = "../common/scenes.rs"]
mod scenes;
mod shader_constants;
mod shaders;
mod thin_lines;
#[path = "../common/tone_properties.rs"]
mod tone_properties;
mod value_accuracy;
