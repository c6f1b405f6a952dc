//! The checksum of FIT: CRC-16 with the reflected polynomial 0xA001, no initial value, no final inversion.

const TABLE: [u16; 256] = table();

const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ 0xA001 } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
}

/// The checksum of some bytes. Followed by its own two bytes, low one first, the checksum of the whole is 0.
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
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
