//! `trailglow devices`: what could draw, and what would.

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::Ending;
use crate::layer::LAYERS;
use crate::raster::choice::{self, Device};
use crate::raster::gpu::device;

/// List what can draw, and what `--device auto` would take.
///
/// The variables WGPU_BACKEND (vulkan, metal, dx12, gl) and WGPU_ADAPTER_NAME (a part of the name) narrow the list down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// Lists the devices.
pub fn run(args: Args) -> Result<Ending> {
    let candidates = device::candidates()?;
    let choice = choice::choose(Device::Auto, &LAYERS[0], None)?;
    let (auto, why) = (choice.raster.describe(), choice.why.as_deref());
    let mut out = std::io::stdout().lock();
    if args.json {
        let adapters: Vec<_> = candidates
            .iter()
            .map(|candidate| {
                let (info, limits) = (&candidate.info, candidate.limits());
                json!({
                    "name": info.name,
                    "backend": format!("{:?}", info.backend),
                    "type": format!("{:?}", info.device_type),
                    "driver": info.driver,
                    "driver_info": info.driver_info,
                    "max_storage_buffer_binding_size": limits.max_storage_buffer_binding_size,
                    "max_buffer_size": limits.max_buffer_size,
                    "max_texture_dimension_2d": limits.max_texture_dimension_2d,
                })
            })
            .collect();
        writeln!(out, "{:#}", json!({"schema_version": 1, "adapters": adapters, "auto": auto, "why": why}))?;
        return Ok(Ending::Done);
    }
    for candidate in &candidates {
        let (info, limits) = (&candidate.info, candidate.limits());
        writeln!(out, "{}", candidate.describe())?;
        writeln!(out, "    driver {} {}", info.driver, info.driver_info)?;
        let mebibytes = |bytes: u64| bytes >> 20;
        writeln!(
            out,
            "    buffers up to {} MiB, bound {} MiB, textures {} pixels",
            mebibytes(limits.max_buffer_size),
            mebibytes(limits.max_storage_buffer_binding_size),
            limits.max_texture_dimension_2d
        )?;
    }
    if candidates.is_empty() {
        writeln!(out, "no GPU was found")?;
    }
    match why {
        Some(why) => writeln!(out, "auto: {auto}, because {why}")?,
        None => writeln!(out, "auto: {auto}")?,
    }
    Ok(Ending::Done)
}
