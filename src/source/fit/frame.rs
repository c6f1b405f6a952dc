//! Which messages lie one after the other in a FIT file; fitparser decodes the fields of those that matter.
//!
//! ```text
//! message = definition | data
//! definition (bit 6 of the first byte) = local number, byte order, global number, fields (number, size, base type)…
//! data                                 = local number, the bytes of those fields
//! data with compressed time (bit 7)    = the same, its time in 5 bits of the first byte
//! ```

use fitparser::Value;
use fitparser::de::{FitObject, FitStreamProcessor};
use std::collections::HashMap;
use std::ops::Range;

/// The messages that matter, by global number, and of each the fields that matter, all of a single value.
const WANTED: &[(u16, &[u8])] = &[
    (message::FILE_ID, &[0, 1, 2, 8]),
    (message::SPORT, &[0, 1]),
    (message::SESSION, &[2, 5, 6]),
    (message::RECORD, &[0, 1, 2, 3, 6, 73, 78]),
    (message::EVENT, &[0, 1]),
    (message::COURSE, &[5]),
];

/// Global message numbers of the FIT profile.
pub mod message {
    /// What kind of file this is and what wrote it.
    pub const FILE_ID: u16 = 0;
    /// The sport that is about to begin.
    pub const SPORT: u16 = 12;
    /// Totals of an activity.
    pub const SESSION: u16 = 18;
    /// One moment of the recording.
    pub const RECORD: u16 = 20;
    /// Among others, that the timer was stopped or started.
    pub const EVENT: u16 = 21;
    /// The title of a course.
    pub const COURSE: u16 = 31;
}

/// The field that holds the time in every message that has one.
const TIMESTAMP: u8 = 253;

/// A decoded message.
pub struct Message {
    /// One of [`message`].
    pub global: u16,
    /// Seconds since 1989-12-31T00:00:00Z, or since the device was switched on when below 0x10000000.
    pub time: Option<u32>,
    /// By field number; fields without a valid value are absent.
    pub fields: HashMap<u8, Value>,
}

/// How the data messages of a local number are laid out.
struct Layout {
    /// Bytes after the first.
    length: usize,
    timestamp: Option<Timestamp>,
    /// Present when the message matters.
    wanted: Option<Wanted>,
}

struct Timestamp {
    at: usize,
    big_endian: bool,
}

/// Where the fields that matter are; neighbours are joined.
struct Wanted {
    global: u16,
    spans: Vec<Range<usize>>,
}

/// Shows `visit` the messages that matter, in order. Returns a warning when the bytes stop making sense.
pub fn messages(bytes: &[u8], mut visit: impl FnMut(Message)) -> Option<String> {
    let mut decoder = Decoder::new();
    let mut layouts: [Option<Layout>; 16] = Default::default();
    let mut clock = None;
    let mut buffer = Vec::new();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let rest = &bytes[at + 1..];
        if first & 0xC0 == 0x40 {
            let Some(definition) = Definition::read(first, rest) else { return Some(cut_off(bytes.len(), at)) };
            at += 1 + definition.bytes;
            let layout = definition.layout(first, &mut buffer);
            if layout.wanted.is_some() {
                decoder.decode(&buffer);
            }
            layouts[usize::from(first & 0x0F)] = Some(layout);
            continue;
        }
        let is_compressed = first & 0x80 != 0;
        let local = if is_compressed { first >> 5 & 0x03 } else { first & 0x0F };
        let Some(layout) = &layouts[usize::from(local)] else {
            return Some(format!("the data stops making sense after {at} bytes; what came before that was read"));
        };
        let Some(data) = rest.get(..layout.length) else { return Some(cut_off(bytes.len(), at)) };
        at += 1 + layout.length;
        let stated = layout.timestamp.as_ref().and_then(|timestamp| timestamp.read(data));
        let time = match (stated, clock) {
            (None, Some(clock)) if is_compressed => Some(expand(clock, u32::from(first & 0x1F))),
            (stated, _) => stated,
        };
        clock = time.or(clock);
        if let Some(wanted) = &layout.wanted {
            buffer.clear();
            buffer.push(local);
            for span in &wanted.spans {
                buffer.extend_from_slice(&data[span.clone()]);
            }
            if let Some(fields) = decoder.decode(&buffer) {
                visit(Message { global: wanted.global, time, fields });
            }
        }
    }
    None
}

