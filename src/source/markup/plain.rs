//! A short way through markup that is written plainly, as nearly all of a recording is: tags whose names are letters and
//! digits, whose attributes stand in double quotes, and text without references.
//!
//! At the least oddity it stops, and quick-xml goes on from there: it decides what broken markup means. So what is taken
//! in here is what quick-xml would have shown, only three times as fast.

use super::handler::{Balance, Handler};

/// Whether a byte may be part of a name or prefix here.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Shows the handler the plain markup at the beginning of `text`, which is not inside of a tag. Returns how many bytes
/// that is.
#[inline]
pub fn walk(text: &str, handler: &mut impl Handler, balance: &mut Balance) -> usize {
    let mut done = 0;
    while let Some(start) = end_of_text(text.as_bytes(), done) {
        if start > done {
            handler.text(&text[done..start]);
            done = start;
        }
        let Some(tag) = Tag::at(text, start) else { break };
        if tag.opens {
            handler.open(tag.name, tag.attributes);
            balance.open += u64::from(!tag.closes);
        }
        if tag.closes {
            handler.close(tag.name);
        }
        if !tag.opens {
            balance.close();
        }
        done = tag.end;
    }
    done
}

/// Where the text at `at` ends and a tag begins; nothing if a reference or the end of all comes first.
#[inline(always)]
fn end_of_text(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'<' | b'&'))?;
    (bytes[end] == b'<').then_some(end)
}

/// A tag that is plain.
struct Tag<'a> {
    /// Without its prefix.
    name: &'a [u8],
    attributes: &'a str,
    opens: bool,
    closes: bool,
    /// Where what follows it begins.
    end: usize,
}

impl<'a> Tag<'a> {
    /// The tag at `start`, where a `<` stands.
    #[inline(always)]
    fn at(text: &'a str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let opens = *bytes.get(start + 1)? != b'/';
        let first = start + 1 + usize::from(!opens);
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
            return Some(Self { name, attributes: "", opens, closes: !opens, end: end + 1 });
        }
        if !opens {
            return None;
        }
        let close = end + end_of_attributes(&bytes[end..])?;
        let closes = bytes[close - 1] == b'/';
        let attributes = &text[end..close - usize::from(closes)];
        // Names end at the blanks of XML only, to which a form feed does not belong.
        let is_apart = matches!(attributes.bytes().next(), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
        is_apart.then_some(Self { name, attributes, opens, closes, end: close + 1 })
    }
}

/// Where a name or prefix that begins at `at` ends.
#[inline(always)]
fn end_of_name(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes.get(at..)?.iter().position(|byte| !NAME[usize::from(*byte)])?;
    Some(at + length)
}

/// Where the `>` behind attributes stands.
#[inline(always)]
fn end_of_attributes(bytes: &[u8]) -> Option<usize> {
    let mut in_quotes = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'>' if !in_quotes => return Some(at),
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
    struct Names(Vec<String>);

    impl Handler for Names {
        fn open(&mut self, name: &[u8], raw: &str) {
            self.0.push(String::from_utf8(name.to_vec()).unwrap());
            attributes(raw, |name, value| self.0.push(format!("{}={value}", String::from_utf8_lossy(name))));
        }
        fn text(&mut self, text: &str) {
            self.0.push(format!("'{text}'"));
        }
        fn close(&mut self, name: &[u8]) {
            self.0.push(format!("/{}", String::from_utf8_lossy(name)));
        }
    }

    /// What is shown, and what is left.
    fn taken(text: &str) -> (String, &str) {
        let mut names = Names::default();
        let done = walk(text, &mut names, &mut Balance::default());
        (names.0.join(" "), &text[done..])
    }

    #[test]
    fn an_ordinary_point_is_taken_in_whole() {
        let point =
            "<trkpt lat=\"1\"\n lon=\"2\">\n<ele>3</ele><x:ext><y-z:hr>4</y-z:hr></x:ext><a/><b c=\"d\" /></trkpt>";
        let shown = "trkpt lat=1 lon=2 '\n' ele '3' /ele ext hr '4' /hr /ext a /a b c=d /b /trkpt";
        assert_eq!(taken(point), (shown.to_owned(), ""));
    }

    #[test]
    fn it_ends_at_the_least_oddity() {
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
            assert_eq!(taken(&format!("<a>{odd}")), ("a".to_owned(), odd));
        }
    }

    /// Two tellings of a text.
    fn both(text: &str, chunk: usize) -> [(Vec<String>, u64); 2] {
        [true, false].map(|short| events(text, chunk, short))
    }

    #[test]
    fn a_difference_would_be_seen() {
        let [taken, _] = both("<a>x</a>", 100);
        for other in ["<a>y</a>", "<a b=\"\">x</a>", "<a>x</b>", "<a>x", "<a>x</a>\n"] {
            assert_ne!(taken, both(other, 100)[1]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn quick_xml_shows_the_same(
            text in "(<a>|</a>|<[a-c:]{0,3} ?|[a-c]=?\"|\"|'|/?>|<|/|=|&|&amp;|;|\\?|!|<!--|-->|CDATA|\\[|\\]|[ \n]|é){0,40}",
            chunk in 1usize..80,
        ) {
            let [short, long] = both(&text, chunk);
            prop_assert_eq!(short, long);
        }
    }
}
