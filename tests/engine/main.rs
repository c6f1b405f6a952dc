//! The engine from inside: laws of its pictures, pictures that somebody has looked at, and its shaders.

mod accuracy;
mod architecture;
#[path = "../common/tones.rs"]
mod colour_tables;
mod demo_collection;
mod drawing;
mod golden;
mod map_properties;
mod properties;
mod reference;
#[path = "../common/scenes.rs"]
mod scenes;
#[path = "../common/seen.rs"]
mod seen;
mod shader_constants;
mod shaders;
mod thin_lines;
