//! How each kind of adapter is kept busy. These sizes change speed and memory, never a level.

use wgpu::DeviceType;

/// Invocations in a workgroup of `colour.wgsl`; each colours four levels.
pub const COLOUR_INVOCATIONS: usize = 256;

/// Pixels of a row that an invocation of `visit.wgsl` owns.
pub const LANES: u32 = 4;

/// Sizes of what is drawn at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// Pixels along the side of the atlas that the tiles of a batch are drawn into: a multiple of 512, at most 8192,
    /// which every WebGPU device can do. A pixel takes 5 bytes, and 1 more for each batch in flight.
    pub atlas_pixels: u32,
    /// Batches that are drawn, or on their way back, at the same time; at least 1.
    pub in_flight: usize,
    /// Invocations across and down in a workgroup of `visit.wgsl`, powers of two, 32 to 256 together. Each owns
    /// [`LANES`] pixels.
    pub invocations: [u32; 2],
}

/// By kind of adapter. Software was measured (`benches/RESULTS.md`): there, eight invocations in a row are what a
/// processor with AVX2 computes at once. The others are unmeasured: a workgroup that is a whole number of waves on every
/// make, and an atlas of 64 or 256 tiles, 128 MiB at most.
const PRESETS: [(DeviceType, Tuning); 5] = [
    (DeviceType::DiscreteGpu, Tuning { atlas_pixels: 4096, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::IntegratedGpu, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::VirtualGpu, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::Other, Tuning { atlas_pixels: 2048, in_flight: 3, invocations: [8, 8] }),
    (DeviceType::Cpu, Tuning { atlas_pixels: 2048, in_flight: 2, invocations: [8, 8] }),
];

impl Tuning {
    /// The row of a kind of adapter.
    pub fn for_device_type(device_type: DeviceType) -> Self {
        PRESETS.iter().find(|preset| preset.0 == device_type).unwrap_or(&PRESETS[3]).1
    }

    /// Pixels across and down in the block of a workgroup of `visit.wgsl`.
    pub(super) fn block(self) -> [u32; 2] {
        let [across, down] = self.invocations;
        [LANES * across, down]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stays_within_what_webgpu_promises() {
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
