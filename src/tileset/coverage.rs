//! Coverage for the map page: a compact list of the existing tiles, so that the page requests no others.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::rendered_zoom::RenderedZoom;

/// Maximum size of the coverage in the page; deeper zooms are omitted.
const MAX_COVERAGE_BYTES: usize = 400_000;

/// Columns and rows of tiles, in rows from north to south.
type Positions = Vec<(u32, u32)>;

/// Returns the tiles of each zoom as `row:first-last,single;row:…`. If the list of the first zoom is too long, returns
/// that of the deepest ancestors whose list is short enough.
pub fn coverage(zooms: &[RenderedZoom]) -> BTreeMap<String, String> {
    coverage_of(zooms.iter().map(|zoom| (zoom.grid.zoom, positions(zoom))), MAX_COVERAGE_BYTES)
}

fn coverage_of(zooms: impl Iterator<Item = (u8, Positions)>, max_bytes: usize) -> BTreeMap<String, String> {
    let mut coverage = BTreeMap::new();
    let mut remaining_bytes = max_bytes;
    for (mut zoom, mut tiles) in zooms {
        let mut text = encode_rows(&tiles);
        let fits = text.len() <= remaining_bytes;
        while coverage.is_empty() && text.len() > remaining_bytes && zoom > 0 {
            (zoom, tiles) = (zoom - 1, parents(&tiles));
            text = encode_rows(&tiles);
        }
        if let Some(remaining) = remaining_bytes.checked_sub(text.len()) {
            remaining_bytes = remaining;
            coverage.insert(zoom.to_string(), text);
        }
        if !fits {
            break;
        }
    }
    coverage
}

fn positions(zoom: &RenderedZoom) -> Positions {
    let tiles = zoom.layers.iter().flat_map(|layer| &layer.tiles);
    sorted(tiles.map(|(tile, _)| (tile.x(), tile.y())).collect())
}

fn parents(tiles: &Positions) -> Positions {
    sorted(tiles.iter().map(|(x, y)| (x / 2, y / 2)).collect())
}

fn sorted(mut tiles: Positions) -> Positions {
    tiles.sort_unstable_by_key(|&(x, y)| (y, x));
    tiles.dedup();
    tiles
}

fn encode_rows(tiles: &Positions) -> String {
    let mut text = String::new();
    for row in tiles.chunk_by(|a, b| a.1 == b.1) {
        let separator = if text.is_empty() { "" } else { ";" };
        let _ = write!(text, "{separator}{}:", row[0].1);
        for (i, run) in row.chunk_by(|a, b| a.0 + 1 == b.0).enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let (first, last) = (run[0].0, run[run.len() - 1].0);
            let _ = if first == last { write!(text, "{comma}{first}") } else { write!(text, "{comma}{first}-{last}") };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(zooms: &[(u8, Positions)], max_bytes: usize) -> Vec<(String, String)> {
        let zooms = zooms.iter().map(|(zoom, tiles)| (*zoom, sorted(tiles.clone())));
        coverage_of(zooms, max_bytes).into_iter().collect()
    }

    fn entries(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(zoom, rows)| ((*zoom).to_owned(), (*rows).to_owned())).collect()
    }

    #[test]
    fn rows_are_lists_of_runs() {
        let tiles = vec![(3, 9), (5, 7), (4, 9), (9, 7), (6, 7), (3, 9)];
        assert_eq!(texts(&[(4, tiles)], 100), entries(&[("4", "7:5-6,9;9:3-4")]));
        assert_eq!(texts(&[(4, Vec::new())], 100), entries(&[("4", "")]));
    }

    #[test]
    fn deep_zooms_that_do_not_fit_are_omitted() {
        let zooms = [(1, vec![(0, 0)]), (2, vec![(1, 1)]), (3, vec![(2, 2), (3, 3)]), (4, vec![(4, 4)])];
        assert_eq!(texts(&zooms, 6), entries(&[("1", "0:0"), ("2", "1:1")]));
    }

    #[test]
    fn a_first_zoom_that_does_not_fit_is_replaced_by_its_ancestors() {
        let tiles = vec![(16, 8), (18, 8), (20, 8), (17, 9)];
        assert_eq!(texts(&[(5, tiles.clone())], 100), entries(&[("5", "8:16,18,20;9:17")]));
        assert_eq!(texts(&[(5, tiles.clone()), (6, vec![(32, 16)])], 12), entries(&[("4", "4:8-10")]));
        assert_eq!(texts(&[(5, tiles.clone())], 5), entries(&[("3", "2:4-5")]));
        assert_eq!(texts(&[(5, tiles)], 2), entries(&[]), "not even zoom 0 fits");
    }
}
