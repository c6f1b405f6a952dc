//! Digest of the tiles of a tileset.

use twox_hash::xxhash3_128::Hasher;

/// Hash of tile ids with a digest of each tile, in ascending order of id.
#[derive(Default)]
pub struct TilesDigest(Hasher);

impl TilesDigest {
    /// Adds the next tile: its id and the digest of its content.
    pub fn add(&mut self, id: u64, digest: u128) {
        self.0.write(&id.to_le_bytes());
        self.0.write(&digest.to_le_bytes());
    }

    /// Returns the digest of all added tiles.
    pub fn finish(self) -> u128 {
        self.0.finish_128()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tile_ids_and_contents_count() {
        let tiles_digest = |tiles: &[(u64, u128)]| {
            let mut tiles_digest = TilesDigest::default();
            tiles.iter().for_each(|&(id, digest)| tiles_digest.add(id, digest));
            tiles_digest.finish()
        };
        let all = [(1, 5), (2, 6)];
        assert_eq!(tiles_digest(&all), tiles_digest(&all));
        for other in [&[(1, 5), (3, 6)][..], &[(1, 5), (2, 7)], &[(1, 6), (2, 5)], &[(1, 5)]] {
            assert_ne!(tiles_digest(&all), tiles_digest(other));
        }
    }
}
