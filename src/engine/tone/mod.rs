//! Tone: heat to levels, levels to a curve, a curve and a palette to colours.

pub mod colour;
pub mod curve;
pub mod heat_code;
pub mod histogram;
pub mod level_code;
pub mod normalize;
pub mod palette;
pub mod palettes;
pub mod rgb;
