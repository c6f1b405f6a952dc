//! Tone mapping: heat → level → palette position → colour.

pub mod colour;
pub mod curve;
pub mod heat_code;
pub mod histogram;
pub mod level_code;
pub mod normalize;
pub mod palette;
pub mod palettes;
pub mod rgb;
