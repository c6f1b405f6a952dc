//! Privacy end to end: hidden points change no byte of an output, and no output reveals them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglow::tileset::TilesetReader;
use trailglow::tileset::pmtiles::ArchiveReader;

use crate::program::{Files, Home, differences, gpx};

/// Start and end of all rides: latitude and longitude in degrees.
const HOME: (f64, f64) = (52.523_417, 13.411_862);

/// Metres per degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

const RADIUS: &str = "2km";

/// Metres around home that are hidden whatever the secret of the zone: almost half of `RADIUS`, more than a tile of
/// zoom 16.
const SURELY_HIDDEN: f64 = 990.0;

/// Position at a distance from home, in metres, and a direction, in radians clockwise from north.
pub fn destination(metres: f64, direction: f64) -> (f64, f64) {
    let (sin, cos) = direction.sin_cos();
    (HOME.0 + metres * cos / METRES_PER_DEGREE, HOME.1 + metres * sin / METRES_PER_DEGREE / HOME.0.to_radians().cos())
}

/// How the hidden points of the rides differ; visible points are always the same.
#[derive(Clone, Copy, Default)]
struct HiddenPart {
    /// True if the points are not recorded.
    missing: bool,
    /// Amplitude of the position error, in metres.
    moved: f64,
    /// Delay of the times, in seconds.
    late: i64,
}

/// Writes six rides from home to the south and back.
fn write_rides(home: &Home, folder: &str, hidden_part: HiddenPart) {
    for ride in 0..6u32 {
        let direction = 2.6 + f64::from(ride) * 0.2;
        let mut points = String::new();
        // Out to 4 km, and back on a line turned by 0.03 rad.
        let there_and_back = (0..=40).map(|i| (i, 0.0)).chain((0..40).rev().map(|i| (i, 0.03)));
        for (step, (hundreds, turn)) in (0i64..).zip(there_and_back) {
            let metres = f64::from(hundreds) * 100.0;
            let is_hidden = metres <= SURELY_HIDDEN - 100.0;
            if is_hidden && hidden_part.missing {
                continue;
            }
            let offset =
                if is_hidden { hidden_part.moved * (f64::from(hundreds) * 1.7 + f64::from(ride)).sin() } else { 0.0 };
            let (lat, lon) = destination(metres + offset, direction + turn);
            let second = step * 20 + i64::from(ride) * 3000 + if is_hidden { hidden_part.late } else { 0 };
            let time = format!(
                "2024-05-{:02}T{:02}:{:02}:{:02}Z",
                10 + ride,
                8 + second / 3600 % 10,
                second / 60 % 60,
                second % 60
            );
            let elevation = if is_hidden { 34.0 + hidden_part.moved } else { 30.0 };
            let _ = write!(
                points,
                "<trkpt lat=\"{lat:.6}\" lon=\"{lon:.6}\"><ele>{elevation}</ele><time>{time}</time></trkpt>"
            );
        }
        let name = format!("Heimweg {folder} {ride}");
        let text = format!("<gpx><trk><name>{name}</name><type>cycling</type><trkseg>{points}</trkseg></trk></gpx>");
        home.write(&format!("{folder}/secretfile-{ride}.gpx"), text);
    }
}

const CHANGES: [HiddenPart; 4] = [
    HiddenPart { missing: false, moved: 90.0, late: 0 },
    HiddenPart { missing: false, moved: 0.0, late: -777 },
    HiddenPart { missing: true, moved: 0.0, late: 0 },
    HiddenPart { missing: false, moved: -60.0, late: 5 },
];

pub fn add_zone(home: &Home) {
    let at = format!("{},{}", HOME.0, HOME.1);
    home.run_ok(&["zone", "add", "sweethome", "--at", &at, "--radius", RADIUS]);
}

/// Renders into a folder and into an archive; returns the files of both.
pub fn render(home: &Home, input: &[&str], more: &[&str]) -> Files {
    let mut all = Files::new();
    for out in ["out", "out.pmtiles"] {
        home.run_ok(&[&["render"], input, &["-o", out, "-q", "--zoom", "0-16", "--device", "cpu"], more].concat());
        all.extend(home.files(out).into_iter().map(|(name, bytes)| (Path::new(out).join(name), bytes)));
    }
    all
}

/// Names of the tiles in the folder.
fn png_names(files: &Files) -> BTreeSet<&PathBuf> {
    files.keys().filter(|name| name.extension().is_some_and(|extension| extension == "png")).collect()
}

/// Name of the tile of zoom 16 that contains home.
fn tile_of_home() -> PathBuf {
    let size = f64::from(1u32 << 16);
    let lat = HOME.0.to_radians();
    let x = (HOME.1 / 360.0 + 0.5) * size;
    let y = (0.5 - lat.tan().asinh() / std::f64::consts::TAU) * size;
    format!("out/16/{}/{}.png", x as u32, y as u32).into()
}

