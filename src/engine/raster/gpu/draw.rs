//! Draws one batch of tiles on the GPU: upload, passes, readback.
//!
//! `upload_geometry` uploads the vertices and strips of a chunk once. For each batch, `submit_batch` uploads the placed
//! strips (strip, slot of the tile, position in the tile) and submits:
//! 1. passes that [draw sums](super::accumulate) into the atlas;
//! 2. a pass that converts sums to levels and counts the levels in histograms;
//! 3. copies of levels and histograms to a staging buffer.
//!
//! `receive_batch` waits for the copies and emits the tiles. Several batches may be in flight: each has its own staging
//! buffer, and all share the atlas, because the queue runs them in order. After an error,
//! [`Fallback`](crate::engine::raster::fallback::Fallback) draws the missing tiles on the CPU.

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use wgpu::{Buffer, BufferUsages};

use super::Gpu;
use super::atlas::{Atlas, HISTOGRAM_BYTES};
use super::context::Readback;
use super::frame::Frame;
use super::geometry::Geometry;
use super::layout::{PlacedStrip, Strip};
use super::schedule::{Batch, Chunk, slot_strips};
use super::timer::Timer;
use crate::engine::drawing::Drawing;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::quantity::Quantity;
use crate::engine::raster::{Emit, Levels, Scene};
use crate::engine::tiling::plan::StripRef;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;

/// Buffers shared by all batches of a drawing and a chunk.
pub struct ChunkBuffers<'a> {
    pub scene: &'a Scene<'a>,
    pub drawing: &'a Drawing,
    pub geometry: &'a Geometry,
    pub frame: Buffer,
    /// Rank of each activity, for layers of steps; or values of each edge, for layers of means.
    pub numbers: Option<Buffer>,
}

/// A batch in flight.
pub struct SubmittedBatch {
    tiles: Vec<usize>,
    /// Levels, histograms and timestamps, in one staging buffer.
    levels: Readback,
}

impl ChunkBuffers<'_> {
    /// Strips of the slots of a batch, slot after slot.
    pub fn place_strips(&self, batch: &Batch) -> Vec<PlacedStrip> {
        let Self { scene, drawing, geometry, .. } = self;
        let device_index =
            |strip: u32| geometry.device_indices.as_ref().map_or(strip, |indices| indices[strip as usize]);
        let placed_strips_of = |(position, &index): (usize, &usize)| {
            let (tile, slots) = (scene.plan.tiles()[index], slot_strips(scene, drawing, index));
            let first_slot = position * drawing.layer.code.channels();
            slots.into_iter().enumerate().flat_map(move |(slot, strip_refs)| {
                let place = move |strip_ref: StripRef| {
                    PlacedStrip::new(scene, tile, first_slot + slot, strip_ref, device_index(strip_ref.strip))
                };
                strip_refs.into_owned().into_iter().map(place)
            })
        };
        batch.tiles.par_iter().enumerate().flat_map_iter(placed_strips_of).collect()
    }
}

/// Columns of a quantity on the edge that ends at each uploaded vertex.
fn edge_values(scene: &Scene, geometry: &Geometry, quantity: Quantity) -> Vec<f32> {
    let mut columns = Vec::new();
    let mut add = |vertex: usize| columns.extend_from_slice(scene.strips.values.of_edge(quantity, vertex));
    match &geometry.scene_vertices {
        Some(uploaded) => uploaded.iter().for_each(|vertex| add(*vertex as usize)),
        None => (0..scene.strips.vertices.len()).for_each(add),
    }
    if columns.is_empty() {
        // Lines without measurements: nothing is known.
        columns = vec![0.0; quantity.columns() * geometry.vertex_count];
    }
    columns
}

impl Gpu {
    /// Uploads the strips of a chunk with their vertices. If the chunk has only some of the strips, a vertex shared by
    /// two strips is uploaded for each.
    pub(super) fn upload_geometry(&self, scene: &Scene, chunk: &Chunk) -> Result<Geometry> {
        let all = scene.strips;
        let (mut device_indices, mut vertices_in_chunk, mut times_in_chunk) = (None, Vec::new(), Vec::new());
        let mut scene_vertices = Vec::new();
        let strips: Vec<Strip> = match &chunk.strips {
            None => all.strips.par_iter().map(|strip| Strip::new(all, strip, strip.first, scene.grid)).collect(),
            Some(chunk_strips) => {
                let mut device_index_of = vec![0; all.strips.len()];
                let mut gather = |(device_index, &strip_index): (usize, &u32)| {
                    let (strip, first_vertex) = (&all.strips[strip_index as usize], vertices_in_chunk.len() as u32);
                    device_index_of[strip_index as usize] = device_index as u32;
                    vertices_in_chunk.extend_from_slice(all.vertices_of(strip));
                    times_in_chunk.extend_from_slice(all.times_of(strip));
                    scene_vertices.extend(strip.first..strip.first + strip.len);
                    Strip::new(all, strip, first_vertex, scene.grid)
                };
                let strips = chunk_strips.iter().enumerate().map(&mut gather).collect();
                device_indices = Some(device_index_of);
                strips
            }
        };
        let (vertices, times): (&[CanvasPosition], &[u32]) = match device_indices {
            Some(_) => (&vertices_in_chunk, &times_in_chunk),
            None => (&all.vertices, &all.times),
        };
        let geometry = self.context.checked(|| -> Result<Geometry> {
            Ok(Geometry {
                vertex_count: vertices.len(),
                scene_vertices: device_indices.is_some().then_some(scene_vertices),
                device_indices,
                vertices: self.context.create_buffer_init("vertices", vertices, BufferUsages::STORAGE)?,
                times: self.context.create_buffer_init("times", times, BufferUsages::STORAGE)?,
                strips: self.context.create_buffer_init("strips", &strips, BufferUsages::STORAGE)?,
            })
        });
        geometry?
    }

