//! Tests with tar archives of several programs, cut and damaged ones.

use super::super::Archive;
use super::super::tests::{deflated, gpx, gzip, outcomes, owned};
use super::*;
use ::tar::Builder;
use proptest::prelude::*;

/// Variants of the format.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Writer {
    /// Version 7: names of up to 100 bytes, no signature.
    Old,
    /// POSIX, with a prefix for longer names.
    Ustar,
    /// GNU, with an extra member for a longer name.
    Gnu,
    /// POSIX, with an extension header for every name and size.
    Pax,
}

const WRITERS: [Writer; 4] = [Writer::Old, Writer::Ustar, Writer::Gnu, Writer::Pax];

/// Appends an entry; the content of an entry that is no file is empty.
fn append(tar: &mut Builder<Vec<u8>>, writer: Writer, (name, kind, content): (&str, EntryType, &[u8])) {
    let mut header = match writer {
        Writer::Old => Header::new_old(),
        Writer::Ustar | Writer::Pax => Header::new_ustar(),
        Writer::Gnu => Header::new_gnu(),
    };
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    match writer {
        Writer::Old | Writer::Ustar => {
            header.set_path(name).unwrap();
            header.set_cksum();
            tar.append(&header, content).unwrap();
        }
        Writer::Gnu => tar.append_data(&mut header, name, content).unwrap(),
        Writer::Pax => {
            let size = content.len().to_string();
            tar.append_pax_extensions([("mtime", &b"1.5"[..]), ("path", name.as_bytes()), ("size", size.as_bytes())])
                .unwrap();
            // The header alone is wrong.
            header.set_path("wrong").unwrap();
            header.set_size(0);
            header.set_cksum();
            tar.get_mut().extend(header.as_bytes());
            tar.get_mut().extend(content);
            let padding = content.len().next_multiple_of(BLOCK_BYTES as usize) - content.len();
            tar.get_mut().extend(vec![0; padding]);
        }
    }
}

fn tar(writer: Writer, entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    entries.iter().for_each(|entry| append(&mut tar, writer, *entry));
    tar.into_inner().unwrap()
}

/// Archive of regular files.
fn files(members: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<_> = members.iter().map(|(name, content)| (*name, EntryType::Regular, *content)).collect();
    tar(Writer::Gnu, &entries)
}

/// Names and contents of the members, and the damage.
fn contents(bytes: Vec<u8>) -> (Vec<(String, Vec<u8>)>, Option<String>) {
    let archive = Archive::open(RandomAccess::of_bytes(bytes)).unwrap_or_else(|skip| panic!("{skip}"));
    let content = |member| {
        let mut content = Vec::new();
        // A member that is cut behind its header has no content.
        if let Ok(mut reader) = archive.open_member(member) {
            reader.read_to_end(&mut content).unwrap();
        }
        (archive.name(member).to_str().unwrap().to_owned(), content)
    };
    ((0..archive.len()).map(content).collect(), archive.damage().map(str::to_owned))
}

#[test]
fn archives_of_every_program_are_read_packed_or_not() {
    let (one, two) = (gpx(1), gzip(&gpx(2)));
    let long = format!("{}/{}.gpx", "folder".repeat(12), "name".repeat(20));
    let entries: [(&str, EntryType, &[u8]); 8] = [
        ("./a/", EntryType::Directory, b""),
        ("./a/b.gpx", EntryType::Regular, &one),
        ("a/c.gpx.gz", EntryType::Continuous, &two),
        ("a/._b.gpx", EntryType::Regular, b"x"),
        ("a/hard.gpx", EntryType::Link, b""),
        ("a/soft.gpx", EntryType::Symlink, b""),
        ("dev/pipe", EntryType::Fifo, b""),
        (&long, EntryType::Regular, &one),
    ];
    for writer in WRITERS {
        let entries = if writer == Writer::Old { &entries[..7] } else { &entries };
        let bytes = tar(writer, entries);
        let mut expected = vec![("/a/b.gpx", Ok(1)), ("/a/c.gpx.gz", Ok(1))];
        let long = format!("/{long}");
        expected.extend((writer != Writer::Old).then_some((&*long, Ok(1))));
        for (name, bytes) in [("a.tar", bytes.clone()), ("a.tgz", gzip(&bytes)), ("a", gzip(&gzip(&bytes)))] {
            assert_eq!(outcomes(name, &bytes), owned(&expected), "{writer:?} {name}");
        }
    }
}

