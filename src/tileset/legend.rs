//! Legend of a zoom: what the colours of a layer mean, in its unit.

use serde_json::{Value, json};

use super::style::{PaletteRange, Style};
use super::ticks::{MIN_DISTANCE, Tick, spaced};
use super::value_legend::{UnitLegend, apart};
use crate::activity::calendar::date_of_day;
use crate::collection::{DayRange, Meaning};
use crate::engine::tone::class_colours::legend_colour;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgb;
use crate::engine::tone::value_code::ValueCode;
use crate::selection::moment::month_around;

/// Legend of a zoom of a style.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// Smallest number that is shown, if it is more than one.
    pub min: Option<f32>,
    /// Largest number of the zoom, for layers that count.
    pub max: Option<f32>,
    /// Dates or numbers at both ends of the palette.
    pub range: Option<[Value; 2]>,
    /// Dates or numbers at both ends of the steps, if the palette has others.
    pub steps: Option<[Value; 2]>,
    /// The legend in the other system of units, if it has another unit.
    pub other_unit: Option<UnitLegend>,
    /// Round values, ascending, at least 0.09 apart on the palette.
    pub ticks: Vec<Tick>,
    /// Names of the classes and the colours where they clearly lead.
    pub classes: Vec<(String, Rgb)>,
    /// Colours of the palette, in equal steps from its start to its end; empty for classes.
    pub colours: Vec<Rgb>,
}

/// Number of colours of the palette in a legend.
pub const LEGEND_COLOURS: usize = 24;

impl Legend {
    /// Legend of a curve and a style. One unit of heat is `per_unit` in the unit of the layer.
    pub fn new(meaning: &Meaning, curve: &Curve, style: &Style, per_unit: f64) -> Self {
        let palette = &style.palette;
        let days = if let Some(PaletteRange::Days(days)) = style.range { Some(days) } else { None };
        let numbers = |rounds| Self::of_numbers(curve, palette, per_unit, rounds);
        let legend = match meaning {
            Meaning::Number | Meaning::Classes(_) => numbers(round_numbers()),
            Meaning::Minutes => numbers(round_minutes()),
            Meaning::Days(range) => {
                let date = |day: i32| Value::from(date_of_day(day.into()));
                let (steps, days) = (days.map(|_| range.days().map(date)), days.unwrap_or(range.days()));
                Self { range: Some(days.map(date)), steps, ticks: date_ticks(*range, days), ..Self::default() }
            }
            Meaning::Values(range) => {
                let legend = UnitLegend::new(range, style, style.unit_system());
                let other = UnitLegend::new(range, style, style.unit_system().other());
                let classes = if range.code == ValueCode::Apart { apart(&legend, palette) } else { Vec::new() };
                let UnitLegend { unit, range, steps, ticks } = legend;
                Self {
                    steps: (steps != range).then_some(steps),
                    range: Some(range),
                    ticks: if classes.is_empty() { ticks } else { Vec::new() },
                    classes,
                    other_unit: (other.unit != unit).then_some(other),
                    ..Self::default()
                }
            }
        };
        match meaning {
            Meaning::Values(range) if range.code == ValueCode::Apart => legend,
            Meaning::Classes(names) => Self { classes: classes(names, palette, curve.code()), ..legend },
            _ => Self { colours: palette.ramp(curve, LEGEND_COLOURS), ..legend },
        }
    }

    /// Colour at a palette position, between those of the list.
    pub fn colour(&self, position: f32) -> Option<Rgb> {
        let last = self.colours.len().checked_sub(1)?;
        let place = position.clamp(0.0, 1.0) * last as f32;
        let (before, share) = (place as usize, place.fract());
        let (a, b) = (self.colours[before], self.colours[(before + 1).min(last)]);
        let mix = |channel: usize| f32::from(a[channel]) + share * (f32::from(b[channel]) - f32::from(a[channel]));
        Some(std::array::from_fn(|channel| mix(channel).round() as u8))
    }

