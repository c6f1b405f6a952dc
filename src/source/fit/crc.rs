//! The checksum of FIT, which is CRC-16/ARC.

use crc::{CRC_16_ARC, Crc, Table};

/// Sixteen bytes at a time: byte by byte, the checksum would take longer than the rest of the reading.
static ARC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_ARC);

/// The checksum of some bytes. Followed by its own two bytes, low one first, the checksum of the whole is 0.
pub fn crc16(bytes: &[u8]) -> u16 {
    ARC.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_value_and_residue() {
        // The published check value of this CRC ("ARC") over these nine digits.
        assert_eq!(crc16(b"123456789"), 0xBB3D);
        assert_eq!(crc16(b"123456789\x3D\xBB"), 0);
    }
}
