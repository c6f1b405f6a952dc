//! Any bytes as a packed blob and as columns of numbers, which must come back when written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow::bytes::codec::{ColumnReader, ColumnWriter, Float, unpack};
use trailglow_fuzz::within;

fuzz_target!(|bytes: &[u8]| {
    // Deflate expands a byte to at most 1032.
    within((1 << 20) + 1032 * bytes.len(), || {
        let _ = unpack(bytes);
    });
    within((2 << 20) + 512 * bytes.len(), || {
        let mut writer = ColumnWriter::default();
        writer.bytes(bytes.iter().copied());
        assert_eq!(unpack(&writer.pack()).as_deref(), Ok(bytes));
        read(bytes);
    });
});

/// Reads columns whose kinds and lengths come from the bytes.
fn read(bytes: &[u8]) {
    let mut reader = ColumnReader(bytes);
    while let [kind, length, rest @ ..] = reader.0 {
        reader.0 = rest;
        // Some counts far exceed the data.
        let count = if *length == 255 { usize::MAX } else { usize::from(*length) };
        let is_read = match kind % 7 {
            0 => reader
                .varint()
                .map(|value| check(&[value], |writer| writer.varint(value), |_, it| Ok(vec![it.varint()?]))),
            1 => reader.deltas(count).map(|column| check(&column, |to| to.deltas(&column), |n, it| it.deltas(n))),
            2 => reader.floats::<f64>(count).map(|column| check_floats(&column)),
            3 => reader.floats::<f32>(count).map(|column| check_floats(&column)),
            4 => {
                let count = count.min(1 << 16);
                reader.run_lengths(count).map(|column| {
                    check(&column, |to| to.run_lengths(column.iter().copied()), |n, it| it.run_lengths(n));
                })
            }
            5 => reader.bytes(count).map(|part| assert_eq!(part.len(), count)),
            _ => reader.count().map(|count| assert!(count <= bytes.len())).and_then(|()| reader.digest().map(drop)),
        };
        if is_read.is_err() {
            return;
        }
    }
}

/// Compares bits, because NaN differs from itself.
fn check_floats<T: Float>(column: &[T]) {
    let bits = |column: &[T]| column.iter().map(|value| value.to_raw_bits()).collect::<Vec<u64>>();
    check(&bits(column), |to| to.floats(column), |n, it| Ok(bits(&it.floats::<T>(n)?)));
}

fn check<T: PartialEq + std::fmt::Debug>(
    column: &[T],
    write: impl Fn(&mut ColumnWriter),
    read: impl Fn(usize, &mut ColumnReader) -> Result<Vec<T>, trailglow::bytes::codec::DecodeError>,
) {
    let mut writer = ColumnWriter::default();
    write(&mut writer);
    writer.varint(77);
    let mut reader = ColumnReader(writer.as_bytes());
    assert_eq!(read(column.len(), &mut reader).as_deref(), Ok(column));
    assert_eq!(reader.varint(), Ok(77), "no more was read");
}
