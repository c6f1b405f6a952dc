//! The engine from inside: laws of its pictures, pictures that somebody has looked at, and its shaders.

mod accuracy;
mod architecture;
mod demo_collection;
mod drawing;
mod golden;
mod map_properties;
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
