//! Coverage for the map page: a compact list of the existing tiles, so that the page requests no others.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::rendered_zoom::RenderedZoom;

/// Maximum size of the coverage in the page; deeper zooms are omitted.
const MAX_COVERAGE_BYTES: usize = 400_000;

/// Returns the tiles of each zoom as `row:first-last,single;row:…`.
pub fn coverage(zooms: &[RenderedZoom]) -> BTreeMap<String, String> {
    let mut remaining_bytes = MAX_COVERAGE_BYTES;
    let texts = zooms.iter().map(|zoom| (zoom.grid.zoom.to_string(), encode_rows(zoom)));
    texts
        .take_while(|(_, text)| {
            let fits = text.len() <= remaining_bytes;
            remaining_bytes = remaining_bytes.saturating_sub(text.len());
            fits
        })
        .collect()
}

fn encode_rows(zoom: &RenderedZoom) -> String {
    let tiles = zoom.layers.iter().flat_map(|layer| &layer.tiles);
    let mut coords: Vec<(u32, u32)> = tiles.map(|(tile, _)| (tile.y(), tile.x())).collect();
    coords.sort_unstable();
    coords.dedup();
    let mut text = String::new();
    for row in coords.chunk_by(|a, b| a.0 == b.0) {
        let separator = if text.is_empty() { "" } else { ";" };
        let _ = write!(text, "{separator}{}:", row[0].0);
        for (i, run) in row.chunk_by(|a, b| a.1 + 1 == b.1).enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let (first, last) = (run[0].1, run[run.len() - 1].1);
            let _ = if first == last { write!(text, "{comma}{first}") } else { write!(text, "{comma}{first}-{last}") };
        }
    }
    text
}
