//! Cycles of the calendar: months, days of the week, hours, seasons. A set of their values is a bit mask.

use crate::activity::calendar;

/// Values that repeat, such as the days of the week.
#[derive(Debug)]
pub struct Cycle {
    /// Names in order, in lower case; the first three letters suffice. Empty if values have numbers alone.
    titles: &'static [&'static str],
    /// Number of the first value; `None` if values have names alone.
    first_number: Option<u32>,
    len: u32,
    /// Another name, and the index of its value.
    alias: Option<(&'static str, u32)>,
    /// Example of a range.
    pub example: &'static str,
    /// Description of a single value, for error messages.
    pub values: &'static str,
    /// Word before values in phrases.
    pub preposition: &'static str,
    /// Letter after names in phrases.
    plural: &'static str,
    /// True to print names in full and small letters, as those of seasons.
    has_long_names: bool,
}

#[expect(missing_docs, reason = "the name says it")]
pub const MONTHS: Cycle = Cycle {
    titles: &calendar::MONTHS,
    first_number: Some(1),
    len: 12,
    alias: None,
    example: "jun..aug",
    values: "a month such as jun or 6",
    preposition: "in",
    plural: "",
    has_long_names: false,
};

#[expect(missing_docs, reason = "the name says it")]
pub const WEEKDAYS: Cycle = Cycle {
    titles: &calendar::WEEKDAYS,
    first_number: None,
    len: 7,
    alias: None,
    example: "mon..fri",
    values: "a day such as mon or sunday",
    preposition: "on",
    plural: "s",
    has_long_names: false,
};

#[expect(missing_docs, reason = "the name says it")]
pub const HOURS: Cycle = Cycle {
    titles: &[],
    first_number: Some(0),
    len: 24,
    alias: None,
    example: "5..8",
    values: "an hour from 0 to 23",
    preposition: "starting from",
    plural: "",
    has_long_names: false,
};

/// Seasons of three whole months.
pub const SEASONS: Cycle = Cycle {
    titles: &["spring", "summer", "autumn", "winter"],
    first_number: None,
    len: 4,
    alias: Some(("fall", 2)),
    example: "spring..autumn",
    values: "spring, summer, autumn or winter",
    preposition: "in",
    plural: "",
    has_long_names: true,
};

/// Letters of a title that suffice, and that printed names have if titles are longer.
const SHORT_LETTERS: usize = 3;

impl Cycle {
    /// Index of a value by its name, the beginning of the name, or its number. Case does not matter.
    pub fn index_of(&self, text: &str) -> Option<u32> {
        let word = text.to_lowercase();
        if let Some((_, index)) = self.alias.filter(|alias| alias.0 == word) {
            return Some(index);
        }
        let is_name = |title: &&str| word.len() >= SHORT_LETTERS && title.starts_with(&*word);
        let by_name = self.titles.iter().position(is_name).map(|index| index as u32);
        let by_number = || {
            let number: u32 = Some(&*word).filter(|word| word.bytes().all(|c| c.is_ascii_digit()))?.parse().ok()?;
            number.checked_sub(self.first_number?).filter(|index| *index < self.len)
        };
        by_name.or_else(by_number)
    }

    /// Name of a value in sentences.
    pub fn name(&self, index: u32) -> String {
        let letters = |title: &str| if self.has_long_names { title.len() } else { SHORT_LETTERS };
        let short = |title: &&str| title[..letters(title)].to_owned();
        let number = || (index + self.first_number.unwrap_or_default()).to_string();
        self.titles.get(index as usize).map_or_else(number, short)
    }

    /// Full name of a value, `Monday`; `5:00` for an hour.
    pub fn title(&self, index: u32) -> String {
        let Some(title) = self.titles.get(index as usize) else { return self.name(index) + ":00" };
        title[..1].to_uppercase() + &title[1..]
    }

