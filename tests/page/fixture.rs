//! A small map in two palettes. Each tile has a single colour, and a mark in its north-west corner.

use crate::picture::Rgb;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use trailglow::tileset::page::page_html;

pub const DARK: Rgb = [0x12, 0x12, 0x14];
pub const LIGHT: Rgb = [0xf2, 0xef, 0xe9];
pub const MARK: Rgb = [255, 255, 255];

/// Breaks a page that does not escape it.
pub const NAME: &str = "Rides </script><b> & more";

const MAX_ZOOM: u32 = 3;
const STYLES: [(&str, &str); 2] = [("night", "dark"), ("day", "light")];

/// Returns the unique colour of a tile.
pub fn colour(style: &str, z: u32, x: u32, y: u32) -> Rgb {
    let shade = |value: u32| u8::try_from(value).expect("a byte");
    [shade(60 + 24 * x), shade(60 + 24 * y), shade(40 * z + if style == "day" { 120 } else { 20 })]
}

/// Returns true for all tiles except those of the south-east quarter of the world.
fn is_covered(z: u32, x: u32, y: u32) -> bool {
    z == 0 || x < 1 << (z - 1) || y < 1 << (z - 1)
}

/// Variant of the map.
pub struct Variant<'a> {
    pub tile_size: u32,
    pub min_zoom: u32,
    /// Number of palettes, 1 or 2; the tiles of a single palette have no folder of their own.
    pub palettes: usize,
    /// Name of the folder with the page.
    pub name: &'a str,
    pub public_url: Option<&'a str>,
    /// True if the palettes are partners: black to white, and red to blue.
    pub has_partners: bool,
}

impl Default for Variant<'_> {
    fn default() -> Self {
        Self { tile_size: 256, min_zoom: 0, palettes: 2, name: "", public_url: None, has_partners: false }
    }
}

impl Variant<'_> {
    /// Returns the folder of a palette, with a trailing slash unless it is empty.
    fn path(&self, style: &str) -> String {
        if self.palettes == 1 { String::new() } else { format!("{style}/") }
    }

    fn styles(&self) -> &'static [(&'static str, &'static str)] {
        &STYLES[..self.palettes]
    }
}

pub struct Fixture {
    root: TempDir,
    folder: PathBuf,
    tiles: BTreeSet<String>,
}

impl Fixture {
    /// Writes the map in two palettes.
    pub fn new(tile_size: u32, min_zoom: u32) -> Self {
        Self::of(&Variant { tile_size, min_zoom, ..Variant::default() })
    }

    /// Writes the tiles and the page. The coverage lacks the deepest zoom, as in a large map.
    pub fn of(variant: &Variant) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join(variant.name);
        let mut tiles = BTreeSet::new();
        let mut coverage = serde_json::Map::new();
        for z in variant.min_zoom..=MAX_ZOOM {
            let mut rows = Vec::new();
            for y in 0..1 << z {
                let xs: Vec<u32> = (0..1 << z).filter(|&x| is_covered(z, x, y)).collect();
                rows.push(format!("{y}:{}-{}", xs[0], xs[xs.len() - 1]));
                for x in xs {
                    for (style, _) in variant.styles() {
                        let path = format!("/{}{z}/{x}/{y}.png", variant.path(style));
                        write_tile(&folder.join(&path[1..]), variant.tile_size, colour(style, z, x, y));
                        tiles.insert(path);
                    }
                }
            }
            if z < MAX_ZOOM || z == variant.min_zoom {
                coverage.insert(z.to_string(), rows.join(";").into());
            }
        }
        let fixture = Fixture { root, folder, tiles };
        fs::write(fixture.page_file(), page_html(&description(variant, coverage.into()))).expect("a page");
        fixture
    }

    /// Returns the folder that contains the folder of the map.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn page_file(&self) -> PathBuf {
        self.folder().join("index.html")
    }

    /// Returns true if a path of the site is a tile.
    pub fn has(&self, path: &str) -> bool {
        self.tiles.contains(path)
    }

    /// Returns the `file://` URL of the page, followed by `rest`.
    pub fn file_url(&self, rest: &str) -> String {
        format!("file://{}{rest}", self.page_file().display())
    }

    /// Appends a script that runs after those of the page.
    pub fn add_script(&self, text: &str) {
        let html = fs::read_to_string(self.page_file()).expect("the page");
        let html = html.replace("</body>", &format!("<script>{text}</script></body>"));
        fs::write(self.page_file(), html).expect("the page can be written");
    }
}

fn description(variant: &Variant, coverage: Value) -> Value {
    let zoom_range = variant.min_zoom..=MAX_ZOOM;
    let zooms: serde_json::Map<String, Value> = zoom_range
        .clone()
        .map(|z| {
            let ticks = if z < 2 {
                json!([[1, 0.0], [2, 0.3], [5, 0.9]])
            } else {
                json!([[1, 0.0], [2, 0.2], [5, 0.5], [10, 0.8]])
            };
            (z.to_string(), json!({"max": 12.5, "ticks": ticks}))
        })
        .collect();
    let black_to_white: String = (0..24).map(|i| format!("{:02x}", i * 255 / 23).repeat(3)).collect();
    let red_to_blue: String = (0..24).map(|i| format!("{:02x}00{:02x}", 255 - i * 255 / 23, i * 255 / 23)).collect();
    let style = |&(name, background): &(&str, &str)| {
        let (ramp, partner) = match (variant.has_partners, name) {
            (false, _) => ("aa3366".repeat(24), Value::Null),
            (true, "night") => (black_to_white.clone(), json!({"palette": "day", "ramp": red_to_blue})),
            (true, _) => (red_to_blue.clone(), json!({"palette": "night", "ramp": black_to_white})),
        };
        let ramps: serde_json::Map<String, Value> =
            zoom_range.clone().map(|z| (z.to_string(), ramp.clone().into())).collect();
        json!({"layer": {"name": "frequency", "title": "Visits", "unit": "visits", "legend": "Visits"}, "palette": name, "title": name, "path": variant.path(name), "background": background, "legend": zooms, "ramps": ramps, "partner": partner})
    };
    let mut description = json!({
        "name": NAME, "generator": "trailglow test", "tileSize": variant.tile_size,
        "minzoom": variant.min_zoom, "maxzoom": MAX_ZOOM,
        "bounds": [-170.0, -60.0, 170.0, 80.0], "focus": [-20.0, 30.0, 10.0, 60.0],
        "activities": 1234, "kilometres": 5678.9, "from": "2018-01-03", "to": "2025-11-02",
        "styles": variant.styles().iter().map(style).collect::<Vec<_>>(), "coverage": coverage,
    });
    if let Some(url) = variant.public_url {
        description["publicUrl"] = url.into();
    }
    description
}

fn write_tile(file: &Path, size: u32, colour: Rgb) {
    let pixels: Vec<u8> =
        (0..size * size).flat_map(|i| if i % size < size / 8 && i / size < size / 8 { MARK } else { colour }).collect();
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
    let mut encoder = png::Encoder::new(fs::File::create(file).expect("a file"), size, size);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels)).expect("a tile");
}
