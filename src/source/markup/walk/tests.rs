//! Tests of the tolerant parser with broken, hostile and random markup.

use super::super::lexer::{attribute, attributes, root_name};
use super::*;
use crate::source::content::ContentReader;
use proptest::prelude::*;

/// Logs `+name`, `-name` and text that is not blank.
#[derive(Default)]
struct Log(Vec<String>);

impl Handler for Log {
    fn start_element(&mut self, name: &[u8], _: &str) {
        self.0.push(format!("+{}", String::from_utf8_lossy(name)));
    }
    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.0.push(text.into());
        }
    }
    fn end_element(&mut self, name: &[u8]) {
        self.0.push(format!("-{}", String::from_utf8_lossy(name)));
    }
}

fn document(text: &str, chunk: usize) -> Document<'_> {
    Document::with_chunk_size(ContentReader::new(text.as_bytes()).unwrap(), chunk)
}

fn log_within(text: &str, chunk: usize, rescan_factor: usize) -> (String, u64) {
    let mut log = Log::default();
    let repairs = walk_within(&mut document(text, chunk), &mut log, rescan_factor, true, &Cancel::default());
    (log.0.join(" "), repairs)
}

fn log(text: &str) -> (String, u64) {
    log_within(text, 1 << 20, RESCAN_FACTOR)
}

#[test]
fn prefixes_empty_elements_and_entities() {
    let text = "<x:a y='1'><b/>T&amp;C &#233;&#xe9; &nbsp; &<![CDATA[<raw>]]><!-- no --></x:a>";
    assert_eq!(log(text), ("+a +b -b T & C  é é &nbsp; & <raw> -a".into(), 0));
}

#[test]
fn mismatched_and_missing_end_tags_are_accepted() {
    assert_eq!(log("</z><a><b></c></a><d>"), ("-z +a +b -c -a +d".into(), 2));
}

#[test]
fn an_unclosed_quote_loses_one_tag() {
    let points = "<p lat=\"1\" lon=\"2\"><e>some text of a usual length</e></p>".repeat(5);
    let text = format!("<g><p lat=\"1 lon=\"2\"><e>3</e></p>{points}</g>");
    let (found, repairs) = log(&text);
    assert_eq!(found.matches("+p").count(), 5, "{found}");
    assert_eq!(repairs, 1);
}

#[test]
fn broken_markup_is_skipped() {
    assert_eq!(log("<a><![CDXTA[ x ]]><b/></a>"), ("+a +b -b -a".into(), 1));
    assert_eq!(log("<a><!-- never closed <b/></a>"), ("+a +b -b -a".into(), 1));
    assert_eq!(log("<a><b"), ("+a".into(), 1));
    assert_eq!(log("<"), (String::new(), 1));
}

#[test]
fn only_an_overlong_token_is_lost() {
    let blanks = " ".repeat(3 * MAX_TOKEN_BYTES);
    let text = blanks.replace(' ', "x");
    for (long, expected, broken) in [
        (format!("<!--{blanks}-->"), "+a --> +c -c -a".to_owned(), 1),
        (format!("<!--{blanks}"), "+a +c -c -a".to_owned(), 1),
        (format!("<p q=\"{blanks}\">"), "+a \"> +c -c -a".to_owned(), 1),
        (format!("<p>{text}</p>"), format!("+a +p {text} -p +c -c -a"), 0),
    ] {
        let (found, repairs) = log_within(&format!("<a>{long}<c/></a>"), 1000, RESCAN_FACTOR);
        let words: Vec<&str> = found.split_whitespace().collect();
        assert!((words.join(" ").replace("x x", "xx"), repairs) == (expected, broken), "{words:.100?} {repairs}");
    }
}

#[test]
fn hostile_input_takes_bounded_time() {
    let started = std::time::Instant::now();
    for piece in ["<!--", "<a ", "<a \"", "<![CDATA[", "<?", "<a '<"] {
        for chunk in [1000, 1 << 20] {
            walk(&mut document(&piece.repeat(200_000), chunk), &mut Log::default(), &Cancel::default());
        }
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn unclosed_elements_do_not_fill_the_memory() {
    let count = 3 * MAX_OPEN_NAMES;
    let (found, repairs) = log(&"<a>".repeat(count));
    assert_eq!((found.matches("+a").count(), repairs), (count, count as u64));
}

#[test]
fn attributes_in_every_notation() {
    let raw = " lat=\"1\" x:lon = '2' bare=3 flag odd=\"a'b\" late=\"";
    let mut found = Vec::new();
    attributes(raw, |name, value| found.push(format!("{}:{value}", String::from_utf8_lossy(name))));
    assert_eq!(found, ["lat:1", "lon:2", "bare:3", "odd:a'b", "late:"]);
    assert_eq!(attribute(" c='A &amp; B'", b"c").unwrap(), "A & B");
    assert_eq!(attribute(" c='A &what; B'", b"c").unwrap(), "A &what; B");
    assert_eq!(attribute(raw, b"missing"), None);
}

#[test]
fn the_root_is_found_after_the_prolog() {
    let text = " \n<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a \"b\">]><!-- <no/> --><x:gpx>";
    assert_eq!(root_name(text).as_deref(), Some("gpx"));
    for text in ["", "gpx", "text <gpx>", "<", "<!-- <gpx>"] {
        assert_eq!(root_name(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "([<>/!?\"'&;=a-c \\[\\]-]|CDATA|é|<!--|-->|<a b=\"){0,60}") {
        log(&text);
        root_name(&text);
        attributes(&text, |_, _| {});
    }

    #[test]
    fn the_chunk_size_does_not_change_the_result(
        text in "([<>/!?\"'&;=a-c \\[\\]-]|CDATA|é|<!--|-->|<a b=\"|<a/>|&amp;){0,60}",
        chunk in 1usize..80,
    ) {
        prop_assert_eq!(log_within(&text, chunk, usize::MAX >> 16), log_within(&text, 1 << 20, usize::MAX >> 16));
    }
}
