//! Finds the header of a Strava table that has lines above its header: a title, or `sep=;` for spreadsheets.

use csv::{ReaderBuilder, StringRecord};

/// Rows in which the header is looked for.
const MAX_ROWS: usize = 10;

/// Text from the header on.
///
/// The header is the first of the rows with the most filled cells, because it names every column. Only rows above the
/// first one that names a file count; without such rows the text stays whole.
pub fn skip<'a>(text: &'a str, delimiters: &[u8], names_file: impl Fn(&StringRecord) -> bool) -> &'a str {
    let mut best = (0, 0);
    for delimiter in delimiters {
        let mut reader = ReaderBuilder::new();
        let reader = reader.flexible(true).has_headers(false).delimiter(*delimiter).from_reader(text.as_bytes());
        let rows = reader.into_records().map_while(Result::ok).take(MAX_ROWS);
        for row in rows.take_while(|row| !names_file(row)) {
            let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
            let start = row.position().map_or(0, |position| position.byte() as usize);
            if filled > best.0 {
                best = (filled, start);
            }
        }
    }
    text.get(best.1..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn skip(text: &str) -> &str {
        let names_file = |row: &csv::StringRecord| row.iter().any(|cell| cell.contains("activities/"));
        super::skip(text, b",;\t", names_file)
    }

    const HEADER: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Commute,Activity Gear,Filename\n";
    const ROWS: &str = "1,\"Jan 1, 1970, 12:00:01 AM\",\"One, two, three, four, five, six, seven\",Ride,true,,\n\
                        2,,\"a\nb, c, d, e, f, g, h, i, j\",Ride,false,Blue,activities/7.gpx\n";

    #[test]
    fn lines_above_the_header_are_skipped() {
        for above in
            ["", "sep=,\n", "sep=,\r\n", "My rides\n", "My \"best\" rides, 2024\n\n", "sep=,\nRides,,,,,,\n", "\n\n"]
        {
            for (table, delimiter) in [(format!("{HEADER}{ROWS}"), ','), (HEADER.replace(',', ";"), ';')] {
                let text = above.replace(',', &delimiter.to_string()) + &table;
                assert_eq!(skip(&text).trim_start(), table, "{above}");
            }
        }
        let tabs = format!("sep=\t\n{}1\t\t\tRide\ttrue\t\tactivities/7.gpx\n", HEADER.replace(',', "\t"));
        assert!(skip(&tabs).starts_with("Activity ID\t"));
    }

    #[test]
    fn a_table_without_a_header_stays_whole() {
        for text in ["", "\n", "1,,Home,Ride,true,Blue,activities/7.gpx\n2,a,b,c,d,e,f\n", "a\nb\n", "activities/"] {
            assert_eq!(skip(text), text);
        }
        // Rows far below are no headers.
        let short = "x\n".repeat(super::MAX_ROWS) + HEADER;
        assert_eq!(skip(&short), short);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_at_a_character(text in "([a-zé☀]{0,3}[,;\t\"\n\r/]){0,40}") {
            prop_assert!(text.ends_with(skip(&text)));
        }
    }
}
