//! Properties of the demo archive, whose files are read back by independent readers.

use super::kind::KINDS;
use super::recording::Sample;
use super::schedule::{Entry, Format, entries};
use super::{Options, encode, world::World, write};
use crate::activity::calendar;
use fitparser::Value;
use fitparser::profile::MesgNum;
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

/// World of most tests, built once.
fn world() -> &'static World {
    static LIFE: OnceLock<World> = OnceLock::new();
    LIFE.get_or_init(|| World::new(1))
}

fn archive(activities: usize, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let report = write(dir.path(), &Options { activities, seed }, &|| Ok(())).unwrap();
    let files = read_all(dir.path());
    assert_eq!(report.files, activities);
    assert_eq!(files.len(), activities, "file names are unique");
    assert_eq!(report.bytes, files.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    files
}

fn read_all(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(dir).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
    files.map(|entry| (name(entry.path()), std::fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn archives_are_reproducible_and_shorter_ones_are_prefixes() {
    let longer = archive(24, 5);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let shorter = one_thread.install(|| archive(9, 5));
    assert!(
        shorter.iter().all(|(name, bytes)| longer.get(name) == Some(bytes)),
        "the number of threads does not matter"
    );
    assert!(archive(9, 6).values().all(|bytes| longer.values().all(|other| other != bytes)));
}

/// First matching entry of seed 1, with its samples and its unpacked file.
fn example(matches: impl Fn(&Entry) -> bool) -> (Entry, Vec<Sample>, Vec<u8>) {
    let entry = entries(1, 400).into_iter().find(matches).unwrap();
    let samples = world().samples(&entry);
    let bytes = encode(&entry, &samples).unwrap();
    if !entry.gzip {
        return (entry, samples, bytes);
    }
    let mut plain = Vec::new();
    GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap();
    (entry, samples, plain)
}

fn float(value: Value) -> f64 {
    value.try_into().unwrap()
}

fn is_outdoors(entry: &Entry) -> bool {
    KINDS[entry.kind].region.is_some()
}

#[test]
fn fit_reads_back_every_point() {
    let (entry, samples, bytes) = example(|entry| entry.format == Format::Fit && is_outdoors(entry));
    let messages = fitparser::from_bytes(&bytes).unwrap();
    let records: Vec<_> = messages.iter().filter(|message| message.kind() == MesgNum::Record).collect();
    assert_eq!(records.len(), samples.len());
    for (record, sample) in records.iter().zip(&samples) {
        let field =
            |name: &str| record.fields().iter().find(|field| field.name() == name).map(|field| field.value().clone());
        let number = |name: &str| float(field(name).unwrap());
        let [lat, lon] = sample.position.unwrap();
        let degrees = |name: &str| number(name) * 180.0 / 2f64.powi(31);
        assert!((degrees("position_lat") - lat).abs() < 1e-7 && (degrees("position_long") - lon).abs() < 1e-7);
        assert!((number("distance") - sample.distance_m).abs() < 0.01);
        let elevation = field("enhanced_altitude").or(field("altitude")).unwrap();
        assert!((float(elevation) - sample.elevation_m).abs() < 0.11);
        assert_eq!(field("heart_rate"), sample.heart_rate_bpm.map(Value::UInt8));
        let Some(Value::Timestamp(time)) = field("timestamp") else { panic!("a record without time") };
        assert_eq!(time.timestamp_millis(), sample.time_ms);
    }
    let session = messages.iter().find(|message| message.kind() == MesgNum::Session).unwrap();
    let sport = session.fields().iter().find(|field| field.name() == "sport").unwrap();
    let expected = match KINDS[entry.kind].fit[0] {
        1 => "running",
        2 => "cycling",
        11 => "walking",
        _ => "hiking",
    };
    assert_eq!(sport.value(), &Value::String(expected.to_owned()));
}

#[test]
fn fit_without_positions_reads_back() {
    let (_, samples, bytes) = example(|entry| !is_outdoors(entry));
    let messages = fitparser::from_bytes(&bytes).unwrap();
    let records: Vec<_> = messages.iter().filter(|message| message.kind() == MesgNum::Record).collect();
    assert_eq!(records.len(), samples.len());
    assert!(records.iter().all(|record| record.fields().iter().all(|field| !field.name().starts_with("position"))));
}

#[test]
fn gpx_reads_back_every_point() {
    let (entry, samples, bytes) = example(|entry| entry.format == Format::Gpx);
    let document = ::gpx::read(&bytes[..]).unwrap();
    let track = &document.tracks[0];
    assert_eq!(track.type_.as_deref(), Some(KINDS[entry.kind].gpx));
    let points: Vec<_> = track.segments.iter().flat_map(|segment| &segment.points).collect();
    assert_eq!(points.len(), samples.len());
    for (point, sample) in points.iter().zip(&samples) {
        assert_eq!([point.point().y(), point.point().x()], sample.position.unwrap());
        assert!((point.elevation.unwrap() - sample.elevation_m).abs() < 0.06);
        let time = time::OffsetDateTime::from(point.time.unwrap());
        assert_eq!(time.unix_timestamp() * 1000, sample.time_ms);
    }
}

#[test]
fn tcx_reads_back_every_point() {
    let (_, samples, bytes) = example(|entry| entry.format == Format::Tcx);
    let mut reader = quick_xml::Reader::from_reader(&bytes[..]);
    let (mut element, mut read): (String, BTreeMap<String, Vec<String>>) = Default::default();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(start) => element = start.name().as_ref().to_owned(),
            quick_xml::events::Event::Text(text) => {
                let text = text.to_string();
                if !text.trim().is_empty() {
                    read.entry(element.clone()).or_default().push(text);
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(read["Time"].len(), samples.len());
    for (index, sample) in samples.iter().enumerate() {
        let [lat, lon] = sample.position.unwrap();
        assert_eq!(read["LatitudeDegrees"][index].parse(), Ok(lat));
        assert_eq!(read["LongitudeDegrees"][index].parse(), Ok(lon));
        let day = calendar::date_of_day(sample.time_ms / 86_400_000);
        assert!(read["Time"][index].starts_with(&day) && read["Time"][index].ends_with('Z'));
    }
    let pulses: Vec<u8> = samples.iter().filter_map(|sample| sample.heart_rate_bpm).collect();
    let read: Vec<u8> = read.get("Value").into_iter().flatten().map(|text| text.parse().unwrap()).collect();
    assert_eq!(read, pulses);
}

#[test]
fn recordings_are_plausible() {
    for entry in entries(1, 60) {
        let samples = world().samples(&entry);
        assert!(samples.len() > 100, "{}: only {} points", entry.path, samples.len());
        assert!(samples.windows(2).all(|pair| pair[0].time_ms < pair[1].time_ms), "{}: times increase", entry.path);
        assert!(samples.windows(2).all(|pair| pair[0].distance_m <= pair[1].distance_m), "{}", entry.path);
        assert_eq!(samples.iter().all(|sample| sample.position.is_some()), is_outdoors(&entry));
        for [lat, lon] in samples.iter().filter_map(|sample| sample.position) {
            assert!((-37.5..48.5).contains(&lat) && (-41.0..92.0).contains(&lon), "{}: {lat} {lon}", entry.path);
        }
        assert!(samples.iter().all(|sample| (-100.0..5000.0).contains(&sample.elevation_m)), "{}", entry.path);
        assert!(entry.path.starts_with(&format!("{}/{}-", entry.year(), entry.date)));
    }
}