    fn of_numbers(curve: &Curve, palette: &Palette, per_unit: f64, rounds: Vec<f64>) -> Self {
        let (min, max) = (curve.min_heat(), curve.max_heat());
        let (least, most) = (min.unwrap_or(1.0), max.unwrap_or(0.0));
        let in_heat = |number: f64| (number / per_unit) as f32;
        let ticks = rounds
            .into_iter()
            .skip_while(|number| in_heat(*number) < least)
            .take_while(|number| in_heat(*number) <= most)
            .map(|number| {
                let level = curve.code().heat_code().map_or(0, |code| code.encode(in_heat(number)));
                // JSON of whole numbers has no decimals.
                let value = if number < 1.0 { json!(significant(number)) } else { json!(number as u64) };
                Tick { value, position: palette.position(curve, level) }
            });
        let number = |heat: f32| (f64::from(heat) * per_unit) as f32;
        let min = min.filter(|min| *min > 1.0).map(number);
        Self { min, max: max.map(number), ticks: spaced(ticks), ..Self::default() }
    }
}

/// 1, 2 and 5 times powers of ten, ascending.
fn round_numbers() -> Vec<f64> {
    (0..9).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power))).collect()
}

/// Durations in minutes: round parts of seconds, round seconds, minutes and hours, ascending.
fn round_minutes() -> Vec<f64> {
    let seconds = (1..5).rev().flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit / 10f64.powi(power)));
    let seconds = seconds.chain([1.0, 2.0, 5.0, 10.0, 20.0, 30.0]).map(|seconds| seconds / 60.0);
    let hours = round_numbers().into_iter().map(|hours| 60.0 * hours);
    seconds.chain([1.0, 2.0, 5.0, 10.0, 20.0, 30.0]).chain(hours).collect()
}

/// First days of years, the newest first, then of months where there is room: few years, or the newest months. A month
/// needs more room than a year.
fn date_ticks(range: DayRange, [first, last]: [i32; 2]) -> Vec<Tick> {
    let [from, to] = [first, last].map(|day| range.position(day));
    let month_before = |day: &i32| Some(month_around(*day - 1)[0]);
    let firsts = std::iter::successors(Some(month_around(last)[0]), month_before).take_while(|day| *day >= first);
    let (years, months): (Vec<i32>, Vec<i32>) = firsts.partition(|day| date_of_day((*day).into()).ends_with("-01-01"));
    let mut ticks: Vec<Tick> = Vec::new();
    for (days, length, distance) in [(years, 4, MIN_DISTANCE), (months, 7, 1.8 * MIN_DISTANCE)] {
        for day in days {
            let position = ((range.position(day) - from) / (to - from).max(1e-3)).clamp(0.0, 1.0);
            if ticks.iter().all(|tick| (tick.position - position).abs() >= distance) {
                ticks.push(Tick { value: json!(date_of_day(day.into())[..length]), position });
            }
        }
    }
    ticks.sort_by(|a, b| a.position.total_cmp(&b.position));
    ticks
}

/// Names of classes with their colours in a legend.
pub fn classes(names: &[String], palette: &Palette, code: LevelCode) -> Vec<(String, Rgb)> {
    let colours = palette.class_colours(code).into_iter();
    names.iter().cloned().zip(colours.map(|base| legend_colour(base, palette.background))).collect()
}