    /// Values and ranges of a mask in phrases: `Mondays to Fridays`, `5:00 to 8:59`.
    pub fn words(&self, mask: u32) -> Vec<String> {
        let name = |index: u32| match () {
            // Months and days of the week are proper names, seasons are none.
            () if self.has_long_names => self.name(index),
            () => self.title(index) + self.plural,
        };
        let words = |(from, to): (u32, u32)| match () {
            () if self.titles.is_empty() => vec![format!("{} to {}:59", name(from), self.name(to))],
            () if from == to => vec![name(from)],
            () if (from + 1) % self.len == to => vec![name(from), name(to)],
            () => vec![format!("{} to {}", name(from), name(to))],
        };
        self.ranges(mask).into_iter().flat_map(words).collect()
    }

    /// Mask of the values from one index to another, both included; beyond the last value the first follows.
    pub fn range(&self, from: u32, to: u32) -> u32 {
        let end = if to < from { to + self.len } else { to };
        (from..=end).fold(0, |mask, index| mask | 1 << (index % self.len))
    }

    /// Mask of all values.
    pub fn all(&self) -> u32 {
        self.range(0, self.len - 1)
    }

    /// Shortest list of ranges of a mask, as first and last index; a range may continue beyond the last value.
    pub fn ranges(&self, mask: u32) -> Vec<(u32, u32)> {
        if mask == self.all() {
            return vec![(0, self.len - 1)];
        }
        let has = |index: u32| mask >> (index % self.len) & 1 == 1;
        let starts = (0..self.len).filter(|index| has(*index) && !has(index + self.len - 1));
        let last = |first: u32| (first..first + self.len).take_while(|index| has(*index)).last().unwrap_or(first);
        starts.map(|first| (first, last(first) % self.len)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CYCLES: [&Cycle; 4] = [&MONTHS, &WEEKDAYS, &HOURS, &SEASONS];

    #[test]
    fn names_and_numbers_denote_values() {
        assert_eq!(
            ["jun", "June", "6", "06", "december", "12"].map(|text| MONTHS.index_of(text)),
            [5, 5, 5, 5, 11, 11].map(Some)
        );
        assert_eq!(["mon", "Sunday", "thurs"].map(|text| WEEKDAYS.index_of(text)), [0, 6, 3].map(Some));
        assert_eq!(["0", "23"].map(|text| HOURS.index_of(text)), [0, 23].map(Some));
        assert_eq!(["fall", "autumn", "winter"].map(|text| SEASONS.index_of(text)), [2, 2, 3].map(Some));
        for (cycle, wrong) in [
            (&MONTHS, "0"),
            (&MONTHS, "13"),
            (&MONTHS, "ju"),
            (&WEEKDAYS, "1"),
            (&HOURS, "24"),
            (&HOURS, "+1"),
            (&SEASONS, "mon"),
        ] {
            assert_eq!(cycle.index_of(wrong), None, "{wrong}");
        }
        for cycle in CYCLES {
            assert!((0..cycle.len).all(|index| cycle.index_of(&cycle.name(index)) == Some(index)));
        }
        for cycle in [&MONTHS, &WEEKDAYS, &SEASONS] {
            assert!((0..cycle.len).all(|index| cycle.index_of(&cycle.title(index)) == Some(index)));
        }
    }

    #[test]
    fn ranges_wrap_and_restore_every_mask() {
        assert_eq!(WEEKDAYS.range(5, 0), 0b110_0001);
        assert_eq!(HOURS.ranges(HOURS.range(22, 4)), [(22, 4)]);
        assert_eq!(WEEKDAYS.ranges(0b001_0111), [(0, 2), (4, 4)]);
        for cycle in [&MONTHS, &WEEKDAYS, &SEASONS] {
            for mask in 1..=cycle.all() {
                let ranges = cycle.ranges(mask);
                assert_eq!(ranges.iter().fold(0, |all, (from, to)| all | cycle.range(*from, *to)), mask);
            }
        }
    }
}
