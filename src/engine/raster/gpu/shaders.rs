//! The sources of the shaders, and the Rust constants that the shaders take as WGSL overrides.

use super::tuning::{COLOUR_INVOCATIONS, Tuning};
use crate::engine::geometry::grid::LATTICE_STEPS;
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::raster::profile::{FALLOFF_ALONG, HEAT_CUTOFF};
use crate::engine::tone::curve::{LEAST_TOP, RANK, TOP_ONE_IN};
use crate::engine::tone::heat_code::LEVEL_COUNT;

/// Name and value of a WGSL override.
pub type Constant = (&'static str, f64);

/// A file of `shaders/` with an entry point of the same name.
pub struct Shader {
    /// Name of the file and of the entry point.
    pub name: &'static str,
    /// The shared pieces that the file needs, and the file.
    pub source: &'static str,
    constants: fn(Tuning) -> Vec<Constant>,
}

impl Shader {
    /// The value of every override that the source declares without one.
    pub fn constants(&self, tuning: Tuning) -> Vec<Constant> {
        (self.constants)(tuning)
    }
}

/// Joins the files of `shaders/` that one module needs.
macro_rules! wgsl {
    ($($piece:literal),+) => { concat!($(include_str!(concat!("../../../../shaders/", $piece, ".wgsl"))),+) };
}

/// Pairs the name of each Rust constant with its value: an override is called like the constant that it repeats.
macro_rules! constants {
    ($($name:ident),+) => { [$((stringify!($name), $name as f64)),+] };
}

/// Overrides of `strip.wgsl`.
const STRIP: [Constant; 2] = constants!(STRIP_EDGES, LATTICE_STEPS);

/// Overrides of `profile.wgsl`.
const PROFILE: [Constant; 2] = constants!(HEAT_CUTOFF, FALLOFF_ALONG);

/// Overrides of `visit.wgsl`, which depend on the adapter.
fn workgroup(tuning: Tuning) -> [Constant; 2] {
    let [across, down] = tuning.invocations.map(f64::from);
    [("invocations_across", across), ("invocations_down", down)]
}

/// Visits into the atlas.
pub const VISIT: Shader = Shader {
    name: "visit",
    source: wgsl!("frame", "strip", "profile", "visit"),
    constants: |tuning| [STRIP, PROFILE, workgroup(tuning)].concat(),
};

/// Passes into the atlas; its vertex entry is `quad`.
pub const SPLAT: Shader = Shader {
    name: "splat",
    source: wgsl!("frame", "strip", "profile", "splat"),
    constants: |_| [STRIP, PROFILE].concat(),
};

/// The atlas into levels and histograms.
pub const LEVELS: Shader =
    Shader { name: "levels", source: wgsl!("frame", "levels"), constants: |_| constants!(LEVEL_COUNT).into() };

/// The histogram of a zoom into the curve and the colours of its levels.
pub const NORMALIZE: Shader = Shader {
    name: "normalize",
    source: wgsl!("normalize"),
    constants: |_| constants!(LEVEL_COUNT, RANK, LEAST_TOP, TOP_ONE_IN).into(),
};

/// Levels into colours.
pub const COLOUR: Shader =
    Shader { name: "colour", source: wgsl!("colour"), constants: |_| constants!(COLOUR_INVOCATIONS).into() };

/// Every shader that a device compiles.
pub const SHADERS: [Shader; 5] = [VISIT, SPLAT, LEVELS, NORMALIZE, COLOUR];
