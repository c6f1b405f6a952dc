//! The house keeps its order: every file has a room, imports lead down, nothing runs in a circle, and the engine knows
//! nothing of the machine it runs on.

mod graph;
mod house;
mod laws;
mod paths;
mod planted;
mod resolve;
mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use house::House;
use laws::{circular, foreign, misplaced, upward};

/// Rooms or floors from the ground up: a name below src/ and what is in it.
type Table = [(&'static str, &'static str)];

const ROOMS: &Table = &[
    ("control", "how a long job is watched and stopped"),
    ("engine", "tracks in, tiles out"),
    ("bytes", "packed columns and coalesced reads"),
    ("activity", "activities, segments and points"),
    ("source", "files to activities"),
    ("privacy", "what is not to be seen"),
    ("duplicates", "which activities are one recording"),
    ("selection", "which activities are wanted"),
    ("collection", "the activities of a map"),
    ("library", "parsed activities, kept in SQLite"),
    ("tileset", "tiles with their description, written and read"),
    ("pyramid", "all zooms of a map, drawn and written"),
    ("demo", "a made-up archive"),
    ("job", "what a verb does, without a terminal"),
    ("cli", "arguments in, report out"),
    ("lib", "the list of rooms"),
    ("main", "the command"),
];

const FLOORS: &Table = &[
    ("accumulation", "how a pixel adds up"),
    ("geometry", "degrees to strips"),
    ("tone", "levels to colours"),
    ("layer", "what a pixel means"),
    ("tracks", "all tracks, and selections of them"),
    ("tiling", "which tiles are drawn"),
    ("raster", "strips to levels"),
    ("png", "levels to files"),
    ("draw", "tracks to tiles"),
    ("probe", "whether a device draws right"),
    ("choice", "which device draws"),
    ("mod", "the list of floors"),
];

/// Paths that the engine does not write, nor any `static`. Rayon runs its threads, and `thread_local!` is scratch memory.
const FOREIGN: &[&str] = &[
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

/// Macros that the engine does not call.
const TERMINAL: &[&str] = &["println", "eprintln", "print", "eprint", "dbg"];

/// What one file of the engine may name: file, path of `FOREIGN`, reason.
type Exception = (&'static str, &'static str, &'static str);

const EXCEPTIONS: &[Exception] = &[
    ("engine/choice.rs", "std::env", "an empty list of adapters is explained by WGPU_BACKEND"),
    (
        "engine/raster/gpu/device.rs",
        "std::env",
        "WGPU_BACKEND and WGPU_ADAPTER_NAME choose the adapter, as for all of wgpu",
    ),
    ("engine/choice.rs", "clap", "the values of --device are derived from the devices"),
    ("engine/png.rs", "clap", "the values of --compression are derived from the levels of compression"),
];

#[test]
fn every_file_has_a_room() {
    let house = house();
    holds(misplaced(&house, "", ROOMS));
    holds(misplaced(&house, "engine/", FLOORS));
}

#[test]
fn no_import_runs_back_up() {
    let house = house();
    holds(upward(&house, "", ROOMS));
    holds(upward(&house, "engine/", FLOORS));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    holds(circular(&house()));
}

#[test]
fn the_engine_does_not_know_the_machine() {
    holds(foreign(&house(), EXCEPTIONS));
}

fn holds(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn house() -> House {
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
    House::new(files)
}
