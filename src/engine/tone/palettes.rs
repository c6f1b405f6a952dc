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
    /// Colours as `0xrrggbb`.
    pub stops: &'static [u32],
}

impl PaletteRow {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn colours(&self) -> impl Iterator<Item = Rgb> {
        self.stops.iter().map(|hex| rgb(*hex))
    }
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
        stops: &[0xb2325a, 0xc9404a, 0xde5538, 0xee6d25, 0xf78912, 0xfba714, 0xf9c835, 0xf4e765, 0xfcffa4],
    },
    PaletteRow {
        name: "orchid",
        title: "Orchid",
        description: "violet and rose to ivory on a dark map",
        background: Background::Dark,
        partner: "aubergine",
        follows_curve: true,
        stops: &[0xab337c, 0xc63d73, 0xdf4d67, 0xf1655f, 0xfa8261, 0xfea170, 0xfec085, 0xfddea0, 0xfcfdbf],
    },
    PaletteRow {
        name: "ice",
        title: "Ice",
        description: "electric blue to white ice on a dark map",
        background: Background::Dark,
        partner: "lagoon",
        follows_curve: true,
        stops: &[0x2d4afb, 0x2e66fd, 0x2c7ffe, 0x3298fd, 0x33b0fc, 0x2bc7fc, 0x3cdefa, 0x79f1f8, 0xb3fff6],
    },
    PaletteRow {
        name: "verdant",
        title: "Verdant",
        description: "deep sea to spring green and yellow on a dark map",
        background: Background::Dark,
        partner: "juniper",
        follows_curve: true,
        stops: &[0x32688d, 0x297c8e, 0x22908c, 0x23a585, 0x38b779, 0x5fc863, 0x91d744, 0xc8e021, 0xfde725],
    },
    PaletteRow {
        name: "cividis",
        title: "Cividis",
        description: "safe for colour blindness: slate to yellow on a dark map",
        background: Background::Dark,
        partner: "slate",
        follows_curve: true,
        stops: &[0x5e636f, 0x707173, 0x828078, 0x959078, 0xa99e72, 0xbeaf6b, 0xd4c15e, 0xead34c, 0xfee838],
    },
    PaletteRow {
        name: "plum",
        title: "Plum",
        description: "coral to deep plum on a light map",
        background: Background::Light,
        partner: "ember",
        follows_curve: true,
        stops: &[0xe05e53, 0xd14856, 0xbf375b, 0xa92a60, 0x912063, 0x791b60, 0x5f1759, 0x47144d, 0x2f0f3e],
    },
    PaletteRow {
        name: "aubergine",
        title: "Aubergine",
        description: "salmon to midnight on a light map",
        background: Background::Light,
        partner: "orchid",
        follows_curve: true,
        stops: &[0xe75563, 0xd1436f, 0xb83879, 0x9d2f7f, 0x822681, 0x681c80, 0x4f137a, 0x331067, 0x1a1042],
    },
    PaletteRow {
        name: "lagoon",
        title: "Lagoon",
        description: "azure to midnight blue on a light map",
        background: Background::Light,
        partner: "ice",
        follows_curve: true,
        stops: &[0x2d85fe, 0x2e6afd, 0x2f4cfb, 0x2328f3, 0x0c11d6, 0x0b04b3, 0x0f018e, 0x05026c, 0x00014e],
    },
    PaletteRow {
        name: "juniper",
        title: "Juniper",
        description: "sea green to violet on a light map",
        background: Background::Light,
        partner: "verdant",
        follows_curve: true,
        stops: &[0x1f988b, 0x24878e, 0x2a768e, 0x32658e, 0x3a538b, 0x424086, 0x472d7b, 0x481769, 0x440154],
    },
    PaletteRow {
        name: "slate",
        title: "Slate",
        description: "safe for colour blindness: sand gray to navy on a light map",
        background: Background::Light,
        partner: "cividis",
        follows_curve: true,
        stops: &[0x8c8878, 0x797977, 0x686a71, 0x575d6d, 0x45506c, 0x31436d, 0x163770, 0x002c64, 0x00224e],
    },
    PaletteRow {
        name: "gray",
        title: "Gray",
        description: "linear, for programs: brightness is 48 + 207 * (level - 16) / 239 at every zoom",
        background: Background::Dark,
        partner: "ink",
        follows_curve: false,
        stops: &[0x303030, 0xffffff],
    },
    PaletteRow {
        name: "ink",
        title: "Ink",
        description: "linear, for programs: brightness is 207 - 207 * (level - 16) / 239 at every zoom",
        background: Background::Light,
        partner: "gray",
        follows_curve: false,
        stops: &[0xcfcfcf, 0x000000],
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
                assert!(contrast(rgb(row.stops[0]), *map) >= 3.0, "{}", row.name);
                let steps: Vec<f32> = row.colours().map(|stop| contrast(stop, *map)).collect();
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
