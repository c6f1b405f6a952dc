//! The map page in a real browser, opened as a file and from a server.
//!
//! Tests that need a browser are ignored by default. Run them with `cargo test --test page -- --include-ignored`; they
//! fail without Chromium, which is `chromium` on the path or the program in `TRAILGLOW_BROWSER`.

mod browser;
mod elsewhere;
mod first_view;
mod fixture;
mod layers;
mod picture;
mod recolour;
mod server;

use browser::Browser;
use fixture::{DARK, Fixture, LIGHT, colour};
use picture::Picture;
use serde_json::json;
use server::Server;

/// Size of all windows in CSS pixels. At `#map=2/0/0` four tiles meet in the centre.
const WINDOW: (u32, u32) = (800, 600);

/// Checks the four tiles around the centre at `#map=2/0/0`, one of which does not exist.
fn check_zoom_two(picture: &Picture, style: &str) {
    picture.expect(300, 200, colour(style, 2, 1, 1));
    picture.expect(500, 200, colour(style, 2, 2, 1));
    picture.expect(300, 400, colour(style, 2, 1, 2));
    picture.expect(500, 400, DARK); // not covered
    picture.expect(20, 200, colour(style, 2, 0, 1));
    // Tiles meet without a gap, and each has its mark in the north-west corner.
    picture.expect(399, 299, colour(style, 2, 1, 1));
    picture.expect(400, 200, colour(style, 2, 2, 1));
    picture.expect(400, 299, colour(style, 2, 2, 1));
    picture.expect(410, 60, fixture::MARK);
    picture.expect(410, 90, colour(style, 2, 2, 1));
    picture.expect(440, 60, colour(style, 2, 2, 1));
}

/// Opens a page on a screen with `scale` device pixels per CSS pixel and returns a screenshot.
fn picture_of(url: &str, scale: u32) -> Picture {
    let mut browser = Browser::start(WINDOW, scale);
    browser.open(url);
    browser.picture()
}

#[test]
#[ignore = "needs chromium"]
fn a_page_opened_as_a_file_shows_its_tiles() {
    let fixture = Fixture::new(256, 0);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=dark#map=2/0/0"));
    check_zoom_two(&browser.picture(), "night");
    assert_eq!(browser.evaluate("document.title"), fixture::NAME);
    for (id, text) in [
        ("name", fixture::NAME),
        ("legend-title", "Visits"),
        ("ticks", "12510"),
        ("facts", "activities1,234kilometres5,679years2018–2025"),
        ("generator", "trailglow test"),
        ("zoom", "z 2.0"),
    ] {
        assert_eq!(browser.evaluate(&format!("document.getElementById('{id}').textContent")), text, "{id}");
    }
    assert_eq!(browser.console(), [] as [&str; 0]);
}

#[test]
#[ignore = "needs chromium"]
fn a_served_page_requests_only_existing_tiles() {
    let fixture = Fixture::new(256, 0);
    let server = Server::start(fixture.folder());
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&server.url("?theme=dark#map=2/0/0"));
    check_zoom_two(&browser.picture(), "night");
    // The coverage lacks zoom 3, so that its tiles are requested wherever the parent tile exists.
    for hash in ["#map=0/0/0", "#map=3/40/-40", "#map=3/-40/40", "#map=6/66/-90", "#map=22/1/1"] {
        browser.open(&server.url(&format!("?theme=dark{hash}")));
    }
    assert_eq!(browser.console(), [] as [&str; 0]);
    let requests = server.requests();
    assert!(requests.iter().any(|path| path.starts_with("/night/3/")), "no tile of the deepest zoom in {requests:?}");
    for path in requests {
        assert!(path == "/" || fixture.has(&path), "requested {path}");
    }
}

#[test]
#[ignore = "needs chromium"]
fn script_errors_are_reported_to_the_tests() {
    let fixture = Fixture::new(256, 0);
    fixture.add_script("setTimeout(() => { throw new Error('on purpose'); })");
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url(""));
    assert!(browser.console().iter().any(|line| line.contains("on purpose")), "{:?}", browser.console());
}

