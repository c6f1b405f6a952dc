//! The palette changes with the theme of the page: to its partner, or to the colours of its partner.

use crate::WINDOW;
use crate::browser::Browser;
use crate::fixture::{DARK, Fixture, LIGHT, Variant, colour};
use crate::picture::Rgb;

/// Colour at the same place of a ramp from red to blue as that of a brightness on a ramp from black to white.
fn recoloured([r, g, b]: Rgb) -> Rgb {
    let brightness = 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b);
    [255 - brightness.round() as u8, 0, brightness.round() as u8]
}

/// The filter has a table of 65 colours, and the ramp has 24.
const TOLERANCE: u8 = 4;

const TOGGLE: &str = "document.getElementById('theme').click()";
/// The tiles are drawn, and the colour of the page does not change any more.
const SHOWN: &str = "document.documentElement.dataset.state === 'ready' && !document.getAnimations().length";

const RAMP: &str = "getComputedStyle(document.getElementById('ramp')).backgroundImage.slice(0, 41)";

#[test]
#[ignore = "needs chromium"]
fn a_map_without_the_partner_is_recoloured() {
    let fixture = Fixture::of(&Variant { palettes: 1, has_partners: true, ..Variant::default() });
    let night = colour("night", 2, 1, 1);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=light#map=2/0/0"));
    let picture = browser.picture();
    picture.expect(500, 400, LIGHT);
    picture.expect_within(300, 200, recoloured(night), TOLERANCE);
    picture.expect_within(500, 200, recoloured(colour("night", 2, 2, 1)), TOLERANCE);
    assert_eq!(browser.evaluate(RAMP), "linear-gradient(90deg, rgb(255, 0, 0), rg");
    browser.evaluate(TOGGLE);
    browser.wait_until(SHOWN);
    let picture = browser.picture();
    picture.expect(500, 400, DARK);
    picture.expect(300, 200, night);
    assert_eq!(browser.evaluate(RAMP), "linear-gradient(90deg, rgb(0, 0, 0), rgb(");
    browser.evaluate(TOGGLE);
    browser.wait_until(SHOWN);
    browser.picture().expect_within(300, 200, recoloured(night), TOLERANCE);
}

#[test]
#[ignore = "needs chromium"]
fn a_map_with_the_partner_changes_to_it() {
    let fixture = Fixture::of(&Variant { has_partners: true, ..Variant::default() });
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=dark#map=2/0/0"));
    browser.picture().expect(300, 200, colour("night", 2, 1, 1));
    for style in ["day", "night"] {
        browser.evaluate(TOGGLE);
        browser.wait_until(SHOWN);
        browser.picture().expect(300, 200, colour(style, 2, 1, 1));
    }
}

#[test]
#[ignore = "needs chromium"]
fn a_palette_for_the_other_background_is_shown_as_its_partner() {
    let fixture = Fixture::of(&Variant { has_partners: true, ..Variant::default() });
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=light&palette=night#map=2/0/0"));
    for style in ["day", "night", "day"] {
        browser.picture().expect(300, 200, colour(style, 2, 1, 1));
        assert_eq!(
            browser.evaluate("[...document.querySelectorAll('#palette-list input')].map((i) => i.value).join()"),
            style
        );
        assert_eq!(browser.evaluate("document.getElementById('palette').hidden"), true, "there is no choice");
        browser.evaluate(TOGGLE);
        browser.wait_until(SHOWN);
    }
}

#[test]
#[ignore = "needs chromium"]
fn a_chosen_palette_stays_chosen_in_both_themes_and_after_a_reload() {
    // Without partners, both palettes can be chosen on either background.
    let fixture = Fixture::new(256, 0);
    let mut browser = Browser::start(WINDOW, 1);
    browser.open(&fixture.file_url("?theme=light#map=2/0/0"));
    browser.picture().expect(300, 200, colour("day", 2, 1, 1));
    browser.evaluate("document.querySelector('input[value=night]').click()");
    browser.open(&fixture.file_url("?theme=dark#map=2/0/0"));
    browser.picture().expect(300, 200, colour("night", 2, 1, 1));
    browser.open(&fixture.file_url("?theme=light#map=2/0/0"));
    assert_eq!(browser.evaluate("shownStyle.palette"), "night");
}
