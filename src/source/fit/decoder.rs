//! Messages that are rare, through fitparser: what kind of file this is, sessions, sports, events, titles.
//!
//! fitparser decodes the values, but does not get to see the file: it stops at the first thing it does not expect
//! (an undescribed developer field, a cut end), prints about misdeclared fields to the terminal, and can be made to
//! panic by sizes that do not add up. So it is fed one whole message at a time, cut down to the few fields that matter.

use super::value::{base_type_number, value_size};
use fitparser::Value;
use fitparser::de::{FitObject, FitStreamProcessor};
use std::collections::HashMap;
use std::ops::Range;

/// The messages that matter, by global number, and of each the fields that matter, all of a single value.
const USED_FIELDS: [(u16, &[u8]); 5] = [
    (message_number::FILE_ID, &[0, 1, 2, 8]),
    (message_number::SPORT, &[0, 1]),
    (message_number::SESSION, &[2, 5, 6]),
    (message_number::EVENT, &[0, 1]),
    (message_number::COURSE, &[5]),
];

/// The base type of text, which may have any size.
const STRING: u8 = 0x07;

/// Says in a base type that its values have several bytes, in an order that matters.
const ENDIAN_ABILITY: u8 = 0x80;

/// Global message numbers of the FIT profile.
pub mod message_number {
    /// What kind of file this is and what wrote it.
    pub const FILE_ID: u16 = 0;
    /// The sport that is about to begin.
    pub const SPORT: u16 = 12;
    /// Totals of an activity.
    pub const SESSION: u16 = 18;
    /// Among others, that the timer was stopped or started.
    pub const EVENT: u16 = 21;
    /// The title of a course.
    pub const COURSE: u16 = 31;
}

/// The fields of a message by number; those without a valid value are absent.
pub type Fields = HashMap<u8, Value>;

/// A definition cut down to the fields that matter.
pub struct ReducedDefinition {
    /// Global number of its messages.
    pub global: u16,
    /// Numbers of the fields that matter.
    used: &'static [u8],
    local: u8,
    big_endian: bool,
    /// Those that are there, as FIT describes them: number, size, base type.
    fields: Vec<[u8; 3]>,
    /// Where they are in a message; neighbours are joined.
    spans: Vec<Range<usize>>,
}

impl ReducedDefinition {
    /// A definition without fields yet, under a local number; `None` when its messages do not matter.
    pub fn new(global: u16, local: u8, big_endian: bool) -> Option<Self> {
        let (_, used) = USED_FIELDS.into_iter().find(|(number, _)| *number == global)?;
        Some(Self { global, used, local, big_endian, fields: Vec::new(), spans: Vec::new() })
    }

    /// Takes in a field of the definition, `at` bytes after the beginning of the message, if it matters and is one
    /// value: not an array, and not of a size that does not fit its type, which some devices declare.
    pub fn add_field(&mut self, at: usize, [number, size, base_type]: [u8; 3]) {
        let base_type = base_type_number(base_type);
        let value_size = if base_type == STRING { Some(size.max(1)) } else { value_size(base_type) };
        if !self.used.contains(&number) || value_size != Some(size) {
            return;
        }
        self.fields.push([
            number,
            size,
            if size > 1 && base_type != STRING { base_type | ENDIAN_ABILITY } else { base_type },
        ]);
        let end = at + usize::from(size);
        match self.spans.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => self.spans.push(at..end),
        }
    }
}

/// fitparser, fed one whole message at a time.
pub struct Decoder {
    processor: FitStreamProcessor,
    buffer: Vec<u8>,
}

impl Decoder {
    /// A decoder that knows no definition.
    pub fn new() -> Self {
        // It insists on a header first. The stated size only says when to expect a checksum: never.
        let mut header = [0; 14];
        header[0] = 14;
        header[4..8].copy_from_slice(&0xF000_0000u32.to_le_bytes());
        header[8..12].copy_from_slice(b".FIT");
        let mut decoder = Self { processor: FitStreamProcessor::new(), buffer: header.to_vec() };
        decoder.decode_buffer();
        decoder
    }

    /// Takes note of a definition; it replaces that of the same local number.
    pub fn define(&mut self, definition: &ReducedDefinition) {
        let [low, high] =
            if definition.big_endian { definition.global.to_be_bytes() } else { definition.global.to_le_bytes() };
        self.buffer.clear();
        self.buffer.extend([
            0x40 | definition.local,
            0,
            u8::from(definition.big_endian),
            low,
            high,
            definition.fields.len() as u8,
        ]);
        self.buffer.extend(definition.fields.as_flattened());
        self.decode_buffer();
    }

    /// The fields of a message, without its first byte, of the definition that was noted last under its local number.
    pub fn decode(&mut self, definition: &ReducedDefinition, message: &[u8]) -> Option<Fields> {
        self.buffer.clear();
        self.buffer.push(definition.local);
        for span in &definition.spans {
            self.buffer.extend_from_slice(&message[span.clone()]);
        }
        self.decode_buffer()
    }

    fn decode_buffer(&mut self) -> Option<Fields> {
        match self.processor.deserialize_next(&self.buffer) {
            Ok((_, FitObject::DataMessage(data))) => Some(data.fields),
            _ => None,
        }
    }
}
