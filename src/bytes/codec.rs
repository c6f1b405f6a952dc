//! Columns of numbers in few bytes, and back: exactly, to the last bit.
//!
//! Neighbours differ little, and their differences still less, so what is kept is a zigzag varint of the first or
//! second difference, whichever is shorter; the whole is then deflated. Numbers with a fraction are what some whole
//! number of decimal places or of Garmin's semicircles comes to: a row of `SCALES` is taken only where it gives every
//! value back bit for bit, and otherwise the bits themselves are kept.

use libdeflater::{CompressionLvl, Compressor, Decompressor};

use crate::engine::geometry::rounding::round_to_i64;

/// A blob that this program did not write, or that was damaged since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was kept of it is damaged; forget it and import its file again")]
pub struct Damaged;

/// Deflate makes of a byte at most so many (RFC 1951: 258 for two bits), so what a blob may claim is bounded by what it is.
const MOST_PER_BYTE: u64 = 1032;

/// What a whole number stands for: itself divided by the first, times the second. The bits themselves come last.
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

/// Says that the bits themselves follow.
const BITS: u8 = SCALES.len() as u8;

/// A number with a fraction.
pub trait Real: Copy {
    /// The nearest to a wider number.
    fn of(wide: f64) -> Self;
    /// The same, wider.
    fn wide(self) -> f64;
    /// All its bits.
    fn bits(self) -> u64;
    /// From all its bits.
    fn of_bits(bits: u64) -> Self;
}

impl Real for f64 {
    fn of(wide: f64) -> Self {
        wide
    }
    fn wide(self) -> f64 {
        self
    }
    fn bits(self) -> u64 {
        self.to_bits()
    }
    fn of_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
}

impl Real for f32 {
    fn of(wide: f64) -> Self {
        wide as f32
    }
    fn wide(self) -> f64 {
        self.into()
    }
    fn bits(self) -> u64 {
        self.to_bits().into()
    }
    fn of_bits(bits: u64) -> Self {
        Self::from_bits(bits as u32)
    }
}

/// Columns in the making.
#[derive(Clone, Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// A number, short if small.
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// Bytes as they are; how many, the reader must know.
    pub fn bytes(&mut self, bytes: impl IntoIterator<Item = u8>) {
        self.0.extend(bytes);
    }

    /// What was written, not packed.
    pub fn written(&self) -> &[u8] {
        &self.0
    }

    /// Whole numbers; how many, the reader must know.
    pub fn integers(&mut self, values: &[i64]) {
        let first = differences(values.iter().copied());
        let second = differences(first.iter().copied());
        let cost = |column: &[i64]| column.iter().map(|value| u64::from(70 - zigzag(*value).leading_zeros()) / 7).sum();
        let (one, two): (u64, u64) = (cost(&first), cost(&second));
        let (order, column) = if two < one { (2, second) } else { (1, first) };
        self.0.push(order);
        column.into_iter().for_each(|value| self.number(zigzag(value)));
    }

    /// Numbers with a fraction; how many, the reader must know.
    pub fn reals<T: Real>(&mut self, values: &[T]) {
        let scaled = |&(per, times): &(f64, f64)| -> Option<Vec<i64>> {
            let scale = |value: &T| {
                let whole = round_to_i64(value.wide() / times * per);
                (unscaled::<T>(whole, per, times).bits() == value.bits()).then_some(whole)
            };
            values.iter().map(scale).collect()
        };
        let fitting = SCALES.iter().enumerate().find_map(|(row, scale)| Some((row as u8, scaled(scale)?)));
        let (row, column) = fitting.unwrap_or_else(|| (BITS, values.iter().map(|value| value.bits() as i64).collect()));
        self.0.push(row);
        self.integers(&column);
    }

    /// Which values there are, as lengths of runs; the first run is of those that there are.
    pub fn presence(&mut self, present: impl Iterator<Item = bool>) {
        let (mut now, mut length) = (true, 0);
        for is in present {
            if is != now {
                self.number(length);
                (now, length) = (is, 0);
            }
            length += 1;
        }
        self.number(length);
    }

    /// Everything, packed.
    pub fn pack(self) -> Vec<u8> {
        // Differences are nearly noise: level 1 is the fastest, and what it gives is no larger than that of 2.
        let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap_or_default());
        let mut head = Writer::default();
        head.number(self.0.len() as u64);
        let (mut out, begin) = (head.0.clone(), head.0.len());
        out.resize(begin + compressor.zlib_compress_bound(self.0.len()), 0);
        // It fails only where the bound is not kept, and then the reader says so.
        let length = compressor.zlib_compress(&self.0, &mut out[begin..]).unwrap_or(0);
        out.truncate(begin + length);
        out
    }
}

