//! Tone mapping: heat → level → palette position → colour.

mod apart_colours;
pub mod class_code;
pub mod class_colours;
pub mod colour;
pub mod curve;
pub mod heat_code;
pub mod histogram;
pub mod level_code;
pub mod normalize;
pub mod palette;
pub mod palettes;
pub mod rgb;
pub mod step_code;
pub mod value_code;
