//! Contents of the outputs: folder and archive contain the same tiles, and other readers accept them.

mod archive;
mod reader;
mod verifier;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::program::{Files, Home, differences, gpx};
use archive::{Archive, Tiles, faults};
use serde_json::{Value, json};

type Coord = (u8, u32, u32);

/// The same activities as a folder and as an archive.
struct Map {
    name: &'static str,
    folder: Files,
    archive: Vec<u8>,
}

/// Maps of all kinds: few and many tiles, unique and repeated ones, with and without leaf directories.
fn maps() -> &'static [Map] {
    static MAPS: OnceLock<Vec<Map>> = OnceLock::new();
    MAPS.get_or_init(|| {
        let home = Home::new();
        // Along a parallel most tiles of a zoom are equal.
        home.write("parallel.gpx", gpx("", (0..2000).map(|step| (47.0, 6.0 + f64::from(step) / 1000.0))));
        // The tiles of a winding line all differ.
        let winding = (0..6000).map(|step| (step, f64::from(step) / 1000.0));
        let winding = winding.map(|(step, t)| (40.0 + t, 5.0 + t + 0.003 * f64::from(step * step % 7)));
        home.write("winding.gpx", gpx("", winding));
        home.write("dot.gpx", gpx("", [(-33.9, 151.2); 12]));
        home.write("ferry.gpx", gpx("", (0..99).map(|step| (-17.5, 179.9 + f64::from(step) / 500.0))));
        let map = |name, input: &str, extra_args: &[&str]| {
            for out in ["tiles", "heat.pmtiles"] {
                home.run_ok(&[&["render", input, "-o", out, "-q"], extra_args].concat());
            }
            let archive = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
            Map { name, folder: home.files("tiles"), archive }
        };
        vec![
            map("demo", demo(), &["--zoom", "0-16"]),
            map("one tile", "dot.gpx", &["--zoom", "0"]),
            map("deep zooms only", "dot.gpx", &["--zoom", "15-20", "--no-overview"]),
            map("large tiles", demo(), &["--zoom", "3-12", "--no-overview", "--tile-size", "512"]),
            map("alike", "parallel.gpx", &["--zoom", "0-17"]),
            map("leaves", "winding.gpx", &["--zoom", "0-16"]),
            map("antimeridian", "ferry.gpx", &["--zoom", "0-14"]),
        ]
    })
}

/// Returns the tiles of a folder by coordinates, without its other files.
fn tiles_of(folder: &Files) -> Tiles<'_> {
    let coord = |path: &Path| {
        let mut parts = path.to_str()?.strip_suffix(".png")?.split('/');
        let coord = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(coord)
    };
    folder.iter().filter_map(|(path, bytes)| Some((coord(path)?, &bytes[..]))).collect()
}

fn to_files(tiles: &Tiles) -> Files {
    tiles.iter().map(|((z, x, y), bytes)| (PathBuf::from(format!("{z}/{x}/{y}.png")), bytes.to_vec())).collect()
}

fn json_in(folder: &Files, name: &str) -> Value {
    serde_json::from_slice(&folder[Path::new(name)]).expect("JSON")
}

#[test]
fn folder_and_archive_hold_the_same_tiles() {
    for Map { name, folder, archive } in maps() {
        let in_folder = tiles_of(folder);
        assert_eq!(in_folder.len() + 2, folder.len(), "{name}: nothing but tiles, TileJSON and page");
        let archive = Archive::read(archive).expect("an archive");
        let in_archive = archive.tiles().expect("tiles");
        assert_eq!(differences(&to_files(&in_folder), &to_files(&in_archive)), [""; 0], "{name}");
        assert!(in_folder.values().all(|png| png.starts_with(b"\x89PNG\r\n\x1a\n")), "{name}");
    }
}

#[test]
fn archives_are_valid() {
    for Map { name, archive, .. } in maps() {
        assert_eq!(faults(archive), [""; 0], "{name}");
    }
    let archive_of = |expected_name: &str| {
        let map = maps().iter().find(|map| map.name == expected_name).expect("a map of that name");
        Archive::read(&map.archive).expect("an archive")
    };
    assert_eq!((archive_of("one tile").entries.len(), archive_of("demo").leaf_count), (1, 0));
    assert!(archive_of("leaves").leaf_count > 1, "the map has leaf directories");
    let alike = archive_of("alike");
    assert!(alike.header.contents < alike.header.entries, "the map has repeated contents");
    assert!(alike.entries.iter().any(|entry| entry.run > 1), "the map has runs");
}

