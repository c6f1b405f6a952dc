//! Input of a raster for one layer: the row of the layer, and the value of each activity.

use super::layer::Layer;

/// Code of an activity that a drawing leaves out.
pub const LEFT_OUT: u8 = u8::MAX;

/// A layer with the values of the activities.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Row of the layer.
    pub layer: &'static Layer,
    /// Value of each activity by its number: a class or a step, or [`LEFT_OUT`]. `None` draws all activities with value
    /// 0.
    pub values: Option<Vec<u8>>,
    /// Range of the steps of a layer of means, as shares of the scale of its quantity.
    pub range: [f32; 2],
}

impl Drawing {
    /// Draws all activities, for layers without values; of layers of means with steps of the whole scale.
    pub fn of_all(layer: &'static Layer) -> Self {
        Self { layer, values: None, range: [0.0, 1.0] }
    }

    /// Value of an activity; `None` if the drawing leaves the activity out.
    #[inline]
    pub fn value_of(&self, activity: u32) -> Option<u8> {
        match &self.values {
            None => Some(0),
            Some(values) => values.get(activity as usize).copied().filter(|&value| value != LEFT_OUT),
        }
    }

    /// Returns true if the pixels of both drawings are equal, although their curves and palettes may differ.
    pub fn has_pixels_of(&self, other: &Self) -> bool {
        self.layer.accumulates_like(other.layer) && self.values == other.values && self.range == other.range
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;

    #[test]
    fn activities_without_value_are_left_out() {
        let some = Drawing { values: Some(vec![3, LEFT_OUT, 0]), ..Drawing::of_all(&LAYERS[0]) };
        assert_eq!([0, 1, 2, 3].map(|activity| some.value_of(activity)), [Some(3), None, Some(0), None]);
        assert_eq!(Drawing::of_all(&LAYERS[0]).value_of(7), Some(0));
        assert!(!some.has_pixels_of(&Drawing::of_all(&LAYERS[0])));
    }
}
