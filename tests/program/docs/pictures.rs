//! The pictures of `layers.md` are tiles of the map that its commands draw.
//!
//! `BLESS=1 cargo test --test program docs::pictures` copies the tiles; look at each afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use super::markdown::commands;
use crate::program::Home;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/docs")
}

/// Names of the pictures that a page shows, without folder and ending.
fn pictures(page: &str) -> Vec<&str> {
    let names = page.split("\"layers/").skip(1).filter_map(|rest| rest.split_once(".png\""));
    names.map(|(name, _)| name).collect()
}

#[test]
fn pictures_are_tiles_of_the_map_that_the_page_draws() {
    let page = fs::read_to_string(docs().join("layers.md")).expect("the page");
    let home = Home::new();
    let wanted = |command: &String| command.contains("trailglow demo ") || command.contains("--zoom 12 --no-overview");
    let shown: Vec<String> = commands(&page).into_iter().filter(wanted).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    for command in &shown {
        let args: Vec<&str> = command.split_whitespace().skip(1).collect();
        home.run_ok(&[&args[..], &["-q"]].concat());
    }
    let (names, update) = (pictures(&page), std::env::var_os("BLESS").is_some_and(|value| value == "1"));
    assert_eq!(names.len(), 2 * trailglow::engine::layer::LAYERS.len(), "each layer for dark and light maps");
    for name in names {
        let tile = fs::read(home.path(&format!("pictures/{name}/12/1665/1437.png"))).expect(name);
        let picture = docs().join(format!("layers/{name}.png"));
        if update {
            fs::write(&picture, &tile).expect("a writable picture");
        }
        assert!(fs::read(&picture).expect(name) == tile, "{name} is another picture; see this file for an update");
    }
    assert!(!update, "the pictures were updated; look at them, then run without BLESS");
}

#[test]
fn pictures_of_a_page_are_found() {
    assert_eq!(pictures("<img src=\"layers/a-b.png\" alt=\"x\"> \"layers/c.png\""), ["a-b", "c"]);
}
