mod laws;

use super::sentence::parse;
use super::*;
use crate::activity::summary::Summary;
use crate::activity::{Activity, Point};
use crate::collection::visible::without_privacy;
use crate::engine::geometry::mercator::canvas_from_degrees;

/// An hour's ride east from a position, climbing 100 m, from noon UTC `day` days after 1970-01-01.
fn ride(lat: f64, lon: f64, day: i64) -> Summary {
    let point = |i: i64| Point {
        time_ms: Some(day * 86_400_000 + 43_200_000 + i * 60_000),
        elevation_m: Some(500.0 + i as f32 * 100.0 / 60.0 * 1.0001),
        ..Point::at(lat, lon + i as f64 / 300.0)
    };
    let sport = "cycling/road".to_owned();
    let name = Some("Über den Berg".to_owned());
    without_privacy(&Activity { sport, name, segments: vec![(0..=60).map(point).collect()], ..Activity::default() })
        .0
        .expect("points")
        .summary
}

struct Recording {
    summary: Summary,
    files: Vec<Origin>,
}

impl Subject for Recording {
    fn summary(&self) -> &Summary {
        &self.summary
    }

    fn origins(&self) -> Vec<&Origin> {
        self.files.iter().collect()
    }
}

fn file(path: &str, format: &str, device: Option<&str>) -> Origin {
    Origin { paths: vec![path.into()], format: format.into(), device: device.map(str::to_owned) }
}

fn recording(summary: Summary) -> Recording {
    Recording { summary, files: vec![file("/home/me/Strava/1.fit", "FIT", Some("Garmin Edge 530"))] }
}

fn reason(sentence: &str, recording: &Recording) -> Option<OmitReason> {
    let condition = if sentence.is_empty() { Expression::default() } else { parse(sentence).expect(sentence) };
    Selection { condition }.judge(std::slice::from_ref(recording)).reasons[0]
}

fn is_selected(sentence: &str, recording: &Recording) -> bool {
    reason(sentence, recording).is_none()
}

#[test]
fn each_field_selects_and_omits() {
    // 1970-01-11 was a Sunday; 13:00 in Germany.
    let recording = recording(ride(48.0, 11.0, 10));
    assert!(is_selected("", &recording));
    for (holds, fails) in [
        ("date = 1970-01-11", "date < 1970-01-11"),
        ("date in [1969, 1970-01-10..1970-01-11]", "date in 1969..1970-01-10"),
        ("date <= 1970", "date > 1970-01-11"),
        ("year = 1970", "year != 1970"),
        ("year in [1960..1970, 1980]", "year not in 1970..1972"),
        ("month = jan", "month in feb..dec"),
        ("weekday in sat..sun", "weekday in mon..sat"),
        ("hour = 13", "hour = 12"),
        ("utc-hour = 12", "utc-hour = 13"),
        ("season = winter", "season in [spring, summer, autumn]"),
        ("not night", "night"),
        ("sport in [hike, ride]", "sport in [hike, run]"),
        ("distance in 14.8km..15km", "distance > 14.9 km"),
        ("duration >= 1h", "duration > 60min"),
        ("duration <= 3600s", "duration < 1h"),
        ("ascent in 90m..101m", "ascent < 91m"),
        ("name like 'ÜBER*berg'", "name like unter"),
        ("name = 'über den berg'", "name = über"),
        ("has name", "has gear"),
        ("not has gear", "not has name"),
        ("commute = no", "commute"),
        ("format in [gpx, fit]", "format = gpx"),
        ("path like strava", "path like garmin"),
        ("device like edge", "device like suunto"),
        ("box touches 11.1,47.9,11.2,48.1", "box touches 11.1,47.9,11.1001,47.95"),
        ("start within 1km of 48,11.01", "start within 1km of 48,11.1"),
        ("start within 1m of home", "not start within 1m of home"),
        ("indoor = any and year = 1970", "indoor"),
    ] {
        assert!(is_selected(holds, &recording), "{holds}");
        assert_eq!(reason(fails, &recording), Some(OmitReason::NotSelected), "{fails}");
    }
}

