//! Zooms rendered by the program, decoded from the spool.

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use trailglow::bytes::ranges::Slice;
use trailglow::collection::{Collection, MapLayer, PrepareOptions};
use trailglow::control::Control;
use trailglow::control::cancel::Cancel;
use trailglow::control::progress::Silent;
use trailglow::engine::TrackSet;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::polyline::Track;
use trailglow::engine::geometry::simplify::Simplification;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::engine::layer::LAYERS;
use trailglow::engine::png::{CompressedPixels, Compression};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::tone::curve::Curve;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::job;
use trailglow::pyramid::spool::Spool;
use trailglow::pyramid::{self, MapInput, RenderOptions};
use trailglow::selection::Selection;
use trailglow::tileset::{RenderedZoom, Style};

/// Level of one visit.
pub const UNIT_LEVEL: u8 = 16;

/// A zoom with the levels of its tiles.
pub struct DecodedZoom {
    pub grid: Grid,
    pub curve: Curve,
    pub tiles: Vec<Tile>,
}

pub struct Tile {
    pub x: u32,
    pub y: u32,
    pub levels: Vec<u8>,
}

pub fn render_zooms(tracks: &[Track], zooms: RangeInclusive<u8>) -> Vec<DecodedZoom> {
    let styles = vec![Style::new(&LAYERS[0], Palette::from(&PALETTES[0]))];
    let options = RenderOptions { zooms, window: None, tile_size: 256, styles, compression: Compression::Fast };
    let tracks = TrackSet::new(tracks.to_vec(), options.max_pixel_zoom());
    let spool = Spool::default();
    let control = Control { progress: &Silent, cancel: &Cancel::default() };
    let layers = [MapLayer::new(&LAYERS[0], &[], &[], None)];
    let input = MapInput { tracks: vec![tracks], layers: &layers };
    let drawn = pyramid::draw(input, &options, &Cpu, &spool, &[], control);
    let rendered_zoom = |zoom: RenderedZoom| {
        let tile = |(coord, number): &(TileCoord, u32)| {
            let levels = decode_levels(&spool.read(&[*number]).expect("kept")[0]);
            Tile { x: coord.x(), y: coord.y(), levels }
        };
        let (grid, layer) = (zoom.grid, &zoom.layers[0]);
        DecodedZoom { grid, tiles: layer.tiles.iter().map(tile).collect(), curve: layer.colour_tables[0].curve.clone() }
    };
    drawn.expect("the CPU draws").zooms.into_iter().map(rendered_zoom).collect()
}

/// Decodes compressed pixels: rows of 256 levels, each after a filter byte.
fn decode_levels(pixels: &CompressedPixels<Slice>) -> Vec<u8> {
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(&pixels.idat[..]).read_to_end(&mut raw).expect("a zlib stream");
    let levels: Vec<u8> = raw.chunks_exact(257).flat_map(|row| &row[1..]).copied().collect();
    assert_eq!((levels.len(), levels.iter().copied().max()), (65_536, Some(pixels.max)));
    levels
}

impl DecodedZoom {
    pub fn tile_coords(&self) -> BTreeSet<(u32, u32)> {
        self.tiles.iter().map(|tile| (tile.x, tile.y)).collect()
    }

    /// Level at a canvas position.
    pub fn level_at(&self, [x, y]: CanvasPosition) -> u8 {
        let pixel = [x, y].map(|axis| axis >> self.grid.pixel_shift());
        let tile = self.tiles.iter().find(|tile| [tile.x, tile.y] == pixel.map(|axis| axis / 256));
        tile.map_or(0, |tile| tile.levels[(pixel[1] % 256 * 256 + pixel[0] % 256) as usize])
    }

    /// Returns the median and the 99th percentile of the palette positions of all pixels above one visit.
    pub fn palette_positions(&self) -> (f32, f32) {
        let levels = self.tiles.iter().flat_map(|tile| &tile.levels).copied();
        let mut above: Vec<u8> = levels.filter(|level| *level > UNIT_LEVEL).collect();
        assert!(above.len() >= 20, "too few pixels for percentiles");
        above.sort_unstable();
        let position_at = |per_cent: usize| self.curve.position(above[above.len() * per_cent / 100]);
        (position_at(50), position_at(99))
    }
}

/// Reads all activities of a folder.
pub fn collect(folder: &Path) -> Collection {
    let files = job::discover(&[folder.to_owned()], None).expect("the folder is there").files;
    job::tracks::collect(
        &files,
        PrepareOptions::without_privacy(&Simplification::Shape, 16),
        &Selection::all(),
        &Silent,
    )
    .expect("not cancelled")
}
