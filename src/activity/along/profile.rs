//! Elevation and slope along a segment, without noise: means over parts of the way, not over points.

use std::ops::Range;

use crate::activity::Point;
use crate::activity::stations::{Station, advance, area_at};

/// A step is a fault if it is higher than this and its length together.
const FAULT_METRES: f64 = 100.0;

/// Longest part of the way without elevations over which they are interpolated.
const GAP_METRES: f64 = 200.0;

/// Half of the length over which a slope is measured, and shortest half at the ends of a profile.
const SLOPE_METRES: f64 = 50.0;
const LEAST_SLOPE_METRES: f64 = 25.0;

/// Metres before and after an edge over which its elevation is a mean.
const MARGIN_METRES: f64 = 12.5;

/// Steeper slopes are faults.
const STEEPEST: f64 = 1.0;

/// Profile of a segment. Edges are asked for in their order.
pub struct Profile {
    stations: Vec<Station>,
    /// Parts of the stations without gaps and faults.
    runs: Vec<Range<usize>>,
    run: usize,
    /// Stations before the places that the last edge needed.
    cursors: [usize; 5],
}

impl Profile {
    /// Profile of a segment; `way` has the distance at each point in metres.
    pub fn new(segment: &[Point], way: &[f64]) -> Self {
        let (mut stations, mut runs): (Vec<Station>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
        for (point, metres) in segment.iter().zip(way) {
            let Some(height) = point.elevation_m.map(f64::from) else { continue };
            let continues = stations.last().is_some_and(|last| {
                let run = metres - last.metres;
                run <= GAP_METRES && (height - last.height).abs() <= FAULT_METRES + run
            });
            let number = stations.len();
            stations.push(Station::after(stations.last(), *metres, height));
            match runs.last_mut() {
                Some(run) if continues => run.end = number + 1,
                _ => runs.push(number..number + 1),
            }
        }
        Self { stations, runs, run: 0, cursors: [0; 5] }
    }

    /// Elevation and slope of the edge between two distances.
    pub fn edge(&mut self, [from, to]: [f64; 2]) -> (Option<f32>, Option<f32>) {
        let Some([start, end]) = self.run_at(from) else { return (None, None) };
        if to > end || from == to {
            return (None, None);
        }
        let middle = 0.5 * (from + to);
        let margin = MARGIN_METRES.min(from - start).min(end - to);
        let [low, high] = [from - margin, to + margin];
        let elevation = (self.area(1, high) - self.area(0, low)) / (high - low);
        let half = SLOPE_METRES.min(0.5 * (end - start));
        if half < LEAST_SLOPE_METRES {
            return (Some(elevation as f32), None);
        }
        let half = half.max(0.5 * (to - from)).min(0.5 * (end - start));
        let centre = middle.clamp(start + half, end - half);
        let [before, at, after] = [centre - half, centre, centre + half];
        let bend = self.area(4, after) - 2.0 * self.area(3, at) + self.area(2, before);
        // The difference of the means over both halves, whose centres are one half apart.
        let slope = bend / (half * half);
        (Some(elevation as f32), (slope.abs() <= STEEPEST).then_some(slope as f32))
    }

    /// Distances at the ends of the run that contains a distance, before which no later edge begins.
    fn run_at(&mut self, metres: f64) -> Option<[f64; 2]> {
        let ends = |run: &Range<usize>| [run.start, run.end - 1].map(|station| self.stations[station].metres);
        while self.runs.get(self.run).is_some_and(|run| ends(run)[1] <= metres) {
            self.run += 1;
        }
        self.runs.get(self.run).map(ends).filter(|[start, _]| *start <= metres)
    }

    fn area(&mut self, cursor: usize, metres: f64) -> f64 {
        let mut station = self.cursors[cursor];
        // A longer edge than the one before reaches farther back.
        while station > 0 && self.stations[station].metres > metres {
            station -= 1;
        }
        self.cursors[cursor] = advance(&self.stations, station, metres);
        area_at(&self.stations, self.cursors[cursor], metres)
    }
}