#[test]
fn conditions_on_the_file_hold_for_any_copy() {
    let mut copies = recording(ride(48.0, 11.0, 10));
    copies.files = vec![file("/strava/1.gpx", "GPX", None), file("/edge/1.fit", "FIT", Some("Garmin Edge 530"))];
    copies.files[1].paths.push("/backup/1.fit".into());
    for sentence in
        ["format = gpx", "format = fit", "path like strava", "path like backup", "format = gpx and device like edge"]
    {
        assert!(is_selected(sentence, &copies), "{sentence}");
    }
    for sentence in ["format = tcx", "device like suunto", "path like garmin", "format = fit and device like suunto"] {
        assert!(!is_selected(sentence, &copies), "{sentence}");
    }
    copies.files.clear();
    assert!(!is_selected("format = gpx", &copies) && is_selected("format != gpx", &copies));
}

#[test]
fn a_missing_value_fulfils_no_test_and_every_negation() {
    let segment = vec![Point::at(48.0, 11.0), Point::at(48.1, 11.0)];
    let bare = Activity { segments: vec![segment], ..Activity::default() };
    let recording = recording(without_privacy(&bare).0.expect("points").summary);
    assert!(is_selected("", &recording));
    for sentence in [
        "date <= 9998",
        "year >= 1000",
        "hour in 0..23",
        "ascent >= 0m",
        "ascent < 9999km",
        "duration >= 0s",
        "name like '*'",
        "gear = x",
        "has date",
    ] {
        assert!(!is_selected(sentence, &recording), "{sentence}");
        assert!(is_selected(&format!("not {sentence}"), &recording), "not {sentence}");
    }
    assert!(!is_selected("night", &recording) && is_selected("sport = unknown", &recording));
}

#[test]
fn indoor_and_virtual_activities_are_left_out_unless_mentioned() {
    for (sport, field, why) in
        [("virtual ride", "virtual", OmitReason::Virtual), ("indoor cycling", "indoor", OmitReason::Indoor)]
    {
        let recording = recording(Summary { sport: sport.into(), ..ride(48.0, 11.0, 1) });
        assert_eq!(reason("", &recording), Some(why));
        assert_eq!(reason("sport = run", &recording), Some(OmitReason::NotSelected), "conditions come first");
        assert!(is_selected(field, &recording) && is_selected(&format!("{field} = any"), &recording));
        assert_eq!(reason(&format!("not {field}"), &recording), Some(OmitReason::NotSelected));
        assert_eq!(Selection::all().judge(&[recording]).reasons, [None]);
    }
    let planned = recording(Summary { planned: true, ..ride(48.0, 11.0, 1) });
    assert_eq!(reason("year = 1970", &planned), Some(OmitReason::Planned));
    assert_eq!(Selection::recorded().judge(std::slice::from_ref(&planned)).reasons, [Some(OmitReason::Planned)]);
    assert!(is_selected("planned", &planned));
}

#[test]
fn a_view_can_be_read_again_or_is_refused() {
    let view = |condition: Expression| View { name: "x".into(), condition };
    let nested = |depth: usize| "not (night and ".repeat(depth) + "commute = no" + &")".repeat(depth);
    // Each level has a `not` and a parenthesis.
    let deepest = parse(&nested(16)).expect("within the limit");
    assert!(parse(&nested(17)).is_err());
    assert_eq!(view(deepest.clone()).check(), Ok(()));
    let deeper = deepest.and(parse("night or commute").unwrap()).negated();
    assert_eq!(view(deeper).check(), Err(ViewError::TooLarge));
    let long = parse(&vec!["date in 2023..2024"; 150].join(" or ")).expect("within the limit");
    assert_eq!(view(long).check(), Err(ViewError::TooLarge), "days are printed in full");
    for (name, expected) in [("", Err(ViewError::Name)), ("a\tb", Err(ViewError::Name)), ("Sommer-Rides ☀", Ok(()))] {
        assert_eq!(View { name: name.into(), condition: parse("night").unwrap() }.check(), expected, "{name}");
    }
}

#[test]
fn boxes_may_cross_the_antimeridian() {
    let across = |lon: f64| is_selected("box touches 179,-20,-179,-10", &recording(ride(-15.0, lon, 1)));
    assert!(across(178.9) && across(-179.5) && !across(0.0) && !across(178.0));
    assert!(is_selected("box touches -180,-90,180,90", &recording(ride(48.0, 11.0, 1))));
    for side in ["180,-90,180,90", "180,-90,-180,90", "-180,-90,-180,90"] {
        assert!(!is_selected(&format!("box touches {side}"), &recording(ride(48.0, 11.0, 1))), "{side}");
    }
}

