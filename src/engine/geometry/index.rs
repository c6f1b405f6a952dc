//! Stretches of lines: where little is drawn, most of a line is passed over without a look at its vertices.

use super::grid::Grid;
use super::mercator::World;
use super::strip::{Run, Strips, Track, bounds, lead};

/// Vertices in a stretch at most.
pub const STRETCH: usize = 64;

/// Least x and y, and greatest, in canvas units, as of a [`Strip`](super::strip::Strip).
type Bounds = ([i64; 2], [i64; 2]);

/// Tracks, and the boxes of their stretches.
pub struct Stretches<'a> {
    tracks: &'a [Track],
    /// Of each run of each track, one after the other.
    boxes: Vec<Vec<Bounds>>,
}

impl<'a> Stretches<'a> {
    /// The stretches of some tracks.
    pub fn new(tracks: &'a [Track]) -> Self {
        let boxes = |track: &Track| {
            let stretches = track.runs.iter().flat_map(|run| run.points().chunks(STRETCH));
            stretches.map(bounds).collect()
        };
        Self { tracks, boxes: tracks.iter().map(boxes).collect() }
    }

    /// The tracks.
    pub fn tracks(&self) -> &'a [Track] {
        self.tracks
    }

    /// Strips of the tracks whose number is wanted: every segment that comes near something is in one, with its neighbours
    /// in its line wherever these come near it. `is_near` says of boxes whether anything within may come near.
    pub fn strips(
        &self,
        grid: Grid,
        is_wanted: impl Fn(usize) -> bool,
        is_near: impl Fn([i64; 2], [i64; 2]) -> bool,
    ) -> Strips {
        let mut near = Lines { grid, is_near, line: Vec::new(), strips: Strips::default() };
        for (activity, track) in self.tracks.iter().enumerate().filter(|&(activity, _)| is_wanted(activity)) {
            let mut boxes = self.boxes[activity].iter();
            for run in &track.runs {
                near.add(run, boxes.by_ref(), activity as u32);
            }
        }
        near.strips
    }
}

/// Strips of what is near, in the making.
struct Lines<F> {
    grid: Grid,
    is_near: F,
    /// The line that goes on.
    line: Vec<World>,
    strips: Strips,
}

impl<F: Fn([i64; 2], [i64; 2]) -> bool> Lines<F> {
    fn add<'b>(&mut self, run: &Run, mut boxes: impl Iterator<Item = &'b Bounds>, activity: u32) {
        // Where the line was before, if it is far.
        let (count, mut far) = (run.points().len(), None::<World>);
        for start in (0..count).step_by(STRETCH) {
            let stretch = start..(start + STRETCH).min(count);
            let is_near = boxes.next().is_none_or(|&(min, max)| (self.is_near)(min, max));
            let Some([first, last]) = run.ends_in(stretch.clone(), self.grid) else { continue };
            if is_near {
                self.line.extend(far.take());
                run.lead_in(stretch, self.grid, &mut self.line);
                continue;
            }
            // The segment that leads here is of neither stretch.
            let leads = |&before: &World| {
                let (min, max) = bounds(&[before, first]);
                (self.is_near)(min, max)
            };
            self.line.extend(far.filter(leads));
            if !self.line.is_empty() {
                lead(&mut self.line, first, self.grid);
            }
            self.end(activity);
            far = Some(last);
        }
        self.end(activity);
    }

    fn end(&mut self, activity: u32) {
        if !self.line.is_empty() {
            self.strips.append(&self.line, activity);
            self.line.clear();
        }
    }
}
