//! Picture of a legend: a title, the colours of a palette with values below them, or a list of classes.
//!
//! The [layout](LegendPicture::marks) is a list of marks, which are written [as SVG](svg) or drawn [as PNG](png).

mod plain;
pub mod png;
mod read;
pub mod svg;
mod text;

pub use plain::plain;
pub use read::{described_layer, read};

use crate::engine::tone::palettes::Background;
use crate::engine::tone::rgb::Rgb;

/// Mark in every picture: only files with it are replaced.
pub const GENERATOR: &str = "Legend by Trailglow";

/// Contents of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendPicture {
    /// Title with the unit.
    pub title: String,
    /// Background for which the palette is made.
    pub background: Background,
    /// Colours of the palette, in equal steps; empty for classes.
    pub colours: Vec<Rgb>,
    /// Labels with palette positions, 0 to 1, ascending.
    pub labels: Vec<(String, f32)>,
    /// Names and colours of classes.
    pub classes: Vec<(String, Rgb)>,
}

/// Size of a picture in pixels.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// A part of a picture, in pixels from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub enum Mark {
    /// Colours from left to right.
    Ramp { x: u32, y: u32, width: u32, height: u32, colours: Vec<Rgb> },
    /// Text, whose middle is at `x` if `is_centred`, else its start.
    Text { x: u32, y: u32, text: String, is_centred: bool, colour: Rgb },
}

/// Width of a letter and height of a line of text.
pub const LETTER: [u32; 2] = [6, 16];

const MARGIN: u32 = 12;
const WIDTH: u32 = 360;
const RAMP_HEIGHT: u32 = 14;
/// Distance of parts.
const GAP: u32 = 6;
/// Height of the row of a class.
const ROW: u32 = 20;

impl LegendPicture {
    /// Colours of paper and ink.
    pub fn paper_and_ink(&self) -> [Rgb; 2] {
        match self.background {
            Background::Dark | Background::Any => [[18, 18, 20], [232, 230, 226]],
            Background::Light => [[250, 248, 244], [38, 36, 34]],
        }
    }

    /// Size and parts of the picture.
    pub fn marks(&self) -> (Size, Vec<Mark>) {
        let [_, ink] = self.paper_and_ink();
        let text = |x, y, text: &str, is_centred| Mark::Text { x, y, text: text.to_owned(), is_centred, colour: ink };
        let mut marks = vec![text(MARGIN, MARGIN, &self.title, false)];
        let mut y = MARGIN + LETTER[1] + GAP;
        if !self.colours.is_empty() {
            let width = WIDTH - 2 * MARGIN;
            marks.push(Mark::Ramp { x: MARGIN, y, width, height: RAMP_HEIGHT, colours: self.colours.clone() });
            y += RAMP_HEIGHT + GAP / 2;
            marks.extend(self.fitting_labels().into_iter().map(|(middle, label)| text(middle, y, label, true)));
            y += LETTER[1] + GAP;
        }
        for (name, colour) in &self.classes {
            let dot = vec![*colour];
            marks.push(Mark::Ramp { x: MARGIN, y: y + 3, width: RAMP_HEIGHT, height: RAMP_HEIGHT, colours: dot });
            marks.push(text(MARGIN + RAMP_HEIGHT + GAP, y + 2, name, false));
            y += ROW;
        }
        (Size { width: WIDTH, height: y + MARGIN - GAP }, marks)
    }

    /// Middles of the labels that do not overlap. The first and the last have precedence.
    fn fitting_labels(&self) -> Vec<(u32, &str)> {
        let label = |(text, position): &'_ (String, f32)| {
            let half = text.chars().count() as u32 * LETTER[0] / 2;
            let middle = MARGIN + (position * (WIDTH - 2 * MARGIN) as f32) as u32;
            middle.clamp(MARGIN + half, (WIDTH - MARGIN).saturating_sub(half).max(MARGIN + half))
        };
        let spans: Vec<(u32, u32)> = (self.labels.iter())
            .map(|entry| (label(entry), entry.0.chars().count() as u32 * LETTER[0] / 2 + 4))
            .collect();
        let order = [0, spans.len().saturating_sub(1)].into_iter().chain(0..spans.len());
        let mut placed: Vec<usize> = Vec::new();
        for index in order.filter(|index| *index < spans.len()) {
            let (middle, half) = spans[index];
            let is_free = |other: &usize| middle.abs_diff(spans[*other].0) >= half + spans[*other].1;
            if placed.iter().all(is_free) {
                placed.push(index);
            }
        }
        placed.sort_unstable();
        placed.into_iter().map(|index| (spans[index].0, self.labels[index].0.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(labels: &[(&str, f32)]) -> LegendPicture {
        LegendPicture {
            title: "Visits".to_owned(),
            background: Background::Dark,
            colours: vec![[0; 3], [255; 3]],
            labels: labels.iter().map(|(text, position)| ((*text).to_owned(), *position)).collect(),
            classes: vec![("Ride <&>".to_owned(), [1, 2, 3])],
        }
    }

    #[test]
    fn labels_do_not_overlap_and_the_ends_have_precedence() {
        let picture = picture(&[("1", 0.0), ("2", 0.01), ("1000000", 0.97), ("2000000", 1.0)]);
        let labels: Vec<&str> = picture.fitting_labels().into_iter().map(|(_, text)| text).collect();
        assert_eq!(labels, ["1", "2000000"]);
    }

    #[test]
    fn both_formats_have_the_size_of_the_layout() {
        let picture = picture(&[("1", 0.0), ("50", 0.5)]);
        let (size, marks) = picture.marks();
        assert_eq!(marks.len(), 6);
        let svg = svg::svg(&picture);
        assert!(svg.contains(&format!("viewBox=\"0 0 {} {}\"", size.width, size.height)), "{svg}");
        assert!(svg.contains("Ride &lt;&amp;&gt;") && svg.contains("#010203"), "{svg}");
        let bytes = png::png(&picture).expect("a PNG");
        let info = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG").info().clone();
        assert_eq!((info.width, info.height), (2 * size.width, 2 * size.height));
    }
}
