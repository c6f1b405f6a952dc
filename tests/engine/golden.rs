//! Golden pictures: tiles must equal the inspected pictures in `tests/golden`, exactly in levels and within 1 of 255 in
//! colours.
//!
//! `BLESS=1 cargo test --test engine golden` rewrites the files; inspect each picture afterwards. For a picture that
//! differs, the test writes expected | difference | actual to `golden/` in its temporary directory below `target/`.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use trailglow::collection::MapLayer;
use trailglow::control::Control;
use trailglow::control::cancel::Cancel;
use trailglow::control::progress::Silent;
use trailglow::engine::TrackSet;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::polyline::{Polyline, Track};
use trailglow::engine::layer::LAYERS;
use trailglow::engine::png::{Compression, png as tile_png};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::pyramid::spool::Spool;
use trailglow::pyramid::{self, MapInput, RenderOptions};
use trailglow::tileset::Style;

/// A picture: tracks, zoom, and the square section that is compared.
struct Golden {
    name: &'static str,
    tracks: fn() -> Vec<Track>,
    zoom: u8,
    /// Centre of the square.
    centre: CanvasPosition,
    /// Side of the square in pixels.
    side: u32,
    palette: &'static str,
    /// Pixels that may be one level off. The demo uses sines and exponentials, whose last digits differ between C
    /// libraries.
    tolerated_pixels: usize,
}

/// A corner of four tiles at all zooms up to 20.
const CORNER: CanvasPosition = [3 << 30, 5 << 28];
/// A crossroads in the centre of the demo's city.
const CITY: CanvasPosition = [1_746_641_538, 1_507_169_904];

const GOLDENS: &[Golden] = &[
    Golden { tracks: crossing, ..Golden::of_scene("crossing-ember", 14, 128) },
    Golden { tracks: crossing, palette: "plum", ..Golden::of_scene("crossing-plum", 14, 128) },
    Golden { tracks: crossing, palette: "gray", ..Golden::of_scene("crossing-gray", 14, 128) },
    Golden { tracks: antimeridian, centre: [0, 3 << 29], ..Golden::of_scene("antimeridian", 4, 96) },
    Golden { tracks: dots, ..Golden::of_scene("dots", 16, 96) },
    Golden { tracks: laps, ..Golden::of_scene("laps", 15, 96) },
    Golden { palette: "plum", ..Golden::of_demo("city-12", 12) },
    Golden::of_demo("city-14", 14),
    Golden::of_demo("city-16", 16),
];

impl Golden {
    const fn of_scene(name: &'static str, zoom: u8, side: u32) -> Self {
        Self { name, tracks: Vec::new, zoom, centre: CORNER, side, palette: "ember", tolerated_pixels: 0 }
    }

    const fn of_demo(name: &'static str, zoom: u8) -> Self {
        Self { tracks: city, centre: CITY, tolerated_pixels: 32, ..Self::of_scene(name, zoom, 128) }
    }