/// Returns all faults of the TileJSON of a map with the given tiles.
fn tilejson_faults(json: &Value, tiles: &BTreeSet<Coord>) -> Vec<&'static str> {
    let numbers = |key: &str| -> Vec<f64> {
        json[key].as_array().map(|list| list.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
    };
    let zooms = tiles.first().zip(tiles.last()).map(|(first, last)| (u64::from(first.0), u64::from(last.0)));
    let stored = json["minzoom"].as_u64().zip(json["maxzoom"].as_u64());
    let (bounds, center) = (numbers("bounds"), numbers("center"));
    let (Ok([west, south, east, north]), Ok([lon, lat, zoom])) =
        (<[f64; 4]>::try_from(bounds), <[f64; 3]>::try_from(center))
    else {
        return vec!["bounds or centre"];
    };
    let template = json["tiles"][0].as_str().unwrap_or_default();
    let (deepest, side) = tiles.last().map_or((0, 1.0), |last| (last.0, f64::from(1u32 << last.0)));
    let columns = [west, east].map(|lon| (lon + 180.0) / 360.0 * side);
    let columns_of_tiles = tiles.iter().filter(|tile| tile.0 == deepest).map(|tile| f64::from(tile.1));
    // Lines are thick: a tile next to the bounds may contain part of the glow.
    let is_within_bounds = |column: f64| column + 2.0 > columns[0] && column - 1.0 < columns[1];
    let checks = [
        ("version", json["tilejson"] == "3.0.0"),
        ("scheme", json["scheme"] == "xyz"),
        ("name", json["name"].as_str().is_some_and(|name| !name.is_empty())),
        ("address", json["tiles"].as_array().is_some_and(|list| list.len() == 1)),
        ("address", template.ends_with("{z}/{x}/{y}.png") && !template.starts_with('/') && !template.contains(':')),
        ("zooms", stored == zooms),
        ("bounds", -180.0 <= west && west < east && east <= 180.0 && -85.06 < south && south < north && north < 85.06),
        ("bounds", columns_of_tiles.into_iter().all(is_within_bounds)),
        ("centre", (west..=east).contains(&lon) && (south..=north).contains(&lat)),
        ("centre", zooms.is_some_and(|(first, last)| (first as f64..=last as f64).contains(&zoom))),
    ];
    let mut faults: Vec<&str> = checks.iter().filter(|check| !check.1).map(|check| check.0).collect();
    faults.dedup();
    faults
}

#[test]
fn metadata_matches_the_tiles() {
    for Map { name, folder, archive } in maps() {
        let json = json_in(folder, "tiles.json");
        let tiles: BTreeSet<Coord> = tiles_of(folder).into_keys().collect();
        assert_eq!(tilejson_faults(&json, &tiles), [""; 0], "{name}");
        // The metadata of the archive must be the same.
        let archive = Archive::read(archive).expect("an archive");
        let metadata = archive.metadata().expect("metadata");
        for (key, value) in metadata.as_object().expect("an object") {
            assert_eq!(&json[key], value, "{name}: {key}");
        }
        let header = archive.header;
        assert_eq!((&json["minzoom"], &json["maxzoom"]), (&json!(header.min_zoom), &json!(header.max_zoom)));
        let numbers = header.bounds.iter().chain(&header.center).map(|degrees| f64::from(*degrees) / 1e7);
        let stored = json["bounds"].as_array().expect("four").iter().chain(json["center"].as_array().expect("three"));
        for (stored, number) in stored.zip(numbers) {
            let stored = stored.as_f64().expect("a number");
            assert!((stored - number).abs() < 1.1e-7, "{name}: {stored} and {number}");
        }
        assert_eq!(json["center"][2], header.center_zoom);
    }
    let of_demo = json_in(&maps()[0].folder, "tiles.json");
    assert_eq!(of_demo["trailglow"]["activities"], DEMO_ACTIVITIES);
}

#[test]
fn wrong_tilejson_is_detected() {
    let folder = &maps()[0].folder;
    let (json, tiles) = (json_in(folder, "tiles.json"), tiles_of(folder).into_keys().collect());
    let with_changed = |key: &str, value: Value| {
        let mut changed = json.clone();
        changed[key] = value;
        tilejson_faults(&changed, &tiles)
    };
    let (west, lat) = (json["bounds"][0].as_f64().expect("west"), json["center"][1].clone());
    let cases = [
        ("version", with_changed("tilejson", json!("2.0.0"))),
        ("scheme", with_changed("scheme", json!("tms"))),
        ("name", with_changed("name", Value::Null)),
        ("address", with_changed("tiles", json!([]))),
        ("address", with_changed("tiles", json!(["/home/me/{z}/{x}/{y}.png"]))),
        ("zooms", with_changed("minzoom", json!(1))),
        ("zooms", with_changed("maxzoom", json!(17))),
        ("bounds", with_changed("bounds", json!([0, 0, 0, 0]))),
        ("bounds", with_changed("bounds", json!([170, -80, 180, 80]))),
        ("bounds or centre", with_changed("bounds", json!([1, 2, 3]))),
        ("centre", with_changed("center", json!([west - 1.0, lat, 5]))),
        ("centre", with_changed("center", json!([json["center"][0], lat, 17]))),
    ];
    for (expected, found) in cases {
        assert!(found.contains(&expected), "'{expected}' not in {found:?}");
    }
    let fewer = tiles.iter().filter(|tile| tile.0 < 16).copied().collect();
    assert_eq!(tilejson_faults(&json, &fewer), ["zooms"]);
}

