//! Step × presence ↔ 8-bit level: for layers that show a value of one activity, such as a date.
//!
//! A pixel shows the preferred value of the activities whose profile there is at least one half, or, if there is none,
//! the value of the activity with the largest profile. Its presence is the largest profile of all, so the edge of a
//! line fades, and the edge of one line never covers the core of another.

/// Number of steps of a value.
pub const STEPS: u8 = 36;

/// Number of presences above 0.
pub const PRESENCES: u8 = 7;

/// Bits of a rank: of the values 0 to 63.
pub const RANK_BITS: u32 = 6;

/// Profile 1 as a whole number; 16 bits of profile and a rank are exact in f32.
pub const WHOLE_PRESENCE: u32 = 65_535;

/// Smallest profile at which an activity competes with its value alone.
pub const FIRM_PRESENCE: f32 = 0.5;

/// Value that a pixel prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// The largest: the newest date.
    Largest,
    /// The smallest: the oldest date.
    Smallest,
}

/// Level code of steps: level 0 is empty, then [`PRESENCES`] levels per step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepCode {
    /// Value that a pixel prefers.
    pub preference: Preference,
}

/// A pixel of a step layer: two maxima over its activities, so that order and split of the activities change nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepPixel {
    /// 1 + largest rank of the activities with at least [`FIRM_PRESENCE`]; 0 if there is none.
    pub firm: u32,
    /// Largest `presence << RANK_BITS | rank`, with presences up to [`WHOLE_PRESENCE`].
    pub best: u32,
}

impl StepCode {
    /// XOR mask between values and ranks; the pixel prefers the largest rank.
    #[inline(always)]
    pub fn rank_mask(self) -> u32 {
        match self.preference {
            Preference::Largest => 0,
            Preference::Smallest => (1 << RANK_BITS) - 1,
        }
    }

    /// Level of a pixel.
    #[inline(always)]
    pub fn encode(self, StepPixel { firm, best }: StepPixel) -> u8 {
        let rank = if firm > 0 { firm - 1 } else { best & ((1 << RANK_BITS) - 1) };
        let (whole, presences) = (WHOLE_PRESENCE, u32::from(PRESENCES));
        let presence = ((best >> RANK_BITS) * presences + whole / 2) / whole;
        let step = (rank ^ self.rank_mask()).min(u32::from(STEPS) - 1);
        if presence > 0 { (step * presences + presence) as u8 } else { 0 }
    }

    /// Step and presence of a level above 0; presence 1 to [`PRESENCES`].
    pub fn parts(self, level: u8) -> (u8, u8) {
        ((level.max(1) - 1) / PRESENCES, (level.max(1) - 1) % PRESENCES + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: StepCode = StepCode { preference: Preference::Largest };
    const OLDEST: StepCode = StepCode { preference: Preference::Smallest };

    #[test]
    fn every_step_and_presence_has_a_level() {
        let mut levels = Vec::new();
        for (step, presence) in (0..36u32).flat_map(|step| (1..=7u32).map(move |presence| (step, presence))) {
            let best = (presence * WHOLE_PRESENCE / 7) << RANK_BITS | step;
            let level = NEWEST.encode(StepPixel { firm: 0, best });
            assert_eq!(NEWEST.parts(level), (step as u8, presence as u8));
            levels.push(level);
        }
        assert!(levels.is_sorted() && levels.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!((levels[0], levels[251]), (1, 252));
    }

    #[test]
    fn firm_values_win_over_larger_presences() {
        let whole = WHOLE_PRESENCE << RANK_BITS;
        assert_eq!(NEWEST.parts(NEWEST.encode(StepPixel { firm: 31, best: whole | 3 })), (30, 7));
        assert_eq!(
            NEWEST.parts(NEWEST.encode(StepPixel { firm: 0, best: (WHOLE_PRESENCE / 4) << RANK_BITS | 3 })).0,
            3
        );
        assert_eq!(OLDEST.parts(OLDEST.encode(StepPixel { firm: 0, best: whole | (3 ^ 63) })), (3, 7));
        assert_eq!(NEWEST.encode(StepPixel { firm: 0, best: 17 }), 0, "a rank alone is no presence");
    }
}
