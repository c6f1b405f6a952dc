//! Tar archives and damaged archives as input: drawn like folders, remembered, and named if a part is lost.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tar::{Builder, Header};

use super::zip::zip;
use crate::program::{Home, backdate, differences, gpx};

fn ride(number: u32) -> String {
    let lat = 47.0 + f64::from(number) / 100.0;
    gpx("", (0..200).map(|step| (lat, 8.0 + f64::from(step) / 10_000.0)))
}

fn tar<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content).expect("memory");
    }
    tar.into_inner().expect("memory")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn tar_archives_are_drawn_like_folders_and_remembered() {
    let home = Home::new();
    let rides: Vec<String> = (1..=3).map(ride).collect();
    for (number, text) in (1..).zip(&rides) {
        home.write(&format!("in/{number}.gpx"), text);
    }
    home.run_ok(&["render", "in", "-o", "tiles", "-q", "--zoom", "0-12"]);
    let [one, two, three] = [0, 1, 2].map(|index| rides[index].as_bytes());
    let inner = tar([("deep/3.gpx", three)]);
    let bytes = tar([("a/1.gpx", one), ("2.gpx.gz", &gzip(two)), ("b.tar", &inner), ("note.txt", b"-")]);
    home.write("export.tar", &bytes);
    home.write("export.tgz", gzip(&bytes));
    home.write("around.zip", zip([("export.tar.gz", &*gzip(&bytes))]));
    for name in ["export.tar", "export.tgz", "around.zip"] {
        backdate(&home, name);
        for round in ["first", "again"] {
            let args = ["render", name, "-o", "same", "--zoom", "0-12"];
            let run = home.run(&args);
            assert_eq!((run.status, &*run.stderr), (0, ""), "{name} {round}");
            assert!(run.stdout.starts_with("3 activities from 3 files"), "{name} {round}: {}", run.stdout);
            assert_eq!(differences(&home.files("tiles"), &home.files("same")), [""; 0], "{name} {round}");
        }
    }
    assert!(home.run_ok(&["import", "export.tgz"]).starts_with("3 files imported\n"));
    assert!(home.run_ok(&["import", "export.tar"]).starts_with("0 files imported, 3 already imported\n"));
    assert!(home.run_ok(&["inspect", "export.tgz"]).contains("export.tgz/b.tar/deep/3.gpx"));
}

#[test]
fn a_cut_archive_gives_the_files_before_the_cut_and_is_named_in_every_run() {
    let home = Home::new();
    let rides: Vec<String> = (1..=3).map(ride).collect();
    let mut bytes =
        tar([("1.gpx", rides[0].as_bytes()), ("2.gpx", rides[1].as_bytes()), ("3.gpx", rides[2].as_bytes())]);
    bytes.truncate(bytes.len() * 6 / 10);
    home.write("cut.tar", &bytes);
    backdate(&home, "cut.tar");
    let reason = format!(
        "cut.tar: cannot be read: the tar archive is damaged, and only 2 files in it could be found: \
         the archive is truncated to {} bytes",
        bytes.len()
    );
    for args in [
        &["render", "cut.tar", "-o", "tiles", "--zoom", "0"][..],
        &["render", "cut.tar", "-o", "tiles", "--zoom", "0"],
        &["import", "cut.tar"],
    ] {
        let run = home.run(args);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!((run.status, lines.len(), lines[0]), (3, 2, &*reason), "{args:?}: {}", run.stderr);
        assert!(
            lines[1].starts_with("cut.tar/2.gpx: damaged, ") && lines[1].contains("bytes are missing"),
            "{lines:?}"
        );
        assert!(args[0] == "import" || run.stdout.starts_with("2 activities from 2 files"), "{}", run.stdout);
    }
    let run = home.run(&["inspect", "cut.tar", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let paths: Vec<&str> =
        report["files"].as_array().expect("a list").iter().filter_map(|row| row["path"].as_str()).collect();
    assert_eq!((run.status, paths), (3, vec!["cut.tar", "cut.tar/1.gpx", "cut.tar/2.gpx"]));
}

#[test]
fn empty_and_damaged_archives_in_a_folder_are_named() {
    let home = Home::new();
    let ride = ride(1);
    let packed = zip([("1.gpx", ride.as_bytes())]);
    let mut no_header = tar([("1.gpx", ride.as_bytes())]);
    no_header[3] ^= 1;
    home.write("in/1.gpx", &ride);
    home.write("in/notes.txt.gz", gzip(b"buy milk"));
    let damaged = [
        ("empty.tar.gz", vec![], "the file is empty"),
        ("empty.zip", vec![], "the file is empty"),
        ("cut.zip", packed[100..].to_vec(), "the content is not a zip archive"),
        ("header.tar", no_header.clone(), "the content is not a tar archive"),
        ("header.tgz", gzip(&no_header), "the content is not a tar archive"),
        ("plain.gz", b"not packed".to_vec(), "the content is not gzip data"),
    ];
    for (name, bytes, reason) in &damaged {
        home.write(&format!("in/{name}"), bytes);
        let run = home.run(&["inspect", &format!("in/{name}")]);
        assert!(run.status == 1 && run.stdout.contains(reason), "{run:?}");
    }
    for verb in [&["import", "in"][..], &["render", "in", "-o", "tiles", "--zoom", "0"]] {
        let run = home.run(verb);
        assert_eq!((run.status, run.stderr.lines().count()), (3, damaged.len()), "{}", run.stderr);
        for (name, _, reason) in &damaged {
            let line =
                run.stderr.lines().find(|line| line.starts_with(&format!("in/{name}: cannot be read: {reason}")));
            assert!(line.is_some_and(|line| line.contains("; download")), "{name}: {}", run.stderr);
        }
    }
}

#[test]
fn a_damaged_entry_is_called_damaged() {
    let home = Home::new();
    let mut bytes = zip([("1.gpx", ride(1).as_bytes())]);
    // Both headers say that the bare content is deflated.
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a central directory");
    (bytes[8], bytes[central + 10]) = (8, 8);
    home.write("export.zip", bytes);
    let run = home.run(&["import", "export.zip"]);
    let expected = "export.zip/1.gpx: cannot be read: the archive is damaged here: ";
    assert!(run.status == 1 && run.stderr.starts_with(expected), "{run:?}");
    assert!(run.stderr.ends_with("; download or export it again\n"), "{run:?}");
}
