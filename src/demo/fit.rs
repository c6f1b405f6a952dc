//! Encoder of Garmin's FIT format. Message and field numbers are those of the public FIT profile.

use super::kind::KINDS;
use super::recording::{Sample, segments};
use super::schedule::Entry;
use crate::source::fit::crc::crc16;

/// Seconds from 1970-01-01 to the FIT epoch, 1989-12-31T00:00:00Z.
const EPOCH_S: i64 = 631_065_600;

/// Field value; its variant is the base type.
#[derive(Clone, Copy)]
enum Value {
    Enum(u8),
    U8(u8),
    U16(u16),
    U32(u32),
    I32(i32),
}
use Value::{Enum, I32, U8, U16, U32};

/// Field number in the profile, and value.
type Field = (u8, Value);

/// Global message numbers.
mod message {
    pub const FILE_ID: u16 = 0;
    pub const SESSION: u16 = 18;
    pub const LAP: u16 = 19;
    pub const RECORD: u16 = 20;
    pub const EVENT: u16 = 21;
    pub const ACTIVITY: u16 = 34;
}

/// Field number of the time in every message.
const TIMESTAMP: u8 = 253;

/// Encodes a recording as an activity file.
pub fn encode(entry: &Entry, samples: &[Sample]) -> Vec<u8> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Encoder::default().finish() };
    let kind = &KINDS[entry.kind];
    let (start, end) = (seconds(first.time_ms), seconds(last.time_ms));
    let mut encoder = Encoder::default();
    const ACTIVITY_FILE: u8 = 4;
    const DEVELOPMENT: u16 = 255;
    encoder.add(
        message::FILE_ID,
        &[
            (0, Enum(ACTIVITY_FILE)),
            (1, U16(DEVELOPMENT)),
            (2, U16(1)),
            (3, U32(entry.number as u32 + 1)),
            (4, U32(start)),
        ],
    );
    let mut moving_ms = 0;
    for segment in segments(samples) {
        encoder.timer(segment[0].time_ms, 0);
        for sample in segment {
            encoder.record(sample);
        }
        encoder.timer(segment[segment.len() - 1].time_ms, 4);
        moving_ms += segment[segment.len() - 1].time_ms - segment[0].time_ms;
    }
    let totals = [
        (2, U32(start)),
        (7, U32((last.time_ms - first.time_ms) as u32)),
        (8, U32(moving_ms as u32)),
        (9, U32((last.distance_m * 100.0) as u32)),
    ];
    const LAP_STOPS: [Field; 2] = [(0, Enum(9)), (1, Enum(1))];
    const SESSION_STOPS: [Field; 2] = [(0, Enum(8)), (1, Enum(1))];
    let index = [(TIMESTAMP, U32(end)), (254, U16(0))];
    encoder.add(message::LAP, &[&index[..], &LAP_STOPS, &totals].concat());
    let sport = [(5, Enum(kind.fit[0])), (6, Enum(kind.fit[1])), (25, U16(0)), (26, U16(1))];
    encoder.add(message::SESSION, &[&index[..], &SESSION_STOPS, &totals, &sport].concat());
    let stops =
        [(TIMESTAMP, U32(end)), (0, U32(moving_ms as u32)), (1, U16(1)), (2, Enum(0)), (3, Enum(26)), (4, Enum(1))];
    encoder.add(message::ACTIVITY, &stops);
    encoder.finish()
}

fn seconds(time_ms: i64) -> u32 {
    (time_ms / 1000 - EPOCH_S) as u32
}

#[derive(Default)]
struct Encoder {
    data: Vec<u8>,
    /// Current definition of each local message number.
    definitions: Vec<Vec<u8>>,
}

impl Encoder {
    fn timer(&mut self, time_ms: i64, event_type: u8) {
        self.add(message::EVENT, &[(TIMESTAMP, U32(seconds(time_ms))), (0, Enum(0)), (1, Enum(event_type))]);
    }

    fn record(&mut self, sample: &Sample) {
        const SEMICIRCLES_PER_DEGREE: f64 = 2_147_483_648.0 / 180.0;
        let mut fields = vec![(TIMESTAMP, U32(seconds(sample.time_ms)))];
        if let Some([lat, lon]) = sample.position {
            fields.push((0, I32((lat * SEMICIRCLES_PER_DEGREE).round() as i32)));
            fields.push((1, I32((lon * SEMICIRCLES_PER_DEGREE).round() as i32)));
            fields.push((2, U16(((sample.elevation_m + 500.0) * 5.0).round() as u16)));
        }
        fields.push((5, U32((sample.distance_m * 100.0).round() as u32)));
        fields.push((6, U16((sample.speed_mps * 1000.0).round() as u16)));
        fields.extend(sample.heart_rate_bpm.map(|bpm| (3, U8(bpm))));
        self.add(message::RECORD, &fields);
    }

    /// Writes a message, after a new definition if no current one fits.
    fn add(&mut self, message: u16, fields: &[Field]) {
        let mut definition = vec![0, 0];
        definition.extend(message.to_le_bytes());
        definition.push(fields.len() as u8);
        for &(number, value) in fields {
            let (size, base_type) = match value {
                Enum(_) => (1, 0x00),
                U8(_) => (1, 0x02),
                U16(_) => (2, 0x84),
                U32(_) => (4, 0x86),
                I32(_) => (4, 0x85),
            };
            definition.extend([number, size, base_type]);
        }
        let local = match self.definitions.iter().position(|known| *known == definition) {
            Some(local) => local,
            None => {
                let local = self.definitions.len();
                self.data.push(0x40 | local as u8);
                self.data.extend(&definition);
                self.definitions.push(definition);
                local
            }
        };
        self.data.push(local as u8);
        for &(_, value) in fields {
            match value {
                Enum(value) | U8(value) => self.data.push(value),
                U16(value) => self.data.extend(value.to_le_bytes()),
                U32(value) => self.data.extend(value.to_le_bytes()),
                I32(value) => self.data.extend(value.to_le_bytes()),
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        const HEADER: u8 = 14;
        const PROTOCOL_1_0: u8 = 0x10;
        const PROFILE: u16 = 2140;
        let mut file = vec![HEADER, PROTOCOL_1_0];
        file.extend(PROFILE.to_le_bytes());
        file.extend((self.data.len() as u32).to_le_bytes());
        file.extend(b".FIT");
        file.extend(crc16(&file).to_le_bytes());
        file.extend(self.data);
        file.extend(crc16(&file).to_le_bytes());
        file
    }
}
