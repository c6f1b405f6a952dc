//! The line profile: heat as a function of the distance to a line, for every zoom.

use crate::engine::geometry::grid::{Grid, rows_around};

/// Zoom, half width and sigma in pixels of 256-pixel tiles. Between two rows both grow exponentially, by less than 1.3
/// per zoom, so that lines do not jump. A thin core with a wide falloff looks like a glow where many lines add up, a
/// wide core like a tube.
const WIDTHS: &[(u8, [f32; 2])] = &[
    (0, [0.18, 0.36]),
    (9, [0.20, 0.4145]),
    (13, [0.454, 1.182]),
    (14, [0.50, 1.45]),
    (16, [0.75, 2.40]),
    (18, [1.20, 4.00]),
    (20, [1.80, 6.40]),
];

/// Length of the falloff in sigmas.
const FALLOFF_SIGMAS: f32 = 5.0;

/// Subtracted from the heat of a line, which shortens its reach by an eighth of the falloff. A million visits of this
/// heat add up to 0.02, which no level shows.
pub const HEAT_CUTOFF: f32 = 2e-8;

/// Unit of positions along an edge, as a share of the falloff.
pub const FALLOFF_ALONG: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Share of the falloff at which the heat has fallen below [`HEAT_CUTOFF`]: `(1 - 0.88²)^12 = 1.7e-8`. Along a line, the
/// blur is cut off at the same share.
pub const FALLOFF_TO_CUTOFF: f32 = 0.88;

/// Line profile of a zoom: 1 within the half width, then a Gaussian-like falloff that reaches 0 smoothly.
///
/// The falloff at distance `u` from the half width is `(1 - (u / 5 sigma)²)^12`. It follows `exp(-u² / 2 sigma²)`
/// within 0.015, but has compact support and costs five multiplications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Pixels from the centre line to the start of the falloff.
    pub half_width: f32,
    /// Pixels from the half width to heat 0 by the formula, without the cutoff.
    pub falloff: f32,
}

impl Profile {
    /// Profile of a zoom; twice as many pixels wide on 512-pixel tiles.
    pub fn new(grid: Grid) -> Self {
        let (a, b, share) = rows_around(WIDTHS, grid.zoom);
        let [half_width, sigma] =
            std::array::from_fn(|i| a[i] * (b[i] / a[i]).powf(share) * (grid.tile_size / 256) as f32);
        Self { half_width, falloff: FALLOFF_SIGMAS * sigma }
    }

    /// Pixels from the centre line to heat 0.
    pub fn reach(self) -> f32 {
        self.half_width + FALLOFF_TO_CUTOFF * self.falloff
    }

    /// Unit in pixels of positions along an edge, for layers that add up edges.
    pub fn falloff_along(self) -> f32 {
        self.falloff * FALLOFF_ALONG
    }

    /// Pixels before the start and after the end of an edge in which its heat fades, for layers that add up edges.
    pub fn reach_along(self) -> f32 {
        FALLOFF_TO_CUTOFF * self.falloff_along()
    }

    /// Integral of the heat over all distances to both sides of a line, in pixels.
    pub fn integral_across(self) -> f64 {
        // Integral of (1 - u²)^12 from 0 to 1, by its recurrence over the exponent.
        let falloff: f64 = (1..=12).map(|n| 2.0 * f64::from(n) / (2.0 * f64::from(n) + 1.0)).product();
        2.0 * (f64::from(self.half_width) + falloff * f64::from(self.falloff))
    }

    /// Integral of the heat over the plane around a point, in pixels².
    pub fn integral_around(self) -> f64 {
        let (half_width, falloff) = (f64::from(self.half_width), f64::from(self.falloff));
        // The integral of u (1 - u²)^12 from 0 to 1 is 1/26; the area of a ring brings the factor 2 π.
        std::f64::consts::PI * (half_width * (self.integral_across() - half_width) + falloff * falloff / 13.0)
    }

    /// Heat at a distance in pixels.
    #[inline(always)]
    pub fn heat(self, distance: f32) -> f32 {
        let heat = Self::heat_beyond_half_width((distance - self.half_width) * (1.0 / self.falloff));
        if heat > 0.0 { heat } else { 0.0 }
    }

    /// Heat at a distance beyond the half width, in units of the falloff; a negative distance is within the half width.
    /// Beyond the reach the heat is not 0 but down to `-HEAT_CUTOFF`: callers drop negative heat. Plain multiplications
    /// and additions in a fixed order give equal bits on every machine.
    #[inline(always)]
    pub fn heat_beyond_half_width(distance: f32) -> f32 {
        let u = if distance > 0.0 { distance } else { 0.0 };
        let base = 1.0 - u * u;
        let base = if base > 0.0 { base } else { 0.0 };
        let base4 = (base * base) * (base * base);
        base4 * base4 * base4 - HEAT_CUTOFF
    }
}

