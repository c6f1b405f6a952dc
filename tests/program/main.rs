//! Tests of the program: command line, outputs, documentation, memory, privacy and duplicates.

mod cli;
#[path = "../common/demo.rs"]
mod demo;
#[path = "../common/distortions.rs"]
mod distortions;
mod docs;
mod duplicates;
#[path = "../common/maps.rs"]
mod maps;
mod memory;
mod privacy;
#[path = "../common/program.rs"]
mod program;
#[path = "../common/recordings.rs"]
mod recordings;
#[path = "../common/rerender.rs"]
mod rerender;
#[path = "../common/selection_reference.rs"]
mod selection_reference;
#[path = "../common/selection_tests.rs"]
mod selection_tests;
#[path = "../common/similar_pairs.rs"]
mod similar_pairs;
mod tileset;