fn cut_off(length: usize, at: usize) -> String {
    format!("the last message is cut off after {} of its bytes; what came before it was read", length - at)
}

/// The first time at or after `clock` whose lowest five bits are `low`.
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

/// A definition message, still in its bytes.
struct Definition<'a> {
    /// Its length after the first byte.
    bytes: usize,
    big_endian: bool,
    global: [u8; 2],
    /// Number, size and base type of each.
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

    /// The layout of the data messages, and in `buffer` the definition cut down to the fields that matter.
    fn layout(&self, first: u8, buffer: &mut Vec<u8>) -> Layout {
        let global = if self.big_endian { u16::from_be_bytes(self.global) } else { u16::from_le_bytes(self.global) };
        let wanted_fields = WANTED.iter().find(|(number, _)| *number == global).map(|(_, fields)| *fields);
        let mut timestamp = None;
        let mut spans: Vec<Range<usize>> = Vec::new();
        let mut length = 0;
        buffer.clear();
        buffer.extend([first & 0x4F, 0, u8::from(self.big_endian), self.global[0], self.global[1], 0]);
        for &[number, size, base_type] in self.fields {
            let span = length..length + usize::from(size);
            length = span.end;
            if number == TIMESTAMP && size == 4 {
                timestamp = Some(Timestamp { at: span.start, big_endian: self.big_endian });
            } else if wanted_fields.is_some_and(|fields| fields.contains(&number))
                && let Some(base_type) = single(size, base_type)
            {
                buffer.extend([number, size, base_type]);
                buffer[5] += 1;
                match spans.last_mut() {
                    Some(last) if last.end == span.start => last.end = span.end,
                    _ => spans.push(span),
                }
            }
        }
        length += self.developer_fields.iter().map(|[_, size, _]| usize::from(*size)).sum::<usize>();
        Layout { length, timestamp, wanted: wanted_fields.map(|_| Wanted { global, spans }) }
    }
}

/// The base type as fitparser knows it, of a field that is one value: not an array, and not of a size that does not
/// fit its type, which some devices declare.
fn single(size: u8, base_type: u8) -> Option<u8> {
    let number = base_type & 0x1F;
    let (size_of_one, flag) = match number {
        0x00 | 0x01 | 0x02 | 0x0A | 0x0D => (1, 0),
        0x07 => (size.max(1), 0),
        0x03 | 0x04 | 0x0B => (2, 0x80),
        0x05 | 0x06 | 0x08 | 0x0C => (4, 0x80),
        0x09 | 0x0E | 0x0F | 0x10 => (8, 0x80),
        _ => return None,
    };
    (size == size_of_one).then_some(number | flag)
}

/// fitparser, fed one whole message at a time.
struct Decoder(FitStreamProcessor);

impl Decoder {
    fn new() -> Self {
        // It insists on a header first. The stated size only says when to expect a checksum: never.
        let mut header = [0; 14];
        header[0] = 14;
        header[4..8].copy_from_slice(&0xF000_0000u32.to_le_bytes());
        header[8..12].copy_from_slice(b".FIT");
        let mut decoder = Self(FitStreamProcessor::new());
        decoder.decode(&header);
        decoder
    }

    /// The fields, when this is a data message that can be decoded.
    fn decode(&mut self, message: &[u8]) -> Option<HashMap<u8, Value>> {
        match self.0.deserialize_next(message) {
            Ok((_, FitObject::DataMessage(data))) => Some(data.fields),
            _ => None,
        }
    }
}
