//! Cuts the strips of a tile into ranges that a GPU can draw at once.

use std::ops::Range;

use crate::engine::accumulation::PerActivity;
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::quantum::BLENDED_EDGES;
use crate::engine::raster::Scene;
use crate::engine::tiling::plan::StripRef;

/// Maximum edges that a dispatch of `visit.wgsl` draws in one tile. Mesa's software adapter silently ends all loops of
/// an invocation after 65,535 iterations in total, and the shader needs up to about 2 per edge. Drivers also abort
/// dispatches that take seconds.
const DISPATCH_EDGES: usize = 16_384;

/// Maximum edges of a dispatch for means. An edge needs up to about 9 iterations, because compilers do not unroll the loops
/// over rows, whose bodies are long.
const DISPATCH_EDGES_OF_MEANS: usize = 4096;

/// Consecutive ranges that cover the strips of a slot; `None` if they cannot be cut.
pub fn strip_ranges(scene: &Scene, per_activity: PerActivity, strip_refs: &[StripRef]) -> Option<Vec<Range<usize>>> {
    match per_activity {
        PerActivity::Nearest => ranges_of_activities(scene, strip_refs, DISPATCH_EDGES),
        PerActivity::Mean(_) => ranges_of_activities(scene, strip_refs, DISPATCH_EDGES_OF_MEANS),
        PerActivity::Integral(_) => Some(ranges_of_edges(strip_refs.len())),
    }
}

/// Ranges of whole activities with at most `most` edges, because an activity in two ranges would count twice;
/// `None` if one activity has more. A strip counts as many edges as it has vertices, which is never too few.
fn ranges_of_activities(scene: &Scene, strip_refs: &[StripRef], most: usize) -> Option<Vec<Range<usize>>> {
    if strip_refs.len() * STRIP_EDGES <= most {
        return Some(std::iter::once(0..strip_refs.len()).collect());
    }
    let strip = |strip_ref: &StripRef| &scene.strips.strips[strip_ref.strip as usize];
    let (mut ranges, mut first, mut end, mut edges) = (Vec::new(), 0, 0, 0);
    for activity in strip_refs.chunk_by(|a, b| strip(a).activity == strip(b).activity) {
        let activity_edges: usize = activity.iter().map(|strip_ref| strip(strip_ref).len as usize).sum();
        if activity_edges > most {
            return None;
        }
        if edges + activity_edges > most {
            ranges.push(first..end);
            (first, edges) = (end, 0);
        }
        end += activity.len();
        edges += activity_edges;
    }
    ranges.push(first..end);
    Some(ranges)
}

/// Ranges whose edges can be blended exactly, wherever they lie.
fn ranges_of_edges(strips: usize) -> Vec<Range<usize>> {
    const STRIPS: usize = BLENDED_EDGES / STRIP_EDGES;
    (0..strips.max(1)).step_by(STRIPS).map(|first| first..(first + STRIPS).min(strips)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_edges_cover_all_strips_once() {
        for strips in [0, 1, 127, 128, 129, 30_000] {
            let ranges = ranges_of_edges(strips);
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!((ranges[0].start, ranges[ranges.len() - 1].end), (0, strips));
            assert!(ranges.iter().all(|range| range.len() * STRIP_EDGES <= BLENDED_EDGES));
        }
    }
}
