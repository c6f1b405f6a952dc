//! The map page next to a folder of tiles: one HTML file without dependencies.
//!
//! A page opened from a file (`file://`) may only load images. Hence the style sheet, the scripts and the data of the
//! map are inlined: each reference in `assets/viewer/index.html` is replaced by the file that it names.

use serde::Deserialize;
use serde_json::Value;

const TEMPLATE: &str = include_str!("../../assets/viewer/index.html");

/// A file of the page. `reference` in the template is replaced by `open`, `text` and `close`.
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

const INLINED_FILES: [InlinedFile; 9] = [
    InlinedFile {
        reference: "<link rel=\"stylesheet\" href=\"style.css\">",
        open: "<style>\n",
        text: include_str!("../../assets/viewer/style.css"),
        close: "</style>",
    },
    script!("view.js"),
    script!("tiles.js"),
    script!("gestures.js"),
    script!("recolour.js"),
    script!("panels.js"),
    script!("palettes.js"),
    script!("grid.js"),
    script!("main.js"),
];

const DATA_TAG: &str = "<script src=\"data.js\"></script>";
/// Text before the data.
const DATA_START: &str = "const MAP = ";
const TITLE_TAG: &str = "<title>Trailglow</title>";

/// Returns the complete page for a map.
///
/// `data` becomes the constant `MAP` of the page. Keys:
/// - `name`, `generator`, `activities`, `kilometres`, and `from` and `to` as ISO dates or null;
/// - `profile`: present if the map is private; `publicUrl`: the public address of the folder, if it is known;
/// - `tileSize` in pixels, `minzoom`, `maxzoom`, and `coverage` by zoom as rows `"y:x-x,x;…"`;
/// - `bounds` and `focus`: west, south, east, north in degrees; west is greater across the antimeridian;
/// - `styles`: layers and palettes, each with the name, title and unit of its `layer`; by zoom, its legend in `legend`
///   (maximum, ticks, range of dates, classes) and the colours of the legend in `ramps`; and in `partner` the name and,
///   except for classes, the colours of the palette for the other background, if any.
///
/// Texts in `data` are escaped.
pub fn page_html(data: &Value) -> String {
    let mut html = TEMPLATE.to_owned();
    for InlinedFile { reference, open, text, close } in INLINED_FILES {
        html = html.replacen(reference, &[open, text, close].concat(), 1);
    }
    // The data is inserted last and in one pass, so that a placeholder inside a text is not replaced.
    let name = data.get("name").and_then(Value::as_str).unwrap_or("Trailglow");
    let title = format!("<title>{}</title>", escape_html(name));
    let script = format!("<script>\n{DATA_START}{};\n</script>", inline_json(data));
    let (head, rest) = html.split_once(TITLE_TAG).unwrap_or((&html, ""));
    let (body, scripts) = rest.split_once(DATA_TAG).unwrap_or((rest, ""));
    [head, &title, body, &script, scripts].concat()
}

/// Returns the data in a page, or `None` if the text is no page for a map.
///
/// # Errors
/// If the data is damaged.
pub fn map_data(html: &str) -> Option<serde_json::Result<Value>> {
    let (_, rest) = html.split_once(DATA_START)?;
    Some(Value::deserialize(&mut serde_json::Deserializer::from_str(rest)))
}

/// Returns JSON that is safe inside `<script>`. An unescaped `<` could close the script or open a comment; U+2028 and
/// U+2029 end a line in the scripts of old browsers. All three occur only in strings, where an escape is equivalent.
fn inline_json(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Escapes text between tags.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_assets_are_inlined() {
        let html = page_html(&json!({"name": "Rides"}));
        assert!(html.contains("<filter id=\"recolour\""), "the filter of the page is in the page");
        let html_without_filter = html.replace("url(#recolour)", "");
        for reference in [" src=\"", "href=\"style", "@import", "url(", "fetch("] {
            assert!(!html_without_filter.contains(reference), "{reference} is still in the page");
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
        assert!(!TEMPLATE.contains(DATA_START) && INLINED_FILES.iter().all(|file| !file.text.contains(DATA_START)));
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
        assert_eq!(map_data(&html).expect("a page").expect("JSON"), data);
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
