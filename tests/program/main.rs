//! Tests of the program: command line, outputs, documentation, memory, privacy and duplicates.

mod cli;
mod demo;
#[path = "../common/distortions.rs"]
mod distortions;
mod docs;
mod duplicates;
mod memory;
mod privacy;
#[path = "../common/program.rs"]
mod program;
#[path = "../common/recordings.rs"]
mod recordings;
#[path = "../common/rerender.rs"]
mod rerender;
#[path = "../common/similar_pairs.rs"]
mod similar_pairs;
mod tileset;