#[test]
fn an_overview_is_added_above_the_zooms() {
    let home = Home::new();
    let tiles = |zooms: &[&str]| {
        home.run_ok(&[&["render", demo(), "-o", "tiles", "-q"], zooms].concat());
        home.files("tiles")
    };
    let all = tiles(&["--zoom", "0-9"]);
    assert_eq!(differences(&all, &tiles(&["--zoom", "7-9"])), [""; 0], "the overview is drawn like any zoom");
    let exact = tiles(&["--zoom", "7-9", "--no-overview"]);
    let deep: Tiles = tiles_of(&all).into_iter().filter(|(tile, _)| tile.0 >= 7).collect();
    assert_eq!(differences(&to_files(&tiles_of(&exact)), &to_files(&deep)), [""; 0]);
    assert_eq!(json_in(&exact, "tiles.json")["minzoom"], 7);
}

#[test]
fn the_title_and_the_public_address_are_written() {
    let home = Home::new();
    let title = "Rides & <b>walks</b> \u{2014} \"2024\"";
    let render = |args: &[&str]| home.run_ok(&[&["render", demo(), "-q", "--zoom", "0-3"], args].concat());
    render(&["-o", "heat.pmtiles", "--title", title]);
    let archive = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
    assert_eq!(Archive::read(&archive).and_then(|archive| archive.metadata()).expect("metadata")["name"], title);
    let url = "https://example.org/My Map/ü";
    let encoded = "https://example.org/My%20Map/%C3%BC/";
    for (palettes, style) in [("ice", ""), ("ice,plum", "frequency-ice/")] {
        render(&["-o", "relative", "-p", palettes]);
        render(&["-o", "tiles", "-p", palettes, "--title", title, "--public-url", url]);
        let (relative, files) = (home.files("relative"), home.files("tiles"));
        for (folder, template) in [("", format!("{style}{{z}}/{{x}}/{{y}}.png")), (style, "{z}/{x}/{y}.png".to_owned())]
        {
            let of = |files: &Files| json_in(files, &format!("{folder}tiles.json"));
            assert_eq!(
                (of(&relative)["tiles"].clone(), of(&files)["tiles"].clone()),
                (json!([template]), json!([format!("{encoded}{folder}{template}")]),)
            );
            assert_eq!((&of(&relative)["name"], &of(&files)["name"]), (&json!("Trailglow visits"), &json!(title)));
        }
        let page = String::from_utf8(files[Path::new("index.html")].clone()).expect("text");
        assert!(page.contains("<title>Rides &amp; &lt;b&gt;walks&lt;/b&gt; \u{2014} \"2024\"</title>"));
        assert!(page.contains(&format!("\"publicUrl\":\"{encoded}\"")) && !page.contains("<b>walks"));
        assert_eq!(differences(&to_files(&tiles_of(&relative)), &to_files(&tiles_of(&files))), [""; 0]);
    }
}

/// Returns the words that occur anywhere in some bytes.
fn words_in<'a>(bytes: &[u8], words: &[&'a str]) -> Vec<&'a str> {
    let is_in = |word: &&&str| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
    words.iter().filter(is_in).copied().collect()
}

#[test]
fn outputs_contain_no_names() {
    let home = Home::new();
    let line = || (0..50).map(|step| (47.0, 8.0 + f64::from(step) / 10_000.0));
    let person = "<metadata><name>Zanzibarian</name><author><name>Wilhelmina</name></author></metadata><trk>";
    let ride = gpx("Petuniastreet", line()).replace("<trk>", person);
    home.write("Xylophonist/Quokkaride.gpx", &ride);
    let here = home.path("").canonicalize().expect("a folder");
    let here = here.to_str().expect("UTF-8");
    let words = ["Zanzibarian", "Wilhelmina", "Petuniastreet", "Xylophonist", "Quokkaride", ".gpx", here];
    assert_eq!(words_in(ride.as_bytes(), &words).len(), 3, "the search finds existing words");
    assert_eq!(words_in(b"xxwilhelmina", &words), ["Wilhelmina"]);

    home.run_ok(&["render", "Xylophonist", "-o", "out/tiles", "--zoom", "0-14", "-p", "ice,plum", "-q"]);
    home.run_ok(&["render", "Xylophonist", "-o", "out/heat.pmtiles", "--zoom", "0-14", "-q"]);
    let files = home.files("out");
    assert!(files.len() > 30, "{}", files.len());
    for (path, bytes) in &files {
        assert_eq!(words_in(bytes, &words), [""; 0], "{}", path.display());
    }
    let archive = Archive::read(&files[Path::new("heat.pmtiles")]).expect("an archive");
    let metadata = archive.metadata().expect("metadata").to_string();
    assert_eq!(words_in(metadata.as_bytes(), &words), [""; 0]);
    // The name of the user must not occur either. Short names could be ordinary words.
    let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_default();
    if user.len() > 5 {
        let texts = files.iter().filter(|file| file.0.extension().is_some_and(|ending| ending != "png"));
        texts.for_each(|(path, bytes)| assert_eq!(words_in(bytes, &[&user]), [""; 0], "{}", path.display()));
    }
}

