//! Levels to colours, for output other than palette PNGs.

use super::normalize::ColourTable;
use super::rgb::Rgba;

/// Colour of every pixel of a picture of levels.
pub fn colour(levels: &[u8], colour_table: &ColourTable) -> Vec<Rgba> {
    levels.iter().map(|&level| colour_table.entries[usize::from(level)]).collect()
}