#[test]
fn archives_nest_in_any_order() {
    let ride = gpx(1);
    let inner = files(&[("ride.gpx", &ride)]);
    let zipped = deflated(&[("ride.gpx", &ride)]);
    for (name, content, path) in [
        ("a.zip", deflated(&[("b.tar", &inner)]), "/b.tar/ride.gpx"),
        ("a.zip", deflated(&[("b.tgz", &gzip(&inner))]), "/b.tgz/ride.gpx"),
        ("a.tar", files(&[("b.zip", &zipped)]), "/b.zip/ride.gpx"),
        ("a.tgz", gzip(&files(&[("b.zip", &zipped)])), "/b.zip/ride.gpx"),
        ("a.tar", files(&[("b.tar.gz", &gzip(&inner))]), "/b.tar.gz/ride.gpx"),
        ("a.tar", files(&[("b.tar", &inner)]), "/b.tar/ride.gpx"),
        ("a.zip.gz", gzip(&zipped), "/ride.gpx"),
    ] {
        assert_eq!(outcomes(name, &content), owned(&[(path, Ok(1))]), "{name}");
    }
    let deep = files(&[("2.tgz", &gzip(&files(&[("3.tar", &files(&[("4.tar", &inner)]))])))]);
    let why = "cannot be read: archives are nested more than 3 deep; unpack the outermost";
    assert_eq!(outcomes("1.tar", &deep), owned(&[("/2.tgz/3.tar/4.tar", Err(why))]));
    assert_eq!(
        outcomes("a.tar", &files(&[("x.png", b"\x89PNG")])),
        owned(&[("", Err("no track: a tar archive of 1 other files"))])
    );
}

#[test]
fn unsafe_names_and_sparse_files_are_refused_singly() {
    let ride = gpx(1);
    let mut bytes = Builder::new(Vec::new());
    bytes.append_pax_extensions([("path", &b"../up.gpx"[..])]).unwrap();
    append(&mut bytes, Writer::Ustar, ("x", EntryType::Regular, &ride));
    bytes.append_pax_extensions([("GNU.sparse.major", &b"1"[..])]).unwrap();
    append(&mut bytes, Writer::Ustar, ("holes.gpx", EntryType::Regular, &ride));
    append(&mut bytes, Writer::Gnu, ("fine.gpx", EntryType::Regular, &ride));
    let leads_out = "cannot be read: the name leads out of the archive; rename the file in the archive";
    let sparse = "cannot be read: the file is sparse; unpack the archive and name the folder";
    let expected = [("/../up.gpx", Err(leads_out)), ("/fine.gpx", Ok(1)), ("/holes.gpx", Err(sparse))];
    assert_eq!(outcomes("a.tar", &bytes.into_inner().unwrap()), owned(&expected));
}

#[test]
fn a_cut_or_damaged_archive_is_named_and_gives_the_files_before_the_damage() {
    let (ride, long) = (gpx(1), gpx(1).repeat(100));
    let whole = files(&[("a.gpx", &ride), ("b.gpx", &long), ("c.gpx", &ride)]);
    let rows = |bytes: &[u8]| {
        let mut rows = outcomes("x.tar", bytes);
        let damage = rows.remove(0);
        assert_eq!(damage.0, "");
        (rows, damage.1.unwrap_err())
    };
    // Inside the content of the second file.
    let (read, why) = rows(&whole[..3000]);
    let points = 100 * (3000 - 3 * 512) / long.len();
    assert_eq!(read, owned(&[("/a.gpx", Ok(1)), ("/b.gpx", Ok(points))]));
    let expected =
        "the tar archive is damaged, and only 2 files in it could be found: the archive is truncated to 3000 bytes";
    assert_eq!(why, format!("cannot be read: {expected}"));
    // Behind the last file, where only the end mark is missing.
    let end = whole.len() - 1024;
    assert!(rows(&whole[..end]).1.contains(&format!("no end mark after {end} bytes")));
    // A damaged header.
    let third = whole.windows(5).rposition(|window| window == b"c.gpx").unwrap();
    let mut damaged = whole.clone();
    damaged[third] = b'd';
    let (read, why) = rows(&damaged);
    assert_eq!(read, owned(&[("/a.gpx", Ok(1)), ("/b.gpx", Ok(100))]));
    assert!(why.contains(&format!("the header after {third} bytes is damaged")), "{why}");
    // Gzip that is cut.
    let packed = gzip(&whole);
    let (read, why) = rows(&packed[..packed.len() - 12]);
    assert!(!read.is_empty() && why.contains("the gzip data is damaged"), "{why}");
}

