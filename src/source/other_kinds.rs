//! Kinds of files that are recognised and not read: other archives, compressed files, other formats of recordings.
//!
//! One row per kind. A row says what the user has and what to do, so that no recording is lost unnoticed.

use std::path::Path;

use super::markup::lexer::root_name;
use super::skip::Skip;

/// A kind of file.
struct OtherKind {
    /// Marks that all have to hold.
    marks: &'static [Mark],
    /// Noun phrase for the user, with a remedy if there is one.
    description: &'static str,
    /// True if the file may hold activities that the map lacks: the file counts as unreadable.
    may_hold_activities: bool,
}

/// Mark of a kind of file in its name or in the first bytes of its content.
enum Mark {
    /// These bytes at this offset.
    Bytes(usize, &'static [u8]),
    /// This text anywhere.
    Text(&'static str),
    /// Root element of an XML document.
    Root(&'static str),
    /// End of the name, in lower case, for content without a signature.
    Ending(&'static str),
}
use Mark::{Bytes, Ending, Root, Text};

const fn unreadable(marks: &'static [Mark], description: &'static str) -> OtherKind {
    OtherKind { marks, description, may_hold_activities: true }
}

const fn not_recording(marks: &'static [Mark], description: &'static str) -> OtherKind {
    OtherKind { marks, description, may_hold_activities: false }
}

/// The first row whose marks hold applies.
const OTHER_KINDS: &[OtherKind] = &[
    unreadable(&[Bytes(0, b"7z\xbc\xaf\x27\x1c")], "a 7z archive; unpack it and name the folder"),
    unreadable(&[Bytes(0, b"Rar!\x1a\x07")], "a RAR archive; unpack it and name the folder"),
    unreadable(&[Bytes(0, b"MSCF\0\0\0\0")], "a cabinet archive; unpack it and name the folder"),
    unreadable(&[Bytes(0, b"\xfd7zXZ\0")], "compressed with xz; unpack it"),
    unreadable(&[Bytes(0, b"BZh"), Bytes(4, b"1AY&SY")], "compressed with bzip2; unpack it"),
    unreadable(&[Bytes(0, b"\x28\xb5\x2f\xfd")], "compressed with Zstandard; unpack it"),
    unreadable(&[Bytes(0, b"\x04\x22\x4d\x18")], "compressed with LZ4; unpack it"),
    unreadable(&[Bytes(0, b"LZIP\x01")], "compressed with lzip; unpack it"),
    unreadable(&[Bytes(0, b"\x1f\x9d")], "compressed with compress; unpack it"),
    unreadable(&[Ending(".lzma")], "compressed with LZMA; unpack it"),
    unreadable(&[Bytes(0, b"A"), Text("\nHFDTE")], "an IGC flight log, which is not supported; convert it to GPX"),
    unreadable(&[Bytes(0, b"$"), Text("$GPRMC,")], NMEA),
    unreadable(&[Bytes(0, b"$"), Text("$GNRMC,")], NMEA),
    unreadable(&[Bytes(0, b"$"), Text("$GPGGA,")], NMEA),
    unreadable(&[Bytes(0, b"$"), Text("$GNGGA,")], NMEA),
    unreadable(
        &[Bytes(0, b"OziExplorer Track Point File")],
        "an OziExplorer track, which is not supported; convert it to GPX",
    ),
    unreadable(&[Bytes(0, b"MsRcf\0")], "a MapSource database, which is not supported; convert it to GPX"),
    unreadable(&[Root("FitnessWorkbook")], "a SportTracks logbook, which is not supported; export GPX, TCX or FIT"),
    unreadable(&[Root("pwx")], "a TrainingPeaks workout (PWX), which is not supported; export GPX, TCX or FIT"),
    unreadable(&[Root("sml")], SUUNTO),
    unreadable(&[Bytes(0, b"{"), Text("\"DeviceLog\"")], SUUNTO),
    unreadable(
        &[Bytes(0, b"{"), Text("\"exportVersion\""), Text("\"exercises\"")],
        "a training session of Polar Flow (JSON), which is not supported; export GPX, TCX or FIT",
    ),
    unreadable(&[Bytes(0, b"{"), Text("\"locations\""), Text("\"latitudeE7\"")], TAKEOUT),
    unreadable(&[Bytes(0, b"{"), Text("\"timelineObjects\"")], TAKEOUT),
    unreadable(&[Bytes(0, b"{"), Text("\"semanticSegments\"")], TAKEOUT),
    unreadable(&[Bytes(0, b"["), Text("\"topCandidate\""), Text("\"geo:")], TAKEOUT),
    not_recording(&[Bytes(0, b"[Params]")], "a heart rate log of Polar (HRM), which has no positions"),
    not_recording(&[Root("osm")], "map data of OpenStreetMap"),
    not_recording(&[Root("HealthData")], "health data of Apple; its routes are the GPX files next to it"),
];

const NMEA: &str = "an NMEA log of a GPS receiver, which is not supported; convert it to GPX";
const SUUNTO: &str = "a recording of a Suunto device (SML or JSON), which is not supported; export GPX, TCX or FIT";
const TAKEOUT: &str = "location history of Google Takeout, which is not supported; convert it to GPX";

/// Reason to skip a file that is none of the formats that are read. `head` is the beginning of its content.
pub fn describe(path: &Path, head: &[u8]) -> Skip {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let text = String::from_utf8_lossy(head);
    let holds = |mark: &Mark| match mark {
        Bytes(at, bytes) => head.get(*at..).is_some_and(|head| head.starts_with(bytes)),
        Text(part) => text.contains(part),
        Root(element) => root_name(&text).as_deref() == Some(element),
        Ending(ending) => name.ends_with(ending),
    };
    match OTHER_KINDS.iter().find(|kind| kind.marks.iter().all(holds)) {
        Some(kind) if kind.may_hold_activities => Skip::Unreadable(kind.description.into()),
        Some(kind) => Skip::NotRecording(kind.description.into()),
        None => Skip::NotActivity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, beginning and expected description of a file; the description begins with "-" if nothing is missed.
    const SAMPLES: &[(&str, &[u8], &str)] = &[
        ("rides.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"),
        ("rides.rar", b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        ("rides.rar", b"Rar!\x1a\x07\0", "a RAR archive"),
        ("rides.cab", b"MSCF\0\0\0\0", "a cabinet archive"),
        ("ride.gpx.xz", b"\xfd7zXZ\0\0\x04", "compressed with xz"),
        ("ride.gpx.bz2", b"BZh91AY&SY", "compressed with bzip2"),
        ("ride.gpx.zst", b"\x28\xb5\x2f\xfd\x04", "compressed with Zstandard"),
        ("ride.gpx.lz4", b"\x04\x22\x4d\x18", "compressed with LZ4"),
        ("ride.gpx.lz", b"LZIP\x01\x0c", "compressed with lzip"),
        ("ride.gpx.Z", b"\x1f\x9d\x90", "compressed with compress"),
        ("ride.gpx.LZMA", b"\x5d\0\0\x80", "compressed with LZMA"),
        ("flight.igc", b"AXXXABC\r\nHFDTE010524\r\nB1101355206343N", "an IGC flight log"),
        ("log.nmea", b"$GPRMC,123519,A,4807.038,N", "an NMEA log"),
        ("log.txt", b"$GNGSA,A\n$GNGGA,123519", "an NMEA log"),
        ("a.plt", b"OziExplorer Track Point File Version 2.1", "an OziExplorer track"),
        ("a.gdb", b"MsRcf\0\x02", "a MapSource database"),
        ("a.fitlog", b"<?xml version=\"1.0\"?><FitnessWorkbook>", "a SportTracks logbook"),
        ("a.pwx", b"<?xml version=\"1.0\"?><pwx/>", "a TrainingPeaks workout"),
        ("a.sml", b"<?xml version=\"1.0\"?><sml><DeviceLog/>", "a recording of a Suunto device"),
        ("a.json", b"{\"DeviceLog\":{", "a recording of a Suunto device"),
        ("a.json", b"{\"exportVersion\":\"1.6\",\"exercises\":[", "a training session of Polar Flow"),
        ("Records.json", b"{\n \"locations\": [{\"latitudeE7\": 1", "location history of Google Takeout"),
        ("2024_MAY.json", b"{\"timelineObjects\": [", "location history of Google Takeout"),
        ("Timeline.json", b"{\"semanticSegments\": [", "location history of Google Takeout"),
        ("location-history.json", b"[{\"visit\": {\"topCandidate\": {\"placeLocation\": \"geo:", "location history"),
        ("a.hrm", b"[Params]\nVersion=106", "-a heart rate log of Polar"),
        ("a.osm", b"<osm version=\"0.6\"/>", "-map data of OpenStreetMap"),
        ("export.xml", b"<?xml version=\"1.0\"?><!DOCTYPE HealthData [\n]>\n<HealthData>", "-health data of Apple"),
    ];

    #[test]
    fn every_kind_is_recognised_and_named() {
        for (name, head, expected) in SAMPLES {
            let (is_missed, expected) = expected.strip_prefix('-').map_or((true, *expected), |rest| (false, rest));
            let skip = describe(Path::new(name), head);
            let description = match &skip {
                Skip::Unreadable(description) if is_missed => description,
                Skip::NotRecording(description) if !is_missed => description,
                other => panic!("{name}: {other:?}"),
            };
            assert!(description.starts_with(expected), "{name}: {description}");
        }
        for kind in OTHER_KINDS {
            let is_tested = |(name, head, _): &(&str, &[u8], &str)| {
                describe(Path::new(name), head).to_string().ends_with(kind.description)
            };
            assert!(SAMPLES.iter().any(is_tested), "no sample of: {}", kind.description);
        }
    }

    #[test]
    fn a_text_about_a_kind_is_not_that_kind() {
        for head in [
            "see $GPRMC, and HFDTE in \"DeviceLog\"",
            "A day\nof HFDTE",
            "<html>$GPGGA,</html>",
            "// \"locations\" \"latitudeE7\"",
            "BZh",
            "",
        ] {
            assert_eq!(describe(Path::new("notes.txt"), head.as_bytes()), Skip::NotActivity, "{head}");
        }
    }
}