/// Returns the folder in an environment variable, or the default relative to the repository.
fn folder_in(variable: &str, default_path: &str) -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join(default_path);
    std::env::var_os(variable).map_or_else(default, PathBuf::from)
}

/// Returns true if a command exists and succeeds.
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Writes the archives of all maps to files.
fn archive_files(home: &Home) -> Vec<PathBuf> {
    let names = (0..maps().len()).map(|number| format!("{number}.pmtiles"));
    let write = |(map, name): (&Map, String)| {
        home.write(&name, &map.archive);
        home.path(&name)
    };
    maps().iter().zip(names).map(write).collect()
}

#[test]
fn a_python_verifier_accepts_the_archives() {
    let checker = folder_in("TRAILGLOW_TOOLS", "../shared/tools").join("pmverify.py");
    if !checker.is_file() || !succeeds(Command::new("python3").args(["-c", "import pmtiles"])) {
        return eprintln!("skipped: there is no {} or no python3 with pmtiles", checker.display());
    }
    let home = Home::new();
    let check = |files: &[PathBuf]| Command::new("python3").arg(&checker).args(files).output().expect("python3 starts");
    let output = check(&archive_files(&home));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let mut damaged = maps()[0].archive.clone();
    damaged[72] ^= 1;
    home.write("damaged.pmtiles", damaged);
    assert!(!check(&[home.path("damaged.pmtiles")]).status.success(), "the checker detects damage");
}

#[test]
fn the_javascript_reader_reads_the_same_tiles() {
    let reader = folder_in("TRAILGLOW_TOOLS", "../shared/tools").join("read_pmtiles.mjs");
    let modules = folder_in("TRAILGLOW_NODE_MODULES", "node_modules");
    let modules = if modules.ends_with("node_modules") { modules } else { modules.join("node_modules") };
    if !reader.is_file() || !modules.join("pmtiles").is_dir() || !succeeds(Command::new("node").arg("--version")) {
        return eprintln!("skipped: there is no {}, no node or no pmtiles in {}", reader.display(), modules.display());
    }
    let home = Home::new();
    // Node looks for modules in the folders above the script.
    std::fs::copy(reader, home.path("read.mjs")).expect("space");
    let modules = modules.canonicalize().expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(modules, home.path("node_modules")).expect("a link");
    for (map, file) in maps().iter().zip(archive_files(&home)) {
        let tiles = tiles_of(&map.folder);
        let sample: Vec<(&Coord, &&[u8])> = tiles.iter().step_by(tiles.len().div_ceil(50)).collect();
        let absent = if tiles.contains_key(&(0, 0, 0)) { (20, 0, 0) } else { (0, 0, 0) };
        let coords = sample.iter().map(|tile| *tile.0).chain([absent]).flat_map(|(z, x, y)| [u32::from(z), x, y]);
        let output = Command::new("node")
            .arg("read.mjs")
            .arg(file)
            .args(coords.map(|number| number.to_string()))
            .current_dir(home.path(""))
            .output()
            .expect("node starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut lines = text.lines();
        let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
        let json = json_in(&map.folder, "tiles.json");
        assert_eq!((&header["minZoom"], &header["maxZoom"]), (&json["minzoom"], &json["maxzoom"]));
        assert_eq!(header["numAddressedTiles"], tiles.len());
        let metadata: Value = serde_json::from_str(lines.next().expect("metadata")).expect("JSON");
        assert_eq!(metadata["name"], json["name"]);
        assert_eq!(metadata["trailglow"]["activities"], json["trailglow"]["activities"]);
        let expected = sample.iter().map(|((z, x, y), png)| format!("{z}/{x}/{y} {}", png.len()));
        let expected: Vec<String> = expected.chain([format!("{}/0/0 absent", absent.0)]).collect();
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{}", map.name);
    }
}
