//! Writer of PMTiles archives, one per style.

use std::fs::{self, File};
use std::io::{BufWriter, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use pmtiles::{CallerKey, Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileType};

use super::header::{Header, LEAVES_OFFSET_AT};
use super::read::is_trailglow_archive;
use crate::tileset::rendered_map::RenderedMap;
use crate::tileset::staging::Staging;
use crate::tileset::style::Style;
use crate::tileset::writer::{OutputPaths, Tile, TilesetWriter};

type Stream = PmTilesStreamWriter<BufWriter<File>, CallerKey<u64>>;

/// Writes one archive per style.
pub struct ArchiveWriter(Vec<Archive>);

struct Archive {
    writer: Stream,
    staging: Staging,
}

/// Returns the file of each style: `target`, or `stem-layer-palette.pmtiles` for several styles.
pub fn archive_paths(target: &Path, styles: &[Style]) -> Vec<PathBuf> {
    let stem = target.file_stem().unwrap_or_default().to_string_lossy();
    let path = |style: &Style| match styles.len() {
        1 => target.to_owned(),
        _ => target.with_file_name(format!("{stem}-{}.pmtiles", style.slug())),
    };
    styles.iter().map(path).collect()
}

/// Prepares to replace the archive `target`.
///
/// # Errors
/// If `target` is anything but an archive by Trailglow, or cannot be written.
pub fn stage(target: &Path) -> Result<Staging> {
    let shown = target.display();
    match fs::metadata(target) {
        // Opening a pipe would block.
        Ok(metadata) if !metadata.is_file() => {
            bail!("{shown} is not a regular file and will not be replaced; choose another name")
        }
        Ok(_) if !is_trailglow_archive(target) => bail!(
            "{shown} is not an archive by Trailglow, or damaged, and will not be replaced; delete it or choose another name"
        ),
        _ => {}
    }
    Staging::file(target)
}

impl ArchiveWriter {
    /// Creates a temporary archive for each style.
    ///
    /// # Errors
    /// Like [`stage`].
    pub fn create(target: &Path, map: &RenderedMap) -> Result<Self> {
        let paths = archive_paths(target, &map.styles).into_iter().enumerate();
        paths.map(|(style, path)| Archive::create(&path, map, style)).collect::<Result<_>>().map(Self)
    }
}

impl Archive {
    fn create(target: &Path, map: &RenderedMap, style: usize) -> Result<Self> {
        let staging = stage(target)?;
        let cannot_write = || format!("cannot write {}", staging.target().display());
        let file = File::options().write(true).open(staging.path()).with_context(cannot_write)?;
        let ([west, south, east, north], (lon, lat, zoom)) = (map.bounds(), map.center());
        // PNG is already compressed. The metadata has to be known now, because the writer places it before the tiles.
        let builder = PmTilesWriter::new(TileType::Png)
            .tile_compression(Compression::None)
            .bounds(west, south, east, north)
            .min_zoom(*map.zooms().start())
            .max_zoom(*map.zooms().end())
            .center(lon, lat)
            .center_zoom(zoom)
            .metadata(map.metadata(style).to_string());
        let writer = builder.dedup_by_key::<u64>().create(BufWriter::new(file)).with_context(cannot_write)?;
        Ok(Self { writer, staging })
    }

    /// Completes the archive under its temporary name and syncs it to disk.
    fn finalize(self) -> Result<Staging> {
        let context = || format!("cannot finish {}", self.staging.target().display());
        self.writer.finalize().map_err(|error| anyhow!("{}: {error}", context()))?;
        fix_leaves_offset(self.staging.path()).with_context(context)?;
        Ok(self.staging)
    }
}

/// Sets the offset of the leaf directories in an archive without leaf directories. The pmtiles crate leaves 0, which
/// `pmtiles verify` rejects.
fn fix_leaves_offset(path: &Path) -> Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    if Header::read(&mut file)?.leaves.offset == 0 {
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(LEAVES_OFFSET_AT))?;
        file.write_all(&end.to_le_bytes())?;
    }
    Ok(file.sync_all()?)
}

impl TilesetWriter for ArchiveWriter {
    fn write_tiles(&mut self, style: usize, tiles: &[Tile]) -> Result<()> {
        let Archive { writer, staging } = &mut self.0[style];
        for tile in tiles {
            let coord = TileCoord::new(tile.coord.z(), tile.coord.x(), tile.coord.y())?;
            let key = Some(tile.content_key);
            let added = writer.add_tile(coord, &tile.png, key);
            // The error text of the crate contains the cause, so no context is added.
            added.map_err(|error| anyhow!("cannot write {}: {error}", staging.target().display()))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<OutputPaths> {
        // All archives are complete before the first one is renamed.
        let finalized = self.0.into_iter().map(Archive::finalize).collect::<Result<Vec<_>>>()?;
        let paths = finalized.iter().map(|staging| staging.target().to_owned()).collect();
        finalized.into_iter().try_for_each(Staging::commit)?;
        Ok(OutputPaths { paths, page: None })
    }
}
