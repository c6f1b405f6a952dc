//! Which FIT files lie one after the other in some bytes, and whether they are whole.

use super::crc::crc16;

/// Where every header has its signature.
const SIGNATURE: (usize, &[u8]) = (8, b".FIT");

/// Chained files that are read; a device writes a handful.
const MAX_FILES: usize = 10_000;

/// One FIT file.
pub struct File<'a> {
    /// Its messages, without header and checksum.
    pub messages: &'a [u8],
    /// What is wrong with it, if anything.
    pub damage: Option<String>,
}

/// Says whether the bytes begin with a FIT header.
pub fn is_fit(bytes: &[u8]) -> bool {
    header_length(bytes).is_some()
}

fn header_length(bytes: &[u8]) -> Option<usize> {
    let length = usize::from(*bytes.first()?);
    let (at, signature) = SIGNATURE;
    (length >= 12 && length <= bytes.len() && bytes.get(at..)?.starts_with(signature)).then_some(length)
}

/// The files in order, and a warning when something that is no FIT follows the last.
pub fn chained_files(mut bytes: &[u8]) -> (Vec<File<'_>>, Option<String>) {
    let mut files = Vec::new();
    while let Some(header_length) = header_length(bytes) {
        if files.len() == MAX_FILES {
            return (files, Some(format!("more than {MAX_FILES} chained FIT files; the later ones were left out")));
        }
        let (file, rest) = split(bytes, header_length);
        files.push(file);
        bytes = rest;
    }
    // Some devices pad with zeros; nothing is lost with them.
    let trailing_data = bytes.iter().any(|byte| *byte != 0);
    (
        files,
        trailing_data
            .then(|| format!("{} bytes after the end of the recording are not FIT and were left out", bytes.len())),
    )
}

/// The file whose header has the given length, and what follows it.
fn split(bytes: &[u8], header_length: usize) -> (File<'_>, &[u8]) {
    let size = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let available = bytes.len() - header_length;
    if size == 0 && available > 2 {
        // The size is filled in last: the device died before that. A checksum, if there is one, comes out of the
        // messages as one that is cut off.
        let damage = Some("the device did not finish the file; what it had written was read".into());
        return (File { messages: &bytes[header_length..], damage }, &[]);
    }
    let Some(checksum_at) = header_length.checked_add(size).filter(|end| end.saturating_add(2) <= bytes.len()) else {
        let messages = &bytes[header_length..header_length + size.min(available)];
        return (File { messages, damage: Some(cut_off(size, messages.len())) }, &[]);
    };
    let (file, rest) = bytes.split_at(checksum_at + 2);
    // Zero stands for a checksum that was not computed.
    let stated = u16::from_le_bytes([file[checksum_at], file[checksum_at + 1]]);
    let matches =
        stated == 0 || crc16(&file[..checksum_at]) == stated || crc16(&file[header_length..checksum_at]) == stated;
    let damage = (!matches).then(|| "the checksum does not match: parts of the file may be wrong".into());
    (File { messages: &file[header_length..checksum_at], damage }, rest)
}

fn cut_off(size: usize, available: usize) -> String {
    match size.saturating_sub(available) {
        0 => "the checksum at the end of the file is missing; everything before it was read".into(),
        missing => format!("the last {missing} of {size} bytes are missing; what came before them was read"),
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

    /// The messages of each file, whether it is damaged, and whether something follows.
    fn read_all(bytes: &[u8]) -> (Vec<(Vec<u8>, bool)>, bool) {
        let (files, trailing_data) = chained_files(bytes);
        (files.iter().map(|file| (file.messages.to_vec(), file.damage.is_some())).collect(), trailing_data.is_some())
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
