//! The algebra of a pixel: what an activity gives it, how activities combine, what comes of the sums.
//!
//! A layer's row names the three. The rasters take each apart exhaustively, so that a new way is no row alone: every place
//! that must learn to draw it fails to compile.

/// Sums that are kept for a pixel.
pub const CHANNELS: usize = 1;

/// How the value of a pixel comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accumulation {
    /// What one activity gives a pixel.
    pub per_activity: PerActivity,
    /// How several activities come together.
    pub combine: Combine,
    /// What is made of the sums.
    pub finish: Finish,
}

/// What one activity gives a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerActivity {
    /// The profile of the line at the least distance: an activity counts once, however often it passes.
    Nearest,
    /// The integral of the profile along the line: every pass counts.
    Integral,
}

/// How several activities come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// They are added up.
    Sum,
}

impl Combine {
    /// What is kept after one more activity.
    #[inline(always)]
    pub fn apply(self, sum: f32, value: f32) -> f32 {
        match self {
            Self::Sum => sum + value,
        }
    }
}

/// What is made of the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The first sum is the value.
    Identity,
}

impl Finish {
    /// The value of a pixel.
    #[inline(always)]
    pub fn value(self, sums: [f32; CHANNELS]) -> f32 {
        match self {
            Self::Identity => sums[0],
        }
    }
}
