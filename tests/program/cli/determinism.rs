//! Determinism: neither the order of the files nor the number of threads changes a byte of the output.

use crate::demo::demo;
use crate::program::{Files, Home, differences};

/// Renders into a folder and into a PMTiles archive with the same arguments.
fn render(home: &Home, inputs: &[&str], more: &[&str]) -> [Files; 2] {
    ["out", "out.pmtiles"].map(|out| {
        let args = [&["render"], inputs, &["-o", out, "-q", "--zoom", "0-13"], more].concat();
        home.run_ok(&args);
        home.files(out)
    })
}

#[test]
fn file_order_and_thread_count_change_no_byte() {
    let home = Home::new();
    let expected = render(&home, &[demo()], &[]);
    assert!(expected[0].len() > 20 && expected[1].len() == 1, "the render writes too few files to compare");
    let assert_unchanged = |inputs: &[String], more: &[&str]| {
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        for (a, b) in expected.iter().zip(render(&home, &inputs, more)) {
            assert_eq!(differences(a, &b), [""; 0], "{more:?}");
        }
    };
    for threads in ["1", "2", "7"] {
        assert_unchanged(&[demo().to_owned()], &["--threads", threads]);
    }
    let mut inputs = demo_files();
    inputs.reverse();
    assert_unchanged(&inputs, &[]);
    inputs.rotate_left(7);
    assert_unchanged(&inputs, &["--threads", "3"]);
}

/// Paths of the files of the demo.
fn demo_files() -> Vec<String> {
    let entries = walkdir::WalkDir::new(demo()).into_iter().map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.file_type().is_file() && !entry.path().ends_with(".trailglow-demo"));
    files.map(|entry| entry.path().to_str().expect("UTF-8").to_owned()).collect()
}

#[test]
fn differences_reports_every_changed_missing_and_added_file() {
    let home = Home::new();
    home.write("a/1/x.png", "x");
    home.write("a/1/y.png", "y");
    let a = home.files("a");
    assert_eq!(differences(&a, &a), [""; 0]);
    let changed = |name: &str, content: Option<&str>| {
        let mut b = a.clone();
        match content {
            Some(content) => b.insert(name.into(), content.into()),
            None => b.remove(std::path::Path::new(name)),
        };
        [differences(&a, &b), differences(&b, &a)]
    };
    assert_eq!(changed("1/x.png", Some("X")), [["1/x.png differs"]; 2]);
    assert_eq!(changed("1/x.png", None), [["1/x.png is in one only"]; 2]);
    assert_eq!(changed("2.png", Some("")), [["2.png is in one only"]; 2]);
}
