//! Any bytes as a tar archive with valid checksums, alone and compressed, which must read alike.

#![no_main]

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use std::io::Write;
use trailglow::source::FileOutcome;
use trailglow_fuzz::read_archive;

/// Bytes of a header, and the unit of all sizes.
const BLOCK: usize = 512;

fuzz_target!(|bytes: &[u8]| {
    let mut archive = bytes.to_vec();
    seal(&mut archive);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&archive).expect("memory does not fail");
    let packed = encoder.finish().expect("memory does not fail");
    let paths = |bytes: &[u8]| {
        read_archive(bytes).map(|(files, _)| files.iter().map(path_and_success).collect::<Vec<_>>())
    };
    let (alone, packed) = (paths(&archive), paths(&packed));
    // The limit of decompressed bytes depends on the compressed size.
    let is_limit = |outcome: &Result<_, _>| format!("{outcome:?}").contains("a hundred times its size");
    if !is_limit(&alone) && !is_limit(&packed) {
        assert_eq!(format!("{alone:?}"), format!("{packed:?}"));
    }
});

fn path_and_success<T>(file: &FileOutcome<T>) -> (String, Option<String>) {
    (file.path.display().to_string(), file.outcome.as_ref().err().map(ToString::to_string))
}

/// Gives every header of the archive its checksum. The size of a member is read as the program should read it.
fn seal(archive: &mut [u8]) {
    let mut at = 0;
    while let Some(header) = archive.get_mut(at..at + BLOCK).filter(|header| header.iter().any(|byte| *byte != 0)) {
        if at == 0 {
            header[0] |= 0x40;
            header[257..262].copy_from_slice(b"ustar");
        }
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let digits = header[124..136].iter().take_while(|byte| (b'0'..=b'7').contains(*byte));
        let size = digits.fold(0, |size, digit| size * 8 + usize::from(digit - b'0'));
        at += BLOCK + size.next_multiple_of(BLOCK);
    }
}
