//! The table of named palettes.
//!
//! Stops are computed from perceptually uniform colour maps, cut where one visit has a contrast of 3:1 on the intended
//! base map, and resampled in equal OKLab steps: inferno, magma and viridis of matplotlib (CC0), cividis (CC0), kbc of
//! colorcet (CC-BY 4.0, Peter Kovesi and James A. Bednar), matter of cmocean (MIT, Kristen Thyng).
//!
//! Colours of classes are those of petroff10 (CC0, Matthew Petroff, arXiv 2107.02270), phase of cmocean (MIT, Kristen
//! Thyng) and turbo (Apache 2.0, Anton Mikhailov), at equal distances.

use super::level_code::LevelCode;
use super::rgb::Rgb;
use super::value_code::ValueCode;

/// Base map for which a palette is intended.
#[expect(missing_docs, reason = "the variant names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
    Any,
}

/// Purpose of a palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaletteKind {
    /// For heat and steps: from little to much.
    Sequential,
    /// For classes without order.
    Qualitative,
    /// For classes in a cycle: the last is as near to the first as to the one before.
    Cyclic,
    /// For classes in order.
    Ordered,
    /// For two values apart: colours of the second, of neither, of the first, and of both.
    Diverging,
}

impl PaletteKind {
    /// Returns true if palettes of this kind can colour a layer.
    pub fn suits(self, code: LevelCode) -> bool {
        match code {
            LevelCode::Class(_) => matches!(self, Self::Qualitative | Self::Cyclic | Self::Ordered),
            LevelCode::Value(ValueCode::Apart) => self == Self::Diverging,
            LevelCode::Heat(_) | LevelCode::Step(_) | LevelCode::Value(_) => self == Self::Sequential,
        }
    }
}

