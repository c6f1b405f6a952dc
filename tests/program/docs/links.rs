//! Relative links lead to files, and anchors to headings.

use std::fs;
use std::path::Path;

use super::markdown::{anchors, links};
use super::{pages, root};

/// Links of a page that lead nowhere; `page` is its path below the root.
fn dead(page: &Path, text: &str) -> Vec<String> {
    let is_dead = |link: &String| {
        if link.starts_with("https://") {
            return false;
        }
        let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let target = root().join(page.parent().expect("a folder")).join(path);
        if anchor.is_none() {
            return path.is_empty() || !target.exists() || path.ends_with('/') && !target.is_dir();
        }
        let text = if path.is_empty() { Some(text.to_owned()) } else { fs::read_to_string(target).ok() };
        !text.is_some_and(|text| anchors(&text).contains(anchor.unwrap_or_default()))
    };
    links(text).into_iter().filter(is_dead).map(|link| format!("{}: {link} leads nowhere", page.display())).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let dead: Vec<String> = pages.iter().flat_map(|(page, text)| dead(page, text)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
    let number: usize = pages.iter().map(|(_, text)| links(text).len()).sum();
    assert!(number > 100, "only {number} links were found");
}

#[test]
fn every_page_is_linked_from_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let links = links(&readme);
    for (page, _) in pages() {
        let page = page.display().to_string();
        assert!(page == "README.md" || links.contains(&page), "README.md has no link to {page}");
    }
}

#[test]
fn dead_links_are_found() {
    let page = Path::new("assets/docs/levels.md");
    assert_eq!(
        dead(page, "# A b\n[1](https://a.b) [2](limits.md) [3](#a-b) [4](../../src/) [5](limits.md#maps)"),
        [""; 0]
    );
    for link in ["limit.md", "#a", "limits.md#map", "../src/", "limits.md/", "README.md", ""] {
        assert_eq!(dead(page, &format!("# A b\n[x]({link})")).len(), 1, "{link}");
    }
}