#[test]
fn home_is_the_most_common_start() {
    let home_of = |places: &[(f64, f64)], sentence: &str| {
        let start = |(lat, lon): &(f64, f64)| Summary { start: canvas_from_degrees(*lon, *lat), ..ride(48.0, 11.0, 1) };
        let recordings: Vec<Recording> = places.iter().map(|place| recording(start(place))).collect();
        Selection { condition: parse(sentence).unwrap() }.judge(&recordings).home
    };
    let starts = [(48.1, 11.6), (48.1001, 11.6001), (48.1002, 11.6), (47.0, 8.0), (47.0, 8.0)];
    let (lat, lon) = home_of(&starts, "start within 1km of home").expect("starts");
    assert!((lat - 48.1001).abs() < 1e-4 && (lon - 11.6).abs() < 2e-4, "{lat} {lon}");
    let turn = [(1.0, 179.9999), (1.0, -179.9999), (1.0, -179.9998), (2.0, 8.0), (2.0, 8.0)];
    let (lat, lon) = home_of(&turn, "not start within 1km of home").expect("starts");
    assert!((lat - 1.0).abs() < 1e-4 && (lon + 179.9999).abs() < 1e-6, "{lat} {lon}");
    assert_eq!(home_of(&[], "start within 1km of home"), None);
    assert_eq!(home_of(&starts, "start within 1km of 48,11"), None, "private, so computed only on request");
}

#[test]
fn facets_lift_the_conditions_on_their_own_field() {
    let recordings: Vec<Recording> = (0..28)
        .map(|day| {
            let sport = if day % 7 == 3 { "running" } else { "cycling" };
            recording(Summary { sport: sport.into(), ..ride(48.0, 11.0, day) })
        })
        .collect();
    let [weekday, sport] = ["weekday", "sport"].map(Key::known);
    let count = |sentence: &str, key: Key, value: &str| {
        let selection = Selection { condition: parse(sentence).unwrap() };
        let columns = Columns::new(&recordings, selection.keys().into_iter().chain([weekday, sport]));
        let others = selection.others(&columns, key, None);
        let facet = Facet::new(&columns, key).unwrap();
        facet
            .groups
            .iter()
            .find(|group| group.value.as_deref() == Some(value))
            .map_or(0, |group| group.members.intersection_count(&others))
    };
    // 1970-01-01 was a Thursday; day 3 of each seven a Sunday.
    assert_eq!(count("weekday = sun", weekday, "mon"), 4);
    assert_eq!(count("weekday = sun", sport, "ride"), 0);
    assert_eq!(count("weekday = sun", sport, "run"), 4);
    assert_eq!(count("weekday = sun and sport = ride", sport, "run"), 4);
    assert_eq!(count("weekday = sun or sport = ride", weekday, "sun"), 4, "a condition on two fields stays");
    assert_eq!(count("weekday = mon or weekday = tue", weekday, "sun"), 4);
}

#[test]
fn selections_print_themselves_in_words() {
    for (sentence, words) in [
        (
            "sport = ride and weekday = sat and year = 2024 and distance > 20km",
            "rides on Saturdays in 2024 longer than 20 km",
        ),
        ("sport in [run, hike] and season = summer and not commute", "runs and hikes in summer that are no commutes"),
        (
            "weekday in mon..fri and hour in 5..8 and night",
            "activities on Mondays to Fridays starting from 5:00 to 8:59 at night",
        ),
        ("date = 2024-05-31", "activities on 2024-05-31"),
        ("date >= 2024-05 and date <= 2024-07-15", "activities from 2024-05-01 to 2024-07-15"),
        ("utc-year in [2019..2021, 2024]", "activities from 2019 to 2021 or in 2024 (UTC)"),
        ("duration >= 30min and ascent < 500m", "activities lasting at least 30 min climbing less than 500 m"),
        (
            "name like berg and not gear = 'Canyon Grail'",
            "activities with “berg” in the name without the gear “canyon grail”",
        ),
        ("format in [gpx, fit] and indoor = any", "activities of the format “gpx” or “fit”, also indoor ones"),
        ("start within 10km of home and has ascent", "activities with known ascent starting within 10 km of home"),
        ("distance > 100km or ascent >= 1500m", "activities either longer than 100 km or climbing at least 1500 m"),
        ("not (sport = ride and night)", "activities except those that are rides and at night"),
        ("sport = gravel-ride", "gravel rides"),
        ("(sport = ride or sport = run) and year = 2024", "rides and runs in 2024"),
        ("weekday in [sat, sun] and month in dec..jan", "activities on Saturdays and Sundays in December and January"),
        ("planned = any and virtual = any and night = any", "activities, also planned and virtual ones"),
        ("date >= 2024 and date <= 2024-12", "activities in 2024"),
        ("not not night", "activities at night"),
        (
            "name like “a” and has gear and night and distance > 5km",
            "activities at night, longer than 5 km, with “a” in the name, with known gear",
        ),
        ("sport = zorbing", "“zorbing” activities"),
    ] {
        assert_eq!(Selection { condition: parse(sentence).unwrap() }.words(), words, "{sentence}");
    }
    assert_eq!(Selection::default().words(), "all activities");
}