/// Row of the table, see [`Palette`](super::palette::Palette). The stops are equidistant from one visit to the hottest
/// pixel.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug)]
pub struct PaletteRow {
    pub name: &'static str,
    pub kind: PaletteKind,
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

/// petroff10: blue, amber, red, violet, cyan, orange, olive, gray.
const DISTINCT: &[u32] = &[0x3f90da, 0xffa90e, 0xbd1f01, 0x832db6, 0x92dadd, 0xe76300, 0xb9ac70, 0x94a4a2];

/// phase of cmocean, from blue: blue, teal, green, olive, amber, red, magenta, violet.
const CIRCLE: &[u32] = &[0x5584de, 0x19959e, 0x219a55, 0x88870e, 0xbd6926, 0xda4263, 0xd628c1, 0xa45af3];

/// turbo without its ends, from blue to red.
const RAINBOW: &[u32] = &[0x424bb5, 0x3e9bfe, 0x18dec0, 0x6dfe62, 0xcbed34, 0xfcb136, 0xf05b12, 0xb71d02];

/// All named palettes; the first is the default.
pub const PALETTES: &[PaletteRow] = &[
    PaletteRow {
        name: "ember",
        kind: PaletteKind::Sequential,
        title: "Ember",
        description: "glowing coals on a dark map: crimson, orange, pale gold",
        background: Background::Dark,
        partner: "plum",
        follows_curve: true,
        stops: &[0xb2325a, 0xc9404a, 0xde5538, 0xee6d25, 0xf78912, 0xfba714, 0xf9c835, 0xf4e765, 0xfcffa4],
    },
    PaletteRow {
        name: "orchid",
        kind: PaletteKind::Sequential,
        title: "Orchid",
        description: "violet and rose to ivory on a dark map",
        background: Background::Dark,
        partner: "aubergine",
        follows_curve: true,
        stops: &[0xab337c, 0xc63d73, 0xdf4d67, 0xf1655f, 0xfa8261, 0xfea170, 0xfec085, 0xfddea0, 0xfcfdbf],
    },
    PaletteRow {
        name: "ice",
        kind: PaletteKind::Sequential,
        title: "Ice",
        description: "electric blue to white ice on a dark map",
        background: Background::Dark,
        partner: "lagoon",
        follows_curve: true,
        stops: &[0x2d4afb, 0x2e66fd, 0x2c7ffe, 0x3298fd, 0x33b0fc, 0x2bc7fc, 0x3cdefa, 0x79f1f8, 0xb3fff6],
    },
    PaletteRow {
        name: "verdant",
        kind: PaletteKind::Sequential,
        title: "Verdant",
        description: "deep sea to spring green and yellow on a dark map",
        background: Background::Dark,
        partner: "juniper",
        follows_curve: true,
        stops: &[0x32688d, 0x297c8e, 0x22908c, 0x23a585, 0x38b779, 0x5fc863, 0x91d744, 0xc8e021, 0xfde725],
    },
    PaletteRow {
        name: "cividis",
        kind: PaletteKind::Sequential,
        title: "Cividis",
        description: "safe for colour blindness: slate to yellow on a dark map",
        background: Background::Dark,
        partner: "slate",
        follows_curve: true,
        stops: &[0x5e636f, 0x707173, 0x828078, 0x959078, 0xa99e72, 0xbeaf6b, 0xd4c15e, 0xead34c, 0xfee838],
    },
    PaletteRow {
        name: "plum",
        kind: PaletteKind::Sequential,
        title: "Plum",
        description: "coral to deep plum on a light map",
        background: Background::Light,
        partner: "ember",
        follows_curve: true,
        stops: &[0xe05e53, 0xd14856, 0xbf375b, 0xa92a60, 0x912063, 0x791b60, 0x5f1759, 0x47144d, 0x2f0f3e],
    },
    PaletteRow {
        name: "aubergine",
        kind: PaletteKind::Sequential,
        title: "Aubergine",
        description: "salmon to midnight on a light map",
        background: Background::Light,
        partner: "orchid",
        follows_curve: true,
        stops: &[0xe75563, 0xd1436f, 0xb83879, 0x9d2f7f, 0x822681, 0x681c80, 0x4f137a, 0x331067, 0x1a1042],
    },
    PaletteRow {
        name: "lagoon",
        kind: PaletteKind::Sequential,
        title: "Lagoon",
        description: "azure to midnight blue on a light map",
        background: Background::Light,
        partner: "ice",
        follows_curve: true,
        stops: &[0x2d85fe, 0x2e6afd, 0x2f4cfb, 0x2328f3, 0x0c11d6, 0x0b04b3, 0x0f018e, 0x05026c, 0x00014e],
    },
    PaletteRow {
        name: "juniper",
        kind: PaletteKind::Sequential,
        title: "Juniper",
        description: "sea green to violet on a light map",
        background: Background::Light,
        partner: "verdant",
        follows_curve: true,
        stops: &[0x1f988b, 0x24878e, 0x2a768e, 0x32658e, 0x3a538b, 0x424086, 0x472d7b, 0x481769, 0x440154],
    },
    PaletteRow {
        name: "slate",
        kind: PaletteKind::Sequential,
        title: "Slate",
        description: "safe for colour blindness: sand gray to navy on a light map",
        background: Background::Light,
        partner: "cividis",
        follows_curve: true,
        stops: &[0x8c8878, 0x797977, 0x686a71, 0x575d6d, 0x45506c, 0x31436d, 0x163770, 0x002c64, 0x00224e],
    },
    PaletteRow {
        name: "gray",
        kind: PaletteKind::Sequential,
        title: "Gray",
        description: "linear, for programs: brightness is 48 + 207 * (level - 16) / 239 at every zoom",
        background: Background::Dark,
        partner: "ink",
        follows_curve: false,
        stops: &[0x303030, 0xffffff],
    },
    PaletteRow {
        name: "ink",
        kind: PaletteKind::Sequential,
        title: "Ink",
        description: "linear, for programs: brightness is 207 - 207 * (level - 16) / 239 at every zoom",
        background: Background::Light,
        partner: "gray",
        follows_curve: false,
        stops: &[0xcfcfcf, 0x000000],
    },
    PaletteRow {
        name: "bright",
        kind: PaletteKind::Qualitative,
        title: "Bright",
        description: "eight distinct hues for sports, on a dark map",
        background: Background::Dark,
        partner: "bold",
        follows_curve: true,
        stops: DISTINCT,
    },
    PaletteRow {
        name: "bold",
        kind: PaletteKind::Qualitative,
        title: "Bold",
        description: "eight distinct hues for sports, on a light map",
        background: Background::Light,
        partner: "bright",
        follows_curve: true,
        stops: DISTINCT,
    },
    PaletteRow {
        name: "wheel",
        kind: PaletteKind::Cyclic,
        title: "Wheel",
        description: "a circle of hues for seasons and hours, on a dark map",
        background: Background::Dark,
        partner: "ring",
        follows_curve: true,
        stops: CIRCLE,
    },
    PaletteRow {
        name: "ring",
        kind: PaletteKind::Cyclic,
        title: "Ring",
        description: "a circle of hues for seasons and hours, on a light map",
        background: Background::Light,
        partner: "wheel",
        follows_curve: true,
        stops: CIRCLE,
    },
    PaletteRow {
        name: "spectrum",
        kind: PaletteKind::Ordered,
        title: "Spectrum",
        description: "blue to red for years, on a dark map",
        background: Background::Dark,
        partner: "prism",
        follows_curve: true,
        stops: RAINBOW,
    },
    PaletteRow {
        name: "prism",
        kind: PaletteKind::Ordered,
        title: "Prism",
        description: "blue to red for years, on a light map",
        background: Background::Light,
        partner: "spectrum",
        follows_curve: true,
        stops: RAINBOW,
    },
    PaletteRow {
        name: "ridge",
        kind: PaletteKind::Diverging,
        title: "Ridge",
        description: "orange up, blue down, violet both, gray neither, on a dark map",
        background: Background::Dark,
        partner: "fell",
        follows_curve: true,
        stops: &[0x3fa2ff, 0x6c6e76, 0xff8a2b, 0xe58bff],
    },
    PaletteRow {
        name: "fell",
        kind: PaletteKind::Diverging,
        title: "Fell",
        description: "brick up, blue down, violet both, gray neither, on a light map",
        background: Background::Light,
        partner: "ridge",
        follows_curve: true,
        stops: &[0x1c5bd0, 0x84868a, 0xb93a08, 0x7d1fb4],
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
        for row in PALETTES.iter().filter(|row| row.follows_curve && row.kind == PaletteKind::Sequential) {
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
            assert_eq!((partner.partner, partner.follows_curve, partner.kind), (row.name, row.follows_curve, row.kind));
            let backgrounds = [row.background, partner.background];
            assert!(
                backgrounds.contains(&Background::Dark) && backgrounds.contains(&Background::Light),
                "{}",
                row.name
            );
        }
    }
}
