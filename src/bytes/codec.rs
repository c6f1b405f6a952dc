//! Lossless compression of columns of numbers.
//!
//! 1. Floats become integers: the first row of `SCALES` (decimal places, Garmin's semicircles) that restores every
//!    value bit for bit; if none does, the raw bits of the floats.
//! 2. Integers become first or second differences, whichever are shorter as varints, since neighbouring values of a
//!    recording differ little.
//! 3. Differences become zigzag LEB128 varints, 7 bits per byte.
//! 4. The whole blob is compressed with zlib, after its length as a varint.
//!
//! A column does not store its number of values: the caller passes the number to the reader.

use libdeflater::{CompressionLvl, Compressor, Decompressor};

use crate::engine::geometry::rounding::round_to_i64;

/// The blob is corrupt, or was not written by [`ColumnWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored data is damaged; forget the activity and import its file again")]
pub struct DecodeError;

/// Maximum number of bytes that Deflate produces per byte (RFC 1951: 258 bytes per two bits). Bounds the length that a
/// blob may claim.
const MAX_INFLATE_RATIO: u64 = 1032;

/// Divisor and factor: a stored integer `n` is the float `n / divisor * factor`.
const SCALES: [(f64, f64); 11] = [
    (1.0, 1.0),
    (10.0, 1.0),
    (100.0, 1.0),
    (1e3, 1.0),
    (1e5, 1.0),
    (1e6, 1.0),
    (1e7, 1.0),
    (1.0, 180.0 / (1u32 << 31) as f64),
    (1e8, 1.0),
    (1e10, 1.0),
    (1e13, 1.0),
];

/// Index after the last scale: the column holds the raw bits of the floats.
const RAW_BITS: u8 = SCALES.len() as u8;

/// `f32` or `f64`, with conversions to `f64` and to the IEEE 754 bits, zero-extended.
#[expect(missing_docs, reason = "the method names say it")]
pub trait Float: Copy {
    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn to_raw_bits(self) -> u64;
    fn from_raw_bits(bits: u64) -> Self;
}

impl Float for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn to_raw_bits(self) -> u64 {
        self.to_bits()
    }
    fn from_raw_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
}

impl Float for f32 {
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn to_raw_bits(self) -> u64 {
        self.to_bits().into()
    }
    fn from_raw_bits(bits: u64) -> Self {
        Self::from_bits(bits as u32)
    }
}

/// Writes columns into a buffer.
#[derive(Clone, Debug, Default)]
pub struct ColumnWriter(Vec<u8>);

impl ColumnWriter {
    /// Appends a LEB128 varint.
    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// Appends bytes without their count.
    pub fn bytes(&mut self, bytes: impl IntoIterator<Item = u8>) {
        self.0.extend(bytes);
    }

    /// Returns the bytes so far, not compressed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Appends a column of integers, without their count, as first or second differences.
    pub fn deltas(&mut self, values: &[i64]) {
        let first = differences(values.iter().copied());
        let second = differences(first.iter().copied());
        let cost = |column: &[i64]| column.iter().map(|value| u64::from(70 - zigzag(*value).leading_zeros()) / 7).sum();
        let (one, two): (u64, u64) = (cost(&first), cost(&second));
        let (order, column) = if two < one { (2, second) } else { (1, first) };
        self.0.push(order);
        column.into_iter().for_each(|value| self.varint(zigzag(value)));
    }

    /// Appends a column of floats, without their count.
    pub fn floats<T: Float>(&mut self, values: &[T]) {
        let to_column = |&(divisor, factor): &(f64, f64)| -> Option<Vec<i64>> {
            let to_integer = |value: &T| {
                let whole = round_to_i64(value.to_f64() / factor * divisor);
                (from_scaled::<T>(whole, divisor, factor).to_raw_bits() == value.to_raw_bits()).then_some(whole)
            };
            values.iter().map(to_integer).collect()
        };
        let exact = SCALES.iter().enumerate().find_map(|(row, scale)| Some((row as u8, to_column(scale)?)));
        let (row, column) =
            exact.unwrap_or_else(|| (RAW_BITS, values.iter().map(|value| value.to_raw_bits() as i64).collect()));
        self.0.push(row);
        self.deltas(&column);
    }

    /// Appends booleans, without their count, as alternating run lengths; the first run is of `true`.
    pub fn run_lengths(&mut self, present: impl Iterator<Item = bool>) {
        let (mut current, mut length) = (true, 0);
        for is_present in present {
            if is_present != current {
                self.varint(length);
                (current, length) = (is_present, 0);
            }
            length += 1;
        }
        self.varint(length);
    }

