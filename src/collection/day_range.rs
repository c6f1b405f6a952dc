//! Range of days, divided into steps: the newer, the finer.

use crate::activity::calendar::date_of_day;
use crate::engine::tone::step_code::STEPS;
use crate::selection::moment::month_around;

/// Days since 1970, from the first day of a month to the last day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    first: i32,
    last: i32,
}

impl DayRange {
    /// Whole months around some days; `None` without days.
    pub fn around(days: impl Iterator<Item = i32>) -> Option<Self> {
        let [first, last] = days.fold(None, |range: Option<[i32; 2]>, day| {
            Some(range.map_or([day; 2], |[first, last]| [first.min(day), last.max(day)]))
        })?;
        Some(Self { first: month_around(first)[0], last: month_around(last)[1] })
    }

    /// First and last day.
    pub fn days(self) -> [i32; 2] {
        [self.first, self.last]
    }

    /// Both months, as `2015-03 to 2026-11`.
    pub fn text(self) -> String {
        let [first, last] = self.days().map(|day| date_of_day(day.into()));
        format!("{} to {}", &first[..first.len() - 3], &last[..last.len() - 3])
    }

    /// Step of a day. Steps are even in the square root of the age: of ten years, the newest steps have three days, the
    /// oldest 200.
    pub fn step(self, day: i32) -> u8 {
        let steps = f64::from(STEPS);
        (steps - 1.0 - (steps * self.age(day).sqrt()).floor()).max(0.0) as u8
    }

    /// Palette position of a day: that of its step, but without rounding.
    pub fn position(self, day: i32) -> f32 {
        let steps = f64::from(STEPS);
        ((1.0 - self.age(day).sqrt()) * steps / (steps - 1.0)).min(1.0) as f32
    }

    /// Days before the last day, as a share of the range: 0 to 1.
    fn age(self, day: i32) -> f64 {
        (f64::from(self.last - day.clamp(self.first, self.last))) / f64::from((self.last - self.first).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_whole_months() {
        // 2024-02-10 and 2026-01-31.
        let range = DayRange::around([20_484, 19_763].into_iter());
        assert_eq!(range.map(DayRange::days), Some([19_754, 20_484]));
        assert_eq!(DayRange::around(std::iter::empty()), None);
    }

    proptest! {
        #[test]
        fn steps_ascend_and_resolve_recent_days_finer(first in -10_000i32..20_000, length in 27i32..20_000) {
            let range = DayRange { first, last: first + length };
            let steps: Vec<u8> = (first..=first + length).map(|day| range.step(day)).collect();
            prop_assert!(steps.is_sorted());
            prop_assert_eq!((steps[0], steps[steps.len() - 1]), (0, STEPS - 1));
            let days_of = |step: u8| steps.iter().filter(|other| **other == step).count();
            prop_assert!((1..STEPS - 1).all(|step| days_of(step) + 1 >= days_of(step + 1)));
            for (day, step) in (first..).zip(&steps) {
                let position = range.position(day) * f32::from(STEPS - 1);
                prop_assert!((position - 0.5 - f32::from(*step)).abs() <= 0.501, "{} {}", position, step);
            }
        }
    }

    #[test]
    fn a_month_and_days_outside_have_steps() {
        let range = DayRange { first: 100, last: 127 };
        assert_eq!([0, 100, 127, 500].map(|day| range.step(day)), [0, 0, 35, 35]);
    }
}
