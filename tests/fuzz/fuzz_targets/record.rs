//! Any bytes as a packed render record and as the content of one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::bytes::codec::ColumnWriter;
use trailglow::pyramid::incremental::RenderRecord;
use trailglow_fuzz::within;

fuzz_target!(|bytes: &[u8]| {
    // Deflate expands a byte to at most 1032, and an activity of 17 bytes takes 64 bytes in a list that doubles as it
    // grows.
    within((2 << 20) + 1032 * 16 * bytes.len(), || look(bytes));
    let mut writer = ColumnWriter::default();
    writer.bytes(bytes.iter().copied());
    let packed = writer.pack();
    within((2 << 20) + 256 * bytes.len(), || look(&packed));
});

/// Checks that a record is possible and comes back when written and read again.
fn look(packed: &[u8]) {
    let Ok(record) = RenderRecord::unpack(packed) else { return };
    let pixels = record.histograms.values().flat_map(|histogram| histogram.0);
    assert!(pixels.fold(Some(0u64), |sum, count| sum?.checked_add(count)).is_some(), "more pixels than can be");
    assert!(record.tiles.iter().is_sorted());
    let again = RenderRecord::unpack(&record.pack()).expect("what was packed");
    assert_eq!(
        (again.settings_hash, again.tiles_digest, &again.histograms),
        (record.settings_hash, record.tiles_digest, &record.histograms)
    );
    assert!(again.tiles.iter().eq(record.tiles.iter()));
    assert_eq!(again.activities.len(), record.activities.len());
    for ((key, tiles), (again_key, again_tiles)) in record.activities.iter().zip(&again.activities) {
        assert!(key == again_key && tiles.iter().eq(again_tiles.iter()));
    }
}