#[test]
#[ignore = "needs chromium"]
fn the_page_loads_nothing_from_other_servers() {
    let fixture = Fixture::new(256, 0);
    let other_server = Server::start(fixture.folder());
    let server = Server::start(fixture.folder());
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&server.url(""));
    let image = other_server.url("night/0/0/0.png");
    let loaded = |url: &str| {
        format!(
            "new Promise((done) => {{ const i = new Image(); i.onload = () => done(true); i.onerror = () => done(false); i.src = '{url}'; }})"
        )
    };
    assert_eq!(browser.evaluate(&loaded("night/0/0/0.png")), true);
    assert_eq!(browser.evaluate(&loaded(&image)), false);
    assert_eq!(other_server.requests(), [] as [&str; 0]);
}

#[test]
#[ignore = "needs chromium"]
fn the_light_theme_shows_the_palette_made_for_it() {
    let fixture = Fixture::new(256, 0);
    for address in ["?theme=light#map=2/0/0", "#theme=light&map=2/0/0"] {
        let picture = picture_of(&fixture.file_url(address), 1);
        picture.expect(500, 400, LIGHT);
        picture.expect(300, 200, colour("day", 2, 1, 1));
    }
    let picture = picture_of(&fixture.file_url("?theme=dark&palette=day#map=2/0/0"), 1);
    let inverted = picture.pixel(300, 200);
    assert_ne!(inverted, colour("day", 2, 1, 1), "a palette for light maps is inverted on a dark one");
    assert_ne!(inverted, DARK);
}

#[test]
#[ignore = "needs chromium"]
fn the_world_repeats_sideways() {
    let fixture = Fixture::new(256, 0);
    let picture = picture_of(&fixture.file_url("?theme=dark#map=2/0/180"), 1);
    picture.expect(300, 200, colour("night", 2, 3, 1));
    picture.expect(500, 200, colour("night", 2, 0, 1));
}

#[test]
#[ignore = "needs chromium"]
fn the_deepest_tiles_are_enlarged_without_steps() {
    let fixture = Fixture::new(256, 0);
    // Two tiles of zoom 3, enlarged 8 times, meet in the centre: the transition between their colours is 8 pixels wide.
    let picture = picture_of(&fixture.file_url("?theme=dark#map=6/55/-45"), 1);
    let (left, right) = (colour("night", 3, 2, 2), colour("night", 3, 3, 2));
    picture.expect(380, 300, left);
    picture.expect(420, 300, right);
    picture.expect_within(400, 300, std::array::from_fn(|i| left[i].midpoint(right[i])), 5);
    let reds: Vec<u8> = (390..=410).map(|x| picture.pixel(x, 300)[0]).collect();
    assert!(reds.windows(2).all(|pair| pair[0].abs_diff(pair[1]) <= 5), "a step in {reds:?}");
}

#[test]
#[ignore = "needs chromium"]
fn high_density_screens_get_tiles_of_the_next_zoom() {
    let fixture = Fixture::new(256, 0);
    let picture = picture_of(&fixture.file_url("?theme=dark#map=2/0/0"), 2);
    picture.expect(2 * 380, 2 * 280, colour("night", 3, 3, 3));
    picture.expect(2 * 260, 2 * 280, colour("night", 3, 2, 3));
    picture.expect(799, 599, colour("night", 3, 3, 3)); // still pixel for pixel
}

#[test]
#[ignore = "needs chromium"]
fn the_first_tiles_are_shrunk() {
    let fixture = Fixture::new(256, 3);
    let picture = picture_of(&fixture.file_url("?theme=dark#map=2/0/0"), 1);
    picture.expect(380, 280, colour("night", 3, 3, 3));
    picture.expect(260, 280, colour("night", 3, 2, 3));
    picture.expect(500, 400, DARK);
}

