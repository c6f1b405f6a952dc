//! The layers of a map that the program drew: the switch, and the legend of each kind.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::WINDOW;
use crate::browser::Browser;

/// A ride and a run of an hour each, two years apart.
fn map() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (sport, year, south) in [("cycling", 2022, 0.0), ("running", 2024, 0.004)] {
        let point = |i: u32| {
            let (lat, lon) = (47.0 - south, 8.0 + f64::from(i) / 2000.0);
            format!("<trkpt lat=\"{lat}\" lon=\"{lon}\"><time>{year}-05-01T10:{i:02}:00Z</time></trkpt>")
        };
        let points: String = (0..60).map(point).collect();
        let text = format!("<gpx version=\"1.1\"><trk><type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>");
        fs::write(home.path().join(format!("{sport}.gpx")), text).expect("a file");
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_trailglow"));
    program.args(["render", "cycling.gpx", "running.gpx", "-o", "map", "--no-library", "-q", "--zoom", "0-14"]);
    program.args(["--layer", "frequency,time,recency,sport"]).current_dir(home.path());
    assert!(program.status().expect("the program runs").success());
    home
}

#[test]
#[ignore = "needs chromium"]
fn each_layer_shows_its_colours_and_its_legend() {
    let home = map();
    let url = format!("file://{}/map/index.html", home.path().display());
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&format!("{url}?theme=dark"));
    let text = |browser: &mut Browser, id: &str| {
        browser.evaluate(&format!("document.getElementById('{id}').textContent")).as_str().expect("text").to_owned()
    };
    let frequency = browser.picture();
    assert_eq!(text(&mut browser, "legend-title"), "Visits");
    assert_eq!(browser.evaluate("document.querySelectorAll('#layer-list input').length"), 4);
    let mut pictures = vec![frequency];
    for (layer, title, legend) in
        [("time", "Time in a pixel", " s"), ("recency", "Last visit", "2023"), ("sport", "Sports", "")]
    {
        browser.evaluate(&format!("document.querySelector('#layer-list input[value={layer}]').click()"));
        let is_shown = format!("document.getElementById('legend-title').textContent === '{title}'");
        browser.wait_until(&format!("{is_shown} && document.documentElement.dataset.state === 'ready'"));
        assert!(text(&mut browser, "ticks").contains(legend), "{layer}: {}", text(&mut browser, "ticks"));
        pictures.push(browser.picture());
    }
    assert_eq!(text(&mut browser, "classes"), "RideRun");
    assert_eq!(browser.evaluate("document.getElementById('ticks').hidden"), true);
    for (number, picture) in pictures.iter().enumerate() {
        let differs = |other: &crate::picture::Picture| {
            (100..700).any(|x| (100..500).any(|y| picture.pixel(x, y) != other.pixel(x, y)))
        };
        assert!(pictures[..number].iter().all(differs), "layer {number} looks like one before");
    }
    // The address names a layer, and a reload keeps the chosen one.
    browser.open(&format!("{url}?theme=dark&layer=recency"));
    assert_eq!(text(&mut browser, "legend-title"), "Last visit");
    assert_eq!(browser.console(), [] as [&str; 0]);
}
