//! The shaders, compiled, and what they are bound to.

use wgpu::{
    BindGroupLayout, BindGroupLayoutEntry, BindingType, BufferBindingType, ComputePipeline, Device, ShaderStages,
    StorageTextureAccess, TextureFormat, TextureViewDimension,
};

/// The WGSL of each module as the device gets it.
pub const MODULES: [(&str, &str); 2] = [
    ("visit", concat!(include_str!("../../../shaders/frame.wgsl"), include_str!("../../../shaders/visit.wgsl"))),
    ("tone", concat!(include_str!("../../../shaders/frame.wgsl"), include_str!("../../../shaders/tone.wgsl"))),
];

/// A compute pipeline with the layout of its only bind group.
pub struct Pipeline {
    /// The compiled entry point.
    pub pipeline: ComputePipeline,
    /// What it is bound to.
    pub layout: BindGroupLayout,
}

/// All pipelines.
pub struct Pipelines {
    /// `visit.wgsl`: strips into the atlas.
    pub visit: Pipeline,
    /// `tone.wgsl`, `levels`: the atlas into levels and histograms.
    pub levels: Pipeline,
}

/// Format of the accumulation texture.
pub const HEAT_FORMAT: TextureFormat = TextureFormat::R32Float;

impl Pipelines {
    /// Compiles everything.
    pub fn new(device: &Device) -> Self {
        let uniform =
            BindingType::Buffer { ty: BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None };
        let storage = |read_only| BindingType::Buffer {
            ty: BufferBindingType::Storage { read_only },
            has_dynamic_offset: false,
            min_binding_size: None,
        };
        let heat = BindingType::StorageTexture {
            access: StorageTextureAccess::ReadWrite,
            format: HEAT_FORMAT,
            view_dimension: TextureViewDimension::D2,
        };
        let [read, write] = [storage(true), storage(false)];
        Self {
            visit: Pipeline::new(device, 0, "visit", &[uniform, read, read, read, read, heat]),
            levels: Pipeline::new(device, 1, "levels", &[uniform, heat, write, write]),
        }
    }
}

impl Pipeline {
    fn new(device: &Device, module: usize, entry: &str, bindings: &[BindingType]) -> Self {
        let (name, source) = MODULES[module];
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let entries: Vec<BindGroupLayoutEntry> = (0..)
            .zip(bindings)
            .map(|(binding, &ty)| BindGroupLayoutEntry { binding, visibility: ShaderStages::COMPUTE, ty, count: None })
            .collect();
        let layout =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(entry), entries: &entries });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(entry),
            bind_group_layouts: &[Some(&layout)],
            ..Default::default()
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(entry),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        });
        Self { pipeline, layout }
    }
}
