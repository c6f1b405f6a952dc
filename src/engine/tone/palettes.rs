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
    /// Name of the palette for the other background.
    pub partner: &'static str,
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
        partner: "plum",
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
        partner: "aubergine",
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
        partner: "lagoon",
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
        partner: "juniper",
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
        partner: "slate",
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
        partner: "ember",
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
        partner: "orchid",
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
        name: "lagoon",
        title: "Lagoon",
        description: "azure to midnight blue on a light map",
        background: Background::Light,
        partner: "ice",
        follows_curve: true,
        stops: &[
            rgb(0x2d85fe),
            rgb(0x2e6afd),
            rgb(0x2f4cfb),
            rgb(0x2328f3),
            rgb(0x0c11d6),
            rgb(0x0b04b3),
            rgb(0x0f018e),
            rgb(0x05026c),
            rgb(0x00014e),
        ],
    },
    PaletteRow {
        name: "juniper",
        title: "Juniper",
        description: "sea green to violet on a light map",
        background: Background::Light,
        partner: "verdant",
        follows_curve: true,
        stops: &[
            rgb(0x1f988b),
            rgb(0x24878e),
            rgb(0x2a768e),
            rgb(0x32658e),
            rgb(0x3a538b),
            rgb(0x424086),
            rgb(0x472d7b),
            rgb(0x481769),
            rgb(0x440154),
        ],
    },
    PaletteRow {
        name: "slate",
        title: "Slate",
        description: "safe for colour blindness: sand gray to navy on a light map",
        background: Background::Light,
        partner: "cividis",
        follows_curve: true,
        stops: &[
            rgb(0x8c8878),
            rgb(0x797977),
            rgb(0x686a71),
            rgb(0x575d6d),
            rgb(0x45506c),
            rgb(0x31436d),
            rgb(0x163770),
            rgb(0x002c64),
            rgb(0x00224e),
        ],
    },
    PaletteRow {
        name: "gray",
        title: "Gray",
        description: "linear, for programs: brightness is 48 + 207 * (level - 16) / 239 at every zoom",
        background: Background::Dark,
        partner: "ink",
        follows_curve: false,
        stops: &[rgb(0x303030), rgb(0xffffff)],
    },
    PaletteRow {
        name: "ink",
        title: "Ink",
        description: "linear, for programs: brightness is 207 - 207 * (level - 16) / 239 at every zoom",
        background: Background::Light,
        partner: "gray",
        follows_curve: false,
        stops: &[rgb(0xcfcfcf), rgb(0x000000)],
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
    }

    #[test]
    fn partners_are_mutual_and_for_the_other_background() {
        for row in PALETTES {
            let partner = PALETTES.iter().find(|other| other.name == row.partner).expect(row.partner);
            assert_eq!((partner.partner, partner.follows_curve), (row.name, row.follows_curve));
            let backgrounds = [row.background, partner.background];
            assert!(
                backgrounds.contains(&Background::Dark) && backgrounds.contains(&Background::Light),
                "{}",
                row.name
            );
        }
    }
}
