//! Palettes: parsing, and the colours of the levels of a zoom.

use std::cmp::Ordering;
use std::str::FromStr;

use super::apart_colours::apart_colour;
use super::class_colours::class_colour;
use super::curve::Curve;
use super::heat_code::LEVEL_COUNT;
use super::level_code::{LevelCode, LevelParts};
use super::palettes::{Background, PALETTES, PaletteKind, PaletteRow};
use super::rgb::{Rgb, Rgba, contrast, mix, mix_bytes};

/// A colour and its position on the curve.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    pub position: StopPosition,
    pub colour: Rgb,
}

/// Position of a [`Stop`] on the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StopPosition {
    /// Share of the way from one visit (0) to the hottest pixel of the zoom (1).
    Share(f32),
    /// Number of visits, at least 1.
    Heat(f32),
}

/// A palette, independent of any zoom: at least one stop, in the order in which the stops were written.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub name: String,
    pub title: String,
    pub kind: PaletteKind,
    pub background: Background,
    /// Name of the named palette for the other background; a palette of the user's own has none.
    pub partner: Option<&'static str>,
    /// True if positions follow the curve of the zoom and colours are mixed in OKLab; else positions are linear in the
    /// level and colours are mixed as bytes.
    pub follows_curve: bool,
    pub stops: Vec<Stop>,
}

impl From<&PaletteRow> for Palette {
    fn from(row: &PaletteRow) -> Self {
        let last = (row.stops.len() - 1).max(1) as f32;
        let stop = |(i, colour): (usize, Rgb)| Stop { position: StopPosition::Share(i as f32 / last), colour };
        Self {
            name: row.name.to_owned(),
            title: row.title.to_owned(),
            kind: row.kind,
            background: row.background,
            partner: Some(row.partner),
            follows_curve: row.follows_curve,
            stops: row.colours().enumerate().map(stop).collect(),
        }
    }
}

impl Palette {
    /// Colour with straight alpha of every level of a zoom.
    ///
    /// Below one visit, only alpha changes, which softens the edges. Transparent pixels have the colour of the edge,
    /// for clients that interpolate between pixels.
    pub fn entries(&self, curve: &Curve) -> [Rgba; LEVEL_COUNT] {
        let stops = self.stop_positions(curve);
        let classes = self.class_colours(curve.code());
        std::array::from_fn(|level| {
            let level = level as u8;
            let position = self.position(curve, level);
            let [r, g, b] = match curve.code().parts(level) {
                LevelParts::Class(parts) => {
                    let base = classes.get(usize::from(parts.class)).copied().unwrap_or([255; 3]);
                    class_colour(base, self.background, position, parts.clarity)
                }
                LevelParts::Apart(steps, _) => {
                    let colour = |stop: usize| self.stops.get(stop).map_or([255; 3], |stop| stop.colour);
                    apart_colour([0, 1, 2, 3].map(colour), curve.positions_apart(steps))
                }
                LevelParts::Heat(_) | LevelParts::Step(..) | LevelParts::Value(..) => self.colour(&stops, position),
            };
            [r, g, b, (255.0 * curve.opacity(level)).round() as u8]
        })
    }

    /// Base colour of each class of a code; none for codes without classes.
    pub fn class_colours(&self, code: LevelCode) -> Vec<Rgb> {
        let LevelCode::Class(code) = code else { return Vec::new() };
        let (classes, stops) = (usize::from(code.classes), self.stops.len());
        // Fewer classes than stops are as far apart as possible, in a cycle or from end to end.
        let stop = |class: usize| match self.kind {
            PaletteKind::Cyclic => class * stops / classes,
            PaletteKind::Ordered | PaletteKind::Sequential | PaletteKind::Diverging => {
                class * (stops - 1) / (classes - 1).max(1)
            }
            PaletteKind::Qualitative => class % stops,
        };
        (0..classes).map(|class| self.stops[stop(class)].colour).collect()
    }

