//! Decodes the few FIT messages other than records (file id, sessions, sports, events, course titles) with fitparser.
//!
//! fitparser cannot read whole files: it stops at the first unexpected item (an undescribed developer field, a
//! truncated end), prints about misdeclared fields to the terminal, and panics on some inconsistent sizes. fitparser
//! therefore receives one whole message at a time, under a definition reduced to the used fields.

use super::value::{base_type_number, value_size};
use fitparser::Value;
use fitparser::de::{FitObject, FitStreamProcessor};
use std::collections::HashMap;
use std::ops::Range;

/// Decoded messages by global number, with their used fields, each a single value.
const USED_FIELDS: [(u16, &[u8]); 5] = [
    (message_number::FILE_ID, &[0, 1, 2, 8]),
    (message_number::SPORT, &[0, 1]),
    (message_number::SESSION, &[2, 5, 6]),
    (message_number::EVENT, &[0, 1]),
    (message_number::COURSE, &[5]),
];

/// Base type of strings, which may have any size.
const STRING: u8 = 0x07;

/// Flag in a base type whose values have several bytes.
const ENDIAN_ABILITY: u8 = 0x80;

/// Global message numbers of the FIT profile.
pub mod message_number {
    pub const FILE_ID: u16 = 0;
    pub const SPORT: u16 = 12;
    pub const SESSION: u16 = 18;
    /// Stops and starts of the timer, among others.
    pub const EVENT: u16 = 21;
    /// Title of a course.
    pub const COURSE: u16 = 31;
}

/// Valid values of a message by field number.
pub type Fields = HashMap<u8, Value>;

/// Definition message reduced to the used fields.
pub struct ReducedDefinition {
    pub global: u16,
    used: &'static [u8],
    local: u8,
    big_endian: bool,
    /// Number, size and base type.
    fields: Vec<[u8; 3]>,
    /// Byte ranges of the fields in a message; adjacent ranges are joined.
    spans: Vec<Range<usize>>,
}

impl ReducedDefinition {
    /// An empty definition; `None` if messages with this global number are not used.
    pub fn new(global: u16, local: u8, big_endian: bool) -> Option<Self> {
        let (_, used) = USED_FIELDS.into_iter().find(|(number, _)| *number == global)?;
        Some(Self { global, used, local, big_endian, fields: Vec::new(), spans: Vec::new() })
    }

    /// Adds a field `at` bytes after the start of the message if it is used. Skips arrays, and sizes that do not fit
    /// the type, which some devices declare.
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

/// fitparser, given one whole message at a time.
pub struct Decoder {
    processor: FitStreamProcessor,
    buffer: Vec<u8>,
}

impl Decoder {
    pub fn new() -> Self {
        // fitparser needs a header first. The data size only sets the position of the checksum, here out of reach.
        let mut header = [0; 14];
        header[0] = 14;
        header[4..8].copy_from_slice(&0xF000_0000u32.to_le_bytes());
        header[8..12].copy_from_slice(b".FIT");
        let mut decoder = Self { processor: FitStreamProcessor::new(), buffer: header.to_vec() };
        decoder.decode_buffer();
        decoder
    }

    /// Replaces the definition of its local number.
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

    /// Decodes a message without its first byte. `definition` must be the last one defined for its local number.
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
