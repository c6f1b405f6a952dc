//! Parser of whole numbers, whose messages say what to write.

use std::ops::RangeInclusive;

/// Returns a parser of whole numbers within a range.
pub fn whole<T: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let wrong = || format!("write a whole number from {} to {}", range.start(), range.end());
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_the_range_and_other_texts_are_refused() {
        let parse = whole::<u16>(1..=1024);
        assert_eq!((parse("1"), parse("1024")), (Ok(1), Ok(1024)));
        for wrong in ["0", "1025", "-1", "x", "", "1.5", "99999999999999999999"] {
            assert_eq!(parse(wrong), Err("write a whole number from 1 to 1024".into()), "{wrong}");
        }
        assert!(whole::<u8>(0..=1000)("300").is_err());
    }
}
