//! Pixels of a drawing while activities are added: sums, sums by class, maxima, or sums of weights and values.

use super::blocks::BlockRow;
use super::step_store::MaximumPlane;
use super::sum_store::{PlaneSize, SumPlane};
use crate::engine::drawing::Drawing;
use crate::engine::tone::class_code::ClassCode;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::step_code::StepCode;
use crate::engine::tone::value_code::ValueCode;

/// Pixels of a drawing, by its level code.
pub enum Store {
    /// Sums of all activities.
    Heat(HeatCode, SumPlane),
    /// Sums of the activities of each class that has any.
    Class(ClassCode, Vec<Option<SumPlane>>, PlaneSize),
    /// Maxima.
    Step(StepCode, MaximumPlane),
    /// Sums of weights and of values, see [`ValuePixel`](crate::engine::tone::value_code::ValuePixel).
    Value {
        /// Level code.
        code: ValueCode,
        /// Range of the steps.
        range: [f32; 2],
        /// Sums of the weights.
        weights: SumPlane,
        /// Sums of each value.
        values: Vec<SumPlane>,
    },
}

impl Store {
    /// Empty pixels of a tile of `size` × `size` pixels.
    pub fn new(size: usize, &Drawing { layer, range, .. }: &Drawing) -> Self {
        let plane_size = PlaneSize::new(size, layer.quantum.rounding());
        match layer.code {
            LevelCode::Heat(code) => Self::Heat(code, SumPlane::new(plane_size)),
            LevelCode::Class(code) => Self::Class(code, (0..code.classes).map(|_| None).collect(), plane_size),
            LevelCode::Step(code) => Self::Step(code, MaximumPlane::new(size)),
            LevelCode::Value(code) => Self::Value {
                code,
                range,
                weights: SumPlane::new(plane_size),
                values: (0..code.values()).map(|_| SumPlane::new(plane_size)).collect(),
            },
        }
    }

    /// Sums to which an activity of this value is added; `None` if the pixels are maxima or means.
    #[inline(always)]
    pub fn sums_of(&mut self, value: u8) -> Option<&mut SumPlane> {
        match self {
            Self::Heat(_, plane) => Some(plane),
            Self::Class(_, planes, plane_size) => {
                let plane = planes.get_mut(usize::from(value))?;
                Some(plane.get_or_insert_with(|| SumPlane::new(*plane_size)))
            }
            Self::Step(..) | Self::Value { .. } => None,
        }
    }

    /// Adds the heat of an activity of this value to some blocks of a row.
    #[inline(always)]
    pub fn add(&mut self, value: u8, row: usize, blocks: u32, heat: &BlockRow) {
        if let Self::Step(code, plane) = self {
            plane.add(u32::from(value) ^ code.rank_mask(), row, blocks, heat);
        } else if let Some(plane) = self.sums_of(value) {
            plane.add(row, blocks, heat);
        }
    }

    /// Blocks of a row that may not be empty.
    #[inline(always)]
    pub fn blocks(&self, row: usize) -> u32 {
        match self {
            Self::Heat(_, plane) => plane.blocks[row],
            Self::Class(_, planes, _) => planes.iter().flatten().fold(0, |bits, plane| bits | plane.blocks[row]),
            Self::Step(_, plane) => plane.blocks[row],
            Self::Value { weights, .. } => weights.blocks[row],
        }
    }

    /// Empties all pixels.
    pub fn clear(&mut self) {
        match self {
            Self::Heat(_, plane) => plane.clear(),
            Self::Class(_, planes, _) => planes.iter_mut().flatten().for_each(SumPlane::clear),
            Self::Step(_, plane) => plane.clear(),
            Self::Value { weights, values, .. } => {
                weights.clear();
                values.iter_mut().for_each(SumPlane::clear);
            }
        }
    }
}
