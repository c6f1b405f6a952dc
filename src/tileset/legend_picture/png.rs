//! A legend as PNG, with two pixels per pixel of the layout, for sharp screens.

use anyhow::Result;
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};

use super::{GENERATOR, LETTER, LegendPicture, Mark, Size};
use crate::engine::tone::rgb::Rgb;

/// Pixels per pixel of the layout.
const SCALE: u32 = 2;

/// Character in place of those that the font lacks.
const UNKNOWN: char = '?';

/// Draws a legend as PNG.
///
/// # Errors
/// If the encoder fails.
pub fn png(picture: &LegendPicture) -> Result<Vec<u8>> {
    let (Size { width, height }, marks) = picture.marks();
    let [paper, _] = picture.paper_and_ink();
    let mut canvas = Canvas { width: width * SCALE, pixels: vec![paper; (width * height * SCALE * SCALE) as usize] };
    marks.iter().for_each(|mark| canvas.draw(mark));
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width * SCALE, height * SCALE);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.add_text_chunk("Software".to_owned(), GENERATOR.to_owned())?;
    encoder.write_header()?.write_image_data(canvas.pixels.as_flattened())?;
    Ok(bytes)
}

struct Canvas {
    width: u32,
    pixels: Vec<Rgb>,
}

impl Canvas {
    fn draw(&mut self, mark: &Mark) {
        match mark {
            Mark::Ramp { x, y, width, height, colours } => {
                let [x, y, width, height] = [x, y, width, height].map(|length| length * SCALE);
                for column in 0..width {
                    let place = column as f32 / (width - 1).max(1) as f32 * (colours.len() - 1) as f32;
                    let (before, after) = (place as usize, (place as usize + 1).min(colours.len() - 1));
                    let colour = mixed(colours[before], colours[after], place.fract());
                    (0..height).for_each(|row| self.mix(x + column, y + row, colour, 1.0));
                }
            }
            Mark::Text { x, y, text, is_centred, colour } => {
                let letters = text.chars().count() as u32;
                let start = x * SCALE - if *is_centred { letters * LETTER[0] * SCALE / 2 } else { 0 };
                for (letter, number) in text.chars().zip(0..) {
                    self.letter(letter, [start + number * LETTER[0] * SCALE, y * SCALE], *colour);
                }
            }
        }
    }

    fn letter(&mut self, letter: char, [x, y]: [u32; 2], colour: Rgb) {
        let raster = |letter| get_raster(letter, FontWeight::Regular, RasterHeight::Size24);
        let Some(raster) = raster(letter).or_else(|| raster(UNKNOWN)) else { return };
        // In the middle of the line.
        let y = y + (LETTER[1] * SCALE).saturating_sub(raster.height() as u32) / 2;
        for (row, intensities) in (0..).zip(raster.rows()) {
            for (column, intensity) in (0..).zip(intensities) {
                self.mix(x + column, y + row, colour, f32::from(*intensity) / 255.0);
            }
        }
    }

    /// Mixes a colour into a pixel; nothing beyond the canvas.
    fn mix(&mut self, x: u32, y: u32, colour: Rgb, share: f32) {
        let place = (x < self.width).then(|| (y * self.width + x) as usize);
        if let Some(pixel) = place.and_then(|place| self.pixels.get_mut(place)) {
            *pixel = mixed(*pixel, colour, share);
        }
    }
}

fn mixed(from: Rgb, to: Rgb, share: f32) -> Rgb {
    let channel = |channel: usize| f32::from(from[channel]) * (1.0 - share) + f32::from(to[channel]) * share;
    std::array::from_fn(|i| channel(i).round() as u8)
}
