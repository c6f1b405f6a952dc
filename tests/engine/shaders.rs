//! Validates the shaders without a GPU: every module is valid with the constants that Rust supplies, and its structs
//! have the memory layout of the Rust structs.

use std::mem::{offset_of, size_of};

use naga::back::pipeline_constants::process_overrides;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{Module, TypeInner};
use trailglow::engine::raster::gpu::frame::Frame;
use trailglow::engine::raster::gpu::layout::{Carry, Entry, Normalization, PlacedStrip, Stop, Strip, StripRange};
use trailglow::engine::raster::gpu::shaders::{Constant, SHADERS, Shader};
use trailglow::engine::raster::gpu::tuning::Tuning;
use wgpu::DeviceType;

fn parsed(source: &str) -> Result<(Module, ModuleInfo), String> {
    let module = naga::front::wgsl::parse_str(source).map_err(|error| error.emit_to_string(source))?;
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    let info = validator.validate(&module).map_err(|error| error.emit_to_string(source))?;
    Ok((module, info))
}

/// Fails if a module is invalid as written, or after its overrides are replaced by constants.
fn check_resolved(source: &str, constants: &[Constant]) -> Result<(), String> {
    let (module, info) = parsed(source)?;
    let constants = constants.iter().map(|&(name, value)| (name.to_owned(), value)).collect();
    for entry in &module.entry_points {
        let entry = Some((entry.stage, entry.name.as_str()));
        process_overrides(&module, &info, entry, &constants).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Overrides without a value that Rust does not supply, and supplied constants without an override.
fn unmatched(source: &str, constants: &[Constant]) -> Result<Vec<String>, String> {
    let (module, _) = parsed(source)?;
    let overrides = module.overrides.iter().filter(|(_, constant)| constant.init.is_none());
    let declared: Vec<&str> = overrides.filter_map(|(_, constant)| constant.name.as_deref()).collect();
    let given: Vec<&str> = constants.iter().map(|constant| constant.0).collect();
    let missing = declared.iter().filter(|name| !given.contains(name)).map(|name| format!("{name} is not given"));
    let unknown = given.iter().filter(|name| !declared.contains(name)).map(|name| format!("{name} is not declared"));
    Ok(missing.chain(unknown).collect())
}

fn tuning() -> Tuning {
    Tuning::for_device_type(DeviceType::Cpu)
}

fn shader(name: &str) -> &'static Shader {
    SHADERS.iter().find(|shader| shader.name == name).expect("a shader of this name")
}

/// Size of a struct and the offsets of its members.
type Layout = (u32, Vec<u32>);

fn layout(module: &Module, name: &str) -> Option<Layout> {
    module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name)).and_then(|(_, ty)| match &ty.inner {
        TypeInner::Struct { members, span } => Some((*span, members.iter().map(|member| member.offset).collect())),
        _ => None,
    })
}

macro_rules! rust_layout {
    ($ty:ident: $($field:ident),+) => {
        (size_of::<$ty>() as u32, vec![$(offset_of!($ty, $field) as u32),+])
    };
}

#[test]
fn every_module_is_valid() {
    for kind in [DeviceType::DiscreteGpu, DeviceType::Other, DeviceType::Cpu] {
        for shader in &SHADERS {
            let constants = shader.constants(Tuning::for_device_type(kind));
            let outcome = check_resolved(shader.source, &constants);
            assert_eq!(outcome, Ok(()), "{} on {kind:?}", shader.name);
        }
    }
}

#[test]
fn an_invalid_module_is_rejected() {
    assert!(parsed("fn f() -> u32 { return 1.5; }").is_err());
    let truncated = SHADERS[0].source.trim_end().trim_end_matches('}');
    assert!(parsed(truncated).is_err());
    let (levels, constants) = (shader("levels"), [("LEVEL_COUNT", 0.0)]);
    let outcome = check_resolved(levels.source, &constants);
    assert!(outcome.is_err(), "a workgroup without invocations is valid only until the override is resolved");
}

#[test]
fn overrides_and_constants_match() {
    for shader in &SHADERS {
        assert_eq!(unmatched(shader.source, &shader.constants(tuning())), Ok(vec![]), "{}", shader.name);
    }
}

#[test]
fn missing_and_unknown_overrides_are_reported() {
    for shader in &SHADERS {
        let given = shader.constants(tuning());
        if let Some((first, missing)) = given.split_first() {
            assert_eq!(unmatched(shader.source, missing), Ok(vec![format!("{} is not given", first.0)]));
        }
        let unknown = [&given[..], &[("FALLOFF_ACROSS", 1.0)]].concat();
        assert_eq!(unmatched(shader.source, &unknown), Ok(vec!["FALLOFF_ACROSS is not declared".to_owned()]));
        assert!(check_resolved(shader.source, &unknown).is_err());
    }
}

#[test]
fn struct_layouts_equal_those_in_rust() {
    let expected: [(&str, Layout); 8] = [
        (
            "Frame",
            rust_layout!(Frame: tile_size, atlas_tiles, shift_right, shift_left, half_width, falloff, reach, falloffs_per_pixel, along_per_pixel, unit_level, per_octave, max_level, quanta_per_unit, largest, channels, rank_mask, per_line, per_stay, range_start, range_end, value_kind),
        ),
        ("Strip", rust_layout!(Strip: first, len, activity, padding, min, max)),
        ("PlacedStrip", rust_layout!(PlacedStrip: strip, slot, start)),
        ("StripRange", rust_layout!(StripRange: slot, first, count, accumulate)),
        ("Carry", rust_layout!(Carry: slot, accumulate)),
        ("Stop", rust_layout!(Stop: colour, position, level)),
        (
            "Normalization",
            rust_layout!(Normalization: unit_level, per_octave, stop_count, follows_curve, rank, exponent, rank_octaves),
        ),
        ("Entry", rust_layout!(Entry: position, colour)),
    ];
    let modules: Vec<Module> = SHADERS.iter().map(|shader| parsed(shader.source).expect("valid").0).collect();
    for (name, expected) in expected {
        let found: Vec<Layout> = modules.iter().filter_map(|module| layout(module, name)).collect();
        assert!(!found.is_empty(), "no shader has {name}");
        assert!(found.iter().all(|found| *found == expected), "{name}: {found:?} in WGSL, {expected:?} in Rust");
    }
}

#[test]
fn a_swapped_field_changes_the_layout() {
    let source = "struct StripRange { a: u32, b: vec2<f32>, } @group(0) @binding(0) var<storage, read> ranges: array<StripRange>;";
    let found = layout(&parsed(source).expect("valid").0, "StripRange");
    assert_eq!(found, Some((16, vec![0, 8])));
    assert_ne!(found, Some(rust_layout!(StripRange: slot, first)));
}
