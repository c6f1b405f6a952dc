//! Colours and tiles of a map of real tracks: shuttle buses in Chicago, zooms 10 to 16.

use std::sync::OnceLock;

use crate::rendered_zooms::{DecodedZoom, collect, render_zooms};
use crate::requirement::corpus;
use crate::{Test, tests, tone_properties};

fn chicago() -> &'static [DecodedZoom] {
    static ZOOMS: OnceLock<Vec<DecodedZoom>> = OnceLock::new();
    ZOOMS.get_or_init(|| render_zooms(&collect(&corpus().join("tracks/mapconstruction/chicago")).tracks, 10..=16))
}

fn the_whole_palette_is_used() {
    tone_properties::the_whole_palette_is_used(chicago());
}

fn a_count_keeps_its_colour_from_zoom_to_zoom() {
    tone_properties::a_count_keeps_its_colour_from_zoom_to_zoom(chicago());
}

fn no_tile_is_empty_and_every_tile_has_its_parent() {
    tone_properties::no_tile_is_empty_and_every_tile_has_its_parent(chicago());
}

pub const TESTS: &[Test] = tests![
    Corpus: the_whole_palette_is_used,
    Corpus: a_count_keeps_its_colour_from_zoom_to_zoom,
    Corpus: no_tile_is_empty_and_every_tile_has_its_parent,
];
