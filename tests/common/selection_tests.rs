//! Random tests of each field for the [reference](crate::selection_reference) of selection.

use serde_json::Value;

use crate::selection_reference::{Condition, Rows};

/// A test of a field, with the flags that say the same, if there are any.
pub struct Tested {
    pub condition: Condition,
    pub flags: Vec<String>,
}

/// Makes a test, perhaps from the values of a random row; the last argument picks a number below another.
type MakeTest = fn(&Rows, &Value, &mut dyn FnMut(usize) -> usize) -> Tested;

/// Tests of all fields, those of files last.
pub const TESTS: &[MakeTest] = &[
    distance,
    duration,
    ascent,
    year,
    month,
    hour,
    utc_hour,
    weekday,
    season,
    night,
    date,
    date_before,
    sport,
    name,
    gear,
    commute,
    bounds,
    start,
    device,
    format,
    path,
];

/// Number of tests of files.
pub const OF_FILES: usize = 3;

fn tested(condition: Condition, flag: &str, value: impl ToString) -> Tested {
    Tested { condition, flags: vec![format!("--{flag}={}", value.to_string())] }
}

fn number(row: &Value, name: &str) -> Option<f64> {
    row[name].as_f64()
}

fn distance(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    // Half a metre off the rounded lengths of the rows.
    let km = (number(row, "metres").expect("a length") + 0.5) / 1000.0;
    let holds = |row: &Value| number(row, "metres").is_some_and(|metres| metres / 1000.0 >= km);
    tested(rows.condition(format!("distance >= {km}km"), holds), "distance", format!("{km}km-"))
}

fn duration(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let minutes = 5 + pick(200);
    let holds = |row: &Value| number(row, "seconds").is_some_and(|seconds| seconds <= (minutes * 60) as f64);
    tested(rows.condition(format!("duration <= {minutes}min"), holds), "duration", format!("-{minutes}min"))
}

fn ascent(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let metres = pick(2000) as f64 + 0.5;
    let holds = |row: &Value| number(row, "ascent_m").is_some_and(|ascent| ascent > metres);
    tested(rows.condition(format!("ascent > {metres}m"), holds), "ascent", format!("{metres}m-"))
}

fn year(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let [a, b] = [2016 + pick(10) as u32, 2016 + pick(10) as u32];
    let (from, to) = (a.min(b), a.max(b));
    let holds = |row: &Value| part(row, "start_local", 0..4).is_some_and(|year| (from..=to).contains(&year));
    tested(rows.condition(format!("year in {from}..{to}"), holds), "year", format!("{from}-{to}"))
}

fn month(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let [from, to] = [1 + pick(12) as u32, 1 + pick(12) as u32];
    let holds = |row: &Value| part(row, "start_local", 5..7).is_some_and(|month| is_between(month, from, to));
    tested(rows.condition(format!("month in {from}..{to}"), holds), "month", format!("{from}-{to}"))
}

fn hour(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let [from, to] = [pick(24) as u32, pick(24) as u32];
    let holds = |row: &Value| part(row, "start_local", 11..13).is_some_and(|hour| is_between(hour, from, to));
    tested(rows.condition(format!("hour in {from}..{to}"), holds), "hour", format!("{from}-{to}"))
}

fn utc_hour(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let [from, to] = [pick(24) as u32, pick(24) as u32];
    let holds = |row: &Value| part(row, "start", 11..13).is_some_and(|hour| is_between(hour, from, to));
    Tested { condition: rows.condition(format!("utc-hour in {from}..{to}"), holds), flags: Vec::new() }
}

fn weekday(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let [from, to] = [pick(7), pick(7)];
    let holds = |row: &Value| weekday_of(row).is_some_and(|day| is_between(day, from as u32, to as u32));
    let (from, to) = (NAMES[from], NAMES[to]);
    tested(rows.condition(format!("weekday in {from}..{to}"), holds), "weekday", format!("{from}-{to}"))
}

fn season(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let season = pick(4);
    let holds = |row: &Value| {
        let northern = part(row, "start_local", 5..7).map(|month| (month as usize + 9) % 12 / 3);
        northern.map(|index| if place(row).0 < 0.0 { (index + 2) % 4 } else { index }) == Some(season)
    };
    let name = ["spring", "summer", "autumn", "winter"][season];
    tested(rows.condition(format!("season = {name}"), holds), "season", name)
}

