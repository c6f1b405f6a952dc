//! Splits a FIT file into messages.
//!
//! ```text
//! message = definition | data
//! definition (bit 6 of the first byte) = local number, byte order, global number, fields (number, size, base type)…
//! data                                 = local number, the bytes of the defined fields
//! data with compressed time (bit 7)    = data whose first byte holds the low 5 bits of the time
//! ```
//! A definition sets the layout of the data messages with its local number, until the next definition of that number.

use super::decoder::{Decoder, Fields, ReducedDefinition};
use super::record::{FieldLayout, Values};

/// Global number of record messages, each a moment of the recording.
const RECORD: u16 = 20;

/// Field number of the time in every kind of message.
const TIMESTAMP: u8 = 253;

/// A used message. Times are in seconds since 1989-12-31T00:00:00Z or, below 0x10000000, since the device was switched
/// on.
pub enum Message {
    Record {
        time: Option<u32>,
        values: Values,
    },
    /// One of [`super::decoder::message_number`].
    Other {
        global: u16,
        time: Option<u32>,
        fields: Fields,
    },
}

/// Layout of the data messages with a local number.
struct Layout {
    /// Length of a message in bytes, without the first byte.
    length: usize,
    timestamp: Option<Timestamp>,
    content: Content,
}

struct Timestamp {
    at: usize,
    big_endian: bool,
}

/// Kind of the messages, with the fields to read.
enum Content {
    Record(FieldLayout),
    Other(ReducedDefinition),
    Skipped,
}

/// Calls `visit` with each used message, in order. Returns the damage if the data is truncated or a message has no
/// definition.
pub fn for_each_message(bytes: &[u8], mut visit: impl FnMut(Message)) -> Option<String> {
    let mut decoder = Decoder::new();
    let mut layouts: [Option<Layout>; 16] = Default::default();
    let mut clock = None;
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let rest = &bytes[at + 1..];
        if first & 0xC0 == 0x40 {
            let Some(definition) = Definition::read(first, rest) else {
                return Some(truncation(bytes.len(), at));
            };
            at += 1 + definition.bytes;
            let layout = definition.layout(first & 0x0F);
            if let Content::Other(definition) = &layout.content {
                decoder.define(definition);
            }
            layouts[usize::from(first & 0x0F)] = Some(layout);
            continue;
        }
        let is_compressed = first & 0x80 != 0;
        let local = if is_compressed { first >> 5 & 0x03 } else { first & 0x0F };
        let Some(layout) = &layouts[usize::from(local)] else {
            return Some(format!("the message after {at} bytes has no definition"));
        };
        let Some(data) = rest.get(..layout.length) else { return Some(truncation(bytes.len(), at)) };
        at += 1 + layout.length;
        let stated = layout.timestamp.as_ref().and_then(|timestamp| timestamp.read(data));
        let time = match (stated, clock) {
            (None, Some(clock)) if is_compressed => Some(expand(clock, u32::from(first & 0x1F))),
            (stated, _) => stated,
        };
        clock = time.or(clock);
        match &layout.content {
            Content::Record(field_layout) => visit(Message::Record { time, values: field_layout.read(data) }),
            Content::Other(definition) => {
                if let Some(fields) = decoder.decode(definition, data) {
                    visit(Message::Other { global: definition.global, time, fields });
                }
            }
            Content::Skipped => {}
        }
    }
    None
}

fn truncation(length: usize, at: usize) -> String {
    format!("the last message is truncated to {} bytes", length - at)
}

/// First time at or after `clock` with the low five bits `low`.
fn expand(clock: u32, low: u32) -> u32 {
    clock.wrapping_add(low.wrapping_sub(clock) & 0x1F)
}

impl Timestamp {
    fn read(&self, data: &[u8]) -> Option<u32> {
        let bytes = data.get(self.at..self.at + 4)?.try_into().ok()?;
        let seconds = if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        (seconds != u32::MAX).then_some(seconds)
    }
}

/// A raw definition message.
struct Definition<'a> {
    /// Length after the first byte.
    bytes: usize,
    big_endian: bool,
    global: [u8; 2],
    /// Number, size and base type of each field.
    fields: &'a [[u8; 3]],
    developer_fields: &'a [[u8; 3]],
}

impl<'a> Definition<'a> {
    fn read(first: u8, rest: &'a [u8]) -> Option<Self> {
        let (&[_reserved, order, global0, global1, count], after) = rest.split_first_chunk()?;
        let fields = after.get(..3 * usize::from(count))?;
        let mut bytes = 5 + fields.len();
        let mut developer_fields: &[u8] = &[];
        if first & 0x20 != 0 {
            let count = *rest.get(bytes)?;
            developer_fields = rest.get(bytes + 1..)?.get(..3 * usize::from(count))?;
            bytes += 1 + developer_fields.len();
        }
        Some(Self {
            bytes,
            big_endian: order == 1,
            global: [global0, global1],
            fields: fields.as_chunks().0,
            developer_fields: developer_fields.as_chunks().0,
        })
    }

    fn layout(&self, local: u8) -> Layout {
        let big_endian = self.big_endian;
        let global = if big_endian { u16::from_be_bytes(self.global) } else { u16::from_le_bytes(self.global) };
        let mut content = match global {
            RECORD => Content::Record(FieldLayout::default()),
            _ => ReducedDefinition::new(global, local, big_endian).map_or(Content::Skipped, Content::Other),
        };
        let mut timestamp = None;
        let mut length = 0;
        for &[number, size, base_type] in self.fields {
            if number == TIMESTAMP && size == 4 {
                timestamp = Some(Timestamp { at: length, big_endian });
            }
            match &mut content {
                Content::Record(field_layout) => field_layout.add_field(length, [number, size, base_type], big_endian),
                Content::Other(definition) => definition.add_field(length, [number, size, base_type]),
                Content::Skipped => {}
            }
            length += usize::from(size);
        }
        length += self.developer_fields.iter().map(|[_, size, _]| usize::from(*size)).sum::<usize>();
        Layout { length, timestamp, content }
    }
}
