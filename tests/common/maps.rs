//! Maps of all kinds, each as a folder and as an archive, rendered once per test binary.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::demo::demo;
use crate::program::{Files, Home, gpx};

/// Zoom, column and row of a tile.
pub type Coord = (u8, u32, u32);

/// The same activities as a folder and as an archive.
pub struct Map {
    pub name: &'static str,
    pub folder: Files,
    pub archive: Vec<u8>,
}

/// Maps of all kinds: few and many tiles, unique and repeated ones, with and without leaf directories.
pub fn maps() -> &'static [Map] {
    static MAPS: OnceLock<Vec<Map>> = OnceLock::new();
    MAPS.get_or_init(|| {
        let home = Home::new();
        // Along a parallel most tiles of a zoom are equal.
        home.write("parallel.gpx", gpx("", (0..2000).map(|step| (47.0, 6.0 + f64::from(step) / 1000.0))));
        // The tiles of a winding line all differ.
        let winding = (0..6000).map(|step| (step, f64::from(step) / 1000.0));
        let winding = winding.map(|(step, t)| (40.0 + t, 5.0 + t + 0.003 * f64::from(step * step % 7)));
        home.write("winding.gpx", gpx("", winding));
        home.write("dot.gpx", gpx("", [(-33.9, 151.2); 12]));
        home.write("ferry.gpx", gpx("", (0..99).map(|step| (-17.5, 179.9 + f64::from(step) / 500.0))));
        let map = |name, input: &str, extra_args: &[&str]| {
            for out in ["tiles", "heat.pmtiles"] {
                home.run_ok(&[&["render", input, "-o", out, "-q"], extra_args].concat());
            }
            let archive = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
            Map { name, folder: home.files("tiles"), archive }
        };
        vec![
            map("demo", demo(), &["--zoom", "0-16"]),
            map("one tile", "dot.gpx", &["--zoom", "0"]),
            map("deep zooms only", "dot.gpx", &["--zoom", "15-20", "--no-overview"]),
            map("large tiles", demo(), &["--zoom", "3-12", "--no-overview", "--tile-size", "512"]),
            map("alike", "parallel.gpx", &["--zoom", "0-17"]),
            map("leaves", "winding.gpx", &["--zoom", "0-16"]),
            map("antimeridian", "ferry.gpx", &["--zoom", "0-14"]),
        ]
    })
}

/// Returns the tiles of a folder by coordinates, without its other files.
pub fn tiles_of(folder: &Files) -> BTreeMap<Coord, &[u8]> {
    let coord = |path: &Path| {
        let mut parts = path.to_str()?.strip_suffix(".png")?.split('/');
        let coord = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(coord)
    };
    folder.iter().filter_map(|(path, bytes)| Some((coord(path)?, &bytes[..]))).collect()
}

/// JSON document in a folder.
pub fn json_in(folder: &Files, name: &str) -> Value {
    serde_json::from_slice(&folder[Path::new(name)]).expect("JSON")
}