fn night(rows: &Rows, _: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    // The formula is right within a hundredth of a degree: days with activities near the limit are left out.
    let is_near = |row: &&Value| sun_elevation(row).is_some_and(|degrees| (degrees + 6.0).abs() < 0.05);
    let near: Vec<String> =
        rows.rows.iter().filter(is_near).filter_map(|row| date_of(row).map(str::to_owned)).collect();
    let is_night = |row: &Value| sun_elevation(row).is_some_and(|degrees| degrees < -6.0);
    if near.is_empty() {
        return tested(rows.condition("night", is_night), "night", "yes");
    }
    let holds = |row: &Value| is_night(row) && !near.iter().any(|day| date_of(row) == Some(day));
    Tested {
        condition: rows.condition(format!("night and date not in [{}]", near.join(", ")), holds),
        flags: Vec::new(),
    }
}

fn date(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let day = date_of(row).unwrap_or("2020-01-01").to_owned();
    let holds = |row: &Value| date_of(row).is_some_and(|other| other >= day.as_str());
    tested(rows.condition(format!("date >= {day}"), holds), "from", &day)
}

fn date_before(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let day = date_of(row).unwrap_or("2020-01-01").to_owned();
    let holds = |row: &Value| date_of(row).is_some_and(|other| other <= day.as_str());
    tested(rows.condition(format!("date <= {day}"), holds), "to", &day)
}

fn sport(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let sport = row["sport"].as_str().expect("a sport");
    // A general sport includes its kinds, and a part of a word other sports, which the rows do not state.
    let is_general = ["ride", "run", "walk", "hike", "swim", "ski", "paddling", ""].contains(&sport);
    let is_part =
        |row: &Value| row["sport"] != sport && row["sport_in_file"].as_str().unwrap_or_default().contains(sport);
    if is_general || rows.rows.iter().any(is_part) {
        return Tested { condition: rows.condition("has sport", |row| row["sport_in_file"] != ""), flags: Vec::new() };
    }
    tested(rows.condition(format!("sport = \"{sport}\""), |row: &Value| row["sport"] == sport), "sport", sport)
}

fn name(rows: &Rows, _: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let text = ["ride", "morning", "a", "2", "zz"][pick(5)];
    tested(rows.condition(format!("name like '{text}'"), |row: &Value| has(&row["name"], text)), "name", text)
}

fn gear(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let Some(gear) = row["gear"].as_str() else {
        return Tested { condition: rows.condition("not has gear", |row| row["gear"].is_null()), flags: Vec::new() };
    };
    let text = gear.to_lowercase();
    tested(rows.condition(format!("gear like \"{text}\""), |row: &Value| has(&row["gear"], &text)), "gear", gear)
}

fn commute(rows: &Rows, _: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    tested(rows.condition("commute", |row| row["commute"] == Value::Bool(true)), "commute", "yes")
}

fn bounds(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let sides = |row: &Value| -> [f64; 4] { std::array::from_fn(|side| row["bbox"][side].as_f64().expect("degrees")) };
    let [west, south, east, north] = sides(row);
    let text = format!("{west},{south},{east},{north}");
    // The boxes of the rows have a margin of a millionth of a degree.
    let touching = |margin: f64| {
        rows.condition(format!("box touches {text}"), |row: &Value| {
            let [other_west, other_south, other_east, other_north] = sides(row);
            let in_columns = other_west <= east - margin && other_east >= west + margin;
            in_columns && other_south <= north - margin && other_north >= south + margin
        })
    };
    let crosses = |row: &Value| sides(row)[0] > sides(row)[2];
    if rows.rows.iter().any(crosses) || touching(0.0).ids != touching(4e-6).ids {
        return Tested { condition: rows.condition("has distance", |_| true), flags: Vec::new() };
    }
    tested(touching(0.0), "bbox", &text)
}

fn start(rows: &Rows, row: &Value, pick: &mut dyn FnMut(usize) -> usize) -> Tested {
    let (lat, lon) = place(row);
    let km = (1 + pick(400)) as f64 / 8.0 + 0.0123;
    let holds = |row: &Value| haversine_km(place(row), (lat, lon)) <= km;
    let condition = rows.condition(format!("start within {km}km of {lat},{lon}"), holds);
    Tested { condition, flags: vec![format!("--near={lat},{lon}"), format!("--radius={km}km")] }
}

