//! Trailglow turns the activity files of a person into heat map tiles. Data flow:
//!
//! ```text
//! files ─ source ─▶ Activity ─ library ─ privacy ─ duplicates ─ selection ─▶ collection: tracks
//!                                                                                             │
//!    ┌─────────────────────────────────────── engine ◀────────────────────────────────────────┘
//!    │ geometry: strips per zoom ─ tiling: plan ─ raster: levels ─ tone: colours ─ png: tiles
//!    └─▶ pyramid: all zooms, drawn or reused ─ tileset: folder or PMTiles, written and read
//! ```
//!
//! [`job`] runs these steps for [`cli`]. Modules import only from modules further left in this list: control, engine,
//! bytes, activity, source, privacy, duplicates, selection, collection, library, tileset, pyramid, demo, job, cli. The
//! engine imports from no other module and is all that remains without the features `native` and `gpu`.
//!
//! # Words
//!
//! | word | meaning | type |
//! | --- | --- | --- |
//! | activity | one recording: sport, times, name, segments | [`Activity`](activity::Activity) |
//! | segment | points in time order without a gap | [`Segment`](activity::Segment) |
//! | sport | type of activity under one name, derived from the words in files | [`Sport`](activity::sport::Sport) |
//! | summary, totals, focus | length, times and bounds of an activity; sums over a map; the box that a map shows first | [`Summary`](activity::summary::Summary), [`Totals`](collection::Totals) |
//! | zone, trim | hidden circle around a place; hidden ends of an activity | [`Zone`](privacy::Zone), [`Privacy`](privacy::Privacy) |
//! | seal | hash of an output, by which the library finds the zones and the trim that it was drawn under | [`Seal`](tileset::Seal) |
//! | copy, twin | second recording of the same activity, found by sketch and trace; byte-identical file | [`Judgement`](duplicates::Judgement), [`Skip::Twin`](source::Skip::Twin) |
//! | selection, condition, sentence | condition under which activities are selected; tests of fields; a condition as text | [`Selection`](selection::Selection), [`Expression`](selection::Expression), [`sentence`](selection::sentence) |
//! | field, facet, view | property that conditions test; its groups of activities; selection with a name | [`Field`](selection::Field), [`Facet`](selection::Facet), [`View`](selection::View) |
//! | dropped, hidden, omitted, excluded | points removed by tidying; points removed by privacy; activities read but not drawn; activities that the user left out with `exclude` | [`DroppedPoints`](activity::tidy::DroppedPoints), [`Omitted`](selection::Omitted) |
//! | prepared | visible part of an activity, tidied, projected and simplified | [`Prepared`](collection::Prepared) |
//! | library | SQLite file of activities, zones, decisions and render records | [`Library`](library::Library) |
//! | content, imported, remembered | bytes of a file in the library; kept until the user forgets them; kept by `render` for the next run | [`ContentId`](library::ContentId) |
//! | canvas | Web Mercator plane of 2³² × 2³² units | [`CanvasPosition`](engine::geometry::mercator::CanvasPosition) |
//! | track, polyline, vertex, edge | an activity on the canvas; projected line of a segment; a point of a polyline; the line between two vertices | [`Track`](engine::geometry::polyline::Track), [`Polyline`](engine::geometry::polyline::Polyline) |
//! | strip | at most 16 consecutive edges of one polyline at one zoom | [`Strip`](engine::geometry::strip::Strip) |
//! | plan, clip mask | strips that each tile sees; cells of a tile that are drawn | [`Plan`](engine::tiling::plan::Plan), [`ClipMask`](engine::tiling::clip_mask::ClipMask) |
//! | layer, drawing | meaning of a pixel: visits, dates, classes …; a layer with the value of each activity | [`Layer`](engine::layer::Layer), [`Drawing`](engine::drawing::Drawing) |
//! | class, step | one of at most eight groups of activities; one of 36 parts of a range | [`ClassCode`](engine::tone::class_code::ClassCode), [`StepCode`](engine::tone::step_code::StepCode) |
//! | profile, reach | heat by distance from a line; distance at which the heat is 0 | [`Profile`](engine::raster::profile::Profile) |
//! | heat, level | value of a pixel; its 8-bit code | [`Levels`](engine::raster::Levels), [`LevelCode`](engine::tone::level_code::LevelCode) |
//! | curve, palette, stop | level → position on the palette; colours by position; a colour with its position | [`Curve`](engine::tone::curve::Curve), [`Palette`](engine::tone::palette::Palette) |
//! | colour table | curve and 256 colours of a zoom | [`ColourTable`](engine::tone::normalize::ColourTable) |
//! | style | layer × palette | [`Style`](tileset::Style) |
//! | tileset | tiles of one style with their description, as folder or PMTiles | [`tileset`] |
//! | rendered map | one tileset per style, before it is written | [`RenderedMap`](tileset::RenderedMap) |
//! | render record, dirty, reused | note on a render for the next one; tiles that a change touches; tiles of the previous output | [`RenderRecord`](pyramid::incremental::RenderRecord), [`DirtyTiles`](pyramid::incremental::DirtyTiles), [`Reused`](pyramid::incremental::Reused) |
//!
//! # Example
//!
//! Three points become a small picture of levels:
//!
//! ```
//! use std::sync::Mutex;
//! use trailglow::engine::drawing::Drawing;
//! use trailglow::engine::geometry::grid::Grid;
//! use trailglow::engine::geometry::mercator::canvas_from_degrees;
//! use trailglow::engine::geometry::polyline::{Polyline, Track};
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
//! let visits = Drawing::of_all(&LAYERS[0]);
//! draw_tiles((&tracks, &tracks.select_all()), (grid, TileFilter::ALL), &visits, &Cpu, &|_, levels| {
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
//!     "........#.......",
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
