//! Selection of the drawing device: GPU or CPU.

use anyhow::{Context, Result};

use super::probe::probe;
use super::raster::Raster;
use super::raster::cpu::Cpu;
use super::raster::fallback::Fallback;
use super::raster::gpu::Gpu;
use super::raster::gpu::device::{self, Candidate};
use crate::engine::layer::Layer;

/// Value of `--device`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(clap::ValueEnum))]
pub enum Device {
    /// A GPU if a hardware GPU passes the self-test, else the CPU.
    #[default]
    Auto,
    /// A GPU, even a software implementation.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Selected device, and the reason if `auto` selected the CPU.
#[expect(missing_docs, reason = "the field names say it")]
pub struct SelectedDevice {
    pub raster: Box<dyn Raster>,
    pub no_gpu_reason: Option<String>,
}

/// Opens a device; a GPU must pass the self-test in `layers`. Of several GPUs, only the best is tried. With
/// `lose_after`, the GPU simulates a device loss after this number of batches.
///
/// # Errors
/// If `gpu` is requested and no GPU passes the self-test, or if an environment variable names an unknown backend or
/// adapter, see [`candidates`](device::candidates).
pub fn select_device(wanted: Device, layers: &[&'static Layer], lose_after: Option<u32>) -> Result<SelectedDevice> {
    let cpu = |no_gpu_reason| SelectedDevice { raster: Box::new(Cpu), no_gpu_reason };
    if wanted == Device::Cpu {
        return Ok(cpu(None));
    }
    let candidate = device::candidates()?.into_iter().next();
    let opened = match candidate {
        None if std::env::var_os("WGPU_BACKEND").is_some_and(|value| !value.is_empty()) => {
            Err(anyhow::anyhow!("no GPU found among the backends of WGPU_BACKEND; unset this variable"))
        }
        None => Err(anyhow::anyhow!("no GPU found; on Linux, install a Vulkan driver")),
        Some(candidate) if wanted == Device::Auto && candidate.is_software() => {
            Err(anyhow::anyhow!("{}: a software renderer, no faster than the CPU", candidate.describe()))
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
