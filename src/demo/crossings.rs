//! Crossings of ways, found with a grid of cells.

use super::plane::{GridMap, Vec2};
use super::streets::Way;

/// Positions on each way where ways cross: the integer part is the index of an edge, the fraction the position along
/// that edge.
pub fn crossings(ways: &[Way]) -> Vec<Vec<f64>> {
    const SIZE: f64 = 50.0;
    let mut cells: GridMap<Vec<(u32, u32)>> = GridMap::default();
    let mut cuts: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    for (w, way) in ways.iter().enumerate() {
        for (s, pair) in way.line.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            let column = |x: f64| (x / SIZE).floor() as i32;
            for x in column(a.x.min(b.x))..=column(a.x.max(b.x)) {
                for y in column(a.y.min(b.y))..=column(a.y.max(b.y)) {
                    let cell = cells.entry((x, y)).or_default();
                    for &(other, t) in cell.iter() {
                        let line = &ways[other as usize].line;
                        let (c, d) = (line[t as usize], line[t as usize + 1]);
                        let is_neighbour = other as usize == w && (t as usize).abs_diff(s) < 3;
                        if let (false, Some((share, other_share))) = (is_neighbour, intersection(a, b, c, d)) {
                            cuts[w].push(s as f64 + share);
                            cuts[other as usize].push(f64::from(t) + other_share);
                        }
                    }
                    cell.push((w as u32, s as u32));
                }
            }
        }
    }
    cuts
}

/// Intersection of the edges ab and cd, as shares of both.
fn intersection(a: Vec2, b: Vec2, c: Vec2, d: Vec2) -> Option<(f64, f64)> {
    let (r, s) = (b - a, d - c);
    let area = r.cross(s);
    if area.abs() < 1e-9 {
        return None;
    }
    let (t, u) = ((c - a).cross(s) / area, (c - a).cross(r) / area);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((t, u))
}
