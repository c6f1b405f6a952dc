//! Unit of layers of passes: an edge adds its length, in pixels along the blur.

/// Weight of an edge of a length in pixels; a dot adds nothing.
#[inline(always)]
pub fn weight(length: f32) -> f32 {
    if length > 0.0 { 1.0 } else { 0.0 }
}
