//! A screenshot and its expected pixels.

use std::io::Cursor;

pub type Rgb = [u8; 3];

/// Browsers round colours when they draw to a canvas.
const TOLERANCE: u8 = 2;

pub struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Picture {
    /// Decodes an 8-bit RGB or RGBA PNG and drops the alpha channel.
    pub fn decode(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a picture that fits in memory")];
        let info = reader.next_frame(&mut bytes).expect("a complete PNG");
        let pixels = bytes[..info.buffer_size()].chunks_exact(info.color_type.samples()).map(|p| [p[0], p[1], p[2]]);
        Picture { width: info.width as usize, height: info.height as usize, pixels: pixels.collect() }
    }

    pub fn pixel(&self, x: usize, y: usize) -> Rgb {
        assert!(x < self.width && y < self.height, "({x}, {y}) is outside of {}x{}", self.width, self.height);
        self.pixels[y * self.width + x]
    }

    /// Panics unless a pixel has the expected colour.
    pub fn expect(&self, x: usize, y: usize, expected: Rgb) {
        self.expect_within(x, y, expected, TOLERANCE);
    }

    /// Panics unless each channel of a pixel is within `tolerance` of the expected colour.
    pub fn expect_within(&self, x: usize, y: usize, expected: Rgb, tolerance: u8) {
        let found = self.pixel(x, y);
        let is_within = found.iter().zip(expected).all(|(&found, expected)| found.abs_diff(expected) <= tolerance);
        assert!(is_within, "pixel ({x}, {y}) is {found:?} instead of {expected:?}");
    }
}

fn two_pixels() -> Picture {
    Picture { width: 2, height: 1, pixels: vec![[10, 20, 30], [200, 100, 0]] }
}

#[test]
fn a_similar_colour_passes() {
    two_pixels().expect(0, 0, [10, 20, 30]);
    two_pixels().expect(1, 0, [198, 102, 2]);
}

#[test]
#[should_panic(expected = "pixel (1, 0) is [200, 100, 0] instead of [200, 100, 3]")]
fn a_channel_beyond_the_tolerance_fails() {
    two_pixels().expect(1, 0, [200, 100, 3]);
}

#[test]
#[should_panic(expected = "outside")]
fn a_pixel_outside_the_picture_fails() {
    two_pixels().expect(2, 0, [200, 100, 0]);
}
