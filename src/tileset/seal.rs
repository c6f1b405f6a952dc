//! Seal of a tileset: a hash by which a library recognises its outputs, wherever they were copied to.
//!
//! The seal covers every byte of every tile, and of the description all that depends on the activities: bounds, initial
//! view, totals and legend. Tiles alone would not do: two maps of low zooms may have equal tiles, and bounds that
//! differ by the distance to a hidden door. Names, titles and addresses are not covered, so that a web site may change
//! them.
//!
//! The page of a folder has [its own seal](super::PageSeal), because it repeats bounds and adds dates.
//!
//! A tileset contains neither its seal nor any hash of zones, with which anybody could test guesses about a place.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use twox_hash::XxHash3_128;
use twox_hash::xxhash3_128::Hasher;

use super::reader::{TilesetInfo, TilesetReader, unreadable_message};
use super::tiles_digest::TilesDigest;
use crate::control::cancel::Cancel;
use crate::engine::geometry::tile::TileCoord;

/// Largest number of tiles that is read: more than Trailglow writes.
const MAX_TILES: u64 = 100_000_000;

/// Tiles that are read at once.
const BATCH: usize = 256;

/// Hash of a tileset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal(pub u128);

/// Hash of all tiles of a tileset, byte for byte.
#[derive(Default)]
pub struct TileHash(TilesDigest);

impl TileHash {
    /// Adds tiles with their content; all tiles arrive in ascending order of id.
    pub fn add<'a>(
        &mut self,
        tiles: impl IntoParallelIterator<Item = (TileCoord, &'a [u8]), Iter: IndexedParallelIterator>,
    ) {
        let hashes: Vec<(u64, u128)> =
            tiles.into_par_iter().map(|(tile, png)| (tile.id(), XxHash3_128::oneshot(png))).collect();
        hashes.into_iter().for_each(|(id, digest)| self.0.add(id, digest));
    }

    /// Returns the seal of a tileset with these tiles, which a reader has just opened.
    ///
    /// # Errors
    /// If the tileset cannot be read.
    pub fn seal(self, reader: &dyn TilesetReader) -> Result<Seal> {
        let TilesetInfo { zooms, tile_size: _, bounds, center, metadata } = reader.info();
        let mut hasher = Hasher::new();
        hasher.write(&self.0.finish().to_le_bytes());
        hasher.write(&[*zooms.start(), *zooms.end(), reader.has_unlisted_tiles()?.into()]);
        // As in the header of an archive, so that folder and archive of a map have one seal.
        let rounded = |number: &f64| (number * 1e7).round() as i64;
        bounds.iter().chain(center).for_each(|number| hasher.write(&rounded(number).to_le_bytes()));
        hasher.write(metadata.get("trailglow").map(ToString::to_string).unwrap_or_default().as_bytes());
        Ok(Seal(hasher.finish_128()))
    }
}