    /// Compresses the buffer.
    pub fn pack(self) -> Vec<u8> {
        // Differences are nearly noise: level 1 is the fastest, and its output is no larger than that of level 2.
        let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap_or_default());
        let mut head = ColumnWriter::default();
        head.varint(self.0.len() as u64);
        let (mut out, begin) = (head.0.clone(), head.0.len());
        out.resize(begin + compressor.zlib_compress_bound(self.0.len()), 0);
        // Compression fails only if the bound is too small; `unpack` then reports a corrupt blob.
        let length = compressor.zlib_compress(&self.0, &mut out[begin..]).unwrap_or(0);
        out.truncate(begin + length);
        out
    }
}

fn from_scaled<T: Float>(whole: i64, divisor: f64, factor: f64) -> T {
    T::from_f64(whole as f64 / divisor * factor)
}

fn differences(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut last = 0;
    values.map(|value| value.wrapping_sub(std::mem::replace(&mut last, value))).collect()
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Inverse of [`ColumnWriter::pack`].
///
/// # Errors
/// If the blob is corrupt.
pub fn unpack(blob: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut head = ColumnReader(blob);
    let length = head.varint()?;
    if length > MAX_INFLATE_RATIO * head.0.len() as u64 {
        return Err(DecodeError);
    }
    let mut out = vec![0; length as usize];
    match Decompressor::new().zlib_decompress(head.0, &mut out) {
        Ok(length) if length == out.len() => Ok(out),
        _ => Err(DecodeError),
    }
}

/// Reads columns in the order in which they were written.
#[derive(Clone, Copy, Debug)]
pub struct ColumnReader<'a>(pub &'a [u8]);

