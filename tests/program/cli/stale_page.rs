//! `trailglow zone check` sees a page of an earlier map next to the tiles of now.

use std::fs;

use super::zone_check::{OTHER_ZONES, PRIVATE, UNKNOWN, UP_TO_DATE, add_zone, check, copy, render, rides};
use crate::program::Home;

/// Data of the page of a folder.
fn page_data(home: &Home, out: &str) -> String {
    let page = fs::read_to_string(home.path(out).join("index.html")).expect("a page");
    let (_, rest) = page.split_once("const MAP = ").expect("the data");
    rest.split_once(";\n").expect("its end").0.to_owned()
}

#[test]
fn a_page_of_an_earlier_map_is_seen() {
    for palettes in ["ember", "ember,ice"] {
        let home = rides();
        render(&home, "published", &["--palette", palettes]);
        let old_page = fs::read(home.path("published/index.html")).expect("a page");
        add_zone(&home, "home", "47,8");
        render(&home, "new", &["--palette", palettes]);
        fs::remove_dir_all(home.path("published")).expect("a folder");
        copy(&home, "new", "published");
        assert!(check(&home, &["published"]).iter().all(|line| line.ends_with(UP_TO_DATE)));
        let new_data = page_data(&home, "published");
        home.write("published/index.html", &old_page);
        assert_ne!(page_data(&home, "published"), new_data);
        assert_eq!(check(&home, &["published"])[0], format!("published: {OTHER_ZONES}"));
        // One number of the new page.
        let page = String::from_utf8(fs::read(home.path("new/index.html")).expect("a page")).expect("text");
        assert!(page.contains("\"activities\":2,"));
        home.write("published/index.html", page.replace("\"activities\":2,", "\"activities\":3,"));
        assert_eq!(check(&home, &["published"])[0], format!("published: {UNKNOWN}"));
        render(&home, "private", &["--palette", palettes, "--profile", "private"]);
        fs::copy(home.path("private/index.html"), home.path("published/index.html")).expect("disk space");
        assert_eq!(check(&home, &["published"])[0], format!("published: {PRIVATE}"));
        // A page of another program says nothing, nor does another title, nor a folder without a page.
        home.write("published/index.html", "<html>My map</html>");
        assert_eq!(check(&home, &["published"])[0], format!("published: {UP_TO_DATE}"));
        home.write("published/index.html", page.replacen("\"name\":\"Trailglow\"", "\"name\":\"My rides\"", 1));
        assert_ne!(page_data(&home, "published"), new_data);
        assert_eq!(check(&home, &["published"])[0], format!("published: {UP_TO_DATE}"));
        fs::remove_file(home.path("published/index.html")).expect("a page");
        assert_eq!(check(&home, &["published"])[0], format!("published: {UP_TO_DATE}"));
        home.write("published/index.html", page.replacen("const MAP = {", "const MAP = ", 1));
        let run = home.run(&["zone", "check", "published"]);
        let error = "cannot read published/index.html as a tileset by Trailglow; render it again: its data is damaged";
        assert!(run.status == 1 && run.stderr.starts_with(error), "{}", run.stderr);
    }
}
