//! The shaders, checked without a GPU: each module is valid, and its structs lie in memory as those in Rust do.

use std::mem::{offset_of, size_of};

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{Module, TypeInner};
use trailglow::engine::raster::gpu::frame::Frame;
use trailglow::engine::raster::gpu::layout::{Job, Normalization, Ref, Stop, Strip};
use trailglow::engine::raster::gpu::pipeline::MODULES;

fn parsed(source: &str) -> Result<Module, String> {
    let module = naga::front::wgsl::parse_str(source).map_err(|error| error.emit_to_string(source))?;
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    validator.validate(&module).map_err(|error| error.emit_to_string(source))?;
    Ok(module)
}

/// A struct's size and the offsets of its members.
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
    assert!(!MODULES.is_empty());
    let failures: Vec<String> =
        MODULES.iter().filter_map(|(name, source)| Some(format!("{name}: {}", parsed(source).err()?))).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn an_invalid_module_is_found_out() {
    assert!(parsed("fn f() -> u32 { return 1.5; }").is_err());
    let truncated = MODULES[0].1.trim_end().trim_end_matches('}');
    assert!(parsed(truncated).is_err());
}

#[test]
fn structs_lie_in_memory_as_in_rust() {
    let expected: [(&str, Layout); 6] = [
        (
            "Frame",
            rust_layout!(Frame: tile_size, atlas_tiles, shift_right, shift_left, half_width, fall, reach, one, per_octave),
        ),
        ("Strip", rust_layout!(Strip: first, len, activity, unused, low, high)),
        ("StripRef", rust_layout!(Ref: strip, slot, at)),
        ("Job", rust_layout!(Job: slot, first, count, adds)),
        ("Stop", rust_layout!(Stop: color, position, level)),
        ("Normalization", rust_layout!(Normalization: one, per_octave, rank, least_top, stop_count, follows_curve)),
    ];
    let modules: Vec<Module> = MODULES.iter().map(|(_, source)| parsed(source).expect("valid")).collect();
    for (name, expected) in expected {
        let found: Vec<Layout> = modules.iter().filter_map(|module| layout(module, name)).collect();
        assert!(!found.is_empty(), "no shader has {name}");
        assert!(found.iter().all(|found| *found == expected), "{name}: {found:?} in WGSL, {expected:?} in Rust");
    }
}

#[test]
fn a_swapped_field_is_found_out() {
    let source = "struct Job { a: u32, b: vec2<f32>, } @group(0) @binding(0) var<storage, read> jobs: array<Job>;";
    let found = layout(&parsed(source).expect("valid"), "Job");
    assert_eq!(found, Some((16, vec![0, 8])));
    assert_ne!(found, Some(rust_layout!(Job: slot, first)));
}
