//! Readers of archives by others: the reference implementations in Python and JavaScript.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::maps::{Coord, Map, json_in, maps, tiles_of};
use crate::program::Home;
use crate::requirement::{javascript_modules, javascript_reader, python_checker};
use crate::{Test, tests};

/// Writes the archives of all maps to files.
fn archive_files(home: &Home) -> Vec<PathBuf> {
    let names = (0..maps().len()).map(|number| format!("{number}.pmtiles"));
    let write = |(map, name): (&Map, String)| {
        home.write(&name, &map.archive);
        home.path(&name)
    };
    maps().iter().zip(names).map(write).collect()
}

fn a_python_verifier_accepts_the_archives() {
    let home = Home::new();
    let check =
        |files: &[PathBuf]| Command::new("python3").arg(python_checker()).args(files).output().expect("python3 starts");
    let output = check(&archive_files(&home));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let mut damaged = maps()[0].archive.clone();
    damaged[72] ^= 1;
    home.write("damaged.pmtiles", damaged);
    assert!(!check(&[home.path("damaged.pmtiles")]).status.success(), "the checker detects damage");
}

fn the_javascript_reader_reads_the_same_tiles() {
    let home = Home::new();
    // Node looks for modules in the folders above the script.
    std::fs::copy(javascript_reader(), home.path("read.mjs")).expect("space");
    let modules = javascript_modules().canonicalize().expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(modules, home.path("node_modules")).expect("a link");
    for (map, file) in maps().iter().zip(archive_files(&home)) {
        let tiles = tiles_of(&map.folder);
        let sample: Vec<(&Coord, &&[u8])> = tiles.iter().step_by(tiles.len().div_ceil(50)).collect();
        let absent = if tiles.contains_key(&(0, 0, 0)) { (20, 0, 0) } else { (0, 0, 0) };
        let coords = sample.iter().map(|tile| *tile.0).chain([absent]).flat_map(|(z, x, y)| [u32::from(z), x, y]);
        let output = Command::new("node")
            .arg("read.mjs")
            .arg(file)
            .args(coords.map(|number| number.to_string()))
            .current_dir(home.path(""))
            .output()
            .expect("node starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut lines = text.lines();
        let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
        let json = json_in(&map.folder, "tiles.json");
        assert_eq!((&header["minZoom"], &header["maxZoom"]), (&json["minzoom"], &json["maxzoom"]));
        assert_eq!(header["numAddressedTiles"], tiles.len());
        let metadata: Value = serde_json::from_str(lines.next().expect("metadata")).expect("JSON");
        assert_eq!(metadata["name"], json["name"]);
        assert_eq!(metadata["trailglow"]["activities"], json["trailglow"]["activities"]);
        let expected = sample.iter().map(|((z, x, y), png)| format!("{z}/{x}/{y} {}", png.len()));
        let expected: Vec<String> = expected.chain([format!("{}/0/0 absent", absent.0)]).collect();
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{}", map.name);
    }
}

pub const TESTS: &[Test] = tests![
    PythonReader: a_python_verifier_accepts_the_archives,
    JavascriptReader: the_javascript_reader_reads_the_same_tiles,
];
