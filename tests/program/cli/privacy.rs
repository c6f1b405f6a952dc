//! Privacy end to end: what zones and trims hide changes no byte of what is written, and nothing tells of it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglow::tileset::Reader;
use trailglow::tileset::pmtiles::ArchiveReader;

use crate::program::{Files, Home, differences, gpx};

/// Where all rides begin and end.
const HOME: (f64, f64) = (52.523_417, 13.411_862);

/// Metres along a degree of a meridian.
const DEGREE: f64 = 111_195.0;

/// So large that a tile of zoom 16 fits into what is surely hidden, whatever the secret: half of it.
const RADIUS: &str = "2km";
const SURELY_HIDDEN: f64 = 990.0;

/// A place so many metres from home in a direction.
fn away(metres: f64, direction: f64) -> (f64, f64) {
    let (sin, cos) = direction.sin_cos();
    (HOME.0 + metres * cos / DEGREE, HOME.1 + metres * sin / DEGREE / HOME.0.to_radians().cos())
}

/// How the hidden points of an archive are recorded; what is outside is always the same.
#[derive(Clone, Copy, Default)]
struct Hidden {
    /// Not recorded at all.
    missing: bool,
    /// Metres by which they are off.
    moved: f64,
    /// Seconds by which their clock is off.
    late: i64,
}