    fn path(&self) -> PathBuf {
        folder().join(format!("{}.png", self.name))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Tracks from repetition counts and vertices, in sixteenths of a pixel from a corner.
fn tracks_of(corner: CanvasPosition, zoom: u8, lines: &[(usize, &[[i32; 2]])]) -> Vec<Track> {
    let vertex = |offset: &[i32; 2]| -> CanvasPosition {
        std::array::from_fn(|axis| corner[axis].wrapping_add((offset[axis] << (20 - zoom)) as u32))
    };
    let track = |line: &[[i32; 2]]| {
        let line: Vec<CanvasPosition> = line.iter().map(vertex).collect();
        Track { polylines: vec![Polyline::new(&line, 24)] }
    };
    lines.iter().flat_map(|&(times, line)| vec![track(line); times]).collect()
}

/// Streets of 1, 2, 5 and 20 visits, crossed by a lane of one visit and an oblique road of ten.
fn crossing() -> Vec<Track> {
    const LINES: &[(usize, &[[i32; 2]])] = &[
        (1, &[[-768, -1100], [-704, 1100]]),
        (2, &[[-384, -1100], [-320, 1100]]),
        (5, &[[64, -1100], [128, 1100]]),
        (20, &[[576, -1100], [640, 1100]]),
        (1, &[[-1100, -520], [1100, -520]]),
        (10, &[[-1100, 200], [-100, 330], [160, 700], [1100, 500]]),
    ];
    tracks_of(CORNER, 14, LINES)
}

/// A line across the antimeridian, and a loop on it.
fn antimeridian() -> Vec<Track> {
    const LINES: &[(usize, &[[i32; 2]])] = &[
        (1, &[[-900, -500], [-200, 300], [300, -100], [900, 500]]),
        (4, &[[-90, -420], [90, -420], [90, -600], [-90, -600], [-90, -420]]),
    ];
    tracks_of([0, 3 << 29], 4, LINES)
}

/// Single positions of one activity, of three and of fifty, and a line of half a pixel, which must look like a dot.
fn dots() -> Vec<Track> {
    tracks_of(CORNER, 16, &[(1, &[[-430, -8]]), (3, &[[0, 0]]), (50, &[[430, 8]]), (1, &[[0, 440], [8, 440]])])
}

/// Ten laps of a track, which count as one visit, and two single lines.
fn laps() -> Vec<Track> {
    const ROUND: [[i32; 2]; 9] = [
        [-400, -240],
        [400, -240],
        [570, -170],
        [640, 0],
        [570, 170],
        [400, 240],
        [-400, 240],
        [-600, 120],
        [-600, -120],
    ];
    let laps: Vec<[i32; 2]> =
        (0..90).map(|i: i32| ROUND[i as usize % 9]).zip(0..).map(|([x, y], i)| [x + i % 5, y - i % 3]).collect();
    let road: &[[i32; 2]] = &[[-800, -700], [-400, -240], [800, -240]];
    tracks_of(CORNER, 15, &[(1, &laps), (1, road), (1, &[[-760, 700], [-400, 240], [0, 240], [300, 760]])])
}

fn city() -> Vec<Track> {
    crate::demo_collection::collection().variants[0].tracks.clone()
}

/// Levels and their colours.
#[derive(Clone, Debug, PartialEq)]
struct Picture {
    side: u32,
    levels: Vec<u8>,
    colours: Vec<[u8; 4]>,
}

impl Picture {
    /// Draws with the pyramid and assembles the square from the tiles.
    fn drawn(golden: &Golden) -> Self {
        let compression = Compression::Default;
        let styles = vec![Style::new(&LAYERS[0], golden.palette.parse().expect("a palette of the table"))];
        let options =
            RenderOptions { zooms: golden.zoom..=golden.zoom, window: None, tile_size: 256, styles, compression };
        let tracks = TrackSet::new((golden.tracks)(), options.max_pixel_zoom());
        let spool = Spool::default();
        let drawn = pyramid::draw(
            MapInput { tracks: vec![tracks], layers: &[MapLayer::new(&LAYERS[0], &[], &[], None)] },
            &options,
            &Cpu,
            &spool,
            &[],
            Control { progress: &Silent, cancel: &Cancel::default() },
        )
        .expect("the CPU draws");
        let (zoom, side) = (&drawn.zooms[0], golden.side);
        let (layer, colour_table) = zoom.layer_of_style(&options.styles, 0);
        let mut picture = Self { side, levels: vec![0; (side * side) as usize], colours: Vec::new() };
        let across = 256u32 << golden.zoom;
        let corner = golden.centre.map(|axis| (axis >> (24 - golden.zoom)).wrapping_sub(side / 2));
        for &(coord, number) in &layer.tiles {
            let png = tile_png(&spool.read(&[number]).expect("kept")[0], 256, &colour_table.entries);
            let tile = Self::decode(png::Decoder::new(std::io::Cursor::new(png))).expect("a PNG");
            if picture.colours.len() < tile.colours.len() {
                picture.colours = tile.colours;
            }
            for (level, i) in tile.levels.into_iter().zip(0u32..) {
                let x = (coord.x() * 256 + i % 256).wrapping_sub(corner[0]) % across;
                let y = (coord.y() * 256 + i / 256).wrapping_sub(corner[1]) % across;
                if x < side && y < side {
                    picture.levels[(y * side + x) as usize] = level;
                }
            }
        }
        let highest = picture.levels.iter().copied().max().unwrap_or(0);
        picture.colours.truncate(usize::from(highest) + 1);
        picture
    }

    fn read(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::decode(png::Decoder::new(BufReader::new(file))).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Decodes an 8-bit palette PNG.
    fn decode<R: std::io::BufRead + std::io::Seek>(decoder: png::Decoder<R>) -> Result<Self, png::DecodingError> {
        let mut reader = decoder.read_info()?;
        let mut levels = vec![0; reader.output_buffer_size().unwrap_or(0)];
        reader.next_frame(&mut levels)?;
        let info = reader.info();
        let alpha = info.trns.as_deref().unwrap_or_default();
        let colours = info.palette.as_deref().unwrap_or_default().chunks_exact(3).zip(0..);
        let colours = colours.map(|(c, i)| [c[0], c[1], c[2], alpha.get(i).copied().unwrap_or(255)]);
        Ok(Self { side: info.width, levels, colours: colours.collect() })
    }

    fn write(&self, path: &Path) {
        let mut encoder = png::Encoder::new(File::create(path).expect("a new file"), self.side, self.side);
        encoder.set_color(png::ColorType::Indexed);
        encoder
            .set_palette(self.colours.iter().flat_map(|colour| [colour[0], colour[1], colour[2]]).collect::<Vec<_>>());
        encoder.set_trns(self.colours.iter().map(|colour| colour[3]).collect::<Vec<_>>());
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.levels)).expect("space");
    }

    /// Colour of a pixel blended onto a dark background.
    fn blended(&self, x: u32, y: u32) -> [u8; 3] {
        let level = self.levels.get((y * self.side + x) as usize).filter(|_| x < self.side && y < self.side);
        let [r, g, b, a] = level.and_then(|level| self.colours.get(usize::from(*level))).copied().unwrap_or_default();
        [r, g, b].map(|channel| ((u32::from(channel) * u32::from(a) + 18 * (255 - u32::from(a))) / 255) as u8)
    }
}

/// Describes the first kind of difference as an error.
fn difference(expected: &Picture, actual: &Picture, tolerated_pixels: usize) -> Result<(), String> {
    if expected.side != actual.side || expected.levels.len() != actual.levels.len() {
        return Err(format!("{} pixels along the side instead of {}", actual.side, expected.side));
    }
    let apart = expected.levels.iter().zip(&actual.levels).map(|(a, b)| a.abs_diff(*b));
    let (pixels, most) = apart.filter(|apart| *apart > 0).fold((0, 0), |(n, most), apart| (n + 1, apart.max(most)));
    if most > 1 || pixels > tolerated_pixels {
        return Err(format!("{pixels} pixels differ, by up to {most} levels"));
    }
    let off = |(a, b): (&[u8; 4], &[u8; 4])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 1);
    match expected.colours.iter().zip(&actual.colours).position(off) {
        Some(level) => {
            Err(format!("level {level} is {:?} and was {:?}", actual.colours[level], expected.colours[level]))
        }
        None => Ok(()),
    }
}

