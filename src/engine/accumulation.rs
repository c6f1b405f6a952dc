//! How activities add up to the value of a pixel. The rasters match these enums exhaustively, so that a new variant
//! does not compile until every raster draws it.

use crate::engine::quantum::Rounding;

/// Number of sums per pixel.
pub const CHANNELS: usize = 1;

#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accumulation {
    pub per_activity: PerActivity,
    pub combine: Combine,
    pub finish: Finish,
}

/// Contribution of one activity to a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerActivity {
    /// Profile of the line at the smallest distance: an activity counts once, however often it passes.
    Nearest,
    /// Integral of the profile along the line: every pass counts.
    Integral,
}

/// Combination of the contributions of several activities.
#[expect(missing_docs, reason = "the variant names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    Sum,
}

impl Combine {
    /// Combined value after one more contribution. Sums are shifted.
    #[inline(always)]
    pub fn apply(self, combined: f64, contribution: f32, rounding: Rounding) -> f64 {
        match self {
            Self::Sum => rounding.add(combined, contribution),
        }
    }
}

/// Step from the sums to the value of a pixel.
#[expect(missing_docs, reason = "the variant names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Identity,
}

impl Finish {
    #[expect(missing_docs, reason = "the name says it")]
    #[inline(always)]
    pub fn value(self, sums: [f32; CHANNELS]) -> f32 {
        match self {
            Self::Identity => sums[0],
        }
    }
}
