//! The render record: describes a finished render so that the next one to the same output can reuse its tiles.
//!
//! The library stores it packed, under the path of the output: one [`LayerRecord`] for each drawing. `settings_hash` and `tiles_digest` show whether the
//! tiles on disk can be reused at all; `activities` shows which of them are dirty; `histograms` spares decoding the
//! tiles that are not dirty.

use std::collections::BTreeMap;

use super::TileIds;
use crate::bytes::codec::{ColumnReader, ColumnWriter, DecodeError, unpack};
use crate::engine::tone::histogram::Histogram;
use crate::pyramid::spool::Spool;
use crate::tileset::{RenderedZoom, TilesDigest};

/// Description of a finished render.
#[derive(Clone, Debug, Default)]
pub struct RenderRecord {
    /// Layers of different pixels.
    pub layers: Vec<LayerRecord>,
}

/// Description of the pixels of a layer.
#[derive(Clone, Debug, Default)]
pub struct LayerRecord {
    /// Name of the layer.
    pub layer: String,
    /// Meaning of the values of the activities, as text.
    pub meaning: String,
    /// Path of a tileset with these pixels, relative to the folder of the output.
    pub tileset: String,
    /// Hash of what determines the levels besides the activities: the device, the program, and the options except
    /// palettes.
    pub settings_hash: u128,
    /// Digest of the ids and compressed pixels of all tiles, see [`TilesDigest`].
    pub tiles_digest: u128,
    /// Non-empty tiles.
    pub tiles: TileIds,
    /// Histogram of the levels of each zoom, over all non-empty tiles.
    pub histograms: BTreeMap<u8, Histogram>,
    /// Key of each activity, and the tiles it may touch. A key changes with anything that affects the drawing of the
    /// activity: its polylines, and its sort key, so that activities with unchanged keys are drawn in unchanged order.
    pub activities: Vec<(u128, TileIds)>,
}

impl LayerRecord {
    /// Describes the tiles of a layer, the number `layer` of each zoom.
    pub fn of_zooms(zooms: &[RenderedZoom], layer: usize, spool: &Spool) -> Self {
        let (mut tiles_digest, mut tiles) = (TilesDigest::default(), TileIds::default());
        for &(tile, number) in zooms.iter().flat_map(|zoom| &zoom.layers[layer].tiles) {
            tiles.push(tile.id());
            tiles_digest.add(tile.id(), spool.digest(number));
        }
        let histograms = zooms.iter().map(|zoom| (zoom.grid.zoom, zoom.layers[layer].histogram.clone())).collect();
        Self { tiles_digest: tiles_digest.finish(), tiles, histograms, ..Self::default() }
    }

    fn write(&self, writer: &mut ColumnWriter) {
        for text in [&self.layer, &self.meaning, &self.tileset] {
            writer.varint(text.len() as u64);
            writer.bytes(text.bytes());
        }
        writer.bytes(self.settings_hash.to_le_bytes());
        writer.bytes(self.tiles_digest.to_le_bytes());
        self.tiles.write(writer);
        writer.varint(self.histograms.len() as u64);
        for (zoom, histogram) in &self.histograms {
            writer.varint((*zoom).into());
            histogram.0.iter().for_each(|count| writer.varint(*count));
        }
        writer.varint(self.activities.len() as u64);
        for (key, tiles) in &self.activities {
            writer.bytes(key.to_le_bytes());
            tiles.write(writer);
        }
    }

    fn read(reader: &mut ColumnReader) -> Result<Self, DecodeError> {
        let mut text = || {
            let length = reader.count()?;
            String::from_utf8(reader.bytes(length)?.to_vec()).map_err(|_| DecodeError)
        };
        let [layer, meaning, tileset] = [text()?, text()?, text()?];
        let (settings_hash, tiles_digest, tiles) = (reader.digest()?, reader.digest()?, TileIds::read(reader)?);
        let (mut histograms, mut pixels) = (BTreeMap::new(), 0u64);
        for _ in 0..reader.count()? {
            let zoom = u8::try_from(reader.varint()?).map_err(|_| DecodeError)?;
            let mut histogram = Histogram::default();
            for count in &mut histogram.0 {
                *count = reader.varint()?;
                // Histograms can then be added without overflow.
                pixels = pixels.checked_add(*count).ok_or(DecodeError)?;
            }
            histograms.insert(zoom, histogram);
        }
        let activities = (0..reader.count()?).map(|_| Ok((reader.digest()?, TileIds::read(reader)?)));
        Ok(Self {
            layer,
            meaning,
            tileset,
            settings_hash,
            tiles_digest,
            tiles,
            histograms,
            activities: activities.collect::<Result<_, DecodeError>>()?,
        })
    }
}