impl Seal {
    /// Reads the whole tileset at a path, and returns its seal and its description.
    ///
    /// # Errors
    /// If the tileset cannot be read or is not by Trailglow, or the job is cancelled.
    pub fn read(path: &Path, cancel: &Cancel) -> Result<(Self, TilesetInfo)> {
        // One reader lists the tiles while another reads them, so that the list need not fit into memory.
        let (mut list, mut reader) = (super::open(path)?, super::open(path)?);
        let (mut coords, mut hash, mut count) = (list.tiles(), TileHash::default(), 0);
        loop {
            cancel.check()?;
            let batch: Vec<TileCoord> = coords.by_ref().take(BATCH).collect::<Result<_>>()?;
            if batch.is_empty() {
                break;
            }
            count += batch.len() as u64;
            ensure!(count <= MAX_TILES, "{}: it lists too many tiles", unreadable_message(path.display()));
            let tiles = reader.read(&batch)?;
            hash.add(batch.par_iter().zip(&tiles).map(|(tile, stored)| (*tile, &*stored.png)));
        }
        let seal = hash.seal(reader.as_ref()).with_context(|| unreadable_message(path.display()))?;
        Ok((seal, reader.info().clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;

    /// A folder of tiles at zooms 0 to 3, as Trailglow describes it.
    fn folder(tiles: &[(u64, Vec<u8>)], description: &Value) -> TempDir {
        let home = tempfile::tempdir().expect("space");
        for (id, png) in tiles {
            let tile = TileCoord::from_id(*id).expect("a tile");
            let path = home.path().join(format!("{}/{}/{}.png", tile.z(), tile.x(), tile.y()));
            fs::create_dir_all(path.parent().expect("a folder")).expect("space");
            fs::write(path, png).expect("space");
        }
        fs::write(home.path().join("tiles.json"), description.to_string()).expect("space");
        home
    }

    fn description() -> Value {
        json!({
            "tiles": ["{z}/{x}/{y}.png"], "minzoom": 0, "maxzoom": 3, "tile_size": 256, "name": "Rides",
            "bounds": [8.0, 47.0, 8.5, 47.5], "center": [8.25, 47.25, 3],
            "trailglow": {"kilometres": 12.3, "activities": 4},
        })
    }

    fn seal(home: &TempDir) -> Seal {
        Seal::read(home.path(), &Cancel::default()).expect("a folder of tiles").0
    }

    /// Tiles by id.
    type Tiles = Vec<(u64, Vec<u8>)>;

    /// Tiles at zooms 0 to 3.
    fn tiles() -> impl Strategy<Value = Tiles> {
        let png = prop::collection::vec(any::<u8>(), 1..40);
        prop::collection::btree_map(0u64..85, png, 1..12).prop_map(|tiles| tiles.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_other_tile_breaks_the_seal(
            tiles in tiles(),
            at in any::<prop::sample::Index>(),
            byte in any::<prop::sample::Index>(),
            by in 1u8..,
            id in 0u64..85,
        ) {
            let original = seal(&folder(&tiles, &description()));
            prop_assert_eq!(seal(&folder(&tiles, &description())), original, "copies keep it");
            let at = at.index(tiles.len());
            let changed = |change: &dyn Fn(&mut Tiles)| {
                let mut other = tiles.clone();
                change(&mut other);
                seal(&folder(&other, &description()))
            };
            let byte = byte.index(tiles[at].1.len());
            prop_assert_ne!(changed(&|tiles| tiles[at].1[byte] ^= by), original);
            prop_assert_ne!(changed(&|tiles| tiles[at].1.push(by)), original);
            if tiles.len() > 1 {
                prop_assert_ne!(changed(&|tiles| drop(tiles.remove(at))), original);
            }
            if !tiles.iter().any(|tile| tile.0 == id) {
                prop_assert_ne!(changed(&|tiles| tiles[at].0 = id), original, "a tile at another place");
                prop_assert_ne!(changed(&|tiles| tiles.push((id, vec![by]))), original, "one tile more");
            }
        }
    }

    #[test]
    fn a_description_of_other_activities_breaks_the_seal_and_another_title_does_not() {
        let tiles = [(0, vec![1, 2, 3]), (7, vec![4])];
        let original = seal(&folder(&tiles, &description()));
        let with = |pointer: &str, value: Value| {
            let mut changed = description();
            *changed.pointer_mut(pointer).expect("a value") = value;
            seal(&folder(&tiles, &changed))
        };
        for (pointer, value) in [
            ("/bounds/0", json!(8.000_000_1)),
            ("/center/1", json!(47.26)),
            ("/minzoom", json!(1)),
            ("/trailglow/kilometres", json!(12.4)),
            ("/trailglow", json!({"kilometres": 12.3, "activities": 4, "profile": "private"})),
        ] {
            assert_ne!(with(pointer, value), original, "{pointer}");
        }
        assert_eq!(with("/name", json!("My rides")), original);
    }

    #[test]
    fn tiles_outside_the_described_zooms_break_the_seal() {
        let tiles = [(0, vec![1, 2, 3]), (7, vec![4])];
        let home = folder(&tiles, &description());
        let original = seal(&home);
        fs::write(home.path().join("notes.txt"), "buy milk").expect("space");
        assert_eq!(seal(&home), original);
        fs::create_dir_all(home.path().join("18/1")).expect("space");
        fs::write(home.path().join("18/1/2.png"), "left behind").expect("space");
        assert_ne!(seal(&home), original);

        // A folder of several styles, with tiles of the time when it had one.
        let mut json = description();
        let styles = folder(&[], &json);
        let style = styles.path().join("frequency-ember");
        fs::rename(folder(&tiles, &json).keep(), &style).expect("one file system");
        json["tiles"] = json!(["frequency-ember/{z}/{x}/{y}.png"]);
        fs::write(styles.path().join("tiles.json"), json.to_string()).expect("space");
        assert_eq!(seal(&styles), original, "both describe the first style");
        fs::create_dir_all(styles.path().join("2/1")).expect("space");
        assert_ne!(seal(&styles), original);
        assert_eq!(Seal::read(&style, &Cancel::default()).expect("a style").0, original);
    }

    #[test]
    fn other_folders_and_cancelled_jobs_have_no_seal() {
        let cancel = Cancel::default();
        let home = folder(&[(0, vec![1])], &json!({"tiles": ["{z}/{x}/{y}.png"]}));
        let error = Seal::read(home.path(), &cancel).expect_err("not by Trailglow");
        assert!(format!("{error:#}").contains("as a tileset by Trailglow"), "{error:#}");
        cancel.cancel();
        assert!(Seal::read(folder(&[(0, vec![1])], &description()).path(), &cancel).is_err());
    }
}
