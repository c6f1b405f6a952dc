//! Colours of two values apart, such as ascent and descent.

use super::rgb::{Rgb, mix};

/// Colour of two values at palette positions from 0 to 1, from the colours of the second alone, of neither, of the first
/// alone, and of both: the larger one says how strong the colour is, their ratio its hue.
pub fn apart_colour([second, neither, first, both]: [Rgb; 4], positions: [f32; 2]) -> Rgb {
    let [least, most] = [positions[0].min(positions[1]), positions[0].max(positions[1])];
    let alone = if positions[0] >= positions[1] { first } else { second };
    let hue = mix(alone, both, if most > 0.0 { least / most } else { 0.0 });
    mix(neither, hue, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_given_colours() {
        let colours = [[0, 0, 255], [120, 120, 120], [255, 80, 0], [200, 60, 240]];
        let ends = [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 1.0]].map(|positions| apart_colour(colours, positions));
        for (end, colour) in ends.iter().zip(colours) {
            assert!(end.iter().zip(colour).all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 1), "{end:?}, not {colour:?}");
        }
        assert_ne!(apart_colour(colours, [0.5, 0.5]), apart_colour(colours, [0.0, 0.0]), "both are not neither");
    }
}
