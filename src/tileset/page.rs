//! The map page that lies beside a folder of tiles: one HTML file without dependencies.
//!
//! A page opened by double click (`file://`) may not fetch anything but images, so the style, the scripts and the
//! description of the map are written into it. In `assets/viewer/` they are files of their own, and `index.html`
//! refers to them: what this module joins is what a browser would load.

use serde_json::Value;

const TEMPLATE: &str = include_str!("../../assets/viewer/index.html");

/// A file of the page: how the template refers to it, and what replaces the reference.
struct InlinedFile {
    reference: &'static str,
    open: &'static str,
    text: &'static str,
    close: &'static str,
}

macro_rules! script {
    ($file:literal) => {
        InlinedFile {
            reference: concat!("<script src=\"", $file, "\"></script>"),
            open: "<script>\n",
            text: include_str!(concat!("../../assets/viewer/", $file)),
            close: "</script>",
        }
    };
}

const INLINED_FILES: [InlinedFile; 7] = [
    InlinedFile {
        reference: "<link rel=\"stylesheet\" href=\"style.css\">",
        open: "<style>\n",
        text: include_str!("../../assets/viewer/style.css"),
        close: "</style>",
    },
    script!("view.js"),
    script!("tiles.js"),
    script!("gestures.js"),
    script!("panels.js"),
    script!("grid.js"),
    script!("main.js"),
];

const DATA_TAG: &str = "<script src=\"data.js\"></script>";
const TITLE_TAG: &str = "<title>Trailglow</title>";

/// The complete page for a map.
///
/// `data` becomes the page's constant `MAP`. It names the map (`name`, `generator`, `activities`, `kilometres`, `from`
/// and `to` as ISO dates or null, `profile` where it is not to be published), says which tiles there are (`tileSize` in
/// pixels, `minzoom`, `maxzoom`, and `coverage` by zoom as rows `"y:x-x,x;…"`), where they lie (`bounds` and `home` as
/// west, south, east, north in degrees), and what their colours mean (`layer`, the palettes in `styles`, and `zooms` with
/// the largest value and the ticks of each zoom's legend). The texts in it may hold anything; they cannot break out of
/// their place.
pub fn page_html(data: &Value) -> String {
    let mut html = TEMPLATE.to_owned();
    for InlinedFile { reference, open, text, close } in INLINED_FILES {
        html = html.replacen(reference, &[open, text, close].concat(), 1);
    }
    // The data goes in last and in one pass: nothing in it is mistaken for a place to fill.
    let name = data.get("name").and_then(Value::as_str).unwrap_or("Trailglow");
    let title = format!("<title>{}</title>", escape_html(name));
    let script = format!("<script>\nconst MAP = {};\n</script>", inline_json(data));
    let (head, rest) = html.split_once(TITLE_TAG).unwrap_or((&html, ""));
    let (body, scripts) = rest.split_once(DATA_TAG).unwrap_or((rest, ""));
    [head, &title, body, &script, scripts].concat()
}

/// JSON that is also a JavaScript expression inside a `<script>`: `<` would let a text end the script or open a comment,
/// and two separators end a line in scripts of old browsers. JSON has them only in strings, where an escape means the same.
fn inline_json(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Text for between two tags.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The JSON of `MAP` as the page holds it.
    fn map_data(html: &str) -> Value {
        let (_, rest) = html.split_once("const MAP = ").expect("the page has data");
        let (text, _) = rest.split_once(";\n</script>").expect("the data ends");
        serde_json::from_str(text).expect("the data is JSON")
    }

    #[test]
    fn all_assets_are_inlined() {
        let html = page_html(&json!({"name": "Rides"}));
        for reference in [" src=\"", "href=\"style", "@import", "url(", "fetch("] {
            assert!(!html.contains(reference), "{reference} is still in the page");
        }
        for file in INLINED_FILES {
            assert!(html.contains(file.text));
        }
        assert!(html.contains("<title>Rides</title>"));
        assert!(html.trim_end().ends_with("</html>"));
    }

    #[test]
    fn the_template_has_each_reference_once() {
        for reference in INLINED_FILES.iter().map(|file| file.reference).chain([DATA_TAG, TITLE_TAG]) {
            assert_eq!(TEMPLATE.matches(reference).count(), 1, "{reference}");
        }
    }

    #[test]
    fn no_file_closes_its_element() {
        for file in INLINED_FILES {
            assert!(!file.text.contains(file.close) && !file.text.contains("<!--"));
        }
    }

    #[test]
    fn hostile_texts_are_escaped() {
        let name = "</script><script>alert(1)</script><!-- \u{2028}\u{2029} & \" ' \\ <title>Trailglow</title>";
        let data = json!({"name": name, "generator": DATA_TAG, "styles": [{"title": name, "path": TITLE_TAG}]});
        let html = page_html(&data);
        assert_eq!(map_data(&html), data);
        assert_eq!(html.matches("</script>").count(), page_html(&json!({})).matches("</script>").count());
        assert!(!html.contains("alert(1)</script>"));
        assert!(!inline_json(&data).contains(['<', '\u{2028}', '\u{2029}']));
        assert!(html.contains("<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
    }

    #[test]
    fn the_default_title_is_trailglow() {
        assert!(page_html(&json!({})).contains(TITLE_TAG));
    }
}