    /// Uploads what a drawing needs besides the strips.
    pub(super) fn upload_drawing<'a>(
        &self,
        (scene, drawing): (&'a Scene<'a>, &'a Drawing),
        geometry: &'a Geometry,
        atlas: &Atlas,
    ) -> Result<ChunkBuffers<'a>> {
        let frame = Frame::new(scene, drawing, atlas.pixels / scene.grid.tile_size);
        let ranks = match (drawing.layer.code, &drawing.values) {
            (LevelCode::Step(code), Some(values)) => {
                Some(values.iter().map(|&v| u32::from(v) ^ code.rank_mask()).collect())
            }
            (LevelCode::Step(code), None) => {
                let activities = scene.strips.strips.last().map_or(0, |strip| strip.activity as usize + 1);
                Some(vec![code.rank_mask(); activities])
            }
            (LevelCode::Heat(_) | LevelCode::Class(_) | LevelCode::Value(_), _) => None::<Vec<u32>>,
        };
        let values = drawing.layer.quantity().map(|quantity| edge_values(scene, geometry, quantity));
        let buffers = self.context.checked(|| -> Result<ChunkBuffers> {
            let upload = |ranks| self.context.create_buffer_init("ranks", ranks, BufferUsages::STORAGE);
            let upload_values = |values| self.context.create_buffer_init("values", values, BufferUsages::STORAGE);
            Ok(ChunkBuffers {
                scene,
                drawing,
                geometry,
                frame: self.context.create_buffer_init("frame", &[frame], BufferUsages::UNIFORM)?,
                numbers: match values.as_deref() {
                    Some(values) => Some(upload_values(values)?),
                    None => ranks.as_deref().map(upload).transpose()?,
                },
            })
        });
        buffers?
    }

    /// Uploads the placed strips of a batch and submits its commands, without waiting.
    pub(super) fn submit_batch(
        &self,
        chunk: &ChunkBuffers,
        batch: &Batch,
        atlas: &mut Atlas,
    ) -> Result<SubmittedBatch> {
        let placed_strips = chunk.place_strips(batch);
        self.context.checked(|| self.record_commands(chunk, batch, &placed_strips, atlas))?
    }

    /// Records the commands of a batch and submits them.
    fn record_commands(
        &self,
        chunk: &ChunkBuffers,
        batch: &Batch,
        placed_strips: &[PlacedStrip],
        atlas: &mut Atlas,
    ) -> Result<SubmittedBatch> {
        let (tile_size, tiles) = (chunk.scene.grid.tile_size, batch.tiles.len() as u32);
        let staging = atlas.take_staging(&self.context)?;
        let mut encoder = self.context.device.create_command_encoder(&Default::default());
        encoder.clear_buffer(&atlas.histograms, 0, None);
        self.accumulate(chunk, batch, placed_strips, atlas, &mut encoder)?;
        self.levels(chunk, batch, atlas, &mut encoder)?;

        let (pixels, counts) = (u64::from(tile_size * tile_size * tiles), u64::from(tiles) * HISTOGRAM_BYTES);
        encoder.copy_buffer_to_buffer(&atlas.levels, 0, &staging, 0, pixels);
        encoder.copy_buffer_to_buffer(&atlas.histograms, 0, &staging, pixels, counts);
        if let Some(timer) = &atlas.timer {
            timer.copy_ticks(&mut encoder, &staging, pixels + counts);
        }
        let levels = self.context.submit(encoder, staging, pixels + counts + Timer::BYTES);
        Ok(SubmittedBatch { tiles: batch.tiles.clone(), levels })
    }

    /// Waits for a batch, emits its tiles on several threads in any order, and returns the staging buffer to the atlas.
    pub(super) fn receive_batch(
        &self,
        (scene, drawing): (&Scene, usize),
        batch: SubmittedBatch,
        atlas: &mut Atlas,
        emit: Emit,
    ) -> Result<()> {
        let SubmittedBatch { tiles, levels } = batch;
        let staging = self.context.wait(levels)?;
        let tile_bytes = (scene.grid.tile_size * scene.grid.tile_size) as usize;
        let (pixels, counts) = (tiles.len() * tile_bytes, tiles.len() * HISTOGRAM_BYTES as usize);
        let end = (pixels + counts) as u64 + Timer::BYTES;
        let bytes = staging.get_mapped_range(..end).context("cannot read the levels back from the GPU")?;
        if let Some(timer) = &atlas.timer {
            self.add_busy_time(timer.elapsed(&bytes[pixels + counts..]));
        }
        let pixels_of = bytes[..pixels].par_chunks_exact(tile_bytes);
        let counts_of = bytes[pixels..pixels + counts].par_chunks_exact(HISTOGRAM_BYTES as usize);
        tiles.par_iter().zip(pixels_of).zip(counts_of).try_for_each(|((&index, pixels), counts)| {
            let counts: &[u32] = bytemuck::cast_slice(counts);
            let histogram = Histogram(std::array::from_fn(|level| u64::from(counts[level])));
            emit(index, drawing, &Levels { pixels: pixels.to_vec(), histogram })
        })?;
        drop(bytes);
        staging.unmap();
        atlas.return_staging(staging);
        Ok(())
    }
}
