//! `trailglow devices`: what could draw, and what would.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::output::print;
use crate::engine::choice::{self, Choice, Device};
use crate::engine::layer::LAYERS;
use crate::engine::raster::gpu::device::{self, Candidate};

/// List what can draw, and what `--device auto` would take.
///
/// The variables WGPU_BACKEND (vulkan, metal, dx12, gl) and WGPU_ADAPTER_NAME (a part of the name) narrow the list down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// Lists the devices.
pub fn run(args: Args) -> Result<Ending> {
    let candidates = device::candidates()?;
    let Choice { raster, why } = choice::choose(Device::Auto, &[&LAYERS[0]], None)?;
    let auto = raster.describe();
    if args.json {
        let adapters: Vec<Value> = candidates.iter().map(json_of).collect();
        let document = json!({"schema_version": 1, "adapters": adapters, "auto": auto, "why": why});
        print(&format!("{document:#}\n"))?;
        return Ok(Ending::Done);
    }
    let mut text: String = candidates.iter().map(lines_of).collect();
    if candidates.is_empty() {
        text.push_str("no GPU was found\n");
    }
    let because = why.map_or(String::new(), |why| format!(" ({why})"));
    print(&format!("{text}auto: {auto}{because}\n"))?;
    Ok(Ending::Done)
}

fn json_of(candidate: &Candidate) -> Value {
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
}

fn lines_of(candidate: &Candidate) -> String {
    let (info, limits) = (&candidate.info, candidate.limits());
    format!(
        "{}\n    driver {} {}\n    buffers up to {} MiB, bound {} MiB, textures {} pixels\n",
        candidate.describe(),
        info.driver,
        info.driver_info,
        limits.max_buffer_size >> 20,
        limits.max_storage_buffer_binding_size >> 20,
        limits.max_texture_dimension_2d
    )
}
