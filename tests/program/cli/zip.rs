//! Zip archives for tests.

use std::io::Write;

use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};

/// Packs files under verbatim names, uncompressed.
pub fn zip<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let file = archive.new_file(EntryPath::verbatim(name.as_bytes())).compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().expect("writing to memory");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).expect("writing to memory");
        let (_, output) = writer.finish().expect("writing to memory");
        entry.finish(output).expect("writing to memory");
    }
    archive.finish().expect("writing to memory");
    bytes
}
