//! Rules that every file must satisfy, whatever its bytes: bounded memory and possible values.

use flate2::read::MultiGzDecoder;
use peak_alloc::PeakAlloc;
use std::io::Read;
use std::ops::RangeInclusive;
#[cfg(fuzzing)]
use std::path::Path;
use trailglow::activity::{Activity, Point};
#[cfg(fuzzing)]
use trailglow::source::fuzzing::{Table, archive, garmin_table};
#[cfg(any(test, fuzzing))]
use trailglow::source::{FileOutcome, TableReport};
use trailglow::source::{Format, ParsedFile, Skip, parse};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory allowed per file and per byte of the file. The smallest FIT record has 3 bytes and becomes a point of 64
/// bytes, in buffers that double as they grow, and then a point of 56 bytes.
const MEMORY_BOUNDS: (usize, usize) = (2 << 20, 256);

/// Fewest bytes in which a format can state a point.
fn smallest_point(format: Format) -> usize {
    match format {
        // First byte, latitude of one byte, longitude of one byte.
        Format::Fit => 3,
        Format::Gpx => "<trkpt lat=1 lon=1>".len(),
        Format::Tcx => "<Trackpoint><LatitudeDegrees>1<LongitudeDegrees>1".len(),
        Format::Kml => "1,1 ".len(),
        Format::GeoJson => "[1,1],".len(),
    }
}

/// From a day before year 0 to a day after year 9999, in milliseconds since 1970.
const TIMES: RangeInclusive<i64> = -62_167_305_600_000..=253_402_387_200_000;

/// Most characters of a title, sport or device name.
const NAME_CHARS: usize = 200;
/// Most characters of a warning or refusal.
const SENTENCE_CHARS: usize = 400;

/// Most warnings of a file.
const WARNINGS: usize = 20;

/// Parses a file and checks its memory and result.
pub fn read(bytes: &[u8]) -> Result<ParsedFile, Skip> {
    let content = content(bytes);
    let (outcome, used) = memory_of(|| parse(bytes));
    let (base, for_each_byte) = MEMORY_BOUNDS;
    assert!(used <= base + for_each_byte * content, "reading {content} bytes took {used} bytes of memory");
    match &outcome {
        Ok(parsed) => assert_eq!(wrong(parsed, content), [""; 0], "{parsed:?}"),
        Err(skip) => assert!(is_line(&skip.to_string(), SENTENCE_CHARS), "{skip:?}"),
    }
    outcome
}

/// Files and tables of an archive.
#[cfg(any(test, fuzzing))]
type Archived = (Vec<FileOutcome<ParsedFile>>, Vec<TableReport>);

/// Parses an archive and checks the result. The size of its content is unknown, so only the limit of the process bounds
/// the memory.
#[cfg(fuzzing)]
pub fn read_archive(bytes: &[u8]) -> Result<Archived, Skip> {
    let outcome = archive(Path::new("archive"), bytes);
    match &outcome {
        Ok(archived) => assert_eq!(wrong_in_archive(archived), [""; 0], "{archived:?}"),
        Err(skip) => assert!(is_line(&skip.to_string(), SENTENCE_CHARS), "{skip:?}"),
    }
    outcome
}

/// Rules that the content of an archive violates.
#[cfg(any(test, fuzzing))]
fn wrong_in_archive((files, table_reports): &Archived) -> Vec<&'static str> {
    let parsed_files = files.iter().filter_map(|file| file.outcome.as_ref().ok());
    let mut wrong: Vec<&str> = parsed_files.flat_map(|parsed| wrong(parsed, usize::MAX)).collect();
    let sane = |table_report: &TableReport| table_report.without_file + table_report.missing <= table_report.activities;
    let refusals = || files.iter().filter_map(|file| file.outcome.as_ref().err());
    let laws = [
        ("a file that is elsewhere", files.iter().all(|file| file.path.starts_with("archive") && !file.explicit)),
        (
            "a table that is elsewhere",
            table_reports.iter().all(|table_report| table_report.path.starts_with("archive")),
        ),
        ("a table with more without files than lines", table_reports.iter().all(sane)),
        ("a refusal that is no line", refusals().all(|skip| is_line(&skip.to_string(), SENTENCE_CHARS))),
        ("no file", !files.is_empty() || !table_reports.is_empty()),
    ];
    wrong.extend(laws.into_iter().filter(|(_, holds)| !holds).map(|(what, _)| what));
    wrong
}

