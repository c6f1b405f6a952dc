//! Colour: levels to colours, for pictures that are not palette PNGs.

use super::color::Rgba;
use super::normalize::Tone;

/// The colour of every level of a picture.
pub fn colour(levels: &[u8], tone: &Tone) -> Vec<Rgba> {
    levels.iter().map(|&level| tone.entries[usize::from(level)]).collect()
}
