//! Reports: text, JSON, help and examples, on stdout or stderr.

use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::program::{Files, Home};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

/// Files with the PNG signature.
fn pngs(files: &Files) -> Vec<&Vec<u8>> {
    files.values().filter(|bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n")).collect()
}

/// Width of a PNG in pixels, from its header.
fn png_size(png: &[u8]) -> u32 {
    u32::from_be_bytes(png[16..20].try_into().expect("four bytes"))
}

#[test]
fn results_go_to_stdout_and_pipes_get_no_progress_bar() {
    let home = Home::new();
    let text = home.run_ok(&["demo", "-n", "3", "-o", "my rides"]);
    assert!(text.starts_with("3 files, "), "{text}");
    let next = text.trim_end().split_once("now: trailglow ").expect("the next command").1;
    assert_eq!(next, "render 'my rides' -o 'my rides-tiles'");
    let text = home.run_ok(&["render", "my rides", "-o", "my rides-tiles", "--zoom", "0-4"]);
    let page = home.path("my rides-tiles/index.html").canonicalize().expect("the page");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("3 activities from 3 files, "), "{text}");
    assert_eq!(lines[1], "zones and trims: none, so every place is shown");
    assert!(lines[2].contains(" tiles, ") && lines[2].ends_with("zoom 0 to 4, ember"), "{text}");
    assert_eq!(lines.last(), Some(&&*format!("open {} in a browser", page.display())));
    assert!(!text.contains("overview"), "{text}");
    let text = home.run_ok(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "5"]);
    assert!(text.contains("zoom 0 to 5") && text.contains("\nzooms 0 to 4 were added as an overview"), "{text}");
    let text = home.run_ok(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "1-5"]);
    assert!(text.contains("\nzoom 0 was added as an overview; --no-overview leaves it out\n"), "{text}");
    let text = home.run_ok(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "5", "--no-overview"]);
    assert!(text.contains("zoom 5 to 5") && !text.contains("overview"), "{text}");
    assert!(text.ends_with("heat.pmtiles\n") && text.contains("\nwrote /"), "{text}");
}

#[test]
fn quiet_prints_nothing() {
    let home = Home::new();
    assert_eq!(home.run_ok(&["demo", "-q", "-n", "2", "-o", "demo"]), "");
    assert_eq!(home.run_ok(&["render", "demo", "-o", "tiles", "-q", "--zoom", "0-2"]), "");
    assert!(home.path("tiles/index.html").is_file());
}

/// Keys and types of a document; a list is represented by its first element.
fn schema(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), schema(value))).collect(),
        Value::Array(list) => list.first().map_or(json!([]), |first| json!([schema(first)])),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("bool"),
        Value::Null => json!(null),
    }
}

