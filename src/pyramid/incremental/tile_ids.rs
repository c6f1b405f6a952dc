//! Compact ascending lists of tile ids: neighbouring tiles take one or two bytes each.

use crate::bytes::codec::{ColumnReader, ColumnWriter, DecodeError};

/// Ascending [tile ids](crate::engine::geometry::tile::TileCoord::id), stored as varints of their differences.
#[derive(Clone, Debug, Default)]
pub struct TileIds {
    deltas: ColumnWriter,
    last: u64,
}

impl TileIds {
    /// Appends an id, which must not be less than the last.
    pub fn push(&mut self, id: u64) {
        self.deltas.varint(id - self.last);
        self.last = id;
    }

    /// Iterates over the ids in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        let (mut reader, mut id) = (ColumnReader(self.deltas.as_bytes()), 0);
        std::iter::from_fn(move || {
            // Varints of an in-memory list are always valid, so an error is the end of the list.
            id += reader.varint().ok()?;
            Some(id)
        })
    }

    /// Writes the list, preceded by its length in bytes.
    pub fn write(&self, writer: &mut ColumnWriter) {
        let bytes = self.deltas.as_bytes();
        writer.varint(bytes.len() as u64);
        writer.bytes(bytes.iter().copied());
    }

    /// Reads a list written by [`write`](Self::write).
    ///
    /// # Errors
    /// If the bytes end early or an id overflows.
    pub fn read(reader: &mut ColumnReader<'_>) -> Result<Self, DecodeError> {
        let count = reader.count()?;
        let (mut deltas, mut ids) = (ColumnReader(reader.bytes(count)?), Self::default());
        while !deltas.0.is_empty() {
            ids.push(ids.last.checked_add(deltas.varint()?).ok_or(DecodeError)?);
        }
        Ok(ids)
    }
}

impl FromIterator<u64> for TileIds {
    fn from_iter<T: IntoIterator<Item = u64>>(ids: T) -> Self {
        let mut all = Self::default();
        ids.into_iter().for_each(|id| all.push(id));
        all
    }
}
