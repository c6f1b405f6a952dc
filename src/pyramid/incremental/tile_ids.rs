//! Ascending numbers in few bytes: tiles that lie side by side take a byte or two each.

use crate::bytes::codec::{DecodeError, Reader, Writer};

/// Ascending numbers of tiles (see [`TileCoord::id`](crate::engine::geometry::tile::TileCoord::id)) as varints of their deltas.
#[derive(Clone, Debug, Default)]
pub struct TileIds {
    deltas: Writer,
    last: u64,
}

impl TileIds {
    /// Adds a number that is no less than those before.
    pub fn push(&mut self, id: u64) {
        self.deltas.varint(id - self.last);
        self.last = id;
    }

    /// The numbers.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        let (mut reader, mut id) = (Reader(self.deltas.as_bytes()), 0);
        std::iter::from_fn(move || {
            // What was pushed can be read, so it ends at the end only.
            id += reader.varint().ok()?;
            Some(id)
        })
    }

    /// Appends them to other columns.
    pub fn write(&self, writer: &mut Writer) {
        let bytes = self.deltas.as_bytes();
        writer.varint(bytes.len() as u64);
        writer.bytes(bytes.iter().copied());
    }

    /// What [`write`](Self::write) has written.
    ///
    /// # Errors
    /// Where there is no such thing.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.count()?;
        let (mut deltas, mut ids) = (Reader(reader.bytes(count)?), Self::default());
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
