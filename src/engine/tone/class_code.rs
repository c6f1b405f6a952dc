//! Class × clarity × visits ↔ 8-bit level: for layers that show which class of activities leads.

use super::heat_code::HeatCode;

/// Largest number of classes.
pub const CLASSES: usize = 8;

/// Number of clarities: how clearly the leading class leads.
pub const CLARITIES: u8 = 3;

/// Level code of classes: level 0 is empty; then, class by class and clarity by clarity, the levels of all visits above
/// 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassCode {
    /// Number of classes, at most [`CLASSES`].
    pub classes: u8,
    /// Code of the visits of all classes, with few levels.
    pub visits: HeatCode,
}

/// Parts of a level of a class layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassParts {
    /// Class with the most visits.
    pub class: u8,
    /// 0 to [`CLARITIES`] - 1.
    pub clarity: u8,
    /// Level of the visits of all classes, in the code of the visits; not 0.
    pub visits: u8,
}

impl ClassCode {
    /// Level of a pixel with these visits of each class; the first of equal classes leads.
    ///
    /// Clarity is the share of the leading class minus the share of all others, in steps of a half.
    #[inline(always)]
    pub fn encode(self, visits: [f32; CLASSES]) -> u8 {
        let (mut all, mut lead, mut class) = (0.0, 0.0, 0);
        for (number, visits) in visits.into_iter().enumerate() {
            all += visits;
            if visits > lead {
                (lead, class) = (visits, number as u8);
            }
        }
        let visits = self.visits.encode(all);
        if visits == 0 {
            return 0;
        }
        let clarity = f32::from(CLARITIES - 1) * (2.0 * lead - all) / all + 0.5;
        let clarity = if clarity > 0.0 { clarity as u8 } else { 0 };
        (class * CLARITIES + clarity.min(CLARITIES - 1)) * self.visits.max_level + visits
    }

    /// Parts of a level; level 0 has the parts of level 1.
    pub fn parts(self, level: u8) -> ClassParts {
        let (rest, visits) =
            ((level.max(1) - 1) / self.visits.max_level, (level.max(1) - 1) % self.visits.max_level + 1);
        ClassParts { class: rest / CLARITIES, clarity: rest % CLARITIES, visits }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: ClassCode =
        ClassCode { classes: 8, visits: HeatCode { unit_level: 4, per_octave: 0.75, max_level: 10 } };

    fn parts(visits: &[(usize, f32)]) -> (u8, u8, u8) {
        let mut all = [0.0; CLASSES];
        visits.iter().for_each(|&(class, visits)| all[class] = visits);
        let ClassParts { class, clarity, visits } = CODE.parts(CODE.encode(all));
        (class, clarity, visits)
    }

    #[test]
    fn the_leading_class_shows_with_its_clarity_and_all_visits() {
        assert_eq!(CODE.encode([0.0; CLASSES]), 0);
        assert_eq!(parts(&[(7, 1.0)]), (7, 2, 4));
        assert_eq!(parts(&[(2, 3.0), (5, 1.0)]), (2, 1, 6), "a half more");
        assert_eq!(parts(&[(2, 2.0), (5, 2.0)]), (2, 0, 6), "the first of equals");
        assert_eq!(parts(&[(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.2)]), (3, 0, 6), "a lead without majority");
        assert_eq!(parts(&[(4, 0.5)]), (4, 2, 2));
        assert_eq!(parts(&[(7, 1e9)]), (7, 2, 10));
    }

    #[test]
    fn levels_fit_a_byte() {
        assert_eq!(CLASSES * usize::from(CLARITIES * CODE.visits.max_level), 240);
        let levels: Vec<ClassParts> = (1..=240).map(|level| CODE.parts(level)).collect();
        assert!(levels.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