pub fn tilejson(files: &Files) -> Value {
    serde_json::from_slice(&files[Path::new("out/tiles.json")]).expect("JSON")
}

#[test]
fn changing_hidden_points_changes_no_byte() {
    let home = Home::new();
    add_zone(&home);
    write_rides(&home, "plain", HiddenPart::default());
    let flags: [&[&str]; 5] = [
        &["--layer", "frequency"],
        &["--layer", "passes", "--no-library"],
        &["--trim", "300m"],
        &["--distance", "1km-6.9km", "--near", "home", "--radius", "20km"],
        &["--from", "2024-05-11", "--to", "2024-05-13", "--palette", "ice,gray"],
    ];
    let plain: Vec<Files> = flags.iter().map(|more| render(&home, &["plain"], more)).collect();
    for (number, change) in CHANGES.into_iter().enumerate() {
        let folder = format!("changed{number}");
        write_rides(&home, &folder, change);
        for (more, plain) in flags.iter().zip(&plain) {
            assert_eq!(differences(plain, &render(&home, &[&folder], more)), [""; 0], "change {number}, {more:?}");
        }
        let unhidden = render(&home, &[&folder], &["--profile", "private"]);
        assert_ne!(
            differences(&render(&home, &["plain"], &["--profile", "private"]), &unhidden),
            [""; 0],
            "change {number} changes the private map"
        );
    }
}

#[test]
fn imported_files_are_hidden_like_files_on_the_command_line() {
    let home = Home::new();
    add_zone(&home);
    write_rides(&home, "plain", HiddenPart::default());
    let named = render(&home, &["plain"], &["--no-library"]);
    let trimmed = render(&home, &["plain"], &["--no-library", "--trim", "1km"]);
    assert_ne!(differences(&named, &trimmed), [""; 0]);
    for change in [HiddenPart::default(), CHANGES[0], CHANGES[2]] {
        // A copy of the library has the same zone with the same secret.
        let copy = home.path("copy.sqlite");
        std::fs::copy(home.library(), &copy).expect("disk space");
        let library = ["--library", copy.to_str().expect("UTF-8")];
        write_rides(&home, "imported", change);
        home.run_ok(&[&["import", "imported", "-q"], &library[..]].concat());
        assert_eq!(differences(&named, &render(&home, &[], &library)), [""; 0]);
        assert_eq!(differences(&trimmed, &render(&home, &[], &[&library[..], &["--trim", "1km"]].concat())), [""; 0]);
        std::fs::remove_file(copy).expect("a file");
    }
}

#[test]
fn copies_that_differ_in_hidden_points_alone_are_drawn_once() {
    let home = Home::new();
    add_zone(&home);
    write_rides(&home, "plain", HiddenPart::default());
    let once = render(&home, &["plain"], &[]);
    write_rides(&home, "twice/a", HiddenPart::default());
    write_rides(&home, "twice/b", CHANGES[0]);
    assert_eq!(differences(&once, &render(&home, &["twice"], &[])), [""; 0]);
    home.run_ok(&["import", "twice", "-q"]);
    assert_eq!(differences(&once, &render(&home, &[], &[])), [""; 0]);
}

#[test]
fn a_zone_changes_only_tiles_of_activities_that_it_touches() {
    let home = Home::new();
    write_rides(&home, "in", HiddenPart::default());
    home.write("in/far.gpx", gpx("far", (0..90).map(|i| (40.0 + f64::from(i % 7) / 1e3, 5.0 + f64::from(i) / 1e3))));
    // Colours of the gray palette do not depend on the other activities.
    let render = || render(&home, &["in"], &["--palette", "gray"]);
    let without = render();
    add_zone(&home);
    let with = render();
    assert!(without.contains_key(&tile_of_home()) && !with.contains_key(&tile_of_home()));
    let is_far = |name: &&PathBuf| {
        let number = |name: Option<&std::ffi::OsStr>| name.and_then(|name| name.to_str()?.parse::<f64>().ok());
        let (column, zoom) = (name.parent().expect("a folder"), name.iter().nth(1));
        let across = 2f64.powf(number(zoom).expect("a zoom"));
        across >= 256.0 && number(column.file_name()).expect("a column") / across < 0.52
    };
    let far: BTreeSet<&PathBuf> = png_names(&without).into_iter().filter(is_far).collect();
    assert!(far.len() > 50 && far.iter().all(|name| with.get(*name) == without.get(*name)));
    assert!(png_names(&with).is_subset(&png_names(&without)));
    home.run_ok(&["zone", "remove", "sweethome"]);
    assert_eq!(differences(&without, &render()), [""; 0]);
}

