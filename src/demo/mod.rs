//! Generator of a synthetic archive, as if from eight years of one person, for trials, pictures, tests and benchmarks.
//!
//! ```text
//! terrain ─ streets, roads, ways ─▶ network ─ route ─▶ lines ─ recording ─▶ samples ─ fit, gpx, tcx ─▶ files
//!                           schedule: start, kind and route of each activity ─┘
//! ```
//!
//! All regions are in the open ocean: synthetic data must not point at a real person's home. A file depends only on the
//! seed and its number, so the number of threads does not matter and a small archive is the beginning of a large one.
//! Last digits may differ between operating systems, whose sine and exponential functions differ.

mod crossings;
mod fit;
mod gpx;
mod kind;
mod network;
mod patch;
mod plane;
mod random;
mod recording;
mod region;
mod region_spec;
mod river;
mod roads;
mod route;
mod schedule;
mod streets;
mod tcx;
mod terrain;
#[cfg(test)]
mod tests;
mod ways;
mod world;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use recording::Sample;
use schedule::{Entry, Format};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Size and seed of an archive.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Number of activities, one file each.
    pub activities: usize,
    /// Seed of the regions and of all activities.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { activities: 200, seed: 1 }
    }
}

/// Totals of the written files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct DemoReport {
    pub files: usize,
    /// Paths relative to the folder of the archive.
    pub paths: Vec<String>,
    pub bytes: u64,
    pub points: u64,
    pub kilometres: f64,
    pub formats: Vec<FormatSummary>,
}

/// Totals of the files in one format, compressed files included.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct FormatSummary {
    /// `fit`, `gpx` or `tcx`.
    pub format: &'static str,
    pub files: usize,
    pub bytes: u64,
    pub points: u64,
    pub kilometres: f64,
}

/// Writes an archive into the existing folder `dir`, in subfolders by year, and calls `on_file` after each file.
///
/// # Errors
/// If a folder or file cannot be written, or the first error of `on_file`. Files written until then stay.
pub fn write(
    dir: &Path,
    options: &Options,
    on_file: &(dyn Fn() -> anyhow::Result<()> + Sync),
) -> anyhow::Result<DemoReport> {
    let entries = schedule::entries(options.seed, options.activities);
    let years: BTreeSet<&str> = entries.iter().map(|entry| entry.year()).collect();
    for year in years {
        let folder = dir.join(year);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create folder {}", folder.display()))?;
    }
    let world = world::World::new(options.seed);
    let file_summaries: Vec<FormatSummary> = entries
        .par_iter()
        .map(|entry| {
            let samples = world.samples(entry);
            let bytes = encode(entry, &samples)?;
            let path = dir.join(&entry.path);
            fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
            on_file()?;
            let kilometres = samples.last().map_or(0.0, |last| last.distance_m / 1000.0);
            let points = samples.len() as u64;
            Ok(FormatSummary { format: entry.format.name(), files: 1, bytes: bytes.len() as u64, points, kilometres })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(DemoReport { paths: entries.into_iter().map(|entry| entry.path).collect(), ..report(&file_summaries) })
}

fn encode(entry: &Entry, samples: &[Sample]) -> anyhow::Result<Vec<u8>> {
    let bytes = match entry.format {
        Format::Fit => fit::encode(entry, samples),
        Format::Gpx => gpx::encode(entry, samples)?,
        Format::Tcx => tcx::encode(entry, samples)?,
    };
    if !entry.gzip {
        return Ok(bytes);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&bytes)?;
    Ok(encoder.finish()?)
}

fn report(file_summaries: &[FormatSummary]) -> DemoReport {
    let mut report_total = DemoReport::default();
    for format in [Format::Fit, Format::Gpx, Format::Tcx] {
        let mut sum = FormatSummary { format: format.name(), ..FormatSummary::default() };
        for file in file_summaries.iter().filter(|file| file.format == sum.format) {
            sum.files += file.files;
            sum.bytes += file.bytes;
            sum.points += file.points;
            sum.kilometres += file.kilometres;
        }
        report_total.files += sum.files;
        report_total.bytes += sum.bytes;
        report_total.points += sum.points;
        report_total.kilometres += sum.kilometres;
        report_total.formats.push(sum);
    }
    report_total
}
