//! Splits bytes into chained FIT files and checks their sizes and checksums.

use super::crc::crc16;

/// Offset and bytes of the signature in a header.
const SIGNATURE: (usize, &[u8]) = (8, b".FIT");

/// Maximum number of chained files that are read; devices write a handful.
const MAX_FILES: usize = 10_000;

pub struct File<'a> {
    /// Messages without header and checksum.
    pub messages: &'a [u8],
    /// Sentence about missing or damaged bytes.
    pub damage: Option<String>,
    /// Sentence about a wrong checksum: all bytes are there, and some may be wrong.
    pub warning: Option<String>,
}

/// Returns true if the bytes begin with a FIT header.
pub fn is_fit(bytes: &[u8]) -> bool {
    header_length(bytes).is_some()
}

fn header_length(bytes: &[u8]) -> Option<usize> {
    let length = usize::from(*bytes.first()?);
    let (at, signature) = SIGNATURE;
    (length >= 12 && length <= bytes.len() && bytes.get(at..)?.starts_with(signature)).then_some(length)
}

/// Returns the files in order, and a sentence if other data follows the last.
pub fn chained_files(mut bytes: &[u8]) -> (Vec<File<'_>>, Option<String>) {
    let mut files = Vec::new();
    while let Some(header_length) = header_length(bytes) {
        if files.len() == MAX_FILES {
            return (files, Some(format!("more than {MAX_FILES} chained FIT files, of which the rest was not read")));
        }
        let (file, rest) = split(bytes, header_length);
        files.push(file);
        bytes = rest;
    }
    // Some devices pad with zeros.
    let trailing_data = bytes.iter().any(|byte| *byte != 0);
    (
        files,
        trailing_data.then(|| format!("{} bytes after the last FIT file are not FIT and were ignored", bytes.len())),
    )
}

/// Splits off the first file and returns it with the remaining bytes.
fn split(bytes: &[u8], header_length: usize) -> (File<'_>, &[u8]) {
    let size = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let available = bytes.len() - header_length;
    if size == 0 && available > 2 {
        // Devices write the size last, so this device stopped before the end. A checksum, if present, reads as a
        // truncated message.
        let damage = Some("the device did not finish the file".into());
        return (File { messages: &bytes[header_length..], damage, warning: None }, &[]);
    }
    let Some(checksum_at) = header_length.checked_add(size).filter(|end| end.saturating_add(2) <= bytes.len()) else {
        let messages = &bytes[header_length..header_length + size.min(available)];
        return (File { messages, damage: Some(truncation(size, messages.len())), warning: None }, &[]);
    };
    let (file, rest) = bytes.split_at(checksum_at + 2);
    // Zero means that no checksum was computed.
    let stated = u16::from_le_bytes([file[checksum_at], file[checksum_at + 1]]);
    let matches =
        stated == 0 || crc16(&file[..checksum_at]) == stated || crc16(&file[header_length..checksum_at]) == stated;
    let warning = (!matches).then(|| "the checksum does not match; parts of the file may be wrong".into());
    (File { messages: &file[header_length..checksum_at], damage: None, warning }, rest)
}

fn truncation(size: usize, available: usize) -> String {
    match size.saturating_sub(available) {
        0 => "the checksum at the end of the file is missing".into(),
        missing => format!("the last {missing} of {size} bytes are missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(messages: &[u8]) -> Vec<u8> {
        let mut file = vec![12, 0x10, 0, 0];
        file.extend((messages.len() as u32).to_le_bytes());
        file.extend(b".FIT");
        file.extend(messages);
        let crc = crc16(&file);
        file.extend(crc.to_le_bytes());
        file
    }

    /// Messages of each file, whether it is damaged or its checksum wrong, and whether trailing data was found.
    fn read_all(bytes: &[u8]) -> (Vec<(Vec<u8>, bool)>, bool) {
        let (files, trailing_data) = chained_files(bytes);
        let is_odd = |file: &File| file.damage.is_some() || file.warning.is_some();
        (files.iter().map(|file| (file.messages.to_vec(), is_odd(file))).collect(), trailing_data.is_some())
    }

    #[test]
    fn chained_files_padding_and_junk() {
        let two = [file(b"abc"), file(b"de")].concat();
        let both = vec![(b"abc".to_vec(), false), (b"de".to_vec(), false)];
        assert_eq!(read_all(&two), (both.clone(), false));
        assert_eq!(read_all(&[&two[..], &[0; 100]].concat()), (both.clone(), false));
        assert_eq!(read_all(&[&two[..], b"\x0e junk"].concat()), (both, true));
    }

    #[test]
    fn a_truncated_file_gives_its_complete_part() {
        let whole = file(b"abc");
        assert_eq!(read_all(&whole[..whole.len() - 1]), (vec![(b"abc".to_vec(), true)], false));
        assert_eq!(read_all(&whole[..whole.len() - 3]), (vec![(b"ab".to_vec(), true)], false));
        assert_eq!(read_all(&whole[..12]), (vec![(b"".to_vec(), true)], false));
        assert!(!is_fit(&whole[..11]));
    }

    #[test]
    fn a_wrong_checksum_is_reported_and_a_zero_one_is_not() {
        let mut wrong = file(b"abc");
        *wrong.last_mut().unwrap() ^= 1;
        assert_eq!(read_all(&wrong), (vec![(b"abc".to_vec(), true)], false));
        assert_eq!(chained_files(&wrong).0[0].damage, None, "no message is missing");
        let end = wrong.len();
        wrong[end - 2..].fill(0);
        assert_eq!(read_all(&wrong), (vec![(b"abc".to_vec(), false)], false));
    }

    #[test]
    fn an_unfinished_file_extends_to_the_end() {
        let mut unfinished = file(b"abc");
        unfinished[4..8].fill(0);
        let (files, _) = chained_files(&unfinished);
        assert!(files[0].messages.starts_with(b"abc") && files[0].damage.is_some());
    }
}
