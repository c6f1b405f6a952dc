//! Tests with the faults of real files that other readers fail on: each fault may lose only the damaged part.

use crate::source::*;
use std::fmt::Write as _;

/// Track of two points, with text in its header, in the first point and between the points.
fn track(head: &str, in_point: &str, between: &str) -> String {
    format!(
        "<trk>{head}<trkseg><trkpt lat=\"1\" lon=\"2\">{in_point}</trkpt>{between}<trkpt lat=\"3\" lon=\"4\"/></trkseg></trk>"
    )
}

fn gpx(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx creator=\"c\">{body}</gpx>")
}

/// Numbers of points, of sentences about damage and oddities, and of invalid positions and values.
fn counts(parsed: &ParsedFile) -> (usize, usize, u64) {
    let points = parsed.activities.iter().map(|activity| activity.points().count()).sum();
    let damaged = parsed.damage.as_ref().map_or(0, |damage| 1 + damage.more as usize);
    (points, damaged + parsed.warnings.len(), parsed.unreadable_points + parsed.bad_values)
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn each_fault_loses_only_the_damaged_part() {
    let bare = |lon: &str| gpx(&format!("<trk><trkseg><trkpt lat=\"1\" lon=\"{lon}\"/></trkseg></trk>"));
    let in_point = |text: &str| gpx(&track("", text, ""));
    let rows: &[(&str, String, (usize, usize, u64))] = &[
        ("an undeclared prefix", in_point("<gpxtpx:x><ns3:hr>99</ns3:hr></gpxtpx:x>"), (2, 0, 0)),
        ("a prefix on everything", gpx(&track("", "", "")).replace("<t", "<g:t").replace("</t", "</g:t"), (2, 0, 0)),
        ("a bare &", gpx(&track("<name>Salt & Pepper &</name>", "", "")), (2, 0, 0)),
        ("a bare & in a link", gpx(&track("<link href=\"http://x/?a=1&b=2\"/>", "", "")), (2, 0, 0)),
        ("an unknown entity", gpx(&track("<name>caf&eacute;&nbsp;</name>", "", "")), (2, 0, 0)),
        ("tags in text", gpx(&track("<desc><p>fast<br></p> & <b>wet</b></desc>", "", "")), (2, 1, 0)),
        ("a < in text", gpx(&track("<name>slower < 20 km/h</name>", "<ele>5</ele>", "")), (2, 1, 0)),
        ("a > in text", gpx(&track("<name>faster > 20 km/h</name>", "", "")), (2, 0, 0)),
        ("an empty time", in_point("<time></time>"), (2, 0, 0)),
        ("a time of blanks", in_point("<time> \n </time>"), (2, 0, 0)),
        ("a time without a time", in_point("<time/>"), (2, 0, 0)),
        ("a time that is none", in_point("<time>0000-00-00T00:00:00Z</time>"), (2, 0, 1)),
        ("a day that is none", in_point("<time>2023-02-29T00:00:00Z</time>"), (2, 0, 1)),
        ("the end of the world", bare("180"), (1, 0, 0)),
        ("the other end", bare("-180.0"), (1, 0, 0)),
        (
            "NaN",
            gpx(&format!("{}<trk><trkpt lat=\"NaN\" lon=\"NaN\"/></trk>", track("", "<ele>NaN</ele>", ""))),
            (2, 0, 2),
        ),
        ("infinity", gpx(&format!("{}<trk><trkpt lat=\"inf\" lon=\"1e999\"/></trk>", track("", "", ""))), (2, 0, 1)),
        (
            "decimal commas",
            gpx(&format!("{}<trk><trkpt lat=\"1,5\" lon=\"2,5\"><ele>3,5</ele></trkpt></trk>", track("", "", ""))),
            (3, 0, 0),
        ),
        ("blanks before the declaration", format!("  \r\n\t{}", gpx(&track("", "", ""))), (2, 0, 0)),
        ("a byte order mark before it", format!("\u{feff}{}", gpx(&track("", "", ""))), (2, 0, 0)),
        ("both", format!("\n\u{feff}\n{}", gpx(&track("", "", ""))), (2, 0, 0)),
        ("no declaration", track("", "", "").replace("<trk>", "<gpx><trk>") + "</gpx>", (2, 0, 0)),
        ("no version in it", gpx(&track("", "", "")).replace("version=\"1.0\" ", ""), (2, 0, 0)),
        ("a comment that does not end", gpx(&track("", "", "<!-- pause ")), (2, 1, 0)),
        ("a quote that does not end", gpx(&track("", "", "<x a=\"1><y b=\"1\">")), (2, 1, 0)),
        ("an end that is missing", gpx(&track("", "<ele>5", "")), (2, 1, 0)),
        ("an end too many", gpx(&track("", "</ele></ele>", "")), (2, 1, 0)),
        ("junk behind the end", gpx(&track("", "", "")) + "\0\0<html>", (2, 1, 0)),
        ("the same file twice", gpx(&track("", "", "")).repeat(2), (4, 0, 0)),
        ("Windows line ends", gpx(&track("\r\n", "\r\n<ele>\r\n5\r\n</ele>", "\r\n")), (2, 0, 0)),
        ("control characters", gpx(&track("<name>\u{1}\u{0}</name>", "", "\u{0}\u{0}")), (2, 0, 0)),
        ("no segment", gpx("<trk><trkpt lat=\"1\" lon=\"2\"/></trk>"), (1, 0, 0)),
        ("a route inside", gpx(&format!("<rte><rtept lat=\"5\" lon=\"6\"/></rte>{}", track("", "", ""))), (2, 0, 0)),
    ];
    let wrong = rows.iter().filter_map(|(fault, document, expected)| {
        let outcome = parse(document.as_bytes()).map(|parsed| (counts(&parsed), parsed.damage));
        let as_expected = outcome.as_ref().is_ok_and(|(counts, _)| counts == expected);
        (!as_expected).then(|| format!("{fault}: expected {expected:?}, found {outcome:?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn names_are_read_in_every_encoding() {
    let document =
        |label: &str, name: &str| gpx(&track(&format!("<name>{name}</name>"), "", "")).replace("UTF-8", label);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (label, bytes, name) in [
        ("UTF-8", document("UTF-8", "Zürich ☀").into_bytes(), "Zürich ☀"),
        ("none, UTF-8", document("UTF-8", "Zürich ☀").replace(" encoding=\"UTF-8\"", "").into_bytes(), "Zürich ☀"),
        ("ISO-8859-1", latin1(&document("ISO-8859-1", "Zürich ß")), "Zürich ß"),
        ("windows-1252", latin1(&document("windows-1252", "30 \u{80}")), "30 €"),
        ("windows-1251", latin1(&document("windows-1251", "\u{cc}\u{ee}\u{f1}\u{ea}\u{e2}\u{e0}")), "Москва"),
        ("windows-1250", latin1(&document("windows-1250", "\u{8a}koda")), "Škoda"),
        ("Latin-1, but UTF-8", document("ISO-8859-1", "Zürich").into_bytes(), "Zürich"),
        ("UTF-16", utf16(&document("UTF-16", "Zürich ☀")), "Zürich ☀"),
        ("UTF-16 with mark", utf16(&format!("\u{feff}{}", document("UTF-16", "Zürich"))), "Zürich"),
        ("UTF-8, but UTF-16", utf16(&format!("\u{feff}{}", document("UTF-8", "Zürich"))), "Zürich"),
        ("an unknown one", document("x-klingon", "Zürich").into_bytes(), "Zürich"),
    ] {
        let parsed = parse(&bytes).unwrap_or_else(|skip| panic!("{label}: {skip}"));
        assert_eq!((counts(&parsed), parsed.activities[0].name.as_deref()), ((2, 0, 0), Some(name)), "{label}");
    }
    for (label, bytes) in [
        ("UTF-8, but Latin-1", latin1(&document("UTF-8", "Fête à Zürich"))),
        ("an unknown one, but Latin-1", latin1(&document("x-klingon", "Fête à Zürich"))),
        ("UTF-8, but Latin-1 in the creator", latin1(&document("UTF-8", "Fête à Zürich").replace("\"c\"", "\"Vélo\""))),
    ] {
        let parsed = parse(&bytes).unwrap_or_else(|skip| panic!("{label}: {skip}"));
        let name = parsed.activities[0].name.as_deref();
        assert_eq!((counts(&parsed), name), ((2, 1, 0), Some("Fête à Zürich")), "{label}");
        assert!(parsed.warnings[0].contains("Windows-1252") && parsed.device != Some("V\u{fffd}lo".into()), "{label}");
    }
}

#[test]
fn an_emoji_in_two_references_is_one_character() {
    let name = "run &#55357;&#56832; &#xD83C;&#xDFD6; &amp; fun &#55357;";
    let document = gpx(&track(&format!("<name>{name}</name>"), "", "")).replace("\"c\"", &format!("\"{name}\""));
    let parsed = parse(document.as_bytes()).unwrap();
    let joined = Some("run \u{1f600} \u{1f3d6} & fun &#55357;");
    assert_eq!((parsed.activities[0].name.as_deref(), parsed.device.as_deref()), (joined, joined));
    let tcx = format!(
        "<TrainingCenterDatabase><Activity><Notes>{name}</Notes><Track><Trackpoint><Position><LatitudeDegrees>1\
         </LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position></Trackpoint></Track></Activity>\
         </TrainingCenterDatabase>"
    );
    assert_eq!(parse(tcx.as_bytes()).unwrap().activities[0].name.as_deref(), joined);
}

#[test]
fn a_file_without_its_root_is_read_with_a_warning() {
    let tcx = "<Activities><Activity><Track><Trackpoint><Position><LatitudeDegrees>1</LatitudeDegrees>\
               <LongitudeDegrees>2</LongitudeDegrees></Position></Trackpoint></Track></Activity></Activities>";
    for (document, points, root) in [
        (track("<name>x</name>", "", ""), 2, "<gpx>"),
        (format!("<?xml version=\"1.0\"?>\n{}", track("", "", "").repeat(2)), 4, "<gpx>"),
        (format!("<metadata/>{}", track("", "", "")), 2, "<gpx>"),
        ("<trkseg><trkpt lat=\"1\" lon=\"2\"/></trkseg>".into(), 1, "<gpx>"),
        (tcx.into(), 1, "<TrainingCenterDatabase>"),
    ] {
        let parsed = parse(document.as_bytes()).unwrap_or_else(|skip| panic!("{document}: {skip}"));
        let sentence = format!("the {root} element around the tracks is missing");
        assert_eq!((counts(&parsed).0, parsed.warnings), (points, vec![sentence]), "{document}");
    }
    let cut = track("", "", "");
    let parsed = parse(&cut.as_bytes()[..cut.len() - 10]).unwrap();
    assert_eq!(counts(&parsed), (2, 2, 0), "{:?}", parsed.warnings);
    for other in ["<metadata><title/></metadata>", "<Courses><Course id=\"7\"/></Courses>", "<track/>"] {
        assert_eq!(parse(other.as_bytes()).unwrap_err(), Skip::NotActivity, "{other}");
    }
}

#[test]
fn a_file_whose_coordinates_are_all_unreadable_is_an_error() {
    let point = |lat: &str| format!("<trk><trkseg><trkpt lat=\"{lat}\" lon=\"2\"/></trkseg></trk>");
    let position = |lat: &str| {
        format!(
            "<Trackpoint><Position><LatitudeDegrees>{lat}</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position></Trackpoint>"
        )
    };
    let tcx = |body: &str| {
        format!("<TrainingCenterDatabase><Activity><Track>{body}</Track></Activity></TrainingCenterDatabase>")
    };
    let route = "<rte><rtept lat=\"1\" lon=\"2\"/></rte><wpt lat=\"1\" lon=\"2\"/>";
    for document in [
        gpx(&point("51°30'")),
        gpx(&point("1,234,567")),
        gpx(&(point("x") + route)),
        gpx(&(point("NaN") + &point("") + "<trk><trkpt/></trk>")),
        tcx(&position("x")),
        tcx(&(position("1.2.3") + "<Trackpoint/>")),
    ] {
        let skip = parse(document.as_bytes()).unwrap_err();
        assert!(matches!(&skip, Skip::Unreadable(why) if why.contains("coordinates")), "{document}: {skip}");
    }
    for document in
        [gpx(&(point("").replace('2', "") + route)), tcx("<Trackpoint/>"), tcx(&position(" ").replace('2', ""))]
    {
        assert!(matches!(parse(document.as_bytes()), Err(Skip::NoTrack(_))), "{document}");
    }
}

#[test]
fn one_damaged_track_among_thousands_loses_only_itself() {
    let mut tracks: Vec<String> = (0..5000).map(|_| track("", "<ele>1</ele>", "")).collect();
    tracks[2500] = "<trk><trkseg><trkpt lat=\"1\" lon=\"2\"><![CDXTA[ <trkpt lat=\"x</trkseg></trk>".into();
    let parsed = parse(gpx(&tracks.concat()).as_bytes()).unwrap();
    let whole = parsed.activities.iter().filter(|activity| activity.points().count() == 2).count();
    assert!(whole >= 4998 && parsed.activities.len() <= 5000, "{whole} of {}", parsed.activities.len());
    assert!(parsed.damage.is_some_and(|damage| damage.more == 0));
}

#[test]
fn line_breaks_do_not_matter() {
    let mut points = String::new();
    for n in 0..20_000 {
        write!(points, "<trkpt lat=\"{}\" lon=\"{}\"><ele>{}</ele></trkpt>", n % 90, n % 180, n % 9000).unwrap();
    }
    let one_line = format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>");
    let many = one_line.replace('>', ">\n");
    let [one_line, many] = [one_line, many].map(|document| parse(document.as_bytes()).unwrap());
    assert_eq!((counts(&one_line), one_line.activities.len()), ((20_000, 0, 0), 1));
    assert_eq!(one_line.activities, many.activities);
}

#[test]
fn every_activity_of_a_tcx_file_is_read() {
    let point = "<Trackpoint><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees>\
                 </Position></Trackpoint>";
    let activity = |sport: &str| format!("<Activity Sport=\"{sport}\"><Lap><Track>{point}</Track></Lap></Activity>");
    let empty = "<Activity Sport=\"Other\"><Lap/></Activity>";
    let body = [activity("Running"), empty.to_owned(), activity("Biking"), activity("Running")].concat();
    let document = format!("   <?xml version=\"1.0\"?><TrainingCenterDatabase>{body}</TrainingCenterDatabase>");
    let parsed = parse(document.as_bytes()).unwrap();
    let sports: Vec<&str> = parsed.activities.iter().map(|activity| activity.sport.as_str()).collect();
    assert_eq!((sports, parsed.empty_activities), (vec!["running", "biking", "running"], 1));
}
