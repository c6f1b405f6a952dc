//! Numbers, durations and paths as text for people.

use std::path::Path;
use std::time::Duration;

/// Formats as `12,345`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats as `1 file`, `12,345 files`.
pub fn some(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// Formats as `12.3 MB`, in powers of 1000.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut scaled = value as f64 / 1000.0;
    let mut unit = 0;
    while scaled >= 999.95 && unit + 1 < UNITS.len() {
        scaled /= 1000.0;
        unit += 1;
    }
    if value < 1000 { format!("{value} bytes") } else { format!("{scaled:.1} {}", UNITS[unit]) }
}

/// Formats as `400 m`, `1.5 km`.
pub fn metres(value: f64) -> String {
    if value < 1000.0 { format!("{value} m") } else { format!("{} km", value / 1000.0) }
}

/// Formats as `0.52 s`, `3 min 20 s`.
pub fn seconds(value: Duration) -> String {
    match value.as_secs() {
        0..=9 => format!("{:.2} s", value.as_secs_f64()),
        10..=119 => format!("{:.0} s", value.as_secs_f64()),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// Formats as `0.4/s`, `12,345/s`.
pub fn rate(per_second: f64) -> String {
    if per_second < 9.95 { format!("{per_second:.1}/s") } else { format!("{}/s", count(per_second.round() as u64)) }
}

/// Quotes a path for a shell if needed.
pub fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/\\._-+,:@%".contains(c);
    if path.chars().all(is_plain) { path.into_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [999, 1000, 999_949, 999_950, 2_500_000_000].map(bytes),
            ["999 bytes", "1.0 kB", "999.9 kB", "1.0 MB", "2.5 GB"]
        );
        assert_eq!(
            [520, 12_600, 200_000].map(|ms| seconds(Duration::from_millis(ms))),
            ["0.52 s", "13 s", "3 min 20 s"]
        );
        assert_eq!([400.0, 1500.0].map(metres), ["400 m", "1.5 km"]);
        assert_eq!([0.0, 9.949, 9.95, 12_345.6].map(rate), ["0.0/s", "9.9/s", "10/s", "12,346/s"]);
        assert_eq!((some(1, "file", "files"), some(2, "file", "files")), ("1 file".to_owned(), "2 files".to_owned()));
    }

    #[test]
    fn a_path_can_be_pasted() {
        let paths = ["demo-1/x.gpx", "my rides", "it's", "~"];
        assert_eq!(paths.map(|path| quoted(Path::new(path))), ["demo-1/x.gpx", "'my rides'", "'it'\\''s'", "'~'"]);
    }
}
