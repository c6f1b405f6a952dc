//! Text of `<coordinates>`, in pieces → positions.

use crate::source::markup::lexer::beginning;

/// Longest tuple that is kept, in bytes; the rest is cut, which leaves the tuple unreadable.
const MAX_TUPLE_BYTES: usize = 200;

/// Splits text into tuples `longitude,latitude[,elevation]`, which white space separates. White space next to a comma
/// belongs to the tuple, because many files have `9.5, 51.3`.
#[derive(Default)]
pub struct TupleReader {
    tuple: String,
    /// True if white space follows the tuple so far.
    is_ended: bool,
}

impl TupleReader {
    /// Passes each complete tuple to `take`.
    pub fn push(&mut self, text: &str, mut take: impl FnMut(&str)) {
        let mut rest = text;
        while !rest.is_empty() {
            let word_end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word_end);
            if !word.is_empty() {
                if self.is_ended && !self.tuple.ends_with(',') && !word.starts_with(',') {
                    self.flush(&mut take);
                }
                self.is_ended = false;
                append(&mut self.tuple, word);
            }
            rest = after.trim_ascii_start();
            self.is_ended |= rest.len() < after.len();
        }
    }

    /// Passes the last tuple to `take`.
    pub fn flush(&mut self, mut take: impl FnMut(&str)) {
        if !self.tuple.is_empty() {
            take(&self.tuple);
        }
        self.tuple.clear();
        self.is_ended = false;
    }
}

/// Appends a piece as far as [`MAX_TUPLE_BYTES`] allows.
fn append(tuple: &mut String, piece: &str) {
    tuple.push_str(beginning(piece, MAX_TUPLE_BYTES.saturating_sub(tuple.len())));
}

/// Fields of a `<coord>`: numbers with white space between them. Some programs write commas.
pub fn coord_fields(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|field| !field.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tuples(pieces: &[&str]) -> Vec<String> {
        let (mut reader, mut tuples) = (TupleReader::default(), Vec::new());
        let mut take = |tuple: &str| tuples.push(tuple.to_owned());
        pieces.iter().for_each(|piece| reader.push(piece, &mut take));
        reader.flush(take);
        tuples
    }

    #[test]
    fn white_space_separates_tuples_except_at_commas() {
        for (text, expected) in [
            ("", &[][..]),
            (" \n ", &[]),
            ("1,2,3 4,5,6", &["1,2,3", "4,5,6"]),
            ("\n\t1,2\r\n4,5\n", &["1,2", "4,5"]),
            ("1, 2, 3 4 ,5 , 6", &["1,2,3", "4,5,6"]),
            ("1,2, 4,5", &["1,2,4,5"]),
        ] {
            assert_eq!(tuples(&[text]), expected, "{text:?}");
        }
        assert_eq!(tuples(&[&"1".repeat(1000), " 2,3"]), [&"1".repeat(MAX_TUPLE_BYTES), "2,3"]);
    }

    proptest! {
        #[test]
        fn any_pieces_give_the_same_tuples(text in "[0-9,. \n]{0,60}", cuts in proptest::collection::vec(0usize..60, 0..5)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort();
            let starts = [0].into_iter().chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain([text.len()]);
            let pieces: Vec<&str> = starts.zip(ends).map(|(start, end)| &text[start..end]).collect();
            prop_assert_eq!(tuples(&pieces), tuples(&[&text]));
        }
    }
}
