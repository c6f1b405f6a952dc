//! Peak memory does not grow with the size of a GPX file, because the reader keeps only a window of the file.
//! TCX has the same reader; decompression bombs of all formats are measured.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

const MB: u64 = 1_000_000;

const POINTS_PER_TRACK: usize = 20_000;

/// Track with a point a second and about 200 bytes per point, as written by devices.
fn track(number: usize) -> String {
    let mut track = format!("<trk><name>Ride {number}</name><type>cycling</type><trkseg>\n");
    for second in 0..POINTS_PER_TRACK {
        let phase = second as f64 / 97.0;
        let (lat, lon) = (40.0 + number as f64 + phase.sin() / 100.0, 7.8 + phase.cos() / 100.0);
        let (hour, minute, second) = (7 + second / 3600, second / 60 % 60, second % 60);
        writeln!(
            track,
            "<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><ele>{:.1}</ele><time>2024-05-{:02}T{hour:02}:{minute:02}:{second:02}Z\
             </time><extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>140</gpxtpx:hr></gpxtpx:TrackPointExtension>\
             </extensions></trkpt>",
            280.0 + 40.0 * phase.sin(),
            number + 1
        )
        .expect("writing to memory");
    }
    track + "</trkseg></trk>\n"
}

/// Writes a GPX file of at least `at_least` bytes and returns its number of tracks.
fn write_gpx(path: &Path, at_least: u64) -> usize {
    let sample_tracks: Vec<String> = (0..10).map(track).collect();
    let mut file = BufWriter::new(File::create(path).expect("a folder to write to"));
    let mut write = |text: &str| file.write_all(text.as_bytes()).expect("space on the disk");
    write("<gpx version=\"1.1\" creator=\"test\">\n");
    let (mut size, mut tracks) = (0, 0);
    while size < at_least {
        let sample_track = &sample_tracks[tracks % sample_tracks.len()];
        write(sample_track);
        size += sample_track.len() as u64;
        tracks += 1;
    }
    write("</gpx>\n");
    file.flush().expect("space on the disk");
    tracks
}

/// Stdout and peak memory of a process, in bytes.
struct Measured {
    stdout: String,
    peak: u64,
}

/// Starts the program in a folder.
fn trailglow(args: &[&str], folder: &Path) -> Child {
    let mut command = Command::new(cargo_bin!("trailglow"));
    command
        .args(args)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .env_remove("TRAILGLOW_LIBRARY")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits for a process and polls its peak memory every 10 ms; the time after the last poll is not measured.
fn measure_peak_memory(mut child: Child) -> Measured {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut stdout = String::new();
    child.stdout.take().expect("a piped stdout").read_to_string(&mut stdout).expect("UTF-8");
    Measured { stdout, peak }
}

fn assert_peak_below(label: &str, measured: &Measured, limit: u64) {
    eprintln!("{label}: {} MB at most", measured.peak / MB);
    assert!(measured.peak > MB, "{label}: memory was not measured");
    assert!(measured.peak < limit, "{label}: {} MB", measured.peak / MB);
}

fn file_rows(measured: &Measured) -> Vec<Value> {
    let document: Value = serde_json::from_str(&measured.stdout).expect("one JSON document");
    document["files"].as_array().expect("a list").clone()
}

#[test]
#[ignore = "writes 2 GB and takes half a minute"]
fn two_gigabytes_of_gpx_take_less_than_300_mb() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let tracks = write_gpx(&folder.path().join("all.gpx"), 2_000 * MB);
    let inspect = trailglow(&["inspect", "all.gpx", "--json"], folder.path());
    let render =
        trailglow(&["render", "all.gpx", "-o", "tiles", "--zoom", "0-8", "--device", "cpu", "--json"], folder.path());
    let (inspect, render) = std::thread::scope(|scope| {
        let render = scope.spawn(|| measure_peak_memory(render));
        (measure_peak_memory(inspect), render.join().expect("the measuring thread"))
    });
    let row = &file_rows(&inspect)[0];
    assert_eq!((&row["activities"], &row["points"]), (&tracks.into(), &(tracks * POINTS_PER_TRACK).into()));
    let report: Value = serde_json::from_str(&render.stdout).expect("one JSON document");
    let copies = report["omitted"]["copies"].as_u64().expect("a number");
    assert_eq!((&report["activities"], copies), (&10.into(), tracks as u64 - 10), "ten tracks, each repeated");
    assert_peak_below("inspect", &inspect, 300 * MB);
    assert_peak_below("render", &render, 300 * MB);
}