/// Scale at which the blur adds up to 1 within [`FALLOFF_TO_CUTOFF`].
pub const BLUR_SCALE: f32 = 1.466_318_8;

/// Integral of the blur along a line, from 0 to `position` in units of [`Profile::falloff_along`]: -1/2 at
/// -[`FALLOFF_TO_CUTOFF`] and below, 1/2 at [`FALLOFF_TO_CUTOFF`] and above.
///
/// The blur is the kernel `(1 - t²)^6`, as soft as the falloff across a line, cut off where 0.0004 % of it are left, and
/// normalized. Its integral is an odd polynomial of degree 13. The ends are 1/2 within a millionth, so that the edges
/// of a straight line add up to 1.
#[inline(always)]
pub fn blur_integral(position: f32) -> f32 {
    let t = if position > -FALLOFF_TO_CUTOFF { position } else { -FALLOFF_TO_CUTOFF };
    let t = if t < FALLOFF_TO_CUTOFF { t } else { FALLOFF_TO_CUTOFF };
    let t2 = t * t;
    // t - 2 t³ + 3 t⁵ - 20/7 t⁷ + 5/3 t⁹ - 6/11 t¹¹ + 1/13 t¹³, scaled. The terms are added in pairs, which a processor
    // computes side by side.
    const SCALE: f32 = BLUR_SCALE;
    let (t4, t8) = (t2 * t2, (t2 * t2) * (t2 * t2));
    let low = (SCALE - SCALE * 2.0 * t2) + (SCALE * 3.0 - SCALE * 20.0 / 7.0 * t2) * t4;
    let high = (SCALE * 5.0 / 3.0 - SCALE * 6.0 / 11.0 * t2) + SCALE / 13.0 * t4;
    t * (low + high * t8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(tile_size: u32) -> Vec<Profile> {
        (0..=20).map(|zoom| Profile::new(Grid { zoom, tile_size })).collect()
    }

    #[test]
    fn widths_grow_with_zoom_and_double_on_512_pixel_tiles() {
        for pair in profiles(256).windows(2) {
            let growth = |f: fn(&Profile) -> f32| f(&pair[1]) / f(&pair[0]);
            for ratio in [growth(|p| p.half_width), growth(|p| p.falloff)] {
                assert!((1.0..=1.3).contains(&ratio), "{ratio} between {pair:?}");
            }
        }
        for (small, large) in profiles(256).iter().zip(profiles(512)) {
            assert_eq!(small.half_width * 2.0, large.half_width);
        }
        let z14 = profiles(256)[14];
        assert!((z14.half_width - 0.5).abs() < 1e-6 && (z14.falloff - 7.25).abs() < 1e-5);
    }

    #[test]
    fn heat_is_one_on_the_line_and_zero_at_the_reach() {
        for profile in profiles(256) {
            assert_eq!(profile.heat(0.0), 1.0);
            assert_eq!(profile.heat(0.99 * profile.half_width), 1.0);
            assert_eq!(profile.heat(profile.reach() * 1.0001), 0.0);
            assert_eq!(profile.heat(f32::INFINITY), 0.0);
            // Even for 10,000 visits, the last 18 % of the falloff are below the lowest level.
            assert!(10_000.0 * profile.heat(profile.half_width + 0.82 * profile.falloff) < 1.0 / 32.0);
        }
    }

    #[test]
    fn blur_integral_matches_the_midpoint_rule() {
        let ends = [-7.0, -1.0, -FALLOFF_TO_CUTOFF, FALLOFF_TO_CUTOFF, 7.0].map(blur_integral);
        assert_eq!(ends, [-ends[4], -ends[4], -ends[4], ends[4], ends[4]]);
        assert!((ends[4] - 0.5).abs() < 1e-6, "{}", ends[4]);
        assert_eq!(blur_integral(0.0), 0.0);
        // Midpoint rule.
        let blur = |t: f64| (1.0 - t * t).powi(6);
        let integral = |to: f64| {
            (0..10_000).map(|i| blur(-1.0 + (f64::from(i) + 0.5) * (to + 1.0) / 1e4)).sum::<f64>() * (to + 1.0)
        };
        for to in [-0.8, -0.3, 0.1, 0.55, 0.9] {
            let expected = integral(to) / integral(1.0) - 0.5;
            assert!((f64::from(blur_integral(to as f32)) - expected).abs() < 1e-5, "{to}");
        }
    }

    #[test]
    fn falloff_follows_a_gaussian() {
        let profile = profiles(256)[16];
        let sigma = profile.falloff / FALLOFF_SIGMAS;
        for i in 0..100 {
            let u = i as f32 / 20.0 * sigma;
            let gauss = (-0.5 * (u / sigma).powi(2)).exp();
            assert!((profile.heat(profile.half_width + u) - gauss).abs() < 0.015);
        }
    }
}
