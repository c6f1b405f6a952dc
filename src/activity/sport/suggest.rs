//! The known word for a sport that a mistyped word may mean.

use super::table::ROWS;
use super::{SportFilter, letters};

/// Letters of a word for each typing error that is tolerated.
const LETTERS_PER_ERROR: usize = 4;

/// Word for a sport that the user may mean by an unknown word in lower case. `None` for known words, for parts of them
/// such as `golf`, and for words that are far from all others.
///
/// ```
/// use trailglow::activity::sport::suggestion;
/// assert_eq!(["cylcing", "wlak", "snowbord"].map(suggestion), [Some("cycling"), Some("walk"), Some("snowboard")]);
/// assert_eq!(["cycling", "disc golf", "radfahrt", "zorbing"].map(suggestion), [None; 4]);
/// ```
pub fn suggestion(wanted: &str) -> Option<&'static str> {
    let wanted_letters = letters(wanted);
    let words = || ROWS.iter().flat_map(|row| [row.key].into_iter().chain(row.words.iter().copied()));
    let is_part = words().any(|word| letters(word).contains(&wanted_letters));
    if is_part || wanted == "unknown" || SportFilter::new(wanted).row.is_some() {
        return None;
    }
    let distances = words().map(|word| (typing_errors(&wanted_letters, &letters(word)), word));
    let (errors, word) = distances.min_by_key(|(errors, _)| *errors)?;
    (errors <= wanted_letters.chars().count().div_ceil(LETTERS_PER_ERROR)).then_some(word)
}

/// Least number of letters to insert, delete, replace, or exchange with their neighbour: the optimal string alignment
/// distance.
fn typing_errors(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<char>>());
    // Distances between the first letters of `a`, by their number, and those of `b`.
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_counted() {
        for (a, b, errors) in
            [("", "", 0), ("run", "run", 0), ("", "run", 3), ("rnu", "run", 1), ("runn", "run", 1), ("ride", "run", 3)]
        {
            assert_eq!((typing_errors(a, b), typing_errors(b, a)), (errors, errors), "{a} {b}");
        }
    }

    #[test]
    fn no_word_of_the_table_is_questioned() {
        for row in ROWS {
            let words = [row.key, row.title].into_iter().chain(row.words.iter().chain(row.stems).copied());
            for word in words {
                assert_eq!(suggestion(&word.to_lowercase()), None, "{word}");
            }
        }
        for word in ["unknown", "x", "9", "disc_golf", "ikin", "", "ebike"] {
            assert_eq!(suggestion(word), None, "{word}");
        }
        assert_eq!(["ridng", "hke", "rnu"].map(suggestion), [Some("riding"), Some("hike"), Some("run")]);
    }
}
