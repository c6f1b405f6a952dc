//! Blended digits of passes that are not yet in the sums of their tiles.

use anyhow::Result;
use wgpu::{BindingResource, Buffer, BufferUsages};

use super::atlas::Atlas;
use super::context::Context;
use super::draw::ChunkBuffers;
use super::layout::Carry;
use super::schedule::Batch;

/// Some tiles with blended digits, as input of `digits.wgsl`.
pub struct PendingDigits {
    carries: Buffer,
    /// Number of tiles.
    pub tiles: u32,
}

impl PendingDigits {
    /// Digits of the tiles that the dispatch `number` blended and the next one continues; `None` for the last dispatch.
    pub fn before_next(context: &Context, batch: &Batch, number: usize) -> Result<Option<Self>> {
        let carry = |slot| Carry { slot, accumulate: (number > 0).into() };
        let next = batch.dispatches.get(number + 1);
        next.map(|next| Self::new(context, next.iter().map(|range| carry(range.slot)).collect())).transpose()
    }

    /// The last digits of all tiles of a batch, tile after tile.
    pub fn last(context: &Context, batch: &Batch) -> Result<Self> {
        let mut carries: Vec<Carry> = (0..batch.tiles.len() as u32).map(|slot| Carry { slot, accumulate: 0 }).collect();
        for range in batch.dispatches.iter().skip(1).flatten() {
            carries[range.slot as usize].accumulate = 1;
        }
        Self::new(context, carries)
    }

    fn new(context: &Context, carries: Vec<Carry>) -> Result<Self> {
        let tiles = carries.len() as u32;
        Ok(Self { carries: context.create_buffer_init("carries", &carries, BufferUsages::STORAGE)?, tiles })
    }

    /// Bindings of `frame.wgsl` and `digits.wgsl`.
    pub fn bindings<'a>(
        &'a self,
        context: &Context,
        chunk: &'a ChunkBuffers,
        atlas: &'a Atlas,
    ) -> Vec<BindingResource<'a>> {
        let [high, low] = atlas.plane_bindings();
        let digits = BindingResource::TextureView(atlas.digits(context));
        vec![chunk.frame.as_entire_binding(), high, low, self.carries.as_entire_binding(), digits]
    }
}
