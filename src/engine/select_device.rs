//! Which device draws.

use anyhow::{Context, Result};

use super::probe::probe;
use super::raster::Raster;
use super::raster::cpu::Cpu;
use super::raster::fallback::Fallback;
use super::raster::gpu::Gpu;
use super::raster::gpu::device::{self, Candidate};
use crate::engine::layer::Layer;

/// What the user asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(clap::ValueEnum))]
pub enum Device {
    /// A GPU where a good one is, else the CPU.
    #[default]
    Auto,
    /// A GPU, or a program that pretends to be one.
    Gpu,
    /// The processor.
    Cpu,
}

/// A device that draws, and why it is not another.
pub struct SelectedDevice {
    /// The device.
    pub raster: Box<dyn Raster>,
    /// A sentence, where `auto` has not taken a GPU.
    pub no_gpu_reason: Option<String>,
}

/// Opens a device and checks it on a scene whose levels are known, in all layers. With `lose_after`, it is lost after so many batches.
///
/// # Errors
/// When `gpu` is asked for and there is none that draws, or the environment asks for an adapter that does not exist.
pub fn select_device(wanted: Device, layers: &[&'static Layer], lose_after: Option<u32>) -> Result<SelectedDevice> {
    let cpu = |no_gpu_reason| SelectedDevice { raster: Box::new(Cpu), no_gpu_reason };
    if wanted == Device::Cpu {
        return Ok(cpu(None));
    }
    let candidate = device::candidates()?.into_iter().next();
    let opened = match candidate {
        None if std::env::var_os("WGPU_BACKEND").is_some_and(|value| !value.is_empty()) => {
            Err(anyhow::anyhow!("no GPU was found by what WGPU_BACKEND allows; unset it"))
        }
        None => Err(anyhow::anyhow!("no GPU was found; on Linux it needs a Vulkan driver")),
        Some(candidate) if wanted == Device::Auto && candidate.is_software() => {
            Err(anyhow::anyhow!("{} is no faster", candidate.describe()))
        }
        Some(candidate) => open(&candidate, layers, lose_after),
    };
    match opened {
        Ok(gpu) => Ok(SelectedDevice { raster: Box::new(Fallback::new(gpu)), no_gpu_reason: None }),
        Err(error) if wanted == Device::Auto => Ok(cpu(Some(format!("{error:#}")))),
        Err(error) => Err(error).context("--device gpu"),
    }
}

fn open(candidate: &Candidate, layers: &[&'static Layer], lose_after: Option<u32>) -> Result<Gpu> {
    let mut gpu = Gpu::new(candidate)?;
    layers.iter().try_for_each(|layer| probe(&gpu, layer))?;
    gpu.lose_after(lose_after);
    Ok(gpu)
}
