//! The program from outside, and the laws of what it leaves out: privacy and duplicates.

mod cli;
mod demo;
#[path = "../common/disguises.rs"]
mod disguises;
mod docs;
mod duplicates;
#[path = "../common/look_alikes.rs"]
mod look_alikes;
mod memory;
mod privacy;
#[path = "../common/program.rs"]
mod program;
#[path = "../common/recordings.rs"]
mod recordings;
#[path = "../common/rerender.rs"]
mod rerender;
mod tileset;
