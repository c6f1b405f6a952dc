//! The table of named palettes.
//!
//! Stops are computed from perceptually uniform colour maps, cut where one visit has a contrast of 3:1 on the intended
//! base map, and resampled in equal OKLab steps: inferno, magma and viridis of matplotlib (CC0), cividis (CC0), kbc of
//! colorcet (CC-BY 4.0, Peter Kovesi and James A. Bednar), matter of cmocean (MIT, Kristen Thyng).

use super::rgb::Rgb;

/// Base map for which a palette is intended.
#[expect(missing_docs, reason = "the variant names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
    Any,
}

/// Row of the table, see [`Palette`](super::palette::Palette). The stops are equidistant from one visit to the hottest
/// pixel.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug)]
pub struct PaletteRow {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub background: Background,
    pub follows_curve: bool,
    pub stops: &'static [Rgb],
}

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

/// All named palettes; the first is the default.
pub const PALETTES: &[PaletteRow] = &[
    PaletteRow {
        name: "ember",
        title: "Ember",
        description: "glowing coals on a dark map: crimson, orange, pale gold",
        background: Background::Dark,
        follows_curve: true,
        stops: &[
            rgb(0xb2325a),
            rgb(0xc9404a),
            rgb(0xde5538),
            rgb(0xee6d25),
            rgb(0xf78912),
            rgb(0xfba714),
            rgb(0xf9c835),
            rgb(0xf4e765),
            rgb(0xfcffa4),
        ],
    },
    PaletteRow {
        name: "orchid",
        title: "Orchid",
        description: "violet and rose to ivory on a dark map",
        background: Background::Dark,
        follows_curve: true,
        stops: &[
            rgb(0xab337c),
            rgb(0xc63d73),
            rgb(0xdf4d67),
            rgb(0xf1655f),
            rgb(0xfa8261),
            rgb(0xfea170),
            rgb(0xfec085),
            rgb(0xfddea0),
            rgb(0xfcfdbf),
        ],
    },
    PaletteRow {
        name: "ice",
        title: "Ice",
        description: "electric blue to white ice on a dark map",
        background: Background::Dark,
        follows_curve: true,
        stops: &[
            rgb(0x2d4afb),
            rgb(0x2e66fd),
            rgb(0x2c7ffe),
            rgb(0x3298fd),
            rgb(0x33b0fc),
            rgb(0x2bc7fc),
            rgb(0x3cdefa),
            rgb(0x79f1f8),
            rgb(0xb3fff6),
        ],
    },
    PaletteRow {
        name: "verdant",
        title: "Verdant",
        description: "deep sea to spring green and yellow on a dark map",
        background: Background::Dark,
        follows_curve: true,
        stops: &[
            rgb(0x32688d),
            rgb(0x297c8e),
            rgb(0x22908c),
            rgb(0x23a585),
            rgb(0x38b779),
            rgb(0x5fc863),
            rgb(0x91d744),
            rgb(0xc8e021),
            rgb(0xfde725),
        ],
    },
    PaletteRow {
        name: "cividis",
        title: "Cividis",
        description: "safe for colour blindness: slate to yellow on a dark map",
        background: Background::Dark,
        follows_curve: true,
        stops: &[
            rgb(0x5e636f),
            rgb(0x707173),
            rgb(0x828078),
            rgb(0x959078),
            rgb(0xa99e72),
            rgb(0xbeaf6b),
            rgb(0xd4c15e),
            rgb(0xead34c),
            rgb(0xfee838),
        ],
    },
    PaletteRow {
        name: "plum",
        title: "Plum",
        description: "coral to deep plum on a light map",
        background: Background::Light,
        follows_curve: true,
        stops: &[
            rgb(0xe05e53),
            rgb(0xd14856),
            rgb(0xbf375b),
            rgb(0xa92a60),
            rgb(0x912063),
            rgb(0x791b60),
            rgb(0x5f1759),
            rgb(0x47144d),
            rgb(0x2f0f3e),
        ],
    },
    PaletteRow {
        name: "aubergine",
        title: "Aubergine",
        description: "salmon to midnight on a light map",
        background: Background::Light,
        follows_curve: true,
        stops: &[
            rgb(0xe75563),
            rgb(0xd1436f),
            rgb(0xb83879),
            rgb(0x9d2f7f),
            rgb(0x822681),
            rgb(0x681c80),
            rgb(0x4f137a),
            rgb(0x331067),
            rgb(0x1a1042),
        ],
    },
    PaletteRow {
        name: "gray",
        title: "Gray",
        description: "linear, for programs: brightness is 48 + 207 * (level - 16) / 239 at every zoom",
        background: Background::Dark,
        follows_curve: false,
        stops: &[rgb(0x303030), rgb(0xffffff)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tone::rgb::contrast;

    #[test]
    fn names_are_unique_and_fit_file_names() {
        for (i, row) in PALETTES.iter().enumerate() {
            assert!(row.name.bytes().all(|c| c.is_ascii_lowercase()), "{}", row.name);
            assert!(PALETTES[..i].iter().all(|other| other.name != row.name), "{} twice", row.name);
            assert!(!row.title.is_empty() && !row.description.is_empty());
        }
    }

    #[test]
    fn a_single_visit_is_visible_on_the_map_it_is_made_for() {
        const MAPS: [(Background, Rgb); 2] = [(Background::Dark, rgb(0x121214)), (Background::Light, rgb(0xf2efe9))];
        for row in PALETTES.iter().filter(|row| row.follows_curve) {
            for (_, map) in MAPS.iter().filter(|(background, _)| *background == row.background) {
                assert!(contrast(row.stops[0], *map) >= 3.0, "{}", row.name);
                let steps: Vec<f32> = row.stops.iter().map(|&stop| contrast(stop, *map)).collect();
                assert!(steps.is_sorted(), "{} loses contrast on the way: {steps:?}", row.name);
            }
        }
        let made_for = |background| PALETTES.iter().filter(|row| row.background == background).count();
        assert!(made_for(Background::Dark) >= 3 && made_for(Background::Light) >= 2);
    }
}
