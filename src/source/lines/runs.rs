//! Values of positions, in runs of lines.

use crate::source::collector::MAX_POINTS;

/// Longest list of times as a multiple of the number of positions, in tenths. A longer list belongs to a line that was
/// thinned afterwards: joined by order, its times would give impossible speeds.
const MAX_VALUES_PER_TEN_POSITIONS: usize = 11;

/// Values in order, in runs: a run for each line, or one run for all lines. `None` keeps the place of a missing value.
pub struct Runs<T> {
    values: Vec<Option<T>>,
    /// End of each complete run in `values`.
    ends: Vec<usize>,
}

/// Place in [`Runs`], to remove the values after it.
#[derive(Clone, Copy)]
pub struct Mark {
    pub values: usize,
    runs: usize,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self { values: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Runs<T> {
    /// Appends to the current run. Ignores values beyond what an activity may hold.
    pub fn push(&mut self, value: Option<T>) {
        if self.values.len() <= MAX_POINTS {
            self.values.push(value);
        }
    }

    /// Ends the current run unless it is empty.
    pub fn end_run(&mut self) {
        if self.values.len() > self.last_end() {
            self.ends.push(self.values.len());
        }
    }

    fn last_end(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Number of values in all runs.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn first(&self) -> Option<&T> {
        self.values.iter().flatten().next()
    }

    pub fn mark(&self) -> Mark {
        Mark { values: self.values.len(), runs: self.ends.len() }
    }

    /// Removes the values after `mark`.
    pub fn truncate(&mut self, mark: Mark) {
        self.values.truncate(mark.values);
        self.ends.truncate(mark.runs);
    }

    /// Runs in order, the current one included.
    pub fn iter(&self) -> impl Iterator<Item = &[Option<T>]> {
        let tail = (self.values.len() > self.last_end()).then_some(self.values.len());
        let ends = self.ends.iter().copied().chain(tail);
        ends.scan(0, |start, end| Some(&self.values[std::mem::replace(start, end)..end]))
    }

    /// Values of each line: a run for each line, or one run for all lines. Returns also whether values and positions of
    /// a complete file differ in number. Values that are too many to belong to the positions are left out.
    pub fn by_line<P>(&self, positions: &Runs<P>, is_cut: bool) -> (Vec<&[Option<T>]>, bool) {
        let runs: Vec<&[Option<T>]> = self.iter().collect();
        let lengths: Vec<usize> = positions.iter().map(<[_]>::len).collect();
        let is_one_list = runs.len() <= 1;
        let are_equal = if is_one_list {
            self.len() == positions.len()
        } else {
            runs.iter().map(|run| run.len()).eq(lengths.clone())
        };
        let are_unequal = !is_cut && self.len() > 0 && positions.len() > 0 && !are_equal;
        if !is_cut && 10 * self.len() > MAX_VALUES_PER_TEN_POSITIONS * positions.len() {
            return (vec![&[]; lengths.len()], are_unequal);
        }
        let mut start = 0;
        let values = |(line, length): (usize, usize)| {
            if !is_one_list {
                return runs.get(line).copied().unwrap_or_default();
            }
            let range = start.min(self.len())..(start + length).min(self.len());
            start += length;
            &self.values[range]
        };
        (lengths.into_iter().enumerate().map(values).collect(), are_unequal)
    }
}