fn unscaled<T: Real>(whole: i64, per: f64, times: f64) -> T {
    T::of(whole as f64 / per * times)
}

fn differences(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut last = 0;
    values.map(|value| value.wrapping_sub(std::mem::replace(&mut last, value))).collect()
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Unpacks what [`Writer::pack`] gave.
///
/// # Errors
/// Where it did not.
pub fn unpack(blob: &[u8]) -> Result<Vec<u8>, Damaged> {
    let mut head = Reader(blob);
    let length = head.number()?;
    if length > MOST_PER_BYTE * head.0.len() as u64 {
        return Err(Damaged);
    }
    let mut out = vec![0; length as usize];
    match Decompressor::new().zlib_decompress(head.0, &mut out) {
        Ok(given) if given == out.len() => Ok(out),
        _ => Err(Damaged),
    }
}

/// Columns in the order in which they were written.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Damaged> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    /// See [`Writer::number`].
    ///
    /// # Errors
    /// Where there is none.
    pub fn number(&mut self) -> Result<u64, Damaged> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    /// See [`Writer::bytes`].
    ///
    /// # Errors
    /// Where there are not so many.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// A hash of 16 bytes.
    ///
    /// # Errors
    /// Where there is none.
    pub fn digest(&mut self) -> Result<u128, Damaged> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Damaged)?;
        self.0 = rest;
        Ok(u128::from_le_bytes(*bytes))
    }

    /// A number of things that take at least a byte each, so no more than there are bytes.
    ///
    /// # Errors
    /// Where there are not so many bytes.
    pub fn count(&mut self) -> Result<usize, Damaged> {
        let count = self.number()?;
        if count > self.0.len() as u64 { Err(Damaged) } else { Ok(count as usize) }
    }

    /// See [`Writer::integers`].
    ///
    /// # Errors
    /// Where there are not so many.
    pub fn integers(&mut self, count: usize) -> Result<Vec<i64>, Damaged> {
        let order = self.byte()?;
        if count > self.0.len() || !(1..=2).contains(&order) {
            return Err(Damaged);
        }
        let (mut value, mut step) = (0i64, 0i64);
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            // Nearly all take a byte or two, and these two need no loop.
            let raw = match *self.0 {
                [byte, ref rest @ ..] if byte < 0x80 => {
                    self.0 = rest;
                    u64::from(byte)
                }
                [low, high, ref rest @ ..] if high < 0x80 => {
                    self.0 = rest;
                    u64::from(low & 0x7f) | u64::from(high) << 7
                }
                _ => self.number()?,
            };
            let difference = (raw >> 1) as i64 ^ -((raw & 1) as i64);
            step = if order == 2 { step.wrapping_add(difference) } else { difference };
            value = value.wrapping_add(step);
            values.push(value);
        }
        Ok(values)
    }

    /// See [`Writer::reals`].
    ///
    /// # Errors
    /// Where there are not so many.
    pub fn reals<T: Real>(&mut self, count: usize) -> Result<Vec<T>, Damaged> {
        let row = self.byte()?;
        let column = self.integers(count)?.into_iter();
        match SCALES.get(usize::from(row)) {
            Some(&(per, times)) => Ok(column.map(|whole| unscaled(whole, per, times)).collect()),
            None if row == BITS => Ok(column.map(|bits| T::of_bits(bits as u64)).collect()),
            None => Err(Damaged),
        }
    }

    /// See [`Writer::presence`]: for each of so many values whether there is one.
    ///
    /// # Errors
    /// Where it is of another number of values.
    pub fn presence(&mut self, count: usize) -> Result<Vec<bool>, Damaged> {
        let (mut present, mut now) = (Vec::with_capacity(count), true);
        loop {
            let length = self.number()?;
            let is_first = now && present.is_empty();
            if length > (count - present.len()) as u64 || (length == 0 && !is_first) {
                return Err(Damaged);
            }
            present.resize(present.len() + length as usize, now);
            now = !now;
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

    fn integers_again(values: &[i64]) -> Result<Vec<i64>, Damaged> {
        let mut writer = Writer::default();
        writer.integers(values);
        Reader(&unpack(&writer.pack())?).integers(values.len())
    }

    fn bits_again<T: Real>(values: &[T]) -> (Vec<u64>, usize) {
        let mut writer = Writer::default();
        writer.reals(values);
        let (bytes, blob) = (writer.0.len(), unpack(&writer.pack()).expect("a blob"));
        let again: Vec<T> = Reader(&blob).reals(values.len()).expect("as many");
        (again.iter().map(|value| value.bits()).collect(), bytes)
    }

    proptest! {
        #[test]
        fn whole_numbers_come_back(values in prop::collection::vec(any::<i64>(), 0..100)) {
            prop_assert_eq!(integers_again(&values), Ok(values));
        }

        #[test]
        fn any_number_comes_back_bit_for_bit(wide in prop::collection::vec(any::<u64>(), 0..60), narrow in prop::collection::vec(any::<u32>(), 0..60)) {
            let reals: Vec<f64> = wide.iter().map(|bits| f64::from_bits(*bits)).collect();
            prop_assert_eq!(bits_again(&reals).0, wide);
            let reals: Vec<f32> = narrow.iter().map(|bits| f32::from_bits(*bits)).collect();
            prop_assert_eq!(bits_again(&reals).0, narrow.into_iter().map(u64::from).collect::<Vec<_>>());
        }

        #[test]
        fn decimals_and_semicircles_come_back_and_are_short(places in 0i32..14, wholes in prop::collection::vec(-1_800_000i64..1_800_000, 2..60)) {
            let decimals: Vec<f64> = wholes.iter().map(|whole| format!("{whole}e-{places}").parse().expect("a number")).collect();
            let semicircles: Vec<f64> = wholes.iter().map(|whole| *whole as f64 * (180.0 / (1u32 << 31) as f64)).collect();
            for reals in [decimals, semicircles] {
                let (again, bytes) = bits_again(&reals);
                prop_assert_eq!(again, reals.iter().map(|real| real.to_bits()).collect::<Vec<_>>());
                prop_assert!(bytes <= 2 + 8 * reals.len(), "{} bytes", bytes);
            }
        }

        #[test]
        fn presence_comes_back(present in prop::collection::vec(any::<bool>(), 0..60)) {
            let mut writer = Writer::default();
            writer.presence(present.iter().copied());
            writer.number(77);
            let mut reader = Reader(&writer.0);
            prop_assert_eq!(reader.presence(present.len()), Ok(present));
            prop_assert_eq!(reader.number(), Ok(77), "no more was read");
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..60), count in 0usize..1_000_000) {
            let _ = unpack(&bytes);
            let _ = Reader(&bytes).integers(count);
            let _ = Reader(&bytes).reals::<f32>(count);
            let _ = Reader(&bytes).presence(count.min(100));
        }
    }

    #[test]
    fn a_blob_cannot_claim_more_than_it_holds() {
        let mut writer = Writer::default();
        writer.number(u64::MAX);
        assert_eq!(unpack(&writer.0), Err(Damaged));
        assert_eq!(Reader(&writer.0).count(), Err(Damaged));
        let packed = Writer(vec![7; 1000]).pack();
        assert_eq!(unpack(&packed).map(|bytes| bytes.len()), Ok(1000));
        assert_eq!(unpack(&packed[..packed.len() - 1]), Err(Damaged));
    }

    #[test]
    fn steady_steps_take_a_byte_each() {
        let seconds: Vec<i64> = (0..3600).map(|i| 1_700_000_000_000 + 1000 * i).collect();
        let mut writer = Writer::default();
        writer.integers(&seconds);
        assert!(writer.0.len() < 3620 && writer.pack().len() < 50);
    }
}
