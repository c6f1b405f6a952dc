//! Benchmarks of the steps from points to PNG, on recordings of a person who rides through one town.
//!
//! `cargo bench --bench kernels` prints items or bytes per second on one core. RESULTS.md relates them to a whole map.

use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use trailglow::engine::drawing::Drawing;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::polyline::{Polyline, Track};
use trailglow::engine::geometry::strip::Strips;
use trailglow::engine::layer::LAYERS;
use trailglow::engine::png::{self, CompressedPixels, Compression};
use trailglow::engine::raster::cpu::accumulator::Accumulator;
use trailglow::engine::raster::cpu::levels;
use trailglow::engine::raster::cpu::visit;
use trailglow::engine::raster::{Levels, Scene};
use trailglow::engine::tiling::plan::Plan;
use trailglow::engine::tone::curve::Curve;
use trailglow::engine::tone::histogram::Histogram;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};

const ACTIVITIES: usize = 400;

/// One hour at one point per second.
const POINTS: usize = 3_600;

fn main() {
    divan::main();
}

/// Pseudorandom numbers (xorshift), equal on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as i64 % end
    }
}

/// A ride of one hour at 4 m/s through a town of square blocks. All rides begin near one door. GPS error: a drift of
/// some metres, and noise at every point.
fn ride(number: usize) -> Vec<CanvasPosition> {
    /// Canvas units at about 47° N.
    const METRE: i64 = 157;
    const BLOCK: i64 = 90 * METRE;
    const STEP: i64 = 4 * METRE;
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1) << 20);
    let mut at = [2_240_000_000, 1_500_000_000];
    for axis in &mut at {
        *axis += (random.below(9) - 4) * BLOCK;
    }
    let (mut heading, mut block_left, mut drift) = ([1, 0], BLOCK, [0i64; 2]);
    let mut second = || {
        for axis in 0..2 {
            at[axis] += heading[axis] * STEP;
            drift[axis] = drift[axis] * 31 / 32 + random.below(METRE) - METRE / 2;
        }
        block_left -= STEP;
        if block_left < STEP {
            (block_left, heading) = match random.below(8) {
                0 | 1 => (BLOCK, [heading[1], -heading[0]]),
                2 | 3 => (BLOCK, [-heading[1], heading[0]]),
                _ => (BLOCK, heading),
            };
        }
        std::array::from_fn(|axis| (at[axis] + drift[axis] + random.below(METRE / 2)) as u32)
    };
    (0..POINTS).map(|_| second()).collect()
}

static TRACKS: LazyLock<Vec<Track>> = LazyLock::new(|| {
    (0..ACTIVITIES).map(|number| Track { polylines: vec![Polyline::new(&ride(number), 24)] }).collect()
});

fn grid(zoom: u8) -> Grid {
    Grid { zoom, tile_size: 256 }
}

/// The layer of visits.
static VISITS: LazyLock<[Drawing; 1]> = LazyLock::new(|| [Drawing::of_all(&LAYERS[0])]);

/// Lines and plan of a zoom.
struct Lines(ZoomGeometry);

impl Lines {
    fn new(tracks: &[Track], zoom: u8) -> Self {
        let tracks = TrackSet::new(tracks.to_vec(), 24);
        Self(ZoomGeometry::new(&tracks, &tracks.select_all(), grid(zoom), TileFilter::ALL))
    }

    fn scene(&self) -> Scene<'_> {
        self.0.scene(&*VISITS)
    }

    fn edges(&self, tile: usize) -> usize {
        let refs = self.0.plan.strips_of(tile).iter();
        refs.map(|strip| self.0.strips.strips[strip.strip as usize].len as usize - 1).sum()
    }

    /// The tile with the most edges.
    fn busiest(&self) -> usize {
        (0..self.0.plan.tiles().len()).max_by_key(|&tile| self.edges(tile)).expect("there are tiles")
    }

    fn draw(&self, tile: usize, accumulator: &mut Accumulator) -> Levels {
        visit::visit(&self.scene(), tile, accumulator);
        let drawn = levels::levels(&accumulator.stores[0], accumulator.size);
        accumulator.clear();
        drawn
    }
}

#[divan::bench]
fn simplify(bencher: Bencher) {
    let line = ride(0);
    bencher.counter(ItemsCount::new(POINTS)).bench(|| {
        let polyline = Polyline::new(black_box(&line), 24);
        let vertices = polyline.vertices();
        assert_eq!((vertices.first(), vertices.last()), (line.first(), line.last()));
        assert!(vertices.len() > POINTS / 2, "scatter matters at the finest zoom");
        polyline
    });
}

#[divan::bench(args = [10, 13, 16])]
fn strips(bencher: Bencher, zoom: u8) {
    let tracks = &*TRACKS;
    let points: usize =
        tracks.iter().flat_map(|track| &track.polylines).map(|polyline| polyline.vertices().len()).sum();
    bencher.counter(ItemsCount::new(points)).bench(|| {
        let strips = Strips::new(black_box(tracks), grid(zoom));
        let edges: usize = strips.strips.iter().map(|strip| strip.len as usize - 1).sum();
        assert_eq!(edges + ACTIVITIES, strips.vertices.len(), "every edge is in one strip");
        strips
    });
}

