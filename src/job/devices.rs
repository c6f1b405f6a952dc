//! Lists GPU adapters, and the device that `auto` selects.

use anyhow::Result;

use crate::engine::layer::LAYERS;
use crate::engine::raster::gpu::device::{self, Candidate};
use crate::engine::select_device::{self, Device, SelectedDevice};

/// A GPU or a software adapter, as its driver describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Name, backend and kind in one line.
    pub description: String,
    /// Name of the hardware.
    pub name: String,
    /// Graphics API, such as `Vulkan`.
    pub backend: String,
    /// Kind of adapter, such as `DiscreteGpu`.
    pub kind: String,
    /// Name of the driver.
    pub driver: String,
    /// Version of the driver and other remarks.
    pub driver_info: String,
    /// Largest storage buffer binding in bytes.
    pub max_storage_buffer_binding_size: u64,
    /// Largest buffer in bytes.
    pub max_buffer_size: u64,
    /// Largest width and height of a texture in pixels.
    pub max_texture_dimension_2d: u32,
}

/// The adapters, and the device that `auto` selects.
#[derive(Clone, Debug)]
pub struct Devices {
    /// Adapters, best first.
    pub adapters: Vec<Adapter>,
    /// Name of the device that [`Device::Auto`] selects for the first layer.
    pub auto: String,
    /// Reason why that device is no GPU.
    pub no_gpu_reason: Option<String>,
}

/// Lists the adapters and tests the best one.
///
/// # Errors
/// If the environment names an adapter that does not exist.
pub fn devices() -> Result<Devices> {
    let adapters = device::candidates()?.iter().map(adapter).collect();
    let SelectedDevice { raster, no_gpu_reason } = select_device::select_device(Device::Auto, &[&LAYERS[0]], None)?;
    Ok(Devices { adapters, auto: raster.describe(), no_gpu_reason })
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
