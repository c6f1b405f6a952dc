//! The graph of a place: crossings, the stretches between them, and the cheapest way from one to another.

use super::land::Land;
use super::plane::{CellMap, Cells, Vec2, length};
use super::random::Random;
use super::streets::{Class, Way};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A stretch of a way between two crossings.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The crossings at its ends.
    pub ends: [u32; 2],
    /// Which way it is a part of.
    pub way: u32,
    /// What it is.
    pub class: Class,
    /// Metres.
    pub length: f64,
    /// How much people like the way: below 1 more, above 1 less.
    pub charm: f64,
    /// Its points, ends included, from the first crossing to the second.
    pub line: Vec<Vec2>,
}

/// Crossings and stretches.
pub struct Network {
    /// Positions of the crossings.
    pub nodes: Vec<Vec2>,
    /// The stretches.
    pub edges: Vec<Edge>,
    /// For every crossing, its stretches.
    links: Vec<Vec<u32>>,
    cells: Cells<u32>,
}

/// Factors on length by class: street, avenue, path, country road, trail.
pub type Taste = [f64; 5];

/// Crossings nearer than this are one, in metres.
const MERGE: f64 = 9.0;

impl Network {
    /// Cuts ways at their crossings and keeps what hangs together.
    pub fn new(ways: Vec<Way>, land: &Land, seed: u64) -> Self {
        let mut random = Random::new(seed, 30);
        let charms: Vec<f64> = ways.iter().map(|_| (0.28 * random.normal()).exp().clamp(0.6, 1.7)).collect();
        let mut ways = ways;
        for _ in 0..6 {
            let network = Self::cut(&ways, &charms);
            let bridges = network.missing_links(land);
            if bridges.is_empty() {
                break;
            }
            ways.extend(bridges);
        }
        Self::cut(&ways, &charms).main_part()
    }

    /// The crossing nearest to `p`.
    pub fn nearest(&self, p: Vec2) -> u32 {
        let near = [150.0, 600.0, 2400.0, 9600.0].iter().find_map(|&radius| self.cells.nearest(p, radius));
        near.map_or(0, |(_, node)| node)
    }