/// Items are strips.
#[divan::bench(args = [10, 13, 16])]
fn plan(bencher: Bencher, zoom: u8) {
    let lines = Lines::new(&TRACKS, zoom);
    let strips = &lines.0.strips;
    bencher.counter(ItemsCount::new(strips.strips.len())).bench(|| {
        let plan = Plan::new(black_box(strips), lines.0.grid, lines.0.profile.reach());
        let references: usize = (0..plan.tiles().len()).map(|tile| plan.strips_of(tile).len()).sum();
        assert!(references >= strips.strips.len(), "every strip is seen");
        plan
    });
}

/// The tile with the most edges of 400 activities. Items are edges.
#[divan::bench(args = [10, 13, 16])]
fn visits_of_a_busy_tile(bencher: Bencher, zoom: u8) {
    let lines = Lines::new(&TRACKS, zoom);
    let tile = lines.busiest();
    let mut accumulator = Accumulator::new(256, &*VISITS);
    bencher.counter(ItemsCount::new(lines.edges(tile))).bench_local(|| {
        visit::visit(&lines.scene(), black_box(tile), &mut accumulator);
        let plane = accumulator.stores[0].sums_of(0).expect("visits are sums");
        let hottest = plane.sums.iter().map(|sum| plane.rounding.sum(*sum)).fold(0.0, f64::max);
        assert!((10.0..=ACTIVITIES as f64).contains(&hottest), "{hottest}");
        accumulator.clear();
    });
}

/// Tiles with at most two activities, encoded as levels but not compressed. Items are tiles.
#[divan::bench(args = [13, 16, 18])]
fn visits_of_sparse_tiles(bencher: Bencher, zoom: u8) {
    const MAX_TILES: usize = 200;
    let lines = Lines::new(&TRACKS[..2], zoom);
    let tiles = lines.0.plan.tiles().len().min(MAX_TILES);
    let mut accumulator = Accumulator::new(256, &*VISITS);
    bencher.counter(ItemsCount::new(tiles)).bench_local(|| {
        let highest = (0..tiles).map(|tile| lines.draw(tile, &mut accumulator).max()).max();
        assert_eq!(highest, Some(28), "both begin near the same door");
        highest
    });
}

/// The busiest tile of zoom 13.
fn busy_levels() -> Levels {
    let lines = Lines::new(&TRACKS, 13);
    lines.draw(lines.busiest(), &mut Accumulator::new(256, &*VISITS))
}

/// Encodes heat as levels and counts them. Bytes are pixels.
#[divan::bench]
fn levels(bencher: Bencher) {
    let lines = Lines::new(&TRACKS, 13);
    let mut accumulator = Accumulator::new(256, &*VISITS);
    visit::visit(&lines.scene(), lines.busiest(), &mut accumulator);
    bencher.counter(BytesCount::new(65_536u64)).bench(|| {
        let levels = levels::levels(black_box(&accumulator.stores[0]), accumulator.size);
        assert_eq!((levels.histogram.0.iter().sum::<u64>(), levels.max() > 16), (65_536, true));
        levels
    });
}

fn curve(histogram: &Histogram) -> Curve {
    Curve::new(LAYERS[0].code, LAYERS[0].tone, 14, histogram)
}

/// Work per zoom and palette: the curve and its 256 colours.
#[divan::bench]
fn curve_and_colours(bencher: Bencher) {
    let histogram = busy_levels().histogram;
    let palette = Palette::from(&PALETTES[0]);
    bencher.bench(|| {
        let entries = palette.entries(&curve(black_box(&histogram)));
        let [r, g, b] = PALETTES[0].colours().last().expect("a stop");
        assert_eq!((entries[0][3], entries[255]), (0, [r, g, b, 255]));
        entries
    });
}

/// Returns true if a zlib stream contains the rows of a tile, each after filter byte 0.
fn holds(pixels: &CompressedPixels, levels: &Levels) -> bool {
    let mut raw = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(&pixels.idat[..]);
    let rows = levels.pixels.chunks_exact(256).flat_map(|row| [&[0], row].concat());
    std::io::copy(&mut decoder, &mut raw).is_ok() && raw.into_iter().eq(rows)
}

#[divan::bench(args = [Compression::Fast, Compression::Default, Compression::Small])]
fn compress(bencher: Bencher, compression: Compression) {
    let levels = busy_levels();
    let expected = png::compress(&levels, 256, compression);
    assert!(holds(&expected, &levels));
    bencher.counter(BytesCount::new(levels.pixels.len())).bench(|| {
        let pixels = png::compress(black_box(&levels), 256, compression);
        assert_eq!(pixels.idat.len(), expected.idat.len());
        pixels
    });
}

/// Assembles a PNG from compressed pixels and colours. Bytes are those of the file.
#[divan::bench]
fn png(bencher: Bencher) {
    let levels = busy_levels();
    let entries = Palette::from(&PALETTES[0]).entries(&curve(&levels.histogram));
    let pixels = png::compress(&levels, 256, Compression::Default);
    let expected = png::png(&pixels, 256, &entries).len();
    bencher.counter(BytesCount::new(expected)).bench(|| {
        let png = png::png(black_box(&pixels), 256, &entries);
        assert_eq!((&png[..8], png.len()), (&b"\x89PNG\r\n\x1a\n"[..], expected));
        png
    });
}
