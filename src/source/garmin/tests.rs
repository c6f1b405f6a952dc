use super::*;
use crate::activity::Point;
use crate::control::cancel::Cancel;
use crate::source::content::ContentReader;
use crate::source::skip::Skip;
use proptest::prelude::*;

const T0: i64 = 1_700_000_000_000;

/// Table up to a fault, and the fault.
fn read_until_fault(bytes: &[u8]) -> (Table, Option<Skip>) {
    let (rows, fault) = read(ContentReader::new(bytes).unwrap(), &Cancel::default());
    (Table::of(rows), fault)
}

fn table(json: &str) -> Table {
    let (table, fault) = read_until_fault(json.as_bytes());
    assert_eq!(fault, None, "{json}");
    table
}

fn in_export(rows: &str) -> String {
    format!("[{{\"summarizedActivitiesExport\":[{rows}]}}]")
}

/// Title and sport of an activity that begins at a time, with a sport in its file.
fn described(table: &Table, file: &str, start_ms: Option<i64>, sport: &str) -> (Option<String>, String) {
    let points = vec![Point::at(1.0, 2.0), Point { time_ms: start_ms, ..Point::at(1.0, 2.0) }];
    let mut activity = Activity { sport: sport.into(), segments: vec![points], ..Activity::default() };
    table.describe(Path::new(file), &mut activity);
    (activity.name, activity.sport)
}

fn title(table: &Table, file: &str, start_ms: Option<i64>) -> Option<String> {
    described(table, file, start_ms, "").0
}

#[test]
fn activities_are_found_by_their_start_or_their_number() {
    let rows = format!(
        "{{\"activityId\":11,\"uuidMsb\":-1,\"name\":\"Dawn \\ud83d\\ude00\",\"activityType\":\"trail_running\",\
          \"beginTimestamp\":{T0}.0,\"splits\":[{{\"startTimeGMT\":1,\"name\":\"no\"}}]}},\
         {{\"activityId\":12,\"name\":\"Dusk\",\"activityType\":\"cycling\",\"startTimeGmt\":{}}}",
        T0 + 3_600_000
    );
    for json in [in_export(&rows), format!("[{rows}]"), format!("{{\"summarizedActivitiesExport\":[{rows}]}}")] {
        let table = table(&json);
        assert_eq!(table.activities(), 2);
        let [dawn, dusk] = ["Dawn \u{1f600}", "Dusk"].map(|name| Some(name.to_owned()));
        for (file, start, expected) in [
            ("x/a@b.c_99.fit", Some(T0), &dawn),
            ("x/a@b.c_99.fit", Some(T0 + 90_000), &dawn),
            ("x/a@b.c_99.fit", Some(T0 - 1_000), &dawn),
            ("x/a@b.c_99.fit", Some(T0 - 5_000), &None),
            ("x/a@b.c_99.fit", Some(T0 + 300_000), &None),
            ("x/a@b.c_99.fit", Some(T0 + 3_599_000), &dusk),
            ("x/a@b.c_99.fit", None, &None),
            ("x/12_ACTIVITY.fit", Some(T0 + 3_900_000), &dusk),
            ("x/12_ACTIVITY.fit", None, &dusk),
            ("x/activity_11.gpx", Some(T0 + 7_200_000), &dawn),
            ("x/12_ACTIVITY.fit", Some(T0 + 100 * 86_400_000), &None),
            ("12/99.fit", None, &None),
        ] {
            assert_eq!(title(&table, file, start), *expected, "{file} {start:?}");
        }
        assert_eq!(described(&table, "1.fit", Some(T0), "running").1, "trail_running");
        assert_eq!(
            described(&table, "1.fit", Some(T0 + 3_600_000), "cycling/indoor_cycling").1,
            "cycling/indoor_cycling"
        );
    }
}

/// Rows of a triathlon whose parts have their own starts, or that of the whole, in any order.
fn triathlon(step_ms: i64) -> Vec<String> {
    let part = |id: i64, name: &str, sport: &str| {
        let start = T0 + (id - 2) * step_ms;
        format!(
            "{{\"activityId\":{id},\"name\":\"{name}\",\"activityType\":\"{sport}\",\"beginTimestamp\":{start},\"parentId\":1}}"
        )
    };
    vec![
        part(2, "Swim", "open_water_swimming"),
        part(3, "Bike", "road_biking"),
        part(4, "Run", "running"),
        format!(
            "{{\"activityId\":1,\"name\":\"Whole\",\"activityType\":\"multi_sport\",\"beginTimestamp\":{T0},\"parentId\":null}}"
        ),
    ]
}