fn device(rows: &Rows, _: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    tested(rows.condition("device like garmin", |row| has(&row["device"], "garmin")), "device-name", "Garmin")
}

fn format(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let format = row["format"].as_str().expect("a format");
    let name = format.to_lowercase();
    tested(rows.condition(format!("format = {name}"), |row: &Value| row["format"] == format), "source", &name)
}

fn path(rows: &Rows, row: &Value, _: &mut dyn FnMut(usize) -> usize) -> Tested {
    let year = date_of(row).map_or("2019", |date| &date[..4]);
    tested(rows.condition(format!("path like '{year}'"), |row: &Value| has(&row["path"], year)), "source", year)
}

/// Returns true if a text contains another in lower case.
fn has(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|text| text.to_lowercase().contains(part))
}

/// Local date of the start.
fn date_of(row: &Value) -> Option<&str> {
    row["start_local"].as_str().map(|start| &start[..10])
}

/// A number in a timestamp.
fn part(row: &Value, name: &str, range: std::ops::Range<usize>) -> Option<u32> {
    row[name].as_str()?[range].parse().ok()
}

/// 0 is Monday, by Sakamoto's method.
fn weekday_of(row: &Value) -> Option<u32> {
    const OFFSETS: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let number = |range| part(row, "start_local", range);
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let year = if month < 3 { year - 1 } else { year };
    Some((year + year / 4 - year / 100 + year / 400 + OFFSETS[month as usize - 1] + day + 6) % 7)
}

/// A range that may run over the end.
fn is_between(value: u32, from: u32, to: u32) -> bool {
    if from <= to { (from..=to).contains(&value) } else { value >= from || value <= to }
}

/// Latitude and longitude of the start.
fn place(row: &Value) -> (f64, f64) {
    let degrees = |index: usize| row["start_place"][index].as_f64().expect("degrees");
    (degrees(0), degrees(1))
}

fn haversine_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let [lat_a, lon_a, lat_b, lon_b] = [a.0, a.1, b.0, b.1].map(f64::to_radians);
    let h = ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2.0).sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().asin()
}

/// Degrees of the sun above the horizon in the middle of the time, by the low-precision formulas of the Astronomical
/// Almanac: within 0.01° from 1950 to 2050.
fn sun_elevation(row: &Value) -> Option<f64> {
    let days = |name: &str| row[name].as_str().map(days_since_2000);
    let start = days("start")?;
    let n = (start + days("end").unwrap_or(start)) / 2.0;
    let mean_longitude = 280.460 + 0.985_647_4 * n;
    let anomaly = (357.528 + 0.985_600_3 * n).to_radians();
    let ecliptic = (mean_longitude + 1.915 * anomaly.sin() + 0.020 * (2.0 * anomaly).sin()).to_radians();
    let obliquity = (23.439 - 0.000_000_4 * n).to_radians();
    let ascension = (obliquity.cos() * ecliptic.sin()).atan2(ecliptic.cos());
    let declination = (obliquity.sin() * ecliptic.sin()).asin();
    let sidereal = (280.460_618_37 + 360.985_647_366_29 * n + place(row).1).to_radians();
    let (lat, hour_angle) = (place(row).0.to_radians(), sidereal - ascension);
    Some((lat.sin() * declination.sin() + lat.cos() * declination.cos() * hour_angle.cos()).asin().to_degrees())
}

/// Days from 2000-01-01 12:00 to an RFC 3339 timestamp in UTC.
fn days_since_2000(timestamp: &str) -> f64 {
    let number = |range: std::ops::Range<usize>| timestamp[range].parse::<i64>().expect("a number");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Julian day number of a Gregorian date, by Fliegel and Van Flandern.
    let shift = (month - 14) / 12;
    let julian = (1461 * (year + 4800 + shift)) / 4 + (367 * (month - 2 - 12 * shift)) / 12
        - (3 * ((year + 4900 + shift) / 100)) / 4
        + day
        - 32_075;
    let seconds = number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    (julian - 2_451_545) as f64 - 0.5 + seconds as f64 / 86_400.0
}
