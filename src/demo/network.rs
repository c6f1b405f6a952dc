//! Road network of a region: a graph of crossings and edges, with cheapest paths.
//!
//! Ways are split at their crossings, and close crossings merge. New ways connect larger separate components to the
//! largest one; smaller components and dead ends are removed. Paths come from A* with costs by class of way.

use super::crossings::crossings;
use super::plane::{PointGrid, Vec2, length};
use super::random::Random;
use super::streets::{Way, WayClass};
use super::terrain::Terrain;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Part of a way between two crossings.
#[derive(Clone, Debug)]
pub struct NetworkEdge {
    /// Indices of the nodes at both ends.
    pub ends: [u32; 2],
    /// Index of the way.
    pub way: u32,
    pub class: WayClass,
    /// In metres.
    pub length: f64,
    /// Random popularity: below 1 preferred, above 1 avoided.
    pub cost_factor: f64,
    /// Points from the first to the second end, both included.
    pub line: Vec<Vec2>,
}

pub struct Network {
    /// Positions of the crossings.
    pub nodes: Vec<Vec2>,
    pub edges: Vec<NetworkEdge>,
    /// Indices of the edges at each node.
    incident_edges: Vec<Vec<u32>>,
    cells: PointGrid<u32>,
}

/// Cost factors of street, avenue, path, country road and trail.
pub type ClassCosts = [f64; 5];

/// Crossings closer than this are one node, in metres.
const MERGE_DISTANCE: f64 = 9.0;

impl Network {
    /// Builds a connected network without dead ends.
    pub fn new(ways: Vec<Way>, terrain: &Terrain, seed: u64) -> Self {
        let mut random = Random::new(seed, 30);
        let cost_factors: Vec<f64> = ways.iter().map(|_| (0.28 * random.normal()).exp().clamp(0.6, 1.7)).collect();
        let mut ways = ways;
        for _ in 0..6 {
            let network = Self::from_ways(&ways, &cost_factors);
            let bridges = network.connecting_ways(terrain);
            if bridges.is_empty() {
                break;
            }
            ways.extend(bridges);
        }
        Self::from_ways(&ways, &cost_factors).largest_component_without_dead_ends()
    }

    /// Node nearest to `p`.
    pub fn nearest(&self, p: Vec2) -> u32 {
        let nearest = [150.0, 600.0, 2400.0, 9600.0].iter().find_map(|&radius| self.cells.nearest(p, radius));
        nearest.map_or(0, |(_, node)| node)
    }