impl<'a> ColumnReader<'a> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let (first, rest) = self.0.split_first().ok_or(DecodeError)?;
        self.0 = rest;
        Ok(*first)
    }

    /// Reads a number written by [`ColumnWriter::varint`].
    ///
    /// # Errors
    /// If the bytes end early or the number is longer than 10 bytes.
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError)
    }

    /// Reads bytes written by [`ColumnWriter::bytes`].
    ///
    /// # Errors
    /// If fewer bytes are left.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(DecodeError)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// Reads a hash of 16 bytes, little-endian.
    ///
    /// # Errors
    /// If fewer bytes are left.
    pub fn digest(&mut self) -> Result<u128, DecodeError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(DecodeError)?;
        self.0 = rest;
        Ok(u128::from_le_bytes(*bytes))
    }

    /// Reads the number of items that follow, each of at least one byte.
    ///
    /// # Errors
    /// If fewer bytes are left than items.
    pub fn count(&mut self) -> Result<usize, DecodeError> {
        let count = self.varint()?;
        if count > self.0.len() as u64 { Err(DecodeError) } else { Ok(count as usize) }
    }

    /// Reads `count` integers written by [`ColumnWriter::deltas`].
    ///
    /// # Errors
    /// If the column is corrupt or shorter.
    pub fn deltas(&mut self, count: usize) -> Result<Vec<i64>, DecodeError> {
        let order = self.byte()?;
        if count > self.0.len() || !(1..=2).contains(&order) {
            return Err(DecodeError);
        }
        let (mut value, mut step) = (0i64, 0i64);
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            // Nearly all differences take one or two bytes: no loop for those.
            let raw = match *self.0 {
                [byte, ref rest @ ..] if byte < 0x80 => {
                    self.0 = rest;
                    u64::from(byte)
                }
                [low, high, ref rest @ ..] if high < 0x80 => {
                    self.0 = rest;
                    u64::from(low & 0x7f) | u64::from(high) << 7
                }
                _ => self.varint()?,
            };
            let difference = (raw >> 1) as i64 ^ -((raw & 1) as i64);
            step = if order == 2 { step.wrapping_add(difference) } else { difference };
            value = value.wrapping_add(step);
            values.push(value);
        }
        Ok(values)
    }

    /// Reads `count` floats written by [`ColumnWriter::floats`].
    ///
    /// # Errors
    /// If the column is corrupt or shorter.
    pub fn floats<T: Float>(&mut self, count: usize) -> Result<Vec<T>, DecodeError> {
        let row = self.byte()?;
        let column = self.deltas(count)?.into_iter();
        match SCALES.get(usize::from(row)) {
            Some(&(divisor, factor)) => Ok(column.map(|whole| from_scaled(whole, divisor, factor)).collect()),
            None if row == RAW_BITS => Ok(column.map(|bits| T::from_raw_bits(bits as u64)).collect()),
            None => Err(DecodeError),
        }
    }

    /// Reads `count` booleans written by [`ColumnWriter::run_lengths`].
    ///
    /// # Errors
    /// If the runs do not add up to `count`.
    pub fn run_lengths(&mut self, count: usize) -> Result<Vec<bool>, DecodeError> {
        let (mut present, mut current) = (Vec::with_capacity(count), true);
        loop {
            let length = self.varint()?;
            let is_first = current && present.is_empty();
            if length > (count - present.len()) as u64 || (length == 0 && !is_first) {
                return Err(DecodeError);
            }
            present.resize(present.len() + length as usize, current);
            current = !current;
            if present.len() == count {
                return Ok(present);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn delta_round_trip(values: &[i64]) -> Result<Vec<i64>, DecodeError> {
        let mut writer = ColumnWriter::default();
        writer.deltas(values);
        ColumnReader(&unpack(&writer.pack())?).deltas(values.len())
    }

    fn bit_round_trip<T: Float>(values: &[T]) -> (Vec<u64>, usize) {
        let mut writer = ColumnWriter::default();
        writer.floats(values);
        let (bytes, blob) = (writer.0.len(), unpack(&writer.pack()).expect("a blob"));
        let decoded: Vec<T> = ColumnReader(&blob).floats(values.len()).expect("all values");
        (decoded.iter().map(|value| value.to_raw_bits()).collect(), bytes)
    }

    proptest! {
        #[test]
        fn integers_round_trip(values in prop::collection::vec(any::<i64>(), 0..100)) {
            prop_assert_eq!(delta_round_trip(&values), Ok(values));
        }

        #[test]
        fn any_float_round_trips_bit_for_bit(wide in prop::collection::vec(any::<u64>(), 0..60), narrow in prop::collection::vec(any::<u32>(), 0..60)) {
            let reals: Vec<f64> = wide.iter().map(|bits| f64::from_bits(*bits)).collect();
            prop_assert_eq!(bit_round_trip(&reals).0, wide);
            let reals: Vec<f32> = narrow.iter().map(|bits| f32::from_bits(*bits)).collect();
            prop_assert_eq!(bit_round_trip(&reals).0, narrow.into_iter().map(u64::from).collect::<Vec<_>>());
        }

        #[test]
        fn decimals_and_semicircles_round_trip_and_are_short(places in 0i32..14, wholes in prop::collection::vec(-1_800_000i64..1_800_000, 2..60)) {
            let decimals: Vec<f64> = wholes.iter().map(|whole| format!("{whole}e-{places}").parse().expect("a number")).collect();
            let semicircles: Vec<f64> = wholes.iter().map(|whole| *whole as f64 * (180.0 / (1u32 << 31) as f64)).collect();
            for reals in [decimals, semicircles] {
                let (bits, bytes) = bit_round_trip(&reals);
                prop_assert_eq!(bits, reals.iter().map(|real| real.to_bits()).collect::<Vec<_>>());
                prop_assert!(bytes <= 2 + 8 * reals.len(), "{} bytes", bytes);
            }
        }

        #[test]
        fn run_lengths_round_trip(present in prop::collection::vec(any::<bool>(), 0..60)) {
            let mut writer = ColumnWriter::default();
            writer.run_lengths(present.iter().copied());
            writer.varint(77);
            let mut reader = ColumnReader(&writer.0);
            prop_assert_eq!(reader.run_lengths(present.len()), Ok(present));
            prop_assert_eq!(reader.varint(), Ok(77), "no more was read");
        }

        #[test]
        fn any_bytes_are_decoded_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), count in 0usize..1_000_000) {
            let _ = unpack(&bytes);
            let _ = ColumnReader(&bytes).deltas(count);
            let _ = ColumnReader(&bytes).floats::<f32>(count);
            let _ = ColumnReader(&bytes).run_lengths(count.min(100));
        }
    }

    #[test]
    fn a_blob_cannot_claim_more_than_it_holds() {
        let mut writer = ColumnWriter::default();
        writer.varint(u64::MAX);
        assert_eq!(unpack(&writer.0), Err(DecodeError));
        assert_eq!(ColumnReader(&writer.0).count(), Err(DecodeError));
        let packed = ColumnWriter(vec![7; 1000]).pack();
        assert_eq!(unpack(&packed).map(|bytes| bytes.len()), Ok(1000));
        assert_eq!(unpack(&packed[..packed.len() - 1]), Err(DecodeError));
    }

    #[test]
    fn constant_differences_take_a_byte_each() {
        let seconds: Vec<i64> = (0..3600).map(|i| 1_700_000_000_000 + 1000 * i).collect();
        let mut writer = ColumnWriter::default();
        writer.deltas(&seconds);
        assert!(writer.0.len() < 3620 && writer.pack().len() < 50);
    }
}
