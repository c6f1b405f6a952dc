//! The addresses for other programs, for all ways to open the page. Each address must lead to a tile.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::fixture::{Fixture, Variant};
use crate::server::{Server, percent_decoded};

const FOLDER_NAMES: [&str; 3] = ["tiles", "my #1 tiles%20 \u{fc}?", "{z}&+%"];

/// Addresses that the page shows: JOSM, iD (null if hidden) and QGIS; the last is the note below.
const SHOWN: &str = "(() => {
    if (document.getElementById('elsewhere-card').hidden) document.getElementById('elsewhere').click();
    const shown = (id) => {
        const input = document.getElementById(id);
        return input.offsetParent && document.querySelector(`label[for=${id}]`).offsetParent ? input.value : null;
    };
    return [...['url-josm', 'url-id', 'url-xyz'].map(shown), document.getElementById('elsewhere-note').textContent];
})()";

/// Encodes all bytes that are not unreserved in RFC 3986, and no slash.
fn encoded(path: &Path) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let bytes = path.to_str().expect("UTF-8").bytes();
    bytes.map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Opens the address of a tile as each program does, and returns the paths.
fn tiles_of_addresses(shown: &Value) -> Vec<String> {
    let josm = shown[0].as_str().and_then(|address| address.strip_prefix("tms[0,3]:")).expect("a TMS address");
    let rest = [&shown[1], &shown[2]].into_iter().filter_map(Value::as_str);
    std::iter::once(josm)
        .chain(rest)
        .map(|template| {
            let zoom = if template.contains("{zoom}") { "{zoom}" } else { "{z}" };
            template.replacen(zoom, "2", 1).replacen("{x}", "1", 1).replacen("{y}", "1", 1)
        })
        .collect()
}

#[test]
#[ignore = "needs chromium"]
fn the_addresses_for_other_programs_lead_to_the_tiles() {
    let mut browser = Browser::start((800, 600), 1);
    for (name, palettes) in FOLDER_NAMES.into_iter().flat_map(|name| [(name, 1), (name, 2)]) {
        let fixture = Fixture::of(&Variant { name, palettes, ..Variant::default() });
        let server = Server::start(fixture.root());
        let (folder, site) =
            (format!("file://{}/", encoded(fixture.folder())), format!("{}/", encoded(Path::new(name))));
        let site = server.url(&site);
        let style = if palettes == 1 { "" } else { "night/" };
        let pages = [(&folder, "index.html"), (&site, ""), (&site, "index.html")];
        for ((base, page), rest) in pages.into_iter().flat_map(|page| [(page, ""), (page, "?theme=dark#map=2/0/0")]) {
            browser.open(&format!("{base}{page}{rest}"));
            let shown = browser.evaluate(SHOWN);
            let is_file = base.starts_with("file:");
            let expected = json!([
                format!("tms[0,3]:{base}{style}{{zoom}}/{{x}}/{{y}}.png"),
                if is_file { Value::Null } else { format!("{base}{style}{{zoom}}/{{x}}/{{y}}.png").into() },
                format!("{base}{style}{{z}}/{{x}}/{{y}}.png"),
            ]);
            assert_eq!(
                shown.as_array().expect("a list")[..3],
                expected.as_array().expect("a list")[..],
                "{page}{rest}"
            );
            assert_eq!(shown[3].as_str().expect("a note").contains("iD"), is_file, "{shown}");
            for tile in tiles_of_addresses(&shown) {
                let (root, path) = match tile.strip_prefix("file://") {
                    Some(path) => ("", path),
                    None => (fixture.root().to_str().expect("UTF-8"), &tile[server.url("").len() - 1..]),
                };
                let path = String::from_utf8(percent_decoded(path)).expect("UTF-8");
                assert!(PathBuf::from(format!("{root}{path}")).is_file(), "{tile}");
            }
        }
    }
    assert_eq!(browser.console(), [] as [&str; 0]);
}

#[test]
#[ignore = "needs chromium"]
fn a_public_address_takes_precedence() {
    let mut browser = Browser::start((800, 600), 1);
    let base = "https://example.org/My%20Map/";
    for (palettes, style) in [(1, ""), (2, "night/")] {
        let fixture = Fixture::of(&Variant { palettes, public_url: Some(base), ..Variant::default() });
        browser.open(&fixture.file_url("?theme=dark"));
        let shown = browser.evaluate(SHOWN);
        let xyz = format!("{base}{style}{{z}}/{{x}}/{{y}}.png");
        let zoom = xyz.replace("{z}", "{zoom}");
        assert_eq!(
            shown.as_array().expect("a list")[..3],
            [json!(format!("tms[0,3]:{zoom}")), json!(zoom), json!(xyz)]
        );
        assert!(!shown[3].as_str().expect("a note").contains("iD"), "{shown}");
    }
    assert_eq!(browser.console(), [] as [&str; 0]);
}
