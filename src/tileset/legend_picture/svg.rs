//! A legend as SVG 1.1.

use std::fmt::Write;

use super::{GENERATOR, LETTER, LegendPicture, Mark};
use crate::tileset::metadata::hex;

/// Writes a legend as SVG.
pub fn svg(picture: &LegendPicture) -> String {
    let (size, marks) = picture.marks();
    let [paper, _] = picture.paper_and_ink();
    let (width, height) = (size.width, size.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>{}</title>\n<desc>{GENERATOR}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{}\"/>\n",
        escaped(&picture.title),
        hex(paper)
    );
    for (number, mark) in marks.iter().enumerate() {
        match mark {
            Mark::Ramp { x, y, width, height, colours } => {
                let last = colours.len().saturating_sub(1).max(1) as f32;
                let stops = colours.iter().enumerate().fold(String::new(), |mut stops, (i, colour)| {
                    let offset = i as f32 / last * 100.0;
                    let _ = write!(stops, "<stop offset=\"{offset:.2}%\" stop-color=\"{}\"/>", hex(*colour));
                    stops
                });
                let _ = writeln!(
                    svg,
                    "<linearGradient id=\"g{number}\">{stops}</linearGradient>\n<rect x=\"{x}\" y=\"{y}\" \
                     width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"url(#g{number})\"/>"
                );
            }
            Mark::Text { x, y, text, is_centred, colour } => {
                let anchor = if *is_centred { " text-anchor=\"middle\"" } else { "" };
                let baseline = y + LETTER[1] * 3 / 4;
                let (fill, text) = (hex(*colour), escaped(text));
                let _ = writeln!(svg, "<text x=\"{x}\" y=\"{baseline}\" fill=\"{fill}\"{anchor}>{text}</text>");
            }
        }
    }
    svg + "</svg>\n"
}

/// Text of an element. Characters that XML 1.0 forbids are left out.
fn escaped(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect::<String>();
    visible.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
