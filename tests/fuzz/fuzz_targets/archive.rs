//! Any bytes as an archive, and inside an archive, where they must read as they do alone.

#![no_main]

use flate2::{Compression, write::DeflateEncoder};
use libfuzzer_sys::fuzz_target;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;
use trailglow::source::Skip;
use trailglow_fuzz::{read, read_archive};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_archive(bytes);

    let alone = read(bytes);
    let packed = pack(bytes);
    // An archive inside an archive has several files; without any activity file it counts as one file.
    let is_archive = alone.as_ref().is_err_and(|skip| skip.to_string().contains("is an archive"));
    if is_archive || alone.as_ref().is_err_and(|skip| *skip == Skip::NotActivity) {
        let _ = read_archive(&packed);
        return;
    }
    for archive in [packed.clone(), pack(&packed), pack(&pack(&packed))] {
        let (files, _) = read_archive(&archive).expect("it holds an activity file");
        let [file] = &files[..] else { panic!("{files:?}") };
        // The budgets of nested files are smaller.
        if file.outcome.as_ref().is_err_and(|skip| skip.to_string().contains("a hundred times its size")) {
            continue;
        }
        assert_eq!(format!("{:?}", file.outcome), format!("{alone:?}"));
    }
});

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut packed);
    let file = archive.new_file("file").compression_method(CompressionMethod::DEFLATE);
    let (mut entry, config) = file.start().expect("memory does not fail");
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
    writer.write_all(bytes).expect("memory does not fail");
    let (encoder, output) = writer.finish().expect("memory does not fail");
    encoder.finish().expect("memory does not fail");
    entry.finish(output).expect("memory does not fail");
    archive.finish().expect("memory does not fail");
    packed
}
