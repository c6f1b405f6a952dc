//! Colours and tiles of a map of real tracks: shuttle buses in Chicago, zooms 10 to 16.

use std::sync::OnceLock;

use crate::requirement::corpus;
use crate::seen::{Seen, collect, see};
use crate::{Test, colour_tables, tests};

fn chicago() -> &'static [Seen] {
    static SEEN: OnceLock<Vec<Seen>> = OnceLock::new();
    SEEN.get_or_init(|| see(&collect(&corpus().join("tracks/mapconstruction/chicago")).tracks, 10..=16))
}

fn the_whole_palette_is_used() {
    colour_tables::the_whole_palette_is_used(chicago());
}

fn a_count_keeps_its_colour_from_zoom_to_zoom() {
    colour_tables::a_count_keeps_its_colour_from_zoom_to_zoom(chicago());
}

fn no_tile_is_empty_and_every_tile_has_its_parent() {
    colour_tables::no_tile_is_empty_and_every_tile_has_its_parent(chicago());
}

pub const TESTS: &[Test] = tests![
    Corpus: the_whole_palette_is_used,
    Corpus: a_count_keeps_its_colour_from_zoom_to_zoom,
    Corpus: no_tile_is_empty_and_every_tile_has_its_parent,
];