#[test]
fn each_part_of_a_multisport_activity_has_its_own_title() {
    for step_ms in [0, 1_000, 60_000, 3_600_000] {
        for turn in 0..4 {
            let mut rows = triathlon(step_ms);
            rows.rotate_left(turn);
            let table = table(&in_export(&rows.join(",")));
            let parts = [("swimming/open_water", "Swim"), ("cycling", "Bike"), ("running/trail", "Run")];
            for (index, (sport, name)) in parts.into_iter().enumerate() {
                let start = Some(T0 + index as i64 * step_ms + 500);
                for file in ["x/99.fit", "x/1_ACTIVITY.fit"] {
                    assert_eq!(
                        described(&table, file, start, sport).0.as_deref(),
                        Some(name),
                        "{step_ms} {turn} {file}"
                    );
                }
            }
            // Without a sport in the file the first part counts, and the whole where the file has its sport.
            assert_eq!(
                title(&table, "99.fit", Some(T0)).as_deref(),
                Some(if step_ms == 1_000 { "Run" } else { "Swim" })
            );
            assert_eq!(described(&table, "99.fit", Some(T0), "multisport").0.as_deref(), Some("Whole"));
        }
    }
}

#[test]
fn the_sport_decides_only_between_rows_near_the_start() {
    let rows = format!(
        "{{\"name\":\"Early run\",\"activityType\":\"running\",\"beginTimestamp\":{}}},\
         {{\"name\":\"Ride\",\"activityType\":\"cycling\",\"beginTimestamp\":{T0}}}",
        T0 - 300_000
    );
    let table = table(&in_export(&rows));
    assert_eq!(described(&table, "99.fit", Some(T0 + 1000), "running").0.as_deref(), Some("Ride"));
    assert_eq!(described(&table, "99.fit", Some(T0 - 299_000), "running").0.as_deref(), Some("Early run"));
}

#[test]
fn the_digest_of_an_activity_is_that_of_its_row() {
    let digest = |rows: &[String], start_ms| {
        let points = vec![Point { time_ms: Some(start_ms), ..Point::at(1.0, 2.0) }];
        let mut activity = Activity { segments: vec![points], sport: "cycling".into(), ..Activity::default() };
        table(&in_export(&rows.join(","))).describe(Path::new("99.fit"), &mut activity)
    };
    let mut rows = triathlon(3_600_000);
    let bike = digest(&rows, T0 + 3_600_000);
    assert_eq!(digest(&rows, T0 + 86_400_000), 0, "no row");
    assert!(bike != 0 && bike != digest(&rows, T0));
    rows.push(rows[0].replace("\"Swim\"", "\"Other\""));
    assert_eq!(digest(&rows, T0 + 3_600_000), bike, "another row is new");
    assert_ne!(digest(&[rows[1].replace("Bike", "Ride")], T0 + 3_600_000), bike);
}