#[test]
fn the_json_report_has_a_fixed_schema_and_correct_numbers() {
    let home = Home::new();
    home.write("junk.fit", "junk");
    home.write("notes.txt", "notes");
    let run = home.run(&["render", demo(), ".", "-o", "tiles", "--json", "--zoom", "2-9", "-p", "ice,plum"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    let report = parsed(&run.stdout);
    let skipped = json!([{"path": "text", "kind": "text", "reason": "text"}]);
    let dropped = json!({"null_island": "number", "out_of_range": "number", "repeated": "number", "spikes": "number"});
    let number = "number";
    let omitted =
        ["indoor", "virtual", "planned", "not_selected", "excluded", "copies", "hidden", "stray", "beyond_map"]
            .map(|why| (why.to_owned(), json!(number)));
    let omitted: Value = omitted.into_iter().collect();
    assert_eq!(
        schema(&report),
        json!({
            "schema_version": number,
            "files": {"found": number, "read": number, "skipped": skipped, "damaged": [], "warnings": []},
            "activities": number,
            "omitted": omitted,
            "selection": null,
            "home": null,
            "kilometres": number,
            "layers": [{"name": "text", "activities": number, "needs": null, "without": number}],
            "tables": [],
            "from": "text",
            "to": "text",
            "points": {"drawn": number, "unreadable": number, "dropped": dropped, "hidden": number, "beyond_map": number},
            "privacy": {"profile": "text", "zones": [], "trim": null, "warnings": []},
            "palettes": ["text"],
            "tiles": number,
            "drawn": number,
            "reused": number,
            "bytes": number,
            "zooms": [{"zoom": number, "tiles": number, "max": number}],
            "overview": [number],
            "device": "text",
            "new_library": "text",
            "seconds": {
                "read": number, "plan": number, "draw": number, "encode_cpu": number, "write": number, "total": number,
            },
            "written": ["text"],
            "page": "text",
        })
    );
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["files"]["found"], DEMO_ACTIVITIES + 2);
    assert_eq!(report["files"]["read"], DEMO_ACTIVITIES);
    assert_eq!(report["activities"], DEMO_ACTIVITIES);
    assert_eq!(report["palettes"], json!(["ice", "plum"]));
    let kinds: Vec<&Value> = report["files"]["skipped"].as_array().expect("a list").iter().collect();
    assert_eq!((&kinds[0]["path"], &kinds[0]["kind"]), (&json!("./junk.fit"), &json!("unreadable")));
    assert_eq!((&kinds[1]["path"], &kinds[1]["kind"]), (&json!("./notes.txt"), &json!("not_activity")));

    let files = home.files("tiles");
    let pngs = pngs(&files);
    assert_eq!(report["tiles"], pngs.len());
    assert_eq!(report["bytes"], pngs.iter().map(|png| png.len()).sum::<usize>());
    assert_eq!(report["overview"], json!([0, 1]));
    for (zoom, row) in (0..=9).zip(report["zooms"].as_array().expect("a list")) {
        let tiles = |palette: &str| home.files(&format!("tiles/frequency-{palette}/{zoom}")).len();
        assert_eq!((&row["zoom"], &row["tiles"]), (&json!(zoom), &json!(tiles("ice"))));
        assert_eq!(tiles("ice"), tiles("plum"));
    }
    for path in [&report["written"][0], &report["page"]] {
        assert!(std::path::Path::new(path.as_str().expect("a path")).exists(), "{path}");
    }
    let archive = parsed(&home.run_ok(&["render", demo(), "-o", "a.pmtiles", "--json", "--zoom", "1"]));
    assert_eq!((&archive["page"], &archive["files"]["skipped"]), (&Value::Null, &json!([])));
    assert_eq!(archive["new_library"], Value::Null, "the library exists already");
}

#[test]
fn each_palette_makes_a_map() {
    let home = Home::new();
    let stops = "mine=1:#932667,50%:#f37819,100%:#fcffa4";
    let palettes = ["--palette", "ice, gray", "--palette", stops];
    home.run_ok(&[&["render", demo(), "-o", "tiles", "--zoom", "0-6"], &palettes[..]].concat());
    home.run_ok(&[&["render", demo(), "-o", "heat.pmtiles", "--zoom", "0-6"], &palettes[..]].concat());
    let names = ["ice", "gray", "mine"].map(|name| format!("frequency-{name}"));
    let maps = names.each_ref().map(|name| home.files(&format!("tiles/{name}")));
    assert!(maps[0].keys().eq(maps[1].keys()) && maps[1].keys().eq(maps[2].keys()), "the maps have the same tiles");
    assert!(maps[0] != maps[1] && maps[1] != maps[2], "the maps have different colours");
    for name in names {
        assert!(home.path(&format!("heat-{name}.pmtiles")).is_file());
    }
    assert!(!home.path("heat.pmtiles").exists());
    // The `tiles.json` of the folder refers to tiles of its first map.
    let top = parsed(&std::fs::read_to_string(home.path("tiles/tiles.json")).expect("a description"));
    let template = top["tiles"][0].as_str().expect("an address");
    let first = template.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0");
    assert!(home.path("tiles").join(&first).is_file(), "{first}");
    // One map replaces the folders of several maps.
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0-1"]);
    assert!(home.path("tiles/0/0/0.png").is_file() && !home.path("tiles/frequency-ice").exists());
}

#[test]
fn tile_size_and_zooms_follow_the_flags() {
    let home = Home::new();
    for (size, zooms, expected) in [("256", "0-3", 0..=3), ("512", "2-4", 2..=4), ("512", "20", 20..=20)] {
        home.write("short.gpx", crate::program::gpx("", [(47.0, 8.0), (47.001, 8.0)]));
        home.run_ok(&[
            "render",
            "short.gpx",
            "-o",
            "tiles",
            "--tile-size",
            size,
            "--zoom",
            zooms,
            "--no-overview",
            "-q",
        ]);
        let files = home.files("tiles");
        let pngs = pngs(&files);
        assert!(!pngs.is_empty() && pngs.iter().all(|png| png_size(png).to_string() == size), "{size} {zooms}");
        let tiles = parsed(&std::fs::read_to_string(home.path("tiles/tiles.json")).expect("a description"));
        assert_eq!(tiles["tile_size"].to_string(), size);
        for zoom in 0..=20 {
            let exists = home.path(&format!("tiles/{zoom}")).exists();
            assert_eq!(exists, expected.contains(&zoom), "{zooms}: zoom {zoom}");
        }
    }
}

#[test]
fn palettes_and_layers_are_listed_alike_as_text_and_json() {
    let home = Home::new();
    for (verb, first) in [("palettes", "ember"), ("layers", "frequency")] {
        let text = home.run_ok(&[verb]);
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names.remove(0), "name", "the heading");
        let rows = parsed(&home.run_ok(&[verb, "--json"]));
        assert_eq!(rows["schema_version"], 1);
        let rows: Vec<&str> =
            rows[verb].as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
        assert_eq!(names, rows);
        assert_eq!(names[0], first);
    }
}

