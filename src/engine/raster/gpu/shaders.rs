//! Sources of the shaders, and the Rust constants that replace their WGSL overrides.

use super::tuning::{CARRY_INVOCATIONS, COLOUR_INVOCATIONS, Tuning};
use crate::engine::geometry::grid::LATTICE_STEPS;
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::quantum::{DIGIT_BITS, PLANE_BITS};
use crate::engine::raster::FAINT_HEAT;
use crate::engine::raster::profile::{BLUR_SCALE, FALLOFF_ALONG, FALLOFF_TO_CUTOFF, HEAT_CUTOFF};
use crate::engine::tone::class_code::CLARITIES;
use crate::engine::tone::curve::{LEAST_TOP, TOP_ONE_IN};
use crate::engine::tone::heat_code::LEVEL_COUNT;
use crate::engine::tone::step_code::{FIRM_PRESENCE, PRESENCES, RANK_BITS, STEPS, WHOLE_PRESENCE};
use crate::engine::tone::value_code::APART_STEPS;

/// Name and value of a WGSL override.
pub type Constant = (&'static str, f64);

/// A WGSL module with an entry point of the same name.
#[expect(missing_docs, reason = "the field names say it")]
pub struct Shader {
    pub name: &'static str,
    pub source: &'static str,
    constants: fn(Tuning) -> Vec<Constant>,
}

impl Shader {
    /// Values of all overrides that the source declares without default.
    pub fn constants(&self, tuning: Tuning) -> Vec<Constant> {
        (self.constants)(tuning)
    }
}

/// Concatenates files of `shaders/`.
macro_rules! wgsl {
    ($($piece:literal),+) => { concat!($(include_str!(concat!("../../../../shaders/", $piece, ".wgsl"))),+) };
}

/// Shader of visits for means of a quantity with a number of values.
macro_rules! means_visit {
    ($values:literal) => {
        concat!(
            "const VALUES = ",
            $values,
            "u;\n",
            wgsl!("frame", "strip", "profile", "distances", "quantum", "means", "visit")
        )
    };
}

/// Names and values of Rust constants: an override has the name of its constant.
macro_rules! constants {
    ($($name:ident),+) => { [$((stringify!($name), $name as f64)),+] };
}

const STRIP: [Constant; 2] = constants!(STRIP_EDGES, LATTICE_STEPS);

const PROFILE: [Constant; 4] = constants!(HEAT_CUTOFF, FALLOFF_ALONG, FALLOFF_TO_CUTOFF, BLUR_SCALE);

const QUANTUM: [Constant; 1] = constants!(PLANE_BITS);

const STEP_STORE: [Constant; 3] = constants!(RANK_BITS, WHOLE_PRESENCE, FIRM_PRESENCE);

/// Overrides of `visit.wgsl`, which depend on the adapter.
fn workgroup(tuning: Tuning) -> [Constant; 2] {
    let [across, down] = tuning.invocations.map(f64::from);
    [("invocations_across", across), ("invocations_down", down)]
}

/// Draws visits (`Nearest` layers) into the atlas.
pub const VISIT: Shader = Shader {
    name: "visit",
    source: wgsl!("frame", "strip", "profile", "distances", "quantum", "sum_store", "accumulator", "visit"),
    constants: |tuning| [&STRIP[..], &PROFILE, &QUANTUM, &workgroup(tuning)].concat(),
};

/// Draws visits into the atlas as maxima.
pub const STEP_VISIT: Shader = Shader {
    name: "visit",
    source: wgsl!("frame", "strip", "profile", "distances", "step_store", "accumulator", "visit"),
    constants: |tuning| [&STRIP[..], &PROFILE, &STEP_STORE, &workgroup(tuning)].concat(),
};

/// Draws means of a quantity with one value (`Mean` layers) into the atlas.
pub const VALUE_VISIT: Shader = Shader { name: "visit", source: means_visit!(1), constants: mean_constants };

/// Draws means of a quantity with two values.
pub const TWO_VALUES_VISIT: Shader = Shader { name: "visit", source: means_visit!(2), constants: mean_constants };

fn mean_constants(tuning: Tuning) -> Vec<Constant> {
    [&STRIP[..], &PROFILE, &QUANTUM, &constants!(FAINT_HEAT), &workgroup(tuning)].concat()
}

/// Blends the digits of passes (`Integral` layers); the vertex entry point is `quad`.
pub const SPLAT: Shader = Shader {
    name: "splat",
    source: wgsl!("frame", "strip", "profile", "length_unit", "splat"),
    constants: |_| [&STRIP[..], &PROFILE, &constants!(DIGIT_BITS)].concat(),
};

/// Blends the digits of times; the vertex entry point is `quad`.
pub const TIME_SPLAT: Shader = Shader {
    name: "splat",
    source: wgsl!("frame", "strip", "profile", "time_unit", "splat"),
    constants: |_| [&STRIP[..], &PROFILE, &constants!(DIGIT_BITS)].concat(),
};

/// Clears the digits of slots; the vertex entry point is `square`.
pub const CLEAR: Shader = Shader { name: "clear", source: wgsl!("frame", "clear"), constants: |_| vec![] };

/// Adds blended digits to the sums of the atlas.
pub const CARRY: Shader = Shader {
    name: "carry",
    source: wgsl!("frame", "quantum", "digits", "carry"),
    constants: |_| [&QUANTUM[..], &constants!(DIGIT_BITS, CARRY_INVOCATIONS)].concat(),
};

/// Encodes the sums of the atlas as levels and counts the levels.
pub const LEVELS: Shader = Shader {
    name: "levels",
    source: wgsl!("frame", "quantum", "heat_code", "histogram", "levels"),
    constants: |_| [&QUANTUM[..], &constants!(LEVEL_COUNT)].concat(),
};

/// Encodes sums by class.
pub const CLASS_LEVELS: Shader = Shader {
    name: "class_levels",
    source: wgsl!("frame", "quantum", "heat_code", "class_code", "histogram", "class_levels"),
    constants: |_| [&QUANTUM[..], &constants!(CLARITIES, LEVEL_COUNT)].concat(),
};

/// Encodes maxima.
pub const STEP_LEVELS: Shader = Shader {
    name: "step_levels",
    source: wgsl!("frame", "step_store", "step_code", "histogram", "step_levels"),
    constants: |_| [&STEP_STORE[..], &constants!(STEPS, PRESENCES, LEVEL_COUNT)].concat(),
};

/// Encodes means.
pub const VALUE_LEVELS: Shader = Shader {
    name: "value_levels",
    source: wgsl!("frame", "quantum", "value_code", "histogram", "value_levels"),
    constants: |_| [&QUANTUM[..], &constants!(STEPS, PRESENCES, APART_STEPS, LEVEL_COUNT)].concat(),
};

/// Encodes the sums of passes with their last digits.
pub const PASS_LEVELS: Shader = Shader {
    name: "pass_levels",
    source: wgsl!("frame", "quantum", "digits", "heat_code", "histogram", "pass_levels"),
    constants: |_| [&QUANTUM[..], &constants!(DIGIT_BITS, LEVEL_COUNT)].concat(),
};

/// Turns the histogram of a zoom into positions and colours of its levels.
pub const NORMALIZE: Shader = Shader {
    name: "normalize",
    source: wgsl!("normalize"),
    constants: |_| constants!(LEVEL_COUNT, LEAST_TOP, TOP_ONE_IN).into(),
};

/// Colours levels.
pub const COLOUR: Shader =
    Shader { name: "colour", source: wgsl!("colour"), constants: |_| constants!(COLOUR_INVOCATIONS).into() };

/// All shaders.
pub const SHADERS: [Shader; 15] = [
    VISIT,
    STEP_VISIT,
    VALUE_VISIT,
    TWO_VALUES_VISIT,
    CLEAR,
    SPLAT,
    TIME_SPLAT,
    CARRY,
    LEVELS,
    CLASS_LEVELS,
    STEP_LEVELS,
    VALUE_LEVELS,
    PASS_LEVELS,
    NORMALIZE,
    COLOUR,
];
