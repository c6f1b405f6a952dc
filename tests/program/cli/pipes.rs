//! Pipes as input: standard input, process substitution and named pipes.
#![cfg(unix)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;

use super::zip::zip;
use crate::program::{Home, backdate, differences, gpx};

fn ride(number: u32) -> String {
    let lat = 47.0 + f64::from(number) / 100.0;
    gpx("", (0..200).map(|step| (lat, 8.0 + f64::from(step) / 10_000.0)))
}

/// Runs the program with these bytes on standard input.
fn with_input(home: &Home, args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(cargo_bin!("trailglow"));
    home.set_data_folder(command.args(args).current_dir(home.path("")));
    assert_cmd::Command::from_std(command).write_stdin(input).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_pipe_is_drawn_like_the_file() {
    let home = Home::new();
    home.write("1.gpx", ride(1));
    home.run_ok(&["render", "1.gpx", "-o", "tiles", "--zoom", "0-12", "-q"]);
    let archive = zip([("a/1.gpx", ride(1).as_bytes())]);
    for name in ["-", "/dev/stdin"] {
        for (input, read) in [(ride(1).as_bytes(), name.to_owned()), (&archive, format!("{name}/a/1.gpx"))] {
            for flags in [&[][..], &["--no-library"]] {
                let args = [&["render", name, "-o", "same", "--zoom", "0-12"], flags].concat();
                let output = with_input(&home, &args, input);
                assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{args:?}");
                assert!(text(&output.stdout).starts_with("1 activity from 1 file,"), "{}", text(&output.stdout));
                assert_eq!(differences(&home.files("tiles"), &home.files("same")), [""; 0], "{args:?}");
            }
            let output = with_input(&home, &["inspect", name], input);
            assert!(output.status.success() && text(&output.stdout).contains(&read), "{}", text(&output.stdout));
        }
    }
    let shell = r#""$0" render <(cat 1.gpx) -o same --zoom 0-12 -q"#;
    let mut command = Command::new("bash");
    command.args(["-c", shell, cargo_bin!("trailglow").to_str().expect("UTF-8")]);
    let output = home.set_data_folder(command.current_dir(home.path(""))).output().expect("bash");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert_eq!(differences(&home.files("tiles"), &home.files("same")), [""; 0]);
}

#[test]
fn an_import_from_a_pipe_stays_in_the_library() {
    let home = Home::new();
    let args = ["import", "-"];
    let output = with_input(&home, &args, ride(1).as_bytes());
    assert!(text(&output.stdout).starts_with("1 file imported\n"), "{output:?}");
    let output = with_input(&home, &args, ride(1).as_bytes());
    assert!(text(&output.stdout).starts_with("0 files imported, 1 already imported\n"), "{output:?}");
    // A file with these bytes is no other activity.
    home.write("1.gpx", ride(1));
    assert!(home.run_ok(&["import", "1.gpx"]).contains("the library holds 1 activity,"));
    home.run_ok(&["list"]);
    home.run_ok(&["show", "1"]);
    home.run_ok(&["render", "-o", "tiles", "--zoom", "0", "-q"]);
}

#[test]
fn standard_input_is_not_the_file_called_dash() {
    let home = Home::new();
    home.write("-", ride(1));
    backdate(&home, "-");
    let count = |home: &Home| home.run_ok(&["list", "--json"]).matches("\"id\"").count();
    for number in 2..=3 {
        let output = with_input(&home, &["import", "-"], ride(number).as_bytes());
        assert!(text(&output.stdout).starts_with("1 file imported\n"), "{output:?}");
    }
    assert_eq!(count(&home), 2);
    home.run_ok(&["import", "./-", "-q"]);
    assert_eq!(count(&home), 3);
}

#[test]
fn damage_of_a_pipe_is_named_and_an_empty_pipe_is_an_error() {
    let home = Home::new();
    let cut = ride(1).replace("</gpx>", "");
    let output = with_input(&home, &["render", "-", "-o", "tiles", "--zoom", "0", "-q"], cut.as_bytes());
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).starts_with("-: damaged, 200 points in "), "{}", text(&output.stderr));
    let output = with_input(&home, &["render", "-", "-o", "tiles", "--zoom", "0"], b"");
    let message = "trailglow: - is empty; name a file, or write the content to standard input\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), message));
    let output = with_input(&home, &["import", "-"], b"a letter");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("-: not an activity file"), "{}", text(&output.stderr));
}

#[test]
fn a_named_pipe_is_no_output_to_check() {
    let home = Home::new();
    home.write("1.gpx", ride(1));
    home.run_ok(&["import", "1.gpx"]);
    let pipe = home.path("pipe.pmtiles");
    assert!(Command::new("mkfifo").arg(pipe).status().expect("mkfifo").success());
    let output = with_input(&home, &["zone", "check", "pipe.pmtiles"], b"");
    let message = "cannot read pipe.pmtiles as a tileset by Trailglow; render it again: it is not a file";
    assert_eq!(output.status.code(), Some(1));
    assert!([text(&output.stdout), text(&output.stderr)].concat().contains(message), "{output:?}");
}

#[test]
fn a_named_pipe_is_read_if_named_and_ignored_in_a_folder() {
    let home = Home::new();
    home.write("in/1.gpx", ride(1));
    let pipe = home.path("in/pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let report = home.run_ok(&["render", "in", "-o", "tiles", "--zoom", "0"]);
    assert!(report.contains("skipped: 1 pipe, socket or device\n"), "{report}");
    let mut command = Command::new(cargo_bin!("trailglow"));
    command.args(["render", "in", "in/pipe", "-o", "tiles", "--zoom", "0"]).current_dir(home.path(""));
    home.set_data_folder(&mut command).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let mut writer = std::fs::File::options().write(true).open(&pipe).expect("a reader");
    writer.write_all(ride(2).as_bytes()).expect("a reader");
    drop(writer);
    let output = child.wait_with_output().expect("the program ends");
    assert!(text(&output.stdout).starts_with("2 activities from 2 files"), "{output:?}");
}
