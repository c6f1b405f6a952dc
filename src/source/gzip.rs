//! Unwrapping gzip: several members, two layers, damaged ends, and never more than a fixed size.

use super::Skip;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Exports are sometimes compressed once by the device and once by the archive; more is an attack or a mistake.
const MAX_LAYERS: usize = 2;

/// Says whether the bytes begin as gzip does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The bytes inside up to two layers of gzip, or the bytes themselves; a warning when a layer is damaged, in which
/// case what was in front of the damage is returned.
///
/// # Errors
/// When nothing can be unpacked, there are more layers, or the content is larger than `limit` bytes.
pub fn unwrap(bytes: &[u8], limit: u64) -> Result<(Cow<'_, [u8]>, Option<String>), Skip> {
    let mut content = Cow::Borrowed(bytes);
    let mut warning = None;
    for _ in 0..MAX_LAYERS {
        if !is_gzip(&content) {
            return Ok((content, warning));
        }
        let mut unpacked = Vec::new();
        let outcome = MultiGzDecoder::new(&*content).take(limit + 1).read_to_end(&mut unpacked);
        if unpacked.len() as u64 > limit {
            return Err(Skip::Unreadable(format!("it unpacks to more than {} GiB", limit >> 30)));
        }
        if let Err(error) = outcome {
            if unpacked.is_empty() {
                return Err(Skip::Unreadable(format!("its gzip packing is damaged ({error}); fetch the file again")));
            }
            warning = Some(format!("the gzip packing is damaged ({error}); what came before that was read"));
        }
        content = Cow::Owned(unpacked);
    }
    if is_gzip(&content) {
        return Err(Skip::Unreadable("it is packed more than twice; unpack it once".into()));
    }
    Ok((content, warning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn one_member_several_members_and_two_layers() {
        let several = [pack(b"ab"), pack(b"cd"), pack(b"")].concat();
        for packed in [pack(b"abcd"), several, pack(&pack(b"abcd")), b"abcd".to_vec()] {
            let (content, warning) = unwrap(&packed, 1000).unwrap();
            assert_eq!((&*content, warning), (&b"abcd"[..], None));
        }
    }

    #[test]
    fn a_third_layer_is_refused() {
        let packed = pack(&pack(&pack(b"abcd")));
        assert!(matches!(unwrap(&packed, 1000), Err(Skip::Unreadable(reason)) if reason.contains("twice")));
    }

    #[test]
    fn more_than_the_limit_is_refused() {
        assert!(unwrap(&pack(&[0; 4096]), 4096).is_ok());
        assert!(matches!(unwrap(&pack(&[0; 4097]), 4096), Err(Skip::Unreadable(_))));
    }

    #[test]
    fn a_cut_or_dirty_end_keeps_what_came_before() {
        let plain: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(n).to_le_bytes()).collect();
        let packed = pack(&plain);
        let (content, warning) = unwrap(&packed[..packed.len() / 2], u64::MAX - 1).unwrap();
        assert!(plain.starts_with(&content) && content.len() > 1000, "{}", content.len());
        assert!(warning.is_some());

        let (content, warning) =
            unwrap(&[&packed[..], b"junk"].concat(), u64::MAX - 1).map(|(c, w)| (c.len(), w)).unwrap();
        assert_eq!(content, plain.len());
        assert!(warning.is_some());
    }

    #[test]
    fn nothing_to_keep_is_an_error() {
        assert!(matches!(unwrap(&[0x1f, 0x8b, 8], 1000), Err(Skip::Unreadable(_))));
    }
}