/// Rides from home to the south and back, hidden points as told.
fn archive(home: &Home, folder: &str, hidden: Hidden) {
    for ride in 0..6u32 {
        let direction = 2.6 + f64::from(ride) * 0.2;
        let mut points = String::new();
        // Out, and back beside it.
        let ways = (0..=40).map(|i| (i, 0.0)).chain((0..40).rev().map(|i| (i, 0.03)));
        for (step, (ten, aside)) in (0i64..).zip(ways) {
            let metres = f64::from(ten) * 100.0;
            let is_hidden = metres <= SURELY_HIDDEN - 100.0;
            if is_hidden && hidden.missing {
                continue;
            }
            let off = if is_hidden { hidden.moved * (f64::from(ten) * 1.7 + f64::from(ride)).sin() } else { 0.0 };
            let (lat, lon) = away(metres + off, direction + aside);
            let second = step * 20 + i64::from(ride) * 3000 + if is_hidden { hidden.late } else { 0 };
            let time = format!(
                "2024-05-{:02}T{:02}:{:02}:{:02}Z",
                10 + ride,
                8 + second / 3600 % 10,
                second / 60 % 60,
                second % 60
            );
            let elevation = if is_hidden { 34.0 + hidden.moved } else { 30.0 };
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

const CHANGES: [Hidden; 4] = [
    Hidden { missing: false, moved: 90.0, late: 0 },
    Hidden { missing: false, moved: 0.0, late: -777 },
    Hidden { missing: true, moved: 0.0, late: 0 },
    Hidden { missing: false, moved: -60.0, late: 5 },
];

fn add_zone(home: &Home) {
    let at = format!("{},{}", HOME.0, HOME.1);
    home.must(&["zone", "add", "sweethome", "--at", &at, "--radius", RADIUS]);
}

/// A folder and an archive of some activities.
fn render(home: &Home, input: &[&str], more: &[&str]) -> Files {
    let mut all = Files::new();
    for out in ["out", "out.pmtiles"] {
        home.must(&[&["render"], input, &["-o", out, "-q", "--zoom", "0-16", "--device", "cpu"], more].concat());
        all.extend(home.files(out).into_iter().map(|(name, bytes)| (Path::new(out).join(name), bytes)));
    }
    all
}

/// Places of the tiles, among which those of archives are not.
fn tiles(files: &Files) -> BTreeSet<&PathBuf> {
    files.keys().filter(|name| name.extension().is_some_and(|extension| extension == "png")).collect()
}

/// Column and row of the tile of zoom 16 that home is on.
fn tile_of_home() -> PathBuf {
    let size = f64::from(1u32 << 16);
    let lat = HOME.0.to_radians();
    let x = (HOME.1 / 360.0 + 0.5) * size;
    let y = (0.5 - lat.tan().asinh() / std::f64::consts::TAU) * size;
    format!("out/16/{}/{}.png", x as u32, y as u32).into()
}

fn tilejson(files: &Files) -> Value {
    serde_json::from_slice(&files[Path::new("out/tiles.json")]).expect("JSON")
}

#[test]
fn changing_hidden_points_changes_no_byte() {
    let home = Home::new();
    add_zone(&home);
    archive(&home, "plain", Hidden::default());
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
        archive(&home, &folder, change);
        for (more, plain) in flags.iter().zip(&plain) {
            assert_eq!(differences(plain, &render(&home, &[&folder], more)), [""; 0], "change {number}, {more:?}");
        }
        let seen = render(&home, &[&folder], &["--profile", "private"]);
        assert_ne!(
            differences(&render(&home, &["plain"], &["--profile", "private"]), &seen),
            [""; 0],
            "it is a change"
        );
    }
}

#[test]
fn what_was_imported_is_hidden_like_what_is_named() {
    let home = Home::new();
    add_zone(&home);
    archive(&home, "plain", Hidden::default());
    let named = render(&home, &["plain"], &["--no-library"]);
    let trimmed = render(&home, &["plain"], &["--no-library", "--trim", "1km"]);
    assert_ne!(differences(&named, &trimmed), [""; 0]);
    for change in [Hidden::default(), CHANGES[0], CHANGES[2]] {
        // The same zone with the same secret.
        let copy = home.path("copy.sqlite");
        std::fs::copy(home.library(), &copy).expect("space");
        let library = ["--library", copy.to_str().expect("UTF-8")];
        archive(&home, "imported", change);
        home.must(&[&["import", "imported", "-q"], &library[..]].concat());
        assert_eq!(differences(&named, &render(&home, &[], &library)), [""; 0]);
        assert_eq!(differences(&trimmed, &render(&home, &[], &[&library[..], &["--trim", "1km"]].concat())), [""; 0]);
        std::fs::remove_file(copy).expect("a file");
    }
}

#[test]
fn copies_are_drawn_once_even_if_only_hidden_points_tell_them_apart() {
    let home = Home::new();
    add_zone(&home);
    archive(&home, "plain", Hidden::default());
    let once = render(&home, &["plain"], &[]);
    archive(&home, "twice/a", Hidden::default());
    archive(&home, "twice/b", CHANGES[0]);
    assert_eq!(differences(&once, &render(&home, &["twice"], &[])), [""; 0]);
    home.must(&["import", "twice", "-q"]);
    assert_eq!(differences(&once, &render(&home, &[], &[])), [""; 0]);
}

#[test]
fn a_zone_changes_the_tiles_of_what_it_touches_and_no_others() {
    let home = Home::new();
    archive(&home, "in", Hidden::default());
    home.write("in/far.gpx", gpx("far", (0..90).map(|i| (40.0 + f64::from(i % 7) / 1e3, 5.0 + f64::from(i) / 1e3))));
    // Its colours mean the same whatever is drawn.
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
    let far: BTreeSet<&PathBuf> = tiles(&without).into_iter().filter(is_far).collect();
    assert!(far.len() > 50 && far.iter().all(|name| with.get(*name) == without.get(*name)));
    assert!(tiles(&with).is_subset(&tiles(&without)));
    home.must(&["zone", "remove", "sweethome"]);
    assert_eq!(differences(&without, &render()), [""; 0]);
}

#[test]
fn the_private_profile_shows_everything_and_says_so() {
    let home = Home::new();
    archive(&home, "in", Hidden::default());
    let without = render(&home, &["in"], &[]);
    assert!(tilejson(&without)["trailglow"].get("profile").is_none());
    add_zone(&home);
    let public = tilejson(&render(&home, &["in"], &[]));
    assert!(public["trailglow"].get("profile").is_none() && !public.to_string().contains("zone"));
    // The rides lead south: what is north of them is hidden.
    assert!(public["bounds"][3].as_f64().is_some_and(|north| north < HOME.0 - SURELY_HIDDEN / 2.0 / DEGREE));
    let private = render(&home, &["in"], &["--profile", "private"]);
    assert_eq!(tilejson(&private)["trailglow"]["profile"], "private");
    assert_eq!(tiles(&private), tiles(&without));
    let page = |files: &Files| String::from_utf8_lossy(&files[Path::new("out/index.html")]).into_owned();
    assert!(page(&private).contains(r#""profile":"private""#) && !page(&without).contains(r#""profile""#));
    let points = |more: &[&str]| -> Value {
        let report = home.must(&[&["render", "in", "-o", "out", "--zoom", "0", "--json"], more].concat());
        serde_json::from_str::<Value>(&report).expect("JSON")["points"]["hidden"].clone()
    };
    assert!(points(&[]).as_u64() > Some(0) && points(&["--profile", "private"]) == 0);
    assert!(tiles(&private).iter().all(|name| private[*name] == without[*name]));
    let ran = home.run(&["render", "in", "-o", "out", "--profile", "private", "--trim", "1km"]);
    assert!(ran.status == 2 && ran.stderr.contains("--trim"), "{}", ran.stderr);
}

#[test]
fn nothing_written_tells_what_is_hidden() {
    let home = Home::new();
    add_zone(&home);
    archive(&home, "secretfolder", Hidden::default());
    let files = render(&home, &["secretfolder"], &[]);
    let mut haystacks: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, bytes)| (name.display().to_string(), bytes.clone())).collect();
    // What an archive says of itself is packed.
    let archive = &files[Path::new("out.pmtiles")];
    let reader = ArchiveReader::from_source(Cursor::new(archive), "out.pmtiles".to_owned()).expect("an archive");
    let metadata = serde_json::to_vec(&reader.info().metadata).expect("JSON");
    assert!(String::from_utf8_lossy(&metadata).contains("Trailglow"));
    haystacks.push(("metadata".to_owned(), metadata));
    let mut needles: Vec<Vec<u8>> = ["sweethome", "secretfile", "secretfolder", "Heimweg"].map(Into::into).into();
    let folder = home.path("").display().to_string();
    needles
        .extend([folder.trim_end_matches('/').as_bytes().to_vec(), home.library().display().to_string().into_bytes()]);
    // Home itself and some hidden points, as text to about 10 m, and as archives write numbers.
    for (lat, lon) in [HOME, away(300.0, 2.6), away(500.0, 3.0)] {
        for degrees in [lat, lon] {
            needles.push(format!("{degrees:.4}")[..7].into());
            // Four bytes may turn up among pixels by chance.
            let header = ((degrees * 1e7).round() as i32).to_le_bytes();
            assert!(!archive[..127].windows(4).any(|window| window == header), "{degrees}");
            needles.push(degrees.to_le_bytes().to_vec());
        }
    }
    let holds = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    for (name, bytes) in &haystacks {
        for needle in &needles {
            assert!(!holds(bytes, needle), "{name} holds {:?}", String::from_utf8_lossy(needle));
            assert!(!holds(name.as_bytes(), needle), "{name}");
        }
    }
    assert!(
        haystacks.iter().any(|(_, bytes)| holds(bytes, b"TileJSON") || holds(bytes, b"tilejson")),
        "it is searched"
    );
}

#[test]
fn both_ends_are_trimmed() {
    let home = Home::new();
    let points: String =
        (0..=100).map(|i| format!("<trkpt lat=\"{:.6}\" lon=\"8\"/>", 47.0 + f64::from(i) / 1e3)).collect();
    home.write("in/way.gpx", format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>"));
    let bounds = |more: &[&str]| {
        let bounds = tilejson(&render(&home, &["in"], more))["bounds"].clone();
        [1, 3].map(|side| (bounds[side].as_f64().expect("a number") * 1e3).round() / 1e3)
    };
    assert_eq!(bounds(&[]), [47.0, 47.1]);
    assert_eq!(bounds(&["--trim", "1km"]), [47.009, 47.091]);
    let ran = home.run(&["render", "in", "-o", "out", "--trim", "6km"]);
    assert!(ran.status == 1 && ran.stderr.contains("nothing to draw: 1 hidden activity"), "{}", ran.stderr);
}

#[test]
fn zones_are_kept_listed_and_removed() {
    let home = Home::new();
    let added = home.must(&["zone", "add", "home", "--at", "52.52,13.405", "--radius", "400m"]);
    assert!(added.starts_with("home at 52.52,13.405, 400 m is hidden"), "{added}");
    home.must(&["zone", "add", "work", "--at", "-33.9,-18.4", "--radius", "1.5km"]);
    assert_eq!(home.must(&["zone", "list"]), "home at 52.52,13.405, 400 m\nwork at -33.9,-18.4, 1.5 km\n2 zones\n");
    let json = |args: &[&str]| -> Value { serde_json::from_str(&home.must(args)).expect("JSON") };
    let listed = json(&["zone", "list", "--json"]);
    assert_eq!(listed["zones"][1], serde_json::json!({"name": "work", "at": [-33.9, -18.4], "radius_m": 1500.0}));
    let twice = home.run(&["zone", "add", "home", "--at", "1,2", "--radius", "100m"]);
    assert!(twice.status == 1 && twice.stderr.contains("there is a zone 'home' already"), "{}", twice.stderr);
    let unknown = home.run(&["zone", "remove", "home", "nowhere"]);
    assert!(unknown.status == 1 && unknown.stderr.contains("nothing was changed"), "{}", unknown.stderr);
    assert_eq!(json(&["zone", "list", "--json"]), listed);
    assert_eq!(json(&["zone", "remove", "home", "--json"])["zones"].as_array().map(Vec::len), Some(1));
    let add = |name: &str, at: &str, radius: &str| home.run(&["zone", "add", name, "--at", at, "--radius", radius]);
    for (ran, says) in [
        (add("x", "91,0", "400m"), "--at"),
        (add("x", "52.5", "400m"), "--at"),
        (add("x", "52.5,13.4", "400"), "--radius"),
        (add("x", "52.5,13.4", "-400m"), "--radius"),
        (add("x", "52.5,13.4", "10m"), "radius is 50 m to 50 km"),
        (add("x", "89,13.4", "400m"), "within 84°"),
        (add(" ", "52.5,13.4", "400m"), "a zone's name"),
    ] {
        assert!(ran.status == 2 && ran.stderr.contains(says), "{}: {}", ran.status, ran.stderr);
    }
    let none = home.run(&["zone", "list", "--library", "none.sqlite"]);
    assert!(none.status == 1 && none.stderr.contains("there is no library at none.sqlite"), "{}", none.stderr);
}

#[test]
fn mask_still_names_the_verb_and_appears_in_no_help() {
    let home = Home::new();
    add_zone(&home);
    assert_eq!(home.must(&["mask", "list"]), home.must(&["zone", "list"]));
    for args in [&["--help"][..], &["zone", "--help"], &["zone", "add", "--help"], &["render", "--help"]] {
        let help = home.must(args);
        assert!(help.contains("zone") && !help.contains("mask"), "{args:?}: {help}");
    }
}

#[test]
fn without_knowing_what_to_hide_nothing_is_drawn() {
    let home = Home::new();
    archive(&home, "in", Hidden::default());
    home.write("notes.txt", "buy milk\n".repeat(500));
    let args = ["render", "in", "-o", "out", "--zoom", "0", "-q", "--library", "notes.txt"];
    for more in [&[][..], &["--no-library"]] {
        let ran = home.run(&[&args[..], more].concat());
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        assert!(
            ran.stderr.contains("--profile private") && ran.stderr.contains("not a Trailglow library"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(home.run(&[&args[..], &["--no-library", "--profile", "private"]].concat()).status, 0);
}
