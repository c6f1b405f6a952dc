//! First views of rendered maps: few requests, and the whole everyday network is visible.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::browser::Browser;
use crate::server::Server;

/// Width, height and device pixels per CSS pixel: a desktop, a sharp one and a phone.
const SCREENS: [((u32, u32), u32); 3] = [((1280, 800), 1), ((1280, 800), 2), ((390, 844), 3)];

const MAX_REQUESTS: usize = 60;

/// Maps of one demo, each with its zooms and the first zoom that the page draws.
const MAPS: [(&str, &[&str], &str); 3] = [
    ("normal", &["--zoom", "0-14"], "0"),
    ("deep", &["--zoom", "16-17"], "0"),
    ("deep without overview", &["--zoom", "16-17", "--no-overview"], "16"),
];

fn trailglow(folder: &Path, args: &[&str]) {
    let program = assert_cmd::cargo::cargo_bin!("trailglow");
    // A library in the folder, which does not exist.
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .env("HOME", folder)
        .env_remove("TRAILGLOW_LIBRARY");
    let run = command.output().expect("the program starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

fn maps() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    trailglow(folder.path(), &["demo", "-q", "-n", "60", "-o", "demo"]);
    for (name, zooms, _) in MAPS {
        let render = ["render", "demo", "-q", "--no-library", "-p", "ice", "-o", name];
        trailglow(folder.path(), &[&render, zooms].concat());
    }
    folder
}

fn tile_requests(server: &Server) -> usize {
    server.requests().iter().filter(|path| path.ends_with(".png")).count()
}

/// Numbers of opaque pixels of the heat: on the whole canvas, and on its border of 8 pixels.
const LIT: &str = "(() => {
    const { width, height } = heat;
    // Reading the canvas of the page twice gives a warning.
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(heat, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const lit = [0, 0];
    for (let i = 3; i < data.length; i += 4) {
        if (data[i] < 128) continue;
        const [x, y] = [((i - 3) / 4) % width, Math.floor((i - 3) / 4 / width)];
        lit[0]++;
        if (Math.min(x, y, width - 1 - x, height - 1 - y) < 8) lit[1]++;
    }
    return lit;
})()";

#[test]
#[ignore = "needs chromium"]
fn a_first_view_takes_few_requests_and_fits_the_network() {
    let folder = maps();
    for (name, _, first_zoom) in MAPS {
        for (window, scale) in SCREENS {
            let server = Server::start(&folder.path().join(name));
            let mut browser = Browser::start(window, scale);
            browser.open(&server.url("?theme=dark"));
            let requests = tile_requests(&server);
            assert!((2..=MAX_REQUESTS).contains(&requests), "{name}, {window:?}: {requests} requests");
            let lit = browser.evaluate(LIT);
            assert!(lit[0].as_u64() > Some(1000), "{name}, {window:?}: {lit} lit pixels");
            let has_overview = first_zoom == "0";
            if has_overview {
                assert_eq!(lit[1], 0, "{name}, {window:?}: lines are cropped");
            }
            browser.evaluate("document.getElementById('go-all').click()");
            browser.wait_until("!motion && document.documentElement.dataset.state === 'ready'");
            assert_eq!(browser.evaluate("MAP.minzoom").to_string(), first_zoom);
            assert_eq!(browser.evaluate("document.getElementById('hint').hidden"), has_overview, "{name}, {window:?}");
            if !has_overview {
                let (before, after) = (requests, tile_requests(&server));
                // Tiles shrink to a quarter of a square at most before the hint appears.
                assert!(after <= before + 5 * MAX_REQUESTS, "{name}, {window:?}: {before}, then {after} requests");
                assert!(browser.evaluate(LIT.replace("< 128", "< 64").as_str())[0].as_u64() > Some(0), "no places");
            }
            assert_eq!(browser.console(), [] as [&str; 0], "{name}, {window:?}");
        }
    }
}