    /// Row of the palette for the other background.
    pub fn partner_row(&self) -> Option<&'static PaletteRow> {
        PALETTES.iter().find(|row| Some(row.name) == self.partner)
    }

    /// `count` colours at equal distances along the palette at a zoom, for a legend.
    pub fn ramp(&self, curve: &Curve, count: usize) -> Vec<Rgb> {
        let stops = self.stop_positions(curve);
        (0..count).map(|i| self.colour(&stops, i as f32 / (count.max(2) - 1) as f32)).collect()
    }

    /// Palette position of a level at a zoom, 0 to 1.
    pub fn position(&self, curve: &Curve, level: u8) -> f32 {
        if self.follows_curve {
            return curve.position(level);
        }
        let Some(code) = curve.code().heat_code() else { return curve.position(level) };
        let unit = f32::from(code.unit_level);
        (f32::from(level) - unit).max(0.0) / (255.0 - unit)
    }

    /// Positions of the stops at a zoom, raised where necessary so that they ascend.
    fn stop_positions(&self, curve: &Curve) -> Vec<(f32, Rgb)> {
        let mut highest = 0f32;
        let position = |&Stop { position, colour }: &Stop| {
            highest = highest.max(match position {
                StopPosition::Share(share) => share,
                StopPosition::Heat(heat) => match curve.code().heat_code() {
                    Some(code) => self.position(curve, code.encode(heat)),
                    None => 0.0,
                },
            });
            (highest, colour)
        };
        self.stops.iter().map(position).collect()
    }

    fn colour(&self, stops: &[(f32, Rgb)], position: f32) -> Rgb {
        let after = stops.partition_point(|&(place, _)| place <= position);
        match (after.checked_sub(1).map(|before| stops[before]), stops.get(after)) {
            (Some((p0, a)), Some(&(p1, b))) => {
                let t = (position - p0) / (p1 - p0);
                if self.follows_curve { mix(a, b, t) } else { mix_bytes(a, b, t) }
            }
            (Some((_, colour)), None) | (None, Some(&(_, colour))) => colour,
            (None, None) => [255; 3],
        }
    }
}

/// Parses the name of a table row, or stops such as `1:#932667,50%:#f37819,100%:#fcffa4`, optionally with a name:
/// `mine=1:#f00`. The position of a stop is a number of visits or a percentage of the way to the hottest pixel of the
/// zoom.
impl FromStr for Palette {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(row) = PALETTES.iter().find(|row| row.name == text) {
            return Ok(row.into());
        }
        if !text.contains(':') {
            let names: Vec<&str> = PALETTES.iter().map(|row| row.name).collect();
            return Err(format!("unknown palette '{text}'; choose one of {}", names.join(", ")));
        }
        let (name, stops) = text.split_once('=').unwrap_or(("custom", text));
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_allowed) || PALETTES.iter().any(|row| row.name == name) {
            return Err(format!(
                "'{name}' is no name for a custom palette; use letters, digits and _, and not the name of a built-in palette"
            ));
        }
        let stops = stops.split(',').map(parse_stop).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            title: name.to_owned(),
            kind: PaletteKind::Sequential,
            background: background_of(&stops),
            partner: None,
            follows_curve: true,
            stops,
        })
    }
}

/// Background on which the palette gains contrast from the first to the last stop.
fn background_of(stops: &[Stop]) -> Background {
    let brightness = |stop: Option<&Stop>| stop.map_or(0.0, |stop| contrast(stop.colour, [0; 3]));
    match brightness(stops.last()).total_cmp(&brightness(stops.first())) {
        Ordering::Greater => Background::Dark,
        Ordering::Less => Background::Light,
        Ordering::Equal => Background::Any,
    }
}

fn parse_stop(text: &str) -> Result<Stop, String> {
    let error = |fault: &str| format!("'{text}' is not a palette stop: {fault}; write 5:#ff8800 or 50%:#ff8800");
    let (position, colour) = text.trim().split_once(':').ok_or_else(|| error("the colon is missing"))?;
    let number = position.strip_suffix('%').unwrap_or(position);
    let number: f32 = number.parse().map_err(|_| error("the position is not a number"))?;
    let position =
        if position.ends_with('%') { StopPosition::Share(number / 100.0) } else { StopPosition::Heat(number) };
    let in_range = match position {
        StopPosition::Share(share) => (0.0..=1.0).contains(&share),
        StopPosition::Heat(heat) => heat >= 1.0 && heat.is_finite(),
    };
    if !in_range {
        return Err(error("the position must be at least 1 visit, or 0% to 100%"));
    }
    Ok(Stop { position, colour: parse_hex(colour).ok_or_else(|| error("the colour must be #rrggbb"))? })
}

