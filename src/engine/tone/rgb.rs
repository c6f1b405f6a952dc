//! Colour arithmetic: sRGB, OKLab mixing, contrast.

/// sRGB colour, 8 bits per channel.
pub type Rgb = [u8; 3];

/// sRGB colour with straight alpha.
pub type Rgba = [u8; 4];

fn light(rgb: Rgb) -> [f32; 3] {
    rgb.map(|channel| linear(f32::from(channel) / 255.0))
}

/// Linear light of an sRGB channel from 0 to 1 (IEC 61966-2-1).
fn linear(c: f32) -> f32 {
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

/// Inverse of [`linear`], clamped to 0 to 1.
fn companded(light: f32) -> f32 {
    let c = light.clamp(0.0, 1.0);
    if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
}

/// OKLab coordinates (Björn Ottosson, 2020): equal distances look equal.
pub(super) fn oklab(rgb: Rgb) -> [f32; 3] {
    let [r, g, b] = light(rgb);
    let l = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_993 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_84 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// Nearest colour of sRGB, by channel.
fn from_oklab(lab: [f32; 3]) -> Rgb {
    light_of_oklab(lab).map(|light| (255.0 * companded(light)).round() as u8)
}

/// Colour of a lightness and a hue with the given chroma, or the largest that sRGB has.
pub(super) fn within_gamut([lightness, a, b]: [f32; 3]) -> Rgb {
    let with_chroma = |share: f32| [lightness, a * share, b * share];
    let is_inside =
        |share: f32| light_of_oklab(with_chroma(share)).iter().all(|light| (-0.001..=1.001).contains(light));
    if is_inside(1.0) {
        return from_oklab([lightness, a, b]);
    }
    // The chroma is halved 10 times: an error below a thousandth.
    let (mut inside, mut outside) = (0.0, 1.0);
    for _ in 0..10 {
        let middle = (inside + outside) / 2.0;
        *(if is_inside(middle) { &mut inside } else { &mut outside }) = middle;
    }
    from_oklab(with_chroma(inside))
}

/// Linear light of OKLab coordinates; below 0 or above 1 outside of sRGB.
fn light_of_oklab([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

/// Mixes in OKLab, `t` from 0 (`a`) to 1 (`b`).
pub fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    let (a, b) = (oklab(a), oklab(b));
    from_oklab(std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t))
}

/// Mixes the sRGB bytes, `t` from 0 (`a`) to 1 (`b`).
pub fn mix_bytes(a: Rgb, b: Rgb, t: f32) -> Rgb {
    std::array::from_fn(|i| (f32::from(a[i]) + (f32::from(b[i]) - f32::from(a[i])) * t).round() as u8)
}

/// Contrast ratio of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(a: Rgb, b: Rgb) -> f32 {
    let luminance = |rgb: Rgb| {
        let [r, g, b] = light(rgb);
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (a, b) = (luminance(a), luminance(b));
    a.max(b) / a.min(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ends_of_a_mix_are_the_colours_themselves(a in any::<Rgb>(), b in any::<Rgb>()) {
            for mixed in [(mix(a, b, 0.0), a), (mix(a, b, 1.0), b)] {
                prop_assert!(mixed.0.iter().zip(mixed.1).all(|(x, y)| x.abs_diff(y) <= 1), "{mixed:?}");
            }
            prop_assert_eq!((mix_bytes(a, b, 0.0), mix_bytes(a, b, 1.0)), (a, b));
        }
    }

    #[test]
    fn black_and_white_are_21_to_1() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        assert_eq!(contrast([9, 99, 199], [9, 99, 199]), 1.0);
    }
}
