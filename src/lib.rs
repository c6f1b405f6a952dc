//! Trailglow turns the activity files a person owns into heat map tiles. How data flows:
//!
//! ```text
//! files ─ source ─▶ Activity ─ library ⇄ selection ─ duplicates, privacy ─▶ collection: tracks
//!                                                                              │
//!    ┌─────────────────────────────────── engine ────────────────────────────◀─┘
//!    │ geometry: strips per zoom ─ tiling: which tiles see which ─ raster: levels ─ tone: colours ─ png
//!    └─▶ pyramid: all zooms, first time or again ─ tileset: folder, PMTiles, written and read
//! ```
//! [`job`] says in which order, [`cli`] who asks. Modules are rooms, from the ground up: control, engine, bytes, activity,
//! source, privacy, duplicates, selection, collection, library, tileset, pyramid, demo, job, cli. A room imports only from
//! those below it, and the engine from none: it is all that is left without the features `native` and `gpu`.
//!
//! Three points in, a small picture of levels out:
//!
//! ```
//! use std::sync::Mutex;
//! use trailglow::engine::geometry::grid::Grid;
//! use trailglow::engine::geometry::mercator::canvas_from_degrees;
//! use trailglow::engine::geometry::strip::{Polyline, Track};
//! use trailglow::engine::layer::LAYERS;
//! use trailglow::engine::raster::cpu::Cpu;
//! use trailglow::engine::{TileFilter, TrackSet, draw_tiles};
//!
//! let points = [(9.98, 53.56), (10.08, 53.42), (10.20, 53.57)].map(|(lon, lat)| canvas_from_degrees(lon, lat));
//! let grid = Grid { zoom: 9, tile_size: 256 };
//! let ride = Track { polylines: vec![Polyline::simplified(&points, grid.pixel_zoom(), LAYERS[0].simplify)] };
//! let tracks = TrackSet::new(vec![ride], grid.pixel_zoom());
//!
//! let picture = Mutex::new(Vec::new());
//! draw_tiles((&tracks, &tracks.select_all()), (grid, TileFilter::ALL), &LAYERS[0], &Cpu, &|_, levels| {
//!     // The brightest of every 16 × 16 pixels as a character: nothing, the edge of a line, a visit.
//!     for row in 0..16 {
//!         let brightest = |column: usize| {
//!             let pixels = (0..256).map(|i| levels.pixels[(16 * row + i / 16) * 256 + 16 * column + i % 16]);
//!             match pixels.max() { Some(0) => '.', Some(1..16) => '-', _ => '#' }
//!         };
//!         picture.lock().unwrap().push((0..16).map(brightest).collect::<String>());
//!     }
//!     Ok(())
//! })?;
//! let picture = picture.into_inner().unwrap();
//! assert_eq!(picture[6..13], [
//!     ".......-#.......",
//!     "...#...##.......",
//!     "...#...#........",
//!     "...##.##........",
//!     "....#.#.........",
//!     "....###.........",
//!     ".....#..........",
//! ]);
//! # anyhow::Ok(())
//! ```

#[cfg(feature = "native")]
pub mod activity;
#[cfg(feature = "native")]
pub mod bytes;
#[cfg(feature = "native")]
pub mod cli;
#[cfg(feature = "native")]
pub mod collection;
#[cfg(feature = "native")]
pub mod control;
#[cfg(feature = "native")]
pub mod demo;
#[cfg(feature = "native")]
pub mod duplicates;
pub mod engine;
#[cfg(feature = "native")]
pub mod job;
#[cfg(feature = "native")]
pub mod library;
#[cfg(feature = "native")]
pub mod privacy;
#[cfg(feature = "native")]
pub mod pyramid;
#[cfg(feature = "native")]
pub mod selection;
#[cfg(feature = "native")]
pub mod source;
#[cfg(feature = "native")]
pub mod tileset;
