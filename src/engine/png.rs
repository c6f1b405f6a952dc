//! PNG encoding of levels. A tile is a palette PNG whose colour indices are the levels.
//!
//! [`compress`] deflates the levels of a tile once, without colours. [`png()`] then adds the colours when the curve of
//! the zoom is known, so one compression serves every palette, and [`CompressedPixels::locate`] recovers the compressed
//! levels from a written tile.

use std::cell::RefCell;
use std::ops::{Deref, Range};

use flate2::{Compress, Decompress, FlushCompress, FlushDecompress, Status};
use twox_hash::XxHash3_128;

use crate::engine::raster::Levels;

/// Compression effort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(clap::ValueEnum))]
pub enum Compression {
    /// Fastest: a fifth less time than the default, tiles 6 % larger.
    Fast,
    /// Small tiles at a good speed.
    #[default]
    Default,
    /// Smallest tiles, for hosting: 6 % smaller than the default, for 1.5 times the total time.
    Small,
}

impl Compression {
    /// Level of zlib-rs. Measured alternatives: level 1 gives tiles 1.5 times as large, 3 takes as long as 4, 5 to 7
    /// take up to three times as long for 5 %, and 9 takes three times as long as 8 for 2 %.
    fn level(self) -> u32 {
        match self {
            Self::Fast => 2,
            Self::Default => 4,
            Self::Small => 8,
        }
    }
}

/// Compressed levels of a tile: the data of the `IDAT` chunk and the highest level. No colours.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompressedPixels<B = Vec<u8>> {
    pub idat: B,
    pub max: u8,
}

impl CompressedPixels<Range<usize>> {
    /// Byte range of the compressed pixels in a PNG written by [`png()`], `None` if no palette and pixels are found.
    /// Signature, header and checksums are not verified.
    pub fn locate(png: &[u8]) -> Option<Self> {
        // Signature (8 bytes) and IHDR chunk (25 bytes) have fixed sizes.
        let (mut offset, mut colours, mut idat) = (33, None, None);
        while idat.is_none() {
            let (length, after) = png.get(offset..)?.split_first_chunk()?;
            let length = u32::from_be_bytes(*length) as usize;
            let content = offset + 8..(offset + 8).checked_add(length)?;
            // Skips the CRC of the chunk.
            offset = content.end.checked_add(4).filter(|&end| end <= png.len())?;
            match after.first_chunk()? {
                b"PLTE" => colours = Some(length / 3),
                b"IDAT" => idat = Some(content),
                _ => {}
            }
        }
        Some(Self { idat: idat?, max: u8::try_from(colours?.checked_sub(1)?).ok()? })
    }
}

impl<B: Deref<Target = [u8]>> CompressedPixels<B> {
    /// Borrows the data.
    pub fn borrowed(&self) -> CompressedPixels<&[u8]> {
        CompressedPixels { idat: &self.idat, max: self.max }
    }

    /// XXH3 hash (128 bits) of the compressed levels, seeded with the highest level.
    pub fn digest(&self) -> u128 {
        XxHash3_128::oneshot_with_seed(self.max.into(), &self.idat)
    }

    /// Levels of a tile of `size` × `size` pixels, `None` if the data does not decode to a tile of this size and
    /// highest level.
    pub fn levels(&self, size: u32) -> Option<Levels> {
        let row = size as usize + 1;
        let mut raw = vec![0; row * size as usize];
        let mut decompress = Decompress::new(true);
        let status = decompress.decompress(&self.idat, &mut raw, FlushDecompress::Finish).ok()?;
        let mut pixels = Vec::with_capacity(raw.len());
        for row in raw.chunks_exact(row) {
            let [0, levels @ ..] = row else { return None };
            pixels.extend_from_slice(levels);
        }
        let levels = Levels::from_pixels(pixels);
        let is_whole = status == Status::StreamEnd && decompress.total_out() == raw.len() as u64;
        (is_whole && levels.max() == self.max).then_some(levels)
    }
}

/// Compressor and buffers of a thread, reused from tile to tile because a new compressor is costly.
struct TileCompressor {
    compression: Compression,
    compressor: Compress,
    raw: Vec<u8>,
    zlib: Vec<u8>,
}

thread_local! {
    static COMPRESSOR: RefCell<Option<TileCompressor>> = const { RefCell::new(None) };
}

/// Compresses the levels of a tile of `size` × `size` pixels.
pub fn compress(levels: &Levels, size: u32, compression: Compression) -> CompressedPixels {
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.take_if(|compressor| compressor.compression != compression);
        let compressor = compressor.get_or_insert_with(|| TileCompressor::new(compression));
        CompressedPixels { idat: compressor.compress(&levels.pixels, size as usize), max: levels.max() }
    })
}

impl TileCompressor {
    fn new(compression: Compression) -> Self {
        let compressor = Compress::new(flate2::Compression::new(compression.level()), true);
        Self { compression, compressor, raw: Vec::new(), zlib: Vec::new() }
    }

