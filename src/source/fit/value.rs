//! Numeric fields of FIT messages: base types, byte orders and invalid values.

/// IEEE 754; infinities and NaN are invalid.
use Kind::{Float, Signed, Unsigned};

#[derive(Clone, Copy)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

/// Number without flags, bytes per value, kind and bits of the invalid value of each numeric base type.
///
/// Source: table of base types in the FIT protocol of Garmin's FIT SDK. Strings (number 7) are not numeric.
#[rustfmt::skip]
const BASE_TYPES: [(u8, u8, Kind, u64); 16] = [
    (0x00, 1, Unsigned, 0xFF),                  // enum
    (0x01, 1, Signed,   0x7F),
    (0x02, 1, Unsigned, 0xFF),
    (0x03, 2, Signed,   0x7FFF),
    (0x04, 2, Unsigned, 0xFFFF),
    (0x05, 4, Signed,   0x7FFF_FFFF),
    (0x06, 4, Unsigned, 0xFFFF_FFFF),
    (0x08, 4, Float,    0xFFFF_FFFF),
    (0x09, 8, Float,    0xFFFF_FFFF_FFFF_FFFF),
    (0x0A, 1, Unsigned, 0),                     // uint8z
    (0x0B, 2, Unsigned, 0),                     // uint16z
    (0x0C, 4, Unsigned, 0),                     // uint32z
    (0x0D, 1, Unsigned, 0xFF),                  // byte
    (0x0E, 8, Signed,   0x7FFF_FFFF_FFFF_FFFF),
    (0x0F, 8, Unsigned, 0xFFFF_FFFF_FFFF_FFFF),
    (0x10, 8, Unsigned, 0),                     // uint64z
];

/// Number of a base type without flags, which not every device sets.
pub fn base_type_number(base_type: u8) -> u8 {
    base_type & 0x1F
}

/// Bytes per value; `None` for strings and unknown types.
pub fn value_size(base_type: u8) -> Option<u8> {
    base_type_row(base_type).map(|(_, size, ..)| size)
}

fn base_type_row(base_type: u8) -> Option<(u8, u8, Kind, u64)> {
    BASE_TYPES.into_iter().find(|(number, ..)| *number == base_type_number(base_type))
}

/// Position and format of a number in a message.
#[derive(Clone, Copy)]
pub struct NumericField {
    offset: usize,
    size: u8,
    kind: Kind,
    invalid: u64,
    big_endian: bool,
}

impl NumericField {
    /// A field of `size` bytes at `offset`. `None` for strings, arrays, and sizes that do not fit the type, which some
    /// devices declare.
    pub fn new(offset: usize, size: u8, base_type: u8, big_endian: bool) -> Option<Self> {
        let (_, value_size, kind, invalid) = base_type_row(base_type)?;
        (size == value_size).then_some(Self { offset, size, kind, invalid, big_endian })
    }

    /// Reads the number, rounded beyond 2^53. `None` if it is invalid or the message is too short.
    #[inline]
    pub fn read(&self, message: &[u8]) -> Option<f64> {
        let bytes = message.get(self.offset..self.offset + usize::from(self.size))?;
        let push = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        let bits = if self.big_endian { bytes.iter().fold(0, push) } else { bytes.iter().rev().fold(0, push) };
        if bits == self.invalid {
            return None;
        }
        let unused_bits = 64 - 8 * u32::from(self.size);
        let value = match (self.kind, self.size) {
            (Unsigned, _) => bits as f64,
            (Signed, _) => ((bits << unused_bits) as i64 >> unused_bits) as f64,
            (Float, 4) => f32::from_bits(bits as u32).into(),
            (Float, _) => f64::from_bits(bits),
        };
        value.is_finite().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(base_type: u8, big_endian: bool, bytes: &[u8]) -> Option<f64> {
        NumericField::new(0, bytes.len() as u8, base_type, big_endian)?.read(bytes)
    }

    #[test]
    fn every_base_type_in_either_byte_order() {
        for (base_type, bytes, value) in [
            (0x00, &b"\x07"[..], Some(7.0)),
            (0x00, b"\xFF", None),
            (0x01, b"\xFE", Some(-2.0)),
            (0x01, b"\x7F", None),
            (0x02, b"\xFE", Some(254.0)),
            (0x02, b"\xFF", None),
            (0x83, b"\xFF\xFE", Some(-2.0)),
            (0x83, b"\x7F\xFF", None),
            (0x84, b"\x12\x34", Some(f64::from(0x1234))),
            (0x84, b"\xFF\xFF", None),
            (0x85, b"\xC0\x00\x00\x01", Some(1.0 - f64::from(1 << 30))),
            (0x85, b"\x7F\xFF\xFF\xFF", None),
            (0x86, b"\xFF\xFF\xFF\xFE", Some(4_294_967_294.0)),
            (0x86, b"\xFF\xFF\xFF\xFF", None),
            (0x88, b"\xBF\x80\x00\x00", Some(-1.0)),
            (0x88, b"\xFF\xFF\xFF\xFF", None),
            (0x88, b"\x7F\x80\x00\x00", None),
            (0x89, b"\xBF\xF0\x00\x00\x00\x00\x00\x00", Some(-1.0)),
            (0x89, b"\x7F\xF0\x00\x00\x00\x00\x00\x00", None),
            (0x0A, b"\xFF", Some(255.0)),
            (0x0A, b"\x00", None),
            (0x8B, b"\xFF\xFF", Some(65_535.0)),
            (0x8B, b"\x00\x00", None),
            (0x8C, b"\x00\x00\x00\x01", Some(1.0)),
            (0x8C, b"\x00\x00\x00\x00", None),
            (0x0D, b"\x01", Some(1.0)),
            (0x0D, b"\xFF", None),
            (0x8E, b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", Some(-2.0)),
            (0x8E, b"\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", None),
            (0x8F, b"\x80\x00\x00\x00\x00\x00\x00\x00", Some(9_223_372_036_854_775_808.0)),
            (0x8F, b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", None),
            (0x90, b"\x00\x00\x00\x00\x00\x00\x00\x03", Some(3.0)),
            (0x90, b"\x00\x00\x00\x00\x00\x00\x00\x00", None),
        ] {
            assert_eq!(read(base_type, true, bytes), value, "{base_type:#x} {bytes:?}");
            let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
            assert_eq!(read(base_type, false, &reversed), value, "{base_type:#x} {reversed:?}");
            assert_eq!(read(base_type & 0x1F, true, bytes), value, "{base_type:#x} without its flag");
        }
    }

    #[test]
    fn strings_arrays_and_misdeclared_sizes_are_not_numeric() {
        for (base_type, size) in [(0x07, 1), (0x11, 1), (0x1F, 1), (0x02, 2), (0x86, 1), (0x84, 4), (0x84, 0)] {
            assert!(NumericField::new(0, size, base_type, false).is_none(), "{base_type:#x} of {size}");
        }
    }

    #[test]
    fn a_message_that_is_too_short_has_no_value() {
        let number = NumericField::new(2, 2, 0x84, false).unwrap();
        assert_eq!(number.read(b"abc"), None);
        assert_eq!(number.read(b"ab\x01\x00"), Some(1.0));
    }
}
