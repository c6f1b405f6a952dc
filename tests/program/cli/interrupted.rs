//! Signals and kills: the old output stays unchanged, and no other file remains.
//!
//! Runs are interrupted after an amount of CPU time rather than clock time, so a busy machine does not change the test.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::demo::{DEMO_ACTIVITIES, demo};
use crate::program::{Files, Home, differences, gpx};

/// Starts a run in the background.
fn start(home: &Home, args: &[&str]) -> Child {
    let mut command = Command::new(cargo_bin!("trailglow"));
    home.set_data_folder(command.args(args).current_dir(home.path("")).stdin(Stdio::null()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// CPU time of a run in hundredths of a second, and true if the run has ended; valid until `wait` reaps the process.
fn cpu_time(child: &Child) -> (u64, bool) {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("a child");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a line").split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<u64>().expect("a number");
    (ticks(11) + ticks(12), fields[0] == "Z")
}

/// Waits until a run has used this CPU time, in hundredths of a second, or has ended.
fn wait_for_cpu_time(child: &Child, hundredths: u64) {
    wait_until(|| {
        let (used, has_ended) = cpu_time(child);
        used >= hundredths || has_ended
    });
}

/// Waits until a run has a handler for a signal.
fn wait_for_signal_handler(child: &Child, number: u32) {
    wait_until(|| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a child");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask of signals");
        u64::from_str_radix(caught.trim(), 16).expect("a number") >> (number - 1) & 1 == 1
    });
}

/// Sends a signal to a run and waits for its end. Also returns the CPU time after the signal, in 10 ms.
fn interrupt(child: Child, name: &str) -> (Output, u64) {
    let (before, had_ended) = cpu_time(&child);
    assert!(!had_ended, "the run ended before it was interrupted");
    send_signal(&child, name);
    wait_until(|| cpu_time(&child).1);
    let after = cpu_time(&child).0;
    (wait(child), after - before)
}

fn send_signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &command]).status().expect("a shell").success());
}

fn wait(child: Child) -> Output {
    child.wait_with_output().expect("the process ends")
}