/// Rounds to three decimals, or three significant digits of numbers below one.
pub(super) fn significant(value: f64) -> f64 {
    let unit = if value > 0.0 && value < 1.0 { 10f64.powi(2 - value.log10().floor() as i32) } else { 1000.0 };
    (value * unit).round() / unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;
    use crate::engine::tone::curve::Tone;
    use crate::engine::tone::histogram::Histogram;

    const CODE: LevelCode = LAYERS[0].code;

    fn curve(tone: Tone, max: f32) -> Curve {
        let mut histogram = Histogram::default();
        let max = CODE.heat_code().expect("visits").encode(max);
        (16..=max).for_each(|level| histogram.0[usize::from(level)] = 1000);
        Curve::new(CODE, tone, 10, &histogram)
    }

    fn style(palette: &str) -> Style {
        Style::new(&LAYERS[0], palette.parse().expect("a palette"))
    }

    #[test]
    fn ticks_are_round_ascending_and_spaced() {
        for name in ["ember", "gray"] {
            let Legend { ticks, .. } = Legend::new(&Meaning::Number, &curve(Tone::Balanced, 3000.0), &style(name), 1.0);
            assert_eq!((&ticks[0].value, ticks[0].position), (&json!(1), 0.0));
            assert!(ticks.windows(2).all(|pair| pair[1].position - pair[0].position >= 0.09));
            assert!(
                ticks.len() > 3 && ticks.iter().all(|tick| tick.value.as_f64() <= Some(3100.0)),
                "{name}: {ticks:?}"
            );
        }
    }

    #[test]
    fn ticks_of_gray_are_at_their_levels() {
        for Tick { value, position } in
            Legend::new(&Meaning::Number, &curve(Tone::Balanced, 41_000.0), &style("gray"), 1.0).ticks
        {
            let level = 16.0 + 12.0 * value.as_f64().expect("a number").log2();
            assert!((f64::from(position) - (level.round() - 16.0) / 239.0).abs() < 1e-6, "{value} visits");
        }
    }

    #[test]
    fn ticks_are_in_the_unit_of_the_layer() {
        let legend = Legend::new(&Meaning::Minutes, &curve(Tone::Balanced, 1000.0), &style("ember"), 0.004);
        let values: Vec<f64> = legend.ticks.iter().filter_map(|tick| tick.value.as_f64()).collect();
        assert_eq!((values[0], values.last()), (0.00833, Some(&2.0)), "half a second to two minutes: {values:?}");
        assert!(legend.max.is_some_and(|max| (3.8..4.2).contains(&max)), "{legend:?}");
    }

    #[test]
    fn the_top_has_ticks_from_its_threshold_on() {
        let legend = Legend::new(&Meaning::Number, &curve(Tone::TOP, 1000.0), &style("ember"), 1.0);
        let min = legend.min.expect("a threshold");
        assert!(min > 100.0 && legend.ticks.iter().all(|tick| tick.value.as_f64() >= Some(min.into())), "{legend:?}");
    }

    #[test]
    fn years_or_months_label_a_range_of_dates() {
        // 2015-06 to 2024-05.
        let range = DayRange::around([16_600, 19_860].into_iter()).expect("days");
        let ticks = date_ticks(range, range.days());
        let texts = |ticks: &[Tick]| -> Vec<String> {
            ticks.iter().filter_map(|tick| tick.value.as_str()).map(str::to_owned).collect()
        };
        assert_eq!(texts(&ticks), ["2017", "2019", "2021", "2022", "2023", "2024"]);
        // To the end of November 2025: the newest months are a third of the palette.
        let recent = DayRange::around([17_600, 20_400].into_iter()).expect("days");
        let newest = texts(&date_ticks(recent, recent.days()));
        assert!(newest.last().is_some_and(|month| month.starts_with("2025-")), "{newest:?}");
        let months = DayRange::around([19_600, 19_860].into_iter()).expect("days");
        let months = date_ticks(months, months.days());
        assert!(texts(&months).contains(&"2024".to_owned()) && months.len() > 3, "{months:?}");
        assert!(ticks.windows(2).all(|pair| pair[1].position - pair[0].position >= 0.0899), "{ticks:?}");
        // 2018 and 2019 alone.
        let two_years = date_ticks(range, [17_532, 18_261]);
        assert_eq!((texts(&two_years)[0].as_str(), two_years[0].position), ("2018", 0.0));
        assert!(texts(&two_years).contains(&"2019".to_owned()), "{two_years:?}");
    }
}
