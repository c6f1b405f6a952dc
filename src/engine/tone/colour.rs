//! Colour: levels to colours, for pictures that are not palette PNGs.

use super::normalize::ColourTable;
use super::rgb::Rgba;

/// The colour of every level of a picture.
pub fn colour(levels: &[u8], colour_table: &ColourTable) -> Vec<Rgba> {
    levels.iter().map(|&level| colour_table.entries[usize::from(level)]).collect()
}