/// Sorted names in the working folder.
fn entry_names(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.path("")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// Waits until the condition is true, 300 s at most.
fn wait_until(condition: impl Fn() -> bool) {
    let start_time = Instant::now();
    while !condition() {
        assert!(start_time.elapsed() < Duration::from_secs(300), "timed out after 300 s");
        std::thread::sleep(Duration::from_millis(1));
    }
}

const INTERRUPTED_RENDER: &str =
    "trailglow: interrupted; the output is unchanged, and the files read so far are remembered\n";

#[test]
fn sigint_and_sigterm_leave_the_old_output_unchanged() {
    for (out, signal_name) in [("tiles", "INT"), ("heat.pmtiles", "INT"), ("tiles", "TERM")] {
        let home = Home::new();
        home.run_ok(&["render", demo(), "-o", out, "--zoom", "0-6", "-q"]);
        let (old, before) = (home.files(out), entry_names(&home));
        for hundredths in [0, 30, 100] {
            // Zoom 20 alone takes far longer than the longest wait.
            let child = start(&home, &["render", demo(), "-o", out, "--zoom", "0-20"]);
            wait_for_signal_handler(&child, if signal_name == "INT" { 2 } else { 15 });
            wait_for_cpu_time(&child, hundredths);
            let (output, used) = interrupt(child, signal_name);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(used < 1000, "the run used {used} hundredths of a second of CPU time before it stopped");
            assert_eq!(output.status.code(), Some(130), "{stderr}");
            assert_eq!(stderr, INTERRUPTED_RENDER);
            assert!(output.stdout.is_empty());
            assert_eq!(differences(&old, &home.files(out)), [""; 0]);
            assert_eq!(entry_names(&home), before);
        }
    }
}

#[test]
fn sigint_stops_a_run_in_the_middle_of_a_file() {
    let home = Home::new();
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    // 8 GB of markup in a gzip file of many members: at least half a minute of work.
    let markup = pack("<a/>".repeat(4 << 20).as_bytes()).repeat(500);
    home.write("large.gpx.gz", [pack(b"<gpx><trk><trkpt lat=\"1\" lon=\"2\"/></trk>"), markup].concat());
    for args in [&["inspect", "large.gpx.gz"][..], &["render", "large.gpx.gz", "-o", "tiles", "--device", "cpu"]] {
        let child = start(&home, args);
        wait_for_cpu_time(&child, 100);
        let (output, used) = interrupt(child, "INT");
        assert!(used < 500, "the run used {used} hundredths of a second of CPU time before it stopped");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let made = format!("made a new library, {}; it has no privacy zones\n", home.library().display());
        let expected = if args[0] == "render" {
            made + INTERRUPTED_RENDER
        } else {
            "trailglow: interrupted; nothing was changed\n".to_owned()
        };
        assert_eq!((output.status.code(), stderr.into_owned()), (Some(130), expected));
        assert!(output.stdout.is_empty() && entry_names(&home) == ["large.gpx.gz"]);
    }
}

#[test]
fn sigint_while_a_folder_is_written_leaves_the_old_folder() {
    let home = Home::new();
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0-6", "-q"]);
    let (old, before) = (home.files("tiles"), entry_names(&home));
    // Few pixels in all palettes, so most of the work is writing.
    let palettes = "ember,orchid,ice,verdant,cividis,plum,aubergine,lagoon,juniper,slate,gray,ink";
    let child = start(&home, &["render", demo(), "-o", "tiles", "--zoom", "0-17", "-p", palettes]);
    let is_writing = || entry_names(&home).iter().any(|name| home.path(name).join("frequency-orchid").is_dir());
    wait_until(is_writing);
    send_signal(&child, "INT");
    assert_eq!(wait(child).status.code(), Some(130));
    assert_eq!(differences(&old, &home.files("tiles")), [""; 0]);
    assert_eq!(entry_names(&home), before);
}

/// CPU time of an uninterrupted run, in hundredths of a second.
fn total_cpu_time(child: Child) -> u64 {
    wait_until(|| cpu_time(&child).1);
    let (total, _) = cpu_time(&child);
    assert!(wait(child).status.success());
    total
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_output() {
    for out in ["tiles", "heat.pmtiles"] {
        let home = Home::new();
        let archive = demo();
        let render = |zoom| ["render", archive, "-o", out, "-q", "--zoom", zoom];
        let total = total_cpu_time(start(&home, &render("0-15")));
        let new = home.files(out);
        home.run_ok(&render("0-6"));
        let old = home.files(out);
        let mut killed = 0;
        for tenth in 1..=10 {
            let mut child = start(&home, &render("0-15"));
            wait_for_cpu_time(&child, total * tenth / 10);
            child.kill().expect("a running process");
            let was_killed = wait(child).status.signal() == Some(9);
            killed += u32::from(was_killed);
            let remaining = home.files(out);
            let is_old = differences(&old, &remaining).is_empty();
            assert!(
                is_old || differences(&new, &remaining).is_empty(),
                "{out}: neither the old nor the new output after a kill at {tenth} tenths"
            );
            // The next run succeeds and removes leftovers.
            home.run_ok(&render("0-6"));
            assert_eq!(differences(&old, &home.files(out)), [""; 0]);
            assert_eq!(entry_names(&home), [out]);
        }
        assert!(killed > 0, "{out}: every run ended before it was killed");
    }
}

#[test]
fn a_killed_render_leaves_the_old_output_recognized() {
    for out in ["tiles", "heat.pmtiles"] {
        let home = Home::new();
        home.run_ok(&["render", demo(), "-o", out, "--zoom", "0-6", "-q"]);
        for (hundredths, verdict) in [(0, "up to date"), (60, "up to date"), (120, "drawn under other zones")] {
            if verdict != "up to date" {
                home.run_ok(&["zone", "add", "home", "--at", "47,8", "--radius", "1km"]);
            }
            // Zoom 20 alone takes far longer than the longest wait.
            let mut child = start(&home, &["render", demo(), "-o", out, "--zoom", "0-20", "-q"]);
            wait_for_cpu_time(&child, hundredths);
            child.kill().expect("a running process");
            assert_eq!(wait(child).status.signal(), Some(9));
            let check = home.run(&["zone", "check", out]);
            assert!(check.stdout.starts_with(&format!("{out}: {verdict}")), "{}{}", check.stdout, check.stderr);
        }
        // The next run removes leftovers.
        home.run_ok(&["render", demo(), "-o", out, "--zoom", "0-6", "-q"]);
        assert_eq!(home.run_ok(&["zone", "check", out]), format!("{out}: up to date\n"));
    }
}

/// Report of an import of the demo, without the number of files imported before, and path and age of the library.
fn import_report(home: &Home) -> Value {
    let mut report: Value = serde_json::from_str(&home.run_ok(&["import", demo(), "--json"])).expect("JSON");
    let already_imported = report["already_imported"].take().as_u64().expect("a number");
    assert!(already_imported <= DEMO_ACTIVITIES as u64);
    ["path", "new"].iter().for_each(|key| drop(report["library"][key].take()));
    report
}

#[test]
fn an_import_after_a_killed_import_loses_and_duplicates_nothing() {
    let home = Home::new();
    let total = total_cpu_time(start(&home, &["import", demo()]));
    let home = Home::new();
    let expected_report = import_report(&home);
    home.run_ok(&["render", "-o", "tiles", "-q", "--zoom", "0-8"]);
    let tiles = home.files("tiles");
    let render = ["render", demo(), "-o", "other", "-q", "--zoom", "0-6"];
    let (mut killed, args) = (0, [&["import", demo()][..], &render]);
    for twentieth in 0..20 {
        let home = Home::new();
        // Kill several runs on one library.
        for attempt in 1..4 {
            let mut child = start(&home, args[(twentieth as usize + attempt) % 2]);
            wait_for_cpu_time(&child, total * twentieth / 20 / attempt as u64);
            child.kill().expect("a running process");
            killed += u32::from(wait(child).status.signal() == Some(9));
        }
        assert_eq!(import_report(&home), expected_report, "killed at {twentieth} twentieths");
        home.run_ok(&["render", "-o", "tiles", "-q", "--zoom", "0-8"]);
        assert_eq!(differences(&tiles, &home.files("tiles")), [""; 0], "killed at {twentieth} twentieths");
    }
    assert!(killed > 0, "every run ended before it was killed");
}

#[test]
fn sigint_during_an_import_keeps_the_files_imported_so_far() {
    let home = Home::new();
    home.write("in/1.gpx", gpx("", [(47.0, 8.0), (47.0, 8.01)]));
    let mut large = GzEncoder::new(Vec::new(), Compression::fast());
    large.write_all(b"<gpx><trk><trkpt lat=\"1\" lon=\"2\"/></trk>").expect("memory");
    large.write_all(&b"<a/>".repeat(100 << 20)).expect("memory");
    home.write("in/2.gpx.gz", large.finish().expect("memory"));
    let child = start(&home, &["import", "in"]);
    wait_until(|| home.library().exists());
    // The small file takes a hundredth of 0.3 s, the large file far more.
    wait_for_cpu_time(&child, cpu_time(&child).0 + 30);
    let (output, _) = interrupt(child, "INT");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0), "{stderr}");
    assert_eq!(stderr, "trailglow: interrupted; the files imported so far are kept; import again for the rest\n");
    let report = home.run_ok(&["import", "in/1.gpx"]);
    assert!(report.starts_with("0 files imported, 1 already imported\nthe library holds 1 activity"), "{report}");
}