#[test]
fn faults_name_their_place() {
    let error = |sentence: &str| parse(sentence).unwrap_err().to_string();
    assert_eq!(
        error("sport = ride and distanse > 20km"),
        "no field is called 'distanse'; did you mean 'distance'?\n  sport = ride and distanse > 20km\n                   ^^^^^^^^"
    );
    for (sentence, message) in [
        ("", "the condition ends early; expected a field"),
        ("distance > 20", "write one number with a unit, km, m, mi or ft, such as 1.5km"),
        ("distance > 20h", "write one number with a unit, km, m, mi or ft, such as 1.5km"),
        ("distance = 20km", "an exact length or time is never met; use <, <=, >, >= or in"),
        ("distance in 50km..5km", "the first value must not be greater than the second"),
        ("distance in 50km", "write a range, such as 5km..50km, or use < or >"),
        ("duration like 5", "expected <, <=, >, >=, or in here"),
        ("year = 24", "write a year such as 2024"),
        ("date = 2023-02-29", "there is no such day"),
        ("date in 2024..2023", "the first value must not be later than the second"),
        (
            "weekday = someday",
            "no such value as 'someday'; write a day such as mon or sunday, or a range such as mon..fri",
        ),
        ("weekday > mon", "these values have no order >; use in: mon..fri"),
        ("name > a", "texts have no order >; use =, in or like"),
        ("name = and", "expected a text (this word has a meaning of its own; put it in quotes) here"),
        ("name = ''", "write at least one letter"),
        ("name = 'x", "the quote has no end"),
        ("commute > 1", "expected yes or no: this field stands alone, or with not before it, or with = yes here"),
        ("commute = maybe", "expected yes, no or any here"),
        ("has night", "night is never missing, so has says nothing"),
        ("night night", "expected and, or, or the end (texts of several words stand in quotes) here"),
        ("sport == ride", "expected a text (one = suffices) here"),
        ("sport in (ride, run)", "expected a text (several stand after in: in [one, two]) here"),
        ("(night", "the condition ends early; expected and, or, or )"),
        ("year in [2024", "the condition ends early; expected , or ]"),
        ("box touches 1,2,3", "the condition ends early; expected west,south,east,north in degrees"),
        ("box touches 1,200,3,4", "the south side 200 is beyond 90 degrees; use one from -90 to 90"),
        ("start within 5km of 91,0", "the latitude 91 is beyond 90 degrees; use one from -90 to 90"),
        ("start within 5km of", "the condition ends early; expected home, or latitude,longitude in degrees"),
        ("utc-sport = ride", "no field is called 'utc-sport'; the fields are date, year, month"),
        ("utc_year = 2024", "no field is called 'utc_year'; did you mean 'utc-year'?"),
        ("year = != 2024", "expected a year here"),
        ("year < 1000", "years are from 1000 to 9998"),
        ("date > 9998", "years are from 1000 to 9998"),
        ("name = 'a\nb'", "a text has one line"),
        ("name = '\u{1b}[2J'", "control characters have no meaning here"),
        ("year = 2024 & night", "this sign has no meaning here"),
    ] {
        assert!(error(sentence).starts_with(message), "{sentence}: {}", error(sentence));
    }
    let huge = format!("distance > {}km", "9".repeat(400));
    assert!(error(&huge).starts_with("write one number with a unit"));
    // The caret is under the wrong value of a list.
    assert!(
        error("month in [jan, foo, mar]").ends_with("\n                 ^^^"),
        "{}",
        error("month in [jan, foo, mar]")
    );
    let deep = "(".repeat(100_000);
    assert!(error(&deep[..4000]).starts_with("more than 32 levels"));
    assert!(error(&deep).starts_with("the condition is longer than 4096 bytes"));
    assert!(error(&"not ".repeat(1000)).starts_with("more than 32 levels"));
    assert!(
        error(&format!("{} and x = 1 and {}", "night", "night and ".repeat(300)))
            .lines()
            .all(|line| line.chars().count() < 400)
    );
}
