//! What is refused, with what sentence and status, and that nothing is touched by it.

use crate::demo::demo;
use crate::program::{Home, differences};

/// Nothing below the folder is changed by a refused run, and no temporary name is left.
fn refused(home: &Home, args: &[&str], status: i32, sentences: &[&str]) {
    let before = (home.files(""), names(home));
    let ran = home.run(args);
    assert_eq!(ran.status, status, "{args:?}: {ran:?}");
    let to_program = args.contains(&"--json") && status != 2;
    assert_eq!(ran.stdout.contains("\"error\": "), to_program, "{args:?}");
    assert_eq!(ran.stdout.is_empty(), !to_program, "{args:?}");
    for sentence in sentences {
        assert!(ran.stderr.contains(sentence), "{args:?}: '{sentence}' is not in: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert_eq!(differences(&before.0, &home.files("")), [""; 0], "{args:?}");
    assert_eq!(before.1, names(home), "{args:?}");
}

/// Everything there is, folders and links too.
fn names(home: &Home) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(home.path("")).sort_by_file_name().into_iter();
    entries.map(|entry| entry.expect("an entry").into_path()).collect()
}

#[test]
fn wrong_usage_is_status_2_and_names_flag_and_choice() {
    let home = Home::new();
    home.write("a.gpx", "");
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["Usage:", "Examples:"]),
        (&["frob"], &["'frob'", "--help"]),
        (&["render"], &["--out <OUT>"]),
        (&["render", "a.gpx"], &["--out <OUT>"]),
        (&["render", "-o", "x", "--no-library"], &["<INPUT>"]),
        (&["import"], &["<INPUT>"]),
        (&["import", "a.gpx", "--library"], &["--library <FILE>"]),
        (&["render", "a.gpx", "-o", ""], &["--out <OUT>"]),
        (&["render", "a.gpx", "-o", "x", "--frob"], &["--frob", "--help"]),
        (&["render", "a.gpx", "-o", "x.mbtiles"], &["--out <OUT>", ".mbtiles", ".pmtiles", "folder"]),
        (&["render", "a.gpx", "-o", "x.PNG"], &["--out <OUT>", ".png", ".pmtiles", "folder"]),
        (&["render", "-o", "a.gpx", "a.gpx"], &["--out <OUT>", ".gpx", ".pmtiles", "folder"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "21"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "9-3"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "deep"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "lava"], &["--palette", "'lava'", "ember", "gray"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "1:red"], &["--palette", "#rrggbb"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "ice,a=1:#f00"], &["--palette", "once more"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "ice,ice"], &["--palette", "'ice'"]),
        (&["render", "a.gpx", "-o", "x", "-p", "a=1:#f00", "-p", "A=1:#0f0"], &["--palette", "'A'"]),
        (&["render", "a.gpx", "-o", "x", "--layer", "speed"], &["--layer", "frequency"]),
        (&["render", "a.gpx", "-o", "x", "--tile-size", "300"], &["--tile-size", "256, 512"]),
        (&["render", "a.gpx", "-o", "x", "--compression", "9"], &["--compression", "fast, default, small"]),
        (&["render", "a.gpx", "-o", "x", "--threads", "0"], &["--threads", "1..=1024"]),
        (&["render", "a.gpx", "-o", "x", "-q", "--json"], &["--quiet", "--json"]),
        (&["list", "--from", "May"], &["--from <DAY>", "2024-05-31"]),
        (&["list", "--from", "2024-06", "--to", "2024-05-31"], &["--from", "--to"]),
        (&["stats", "--from", "2024-06-02", "--to", "2024-06-01"], &["--from", "--to"]),
        (&["render", "a.gpx", "-o", "x", "--from", "2024", "--to", "2023"], &["--from", "--to"]),
        (&["list", "--distance", "5"], &["--distance <RANGE>", "5km-50km"]),
        (&["stats", "--bbox", "1,2"], &["--bbox <W,S,E,N>", "11.3,48.0"]),
        (&["render", "-o", "x", "--near", "work"], &["--near <LAT,LON|home>", "48.1,11.6"]),
        (&["list", "--radius", "5km"], &["--near"]),
        (&["list", "--year", "24"], &["--year <YEARS>", "2019-2022"]),
        (&["list", "--sport", ""], &["--sport <SPORTS>"]),
        (&["inspect"], &["<FILE>"]),
        (&["inspect", "a.gpx", "--frob"], &["--frob", "--help"]),
        (&["demo"], &["--out <DIR>"]),
        (&["demo", "-o", "x", "-n", "0"], &["--activities", "1..="]),
        (&["demo", "-o", "x", "-n", "many"], &["--activities", "'many'"]),
        (&["palettes", "extra"], &["'extra'"]),
    ];
    for (args, sentences) in cases {
        refused(&home, args, 2, sentences);
    }
}

