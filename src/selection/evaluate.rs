//! Evaluates conditions for all activities at once.

use fixedbitset::FixedBitSet;

use super::columns::{Column, Columns, MISSING, bits};
use super::expression::{Expression, Near, Predicate, Test};
use crate::activity::sport::SportFilter;
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{
    CanvasPosition, canvas_from_degrees, degrees_from_canvas, great_circle_metres,
};

impl Columns {
    /// Activities for which a condition holds. `home` is the longitude and latitude in degrees of home; without it, no
    /// activity is near home.
    ///
    /// # Panics
    /// If the columns lack a field of the condition, or a test does not fit the kind of its field.
    pub fn matching(&self, expression: &Expression, home: Option<(f64, f64)>) -> FixedBitSet {
        match expression {
            Expression::All(parts) => {
                let mut all = self.every();
                parts.iter().for_each(|part| all.intersect_with(&self.matching(part, home)));
                all
            }
            Expression::Any(parts) => {
                let mut any = FixedBitSet::with_capacity(self.len);
                parts.iter().for_each(|part| any.union_with(&self.matching(part, home)));
                any
            }
            Expression::Not(part) => {
                let mut none = self.matching(part, home);
                none.toggle_range(..);
                none
            }
            Expression::Test(test) => self.passing(test, home),
        }
    }

    /// All activities.
    pub fn every(&self) -> FixedBitSet {
        let mut all = FixedBitSet::with_capacity(self.len);
        all.insert_range(..);
        all
    }

    fn passing(&self, test: &Test, home: Option<(f64, f64)>) -> FixedBitSet {
        if test.predicate == Predicate::Any {
            return self.every();
        }
        let column = self.get(test.key).expect("the columns have every field of the condition");
        match (column, &test.predicate) {
            (Column::Flags(flags), Predicate::Yes) => flags.clone(),
            (Column::Numbers(numbers), Predicate::Present) => bits(numbers.iter().map(|number| !number.is_nan())),
            (Column::Numbers(numbers), Predicate::Quantities(ranges)) => {
                bits(numbers.iter().map(|number| ranges.iter().any(|range| range.holds(*number))))
            }
            (Column::Whole(numbers), Predicate::Present) => bits(numbers.iter().map(|number| *number != MISSING)),
            (Column::Whole(numbers), Predicate::Whole(ranges)) => bits(
                numbers
                    .iter()
                    .map(|number| *number != MISSING && ranges.iter().any(|[from, to]| (*from..=*to).contains(number))),
            ),
            (Column::Whole(numbers), Predicate::OneOf(mask)) => {
                bits(numbers.iter().map(|number| *number != MISSING && mask >> number & 1 == 1))
            }
            (Column::Texts(texts), Predicate::Present) => texts.with_any(|text| !text.is_empty()),
            (Column::Texts(words), Predicate::Sports(sports)) => {
                let filters: Vec<SportFilter> = sports.iter().map(|sport| SportFilter::new(sport)).collect();
                words.with_any(|word| filters.iter().any(|filter| filter.matches(word)))
            }
            (Column::Texts(texts), Predicate::Is(wanted)) => {
                texts.with_any(|text| wanted.contains(&text.to_lowercase()))
            }
            (Column::Texts(texts), Predicate::Like(patterns)) => texts.with_any(|text| {
                let text = text.to_lowercase();
                patterns.iter().any(|pattern| is_like(&text, pattern))
            }),
            (Column::Extents(extents), Predicate::Touches(sides)) => {
                let wanted = extent_of_degrees(*sides);
                bits(extents.iter().map(|extent| extent.is_near(wanted, 0)))
            }
            (Column::Starts(starts), Predicate::Within(radius, near)) => {
                let place = match near {
                    Near::At(lat, lon) => Some((*lon, *lat)),
                    Near::Home => home,
                };
                let is_near = |start: &CanvasPosition| {
                    place.is_some_and(|place| great_circle_metres(degrees_from_canvas(*start), place) <= radius.value())
                };
                bits(starts.iter().map(is_near))
            }
            _ => unreachable!("{} has no such test", test.key.field.name),
        }
    }
}

/// Returns true if a text contains the parts between the stars of a pattern, in order.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut rest = text;
    pattern.split('*').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// Box on the canvas of west, south, east and north in degrees.
fn extent_of_degrees([west, south, east, north]: [f64; 4]) -> Extent {
    let min = canvas_from_degrees(west, north);
    // 180° E would wrap to the left edge of the canvas.
    Extent { min, max: canvas_from_degrees(east.min(180.0 - 1e-7), south) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        for (text, pattern) in
            [("morning ride", "ning"), ("morning ride", "m*r*d"), ("a", "*"), ("", "*"), ("aab", "a*b"), ("über", "ü")]
        {
            assert!(is_like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("ride", "e*r"), ("ab", "ab*b"), ("", "a")] {
            assert!(!is_like(text, pattern), "{text} {pattern}");
        }
    }
}