/// Parses a table and checks its memory and rows.
#[cfg(fuzzing)]
pub fn read_table(bytes: &[u8]) {
    let (outcome, used) = memory_of(|| Table::parse(bytes));
    let (base, for_each_byte) = MEMORY_BOUNDS;
    assert!(used <= base + for_each_byte * bytes.len(), "reading {} bytes took {used} bytes of memory", bytes.len());
    let table = match outcome {
        Ok(table) => table.unwrap_or_default(),
        Err(skip) => return assert!(is_line(&skip.to_string(), SENTENCE_CHARS), "{skip:?}"),
    };
    assert!(table.without_file + table.rows().count() as u64 <= table.activities, "{table:?}");
    for row in table.rows() {
        let mut activity = Activity::default();
        row.describe(&mut activity);
        assert_eq!(wrong_in_row(&activity), [""; 0], "{row:?}");
    }
}

/// Parses a table of a Garmin export and checks its memory and rows.
#[cfg(fuzzing)]
pub fn read_garmin(bytes: &[u8]) {
    let (table, used) = memory_of(|| garmin_table(bytes));
    let (base, for_each_byte) = MEMORY_BOUNDS;
    assert!(used <= base + for_each_byte * bytes.len(), "reading {} bytes took {used} bytes of memory", bytes.len());
    assert!(table.activities() <= bytes.len() as u64);
    for number in 0..3 {
        let mut activity = Activity::default();
        table.describe(Path::new(&format!("{number}.fit")), &mut activity);
        assert_eq!(wrong_in_row(&activity), [""; 0], "{table:?}");
    }
}

/// Rules that a row of a table violates.
#[cfg(any(test, fuzzing))]
fn wrong_in_row(activity: &Activity) -> Vec<&'static str> {
    let names = [&activity.name, &activity.gear];
    let laws = [
        ("a name that is no line", names.into_iter().flatten().all(|name| is_line(name, NAME_CHARS))),
        ("a sport that is no line", activity.sport.is_empty() || is_line(&activity.sport, 3 * NAME_CHARS)),
        ("a start that cannot be", activity.table_start_ms.is_none_or(|time| TIMES.contains(&time))),
    ];
    laws.into_iter().filter(|(_, holds)| !holds).map(|(what, _)| what).collect()
}

/// Calls `function`, which may hold at most `most` bytes of memory at a time, and returns its result.
pub fn within<T>(most: usize, function: impl FnOnce() -> T) -> T {
    let (result, used) = memory_of(function);
    assert!(used <= most, "it took {used} bytes of memory, more than {most}");
    result
}

/// Result of `function` and its peak memory in bytes.
fn memory_of<T>(function: impl FnOnce() -> T) -> (T, usize) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let result = function();
    (result, MEMORY.peak_usage() - before)
}

/// Size of a file in bytes, or of its content unpacked up to twice if that is larger.
fn content(bytes: &[u8]) -> usize {
    let mut most = bytes.len();
    let mut unpacked = bytes.to_vec();
    for _ in 0..2 {
        let mut inner = Vec::new();
        // The part before damage counts.
        let _ = MultiGzDecoder::new(&*unpacked).read_to_end(&mut inner);
        most = most.max(inner.len());
        unpacked = inner;
    }
    most
}

