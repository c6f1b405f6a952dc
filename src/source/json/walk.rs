//! JSON document → events, through serde_json.

use super::guard::Guard;
use super::surrogates::Surrogates;
use crate::control::cancel::Cancel;
use crate::source::content::{ContentReader, READ_BYTES};
use crate::source::decode::Utf8Reader;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{BufReader, Read};

/// Receives the values of a document in order.
pub trait Handler {
    /// Start of an object or array.
    fn begin(&mut self, container: Container);
    /// Key of the next value of an object.
    fn key(&mut self, key: &str);
    fn scalar(&mut self, scalar: Scalar);
    /// End of the innermost object or array.
    fn end(&mut self);
    /// Returns true to stop the parser.
    fn is_done(&self) -> bool;
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Container {
    Object,
    Array,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`, `true` or `false`.
    NoValue,
    Number(f64),
    Text(&'a str),
}

/// Passes the values of a document, or of several one after the other, to the handler. Returns a sentence about damage,
/// which ends the reading: broken JSON, nesting of more than 127 levels, a text that is too long.
pub fn walk(content: &mut ContentReader, handler: &mut impl Handler, cancel: &Cancel) -> Option<String> {
    let guarded = Surrogates::new(Guard::new(Utf8Reader::new(content), cancel));
    match events(BufReader::with_capacity(READ_BYTES, guarded), handler) {
        Err(_) if handler.is_done() => None,
        Err(error) if error.is_eof() => Some("the file is truncated".into()),
        Err(error) => Some(format!("the JSON is damaged ({error})")),
        Ok(()) => None,
    }
}

/// Passes the values at the beginning of a document to the handler, up to the end of `head` or to damage.
pub fn walk_head(head: &[u8], handler: &mut impl Handler) {
    // The head of a document usually ends within a value: an expected error.
    let _ = events(head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head), handler);
}

fn events(reader: impl Read, handler: &mut impl Handler) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    loop {
        Value(&mut *handler).deserialize(&mut deserializer)?;
        if handler.is_done() || deserializer.end().is_ok() {
            return Ok(());
        }
    }
}

struct Value<'a, H>(&'a mut H);

impl<H: Handler> Value<'_, H> {
    fn scalar<E: de::Error>(self, scalar: Scalar) -> Result<(), E> {
        self.0.scalar(scalar);
        go_on(self.0)
    }
}

/// Fails if the handler is done, to end the reading.
fn go_on<E: de::Error>(handler: &impl Handler) -> Result<(), E> {
    if handler.is_done() { Err(E::custom("done")) } else { Ok(()) }
}

impl<'de, H: Handler> DeserializeSeed<'de> for Value<'_, H> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Every array and object counts as a level of recursion, which serde_json limits to 127.
        deserializer.deserialize_any(self)
    }
}

impl<'de, H: Handler> Visitor<'de> for Value<'_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.begin(Container::Object);
        while map.next_key_seed(Key(&mut *self.0))?.is_some() {
            map.next_value_seed(Value(&mut *self.0))?;
        }
        self.0.end();
        go_on(self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.begin(Container::Array);
        while seq.next_element_seed(Value(&mut *self.0))?.is_some() {}
        self.0.end();
        go_on(self.0)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar(Scalar::NoValue)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar(Scalar::NoValue)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.scalar(Scalar::Number(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.scalar(Scalar::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.scalar(Scalar::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.scalar(Scalar::Text(text))
    }
}

struct Key<'a, H>(&'a mut H);

impl<'de, H: Handler> DeserializeSeed<'de> for Key<'_, H> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, H: Handler> Visitor<'de> for Key<'_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<(), E> {
        self.0.key(key);
        go_on(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json::guard::MAX_TEXT_BYTES;

    /// Events as text, up to `most`.
    struct Events {
        text: String,
        count: usize,
        most: usize,
    }

    impl Events {
        fn push(&mut self, event: &str) {
            self.text.push_str(event);
            self.text.push(' ');
            self.count += 1;
        }
    }

    impl Handler for Events {
        fn begin(&mut self, container: Container) {
            self.push(if container == Container::Object { "{" } else { "[" });
        }

        fn key(&mut self, key: &str) {
            self.push(&format!("{key}:"));
        }

        fn scalar(&mut self, scalar: Scalar) {
            self.push(&format!("{scalar:?}"));
        }

        fn end(&mut self) {
            self.push("end");
        }

        fn is_done(&self) -> bool {
            self.count >= self.most
        }
    }

    fn walked(text: &str, most: usize) -> (String, Option<String>) {
        let mut events = Events { text: String::new(), count: 0, most };
        let damage = walk(&mut ContentReader::new(text.as_bytes()).unwrap(), &mut events, &Cancel::default());
        (events.text.trim_end().to_owned(), damage)
    }

    #[test]
    fn every_value_is_an_event() {
        let text = "\u{feff}{\"a\": [1, -2.5, 1e3, null], \"b\\n\": {\"\": \"x\\u00e9\", \"c\": true}}\n[NaN]\n7";
        let events = "{ a: [ Number(1.0) Number(-2.5) Number(1000.0) NoValue end b\n: { : Text(\"xé\") c: NoValue end end \
                      [ Text(\"\") end Number(7.0)";
        assert_eq!(walked(text, 100), (events.to_owned(), None));
    }

    #[test]
    fn events_before_the_damage_are_passed_on() {
        for (text, events, damage) in [
            ("[1, \"2", "[ Number(1.0)", Some("truncated")),
            ("{\"a\": [1, ", "{ a: [ Number(1.0)", Some("truncated")),
            ("[1, x, 3]", "[ Number(1.0)", Some("line 1 column 5")),
            ("[1]]", "[ Number(1.0) end", Some("column 4")),
            ("", "", Some("truncated")),
            ("[1, Nab", "[ Number(1.0) Text(\"\")", Some("not NaN")),
        ] {
            let (found, warning) = walked(text, 100);
            assert_eq!(found, events, "{text}");
            assert_eq!(
                warning.as_deref().map(|text| damage.is_some_and(|part| text.contains(part))),
                Some(true),
                "{text}"
            );
        }
        let deep = walked(&"[".repeat(1000), 10_000);
        assert_eq!((deep.0.len(), deep.1.is_some_and(|text| text.contains("recursion"))), (2 * 127 - 1, true));
        let long = "x".repeat(MAX_TEXT_BYTES + 1);
        assert!(walked(&format!("[1, \"{long}\"]"), 100).1.is_some_and(|text| text.contains("text of more than")));
        // Quotation marks in the place of these letters would open texts without a limit.
        for word in ["N", "Na", "Na\"", "Nb\"", "NaNN"] {
            let (events, damage) = walked(&format!("[1] {word}{long}"), 100);
            assert!(events.starts_with("[ Number(1.0) end") && !events.contains(&long), "{word}");
            assert!(damage.is_some_and(|text| text.contains("not NaN")), "{word}");
        }
    }

    #[test]
    fn half_a_character_loses_only_itself() {
        let events = "[ Text(\"Cut \u{fffd}\") Text(\"\u{1f600}\") Number(7.0) end";
        assert_eq!(walked(r#"["Cut \ud83d", "\ud83d\ude00", 7]"#, 100), (events.to_owned(), None));
    }

    #[test]
    fn a_handler_can_stop() {
        assert_eq!(walked("[1, 2, 3]", 2).0, "[ Number(1.0)");
        assert_eq!(walked("1 2 3", 2), ("Number(1.0) Number(2.0)".to_owned(), None));
    }
}
