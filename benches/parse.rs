//! Benchmarks of the parsers: a generated file of one hour per format, and all FIT files of the corpus in
//! `../shared/corpus` or `TRAILGLOW_CORPUS`.
//!
//! `cargo bench --bench parse` prints bytes and points per second on one core.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use std::path::{Path, PathBuf};
use trailglow::source::{ParsedFile, parse};

const POINTS: usize = 3_600;

fn main() {
    divan::main();
}

/// Position in degrees, elevation in metres and heart rate of a plausible ride.
fn sample(second: usize) -> (f64, f64, f64, u8) {
    let phase = second as f64 / 97.0;
    (
        47.99 + phase.sin() / 100.0,
        7.84 + phase.cos() / 100.0,
        280.0 + 40.0 * (phase / 3.0).sin(),
        (140.0 + 20.0 * phase.sin()) as u8,
    )
}

fn timestamp(second: usize) -> String {
    format!("2024-05-04T{:02}:{:02}:{:02}Z", 7 + second / 3600, second / 60 % 60, second % 60)
}

fn gpx() -> Vec<u8> {
    let point = |second| {
        let (lat, lon, elevation, heart_rate) = sample(second);
        format!(
            "<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><ele>{elevation:.1}</ele><time>{}</time><extensions>\
             <gpxtpx:TrackPointExtension><gpxtpx:hr>{heart_rate}</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions>\
             </trkpt>\n",
            timestamp(second)
        )
    };
    let points: String = (0..POINTS).map(point).collect();
    format!("<gpx version=\"1.1\"><trk><trkseg>\n{points}</trkseg></trk></gpx>").into_bytes()
}

fn tcx() -> Vec<u8> {
    let point = |second| {
        let (lat, lon, elevation, heart_rate) = sample(second);
        format!(
            "<Trackpoint>\n<Time>{}</Time>\n<Position>\n<LatitudeDegrees>{lat:.7}</LatitudeDegrees>\n\
             <LongitudeDegrees>{lon:.7}</LongitudeDegrees>\n</Position>\n<AltitudeMeters>{elevation:.1}</AltitudeMeters>\n\
             <HeartRateBpm>\n<Value>{heart_rate}</Value>\n</HeartRateBpm>\n</Trackpoint>\n",
            timestamp(second)
        )
    };
    let points: String = (0..POINTS).map(point).collect();
    format!(
        "<TrainingCenterDatabase><Activities><Activity Sport=\"Biking\"><Lap><Track>\n{points}</Track></Lap></Activity>\
         </Activities></TrainingCenterDatabase>"
    )
    .into_bytes()
}

/// Records of a bike computer: thirteen fields, of which the parser uses seven.
fn fit() -> Vec<u8> {
    const FIELDS: [[u8; 3]; 13] = [
        [253, 4, 0x86],
        [0, 4, 0x85],
        [1, 4, 0x85],
        [5, 4, 0x86],
        [78, 4, 0x86],
        [73, 4, 0x86],
        [2, 2, 0x84],
        [6, 2, 0x84],
        [7, 2, 0x84],
        [9, 2, 0x83],
        [3, 1, 0x02],
        [4, 1, 0x02],
        [13, 1, 0x01],
    ];
    let mut messages = vec![0x40, 0, 0, 20, 0, FIELDS.len() as u8];
    messages.extend(FIELDS.as_flattened());
    let semicircles = |degrees: f64| ((degrees / 180.0 * (1u64 << 31) as f64) as i32).to_le_bytes();
    for second in 0..POINTS {
        let (lat, lon, elevation, heart_rate) = sample(second);
        messages.push(0);
        messages.extend((1_083_000_000 + second as u32).to_le_bytes());
        messages.extend(semicircles(lat));
        messages.extend(semicircles(lon));
        messages.extend((second as u32 * 700).to_le_bytes());
        messages.extend((((elevation + 500.0) * 5.0) as u32).to_le_bytes());
        messages.extend(7_000u32.to_le_bytes());
        messages.extend((((elevation + 500.0) * 5.0) as u16).to_le_bytes());
        messages.extend(7_000u16.to_le_bytes());
        messages.extend([200, 0, 10, 0, heart_rate, 90, 20]);
    }
    let mut file = vec![12, 0x20, 0, 0];
    file.extend((messages.len() as u32).to_le_bytes());
    file.extend(b".FIT");
    file.extend(messages);
    let crc = crc16(&file);
    file.extend(crc.to_le_bytes());
    file
}

/// CRC of the FIT format, independent of the code under test.
fn crc16(bytes: &[u8]) -> u16 {
    let step = |crc: u16| if crc & 1 == 1 { crc >> 1 ^ 0xA001 } else { crc >> 1 };
    bytes.iter().fold(0, |crc, byte| (0..8).fold(crc ^ u16::from(*byte), |crc, _| step(crc)))
}

#[divan::bench(args = ["gpx", "tcx", "fit"])]
fn read(bencher: Bencher, format: &str) {
    let bytes = match format {
        "gpx" => gpx(),
        "tcx" => tcx(),
        _ => fit(),
    };
    bencher.counter(BytesCount::of_slice(&bytes)).counter(ItemsCount::new(POINTS)).bench(|| {
        let parsed = parse(divan::black_box(&bytes)).expect("the file is sound");
        assert!(parsed.damage.is_none() && parsed.warnings.is_empty());
        let complete = parsed.activities[0].points().filter(|point| point.heart_rate_bpm.is_some()).count();
        assert_eq!(complete, POINTS);
        parsed
    });
}

#[divan::bench]
fn real_fit(bencher: Bencher) {
    let default_folder = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("TRAILGLOW_CORPUS").map_or_else(default_folder, PathBuf::from).join("files/fit");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return eprintln!("skipped: there is no corpus at {}", folder.display());
    };
    let files: Vec<Vec<u8>> = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    let points =
        || files.iter().filter_map(|file| parse(divan::black_box(file)).ok()).map(|parsed| point_count(&parsed));
    bencher
        .counter(BytesCount::new(files.iter().map(Vec::len).sum::<usize>()))
        .counter(ItemsCount::new(points().sum::<usize>()))
        .bench(|| points().sum::<usize>());
}

fn point_count(parsed: &ParsedFile) -> usize {
    parsed.activities.iter().map(|activity| activity.points().count()).sum()
}