fn parse_hex(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    if !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        6 => Some([(value >> 16) as u8, (value >> 8) as u8, value as u8]),
        3 => Some([value >> 8, value >> 4, value].map(|digit| (digit & 15) as u8 * 17)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;
    use crate::engine::tone::curve::Tone;
    use crate::engine::tone::histogram::Histogram;

    const CODE: LevelCode = LAYERS[0].code;

    fn curve(max: u8) -> Curve {
        let mut histogram = Histogram::default();
        histogram.0[16..=usize::from(max)].fill(100);
        Curve::new(CODE, Tone::Balanced, 10, &histogram)
    }

    #[test]
    fn one_visit_has_the_same_colour_at_every_zoom() {
        for row in PALETTES.iter().filter(|row| row.kind == PaletteKind::Sequential) {
            let palette = Palette::from(row);
            let [r, g, b] = palette.stops[0].colour;
            let one = [r, g, b, 255];
            for max in [16, 40, 120, 250] {
                let entry = palette.entries(&curve(max))[16];
                assert!(entry.iter().zip(one).all(|(a, b)| a.abs_diff(b) <= 1), "{}: {entry:?}", row.name);
            }
        }
    }

    #[test]
    fn edges_fade_and_level_0_is_transparent() {
        let entries = Palette::from(&PALETTES[0]).entries(&curve(100));
        assert_eq!((entries[0][3], entries[8][3], entries[16][3], entries[255][3]), (0, 128, 255, 255));
        assert_eq!(entries[0][..3], entries[16][..3], "no dark fringe");
    }

    #[test]
    fn stops_at_visits_stay_there_and_shares_follow_the_zoom() {
        let palette: Palette = "1:#ff0000,5:#00ff00,100%:#0000ff".parse().expect("stops");
        for max in [60, 120] {
            let curve = curve(max);
            let entries = palette.entries(&curve);
            let five = usize::from(CODE.heat_code().expect("visits").encode(5.0));
            assert!(entries[16][0] >= 254 && entries[five][1] >= 254 && entries[255][2] >= 254);
        }
    }

    #[test]
    fn palettes_gain_contrast_on_their_background() {
        for (stops, background) in [
            ("1:#932667,50%:#f37819,100%:#fcffa4", Background::Dark),
            ("1:#fff,100%:#000", Background::Light),
            ("1:#f80", Background::Any),
        ] {
            assert_eq!(stops.parse::<Palette>().map(|palette| palette.background), Ok(background), "{stops}");
        }
        for row in PALETTES.iter().filter(|row| row.kind == PaletteKind::Sequential) {
            assert_eq!(background_of(&Palette::from(row).stops), row.background, "{}", row.name);
        }
    }

    #[test]
    fn malformed_palettes_are_explained() {
        for (text, reason) in [
            ("embers", "choose one of ember, orchid"),
            ("1:#ff", "must be #rrggbb"),
            ("x:#ff0000", "not a number"),
            ("101%:#ff0000", "or 0% to 100%"),
            ("0:#ff0000", "at least 1 visit"),
            ("ember=1:#f00", "is no name"),
            ("../up=1:#f00", "is no name"),
            ("1:#f00,", "colon is missing"),
            ("NaN:#f00", "at least 1 visit"),
            ("1:#+12345", "must be #rrggbb"),
        ] {
            let message = text.parse::<Palette>().expect_err(text);
            assert!(message.contains(reason), "{text}: {message}");
        }
        assert_eq!("mine=1:#f80".parse::<Palette>().map(|palette| palette.name), Ok("mine".to_owned()));
    }

    #[test]
    fn gray_and_ink_are_linear_in_the_level() {
        for (name, first, change) in [("gray", 48.0, 207.0), ("ink", 207.0, -207.0)] {
            let entries = name.parse::<Palette>().expect(name).entries(&curve(50));
            for (level, entry) in entries.iter().enumerate().skip(16) {
                let expected: f32 = first + change * (level as f32 - 16.0) / 239.0;
                assert_eq!(f32::from(entry[0]), expected.round(), "{name}, level {level}");
            }
        }
    }
}
