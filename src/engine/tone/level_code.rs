//! Codes between pixels and 8-bit levels.

use super::class_code::{ClassCode, ClassParts};
use super::heat_code::HeatCode;
use super::step_code::{PRESENCES, StepCode};
use super::value_code::ValueCode;

/// How activities combine in a pixel, and the level of the result. Level 0 is an empty pixel in every code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LevelCode {
    /// Sum of visits or passes.
    Heat(HeatCode),
    /// Sum of visits for each class; the class with the most leads.
    Class(ClassCode),
    /// Largest or smallest value, and largest presence.
    Step(StepCode),
    /// Mean of a quantity, and presence.
    Value(ValueCode),
}

/// Parts of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelParts {
    /// Level of the heat.
    Heat(u8),
    /// Leading class, its clarity, level of the visits.
    Class(ClassParts),
    /// Step and presence.
    Step(u8, u8),
    /// Step of a mean, and presence.
    Value(u8, u8),
    /// Steps of two means, and presence.
    Apart([u8; 2], u8),
}

impl LevelCode {
    /// Number of sums of a pixel; step codes have maxima instead, and count as one.
    pub fn channels(self) -> usize {
        match self {
            Self::Heat(_) | Self::Step(_) => 1,
            Self::Class(code) => code.classes.into(),
            Self::Value(code) => 1 + code.values(),
        }
    }

    /// Number of channels to which activities are drawn apart: each class. Means draw all their sums at once.
    pub fn drawn_channels(self) -> usize {
        match self {
            Self::Value(_) => 1,
            _ => self.channels(),
        }
    }

    /// Code of the heat; `None` for codes without heat.
    pub fn heat_code(self) -> Option<HeatCode> {
        match self {
            Self::Heat(code) => Some(code),
            Self::Class(code) => Some(code.visits),
            Self::Step(_) | Self::Value(_) => None,
        }
    }

    /// Parts of a level above 0.
    pub fn parts(self, level: u8) -> LevelParts {
        match self {
            Self::Heat(_) => LevelParts::Heat(level),
            Self::Class(code) => LevelParts::Class(code.parts(level)),
            Self::Step(code) => {
                let (step, presence) = code.parts(level);
                LevelParts::Step(step, presence)
            }
            Self::Value(code) => {
                let (step, presence) = code.parts(level);
                match code {
                    ValueCode::Single | ValueCode::Sum => LevelParts::Value(step, presence),
                    ValueCode::Apart => LevelParts::Apart(ValueCode::apart(step), presence),
                }
            }
        }
    }

    /// Largest difference of the parts of two levels; `None` if they show other classes or steps.
    pub fn difference(self, a: u8, b: u8) -> Option<u8> {
        if (a == 0) != (b == 0) {
            // Next to an empty pixel is the lowest level of any class or step.
            return Some(match self.parts(a.max(b)) {
                LevelParts::Heat(level) => level,
                LevelParts::Class(parts) => parts.visits,
                LevelParts::Step(_, presence) | LevelParts::Value(_, presence) | LevelParts::Apart(_, presence) => {
                    presence
                }
            });
        }
        match (self.parts(a), self.parts(b)) {
            (LevelParts::Heat(a), LevelParts::Heat(b)) => Some(a.abs_diff(b)),
            (LevelParts::Class(a), LevelParts::Class(b)) => {
                (a.class == b.class).then(|| a.visits.abs_diff(b.visits).max(a.clarity.abs_diff(b.clarity)))
            }
            (LevelParts::Step(a, presence_a), LevelParts::Step(b, presence_b)) => {
                (a == b).then(|| presence_a.abs_diff(presence_b))
            }
            (LevelParts::Value(a, presence_a), LevelParts::Value(b, presence_b)) => {
                Some(a.abs_diff(b).max(presence_a.abs_diff(presence_b)))
            }
            (LevelParts::Apart(a, presence_a), LevelParts::Apart(b, presence_b)) => {
                let steps = a.into_iter().zip(b).map(|(a, b)| a.abs_diff(b)).max();
                steps.max(Some(presence_a.abs_diff(presence_b)))
            }
            _ => None,
        }
    }

    /// Opacity of a level, 0 to 1: less than 1 at the soft edge of lines.
    pub fn opacity(self, level: u8) -> f32 {
        let share = |part: u8, whole: u8| (f32::from(part) / f32::from(whole)).min(1.0);
        match (self, self.parts(level)) {
            _ if level == 0 => 0.0,
            (Self::Heat(code), _) => share(level, code.unit_level),
            (Self::Class(code), LevelParts::Class(parts)) => share(parts.visits, code.visits.unit_level),
            (_, LevelParts::Step(_, presence) | LevelParts::Value(_, presence) | LevelParts::Apart(_, presence)) => {
                share(presence, PRESENCES)
            }
            (_, LevelParts::Heat(_) | LevelParts::Class(_)) => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::layer::LAYERS;

    #[test]
    fn only_level_0_is_transparent_and_every_code_reaches_full_opacity() {
        for layer in LAYERS {
            let opacities: Vec<f32> = (0..=255).map(|level| layer.code.opacity(level)).collect();
            assert_eq!(opacities[0], 0.0, "{}", layer.name);
            assert!(opacities[1..].iter().all(|opacity| *opacity > 0.0 && *opacity <= 1.0), "{}", layer.name);
            assert!(opacities.contains(&1.0), "{}", layer.name);
        }
    }

    #[test]
    fn parts_are_compared_apart() {
        let code = |name: &str| LAYERS.iter().find(|layer| layer.name == name).map(|layer| layer.code).expect(name);
        assert_eq!([(3, 3), (3, 5), (0, 2)].map(|(a, b)| code("passes").difference(a, b)), [Some(0), Some(2), Some(2)]);
        let step = |step: u8, presence: u8| 7 * step + presence;
        let pairs = [(step(3, 7), step(3, 5)), (step(3, 7), step(4, 7)), (0, step(20, 1)), (0, step(20, 3))];
        assert_eq!(pairs.map(|(a, b)| code("first").difference(a, b)), [Some(2), None, Some(1), Some(3)]);
        let class = |class: u8, clarity: u8, visits: u8| 30 * class + 10 * clarity + visits;
        let pairs = [(class(1, 0, 4), class(1, 2, 5)), (class(1, 0, 4), class(2, 0, 4)), (0, class(7, 2, 1))];
        assert_eq!(pairs.map(|(a, b)| code("hour").difference(a, b)), [Some(2), None, Some(1)]);
    }

    #[test]
    fn opacity_is_the_share_of_a_visit() {
        let opacity =
            |name: &str, level| LAYERS.iter().find(|layer| layer.name == name).map(|layer| layer.code.opacity(level));
        assert_eq!(
            ["frequency", "recency", "sport"].map(|name| opacity(name, 2)),
            [Some(0.125), Some(2.0 / 7.0), Some(0.5)]
        );
    }
}