#[test]
fn decompression_bombs_take_little_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    // Each unpacks to 300 MB, in 20 gzip members of 15 MB.
    let bomb = |begin: &str, repeat: &str, end: &str| {
        let member = pack(repeat.repeat(15_000_000 / repeat.len()).as_bytes());
        [pack(begin.as_bytes()), member.repeat(20), pack(end.as_bytes())].concat()
    };
    let head = "<gpx><trk><trkseg><trkpt lat=\"1\" lon=\"2\"/>";
    let line = "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]";
    let features = "{\"type\":\"FeatureCollection\",\"features\":[";
    let fit_header = "\u{e}\u{10}\0\0\0\0\0\u{7f}.FIT\0\0";
    let bombs = [
        ("blanks.gpx.gz", bomb(head, " ", "</trkseg></trk></gpx>"), "ok"),
        ("empty-tracks.gpx.gz", bomb(head, "<trk><trkseg/></trk>", "</trkseg></trk></gpx>"), "ok"),
        ("comment.gpx.gz", bomb(head, "<!--", "--></trkseg></trk></gpx>"), "ok"),
        ("nested.gpx.gz", bomb(head, "<a>", "</gpx>"), "ok"),
        ("waypoints.gpx.gz", bomb("<gpx>", "<wpt lat=\"1\" lon=\"2\"/>", "</gpx>"), "no_track"),
        ("names.tcx.gz", bomb("<TrainingCenterDatabase><Activity><Notes>", "name ", ""), "error"),
        ("tuple.kml.gz", bomb("<kml><Placemark><LineString><coordinates>1,2 3,4 ", "5", " 6,7"), "ok"),
        ("placemarks.kml.gz", bomb("<kml>", "<Placemark><LineString/></Placemark>", "</kml>"), "no_track"),
        ("blanks.geojson.gz", bomb(line, " ", "]}"), "ok"),
        ("nested.geojson.gz", bomb(line, "[", ""), "ok"),
        ("text.geojson.gz", bomb(&format!("{line}],\"name\":\""), "x", "\"}"), "ok"),
        ("features.geojson.gz", bomb(features, "{\"type\":\"Feature\",\"geometry\":null},", "{}]}"), "no_track"),
        ("twice.gpx.gz", pack(&bomb(head, " ", "</trkseg></trk></gpx>")), "ok"),
        ("zeros.fit.gz", bomb(fit_header, "\0", ""), "error"),
    ];
    for (name, bytes, _) in &bombs {
        assert!(bytes.len() < 1_000_000, "{name}: {} bytes", bytes.len());
        fs::write(folder.path().join(name), bytes).expect("disk space");
    }
    for (name, _, outcome) in &bombs {
        let measured = measure_peak_memory(trailglow(&["inspect", name, "--json"], folder.path()));
        assert_eq!(file_rows(&measured)[0]["outcome"], *outcome, "{name}: {}", measured.stdout);
        // FIT files are read completely, up to a size limit.
        assert_peak_below(name, &measured, if name.contains("fit") { 300 * MB } else { 50 * MB });
    }
}

#[test]
fn the_memory_of_a_shell_that_takes_50_mb_is_measured() {
    let mut command = Command::new("sh");
    command.args(["-c", "text=$(head -c 50000000 /dev/zero | tr '\\0' a); sleep 0.1; echo ${#text}"]);
    let measured = measure_peak_memory(command.stdout(Stdio::piped()).spawn().expect("a shell"));
    assert_eq!(measured.stdout, "50000000\n");
    assert!(std::panic::catch_unwind(|| assert_peak_below("a shell", &measured, 50 * MB)).is_err());
}