    /// The cheapest way between two crossings as stretches, each with whether it is taken forwards.
    ///
    /// `used` counts how often a stretch was taken before; every time makes it dearer, so that loops are loops.
    pub fn path(&self, from: u32, to: u32, taste: &Taste, used: &HashMap<u32, u8>) -> Vec<(u32, bool)> {
        let goal = self.nodes[to as usize];
        // No stretch costs less than this per metre, so the estimate below never exceeds the truth.
        let least = 0.6 * taste.iter().copied().fold(f64::MAX, f64::min);
        let estimate = |node: u32| self.nodes[node as usize].distance(goal) * least;
        let mut best = vec![f64::MAX; self.nodes.len()];
        let mut came = vec![u32::MAX; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        let key = |cost: f64| Reverse((cost * 16.0) as u64);
        best[from as usize] = 0.0;
        heap.push((key(estimate(from)), from));
        let mut done = vec![false; self.nodes.len()];
        while let Some((_, node)) = heap.pop() {
            if node == to {
                break;
            }
            if std::mem::replace(&mut done[node as usize], true) {
                continue;
            }
            let before = came[node as usize];
            for &link in &self.links[node as usize] {
                let edge = &self.edges[link as usize];
                let next = edge.ends[usize::from(edge.ends[0] == node)];
                let again = 1.0 + 2.5 * f64::from(used.get(&link).copied().unwrap_or(0));
                let turn = if before != u32::MAX && self.edges[before as usize].way != edge.way { 30.0 } else { 0.0 };
                let cost = best[node as usize] + edge.length * edge.charm * taste[edge.class as usize] * again + turn;
                if cost < best[next as usize] {
                    best[next as usize] = cost;
                    came[next as usize] = link;
                    heap.push((key(cost + estimate(next)), next));
                }
            }
        }
        let mut path = Vec::new();
        let mut node = to;
        while node != from && came[node as usize] != u32::MAX {
            let link = came[node as usize];
            let edge = &self.edges[link as usize];
            let forwards = edge.ends[1] == node;
            path.push((link, forwards));
            node = edge.ends[usize::from(!forwards)];
        }
        path.reverse();
        path
    }

    /// The points of a path, one after the other.
    pub fn line(&self, path: &[(u32, bool)]) -> Vec<Vec2> {
        let mut line: Vec<Vec2> = Vec::new();
        for &(link, forwards) in path {
            let points = &self.edges[link as usize].line;
            line.pop();
            if forwards {
                line.extend(points);
            } else {
                line.extend(points.iter().rev());
            }
        }
        line
    }

    fn cut(ways: &[Way], charms: &[f64]) -> Self {
        let crossings = crossings(ways);
        let mut network = Self { nodes: Vec::new(), edges: Vec::new(), links: Vec::new(), cells: Cells::new(120.0) };
        for (index, (way, mut cuts)) in ways.iter().zip(crossings).enumerate() {
            cuts.sort_by(f64::total_cmp);
            let mut last: Option<(f64, u32)> = None;
            for cut in cuts {
                let segment = (cut as usize).min(way.line.len() - 2);
                let p = way.line[segment].toward(way.line[segment + 1], cut - segment as f64);
                let node = network.node_at(p);
                if let Some((from, before)) = last
                    && before != node
                {
                    let ends = [before, node].map(|end| network.nodes[end as usize]);
                    let mut line = vec![ends[0]];
                    let inner = from.floor() as usize + 1..cut.ceil() as usize;
                    line.extend(inner.map(|i| way.line[i]).filter(|q| ends.iter().all(|end| q.distance(*end) > 2.0)));
                    line.push(ends[1]);
                    let charm = charms.get(index).copied().unwrap_or(1.0);
                    let edge = Edge {
                        ends: [before, node],
                        way: index as u32,
                        class: way.class,
                        length: length(&line),
                        charm,
                        line,
                    };
                    network.link(edge);
                    last = Some((cut, node));
                } else if last.is_none() {
                    last = Some((cut, node));
                }
            }
        }
        network
    }

    fn link(&mut self, edge: Edge) {
        let id = self.edges.len() as u32;
        for end in edge.ends {
            self.links[end as usize].push(id);
        }
        self.edges.push(edge);
    }

    fn node_at(&mut self, p: Vec2) -> u32 {
        if let Some((_, node)) = self.cells.nearest(p, MERGE) {
            return node;
        }
        let node = self.nodes.len() as u32;
        self.nodes.push(p);
        self.links.push(Vec::new());
        self.cells.insert(p, node);
        node
    }

    /// The part of every crossing, and the size of every part.
    fn parts(&self) -> (Vec<u32>, Vec<usize>) {
        let mut part = vec![u32::MAX; self.nodes.len()];
        let mut sizes = Vec::new();
        for start in 0..self.nodes.len() {
            if part[start] != u32::MAX {
                continue;
            }
            let id = sizes.len() as u32;
            let mut size = 0;
            let mut stack = vec![start];
            part[start] = id;
            while let Some(node) = stack.pop() {
                size += 1;
                for &link in &self.links[node] {
                    for end in self.edges[link as usize].ends {
                        if part[end as usize] == u32::MAX {
                            part[end as usize] = id;
                            stack.push(end as usize);
                        }
                    }
                }
            }
            sizes.push(size);
        }
        (part, sizes)
    }

    /// Tracks that tie parts of some size to the rest, from the nearest crossing to the nearest.
    fn missing_links(&self, land: &Land) -> Vec<Way> {
        let (part, sizes) = self.parts();
        let main = (0..sizes.len()).max_by_key(|&id| sizes[id]).unwrap_or(0) as u32;
        let mut nearest: HashMap<u32, (f64, Vec2, Vec2)> = HashMap::new();
        let mut cells = Cells::new(400.0);
        for (node, &p) in self.nodes.iter().enumerate().filter(|&(node, _)| part[node] == main) {
            cells.insert(p, node as u32);
        }
        for (node, &p) in self.nodes.iter().enumerate() {
            if part[node] == main || sizes[part[node] as usize] < 12 {
                continue;
            }
            let best = nearest.entry(part[node]).or_insert((6000.0, p, p));
            if let Some((distance, other)) = cells.nearest(p, best.0) {
                *best = (distance, p, self.nodes[other as usize]);
            }
        }
        let mut links: Vec<_> = nearest.into_iter().filter(|(_, (_, a, b))| a != b).collect();
        links.sort_by_key(|&(id, _)| id);
        let link = |(_, (_, a, b)): (u32, (f64, Vec2, Vec2))| {
            let beyond = (b - a).unit() * 3.0;
            let bow = (b - a).left() * 0.12;
            let class = if land.wild(a.toward(b, 0.5)) { Class::Trail } else { Class::Street };
            Way { line: super::plane::curve(&[a - beyond, a.toward(b, 0.5) + bow, b + beyond], 12.0), class }
        };
        links.into_iter().map(link).collect()
    }

    /// The largest part, without dead ends.
    fn main_part(self) -> Self {
        let (part, sizes) = self.parts();
        let main = (0..sizes.len()).max_by_key(|&id| sizes[id]).unwrap_or(0) as u32;
        let mut degree: Vec<usize> = self.links.iter().map(Vec::len).collect();
        let mut gone = vec![false; self.edges.len()];
        let mut ends: Vec<usize> = (0..self.nodes.len()).filter(|&node| degree[node] == 1).collect();
        while let Some(node) = ends.pop() {
            for &link in &self.links[node] {
                if !std::mem::replace(&mut gone[link as usize], true) {
                    for end in self.edges[link as usize].ends {
                        degree[end as usize] = degree[end as usize].saturating_sub(1);
                        if degree[end as usize] == 1 {
                            ends.push(end as usize);
                        }
                    }
                }
            }
        }
        let mut kept = Self { nodes: Vec::new(), edges: Vec::new(), links: Vec::new(), cells: Cells::new(120.0) };
        let mut renamed: HashMap<u32, u32> = HashMap::new();
        for (index, mut edge) in self.edges.into_iter().enumerate() {
            if gone[index] || part[edge.ends[0] as usize] != main {
                continue;
            }
            for end in &mut edge.ends {
                let old = *end;
                *end = *renamed.entry(old).or_insert_with(|| {
                    let p = self.nodes[old as usize];
                    let node = kept.nodes.len() as u32;
                    kept.nodes.push(p);
                    kept.links.push(Vec::new());
                    kept.cells.insert(p, node);
                    node
                });
            }
            kept.link(edge);
        }
        kept
    }
}

/// For every way, where others cross it or end at it: whole part the segment, fraction the share of it.
fn crossings(ways: &[Way]) -> Vec<Vec<f64>> {
    const SIZE: f64 = 50.0;
    let mut cells: CellMap<Vec<(u32, u32)>> = CellMap::default();
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
                        let itself = other as usize == w && (t as usize).abs_diff(s) < 3;
                        if let (false, Some((at, there))) = (itself, meet(a, b, c, d)) {
                            cuts[w].push(s as f64 + at);
                            cuts[other as usize].push(f64::from(t) + there);
                        }
                    }
                    cell.push((w as u32, s as u32));
                }
            }
        }
    }
    cuts
}

/// Where two segments cross, as shares of both.
fn meet(a: Vec2, b: Vec2, c: Vec2, d: Vec2) -> Option<(f64, f64)> {
    let (r, s) = (b - a, d - c);
    let area = r.cross(s);
    if area.abs() < 1e-9 {
        return None;
    }
    let (t, u) = ((c - a).cross(s) / area, (c - a).cross(r) / area);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((t, u))
}