    /// Cheapest path between two nodes: edges, each with true if taken forwards.
    ///
    /// `times_used` counts earlier uses of an edge; each use raises the cost, so that loops do not return the same way.
    pub fn path(
        &self,
        from: u32,
        to: u32,
        class_costs: &ClassCosts,
        times_used: &HashMap<u32, u8>,
    ) -> Vec<(u32, bool)> {
        let goal = self.nodes[to as usize];
        // No edge costs less per metre, so the A* estimate never exceeds the true cost.
        let lowest_cost = 0.6 * class_costs.iter().copied().fold(f64::MAX, f64::min);
        let estimate = |node: u32| self.nodes[node as usize].distance(goal) * lowest_cost;
        let mut best = vec![f64::MAX; self.nodes.len()];
        let mut arrived_by = vec![u32::MAX; self.nodes.len()];
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
            let previous = arrived_by[node as usize];
            for &edge_id in &self.incident_edges[node as usize] {
                let edge = &self.edges[edge_id as usize];
                let next = edge.ends[usize::from(edge.ends[0] == node)];
                let reuse_factor = 1.0 + 2.5 * f64::from(times_used.get(&edge_id).copied().unwrap_or(0));
                let turn_cost =
                    if previous != u32::MAX && self.edges[previous as usize].way != edge.way { 30.0 } else { 0.0 };
                let cost = best[node as usize]
                    + edge.length * edge.cost_factor * class_costs[edge.class as usize] * reuse_factor
                    + turn_cost;
                if cost < best[next as usize] {
                    best[next as usize] = cost;
                    arrived_by[next as usize] = edge_id;
                    heap.push((key(cost + estimate(next)), next));
                }
            }
        }
        let mut path = Vec::new();
        let mut node = to;
        while node != from && arrived_by[node as usize] != u32::MAX {
            let edge_id = arrived_by[node as usize];
            let edge = &self.edges[edge_id as usize];
            let forwards = edge.ends[1] == node;
            path.push((edge_id, forwards));
            node = edge.ends[usize::from(!forwards)];
        }
        path.reverse();
        path
    }

    /// Points along a path.
    pub fn line(&self, path: &[(u32, bool)]) -> Vec<Vec2> {
        let mut line: Vec<Vec2> = Vec::new();
        for &(edge_id, forwards) in path {
            let points = &self.edges[edge_id as usize].line;
            line.pop();
            if forwards {
                line.extend(points);
            } else {
                line.extend(points.iter().rev());
            }
        }
        line
    }

    fn from_ways(ways: &[Way], cost_factors: &[f64]) -> Self {
        let crossings = crossings(ways);
        let mut network =
            Self { nodes: Vec::new(), edges: Vec::new(), incident_edges: Vec::new(), cells: PointGrid::new(120.0) };
        for (index, (way, mut cuts)) in ways.iter().zip(crossings).enumerate() {
            cuts.sort_by(f64::total_cmp);
            let mut last: Option<(f64, u32)> = None;
            for cut in cuts {
                let edge_index = (cut as usize).min(way.line.len() - 2);
                let p = way.line[edge_index].lerp(way.line[edge_index + 1], cut - edge_index as f64);
                let node = network.node_at(p);
                if let Some((from, previous)) = last
                    && previous != node
                {
                    let ends = [previous, node].map(|end| network.nodes[end as usize]);
                    let mut line = vec![ends[0]];
                    let inner = from.floor() as usize + 1..cut.ceil() as usize;
                    line.extend(inner.map(|i| way.line[i]).filter(|q| ends.iter().all(|end| q.distance(*end) > 2.0)));
                    line.push(ends[1]);
                    let cost_factor = cost_factors.get(index).copied().unwrap_or(1.0);
                    let edge = NetworkEdge {
                        ends: [previous, node],
                        way: index as u32,
                        class: way.class,
                        length: length(&line),
                        cost_factor,
                        line,
                    };
                    network.add_edge(edge);
                    last = Some((cut, node));
                } else if last.is_none() {
                    last = Some((cut, node));
                }
            }
        }
        network
    }

    fn add_edge(&mut self, edge: NetworkEdge) {
        let id = self.edges.len() as u32;
        for end in edge.ends {
            self.incident_edges[end as usize].push(id);
        }
        self.edges.push(edge);
    }

    fn node_at(&mut self, p: Vec2) -> u32 {
        if let Some((_, node)) = self.cells.nearest(p, MERGE_DISTANCE) {
            return node;
        }
        let node = self.nodes.len() as u32;
        self.nodes.push(p);
        self.incident_edges.push(Vec::new());
        self.cells.insert(p, node);
        node
    }

    /// Component of each node, and number of nodes of each component.
    fn components(&self) -> (Vec<u32>, Vec<usize>) {
        let mut component = vec![u32::MAX; self.nodes.len()];
        let mut sizes = Vec::new();
        for start in 0..self.nodes.len() {
            if component[start] != u32::MAX {
                continue;
            }
            let id = sizes.len() as u32;
            let mut size = 0;
            let mut stack = vec![start];
            component[start] = id;
            while let Some(node) = stack.pop() {
                size += 1;
                for &edge_id in &self.incident_edges[node] {
                    for end in self.edges[edge_id as usize].ends {
                        if component[end as usize] == u32::MAX {
                            component[end as usize] = id;
                            stack.push(end as usize);
                        }
                    }
                }
            }
            sizes.push(size);
        }
        (component, sizes)
    }

    /// New ways from each component of at least 12 nodes to the largest one, between the nearest crossings.
    fn connecting_ways(&self, terrain: &Terrain) -> Vec<Way> {
        let (component, sizes) = self.components();
        let main = (0..sizes.len()).max_by_key(|&id| sizes[id]).unwrap_or(0) as u32;
        let mut nearest: HashMap<u32, (f64, Vec2, Vec2)> = HashMap::new();
        let mut cells = PointGrid::new(400.0);
        for (node, &p) in self.nodes.iter().enumerate().filter(|&(node, _)| component[node] == main) {
            cells.insert(p, node as u32);
        }
        for (node, &p) in self.nodes.iter().enumerate() {
            if component[node] == main || sizes[component[node] as usize] < 12 {
                continue;
            }
            let best = nearest.entry(component[node]).or_insert((6000.0, p, p));
            if let Some((distance, other)) = cells.nearest(p, best.0) {
                *best = (distance, p, self.nodes[other as usize]);
            }
        }
        let mut connections: Vec<_> = nearest.into_iter().filter(|(_, (_, a, b))| a != b).collect();
        connections.sort_by_key(|&(id, _)| id);
        let way = |(_, (_, a, b)): (u32, (f64, Vec2, Vec2))| {
            let beyond = (b - a).unit() * 3.0;
            let bow = (b - a).left() * 0.12;
            let class = if terrain.is_wild(a.lerp(b, 0.5)) { WayClass::Trail } else { WayClass::Street };
            Way { line: super::plane::curve(&[a - beyond, a.lerp(b, 0.5) + bow, b + beyond], 12.0), class }
        };
        connections.into_iter().map(way).collect()
    }

    fn largest_component_without_dead_ends(self) -> Self {
        let (component, sizes) = self.components();
        let main = (0..sizes.len()).max_by_key(|&id| sizes[id]).unwrap_or(0) as u32;
        let mut degree: Vec<usize> = self.incident_edges.iter().map(Vec::len).collect();
        let mut removed = vec![false; self.edges.len()];
        let mut ends: Vec<usize> = (0..self.nodes.len()).filter(|&node| degree[node] == 1).collect();
        while let Some(node) = ends.pop() {
            for &edge_id in &self.incident_edges[node] {
                if !std::mem::replace(&mut removed[edge_id as usize], true) {
                    for end in self.edges[edge_id as usize].ends {
                        degree[end as usize] = degree[end as usize].saturating_sub(1);
                        if degree[end as usize] == 1 {
                            ends.push(end as usize);
                        }
                    }
                }
            }
        }
        let mut pruned =
            Self { nodes: Vec::new(), edges: Vec::new(), incident_edges: Vec::new(), cells: PointGrid::new(120.0) };
        let mut new_ids: HashMap<u32, u32> = HashMap::new();
        for (index, mut edge) in self.edges.into_iter().enumerate() {
            if removed[index] || component[edge.ends[0] as usize] != main {
                continue;
            }
            for end in &mut edge.ends {
                let old = *end;
                *end = *new_ids.entry(old).or_insert_with(|| {
                    let p = self.nodes[old as usize];
                    let node = pruned.nodes.len() as u32;
                    pruned.nodes.push(p);
                    pruned.incident_edges.push(Vec::new());
                    pruned.cells.insert(p, node);
                    node
                });
            }
            pruned.add_edge(edge);
        }
        pruned
    }
}
