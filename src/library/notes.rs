//! Notes on a content: damage and warnings, stored as one JSON text.

use serde::{Deserialize, Serialize};

use crate::source::Damage;

/// See [`ParsedFile`](crate::source::ParsedFile) for the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    pub damage: Option<Damage>,
    pub warnings: Vec<String>,
}

impl Notes {
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// Reads stored notes. Earlier versions stored a list of sentences, without a distinction between damage and other
    /// oddities. Text that is not JSON occurs only in a damaged row and serves as warning itself.
    pub fn from_json(text: String) -> Self {
        let list = || serde_json::from_str(&text).ok().map(|warnings| Self { damage: None, warnings });
        serde_json::from_str(&text).ok().or_else(list).unwrap_or_else(|| Self { damage: None, warnings: vec![text] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_back_and_those_of_earlier_versions_too() {
        let damage = Damage { cause: "cut".into(), more: 1, points: 2, bytes: 3 };
        for damage in [None, Some(damage)] {
            let notes = Notes { damage, warnings: vec!["odd".into()] };
            assert_eq!(Notes::from_json(notes.to_json().unwrap()), notes);
        }
        for (text, warnings) in [("[]", vec![]), (r#"["a","b"]"#, vec!["a", "b"]), ("{}?", vec!["{}?"])] {
            assert_eq!(Notes::from_json(text.into()), Notes { damage: None, warnings: owned(&warnings) });
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| text.to_string()).collect()
    }
}
