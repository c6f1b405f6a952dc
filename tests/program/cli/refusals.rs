//! Refusals: wrong usage, nothing to draw and unsafe outputs give a message and a status, and change no file.

use crate::demo::demo;
use crate::program::{Home, differences};

/// Asserts exit status and messages of a refused run, and that no file below the working folder changes.
fn assert_refused(home: &Home, args: &[&str], status: i32, messages: &[&str]) {
    let (files, paths) = (home.files(""), all_paths(home));
    let run = home.run(args);
    assert_eq!(run.status, status, "{args:?}: {run:?}");
    let is_json = args.contains(&"--json");
    assert_eq!(run.stdout.contains("\"error\": "), is_json, "{args:?}");
    assert_eq!(run.stdout.is_empty(), !is_json, "{args:?}");
    for message in messages {
        assert!(run.stderr.contains(message), "{args:?}: '{message}' is missing in: {}", run.stderr);
    }
    assert!(!run.stderr.contains("invalid digit") && !run.stderr.contains("'mask'"), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(differences(&files, &home.files("")), [""; 0], "{args:?}");
    assert_eq!(paths, all_paths(home), "{args:?}");
}

/// All paths below the working folder, including folders and links.
fn all_paths(home: &Home) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(home.path("")).sort_by_file_name().into_iter();
    entries.map(|entry| entry.expect("an entry").into_path()).collect()
}