#[test]
fn the_examples_of_every_help_text_run() {
    let home = Home::new();
    home.run_ok(&["demo", "-q", "-n", "3", "-o", "demo"]);
    for verb in [
        None,
        Some("import"),
        Some("list"),
        Some("stats"),
        Some("show"),
        Some("exclude"),
        Some("include"),
        Some("duplicates"),
        Some("render"),
        Some("inspect"),
        Some("demo"),
        Some("palettes"),
        Some("layers"),
    ] {
        for flag in ["--help", "-h"] {
            let help = home.run_ok(&verb.into_iter().chain([flag]).collect::<Vec<_>>());
            let examples = help.split_once("\nExamples:\n").expect("examples").1;
            let commands = examples.lines().filter_map(|line| line.strip_prefix("  trailglow "));
            // Only examples on the demo can run here; notes follow after three spaces.
            let commands = commands.map(|line| line.split_once("   ").map_or(line, |(command, _)| command));
            let runnable: Vec<&str> =
                commands.filter(|line| !line.contains('~') && !line.contains("export/")).collect();
            assert!(!runnable.is_empty(), "{help}");
            for command in runnable.iter().filter(|_| flag == "-h") {
                let args: Vec<String> = command.split(' ').map(|arg| arg.replace('\'', "")).collect();
                let zooms = ["--zoom", "0-2"].iter().filter(|_| args[0] == "render").copied();
                let number = ["-n", "3"].iter().filter(|_| args[0] == "demo" && !args.contains(&"-n".into())).copied();
                let args: Vec<&str> = args.iter().map(String::as_str).chain(zooms).chain(number).collect();
                let args: Vec<&str> = args.iter().map(|arg| if *arg == "5000" { "3" } else { arg }).collect();
                home.run_ok(&args);
            }
        }
    }
    let help = home.run_ok(&["--help"]);
    for status in ["0 success", "1 failure", "2 wrong usage", "3 success, but", "130 interrupted"] {
        assert!(help.contains(status), "{help}");
    }
    assert_eq!(home.run_ok(&["--version"]), format!("trailglow {}\n", env!("CARGO_PKG_VERSION")));
}

/// Exit status of a run whose stdout or stderr is a pipe closed by its reader.
fn status_with_closed_pipe(home: &Home, args: &[&str], stdout: bool) -> Option<i32> {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(cargo_bin!("trailglow"));
    home.set_data_folder(command.args(args).current_dir(home.path("")).stdin(Stdio::null()));
    if stdout {
        command.stdout(writer).stderr(Stdio::null())
    } else {
        command.stderr(writer).stdout(Stdio::null())
    };
    command.status().expect("the program starts").code()
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let home = Home::new();
    home.write("junk.fit", "junk");
    let render = ["render", demo(), "junk.fit", "-o", "tiles", "--zoom", "0-1"];
    for stdout in [true, false] {
        for args in [&["palettes"][..], &["layers", "--json"], &["inspect", demo()], &["demo", "-n1", "-o", "d"]] {
            assert_eq!(status_with_closed_pipe(&home, args, stdout), Some(0), "{args:?}");
        }
        assert_eq!(status_with_closed_pipe(&home, &render, stdout), Some(3));
        assert_eq!(status_with_closed_pipe(&home, &[&render[..], &["--json"]].concat(), stdout), Some(3));
        assert_eq!(status_with_closed_pipe(&home, &["render", "nowhere", "-o", "x"], stdout), Some(1));
        assert_eq!(status_with_closed_pipe(&home, &["render"], stdout), Some(2));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_stdout_is_a_failure() {
    let home = Home::new();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full exists");
    let mut command = Command::new(cargo_bin!("trailglow"));
    let output = command.arg("palettes").current_dir(home.path("")).stdout(full).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("trailglow: cannot write the result: "));
}
