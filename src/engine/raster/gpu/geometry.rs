//! Uploaded strips.

use wgpu::Buffer;

/// Strips of a chunk with their vertices, for all drawings.
pub struct Geometry {
    /// For each strip of the scene, its index in the strip buffer; `None` if the buffer holds all strips, with the
    /// indices of the scene.
    pub device_indices: Option<Vec<u32>>,
    /// Number of uploaded vertices.
    pub vertex_count: usize,
    /// Vertices of all strips.
    pub vertices: Buffer,
    /// Times of all vertices; empty if the strips have none.
    pub times: Buffer,
    /// For each vertex the number of the vertex in the scene; `None` if these are equal.
    pub scene_vertices: Option<Vec<u32>>,
    /// See [`Strip`](super::layout::Strip).
    pub strips: Buffer,
}