impl RenderRecord {
    /// Serializes and compresses the record.
    pub fn pack(&self) -> Vec<u8> {
        let mut writer = ColumnWriter::default();
        writer.varint(self.layers.len() as u64);
        self.layers.iter().for_each(|layer| layer.write(&mut writer));
        writer.pack()
    }

    /// Reverses [`pack`](Self::pack).
    ///
    /// # Errors
    /// If the bytes are damaged.
    pub fn unpack(packed: &[u8]) -> Result<Self, DecodeError> {
        let bytes = unpack(packed)?;
        let reader = &mut ColumnReader(&bytes);
        let layers = (0..reader.count()?).map(|_| LayerRecord::read(reader)).collect::<Result<_, _>>()?;
        Ok(Self { layers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn debug_text(record: &RenderRecord) -> String {
        format!("{record:?}")
    }

    fn record() -> impl Strategy<Value = RenderRecord> {
        let ids = || {
            prop::collection::vec(any::<u64>(), 0..20).prop_map(|mut ids| {
                ids.sort_unstable();
                ids.into_iter().collect::<TileIds>()
            })
        };
        let histograms =
            prop::collection::btree_map(0u8..=20, prop::array::uniform4(0..1u64 << 50), 0..4).prop_map(|zooms| {
                let histogram = |counts: [u64; 4]| Histogram(std::array::from_fn(|level| counts[level % 4]));
                zooms.into_iter().map(|(zoom, counts)| (zoom, histogram(counts))).collect()
            });
        let activities = prop::collection::vec((any::<u128>(), ids()), 0..6);
        let layer = (any::<u128>(), any::<u128>(), ids(), histograms, activities, prop::array::uniform3(".{0,9}"));
        let layer = layer.prop_map(
            |(settings_hash, tiles_digest, tiles, histograms, activities, [layer, meaning, tileset])| LayerRecord {
                layer,
                meaning,
                tileset,
                settings_hash,
                tiles_digest,
                tiles,
                histograms,
                activities,
            },
        );
        prop::collection::vec(layer, 0..3).prop_map(|layers| RenderRecord { layers })
    }

    proptest! {
        #[test]
        fn records_survive_packing(record in record()) {
            let unpacked = RenderRecord::unpack(&record.pack()).expect("what was packed");
            prop_assert_eq!(debug_text(&unpacked), debug_text(&record));
            prop_assert_eq!(unpacked.layers.len(), record.layers.len());
        }

        #[test]
        fn damaged_records_are_rejected(record in record(), at in any::<prop::sample::Index>(), with in 1u8..) {
            let mut packed = record.pack();
            let at = at.index(packed.len());
            packed[at] ^= with;
            if let Ok(unpacked) = RenderRecord::unpack(&packed) {
                prop_assert_eq!(debug_text(&unpacked), debug_text(&record), "what could be read is what was written");
            }
            prop_assert!(RenderRecord::unpack(&packed[..at]).is_err());
        }
    }

    #[test]
    fn overflowing_pixel_counts_are_rejected() {
        let record_with = |count| {
            let histograms = [(3, Histogram([1 << 55; 256])), (4, Histogram([count; 256]))].into();
            RenderRecord { layers: vec![LayerRecord { histograms, ..LayerRecord::default() }] }
        };
        assert!(RenderRecord::unpack(&record_with((1 << 55) - 1).pack()).is_ok());
        assert!(RenderRecord::unpack(&record_with(1 << 55).pack()).is_err());
    }
}
