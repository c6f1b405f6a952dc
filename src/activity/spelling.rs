//! Known words that a mistyped word may mean.

/// Letters of a word for each typing error that is tolerated.
const LETTERS_PER_ERROR: usize = 4;

/// The word whose spelling is nearest to `wanted`, among pairs of a spelling and a word; `None` if all are far.
pub fn nearest<T>(wanted: &str, words: impl Iterator<Item = (impl AsRef<str>, T)>) -> Option<T> {
    let distances = words.map(|(spelling, word)| (typing_errors(wanted, spelling.as_ref()), word));
    let (errors, word) = distances.min_by_key(|(errors, _)| *errors)?;
    (errors <= wanted.chars().count().div_ceil(LETTERS_PER_ERROR)).then_some(word)
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
    fn the_nearest_word_is_found() {
        let meant =
            |wanted: &str| nearest(wanted, ["distance", "duration", "date"].map(|word| (word, word)).into_iter());
        assert_eq!(
            ["distanse", "durration", "dat", "speed"].map(meant),
            [Some("distance"), Some("duration"), Some("date"), None]
        );
    }
}