/// Writes expected, difference and actual side by side.
fn write_comparison(expected: &Picture, actual: &Picture, path: &Path) {
    let side = expected.side.max(actual.side);
    let level = |picture: &Picture, x: u32, y: u32| {
        let inside = x < picture.side && y < picture.side;
        inside.then(|| picture.levels.get((y * picture.side + x) as usize).copied().unwrap_or(0))
    };
    let changed = |x, y| match (level(expected, x, y), level(actual, x, y)) {
        (Some(a), Some(b)) if a == b => [a / 4; 3],
        (Some(a), Some(b)) => [a.abs_diff(b).saturating_mul(8).max(96), 32, 32],
        _ => [255, 0, 255],
    };
    let row = |y: u32| {
        (0..3 * side).flat_map(move |x| match x / side {
            0 => expected.blended(x, y),
            1 => changed(x - side, y),
            _ => actual.blended(x - 2 * side, y),
        })
    };
    let pixels: Vec<u8> = (0..side).flat_map(row).collect();
    fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
    let mut encoder = png::Encoder::new(File::create(path).expect("a new file"), 3 * side, side);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels)).expect("space");
}

/// Compares a drawn picture with its file. A missing file is an error.
fn compare_with_file(golden: &Golden, actual: &Picture) -> Result<(), String> {
    let expected = Picture::read(&golden.path())?;
    difference(&expected, actual, golden.tolerated_pixels).map_err(|fault| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(format!("{}.png", golden.name));
        write_comparison(&expected, actual, &path);
        format!("{}: {fault}; see {}", golden.name, path.display())
    })
}