    fn compress(&mut self, pixels: &[u8], width: usize) -> Vec<u8> {
        let Self { compressor, raw, zlib, .. } = self;
        raw.clear();
        for row in pixels.chunks_exact(width) {
            // Filter 0 (none): for colour indices, differences compress worse than runs.
            raw.push(0);
            raw.extend_from_slice(row);
        }
        compressor.reset();
        zlib.clear();
        loop {
            zlib.reserve(raw.len() / 4);
            let rest = &raw[compressor.total_in() as usize..];
            let status = compressor.compress_vec(rest, zlib, FlushCompress::Finish);
            if status.expect("any bytes can be compressed") == Status::StreamEnd {
                return zlib.as_slice().to_vec();
            }
        }
    }
}

/// Assembles a PNG of `size` × `size` pixels (W3C PNG specification, third edition, section 5) from compressed levels
/// and the RGBA colours of all levels. Its palette ends at the highest level of the tile.
pub fn png(pixels: &CompressedPixels<impl Deref<Target = [u8]>>, size: u32, entries: &[[u8; 4]]) -> Vec<u8> {
    let colours = &entries[..=usize::from(pixels.max)];
    let opaque_from = colours.iter().rposition(|colour| colour[3] != 255).map_or(0, |last| last + 1);
    let mut out = Vec::with_capacity(pixels.idat.len() + colours.len() * 3 + opaque_from + 96);
    out.extend_from_slice(b"\x89PNG\r\n\x1a\n");
    let [width, height] = [size.to_be_bytes(); 2];
    // 8 bits per pixel, palette colour, deflate, filter method 0, not interlaced.
    write_chunk(&mut out, b"IHDR", [width, height].concat().into_iter().chain([8, 3, 0, 0, 0]));
    write_chunk(&mut out, b"PLTE", colours.iter().flat_map(|&[r, g, b, _]| [r, g, b]));
    write_chunk(&mut out, b"tRNS", colours[..opaque_from].iter().map(|colour| colour[3]));
    write_chunk(&mut out, b"IDAT", pixels.idat.iter().copied());
    write_chunk(&mut out, b"IEND", []);
    out
}

fn write_chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: impl IntoIterator<Item = u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    out.extend(data);
    let len = (out.len() - start - 8) as u32;
    out[start..start + 4].copy_from_slice(&len.to_be_bytes());
    let sum = crc32fast::hash(&out[start + 4..]);
    out.extend_from_slice(&sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Decodes with the png crate, which shares no code with this module.
    fn decode(bytes: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("pixels");
        let info = reader.info();
        let of = |bytes: &Option<std::borrow::Cow<[u8]>>| bytes.as_deref().unwrap_or_default().to_vec();
        (pixels, of(&info.palette), of(&info.trns))
    }

    fn located(png: &[u8]) -> Option<CompressedPixels<&[u8]>> {
        let CompressedPixels { idat, max } = CompressedPixels::locate(png)?;
        Some(CompressedPixels { idat: &png[idat], max })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn an_independent_decoder_reads_the_levels_and_colours(
            seed in prop::collection::vec(any::<u8>(), 1..4000), compression in 0usize..3,
        ) {
            let pixels: Vec<u8> = seed.iter().copied().cycle().take(65536).collect();
            let max = *pixels.iter().max().expect("pixels");
            let levels = Levels::from_pixels(pixels);
            let entries: Vec<[u8; 4]> = (0..=255u8).map(|i| [i, 255 - i, i / 2, i.saturating_mul(16)]).collect();
            let compression = [Compression::Fast, Compression::Default, Compression::Small][compression];
            let compressed = compress(&levels, 256, compression);
            let png = png(&compressed, 256, &entries);
            prop_assert_eq!(located(&png), Some(compressed.borrowed()), "taken out again");
            prop_assert_eq!(compressed.levels(256), Some(levels.clone()));
            let (pixels, palette, alpha) = decode(&png);
            prop_assert_eq!(pixels, levels.pixels);
            prop_assert_eq!(palette.len(), 3 * (usize::from(max) + 1), "cut after the highest level");
            prop_assert_eq!(&palette[..3], &entries[0][..3]);
            prop_assert_eq!(alpha.len(), usize::from(max).min(15) + 1, "opaque entries need no alpha");
        }

        #[test]
        fn a_damaged_png_does_not_panic_and_has_another_digest(offset in any::<prop::sample::Index>(), with in 1u8..) {
            let levels = Levels::from_pixels((0..65536u32).map(|i| i as u8).collect());
            let intact = compress(&levels, 256, Compression::Fast);
            let mut bytes = png(&intact, 256, &[[7; 4]; 256]);
            let offset = offset.index(bytes.len());
            bytes[offset] ^= with;
            if let Some(pixels) = located(&bytes) {
                prop_assert_eq!(pixels == intact.borrowed(), pixels.digest() == intact.digest());
                let _ = pixels.levels(256);
            }
            prop_assert!(located(&bytes[..offset]).is_none_or(|pixels| pixels == intact.borrowed()));
        }
    }
}
