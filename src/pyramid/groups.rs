//! Which layers are drawn together: those of one simplification, drawn in full or in part.

use super::incremental::{Reused, ReusedGroup};
use crate::collection::MapLayer;
use crate::engine::drawing::Drawing;
use crate::engine::geometry::simplify::Simplification;

/// Layers with equal pixels, of which only the first is drawn.
pub struct Pixels(Vec<usize>);

/// Layers that are drawn together.
pub struct Group<'a> {
    /// Number of the simplification.
    pub variant: usize,
    /// True for the first group of its simplification. Its plan lists the tiles of all activities; that of another
    /// group of the same simplification would list them again.
    pub is_first_of_variant: bool,
    /// Numbers of the layers.
    pub layers: Vec<usize>,
    /// Drawings of these layers.
    pub drawings: Vec<Drawing>,
    /// Reused tiles; `None` draws all tiles.
    pub reused: Option<ReusedGroup<'a>>,
}

impl Pixels {
    /// Compares the drawings of some layers.
    pub fn of_layers(layers: &[MapLayer]) -> Self {
        let source = |number: usize| {
            let same = |other: &MapLayer| other.drawing.has_pixels_of(&layers[number].drawing);
            layers.iter().position(same).unwrap_or(number)
        };
        Self((0..layers.len()).map(source).collect())
    }

    /// Number of the layer that is drawn for a layer: the layer itself or one before.
    pub fn source(&self, layer: usize) -> usize {
        self.0[layer]
    }

    /// Numbers of the layers that are drawn.
    pub fn drawn(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(number, source)| number == *source).map(|(number, _)| number)
    }
}

impl<'a> Group<'a> {
    /// Names of the layers, or their number.
    pub fn title(&self) -> String {
        let names: Vec<&str> = self.drawings.iter().map(|drawing| drawing.layer.name).collect();
        if names.len() > 2 { format!("{} layers", names.len()) } else { names.join(" and ") }
    }

    /// Reused tiles of the layer at `index` of the group.
    pub fn reused_of(&self, index: usize) -> Option<&'a Reused> {
        self.reused.as_ref().map(|reused| reused.layer(index))
    }
}

/// Groups of all drawn layers. Layers drawn in full come before those drawn in part.
pub fn groups<'a>(
    layers: &[MapLayer],
    pixels: &Pixels,
    simplifications: &[Simplification],
    reused: &'a [Option<Reused>],
) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for (variant, simplification) in simplifications.iter().enumerate() {
        let mut is_first_of_variant = true;
        for is_partial in [false, true] {
            let is_member = |number: &usize| {
                let is_reused = reused.get(*number).is_some_and(Option::is_some);
                layers[*number].drawing.layer.simplify == *simplification && is_reused == is_partial
            };
            let members: Vec<usize> = pixels.drawn().filter(is_member).collect();
            if members.is_empty() {
                continue;
            }
            let reused_members: Vec<&Reused> =
                members.iter().filter_map(|number| reused.get(*number)?.as_ref()).collect();
            groups.push(Group {
                variant,
                is_first_of_variant,
                drawings: members.iter().map(|number| layers[*number].drawing.clone()).collect(),
                layers: members,
                reused: is_partial.then(|| ReusedGroup::new(reused_members)),
            });
            is_first_of_variant = false;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;

    #[test]
    fn layers_with_equal_pixels_are_drawn_once() {
        let layers: Vec<MapLayer> = LAYERS.iter().map(|layer| MapLayer::new(layer, &[], &[], None)).collect();
        let pixels = Pixels::of_layers(&layers);
        let number = |name: &str| LAYERS.iter().position(|layer| layer.name == name).expect(name);
        for (name, source) in
            [("frequency-linear", "frequency"), ("top", "frequency"), ("passes", "passes"), ("hill", "grade")]
        {
            assert_eq!(pixels.source(number(name)), number(source), "{name}");
        }
        assert_eq!(pixels.drawn().count(), LAYERS.len() - 3);
        let simplifications = [Simplification::Shape, Simplification::Motion];
        let groups = groups(&layers, &pixels, &simplifications, &[]);
        assert_eq!(groups.len(), 2);
        let summed = ["passes", "time", "pace", "heart-rate", "grade", "climb", "elevation"];
        assert_eq!(groups[1].layers, summed.map(number));
        assert_eq!([groups[0].title(), groups[1].title()], ["10 layers", "7 layers"]);
    }
}
