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
            let fields: Vec<String> = Rows::of(line).header.iter().map(|cell| format!("\"{cell}\"")).collect();
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

#[test]
fn a_quotation_mark_without_end_loses_no_row() {
    let row = |id: u32, sport: &str, quoted: bool| match quoted {
        true => format!("{id},\"Jan 1, 1970, 12:00:0{id} AM\",Ride {id},{sport},true,Blue,activities/{id}.fit.gz"),
        false => format!("{id},1970-01-01 00:00:0{id},Ride {id},{sport},true,Blue,activities/{id}.fit.gz"),
    };
    for (quoted, line_end) in [(true, "\n"), (false, "\n"), (false, "\r\n")] {
        for broken in 1..=4 {
            let sport = |id| if id == broken { "\"Ride" } else { "Ride" };
            let rows: Vec<String> = (1..=4).map(|id| row(id, sport(id), quoted)).collect();
            let text = format!("{}{}{line_end}", HEADER.replace('\n', line_end), rows.join(line_end));
            let table = table(&text);
            let expected = |id: i64| super::Row {
                name: Some(format!("Ride {id}")),
                sport: Some("Ride".into()),
                gear: Some("Blue".into()),
                commute: Some(true),
                start_ms: Some(1000 * id),
            };
            for id in 1..=4 {
                assert_eq!(table.row(Path::new(&format!("{id}.fit"))), Some(&expected(id)), "{text}");
            }
            assert_eq!((table.activities, table.without_file), (4, 0), "{text}");
        }
    }
    // Lines of a description are no rows, even if they name activities.
    let description = "\"see https://www.strava.com/activities/5\nand activities/6,\na,b,c\"";
    let table = table(&format!("{HEADER}{}\n", row(1, "Ride", true).replace("Ride 1", description)));
    assert_eq!((table.activities, table.rows.len()), (1, 1));
    let name = table.row(Path::new("1.fit")).and_then(|row| row.name.as_deref());
    assert_eq!(name, Some("see https://www.strava.com/activities/5 and activities/6, a,b,c"));
}

#[test]
fn hostile_quotation_marks_take_no_time() {
    let start = std::time::Instant::now();
    let line = "1,,,,,,activities/1.fit,\"\n".replace(",\"", "\"");
    for line in [&line, "\"1,,,,,,activities/1.fit\n", "1,,,,,x\",\"activities/1.fit\n"] {
        let _ = Table::parse(format!("{HEADER}{}", line.repeat((1 << 20) / line.len())).as_bytes());
    }
    assert!(start.elapsed().as_secs() < 20);
}
