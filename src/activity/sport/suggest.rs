//! The known word for a sport that a mistyped word may mean.

use super::table::ROWS;
use super::{SportFilter, letters};
use crate::activity::spelling::nearest;

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
    nearest(&wanted_letters, words().map(|word| (letters(word), word)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
