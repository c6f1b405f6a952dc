//! Which tiles are drawn together, and in which dispatches.

use super::layout::Job;
use crate::layer::Accumulate;
use crate::plan::StripRef;
use crate::raster::Scene;

/// Segments that one invocation of the shader meets at most: Mesa's software adapter silently stops all loops of an
/// invocation after 65,535 iterations, and drivers end dispatches that take seconds.
const DISPATCH_SEGMENTS: usize = 16_384;

/// Strips as tiles see them that a batch may hold: 64 MiB.
const BATCH_REFS: usize = 4 << 20;

/// Tiles that are drawn into the atlas together.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// Indices into the plan; the place in this list is the slot in the atlas.
    pub tiles: Vec<usize>,
    /// Dispatches, one after the other: each adds some whole activities to some tiles.
    pub rounds: Vec<Vec<Job>>,
    /// Strips of all tiles.
    pub refs: usize,
}

/// Cuts a plan into batches of at most `slots` tiles. Tiles that no dispatch can draw come second: they hold an
/// activity of more segments than a dispatch may have, or more strips than a batch.
pub fn schedule(scene: &Scene, slots: usize) -> (Vec<Batch>, Vec<usize>) {
    let (mut batches, mut others) = (Vec::new(), Vec::new());
    let mut batch = Batch::default();
    for tile in 0..scene.plan.tiles().len() {
        let refs = scene.plan.strips_of(tile);
        let jobs = jobs(scene, refs).filter(|_| refs.len() <= BATCH_REFS);
        let Some(jobs) = jobs else {
            others.push(tile);
            continue;
        };
        if batch.tiles.len() == slots || batch.refs + refs.len() > BATCH_REFS {
            batches.push(std::mem::take(&mut batch));
        }
        for (round, (first, count)) in jobs.into_iter().enumerate() {
            if round == batch.rounds.len() {
                batch.rounds.push(Vec::new());
            }
            batch.rounds[round].push(Job {
                slot: batch.tiles.len() as u32,
                first: (batch.refs + first) as u32,
                count: count as u32,
                adds: u32::from(round > 0),
            });
        }
        batch.tiles.push(tile);
        batch.refs += refs.len();
    }
    if !batch.tiles.is_empty() {
        batches.push(batch);
    }
    (batches, others)
}

/// First strip and number of strips of each dispatch of a tile, or nothing if an activity does not fit one.
fn jobs(scene: &Scene, refs: &[StripRef]) -> Option<Vec<(usize, usize)>> {
    let strip = |reference: &StripRef| &scene.strips.strips[reference.strip as usize];
    let (mut jobs, mut first, mut end, mut segments) = (Vec::new(), 0, 0, 0);
    for activity in refs.chunk_by(|a, b| strip(a).activity == strip(b).activity) {
        let own: usize = activity.iter().map(|reference| strip(reference).len as usize).sum();
        if scene.layer.accumulate == Accumulate::Passes {
            end += activity.len();
            continue;
        }
        if own > DISPATCH_SEGMENTS {
            return None;
        }
        if segments + own > DISPATCH_SEGMENTS {
            jobs.push((first, end - first));
            (first, segments) = (end, 0);
        }
        end += activity.len();
        segments += own;
    }
    jobs.push((first, end - first));
    Some(jobs)
}