#[test]
fn nothing_to_draw_is_status_1_with_the_reasons() {
    let home = Home::new();
    home.write("junk/notes.txt", "notes");
    home.write("junk/empty.fit", "");
    home.write("junk/page.gpx", "<!DOCTYPE html><html>Please log in</html>");
    home.write("junk/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/></rte></gpx>");
    home.write("hidden/.ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    std::fs::create_dir(home.path("empty")).expect("space");
    let missing = "trailglow: cannot open nowhere: ";
    refused(&home, &["render", "nowhere", "-o", "deep/down/x"], 1, &[missing]);
    refused(&home, &["render", "junk", "nowhere", "-o", "x"], 1, &[missing]);
    refused(&home, &["render", "junk/notes.txt/ride.gpx", "-o", "x"], 1, &["cannot open junk/notes.txt/ride.gpx: "]);
    let none = "nothing to draw: there are no files";
    refused(&home, &["render", "empty", "-o", "deep/down/x"], 1, &[none]);
    refused(&home, &["render", "hidden", "-o", "x.pmtiles"], 1, &[none, "hidden"]);
    refused(
        &home,
        &["render", "junk", "-o", "deep/down/x.pmtiles", "--json"],
        1,
        &[
            "junk/empty.fit: cannot be read: it is empty; fetch it again\n",
            "junk/page.gpx: cannot be read: it is a web page",
            "nothing to draw: 2 files that could not be read, 1 planned course or route, 1 file of another kind\n",
        ],
    );
}

#[test]
fn an_output_that_holds_something_else_is_left_alone() {
    let home = Home::new();
    home.write("foreign/letter.txt", "dear");
    home.write("other/tiles.json", "{\"tilejson\": \"3.0.0\"}");
    home.write("table", "1,2");
    home.write("text.pmtiles", "no archive");
    std::fs::create_dir(home.path("folder.pmtiles")).expect("space");
    home.write("rides/ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    let cases: &[(&str, &[&str])] = &[
        ("foreign", &["foreign holds other files", "choose a new folder"]),
        ("other", &["other holds other files"]),
        ("rides", &["rides holds other files"]),
        ("table", &["cannot read table", "name a folder or a file that ends in .pmtiles"]),
        ("table/below", &["cannot create ", "table"]),
        ("table/below.pmtiles", &["cannot create ", "table"]),
        ("text.pmtiles", &["text.pmtiles is not an archive by Trailglow", "choose another name"]),
        ("folder.pmtiles", &["folder.pmtiles is not an archive by Trailglow"]),
        (".", &[". holds other files"]),
        ("..", &[".. holds other files"]),
        ("/", &["/ holds other files"]),
    ];
    for (out, sentences) in cases {
        refused(&home, &["render", "rides", "-o", out], 1, sentences);
    }
    // Archives of several palettes have names of their own.
    home.write("heat-frequency-ice.pmtiles", "no archive");
    refused(&home, &["render", "rides", "-o", "heat.pmtiles", "-p", "ember,ice"], 1, &["heat-frequency-ice.pmtiles"]);
    for out in ["foreign", "table", "rides"] {
        refused(&home, &["demo", "-o", out], 1, &[&format!("{out} holds other files"), "new folder"]);
    }
}

#[test]
fn what_a_user_has_put_into_an_output_is_not_lost() {
    let home = Home::new();
    home.must(&["render", demo(), "-o", "tiles", "--zoom", "0-2", "-q"]);
    home.write("tiles/.DS_Store", "what a desktop leaves");
    home.must(&["render", demo(), "-o", "tiles", "--zoom", "0-1", "-q"]);
    // What is put in, and what is named: the file, or the first folder of it that is none of ours.
    let cases = [
        ("notes.txt", "notes.txt"),
        ("rides/ride.gpx", "rides"),
        ("2024/ride.gpx", "2024"),
        ("1/ride.gpx", "1/ride.gpx"),
        ("1/0/note.txt", "1/0/note.txt"),
        ("1/0/a/b.gpx", "1/0/a"),
        // Zooms 0 and 1 were written: this is a tile of someone else.
        ("12/5/7.png", "12"),
    ];
    for (other, named) in cases {
        home.write(&format!("tiles/{other}"), "precious");
        refused(&home, &["render", demo(), "-o", "tiles", "-q"], 1, &[&format!("tiles also holds {named}, which")]);
        assert!(home.path(&format!("tiles/{other}")).exists(), "{other} was lost");
        let path = home.path(&format!("tiles/{named}"));
        let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
    }
    home.must(&["render", demo(), "-o", "tiles", "--zoom", "0-1", "-q", "--palette", "ember,ice"]);
    home.write("tiles/frequency-ice/note.txt", "precious");
    refused(&home, &["render", demo(), "-o", "tiles", "-q"], 1, &["tiles also holds frequency-ice/note.txt"]);
    for mine in ["mine.gpx", "2018/mine.gpx"] {
        home.must(&["demo", "-n", "9", "-q", "-o", "demo"]);
        home.must(&["demo", "-n", "1", "-q", "-o", "demo"]);
        home.write(&format!("demo/{mine}"), "precious");
        refused(&home, &["demo", "-n", "1", "-o", "demo"], 1, &["demo holds other files"]);
        std::fs::remove_file(home.path(&format!("demo/{mine}"))).expect("it was kept");
    }
}

#[test]
fn an_archive_of_somebody_else_is_left_alone() {
    let home = Home::new();
    home.must(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "0-1", "-q"]);
    home.must(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "0-2", "-q"]);
    // The same archive with another description of the same length: it is no longer ours.
    let mut bytes = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes")) as usize;
    let (offset, len) = (number(24), number(32));
    bytes[offset..offset + len].fill(0);
    std::fs::write(home.path("heat.pmtiles"), &bytes).expect("space");
    refused(
        &home,
        &["render", demo(), "-o", "heat.pmtiles", "-q"],
        1,
        &["heat.pmtiles is not an archive by Trailglow"],
    );
    assert_eq!(std::fs::read(home.path("heat.pmtiles")).ok(), Some(bytes));
}

