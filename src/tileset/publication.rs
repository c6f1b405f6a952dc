//! Title and public address of a map, as the user gives them.

use std::fmt::Write;
use std::str::FromStr;

/// Title and public address of a map.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, Default)]
pub struct Publication {
    pub title: Option<Title>,
    pub public_url: Option<PublicUrl>,
}

/// Title of a map: one line of 1 to 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

/// Address at which the folder of a map is published: `http` or `https`, percent-encoded, with a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl Title {
    /// Maximum number of characters.
    const MAX_CHARS: usize = 100;

    #[expect(missing_docs, reason = "the name says it")]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PublicUrl {
    /// Maximum number of bytes: the shortest limit of widespread servers is 8,000 bytes for a request line.
    const MAX_BYTES: usize = 2000;

    #[expect(missing_docs, reason = "the name says it")]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Removes white space at both ends.
impl FromStr for Title {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        // U+2028 and U+2029 separate lines and paragraphs.
        if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err("a title is one line of text without control characters".to_owned());
        }
        match text.chars().count() {
            0 => Err("the title is empty; write a title such as 'Rides 2024'".to_owned()),
            1..=Self::MAX_CHARS => Ok(Self(text.to_owned())),
            count => Err(format!("the title has {count} characters; at most {} are allowed", Self::MAX_CHARS)),
        }
    }
}

/// Follows the generic syntax of RFC 3986. Adds the trailing slash, writes scheme and host in lower case and encodes
/// all characters that a path may not contain; existing escapes remain.
impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error =
            |fault: &str| format!("{fault}; write the address of the folder, such as https://example.org/tiles/");
        let text = text.trim();
        if text.contains(char::is_control) {
            return Err(error("the address contains control characters"));
        }
        let scheme = |name: &str| text.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
        let Some(scheme) = scheme("https://").or_else(|| scheme("http://")) else {
            return Err(error("the address begins with neither https:// nor http://"));
        };
        let rest = &text[scheme.len()..];
        if rest.contains(['?', '#']) {
            return Err(error("the address has a query or a fragment, marked by ? or #"));
        }
        if rest.contains(['{', '}']) {
            return Err(error("the address contains placeholders"));
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        check_host(host).map_err(error)?;
        let path = path.trim_end_matches('/');
        let segments = || path.split('/');
        if segments().any(|segment| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..")) {
            return Err(error("the address contains . or .. as a folder"));
        }
        if segments().next_back().is_some_and(|last| ["index.html", "tiles.json"].contains(&last)) {
            return Err(error("the address names a file"));
        }
        let slash = if path.is_empty() { "" } else { "/" };
        let url = format!("{}{}/{}{slash}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase(), encoded(path));
        if url.len() > Self::MAX_BYTES {
            return Err(error(&format!("the address is longer than {} bytes", Self::MAX_BYTES)));
        }
        Ok(Self(url))
    }
}

/// Checks `host` or `host:port`.
fn check_host(authority: &str) -> Result<(), &'static str> {
    if authority.contains('@') {
        return Err("the address contains a user name, which everybody could read");
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_digits = |port: &str| port.bytes().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0);
    if port.is_some_and(|port| !is_digits(port)) {
        return Err("the port of the address is not a number from 1 to 65535");
    }
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_valid = match bracketed {
        Some(ipv6) => ipv6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.split('.').all(|label| !label.is_empty())
                && host.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._".contains(&c))
        }
    };
    let fault = "the address has no valid host; a name with other letters needs its ASCII form (xn--…)";
    if is_valid { Ok(()) } else { Err(fault) }
}

/// Percent-encodes all bytes of a path except those that RFC 3986, section 3.3, allows, and existing escapes.
fn encoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let is_escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    bytes.iter().enumerate().fold(String::with_capacity(path.len()), |mut text, (at, &byte)| {
        let is_allowed = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte);
        let _ = match byte {
            b'%' if is_escape(at) => text.write_char('%'),
            _ if is_allowed => text.write_char(byte.into()),
            _ => write!(text, "%{byte:02X}"),
        };
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> Result<String, String> {
        text.parse().map(|PublicUrl(url)| url)
    }

    #[test]
    fn addresses_are_normalized() {
        for (text, expected) in [
            ("https://example.org/tiles/", "https://example.org/tiles/"),
            (" https://example.org/tiles ", "https://example.org/tiles/"),
            ("HTTPS://Example.ORG", "https://example.org/"),
            ("http://localhost:8000/a/b//", "http://localhost:8000/a/b/"),
            ("http://[2001:DB8::1]:80/My Tiles", "http://[2001:db8::1]:80/My%20Tiles/"),
            ("http://[::1]", "http://[::1]/"),
            ("https://example.org/ü/100%/%23%2f", "https://example.org/%C3%BC/100%25/%23%2f/"),
            ("https://example.org/a'b\"c<d>\\", "https://example.org/a'b%22c%3Cd%3E%5C/"),
        ] {
            assert_eq!(url(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for (text, fault) in [
            ("", "neither https"),
            ("example.org/tiles", "neither https"),
            ("ftp://example.org/", "neither https"),
            ("file:///home/me/tiles/", "neither https"),
            ("javascript:alert(1)", "neither https"),
            ("https://example.org/?a=b", "a query"),
            ("https://example.org/#top", "a fragment"),
            ("https://example.org/{z}/{x}/{y}.png", "placeholders"),
            ("https://", "no valid host"),
            ("https:///tiles/", "no valid host"),
            ("https://exa mple.org/", "no valid host"),
            ("https://münchen.example/", "xn--"),
            ("https://a..b/", "no valid host"),
            ("https://[::g]/", "no valid host"),
            ("https://example.org:0/", "port"),
            ("https://example.org:/", "port"),
            ("https://example.org:+80/", "port"),
            ("https://me:secret@example.org/", "user name"),
            ("https://example.org/a/../b/", ".. as a folder"),
            ("https://example.org/a/%2E%2e", ".. as a folder"),
            ("https://example.org/tiles/index.html", "names a file"),
            ("https://example.org/tiles.json", "names a file"),
            ("https://example.org/a\nb/", "control characters"),
        ] {
            let error = url(text).expect_err(text);
            assert!(error.contains(fault) && error.contains("https://example.org/tiles/"), "{text}: {error}");
        }
        assert!(url(&format!("https://example.org/{}", "ü".repeat(340))).is_err_and(|error| error.contains("longer")));
    }

    #[test]
    fn titles_are_one_short_line() {
        let title = |text: &str| text.parse().map(|Title(title)| title);
        assert_eq!(title(" Über </title> & \"Co\" ").as_deref(), Ok("Über </title> & \"Co\""));
        assert_eq!(title(&"ü".repeat(100)).map(|title| title.len()), Ok(200));
        for (text, fault) in [
            (String::new(), "empty"),
            ("  ".to_owned(), "empty"),
            ("ü".repeat(101), "at most 100"),
            ("a\nb".to_owned(), "control"),
            ("a\u{1b}[2J".to_owned(), "control"),
            ("a\u{2028}b".to_owned(), "control"),
        ] {
            assert!(title(&text).is_err_and(|error| error.contains(fault)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_normalized_address_is_ascii_and_stays_as_it_is(path in "[^?#{}\\pC]{0,40}") {
            if let Ok(once) = url(&format!("https://example.org/{path}")) {
                prop_assert!(once.ends_with('/') && once.bytes().all(|c| c.is_ascii_graphic()), "{}", once);
                prop_assert_eq!(url(&once), Ok(once));
            }
        }
    }
}
