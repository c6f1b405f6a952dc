//! `trailglow devices`: lists the GPUs, and the device that `--device auto` selects.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::output;
use crate::job::devices::{Adapter, Devices, devices};

/// List the GPUs, and the device that `--device auto` selects.
///
/// The variables WGPU_BACKEND (vulkan, metal, dx12, gl) and WGPU_ADAPTER_NAME (part of the name) restrict the list.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: Args) -> Result<Ending> {
    let devices = devices()?;
    output::print(&if args.json { document(&devices) } else { text(&devices) })?;
    Ok(Ending::Done)
}

fn document(Devices { adapters, auto, no_gpu_reason }: &Devices) -> String {
    let adapters: Vec<Value> = adapters.iter().map(json_of).collect();
    format!("{:#}\n", json!({"schema_version": 1, "adapters": adapters, "auto": auto, "why": no_gpu_reason}))
}

fn json_of(adapter: &Adapter) -> Value {
    json!({
        "name": adapter.name,
        "backend": adapter.backend,
        "type": adapter.kind,
        "driver": adapter.driver,
        "driver_info": adapter.driver_info,
        "max_storage_buffer_binding_size": adapter.max_storage_buffer_binding_size,
        "max_buffer_size": adapter.max_buffer_size,
        "max_texture_dimension_2d": adapter.max_texture_dimension_2d,
    })
}

fn text(Devices { adapters, auto, no_gpu_reason }: &Devices) -> String {
    let mut text: String = adapters.iter().map(lines_of).collect();
    if adapters.is_empty() {
        text.push_str("no GPU was found\n");
    }
    let because = no_gpu_reason.as_ref().map_or(String::new(), |why| format!(" ({why})"));
    format!("{text}auto: {auto}{because}\n")
}

fn lines_of(adapter: &Adapter) -> String {
    format!(
        "{}\n    driver {} {}\n    buffers up to {} MiB, bound {} MiB, textures {} pixels\n",
        adapter.description,
        adapter.driver,
        adapter.driver_info,
        adapter.max_buffer_size >> 20,
        adapter.max_storage_buffer_binding_size >> 20,
        adapter.max_texture_dimension_2d
    )
}
