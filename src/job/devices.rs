//! What could draw, and what would.

use anyhow::Result;

use crate::engine::layer::LAYERS;
use crate::engine::raster::gpu::device::{self, Candidate};
use crate::engine::select_device::{self, Device, SelectedDevice};

/// A GPU, or a program that pretends to be one, by its own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Name, backend and kind in one line.
    pub description: String,
    /// Name of the hardware.
    pub name: String,
    /// The interface that it is driven through, such as `Vulkan`.
    pub backend: String,
    /// What it is, such as `DiscreteGpu`.
    pub kind: String,
    /// Name of the driver.
    pub driver: String,
    /// Version of the driver, and what else it says.
    pub driver_info: String,
    /// Bytes of a storage buffer that a shader can see at most.
    pub max_storage_buffer_binding_size: u64,
    /// Bytes of a buffer at most.
    pub max_buffer_size: u64,
    /// Pixels along the side of a texture at most.
    pub max_texture_dimension_2d: u32,
}

/// What could draw, and what would.
#[derive(Clone, Debug)]
pub struct Devices {
    /// Adapters, best first.
    pub adapters: Vec<Adapter>,
    /// The device that [`Device::Auto`] takes for the first layer.
    pub auto: String,
    /// Why that is no GPU.
    pub why_no_gpu: Option<String>,
}

/// Lists the adapters and tries out the best one.
///
/// # Errors
/// When the environment asks for an adapter that does not exist.
pub fn devices() -> Result<Devices> {
    let adapters = device::candidates()?.iter().map(adapter).collect();
    let SelectedDevice { raster, no_gpu_reason } = select_device::select_device(Device::Auto, &[&LAYERS[0]], None)?;
    Ok(Devices { adapters, auto: raster.describe(), why_no_gpu: no_gpu_reason })
}

fn adapter(candidate: &Candidate) -> Adapter {
    let (info, limits) = (&candidate.info, candidate.limits());
    Adapter {
        description: candidate.describe(),
        name: info.name.clone(),
        backend: format!("{:?}", info.backend),
        kind: format!("{:?}", info.device_type),
        driver: info.driver.clone(),
        driver_info: info.driver_info.clone(),
        max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
        max_buffer_size: limits.max_buffer_size,
        max_texture_dimension_2d: limits.max_texture_dimension_2d,
    }
}