#[test]
fn a_map_that_shows_nothing_is_not_written() {
    let home = Home::new();
    home.write("dot.gpx", r#"<gpx><trk><trkseg><trkpt lat="47" lon="8"/></trkseg></trk></gpx>"#);
    let render = ["render", "dot.gpx", "-o", "dot.pmtiles", "--layer", "passes"];
    refused(&home, &render, 1, &["nothing to draw: passes is empty"]);
    assert!(!home.path("dot.pmtiles").exists());
    home.must(&["render", "dot.gpx", "-o", "dot.pmtiles", "-q"]);
}

#[cfg(unix)]
#[test]
fn the_folder_where_the_user_is_is_not_pulled_away() {
    let home = Home::new();
    refused(&home, &["render", demo(), "-o", "."], 1, &[". is the current folder", "folder below"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_leads_nowhere_is_refused_before_the_work() {
    let home = Home::new();
    for (link, to) in [("link", "nowhere"), ("link.pmtiles", "nowhere.pmtiles")] {
        std::os::unix::fs::symlink(to, home.path(link)).expect("a link");
        refused(&home, &["render", demo(), "-o", link], 1, &[&format!("{link} is a broken link")]);
    }
    home.must(&["render", demo(), "-o", "heat.pmtiles/", "--zoom", "0", "-q"]);
    assert!(home.path("heat.pmtiles").is_file());
}

/// Root may write everywhere, so the program runs as somebody else then.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let home = Home::new();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(home.path(""), open).expect("it is ours");
    home.write("ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    std::fs::copy(assert_cmd::cargo::cargo_bin!("trailglow"), home.path("program")).expect("space");
    std::fs::create_dir(home.path("closed")).expect("space");
    std::fs::set_permissions(home.path("closed"), std::fs::Permissions::from_mode(0o555)).expect("it is ours");
    let is_root = std::fs::metadata(home.path("")).expect("it is there").uid() == 0;
    for out in ["closed/tiles", "closed/heat.pmtiles", "closed/a/b"] {
        let mut command = std::process::Command::new(home.path("program"));
        command.args(["render", "ride.gpx", "-o", out, "--no-library"]).current_dir(home.path(""));
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if is_root => return eprintln!("skipped: cannot run as somebody else than root: {error}"),
            Err(error) => panic!("the program does not start: {error}"),
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.starts_with("trailglow: cannot ") && stderr.contains("closed"), "{stderr}");
        assert!(stderr.contains("Permission denied"), "{stderr}");
    }
}
