//! Parses Strava's `activities.csv`, which gives the files of an export their titles, sports, gear and commutes.
//!
//! ```text
//! id, date, name, type, …, commute?, …, gear, file, …
//! ```
//! Headers are in the language of the account, and some occur twice. Columns are therefore found by position and
//! content: the file column has most of the cells `activities/…`, the gear column is just before it, the commute column
//! is the last one between sport and file with mostly `true` and `false`. This layout holds for exports from 2018 to
//! 2026. English tables are read by their headers, in any order of columns, so that edited tables work too. Tables that
//! a spreadsheet has saved, with semicolons or tabs, lines above the header and in other encodings, are read as well.

use super::collector::{append_bounded, tidy_name};
use super::encoding;
use super::localised;
use super::skip::Skip;
use super::title_lines;
use crate::activity::Activity;
use csv::{Reader, ReaderBuilder, StringRecord};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use twox_hash::xxhash3_128::Hasher;

/// File name of the table, in every language.
pub const NAME: &str = "activities.csv";

/// Largest table, in bytes. A table of ten thousand activities has a third of this size.
pub const MAX_BYTES: u64 = 32 << 20;

/// Maximum number of activities of a table.
const MAX_ROWS: u64 = if cfg!(test) { 1000 } else { 500_000 };

/// Maximum number of columns that are examined; exports have about a hundred.
const MAX_COLUMNS: usize = 1000;

/// Columns at the same position in every export, regardless of their headers.
const DATE: usize = 1;
const TITLE: usize = 2;
const SPORT: usize = 3;

/// Folder of the files in the cells of the file column.
pub const FOLDER: &str = "activities";

/// Characters between the cells of a row.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Rows by file name without folder and `.gz`, since some unpackers remove `.gz`.
#[derive(Debug, Default)]
pub struct Table {
    rows: HashMap<String, Row>,
    /// Number of rows.
    pub activities: u64,
    /// Activities without a file in the export, such as those entered by hand.
    pub without_file: u64,
}

/// Row of one activity.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Row {
    name: Option<String>,
    sport: Option<String>,
    gear: Option<String>,
    commute: Option<bool>,
    start_ms: Option<i64>,
}

struct Columns {
    file: usize,
    date: Option<usize>,
    title: Option<usize>,
    sport: Option<usize>,
    gear: Option<usize>,
    commute: Option<usize>,
}

impl Table {
    /// Parses a table. Returns `None` if there is no file column, as in other kinds of table. If rows name one file,
    /// the last counts.
    ///
    /// # Errors
    /// If there are too many rows.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, Skip> {
        let text = encoding::decode(bytes);
        let text = title_lines::skip(&text, &DELIMITERS, |row| row.iter().any(may_name_file));
        let Some(columns) = Columns::of(text) else { return Ok(None) };
        let mut table = Self::default();
        for record in records(text) {
            table.activities += 1;
            if table.activities > MAX_ROWS {
                return Err(Skip::Unreadable(format!("it lists more than {MAX_ROWS} activities; split it")));
            }
            let file = record.get(columns.file).filter(|cell| is_file(cell)).and_then(key);
            match file {
                Some(file) => _ = table.rows.insert(file, Row::of(&record, &columns)),
                None => table.without_file += 1,
            }
        }
        Ok(Some(table))
    }

    /// Returns the row of a file.
    pub fn row(&self, file: &Path) -> Option<&Row> {
        self.rows.get(&key_of(file)?)
    }

    /// Rows that name a file.
    #[cfg(fuzzing)]
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Returns the number of named files that are not among `files`.
    pub fn missing<'a>(&self, files: impl Iterator<Item = &'a Path>) -> u64 {
        let there: HashSet<String> = files.filter_map(key_of).collect();
        self.rows.keys().filter(|name| !there.contains(*name)).count() as u64
    }
}

/// File name without folder and `.gz`. Archives that were packed on Windows may have backslashes.
fn key(path: &str) -> Option<String> {
    let name = path.trim_end().rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    (!name.is_empty()).then(|| name.to_owned())
}

fn key_of(file: &Path) -> Option<String> {
    key(file.file_name()?.to_str()?)
}

/// Returns true for `activities/…`, also with backslashes or below other folders.
fn is_file(cell: &str) -> bool {
    let mut folders = cell.trim_ascii().rsplit(['/', '\\']);
    folders.next().is_some_and(|name| !name.is_empty()) && folders.next() == Some(FOLDER)
}

/// Returns true for a cell with `activities/` or `activities\`, also if it holds a whole row with other delimiters.
fn may_name_file(cell: &str) -> bool {
    cell.match_indices(FOLDER).any(|(at, _)| cell[at + FOLDER.len()..].starts_with(['/', '\\']))
}

