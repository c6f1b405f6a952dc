//! The library as the memory of renders.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use twox_hash::XxHash3_128;

use super::{Kept, Record, keep};
use crate::collection::Collection;
use crate::layer::Accumulate;
use crate::library::Library;
use crate::progress::Progress;
use crate::pyramid::Order;
use crate::raster::Raster;
use crate::sink::{Set, former};
use crate::source;
use crate::spool::Spool;

/// Where renders leave records.
pub struct Memory {
    library: Library,
    identity: String,
    order: u128,
}

impl Memory {
    /// For what is drawn in this order; nothing where no later render could rely on a record of it.
    pub fn new(library: Library, order: &Order, raster: &dyn Raster) -> Option<Self> {
        let identity = raster.identity(order.layer.accumulate)?;
        // Another build may draw, simplify or compress otherwise.
        let program = source::content_of(&std::env::current_exe().ok()?).ok()?;
        let Order { zooms, tile_size, layer, compression, palettes: _ } = order;
        let text = format!("{identity}\n{program:x} {zooms:?} {tile_size} {} {compression:?}", layer.name);
        Some(Self { library, identity, order: XxHash3_128::oneshot(text.as_bytes()) })
    }

    /// What a render of these activities to `out` need not draw, and the pixels of it. Nothing where no record was left.
    ///
    /// # Errors
    /// With a reason why everything is to be drawn all the same, or when the user interrupts.
    pub fn keep(
        &self,
        (out, sets): (&Path, &[Set]),
        order: &Order,
        collection: &Collection,
        progress: &dyn Progress,
    ) -> Result<Option<(Kept, Spool)>> {
        let Ok(place) = former::place(out, sets) else { return Ok(None) };
        let Some(record) = self.library.render(&place)? else { return Ok(None) };
        let record = Record::unpack(&record).ok().context("what was noted of the last render is damaged")?;
        ensure!(record.order == self.order, "what is there was drawn in another way, or by another version");
        let mut former = former::open(&place, sets)?;
        let spool = Spool::beside(former.file());
        let kept = keep(&record, order, collection, former.as_mut(), &spool, progress)?;
        Ok(Some((kept, spool)))
    }

    /// Says that something was drawn and written.
    ///
    /// # Errors
    /// When the library cannot be written.
    pub fn leave(
        mut self,
        (out, sets): (&Path, &[Set]),
        raster: &dyn Raster,
        accumulate: Accumulate,
        record: impl FnOnce(u128) -> Record,
    ) -> Result<()> {
        // A device that was lost on the way has not drawn what it would have drawn alone.
        if raster.identity(accumulate).is_some_and(|identity| identity == self.identity) {
            self.library.leave_render(&former::place(out, sets)?, &record(self.order).pack())?;
        }
        Ok(())
    }
}
