//! Draws tiles as exact sums and reads both planes back.

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use wgpu::{BufferUsages, TexelCopyBufferInfo, TexelCopyBufferLayout, TexelCopyTextureInfo};

use super::Gpu;
use super::atlas::Atlas;
use super::context::Readback;
use super::digits::PendingDigits;
use super::draw::ChunkBuffers;
use super::schedule::{Batch, Budget, schedule};
use crate::engine::accumulation::PerActivity;
use crate::engine::drawing::Drawing;
use crate::engine::quantum::PLANE_BITS;
use crate::engine::raster::Scene;
use crate::engine::raster::cpu::{self, Cpu};
use crate::engine::raster::sums::{EmitSums, Sums};
use crate::engine::tone::level_code::LevelCode;

impl Gpu {
    /// Draws every tile of the plan as sums, exact up to four million units.
    ///
    /// # Errors
    /// If the device fails, or the first error of `emit`; some tiles may have been emitted by then.
    pub fn sums(&self, scene: &Scene, emit: EmitSums) -> Result<()> {
        self.context.check_lost()?;
        for (number, drawing) in scene.drawings.iter().enumerate() {
            let alone = Scene { drawings: std::slice::from_ref(drawing), ..*scene };
            let emit: EmitSums = &|tile, _, sums| emit(tile, number, sums);
            if self.can_draw(drawing.layer) { self.sums_of(&alone, drawing, emit)? } else { Cpu.sums(&alone, emit)? }
        }
        Ok(())
    }

    /// Draws every tile of a scene with one drawing.
    fn sums_of(&self, scene: &Scene, drawing: &Drawing, emit: EmitSums) -> Result<()> {
        let slots = drawing.layer.code.channels();
        let schedule = schedule(scene, drawing, Budget::new(&self.limits, self.tuning, scene.grid.tile_size, slots));
        let atlas = &*self.lock_atlas();
        for chunk in &schedule.chunks {
            let geometry = self.upload_geometry(scene, chunk)?;
            let buffers = self.upload_drawing((scene, drawing), &geometry, atlas)?;
            for batch in &chunk.batches {
                let readback = self.submit_sums(&buffers, batch, atlas)?;
                self.receive_sums((scene, drawing), batch, readback, emit)?;
            }
        }
        cpu::sum_tiles(scene, schedule.cpu_tiles.into_par_iter(), emit)
    }

    /// Draws a batch and copies both planes of each slot, high before low, slot after slot.
    fn submit_sums(&self, chunk: &ChunkBuffers, batch: &Batch, atlas: &Atlas) -> Result<Readback> {
        let placed_strips = chunk.place_strips(batch);
        let side = chunk.scene.grid.tile_size;
        let plane_bytes = u64::from(side * side) * size_of::<f32>() as u64;
        let submitted = self.context.checked(|| -> Result<Readback> {
            let slots = (batch.tiles.len() * chunk.drawing.layer.code.channels()) as u32;
            let size = u64::from(slots) * 2 * plane_bytes;
            let staging = self.context.create_buffer("sums", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST)?;
            let mut encoder = self.context.device.create_command_encoder(&Default::default());
            self.accumulate(chunk, batch, &placed_strips, atlas, &mut encoder)?;
            if matches!(chunk.drawing.layer.per_activity, PerActivity::Integral(_)) {
                self.carry(chunk, &PendingDigits::last(&self.context, batch)?, atlas, &mut encoder);
            }
            let slots = (0..slots).flat_map(|slot| atlas.planes.iter().map(move |plane| (slot, plane)));
            for ((slot, plane), number) in slots.zip(0u64..) {
                let [x, y] = atlas.slot_origin(slot, side);
                let origin = wgpu::Origin3d { x, y, z: 0 };
                let layout = TexelCopyBufferLayout {
                    offset: number * plane_bytes,
                    bytes_per_row: Some(side * size_of::<f32>() as u32),
                    rows_per_image: None,
                };
                encoder.copy_texture_to_buffer(
                    TexelCopyTextureInfo {
                        texture: &plane.texture,
                        mip_level: 0,
                        origin,
                        aspect: wgpu::TextureAspect::All,
                    },
                    TexelCopyBufferInfo { buffer: &staging, layout },
                    wgpu::Extent3d { width: side, height: side, depth_or_array_layers: 1 },
                );
            }
            Ok(self.context.submit(encoder, staging, size))
        });
        submitted?
    }

    /// Waits for a batch and emits its tiles.
    fn receive_sums(
        &self,
        (scene, drawing): (&Scene, &Drawing),
        batch: &Batch,
        readback: Readback,
        emit: EmitSums,
    ) -> Result<()> {
        let staging = self.context.wait(readback)?;
        let bytes = staging.get_mapped_range(..).context("cannot read the sums back from the GPU")?;
        let planes: &[f32] = bytemuck::cast_slice(&bytes);
        let pixels = scene.grid.tile_size.pow(2) as usize;
        let (slot, slots) = (2 * pixels, drawing.layer.code.channels());
        batch.tiles.iter().zip(planes.chunks_exact(slots * slot)).try_for_each(|(&index, tile)| {
            let sums = |slot: &[f32]| {
                let quanta = |(high, low): (&f32, &f32)| ((*high as u64) << PLANE_BITS) + *low as u64;
                slot[..pixels].iter().zip(&slot[pixels..]).map(quanta).collect()
            };
            let numbers = |plane: &[f32]| plane.iter().map(|number| *number as u64).collect();
            let planes = match drawing.layer.code {
                LevelCode::Heat(_) | LevelCode::Class(_) | LevelCode::Value(_) => {
                    tile.chunks_exact(slot).map(sums).collect()
                }
                LevelCode::Step(_) => tile.chunks_exact(pixels).map(numbers).collect(),
            };
            emit(index, 0, Sums { planes })
        })
    }
}