#[test]
fn archives_behind_each_other_are_read_and_other_data_behind_them_is_named() {
    let [one, two] = ["a.gpx", "b.gpx"].map(|name| files(&[(name, &gpx(1))]));
    // End marks of two blocks, of one, and padded to any length.
    let padded = |zeros: usize| [&one[..one.len() - 1024], &vec![0; zeros], &two].concat();
    let both = owned(&[("/a.gpx", Ok(1)), ("/b.gpx", Ok(1))]);
    for zeros in [512, 1024, 10 << 10, 30 << 10, 30 << 10 | 512] {
        assert_eq!(outcomes("x.tar", &padded(zeros)), both, "{zeros}");
        assert_eq!(outcomes("x.tgz", &[gzip(&padded(zeros)), gzip(&vec![0; 512])].concat()), both, "{zeros}");
    }
    assert_eq!(outcomes("x.tgz", &[gzip(&one), gzip(&two)].concat()), both);
    for tail in [&b"x"[..], &[b'x'; 512], &two[1..]] {
        let rows = outcomes("x.tar", &[&one, tail].concat());
        let [(_, Err(why)), file] = &rows[..] else { panic!("{rows:?}") };
        assert!(why.contains(&format!("follows its end mark after {} bytes", one.len())), "{why}");
        assert_eq!(*file, both[0]);
    }
}

fn any_entry() -> impl Strategy<Value = (String, EntryType, Vec<u8>)> {
    let kind = prop_oneof![
        4 => Just(EntryType::Regular),
        1 => Just(EntryType::Directory),
        1 => Just(EntryType::Symlink),
    ];
    ("[a-z]{1,60}/[a-z]{1,90}", kind, "[a-z]{0,1500}").prop_map(|(name, kind, content)| {
        let content = if kind == EntryType::Regular { content.into_bytes() } else { Vec::new() };
        (name, kind, content)
    })
}

proptest! {
    #[test]
    fn every_file_before_a_cut_is_read_whole(
        entries in proptest::collection::vec(any_entry(), 1..6),
        writer in prop_oneof![Just(Writer::Ustar), Just(Writer::Gnu), Just(Writer::Pax)],
        cut in 0.0..1.5f64,
    ) {
        let mut bytes = Builder::new(Vec::new());
        // End of each file, content and all, with the file.
        let mut ends = Vec::new();
        for (name, kind, content) in &entries {
            append(&mut bytes, writer, (name, *kind, content));
            let padding = content.len().next_multiple_of(512) - content.len();
            ends.push((bytes.get_ref().len() - padding, (name.clone(), content.clone()), *kind));
        }
        let mut bytes = bytes.into_inner().unwrap();
        let content_end = bytes.len() - 1024;
        bytes.truncate(((cut * bytes.len() as f64) as usize).max(1024));
        let whole = ends.into_iter().filter(|(end, _, kind)| *kind == EntryType::Regular && *end <= bytes.len());
        let whole: Vec<_> = whole.map(|(_, file, _)| file).collect();
        prop_assume!(is_tar(&bytes) && entries[0].1 == EntryType::Regular);
        let is_complete = bytes.len() >= content_end + 512;
        let (found, damage) = contents(bytes);
        prop_assert_eq!(&found[..whole.len()], &whole[..]);
        // At most the file at the cut follows.
        prop_assert!(found.len() <= whole.len() + 1);
        prop_assert_eq!(damage.is_none(), is_complete);
    }

    #[test]
    fn any_change_of_a_byte_causes_no_panic(at in 0usize..5000, byte: u8) {
        let mut bytes = tar(Writer::Pax, &[("a.gpx", EntryType::Regular, &gpx(1)), ("b.gpx", EntryType::Regular, &gpx(2))]);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = outcomes("a.tar", &bytes);
    }
}

#[test]
fn other_files_are_no_tar_archives() {
    let sound = files(&[("a.gpx", b"x")]);
    assert!(is_tar(&sound));
    for length in 0..512 {
        assert!(!is_tar(&sound[..length]), "{length}");
    }
    assert!(!is_tar(&[0; 1024]) && !is_tar(&gpx(1).repeat(20)));
    let mut old = tar(Writer::Old, &[("a.gpx", EntryType::Regular, b"x")]);
    assert!(is_tar(&old));
    old[400] = 1;
    assert!(!is_tar(&old), "wrong checksum");
}
