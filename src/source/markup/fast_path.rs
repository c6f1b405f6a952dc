//! Fast parser of plain markup, which is nearly all of a recording: ASCII names, attributes in double quotes, text
//! without references.
//!
//! At any other markup, the fast path stops and quick-xml continues; broken markup is therefore read by quick-xml
//! alone. The events are those of quick-xml, about three times as fast.

use super::handler::{Handler, TagCounts};

/// True for bytes of plain names and prefixes.
const IS_NAME_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Passes the plain markup at the beginning of `text` to the handler and returns its length in bytes. The text must not
/// begin inside a tag.
#[inline]
pub fn walk(text: &str, handler: &mut impl Handler, tag_counts: &mut TagCounts) -> usize {
    let mut consumed = 0;
    while let Some(start) = end_of_text(text.as_bytes(), consumed) {
        if start > consumed {
            handler.text(&text[consumed..start]);
            consumed = start;
        }
        let Some(tag) = Tag::parse(text, start) else { break };
        if tag.is_start {
            handler.start_element(tag.name, tag.attributes);
            tag_counts.unclosed += u64::from(!tag.is_end);
        }
        if tag.is_end {
            handler.end_element(tag.name);
        }
        if !tag.is_start {
            tag_counts.end_tag();
        }
        consumed = tag.end;
    }
    consumed
}

/// Position of the next `<`; `None` if a reference or the end comes first.
#[inline(always)]
fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    let end = start + bytes.get(start..)?.iter().position(|byte| matches!(byte, b'<' | b'&'))?;
    (bytes[end] == b'<').then_some(end)
}

/// A plain tag.
struct Tag<'a> {
    /// Local name.
    name: &'a [u8],
    attributes: &'a str,
    is_start: bool,
    is_end: bool,
    /// Position after the tag.
    end: usize,
}

impl<'a> Tag<'a> {
    /// Parses the tag whose `<` is at `start`.
    #[inline(always)]
    fn parse(text: &'a str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_start = *bytes.get(start + 1)? != b'/';
        let first = start + 1 + usize::from(!is_start);
        let (mut local, mut end) = (first, end_of_name(bytes, first)?);
        if bytes[end] == b':' {
            local = end + 1;
            end = end_of_name(bytes, local)?;
        }
        if end == local {
            return None;
        }
        let name = &bytes[local..end];
        if bytes[end] == b'>' {
            return Some(Self { name, attributes: "", is_start, is_end: !is_start, end: end + 1 });
        }
        if !is_start {
            return None;
        }
        let close = end + end_of_attributes(&bytes[end..])?;
        let is_end = bytes[close - 1] == b'/';
        let attributes = &text[end..close - usize::from(is_end)];
        // Names end at XML white space only, to which a form feed does not belong.
        let is_apart = matches!(attributes.bytes().next(), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
        is_apart.then_some(Self { name, attributes, is_start, is_end, end: close + 1 })
    }
}

/// End of the name or prefix that begins at `start`.
#[inline(always)]
fn end_of_name(bytes: &[u8], start: usize) -> Option<usize> {
    let length = bytes.get(start..)?.iter().position(|byte| !IS_NAME_BYTE[usize::from(*byte)])?;
    Some(start + length)
}

/// Position of the `>` after the attributes.
#[inline(always)]
fn end_of_attributes(bytes: &[u8]) -> Option<usize> {
    let mut in_quotes = false;
    for (start, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'>' if !in_quotes => return Some(start),
            b'>' | b'<' | b'\'' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::lexer::attributes;
    use super::super::walk::events;
    use super::*;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Log(Vec<String>);

    impl Handler for Log {
        fn start_element(&mut self, name: &[u8], raw: &str) {
            self.0.push(String::from_utf8(name.to_vec()).unwrap());
            attributes(raw, |name, value| self.0.push(format!("{}={value}", String::from_utf8_lossy(name))));
        }
        fn text(&mut self, text: &str) {
            self.0.push(format!("'{text}'"));
        }
        fn end_element(&mut self, name: &[u8]) {
            self.0.push(format!("/{}", String::from_utf8_lossy(name)));
        }
    }

    /// Events of the plain part, and the rest of the text.
    fn walked(text: &str) -> (String, &str) {
        let mut log = Log::default();
        let consumed = walk(text, &mut log, &mut TagCounts::default());
        (log.0.join(" "), &text[consumed..])
    }

    #[test]
    fn a_usual_point_is_read_to_its_end() {
        let point =
            "<trkpt lat=\"1\"\n lon=\"2\">\n<ele>3</ele><x:ext><y-z:hr>4</y-z:hr></x:ext><a/><b c=\"d\" /></trkpt>";
        let shown = "trkpt lat=1 lon=2 '\n' ele '3' /ele ext hr '4' /hr /ext a /a b c=d /b /trkpt";
        assert_eq!(walked(point), (shown.to_owned(), ""));
    }

    #[test]
    fn unusual_markup_ends_the_fast_path() {
        for odd in [
            "",
            "<",
            "</",
            "<b",
            "</b",
            "<b c=\"",
            "<b c=\"d\"",
            "&amp;",
            "text",
            "te&xt",
            "<!-- -->",
            "<![CDATA[x]]>",
            "<?pi?>",
            "< b>",
            "</ b>",
            "</b >",
            "</>",
            "<>",
            "</b/>",
            "<b='c'>",
            "<b c='d'>",
            "<b c=\"d>",
            "<b<c>",
            "<b c=\"<\">",
            "<b\"c\">",
            "<b/c>",
            "<b\u{c}c>",
            "<é>",
        ] {
            assert_eq!(walked(&format!("<a>{odd}")), ("a".to_owned(), odd));
        }
    }

    /// Events with and without the fast path.
    fn both_ways(text: &str, chunk: usize) -> [(Vec<String>, u64); 2] {
        [true, false].map(|use_fast_path| events(text, chunk, use_fast_path))
    }

    #[test]
    fn a_difference_is_detected() {
        let [walked, _] = both_ways("<a>x</a>", 100);
        for other in ["<a>y</a>", "<a b=\"\">x</a>", "<a>x</b>", "<a>x", "<a>x</a>\n"] {
            assert_ne!(walked, both_ways(other, 100)[1]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn fast_path_and_quick_xml_agree(
            text in "(<a>|</a>|<[a-c:]{0,3} ?|[a-c]=?\"|\"|'|/?>|<|/|=|&|&amp;|;|\\?|!|<!--|-->|CDATA|\\[|\\]|[ \n]|é){0,40}",
            chunk in 1usize..80,
        ) {
            let [use_fast_path, long] = both_ways(&text, chunk);
            prop_assert_eq!(use_fast_path, long);
        }
    }
}
