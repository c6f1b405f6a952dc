//! Reads the used numeric fields of record messages, which are nearly all of a file, at offsets computed once per
//! definition.

use super::value::NumericField;

/// Latitude and longitude in semicircles, altitude in fifths of a metre above -500 m, speed in mm/s, heart rate in
/// beats per minute, power in watts, cadence in turns or strides per minute, temperature in degrees Celsius.
pub type Values = [Option<f64>; 8];

/// Field number in the FIT profile, and index in [`Values`]. A later row overrides an earlier one: the wider fields for
/// altitude and speed were added to FIT later.
const FIELDS: [(u8, usize); 10] = [(0, 0), (1, 1), (2, 2), (78, 2), (6, 3), (73, 3), (3, 4), (7, 5), (4, 6), (13, 7)];

/// Used fields in the messages of a definition.
#[derive(Default)]
pub struct FieldLayout {
    /// Row of [`FIELDS`] and field, in row order.
    fields: Vec<(usize, NumericField)>,
}

impl FieldLayout {
    /// Adds a field `offset` bytes after the start of the message if it is used.
    pub fn add_field(&mut self, offset: usize, [number, size, base_type]: [u8; 3], big_endian: bool) {
        if let Some(row) = FIELDS.iter().position(|(field, _)| *field == number)
            && let Some(field) = NumericField::new(offset, size, base_type, big_endian)
        {
            let index = self.fields.partition_point(|(other, _)| *other <= row);
            self.fields.insert(index, (row, field));
        }
    }

    #[inline]
    pub fn read(&self, message: &[u8]) -> Values {
        let mut values = Values::default();
        for (row, field) in &self.fields {
            let (_, value) = FIELDS[*row];
            values[value] = field.read(message).or(values[value]);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_field_wins_unless_its_value_is_invalid() {
        for fields in [[[2, 1, 0x02], [78, 1, 0x02]], [[78, 1, 0x02], [2, 1, 0x02]]] {
            let mut layout = FieldLayout::default();
            fields.into_iter().enumerate().for_each(|(offset, field)| layout.add_field(offset, field, false));
            let altitude = |plain, wide| {
                let message = if fields[0][0] == 2 { [plain, wide] } else { [wide, plain] };
                layout.read(&message)[2]
            };
            assert_eq!(altitude(10, 20), Some(20.0));
            assert_eq!(altitude(10, 0xFF), Some(10.0));
            assert_eq!(altitude(0xFF, 0xFF), None);
        }
    }
}
