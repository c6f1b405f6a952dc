//! The engine from inside: laws of its pictures, pictures that somebody has looked at, and its shaders.

#[path = "../common/tones.rs"]
mod colour_tables;
mod demo;
mod drawing;
mod golden;
mod laws;
mod layers;
mod lines;
mod picture;
mod reference;
#[path = "../common/scenes.rs"]
mod scenes;
#[path = "../common/seen.rs"]
mod seen;
mod shader_twins;
mod shaders;
mod truth;