/// Value of a cell of the commute column.
fn boolean(cell: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find(|(word, _)| cell.trim_ascii().eq_ignore_ascii_case(word))
        .map(|row| row.1)
}

impl Row {
    /// Hash of all values, never 0.
    pub fn digest(&self) -> u128 {
        // Serialising text and numbers cannot fail.
        Hasher::oneshot(&serde_json::to_vec(self).unwrap_or_default()).max(1)
    }

    fn of(record: &StringRecord, columns: &Columns) -> Self {
        let cell = |column: Option<usize>| cell(record, column?);
        Self {
            name: cell(columns.title),
            sport: cell(columns.sport),
            gear: cell(columns.gear),
            commute: cell(columns.commute).and_then(|text| boolean(&text)),
            start_ms: cell(columns.date).and_then(|text| localised::moment(&text)),
        }
    }

    /// Applies the row to the activity of its file. Empty cells change nothing.
    pub fn describe(&self, activity: &mut Activity) {
        activity.name = self.name.clone().or(activity.name.take());
        activity.gear = self.gear.clone().or(activity.gear.take());
        activity.commute = self.commute.or(activity.commute);
        activity.table_start_ms = self.start_ms.or(activity.table_start_ms);
        if let Some(stated) = &self.sport {
            activity.replace_sport(stated);
        }
    }
}

/// Numbers of cells of a column.
#[derive(Clone, Copy, Default)]
struct ColumnCounts {
    files: u64,
    booleans: u64,
    /// Neither blank nor boolean.
    others: u64,
}

impl Columns {
    fn of(text: &str) -> Option<Self> {
        let mut counts: Vec<ColumnCounts> = Vec::new();
        for record in records(text) {
            counts.resize(record.len().min(MAX_COLUMNS).max(counts.len()), ColumnCounts::default());
            for (column, cell) in counts.iter_mut().zip(&record).filter(|(_, cell)| !cell.trim_ascii().is_empty()) {
                column.files += u64::from(is_file(cell));
                match boolean(cell) {
                    Some(_) => column.booleans += 1,
                    None => column.others += 1,
                }
            }
        }
        let header = reader(text).headers().ok()?.clone();
        let called = |names: &[&str]| {
            names.iter().find_map(|name| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name)))
        };
        let called_file = called(&["Filename"]);
        let most = counts.iter().map(|column| column.files).max().unwrap_or(0);
        let file = match most {
            // An export without any recording.
            0 => called_file.filter(|_| called(&["Activity ID"]).is_some())?,
            _ => counts.iter().position(|column| column.files == most)?,
        };
        // Rows may be shorter than the header. A cell with a fault must not hide the column.
        let is_boolean = |column: &usize| counts.get(*column).is_some_and(|column| column.booleans > column.others);
        if called_file == Some(file) {
            return Some(Self {
                file,
                date: called(&["Activity Date", "date"]),
                title: called(&["Activity Name", "name"]),
                sport: called(&["Activity Type", "type"]),
                gear: called(&["Activity Gear", "gear"]),
                commute: called(&["Commute"]).filter(is_boolean),
            });
        }
        let commute = (SPORT + 1..file).rev().find(is_boolean);
        let gear = file.checked_sub(1).filter(|gear| *gear > SPORT && Some(*gear) != commute);
        (file > SPORT).then_some(Self { file, date: Some(DATE), title: Some(TITLE), sport: Some(SPORT), gear, commute })
    }
}