#[test]
#[ignore = "needs chromium"]
fn farther_out_than_the_first_tiles_the_page_shows_their_places_and_a_hint() {
    let fixture = Fixture::new(256, 3);
    let server = Server::start(fixture.folder());
    let mut browser = Browser::start(WINDOW, 1);
    let hint = "document.getElementById('hint').hidden ? '' : document.getElementById('hint').textContent";
    browser.open(&server.url("?theme=dark#map=1/0/0"));
    let picture = browser.picture();
    let faint = DARK.map(|channel| channel.midpoint(0x80));
    picture.expect(300, 200, faint);
    picture.expect(450, 350, DARK);
    picture.expect(700, 200, faint); // the world repeats
    assert_eq!(browser.evaluate(hint), "Zoom in: this map begins at zoom 3");
    assert_eq!(server.requests(), ["/"]);

    browser.evaluate("setView(0.5, 0.5, 3)");
    browser.wait_until("document.documentElement.dataset.state === 'ready' && level === 3");
    browser.picture().expect(380, 280, colour("night", 3, 3, 3));
    assert_eq!(browser.evaluate(hint), "");
    let requests = server.requests().len();
    browser.evaluate("setView(0.5, 0.5, 1)");
    browser.wait_until("document.documentElement.dataset.state === 'ready' && level === 1");
    browser.picture().expect(300, 200, faint);
    assert_eq!(server.requests().len(), requests);
    assert_eq!(browser.console(), [] as [&str; 0]);
}

#[test]
#[ignore = "needs chromium"]
fn tiles_of_512_pixels_are_shown_pixel_for_pixel() {
    let fixture = Fixture::new(512, 0);
    let picture = picture_of(&fixture.file_url("?theme=dark#map=1/0/0"), 1);
    picture.expect(399, 299, colour("night", 1, 0, 0));
    picture.expect(600, 299, colour("night", 1, 1, 0));
}

#[test]
#[ignore = "needs chromium"]
fn failed_tiles_are_requested_again() {
    let fixture = Fixture::new(256, 0);
    let server = Server::failing(fixture.folder(), "/night/2/1/1.png", 1);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&server.url("?theme=dark#map=2/0/0"));
    browser.wait_until("readyTile('night/', 2, 1, 1) && document.documentElement.dataset.state === 'ready'");
    browser.picture().expect(300, 200, colour("night", 2, 1, 1));
    assert_eq!(server.requests().iter().filter(|path| *path == "/night/2/1/1.png").count(), 2);
}

#[test]
#[ignore = "needs chromium"]
fn an_ancestor_replaces_a_missing_tile() {
    let fixture = Fixture::new(256, 0);
    let server = Server::failing(fixture.folder(), "/night/2/1/1.png", usize::MAX);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&server.url("?theme=dark#map=2/0/0"));
    let picture = browser.picture();
    picture.expect(300, 200, colour("night", 0, 0, 0));
    picture.expect(500, 200, colour("night", 2, 2, 1));
    picture.expect(500, 400, DARK);
}

/// Applies a change and returns the minimum opacity until the page is idle, at the centres of tiles that are opaque
/// before and after.
const MIN_OPACITY: &str = "async (change) => {
    const opacities = [];
    const before = `${view.z} ${theme}`;
    change();
    do {
        await new Promise(requestAnimationFrame);
        for (const [x, y] of [[300, 200], [500, 150], [250, 420]]) opacities.push(screen2d.getImageData(x, y, 1, 1).data[3]);
    } while (motion || document.documentElement.dataset.state !== 'ready');
    return `${view.z} ${theme}` === before ? 'nothing changed' : Math.min(...opacities);
}";

#[test]
#[ignore = "needs chromium"]
fn nothing_flickers_while_zooming_or_changing_the_palette() {
    let fixture = Fixture::new(256, 0);
    let server = Server::start(fixture.folder());
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&server.url("?theme=dark#map=2/30/-20"));
    for change in ["zoomStep(1)", "zoomStep(-1)", "zoomStep(1)", "applyTheme('light')"] {
        let least = browser.evaluate(&format!("({MIN_OPACITY})(() => {change})"));
        assert!(least.as_u64().is_some_and(|least| least >= 250), "{change}: {least}");
    }
}

#[test]
#[ignore = "needs chromium"]
fn the_map_responds_to_mouse_wheel_and_keys() {
    let fixture = Fixture::new(256, 0);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=dark#map=5/20/30"));
    let outcome = browser.evaluate(include_str!("gestures.js"));
    assert_eq!(browser.console(), [] as [&str; 0]);
    assert_eq!(outcome["failed"], json!([]));
    assert_eq!(outcome["checks"], 43, "the script ended early");
}