/// Rules that a file of `bytes` bytes violates.
fn wrong(parsed: &ParsedFile, bytes: usize) -> Vec<&'static str> {
    let points = || parsed.activities.iter().flat_map(Activity::points);
    let names = parsed.activities.iter().filter_map(|activity| activity.name.as_deref());
    let mut sports = parsed.activities.iter().map(|activity| &*activity.sport).filter(|sport| !sport.is_empty());
    let mut segments = parsed.activities.iter().flat_map(|activity| &activity.segments);
    let point_count = points().count();
    let ignored = parsed.unreadable_points
        + parsed.points_without_position
        + parsed.waypoints
        + parsed.route_points;
    let laws = [
        ("an activity without points", parsed.activities.iter().all(|activity| !activity.segments.is_empty())),
        ("a segment without points", segments.all(|segment| !segment.is_empty())),
        ("no activity", !parsed.activities.is_empty()),
        ("a point that cannot be", points().all(is_possible)),
        ("more points than fit", point_count * smallest_point(parsed.format) <= bytes),
        ("more ignored than fits", point_count as u64 + ignored <= bytes as u64),
        ("more bad values than fit", parsed.bad_values <= bytes as u64),
        ("a name that is no line", names.chain(parsed.device.as_deref()).all(|name| is_line(name, NAME_CHARS))),
        // Lower case may take more characters.
        ("a sport that is no line", sports.all(|sport| is_line(sport, 3 * NAME_CHARS))),
        ("a warning that is no line", parsed.warnings.iter().all(|warning| is_line(warning, SENTENCE_CHARS))),
        (
            "damage that is no line",
            parsed.damage.as_ref().is_none_or(|damage| is_line(&damage.cause, SENTENCE_CHARS)),
        ),
        ("damage with more points than fit", parsed.damage.as_ref().is_none_or(|damage| damage.points <= bytes as u64)),
        ("too many warnings", parsed.warnings.len() <= WARNINGS),
    ];
    laws.into_iter().filter(|(_, holds)| !holds).map(|(what, _)| what).collect()
}

fn is_possible(point: &Point) -> bool {
    let Point { lat, lon, time_ms, elevation_m, speed_mps, heart_rate_bpm, power_w, cadence_rpm, temperature_c } = point;
    lat.is_finite()
        && lon.is_finite()
        && time_ms.is_none_or(|time| TIMES.contains(&time))
        && elevation_m.is_none_or(f32::is_finite)
        && speed_mps.is_none_or(f32::is_finite)
        && heart_rate_bpm.is_none_or(|rate| (1..=254).contains(&rate))
        && power_w.is_none_or(|power| power <= 3000)
        && cadence_rpm.is_none_or(|cadence| cadence <= 254)
        && temperature_c.is_none_or(|degrees| (-60..=80).contains(&degrees))
}

fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().count() <= most && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trailglow::source::Damage;

    #[test]
    fn every_law_of_rows_can_be_broken() {
        let sound = Activity { name: Some("n".into()), gear: Some("g".into()), ..Activity::default() };
        assert_eq!(wrong_in_row(&sound), [""; 0]);
        let name = || Some("a\nb".to_owned());
        for (row, what) in [
            (Activity { name: name(), ..sound.clone() }, "a name that is no line"),
            (Activity { gear: name(), ..sound.clone() }, "a name that is no line"),
            (Activity { sport: " ".into(), ..sound.clone() }, "a sport that is no line"),
            (Activity { table_start_ms: Some(i64::MAX), ..sound.clone() }, "a start that cannot be"),
        ] {
            assert_eq!(wrong_in_row(&row), [what]);
        }
    }

    #[test]
    fn every_law_of_archives_can_be_broken() {
        let file = |path: &str, outcome| FileOutcome {
            path: path.into(),
            explicit: false,
            archive: None,
            outer_digest: 0,
            outcome,
        };
        let table_report = |path: &str, missing| TableReport {
            path: path.into(),
            archive: None,
            activities: 1,
            without_file: 0,
            missing,
        };
        let sound = || (vec![file("archive/a", Ok(parsed()))], vec![table_report("archive/t", 1)]);
        assert_eq!(wrong_in_archive(&sound()), [""; 0]);
        let refused = file("archive/a", Err(Skip::Unreadable("a\nb".into())));
        for (archived, what) in [
            ((vec![file("a", Ok(parsed()))], vec![]), "a file that is elsewhere"),
            ((vec![refused], vec![]), "a refusal that is no line"),
            ((vec![], vec![table_report("t", 1)]), "a table that is elsewhere"),
            ((vec![], vec![table_report("archive/t", 2)]), "a table with more without files than lines"),
            ((vec![], vec![]), "no file"),
            (
                (vec![file("archive/a", Ok(ParsedFile { device: Some("a\nb".into()), ..parsed() }))], vec![]),
                "a name that is no line",
            ),
        ] {
            assert_eq!(wrong_in_archive(&archived), [what]);
        }
    }

    const POINTS: &str = "damage with more points than fit";

    /// Change to a parsed file.
    type Change = fn(&mut ParsedFile);

    fn parsed() -> ParsedFile {
        parse(b"<gpx creator='c'><trk><name>n</name><type>t</type><trkpt lat='1' lon='2'/></trk></gpx>").unwrap()
    }

    #[test]
    fn every_law_can_be_broken() {
        assert_eq!(wrong(&parsed(), 19), [""; 0]);
        let changes: [(Change, &str); 19] = [
            (|r| r.activities.push(Activity::default()), "an activity without points"),
            (|r| r.activities[0].segments.push(Vec::new()), "a segment without points"),
            (|r| r.activities.clear(), "no activity"),
            (|r| r.activities[0].segments[0][0].lat = f64::NAN, "a point that cannot be"),
            (|r| r.activities[0].segments[0][0].lon = f64::INFINITY, "a point that cannot be"),
            (|r| r.activities[0].segments[0][0].time_ms = Some(i64::MAX), "a point that cannot be"),
            (|r| r.activities[0].segments[0][0].elevation_m = Some(f32::NAN), "a point that cannot be"),
            (|r| r.activities[0].segments[0][0].speed_mps = Some(f32::INFINITY), "a point that cannot be"),
            (|r| r.activities[0].segments[0].push(Point::at(1.0, 2.0)), "more points than fit"),
            (|r| r.route_points = 19, "more ignored than fits"),
            (|r| r.bad_values = 20, "more bad values than fit"),
            (|r| r.activities[0].name = Some(String::new()), "a name that is no line"),
            (|r| r.device = Some("a\nb".into()), "a name that is no line"),
            (|r| r.device = Some("a".repeat(201)), "a name that is no line"),
            (|r| r.activities[0].sport = " a".into(), "a sport that is no line"),
            (|r| r.warnings.push(String::new()), "a warning that is no line"),
            (|r| r.damage = Some(Damage { cause: "a\nb".into(), ..Damage::default() }), "damage that is no line"),
            (|r| r.damage = Some(Damage { cause: "a".into(), points: 20, ..Damage::default() }), POINTS),
            (|r| r.warnings = vec!["a".into(); 21], "too many warnings"),
        ];
        for (change, what) in changes {
            let mut changed = parsed();
            change(&mut changed);
            assert_eq!(wrong(&changed, 19), [what]);
        }
    }

    #[test]
    #[should_panic(expected = "more than 1000000")]
    fn more_memory_than_a_bound_is_seen() {
        within(1_000_000, || vec![1u8; 1_000_001].len());
    }

    #[test]
    fn memory_counts_even_when_it_is_given_back() {
        let (length, used) = memory_of(|| vec![1u8; 50 << 20].len());
        assert!(used >= length && used < 2 * length, "{used}");
        assert!(memory_of(|| ()).1 < length);
    }
}