#[test]
fn temporary_folders_of_killed_runs_are_removed_and_those_of_live_runs_kept() {
    let home = Home::new();
    let mut child = start(&home, &["render", demo(), "-o", "tiles", "--zoom", "0-17", "-p", "ember,ice,plum", "-q"]);
    let prefix = format!(".tiles.trailglow-{}-", child.id());
    let is_writing = || {
        let mut names = entry_names(&home).into_iter();
        names.any(|name| name.starts_with(&prefix) && home.path(&name).join("frequency-ice").is_dir())
    };
    wait_until(is_writing);
    // A render to the same output keeps the folder of a live run.
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0", "-q"]);
    assert!(
        child.try_wait().expect("a child").is_some() || is_writing(),
        "another render removed the folder of a live run"
    );
    child.kill().expect("a running process");
    wait(child);
    home.run_ok(&["render", demo(), "-o", "tiles", "--zoom", "0", "-q"]);
    assert_eq!(entry_names(&home), ["tiles"]);
}

#[test]
fn two_simultaneous_renders_to_one_output_succeed_and_one_result_remains() {
    for out in ["tiles", "heat.pmtiles"] {
        let home = Home::new();
        let palettes = ["ember", "ice"];
        let results: [Files; 2] = palettes.map(|palette| {
            home.run_ok(&["render", demo(), "-o", out, "--zoom", "0-11", "-q", "-p", palette]);
            home.files(out)
        });
        for round in 0..5 {
            let render = |palette| start(&home, &["render", demo(), "-o", out, "--zoom", "0-11", "-q", "-p", palette]);
            for output in palettes.map(render).map(wait) {
                let stderr = String::from_utf8_lossy(&output.stderr);
                assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{out}, round {round}");
            }
            let remaining = home.files(out);
            assert!(
                results.iter().any(|result| differences(result, &remaining).is_empty()),
                "{out}: a mixture of both outputs"
            );
            assert_eq!(entry_names(&home), [out]);
        }
    }
}
