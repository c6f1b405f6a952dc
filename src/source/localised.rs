//! Parses dates with times in the languages of exports: German, English, Spanish, French, Italian, Dutch and
//! Portuguese.

use super::time;

/// Beginnings of the names of each month, in lower case.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "déc", "dez", "dic"],
];

fn begins_like(word: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| word.starts_with(beginning))
}

/// Parses a moment such as `Sep 20, 2026, 2:12:12 PM`, `20.09.2026, 14:12:12` or `20 sept. 2026 à 14:12` as UTC.
/// Returns milliseconds since 1970. If two numbers may be either day or month, the first is the day.
pub fn moment(text: &str) -> Option<i64> {
    let text = text.to_lowercase();
    let words = || text.split(|c: char| !c.is_alphanumeric());
    let numbers: Vec<u32> = words().filter_map(|word| word.parse().ok()).collect();
    let month = words().find_map(|word| MONTHS.iter().position(|names| begins_like(word, names)));
    let (date, clock) = numbers.split_at_checked(if month.is_some() { 2 } else { 3 })?;
    let (year, month, day) = match (month, date) {
        (Some(month), &[year, day]) if year > 31 => (year, month as u32 + 1, day),
        (Some(month), &[day, year]) => (year, month as u32 + 1, day),
        (None, &[year, month, day]) if year > 31 => (year, month, day),
        (None, &[month, day, year]) if day > 12 => (year, month, day),
        (None, &[day, month, year]) => (year, month, day),
        _ => return None,
    };
    let (hour, minute, second) = match *clock {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let half: String = text.chars().rev().take_while(|c| !c.is_numeric()).filter(|c| c.is_alphabetic()).collect();
    // `half` is reversed, because it was collected from the end.
    let hour = match (&*half, hour) {
        ("mp", 1..=11) => hour + 12,
        ("ma", 12) => 0,
        _ => hour,
    };
    time::unix_ms(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_is_the_same_in_all_languages() {
        for text in [
            "Sep 20, 2026, 2:12:12 PM",
            "Sep 20, 2026, 2:12:12\u{202f}PM",
            "Sep 20, 2026, 2:12:12 p.\u{a0}m.",
            "20.09.2026, 14:12:12",
            "20/09/2026, 14:12:12",
            "9/20/2026 14:12:12",
            "2026-09-20 14:12:12",
            "20 sept. 2026 à 14:12:12",
            "20 set 2026, 14:12:12",
            "20 de set. de 2026, 14:12:12",
            "20 sep. 2026 14:12:12",
        ] {
            assert_eq!(moment(text), Some(1_789_913_532_000), "{text}");
        }
        assert_eq!(moment("Jan 1, 1970, 12:00:01 AM"), Some(1000));
        assert_eq!(moment("Jan 1, 1970, 12:00 PM"), Some(43_200_000));
        for nonsense in ["", "soon", "20.09.2026", "32.13.2026, 14:12:12", "Sep 99, 2026, 1:1:1", "1 2 3 4 5 6 7 8"] {
            assert_eq!(moment(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_month_of_every_language_is_itself() {
        for names in [
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "January February March April May June July August September October November December",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "januari februari maart april mei juni juli augustus september oktober november december",
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        ] {
            for (name, month) in names.split(' ').zip(1..=12) {
                let expected = moment(&format!("2024-{month:02}-03 04:05"));
                assert!(expected.is_some() && moment(&format!("3 {name} 2024, 4:05")) == expected, "{name}");
            }
        }
    }
}
