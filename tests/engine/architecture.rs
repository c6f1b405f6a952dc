//! Architecture test: every source file belongs to a listed module, modules import only earlier modules of the tables,
//! files have no import cycles, and the engine uses no files, clock, terminal or global state.
//!
//! The test reads the crate as tokens, resolves every path to the file that defines its last name, and checks the
//! resulting imports against the tables below.

mod cycles;
mod resolve;
mod rule_tests;
mod rules;
mod scan;
mod source_tree;
mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rules::{forbidden_mentions, import_cycles, misplaced_files, upward_imports};
use source_tree::SourceTree;

/// Modules in dependency order: a name below src/ (or src/engine/) and its content. A module may import earlier ones
/// only.
type Table = [(&'static str, &'static str)];

const TOP_MODULES: &Table = &[
    ("control", "progress and cancellation"),
    ("engine", "tracks in, tiles out"),
    ("bytes", "packed columns and coalesced reads"),
    ("activity", "activities, segments and points"),
    ("source", "files to activities"),
    ("privacy", "hides points"),
    ("duplicates", "detects duplicate recordings"),
    ("selection", "filters activities"),
    ("collection", "the activities of a map"),
    ("library", "SQLite store of activities"),
    ("tileset", "tiles with their description, as folder or PMTiles"),
    ("pyramid", "draws and writes all zooms of a map"),
    ("demo", "generated activities"),
    ("job", "what a verb does, without a terminal"),
    ("cli", "arguments and reports"),
    ("lib", "the list of modules"),
    ("main", "the program"),
];

const ENGINE_MODULES: &Table = &[
    ("quantity", "what is measured along lines"),
    ("quantum", "whole numbers that pixels add up"),
    ("accumulation", "what an activity adds to a pixel"),
    ("geometry", "degrees to strips"),
    ("tone", "levels to colours"),
    ("layer", "the table of layers"),
    ("drawing", "a layer with the values of activities"),
    ("tracks", "track set and selections"),
    ("tiling", "plans, clip masks, dirty cells"),
    ("raster", "strips to levels"),
    ("png", "levels to files"),
    ("draw", "tracks to tiles"),
    ("probe", "self-test of a device"),
    ("select_device", "which device draws"),
    ("mod", "the list of modules"),
];

/// Paths that the engine must not mention. A `static` outside `thread_local!` is forbidden as well. Rayon manages the
/// engine's threads.
const FORBIDDEN_PATHS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::Instant",
    "std::time::SystemTime",
    "clap",
    "rusqlite",
    "signal_hook",
];

/// Macros that the engine must not call.
const FORBIDDEN_MACROS: &[&str] = &["println", "eprintln", "print", "eprint", "dbg"];

/// Exception for a file of the engine: file, path of `FORBIDDEN_PATHS`, reason.
type Exception = (&'static str, &'static str, &'static str);

const EXCEPTIONS: &[Exception] = &[
    ("engine/select_device.rs", "std::env", "the error for an empty list of adapters mentions WGPU_BACKEND"),
    (
        "engine/raster/gpu/device.rs",
        "std::env",
        "WGPU_BACKEND and WGPU_ADAPTER_NAME choose the adapter, the convention of wgpu",
    ),
    ("engine/select_device.rs", "clap", "--device derives its values from the enum"),
    ("engine/png.rs", "clap", "--compression derives its values from the enum"),
];

#[test]
fn every_file_belongs_to_a_listed_module() {
    let tree = tree();
    assert_none(misplaced_files(&tree, "", TOP_MODULES));
    assert_none(misplaced_files(&tree, "engine/", ENGINE_MODULES));
}

#[test]
fn no_module_imports_a_later_one() {
    let tree = tree();
    assert_none(upward_imports(&tree, "", TOP_MODULES));
    assert_none(upward_imports(&tree, "engine/", ENGINE_MODULES));
}

#[test]
fn files_import_each_other_without_cycles() {
    assert_none(import_cycles(&tree()));
}

#[test]
fn the_engine_uses_no_files_clock_or_terminal() {
    assert_none(forbidden_mentions(&tree(), EXCEPTIONS));
}

fn assert_none(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

fn tree() -> SourceTree {
    fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder of the source is read") {
            let path = entry.expect("an entry of the source is read").path();
            if path.is_dir() {
                read(root, &path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let parts = path.strip_prefix(root).expect("a file is below src/").iter();
                let name =
                    parts.map(|part| part.to_str().expect("source has plain names")).collect::<Vec<_>>().join("/");
                files.insert(name, fs::read_to_string(&path).expect("a source file is read"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    SourceTree::new(files)
}