#[test]
fn wrong_usage_exits_with_2_and_names_the_flag_and_its_values() {
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
        (&["render", "a.gpx", "-o", "x.pmtiles/"], &["--out <OUT>", "not a folder", "slash"]),
        (&["render", "a.gpx", "-o", "x.PNG"], &["--out <OUT>", ".png", ".pmtiles", "folder"]),
        (&["render", "-o", "a.gpx", "a.gpx"], &["--out <OUT>", ".gpx", ".pmtiles", "folder"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "21"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "9-3"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "-1"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--title", "a\nb"], &["--title", "one line"]),
        (&["render", "a.gpx", "-o", "x", "--public-url", "tiles/"], &["--public-url", "https://example.org/tiles/"]),
        (&["render", "a.gpx", "-o", "x", "--public-url", "https://a.org/?b"], &["--public-url", "a query"]),
        (&["render", "a.gpx", "-o", "x.pmtiles", "--public-url", "https://a.org/"], &["--public-url", "an archive"]),
        (&["render", "a.gpx", "-o", "x", "--trim", "-5m"], &["--trim", "with a unit"]),
        (&["list", "--near", "1,2", "--radius", "-1km"], &["--radius", "with a unit"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "deep"], &["--zoom", "0 to 20"]),
        (&["render", "a.gpx", "-o", "x", "--zoom", "deep", "--json"], &["--zoom", "0 to 20"]),
        (&["list", "--frob", "--json"], &["--frob"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "lava"], &["--palette", "'lava'", "ember", "gray"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "1:red"], &["--palette", "#rrggbb"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "ice,a=1:#f00"], &["--palette", "repeat --palette"]),
        (&["render", "a.gpx", "-o", "x", "--palette", "ice,ice"], &["--palette", "'ice'"]),
        (&["render", "a.gpx", "-o", "x", "-p", "a=1:#f00", "-p", "A=1:#0f0"], &["--palette", "'A'"]),
        (&["render", "a.gpx", "-o", "x", "--layer", "speed"], &["--layer", "frequency"]),
        (&["render", "a.gpx", "-o", "x", "--tile-size", "300"], &["--tile-size", "256, 512"]),
        (&["render", "a.gpx", "-o", "x", "--compression", "9"], &["--compression", "fast, default, small"]),
        (&["render", "a.gpx", "-o", "x", "--threads", "0"], &["--threads", "a whole number from 1 to 1024"]),
        (&["render", "a.gpx", "-o", "x", "--threads", "x"], &["--threads", "a whole number from 1 to 1024"]),
        (&["render", "a.gpx", "-o", "x", "-q", "--json"], &["--quiet", "--json"]),
        (&["show", "abc"], &["<ID>", "trailglow list"]),
        (&["exclude", "3,4"], &["<ID>", "spaces"]),
        (&["duplicates", "--same", "1", "x"], &["--same <ID>", "trailglow list"]),
        (&["duplicates", "--same", "1", "1"], &["--same: 1 is one activity; name two or more"]),
        (&["duplicates", "--apart", "2", "2", "2", "--json"], &["--apart: 2 is one activity"]),
        (&["duplicates", "--undecide", "1", "1"], &["--undecide: 1 is one activity"]),
        (&["zone", "add", "x", "--at", "47,373.405", "--radius", "1km"], &["373.405 is beyond 360", "-180 to 180"]),
        (&["zone", "add", "x", "--at", "91,8", "--radius", "1km"], &["the latitude 91 is beyond 90", "-90 to 90"]),
        (&["masks"], &["'masks'"]),
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
        (&["demo", "-o", "x", "-n", "0"], &["--activities", "a whole number from 1 to 1000000"]),
        (&["demo", "-o", "x", "-n", "many"], &["--activities", "'many'", "a whole number"]),
        (&["demo", "-o", "x", "--seed", "-1"], &["--seed", "a whole number from 0"]),
        (&["demo", "-o", "x", "--seed", "x"], &["--seed", "a whole number from 0"]),
        (&["palettes", "extra"], &["'extra'"]),
    ];
    for (args, messages) in cases {
        assert_refused(&home, args, 2, messages);
    }
}

#[test]
fn nothing_to_draw_exits_with_1_and_gives_the_reasons() {
    let home = Home::new();
    home.write("junk/notes.txt", "notes");
    home.write("junk/empty.fit", "");
    home.write("junk/page.gpx", "<!DOCTYPE html><html>Please log in</html>");
    home.write("junk/route.gpx", "<gpx><rte><rtept lat=\"1\" lon=\"2\"/><rtept lat=\"1\" lon=\"3\"/></rte></gpx>");
    home.write("hidden/.ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    std::fs::create_dir(home.path("empty")).expect("disk space");
    let missing = "trailglow: cannot open nowhere: ";
    assert_refused(&home, &["render", "nowhere", "-o", "deep/down/x"], 1, &[missing]);
    assert_refused(&home, &["render", "junk", "nowhere", "-o", "x"], 1, &[missing]);
    #[cfg(unix)]
    for (target, reason) in [("nowhere", "which does not exist; mend"), ("link", "in a circle")] {
        std::os::unix::fs::symlink(target, home.path("link")).expect("a link");
        assert_refused(&home, &["render", "link", "-o", "x"], 1, &["cannot open link: it is a link", reason]);
        std::fs::remove_file(home.path("link")).expect("a link");
    }
    assert_refused(
        &home,
        &["render", "junk/notes.txt/ride.gpx", "-o", "x"],
        1,
        &["cannot open junk/notes.txt/ride.gpx: "],
    );
    let no_files = "nothing to draw: there are no files";
    assert_refused(&home, &["render", "empty", "-o", "deep/down/x"], 1, &[no_files]);
    assert_refused(&home, &["render", "hidden", "-o", "x.pmtiles"], 1, &[no_files, "hidden"]);
    assert_refused(
        &home,
        &["render", "junk", "-o", "deep/down/x.pmtiles", "--json"],
        1,
        &[
            "junk/empty.fit: cannot be read: the file is empty; download it again\n",
            "junk/page.gpx: cannot be read: the file is a web page",
            "nothing to draw: 2 files that could not be read, 1 planned course or route, 1 file of another kind\n",
        ],
    );
}

#[test]
fn an_output_path_with_other_content_is_refused() {
    let home = Home::new();
    home.write("foreign/letter.txt", "dear");
    home.write("other/tiles.json", "{\"tilejson\": \"3.0.0\"}");
    home.write("table", "1,2");
    home.write("text.pmtiles", "no archive");
    home.write("empty.pmtiles", "");
    let long = "n".repeat(240);
    std::fs::create_dir(home.path("folder.pmtiles")).expect("disk space");
    home.write("rides/ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    let cases: &[(&str, &[&str])] = &[
        ("foreign", &["foreign holds other files", "choose a new folder"]),
        ("other", &["other holds other files"]),
        ("rides", &["rides holds other files"]),
        ("table", &["cannot read table", "name a folder or a file that ends in .pmtiles"]),
        ("table/below", &["table is a file, not a folder", "another place"]),
        ("table/deep/below.pmtiles", &["table is a file, not a folder"]),
        ("text.pmtiles", &["text.pmtiles is not an archive by Trailglow", "choose another name"]),
        ("empty.pmtiles", &["empty.pmtiles is not an archive by Trailglow", "delete it"]),
        ("folder.pmtiles", &["folder.pmtiles is not a regular file"]),
        (&long, &["n is too long", "choose a shorter one"]),
        (&format!("{long}.pmtiles"), &["is too long"]),
        (".", &[". holds other files"]),
        ("..", &[".. holds other files"]),
        ("/", &["/ holds other files"]),
    ];
    for (out, messages) in cases {
        assert_refused(&home, &["render", "rides", "-o", out], 1, messages);
    }
    // Each palette has its own archive name.
    home.write("heat-frequency-ice.pmtiles", "no archive");
    assert_refused(
        &home,
        &["render", "rides", "-o", "heat.pmtiles", "-p", "ember,ice"],
        1,
        &["heat-frequency-ice.pmtiles"],
    );
    for out in ["foreign", "table", "rides"] {
        assert_refused(&home, &["demo", "-o", out], 1, &[&format!("{out} holds other files"), "new folder"]);
    }
}

#[test]
fn files_that_a_user_added_to_an_output_are_not_deleted() {
    let home = Home::new();
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0-2", "-q"]);
    home.write("tiles/.DS_Store", "what a desktop leaves");
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0-1", "-q"]);
    // The added file, and the name in the message: the file or its first folder that the render did not make.
    let cases = [
        ("notes.txt", "notes.txt"),
        ("rides/ride.gpx", "rides"),
        ("2024/ride.gpx", "2024"),
        ("1/ride.gpx", "1/ride.gpx"),
        ("1/0/note.txt", "1/0/note.txt"),
        ("1/0/a/b.gpx", "1/0/a"),
        // Zooms 0 and 1 were written, so this tile belongs to another map.
        ("12/5/7.png", "12"),
    ];
    for (file, named) in cases {
        home.write(&format!("tiles/{file}"), "precious");
        assert_refused(
            &home,
            &["render", demo(), "-o", "tiles", "-q"],
            1,
            &[&format!("tiles also holds {named}, which")],
        );
        assert!(home.path(&format!("tiles/{file}")).exists(), "{file} was deleted");
        let path = home.path(&format!("tiles/{named}"));
        let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
    }
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0-1", "-q", "--palette", "ember,ice"]);
    home.write("tiles/frequency-ice/note.txt", "precious");
    assert_refused(&home, &["render", demo(), "-o", "tiles", "-q"], 1, &["tiles also holds frequency-ice/note.txt"]);
    for user_file in ["mine.gpx", "2018/mine.gpx"] {
        home.run_ok(&["demo", "-n", "9", "-q", "-o", "demo"]);
        home.run_ok(&["demo", "-n", "1", "-q", "-o", "demo"]);
        home.write(&format!("demo/{user_file}"), "precious");
        assert_refused(&home, &["demo", "-n", "1", "-o", "demo"], 1, &["demo holds other files"]);
        std::fs::remove_file(home.path(&format!("demo/{user_file}"))).expect("the file was kept");
    }
}

#[test]
fn an_archive_of_another_program_is_not_replaced() {
    let home = Home::new();
    home.run_ok(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "0-1", "-q"]);
    home.run_ok(&["render", demo(), "-o", "heat.pmtiles", "--zoom", "0-2", "-q"]);
    // Overwrite the metadata, so the archive no longer names Trailglow.
    let mut bytes = std::fs::read(home.path("heat.pmtiles")).expect("an archive");
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes")) as usize;
    let (offset, len) = (number(24), number(32));
    bytes[offset..offset + len].fill(0);
    std::fs::write(home.path("heat.pmtiles"), &bytes).expect("disk space");
    assert_refused(
        &home,
        &["render", demo(), "-o", "heat.pmtiles", "-q"],
        1,
        &["heat.pmtiles is not an archive by Trailglow"],
    );
    assert_eq!(std::fs::read(home.path("heat.pmtiles")).ok(), Some(bytes));
}

#[test]
fn an_empty_map_is_not_written() {
    let home = Home::new();
    // More points than a stray run, all in one place.
    home.write("dot.gpx", crate::program::gpx("", [(47.0, 8.0); 12]));
    let render = ["render", "dot.gpx", "-o", "dot.pmtiles", "--layer", "passes"];
    assert_refused(&home, &render, 1, &["nothing to draw", "passes has nothing to show"]);
    assert!(!home.path("dot.pmtiles").exists());
    home.run_ok(&["render", "dot.gpx", "-o", "dot.pmtiles", "-q"]);
}

#[cfg(unix)]
#[test]
fn the_current_folder_is_refused_as_an_output() {
    let home = Home::new();
    assert_refused(&home, &["render", demo(), "-o", "."], 1, &[". is the current folder", "folder below"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_broken_link_is_refused_as_an_output_before_any_work() {
    let home = Home::new();
    for (link, to) in [("link", "nowhere"), ("link.pmtiles", "nowhere.pmtiles")] {
        std::os::unix::fs::symlink(to, home.path(link)).expect("a link");
        assert_refused(&home, &["render", demo(), "-o", link], 1, &[&format!("{link} is a broken link")]);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_and_a_full_device_are_errors_as_outputs() {
    let home = Home::new();
    let pipe = home.path("pipe.pmtiles");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let run = home.run(&["render", demo(), "-o", "pipe.pmtiles"]);
    assert!(run.status == 1 && run.stderr.contains("pipe.pmtiles is not a regular file"), "{}", run.stderr);
    for args in [&["--help"][..], &["--version"], &["render", "--help"], &["layers"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let Ok(full) = full else { return };
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("trailglow"));
        let output = command.args(args).stdout(full).output().expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && stderr.contains("cannot write the result"), "{args:?}: {stderr}");
    }
}

/// Root may write everywhere, so as root the program runs as another user.
#[cfg(unix)]
#[test]
fn an_unwritable_output_folder_is_named_in_the_error() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let home = Home::new();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(home.path(""), open).expect("a folder of this user");
    home.write("ride.gpx", crate::program::gpx("", [(47.0, 8.0)]));
    std::fs::copy(assert_cmd::cargo::cargo_bin!("trailglow"), home.path("program")).expect("disk space");
    std::fs::create_dir(home.path("closed")).expect("disk space");
    std::fs::set_permissions(home.path("closed"), std::fs::Permissions::from_mode(0o555))
        .expect("a folder of this user");
    let is_root = std::fs::metadata(home.path("")).expect("an existing folder").uid() == 0;
    for out in ["closed/tiles", "closed/heat.pmtiles", "closed/a/b"] {
        let mut command = std::process::Command::new(home.path("program"));
        command.args(["render", "ride.gpx", "-o", out, "--no-library"]).current_dir(home.path(""));
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = match command.output() {
            Ok(output) => output,
            Err(error) if is_root => return eprintln!("skipped: cannot run as a user other than root: {error}"),
            Err(error) => panic!("the program does not start: {error}"),
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.starts_with("trailglow: cannot ") && stderr.contains("closed"), "{stderr}");
        assert!(stderr.contains("Permission denied"), "{stderr}");
    }
}
