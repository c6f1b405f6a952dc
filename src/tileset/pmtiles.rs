//! PMTiles v3 archives: one file per set, for any static host.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use flate2::read::GzDecoder;
use pmtiles::{CallerKey, Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileType};

use super::description::Tileset;
use super::staging::Staging;
use super::style::Set;
use super::writer::{Tile, Writer, Written};

type Stream = PmTilesStreamWriter<BufWriter<File>, CallerKey<u64>>;

/// The archives of all sets.
pub struct Archives(Vec<Archive>);

struct Archive {
    writer: Stream,
    staging: Staging,
}

/// The file of each set: the place itself, or `stem-layer-palette.pmtiles` where there are several.
pub fn places(place: &Path, sets: &[Set]) -> Vec<PathBuf> {
    let stem = place.file_stem().unwrap_or_default().to_string_lossy();
    let own = |set: &Set| match sets.len() {
        1 => place.to_owned(),
        _ => place.with_file_name(format!("{stem}-{}.pmtiles", set.slug())),
    };
    sets.iter().map(own).collect()
}

/// Prepares to replace `place`.
///
/// # Errors
/// When something else than an archive of ours is there, or it cannot be written.
pub fn stage(place: &Path) -> Result<Staging> {
    if place.exists() && !is_ours(place) {
        bail!("{} is not an archive by Trailglow and will not be replaced; choose another name", place.display());
    }
    Staging::file(place)
}

impl Archives {
    /// Empty archives for all sets.
    ///
    /// # Errors
    /// As for [`stage`].
    pub fn open(place: &Path, tileset: &Tileset) -> Result<Self> {
        let places = places(place, &tileset.sets).into_iter().enumerate();
        places.map(|(set, place)| Archive::open(&place, tileset, set)).collect::<Result<_>>().map(Self)
    }
}

impl Archive {
    fn open(place: &Path, tileset: &Tileset, set: usize) -> Result<Self> {
        let staging = stage(place)?;
        let cannot_write = || format!("cannot write {}", staging.place().display());
        let file = File::options().write(true).open(staging.path()).with_context(cannot_write)?;
        let ([west, south, east, north], (lon, lat, zoom)) = (tileset.bounds(), tileset.center());
        // PNG is compressed already. The description comes first: a later one would leave a hole.
        let builder = PmTilesWriter::new(TileType::Png)
            .tile_compression(Compression::None)
            .bounds(west, south, east, north)
            .min_zoom(*tileset.zooms().start())
            .max_zoom(*tileset.zooms().end())
            .center(lon, lat)
            .center_zoom(zoom)
            .metadata(tileset.metadata(set).to_string());
        let writer = builder.dedup_by_key::<u64>().create(BufWriter::new(file)).with_context(cannot_write)?;
        Ok(Self { writer, staging })
    }

    /// Completes the file under its temporary name.
    fn seal(self) -> Result<Staging> {
        let context = || format!("cannot finish {}", self.staging.place().display());
        self.writer.finalize().map_err(|error| anyhow!("{}: {error}", context()))?;
        give_leaves_a_place(self.staging.path()).with_context(context)?;
        Ok(self.staging)
    }
}

/// Whether a file is empty, or an archive that Trailglow has written.
fn is_ours(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == 0)
        || metadata(path).is_some_and(|metadata| metadata.get("trailglow").is_some())
}

/// The metadata of an archive: JSON, gzipped, where the header says (PMTiles v3 specification, section 3.1).
fn metadata(path: &Path) -> Option<serde_json::Value> {
    /// More than any of ours; what is longer is not read.
    const MOST_BYTES: u64 = 1 << 20;
    let mut file = File::open(path).ok()?;
    let mut header = [0; 40];
    file.read_exact(&mut header).ok()?;
    let offset = header[..7].eq(b"PMTiles").then(|| header[24..32].try_into().map(u64::from_le_bytes).ok())??;
    let len = header[32..40].try_into().map(u64::from_le_bytes).ok()?;
    file.seek(SeekFrom::Start(offset)).ok()?;
    serde_json::from_reader(GzDecoder::new(file.take(len.min(MOST_BYTES))).take(MOST_BYTES)).ok()
}

/// An archive without leaf directories must still say where they would be: the writer leaves 0, which `pmtiles verify`
/// refuses. Header fields as in the PMTiles v3 specification, section 3.1.
fn give_leaves_a_place(path: &Path) -> std::io::Result<()> {
    const LEAVES_OFFSET: u64 = 40;
    let mut file = File::options().read(true).write(true).open(path)?;
    let mut offset = [0; 8];
    file.seek(SeekFrom::Start(LEAVES_OFFSET))?;
    file.read_exact(&mut offset)?;
    if offset == [0; 8] {
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(LEAVES_OFFSET))?;
        file.write_all(&end.to_le_bytes())?;
    }
    file.sync_all()
}

impl Writer for Archives {
    fn put(&mut self, set: usize, tiles: &[Tile]) -> Result<()> {
        let Archive { writer, staging } = &mut self.0[set];
        for tile in tiles {
            let coord = TileCoord::new(tile.coord.z(), tile.coord.x(), tile.coord.y())?;
            let key = Some(tile.content);
            let added = writer.add_tile(coord, &tile.png, key);
            // The error tells its own cause already.
            added.map_err(|error| anyhow!("cannot write {}: {error}", staging.place().display()))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written> {
        // All are complete before the first is seen.
        let sealed = self.0.into_iter().map(Archive::seal).collect::<Result<Vec<_>>>()?;
        let paths = sealed.iter().map(|staging| staging.place().to_owned()).collect();
        sealed.into_iter().try_for_each(Staging::commit)?;
        Ok(Written { paths, page: None })
    }
}
