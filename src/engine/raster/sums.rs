//! Exact pixels of a tile: sums and maxima before they are encoded as levels.

use super::Levels;
use crate::engine::drawing::Drawing;
use crate::engine::layer::Layer;
use crate::engine::tone::class_code::CLASSES;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::step_code::StepPixel;
use crate::engine::tone::value_code::ValuePixel;

/// Pixels of a tile, plane after plane, each `tile_size * tile_size` numbers row by row from the north-west: the sum in
/// quanta; one sum for each class; the two maxima of steps; or the sums of the weights and of each value. For any split of the activities, the parts
/// [add up](Self::add) to the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Planes of sums or maxima.
    pub planes: Vec<Vec<u64>>,
}

/// Receives each tile of each drawing once, as the indices of both and the sums, from any thread and in any order. An
/// error stops the raster.
pub type EmitSums<'a> = &'a (dyn Fn(usize, usize, Sums) -> anyhow::Result<()> + Sync);

impl Sums {
    /// Adds the pixels of the same tile, drawn from other activities in the same layer.
    pub fn add(&mut self, other: &Self, layer: &Layer) {
        let combine = match layer.code {
            LevelCode::Heat(_) | LevelCode::Class(_) | LevelCode::Value(_) => |a: u64, b: u64| a + b,
            LevelCode::Step(_) => |a: u64, b: u64| a.max(b),
        };
        for (plane, other) in self.planes.iter_mut().zip(&other.planes) {
            plane.iter_mut().zip(other).for_each(|(number, more)| *number = combine(*number, *more));
        }
    }

    /// Encodes the pixels as levels, like the CPU.
    pub fn levels(&self, &Drawing { layer, range, .. }: &Drawing) -> Levels {
        let unit = f64::from(layer.quantum.per_unit());
        let value = |plane: usize, pixel: usize| {
            self.planes.get(plane).map_or(0.0, |plane| (plane[pixel] as f64 / unit) as f32)
        };
        let level = |pixel: usize| match layer.code {
            LevelCode::Heat(code) => code.encode(value(0, pixel)),
            LevelCode::Class(code) => code.encode(std::array::from_fn::<f32, CLASSES, _>(|class| value(class, pixel))),
            LevelCode::Step(code) => {
                let [firm, best] = [0, 1].map(|plane: usize| self.planes[plane][pixel] as u32);
                code.encode(StepPixel { firm, best })
            }
            LevelCode::Value(code) => {
                let values = [1, 2].map(|plane| value(plane, pixel));
                code.encode(ValuePixel { weight: value(0, pixel), values }, range)
            }
        };
        Levels::from_pixels((0..self.planes[0].len()).map(level).collect())
    }
}
