//! Messages about files whose content is not what their name says: empty, a web page, or damaged at the beginning.
//!
//! The name decides no format, but a file with one of these endings is one that the user counts on.

use std::path::Path;

use super::content::{ContentReader, HEAD_BYTES};

/// Endings of names in lower case, and what a file with such a name should be.
struct Expected {
    endings: &'static [&'static str],
    /// True if gzip around the content is all that the name promises.
    is_any_gzip: bool,
    /// Message about other content: the missing format, and a remedy.
    message: &'static str,
    /// Remedy for empty content and for a web page.
    again: &'static str,
}

/// The first row whose ending fits applies.
const EXPECTED: &[Expected] = &[
    Expected {
        endings: &[".fit", ".gpx", ".tcx", ".kml", ".kmz", ".geojson"],
        is_any_gzip: false,
        message: "the content is neither FIT, GPX, TCX, KML nor GeoJSON; export the activity again",
        again: "download the activity again",
    },
    Expected {
        endings: &[".zip"],
        is_any_gzip: false,
        message: "the content is not a zip archive, or is damaged at its beginning; download the archive again",
        again: "download the archive again",
    },
    Expected {
        endings: &[".tar", ".tgz"],
        is_any_gzip: false,
        message: "the content is not a tar archive, is empty or damaged at its beginning; download the archive again",
        again: "download the archive again",
    },
    Expected {
        endings: &[".gz"],
        is_any_gzip: true,
        message: "the content is not gzip data, or is damaged at its beginning; download the file again",
        again: "download the file again",
    },
];

/// Message for a file that is none of the formats that are read, if its name promises one of them or an archive.
pub fn message(path: &Path, content: &ContentReader) -> Option<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    // AppleDouble files of macOS have the name of the file that they describe.
    if name.starts_with("._") {
        return None;
    }
    let names = [name.strip_suffix(".gz"), Some(&name)];
    let row = EXPECTED.iter().find(|row| {
        let has_ending = |name: &&str| row.endings.iter().any(|ending| name.ends_with(ending));
        names.iter().flatten().any(has_ending) && !(row.is_any_gzip && content.is_compressed())
    })?;
    let head = content.head();
    let start = String::from_utf8_lossy(&head[..head.len().min(HEAD_BYTES)]).to_lowercase();
    Some(if head.is_empty() {
        "the file is empty; download it again".to_owned()
    } else if start.contains("<html") || start.contains("<!doctype html") {
        format!("the file is a web page, perhaps a login page; {}", row.again)
    } else {
        row.message.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use crate::source::archive::tests::{deflated, gzip};
    use crate::source::{Skip, read};
    use std::fs;

    #[test]
    fn a_file_whose_name_promises_an_activity_or_an_archive_is_a_fault_if_it_holds_none() {
        let folder = tempfile::tempdir().unwrap();
        let zip = deflated(&[("1.gpx", b"<gpx/>")]);
        let mut tar = tar::Builder::new(Vec::new());
        tar.append_data(&mut tar::Header::new_gnu(), "1.gpx", &b""[..]).unwrap();
        let mut damaged_tar = tar.into_inner().unwrap();
        damaged_tar[3] ^= 1;
        let page = b"<!DOCTYPE html><html>log in</html>".to_vec();
        for (name, bytes, expected) in [
            ("a.gpx", vec![], Some("the file is empty")),
            ("a.zip", vec![], Some("the file is empty")),
            ("a.tar.gz", vec![], Some("the file is empty")),
            ("A.TGZ", vec![], Some("the file is empty")),
            ("a.gz", vec![], Some("the file is empty")),
            ("a.tar.gz", gzip(b""), Some("the file is empty")),
            ("a.zip", zip[20..].to_vec(), Some("not a zip archive")),
            ("a.tar", damaged_tar.clone(), Some("not a tar archive")),
            ("a.tgz", gzip(&damaged_tar), Some("not a tar archive")),
            ("a.tar.gz", gzip(&damaged_tar), Some("not a tar archive")),
            ("a.tar", vec![0; 10_240], Some("not a tar archive, is empty")),
            ("notes.gz", b"not packed".to_vec(), Some("not gzip data")),
            ("a.kmz", zip[20..].to_vec(), Some("neither FIT, GPX")),
            ("a.zip", page.clone(), Some("a login page; download the archive again")),
            ("a.gpx.gz", page.clone(), Some("a login page; download the activity again")),
            ("notes.txt.gz", gzip(b"buy milk"), None),
            ("._a.zip", zip[20..].to_vec(), None),
            ("notes.txt", page, None),
            ("zip", vec![], None),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            match (read(&path).unwrap_err(), expected) {
                (Skip::Unreadable(message), Some(part)) => assert!(message.contains(part), "{name}: {message}"),
                (skip, expected) => assert_eq!((skip, expected), (Skip::NotActivity, None), "{name}"),
            }
        }
    }
}
