//! The checksum of FIT: CRC-16/ARC.

use crc::{CRC_16_ARC, Crc, Table};

/// Sixteen bytes per step: byte by byte, the checksum would take longer than the rest of the reading.
static ARC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_ARC);

/// Checksum of `bytes`. The checksum of data followed by its own checksum, low byte first, is 0.
pub fn crc16(bytes: &[u8]) -> u16 {
    ARC.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_value_and_residue() {
        // Published check value of CRC-16/ARC.
        assert_eq!(crc16(b"123456789"), 0xBB3D);
        assert_eq!(crc16(b"123456789\x3D\xBB"), 0);
    }
}
