//! Plane geometry in metres: x points east, y north.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::{Add, Mul, Neg, Sub};

/// Point or direction in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}

impl Vec2 {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// `length` metres in the direction `angle`, in radians counter-clockwise from east.
    pub fn polar(length: f64, angle: f64) -> Self {
        Self::new(length * angle.cos(), length * angle.sin())
    }

    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// Third component of the vector product: positive if `other` points to the left of `self`.
    pub fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub fn distance(self, other: Self) -> f64 {
        (other - self).length()
    }

    /// Direction in radians counter-clockwise from east.
    pub fn angle(self) -> f64 {
        self.y.atan2(self.x)
    }

    /// Direction with length 1; zero stays zero.
    pub fn unit(self) -> Self {
        self * (1.0 / self.length().max(1e-12))
    }

    /// Direction turned by 90° to the left.
    pub fn left(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// Point at share `t` of the way to `other`.
    pub fn lerp(self, other: Self, t: f64) -> Self {
        self + (other - self) * t
    }
}

impl Add for Vec2 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Vec2 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Vec2 {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

impl Neg for Vec2 {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

/// 0 up to `from`, 1 beyond `to`, smooth in between.
pub fn smoothstep(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Length of a line in metres.
pub fn length(line: &[Vec2]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// Line with points every `step` metres and at both ends.
pub fn resample(line: &[Vec2], step: f64) -> Vec<Vec2> {
    let mut points = Vec::with_capacity((length(line) / step) as usize + 2);
    let mut next_distance = 0.0;
    for pair in line.windows(2) {
        let edge_length = pair[0].distance(pair[1]);
        while next_distance < edge_length {
            points.push(pair[0].lerp(pair[1], next_distance / edge_length));
            next_distance += step;
        }
        next_distance -= edge_length;
    }
    points.extend(line.last());
    points
}

/// Rounds the corners of an evenly spaced line by `passes` of a (1 2 1) average; the ends stay.
pub fn smooth(line: &mut [Vec2], passes: usize) {
    for _ in 0..passes {
        let mut previous = line.first().copied().unwrap_or_default();
        for i in 1..line.len().saturating_sub(1) {
            let current = line[i];
            line[i] = (previous + current * 2.0 + line[i + 1]) * 0.25;
            previous = current;
        }
    }
}

/// Catmull-Rom spline through evenly spaced `knots`, with points about every `step` metres.
pub fn curve(knots: &[Vec2], step: f64) -> Vec<Vec2> {
    let Some(&last) = knots.last() else { return Vec::new() };
    let mut points = Vec::new();
    for i in 0..knots.len() - 1 {
        let (b, c) = (knots[i], knots[i + 1]);
        let a = if i == 0 { b + (b - c) } else { knots[i - 1] };
        let d = knots.get(i + 2).copied().unwrap_or(c + (c - b));
        let pieces = (b.distance(c) / step).ceil().max(1.0) as usize;
        for piece in 0..pieces {
            let t = piece as f64 / pieces as f64;
            let (t2, t3) = (t * t, t * t * t);
            points.push(
                (b * 2.0 + (c - a) * t + (a * 2.0 - b * 5.0 + c * 4.0 - d) * t2 + (b * 3.0 - a - c * 3.0 + d) * t3)
                    * 0.5,
            );
        }
    }
    points.push(last);
    points
}

/// Values by column and row of a grid cell.
pub type GridMap<T> = HashMap<(i32, i32), T, BuildHasherDefault<GridHasher>>;

/// Fast hash of small integers, without protection against chosen keys.
#[derive(Default)]
pub struct GridHasher(u64);

impl Hasher for GridHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_i32(i32::from(byte));
        }
    }

    fn write_i32(&mut self, value: i32) {
        self.0 = (self.0 ^ u64::from(value as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

/// Points in square cells, for searches by distance.
pub struct PointGrid<T> {
    size: f64,
    cells: GridMap<Vec<(Vec2, T)>>,
}

impl<T: Copy> PointGrid<T> {
    /// A grid with cells of `size` metres.
    pub fn new(size: f64) -> Self {
        Self { size, cells: GridMap::default() }
    }

    pub fn insert(&mut self, p: Vec2, value: T) {
        self.cells.entry(self.cell(p)).or_default().push((p, value));
    }

    /// All points within `radius` metres of `p` and some farther ones, in an order that depends only on the insertions.
    pub fn candidates(&self, p: Vec2, radius: f64) -> impl Iterator<Item = (Vec2, T)> {
        let (low, high) = (self.cell(p - Vec2::new(radius, radius)), self.cell(p + Vec2::new(radius, radius)));
        (low.0..=high.0)
            .flat_map(move |x| (low.1..=high.1).map(move |y| (x, y)))
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .copied()
    }

    /// Distance and value of the nearest point within `radius` metres.
    pub fn nearest(&self, p: Vec2, radius: f64) -> Option<(f64, T)> {
        let mut best = None;
        let mut limit = radius;
        for (q, value) in self.candidates(p, radius) {
            let distance = p.distance(q);
            if distance <= limit {
                limit = distance;
                best = Some((distance, value));
            }
        }
        best
    }

    fn cell(&self, p: Vec2) -> (i32, i32) {
        ((p.x / self.size).floor() as i32, (p.y / self.size).floor() as i32)
    }
}
