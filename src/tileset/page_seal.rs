//! Seal of the map page in a folder: the page repeats bounds and totals, and adds dates and the list of tiles, so that a
//! page of an earlier map would show what zones hide from the tiles next to it.
//!
//! The seal covers all data of the page but its title and address, which a web site may change.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use twox_hash::XxHash3_128;

use super::page::map_data;
use super::reader::unreadable_message;
use super::seal::Seal;

/// Largest page that is read: more than Trailglow writes.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// Seal of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct PageSeal {
    pub seal: Seal,
    /// True if the page is marked as private.
    pub is_private: bool,
}

impl PageSeal {
    /// Reads the page in the folder of a tileset. Returns `None` if there is none or another program made it.
    ///
    /// # Errors
    /// If the page cannot be read or is damaged.
    pub fn read(tileset: &Path) -> Result<Option<Self>> {
        let path = tileset.join("index.html");
        // A named pipe would wait for ever.
        if !path.is_file() {
            return Ok(None);
        }
        let context = || unreadable_message(path.display());
        let mut html = Vec::new();
        File::open(&path)
            .with_context(context)?
            .take(MAX_PAGE_BYTES + 1)
            .read_to_end(&mut html)
            .with_context(context)?;
        let Some(data) = map_data(&String::from_utf8_lossy(&html)) else { return Ok(None) };
        let read = || -> Result<Self> {
            ensure!(html.len() as u64 <= MAX_PAGE_BYTES, "it is too large");
            let mut data = data.context("its data is damaged")?;
            let map = data.as_object_mut().context("its data is damaged")?;
            let is_private = map.contains_key("profile");
            map.retain(|key, _| !["name", "publicUrl"].contains(&&**key));
            Ok(Self { seal: Seal(XxHash3_128::oneshot(format!("page {data}").as_bytes())), is_private })
        };
        read().map(Some).with_context(context)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};

    use super::*;
    use crate::tileset::page::page_html;

    fn data() -> Value {
        json!({
            "name": "Rides", "publicUrl": "https://example.org/", "bounds": [8.0, 47.0, 8.5, 47.5],
            "focus": [8.0, 47.0, 8.1, 47.1], "activities": 4, "kilometres": 12.3, "from": "2024-01-01",
            "to": "2024-05-31", "coverage": {"0": "0:0"},
        })
    }

    fn read(page: &str) -> Result<Option<PageSeal>> {
        let home = tempfile::tempdir().expect("space");
        fs::write(home.path().join("index.html"), page).expect("space");
        PageSeal::read(home.path())
    }

    fn seal(data: &Value) -> PageSeal {
        read(&page_html(data)).expect("a page").expect("a page by Trailglow")
    }

    #[test]
    fn other_data_breaks_the_seal_and_another_title_or_address_does_not() {
        let original = seal(&data());
        assert!(!original.is_private);
        for key in ["bounds", "focus", "activities", "kilometres", "from", "to", "coverage"] {
            let mut other = data();
            other[key] = Value::Null;
            assert_ne!(seal(&other), original, "{key}");
        }
        let mut other = data();
        other["name"] = "My rides".into();
        other.as_object_mut().expect("an object").remove("publicUrl");
        assert_eq!(seal(&other), original);
        other["profile"] = "private".into();
        assert!(seal(&other).is_private);
    }

    #[test]
    fn pages_of_others_have_no_seal_and_damaged_ones_are_errors() {
        assert!(PageSeal::read(tempfile::tempdir().expect("space").path()).expect("no page").is_none());
        assert!(read("<html>my own map</html>").expect("a file").is_none());
        let page = page_html(&data());
        for damaged in
            [page.replacen("const MAP = {\"", "const MAP = {", 1), page.replacen("const MAP = {", "const MAP = [", 1)]
        {
            let error = read(&damaged).expect_err("damage");
            assert!(
                format!("{error:#}").contains("index.html as a tileset by Trailglow; render it again"),
                "{error:#}"
            );
        }
        let padded = format!("{page}{}", " ".repeat(MAX_PAGE_BYTES as usize));
        assert!(read(&padded).is_err(), "too large");
    }
}