#[test]
fn the_private_profile_hides_nothing_and_is_named_in_the_output() {
    let home = Home::new();
    write_rides(&home, "in", HiddenPart::default());
    let without = render(&home, &["in"], &[]);
    assert!(tilejson(&without)["trailglow"].get("profile").is_none());
    add_zone(&home);
    let public = tilejson(&render(&home, &["in"], &[]));
    assert!(public["trailglow"].get("profile").is_none() && !public.to_string().contains("zone"));
    // The rides lead south, so the northern part is hidden.
    assert!(public["bounds"][3].as_f64().is_some_and(|north| north < HOME.0 - SURELY_HIDDEN / 2.0 / METRES_PER_DEGREE));
    let private = render(&home, &["in"], &["--profile", "private"]);
    assert_eq!(tilejson(&private)["trailglow"]["profile"], "private");
    assert_eq!(png_names(&private), png_names(&without));
    let page = |files: &Files| String::from_utf8_lossy(&files[Path::new("out/index.html")]).into_owned();
    assert!(page(&private).contains(r#""profile":"private""#) && !page(&without).contains(r#""profile""#));
    let points = |more: &[&str]| -> Value {
        let report = home.run_ok(&[&["render", "in", "-o", "out", "--zoom", "0", "--json"], more].concat());
        serde_json::from_str::<Value>(&report).expect("JSON")["points"]["hidden"].clone()
    };
    assert!(points(&[]).as_u64() > Some(0) && points(&["--profile", "private"]) == 0);
    assert!(png_names(&private).iter().all(|name| private[*name] == without[*name]));
    let run = home.run(&["render", "in", "-o", "out", "--profile", "private", "--trim", "1km"]);
    assert!(run.status == 2 && run.stderr.contains("--trim"), "{}", run.stderr);
}

#[test]
fn no_output_contains_hidden_positions_or_private_names() {
    let home = Home::new();
    add_zone(&home);
    write_rides(&home, "secretfolder", HiddenPart::default());
    let files = render(&home, &["secretfolder"], &[]);
    let mut haystacks: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, bytes)| (name.display().to_string(), bytes.clone())).collect();
    // The metadata of an archive is compressed.
    let archive = &files[Path::new("out.pmtiles")];
    let reader = ArchiveReader::from_source(Cursor::new(archive), "out.pmtiles".to_owned()).expect("an archive");
    let metadata = serde_json::to_vec(&reader.info().metadata).expect("JSON");
    assert!(String::from_utf8_lossy(&metadata).contains("Trailglow"));
    haystacks.push(("metadata".to_owned(), metadata));
    let mut needles: Vec<Vec<u8>> = ["sweethome", "secretfile", "secretfolder", "Heimweg"].map(Into::into).into();
    let folder = home.path("").display().to_string();
    needles
        .extend([folder.trim_end_matches('/').as_bytes().to_vec(), home.library().display().to_string().into_bytes()]);
    // Home and some hidden points: as text to about 10 m, and in the binary forms of archives.
    for (lat, lon) in [HOME, destination(300.0, 2.6), destination(500.0, 3.0)] {
        for degrees in [lat, lon] {
            needles.push(format!("{degrees:.4}")[..7].into());
            // Four bytes may occur among pixels by chance, so only the header is searched.
            let header = ((degrees * 1e7).round() as i32).to_le_bytes();
            assert!(!archive[..127].windows(4).any(|window| window == header), "{degrees}");
            needles.push(degrees.to_le_bytes().to_vec());
        }
    }
    let contains_bytes = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    for (name, bytes) in &haystacks {
        for needle in &needles {
            assert!(!contains_bytes(bytes, needle), "{name} contains {:?}", String::from_utf8_lossy(needle));
            assert!(!contains_bytes(name.as_bytes(), needle), "{name}");
        }
    }
    assert!(
        haystacks.iter().any(|(_, bytes)| contains_bytes(bytes, b"TileJSON") || contains_bytes(bytes, b"tilejson")),
        "the search finds a text that is there"
    );
}

#[test]
fn nothing_is_drawn_if_the_zones_cannot_be_read() {
    let home = Home::new();
    write_rides(&home, "in", HiddenPart::default());
    home.write("notes.txt", "buy milk\n".repeat(500));
    let args = ["render", "in", "-o", "out", "--zoom", "0", "-q", "--library", "notes.txt"];
    for more in [&[][..], &["--no-library"]] {
        let run = home.run(&[&args[..], more].concat());
        assert_eq!(run.status, 1, "{}", run.stderr);
        assert!(
            run.stderr.contains("--profile private") && run.stderr.contains("not a Trailglow library"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(home.run(&[&args[..], &["--no-library", "--profile", "private"]].concat()).status, 0);
}
