//! Tests with archives of usual exports, damaged archives and zip bombs.

use super::format::MAX_MEMBERS;
use super::*;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::source::{FileOutcome, InputFile, NoCache, ParsedFile, PlannedActivities, read_all, read_into};
use flate2::{Compression, write::DeflateEncoder, write::GzEncoder};
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;

/// Signature of an entry in the central directory.
const CENTRAL_HEADER: &[u8] = b"PK\x01\x02";

/// GPX file of one point.
pub fn gpx(lat: u32) -> Vec<u8> {
    format!("<gpx><trk><trkseg><trkpt lat=\"{lat}\" lon=\"2\"/></trkseg></trk></gpx>").into_bytes()
}

/// Name, content, compression method and Unix mode of a member.
type Entry<'a> = (&'a str, &'a [u8], CompressionMethod, u32);

fn zip<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content, method, mode) in entries {
        let file = archive.new_file(EntryPath::verbatim(name.as_bytes())).compression_method(method);
        let (mut entry, config) = file.unix_permissions(mode).start().unwrap();
        let output = if method == CompressionMethod::DEFLATE {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
            writer.write_all(content).unwrap();
            let (encoder, output) = writer.finish().unwrap();
            encoder.finish().unwrap();
            output
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(output).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

/// Archive of deflated members.
pub fn deflated(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip(members.iter().map(|(name, content)| (*name, *content, CompressionMethod::DEFLATE, 0o100_644)))
}

fn stored(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip(members.iter().map(|(name, content)| (*name, *content, CompressionMethod::STORE, 0o100_644)))
}

/// Reads a file of this name and content. Paths are relative to the file; each with a number of points or a refusal.
pub fn outcomes(name: &str, content: &[u8]) -> Vec<(String, Result<usize, String>)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    let found = [InputFile::new(path.clone(), true)];
    let (outcomes, _) = read_all(&found, &NoCache, Control { progress: &Silent, cancel: &Cancel::default() }, |file| {
        read_into(file, PlannedActivities::Courses, Vec::new())
    })
    .unwrap();
    let row = |file: FileOutcome<ParsedFile>| {
        let label = file.path.to_str().unwrap().strip_prefix(path.to_str().unwrap()).unwrap().to_owned();
        assert_eq!(file.explicit, label.is_empty());
        let points = |parsed: ParsedFile| parsed.activities.iter().map(|activity| activity.points().count()).sum();
        (label, file.outcome.map(points).map_err(|skip| skip.to_string()))
    };
    outcomes.into_iter().map(row).collect()
}

/// The only outcome, which must be a refusal of the archive itself.
fn refusal(content: &[u8]) -> String {
    match &outcomes("x.zip", content)[..] {
        [(label, Err(why))] if label.is_empty() => why.clone(),
        rows => panic!("{rows:?}"),
    }
}

pub fn owned(rows: &[(&str, Result<usize, &str>)]) -> Vec<(String, Result<usize, String>)> {
    rows.iter().map(|(label, outcome)| (label.to_string(), outcome.map_err(str::to_owned))).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn members_are_read_whatever_the_name_of_the_archive() {
    let (one, two, three) = (gpx(1), gzip(&gpx(2)), gpx(3));
    let members: [(&str, &[u8]); 7] = [
        ("b.gpx", &one),
        ("a/folder/", b""),
        ("a/c.gpx.gz", &two),
        ("windows\\d", &three),
        ("photo.jpg", b"\xff\xd8"),
        ("__MACOSX/._b.gpx", &one),
        ("a/.hidden/x.gpx", &one),
    ];
    let expected = owned(&[
        ("/a/c.gpx.gz", Ok(1)),
        ("/b.gpx", Ok(1)),
        ("/photo.jpg", Err("not an activity file (FIT, GPX, TCX, KML or GeoJSON)")),
        ("/windows/d", Ok(1)),
    ]);
    for name in ["export.zip", "ride.fit", "no-ending"] {
        assert_eq!(outcomes(name, &deflated(&members)), expected);
        assert_eq!(outcomes(name, &stored(&members)), expected);
    }
}

#[test]
fn nested_archives_are_read_to_a_depth_of_three() {
    let ride = gpx(1);
    for pack in [deflated, stored] {
        let mut packed = pack(&[("ride.gpx", &ride)]);
        for depth in ["c", "b"] {
            packed = pack(&[(depth, &packed), ("too.gpx", &ride)]);
        }
        let three = [("/b/c/ride.gpx", Ok(1)), ("/b/too.gpx", Ok(1)), ("/too.gpx", Ok(1))];
        assert_eq!(outcomes("a.zip", &packed), owned(&three));
        let four = pack(&[("a", &packed)]);
        let why = "cannot be read: archives are nested more than 3 deep; unpack the outermost";
        let expected = [("/a/b/c", Err(why)), ("/a/b/too.gpx", Ok(1)), ("/a/too.gpx", Ok(1))];
        assert_eq!(outcomes("a.zip", &four), owned(&expected));
    }
}

#[test]
fn an_archive_without_activities_has_one_outcome() {
    let document = deflated(&[("word/document.xml", b"<x/>"), ("a.png", b"\x89PNG")]);
    assert_eq!(refusal(&deflated(&[])), "no track: an empty zip archive");
    assert_eq!(refusal(&deflated(&[("__MACOSX/._a", b"")])), "no track: an empty zip archive");
    assert_eq!(refusal(&document), "no track: a zip archive of 2 other files");
    let outer = deflated(&[("document.docx", &document), ("ride.gpx", &gpx(1))]);
    let expected = [("/document.docx", Err("no track: a zip archive of 2 other files")), ("/ride.gpx", Ok(1))];
    assert_eq!(outcomes("a.zip", &outer), owned(&expected));
}

#[test]
fn unsafe_names_links_and_encrypted_members_are_refused_singly() {
    let ride = gpx(1);
    let regular = 0o100_644;
    let bytes = zip([
        ("../../up.gpx", &*ride, CompressionMethod::DEFLATE, regular),
        ("/etc/root.gpx", &ride, CompressionMethod::DEFLATE, regular),
        ("fine.gpx", &ride, CompressionMethod::DEFLATE, regular),
        ("link.gpx", b"/etc/passwd", CompressionMethod::STORE, 0o120_777),
        ("other.gpx", &ride, CompressionMethod::ZSTD, regular),
    ]);
    let leads_out = "cannot be read: the name leads out of the archive; rename the file in the archive";
    let method = "cannot be read: the compression method is neither 'stored' nor 'deflate'; unpack the archive and name the folder";
    let link = "cannot be read: the entry is a symbolic link; add the linked file to the archive";
    let expected = [
        ("/../../up.gpx", Err(leads_out)),
        ("//etc/root.gpx", Err(leads_out)),
        ("/fine.gpx", Ok(1)),
        ("/link.gpx", Err(link)),
        ("/other.gpx", Err(method)),
    ];
    let mut expected = owned(&expected);
    expected.sort_by(|a, b| Path::new(&a.0).cmp(Path::new(&b.0)));
    let mut rows = outcomes("a.zip", &bytes);
    rows.sort_by(|a, b| Path::new(&a.0).cmp(Path::new(&b.0)));
    assert_eq!(rows, expected);

    let mut secret = deflated(&[("a.gpx", &ride)]);
    let entry = secret.windows(4).position(|window| window == CENTRAL_HEADER).unwrap();
    secret[entry + 8] |= 1;
    let why = "cannot be read: the entry is encrypted; unpack the archive and name the folder";
    assert_eq!(outcomes("a.zip", &secret), owned(&[("/a.gpx", Err(why))]));
}

#[test]
fn damaged_archives_are_reported_and_intact_members_are_read() {
    let (ride, long) = (gpx(1), gpx(1).repeat(3000));
    let whole = deflated(&[("a.gpx", &ride), ("b.gpx", &long), ("c.gpx", &ride)]);
    for cut in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert!(refusal(&whole[..cut]).contains("no central directory"), "{cut}");
    }
    // Central directory entry of the second file without its signature.
    let mut listed = whole.clone();
    let entries: Vec<usize> = (0..whole.len() - 4).filter(|&at| whole[at..].starts_with(CENTRAL_HEADER)).collect();
    listed[entries[1]] = 0;
    assert!(refusal(&listed).contains("the central directory of the zip archive is damaged"), "{}", refusal(&listed));
    // Local header of the second file without its signature.
    let locals: Vec<usize> = (0..whole.len() - 4).filter(|&at| whole[at..].starts_with(b"PK\x03\x04")).collect();
    let mut local = whole.clone();
    local[locals[1]] = 0;
    let rows = outcomes("a.zip", &local);
    assert!(rows.len() == 3 && rows[1].1.as_ref().is_err_and(|why| why.contains("entry")), "{rows:?}");
    // Wrong checksum of the second file: its points are kept, with a warning.
    let mut checksum = whole.clone();
    checksum[entries[1] + 16] ^= 1;
    assert_eq!(outcomes("a.zip", &checksum), owned(&[("/a.gpx", Ok(1)), ("/b.gpx", Ok(3000)), ("/c.gpx", Ok(1))]));
    let dir = tempfile::tempdir().unwrap();
    let damages = |bytes: &[u8]| {
        let path = dir.path().join("x.zip");
        std::fs::write(&path, bytes).unwrap();
        let (files, _) = read_all(
            &[InputFile::new(path, true)],
            &NoCache,
            Control { progress: &Silent, cancel: &Cancel::default() },
            |file| read_into(file, PlannedActivities::Courses, Vec::new()),
        )
        .unwrap();
        files.into_iter().flat_map(|file| file.outcome.unwrap().damage).collect::<Vec<_>>()
    };
    assert_eq!(damages(&whole), []);
    let damages = damages(&checksum);
    assert!(damages[0].cause.contains("the checksum differs"), "{damages:?}");
    assert_eq!((damages.len(), damages[0].points, damages[0].bytes), (1, 3000, long.len() as u64));
}

#[test]
fn an_archive_in_front_of_another_is_named() {
    let [one, two] = [1, 2].map(|lat| deflated(&[("ride.gpx", &gpx(lat))]));
    let rows = outcomes("x.zip", &[&one[..], &two].concat());
    let [(_, Err(why)), (label, Ok(1))] = &rows[..] else { panic!("{rows:?}") };
    assert!(why.contains(&format!("its first {} bytes are another archive", one.len())), "{why}");
    assert_eq!(label, "/ride.gpx");
    // A program that unpacks itself is no other archive.
    let unpacker = [b"PK\x03\x04 unpacks itself", &two[..]].concat();
    assert_eq!(outcomes("x.zip", &unpacker), owned(&[("/ride.gpx", Ok(1))]));
}

#[test]
fn a_bomb_is_refused_alone_and_many_bombs_with_their_archive() {
    let (spaces, ride) = ([b"<gpx>".to_vec(), vec![b' '; 3 << 20]].concat(), gpx(1));
    let bomb = "cannot be read: it unpacks to a hundred times its size or more; unpack it and name the unpacked file";
    let beside = |name: &'static str, content: &[u8]| [(name, content.to_vec()), ("ride.gpx", ride.clone())];
    type Pack = fn(&[(&str, &[u8])]) -> Vec<u8>;
    let pack = |members: &[(&'static str, Vec<u8>)], pack: Pack| {
        pack(&members.iter().map(|(name, content)| (*name, &**content)).collect::<Vec<_>>())
    };
    let inner = deflated(&[("a.gpx", &*spaces)]);
    for (content, path) in [
        (pack(&beside("a.gpx", &spaces), deflated), "/a.gpx"),
        // Gzip members and nested archives.
        (pack(&beside("a.gpx.gz", &gzip(&spaces)), stored), "/a.gpx.gz"),
        (pack(&beside("1.zip", &inner), deflated), "/1.zip/a.gpx"),
        (pack(&beside("1.zip", &inner), stored), "/1.zip/a.gpx"),
        (pack(&beside("1.zip.gz", &gzip(&stored(&[("a.gpx", &*spaces)]))), stored), "/1.zip.gz"),
    ] {
        assert_eq!(outcomes("a.zip", &content), owned(&[(path, Err(bomb)), ("/ride.gpx", Ok(1))]));
    }
    // Twenty bombs exceed the budget of their archive, but not that of the archive around it.
    let many = deflated(&[("a.gpx", &*spaces); 20]);
    let whole =
        "cannot be read: the zip archive unpacks to a hundred times its size or more; unpack it and name the folder";
    assert_eq!(outcomes("a.zip", &many), owned(&[("", Err(whole))]));
    let around = pack(&beside("many.zip", &many), stored);
    assert_eq!(outcomes("a.zip", &around), owned(&[("/many.zip", Err(whole)), ("/ride.gpx", Ok(1))]));
    // Other files are not decompressed past their head.
    let zeros = vec![0; 3 << 20];
    let many: Vec<(&str, &[u8])> = vec![("a.bin", &*zeros); 100];
    assert_eq!(refusal(&deflated(&many)), "no track: a zip archive of 100 other files");
}

#[test]
fn too_many_members_and_too_large_nested_archives_are_refused() {
    let many: Vec<(&str, &[u8])> = vec![("a.gpx", b"<gpx/>"); MAX_MEMBERS + 1];
    assert!(refusal(&deflated(&many)).contains("more than 1000 files"));
    assert_eq!(outcomes("a.zip", &deflated(&many[1..])).len(), MAX_MEMBERS);
    let noise: Vec<u8> =
        (0..MAX_NESTED_BYTES as u32 + 1).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let large = stored(&[("noise", &noise), ("ride.gpx", &gpx(1))]);
    let rows = outcomes("a.zip", &deflated(&[("large.zip", &large)]));
    assert!(rows[0].1.as_ref().is_err_and(|why| why.contains("the packed archive is larger than 1 MiB")), "{rows:?}");
    // A stored nested archive needs no memory.
    assert_eq!(outcomes("a.zip", &stored(&[("large.zip", &large)]))[1], ("/large.zip/ride.gpx".to_owned(), Ok(1)));
}