/// Reader with the delimiter that occurs most in the first line.
fn reader(text: &str) -> Reader<&[u8]> {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(b',');
    ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Rows below the header, up to the first invalid one.
fn records(text: &str) -> impl Iterator<Item = StringRecord> {
    reader(text).into_records().map_while(Result::ok)
}

/// Text of a cell on one line, cut to the longest name; `None` if blank.
fn cell(record: &StringRecord, column: usize) -> Option<String> {
    let mut text = String::new();
    append_bounded(&mut text, record.get(column)?);
    tidy_name(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::parse(text.as_bytes()).unwrap().unwrap()
    }

    fn row(name: &str, sport: &str, gear: Option<&str>, commute: Option<bool>, start_ms: Option<i64>) -> Row {
        Row { name: Some(name.into()), sport: Some(sport.into()), gear: gear.map(str::to_owned), commute, start_ms }
    }

    #[test]
    fn exports_of_all_ages_and_languages_are_understood() {
        let english = "\u{feff}Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,\
            Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Commute\n\
            1,\"Jan 1, 1970, 12:00:01 AM\",\"Home, \"\"slowly\"\"\",Ride,\"one\ntwo\",60,\"1,5\",,,true,,Blue,activities/7.fit.gz,70,1.0\n\
            2,\"Jan 1, 1970, 12:00:02 AM\",By hand,Workout,,,,,,false,,,,,\n\
            3,soon,Run,Run,,,,,,false,,,activities/8.gpx,,\n";
        let german = "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,\
            Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,Notiz,Ausrüstung,Dateiname\n\
            1,\"01.01.1970, 00:00:01\",Nach Hause,Radfahrt,,60,\"1,5\",,,true,,Blau,activities/7.fit.gz\n";
        let old = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n\
            1,1970-01-01 00:00:01,Home,Ride,,60,1500.0,false,Blue,activities/7.gpx\n";
        let edited = "\u{feff}Filename,Commute,Activity Gear,Moving,Activity Type,Activity Name,Activity Date,Commute\n\
            activities/7.gpx,TRUE,Blue,false,Ride,Home,1970-01-01 00:00:01,1.0\n";
        let bare = "id,date,name,type,filename\n1,1970-01-01 00:00:01,Home,Ride,activities/7.gpx\n";
        let first = |text: &str, file: &str| table(text).rows.remove(file).unwrap();
        let home = row("Home, \"slowly\"", "Ride", Some("Blue"), Some(true), Some(1000));
        assert_eq!(first(english, "7.fit"), home);
        assert_eq!(first(english, "8.gpx"), row("Run", "Run", None, Some(false), None));
        assert_eq!(first(german, "7.fit"), row("Nach Hause", "Radfahrt", Some("Blau"), Some(true), Some(1000)));
        assert_eq!(first(old, "7.gpx"), row("Home", "Ride", Some("Blue"), Some(false), Some(1000)));
        assert_eq!(first(bare, "7.gpx"), row("Home", "Ride", None, None, Some(1000)));
        assert_eq!(first(edited, "7.gpx"), row("Home", "Ride", Some("Blue"), Some(true), Some(1000)));
        assert_eq!((table(english).activities, table(english).without_file), (3, 1));
    }

    const HEADER: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Commute,Activity Gear,Filename\n";

    #[test]
    fn one_odd_cell_loses_only_its_own_row() {
        let rows = "1,\"Jan 1, 1970, 12:00:01 AM\",Home,Ride,true,Blue,activities/7.gpx\n\
                    2,soon,Away,Run,#error#,,#error#\n3,,Far,Ride,false,,activities/8.gpx\n4,,Near,Ride,,,activities/\n";
        // The positions of the columns decide without English headers.
        for header in [HEADER.to_owned(), "a,b,c,d,e,f,g\n".to_owned()] {
            let table = table(&(header + rows));
            let home = row("Home", "Ride", Some("Blue"), Some(true), Some(1000));
            assert_eq!(table.row(Path::new("7.gpx")), Some(&home));
            assert_eq!(table.row(Path::new("8.gpx")), Some(&row("Far", "Ride", None, Some(false), None)));
            assert_eq!((table.activities, table.without_file, table.rows.len()), (4, 2, 2));
        }
        // A description that names files does not become the file column.
        let other = "a,b,c,d,e,f,g\n1,,Home,Ride,see activities/1.gpx,,activities/7.gpx\n\
                     2,,Away,Ride,activities/2.gpx,,activities/8.gpx\n3,,Far,Ride,,,activities/9.gpx\n";
        assert_eq!(table(other).rows.len(), 3);
        assert!(table(other).row(Path::new("9.gpx")).is_some());
        let by_hand = table(&format!("{HEADER}1,,Home,Workout,,,\n"));
        assert_eq!((by_hand.activities, by_hand.without_file), (1, 1));
    }

    #[test]
    fn tables_of_spreadsheets_and_of_windows_are_read() {
        let plain = format!(
            "{HEADER}1,\"Jan 1, 1970, 12:00:01 AM\",\"Fête, à vélo\",Ride,true,Blue,activities/7.fit.gz\n2,,b,Run,,,\n"
        );
        let home = row("Fête, à vélo", "Ride", Some("Blue"), Some(true), Some(1000));
        let delimited = |delimiter: &str| {
            let cells = |line: &str| {
                let fields: Vec<String> =
                    reader(line).headers().unwrap().iter().map(|cell| format!("\"{cell}\"")).collect();
                fields.join(delimiter)
            };
            plain.lines().map(cells).collect::<Vec<_>>().join("\r\n")
        };
        let utf16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(delimited("\t").encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let latin1: Vec<u8> = plain.chars().map(|c| c as u32 as u8).collect();
        for bytes in [
            plain.clone().into_bytes(),
            delimited(";").into_bytes(),
            delimited("\t").into_bytes(),
            format!("\u{feff}{}", delimited(";")).into_bytes(),
            utf16,
            latin1,
            plain.replace("activities/", "activities\\").into_bytes(),
            plain.replace("activities/", "export_1/activities/").into_bytes(),
            plain.replace("activities/", "C:\\export\\activities\\").into_bytes(),
        ] {
            let table = Table::parse(&bytes).unwrap().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&bytes)));
            assert_eq!(table.row(Path::new("x/activities/7.fit.gz")), Some(&home));
            assert_eq!(table.row(Path::new("x.zip/activities\\7.fit.gz")), Some(&home), "an archive of Windows");
            assert_eq!((table.activities, table.without_file), (2, 1));
        }
        // A spreadsheet that replaced all commas has split no cell.
        let spaced = table("id;date;name;type;filename\n1;Jan 1 1970 12:00:01 AM;Home;Ride;activities/7.gpx\n");
        assert_eq!(spaced.row(Path::new("7.gpx")), Some(&row("Home", "Ride", None, None, Some(1000))));
    }

    #[test]
    fn rows_may_be_shorter_than_the_header() {
        let short = table("filename,name,commute\nactivities/7.gpx\nactivities/8.gpx,Home\n");
        assert_eq!(short.row(Path::new("7.gpx")), Some(&Row::default()));
        assert_eq!(short.row(Path::new("8.gpx")).and_then(|row| row.name.as_deref()), Some("Home"));
    }

    #[test]
    fn files_are_found_packed_or_not_and_counted_when_missing() {
        let table = table("a,b,c,d,e\n1,,,,activities/7.fit.gz\n2,,,,activities/8.gpx\n3,,,,activities/9.tcx\n");
        let path = Path::new;
        assert!(table.row(path("export/activities/7.fit.gz")).is_some() && table.row(path("7.fit")).is_some());
        assert!(table.row(path("export/activities/7.gpx")).is_none() && table.row(path("..")).is_none());
        assert_eq!(table.missing([path("x/7.fit"), path("x/8.gpx"), path("x/1.gpx")].into_iter()), 1);
    }

    #[test]
    fn other_tables_are_none_and_absurd_ones_refused() {
        for text in [
            "",
            "a,b\n1,2\n",
            "id,date,name,type,file\n1,2,3,4,rides/1.fit\n",
            "f,\nactivities/1.fit,\n",
            "filename,name\nrides/1.fit,x\n",
        ] {
            assert!(Table::parse(text.as_bytes()).unwrap().is_none(), "{text}");
        }
        let rows = |count: u64| format!("a,b,c,d,e\n{}", "1,,,,activities/7.fit\n".repeat(count as usize));
        assert_eq!(table(&rows(MAX_ROWS)).activities, MAX_ROWS);
        assert!(matches!(Table::parse(rows(MAX_ROWS + 1).as_bytes()), Err(Skip::Unreadable(_))));
    }

    #[test]
    fn the_table_decides_where_it_knows_and_the_file_elsewhere() {
        let file = || Activity { name: Some("File".into()), sport: "cycling".into(), ..Activity::default() };
        let described = |row: &Row, mut activity: Activity| {
            row.describe(&mut activity);
            activity
        };
        let full = described(&row("Title", "Radfahrt", Some("Blue"), Some(true), Some(5)), file());
        let expected = Activity {
            name: Some("Title".into()),
            sport: "radfahrt".into(),
            gear: Some("Blue".into()),
            commute: Some(true),
            table_start_ms: Some(5),
            ..Activity::default()
        };
        assert_eq!((&full, full.start_ms()), (&expected, Some(5)));
        assert_eq!(described(&Row::default(), file()), file());
        for (stated, of_file, expected) in [
            ("Krafttraining", "", "krafttraining"),
            ("Krafttraining", "cycling", "cycling"),
            ("Yoga", "cycling", "yoga"),
            ("Ride", "cycling/indoor_cycling", "cycling/indoor_cycling"),
            ("Virtual Ride", "cycling/indoor_cycling", "virtual ride"),
            ("Virtual Ride", "cycling", "virtual ride"),
            ("Virtuelle Radfahrt", "cycling/indoor_cycling", "virtuelle radfahrt"),
        ] {
            let activity = Activity { sport: of_file.into(), ..Activity::default() };
            assert_eq!(described(&row("", stated, None, None, None), activity).sport, expected, "{stated} {of_file}");
        }
    }
}
