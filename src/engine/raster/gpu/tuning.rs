//! Sizes of atlas, batches and workgroups by kind of adapter. They change speed and memory, but no level.

use wgpu::DeviceType;

/// Invocations in a workgroup of `colour.wgsl`; each colours four levels.
pub const COLOUR_INVOCATIONS: usize = 256;

/// Invocations in a workgroup of `carry.wgsl`; each adds four pixels.
pub const CARRY_INVOCATIONS: usize = 64;

/// Pixels across and down per invocation of `visit.wgsl`.
pub const PIXELS_PER_INVOCATION: [u32; 2] = [4, 4];

/// Sizes for one adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// Pixels along the side of the atlas: a multiple of 512, at most 8192, the limit of WebGPU. A pixel takes 9 bytes,
    /// 1 more for each batch in flight, and 8 more once an `Integral` layer is drawn.
    pub atlas_pixels: u32,
    /// Batches being drawn or read back at the same time; at least 1.
    pub in_flight: usize,
    /// Invocations across and down in a workgroup of `visit.wgsl`, each for [`PIXELS_PER_INVOCATION`]: powers of two,
    /// 32 to 256 in total, at most 64 each, so that blocks divide a tile.
    pub invocations: [u32; 2],
}

/// Software was measured (`benches/RESULTS.md`): eight invocations in a row fill an AVX2 vector. The other rows, and
/// [`PIXELS_PER_INVOCATION`] on them, are unmeasured: workgroups of 64 invocations, whole waves on every make of GPU, and
/// an atlas of 64 or 256 tiles of 256 pixels: up to 192 MiB with its staging buffers, 320 MiB once passes are drawn.
const PRESETS: [(DeviceType, Tuning); 5] = [
    (DeviceType::DiscreteGpu, Tuning { atlas_pixels: 4096, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::IntegratedGpu, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::VirtualGpu, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::Other, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::Cpu, Tuning { atlas_pixels: 2048, in_flight: 2, invocations: [8, 4] }),
];

impl Tuning {
    /// Preset for a kind of adapter.
    pub fn for_device_type(device_type: DeviceType) -> Self {
        PRESETS.iter().find(|preset| preset.0 == device_type).unwrap_or(&PRESETS[3]).1
    }

    /// Pixels across and down in the block of a workgroup of `visit.wgsl`.
    pub(super) fn block(self) -> [u32; 2] {
        let [across, down] = PIXELS_PER_INVOCATION;
        [across * self.invocations[0], down * self.invocations[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_fit_the_limits_of_webgpu() {
        let limits = wgpu::Limits::default();
        for (kind, tuning) in PRESETS {
            let [across, down] = tuning.invocations;
            assert!((32..=limits.max_compute_invocations_per_workgroup).contains(&(across * down)), "{kind:?}");
            assert!(tuning.atlas_pixels <= limits.max_texture_dimension_2d && tuning.atlas_pixels % 512 == 0);
            let bytes = u64::from(tuning.atlas_pixels).pow(2);
            assert!(bytes <= limits.max_storage_buffer_binding_size, "{kind:?}: the levels are one binding");
            assert!(tuning.in_flight > 0 && tuning.block().iter().all(|side| 256 % side == 0), "{kind:?}");
            assert_eq!(Tuning::for_device_type(kind), tuning);
        }
    }
}
