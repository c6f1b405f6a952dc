//! Text of a table → rows of cells.
//!
//! A quotation mark without a second one, as after an edit by hand, would join all rows up to the next quotation mark
//! in one cell. Such a table is split in front of lines that are whole rows, and each part is read on its own.

use csv::{Reader, ReaderBuilder, StringRecord};

/// Folder of the files in the cells of the file column.
pub const FOLDER: &str = "activities";

/// Characters between the cells of a row.
pub const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

pub struct Rows<'a> {
    pub header: StringRecord,
    delimiter: u8,
    /// The table, in several parts if a quotation mark has joined rows. The first begins with the header.
    parts: Vec<&'a str>,
}

impl<'a> Rows<'a> {
    pub fn of(text: &'a str) -> Self {
        let delimiter = delimiter(text);
        let header = reader(text, delimiter, true).headers().cloned().unwrap_or_default();
        let mut rows = Self { header, delimiter, parts: vec![text] };
        if rows.has_joined_rows(text) {
            rows.split(text);
        }
        rows
    }

    /// Rows below the header.
    pub fn iter(&self) -> impl Iterator<Item = StringRecord> + '_ {
        self.parts.iter().enumerate().flat_map(|(index, part)| {
            let records = reader(part, self.delimiter, index == 0).into_records();
            records.map_while(Result::ok).map(|record| self.close_quote(record))
        })
    }

    /// Returns true if a line within a row is a whole row itself.
    fn has_joined_rows(&self, text: &str) -> bool {
        let records = reader(text, self.delimiter, true).into_records().map_while(Result::ok);
        let starts = records.filter_map(|record| Some(record.position()?.byte() as usize));
        let mut start = 0;
        starts.chain([text.len()]).any(|end| {
            let row = text.get(start..end).unwrap_or_default().trim();
            start = end;
            row.lines().skip(1).any(|line| self.is_row(line))
        })
    }

    /// Returns true if a line has as many cells as the header, one of which names a file. The last line of a cell of
    /// several lines may look like a row as well, but for its odd quotation mark.
    fn is_row(&self, line: &str) -> bool {
        let mut cells = StringRecord::new();
        line.contains(FOLDER)
            && line.bytes().filter(|byte| *byte == b'"').count() % 2 == 0
            && reader(line, self.delimiter, false).read_record(&mut cells).is_ok()
            && self.is_complete(&cells)
    }

    fn is_complete(&self, row: &StringRecord) -> bool {
        row.len() == self.header.len() && row.iter().any(is_file)
    }

    /// Splits the table in front of each line that is a whole row and follows one that is not.
    fn split(&mut self, text: &'a str) {
        let (mut starts, mut at, mut follows_row) = (vec![0], 0, true);
        for line in text.split_inclusive('\n') {
            let is_row = self.is_row(line);
            if is_row && !follows_row {
                starts.push(at);
            }
            (at, follows_row) = (at + line.len(), is_row);
        }
        let ends = starts[1..].iter().copied().chain([text.len()]);
        self.parts = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
    }

    /// Separates the cells of a line that a quotation mark has joined up to the end of a part.
    fn close_quote(&self, record: StringRecord) -> StringRecord {
        let before = record.len().saturating_sub(1);
        let joined = record.get(before).and_then(|joined| joined.lines().next());
        let Some(line) = joined.filter(|line| record.len() < self.header.len() && line.contains(FOLDER)) else {
            return record;
        };
        let closed = record.iter().take(before).chain(line.split(char::from(self.delimiter))).collect();
        if self.is_complete(&closed) { closed } else { record }
    }
}

/// Delimiter that occurs most in the first line.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(b',')
}

fn reader(text: &str, delimiter: u8, has_header: bool) -> Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).has_headers(has_header).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Returns true for `activities/…`, also with backslashes or below other folders.
pub fn is_file(cell: &str) -> bool {
    let mut folders = cell.trim_ascii().rsplit(['/', '\\']);
    folders.next().is_some_and(|name| !name.is_empty()) && folders.next() == Some(FOLDER)
}
