//! Lists and opens GPU adapters.

use anyhow::{Context, Result, bail};
use wgpu::{Adapter, AdapterInfo, Backends, DeviceType, Features, Limits};

/// Features used where available: f32 blending draws layers that add up edges, timestamps measure the busy time.
const OPTIONAL_FEATURES: Features = Features::FLOAT32_BLENDABLE.union(Features::TIMESTAMP_QUERY);

/// An adapter that is not open yet.
pub struct Candidate {
    adapter: Adapter,
    /// Name, kind and driver as reported by wgpu.
    pub info: AdapterInfo,
}

impl Candidate {
    /// Returns true if the adapter is a software renderer.
    pub fn is_software(&self) -> bool {
        self.info.device_type == DeviceType::Cpu
    }

    /// Rank of the adapter; higher is better.
    fn rank(&self) -> u8 {
        match self.info.device_type {
            DeviceType::DiscreteGpu => 4,
            DeviceType::IntegratedGpu => 3,
            DeviceType::VirtualGpu => 2,
            DeviceType::Other => 1,
            DeviceType::Cpu => 0,
        }
    }

    /// Name, backend and kind: `NVIDIA H200, Vulkan, discrete GPU`.
    pub fn describe(&self) -> String {
        let kind = match self.info.device_type {
            DeviceType::DiscreteGpu => "discrete GPU",
            DeviceType::IntegratedGpu => "integrated GPU",
            DeviceType::VirtualGpu => "virtual GPU",
            DeviceType::Cpu => "software",
            DeviceType::Other => "of unknown kind",
        };
        format!("{}, {:?}, {kind}", self.info.name, self.info.backend)
    }

    /// The highest limits of the adapter.
    pub fn limits(&self) -> Limits {
        self.adapter.limits()
    }

    /// Opens the adapter with the default limits of WebGPU, lowered to those of the adapter where necessary. Higher
    /// limits stay unused, so that what works on one GPU works on the others.
    ///
    /// # Errors
    /// If the driver refuses.
    pub fn open(&self) -> Result<(wgpu::Device, wgpu::Queue)> {
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("trailglow"),
            required_features: self.adapter.features() & OPTIONAL_FEATURES,
            required_limits: Limits::default().or_worse_values_from(&self.adapter.limits()),
            ..Default::default()
        };
        pollster::block_on(self.adapter.request_device(&descriptor))
            .with_context(|| format!("cannot open {}", self.describe()))
    }
}

/// Lists the adapters, best first. The environment variable `WGPU_BACKEND` selects backends, `WGPU_ADAPTER_NAME`
/// adapters by a part of the name, ignoring case. Empty variables count as unset.
///
/// # Errors
/// If a variable names an unknown backend or matches no adapter.
pub fn candidates() -> Result<Vec<Candidate>> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    if let Some(wanted) = env_var("WGPU_BACKEND")? {
        descriptor.backends = backends(&wanted)?;
    }
    let allowed = descriptor.backends;
    let instance = wgpu::Instance::new(descriptor);
    let adapters = pollster::block_on(instance.enumerate_adapters(allowed));
    let mut candidates: Vec<Candidate> =
        adapters.into_iter().map(|adapter| Candidate { info: adapter.get_info(), adapter }).collect();
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.rank()));
    if let Some(wanted) = env_var("WGPU_ADAPTER_NAME")? {
        let names: Vec<String> = candidates.iter().map(|candidate| candidate.info.name.clone()).collect();
        candidates.retain(|candidate| candidate.info.name.to_lowercase().contains(&wanted.to_lowercase()));
        if candidates.is_empty() {
            let available = if names.is_empty() {
                "there is no adapter".to_owned()
            } else {
                format!("available: {}", names.join(", "))
            };
            bail!("WGPU_ADAPTER_NAME={wanted} matches no adapter; {available}");
        }
    }
    Ok(candidates)
}

fn env_var(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read the environment variable {name}")),
    }
}

fn backends(wanted: &str) -> Result<Backends> {
    let parsed = wanted.split(',').map(|name| match name.trim().to_ascii_lowercase().as_str() {
        "vulkan" | "vk" => Some(Backends::VULKAN),
        "metal" | "mtl" => Some(Backends::METAL),
        "dx12" | "d3d12" => Some(Backends::DX12),
        "gl" | "gles" | "opengl" => Some(Backends::GL),
        _ => None,
    });
    let parsed: Option<Vec<Backends>> = parsed.collect();
    match parsed {
        Some(parsed) => Ok(parsed.into_iter().collect()),
        None => bail!("WGPU_BACKEND={wanted} is unknown; use vulkan, metal, dx12 or gl, separated by commas"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backend_names_are_parsed() {
        assert_eq!(backends("vulkan, METAL").ok(), Some(Backends::VULKAN | Backends::METAL));
        assert!(backends("direct3d").is_err_and(|error| error.to_string().contains("use vulkan, metal")));
    }
}