#[test]
fn pictures_match_the_golden_files() {
    let update = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut faults = Vec::new();
    for golden in GOLDENS {
        let actual = Picture::drawn(golden);
        if update {
            actual.write(&golden.path());
        }
        faults.extend(compare_with_file(golden, &actual).err());
    }
    assert!(!update, "tests/golden was updated; inspect the pictures, then run without BLESS");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn golden_files_are_small_and_all_are_used() {
    let files = fs::read_dir(folder()).expect("the folder is there").map(|entry| entry.expect("an entry"));
    let mut total = 0;
    for file in files {
        let bytes = file.metadata().expect("a size").len();
        let path = file.path();
        assert!(GOLDENS.iter().any(|golden| golden.path() == path), "{} is used by no test", path.display());
        assert!(bytes <= 16 << 10, "{} has {bytes} bytes", path.display());
        total += bytes;
    }
    assert!(total <= 300 << 10, "{total} bytes in all");
}

#[test]
fn every_kind_of_difference_is_reported() {
    let golden = &GOLDENS[0];
    let picture = Picture::drawn(golden);
    assert_eq!(difference(&picture, &picture, 0), Ok(()));

    let lit = picture.levels.iter().position(|level| *level > 16).expect("something is lit");
    let with_level = |change: u8| {
        let mut other = picture.clone();
        other.levels[lit] -= change;
        other
    };
    assert!(difference(&picture, &with_level(1), 0).is_err());
    assert_eq!(difference(&picture, &with_level(1), 1), Ok(()), "one level is tolerated");
    assert!(difference(&picture, &with_level(2), 1).is_err());

    let with_colour = |change: u8| {
        let mut other = picture.clone();
        other.colours[16][1] += change;
        other
    };
    assert_eq!(difference(&picture, &with_colour(1), 0), Ok(()), "a difference of 1 is invisible");
    assert!(difference(&picture, &with_colour(2), 0).is_err());

    let side = picture.side - 1;
    let smaller = Picture { side, levels: vec![0; (side * side) as usize], ..picture.clone() };
    assert!(difference(&picture, &smaller, usize::MAX).is_err());

    let nowhere = Golden { name: "no-such-picture", ..Golden::of_scene("", 14, 128) };
    assert!(compare_with_file(&nowhere, &picture).is_err_and(|fault| fault.contains("no-such-picture")));

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden/the-comparison-itself.png");
    write_comparison(&picture, &smaller, &path);
    let size = png::Decoder::new(BufReader::new(File::open(path).expect("written"))).read_info().expect("a PNG");
    assert_eq!((size.info().width, size.info().height), (3 * picture.side, picture.side));
}