#[test]
fn faulty_values_and_damage_lose_only_themselves() {
    let rows = format!(
        "null, 7, \"x\", [], true, 1.5, {{}}, {{\"activityId\":\"5\",\"name\":null,\"activityType\":{{}}}},\
         {{\"activityId\":\"13\",\"name\":\"Cut \\ud83d\",\"activityType\":\"hiking\",\"beginTimestamp\":\"2023-11-14 22:13:20\"}},\
         {{\"activityId\":-1,\"name\":17,\"activityType\":\"walking\",\"beginTimestamp\":1e300}},\
         {{\"activityId\":14,\"name\":\"Good\\nday\",\"activityType\":\"hiking\",\"beginTimestamp\":{}}}",
        T0 + 3_600_000
    );
    let json = in_export(&rows);
    let whole = table(&json);
    assert_eq!(whole.activities(), 3);
    let half = Some("Cut \u{fffd}".to_owned());
    assert_eq!(described(&whole, "1.fit", Some(T0), ""), (half, "hiking".into()), "cut in the middle of a character");
    assert_eq!(title(&whole, "1.fit", Some(T0 + 3_600_000)).as_deref(), Some("Good day"));
    let (cut, fault) = read_until_fault(&json.as_bytes()[..json.len() - 20]);
    assert_eq!(cut.activities(), 2);
    assert!(matches!(&fault, Some(Skip::Unreadable(why)) if why.starts_with("the file is truncated; ")), "{fault:?}");
    for other in ["", "{", "[1,2]", "{\"a\":[{\"name\":\"x\"}]}", "not json"] {
        assert_eq!(read_until_fault(other.as_bytes()).0.activities(), 0, "{other}");
    }
    let equal = |count| in_export(&vec!["{\"name\":\"x\"}"; count].join(","));
    assert_eq!(table(&equal(9)).activities(), 1, "equal rows count once");
    assert_eq!(table(&equal(MAX_ROWS)).activities(), 1);
    assert_eq!(read_until_fault(equal(MAX_ROWS + 1).as_bytes()).1, Some(too_many()));
}

#[test]
fn long_texts_end_the_table_and_other_long_values_do_not() {
    let long = "x".repeat(20_000);
    for row in [
        format!("{{\"activityId\":1,\"name\":\"{long}\"}}"),
        format!("{{\"activityId\":1,\"notes\":\"{long}\"}}"),
        format!("{{\"activityId\":1,\"{long}\":1}}"),
        format!("{{\"activityId\":1,\"name\":N{long}}}"),
    ] {
        let json = in_export(&format!("{{\"activityId\":2,\"name\":\"Two\"}},{row}"));
        let (table, fault) = read_until_fault(json.as_bytes());
        assert_eq!(title(&table, "2.fit", None).as_deref(), Some("Two"));
        assert!(matches!(&fault, Some(Skip::Unreadable(why)) if why.contains("the JSON is damaged")), "{fault:?}");
    }
    let list = format!("[{}7]", "[],7,".repeat(20_000));
    let rows = format!("{{\"activityId\":2,\"name\":{list},\"splits\":{list},\"activityName\":\"Two\",\"a\":NaN}}");
    assert_eq!(title(&table(&in_export(&rows)), "2.fit", None).as_deref(), Some("Two"));
}

#[test]
fn tables_are_merged_in_any_order_and_have_a_digest() {
    let rows = |json: &str| read(ContentReader::new(json.as_bytes()).unwrap(), &Cancel::default()).0;
    let one = rows(&in_export("{\"activityId\":1,\"name\":\"One\"},{\"activityId\":2,\"name\":\"Two\"}"));
    let two = rows(&in_export("{\"activityId\":2,\"name\":\"Two\"},{\"activityId\":3,\"name\":\"Three\"}"));
    let (a, b) = (Table::of([&one[..], &two].concat()), Table::of([&two[..], &one].concat()));
    assert_eq!((a.activities(), a.digest()), (3, b.digest()));
    let [one, two] = [one, two].map(|rows| Table::of(rows).digest());
    assert!(a.digest() != one && one != two);
    assert_eq!(["1.fit", "2.fit", "3.fit"].map(|file| title(&a, file, None).unwrap()), ["One", "Two", "Three"]);
}

proptest! {
    #[test]
    fn the_nearest_start_before_the_first_position_is_found(
        starts in prop::collection::vec(0..600_000i64, 1..20), first in 0..700_000i64,
    ) {
        let rows: Vec<String> =
            starts.iter().map(|start| format!("{{\"name\":\"{start}\",\"beginTimestamp\":{}}}", T0 + start)).collect();
        let within = starts.iter().filter(|start| (-2_000..=MAX_START_DIFFERENCE_MS).contains(&(first - **start)));
        let expected = within.max().map(i64::to_string);
        prop_assert_eq!(title(&table(&in_export(&rows.join(","))), "a.fit", Some(T0 + first)), expected);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        // The blank keeps the bytes from looking like gzip.
        read_until_fault(&[b" ", &bytes[..]].concat());
        read_until_fault(&[b"[{\"summarizedActivitiesExport\":[{\"name\":", &bytes[..]].concat());
    }
}
